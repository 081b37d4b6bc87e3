//! The way to the upstream. Each connection of a client has one of its own to the upstream, made when it is needed: what a
//! server knows by the connection stays true, and nobody waits for anybody else.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::super::client::MOST_HEADERS;
use super::super::config::{LiveConfig, TransportError, decoded};
use super::super::credentials::basic;
use super::super::trouble::{Peer, Stage, named};
use super::super::trust;
use super::{Error, Pass};

/// How long a connection may take to be ready for the next request; one that is not is given up.
const SOON: Duration = Duration::from_millis(250);

/// How long addresses of the other kind wait.
const HEAD_START: Duration = Duration::from_millis(300);

/// A request on its way to the upstream.
pub(super) type Onward = Request<Pass>;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A place to connect to.
struct Hop {
    host: String,
    port: u16,
    /// Its name, where it speaks TLS.
    name: Option<ServerName<'static>>,
}

/// Where the upstream is, and how one gets there.
pub(super) struct Route {
    target: Hop,
    /// The proxy in front of it, and what it is shown.
    via: Option<(Hop, Option<HeaderValue>)>,
    tls: Option<TlsConnector>,
    authority: Authority,
    /// What stands in front of each path.
    prefix: String,
    timeout: Duration,
    peer: Peer,
}

impl Route {
    pub(super) fn new(config: &LiveConfig) -> Result<Route, TransportError> {
        let url = &config.base_url;
        let target = Hop::of(url).ok_or(TransportError::BaseUrl("has no usable host"))?;
        let no_proxy = || TransportError::Proxy("has no usable address".to_owned());
        let via = config.proxy.as_ref().map(|proxy| {
            let is_http = matches!(proxy.scheme(), "http" | "https");
            let hop = Hop::of(proxy).filter(|_| is_http).ok_or_else(no_proxy)?;
            let basic = basic_of(proxy);
            Ok((hop, basic))
        });
        let via = via.transpose()?;
        let names = [
            target.name.as_ref(),
            via.as_ref().and_then(|(hop, _)| hop.name.as_ref()),
        ];
        let is_encrypted = names.iter().any(Option::is_some) || config.cacert.is_some();
        let tls = is_encrypted.then(|| trust::tls(config)).transpose()?;
        let authority = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        Ok(Route {
            peer: Peer {
                target: authority.clone(),
                proxy: via
                    .as_ref()
                    .map(|(hop, _)| format!("{}:{}", hop.host, hop.port)),
            },
            authority: Authority::try_from(authority)
                .map_err(|_| TransportError::BaseUrl("has no usable host"))?,
            prefix: url.path().trim_end_matches('/').to_owned(),
            tls: tls.map(|tls| TlsConnector::from(std::sync::Arc::new(tls))),
            timeout: config.timeout,
            target,
            via,
        })
    }

    /// What the upstream is called.
    pub(super) fn host(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.authority.as_str()).ok()
    }

    /// What is asked for there: the path to the byte as it came, below that of the upstream.
    pub(super) fn target(&self, asked: &Uri) -> Result<Uri, http::Error> {
        let path = asked.path_and_query().map_or("/", PathAndQuery::as_str);
        let path = match path {
            "*" => PathAndQuery::from_static("*"),
            path => PathAndQuery::from_maybe_shared(format!("{}{path}", self.prefix))?,
        };
        let mut parts = http::uri::Parts::default();
        parts.path_and_query = Some(path);
        // A proxy that opens no tunnel is told the whole URL.
        if self.via.is_some() && self.target.name.is_none() {
            parts.scheme = Some(Scheme::HTTP);
            parts.authority = Some(self.authority.clone());
        }
        Ok(Uri::from_parts(parts)?)
    }

    /// What the proxy is shown with each request, where it opens no tunnel.
    pub(super) fn shown_to_proxy(&self) -> Option<&HeaderValue> {
        let via = self.via.as_ref().filter(|_| self.target.name.is_none());
        via.and_then(|(_, basic)| basic.as_ref())
    }

    async fn connect(&self) -> Result<SendRequest<Pass>, String> {
        let stage = std::sync::Mutex::new(Stage::Name);
        let at = |now| {
            *stage
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = now
        };
        let opened = async {
            let hop = self.via.as_ref().map_or(&self.target, |(hop, _)| hop);
            let addresses = tokio::net::lookup_host((hop.host.as_str(), hop.port)).await?;
            at(Stage::Connect);
            let stream = reached(addresses.collect()).await?;
            drop(stream.set_nodelay(true));
            let mut stream = self.secured(hop, Box::new(stream)).await?;
            if let (Some((_, basic)), Some(_)) = (&self.via, &self.target.name) {
                stream = self.tunnel(stream, basic.as_ref()).await?;
                stream = self.secured(&self.target, stream).await?;
            }
            let (sender, connection) = Builder::new()
                .preserve_header_case(true)
                .title_case_headers(true)
                .allow_obsolete_multiline_headers_in_responses(true)
                .max_headers(MOST_HEADERS)
                .handshake(TokioIo::new(stream))
                .await?;
            // What goes wrong is told to whoever asks.
            tokio::spawn(connection.with_upgrades());
            Ok::<_, Error>(sender)
        };
        match tokio::time::timeout(self.timeout, opened).await {
            Ok(Ok(sender)) => Ok(sender),
            Ok(Err(error)) => {
                let stage = *stage
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                Err(named(stage, error.as_ref(), &self.peer).message)
            }
            Err(elapsed) => Err(named(Stage::Time, &elapsed, &self.peer).message),
        }
    }

    async fn secured(&self, hop: &Hop, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, Error> {
        Ok(match (&self.tls, &hop.name) {
            (Some(tls), Some(name)) => Box::new(tls.connect(name.clone(), stream).await?),
            _ => stream,
        })
    }

    /// Asks the proxy for a way through it.
    async fn tunnel(
        &self,
        stream: Box<dyn Stream>,
        basic: Option<&HeaderValue>,
    ) -> Result<Box<dyn Stream>, Error> {
        let (mut sender, connection) = Builder::new()
            .title_case_headers(true)
            .handshake(TokioIo::new(stream))
            .await?;
        tokio::spawn(connection.with_upgrades());
        let to = format!("{}:{}", self.authority.host(), self.target.port);
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.method_mut() = Method::CONNECT;
        *request.uri_mut() = Uri::try_from(&to)?;
        request
            .headers_mut()
            .insert(HOST, HeaderValue::from_str(&to)?);
        if let Some(basic) = basic {
            request
                .headers_mut()
                .insert(PROXY_AUTHORIZATION, basic.clone());
        }
        let answer = sender.send_request(request).await?;
        if !answer.status().is_success() {
            return Err(format!("tunnel error: {}", answer.status()).into());
        }
        Ok(Box::new(TokioIo::new(hyper::upgrade::on(answer).await?)))
    }
}

/// A connection to one of these addresses. Where the kind that stands first is slow, the other gets its chance beside it
/// (RFC 8305): many networks have IPv6 by name only.
async fn reached(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let kinds = addresses.into_iter();
    let (first, second): (Vec<_>, Vec<_>) = kinds.partition(|one| one.is_ipv6() == is_v6);
    let mut one = std::pin::pin!(TcpStream::connect(&first[..]));
    if second.is_empty() {
        return one.await;
    }
    let mut soon = std::pin::pin!(tokio::time::sleep(HEAD_START));
    tokio::select! {
        stream = &mut one => match stream {
            Ok(stream) => return Ok(stream),
            Err(_) => return TcpStream::connect(&second[..]).await,
        },
        () = &mut soon => {}
    }
    let mut other = std::pin::pin!(TcpStream::connect(&second[..]));
    tokio::select! {
        stream = &mut one => match stream {
            Ok(stream) => Ok(stream),
            Err(_) => other.await,
        },
        stream = &mut other => match stream {
            Ok(stream) => Ok(stream),
            Err(_) => one.await,
        },
    }
}

/// The user of a proxy's URL.
fn basic_of(url: &Url) -> Option<HeaderValue> {
    let user = decoded(url.username());
    let password = decoded(url.password().unwrap_or_default());
    let text = basic(&user, &password);
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    (!user.is_empty() || !password.is_empty()).then_some(value)
}

impl Hop {
    fn of(url: &Url) -> Option<Hop> {
        let host = match url.host()? {
            Host::Ipv6(address) => address.to_string(),
            other => other.to_string(),
        };
        let name = ServerName::try_from(host.clone());
        let is_encrypted = url.scheme() == "https";
        Some(Hop {
            port: url.port_or_known_default()?,
            name: is_encrypted.then_some(name).transpose().ok()?,
            host,
        })
    }
}

/// The connection that a client's connection has to the upstream.
#[derive(Default)]
pub(super) struct Link(Option<SendRequest<Pass>>);

impl Link {
    /// Sends a request; why there is no answer, in words.
    pub(super) async fn send(
        &mut self,
        route: &Route,
        mut request: Onward,
    ) -> Result<Response<Incoming>, String> {
        let failed = |error| named(Stage::Exchange, &error, &route.peer).message;
        if let Some(mut known) = self.ready().await {
            let (head, body) = request.into_parts();
            let again = (body.is_end_stream() && head.method.is_idempotent()).then(|| head.clone());
            match known
                .try_send_request(Request::from_parts(head, body))
                .await
            {
                Ok(answer) => {
                    self.0 = Some(known);
                    return Ok(answer);
                }
                // A server may close a connection just when the next request comes. What it cannot have seen, or what
                // may be done twice, is sent again (RFC 9112, section 9.3.1).
                Err(mut error) => match (error.take_message(), again) {
                    (Some(unsent), _) => request = unsent,
                    (None, Some(head)) if is_closed(error.error()) => {
                        let nothing = Empty::new().map_err(|never| match never {});
                        request = Request::from_parts(head, nothing.boxed_unsync());
                    }
                    _ => return Err(failed(error.into_error())),
                },
            }
        }
        let mut fresh = route.connect().await?;
        let answer = fresh.send_request(request).await.map_err(failed)?;
        self.0 = Some(fresh);
        Ok(answer)
    }

    async fn ready(&mut self) -> Option<SendRequest<Pass>> {
        let mut known = self.0.take()?;
        let ready = tokio::time::timeout(SOON, known.ready()).await;
        matches!(ready, Ok(Ok(()))).then_some(known)
    }
}

/// Whether the connection was closed before the answer.
fn is_closed(error: &hyper::Error) -> bool {
    use std::error::Error as _;
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    error.is_incomplete_message() || error.is_canceled() || error.is_closed() || cause.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_other_kind_of_address_serves_where_the_first_does_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let there = listener.local_addr().unwrap();
        let nobody = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 1));
        for addresses in [vec![there], vec![nobody, there], vec![there, nobody]] {
            let stream = reached(addresses).await.unwrap();
            assert_eq!(stream.peer_addr().unwrap(), there);
        }
        assert!(reached(vec![nobody]).await.is_err());
        assert!(reached(Vec::new()).await.is_err());
    }
}
