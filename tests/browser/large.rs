//! Ten thousand findings and exchanges stay usable: a part is on the page at once, and all of it can be found.

use serde_json::{Value, json};

use super::browser::Browser;
use super::pages;
use super::support::Bench;

const MANY: usize = 10_000;

/// The sample, with that many clauses broken, each in an exchange of its own.
fn report() -> Value {
    let mut report: Value = serde_json::from_str(&pages::sample()).unwrap();
    let (clause, finding, exchange) = (
        report["clauses"][1].clone(),
        report["findings"][0].clone(),
        report["exchanges"][0].clone(),
    );
    let id = |n: usize| format!("list-versions/200/body/place-{}/maximum-{n}", n / 100);
    let many = |make: &dyn Fn(usize) -> Value| Value::Array((0..MANY).map(make).collect());
    report["clauses"] = many(&|n| {
        let mut one = clause.clone();
        one["id"] = json!(id(n));
        one
    });
    report["findings"] = many(&|n| {
        let mut one = finding.clone();
        one["clause"] = json!(id(n));
        one["exchange"] = json!(n);
        one
    });
    report["exchanges"] = many(&|_| exchange.clone());
    report["cases"][0]["exchanges"] = many(&|n| json!(n));
    report
}

pub fn a_large_report_is_shown_in_parts_and_found_whole(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of(&bench, &report());
    let count = "document.querySelectorAll('#findings [data-item]').length";
    browser.open(&page, "");
    assert_eq!(browser.eval(count), 200);
    browser.script("document.querySelector('.unpack').click();");
    assert_eq!(browser.eval(count), 400);
    // The last of all, by a link.
    let last = format!(
        "clause=list-versions/200/body/place-99/maximum-{}",
        MANY - 1
    );
    browser.open(&page, &format!("#{last}"));
    browser.becomes(&format!(
        "document.getElementById({last:?})?.checkVisibility() ?? false"
    ));
    // And by searching for it.
    browser.press(&["/"]);
    browser.write("maximum-9999");
    browser.becomes("document.querySelector('#findings .shown').innerText === '1 of 10,000'");
    // A case with as many exchanges draws some, and more when asked.
    browser.open(&page, "");
    browser.script("const one = document.querySelector('.case'); one.open = true; one.querySelector('.evidence').open = true;");
    browser.becomes("document.querySelectorAll('.case article.exchange').length === 25");
    browser.script("document.querySelector('.case .evidence button').click();");
    browser.becomes("document.querySelectorAll('.case article.exchange').length === 50");
    browser.is_silent(&page);
}

/// The sample with so many operations of ten cases each: every seventh was not reached, every fifth has a failed case.
fn derived(operations: usize) -> Value {
    let mut report: Value = serde_json::from_str(&pages::sample()).unwrap();
    let (operation, case) = (report["operations"][0].clone(), report["cases"][5].clone());
    let each = (0..operations).map(|n| {
        let mut one = operation.clone();
        let is_far = n % 7 == 6;
        one["id"] = json!(format!("getThing{n}"));
        one["state"] = json!(if is_far { "not_reached" } else { "tested" });
        one["reason"] = json!(if is_far {
            "no id found for {id}, give `--param id=…`"
        } else {
            ""
        });
        one
    });
    report["operations"] = each.collect();
    let cases = (0..10 * operations).map(|n| {
        let mut one = case.clone();
        one["id"] = json!(format!("getThing{}.case-{}", n / 10, n % 10));
        one["operation"] = json!(format!("getThing{}", n / 10));
        let verdict = match (n / 10, n % 10) {
            (operation, _) if operation % 7 == 6 => "skipped",
            (operation, 9) if operation % 5 == 4 => "fail",
            _ => "pass",
        };
        one["verdict"] = json!(verdict);
        one
    });
    report["cases"] = cases.collect();
    report
}

pub fn cases_fold_by_operation_and_what_is_not_green_comes_first(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of(&bench, &derived(400));
    browser.open(&page, "");
    assert_eq!(
        browser.eval("document.querySelectorAll('#cases .node').length"),
        400
    );
    assert_eq!(
        browser.eval("document.querySelectorAll('#cases [data-item]').length"),
        0
    );
    let first = "document.querySelector('#cases .node')";
    assert_eq!(
        browser.eval(&format!("{first}.textContent.includes('1 fail')")),
        true
    );
    browser.script(&format!("{first}.open = true;"));
    browser.becomes(&format!(
        "{first}.querySelector('.case .verdict')?.textContent === 'fail'"
    ));
    // Why an operation was not reached is read without unfolding it.
    assert_eq!(
        browser.eval("[...document.querySelectorAll('#cases .node')].find((one) => one.textContent.includes('not reached')).querySelector('.why code').textContent"),
        "--param id=…"
    );
    // A link, a filter and a search find what waits.
    browser.open(&page, "#case=getThing399.case-3");
    browser
        .becomes("document.getElementById('case=getThing399.case-3')?.checkVisibility() ?? false");
    browser.script("document.querySelector('#cases .filter input[value=fail]').click();");
    browser.becomes("document.querySelector('#cases .shown').innerText === '69 of 4,000'");
    assert_eq!(
        browser.eval("document.querySelectorAll('#cases .node:not([hidden])').length"),
        69
    );
    // Nothing is cut off on a phone.
    browser.size(360, 800);
    browser.open(&page, "");
    assert_eq!(
        browser.eval("document.documentElement.scrollWidth <= 360"),
        true
    );
    browser.is_silent(&page);
}
