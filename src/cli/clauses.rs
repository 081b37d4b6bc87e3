//! `conform clauses`: the contract's clauses, without a run.

use std::mem::ManuallyDrop;

use crate::report::json::pretty;
use crate::report::model::ClauseRecord;
use crate::run::clause_records;

use super::args::{ClausesArgs, TextOrJson};
use super::environment::Environment;
use super::terminal::{Paint, Stream, harmless};
use super::{CliError, clauses_summary, target, terminal, warnings};

/// Lists them, one after the other as they are made: a large contract has some hundred thousand.
pub fn main(args: &ClausesArgs, environment: &Environment) -> Result<u8, CliError> {
    let (plan, color) = target::plan_to_list(&args.contract, environment, !args.summary)?;
    // The process ends with the list: to take a large plan apart would cost as much as to load its document.
    let plan = ManuallyDrop::new(plan);
    let paint = Paint::new(color, Stream::Out);
    if args.summary {
        return clauses_summary::main(&plan, args.format);
    }
    warnings::tell(&plan.contract);
    let records = clause_records(&plan);
    if args.format == TextOrJson::Json {
        let mut before = "[";
        terminal::pour(records.filter_map(|record| {
            let text = pretty(&record).ok()?;
            let text = text.trim_end().replace('\n', "\n  ");
            Some(format!("{}\n  {text}", std::mem::replace(&mut before, ",")))
        }));
        terminal::say(if before == "[" { "[]" } else { "\n]" });
        return Ok(0);
    }
    let source = &plan.contract.document.source_name;
    let mut of = [0u64; 3];
    terminal::pour(records.map(|record| {
        of[record.level as usize] += 1;
        entry(&record, source, paint)
    }));
    let [info, should, must] = of;
    let operations = plan.contract.operations.len();
    let all = info + should + must;
    terminal::say(&format!(
        "{all} clauses in {operations} operations: {must} must, {should} should, {info} info"
    ));
    Ok(0)
}

fn entry(record: &ClauseRecord, source: &str, paint: Paint) -> String {
    let cases = match record.cases.is_empty() {
        true => "no case looks at it".to_owned(),
        false => harmless(&record.cases.join(" ")),
    };
    let file = match record.spec_file.as_str() {
        "" => source,
        other => other,
    };
    format!(
        "{}  {}\n        {}\n        {}:{}:{}  {cases}\n",
        paint.level(record.level, &format!("{:6}", record.level.word())),
        paint.name(&harmless(&record.id)),
        harmless(&record.text),
        harmless(file),
        record.spec_line,
        record.spec_column
    )
}
