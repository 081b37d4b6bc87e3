//! The picture in the README: a report on real defects, as a reader sees it first.

use serde_json::json;

use super::browser::Browser;
use super::pages;
use super::support::Bench;

/// Writes docs/report.png, which differs from machine to machine: `cargo test --test browser -- --ignored`.
pub fn the_picture_in_the_readme(browser: Browser) {
    let bench = Bench::new();
    browser.scheme("light");
    browser.size(1200, 1000);
    browser.tell("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    browser.open(&pages::of_a_run(&bench), "");
    // To the end of the findings, and no further.
    let end =
        browser.eval("Math.round(document.querySelector('#cases').getBoundingClientRect().top)");
    browser.size(1200, u32::try_from(end.as_u64().unwrap()).unwrap());
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.png");
    std::fs::write(file, browser.picture()).unwrap();
}
