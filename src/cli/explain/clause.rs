//! A clause in full, and with it the rule that it may be.

use crate::battery::{Plan, Rule};
use crate::contract::{Clause, ClauseIx, Document, Level, pointer};
use crate::run::impact;

use super::super::snippet::{self, of_contract};
use super::super::terminal::Paint;
use super::{checking, entry, list};

/// What it says, where, why, how it is checked, and what to do about a break.
pub fn explain(plan: &Plan, ix: ClauseIx, paint: Paint) -> String {
    let clause = plan.clauses.get(ix);
    let rule = plan.rule(ix);
    let document = &plan.contract.document;
    let mut out = entry("clause", clause.id(), paint);
    out.push_str(&entry("level", level(clause.level), paint));
    out.push_str(&entry("kind", clause.kind().word(), paint));
    out.push_str(&entry("says", &clause.text, paint));
    out.push_str(&entry(
        "where",
        &format!(
            "{}:{}:{}",
            document.file(clause.mark).name,
            clause.mark.line,
            clause.mark.column
        ),
        paint,
    ));
    if let Some(mut piece) = of_contract(document, &clause.pointer, clause.mark) {
        // The line above says where.
        piece.origin.clear();
        out.push_str(&snippet::render(Level::Info, &[piece], &[], paint));
        out.push('\n');
    }
    let means = match rule {
        Some(rule) => rule.means.clone(),
        None => described(document, &clause.pointer).unwrap_or_default(),
    };
    out.push_str(&entry("means", &means, paint));
    out.push_str(&list("checked", &checked(clause, rule), paint));
    out.push_str(&entry("exercised", &exercised(clause, rule), paint));
    out.push_str(&aiming(plan, ix, paint));
    let remedy = rule.map_or_else(|| checking::remedy(clause), |rule| rule.remedy.clone());
    out.push_str(&entry("remedy", &remedy, paint));
    out.push_str(&entry("impact", impact(plan, ix), paint));
    if let Some(rule) = rule {
        out.push_str(&entry(
            "file",
            &format!("{}:{}", rule.source, rule.line),
            paint,
        ));
    }
    out
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must: a break fails the run",
        Level::Should => "should: a break fails the run, unless --gate must is given",
        Level::Info => "info: worth knowing, never fails a run",
    }
}

/// The nearest description in the contract, from the keyword outwards: at most up to the response's own.
fn described(document: &Document, pointer: &str) -> Option<String> {
    let mut above = Some(pointer);
    for _ in 0..4 {
        let here = above?;
        if let Some((node, _)) = document.at(&pointer::join(here, "description"))
            && let Some(text) = node.as_str()
        {
            return Some(format!("The contract: {}", text.trim()));
        }
        above = here.rsplit_once('/').map(|(parent, _)| parent);
    }
    None
}

fn checked(clause: &Clause, rule: Option<&Rule>) -> Vec<String> {
    match rule {
        Some(rule) => checking::rule_checked(rule),
        None => match &clause.unchecked {
            Some(why) => vec![why.clone()],
            None => vec![checking::checked(clause)],
        },
    }
}

fn exercised(clause: &Clause, rule: Option<&Rule>) -> String {
    match rule {
        Some(rule) => format!(
            "{}; where that never happens a run says: {}",
            checking::rule_exercised(rule),
            rule.unexercised
        ),
        None => checking::exercised(clause),
    }
}

/// The cases that aim at it.
fn aiming(plan: &Plan, ix: ClauseIx, paint: Paint) -> String {
    let cases: Vec<String> = plan
        .cases
        .iter()
        .filter(|case| case.aims.contains(&ix))
        .map(|case| {
            let core = if case.core { ", core" } else { "" };
            let opt_in = if case.opt_in { ", opt-in" } else { "" };
            format!("{} ({}{core}{opt_in})", case.id, case.title)
        })
        .collect();
    if cases.is_empty() {
        return entry(
            "cases",
            "none aims at it; it is judged all the same wherever an answer shows it",
            paint,
        );
    }
    list("cases", &cases, paint)
}
