//! A proxy in front of one upstream: every request goes on as it came, to the byte of its path, and every answer comes
//! back so; a copy of what passed is handed to whoever judges it. The copy is made beside the stream; nothing waits for it.

mod early;
mod heads;
mod held;
mod link;
mod sink;
mod tee;
mod way;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Bytes;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::client::MOST_HEADERS;
use super::config::{LiveConfig, TransportError};
use early::{Early, Talk};
use link::{Link, Route};
pub use sink::{Passed, Sink};
use way::Way;

type Error = Box<dyn std::error::Error + Send + Sync>;
/// A body that passes.
type Pass = UnsyncBoxBody<Bytes, Error>;

/// A proxy that listens on the loopback interface.
pub struct Proxy {
    listener: TcpListener,
    way: Arc<Way>,
}

impl Proxy {
    /// Listens on that port of the loopback interface; 0 takes a free one.
    ///
    /// # Errors
    /// The port is taken, the client cannot be set up, or the clock says what no answer can.
    #[expect(
        clippy::disallowed_methods,
        reason = "a server of HTTP asks the clock for the date of its answers"
    )]
    pub async fn bind(port: u16, config: &LiveConfig, sink: Sink) -> Result<Proxy, TransportError> {
        if !crate::mock::is_http_date(std::time::SystemTime::now()) {
            return Err(TransportError::Clock);
        }
        let route = Route::new(config)?;
        // Who is named in it is nobody's business.
        let mut shown = config.base_url.clone();
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        let way = Arc::new(Way {
            host: route
                .host()
                .ok_or(TransportError::BaseUrl("has no usable host"))?,
            upstream: shown.as_str().trim_end_matches('/').to_owned(),
            max_body: config.max_body,
            route,
            sink,
        });
        let listener = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = listener.map_err(|error| TransportError::port(port, &error))?;
        Ok(Proxy { listener, way })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Passes on what comes, until it is dropped.
    pub async fn serve(&self) -> Infallible {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => self.converse(stream, peer),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
        }
    }

    /// Passes on what comes on one connection.
    fn converse(&self, stream: TcpStream, peer: SocketAddr) {
        drop(stream.set_nodelay(true));
        let way = Arc::clone(&self.way);
        let early = Early::default();
        let talk = Talk::new(stream, early.clone());
        // The requests of a connection come one after the other.
        let link = Arc::new(Mutex::new(Link::default()));
        let service = service_fn(move |request| {
            let (way, link, early) = (Arc::clone(&way), Arc::clone(&link), early.clone());
            async move {
                let mut link = link.lock().await;
                Ok::<_, Infallible>(way.pass(request, &mut link, &early, peer).await)
            }
        });
        tokio::spawn(
            Builder::new()
                .preserve_header_case(true)
                .auto_date_header(false)
                .max_headers(MOST_HEADERS)
                .serve_connection(TokioIo::new(talk), service)
                .with_upgrades(),
        );
    }
}
