//! The battery that nobody wrote: `examples/orders` with its document and a token only. Every read operation is tested,
//! and each fault that reads can show is found as the clause that it breaks, and only it.

use clap::ValueEnum as _;
use conform::{Level, Outcome, Report, Suite, Verdict};

use super::orders::service::{self, Fault, Options};

fn run(fault: Option<Fault>) -> Report {
    run_as(fault, Some("orders-demo-token"))
}

/// With that token, or with none.
fn run_as(fault: Option<Fault>, token: Option<&str>) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = Options {
            fault,
            ..Options::default()
        };
        tokio::spawn(service::serve(listener, options));
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders");
        let suite = Suite::embedded()
            .without_embedded()
            .spec(format!("{folder}/openapi.yaml"))
            .base_url(format!("http://{address}"))
            .param("X-Tenant", "acme")
            .derived();
        let suite = match token {
            Some(token) => suite.credentials(token, ""),
            None => suite,
        };
        suite.run().await.unwrap()
    })
}

/// Faults that only writes show.
const OF_WRITES: [Fault; 8] = [
    Fault::CreateNotListed,
    Fault::QuantityNotRequired,
    Fault::QuantityNotChecked,
    Fault::LocationMissing,
    Fault::SecretNoteShown,
    Fault::ReferenceTwice,
    Fault::PatchNotApplied,
    Fault::DeleteDoesNothing,
];

/// The ids of the findings that gate.
fn gating(report: &Report) -> Vec<&str> {
    let gating = report.findings.iter();
    let gating = gating.filter(|finding| finding.level > Level::Info);
    gating.map(|finding| finding.clause.as_str()).collect()
}

/// What was sent: each request as its method, URL, headers and body.
fn sent(report: &Report) -> Vec<String> {
    let requests = report.exchanges.iter().map(|one| &one.request);
    requests
        .map(|one| serde_json::to_string(one).unwrap())
        .collect()
}

#[test]
fn a_service_that_keeps_its_contract_is_green_without_a_case_file() {
    let (report, again) = (run(None), run(None));
    assert_eq!(
        report.outcome,
        Outcome::Conformant,
        "{:?}",
        report.complaint()
    );
    assert_eq!(gating(&report), Vec::<&str>::new());
    let unasked = report
        .clauses
        .iter()
        .find(|one| one.operation == "deleteOrder");
    let why = unasked.and_then(|clause| clause.reason.as_deref());
    assert_eq!(why, Some("DELETE may change something (--allow-writes)"));
    let reads = [
        "health",
        "listOrders",
        "getOrder",
        "listCustomers",
        "getCustomer",
    ];
    for operation in reads {
        let own = report
            .cases
            .iter()
            .filter(|case| case.operation == operation);
        let own: Vec<_> = own.collect();
        assert!(!own.is_empty(), "{operation}");
        let requests: usize = own.iter().map(|case| case.exchanges.len()).sum();
        // How many pages a walk finds is not known before, nor whether it asks for smaller ones.
        assert!(requests <= 13, "{operation}: {requests} requests");
        for case in own {
            assert_eq!(case.verdict, Verdict::Pass, "{}: {}", case.id, case.reason);
        }
    }
    let port = |report: &Report| {
        let url = report.target.base_url.clone();
        sent(report)
            .into_iter()
            .map(move |one| one.replace(&url, ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(port(&report), port(&again));
}

#[test]
fn without_the_right_token_a_service_is_not_conformant_for_its_open_paths_alone() {
    for (token, expected) in [
        (None, "CONFORM_TOKEN"),
        (Some("another-token"), "was answered 401: check them"),
    ] {
        let report = run_as(None, token);
        assert_eq!(report.outcome, Outcome::Incomplete);
        let why = report.complaint().unwrap_or_default();
        assert!(why.contains(expected), "{why}");
        assert_eq!(gating(&report), Vec::<&str>::new());
        assert!(report.exchanges.len() < 6, "nothing is asked in vain");
    }
}

/// What the program says of itself where each clause of the service is broken on purpose.
#[test]
fn what_is_derived_guards_what_the_service_shows() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(service::serve(listener, Options::default()));
    let folder = tempfile::tempdir().unwrap();
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders/openapi.yaml");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_conform"))
        .current_dir(&folder)
        .env("CONFORM_TOKEN", "orders-demo-token")
        .args([
            "prove",
            "--no-default-cases",
            "--spec",
            spec,
            "--base-url",
            &url,
        ])
        .args([
            "--param",
            "X-Tenant=acme",
            "--min-score",
            "95",
            "--format",
            "json",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let proof: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(proof["score"].as_f64().unwrap() >= 95.0);
    let clauses = proof["clauses"].as_array().unwrap();
    let guard = |id: &str| {
        let found = clauses.iter().find(|one| one["clause"] == id);
        found.unwrap_or_else(|| panic!("{id}"))["guard"].clone()
    };
    for id in [
        "getOrder/state/unknown-id",
        "listOrders/query/limit/maximum",
        "listCustomers/rule/order-is-stable",
        "listOrders/query/status/selects",
        "listOrders/rule/walk-ends",
        "getOrder/404/body/errors[]/at/required",
    ] {
        assert_eq!(guard(id), "guarded", "{id}");
    }
    let left_out = proof["left_out"].as_array().unwrap();
    assert!(left_out.iter().any(|one| one[0] == "deleteOrder"));
    let is_of_write =
        |one: &serde_json::Value| one["clause"].as_str().unwrap().starts_with("deleteOrder/");
    assert!(
        !clauses.iter().any(is_of_write),
        "what is left out does not count"
    );
}

#[test]
fn each_fault_that_reads_can_show_is_found_as_the_clause_that_it_breaks() {
    for fault in Fault::value_variants() {
        let report = run(Some(*fault));
        let expected = match fault {
            fault if OF_WRITES.contains(fault) => Vec::new(),
            Fault::ServerErrorOnUnknownId => vec!["getOrder/rule/no-server-error"],
            fault => vec![fault.clause()],
        };
        assert_eq!(gating(&report), expected, "{fault}");
        assert_eq!(report.exit_code, u8::from(!expected.is_empty()), "{fault}");
    }
}
