//! Runs the embedded battery in this process against a test server, and compares what comes out with what a row says.

pub mod book;
pub mod change;
pub mod packed;
pub mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use conform::battery::{Battery, Plan, Selection, pack};
use conform::contract::{Contract, Level};
use conform::ledger::Gate;
use conform::mock::{self, Edit, MockConfig, MockServer};
use conform::report::Report;
use conform::run::{RunOptions, Session, Silence, Stop, Target};
use conform::suite;
use conform::transport::LiveConfig;

use wire::{Handler, WireServer};

/// What a row runs against.
#[derive(Clone)]
pub enum Server {
    /// The reference server, perhaps with a hook.
    Reference(MockConfig),
    /// The raw server: its handler, the path prefix of the base URL, and whether it serves one connection at a time.
    Wire(Handler, &'static str, bool),
    /// An address where nothing listens.
    Nobody,
}

/// A server and what a run against it must end with.
#[derive(Clone)]
pub struct Row {
    /// What is special about the server.
    pub name: String,
    /// The server.
    pub server: Server,
    /// The exit codes that are right.
    pub exit: Vec<u8>,
    /// The clauses of all must and should findings, without the operation's name.
    pub findings: Vec<String>,
    /// How long a request may take.
    pub timeout: Duration,
    /// Whether a case is over before the next begins, so that the requests come in the same order each time.
    pub in_order: bool,
}

impl Row {
    /// A row over any server.
    pub fn new(name: &str, server: Server, exit: &[u8], findings: &[&str]) -> Row {
        Row {
            name: name.to_owned(),
            server,
            exit: exit.to_vec(),
            findings: findings.iter().map(|id| (*id).to_owned()).collect(),
            timeout: Duration::from_secs(5),
            in_order: false,
        }
    }

    /// The reference server with a hook that breaks this clause and nothing else.
    pub fn broken(name: &str, edit: Edit, clause: &str) -> Row {
        Row::new(name, reference(edit), &[1], &[clause])
    }

    /// The reference server with a hook that is unusual, but right.
    pub fn right(name: &str, edit: Edit) -> Row {
        Row::new(name, reference(edit), &[0], &[])
    }
}

/// The reference server with a hook.
pub fn reference(edit: Edit) -> Server {
    Server::Reference(MockConfig {
        edit: Some(edit),
        ..MockConfig::default()
    })
}

/// The embedded contract and battery, loaded once.
pub fn contract() -> (Battery, Arc<Contract>) {
    static LOADED: OnceLock<(Battery, Arc<Contract>)> = OnceLock::new();
    let load = || {
        let battery = Battery::embedded().expect("the embedded battery loads");
        let contract = Contract::load(
            pack::SPEC.name,
            pack::SPEC.text.to_owned(),
            &battery.aliases(),
        );
        let contract = contract.expect("the embedded contract loads");
        (battery, Arc::new(contract))
    };
    LOADED.get_or_init(load).clone()
}

/// The whole battery, bound to the reference server's plugin and environment, made once.
pub fn plan() -> &'static Plan {
    static MADE: OnceLock<Plan> = OnceLock::new();
    MADE.get_or_init(|| {
        let (battery, contract) = contract();
        let selection = Selection {
            parameters: BTreeMap::from([
                ("plugin_id".to_owned(), mock::PLUGIN_ID.to_owned()),
                ("environment".to_owned(), mock::ENVIRONMENT.to_owned()),
            ]),
            has_restricted: true,
            ..Selection::default()
        };
        Plan::new(contract, &battery, &selection).expect("the embedded battery fits its contract")
    })
}

/// Runs the battery against a base URL, as the row says.
pub async fn run(base_url: &str, row: &Row) -> Report {
    let plan = plan();
    let auth = suite::auth(plan, suite::reference_keyring(plan)).expect("credentials");
    let mut config = LiveConfig::new(base_url.parse().expect("a base URL"));
    config.auth = auth.clone();
    config.timeout = row.timeout;
    config.deadline = Some(Instant::now() + Duration::from_secs(90));
    let gate = Gate {
        level: Level::Should,
        baseline: None,
        min_coverage: None,
        without_core: false,
    };
    let mut options = RunOptions::default();
    if row.in_order {
        options.concurrency = 0;
    }
    let session = Session {
        plan,
        gate: &gate,
        options,
        listener: &Silence,
        shown_options: BTreeMap::new(),
        auth,
    };
    let target = Target {
        config,
        shown: suite::shown(&base_url.parse().unwrap(), false),
        record: None,
        wait: None,
    };
    let stop = Stop::default();
    let ended = session.live(target, &stop, std::future::pending()).await;
    ended.expect("a report").report
}

/// Starts a row's server and runs the battery against it.
pub async fn run_row(row: &Row) -> Report {
    match &row.server {
        Server::Reference(config) => {
            let server = MockServer::start(config.clone()).await.expect("a server");
            let report = run(server.base_url(), row).await;
            drop(server);
            report
        }
        Server::Wire(handler, prefix, alone) => {
            let server = WireServer::start(Arc::clone(handler), *alone).await;
            run(&format!("{}{prefix}", server.base_url), row).await
        }
        Server::Nobody => run("http://127.0.0.1:9", row).await,
    }
}

/// The must and should findings of a report, without the operation's name.
pub fn gating(report: &Report) -> BTreeSet<String> {
    let gates = report
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Info);
    gates.map(|finding| short(&finding.clause)).collect()
}

/// A clause id without the operation's name.
pub fn short(clause: &str) -> String {
    clause
        .strip_prefix("list-versions/")
        .unwrap_or(clause)
        .to_owned()
}

/// What differs between a row and its report, in words.
fn difference(row: &Row, report: &Report) -> Option<String> {
    let wanted: BTreeSet<String> = row.findings.iter().cloned().collect();
    let found = gating(report);
    if row.exit.contains(&report.exit_code) && wanted == found {
        return None;
    }
    let mut text = format!(
        "\n{}: exit {} (wanted {:?}), reasons {:?}",
        row.name, report.exit_code, row.exit, report.reasons
    );
    for missing in wanted.difference(&found) {
        text.push_str(&format!("\n    missed  {missing}"));
    }
    for finding in &report.findings {
        let id = short(&finding.clause);
        if found.contains(&id) && !wanted.contains(&id) {
            text.push_str(&format!(
                "\n    unwanted  {id} in {:?} at {:?}: {}",
                finding.cases, finding.instance_pointer, finding.message
            ));
        }
    }
    Some(text)
}

/// Runs all rows, several at a time, and fails with all that differ.
pub fn check(rows: Vec<Row>) {
    let reports = reports(rows);
    let wrong: Vec<String> = reports
        .iter()
        .filter_map(|(row, report)| difference(row, report))
        .collect();
    let count = reports.len();
    assert!(
        wrong.is_empty(),
        "{} of {count} rows:{}",
        wrong.len(),
        wrong.concat()
    );
}

/// Runs all rows, several at a time; `ROW=text` in the environment keeps those whose name has the text.
pub fn reports(rows: Vec<Row>) -> Vec<(Row, Report)> {
    const AT_ONCE: usize = 6;
    let only = std::env::var("ROW").unwrap_or_default();
    let rows = rows.into_iter().filter(|row| row.name.contains(&only));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let turns = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
        let tasks: Vec<_> = rows
            .map(|row| {
                let turns = Arc::clone(&turns);
                tokio::spawn(async move {
                    let _turn = turns.acquire().await.expect("never closed");
                    let longest = Duration::from_secs(100);
                    let report = tokio::time::timeout(longest, run_row(&row)).await;
                    let report = report.unwrap_or_else(|_| panic!("{}: it hangs", row.name));
                    (row, report)
                })
            })
            .collect();
        let mut done = Vec::new();
        for task in tasks {
            done.push(task.await.expect("no run panics"));
        }
        done
    })
}
