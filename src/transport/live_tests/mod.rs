//! The live transport against servers that do what servers should not.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpListener;
use url::Url;

use super::raw_server::{RawServer, Reply, answer, head};
use super::{LiveConfig, LiveTransport, Transport as _};
use crate::contract::SecurityScheme;
use crate::exchange::auth::Auth;
use crate::exchange::credentials::{Entry, Keyring, Login, Secret};
use crate::exchange::{BodyEnd, Credentials, Exchange, FailureKind, Request};

mod answers;
mod ending;
mod retries;
mod sent;
mod troubles;

const SHORT: Duration = Duration::from_millis(150);

fn config(server: &RawServer) -> LiveConfig {
    let mut config = LiveConfig::new(Url::parse(&format!("http://{}/", server.addr)).unwrap());
    config.retries = 0;
    config.auth = shown(SecurityScheme::Basic, ("OTHER", "other"));
    config
}

/// One operation that wants to be shown who asks in one way.
pub(super) fn shown(scheme: SecurityScheme, (other, other_secret): (&str, &str)) -> Auth {
    let secret = |value: &str| Secret::new("V", value);
    let keyring = Keyring {
        given: Entry::given("REALKEY", "real-secret"),
        restricted: Some((secret(other), secret(other_secret))),
        ..Keyring::default()
    };
    let is_basic = scheme == SecurityScheme::Basic;
    let login = Login {
        scheme,
        key: secret("REALKEY"),
        password: if is_basic {
            secret("real-secret")
        } else {
            Secret::default()
        },
    };
    Auth::single(keyring, vec![login])
}

fn get(target: &str) -> Request {
    Request {
        method: "GET".into(),
        target: target.into(),
        credentials: Credentials::Valid,
        ..Request::default()
    }
}

async fn send(config: LiveConfig) -> Exchange {
    LiveTransport::new(config).unwrap().send(get("/a")).await
}

async fn exchange(reply: Reply) -> Exchange {
    send(config(&RawServer::start([reply]).await)).await
}

fn body(exchange: &Exchange) -> &str {
    std::str::from_utf8(&exchange.answer().unwrap().body).unwrap()
}

fn failure(exchange: &Exchange) -> (FailureKind, &str) {
    let failure = exchange.last().result.as_ref().err().unwrap();
    (failure.kind, &failure.message)
}

fn broken_off(exchange: &Exchange) -> &str {
    match &exchange.answer().unwrap().end {
        BodyEnd::BrokenOff(why) => why,
        other => panic!("{other:?}"),
    }
}

fn unread(exchange: &Exchange) -> &str {
    match &exchange.answer().unwrap().end {
        BodyEnd::Unread(why) => why,
        other => panic!("{other:?}"),
    }
}

/// The statuses of all attempts; 0 for none.
fn statuses(exchange: &Exchange) -> Vec<u16> {
    let results = exchange
        .attempts
        .iter()
        .map(|attempt| attempt.result.as_ref());
    results
        .map(|result| result.map_or(0, |answer| answer.status))
        .collect()
}

fn ok() -> Reply {
    answer("200 OK", &[], b"fine")
}
