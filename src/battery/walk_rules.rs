//! The engine's own promises of a walk over pages: they hold for every operation with a collection. A rule file with the
//! same predicate gives one another level and other words, but cannot make the engine forget it.

use std::collections::{HashMap, HashSet};

use crate::contract::{Clause, ClauseSet, Contract, Level, Part, Place, Subject, pointer};

use super::load::Battery;
use super::loaded::{BatteryError, Loaded};
use super::model::{Binding, Collection, Does, Over};
use super::planned::Case;
use super::rule::{Rule, SEQUENCES, Sequence, Test};

/// A promise that the engine makes every collection keep.
struct WalkRule {
    sequence: Sequence,
    level: Level,
    title: &'static str,
    means: &'static str,
    remedy: &'static str,
    impact: &'static str,
    unexercised: &'static str,
    /// What of a page it is about, where the collection has such a thing.
    about: fn(&Collection) -> Option<About<'_>>,
}

/// What of a page a promise is about.
enum About<'c> {
    /// What stands at a pointer of its body.
    Body(&'c str),
    /// One of its headers.
    Header(&'c str),
}

const WALK_RULES: [WalkRule; 13] = [
    WalkRule {
        sequence: Sequence::WalkEnds,
        level: Level::Must,
        title: "Following the pages comes to an end",
        means: "A collection is finite, so reading page after page ends. A thousand pages in a row without a new item, each with a next page, are taken for a walk that does not end.",
        remedy: "Give no next page after the last item, and advance the position with every page.",
        impact: "Clients that list everything never return.",
        unexercised: "no second page was fetched, or the walk was not read to its last page",
        about: next,
    },
    WalkRule {
        sequence: Sequence::WalkRepeatsNothing,
        level: Level::Must,
        title: "No item comes twice in a walk",
        means: "Pages do not overlap: the same item on two pages of one walk is a position that does not advance by the page.",
        remedy: "Continue after the last item of the page.",
        impact: "Clients count or process items twice.",
        unexercised: "no second page had items with ids",
        about: items,
    },
    WalkRule {
        sequence: Sequence::WalkLosesNothing,
        level: Level::Must,
        title: "What another read shows is found by the walk",
        means: "Items on a page that is read by another link, or on a larger page, are all met by the walk over the pages.",
        remedy: "Let all links and tokens position in the same sorted list.",
        impact: "Clients that walk miss items that others see.",
        unexercised: "no other read could be compared with the walk",
        about: by_other_reads,
    },
    WalkRule {
        sequence: Sequence::NextLinkLeadsToPage,
        level: Level::Must,
        title: "What leads to the next page leads to a page",
        means: "The next page, asked for as the page before it says, is answered like the first: with status 200 and a page.",
        remedy: "Keep what the next request needs in the link or the token itself, and accept it as it was given.",
        impact: "Clients cannot read past the first page.",
        unexercised: "no second page was fetched",
        about: next,
    },
    WalkRule {
        sequence: Sequence::NextLinkNeverRepeats,
        level: Level::Must,
        title: "No page leads to one that was read already",
        means: "Each page has another next page. One that was read already leads in a circle.",
        remedy: "Encode the position after this page in what leads to the next.",
        impact: "Clients that list everything never return.",
        unexercised: "no second page was fetched",
        about: next,
    },
    WalkRule {
        sequence: Sequence::IdsAreUnique,
        level: Level::Must,
        title: "No two items share an id",
        means: "The id tells the items of a collection apart: two different items never share one.",
        remedy: "Make ids unique within the collection.",
        impact: "Clients that key by id lose one of the two.",
        unexercised: "fewer than two items with ids were read",
        about: items,
    },
    WalkRule {
        sequence: Sequence::OrderIsStable,
        level: Level::Should,
        title: "The same read gives the same order",
        means: "The same items come in the same order when they are read again.",
        remedy: "Sort by a key that is unique, such as a time and then the id.",
        impact: "Paging over an unstable order loses and repeats items.",
        unexercised: "fewer than two items that can be told apart came twice",
        about: items,
    },
    WalkRule {
        sequence: Sequence::TotalIsConstant,
        level: Level::Should,
        title: "The total is the same on every page",
        means: "The total counts the whole collection, whatever the page, so it is the same on all pages of one walk.",
        remedy: "Count the whole collection, not the page or what is left.",
        impact: "Progress bars and paging buttons show nonsense.",
        unexercised: "one page only, or no total",
        about: total,
    },
    WalkRule {
        sequence: Sequence::TotalMatchesWalk,
        level: Level::Should,
        title: "The total is the number of items that a walk finds",
        means: "A walk to the last page finds as many items as the total says.",
        remedy: "Count with the same filter that lists, and lead to a next page as long as there are items.",
        impact: "Clients that trust the total wait for items that never come, or miss some.",
        unexercised: "the walk did not come to its end, or no page had a total",
        about: total,
    },
    WalkRule {
        sequence: Sequence::PageSays,
        level: Level::Should,
        title: "What a page says of itself is what a walk shows",
        means: "Whether it is the first or the last page, its number, how many items it has, how many pages there are: a walk over all pages shows the same.",
        remedy: "Compute what the page says from the same count and position that cut it.",
        impact: "Clients stop early, ask for pages that are not there, or show nonsense.",
        unexercised: "nothing of what the pages say of themselves could be compared with the walk",
        about: |collection| {
            let mut said = collection.says.pointers();
            said.next().map(|at| About::Body(at))
        },
    },
    WalkRule {
        sequence: Sequence::FirstLink,
        level: Level::Should,
        title: "The first link leads to the first page",
        means: "What it leads to begins with the item that the walk began with.",
        remedy: "Build the link from the same positions as the one to the next page.",
        impact: "Buttons for paging lead to the wrong page.",
        unexercised: "no page had a first link",
        about: |collection| collection.first.as_deref().map(About::Body),
    },
    WalkRule {
        sequence: Sequence::PrevLink,
        level: Level::Should,
        title: "The link to the previous page leads to it",
        means: "What it leads to ends where this page begins.",
        remedy: "Build the link from the same positions as the one to the next page.",
        impact: "Buttons for paging lead to the wrong page.",
        unexercised: "no second page had a link to the previous one",
        about: |collection| collection.prev.as_deref().map(About::Body),
    },
    WalkRule {
        sequence: Sequence::LastLink,
        level: Level::Should,
        title: "The last link leads to the last page",
        means: "What it leads to has no next page, and ends with the item that the walk ended with.",
        remedy: "Build the link from the same positions as the one to the next page.",
        impact: "Buttons for paging lead to the wrong page.",
        unexercised: "no page had a last link",
        about: |collection| collection.last.as_deref().map(About::Body),
    },
];

/// The items, where a page can be reached by another link as well.
fn by_other_reads(collection: &Collection) -> Option<About<'_>> {
    let links = [&collection.first, &collection.prev, &collection.last];
    let has_others = links.iter().any(|link| link.is_some());
    items(collection).filter(|_| has_others || collection.is_read_larger())
}

fn items(collection: &Collection) -> Option<About<'_>> {
    Some(About::Body(&collection.items))
}

fn next(collection: &Collection) -> Option<About<'_>> {
    // What leads on without standing in the body is about the items that it leads to.
    let pointer = collection.next.pointer().unwrap_or(&collection.items);
    Some(About::Body(pointer))
}

fn total(collection: &Collection) -> Option<About<'_>> {
    let in_body = collection.total.as_deref().map(About::Body);
    in_body.or_else(|| collection.total_header.as_deref().map(About::Header))
}

/// Adds the engine's promises for every operation with a collection, where no rule file speaks of the same.
///
/// # Errors
/// A rule file that takes the id of such a promise for something else.
pub(super) fn add_walk_rules(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    rules: &mut Vec<Rule>,
) -> Result<(), BatteryError> {
    let mut known: HashSet<(usize, Sequence)> = HashSet::new();
    known.extend(rules.iter().filter_map(|rule| match rule.test {
        Test::Sequence(sequence) => Some((rule.operation, sequence)),
        _ => None,
    }));
    for binding in &battery.bindings {
        let found = contract.operation(&binding.file.operation);
        let (Some((operation, _)), Some(collection)) = (found, &binding.file.collection) else {
            continue;
        };
        for promise in &WALK_RULES {
            if known.contains(&(operation, promise.sequence)) {
                continue;
            }
            if let Some(about) = (promise.about)(collection) {
                known.insert((operation, promise.sequence));
                let rule = promise.rule(contract, clauses, battery, binding, operation, &about)?;
                rules.push(rule);
            }
        }
    }
    Ok(())
}

impl WalkRule {
    fn rule(
        &self,
        contract: &Contract,
        clauses: &mut ClauseSet,
        battery: &Battery,
        binding: &Loaded<Binding>,
        ix: usize,
        about: &About<'_>,
    ) -> Result<Rule, BatteryError> {
        let (id, _, over) = SEQUENCES
            .iter()
            .find(|(_, sequence, _)| *sequence == self.sequence)
            .expect("every sequence has a name");
        let subject = Subject::of(ix, Part::Rule((*id).to_owned()));
        if clauses.about(&subject).is_some()
            && let Some(taken) = battery.rules.iter().find(|known| known.file.rule == *id)
        {
            let message = format!(
                "`{id}` is a promise that every collection keeps: give the rule `predicate: {id}` or another name"
            );
            return Err(taken.error("/rule", message));
        }
        let operation = &contract.operations[ix];
        let place = match about {
            About::Header(name) => format!("header/{name}"),
            About::Body(pointer) => {
                let place = Place::of_pointer(&pointer::tokens(pointer));
                match place.is_root() {
                    true => "body".to_owned(),
                    false => format!("body/{place}"),
                }
            }
        };
        let (pointer, mark) = operation
            .response(200)
            .and_then(|response| contract.prose(ix, &format!("{}/{place}", response.key)))
            .unwrap_or_else(|| (operation.pointer.clone(), operation.mark));
        let text = self.title.to_owned();
        let clause = Clause::new(&operation.id, subject, self.level, text, pointer, mark);
        Ok(Rule {
            id: (*id).to_owned(),
            clause: clauses.add(clause),
            operation: ix,
            over: *over,
            statuses: Vec::new(),
            each: None,
            bind: Vec::new(),
            test: Test::Sequence(self.sequence),
            follows: Vec::new(),
            args: Vec::new(),
            breaking: None,
            means: self.means.to_owned(),
            remedy: self.remedy.to_owned(),
            hurts: self.impact.to_owned(),
            unexercised: self.unexercised.to_owned(),
            source: binding.source_name.clone(),
            line: binding.mark("/collection").line,
        })
    }
}

/// Lets every case that compares pages aim at the promises that it puts to the test, whatever its file says.
pub(super) fn aim(cases: &mut [Case], rules: &[Rule]) {
    let mut by_operation: HashMap<usize, Vec<&Rule>> = HashMap::new();
    for rule in rules {
        if matches!(rule.test, Test::Sequence(_)) {
            by_operation.entry(rule.operation).or_default().push(rule);
        }
    }
    for case in cases {
        let Some(own) = by_operation.get(&case.step().operation) else {
            continue;
        };
        let tests = |rule: &&&Rule| {
            let Test::Sequence(sequence) = rule.test else {
                return false;
            };
            match case.does {
                Does::Walk => {
                    let collection = case.step().collection.as_ref();
                    let is_larger = collection.is_some_and(Collection::is_read_larger);
                    rule.over == Over::Walk && (is_larger || sequence != Sequence::WalkLosesNothing)
                }
                Does::Repeat => rule.over == Over::Repeat,
                Does::Links => rule.over == Over::Links || sequence == Sequence::WalkLosesNothing,
                _ => false,
            }
        };
        let tested: Vec<_> = own.iter().filter(tests).map(|rule| rule.clause).collect();
        case.aims.extend(tested);
        case.aims.sort_unstable();
        case.aims.dedup();
    }
}
