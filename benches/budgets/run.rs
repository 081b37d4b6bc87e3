//! The whole default run, from the first request to the finished report, against the bare exchange of the same
//! requests over the same client. Reading contract and battery, which no exchange has, is told beside it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use conform::battery::Plan;
use conform::exchange::{Redactor, Request};
use conform::ledger::Gate;
use conform::mock;
use conform::run::{RunOptions, Session, Silence, Stop, Target};
use conform::suite::{self, Suite};
use conform::transport::{LiveConfig, LiveTransport, Pausing, Sending, Transport};

use super::child::Server;
use super::{Measured, median};

const ROUNDS: usize = 30;

/// Runs and exchanges in turns, each round with a client of its own.
pub fn measure() -> Vec<Measured> {
    let server = Server::start(25, 10);
    let config = config(&server.url);
    let suite = Suite::reference().base_url(&server.url);
    let suite = suite.param("plugin_id", mock::PLUGIN_ID);
    let suite = suite.param("environment", mock::ENVIRONMENT);
    let suite = suite.credentials(mock::API_KEY, mock::API_SECRET);
    let suite = suite.restricted(mock::RESTRICTED_API_KEY, mock::RESTRICTED_API_SECRET);
    let plan = suite.plan().unwrap();
    let runtime = runtime();
    let mut facade = || runtime.block_on(suite.run()).unwrap().assert_conformant();
    let mut loading = || drop(suite.plan().unwrap());
    let (whole, bare, requests, [facade, loading]) =
        to_bare(&plan, &config, ROUNDS, [&mut facade, &mut loading]);
    let what = format!("the default run to the bare exchange of its {requests} requests");
    vec![
        Measured::ratio("  reading contract and battery", loading, bare, None),
        Measured::ratio(
            "the same with reading contract and battery",
            facade,
            bare,
            Some(1.8),
        ),
        Measured::ratio(&what, whole, bare, Some(1.5)),
    ]
}

fn session<'a>(plan: &'a Plan, config: &LiveConfig, gate: &'a Gate) -> Session<'a> {
    Session {
        plan,
        gate,
        options: RunOptions::default(),
        listener: &Silence,
        shown_options: BTreeMap::new(),
        auth: config.auth.clone(),
    }
}

async fn run(plan: &Plan, config: &LiveConfig) {
    let gate = Gate::default();
    let target = Target {
        config: config.clone(),
        shown: suite::shown(&config.base_url, false),
        record: None,
        wait: None,
    };
    let stop = Stop::default();
    let session = session(plan, config, &gate);
    let ended = session.live(target, &stop, std::future::pending()).await;
    std::hint::black_box(ended.unwrap().report);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// A client without credentials.
pub fn bare_config(url: &str) -> LiveConfig {
    LiveConfig::new(url.parse().unwrap())
}

/// How long a run, the bare exchange of its requests and what else there is take, in turns, so that all have the same of a
/// machine that is faster at one time than at another; and how many requests those are.
pub fn to_bare<const N: usize>(
    plan: &Plan,
    config: &LiveConfig,
    rounds: usize,
    mut others: [&mut dyn FnMut(); N],
) -> (f64, f64, usize, [f64; N]) {
    let runtime = runtime();
    let requests = runtime.block_on(requests(plan, config));
    let timed = |what: &mut dyn FnMut()| {
        let began = Instant::now();
        what();
        began.elapsed().as_secs_f64()
    };
    let (mut whole, mut bare) = (Vec::new(), Vec::new());
    let mut more = [const { Vec::new() }; N];
    for _ in 0..rounds {
        whole.push(timed(&mut || runtime.block_on(run(plan, config))));
        bare.push(timed(&mut || {
            let client = client(config);
            runtime.block_on(async {
                for request in &requests {
                    client.send(request.clone()).await;
                }
            });
        }));
        for (times, other) in more.iter_mut().zip(&mut others) {
            times.push(timed(*other));
        }
    }
    (
        median(whole),
        median(bare),
        requests.len(),
        more.map(median),
    )
}

/// What a run of a plan sends, in its order.
async fn requests(plan: &Plan, config: &LiveConfig) -> Vec<Request> {
    let noting = Noting {
        inner: client(config),
        sent: Mutex::default(),
    };
    let (gate, stop) = (Gate::default(), Stop::default());
    let shown = suite::shown(&config.base_url, false);
    let session = session(plan, config, &gate);
    let hidden = Redactor::default();
    session.over(&noting, shown, &hidden, &stop).await.unwrap();
    noting.sent.into_inner().unwrap()
}

fn client(config: &LiveConfig) -> LiveTransport {
    LiveTransport::new(config.clone()).unwrap()
}

/// With the credentials ready, so that no round reads the battery for them.
fn config(url: &str) -> LiveConfig {
    let mut config = LiveConfig::new(url.parse().unwrap());
    let plan = Suite::reference().plan().unwrap();
    config.auth = suite::auth(&plan, suite::reference_keyring(&plan)).unwrap();
    config
}

struct Noting {
    inner: LiveTransport,
    sent: Mutex<Vec<Request>>,
}

impl Transport for Noting {
    fn send(&self, request: Request) -> Sending<'_> {
        self.sent.lock().unwrap().push(request.clone());
        self.inner.send(request)
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        self.inner.pause(time)
    }
}
