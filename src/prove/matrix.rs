//! The kill matrix: every mutant played to the battery, and what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::battery::Plan;
use crate::contract::{Clause, ClauseIx, Kind, Level};
use crate::exchange::Recording;
use crate::ledger::Gate;
use crate::run::{CaseRun, RunOptions, SessionError, Stop, played, refuse_mistakes};

use super::benign;
use super::edit::Edit;
use super::mutant::{Breaks, Mutant};
use super::playback::Playback;
use super::settled::{cases_of, settled};
use super::world::{Scene, World};
use super::{answer, rule, schema};

/// What became of one mutant.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Where the break was.
    pub variant: String,
    /// What was done.
    pub what: String,
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
    /// The time was over before all its mutants were played.
    NotPlayed,
}

/// One clause in the matrix.
#[derive(Debug, Clone)]
pub struct Row {
    /// The clause.
    pub clause: ClauseIx,
    /// How it is guarded.
    pub guard: Guard,
    /// Its mutants.
    pub trials: Vec<Trial>,
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
    /// Why not all mutants were played, if they were not.
    pub cut: Option<String>,
}

impl Proof {
    /// How many mutants were played.
    pub fn mutants(&self) -> usize {
        self.rows.iter().map(|row| row.trials.len()).sum()
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

/// Breaks every clause of a plan in a recorded world, until it is stopped.
///
/// # Errors
/// A rule that cannot be evaluated.
pub fn prove(plan: &Plan, recording: &Recording, stop: &Stop) -> Result<Proof, SessionError> {
    let (plan, before) = carried_out(plan, recording, stop)?;
    let plan = &plan;
    let world = World::new(plan, recording);
    let operations = 0..plan.contract.operations.len();
    let scenes: Vec<Scene<'_, '_>> = operations.map(|one| world.of(one)).collect();
    let left_out: BTreeSet<usize> = plan.left_out.iter().map(|one| one.operation).collect();
    let is_tried = |clause: &Clause| !clause.off && !left_out.contains(&clause.subject.operation);
    let listed = plan.listed_indices();
    let clauses = listed.map(|ix| (ix, plan.clauses.get(ix)));
    let clauses = clauses.filter(|(_, clause)| is_tried(clause));
    let breaks: Vec<(ClauseIx, Option<Breaks>)> = clauses
        .map(|(ix, clause)| {
            let goes_on = stop.reason().is_none();
            let breaks = goes_on.then(|| breaks(&scenes[clause.subject.operation], ix));
            (ix, breaks)
        })
        .collect();
    let made = breaks.iter().filter_map(|(_, breaks)| breaks.as_ref());
    let mutants: Vec<&Mutant> = made.flat_map(Breaks::ways).collect();
    let benign = benign::all(&scenes);
    let edits: Vec<&Edit> = mutants
        .iter()
        .map(|mutant| &mutant.edit)
        .chain(benign.iter().map(|(_, edit)| edit))
        .collect();
    let own = |mutant: &&Mutant| plan.clauses.get(mutant.clause).subject.operation;
    let whole = benign.iter().map(|_| None);
    let operations = mutants
        .iter()
        .map(own)
        .map(Some)
        .chain(whole)
        .collect::<Vec<_>>();
    let played = Played::new(plan, &operations);
    let findings = play_all(&world, &edits, &played, stop);
    let (of_mutants, of_benign) = findings.split_at(mutants.len());
    let broken_before: Vec<ClauseIx> = before.iter().map(|(clause, _)| *clause).collect();
    let fresh = |found: &Found| {
        let clauses = found.iter().map(|(clause, _)| *clause);
        clauses
            .filter(|clause| !broken_before.contains(clause))
            .collect::<Vec<_>>()
    };
    let mut trials = mutants.iter().zip(of_mutants).map(|(mutant, found)| {
        let found = found.as_ref()?;
        let own = found.iter().find(|(clause, _)| *clause == mutant.clause);
        let mut others = fresh(found);
        others.retain(|clause| *clause != mutant.clause);
        Some(Trial {
            variant: mutant.variant.clone(),
            what: mutant.what.clone(),
            case: own.map(|(_, case)| case.clone()),
            others,
        })
    });
    let rows = breaks.iter().map(|(clause, breaks)| {
        let count = breaks.as_ref().map_or(0, |breaks| breaks.ways().len());
        let played: Vec<Trial> = trials.by_ref().take(count).flatten().collect();
        let seen = before.iter().find(|(known, _)| known == clause);
        match breaks {
            Some(breaks) if played.len() == count => {
                row(*clause, breaks, played, seen.map(|(_, case)| case))
            }
            _ => Row {
                clause: *clause,
                guard: match played.iter().any(is_missed) {
                    true => Guard::Unguarded,
                    false => Guard::NotPlayed,
                },
                trials: played,
            },
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    let cut = stop.reason();
    settle_implied(&mut rows, cut.is_some());
    let benign = benign.iter().zip(of_benign);
    Ok(Proof {
        rows,
        benign: benign
            .filter_map(|((name, _), found)| Some(((*name).to_owned(), fresh(found.as_ref()?))))
            .collect(),
        broken_before,
        cut,
    })
}

/// Whether nobody noticed.
fn is_missed(trial: &Trial) -> bool {
    trial.case.is_none() && trial.others.is_empty()
}

/// What the trials of a clause say of its guard; `seen` is the case that saw it broken in the recording already.
fn row(clause: ClauseIx, breaks: &Breaks, mut trials: Vec<Trial>, seen: Option<&String>) -> Row {
    let guard = match (breaks, seen) {
        (Breaks::ImpliedBy(others), _) => Guard::Implied(others.clone()),
        (Breaks::None(why), None) => Guard::NoMutant(why.clone()),
        (Breaks::None(_), Some(case)) => {
            trials.push(Trial {
                variant: "recorded".to_owned(),
                what: "the recording breaks it already".to_owned(),
                case: Some(case.clone()),
                others: Vec::new(),
            });
            Guard::Guarded
        }
        _ if trials.iter().all(|trial| trial.case.is_some()) => Guard::Guarded,
        _ if trials.iter().any(is_missed) => Guard::Unguarded,
        _ => Guard::ByAnother,
    };
    Row {
        clause,
        guard,
        trials,
    }
}

/// The mutants of one clause, for whoever serves them over the wire.
pub fn mutants_of(world: &World<'_>, clause: ClauseIx) -> Vec<Mutant> {
    let operation = world.plan.clauses.get(clause).subject.operation;
    breaks(&world.of(operation), clause).ways().to_vec()
}

/// The ways in which a clause is broken; each of them really breaks it.
fn breaks(scene: &Scene<'_, '_>, ix: ClauseIx) -> Breaks {
    let plan = scene.world.plan;
    let clause = plan.clauses.get(ix);
    if let Some(why) = plan.contract.why_not_judged(clause) {
        return Breaks::none(why);
    }
    let mut steps = plan.cases.iter().flat_map(|case| &case.steps);
    if !steps.any(|step| step.operation == scene.operation) {
        return Breaks::none("no case sends a request to its operation");
    }
    let breaks = match (clause.kind(), plan.rule(ix)) {
        (Kind::Schema, _) => schema::make(scene, ix, clause),
        (Kind::Rule, Some(own)) => rule::make(scene, own),
        (Kind::Rule, None) => Breaks::none("its rule is not loaded"),
        _ => answer::make(scene, ix, clause),
    };
    breaks.shown(scene)
}

/// A clause counts with a neighbour only where the neighbour is guarded.
fn settle_implied(rows: &mut [Row], is_cut: bool) {
    let guarded: BTreeSet<ClauseIx> = rows
        .iter()
        .filter(|row| row.guard == Guard::Guarded)
        .map(|row| row.clause)
        .collect();
    for row in rows {
        if let Guard::Implied(others) = &mut row.guard {
            others.retain(|other| guarded.contains(other));
            if others.is_empty() {
                row.guard = match is_cut {
                    true => Guard::NotPlayed,
                    false => Guard::Unguarded,
                };
            }
        }
    }
}

/// Clauses found broken, each with the first case that saw it.
type Found = Vec<(ClauseIx, String)>;

/// The plan with the values that were sent, and what is broken in the recording already.
fn carried_out(
    plan: &Plan,
    recording: &Recording,
    stop: &Stop,
) -> Result<(Plan, Found), SessionError> {
    let world = World::new(plan, recording);
    let runs = run(&world, None, None, stop);
    refuse_mistakes(plan, &runs)?;
    let found = found(&world, &runs);
    Ok((settled(plan, &runs), found))
}

/// The cases that each edit is played to: those of the operation whose clause it breaks, else all.
struct Played {
    by_operation: BTreeMap<usize, Arc<[bool]>>,
    operations: Vec<Option<usize>>,
}

impl Played {
    fn new(plan: &Plan, operations: &[Option<usize>]) -> Played {
        let mut by_operation = BTreeMap::new();
        for operation in operations.iter().flatten() {
            by_operation
                .entry(*operation)
                .or_insert_with(|| cases_of(plan, *operation));
        }
        Played {
            by_operation,
            operations: operations.to_vec(),
        }
    }

    fn cases(&self, edit: usize) -> Option<Arc<[bool]>> {
        self.by_operation.get(&self.operations[edit]?).cloned()
    }
}

/// Plays all edits, on as many threads as there are cores; those that were not played to the end have found nothing.
fn play_all(
    world: &World<'_>,
    edits: &[&Edit],
    played: &Played,
    stop: &Stop,
) -> Vec<Option<Found>> {
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
                    let found = found(world, &run(world, Some(edit), played.cases(n), stop));
                    if stop.reason().is_some() {
                        break;
                    }
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
}

/// Plays the battery, or some of its cases, to a world with one break.
fn run(
    world: &World<'_>,
    edit: Option<&Edit>,
    only: Option<Arc<[bool]>>,
    stop: &Stop,
) -> Vec<CaseRun> {
    let transport = Playback::new(world, edit);
    let gate = Gate {
        level: Level::Should,
        baseline: None,
        min_coverage: None,
        without_core: false,
    };
    let options = RunOptions {
        max_pages: 2_000,
        // A break that is there at every second read must not depend on who reads in between.
        concurrency: 0,
        mark: world.mark.clone(),
        only,
    };
    drive(played(world.plan, &transport, options, &gate, stop))
}

/// The clauses that were found broken.
fn found(world: &World<'_>, runs: &[CaseRun]) -> Found {
    let mut found: Found = Vec::new();
    for run in runs {
        for clause in run.seen.broken().keys() {
            if !found.iter().any(|(known, _)| known == clause) {
                found.push((*clause, world.plan.cases[run.case].id.clone()));
            }
        }
    }
    found
}

/// Drives a future that never waits for anything outside this thread.
fn drive<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
