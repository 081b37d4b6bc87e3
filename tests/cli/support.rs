//! The binary in an empty folder with an empty environment, and servers for it to test.

use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use conform::mock::{
    API_KEY, API_SECRET, ENVIRONMENT, MockConfig, MockServer, PLUGIN_ID, Reply, SeenRequest,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The program's file.
pub const BINARY: &str = env!("CARGO_BIN_EXE_conform");

/// A folder of its own in which the binary runs.
pub struct Bench {
    pub folder: TempDir,
}

/// What the binary did.
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    pub fn new() -> Bench {
        Bench {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// The binary with nothing of the caller's environment that it could heed.
    pub fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        clean(|name| {
            command.env_remove(name);
        });
        command.current_dir(self.folder.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Done {
        done(&self.command().args(args).output().unwrap())
    }

    /// The same, to be spawned.
    pub fn spawned(&self) -> std::process::Command {
        let mut command = std::process::Command::new(BINARY);
        clean(|name| {
            command.env_remove(name);
        });
        command.current_dir(self.folder.path());
        command
    }

    /// `conform run` against a base URL, to be spawned.
    pub fn started(&self, url: &str, args: &[&str]) -> std::process::Command {
        let mut command = self.spawned();
        command
            .env("CONFLUENT_CLOUD_API_KEY", API_KEY)
            .env("CONFLUENT_CLOUD_API_SECRET", API_SECRET)
            .args(["run", "--base-url", url])
            .args(parameters())
            .args(args);
        command
    }

    /// `conform run` against a server with the reference server's data, with the credentials for it.
    pub fn run_at(&self, url: &str, args: &[&str]) -> Done {
        done(&self.started(url, args).output().unwrap())
    }
}

/// Names every variable that conform could heed.
pub fn clean(mut remove: impl FnMut(&str)) {
    for (name, _) in std::env::vars() {
        if name.starts_with("CONFORM_")
            || name.starts_with("CONFLUENT_")
            || name == "NO_COLOR"
            || name.starts_with("GITHUB_")
        {
            remove(&name);
        }
    }
}

pub fn done(output: &Output) -> Done {
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

impl Done {
    /// Holds the exit code, and shows what was printed where it is another.
    #[track_caller]
    pub fn code(self, code: i32) -> Done {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.out, self.err
        );
        self
    }

    /// Holds that standard error is one error message with all these pieces.
    #[track_caller]
    pub fn error(self, pieces: &[&str]) -> Done {
        assert!(self.err.starts_with("error: "), "{}", self.err);
        for piece in pieces {
            assert!(self.err.contains(piece), "{piece:?} in {}", self.err);
        }
        self
    }
}

/// The values of the required parameters.
pub fn parameters() -> [String; 4] {
    [
        "--param".to_owned(),
        format!("plugin_id={PLUGIN_ID}"),
        "--param".to_owned(),
        format!("environment={ENVIRONMENT}"),
    ]
}

/// A reference server in this process.
pub struct Served {
    pub url: String,
    _server: MockServer,
    _runtime: Runtime,
}

pub fn serve(config: MockConfig) -> Served {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(MockServer::start(config)).unwrap();
    Served {
        url: server.base_url().to_owned(),
        _server: server,
        _runtime: runtime,
    }
}

/// A reference server whose JSON answers with this status are changed.
pub fn serve_edited(status: u16, edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Served {
    let change = move |_: &SeenRequest<'_>, mut reply: Reply| {
        if reply.status == status
            && let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body)
        {
            edit(&mut body);
            reply.body = serde_json::to_vec(&body).unwrap();
        }
        reply
    };
    serve(MockConfig {
        edit: Some(Arc::new(change)),
        ..MockConfig::default()
    })
}

/// A reference server whose versions begin with a `v`, which SemVer does not allow.
pub fn serve_v_versions() -> Served {
    serve_edited(200, |body| {
        for item in body["data"].as_array_mut().into_iter().flatten() {
            let version = format!("v{}", item["spec"]["version"].as_str().unwrap());
            item["spec"]["version"] = version.into();
        }
    })
}
