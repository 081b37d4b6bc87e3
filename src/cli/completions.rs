//! `conform completions`: a shell's completion script, made of the same definitions as the arguments themselves.

use clap::CommandFactory;

use super::args::{Cli, CompletionArgs};
use super::{CliError, terminal};

/// Prints the script.
pub fn main(args: &CompletionArgs) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "conform", &mut script);
    terminal::say(String::from_utf8_lossy(&script).trim_end());
    Ok(0)
}
