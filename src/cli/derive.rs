//! `conform derive`: the cases that the document alone gives, listed or written as the files that a person would write.

use std::path::Path;

use crate::contract::Contract;
use crate::derive::{self, Derived};
use crate::report::writer::write_file;
use crate::run::Deriving;

use super::args::DeriveArgs;
use super::environment::Environment;
use super::terminal::{Paint, Stream, harmless};
use super::{CliError, config, target, terminal, warnings};

/// Lists or writes them.
pub fn main(args: &DeriveArgs, environment: &Environment) -> Result<u8, CliError> {
    let resolved = config::resolve(
        &args.contract.settings(),
        &args.contract.layers,
        environment,
    )?;
    let mut settings = resolved.settings;
    settings.operation.extend(args.operation.iter().cloned());
    settings.param.extend(args.param.iter().cloned());
    let mut setup = target::setup(&settings);
    setup.deriving = Some(Deriving {
        operations: settings.operation.clone(),
        again: settings.derive.clone(),
        budget: args.budget.or(settings.budget),
    });
    let (contract, battery) = setup.load()?;
    let derived = setup.derive(&contract, &battery, &target::parameters(&settings)?, true)?;
    warnings::tell(&contract);
    setup.check(&contract)?;
    match &args.out {
        Some(folder) => write(&derived, folder, args.force)?,
        None => list(&contract, &derived, Paint::new(settings.color, Stream::Out)),
    }
    Ok(if derived.cases.is_empty() { 3 } else { 0 })
}

fn list(contract: &Contract, derived: &Derived, paint: Paint) {
    let mut last = None;
    for case in &derived.cases {
        let operation = case.operations().first().map(|(_, name)| *name);
        if last != operation {
            last = operation;
            terminal::say(&paint.name(&harmless(last.unwrap_or_default())));
        }
        let id = harmless(&case.case);
        terminal::say(&format!("  {id:<40}  {}", harmless(&case.title)));
        let derivation = case.derived.as_ref();
        if let Some(one) = derivation.filter(|one| !one.from.is_empty()) {
            let from = harmless(&one.from);
            terminal::say(&format!("  {:<40}  {}: {from}", "", one.family));
        }
    }
    if !derived.left_out.is_empty() {
        terminal::say(&paint.name("nothing derived for"));
    }
    for one in &derived.left_out {
        let operation = &contract.operations[one.operation];
        let remedy = match one.flag.is_empty() {
            true => String::new(),
            false => format!(" ({})", one.flag),
        };
        terminal::say(&harmless(&format!(
            "  {} {}: {}{remedy}",
            operation.method, operation.path, one.why
        )));
    }
    let operations = contract.operations.len();
    terminal::say(&format!(
        "{} cases; {} of {operations} operations are left out",
        derived.cases.len(),
        derived.left_out.len()
    ));
}

/// Writes all files, or none where one is there already: somebody may have edited it.
fn write(derived: &Derived, folder: &Path, force: bool) -> Result<(), CliError> {
    let files = derive::files(derived);
    let taken = files.iter().map(|file| folder.join(&file.path));
    if let Some(path) = taken.filter(|_| !force).find(|path| path.exists()) {
        return Err(CliError::new(format!(
            "{}: the file exists; --force replaces it",
            path.display()
        )));
    }
    for file in &files {
        let path = folder.join(&file.path);
        write_file(file.text.as_bytes(), &path)
            .map_err(|cause| CliError::new(format!("{}: {cause}", path.display())))?;
    }
    terminal::say(&format!(
        "wrote {} cases and {} bindings to {}; conform run --cases {} runs them",
        derived.cases.len(),
        derived.bindings.len(),
        folder.display(),
        folder.display()
    ));
    Ok(())
}
