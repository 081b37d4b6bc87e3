//! Names what went wrong with a connection or a body, by looking through the causes of an error.
//! The names are lower-case fragments without secrets and without the URL.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::exchange::{BodyEnd, Failure, FailureKind};

/// Who is on the other side, for messages.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// `host:port` of the target.
    pub(super) target: String,
    /// `host:port` of the proxy in front of it.
    pub(super) proxy: Option<String>,
}

/// Causes come from other crates, and some repeat what the target sent.
const LONGEST_CAUSE: usize = 200;

/// When an error came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// While the name was looked up.
    Name,
    /// While a connection was made.
    Connect,
    /// Whenever it was, the time was over.
    Time,
    /// Between the request and its answer.
    Exchange,
}

/// Names why no answer came.
pub(super) fn name(error: &reqwest::Error, peer: &Peer) -> Failure {
    let stage = match error {
        error if error.is_dns() => Stage::Name,
        error if error.is_timeout() => Stage::Time,
        error if error.is_connect() => Stage::Connect,
        _ => Stage::Exchange,
    };
    named(stage, error, peer)
}

/// Names why no answer came, of an error of that time.
pub(super) fn named(stage: Stage, error: &(dyn Error + 'static), peer: &Peer) -> Failure {
    let causes = causes(error);
    let target = &peer.target;
    if let Some(tls) = find::<rustls::Error>(&causes) {
        return failure(FailureKind::Tls, tls_message(tls, target));
    }
    let cause = innermost(&causes);
    let io = find::<io::Error>(&causes).map(io::Error::kind);
    // Behind a proxy it is the proxy that is looked up and connected to.
    let near = match &peer.proxy {
        Some(proxy) => format!("the proxy {proxy}"),
        None => target.clone(),
    };
    match stage {
        Stage::Name => failure(
            FailureKind::Dns,
            format!(
                "the name of {near} could not be looked up ({cause}); check its spelling, and that it is known from here"
            ),
        ),
        Stage::Time => failure(
            FailureKind::Timeout,
            format!("{near} did not answer in time ({cause})"),
        ),
        Stage::Connect => {
            let message = match io {
                _ if cause.starts_with("tunnel error") || cause.starts_with("proxy auth") => {
                    format!("{near} did not open a tunnel to {target} ({cause})")
                }
                Some(io::ErrorKind::ConnectionRefused) => {
                    format!("{near} refused the connection; check host and port, and that it runs")
                }
                Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                    format!("{near} closed the connection before it was established ({cause})")
                }
                _ => format!("no connection to {near} could be made ({cause})"),
            };
            failure(FailureKind::Connect, message)
        }
        Stage::Exchange => failure(FailureKind::Protocol, protocol_message(&cause, io, &near)),
    }
}

/// What went wrong between the request and its answer, told by the texts of hyper's errors, whose
/// kinds are not public. A test for each holds them.
fn protocol_message(cause: &str, io: Option<io::ErrorKind>, near: &str) -> String {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let closed = io.is_some_and(|kind| {
        [
            BrokenPipe,
            ConnectionAborted,
            ConnectionReset,
            UnexpectedEof,
        ]
        .contains(&kind)
    });
    if closed || cause.contains("closed before message completed") {
        return format!("{near} closed the connection without an answer");
    }
    if cause.contains("head is too large") {
        return "the answer has more headers, or longer ones, than are read".into();
    }
    if cause.contains("header parsed") || cause.contains("content-length parsed") {
        return format!("the answer has a malformed header ({cause})");
    }
    if cause.contains("parsed") {
        return format!("what {near} sent is no HTTP ({cause})");
    }
    format!("the exchange with {near} failed ({cause})")
}

fn tls_message(error: &rustls::Error, target: &str) -> String {
    use CertificateError as Bad;
    let remedy = "or take any certificate with --insecure";
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::UnknownIssuer => format!(
                "the certificate of {target} is signed by no known authority; give the \
                 authority's certificate with --cacert, {remedy}"
            ),
            Bad::Expired | Bad::ExpiredContext { .. } => {
                format!("the certificate of {target} has expired; renew it, {remedy}")
            }
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => format!(
                "the certificate of {target} is not valid yet; check the clock of this machine, \
                 {remedy}"
            ),
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => format!(
                "the certificate of {target} is for another name; use that name in the base URL, \
                 {remedy}"
            ),
            Bad::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => format!(
                "{target} shows the certificate of an authority (CA:TRUE) as its own; give the server a certificate \
                 that this authority signed, {remedy}"
            ),
            _ => format!(
                "the certificate of {target} is not accepted ({}); fix it, {remedy}",
                short(&bad.to_string())
            ),
        },
        rustls::Error::InvalidMessage(_) => format!(
            "{target} does not speak TLS; if it is a plain server, write http:// in the base URL"
        ),
        rustls::Error::AlertReceived(alert) => {
            format!("{target} refused the TLS handshake ({alert:?})")
        }
        other => {
            format!(
                "the TLS handshake with {target} failed ({})",
                short(&other.to_string())
            )
        }
    }
}

/// Names why a body ended after so many bytes. What only the client does not read accuses nobody.
pub(super) fn broken_off(error: &reqwest::Error, read: usize) -> BodyEnd {
    let cause = innermost(&causes(error));
    let bounded = ["extensions over limit", "trailers bytes over limit"];
    match bounded.iter().any(|part| cause.contains(part)) {
        true => BodyEnd::Unread(format!(
            "after {read} bytes of the body its chunk extensions or trailers are longer than the 16 KiB that are read"
        )),
        false => BodyEnd::BrokenOff(format!(
            "the connection broke off after {read} bytes ({cause})"
        )),
    }
}

fn failure(kind: FailureKind, message: String) -> Failure {
    Failure { kind, message }
}

/// The error and everything behind it. An [`io::Error`] hides what it was made of from `source`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut causes: Vec<&(dyn Error + 'static)> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        let hidden = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = hidden.map_or_else(|| cause.source(), |hidden| Some(hidden as _));
    }
    causes
}

fn find<'a, E: Error + 'static>(causes: &[&'a (dyn Error + 'static)]) -> Option<&'a E> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}

/// The text of the first cause, which is the one that says something. Never that of
/// [`reqwest::Error`], which holds the URL.
fn innermost(causes: &[&(dyn Error + 'static)]) -> String {
    let told = causes
        .iter()
        .rev()
        .filter(|cause| !cause.is::<reqwest::Error>());
    let mut texts = told
        .map(ToString::to_string)
        .filter(|text| !text.is_empty());
    texts
        .next()
        .map_or_else(|| "no cause given".into(), |text| short(&text))
}

fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(LONGEST_CAUSE).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_named_with_a_remedy() {
        for (error, words) in [
            (CertificateError::UnknownIssuer, "--cacert"),
            (CertificateError::Expired, "has expired"),
            (CertificateError::NotValidYet, "clock"),
            (CertificateError::NotValidForName, "another name"),
            (CertificateError::BadEncoding, "not accepted"),
        ] {
            let message = tls_message(&rustls::Error::InvalidCertificate(error), "h:1");
            assert!(
                message.contains(words) && message.contains("--insecure"),
                "{message}"
            );
            assert!(message.starts_with("the certificate of h:1 "), "{message}");
        }
    }
}
