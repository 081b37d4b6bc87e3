//! The command line as clap reads it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::quantity::{Percent, Quantity};
use super::settings::{ColorChoice, Settings};

/// Finds out, with proof, whether an HTTP API keeps its OpenAPI contract
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    max_term_width = 120,
    after_help = "Exit codes: 0 conformant, 1 nonconformant, 2 usage or file error, 3 incomplete"
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the battery against an API, or against the reference server
    Run(RunArgs),
    /// Judges traffic that was captured elsewhere, without sending anything
    Judge(JudgeArgs),
    /// Passes requests on to an API, judges the answers, and ends with the reports of a run
    Proxy(ProxyArgs),
    /// Serves the reference server until it is interrupted
    Mock(MockArgs),
    /// Breaks every clause on purpose and shows which case catches it
    Prove(ProveArgs),
    /// Lists the cases that the document alone gives, or writes them as files
    Derive(DeriveArgs),
    /// Lists the contract's clauses
    Clauses(ClausesArgs),
    /// Explains a clause, a rule or a case
    Explain(ExplainArgs),
    /// Compares two JSON reports
    Diff(DiffArgs),
    /// Renders a JSON report in another format
    Report(ReportArgs),
    /// Writes a commented conform.toml and a CI workflow
    Init(InitArgs),
    /// Prints a completion script for a shell
    Completions(CompletionArgs),
}

/// The layers below flags and environment.
#[derive(Debug, Default, Args)]
pub struct Layers {
    /// The configuration file [default: conform.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A profile of the configuration file
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
}

/// `conform run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
    /// Where others come from.
    #[command(flatten)]
    pub layers: Layers,
    /// Print the cases that would run, and run none
    #[arg(long)]
    pub list: bool,
    /// Run no case: delete what the run of this JSON report made and could not delete
    #[arg(long, value_name = "REPORT", conflicts_with = "list")]
    pub cleanup: Option<PathBuf>,
}

/// `conform judge`.
#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// HTTP Archives (HAR 1.2) of browsers, test tools and proxies, or recordings of conform
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A header, query parameter, cookie or member of JSON bodies whose values no report may show
    #[arg(long, value_name = "NAME")]
    pub redact: Vec<String>,
    /// The settings; those about sending have no meaning here. The base URL says which requests are meant
    #[command(flatten)]
    pub settings: Settings,
    /// Where others come from.
    #[command(flatten)]
    pub layers: Layers,
}

/// `conform proxy`.
#[derive(Debug, Args)]
pub struct ProxyArgs {
    /// The one API that all requests are passed on to
    #[arg(long, value_name = "URL")]
    pub upstream: String,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8081)]
    pub port: u16,
    /// End after this time; without it, when interrupted
    #[arg(long = "for", value_name = "DUR")]
    pub longest: Option<Quantity<Duration>>,
    /// Write the reports again and again, each time after this long, of all that passed so far
    #[arg(long, value_name = "DUR")]
    pub interval: Option<Quantity<Duration>>,
    /// A header, query parameter, cookie or member of JSON bodies whose values no report may show
    #[arg(long, value_name = "NAME")]
    pub redact: Vec<String>,
    /// The settings; those about requests of our own have no meaning here
    #[command(flatten)]
    pub settings: Settings,
    /// Where others come from.
    #[command(flatten)]
    pub layers: Layers,
}

/// `conform mock`.
#[derive(Debug, Args)]
pub struct MockArgs {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub port: u16,
    /// How many versions the plugin has
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub items: u64,
    /// How many of them stand on a page
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub page_size: usize,
    /// Answer 429 after so many requests within a second
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
    /// Wait this long before every answer
    #[arg(long, value_name = "DUR", default_value = "0s")]
    pub latency: Quantity<Duration>,
    /// Break this clause on purpose
    #[arg(long, value_name = "CLAUSE")]
    pub defect: Option<String>,
    /// List the clauses that can be broken on purpose
    #[arg(long)]
    pub list_defects: bool,
}

/// `conform prove`.
#[derive(Debug, Args)]
pub struct ProveArgs {
    /// The settings: contract, battery, and the target to record where there is no recording
    #[command(flatten)]
    pub settings: Settings,
    /// Where others come from.
    #[command(flatten)]
    pub layers: Layers,
    /// The least share of must and should clauses that must be guarded, in per cent
    #[arg(long, value_name = "PCT", default_value = "100")]
    pub min_score: Percent,
    /// How the matrix is printed
    #[arg(long, value_enum, default_value_t = ProofFormat::Text)]
    pub format: ProofFormat,
}

/// Text, JSON or a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProofFormat {
    /// For people, in the terminal.
    Text,
    /// For programs.
    Json,
    /// For people, as a picture: one self-contained page.
    Html,
}

/// Text or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What contract and battery a command is about.
#[derive(Debug, Default, Args)]
pub struct ContractArgs {
    /// The OpenAPI document; without it, the embedded one
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// The folder below which the document's files lie [default: the document's own]
    #[arg(long, value_name = "DIR")]
    pub spec_root: Option<PathBuf>,
    /// Refuse a document of which a part cannot be used
    #[arg(long)]
    pub strict_spec: bool,
    /// A case, rule or battery file, or a folder of them
    #[arg(long, value_name = "PATH")]
    pub cases: Vec<PathBuf>,
    /// Leave the embedded cases and rules out
    #[arg(long)]
    pub no_default_cases: bool,
    /// When to color [default: auto]
    #[arg(long, value_enum)]
    pub color: Option<ColorChoice>,
    /// Where others come from.
    #[command(flatten)]
    pub layers: Layers,
}

impl ContractArgs {
    /// The settings that it gives.
    pub fn settings(&self) -> Settings {
        Settings {
            spec: self.spec.clone(),
            spec_root: self.spec_root.clone(),
            strict_spec: self.strict_spec.then_some(true),
            cases: self.cases.clone(),
            no_default_cases: self.no_default_cases.then_some(true),
            color: self.color,
            ..Settings::default()
        }
    }
}

/// `conform derive`.
#[derive(Debug, Args)]
pub struct DeriveArgs {
    /// Contract and battery.
    #[command(flatten)]
    pub contract: ContractArgs,
    /// Write them to this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Only for the operations that match, by operationId or as 'GET /path'
    #[arg(long, value_name = "GLOB")]
    pub operation: Vec<String>,
    /// The most requests for an operation [default: 12]
    #[arg(long, value_name = "N")]
    pub budget: Option<usize>,
    /// A value for a parameter
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
}

/// `conform clauses`.
#[derive(Debug, Args)]
pub struct ClausesArgs {
    /// Contract and battery.
    #[command(flatten)]
    pub contract: ContractArgs,
    /// Count them by part and level, and say what cannot be tested and why
    #[arg(long)]
    pub summary: bool,
    /// How they are printed
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub format: TextOrJson,
}

/// `conform explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A clause, rule or case
    pub id: String,
    /// Contract and battery.
    #[command(flatten)]
    pub contract: ContractArgs,
}

/// `conform diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier report
    pub before: PathBuf,
    /// The later report
    pub after: PathBuf,
    /// What fails: what newly broke, or also a clause that is no longer tested
    #[arg(long, value_enum, default_value_t = DiffGate::Broken)]
    pub gate: DiffGate,
    /// When to color [default: auto]
    #[arg(long, value_enum)]
    pub color: Option<ColorChoice>,
}

/// What of a comparison fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffGate {
    /// What newly broke.
    Broken,
    /// Also what was tested before and is not any more.
    Coverage,
}

/// `conform report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A JSON report of `conform run`
    pub file: PathBuf,
    /// FORMAT or FORMAT=PATH: json, junit, junit-annotated, html, sarif, ctrf or github; without PATH to standard output
    #[arg(long = "format", value_name = "FORMAT[=PATH]", required = true)]
    pub formats: Vec<String>,
}

/// `conform init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// The API to test; asked for on a terminal where it is not given
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// For which CI system the workflow is
    #[arg(long, value_enum, default_value_t = Ci::Github)]
    pub ci: Ci,
    /// Into how many jobs side by side the workflow cuts a run
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub shards: u16,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
}

/// A CI system that a workflow can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions.
    Github,
}

/// `conform completions`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
