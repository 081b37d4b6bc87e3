//! What a browser asked of a service, written down as an HTTP Archive out of what its own protocol tells, and judged.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::browser::Browser;
use super::service::{self, Fault, Options};
use super::support::Bench;

const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders/openapi.yaml");

/// What a page does with the service: what is right, what is refused, and pages that follow each other.
const SESSION: &str = r#"
    const token = { 'Authorization': 'Bearer orders-demo-token', 'X-Tenant': 'acme' };
    const ask = (method, path, headers, body) => {
        const asked = new XMLHttpRequest();
        asked.open(method, path, false);
        for (const [name, value] of Object.entries({ ...token, ...headers })) {
            if (value) asked.setRequestHeader(name, value);
        }
        asked.send(body === undefined ? null : JSON.stringify(body));
        return asked;
    };
    const json = { 'Content-Type': 'application/json' };
    const merge = { 'Content-Type': 'application/merge-patch+json' };
    for (let cursor = ''; cursor !== null;) {
        const page = JSON.parse(ask('GET', '/orders?limit=10' + cursor).responseText);
        cursor = page.next_cursor && '&cursor=' + encodeURIComponent(page.next_cursor);
    }
    ask('GET', '/orders?limit=0');
    ask('GET', '/orders', { 'Authorization': '' });
    ask('GET', '/orders', { 'X-Tenant': '' });
    const made = ask('POST', '/orders', json, { customer_id: 1, quantity: 2, note: 'Grüße', reference: 'browser-1' });
    const path = made.getResponseHeader('Location') || '/orders/1001';
    ask('GET', path);
    ask('PATCH', path, merge, { quantity: 3 });
    ask('GET', path);
    ask('POST', '/orders', json, { customer_id: 1 });
    ask('DELETE', path);
    ask('GET', path);
    ask('GET', '/customers?page=1');
    ask('GET', '/customers?page=2');
    ask('GET', '/customers/1');
    ask('GET', '/customers/999999');
"#;

pub fn what_a_browser_asked_is_judged(browser: Browser) {
    for (fault, code) in [(None, 0), (Some(Fault::WrongIdType), 1)] {
        let bench = Bench::new();
        let (url, _runtime) = orders(fault);
        browser.tell("Network.enable", json!({}));
        browser.network();
        browser.go(&format!("{url}/health"));
        browser.script(SESSION);
        let archive = archive(&browser);
        bench.write("session.har", &archive.to_string());
        let args = [
            "judge",
            "session.har",
            "--spec",
            ORDERS,
            "--report",
            "json=r.json",
        ];
        let done = bench.run(&args).code(code);
        let report = bench.json("r.json");
        let held = report["summary"]["clauses"]["held"].as_u64().unwrap();
        assert!(held > 60, "{held} {}", done.out);
        let findings = report["findings"].as_array().unwrap().iter();
        let gating = findings.filter(|one| one["level"] != "info");
        let broken: Vec<&str> = gating.map(|one| one["clause"].as_str().unwrap()).collect();
        match fault {
            Some(fault) => assert_eq!(broken, [fault.clause()], "{}", done.out),
            None => assert_eq!(broken.len(), 0, "{}", done.out),
        }
        let told = format!("{} {} {report}", done.out, done.err);
        assert!(!told.contains("orders-demo-token"), "{told}");
    }
}

fn orders(fault: Option<Fault>) -> (String, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let options = Options {
        fault,
        ..Options::default()
    };
    runtime.spawn(service::serve(listener, options));
    (url, runtime)
}

/// What the browser asked since it was last looked at, as its own export writes it.
fn archive(browser: &Browser) -> Value {
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut extra: BTreeMap<String, (Value, Value)> = BTreeMap::new();
    for (name, mut told) in browser.network() {
        let id = told["requestId"].as_str().unwrap_or_default().to_owned();
        let known = entries.iter_mut().find(|(known, _)| *known == id);
        match name.as_str() {
            "Network.requestWillBeSent" => entries.push((id, told)),
            "Network.requestWillBeSentExtraInfo" => {
                extra.entry(id).or_default().0 = told["headers"].take();
            }
            "Network.responseReceivedExtraInfo" => {
                extra.entry(id).or_default().1 = told["headers"].take();
            }
            "Network.responseReceived" => known.unwrap().1["response"] = told["response"].take(),
            _ => {}
        }
    }
    let entries: Vec<Value> = entries
        .iter()
        .map(|(id, told)| entry(browser, id, told, extra.get(id)))
        .collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "Chromium", "version": "of the tests" },
        "pages": [],
        "entries": entries,
    } })
}

fn entry(browser: &Browser, id: &str, told: &Value, extra: Option<&(Value, Value)>) -> Value {
    let (request, response) = (&told["request"], &told["response"]);
    let (asked, answered) = extra.cloned().unwrap_or_default();
    let either = |extra: Value, own: &Value| headers(if extra.is_null() { own } else { &extra });
    let body = browser.tell("Network.getResponseBody", json!({ "requestId": id }));
    let mut content = json!({
        "size": body["body"].as_str().map_or(0, str::len),
        "mimeType": response["mimeType"],
        "text": body["body"],
    });
    if body["base64Encoded"] == true {
        content["encoding"] = json!("base64");
        content["size"] = json!(-1);
    }
    let mut one = json!({
        "_resourceType": told["type"],
        "startedDateTime": format!("2026-01-01T00:00:00.000Z#{id}"),
        "time": 1,
        "request": {
            "method": request["method"],
            "url": request["url"],
            "httpVersion": response["protocol"],
            "headers": either(asked, &request["headers"]),
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": request["postData"].as_str().map_or(0, str::len),
        },
        "response": {
            "status": response["status"],
            "statusText": response["statusText"],
            "httpVersion": response["protocol"],
            "headers": either(answered, &response["headers"]),
            "cookies": [],
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": 1, "receive": 0 },
    });
    if let Some(text) = request["postData"].as_str() {
        let sent = one["request"]["headers"].as_array().unwrap().iter();
        let mut kinds = sent.filter(|one| one["name"] == "Content-Type");
        let kind = kinds.next().map_or(Value::Null, |one| one["value"].clone());
        one["request"]["postData"] = json!({ "mimeType": kind, "text": text });
    }
    one
}

/// Several values of one name stand on lines of their own there.
fn headers(map: &Value) -> Value {
    let all = map.as_object().unwrap().iter().flat_map(|(name, value)| {
        let lines = value.as_str().unwrap_or_default().split('\n');
        lines.map(move |line| json!({ "name": name, "value": line }))
    });
    all.collect()
}
