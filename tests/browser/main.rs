//! The pages in a real Chromium, opened from disk as a reader opens them: they load, answer to hand and key, ask the
//! network for nothing, run nothing that the target sent, and can be read by everybody. Where there is no Chromium or
//! no chromedriver, each test says that it did not run and passes; `CONFORM_REQUIRE_BROWSER=1` makes that a failure.

mod access;
mod browser;
mod driver;
mod hostile;
mod large;
mod pages;
mod picture;
mod proof;
mod report;
#[path = "../cli/support.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the command line, which use all of it"
)]
mod support;
