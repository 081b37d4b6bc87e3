//! `conform prove`: the kill matrix for people and programs.

use std::time::{Duration, Instant};

use crate::battery::Plan;
use crate::contract::{ClauseIx, Level};
use crate::exchange::Recording;
use crate::mock::{MockConfig, MockServer};
use crate::prove::{Guard, Proof, Row, prove};
use crate::report::NOT_CHOSEN;
use crate::report::foreign::one_line;
use crate::report::json::pretty;
use crate::report::model::Tool;
use crate::report::proof::{self, Benign, GuardWord, MutantRecord, ProofClause, ProofReport};
use crate::report::proof_page;
use crate::run::record as record_run;

use super::args::{ProofFormat, ProveArgs};
use super::config::{self, Resolved};
use super::environment::{self, Environment};
use super::target::{self, Target};
use super::terminal::{self, Paint, Stream};
use super::text::{fold, plural};
use super::watch::Watch;
use super::{CliError, run};

/// Proves the battery.
pub fn main(args: &ProveArgs, environment: &Environment) -> Result<u8, CliError> {
    let resolved = config::resolve(&args.settings, &args.layers, environment)?;
    environment::check(&resolved.variables())?;
    let watch = run::watch(&resolved.settings)?;
    let target = Target::of(&resolved, environment)?;
    let began = Instant::now();
    let (plan, recording) = recorded(&resolved, &target, &watch)?;
    let proof = prove(&plan, &recording, &watch.stop)?;
    let took = began.elapsed();
    let (good, all) = proof.score(&plan);
    let score = if all == 0 {
        0.0
    } else {
        100.0 * good as f64 / all as f64
    };
    let is_whole = proof.cut.is_none();
    let passes = is_whole && all > 0 && score >= f64::from(args.min_score) && proof.is_fair();
    let report = record(&plan, &proof, score, passes);
    let fail = |error: &dyn std::fmt::Display| CliError::new(error.to_string());
    let paint = Paint::new(resolved.settings.color, Stream::Out);
    let text = match args.format {
        ProofFormat::Json => pretty(&report).map_err(|e| fail(&e))?.trim_end().to_owned(),
        ProofFormat::Html => proof_page(&report).map_err(|e| fail(&e))?,
        ProofFormat::Text => as_text(&report, took, paint),
    };
    watch.writing();
    terminal::say(&text);
    Ok(if is_whole { u8::from(!passes) } else { 3 })
}

/// The plan and a recording for it: the given one, else one made now of the target or of the reference server.
fn recorded(
    resolved: &Resolved,
    target: &Target,
    watch: &Watch,
) -> Result<(Plan, Recording), CliError> {
    let (mut plan, recordings) = target::plan(resolved, target)?;
    if recordings.len() > 1 || plan.shard.is_some() {
        let why = "a proof needs the recording of a whole run, and takes no shards";
        return Err(CliError::new(why));
    }
    if let Some(recording) = recordings.into_iter().next() {
        return Ok((plan, recording));
    }
    let settings = &resolved.settings;
    let auth = target::auth_at(target, settings, &mut plan)?;
    let recording = run::runtime()?.block_on(async {
        let fail = |error: &dyn std::fmt::Display| CliError::new(error.to_string());
        let (server, text) = match target {
            Target::At(url) => (None, url.clone()),
            _ => {
                let server = MockServer::start(MockConfig::default()).await;
                let server = server.map_err(|error| fail(&error))?;
                let url = server.base_url().to_owned();
                (Some(server), url)
            }
        };
        let (url, _) = target::base_url(&text)?;
        let mut config = target::live_config(settings, url, auth)?;
        config.deadline = watch.deadline;
        let recording = record_run(&plan, config, watch.over())
            .await
            .map_err(|e| fail(&e))?;
        if let Some(server) = server {
            server.stop().await;
        }
        Ok::<_, CliError>(recording)
    })?;
    let mut answers = recording
        .exchanges
        .iter()
        .map(|exchange| exchange.answer().is_some());
    let goes_on = watch.stop.reason().is_none();
    if goes_on && !recording.exchanges.is_empty() && !answers.any(|came| came) {
        return Err(CliError::new(
            "the target answered nothing, so there is nothing to break; see what `conform run` says",
        ));
    }
    Ok((plan, recording))
}

fn guard_word(guard: &Guard) -> GuardWord {
    match guard {
        Guard::Guarded => GuardWord::Guarded,
        Guard::Implied(_) => GuardWord::Implied,
        Guard::ByAnother => GuardWord::KilledByAnother,
        Guard::Unguarded => GuardWord::Unguarded,
        Guard::NoMutant(_) => GuardWord::NoMutant,
        Guard::NotPlayed => GuardWord::NotPlayed,
    }
}

/// The proof with the names of clauses in place of their indices.
fn record(plan: &Plan, proof: &Proof, score: f64, passes: bool) -> ProofReport {
    let ids = |clauses: &[ClauseIx]| -> Vec<String> {
        clauses
            .iter()
            .map(|clause| plan.clauses.get(*clause).id().to_owned())
            .collect()
    };
    let clause = |row: &Row| {
        let clause = plan.clauses.get(row.clause);
        let trials = row.trials.iter();
        ProofClause {
            clause: clause.id().to_owned(),
            kind: clause.kind().word().to_owned(),
            level: clause.level,
            guard: guard_word(&row.guard),
            implied_by: match &row.guard {
                Guard::Implied(others) => ids(others),
                _ => Vec::new(),
            },
            reason: match &row.guard {
                Guard::NoMutant(why) => why.clone(),
                _ => String::new(),
            },
            mutants: trials
                .map(|trial| MutantRecord {
                    variant: trial.variant.clone(),
                    how: trial.what.clone(),
                    killed_by: trial.case.clone(),
                    others: ids(&trial.others),
                })
                .collect(),
        }
    };
    let benign = proof.benign.iter();
    let left_out = plan.left_out.iter().map(|one| {
        let operation = &plan.contract.operations[one.operation];
        (operation.id.to_string(), one.why.clone())
    });
    let operations = plan.contract.operations.iter().enumerate();
    let unasked = operations.filter(|(ix, _)| !plan.is_chosen(*ix));
    let unasked = unasked.map(|(_, one)| (one.id.to_string(), NOT_CHOSEN.to_owned()));
    ProofReport {
        schema_version: proof::SCHEMA_VERSION,
        tool: Tool {
            name: "conform".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        contract: format!("{} {}", plan.contract.title, plan.contract.version),
        score,
        passes,
        mutants: proof.mutants(),
        cases: plan.cases.iter().map(|case| case.id.clone()).collect(),
        clauses: proof.rows.iter().map(clause).collect(),
        benign: benign
            .map(|(name, found)| Benign {
                name: name.clone(),
                caught: ids(found),
            })
            .collect(),
        broken_before: ids(&proof.broken_before),
        cut: proof.cut.clone(),
        left_out: left_out.chain(unasked).collect(),
    }
}

/// How far the reasons are indented.
const INDENT: &str = "                    ";
/// A name is shown up to so many characters.
const LONGEST_NAME: usize = 300;

fn as_text(proof: &ProofReport, took: Duration, paint: Paint) -> String {
    let gating = || proof.clauses.iter().filter(|one| one.level > Level::Info);
    let count = |guard| gating().filter(|one| one.guard == guard).count();
    let mut out = matrix(proof, paint);
    for guard in [
        GuardWord::Unguarded,
        GuardWord::KilledByAnother,
        GuardWord::NoMutant,
    ] {
        for clause in gating().filter(|one| one.guard == guard) {
            out.push_str(&missed(clause, paint));
        }
    }
    for benign in proof.benign.iter().filter(|one| !one.caught.is_empty()) {
        let word = paint.bad("accused wrongly   ");
        out.push_str(&format!(
            "{word}  {}: {}\n",
            shown(&benign.name),
            few(&benign.caught)
        ));
    }
    for clause in &proof.broken_before {
        let word = paint.open("broken already    ");
        out.push_str(&format!("{word}  {}\n", shown(clause)));
    }
    if let [(first, why), rest @ ..] = proof.left_out.as_slice() {
        let others = match rest.len() as u64 {
            0 => String::new(),
            more => format!(" and {}", plural(more, "other operation")),
        };
        let word = paint.open("left out          ");
        let text = fold(&terminal::harmless(why), terminal::width(), INDENT);
        let first = shown(first);
        out.push_str(&format!("{word}  {first}{others}\n{INDENT}{text}\n"));
    }
    let score = format!("{:.1} %", proof.score);
    let (own, implied) = (count(GuardWord::Guarded), count(GuardWord::Implied));
    let all = gating().count();
    out.push_str(&format!(
        "\nmutants   {} played, {} benign ones besides, in {:.1} s\nclauses   {} of {all} must and should clauses are guarded ({own} by their own finding,\n          {implied} implied by a neighbour); {} info clauses do not count\nscore     {}",
        proof.mutants,
        proof.benign.len(),
        took.as_secs_f64(),
        own + implied,
        proof.clauses.len() - all,
        if proof.passes { paint.good(&score) } else { paint.bad(&score) },
    ));
    if let Some(why) = &proof.cut {
        let word = paint.open("incomplete");
        let open = plural(count(GuardWord::NotPlayed) as u64, "clause");
        out.push_str(&format!(
            "\n{word}  {why}; not all mutants of {open} were played"
        ));
    }
    out
}

/// A clause that is not guarded: why not, and each mutant that got away.
fn missed(clause: &ProofClause, paint: Paint) -> String {
    let word = paint.bad(&format!("{:<18}", clause.guard.word()));
    let mut out = format!("{word}  {}\n", shown(&clause.clause));
    let mut line = |text: &str| {
        let text = fold(&terminal::harmless(text), terminal::width(), INDENT);
        out.push_str(&format!("{INDENT}{text}\n"));
    };
    if !clause.reason.is_empty() {
        line(&clause.reason);
    }
    for mutant in clause.mutants.iter().filter(|one| one.killed_by.is_none()) {
        let caught = match mutant.others.as_slice() {
            [] => "nothing noticed".to_owned(),
            others => format!("noticed as {}", few(others)),
        };
        line(&format!("{}: {}: {caught}", mutant.variant, mutant.how));
    }
    out
}

fn few(ids: &[String]) -> String {
    let few: Vec<String> = ids.iter().take(3).map(|id| shown(id)).collect();
    few.join(", ")
}

/// A name out of the document, which may hold anything.
fn shown(name: &str) -> String {
    one_line(name, LONGEST_NAME)
}

/// Which case caught how many clauses, by kind of clause.
fn matrix(proof: &ProofReport, paint: Paint) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for clause in &proof.clauses {
        if !kinds.contains(&&*clause.kind) {
            kinds.push(&clause.kind);
        }
    }
    let mut out = format!(
        "{}\n",
        paint.name("clauses by kind           guarded  implied  other  unguarded  no mutant")
    );
    for kind in kinds {
        let of = |guard| {
            let clauses = proof.clauses.iter();
            clauses
                .filter(|one| one.kind == kind && one.guard == guard)
                .count()
        };
        let [guarded, implied, other, unguarded, none, _] = GuardWord::ALL.map(of);
        out.push_str(&format!(
            "{kind:<24}  {guarded:>7}  {implied:>7}  {other:>5}  {unguarded:>9}  {none:>9}\n"
        ));
    }
    out.push_str(&format!(
        "\n{}\n",
        paint.name("kills by case (the first case that saw the clause itself)")
    ));
    for case in &proof.cases {
        let mutants = proof.clauses.iter().flat_map(|clause| &clause.mutants);
        let kills = mutants
            .filter(|one| one.killed_by.as_ref() == Some(case))
            .count();
        if kills > 0 {
            out.push_str(&format!("{:<24}  {kills:>7}\n", shown(case)));
        }
    }
    out.push('\n');
    out
}
