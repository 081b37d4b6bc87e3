//! The live transport against servers with good and bad certificates.
//! The certificates sign themselves and share one key, which is worth nothing to anybody.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::proxy::{Proxy, Sink};
use super::{LiveConfig, LiveTransport, Transport as _};
use crate::exchange::{Credentials, Exchange, Failure, FailureKind, Request};

/// The key of all, PKCS #8 for P-256.
const KEY: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvZ3CHLE+o41VKopu8PoIRFUwQXnngTxTSch+Ajr4Mb\
    mhRANCAARszXEPESBXavqcQ7uovASyZSglhLqfnWwokdoCYRnDcTyflq7NXvoQYCnK0TTlxPp/fLE0Vsepj7721IHU\
    T8ql";

/// For 127.0.0.1, until 2124.
const GOOD: &str = "\
    MIIBZzCCAQ2gAwIBAgICEAEwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRY29uZm9ybSB0ZXN0IGdvb2QwIBcNMjQwMT\
    AxMDAwMDAwWhgPMjEyNDAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEWNvbmZvcm0gdGVzdCBnb29kMFkwEwYHKoZIzj0C\
    AQYIKoZIzj0DAQcDQgAEbM1xDxEgV2r6nEO7qLwEsmUoJYS6n51sKJHaAmEZw3E8n5auzV76EGApytE05cT6f3yxNF\
    bHqY++9tSB1E/KpaM9MDswCQYDVR0TBAIwADAPBgNVHREECDAGhwR/AAABMB0GA1UdDgQWBBS8RLH/AeRhSeKTXe8i\
    b/oU6P502zAKBggqhkjOPQQDAgNIADBFAiAJdPOwwvZIqGofB6b9GZB60CWgW7uK97do6LR7BCvVLgIhAKTmD6LbXn\
    DkznMeYzbg+/geAiuIgSNJ2vl1EIoSFsMx";

/// For other.example, until 2124.
const OTHER: &str = "\
    MIIBcTCCARigAwIBAgICEAIwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwSY29uZm9ybSB0ZXN0IG90aGVyMCAXDTI0MD\
    EwMTAwMDAwMFoYDzIxMjQwMTAxMDAwMDAwWjAdMRswGQYDVQQDDBJjb25mb3JtIHRlc3Qgb3RoZXIwWTATBgcqhkjO\
    PQIBBggqhkjOPQMBBwNCAARszXEPESBXavqcQ7uovASyZSglhLqfnWwokdoCYRnDcTyflq7NXvoQYCnK0TTlxPp/fL\
    E0Vsepj7721IHUT8qlo0YwRDAJBgNVHRMEAjAAMBgGA1UdEQQRMA+CDW90aGVyLmV4YW1wbGUwHQYDVR0OBBYEFLxE\
    sf8B5GFJ4pNd7yJv+hTo/nTbMAoGCCqGSM49BAMCA0cAMEQCIF2JQi/gTirY2XtaLY6jeYFui1A1SBZHPJS0nZTumi\
    1aAiBdPesU6BffA8j/a4srpJX3XC2SyP3zV+UvUbBi2A/4Fg==";

/// For 127.0.0.1, until 2021.
const OLD: &str = "\
    MIIBYzCCAQmgAwIBAgICEAMwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQY29uZm9ybSB0ZXN0IG9sZDAeFw0yMDAxMD\
    EwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBsxGTAXBgNVBAMMEGNvbmZvcm0gdGVzdCBvbGQwWTATBgcqhkjOPQIBBggq\
    hkjOPQMBBwNCAARszXEPESBXavqcQ7uovASyZSglhLqfnWwokdoCYRnDcTyflq7NXvoQYCnK0TTlxPp/fLE0Vsepj7\
    721IHUT8qloz0wOzAJBgNVHRMEAjAAMA8GA1UdEQQIMAaHBH8AAAEwHQYDVR0OBBYEFLxEsf8B5GFJ4pNd7yJv+hTo\
    /nTbMAoGCCqGSM49BAMCA0gAMEUCIGwHeMpBy6n2QwmOiwcbwDtKCuia6WxHc5YUUjtDNH2QAiEAkH0U240Cyjncw6\
    4ANB7ZKfvpoGIso5FcFR4LQcW7hsQ=";

/// For 127.0.0.1, until 2124; an authority's (CA:TRUE).
const AUTHORITY: &str = "\
    MIIBVzCB/qADAgECAgIQBDAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZjb25mb3JtIHRlc3QgYXV0aG9yaXR5MCAXDT\
    I0MDEwMTAwMDAwMFoYDzIxMjQwMTAxMDAwMDAwWjAhMR8wHQYDVQQDDBZjb25mb3JtIHRlc3QgYXV0aG9yaXR5MFkw\
    EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbM1xDxEgV2r6nEO7qLwEsmUoJYS6n51sKJHaAmEZw3E8n5auzV76EGApyt\
    E05cT6f3yxNFbHqY++9tSB1E/KpaMkMCIwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49\
    BAMCA0gAMEUCIQDMYOO0BKTbmipjO3ScSGQAQ0Vz2jkn2AXjkfmnX5+b3wIgVEKhhlG46GtUAmLAK8u/cmXxYbfZhI\
    wjFh5+21vFxZI=";

/// Answers every request on a TLS connection with `200 OK`, from a thread of its own.
fn serve(certificate: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let key = PrivatePkcs8KeyDer::from(STANDARD.decode(KEY).unwrap());
    let chain = vec![CertificateDer::from(STANDARD.decode(certificate).unwrap())];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key.into())
        .unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // A client that does not like the certificate goes away here.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine");
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    addr
}

fn pem(certificate: &str) -> Option<Vec<u8>> {
    let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    Some(pem.into_bytes())
}

fn config(addr: SocketAddr) -> LiveConfig {
    LiveConfig::new(Url::parse(&format!("https://{addr}/")).unwrap())
}

async fn send(config: LiveConfig) -> Exchange {
    let request = Request {
        method: "GET".into(),
        target: "/a".into(),
        credentials: Credentials::Valid,
        ..Request::default()
    };
    LiveTransport::new(config).unwrap().send(request).await
}

/// The failure of a request that was tried once only, though two retries were allowed.
async fn failure(config: LiveConfig) -> Failure {
    let exchange = send(config).await;
    assert_eq!(exchange.attempts.len(), 1);
    exchange.last().result.clone().unwrap_err()
}

#[tokio::test]
async fn a_certificate_of_nobody_known_is_named_with_the_remedies() {
    let failure = failure(LiveConfig {
        cacert: pem(OTHER),
        ..config(serve(GOOD))
    })
    .await;
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(
        failure.message.contains("no known authority"),
        "{}",
        failure.message
    );
    assert!(failure.message.contains("--cacert") && failure.message.contains("--insecure"));
}

#[tokio::test]
async fn a_certificate_given_is_trusted() {
    let exchange = send(LiveConfig {
        cacert: pem(GOOD),
        ..config(serve(GOOD))
    })
    .await;
    assert_eq!(
        exchange.answer().map(|answer| answer.status),
        Some(200),
        "{exchange:?}"
    );
}

#[tokio::test]
async fn insecure_takes_any_certificate() {
    for certificate in [GOOD, OTHER, OLD] {
        let exchange = send(LiveConfig {
            insecure: true,
            ..config(serve(certificate))
        })
        .await;
        assert_eq!(
            exchange.answer().map(|answer| answer.status),
            Some(200),
            "{exchange:?}"
        );
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_time_or_purpose_is_named() {
    for (certificate, words) in [
        (OTHER, "is for another name"),
        (OLD, "has expired"),
        (
            AUTHORITY,
            "the certificate of an authority (CA:TRUE) as its own",
        ),
    ] {
        let config = LiveConfig {
            cacert: pem(certificate),
            ..config(serve(certificate))
        };
        let failure = failure(config).await;
        assert_eq!(failure.kind, FailureKind::Tls);
        assert!(failure.message.contains(words), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_plain_server_behind_https_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        std::future::pending::<()>().await;
    });
    let refused = failure(LiveConfig {
        cacert: pem(GOOD),
        ..config(addr)
    })
    .await;
    assert_eq!(refused.kind, FailureKind::Tls);
    assert!(
        refused.message.contains("write http://"),
        "{}",
        refused.message
    );
    // A connection that only closes may go better the next time.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream);
        }
    });
    let closing = LiveConfig {
        cacert: pem(GOOD),
        retries: 1,
        ..config(addr)
    };
    let exchange = send(closing).await;
    assert_eq!(exchange.attempts.len(), 2);
    let failure = exchange.last().result.clone().unwrap_err();
    assert_eq!(failure.kind, FailureKind::Connect, "{}", failure.message);
}

/// What a client is told by a proxy with this upstream.
async fn told(config: LiveConfig) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (to, _from) = tokio::sync::mpsc::unbounded_channel();
    let proxy = Proxy::bind(0, &config, Sink::new(to)).await.unwrap();
    let address = proxy.address().unwrap();
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let text = "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).await.unwrap();
        told
    };
    tokio::select! {
        never = proxy.serve() => match never {},
        told = ask => told,
    }
}

#[tokio::test]
async fn the_proxy_trusts_an_upstream_as_a_run_does() {
    let cacert = |certificate| LiveConfig {
        cacert: pem(certificate),
        ..config(serve(GOOD))
    };
    let insecure = LiveConfig {
        insecure: true,
        ..config(serve(OLD))
    };
    for config in [cacert(GOOD), insecure] {
        let told = told(config).await;
        assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told}");
        assert!(told.ends_with("\r\n\r\nfine"), "{told}");
    }
    let told = told(cacert(OTHER)).await;
    assert!(told.starts_with("HTTP/1.1 502 "), "{told}");
    assert!(
        told.contains("--cacert") && told.contains("--insecure"),
        "{told}"
    );
}

#[tokio::test]
async fn the_proxy_reaches_an_upstream_through_a_tunnel() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = serve(GOOD);
    let between = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let via = format!("http://user:pass@{}", between.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut client, _) = between.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.unwrap());
        }
        client.write_all(b"HTTP/1.1 200 Go\r\n\r\n").await.unwrap();
        let mut server = tokio::net::TcpStream::connect(address).await.unwrap();
        drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
        String::from_utf8(head).unwrap()
    });
    let told = told(LiveConfig {
        proxy: Some(Url::parse(&via).unwrap()),
        cacert: pem(GOOD),
        ..config(address)
    })
    .await;
    assert!(told.ends_with("\r\n\r\nfine"), "{told}");
    let asked = asked.await.unwrap();
    assert!(
        asked.starts_with(&format!("CONNECT {address} HTTP/1.1\r\n")),
        "{asked}"
    );
    assert!(
        asked.contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"),
        "{asked}"
    );
}
