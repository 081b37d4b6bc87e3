//! The proof as one page: the score, what is not guarded, and the matrix of clause and case as a picture. It has no
//! script at all; like the report it asks for nothing, and every text in it is text.

use std::collections::BTreeMap;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::super::foreign::markup;
use super::super::proof::{GuardWord, MutantRecord, ProofClause, ProofReport};
use super::text::{filters, grouped};
use crate::contract::Level;

/// The look of the report, and what the matrix needs besides.
const STYLE: &str = concat!(
    include_str!("../../../templates/report.css"),
    include_str!("../../../templates/proof.css")
);

/// Squares on a line of the picture, and the side of one with its gap.
const ACROSS: usize = 60;
const STEP: usize = 14;

#[derive(Template)]
#[template(path = "proof.html")]
struct Page<'a> {
    proof: &'a ProofReport,
    policy: String,
    style: &'static str,
    score: String,
    reasons: Vec<String>,
    counts: Vec<(&'static str, &'static str, u64)>,
    levels: Vec<(&'static str, u64, u64)>,
    kinds: Vec<Picture<'a>>,
    missed: Vec<Missed<'a>>,
    columns: Vec<(&'a str, usize)>,
    idle: Vec<&'a str>,
    rows: Vec<Row<'a>>,
}

/// The clauses of one kind, a square each.
struct Picture<'a> {
    kind: &'a str,
    words: String,
    count: u64,
    width: usize,
    height: usize,
    squares: Vec<Square<'a>>,
}

struct Square<'a> {
    clause: &'a ProofClause,
    class: &'static str,
    x: usize,
    y: usize,
}

/// A clause that should be guarded and is not.
struct Missed<'a> {
    clause: &'a ProofClause,
    class: &'static str,
    mutants: Vec<(&'a MutantRecord, String)>,
}

struct Row<'a> {
    clause: &'a ProofClause,
    class: &'static str,
    cells: Vec<usize>,
}

/// The proof as HTML.
///
/// # Errors
/// Only where the template engine gives up; no content of a proof leads there.
pub(in super::super) fn render(proof: &ProofReport) -> askama::Result<String> {
    let mut kills: BTreeMap<&str, usize> = BTreeMap::new();
    for mutant in proof.clauses.iter().flat_map(|clause| &clause.mutants) {
        if let Some(case) = &mutant.killed_by {
            *kills.entry(case).or_default() += 1;
        }
    }
    let columns: Vec<(&str, usize)> = proof
        .cases
        .iter()
        .filter_map(|case| Some((case.as_str(), *kills.get(case.as_str())?)))
        .collect();
    Page {
        policy: policy(),
        style: STYLE,
        score: format!("{:.1} %", proof.score),
        reasons: reasons(proof),
        counts: GuardWord::ALL
            .map(|guard| {
                let clauses = proof.clauses.iter().filter(|one| one.guard == guard);
                (class(guard), guard.word(), clauses.count() as u64)
            })
            .to_vec(),
        levels: levels(proof),
        kinds: pictures(proof),
        missed: missed(proof),
        idle: proof
            .cases
            .iter()
            .map(String::as_str)
            .filter(|case| !kills.contains_key(case))
            .collect(),
        rows: proof
            .clauses
            .iter()
            .map(|clause| row(clause, &columns))
            .collect(),
        columns,
        proof,
    }
    .render()
    .map(|page| markup(&page).into_owned())
}

fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

fn class(guard: GuardWord) -> &'static str {
    match guard {
        GuardWord::Guarded => "held",
        GuardWord::Implied => "implied",
        GuardWord::KilledByAnother => "note",
        GuardWord::Unguarded => "broken",
        GuardWord::NoMutant | GuardWord::NotPlayed => "open",
    }
}

/// Must and should clauses: those with this guard, or all.
fn gating(proof: &ProofReport, guard: Option<GuardWord>) -> u64 {
    let clauses = proof.clauses.iter();
    clauses
        .filter(|one| one.level > Level::Info && guard.is_none_or(|guard| guard == one.guard))
        .count() as u64
}

fn reasons(proof: &ProofReport) -> Vec<String> {
    let good: u64 = [GuardWord::Guarded, GuardWord::Implied]
        .map(|guard| gating(proof, Some(guard)))
        .iter()
        .sum();
    let mut out: Vec<String> = proof
        .cut
        .iter()
        .map(|why| format!("incomplete: {why}"))
        .collect();
    out.push(format!(
        "{} of {} must and should clauses are guarded: break one, and a case of the battery says so",
        grouped(good),
        grouped(gating(proof, None))
    ));
    for benign in proof.benign.iter().filter(|one| !one.caught.is_empty()) {
        out.push(format!(
            "accused wrongly, though the contract is kept ({}): {}",
            benign.name,
            benign.caught.join(", ")
        ));
    }
    if !proof.broken_before.is_empty() {
        out.push(format!(
            "broken in the recording already: {}",
            proof.broken_before.join(", ")
        ));
    }
    if !proof.left_out.is_empty() {
        let each = proof.left_out.iter();
        let each = each.map(|(operation, why)| format!("{operation} ({why})"));
        out.push(format!(
            "left out, and not counted: {}",
            each.collect::<Vec<_>>().join(", ")
        ));
    }
    out
}

fn levels(proof: &ProofReport) -> Vec<(&'static str, u64, u64)> {
    [Level::Must, Level::Should, Level::Info]
        .into_iter()
        .map(|level| {
            let of = || proof.clauses.iter().filter(|one| one.level == level);
            let good = of().filter(|one| one.guard.counts()).count();
            (level.word(), good as u64, of().count() as u64)
        })
        .filter(|(_, _, all)| *all > 0)
        .collect()
}

fn pictures(proof: &ProofReport) -> Vec<Picture<'_>> {
    let mut kinds: Vec<&str> = Vec::new();
    for clause in &proof.clauses {
        if !kinds.contains(&clause.kind.as_str()) {
            kinds.push(&clause.kind);
        }
    }
    let of = |kind| proof.clauses.iter().filter(move |one| one.kind == kind);
    kinds
        .into_iter()
        .map(|kind| {
            let squares = of(kind).enumerate().map(|(n, clause)| Square {
                clause,
                class: class(clause.guard),
                x: n % ACROSS * STEP,
                y: n / ACROSS * STEP,
            });
            let squares: Vec<Square<'_>> = squares.collect();
            let words: Vec<String> = GuardWord::ALL
                .into_iter()
                .map(|guard| (of(kind).filter(|one| one.guard == guard).count(), guard))
                .filter(|(count, _)| *count > 0)
                .map(|(count, guard)| format!("{count} {}", guard.word()))
                .collect();
            Picture {
                kind,
                words: words.join(", "),
                count: squares.len() as u64,
                width: ACROSS * STEP,
                height: squares.len().div_ceil(ACROSS) * STEP,
                squares,
            }
        })
        .collect()
}

/// The worst first.
fn missed(proof: &ProofReport) -> Vec<Missed<'_>> {
    let wanted = [
        GuardWord::Unguarded,
        GuardWord::KilledByAnother,
        GuardWord::NoMutant,
    ];
    let clauses = wanted.into_iter().flat_map(|guard| {
        let all = proof.clauses.iter();
        all.filter(move |one| one.guard == guard && one.level > Level::Info)
    });
    clauses
        .map(|clause| Missed {
            clause,
            class: class(clause.guard),
            mutants: clause
                .mutants
                .iter()
                .filter(|mutant| mutant.killed_by.is_none())
                .map(|mutant| (mutant, noticed(mutant)))
                .collect(),
        })
        .collect()
}

fn noticed(mutant: &MutantRecord) -> String {
    match mutant.others.as_slice() {
        [] => "nothing noticed".to_owned(),
        others => format!("noticed only as {}", others.join(", ")),
    }
}

fn row<'a>(clause: &'a ProofClause, columns: &[(&str, usize)]) -> Row<'a> {
    let killed = |case: &str| {
        let mutants = clause.mutants.iter();
        mutants
            .filter(|mutant| mutant.killed_by.as_deref() == Some(case))
            .count()
    };
    Row {
        clause,
        class: class(clause.guard),
        cells: columns.iter().map(|(case, _)| killed(case)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::HOSTILE;
    use crate::report::model::Tool;
    use crate::report::proof::{Benign, SCHEMA_VERSION};

    fn clause(id: &str, level: Level, guard: GuardWord, killers: &[Option<&str>]) -> ProofClause {
        let mutant = |killer: &Option<&str>| MutantRecord {
            variant: "early".to_owned(),
            how: format!("one past the bound {HOSTILE}"),
            killed_by: killer.map(str::to_owned),
            others: Vec::new(),
        };
        ProofClause {
            clause: id.to_owned(),
            kind: "schema".to_owned(),
            level,
            guard,
            implied_by: Vec::new(),
            reason: String::new(),
            mutants: killers.iter().map(mutant).collect(),
        }
    }

    fn proof() -> ProofReport {
        let (first, hostile) = (Some("first-page"), Some(HOSTILE));
        ProofReport {
            cut: None,
            schema_version: SCHEMA_VERSION,
            tool: Tool {
                name: "conform".to_owned(),
                version: "0.1.0".to_owned(),
            },
            contract: HOSTILE.to_owned(),
            score: 50.0,
            passes: false,
            mutants: 5,
            cases: ["first-page", HOSTILE, "head"].map(str::to_owned).to_vec(),
            clauses: vec![
                clause(
                    "a/kept",
                    Level::Must,
                    GuardWord::Guarded,
                    &[first, first, hostile],
                ),
                clause(HOSTILE, Level::Should, GuardWord::Unguarded, &[None]),
                clause("a/quiet", Level::Info, GuardWord::Unguarded, &[None]),
            ],
            benign: vec![Benign {
                name: HOSTILE.to_owned(),
                caught: vec![HOSTILE.to_owned()],
            }],
            broken_before: vec![HOSTILE.to_owned()],
            left_out: vec![(HOSTILE.to_owned(), "it writes".to_owned())],
        }
    }

    #[test]
    fn nothing_in_a_proof_becomes_markup_or_asks_for_anything() {
        let page = render(&proof()).unwrap();
        assert!(!page.contains("<script") && page.contains("&#60;script&#62;alert(1)"));
        assert!(!page.contains(['\0', '\u{1b}', '\u{202e}']));
        assert!(!page.contains("url(") && !page.contains("@import") && !page.contains(" style=\""));
        for attribute in ["src=\"", "href=\""] {
            for rest in page.split(attribute).skip(1) {
                assert!(
                    rest.starts_with('#') || rest.starts_with("data:,\""),
                    "{rest:.40}"
                );
            }
        }
    }

    #[test]
    fn the_matrix_counts_kills_by_case_and_the_list_names_what_gates() {
        let page = render(&proof()).unwrap();
        let matrix = page.split("id=\"matrix\"").nth(1).unwrap();
        assert_eq!(
            matrix.matches("class=\"case-name\"").count(),
            2,
            "head kills nothing"
        );
        assert!(matrix.contains("<td class=\"kill held\">2</td><td class=\"kill held\">1</td>"));
        let missed = page.split("id=\"missed\"").nth(1).unwrap();
        let missed = missed.split("</section>").next().unwrap();
        assert_eq!(missed.matches("<article").count(), 1, "info does not gate");
        assert!(missed.contains("nothing noticed") && !missed.contains("a/quiet"));
        assert!(page.contains("1 of 2 must and should clauses are guarded"));
    }
}
