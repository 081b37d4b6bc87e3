//! `conform init`: a commented configuration file and a CI workflow. What stands in the file is generated from the
//! settings themselves, so no setting can be missing from it.

use std::io::IsTerminal;

use clap::{Args as _, Command};

use crate::ledger::Baseline;
use crate::report::writer::write_file;

use super::args::InitArgs;
use super::config::DEFAULT_FILE;
use super::settings::Settings;
use super::{CliError, target, terminal};

mod workflow;

/// Where GitHub looks for workflows.
const WORKFLOW_FILE: &str = ".github/workflows/conform.yml";

/// The baseline that the CI profile names.
const BASELINE_FILE: &str = "conform-baseline.yaml";

/// Writes the files, or none.
pub fn main(args: &InitArgs) -> Result<u8, CliError> {
    let base_url = match &args.base_url {
        Some(url) => Some(url.clone()),
        None => asked()?,
    };
    if let Some(url) = &base_url {
        target::base_url(url)?;
    }
    let files = [
        (DEFAULT_FILE, config_file(base_url.as_deref())),
        (
            BASELINE_FILE,
            Baseline::write(&[], &[], &[], &Default::default(), jiff::civil::Date::MAX),
        ),
        (
            WORKFLOW_FILE,
            workflow::github(args.shards, base_url.is_some()),
        ),
    ];
    let files = files.map(|(name, text)| (args.folder.join(name), text));
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists())
        && !args.force
    {
        return Err(CliError::new(format!(
            "{}: the file exists; --force replaces it",
            path.display()
        )));
    }
    for (path, text) in &files {
        write_file(text.as_bytes(), path)
            .map_err(|cause| CliError::new(format!("{}: {cause}", path.display())))?;
        terminal::say(&format!("wrote {}", path.display()));
    }
    terminal::say(match base_url {
        Some(_) => "next: conform run",
        None => {
            "next: give base-url in conform.toml, then conform run (conform run --base-url reference tests the reference server)"
        }
    });
    Ok(0)
}

/// The base URL that a person at a terminal types.
fn asked() -> Result<Option<String>, CliError> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Ok(None);
    }
    terminal::say(
        "The base URL of the API, such as https://api.example.com (leave it empty to fill it in later):",
    );
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| CliError::new(format!("standard input cannot be read: {error}")))?;
    Ok(Some(line.trim().to_owned()).filter(|url| !url.is_empty()))
}

/// The configuration file: every setting commented out, with its meaning and its default or an example.
fn config_file(base_url: Option<&str>) -> String {
    let mut out = String::from(
        "\
# Settings of `conform run`; each flag can stand here under its own name.
# A flag beats the environment (CONFORM_BASE_URL, ...), which beats a profile, which beats [run]; parameters add up.
# Without a base URL from one of them, nothing is tested: the reference server is only tested where it is asked for.
# Secrets do not belong here: they come from the environment or from files.

[run]
",
    );
    let command = Settings::augment_args(Command::new("run"));
    let mut heading = "";
    for arg in command.get_arguments() {
        let Some(name) = arg.get_long() else {
            continue;
        };
        let here = arg.get_help_heading().unwrap_or_default();
        if here != heading {
            out.push_str(&format!("\n# --- {here}\n"));
            heading = here;
        }
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let line = match (name, base_url) {
            ("base-url", Some(url)) => format!("{name} = {}", serde_json::json!(url)),
            _ => format!("# {name} = {}", example(name)),
        };
        let help = help.replace('\n', "\n# ");
        out.push_str(&format!("# {help}\n{line}\n"));
    }
    out.push_str(
        "
# Other levels for clauses: must, should, info or off, by globs over the ids that `conform clauses` lists.
[run.levels]
# \"200/header/*/present\" = \"info\"
# \"*/429/**\" = \"off\"

# Credentials for a security scheme by its name, each from a variable or a file; a profile can have its own.
# [auth.NAME]
# token_env = \"API_TOKEN\"
# [profile.live.auth.NAME]
# token_env = \"LIVE_API_TOKEN\"

# For CI: what the baseline knows is excused, and the forge shows what it does not. Used with `--profile ci`.
[profile.ci]
baseline = \"conform-baseline.yaml\"
report = [\"json\", \"junit\", \"html\", \"sarif\", \"github=-\"]
max-time = \"5m\"

# For a live API: gentle, and patient with a slow start. Used with `--profile live`.
[profile.live]
rate = 5
timeout = \"30s\"
retries = 3
# base-url = \"https://api.example.com\"
# param = [\"environment=env-123\"]
",
    );
    out
}

/// The default of a setting, or where it has none, an example.
fn example(name: &str) -> &'static str {
    match name {
        "base-url" => "\"http://127.0.0.1:8080\"",
        "param" => "[\"environment=env-123\"]",
        "api-key" => "\"...\"",
        "api-secret-file" => "\"/run/secrets/api-secret\"",
        "header" => "[\"X-Tenant: 1\"]",
        "wait" => "\"30s\"",
        "wait-for" => "\"/healthz\"",
        "spec" => "\"openapi.yaml\"",
        "spec-root" => "\".\"",
        "cases" => "[\"cases\"]",
        "case" => "[\"*\"]",
        "skip" => "[\"rate-limit-*\"]",
        "operation" | "derive" => "[\"GET /**\"]",
        "budget" => "12",
        "shard" => "\"1/4\"",
        "gate" => "\"should\"",
        "min-coverage" => "80.0",
        "baseline" | "write-baseline" => "\"conform-baseline.yaml\"",
        "report" => "[\"json\", \"junit\", \"html\"]",
        "report-dir" => "\"reports\"",
        "record" => "\"recording.json\"",
        "replay" => "[\"recording.json\"]",
        "timeout" => "\"10s\"",
        "retries" => "2",
        "rate" => "10",
        "concurrency" => "1",
        "max-pages" => "100000",
        "max-body" => "\"16MiB\"",
        "max-depth" => "256",
        "max-time" => "\"5m\"",
        "cacert" => "\"ca.pem\"",
        "proxy" => "\"http://127.0.0.1:3128\"",
        "color" => "\"auto\"",
        _ => "false",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Ci, Layers};
    use crate::cli::config::resolve;
    use crate::cli::environment::Environment;

    #[test]
    fn what_is_written_loads_and_so_does_every_setting_uncommented() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(DEFAULT_FILE);
        let read = |text: &str, profile: Option<&str>| {
            std::fs::write(&file, text).unwrap();
            let layers = Layers {
                config: Some(file.clone()),
                profile: profile.map(str::to_owned),
            };
            resolve(&Settings::default(), &layers, &Environment::default()).unwrap()
        };
        let text = config_file(None);
        for profile in [None, Some("ci"), Some("live")] {
            assert_eq!(read(&text, profile).settings.base_url, None);
        }
        let url = "https://api.example.com";
        let resolved = read(&config_file(Some(url)), Some("ci"));
        assert_eq!(resolved.settings.base_url.as_deref(), Some(url));
        assert_eq!(
            resolved.settings.baseline.as_deref(),
            Some(BASELINE_FILE.as_ref())
        );
        let plain = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.split(' ').nth(1) == Some("=") => rest,
            _ => line,
        });
        let plain: Vec<&str> = plain
            .take_while(|line| !line.contains("auth.NAME"))
            .collect();
        let resolved = read(&plain.join("\n"), None);
        let settings = Settings::augment_args(Command::new("run"));
        assert_eq!(resolved.sources.len(), settings.get_arguments().count());
    }

    #[test]
    fn a_file_that_is_there_is_kept_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let mut args = InitArgs {
            folder: folder.path().to_owned(),
            base_url: Some("http://localhost:1".into()),
            ci: Ci::Github,
            shards: 1,
            force: false,
        };
        main(&args).unwrap();
        std::fs::write(folder.path().join(DEFAULT_FILE), "mine").unwrap();
        let error = main(&args).unwrap_err().to_string();
        assert!(
            error.contains("conform.toml") && error.contains("--force"),
            "{error}"
        );
        args.force = true;
        main(&args).unwrap();
        let text = std::fs::read_to_string(folder.path().join(DEFAULT_FILE)).unwrap();
        assert!(text.contains("[profile.live]"));
    }
}
