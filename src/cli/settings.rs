//! Every setting of a run, defined once: as a flag, as a key of `conform.toml`, and as `CONFORM_…` in the environment.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::battery::Weight;
use crate::exchange::Shard;

use super::auth_table::AuthTable;
use super::quantity::{Percent, Quantity, at_least_one};

const TARGET: &str = "Target";
const BATTERY: &str = "Contract and battery";
const JUDGEMENT: &str = "Judgement";
const REPORTS: &str = "Reports";
const BOUNDS: &str = "Bounds";
const CONNECTION: &str = "Connection";
const OUTPUT: &str = "Output";

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
    /// The API to test, or `reference` for the reference server, which is started and tested where nothing is given at
    /// all: no base URL, no document, no configuration
    #[arg(long, value_name = "URL", help_heading = TARGET)]
    pub base_url: Option<String>,
    /// A value wherever a parameter of that name stands, such as environment=env-123; OPERATION:NAME=VALUE for one
    /// operation, OPERATION:/pointer=VALUE for a place in its body
    #[arg(long, value_name = "NAME=VALUE", help_heading = TARGET)]
    pub param: Vec<String>,
    /// The key, token or user name, whichever the operation's security scheme needs [env: those of the contract, else
    /// CONFORM_TOKEN, CONFORM_USERNAME, CONFORM_API_KEY; the list of processes shows the flag, and not the environment]
    #[arg(long, value_name = "K", help_heading = TARGET)]
    pub api_key: Option<String>,
    /// A file that holds the secret or password of HTTP Basic [env: that of the contract, else CONFORM_PASSWORD]
    #[arg(long, value_name = "FILE", help_heading = TARGET)]
    pub api_secret_file: Option<PathBuf>,
    /// A header sent with every request; no output has its value, but the list of processes shows the flag: what is
    /// secret goes under `header` in a conform.toml of its own (--config)
    #[arg(long, value_name = "K: V", help_heading = TARGET)]
    pub header: Vec<String>,
    /// Wait up to this long until the target answers at all
    #[arg(long, value_name = "DUR", help_heading = TARGET)]
    pub wait: Option<Quantity<Duration>>,
    /// Wait until this path below the base URL answers 2xx, up to --wait [default: 30s]
    #[arg(long, value_name = "PATH", help_heading = TARGET)]
    pub wait_for: Option<String>,
    /// Send methods that may change something, too
    #[arg(long, num_args = 0, default_missing_value = "true", help_heading = TARGET)]
    pub allow_writes: Option<bool>,

    /// The OpenAPI document (3.x or Swagger 2.0, YAML or JSON); without it, the embedded one
    #[arg(long, value_name = "FILE", help_heading = BATTERY)]
    pub spec: Option<PathBuf>,
    /// The folder below which the document's files lie [default: the document's own]
    #[arg(long, value_name = "DIR", help_heading = BATTERY)]
    pub spec_root: Option<PathBuf>,
    /// Refuse a document of which a part cannot be used
    #[arg(long, num_args = 0, default_missing_value = "true", help_heading = BATTERY)]
    pub strict_spec: Option<bool>,
    /// A case, rule or battery file, or a folder of them; adds, and replaces what has the same id
    #[arg(long, value_name = "PATH", help_heading = BATTERY)]
    pub cases: Vec<PathBuf>,
    /// Leave the embedded cases and rules out
    #[arg(long, num_args = 0, default_missing_value = "true", help_heading = BATTERY)]
    pub no_default_cases: Option<bool>,
    /// Run only the cases whose id matches, and their controls
    #[arg(long, value_name = "GLOB", help_heading = BATTERY)]
    pub case: Vec<String>,
    /// Skip the cases whose id matches
    #[arg(long, value_name = "GLOB", help_heading = BATTERY)]
    pub skip: Vec<String>,
    /// A core case may be skipped: without this, such a run is incomplete
    #[arg(long, num_args = 0, default_missing_value = "true", help_heading = BATTERY)]
    pub no_core: Option<bool>,
    /// Derive no cases from the document: only what case files say is run
    #[arg(long, num_args = 0, default_missing_value = "true", help_heading = BATTERY)]
    pub no_derive: Option<bool>,
    /// Derive cases for the operations that match too, although case files cover them
    #[arg(long, value_name = "GLOB", help_heading = BATTERY)]
    pub derive: Vec<String>,
    /// Run only the cases of the operations that match, by operationId or as 'GET /path', and what they stand on; of traffic, judge
    /// only what goes to them
    #[arg(long, value_name = "GLOB", help_heading = BATTERY)]
    pub operation: Vec<String>,
    /// Run one part of the operations only, such as 2/4 for the second of four; with --record, --replay settles all parts
    #[arg(long, value_name = "I/N", conflicts_with = "replay", help_heading = BATTERY)]
    #[schemars(with = "Option<String>")]
    pub shard: Option<Shard>,
    /// The most requests that are derived for an operation [default: 12]
    #[arg(long, value_name = "N", help_heading = BATTERY)]
    pub budget: Option<usize>,

    /// The lowest level that fails the run [default: should]
    #[arg(long, value_enum, help_heading = JUDGEMENT)]
    pub gate: Option<GateLevel>,
    /// The least share that must be exercised, in per cent of the clauses that this target can show; of
    /// the chosen operations where --operation names some
    #[arg(long, value_name = "PCT", help_heading = JUDGEMENT)]
    pub min_coverage: Option<Percent>,
    /// Known findings that do not gate
    #[arg(long, value_name = "FILE", help_heading = JUDGEMENT)]
    pub baseline: Option<PathBuf>,
    /// Write the present findings as a baseline; reasons and dates of entries that are there already are kept
    #[arg(long, value_name = "FILE", help_heading = JUDGEMENT)]
    pub write_baseline: Option<PathBuf>,

    /// A report: json, junit, junit-annotated, html, sarif, ctrf or github; `-` as PATH is standard output
    #[arg(long, value_name = "FORMAT[=PATH]", help_heading = REPORTS)]
    pub report: Vec<String>,
    /// The folder for reports without a path [default: reports]
    #[arg(long, value_name = "DIR", help_heading = REPORTS)]
    pub report_dir: Option<PathBuf>,
    /// Record all exchanges, secrets taken out
    #[arg(long, value_name = "FILE", conflicts_with = "replay", help_heading = REPORTS)]
    pub record: Option<PathBuf>,
    /// Judge a recording again, without any network; of a run that was cut into shards, give one for each of them
    #[arg(long, value_name = "FILE", help_heading = REPORTS)]
    pub replay: Vec<PathBuf>,

    /// The longest wait for the head of an answer, and the longest silence in its body [default: 10s]
    #[arg(long, value_name = "DUR", help_heading = BOUNDS)]
    pub timeout: Option<Quantity<Duration>>,
    /// How often a request is retried after 429, 503 or a failed connection [default: 2]
    #[arg(long, value_name = "N", help_heading = BOUNDS)]
    pub retries: Option<u32>,
    /// The most requests a second
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroU32>, help_heading = BOUNDS)]
    pub rate: Option<NonZeroU32>,
    /// How many requests are under way at once [default: 1, or 4 where the battery is derived]
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroUsize>, help_heading = BOUNDS)]
    pub concurrency: Option<NonZeroUsize>,
    /// The most pages that a walk follows [default: 100000]
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroU64>, help_heading = BOUNDS)]
    pub max_pages: Option<NonZeroU64>,
    /// The largest body, after decompression [default: 16MiB]
    #[arg(long, value_name = "SIZE", help_heading = BOUNDS)]
    pub max_body: Option<Quantity<ByteSize>>,
    /// How deep a JSON body may be nested, 128 to 512 [default: 256]
    #[arg(long, value_name = "N", help_heading = BOUNDS)]
    pub max_depth: Option<usize>,
    /// The longest time for the whole run; whatever is under way then ends within two seconds [default: 5m]
    #[arg(long, value_name = "DUR", help_heading = BOUNDS)]
    pub max_time: Option<Quantity<Duration>>,

    /// Certificates (PEM) that are trusted beside those of the system
    #[arg(long, value_name = "FILE", help_heading = CONNECTION)]
    pub cacert: Option<PathBuf>,
    /// Accept any certificate
    #[arg(long, num_args = 0, default_missing_value = "true", help_heading = CONNECTION)]
    pub insecure: Option<bool>,
    /// The proxy that all requests go through
    #[arg(long, value_name = "URL", help_heading = CONNECTION)]
    pub proxy: Option<String>,

    /// Other levels for clauses, by globs over their ids with or without the operation's name: must, should, info, off
    #[arg(skip)]
    #[serde(skip_serializing)]
    #[schemars(with = "BTreeMap<String, Weight>")]
    pub levels: BTreeMap<String, Spanned<Weight>>,
    /// Credentials by the name of a security scheme of the contract
    #[arg(skip)]
    #[serde(skip_serializing)]
    pub auth: BTreeMap<String, AuthTable>,

    /// Print the outcome only
    #[arg(short, long, num_args = 0, default_missing_value = "true", help_heading = OUTPUT)]
    pub quiet: Option<bool>,
    /// Print each exchange, and where each setting came from
    #[arg(short, long, num_args = 0, default_missing_value = "true", help_heading = OUTPUT)]
    pub verbose: Option<bool>,
    /// When to color [default: auto]
    #[arg(long, value_enum, help_heading = OUTPUT)]
    pub color: Option<ColorChoice>,
}
