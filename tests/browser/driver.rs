//! The WebDriver protocol (W3C), spoken by hand with chromedriver: a request and its answer over one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// No answer of a browser takes longer, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// The programs that the tests need.
pub struct Programs {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

impl Programs {
    /// What is on the machine, else the name of what is not.
    pub fn find() -> Result<Programs, &'static str> {
        let chromium = [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ];
        Ok(Programs {
            chromium: on_path(&chromium).ok_or("chromium")?,
            chromedriver: on_path(&["chromedriver"]).ok_or("chromedriver")?,
        })
    }
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// A chromedriver of our own, on a port that it chose. It ends, with every browser it started, when this is dropped.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    pub fn start(program: &Path) -> Driver {
        let mut child = Command::new(program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        // Reads to the end, so that the driver never waits for a reader.
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let port = line
                    .split("successfully on port ")
                    .nth(1)
                    .and_then(|rest| rest.trim_end_matches('.').parse().ok());
                if let Some(port) = port {
                    // The test may have given up waiting.
                    tell.send(port).ok();
                }
            }
        });
        let mut driver = Driver { child, port: 0 };
        driver.port = told.recv_timeout(PATIENCE).unwrap();
        driver
    }

    /// One command; its `value`. A command that fails fails the test.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let text = self.send(method, path, body).unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let value = answer["value"].clone();
        assert!(value["error"].is_null(), "{method} {path}: {value:#}");
        value
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let body = match method {
            "POST" => body.to_string(),
            _ => String::new(),
        };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer)?;
        Ok(String::from_utf8(answer).unwrap())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It ends its browsers and then itself; where it does not answer any more, it is ended.
        drop(self.send("GET", "/shutdown", &Value::Null));
        let until = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
