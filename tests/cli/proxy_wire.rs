//! What passes the proxy, byte by byte: what the upstream gets is what the client sent, and the other way round.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::proxy::{Passing, head, raw, upstream};
use super::support::Bench;

/// What an upstream got, request by request.
type Got = Arc<Mutex<Vec<String>>>;

/// One that answers all the same, and the heads of what it was asked.
fn noting(answer: &'static str) -> (String, Got) {
    let got = Got::default();
    let noted = Arc::clone(&got);
    let url = upstream(move |head, stream| {
        noted.lock().unwrap().push(head.to_owned());
        stream.write_all(answer.as_bytes()).unwrap();
    });
    (url, got)
}

const NOTHING: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

#[test]
fn a_target_passes_to_the_byte() {
    let bench = Bench::new();
    let (url, got) = noting(NOTHING);
    let targets = [
        "/",
        "/a/../b/./c",
        "/%2e%2E/%2f%c3%a9",
        "//a//b/",
        "/a\\b|c^d{e}\"",
        "/a;b=c,d:e@f!$&'()*+~",
        "/?",
        "/a?b=c?d&e=[1]|{2}'%zz",
        "/a?",
    ];
    let proxy = Passing::begin(&bench, &url, &[]);
    let under = Passing::begin(&bench, &format!("{url}/v1/"), &[]);
    for target in targets {
        for (proxy, prefix) in [(&proxy, ""), (&under, "/v1")] {
            let text = format!("GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            let said = raw(&proxy.url, &text);
            assert!(said.starts_with("HTTP/1.1 204 "), "{target} {said}");
            let got = got.lock().unwrap().pop().unwrap();
            let line = got.lines().next().unwrap();
            assert_eq!(line, format!("GET {prefix}{target} HTTP/1.1"));
        }
    }
    let said = raw(
        &under.url,
        "OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    );
    assert!(said.starts_with("HTTP/1.1 204 "), "{said}");
    let got = got.lock().unwrap().pop().unwrap();
    assert!(got.starts_with("OPTIONS * HTTP/1.1\r\n"), "{got}");
}

#[test]
fn headers_keep_order_and_case_and_none_is_added() {
    let bench = Bench::new();
    let answer = "HTTP/1.1 299 Fine Enough\r\nX-ODD-case: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nx-lower: 3\r\nContent-Length: 2\r\n\r\nok";
    let (url, got) = noting(answer);
    let proxy = Passing::begin(&bench, &url, &[]);
    let said = raw(
        &proxy.url,
        "POST /a HTTP/1.1\r\nX-ODD-case: 1\r\nhost: shop.test\r\nCookie: a\r\nx-lower: 2\r\nContent-length: 0\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(
        said,
        answer.replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1)
    );
    let host = url.trim_start_matches("http://");
    let expected = format!(
        "POST /a HTTP/1.1\r\nX-ODD-case: 1\r\nhost: {host}\r\nCookie: a\r\nx-lower: 2\r\nContent-length: 0\r\n\
         X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: shop.test\r\nX-Forwarded-Proto: http\r\n\r\n"
    );
    assert_eq!(got.lock().unwrap()[0], expected);
}

#[test]
fn who_would_rather_speak_http_2_speaks_on_and_is_judged() {
    let bench = Bench::new();
    let (url, got) = noting(NOTHING);
    let proxy = Passing::begin(&bench, &url, &[]);
    let said = raw(
        &proxy.url,
        "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    );
    assert!(said.starts_with("HTTP/1.1 204 "), "{said}");
    let got = got.lock().unwrap()[0].to_ascii_lowercase();
    assert!(!got.contains("upgrade") && !got.contains("http2"), "{got}");
}

#[test]
fn answers_pass_as_they_came() {
    let bench = Bench::new();
    for (method, answer) in [
        (
            "GET",
            "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 77\r\n\r\n",
        ),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"),
        ("HEAD", "HTTP/1.1 404 Gone Fishing\r\n\r\n"),
        ("GET", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
        (
            "DELETE",
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            "GET",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nx-sum: 7\r\n\r\n",
        ),
    ] {
        let (url, got) = noting(answer);
        let proxy = Passing::begin(&bench, &url, &[]);
        let said = raw(
            &proxy.url,
            &format!(
                "{method} / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n"
            ),
        );
        let said = said.replacen("connection: close\r\n", "", 1);
        assert_eq!(said, answer);
        let got = got.lock().unwrap()[0].to_ascii_lowercase();
        assert!(
            got.contains("\r\nte: trailers\r\n") && got.contains("\r\nconnection: te\r\n"),
            "{got}"
        );
    }
}

/// Reads the head of a request and its body, which is chunked.
fn chunked(stream: &mut TcpStream) -> String {
    let mut text = head(stream);
    let mut one = [0];
    while !text.ends_with("0\r\n\r\n") && stream.read(&mut one).unwrap() == 1 {
        text.push(one[0] as char);
    }
    text
}

#[test]
fn a_get_may_have_a_body() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let got = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let got = chunked(&mut stream);
        stream.write_all(NOTHING.as_bytes()).unwrap();
        got
    });
    let proxy = Passing::begin(&bench, &url, &[]);
    raw(
        &proxy.url,
        "GET /s HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    );
    let got = got.join().unwrap();
    assert!(got.contains("Transfer-Encoding: chunked\r\n"), "{got}");
    assert!(got.ends_with("\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "{got}");
}

#[test]
fn what_meets_a_connection_that_is_just_closed_is_sent_again_where_it_may_be() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        // Each connection serves one request, and is closed when the next one is there.
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            head(&mut stream);
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .unwrap();
            head(&mut stream);
        }
    });
    let proxy = Passing::begin(&bench, &url, &[]);
    let mut client = TcpStream::connect(proxy.url.trim_start_matches("http://")).unwrap();
    for (method, status) in [("GET", 200), ("GET", 200), ("DELETE", 200), ("POST", 502)] {
        let text = format!("{method} / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        client.write_all(text.as_bytes()).unwrap();
        let answer = head(&mut client);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{method} {answer}"
        );
        let length = answer.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        client.read_exact(&mut vec![0; length]).unwrap();
    }
}

#[test]
fn the_upstream_says_whether_it_wants_the_body() {
    let bench = Bench::new();
    let url = upstream(|head, stream| {
        assert!(head.contains("Expect: 100-continue\r\n"), "{head}");
        if head.starts_with("PUT /no ") {
            let no = "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
            return stream.write_all(no.as_bytes()).unwrap();
        }
        // Nothing comes before it is asked for.
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        assert!(stream.read(&mut [0]).is_err());
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        stream.set_read_timeout(None).unwrap();
        let mut body = [0; 4];
        stream.read_exact(&mut body).unwrap();
        assert_eq!(&body, b"body");
        stream.write_all(NOTHING.as_bytes()).unwrap();
    });
    let proxy = Passing::begin(&bench, &url, &[]);
    let begin = |path: &str| {
        let mut client = TcpStream::connect(proxy.url.trim_start_matches("http://")).unwrap();
        let text = format!(
            "PUT {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        );
        client.write_all(text.as_bytes()).unwrap();
        client
    };
    let mut client = begin("/yes");
    assert_eq!(head(&mut client), "HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(b"body").unwrap();
    assert!(head(&mut client).starts_with("HTTP/1.1 204 "));
    let said = head(&mut begin("/no"));
    assert!(said.starts_with("HTTP/1.1 417 "), "{said}");
}

#[test]
fn what_is_said_before_the_answer_passes_before_it() {
    let bench = Bench::new();
    let url = upstream(|_, stream| {
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        stream.write_all(hints.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        // The last of them comes together with the answer.
        stream
            .write_all(format!("{hints}{answer}").as_bytes())
            .unwrap();
    });
    let proxy = Passing::begin(&bench, &url, &[]);
    let ask = |version| {
        raw(
            &proxy.url,
            &format!("GET / {version}\r\nHost: h\r\nConnection: close\r\n\r\n"),
        )
    };
    let hints = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
    let said = ask("HTTP/1.1");
    let rest = said
        .strip_prefix(&hints.repeat(2))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(
        rest.starts_with("HTTP/1.1 200 OK\r\n") && rest.ends_with("ok"),
        "{rest}"
    );
    // Who speaks HTTP/1.0 knows no such answers.
    let said = ask("HTTP/1.0");
    assert!(said.starts_with("HTTP/1.0 200 OK\r\n"), "{said}");
}

#[test]
fn a_proxy_before_the_upstream_is_told_the_whole_url() {
    let bench = Bench::new();
    let (url, got) = noting(NOTHING);
    let via = url.replace("http://", "http://us%40er:pass-word@");
    let proxy = Passing::begin(&bench, "http://shop.invalid:81/v1", &["--proxy", &via]);
    let said = raw(
        &proxy.url,
        "GET /a/../b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    );
    assert!(said.starts_with("HTTP/1.1 204 "), "{said}");
    let got = got.lock().unwrap().remove(0);
    assert!(
        got.starts_with("GET http://shop.invalid:81/v1/a/../b HTTP/1.1\r\n"),
        "{got}"
    );
    for line in [
        "Host: shop.invalid:81",
        "Proxy-Authorization: Basic dXNAZXI6cGFzcy13b3Jk",
    ] {
        assert!(got.contains(&format!("\r\n{line}\r\n")), "{line} {got}");
    }
}
