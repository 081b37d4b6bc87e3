//! Why a clause was not put to the test, in words, and whether this target could have shown it at all.

use std::collections::{HashMap, HashSet};

use crate::battery::{Case, Does, Over, Plan, Rule};
use crate::contract::{Clause, ClauseIx, Kind, Place, StatusKey};

use super::Verdict;
use super::tally::Tally;

/// What the cases reached, so that it can be said why they did not reach the rest.
pub struct Reached<'p> {
    plan: &'p Plan,
    verdicts: Vec<(usize, Verdict, &'p str)>,
    /// Which of the verdicts are of cases that aim at a clause.
    aiming: HashMap<ClauseIx, Vec<usize>>,
    /// The operations that some case sends requests to.
    visited: HashSet<usize>,
    /// The statuses of operations of which some clause was tested.
    statuses: HashSet<(usize, StatusKey)>,
    /// The places of the bodies of those statuses that have a clause, and whether one was tested.
    places: HashMap<(usize, StatusKey, Place), bool>,
}

impl<'p> Reached<'p> {
    /// Of a plan, how often each clause was tested, and the verdict and reason of each case.
    pub fn new(
        plan: &'p Plan,
        exercised: &Tally,
        verdicts: Vec<(usize, Verdict, &'p str)>,
    ) -> Reached<'p> {
        let cases = verdicts.iter().map(|(case, ..)| &plan.cases[*case]);
        let visited: HashSet<usize> = cases.clone().flat_map(Case::operations).collect();
        let mut aiming: HashMap<ClauseIx, Vec<usize>> = HashMap::new();
        for (n, case) in cases.enumerate() {
            for clause in &case.aims {
                aiming.entry(*clause).or_default().push(n);
            }
        }
        let (mut statuses, mut places) = (HashSet::new(), HashMap::new());
        for (ix, clause) in visited
            .iter()
            .flat_map(|one| plan.clauses.of_operation(*one))
        {
            let subject = clause.subject;
            let Some(status) = subject.status else {
                continue;
            };
            let is_tested = exercised.get(ix) > 0;
            if is_tested {
                statuses.insert((subject.operation, status));
            }
            if subject.is_value_at(&subject.place) {
                let place = (subject.operation, status, subject.place);
                *places.entry(place).or_default() |= is_tested;
            }
        }
        Reached {
            plan,
            verdicts,
            aiming,
            visited,
            statuses,
            places,
        }
    }

    /// Why a clause was not tested, and whether it lies out of the target's reach.
    pub fn why_not(&self, ix: ClauseIx) -> (String, bool) {
        let plan = self.plan;
        let operation = plan.clauses.operation(ix);
        if !self.visited.contains(&operation) {
            let mut left_out = plan.left_out.iter();
            let why = match left_out.find(|one| one.operation == operation) {
                Some(one) if one.flag.is_empty() => one.why.clone(),
                Some(one) => format!("{} ({})", one.why, one.flag),
                None if plan.is_traffic => {
                    "no request that was seen went to its operation".to_owned()
                }
                None => "no case sends a request to its operation".to_owned(),
            };
            return (why, false);
        }
        let clause = plan.clauses.get(ix);
        if let Some(why) = plan.contract.why_not_judged(clause) {
            return (why.to_owned(), true);
        }
        let aiming = self.aiming.get(&ix).into_iter().flatten();
        let aiming: Vec<(&Case, Verdict, &str)> = aiming
            .map(|n| {
                let (case, verdict, reason) = self.verdicts[*n];
                (&plan.cases[case], verdict, reason)
            })
            .collect();
        let operation = clause.subject.operation;
        if let Some(status) = clause.subject.status
            && !self.statuses.contains(&(operation, status))
        {
            return status_unseen(status, &aiming);
        }
        if let Some(rule) = plan.rule(ix)
            && let Some(why) = self.beyond(rule, &aiming)
        {
            return (why, true);
        }
        if plan.is_traffic {
            let why = match clause.subject.status {
                Some(_) => "no answer that was seen showed it",
                None => "no request that was seen put it to the test",
            };
            return (why.to_owned(), false);
        }
        if aiming.is_empty() {
            return (unaimed(plan, clause), false);
        }
        if aiming
            .iter()
            .all(|(_, verdict, _)| *verdict == Verdict::Skipped)
        {
            let (case, _, reason) = aiming[0];
            return (format!("the case {} was skipped: {reason}", case.id), false);
        }
        if let Some(rule) = plan.rule(ix) {
            return (unshown(rule, &aiming), false);
        }
        let mut open = aiming.iter().filter(|(_, verdict, _)| is_open(*verdict));
        let of_case = open.next().map(told);
        match (clause.kind(), clause.subject.status) {
            (Kind::Schema, Some(status)) => (self.schema(clause, status), false),
            (Kind::HeaderSchema, Some(status)) => (
                format!("no {status} carried {}", clause.subject.name()),
                false,
            ),
            (Kind::Json | Kind::UniqueKeys, Some(status)) => {
                (format!("no body of a {status} could be read"), false)
            }
            _ => {
                let ids = aiming.iter().map(|(case, ..)| case.id.as_str());
                let ids: Vec<&str> = ids.collect();
                let unseen = || format!("no answer showed it in {}", ids.join(", "));
                (of_case.unwrap_or_else(unseen), false)
            }
        }
    }

    /// Why a rule lies out of reach: it looks only at documented statuses that this target could not be brought to answer.
    fn beyond(&self, rule: &Rule, aiming: &[(&Case, Verdict, &str)]) -> Option<String> {
        let clauses = || self.plan.clauses.of_operation(rule.operation);
        let each = rule.statuses.iter().map(|accept| {
            let status = accept.status;
            let is_documented = clauses().any(|(_, one)| one.subject.status == Some(status));
            let is_seen = self.statuses.contains(&(rule.operation, status));
            let (why, out_of_reach) = status_unseen(status, aiming);
            (is_documented && !is_seen && out_of_reach).then_some(why)
        });
        let all: Option<Vec<String>> = each.collect();
        all?.into_iter().next()
    }

    /// Names the first place on the way that was never there.
    fn schema(&self, clause: &Clause, status: StatusKey) -> String {
        let subject = &clause.subject;
        let is_missing = |place: &Place| {
            let known = (subject.operation, status, place.clone());
            self.places.get(&known) == Some(&false)
        };
        let Some(place) = subject.place.way().find(is_missing) else {
            return format!("`{}` never had a value that this speaks of", subject.place);
        };
        let list = place.to_string();
        match list.strip_suffix("[]") {
            Some("") => format!("no {status} had an entry"),
            Some(list) => format!("`{list}` had no entry in any {status}"),
            None => format!("`{place}` was in no {status}"),
        }
    }
}

/// Why no case that aims at a rule put it to the test.
fn unshown(rule: &Rule, aiming: &[(&Case, Verdict, &str)]) -> String {
    let looks = |does| match rule.over {
        Over::Walk => does == Does::Walk,
        Over::Repeat => does == Does::Repeat,
        _ => true,
    };
    let own = aiming.iter().filter(|(case, ..)| looks(case.does));
    let own: Vec<_> = own.collect();
    // Where a case got through, what was not there is the reason.
    let is_through = |verdict| matches!(verdict, Verdict::Pass | Verdict::Fail);
    if own.iter().any(|(_, verdict, _)| is_through(*verdict)) {
        return rule.unexercised.clone();
    }
    let mut open = own.into_iter().filter(|(_, verdict, _)| is_open(*verdict));
    open.next().map_or_else(|| rule.unexercised.clone(), told)
}

fn is_open(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Inconclusive | Verdict::Error)
}

fn told((case, verdict, reason): &(&Case, Verdict, &str)) -> String {
    format!("the case {} is {}: {reason}", case.id, verdict.word())
}

/// Why no case looks at a clause: of a request, it may be that no value is made that breaks it.
fn unaimed(plan: &Plan, clause: &Clause) -> String {
    let too_far = plan.contract.why_not_broken(clause);
    let too_far = too_far.filter(|_| clause.subject.status.is_none());
    let is_over = plan.over_budget.contains(clause.id());
    too_far.unwrap_or_else(|| match is_over {
        true => "no case looks at it within the budget of its operation; --budget N derives more"
            .to_owned(),
        false => "no case looks at it".to_owned(),
    })
}

fn status_unseen(status: StatusKey, aiming: &[(&Case, Verdict, &str)]) -> (String, bool) {
    let skipped = aiming
        .iter()
        .find(|(case, verdict, _)| *verdict == Verdict::Skipped && !case.opt_in);
    match (status, skipped) {
        (StatusKey::Exact(403), Some((_, _, reason))) => ((*reason).to_owned(), true),
        (StatusKey::Exact(403), None) => ("no answer was 403".to_owned(), true),
        (StatusKey::Exact(429), _) => (
            "no answer was 429: the rate limit was not reached".to_owned(),
            true,
        ),
        _ if status.hundreds() == Some(5) => {
            (format!("the target never failed with {status}"), true)
        }
        (_, Some((case, _, reason))) => {
            (format!("the case {} was skipped: {reason}", case.id), false)
        }
        (_, None) => (format!("no answer was {status}"), false),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;

    #[test]
    fn what_became_of_a_case_goes_before_what_a_rule_says_of_itself() {
        const SPEC: &str = "
paths:
  /things:
    get:
      operationId: things
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {items: {type: array}, next: {type: string}}}}}}}
";
        let mut battery = Battery::default();
        let binding = "battery: b\nalias: things\noperation: GET /things\ncollection: {items: /items, id: /id, next: /next}\n";
        let case = "case: walk\ntitle: w\noperation: things\ndoes: walk\nexpects: success\naccepts: [200]\naims: [rule/walk-ends]\nmeans: m\n";
        battery.add("b.yaml", binding, false).unwrap();
        battery.add("walk.yaml", case, false).unwrap();
        let contract = Contract::load("t.yaml", SPEC.to_owned(), &battery.aliases()).unwrap();
        let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
        let mut ends = plan.clauses.iter();
        let (ends, _) = ends
            .find(|(_, clause)| clause.tail() == "rule/walk-ends")
            .unwrap();
        for (verdict, said) in [
            (
                Verdict::Inconclusive,
                "the case walk is inconclusive: it moved",
            ),
            (Verdict::Pass, "no second page"),
        ] {
            let reached = Reached::new(&plan, &Tally::default(), vec![(0, verdict, "it moved")]);
            let (why, _) = reached.why_not(ends);
            assert!(why.starts_with(said), "{why}");
        }
    }

    #[test]
    fn a_rule_for_statuses_that_nobody_can_bring_about_is_out_of_reach() {
        const SPEC: &str = "
paths:
  /things:
    get:
      operationId: things
      responses: {'200': {description: d}, '404': {description: n}, '429': {description: l, headers: {Retry-After: {schema: {type: integer}}}}, '503': {description: s}}
";
        for (statuses, seen, is_beyond) in [
            ("[429]", vec![200], true),
            ("[429, 503]", vec![200, 404], true),
            ("[429]", vec![200, 429], false),
            ("[429, 503]", vec![503], false),
            ("[404]", vec![200], false),
            ("[404, 429]", vec![200], false),
            ("[418]", vec![200], false),
            ("[500]", vec![200], false),
            ("[]", vec![], false),
        ] {
            let mut battery = Battery::default();
            let rule = format!(
                "rule: waits\ntitle: t\noperation: things\nlevel: must\nplace: 429/header/Retry-After\nover: responses\nstatuses: {statuses}\nbind: {{wait: response.header.Retry-After}}\npredicate: relative-seconds\nmeans: m\nremedy: r\nhurts: h\nunexercised: u\n"
            );
            let case = "case: one\ntitle: w\noperation: things\nexpects: success\naccepts: [200]\naims: [rule/waits]\nmeans: m\n";
            battery.add("waits.yaml", &rule, false).unwrap();
            battery.add("one.yaml", case, false).unwrap();
            let contract = Contract::load("t.yaml", SPEC.to_owned(), &battery.aliases()).unwrap();
            let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
            let mut tally = Tally::default();
            for (ix, clause) in plan.clauses.iter() {
                let status = clause.subject.status;
                let is_seen = |one: &u16| status == Some(StatusKey::Exact(*one));
                if seen.iter().any(is_seen) {
                    tally.add(ix, 1);
                }
            }
            let reached = Reached::new(&plan, &tally, vec![(0, Verdict::Pass, "")]);
            let mut rules = plan.clauses.iter();
            let (rule, _) = rules.find(|(_, one)| one.tail() == "rule/waits").unwrap();
            let (why, out_of_reach) = reached.why_not(rule);
            assert_eq!(out_of_reach, is_beyond, "{statuses} {seen:?}: {why}");
        }
    }

    #[test]
    fn what_only_the_budget_leaves_out_names_it() {
        const SPEC: &str = "
paths:
  /things:
    get:
      operationId: things
      parameters: [{name: a, in: query, schema: {type: integer}}, {name: b, in: query, schema: {type: integer}}]
      responses: {'200': {description: d}}
";
        let mut battery = Battery::default();
        let case = "case: one\ntitle: t\noperation: things\nexpects: success\naccepts: [200]\naims: []\nmeans: m\n";
        battery.add("one.yaml", case, false).unwrap();
        let contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
        let mut plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
        plan.over_budget = ["things/query/a/type".to_owned()].into();
        let reached = Reached::new(&plan, &Tally::default(), vec![(0, Verdict::Pass, "")]);
        for (id, is_over) in [
            ("things/query/a/type", true),
            ("things/query/b/type", false),
        ] {
            let clause = plan.clauses.find(id).unwrap();
            let (why, _) = reached.why_not(clause);
            assert!(why.starts_with("no case looks at it"), "{why}");
            assert_eq!(why.contains("--budget"), is_over, "{why}");
        }
    }
}
