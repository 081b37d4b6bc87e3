//! A plan cut into parts by operation, each with the cases of other parts that its own ones stand on.

use std::collections::HashMap;

use crate::exchange::Shard;

use super::plan::Plan;
use super::planned::Case;
use super::sought::Origin;

impl Plan {
    /// The cases that belong to a shard, in the order of the plan. The operations that have a case to run are dealt out one
    /// by one in the order of the document, then the others; a case belongs where the operation of its first step does.
    pub fn owned(&self, shard: Shard) -> Vec<bool> {
        let runs = |case: &&Case| case.skipped.is_none();
        let has = |cases: &mut dyn Iterator<Item = &Case>| {
            let mut operations: Vec<usize> = cases.map(|case| case.step().operation).collect();
            operations.sort_unstable();
            operations.dedup();
            operations
        };
        let mut dealt = has(&mut self.cases.iter().filter(runs));
        let all = has(&mut self.cases.iter());
        let idle = all
            .into_iter()
            .filter(|one| dealt.binary_search(one).is_err());
        let idle: Vec<usize> = idle.collect();
        dealt.extend(idle);
        let places: HashMap<usize, usize> = dealt.into_iter().zip(0..).collect();
        let is_own = |case: &Case| shard.owns(places[&case.step().operation]);
        self.cases.iter().map(is_own).collect()
    }

    /// The part of this plan that a shard runs: its own cases, and all that they stand on.
    pub fn part(&self, shard: Shard) -> Plan {
        let mut wanted = self.owned(shard);
        let by_id: HashMap<&str, usize> =
            self.cases.iter().map(|case| &*case.id).zip(0..).collect();
        let mut open: Vec<usize> = (0..wanted.len()).filter(|n| wanted[*n]).collect();
        while let Some(n) = open.pop() {
            for need in self.needs(&self.cases[n], &by_id) {
                if !std::mem::replace(&mut wanted[need], true) {
                    open.push(need);
                }
            }
        }
        let mut places = vec![None; wanted.len()];
        let kept = (0..wanted.len()).filter(|n| wanted[*n]);
        for (place, n) in kept.enumerate() {
            places[n] = Some(place);
        }
        let mut part = self.clone();
        let mut each = wanted.iter();
        part.cases.retain(|_| *each.next().unwrap_or(&false));
        for case in &mut part.cases {
            case.control = case.control.and_then(|control| places[control]);
        }
        let own = self.left_out.iter().filter(|one| shard.owns(one.operation));
        part.left_out = own.cloned().collect();
        part.shard = Some(shard);
        part
    }

    /// The cases that one stands on: its control, those whose answers it uses, and the controls of every operation that it
    /// sends requests to, which say whether that operation is of any use.
    fn needs(&self, case: &Case, by_id: &HashMap<&str, usize>) -> Vec<usize> {
        let controls = self.cases.iter().filter_map(|other| other.control);
        let mut needs: Vec<usize> = controls
            .filter(|control| {
                let operation = self.cases[*control].step().operation;
                case.operations().any(|one| one == operation)
            })
            .collect();
        needs.extend(case.control);
        let requests = case.steps.iter().flat_map(|step| &step.requests);
        for sought in requests.flat_map(|request| request.sought()) {
            if let Origin::Cases { offers, .. } = &sought.from {
                needs.extend(offers.iter().filter_map(|(id, _)| by_id.get(id.as_str())));
            }
        }
        needs
    }
}
