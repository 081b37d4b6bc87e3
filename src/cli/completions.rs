//! `conform completions`: a shell's completion script, made of the same definitions as the arguments themselves.

use std::io::Write;

use clap::CommandFactory;

use super::CliError;
use super::args::{Cli, CompletionArgs};

/// Prints the script.
pub fn main(args: &CompletionArgs) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "conform", &mut script);
    // Whoever closed the pipe has read all they wanted.
    drop(std::io::stdout().write_all(&script));
    Ok(0)
}
