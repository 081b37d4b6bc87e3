//! `conform explain`: a clause, a rule or a case in full, found by its id or by the end of it.

mod case;
mod checking;
mod clause;

use crate::battery::Plan;
use crate::contract::ClauseIx;

use super::args::ExplainArgs;
use super::environment::Environment;
use super::terminal::{self, Paint, Stream, harmless, width};
use super::text::fold;
use super::{CliError, target, warnings};

/// The most names that an unknown one is answered with.
const NAMES_SHOWN: usize = 5;

/// What an id means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Clause(ClauseIx),
    Case(usize),
}

/// Explains it.
pub fn main(args: &ExplainArgs, environment: &Environment) -> Result<u8, CliError> {
    let (plan, color) = target::plan_without(&args.contract, environment)?;
    warnings::tell(&plan.contract);
    let meanings = find(&plan, args.id.trim_matches('/'));
    if meanings.is_empty() {
        return Err(unknown(&plan, &args.id));
    }
    let paint = Paint::new(color, Stream::Out);
    let texts: Vec<String> = meanings
        .iter()
        .map(|meaning| match meaning {
            Meaning::Clause(ix) => clause::explain(&plan, *ix, paint),
            Meaning::Case(case) => case::explain(&plan, *case, paint),
        })
        .collect();
    terminal::say(texts.join("\n").trim_end());
    Ok(0)
}

/// All that an id can mean: the whole id of a clause first, else a case, a rule, or the end of clause ids.
fn find(plan: &Plan, id: &str) -> Vec<Meaning> {
    if let Some(ix) = plan.clauses.find(id) {
        return vec![Meaning::Clause(ix)];
    }
    let mut found: Vec<Meaning> = (0..plan.cases.len())
        .filter(|case| plan.cases[*case].id == id)
        .map(Meaning::Case)
        .collect();
    let rules = plan.rules.iter().filter(|rule| rule.id == id);
    found.extend(rules.map(|rule| Meaning::Clause(rule.clause)));
    found.extend(
        plan.clauses
            .iter()
            .filter(|(ix, _)| plan.clauses.get(*ix).tail() == id)
            .map(|(ix, _)| Meaning::Clause(ix)),
    );
    found
}

/// The names nearest to one that is unknown, the likeliest first.
fn unknown(plan: &Plan, id: &str) -> CliError {
    let names = plan
        .cases
        .iter()
        .map(|case| case.id.as_str())
        .chain(plan.rules.iter().map(|rule| rule.id.as_str()))
        .chain(
            plan.clauses
                .iter()
                .map(|(ix, _)| plan.clauses.get(ix).tail()),
        );
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let mut near: Vec<(f64, &str)> = names
        .filter(|name| !name.starts_with("rule/"))
        .map(|name| {
            let whole = strsim::normalized_damerau_levenshtein(id, name);
            let inside = if id.len() > 3 && name.contains(id) {
                0.8
            } else {
                0.0
            };
            // Of a path the whole counts most; a single word may be the end of anything.
            let weight = if id.contains('/') { 0.7 } else { 0.9 };
            let end = weight * strsim::normalized_damerau_levenshtein(&last(id), &last(name));
            (whole.max(inside).max(end), name)
        })
        .filter(|(likeness, _)| *likeness > 0.55)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.len().cmp(&b.1.len())));
    near.dedup_by(|a, b| a.1 == b.1);
    near.truncate(NAMES_SHOWN);
    let hint = if near.is_empty() {
        "; `conform clauses` lists the clauses, `conform run --list` the cases".to_owned()
    } else {
        let lines: Vec<String> = near.iter().map(|(_, name)| format!("\n  {name}")).collect();
        format!("; the nearest names:{}", lines.concat())
    };
    CliError::new(format!("no clause, rule or case is called `{id}`{hint}"))
}

/// One labelled paragraph.
fn entry(label: &str, text: &str, paint: Paint) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = fold(&harmless(text), width(), "            ");
    format!("{}{text}\n", paint.dim(&format!("{label:<12}")))
}

/// Several lines under one label, each folded on its own.
fn list(label: &str, lines: &[String], paint: Paint) -> String {
    lines
        .iter()
        .enumerate()
        .map(|(n, line)| entry(if n == 0 { label } else { "" }, line, paint))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Setup;

    fn plan() -> Plan {
        Setup::default().plan_without_target(&[]).unwrap()
    }

    #[test]
    fn every_clause_rule_and_case_is_found_by_its_id_and_its_tail_and_can_be_explained() {
        let plan = plan();
        let paint = Paint::plain();
        for (ix, clause) in plan.clauses.iter() {
            assert_eq!(find(&plan, clause.id()), [Meaning::Clause(ix)]);
            assert!(find(&plan, plan.clauses.get(ix).tail()).contains(&Meaning::Clause(ix)));
            let text = clause::explain(&plan, ix, paint);
            for label in [
                "clause",
                "level",
                "says",
                "where",
                "checked",
                "exercised",
                "remedy",
            ] {
                assert!(text.contains(&format!("{label:<12}")), "{label}: {text}");
            }
            for line in text.lines() {
                assert!(super::super::text::columns(line) <= width(), "{line}");
            }
        }
        for (n, case) in plan.cases.iter().enumerate() {
            assert!(find(&plan, &case.id).contains(&Meaning::Case(n)));
            let text = case::explain(&plan, n, paint);
            for label in ["case", "means", "sends", "expects", "aims at", "file"] {
                assert!(text.contains(&format!("{label:<12}")), "{label}: {text}");
            }
        }
        for rule in &plan.rules {
            assert_eq!(find(&plan, &rule.id), [Meaning::Clause(rule.clause)]);
        }
    }

    #[test]
    fn an_unknown_id_is_answered_with_the_nearest_names() {
        let plan = plan();
        for (wrong, meant) in [
            ("version-is-semvr", "version-is-semver"),
            ("walks", "walk"),
            (
                "200/body/data[]/id/maxLenght",
                "200/body/data[]/id/maxLength",
            ),
            ("semver", "version-is-semver"),
            ("list-versions/rule/walk", "walk"),
        ] {
            let message = unknown(&plan, wrong).to_string();
            assert!(message.contains(&format!("\n  {meant}")), "{message}");
        }
        assert!(
            unknown(&plan, "zzzz")
                .to_string()
                .contains("conform clauses")
        );
    }
}
