//! Everybody can read and use the pages: contrast, names and order by an audit of our own, keys without a mouse, small
//! screens, paper.

use std::path::Path;

use serde_json::{Value, json};

use super::browser::{Browser, TAB};
use super::pages;
use super::support::Bench;

const AUDIT: &str = include_str!("audit.js");

/// Holds that nothing on the page keeps anybody out, folded and unfolded, in light and in dark.
#[track_caller]
fn is_open_to_all(browser: &Browser, page: &Path) {
    for scheme in ["light", "dark"] {
        browser.scheme(scheme);
        browser.open(page, "");
        assert_eq!(browser.script(AUDIT), json!([]), "{scheme}, as opened");
        browser.script("for (const one of document.querySelectorAll('details')) one.open = true;");
        browser.becomes("!document.querySelector('details[open][data-exchanges]')");
        assert_eq!(browser.script(AUDIT), json!([]), "{scheme}, unfolded");
    }
}

pub fn a_report_can_be_read_by_everybody(browser: Browser) {
    let bench = Bench::new();
    is_open_to_all(&browser, &pages::of_a_run(&bench));
    let sample: Value = serde_json::from_str(&pages::sample()).unwrap();
    is_open_to_all(&browser, &pages::of(&bench, &sample));
}

pub fn a_proof_can_be_read_by_everybody(browser: Browser) {
    let bench = Bench::new();
    is_open_to_all(&browser, &pages::of_a_proof(&bench));
    is_open_to_all(&browser, &pages::of_a_poor_proof(&bench));
}

pub fn the_audit_sees_what_it_is_for(browser: Browser) {
    let bench = Bench::new();
    let page = bench.write(
        "bad.html",
        "<!DOCTYPE html><title>Bad</title><main><h1>Bad</h1><h4>Deep</h4><p style='color:#999'>pale</p>\
         <input placeholder=x><button></button><img src='data:,'><svg></svg><i id=a></i><i id=a></i></main>",
    );
    browser.open(&page, "");
    let found = browser.script(AUDIT).to_string();
    for complaint in [
        "names no language",
        "a heading of level 4 after one of level 1",
        "text of contrast 2.85",
        "a control without a name: <input",
        "a control without a name: <button",
        "a picture without a name: <img",
        "a picture without a name: <svg",
        "an id used twice",
    ] {
        assert!(found.contains(complaint), "{complaint}: {found}");
    }
}

pub fn each_stop_of_the_keyboard_is_seen(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of_a_run(&bench);
    browser.open(&page, "");
    let stop = "(() => { \
        const at = document.activeElement; \
        const shown = at.matches('.filter input') ? at.nextElementSibling : at; \
        const box = shown.getBoundingClientRect(); \
        const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0; \
        const marked = getComputedStyle(shown).outlineStyle !== 'none'; \
        return [at.localName, inside && marked]; })()";
    let mut kinds = Vec::new();
    for _ in 0..30 {
        browser.press(&[TAB]);
        let stopped = browser.eval(stop);
        assert_eq!(stopped[1], true, "{stopped}");
        kinds.push(stopped[0].as_str().unwrap().to_owned());
    }
    for kind in ["a", "input", "summary", "button"] {
        assert!(kinds.iter().any(|one| one == kind), "{kind}: {kinds:?}");
    }
}

pub fn nothing_is_cut_off_on_a_small_screen_or_on_paper(browser: Browser) {
    let bench = Bench::new();
    let sample: Value = serde_json::from_str(&pages::sample()).unwrap();
    for page in [
        pages::of_a_run(&bench),
        pages::of(&bench, &sample),
        pages::of_a_proof(&bench),
    ] {
        for width in [1200, 768, 360] {
            browser.size(width, 800);
            browser.open(&page, "");
            browser
                .script("for (const one of document.querySelectorAll('details')) one.open = true;");
            assert_eq!(
                browser.eval("document.documentElement.scrollWidth <= innerWidth"),
                true,
                "{width}"
            );
        }
        browser.tell("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        assert_eq!(
            browser.eval("document.querySelector('.toolbar')?.checkVisibility() ?? false"),
            false
        );
        browser.tell("Emulation.setEmulatedMedia", json!({ "media": "" }));
    }
}
