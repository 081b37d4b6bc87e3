//! In which order cases are run: what another case stands on, its control or a case whose answer it uses, comes before it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::contract::{Contract, nearest};

use super::loaded::{BatteryError, Loaded};
use super::model::{CaseFile, Change, Does};

/// A case in its place.
pub(super) struct Turn<'f> {
    /// Its file.
    pub(super) loaded: &'f Loaded<CaseFile>,
    /// Cases of the same turn do not wait for each other.
    pub(super) turn: usize,
    /// The cases that it stands on, by their ids.
    pub(super) needs: Vec<&'f str>,
}

/// The cases that a file names, each with the pointer where it does: its control, and those whose answers it uses.
fn named(file: &CaseFile) -> Vec<(String, &str)> {
    let control = file.control.as_deref();
    let mut out: Vec<_> = control
        .map(|id| ("/control".to_owned(), id))
        .into_iter()
        .collect();
    let after = file.after.iter().enumerate();
    out.extend(after.map(|(n, id)| (format!("/after/{n}"), id.as_str())));
    let own = std::iter::once(("/request".to_owned(), &file.request));
    let steps = file.steps.iter().enumerate();
    let steps = steps.map(|(n, step)| (format!("/steps/{n}/request"), &step.request));
    for (at, request) in own.chain(steps) {
        let body = request.body.iter();
        out.extend(
            body.clone()
                .filter_map(|body| Some((format!("{at}/body/like"), body.like.as_deref()?))),
        );
        for (n, one) in body.flat_map(|body| body.tries.iter().enumerate()) {
            let answers = one.answers.0.values().flat_map(|answers| &answers.of);
            out.extend(answers.map(|one| (format!("{at}/body/tries/{n}/answers"), &*one.case)));
        }
        for (key, map) in request.parameters() {
            for (name, change) in &map.0 {
                let Change::Answer(answers) = change else {
                    continue;
                };
                let each = answers.of.iter().enumerate();
                out.extend(
                    each.map(|(n, one)| {
                        (format!("{at}/{key}/{name}/answer/of/{n}/case"), &*one.case)
                    }),
                );
            }
        }
    }
    out
}

/// All cases in their order. Within a turn: controls first, then core cases, then the others, each by id. A control or a
/// core case has a turn for itself among those of its operation, since others stand on what it finds; so has a burst, at
/// the end.
pub(super) fn ordered<'f>(
    contract: &Contract,
    all: &'f [Loaded<CaseFile>],
) -> Result<Vec<Turn<'f>>, BatteryError> {
    let by_id: HashMap<&str, usize> = (0..)
        .zip(all)
        .map(|(n, one)| (&*one.file.case, n))
        .collect();
    let mut needs: Vec<Vec<usize>> = Vec::with_capacity(all.len());
    let mut is_control = vec![false; all.len()];
    for loaded in all {
        let mut own = Vec::new();
        for (at, id) in named(&loaded.file) {
            let Some(&found) = by_id.get(id) else {
                let hint = nearest::hint(id, by_id.keys().copied());
                return Err(loaded.error(&at, format!("there is no case `{id}`{hint}")));
            };
            let file = &all[found].file;
            let is_plain = file.does == Does::Request && file.steps.is_empty();
            if at == "/control" {
                is_control[found] = true;
                if file.control.is_some() {
                    return Err(loaded.error(
                        &at,
                        format!(
                            "`{id}` has a control of its own; a control is a plain valid request"
                        ),
                    ));
                }
            } else if !is_plain && !at.starts_with("/after") {
                return Err(loaded.error(&at, format!("`{id}` is more than one request: name a case of one request whose answer has the value")));
            }
            own.push(found);
        }
        needs.push(own);
    }
    let rank = |n: usize| match () {
        () if is_control[n] => 0,
        () if all[n].file.core => 1,
        () => 2,
    };
    let mut waits: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut awaited_by: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (n, own) in needs.iter().enumerate() {
        own.iter().for_each(|need| awaited_by[*need].push(n));
    }
    let is_free = |n: &usize| needs[*n].is_empty();
    let mut ready: BinaryHeap<_> = (0..all.len())
        .filter(is_free)
        .map(|n| Reverse((rank(n), n)))
        .collect();
    let mut sequence = Vec::with_capacity(all.len());
    while let Some(Reverse((_, n))) = ready.pop() {
        sequence.push(n);
        for &other in &awaited_by[n] {
            waits[other] -= 1;
            if waits[other] == 0 {
                ready.push(Reverse((rank(other), other)));
            }
        }
    }
    if sequence.len() < all.len() {
        return Err(circle(all, &needs, &waits));
    }
    let (bursts, mut sequence): (Vec<usize>, Vec<usize>) = sequence
        .into_iter()
        .partition(|n| all[*n].file.does == Does::Burst);
    let phases = phases(contract, all, &needs);
    let (mut turns, mut heads) = (vec![0; all.len()], HashMap::<usize, usize>::new());
    let mut floor = 0;
    for phase in [Phase::Makes, Phase::Reads, Phase::Changes] {
        let mut next = floor;
        for &n in sequence.iter().filter(|n| phases[**n].0 == phase) {
            let operation = all[n]
                .file
                .operations()
                .first()
                .and_then(|(_, name)| Some(contract.operation(name)?.0));
            let head = operation.and_then(|operation| heads.get(&operation));
            let behind = needs[n].iter().map(|need| turns[*need] + 1);
            // What writes runs alone, so that each run makes the same things in the same order.
            let alone = phases[n].1.then_some(next);
            let least = behind.chain(head.map(|turn| turn + 1)).chain(alone);
            turns[n] = least.max().unwrap_or(0).max(floor);
            if let Some(operation) = operation.filter(|_| rank(n) < 2) {
                heads.insert(operation, turns[n]);
            }
            next = next.max(turns[n] + 1);
        }
        if phase != Phase::Reads || phases.iter().any(|(phase, _)| *phase == Phase::Changes) {
            floor = next;
        }
    }
    sequence.sort_by_key(|n| turns[*n]);
    let last = turns.iter().max().copied().unwrap_or(0);
    for (later, &n) in (1..).zip(&bursts) {
        turns[n] = last + later;
    }
    let mut sequence = [sequence, bursts].concat();
    sequence.sort_by_key(|n| turns[*n]);
    let place = |n: usize| Turn {
        loaded: &all[n],
        turn: turns[n],
        needs: needs[n].iter().map(|need| &*all[*need].file.case).collect(),
    };
    Ok(sequence.into_iter().map(place).collect())
}

/// When a case runs, where some of them write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// First: it makes what reads look at, or stands before such a case.
    Makes,
    /// While nothing changes.
    Reads,
    /// Last.
    Changes,
}

/// The phase of each case, and whether it writes.
fn phases(
    contract: &Contract,
    all: &[Loaded<CaseFile>],
    needs: &[Vec<usize>],
) -> Vec<(Phase, bool)> {
    let is_write = |case: &Loaded<CaseFile>| {
        let operations = case.file.operations();
        let mut methods = operations
            .iter()
            .filter_map(|(_, name)| Some(&*contract.operation(name)?.1.method));
        methods.any(|method| !matches!(method, "GET" | "HEAD" | "OPTIONS"))
    };
    let writes: Vec<bool> = all.iter().map(is_write).collect();
    let closure = |from: Vec<usize>| {
        let (mut seen, mut open) = (vec![false; all.len()], from);
        while let Some(n) = open.pop() {
            if !std::mem::replace(&mut seen[n], true) {
                open.extend(&needs[n]);
            }
        }
        seen
    };
    let reads = (0..all.len()).filter(|n| !writes[*n]).collect();
    let needed = closure(reads);
    let early = (0..all.len())
        .filter(|n| needed[*n] && writes[*n])
        .collect();
    let makes = closure(early);
    let each = (0..all.len()).map(|n| match (makes[n], writes[n]) {
        (true, is_write) => (Phase::Makes, is_write),
        (false, false) => (Phase::Reads, false),
        (false, true) => (Phase::Changes, true),
    });
    each.collect()
}

/// Cases that wait for each other; `waits` says for how many each still does.
fn circle(all: &[Loaded<CaseFile>], needs: &[Vec<usize>], waits: &[usize]) -> BatteryError {
    let is_stuck = |n: &usize| waits[*n] > 0;
    let next = |n: usize| needs[n].iter().copied().find(is_stuck).unwrap_or(n);
    let mut way = vec![(0..all.len()).find(is_stuck).unwrap_or(0)];
    let begin = loop {
        let n = next(way[way.len() - 1]);
        if let Some(begin) = way.iter().position(|known| *known == n) {
            break begin;
        }
        way.push(n);
    };
    let circle = &way[begin..];
    let names: Vec<&str> = circle
        .iter()
        .chain(&circle[..1])
        .map(|n| &*all[*n].file.case)
        .collect();
    let first = &all[circle[0]];
    let second = names[1];
    let at = named(&first.file).into_iter().find(|(_, id)| *id == second);
    first.error(
        &at.map(|(at, _)| at).unwrap_or_default(),
        format!(
            "the cases wait for each other in a circle: {}",
            names.join(" → ")
        ),
    )
}
