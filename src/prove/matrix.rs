//! The kill matrix: every mutant played to the battery, and what became of it.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;

use crate::battery::Plan;
use crate::contract::{ClauseIx, Kind, Level};
use crate::exchange::Recording;
use crate::ledger::Gate;
use crate::run::{CaseRun, RunOptions, Runner, Silence, Stop};

use super::benign;
use super::breaking::Breaking;
use super::mutant::{Edit, Mutant};
use super::schema::Making;
use super::world::World;
use super::{answer, rule, schema};

/// What became of one mutant.
#[derive(Debug, Clone)]
pub struct Fate {
    /// Where the break was.
    pub variant: String,
    /// What was done.
    pub how: String,
    /// The case that caught the clause itself, if one did.
    pub case: Option<String>,
    /// Other clauses that were found broken.
    pub others: Vec<ClauseIx>,
}

/// What is known of how a clause is guarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// Every mutant was caught by its own finding.
    Guarded,
    /// It cannot break alone; these break along, and one of them is guarded.
    Implied(Vec<ClauseIx>),
    /// Some mutant was caught only by a finding on another clause.
    ByAnother,
    /// Some mutant was not caught at all.
    Unguarded,
    /// No break of it is known: why.
    NoMutant(String),
}

/// One clause in the matrix.
#[derive(Debug, Clone)]
pub struct Row {
    /// The clause.
    pub clause: ClauseIx,
    /// How it is guarded.
    pub guard: Guard,
    /// Its mutants.
    pub fates: Vec<Fate>,
}

/// The whole proof.
#[derive(Debug, Clone)]
pub struct Proof {
    /// A row for each clause, in the order of the plan.
    pub rows: Vec<Row>,
    /// Benign mutants with the clauses that were wrongly found broken.
    pub benign: Vec<(String, Vec<ClauseIx>)>,
    /// Clauses that were broken in the recording already.
    pub broken_before: Vec<ClauseIx>,
}

impl Proof {
    /// How many mutants were played.
    pub fn mutants(&self) -> usize {
        self.rows.iter().map(|row| row.fates.len()).sum()
    }

    /// Must and should clauses: guarded or implied, and all.
    pub fn score(&self, plan: &Plan) -> (usize, usize) {
        let gating = self
            .rows
            .iter()
            .filter(|row| plan.clauses.get(row.clause).level > Level::Info);
        let (mut good, mut all) = (0, 0);
        for row in gating {
            all += 1;
            good += usize::from(matches!(row.guard, Guard::Guarded | Guard::Implied(_)));
        }
        (good, all)
    }

    /// Whether no benign mutant was caught.
    pub fn is_fair(&self) -> bool {
        self.benign.iter().all(|(_, found)| found.is_empty())
    }
}

/// Breaks every clause of a plan in a recorded world.
pub fn prove(plan: &Plan, recording: &Recording) -> Proof {
    let world = World::new(plan, recording);
    let before = play(&world, None);
    let makings: Vec<(ClauseIx, Making)> = plan
        .clauses
        .iter()
        .map(|(ix, _)| (ix, make(&world, ix)))
        .collect();
    let mutants: Vec<&Mutant> = makings
        .iter()
        .flat_map(|(_, making)| match making {
            Making::Mutants(mutants) => mutants.iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        })
        .collect();
    let benign = benign::all(&world);
    let edits: Vec<&Edit> = mutants
        .iter()
        .map(|mutant| &mutant.edit)
        .chain(benign.iter().map(|benign| &benign.edit))
        .collect();
    let findings = play_all(&world, &edits);
    let (of_mutants, of_benign) = findings.split_at(mutants.len());
    let mut fates = of_mutants.iter().zip(&mutants).map(|(found, mutant)| Fate {
        variant: mutant.variant.clone(),
        how: mutant.how.clone(),
        case: found
            .iter()
            .find(|(clause, _)| *clause == mutant.clause)
            .map(|(_, case)| case.clone()),
        others: found
            .iter()
            .map(|(clause, _)| *clause)
            .filter(|clause| {
                *clause != mutant.clause && !before.iter().any(|(known, _)| known == clause)
            })
            .collect(),
    });
    let mut rows: Vec<Row> = makings
        .iter()
        .map(|(ix, making)| match making {
            Making::Mutants(mutants) => {
                let fates: Vec<Fate> = fates.by_ref().take(mutants.len()).collect();
                let guard = match () {
                    () if fates.iter().all(|fate| fate.case.is_some()) => Guard::Guarded,
                    () if fates
                        .iter()
                        .any(|fate| fate.case.is_none() && fate.others.is_empty()) =>
                    {
                        Guard::Unguarded
                    }
                    () => Guard::ByAnother,
                };
                Row {
                    clause: *ix,
                    guard,
                    fates,
                }
            }
            Making::ImpliedBy(others) => Row {
                clause: *ix,
                guard: Guard::Implied(others.clone()),
                fates: Vec::new(),
            },
            Making::None(why) => Row {
                clause: *ix,
                guard: Guard::NoMutant(why.clone()),
                fates: Vec::new(),
            },
        })
        .collect();
    for row in &mut rows {
        let seen = before.iter().find(|(clause, _)| *clause == row.clause);
        if let (Guard::NoMutant(_), Some((_, case))) = (&row.guard, seen) {
            row.guard = Guard::Guarded;
            row.fates.push(Fate {
                variant: "recorded".to_owned(),
                how: "the recording breaks it already".to_owned(),
                case: Some(case.clone()),
                others: Vec::new(),
            });
        }
    }
    settle_implied(&mut rows);
    let broken_before: Vec<ClauseIx> = before.iter().map(|(clause, _)| *clause).collect();
    let known: BTreeSet<ClauseIx> = broken_before.iter().copied().collect();
    let benign = benign
        .iter()
        .zip(of_benign)
        .map(|(benign, found)| {
            (
                benign.name.to_owned(),
                found
                    .iter()
                    .map(|(clause, _)| *clause)
                    .filter(|clause| !known.contains(clause))
                    .collect(),
            )
        })
        .collect();
    Proof {
        rows,
        benign,
        broken_before,
    }
}

/// The mutants of one clause, for whoever serves them over the wire.
pub fn mutants_of(world: &World<'_>, clause: ClauseIx) -> Vec<Mutant> {
    match make(world, clause) {
        Making::Mutants(mutants) => mutants,
        _ => Vec::new(),
    }
}

fn make(world: &World<'_>, ix: ClauseIx) -> Making {
    let clause = world.plan.clauses.get(ix);
    if !world
        .plan
        .cases
        .iter()
        .any(|case| case.step().operation == clause.subject.operation)
    {
        return Making::None("no case sends a request to its operation".to_owned());
    }
    match clause.kind() {
        Kind::Schema => schema::make(world, ix, clause),
        Kind::Rule => match world.plan.rule(ix) {
            Some(rule) => match rule::make(world, rule) {
                Making::Mutants(mut mutants) => {
                    mutants.extend(
                        rule::leaks(world, ix)
                            .into_iter()
                            .filter(|leak| {
                                !mutants.iter().any(|known| known.variant == leak.variant)
                            })
                            .collect::<Vec<_>>(),
                    );
                    Making::Mutants(mutants)
                }
                other => other,
            },
            None => Making::None("its rule is not loaded".to_owned()),
        },
        _ => answer::make(world, ix, clause),
    }
}

/// A clause counts with a neighbour only where the neighbour is guarded.
fn settle_implied(rows: &mut [Row]) {
    let guarded: BTreeSet<ClauseIx> = rows
        .iter()
        .filter(|row| row.guard == Guard::Guarded)
        .map(|row| row.clause)
        .collect();
    for row in rows {
        if let Guard::Implied(others) = &mut row.guard {
            others.retain(|other| guarded.contains(other));
            if others.is_empty() {
                row.guard = Guard::Unguarded;
            }
        }
    }
}

/// Clauses found broken, each with the first case that saw it.
type Found = Vec<(ClauseIx, String)>;

/// Plays all edits, on as many threads as there are cores.
fn play_all(world: &World<'_>, edits: &[&Edit]) -> Vec<Found> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Found>>> = Mutex::new(vec![None; edits.len()]);
    let threads = std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(edit) = edits.get(n) else { break };
                    let found = play(world, Some(edit));
                    results
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)[n] = Some(found);
                }
            });
        }
    });
    results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect()
}

/// Plays the battery to a world with one break; what it finds.
fn play(world: &World<'_>, edit: Option<&Edit>) -> Found {
    let transport = Breaking::new(world, edit);
    let gate = Gate {
        level: Level::Should,
        baseline: None,
        min_coverage: None,
    };
    let stop = Stop::default();
    let options = RunOptions {
        max_pages: 2_000,
        ..RunOptions::default()
    };
    let runner = Runner::new(world.plan, &transport, options, &gate, &Silence, &stop);
    // A recorded world waits for nothing, so the run is over when it is first looked at.
    let runs = runner.run_cases().now_or_never();
    let runs: Vec<CaseRun> = runs.expect("a recorded world answers at once");
    let mut found: Found = Vec::new();
    for run in &runs {
        for clause in run.seen.broken().keys() {
            if !found.iter().any(|(known, _)| known == clause) {
                found.push((*clause, world.plan.cases[run.case].id.clone()));
            }
        }
    }
    found
}
