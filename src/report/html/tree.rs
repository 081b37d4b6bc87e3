//! The contract as a tree: operation, then status (or security, parameter, rule), then place, then clauses.

use indexmap::IndexMap;

use super::super::model::{ClauseRecord, Report};
use super::super::words::{plural, spec_place, times};
use super::shown::{Shown, links};
use super::state::State;
use super::text::{Link, href};

/// A branch of the tree.
#[derive(Default)]
pub(super) struct Node<'a> {
    pub(super) label: &'a str,
    pub(super) counts: Counts,
    pub(super) clauses: Vec<Leaf<'a>>,
    pub(super) children: Vec<Node<'a>>,
}

/// How many clauses below a branch are in each state.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) broken: u64,
    pub(super) held: u64,
    pub(super) open: u64,
}

/// One clause.
pub(super) struct Leaf<'a> {
    pub(super) record: &'a ClauseRecord,
    pub(super) label: &'a str,
    pub(super) state: &'static str,
    pub(super) sign: &'static str,
    pub(super) words: String,
    pub(super) broken: bool,
    pub(super) place: String,
    pub(super) href: String,
    pub(super) cases: Vec<Link<'a>>,
    /// How many more cases look at it.
    pub(super) more: u64,
}

type Places<'a> = IndexMap<&'a str, Branch<'a>>;
type Groups<'a> = IndexMap<&'a str, Places<'a>>;

/// The clauses of one place: those that stand on the page, and how many there are.
#[derive(Default)]
struct Branch<'a> {
    counts: Counts,
    clauses: Vec<Leaf<'a>>,
}

/// The clauses by operation, group and place, each in the contract's order.
pub(super) fn tree<'a>(report: &'a Report, shown: &Shown<'_>) -> Vec<Node<'a>> {
    let mut operations: IndexMap<&'a str, Groups<'a>> = IndexMap::new();
    for clause in &report.clauses {
        let group = clause.status.as_deref().unwrap_or(&clause.kind);
        let (place, label) = place_and_label(clause);
        let groups = operations.entry(&clause.operation).or_default();
        let places = groups.entry(group).or_default();
        let branch = places.entry(place).or_default();
        branch.counts.add(State::of(clause));
        if shown.has(&clause.id) {
            branch.clauses.push(leaf(report, clause, label));
        }
    }
    let operation = |(label, groups): (_, Groups<'a>)| {
        let groups = groups.into_iter().map(group).collect();
        Node::new(label, Branch::default(), groups)
    };
    operations.into_iter().map(operation).collect()
}

/// The branch below the group, empty for none, and what the clause is called on it. A clause of an older report is
/// called by its whole id.
fn place_and_label(clause: &ClauseRecord) -> (&str, &str) {
    let (name, place, keyword) = (&clause.name, &clause.place, &clause.keyword);
    match (name.as_str(), place.as_str(), keyword.as_str()) {
        _ if clause.operation.is_empty() => ("", &clause.id),
        ("", place, "") => (place, &clause.kind),
        (name, _, "") => ("", name),
        ("", place, keyword) => (place, keyword),
        (name, _, keyword) => (name, keyword),
    }
}

fn group<'a>((label, mut places): (&'a str, Places<'a>)) -> Node<'a> {
    let own = places.shift_remove("").unwrap_or_default();
    let place = |(label, branch)| Node::new(label, branch, Vec::new());
    Node::new(label, own, places.into_iter().map(place).collect())
}

impl<'a> Node<'a> {
    /// Children of which nothing stands on the page are counted only.
    fn new(label: &'a str, own: Branch<'a>, mut children: Vec<Node<'a>>) -> Node<'a> {
        let mut counts = own.counts;
        for child in &children {
            counts.broken += child.counts.broken;
            counts.held += child.counts.held;
            counts.open += child.counts.open;
        }
        children.retain(|child| !(child.clauses.is_empty() && child.children.is_empty()));
        Node {
            label,
            counts,
            clauses: own.clauses,
            children,
        }
    }
}

impl Counts {
    fn add(&mut self, state: State) {
        match state {
            State::Broken => self.broken += 1,
            State::Held => self.held += 1,
            State::Open | State::OutOfReach | State::NotRun => self.open += 1,
        }
    }
}

fn leaf<'a>(report: &Report, clause: &'a ClauseRecord, label: &'a str) -> Leaf<'a> {
    let state = State::of(clause);
    let exercised = clause.exercised.unwrap_or_default();
    let reason = clause.reason.as_deref().unwrap_or_default();
    let words = match state {
        State::Broken => format!(
            "broken {} in {}",
            times(clause.broken.unwrap_or_default()),
            plural(exercised, "look")
        ),
        State::Held => format!("held in {}", plural(exercised, "look")),
        State::Open | State::OutOfReach | State::NotRun if !reason.is_empty() => {
            format!("{}: {reason}", state.word())
        }
        State::Open | State::OutOfReach | State::NotRun => state.word().to_owned(),
    };
    let (cases, more) = links(clause.cases.iter().map(String::as_str));
    Leaf {
        record: clause,
        label,
        state: state.class(),
        sign: state.sign(),
        words,
        broken: state == State::Broken,
        place: spec_place(report, &clause.spec_file, clause.spec_line),
        href: href(&clause.id),
        cases,
        more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn clauses_stand_under_operation_group_and_place() {
        let report = fixture::sample();
        let tree = tree(&report, &Shown::of(&report));
        assert_eq!(tree.len(), 1);
        let operation = &tree[0];
        let labels: Vec<&str> = operation.children.iter().map(|node| node.label).collect();
        assert_eq!(
            (operation.label, labels),
            ("list-versions", vec!["security", "200", "403", "rule"])
        );
        assert_eq!(operation.children[0].clauses[0].label, "security");
        let place = &operation.children[1].children[0];
        assert_eq!(
            (place.label, place.clauses[0].label),
            ("data[]/spec/version", "maxLength")
        );
        assert_eq!(
            (
                operation.counts.broken,
                operation.counts.held,
                operation.counts.open
            ),
            (3, 1, 1)
        );
    }

    #[test]
    fn no_clause_of_an_older_report_is_lost() {
        let mut report = fixture::sample();
        for clause in &mut report.clauses {
            clause.operation.clear();
            clause.status = None;
        }
        let tree = tree(&report, &Shown::of(&report));
        let counted: u64 = tree
            .iter()
            .map(|node| node.counts.broken + node.counts.held + node.counts.open)
            .sum();
        assert_eq!(counted, 5);
        let first = &tree[0].children[0].clauses[0];
        assert_eq!(first.label, report.clauses[0].id);
    }
}
