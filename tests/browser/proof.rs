//! The page of `conform prove`: every clause and every kill is on it, in silence.

use serde_json::Value;

use super::browser::Browser;
use super::pages;
use super::support::Bench;

pub fn every_clause_and_every_kill_is_in_the_picture(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of_a_poor_proof(&bench);
    let args = [&pages::POOR[..], &["--format=json"]].concat();
    let proof: Value = serde_json::from_str(&bench.run(&args).code(1).out).unwrap();
    browser.open(&page, "");
    let clauses = proof["clauses"].as_array().unwrap();
    assert_eq!(
        browser.eval("document.querySelectorAll('svg rect').length"),
        clauses.len()
    );
    assert_eq!(
        browser.eval("document.querySelectorAll('.matrix tbody tr').length"),
        clauses.len()
    );
    let killed = clauses
        .iter()
        .flat_map(|clause| clause["mutants"].as_array().unwrap())
        .filter(|mutant| mutant["killed_by"].is_string())
        .count();
    assert_eq!(
        browser.eval("[...document.querySelectorAll('td.kill')].reduce((sum, one) => sum + Number(one.innerText), 0)"),
        killed
    );
    let missed = "document.querySelector('#missed .none')?.checkVisibility() ?? false";
    assert_eq!(browser.eval(missed), false);
    // No two neighbours in the legend are told apart by their words alone.
    assert_eq!(
        browser.eval(
            "new Set([...document.querySelectorAll('.legend span')].map((one) => \
             getComputedStyle(one, '::before').backgroundColor)).size"
        ),
        5
    );
    browser.is_silent(&page);
    // The legend counts every square.
    assert_eq!(
        browser.eval("[...document.querySelectorAll('.legend b')].reduce((sum, one) => sum + Number(one.innerText), 0)"),
        clauses.len()
    );
    // On a phone the first case's name is over its column, in sight.
    browser.size(390, 900);
    browser.open(&page, "");
    browser.script("document.querySelector('#matrix').scrollIntoView();");
    assert_eq!(
        browser
            .eval("document.querySelector('.case-name span').getBoundingClientRect().right < 390"),
        true
    );
    browser.open(&pages::of_a_proof(&bench), "");
    assert_eq!(browser.eval(missed), true);
}
