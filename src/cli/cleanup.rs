//! `conform run --cleanup REPORT`: deletes what an earlier run made and could not delete itself, and nothing else.

use std::path::Path;

use crate::report::model::LeftRecord;
use crate::run::{self, Leftover};

use super::args::RunArgs;
use super::environment::{self, Environment};
use super::target::{self, Target};
use super::{CliError, config, rerender, run as runs, terminal};

/// Deletes it; 0 where all of it is gone, 3 where something is still there.
pub fn main(args: &RunArgs, report: &Path, environment: &Environment) -> Result<u8, CliError> {
    let mut resolved = config::resolve(&args.settings, &args.layers, environment)?;
    environment::check(&resolved.variables())?;
    let watch = runs::watch(&resolved.settings)?;
    let report = rerender::read(report)?;
    let made_at = report.target.base_url.trim_end_matches('/').to_owned();
    let given = resolved.settings.base_url.get_or_insert(made_at.clone());
    let (_, shown) = target::base_url(given)?;
    if shown.as_str().trim_end_matches('/') != made_at {
        return Err(CliError::new(format!(
            "--cleanup: the report is about {made_at}, and --base-url is {shown}: leave --base-url out, or name the report of that target"
        )));
    }
    let target = Target::of(&resolved, environment)?;
    let Target::At(text) = &target else {
        return Err(CliError::new(
            "--cleanup deletes what is left at a target: name it with --base-url",
        ));
    };
    let (mut plan, _) = target::plan(&resolved, &target)?;
    let auth = target::auth_at(&target, &resolved.settings, &mut plan)?;
    let (url, _) = target::base_url(text)?;
    let mut config = target::live_config(&resolved.settings, url, auth)?;
    config.deadline = watch.deadline;
    let (known, unknown): (Vec<_>, Vec<_>) =
        report.left.iter().partition(|one| one.delete.is_some());
    let mut things = Vec::with_capacity(known.len());
    for one in known {
        things.push(thing(&plan, one, &made_at)?);
    }
    let answers = runs::runtime()?.block_on(run::delete(config, things, watch.over()));
    watch.writing();
    let mut is_left = !unknown.is_empty();
    let answers = answers.map_err(|error| CliError::new(error.to_string()))?;
    for (url, why) in answers {
        is_left |= why.is_some();
        let said = why.map_or("deleted".to_owned(), |why| format!("still there: {why}"));
        terminal::say(&terminal::harmless(&format!("{url}: {said}")));
    }
    for one in unknown {
        let line = format!("{}: still there: {}", one.url, one.reason);
        terminal::say(&terminal::harmless(&line));
    }
    if report.left.is_empty() {
        terminal::say("the report has nothing that is left");
    }
    Ok(if is_left { 3 } else { 0 })
}

/// Something that is left, as the contract deletes it.
fn thing(plan: &crate::battery::Plan, left: &LeftRecord, base: &str) -> Result<Leftover, CliError> {
    let name = left.delete.as_deref().unwrap_or_default();
    let found = plan.contract.operation(name);
    let target = left
        .url
        .strip_prefix(base)
        .filter(|rest| rest.starts_with('/'));
    match (found, target) {
        (Some((operation, described)), Some(target)) if described.method == "DELETE" => {
            Ok(Leftover {
                operation,
                url: left.url.clone(),
                target: target.to_owned(),
                headers: left
                    .headers
                    .iter()
                    .cloned()
                    .map(|[name, value]| (name, value))
                    .collect(),
            })
        }
        _ => Err(CliError::new(format!(
            "--cleanup: {} is deleted by no operation `{name}` of this contract: give the --spec of that run",
            left.url
        ))),
    }
}
