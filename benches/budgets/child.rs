//! The processes beside the measuring one: the reference server, and a walk that tells its time and its peak memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use conform::battery::{Battery, Collection};
use conform::check::{led, page};
use conform::exchange::{Credentials, Request};
use conform::mock::{self, ENVIRONMENT, MockConfig, MockServer, PLUGIN_ID};
use conform::suite::{self, Suite};
use conform::transport::{LiveConfig, LiveTransport, Transport};

use super::{documents, proxy};

/// A reference server in a process of its own; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it is.
    pub url: String,
}

impl Server {
    /// Starts it with so many items on pages of that size.
    pub fn start(items: u64, page_size: usize) -> Server {
        let mut child = again(&["serve", &items.to_string(), &page_size.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut url).unwrap();
        Server {
            child,
            url: url.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What a walk in a process of its own came to.
pub struct Walked {
    /// Items met.
    pub items: u64,
    /// The time from the first request to the end.
    pub seconds: f64,
    /// The peak of the resident memory, in bytes; 0 where the system does not say.
    pub peak: f64,
}

/// Walks: `bare` fetches and parses, `judged` has every check on; or does with a document what the word says.
pub fn walk(kind: &str, url: &str) -> Walked {
    let output = again(&[kind, url])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the {kind} walk failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<f64> = text
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    Walked {
        items: numbers[0] as u64,
        seconds: numbers[1],
        peak: numbers[2],
    }
}

/// This program once more, with words for what to be.
pub fn again(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("child").args(words);
    command
}

/// Is what the words say.
pub fn main(words: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", items, page_size] => {
            let config = MockConfig {
                items: items.parse().unwrap(),
                page_size: page_size.parse().unwrap(),
                ..MockConfig::default()
            };
            let server = runtime.block_on(MockServer::start(config)).unwrap();
            println!("{}", server.base_url());
            std::io::stdout().flush().unwrap();
            let _ = std::io::stdin().read(&mut [0]);
        }
        ["pass", url] => runtime.block_on(proxy::pass(url)),
        ["things"] => runtime.block_on(documents::serve()),
        [kind, url] => {
            let began = Instant::now();
            let items = match kind {
                "bare" => runtime.block_on(bare(url)),
                "judged" => runtime.block_on(judged(url)),
                _ => documents::told(kind, url).expect("a child that there is"),
            };
            println!("{items} {} {}", began.elapsed().as_secs_f64(), peak());
        }
        _ => panic!("no such child: {words:?}"),
    }
}

async fn judged(url: &str) -> u64 {
    let suite = Suite::reference()
        .base_url(url)
        .param("plugin_id", PLUGIN_ID)
        .param("environment", ENVIRONMENT)
        .credentials(mock::API_KEY, mock::API_SECRET)
        .only("walk");
    let report = suite.run().await.unwrap();
    report.assert_conformant();
    report.summary.items
}

async fn bare(url: &str) -> u64 {
    let transport = live(url);
    let collection = collection();
    let mut target = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}");
    let first = target.clone();
    let (mut items, mut from_link) = (0, None);
    loop {
        let exchange = transport.send(get(&target, from_link.take())).await;
        let answer = exchange.answer().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let page = page::read(&collection, &value);
        items += page.items.unwrap().len() as u64;
        match page.next {
            Some(next) => target = led::target_of(&next, &target, &[]).unwrap(),
            None => return items,
        }
        from_link = Some(first.clone());
    }
}

/// The client of both walks.
pub fn live(url: &str) -> LiveTransport {
    let mut config = LiveConfig::new(url.parse().unwrap());
    let plan = Suite::reference().plan().unwrap();
    config.auth = suite::auth(&plan, suite::reference_keyring(&plan)).unwrap();
    LiveTransport::new(config).unwrap()
}

/// A plain valid request.
pub fn get(target: &str, from_link: Option<String>) -> Request {
    Request {
        method: "GET".to_owned(),
        target: target.to_owned(),
        from_link,
        credentials: Credentials::Valid,
        ..Request::default()
    }
}

/// Where the built-in operation keeps its items and links.
pub fn collection() -> Collection {
    let battery = Battery::embedded().unwrap();
    battery.bindings[0].file.collection.clone().unwrap()
}

fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() * 1024.0
}
