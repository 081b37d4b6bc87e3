//! What a target sends to break out of the page stands there as text: nothing of it runs, loads or moves.

use serde_json::Value;

use super::browser::{Browser, ENTER};
use super::pages;
use super::support::Bench;

/// Each of these would leave its mark if it ran.
const ATTACKS: [&str; 5] = [
    "<script>window.hit=1</script>",
    "</script><script>window.hit=2</script>",
    "<img src=x onerror=window.hit=3>",
    "<svg onload=window.hit=4><a href=javascript:window.hit=5>x</a></svg>",
    "</pre></template><iframe srcdoc='<script>parent.hit=6</script>'></iframe><style>body{display:none}</style>",
];

/// The sample with all attacks wherever it has one.
fn report() -> Value {
    let attack = serde_json::to_string(&ATTACKS.concat()).unwrap();
    let attack = &attack[1..attack.len() - 1];
    let text = pages::sample().replace("<script>alert(1)</script>", attack);
    assert!(text.matches("window.hit=3").count() > 10);
    serde_json::from_str(&text).unwrap()
}

pub fn what_the_target_sent_is_shown_and_never_obeyed(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of(&bench, &report());
    browser.open(&page, "");
    // Everything that can be unfolded is, and every exchange is drawn.
    browser.script("for (const one of document.querySelectorAll('details')) one.open = true;");
    browser.becomes("document.querySelectorAll('article.exchange pre').length > 3");
    assert_eq!(browser.eval("window.hit ?? null"), Value::Null);
    assert_eq!(
        browser.eval(
            "document.querySelectorAll('iframe, img, body svg:not([role=img]), body style').length"
        ),
        0
    );
    assert_eq!(browser.eval("document.scripts.length"), 2);
    assert_eq!(
        browser.eval("getComputedStyle(document.body).display !== 'none'"),
        true
    );
    for place in [
        ".banner",
        ".finding .say",
        ".finding .actual pre",
        ".finding .excerpt",
        ".case .say",
        "article.exchange pre",
    ] {
        let text = format!(
            "[...document.querySelectorAll({place:?})].some((one) => one.textContent.includes({:?}))",
            ATTACKS[0]
        );
        assert_eq!(browser.eval(&text), true, "{place}");
    }
    // Controls and turns of direction are shown as what they are.
    assert_eq!(
        browser.eval(
            "/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202e]/.test(document.body.innerText)"
        ),
        false
    );
    assert_eq!(
        browser.eval("document.body.innerText.includes('\\\\u{202e}')"),
        true
    );
    browser.is_silent(&page);
}

pub fn a_search_or_a_link_of_the_targets_making_is_harmless(browser: Browser) {
    let bench = Bench::new();
    let page = pages::of(&bench, &report());
    let fragment = "#%3Cimg%20src=x%20onerror=window.hit=7%3E%zz";
    browser.open(&page, fragment);
    browser.press(&["/"]);
    browser.write("<script>window.hit=8</script> \"]");
    browser.press(&[ENTER]);
    browser.becomes("document.querySelector('#findings .shown').innerText.includes(' of ')");
    assert_eq!(browser.eval("window.hit ?? null"), Value::Null);
    browser.is_silent(&page);
}
