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
