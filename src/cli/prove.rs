//! `conform prove`: the kill matrix for people and programs.

use std::time::{Duration, Instant};

use crate::battery::Plan;
use crate::contract::{ClauseIx, Level};
use crate::exchange::Recording;
use crate::mock::{MockConfig, MockServer};
use crate::prove::{Guard, Proof, Row, prove};
use crate::report::model::Tool;
use crate::report::proof::{self, Benign, GuardWord, MutantRecord, ProofClause, ProofReport};
use crate::run::record as record_run;

use super::args::{ProofFormat, ProveArgs};
use super::settings::Settings;
use super::terminal::{self, Paint, Stream};
use super::text::fold;
use super::{CliError, run, target};

/// Proves the battery.
pub fn main(args: &ProveArgs) -> Result<u8, CliError> {
    let settings = &args.settings;
    if !(0.0..=100.0).contains(&args.min_score) {
        return Err(CliError::new(format!(
            "--min-score {}: write a share between 0 and 100",
            args.min_score
        )));
    }
    let began = Instant::now();
    let (plan, recording) = recorded(settings)?;
    let proof = prove(&plan, &recording);
    let took = began.elapsed();
    let (good, all) = proof.score(&plan);
    let score = if all == 0 {
        0.0
    } else {
        100.0 * good as f64 / all as f64
    };
    let passes = all > 0 && score >= args.min_score && proof.is_fair();
    match args.format {
        ProofFormat::Json => {
            let text = serde_json::to_string_pretty(&record(&plan, &proof, score, passes))
                .map_err(|error| CliError::new(error.to_string()))?;
            terminal::say(&text);
        }
        ProofFormat::Html => {
            let text = proof::page(&record(&plan, &proof, score, passes))
                .map_err(|error| CliError::new(error.to_string()))?;
            terminal::say(&text);
        }
        ProofFormat::Text => {
            let paint = Paint::new(settings.color, Stream::Out);
            terminal::say(&as_text(&plan, &proof, score, passes, took, paint));
        }
    }
    Ok(u8::from(!passes))
}

/// The plan and a recording for it: the given one, else one made now of the target or of the reference server.
fn recorded(settings: &Settings) -> Result<(Plan, Recording), CliError> {
    let is_reference = settings.base_url.is_none() && settings.replay.is_none();
    let keys = if is_reference {
        target::reference_keys()
    } else {
        target::keys(settings, |name| std::env::var(name).ok())?
    };
    let (plan, recording) = target::plan(settings, is_reference, keys.restricted.is_some())?;
    if let Some(recording) = recording {
        return Ok((plan, recording));
    }
    let scheme = target::scheme(&plan)?;
    if !is_reference {
        target::check_keys(&keys, &scheme)?;
    }
    let recording = run::runtime()?.block_on(async {
        let fail = |error: &dyn std::fmt::Display| CliError::new(error.to_string());
        let server = match &settings.base_url {
            Some(_) => None,
            None => Some(
                MockServer::start(MockConfig::default())
                    .await
                    .map_err(|e| fail(&e))?,
            ),
        };
        let own = server.as_ref().map(MockServer::base_url);
        let (url, _) = target::base_url(own.or(settings.base_url.as_deref()).unwrap_or_default())?;
        let config = target::live_config(settings, url, scheme, keys)?;
        let recording = record_run(&plan, config).await.map_err(|e| fail(&e))?;
        if let Some(server) = server {
            server.stop().await;
        }
        Ok::<_, CliError>(recording)
    })?;
    let mut answers = recording
        .exchanges
        .iter()
        .map(|exchange| exchange.answer().is_some());
    if !recording.exchanges.is_empty() && !answers.any(|came| came) {
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
    }
}

fn word(guard: &Guard) -> &'static str {
    guard_word(guard).word()
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
    }
}

fn as_text(
    plan: &Plan,
    proof: &Proof,
    score: f64,
    passes: bool,
    took: Duration,
    paint: Paint,
) -> String {
    let mut out = matrix(plan, proof, paint);
    let of = |wanted: &str| {
        proof
            .rows
            .iter()
            .filter(|row| {
                word(&row.guard) == wanted && plan.clauses.get(row.clause).level > Level::Info
            })
            .collect::<Vec<&Row>>()
    };
    for (wanted, list) in [
        ("unguarded", of("unguarded")),
        ("killed by another", of("killed by another")),
        ("no mutant", of("no mutant")),
    ] {
        for row in list {
            out.push_str(&format!(
                "{}  {}\n",
                paint.bad(&format!("{wanted:<18}")),
                plan.clauses.get(row.clause).id()
            ));
            if let Guard::NoMutant(why) = &row.guard {
                out.push_str(&format!(
                    "                    {}\n",
                    fold(why, terminal::width(), "                    ")
                ));
            }
            for trial in row.trials.iter().filter(|trial| trial.case.is_none()) {
                let others: Vec<&str> = trial
                    .others
                    .iter()
                    .take(3)
                    .map(|other| plan.clauses.get(*other).id())
                    .collect();
                let caught = if others.is_empty() {
                    "nothing noticed".to_owned()
                } else {
                    format!("noticed as {}", others.join(", "))
                };
                let line = fold(
                    &terminal::harmless(&format!("{}: {}: {caught}", trial.variant, trial.what)),
                    terminal::width(),
                    "                    ",
                );
                out.push_str(&format!("                    {line}\n"));
            }
        }
    }
    for (name, found) in proof.benign.iter().filter(|(_, found)| !found.is_empty()) {
        let ids: Vec<&str> = found
            .iter()
            .take(3)
            .map(|clause| plan.clauses.get(*clause).id())
            .collect();
        out.push_str(&format!(
            "{}  {name}: {}\n",
            paint.bad("accused wrongly   "),
            ids.join(", ")
        ));
    }
    for clause in &proof.broken_before {
        out.push_str(&format!(
            "{}  {}\n",
            paint.open("broken already    "),
            plan.clauses.get(*clause).id()
        ));
    }
    let (good, all) = proof.score(plan);
    let info = proof
        .rows
        .iter()
        .filter(|row| plan.clauses.get(row.clause).level == Level::Info)
        .count();
    out.push_str(&format!(
        "\nmutants   {} played, {} benign ones besides, in {:.1} s\nclauses   {good} of {all} must and should clauses are guarded ({} by their own finding,\n          {} implied by a neighbour); {info} info clauses do not count\nscore     {}",
        proof.mutants(),
        proof.benign.len(),
        took.as_secs_f64(),
        of("guarded").len(),
        of("implied").len(),
        if passes { paint.good(&format!("{score:.1} %")) } else { paint.bad(&format!("{score:.1} %")) },
    ));
    out
}

/// Which case caught how many clauses, by kind of clause.
fn matrix(plan: &Plan, proof: &Proof, paint: Paint) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for row in &proof.rows {
        let kind = plan.clauses.get(row.clause).kind().word();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut out = format!(
        "{}\n",
        paint.name("clauses by kind           guarded  implied  other  unguarded  no mutant")
    );
    for kind in kinds {
        let count = |wanted: &str| {
            proof
                .rows
                .iter()
                .filter(|row| {
                    plan.clauses.get(row.clause).kind().word() == kind && word(&row.guard) == wanted
                })
                .count()
        };
        out.push_str(&format!(
            "{kind:<24}  {:>7}  {:>7}  {:>5}  {:>9}  {:>9}\n",
            count("guarded"),
            count("implied"),
            count("killed by another"),
            count("unguarded"),
            count("no mutant")
        ));
    }
    out.push_str(&format!(
        "\n{}\n",
        paint.name("kills by case (the first case that saw the clause itself)")
    ));
    for case in &plan.cases {
        let kills = proof
            .rows
            .iter()
            .flat_map(|row| &row.trials)
            .filter(|trial| trial.case.as_deref() == Some(&case.id))
            .count();
        if kills > 0 {
            out.push_str(&format!("{:<24}  {kills:>7}\n", case.id));
        }
    }
    out.push('\n');
    out
}
