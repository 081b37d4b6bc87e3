//! Unusual ways to carry the same answers: codings, framing, connections, a path prefix.

use std::time::Duration;

use conform::mock::{MockConfig, Reply};

use crate::servers::change::rewrite;
use crate::servers::packed;
use crate::servers::wire::{Asked, Handler, Wire, head, like_reference, plain};
use crate::servers::{Row, Server, check};

fn row(name: &str, handler: Handler) -> Row {
    Row::new(name, Server::Wire(handler, "", false), &[0], &[])
}

fn coded(name: &'static str, pack: fn(&[u8]) -> Vec<u8>) -> Row {
    let handler = like_reference(move |asked, mut reply| {
        if !asked.accepts.is_empty() && !reply.body.is_empty() {
            reply.body = pack(&reply.body);
            reply.set_header("Content-Encoding", name);
        }
        Wire::Keep(plain(asked, &reply))
    });
    row(name, handler)
}

fn chunked(asked: &Asked, reply: &Reply, size: usize) -> Vec<u8> {
    let mut out = head("1.1", reply);
    out.extend(b"transfer-encoding: Chunked\r\n\r\n");
    if asked.method == "HEAD" {
        return out;
    }
    for piece in reply.body.chunks(size) {
        out.extend(format!("{:X};ext=1\r\n", piece.len()).bytes());
        out.extend(piece);
        out.extend(b"\r\n");
    }
    out.extend(b"0\r\nX-Trailer: 1\r\n\r\n");
    out
}

fn until_closed(asked: &Asked, reply: &Reply, version: &str) -> Wire {
    let mut out = head(version, reply);
    out.extend(b"\r\n");
    if asked.method != "HEAD" {
        out.extend(&reply.body);
    }
    Wire::Close(out)
}

#[test]
fn codings_and_framing() {
    let named = |change: fn(&str) -> String| {
        like_reference(move |asked, mut reply| {
            for (name, _) in &mut reply.headers {
                *name = change(name);
            }
            Wire::Keep(plain(asked, &reply))
        })
    };
    check(vec![
        row(
            "as usual",
            like_reference(|asked, reply| Wire::Keep(plain(asked, &reply))),
        ),
        coded("gzip", packed::gzip),
        coded("deflate", packed::zlib),
        coded("br", packed::brotli),
        coded("x-gzip", packed::gzip),
        coded("GZIP", packed::gzip),
        coded("Deflate", packed::zlib),
        coded("identity, gzip", packed::gzip),
        coded("gzip, gzip", |body| packed::gzip(&packed::gzip(body))),
        coded("br,deflate", |body| packed::zlib(&packed::brotli(body))),
        coded("gzip", |body| {
            let (first, second) = body.split_at(body.len() / 2);
            [packed::gzip(first), packed::gzip(second)].concat()
        }),
        row(
            "folded and many headers",
            like_reference(|asked, mut reply| {
                reply.set_header("X-Folded", "one\r\n two\r\n\tthree");
                for n in 0..240 {
                    reply.set_header(&format!("X-Many-{n}"), "v".repeat(60));
                }
                Wire::Keep(plain(asked, &reply))
            }),
        ),
        row(
            "chunks of 7",
            like_reference(|asked, reply| Wire::Keep(chunked(asked, &reply, 7))),
        ),
        row(
            "one chunk",
            like_reference(|asked, reply| Wire::Keep(chunked(asked, &reply, usize::MAX))),
        ),
        row(
            "HTTP/1.0 until closed",
            like_reference(|asked, reply| until_closed(asked, &reply, "1.0")),
        ),
        row(
            "HTTP/1.1 until closed",
            like_reference(|asked, reply| until_closed(asked, &reply, "1.1")),
        ),
        row(
            "closed after each without a word",
            like_reference(|asked, reply| Wire::Close(plain(asked, &reply))),
        ),
        row("lower-case names", named(str::to_lowercase)),
        row("upper-case names", named(str::to_uppercase)),
        row(
            "no HTTP/1.1 reason phrase",
            like_reference(|asked, reply| {
                let text = plain(asked, &reply);
                let at = text.windows(4).position(|four| four == b"Said").unwrap();
                Wire::Keep([&text[..at], &text[at + 4..]].concat())
            }),
        ),
        row(
            "an interim answer first",
            like_reference(|asked, reply| {
                Wire::Keep(
                    [
                        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec(),
                        plain(asked, &reply),
                    ]
                    .concat(),
                )
            }),
        ),
    ]);
}

#[test]
fn what_we_do_not_read_accuses_nobody() {
    let unread = |name, handler| Row::new(name, Server::Wire(handler, "", false), &[3], &[]);
    let zstd = like_reference(|asked, mut reply| {
        if !reply.body.is_empty() {
            reply.set_header("Content-Encoding", "zstd");
        }
        Wire::Keep(plain(asked, &reply))
    });
    let signed = like_reference(|asked, reply| {
        let mut out = head("1.1", &reply);
        out.extend(b"Transfer-Encoding: chunked\r\n\r\n");
        if asked.method != "HEAD" {
            for byte in &reply.body {
                let signature = "5".repeat(64);
                out.extend(format!("1;chunk-signature={signature}\r\n").bytes());
                out.extend([*byte, b'\r', b'\n']);
            }
            out.extend(b"0\r\n\r\n");
        }
        Wire::Keep(out)
    });
    let deep = like_reference(|asked, mut reply| {
        if reply.body.starts_with(b"{") {
            let nested = format!("{{\"deep\":{}{},", "[".repeat(700), "]".repeat(700));
            reply.body.splice(..1, nested.into_bytes());
        }
        Wire::Keep(plain(asked, &reply))
    });
    check(vec![
        unread("a coding that is not known", zstd),
        unread("signed chunks", signed),
        unread("deeper than is read", deep),
    ]);
}

#[test]
fn connections() {
    let usual = || like_reference(|asked, reply| Wire::Keep(plain(asked, &reply)));
    let flaky = |every: u64| {
        like_reference(move |asked, reply| {
            if asked.before % every == 0 {
                Wire::Close(Vec::new())
            } else {
                Wire::Keep(plain(asked, &reply))
            }
        })
    };
    check(vec![
        Row::new(
            "one connection at a time",
            Server::Wire(usual(), "", true),
            &[0],
            &[],
        ),
        Row::new(
            "one at a time, closed after each",
            Server::Wire(
                like_reference(|asked, reply| Wire::Close(plain(asked, &reply))),
                "",
                true,
            ),
            &[0],
            &[],
        ),
        row("the first request gets nothing", flaky(u64::MAX)),
        row("every fourth request gets nothing", flaky(4)),
        row(
            "half a body every fifth time",
            like_reference(|asked, reply| {
                let whole = plain(asked, &reply);
                if asked.before % 5 == 4 {
                    Wire::Close(whole[..whole.len() - 3].to_vec())
                } else {
                    Wire::Keep(whole)
                }
            }),
        ),
        row(
            "slow",
            like_reference(|asked, reply| {
                Wire::Later(Duration::from_millis(150), plain(asked, &reply))
            }),
        ),
        Row::new(
            "slow reference server",
            Server::Reference(MockConfig {
                latency: Duration::from_millis(100),
                ..MockConfig::default()
            }),
            &[0],
            &[],
        ),
    ]);
}

#[test]
fn a_server_for_one_connection_never_sees_a_second_one_first() {
    let usual = || like_reference(|asked, reply| Wire::Keep(plain(asked, &reply)));
    let rows = (0..24).map(|n| {
        let server = Server::Wire(usual(), "", true);
        Row::new(&format!("run {n}"), server, &[0], &[])
    });
    check(rows.collect());
}

#[test]
fn a_path_prefix() {
    let below = |prefix: &'static str, links: &'static str| {
        Server::Wire(
            std::sync::Arc::new(move |asked: &Asked| {
                let Some(target) = asked.target.strip_prefix(prefix) else {
                    return Wire::Keep(plain(asked, &crate::servers::change::failure(404)));
                };
                let inner = Asked {
                    target: target.to_owned(),
                    ..asked.clone()
                };
                let mut reply = crate::servers::wire::reference_reply(&inner);
                if reply.status == 200 {
                    rewrite(&mut reply, &|body| {
                        let text = body
                            .to_string()
                            .replace("https://api.confluent.cloud", links);
                        *body = serde_json::from_str(&text).unwrap();
                    });
                }
                Wire::Keep(plain(asked, &reply))
            }),
            prefix,
            false,
        )
    };
    check(vec![
        Row::new(
            "links without it",
            below("/gateway/v7", "https://api.confluent.cloud"),
            &[0],
            &[],
        ),
        Row::new(
            "links with it",
            below("/gateway/v7", "http://127.0.0.1/gateway/v7"),
            &[0],
            &[],
        ),
        Row::new(
            "links without one that the paths begin with",
            below("/ccpm", "https://api.confluent.cloud"),
            &[0],
            &[],
        ),
        Row::new(
            "links with one that the paths begin with",
            below("/ccpm", "http://127.0.0.1/ccpm"),
            &[0],
            &[],
        ),
    ]);
}
