//! The report as a reader uses it: it loads in silence, is searched and filtered, and its links lead to what they name.

use super::browser::{Browser, DOWN, ESCAPE, LEFT, RIGHT};
use super::pages;
use super::support::Bench;

/// How many items of a section are on view.
fn shown(section: &str) -> String {
    format!("document.querySelectorAll('#{section} [data-item]:not([hidden])').length")
}

pub fn it_loads_in_silence_and_shows_outcome_and_findings(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of_a_run(&bench);
    browser.open(&page, "");
    assert_eq!(
        browser.eval("document.title.startsWith('nonconformant: ')"),
        true
    );
    assert_eq!(
        browser.eval("document.querySelector('.banner').innerText.includes('exit code 1')"),
        true
    );
    let report = bench.json("run.json");
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(browser.eval(&shown("findings")), findings.len());
    assert_eq!(
        browser.eval(&shown("cases")),
        report["cases"].as_array().unwrap().len()
    );
    assert_eq!(
        browser.eval(&shown("contract")),
        report["clauses"].as_array().unwrap().len()
    );
    // An exchange is drawn when it is asked for.
    browser.script("document.querySelector('.finding[open] .evidence summary').click();");
    browser.becomes(
        "document.querySelector('.finding[open] article.exchange')?.innerText.includes('GET http') ?? false",
    );
    browser.is_silent(&page);
}

pub fn slash_searches_and_escape_clears(browser: Browser) {
    let bench = Bench::new();
    browser.open(&pages::of_a_run(&bench), "");
    let all = browser.eval(&shown("contract"));
    browser.press(&["/"]);
    assert_eq!(browser.eval("document.activeElement.id"), "search");
    browser.write("SEMVER version");
    browser.becomes("document.querySelector('#findings .shown').innerText.includes(' of ')");
    assert_eq!(
        browser.eval("document.querySelector('#search').value"),
        "SEMVER version"
    );
    assert_eq!(browser.eval(&shown("findings")), 1);
    assert_eq!(
        browser.eval("document.querySelector('#findings [data-item]:not([hidden])').id"),
        "finding=list-versions/rule/version-is-semver"
    );
    // What fits in the contract is unfolded, though it was not before.
    browser.becomes(
        "document.getElementById('clause=list-versions/rule/version-is-semver').checkVisibility()",
    );
    browser.write(" nowhere");
    browser.becomes("document.querySelector('#findings .filtered').checkVisibility()");
    browser.press(&[ESCAPE]);
    browser.becomes("document.querySelector('#search').value === ''");
    assert_eq!(browser.eval(&shown("contract")), all);
}

pub fn filters_leave_what_they_say(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of_a_run(&bench);
    browser.open(&page, "");
    let filters = browser.script(
        "return [...document.querySelectorAll('.filter input')].map((one, n) => \
         [n, one.closest('section').id, Number(one.parentElement.querySelector('b').innerText)]);",
    );
    let filters = filters.as_array().unwrap();
    assert!(filters.len() >= 6, "{filters:?}");
    for filter in filters {
        let press = format!(
            "document.querySelectorAll('.filter input')[{}].click();",
            filter[0]
        );
        browser.script(&press);
        let section = filter[1].as_str().unwrap();
        assert_eq!(browser.eval(&shown(section)), filter[2], "{filter}");
        browser.script(&press);
    }
    browser.is_silent(&page);
}

pub fn a_link_reveals_what_it_names(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of_a_run(&bench);
    let clause = "clause=list-versions/200/body/data[]/spec/version/maxLength";
    let in_view = format!(
        "(() => {{ const one = document.getElementById({clause:?}); const box = one.getBoundingClientRect(); \
         return one.open && one.checkVisibility() && box.top >= 0 && box.top < innerHeight; }})()"
    );
    // As an address, with and without its brackets encoded.
    browser.open(
        &page,
        "#clause=list-versions/200/body/data%5B%5D/spec/version/maxLength",
    );
    browser.becomes(&in_view);
    browser.open(&bench.path("run.json"), "");
    browser.open(&page, &format!("#{clause}"));
    browser.becomes(&in_view);
    // From a finding, though a search hides the clause.
    browser.press(&["/"]);
    browser.write("total_size");
    browser.becomes("document.querySelector('#findings .shown').innerText.includes(' of ')");
    browser.script("location.hash = 'finding=list-versions/rule/version-is-semver';");
    browser.becomes(
        "document.getElementById('finding=list-versions/rule/version-is-semver').checkVisibility()",
    );
    assert_eq!(browser.eval("document.querySelector('#search').value"), "");
}

pub fn the_contract_is_walked_with_arrows(browser: Browser) {
    let bench = Bench::new();
    browser.open(&pages::of_a_run(&bench), "");
    browser.script("document.querySelector('#contract summary').focus();");
    browser.press(&[DOWN]);
    let group = "document.activeElement.parentElement";
    assert_eq!(browser.eval(&format!("{group}.matches('.group')")), true);
    let open = browser.eval(&format!("{group}.open"));
    browser.press(&[if open == true { LEFT } else { RIGHT }]);
    assert_ne!(browser.eval(&format!("{group}.open")), open);
    browser.press(&[LEFT, LEFT]);
    browser.becomes("document.activeElement.parentElement.matches('.operation')");
}
