//! What `conform proxy` adds to a small answer, against a loop that passes bytes on and knows nothing of HTTP: both in
//! processes of their own, asked in turns over a connection that stays.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use conform::mock::{API_KEY, API_SECRET, ENVIRONMENT, PLUGIN_ID};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::child::{self, Server};
use super::{Measured, median};

const ROUNDS: usize = 3_000;

/// Asks for the same page, once through each.
pub fn measure() -> Vec<Measured> {
    let server = Server::start(1, 10);
    let folder = tempfile::tempdir().unwrap();
    let mut proxy = Command::new(env!("CARGO_BIN_EXE_conform"));
    proxy.current_dir(folder.path()).args([
        "proxy",
        "--upstream",
        &server.url,
        "--port",
        "0",
        "--report",
        "json=report.json",
    ]);
    let proxy = Between::start(&mut proxy);
    let bare = Between::start(&mut child::again(&["pass", &server.url]));
    let (mut through, mut past) = (proxy.connect(), bare.connect());
    let (mut judged, mut passed) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        passed.push(past.ask());
        judged.push(through.ask());
    }
    let (judged, passed) = (median(judged) * 1e3, median(passed) * 1e3);
    vec![Measured {
        what: "ms that the proxy adds to a small answer, to a bare loop".to_owned(),
        shown: format!("{:.3} ({judged:.3} ms to {passed:.3} ms)", judged - passed),
        value: judged - passed,
        budget: Some(1.0),
    }]
}

/// A loop that passes bytes on, and says where.
pub async fn pass(upstream: &str) {
    let upstream = upstream.trim_start_matches("http://").to_owned();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("loop: http://{}", listener.local_addr().unwrap());
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = tokio::net::TcpStream::connect(&upstream).await.unwrap();
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
        });
    }
}

/// A process between client and server; it ends with this value.
struct Between {
    child: Child,
    address: String,
}

impl Between {
    /// Starts it, and reads from its first line where it is.
    fn start(command: &mut Command) -> Between {
        // The program refuses variables of its own that it does not know.
        let command = command.env_remove("CONFORM_BENCH_PAGES");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        // What comes later is read, so that nothing blocks.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let mut words = line.split_whitespace();
        let address = words.find_map(|word| word.strip_prefix("http://"));
        Between {
            address: address.unwrap().to_owned(),
            child,
        }
    }

    fn connect(&self) -> Client {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        let pair = STANDARD.encode(format!("{API_KEY}:{API_SECRET}"));
        Client {
            request: format!(
                "GET /ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT} HTTP/1.1\r\n\
                 Host: {}\r\nAuthorization: Basic {pair}\r\n\r\n",
                self.address
            ),
            stream: BufReader::new(stream),
        }
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Client {
    request: String,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Asks once; how long it took.
    fn ask(&mut self) -> f64 {
        let began = Instant::now();
        let stream = self.stream.get_mut();
        stream.write_all(self.request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            if line == "\r\n" {
                break;
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        assert!(length > 0);
        began.elapsed().as_secs_f64()
    }
}
