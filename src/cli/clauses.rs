//! `conform clauses`: the contract's clauses, without a run.

use crate::report::json::pretty;
use crate::run::clause_records;

use super::args::{ClausesArgs, TextOrJson};
use super::{CliError, terminal, warnings};

/// Lists them.
pub fn main(args: &ClausesArgs) -> Result<u8, CliError> {
    let plan = args.contract.setup().plan_without_target()?;
    warnings::tell(&plan.contract);
    let records = clause_records(&plan);
    if args.format == TextOrJson::Json {
        let text = pretty(&records).map_err(|error| CliError::new(error.to_string()))?;
        terminal::say(text.trim_end());
        return Ok(0);
    }
    let source = &plan.contract.document.source_name;
    let mut out = String::new();
    for record in &records {
        let cases = if record.cases.is_empty() {
            "no case looks at it".to_owned()
        } else {
            record.cases.join(" ")
        };
        let file = match record.spec_file.as_str() {
            "" => source,
            other => other,
        };
        out.push_str(&format!(
            "{:6}  {}\n        {}\n        {file}:{}:{}  {cases}\n",
            record.level.word(),
            record.id,
            record.text,
            record.spec_line,
            record.spec_column
        ));
    }
    let of = |level| {
        records
            .iter()
            .filter(|record| record.level == level)
            .count()
    };
    use crate::contract::Level::{Info, Must, Should};
    let operations = plan.contract.operations.len();
    out.push_str(&format!(
        "{} clauses in {operations} operations: {} must, {} should, {} info",
        records.len(),
        of(Must),
        of(Should),
        of(Info)
    ));
    terminal::say(&terminal::harmless(&out));
    Ok(0)
}
