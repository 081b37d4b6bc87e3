//! Every setting of a run, defined once: as a flag, as a key of `conform.toml`, and as `CONFORM_…` in the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use clap::{Arg, ArgAction, Args, ValueEnum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::battery::Weight;

use super::quantity::Quantity;

/// The lowest level that fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GateLevel {
    /// Only what must be.
    Must,
    /// Also what should be.
    Should,
}

/// When to color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The settings of a run. Each can stand in conform.toml under the same name; a flag beats the environment, which
/// beats the profile, which beats the file.
#[derive(Debug, Clone, Default, PartialEq, Args, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// The API to test; without it, the reference server is started and tested
    #[arg(long, value_name = "URL", help_heading = "Target")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// A parameter of the valid request, such as environment=env-123
    #[arg(long = "param", value_name = "NAME=VALUE", help_heading = "Target")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub param: Vec<String>,
    /// The key, token or user name, whichever the operation's security scheme needs [env: those of the contract, else
    /// CONFORM_TOKEN, CONFORM_USERNAME, CONFORM_API_KEY]
    #[arg(long, value_name = "K", help_heading = "Target")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// A file that holds the secret or password of HTTP Basic [env: that of the contract, else CONFORM_PASSWORD]
    #[arg(long, value_name = "FILE", help_heading = "Target")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_secret_file: Option<PathBuf>,
    /// A header sent with every request; its value is kept secret
    #[arg(long = "header", value_name = "K: V", help_heading = "Target")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
    /// Wait up to this long until the target answers at all
    #[arg(long, value_name = "DUR", help_heading = "Target")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Quantity<Duration>>,
    /// Send methods that may change something, too
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Target"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_writes: Option<bool>,

    /// The OpenAPI document (3.x or Swagger 2.0, YAML or JSON); without it, the embedded one
    #[arg(long, value_name = "FILE", help_heading = "Contract and battery")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<PathBuf>,
    /// The folder below which the document's files lie [default: the document's own]
    #[arg(long, value_name = "DIR", help_heading = "Contract and battery")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_root: Option<PathBuf>,
    /// Refuse a document of which a part cannot be used
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Contract and battery"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_spec: Option<bool>,
    /// A case, rule or battery file, or a folder of them; adds, and replaces what has the same id
    #[arg(long, value_name = "PATH", help_heading = "Contract and battery")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<PathBuf>,
    /// Leave the embedded cases and rules out
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Contract and battery"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_default_cases: Option<bool>,
    /// Run only the cases whose id matches, and their controls
    #[arg(
        long = "case",
        value_name = "GLOB",
        help_heading = "Contract and battery"
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub case: Vec<String>,
    /// Skip the cases whose id matches
    #[arg(long, value_name = "GLOB", help_heading = "Contract and battery")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<String>,

    /// The lowest level that fails the run [default: should]
    #[arg(long, value_enum, help_heading = "Judgement")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateLevel>,
    /// The least share that must be exercised, in per cent of the clauses that this target can show
    #[arg(long, value_name = "PCT", help_heading = "Judgement")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_coverage: Option<f64>,
    /// Known findings that do not gate
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "write_baseline",
        help_heading = "Judgement"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<PathBuf>,
    /// Write the present findings as a baseline
    #[arg(long, value_name = "FILE", help_heading = "Judgement")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_baseline: Option<PathBuf>,

    /// A report: json, junit, junit-annotated, html, sarif, ctrf or github; `-` as PATH is standard output
    #[arg(long, value_name = "FORMAT[=PATH]", help_heading = "Reports")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub report: Vec<String>,
    /// The folder for reports without a path [default: reports]
    #[arg(long, value_name = "DIR", help_heading = "Reports")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_dir: Option<PathBuf>,
    /// Record all exchanges, secrets taken out
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "replay",
        help_heading = "Reports"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<PathBuf>,
    /// Judge a recording again, without any network
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<PathBuf>,

    /// The longest wait for the head of an answer, and the longest silence in its body [default: 10s]
    #[arg(long, value_name = "DUR", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Quantity<Duration>>,
    /// How often a request is retried after 429, 503 or a failed connection [default: 2]
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// The most requests a second
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u32>,
    /// How many cases run at once [default: 1]
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<usize>,
    /// The most pages that a walk follows [default: 100000]
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_pages: Option<u64>,
    /// The largest body, after decompression [default: 16MiB]
    #[arg(long, value_name = "SIZE", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body: Option<Quantity<ByteSize>>,
    /// How deep a JSON body may be nested, 128 to 512 [default: 256]
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_depth: Option<usize>,
    /// The longest time for the whole run [default: 5m]
    #[arg(long, value_name = "DUR", help_heading = "Bounds")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_time: Option<Quantity<Duration>>,

    /// Certificates (PEM) that are trusted beside those of the system
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cacert: Option<PathBuf>,
    /// Accept any certificate
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Connection"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insecure: Option<bool>,
    /// The proxy that all requests go through
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,

    /// Other levels for clauses, by globs over their ids with or without the operation's name: must, should, info, off
    #[arg(skip)]
    #[serde(skip_serializing)]
    #[schemars(with = "BTreeMap<String, Weight>")]
    pub levels: BTreeMap<String, Spanned<Weight>>,

    /// Print the outcome only
    #[arg(
        short,
        long,
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Output"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<bool>,
    /// Print each exchange, and where each setting came from
    #[arg(
        short,
        long,
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Output"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verbose: Option<bool>,
    /// When to color [default: auto]
    #[arg(long, value_enum, help_heading = "Output")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<ColorChoice>,
}

/// Lets a setting that holds one value come from the environment: `CONFORM_BASE_URL` and the like. An empty one is none.
pub fn from_environment(arg: Arg) -> Arg {
    let name = format!("CONFORM_{}", arg.get_id().as_str().to_ascii_uppercase());
    let is_given = std::env::var_os(&name).is_some_and(|value| !value.is_empty());
    if is_given && matches!(arg.get_action(), ArgAction::Set) {
        arg.env(name).hide_env_values(true)
    } else {
        arg
    }
}
