//! Circles of gotos that no answer can end.

use super::flow::{Action, FlowStep, Next, Target};

/// The steps of a circle without end, in their order; the first once more at its end.
pub(super) fn find(steps: &[FlowStep]) -> Option<Vec<usize>> {
    let success: Vec<Ways> = (0..steps.len())
        .map(|n| {
            ways(
                &steps[n].on_success,
                Some(n + 1).filter(|next| *next < steps.len()),
            )
        })
        .collect();
    let failure: Vec<Ways> = steps
        .iter()
        .map(|step| ways(&step.on_failure, None))
        .collect();
    let reached = reached(&success, &failure);
    [&success, &failure]
        .into_iter()
        .find_map(|ways| endless(ways, &reached))
}

/// Where a step may lead.
struct Ways {
    ends: bool,
    to: Vec<usize>,
}

/// The ways of actions, the first of which that applies is taken; where none does, that of `otherwise`.
fn ways(actions: &[Action], otherwise: Option<usize>) -> Ways {
    let mut out = Ways {
        ends: false,
        to: Vec::new(),
    };
    for action in actions {
        match action.does {
            Next::Goto(Target::Step(step)) => out.to.push(step),
            Next::Goto(Target::Workflow(_)) | Next::End => out.ends = true,
            // After its last try the next action is looked at.
            Next::Retry { .. } => continue,
        }
        if action.criteria.is_empty() {
            return out;
        }
    }
    out.ends |= otherwise.is_none();
    out.to.extend(otherwise);
    out
}

fn reached(success: &[Ways], failure: &[Ways]) -> Vec<bool> {
    let mut reached = vec![false; success.len()];
    let mut next = vec![0];
    while let Some(step) = next.pop() {
        if step < reached.len() && !std::mem::replace(&mut reached[step], true) {
            next.extend(&success[step].to);
            next.extend(&failure[step].to);
        }
    }
    reached
}

/// A circle among the steps that lead to no end.
fn endless(ways: &[Ways], reached: &[bool]) -> Option<Vec<usize>> {
    let mut can_end: Vec<bool> = ways.iter().map(|ways| ways.ends).collect();
    loop {
        let before = can_end.iter().filter(|can| **can).count();
        for (step, ways) in ways.iter().enumerate() {
            can_end[step] = can_end[step] || ways.to.iter().any(|to| can_end[*to]);
        }
        if can_end.iter().filter(|can| **can).count() == before {
            break;
        }
    }
    let first = (0..ways.len()).find(|step| reached[*step] && !can_end[*step])?;
    let mut way = vec![first];
    loop {
        // Whatever cannot end leads on.
        let next = *ways[way[way.len() - 1]].to.first()?;
        if let Some(begin) = way.iter().position(|known| *known == next) {
            way.push(next);
            return Some(way.split_off(begin));
        }
        way.push(next);
    }
}
