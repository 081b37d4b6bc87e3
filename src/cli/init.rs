//! `conform init`: a commented configuration file and a CI workflow. What stands in the file is generated from the
//! settings themselves, so no setting can be missing from it.

use std::path::Path;

use clap::{Args as _, Command};

use crate::report::writer::write_file;

use super::args::InitArgs;
use super::config::DEFAULT_FILE;
use super::settings::Settings;
use super::{CliError, terminal};

/// Where GitHub looks for workflows.
const WORKFLOW_FILE: &str = ".github/workflows/conform.yml";

/// Writes both files, or none.
pub fn main(args: &InitArgs) -> Result<u8, CliError> {
    let files = [
        (args.folder.join(DEFAULT_FILE), config_file()),
        (args.folder.join(WORKFLOW_FILE), workflow().to_owned()),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists())
        && !args.force
    {
        return Err(CliError::new(format!(
            "{}: the file exists; --force replaces it",
            path.display()
        )));
    }
    for (path, text) in &files {
        write(path, text)?;
        terminal::say(&format!("wrote {}", path.display()));
    }
    terminal::say(
        "next: conform run (tests the reference server), then conform run --profile live --base-url URL",
    );
    Ok(0)
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    write_file(text.as_bytes(), path)
        .map_err(|cause| CliError::new(format!("{}: {cause}", path.display())))
}

/// The configuration file: every setting commented out, with its meaning and its default or an example.
pub fn config_file() -> String {
    let mut out = String::from(
        "\
# Settings of `conform run`; each flag can stand here under its own name.
# A flag beats the environment (CONFORM_BASE_URL, ...), which beats a profile, which beats [run].
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
        out.push_str(&format!("# {help}\n# {name} = {}\n", example(name)));
    }
    out.push_str(
        "
# Other levels for clauses: must, should, info or off, by globs over the ids that `conform clauses` lists.
[run.levels]
# \"200/header/*/present\" = \"info\"
# \"*/429/**\" = \"off\"

# For CI: what is known is excused, and the forge shows what is not. Used with `--profile ci`.
[profile.ci]
report = [\"json\", \"junit\", \"github\", \"sarif\"]
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
        "spec" => "\"openapi.yaml\"",
        "spec-root" => "\".\"",
        "cases" => "[\"cases\"]",
        "case" => "[\"*\"]",
        "skip" => "[\"rate-limit-*\"]",
        "gate" => "\"should\"",
        "min-coverage" => "80.0",
        "baseline" | "write-baseline" => "\"conform-baseline.yaml\"",
        "report" => "[\"json\", \"junit\", \"html\"]",
        "report-dir" => "\"reports\"",
        "record" | "replay" => "\"recording.json\"",
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

/// A workflow that starts a service, tests it, and keeps the reports.
fn workflow() -> &'static str {
    "\
# Holds the API against its contract on every push. Written by `conform init`; adapt the two marked places.
name: conform
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  conform:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      # 1. How conform gets here. Put the address of its sources in the place of this one, or use your own image.
      - run: cargo install --locked --git https://example.com/conform.git
      # 2. Start the API under test in the background, for example:
      # - run: ./start-my-service &
      - name: Test the API
        env:
          # Whichever the API asks for: a token, CONFORM_USERNAME and CONFORM_PASSWORD, or CONFORM_API_KEY.
          CONFORM_TOKEN: ${{ secrets.CONFORM_TOKEN }}
        # With --base-url URL --wait 30s and a --param for each value that it needs, it tests your service;
        # as it stands it tests the reference server.
        run: conform run --profile ci --report json --report junit --report html --report github=-
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: conform-reports
          path: reports/
"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::resolve;

    #[test]
    fn what_is_written_loads_and_so_does_every_setting_uncommented() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(DEFAULT_FILE);
        let text = config_file();
        std::fs::write(&file, &text).unwrap();
        for profile in [None, Some("ci"), Some("live")] {
            resolve(&Settings::default(), Some(&file), profile, |_| false).unwrap();
        }
        let plain: Vec<String> = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.split(' ').nth(1) == Some("=") => rest.to_owned(),
                _ => line.to_owned(),
            })
            .collect();
        std::fs::write(&file, plain.join("\n")).unwrap();
        let resolved = resolve(&Settings::default(), Some(&file), None, |_| false).unwrap();
        let settings = Settings::augment_args(Command::new("run"));
        assert_eq!(resolved.sources.len(), settings.get_arguments().count());
    }

    #[test]
    fn a_file_that_is_there_is_kept_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let mut args = InitArgs {
            folder: folder.path().to_owned(),
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
