//! The library facade: a right server passes, a broken one fails by the name of its clause, and the trials say the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use conform::Weight;
use conform::ledger::Outcome;
use conform::mock::{MockConfig, Reply};
use conform::suite::{CaseOutcome, Suite, SuiteError, trials};
use libtest_mimic::Arguments;

#[path = "../examples/own_router.rs"]
mod own_router;

const SEMVER: &str = "list-versions/rule/version-is-semver";

/// A reference server whose versions all begin with a `v`.
fn broken() -> Suite {
    Suite::reference_as(MockConfig {
        edit: Some(Arc::new(|_, mut reply: Reply| {
            let text = String::from_utf8_lossy(&reply.body);
            reply.body = text
                .replace("\"version\":\"", "\"version\":\"v")
                .into_bytes();
            reply
        })),
        ..MockConfig::default()
    })
}

/// What `libtest-mimic` would be told on the command line, its own output thrown away.
fn arguments(words: &[&str]) -> Arguments {
    let fixed = ["battery", "--logfile", "/dev/null", "--format", "terse"];
    Arguments::from_iter(fixed.iter().chain(words))
}

#[test]
fn the_example_keeps_the_contract() {
    own_router::main().unwrap();
}

#[test]
fn the_reference_server_passes_every_case() {
    let suite = Suite::reference();
    let report = suite.run_blocking().unwrap();
    report.assert_conformant();
    for case in suite.cases_of().unwrap() {
        let outcome = report.case_outcome(&case.id).unwrap();
        match case.skipped {
            None => assert_eq!(outcome, CaseOutcome::Passed, "{}", case.id),
            Some(_) => assert!(matches!(outcome, CaseOutcome::Ignored(_)), "{}", case.id),
        }
    }
}

#[test]
fn a_broken_server_fails_by_the_name_of_its_clause() {
    let report = broken().run_blocking().unwrap();
    let complaint = report.complaint().unwrap();
    assert!(complaint.contains(SEMVER), "{complaint}");
    let Some(CaseOutcome::Failed(why)) = report.case_outcome("valid-first-page") else {
        panic!("valid-first-page did not fail");
    };
    assert!(why.contains(SEMVER) && why.contains("expected"), "{why}");
    assert_eq!(
        report.case_outcome("no-credentials"),
        Some(CaseOutcome::Passed)
    );
    assert_eq!(report.case_outcome("no-such-case"), None);
    let panicked = std::panic::catch_unwind(|| report.assert_conformant()).unwrap_err();
    let message = panicked.downcast_ref::<String>().unwrap();
    assert!(message.contains(SEMVER), "{message}");
}

#[test]
fn a_clause_that_is_switched_off_fails_nobody_and_one_that_is_not_there_is_named_with_its_line() {
    let off = broken().level_of(SEMVER, Weight::Off);
    let report = off.run_blocking().unwrap();
    assert_eq!(report.outcome, Outcome::Conformant);
    assert!(report.findings.is_empty() && report.clauses.iter().all(|one| one.id != SEMVER));
    let error = broken().level_of("rule/version-is-semvr", Weight::Info);
    let error = error.cases_of().unwrap_err().to_string();
    assert!(
        error.contains("suite.rs:") && error.contains("did you mean `rule/version-is-semver`?"),
        "{error}"
    );
}

#[test]
fn the_trials_of_a_broken_server_fail_and_those_of_a_right_one_do_not() {
    let conclusion = trials::run(broken(), &arguments(&[])).unwrap();
    assert!(conclusion.num_failed >= 3, "{conclusion:?}");
    assert!(conclusion.num_passed >= 3, "{conclusion:?}");
    let conclusion = trials::run(Suite::reference(), &arguments(&[])).unwrap();
    assert_eq!(conclusion.num_failed, 0, "{conclusion:?}");
    assert_eq!(conclusion.num_ignored, 1, "only the opt-in burst");
}

#[test]
fn one_trial_runs_its_case_and_its_control_alone() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let suite = Suite::reference_as(MockConfig {
        edit: Some(Arc::new(move |_, reply| {
            counted.fetch_add(1, Ordering::Relaxed);
            reply
        })),
        ..MockConfig::default()
    });
    let conclusion = trials::run(suite, &arguments(&["--exact", "head"])).unwrap();
    assert_eq!((conclusion.num_passed, conclusion.num_failed), (1, 0));
    assert_eq!(requests.load(Ordering::Relaxed), 2);
}

#[test]
fn an_empty_collection_fails_its_core_cases_only() {
    let empty = MockConfig {
        items: 0,
        ..MockConfig::default()
    };
    let report = Suite::reference_as(empty).run_blocking().unwrap();
    assert_eq!(report.outcome, Outcome::Incomplete);
    assert!(report.complaint().unwrap().contains("empty"));
    let outcome = |id| report.case_outcome(id).unwrap();
    assert!(matches!(outcome("walk"), CaseOutcome::Failed(why) if why.contains("inconclusive")));
    assert_eq!(outcome("no-credentials"), CaseOutcome::Passed);
}

#[test]
fn an_opt_in_case_that_is_asked_for_is_run_and_without_a_limit_shows_nothing() {
    let burst = ["--include-ignored", "--exact", "rate-limit-burst"];
    let conclusion = trials::run(Suite::reference(), &arguments(&burst)).unwrap();
    assert_eq!((conclusion.num_ignored, conclusion.num_failed), (1, 0));
    let report = Suite::reference().only("rate-limit-burst").run_blocking();
    let outcome = report.unwrap().case_outcome("rate-limit-burst");
    assert!(matches!(outcome, Some(CaseOutcome::Ignored(why)) if why.contains("no 429")));
}

#[test]
fn nobody_listening_is_a_complaint_and_no_error() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let suite = Suite::embedded()
        .base_url(format!("http://user:hunter2@127.0.0.1:{port}"))
        .param("plugin_id", "p")
        .param("environment", "e")
        .credentials("k", "s");
    let complaint = suite.run_blocking().unwrap().complaint().unwrap();
    assert!(complaint.contains("unreachable"), "{complaint}");
    assert!(!complaint.contains("hunter2"), "{complaint}");
}

#[test]
fn what_cannot_be_run_says_what_to_do() {
    let ready = Suite::embedded()
        .param("plugin_id", "p")
        .param("environment", "e")
        .credentials("k", "s");
    let error = ready.run_blocking().unwrap_err();
    assert!(matches!(error, SuiteError::NoTarget), "{error}");
    let error = ready.clone().base_url("ftp://h").run_blocking();
    assert!(error.unwrap_err().to_string().contains("http://HOST:PORT"));
    let error = ready.spec("no/such.yaml").cases_of().unwrap_err();
    assert!(error.to_string().contains("no/such.yaml"), "{error}");
}
