//! `conform clauses --summary`: how much a contract promises, what of it cannot be tested and why, and what is wrong with
//! its document.

use std::collections::HashMap;

use serde::Serialize;

use crate::battery::Plan;
use crate::contract::{Contract, Level, Operation, SecurityScheme};
use crate::report::json::pretty;

use super::args::TextOrJson;
use super::text::plural;
use super::{CliError, terminal};

/// How many of a kind are named.
const NAMED: usize = 3;

/// How many warnings are shown of those that lose the same, and of all.
const TOLD_OF_EACH: usize = 20;
const TOLD: usize = 500;

#[derive(Debug, Default, Serialize)]
struct Summary {
    title: String,
    version: String,
    source: String,
    operations: Operations,
    clauses: Vec<Part>,
    untested: Vec<Untested>,
    warnings: Vec<Told>,
}

#[derive(Debug, Default, Serialize)]
struct Operations {
    total: usize,
    /// Those that only read, and are sent without `--allow-writes`.
    reading: usize,
    writing: usize,
}

/// The clauses of one part of the contract.
#[derive(Debug, Default, Serialize)]
struct Part {
    part: String,
    must: u64,
    should: u64,
    info: u64,
}

/// Something that cannot be tested, and why.
#[derive(Debug, Serialize)]
struct Untested {
    what: &'static str,
    why: &'static str,
    count: usize,
    /// The first few.
    examples: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Told {
    file: String,
    line: u64,
    column: u64,
    message: String,
    lost: String,
}

/// Prints it.
pub fn main(plan: &Plan, format: TextOrJson) -> Result<u8, CliError> {
    let summary = summary(plan);
    let text = match format {
        TextOrJson::Json => pretty(&summary).map_err(|error| CliError::new(error.to_string()))?,
        TextOrJson::Text => terminal::harmless(&table(&summary)),
    };
    terminal::say(text.trim_end());
    Ok(0)
}

fn summary(plan: &Plan) -> Summary {
    let contract = &plan.contract;
    let is_reading = |one: &&Operation| matches!(one.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let reading = contract.operations.iter().filter(is_reading).count();
    let tally = plan.clauses.tally();
    let first = tally.first_unchecked.iter();
    let unchecked = Group {
        count: usize::try_from(tally.unchecked).unwrap_or(usize::MAX),
        examples: first
            .map(|ix| plan.clauses.get(*ix).id().to_owned())
            .collect(),
    };
    let mut untested = unusable(contract);
    untested.extend(self::untested(contract));
    untested.extend(unchecked.told("clauses", "no engine here can check the pattern"));
    let clauses = tally.kinds.into_iter().map(|(part, levels)| Part {
        part: part.to_owned(),
        must: levels[Level::Must as usize],
        should: levels[Level::Should as usize],
        info: levels[Level::Info as usize],
    });
    let warnings = contract.all_warnings();
    let warnings = warnings.into_iter().map(|warning| Told {
        file: warning.wrong.source_name,
        line: warning.wrong.line,
        column: warning.wrong.column,
        message: warning.wrong.message,
        lost: warning.lost,
    });
    Summary {
        title: contract.title.clone(),
        version: contract.version.clone(),
        source: contract.document.source_name.clone(),
        operations: Operations {
            total: contract.operations.len(),
            reading,
            writing: contract.operations.len() - reading,
        },
        clauses: clauses.collect(),
        untested,
        warnings: warnings.collect(),
    }
}

/// Things of one kind, counted, the first few named.
#[derive(Default)]
struct Group {
    count: usize,
    examples: Vec<String>,
}

impl Group {
    fn add(&mut self, name: impl FnOnce() -> String) {
        self.count += 1;
        if self.examples.len() < NAMED {
            self.examples.push(name());
        }
    }

    fn told(self, what: &'static str, why: &'static str) -> Option<Untested> {
        (self.count > 0).then_some(Untested {
            what,
            why,
            count: self.count,
            examples: self.examples,
        })
    }
}

/// What is left out because of what is wrong with it; the warnings say where.
fn unusable(contract: &Contract) -> Vec<Untested> {
    let mut groups: Vec<((&'static str, &'static str), Group)> = Vec::new();
    for one in &contract.unusable {
        let kind = (one.what, one.why);
        let at = groups.iter().position(|(known, _)| *known == kind);
        let at = at.unwrap_or_else(|| {
            groups.push((kind, Group::default()));
            groups.len() - 1
        });
        groups[at].1.add(|| one.name.clone());
    }
    let told = |((what, why), group): ((&'static str, &'static str), Group)| group.told(what, why);
    groups.into_iter().filter_map(told).collect()
}

/// What of the operations cannot be tested, or not without being asked to.
fn untested(contract: &Contract) -> Vec<Untested> {
    let mut groups: [Group; 4] = Default::default();
    for one in &contract.operations {
        let named = || one.id.to_string();
        if !matches!(one.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            groups[0].add(named);
        }
        let alternatives = &one.security.requirements;
        let is_unknown = |schemes: &Vec<_>| schemes.iter().any(needs_more);
        if !alternatives.is_empty() && alternatives.iter().all(is_unknown) {
            groups[1].add(named);
        }
        for response in &one.responses {
            let has_no_schema = |range: &str| format!("{}/{}: {range}", one.id, response.key);
            for media in response.content.iter().filter(|media| media.body.is_none()) {
                groups[2].add(|| has_no_schema(&media.range));
            }
        }
        let body = one.request_body.as_ref();
        if body.is_some_and(|body| {
            !body
                .content
                .iter()
                .any(|media| media.is_json() || media.is_form())
        }) {
            groups[3].add(named);
        }
    }
    let [writes, schemes, bodies, requests] = groups;
    [
        writes.told(
            "operations",
            "they change something: sent with --allow-writes only",
        ),
        schemes.told(
            "operations",
            "they ask for credentials of a kind that cannot be shown",
        ),
        bodies.told("response bodies", "they are not JSON, or have no schema"),
        requests.told("request bodies", "they are neither JSON nor a form"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn needs_more(used: &crate::contract::SchemeUse) -> bool {
    matches!(used.scheme, SecurityScheme::Other(..))
}

fn table(summary: &Summary) -> String {
    let Operations {
        total,
        reading,
        writing,
    } = summary.operations;
    let title = format!("{} {}", summary.title, summary.version);
    let mut out = format!("{}\n{}\n\n", title.trim(), summary.source);
    out.push_str(&format!(
        "{}: {reading} that read, {writing} that write\n\n",
        plural(total as u64, "operation")
    ));
    let row = |name: &str, must: &str, should: &str, info: &str| {
        format!("{name:<20} {must:>9} {should:>9} {info:>9}\n")
    };
    out.push_str(&row("clauses", "must", "should", "info"));
    let mut all = [0; 3];
    for part in &summary.clauses {
        let levels = [part.must, part.should, part.info];
        let [must, should, info] = levels.map(|n| n.to_string());
        out.push_str(&row(&part.part, &must, &should, &info));
        all = [0, 1, 2].map(|n| all[n] + levels[n]);
    }
    let [must, should, info] = all.map(|n| n.to_string());
    out.push_str(&row("all", &must, &should, &info));
    out.push_str("\ncannot be tested, or only with a flag\n");
    for one in &summary.untested {
        let examples = one.examples.join(", ");
        let more = if one.count > one.examples.len() {
            ", …"
        } else {
            ""
        };
        out.push_str(&format!(
            "{:>7} {}: {}\n        {examples}{more}\n",
            one.count, one.what, one.why
        ));
    }
    if summary.untested.is_empty() {
        out.push_str("      0 parts of what the document describes\n");
    }
    let count = plural(summary.warnings.len() as u64, "warning");
    out.push_str(&format!("\n{count}\n"));
    out.push_str(&first_of_each(&summary.warnings));
    out
}

/// The first warnings of all that lose the same, and how many more there are.
fn first_of_each(warnings: &[Told]) -> String {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut out = String::new();
    let mut shown = 0;
    for told in warnings {
        let Told {
            file,
            line,
            column,
            message,
            lost,
        } = told;
        let alike = known.entry(lost).or_default();
        *alike += 1;
        if *alike <= TOLD_OF_EACH && shown < TOLD {
            shown += 1;
            out.push_str(&format!("  {file}:{line}:{column}: {message}; {lost}\n"));
        }
    }
    let more = (warnings.len() - shown) as u64;
    if more > 0 {
        let more = plural(more, "more warning");
        out.push_str(&format!("  and {more}: `--format json` lists them all\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_warnings_that_lose_the_same_the_first_are_shown() {
        let told = |n: usize, lost: &str| Told {
            file: "t".to_owned(),
            line: n as u64,
            column: 1,
            message: "wrong".to_owned(),
            lost: lost.to_owned(),
        };
        let mut all: Vec<Told> = (0..100).map(|n| told(n, "a")).collect();
        all.push(told(100, "b"));
        let text = first_of_each(&all);
        assert_eq!(text.lines().count(), TOLD_OF_EACH + 2);
        assert!(text.contains("t:100:1: wrong; b\n"), "{text}");
        assert!(text.ends_with("  and 80 more warnings: `--format json` lists them all\n"));
        let each: Vec<Told> = (0..2 * TOLD).map(|n| told(n, &format!("{n}"))).collect();
        assert_eq!(first_of_each(&each).lines().count(), TOLD + 1);
        assert_eq!(first_of_each(&all[..1]), "  t:0:1: wrong; a\n");
    }
}
