//! Headless Chromiums, each with a fresh profile and for one test after the other, and what a reader does with it: open, press, look.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::{Driver, Programs};

/// Browsers that wait for the next test.
static WAITING: Mutex<Vec<Started>> = Mutex::new(Vec::new());

pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
pub const ESCAPE: &str = "\u{e00c}";
pub const LEFT: &str = "\u{e012}";
pub const RIGHT: &str = "\u{e014}";
pub const DOWN: &str = "\u{e015}";

/// A browser; the driver is dropped, and ends it, before its profile goes.
struct Started {
    driver: Driver,
    session: String,
    _profile: TempDir,
}

impl Started {
    fn new(programs: &Programs) -> Started {
        let profile = tempfile::tempdir().unwrap();
        let driver = Driver::start(&programs.chromedriver);
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "binary": programs.chromium,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1200,900",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
            },
        } } });
        let session = driver.call("POST", "/session", &wanted)["sessionId"]
            .as_str()
            .unwrap()
            .to_owned();
        Started {
            driver,
            session,
            _profile: profile,
        }
    }
}

/// A browser that one test has, in a tab of its own.
pub struct Browser(Option<Started>);

impl Browser {
    /// A browser that another test is done with, else a new one.
    ///
    /// # Errors
    /// Why there is none; with `REQUIRE_BROWSER=1` that is a failure instead.
    pub fn start() -> Result<Browser, String> {
        let programs = Programs::find().map_err(|missing| {
            let required = std::env::var_os("REQUIRE_BROWSER");
            assert!(
                required.is_none_or(|value| value != "1"),
                "REQUIRE_BROWSER=1, but there is no {missing} on the PATH"
            );
            format!("there is no {missing} on the PATH")
        })?;
        let waiting = || WAITING.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(started) = waiting() else {
            return Ok(Browser(Some(Started::new(&programs))));
        };
        // A new tab has nothing of the last test: no size, no colors, no focus.
        let browser = Browser(Some(started));
        let new = browser.post("window/new", &json!({ "type": "tab" }));
        let path = format!("/session/{}/window", browser.started().session);
        browser.started().driver.call("DELETE", &path, &Value::Null);
        browser.post("window", &json!({ "handle": new["handle"] }));
        Ok(browser)
    }

    /// Ends those that wait.
    pub fn end_all() {
        WAITING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn started(&self) -> &Started {
        self.0.as_ref().expect("it is there until it is dropped")
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let path = format!("/session/{}/{command}", self.started().session);
        self.started().driver.call("POST", &path, body)
    }

    /// Opens a file, at a fragment where one is given. What was logged before is forgotten.
    pub fn open(&self, file: &Path, fragment: &str) {
        self.log("browser");
        self.log("performance");
        self.go(&format!("{}{fragment}", address(file)));
    }

    /// Goes to an address.
    pub fn go(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// What the browser's protocol told of the network since it was last asked: name and parameters of each event.
    pub fn network(&self) -> Vec<(String, Value)> {
        let events = self.log("performance").into_iter().map(|entry| {
            let text = entry["message"].as_str().unwrap();
            let mut event: Value = serde_json::from_str(text).unwrap();
            let event = &mut event["message"];
            let name = event["method"].as_str().unwrap().to_owned();
            (name, event["params"].take())
        });
        events
            .filter(|(name, _)| name.starts_with("Network."))
            .collect()
    }

    /// The value of an expression in the page.
    pub fn eval(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs statements in the page; what they return.
    pub fn script(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Holds that an expression becomes true.
    #[track_caller]
    pub fn becomes(&self, expression: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while self.eval(expression) != json!(true) {
            assert!(Instant::now() < until, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses keys one after the other, wherever the focus is.
    pub fn press(&self, keys: &[&str]) {
        let strokes: Vec<Value> = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let actions = json!([{ "type": "key", "id": "keyboard", "actions": strokes }]);
        self.post("actions", &json!({ "actions": actions }));
    }

    /// Types a text, wherever the focus is.
    pub fn write(&self, text: &str) {
        let keys: Vec<String> = text.chars().map(String::from).collect();
        self.press(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// A command of the browser's own protocol.
    pub fn tell(&self, command: &str, parameters: Value) -> Value {
        self.post(
            "goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
    }

    /// Shows pages in `light` or `dark`.
    pub fn scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.tell(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
    }

    /// Shows pages in a window of this size, in CSS pixels.
    pub fn size(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", size);
    }

    /// The window as a PNG.
    pub fn picture(&self) -> Vec<u8> {
        let path = format!("/session/{}/screenshot", self.started().session);
        let text = self.started().driver.call("GET", &path, &Value::Null);
        STANDARD.decode(text.as_str().unwrap()).unwrap()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.post("se/log", &json!({ "type": kind }));
        entries.as_array().unwrap().clone()
    }

    /// Holds that since it was opened the page said nothing on the console and asked for nothing but itself.
    #[track_caller]
    pub fn is_silent(&self, file: &Path) {
        let said = self.log("browser");
        assert!(said.is_empty(), "on the console: {said:#?}");
        let own = address(file);
        let mut seen = 0;
        for (name, parameters) in self.network() {
            let asks = ["Network.requestWillBeSent", "Network.webSocketCreated"];
            if !asks.contains(&name.as_str()) {
                continue;
            }
            let url = parameters["request"]["url"]
                .as_str()
                .or(parameters["url"].as_str())
                .unwrap();
            // Before it, the browser's own first page may speak. The empty icon stands in the page itself.
            seen += u32::from(url == own);
            let harmless = url == own || url.starts_with("data:");
            assert!(seen == 0 || harmless, "the page asks for {url}");
        }
        assert_eq!(seen, 1, "requests for the page itself");
    }
}

impl Drop for Browser {
    /// Leaves it to the next test, unless this one failed.
    fn drop(&mut self) {
        if let Some(started) = self.0.take()
            && !std::thread::panicking()
        {
            WAITING
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(started);
        }
    }
}

/// A file as an address, without a fragment.
fn address(file: &Path) -> String {
    url::Url::from_file_path(file).unwrap().to_string()
}
