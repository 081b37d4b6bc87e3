//! The pages in a real Chromium, opened from disk as a reader opens them: they load, answer to hand and key, ask the
//! network for nothing, run nothing that the target sent, and can be read by everybody. And what a browser asks is judged.
//! Where there is no Chromium or no chromedriver, each test is reported as ignored, with the reason; `REQUIRE_BROWSER=1` makes that a failure.

mod access;
mod browser;
mod driver;
mod hostile;
mod large;
mod pages;
mod picture;
mod proof;
mod report;
#[path = "../../examples/orders/service/mod.rs"]
mod service;
#[path = "../cli/support.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the command line, which use all of it"
)]
mod support;
mod traffic;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use browser::Browser;

type Test = fn(Browser);

const TESTS: &[(&str, Test)] = &[
    (
        "access::a_report_can_be_read_by_everybody",
        access::a_report_can_be_read_by_everybody,
    ),
    (
        "access::a_proof_can_be_read_by_everybody",
        access::a_proof_can_be_read_by_everybody,
    ),
    (
        "access::the_audit_sees_what_it_is_for",
        access::the_audit_sees_what_it_is_for,
    ),
    (
        "access::each_stop_of_the_keyboard_is_seen",
        access::each_stop_of_the_keyboard_is_seen,
    ),
    (
        "access::nothing_is_cut_off_on_a_small_screen_or_on_paper",
        access::nothing_is_cut_off_on_a_small_screen_or_on_paper,
    ),
    (
        "hostile::what_the_target_sent_is_shown_and_never_obeyed",
        hostile::what_the_target_sent_is_shown_and_never_obeyed,
    ),
    (
        "hostile::a_search_or_a_link_of_the_targets_making_is_harmless",
        hostile::a_search_or_a_link_of_the_targets_making_is_harmless,
    ),
    (
        "large::a_large_report_is_shown_in_parts_and_found_whole",
        large::a_large_report_is_shown_in_parts_and_found_whole,
    ),
    (
        "large::cases_fold_by_operation_and_what_is_not_green_comes_first",
        large::cases_fold_by_operation_and_what_is_not_green_comes_first,
    ),
    (
        "proof::every_clause_and_every_kill_is_in_the_picture",
        proof::every_clause_and_every_kill_is_in_the_picture,
    ),
    (
        "report::it_loads_in_silence_and_shows_outcome_and_findings",
        report::it_loads_in_silence_and_shows_outcome_and_findings,
    ),
    (
        "report::slash_searches_and_escape_clears",
        report::slash_searches_and_escape_clears,
    ),
    (
        "report::filters_leave_what_they_say",
        report::filters_leave_what_they_say,
    ),
    (
        "report::a_link_reveals_what_it_names",
        report::a_link_reveals_what_it_names,
    ),
    (
        "report::the_contract_is_walked_with_arrows",
        report::the_contract_is_walked_with_arrows,
    ),
    (
        "traffic::what_a_browser_asked_is_judged",
        traffic::what_a_browser_asked_is_judged,
    ),
];
/// Those that run only when they are named.
const ON_REQUEST: &[(&str, Test)] = &[(
    "picture::the_picture_in_the_readme",
    picture::the_picture_in_the_readme,
)];

fn main() -> ExitCode {
    let trial = |(name, test): &(&str, Test)| Trial::ignorable_test(*name, in_browser(*test));
    let on_request = ON_REQUEST
        .iter()
        .map(trial)
        .map(|trial| trial.with_ignored_flag(true));
    let trials = TESTS.iter().map(trial).chain(on_request).collect();
    let done = libtest_mimic::run(&Arguments::from_args(), trials);
    Browser::end_all();
    done.exit_code()
}

fn in_browser(test: Test) -> impl FnOnce() -> Result<Completion, Failed> {
    move || match Browser::start() {
        Ok(browser) => {
            test(browser);
            Ok(Completion::Completed)
        }
        Err(missing) => Ok(Completion::ignored_with(missing)),
    }
}
