//! The battery of a contract that nobody wrote one for: cases and bindings made from the document alone. Pure: the same
//! contract and wish give the same cases, and none does what a case file could not say.

mod acted;
mod acting;
pub mod acts;
mod after;
#[cfg(test)]
mod after_tests;
mod askable;
mod body;
mod bold;
mod changed;
#[cfg(test)]
mod document_tests;
mod ends;
mod entries;
mod families;
mod fields;
mod file;
mod filters;
mod forms;
mod fuller;
mod gentle;
mod given;
mod ids;
#[cfg(test)]
mod ids_tests;
mod implied;
mod keeping;
pub mod keys;
mod later;
mod lives;
mod mask;
mod mass;
mod naming;
mod once;
mod one_of;
mod origin;
mod others;
mod own;
mod pages;
pub mod parts;
mod picking;
mod placing;
mod promised;
#[cfg(test)]
mod promised_tests;
mod prose;
mod ranges;
pub mod reach;
mod reading;
mod reads;
mod references;
mod request;
pub mod resource;
mod restricted;
mod routes;
mod says;
mod searches;
#[cfg(test)]
mod security_tests;
mod some;
mod sorting;
mod stages;
mod stands;
mod states;
mod subject;
mod switches;
mod taking;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod things;
#[cfg(test)]
mod told_tests;
mod totals;
mod turns;
#[cfg(test)]
mod turns_tests;
mod usual;
mod within;
mod writes;
#[cfg(test)]
mod writes_tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::battery::model::{Binding, CaseFile, Change, Does, Expects};
use crate::battery::{Battery, FINDS, LeftOut, SELECTS, SHOWS, SORTS};
use crate::contract::{Contract, Level, Operation};

use families::{security, valid};
use resource::Resources;
use routes::Routes;
use stands::Stands;
use states::acts_last;
use subject::Subject;
use writes::Placed;

pub use crate::contract::names::words;
pub use file::{Written, files};
pub use given::is_given_alone;
pub use once::form as form_for_one_request;

/// The most requests that are made for an operation.
pub const BUDGET: usize = 12;

/// What a list's parameters promise, each a family of cases.
const OF_LISTS: [&str; 4] = [SELECTS, SORTS, FINDS, SHOWS];

/// What is to be derived.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The operations that written cases cover, each with its valid case, if it has one; they are not derived again.
    pub covered: BTreeMap<usize, Option<String>>,
    /// Globs over the names of operations; all where it is empty.
    pub operations: Vec<String>,
    /// The most requests for an operation; [`BUDGET`] where nothing is said.
    pub budget: Option<usize>,
    /// The values that the user gives, by `NAME` or `OPERATION:NAME`.
    pub parameters: BTreeMap<String, String>,
    /// Whether there are credentials, so that wrong ones differ from none.
    pub has_credentials: bool,
    /// Whether cases are made for operations that may change something.
    pub writes: bool,
}

impl Wish {
    /// Whether cases of an operation are wished for.
    pub fn is_for(&self, operation: &Operation) -> bool {
        self.operations.is_empty() || operation.is_named(&self.operations)
    }
}

/// What is derived.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The cases.
    pub cases: Vec<CaseFile>,
    /// How the pages of collections are read.
    pub bindings: Vec<Binding>,
    /// The operations for which nothing is made.
    pub left_out: Vec<LeftOut>,
    /// The clauses of cases for which the budget had no room.
    pub over_budget: BTreeSet<String>,
    /// Where the values of a case come from, by its id: the pointer of each in the case file, and a remark.
    pub notes: BTreeMap<String, Vec<(String, String)>>,
}

/// The operations that written cases cover, each with its valid case, if it has one.
pub fn covered(contract: &Contract, battery: &Battery) -> BTreeMap<usize, Option<String>> {
    let mut out: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for case in battery.cases.iter().map(|loaded| &loaded.file) {
        let is_plain =
            case.does == Does::Request && case.steps.is_empty() && case.control.is_none();
        let is_valid = is_plain && case.expects == Some(Expects::Success) && !case.opt_in;
        for (_, name) in case.operations() {
            if let Some((ix, _)) = contract.operation(name) {
                let valid = out.entry(ix).or_default();
                if valid.is_none() && is_valid {
                    *valid = Some(case.case.clone());
                }
            }
        }
    }
    out
}

/// Makes the battery of a contract.
pub fn derive(contract: &Contract, wish: &Wish) -> Derived {
    let slugs = slugs(contract);
    let routes = Routes::of(contract);
    let mut derived = Derived::default();
    let asked = askable::askable(contract, wish, &mut derived.left_out);
    let resources = Resources::of(contract, |ix| asked.binary_search(&ix).is_ok());
    let stands = Stands::new(contract, &asked, &resources, wish, &mut derived.left_out);
    let valid_of = |ix: usize| match wish.covered.get(&ix) {
        Some(Some(case)) => case.clone(),
        _ => format!("{}.valid", slugs[ix]),
    };
    let mut passwords = 0;
    let mut tested: HashSet<String> = HashSet::new();
    for (ix, stand) in stands.iter() {
        let operation = &contract.operations[ix];
        let takes_password = security::takes_password(&operation.security);
        passwords += usize::from(takes_password && wish.is_for(operation));
        let found = stand.sought.iter().filter(|one| !one.origins.is_empty());
        let subject = Subject {
            contract,
            operation,
            routes: &routes,
            slug: &slugs[ix],
            found: found
                .map(|one| &operation.parameters[one.parameter])
                .collect(),
            given: stand
                .given
                .iter()
                .map(|ix| &operation.parameters[*ix])
                .collect(),
            asked: &tested,
            spares_user: passwords > security::MOST_PASSWORDS,
        };
        let mut left = wish.budget.unwrap_or(BUDGET).max(1);
        let (all, binding) = match gentle::is_write(operation) {
            true => {
                let place = Placed {
                    ix,
                    stand,
                    resources: &resources,
                    stands: &stands,
                };
                (writes::all(&subject, &place, &valid_of, wish), None)
            }
            false => {
                let mut minimal = valid::minimal(&subject);
                minimal.fill(stand, operation, &valid_of);
                minimal.case.after = stands.after(ix).map(&valid_of).into_iter().collect();
                let binding = binding(&subject);
                (
                    reads::all(&subject, minimal, binding.is_some(), wish),
                    binding,
                )
            }
        };
        let is_vague = is_vague(operation, stand);
        for mut made in subject::apart(all) {
            if made.requests > left && made.case.control.is_none() {
                valid::alone(&mut made);
            }
            // What a list's parameters promise is said to be left out, where it is.
            let is_beyond =
                made.requests > left && OF_LISTS.iter().any(|family| made.is_of(family));
            made.case.opt_in |= is_beyond;
            if is_beyond {
                made.requests = 0;
            }
            if made.requests <= left {
                if is_vague && !made.is_of("security") {
                    made.case.breaks.level = Some(Level::Info);
                }
                left -= made.requests;
                if !made.place.is_empty() && wish.is_for(operation) {
                    tested.insert(made.place);
                }
                if !made.notes.is_empty() {
                    derived.notes.insert(made.case.case.clone(), made.notes);
                }
                derived.cases.push(made.case);
                continue;
            }
            let aims = made.case.aims.iter();
            let whole = aims.map(|aim| format!("{}/{aim}", operation.id));
            derived.over_budget.extend(whole);
        }
        derived.bindings.extend(binding);
    }
    acts_last(contract, &resources, &mut derived.cases);
    keep_named(contract, wish, &mut derived);
    let made: BTreeSet<String> = derived.cases.iter().map(|case| case.case.clone()).collect();
    for case in &mut derived.cases {
        case.after
            .retain(|other| made.contains(other) || is_covered(wish, other));
    }
    derived
}

/// Whether a case is one that somebody wrote for an operation that is not derived.
fn is_covered(wish: &Wish, case: &str) -> bool {
    wish.covered.values().flatten().any(|known| known == case)
}

/// Whether a request of an operation has a value of which the document does not say what it is, by a type that there is not.
fn is_vague(operation: &Operation, stand: &request::Stand) -> bool {
    let needed = operation.parameters.iter().enumerate();
    let mut needed = needed.filter(|(n, one)| one.required && !stand.given.contains(n));
    needed.any(|(_, one)| one.is_of_unknown_type())
}

fn binding(subject: &Subject<'_>) -> Option<Binding> {
    let operation = subject.operation;
    let collection = pages::collection(subject.contract, operation, subject.routes)?;
    Some(Binding {
        battery: "derived".to_owned(),
        alias: operation.id.to_string(),
        operation: format!("{} {}", operation.method, operation.path),
        renamed: BTreeMap::new(),
        collection: Some(collection),
        credentials: None,
        asked: Vec::new(),
        levels: Default::default(),
    })
}

/// Keeps the cases of the operations that are named, and what they stand on.
fn keep_named(contract: &Contract, wish: &Wish, derived: &mut Derived) {
    if wish.operations.is_empty() {
        return;
    }
    let is_wanted = |name: &str| {
        let found = contract.operation(name);
        found.is_some_and(|(_, operation)| operation.is_named(&wish.operations))
    };
    let by_id: BTreeMap<&str, &CaseFile> = derived
        .cases
        .iter()
        .map(|case| (&*case.case, case))
        .collect();
    let own = derived.cases.iter().filter(|case| {
        let operations = case.operations();
        operations.first().is_some_and(|(_, name)| is_wanted(name))
    });
    let mut kept: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<&CaseFile> = own.collect();
    while let Some(case) = open.pop() {
        if kept.insert(case.case.clone()) {
            open.extend(stands_on(case).filter_map(|id| by_id.get(id).copied()));
        }
    }
    derived.cases.retain(|case| kept.contains(&case.case));
    for case in &mut derived.cases {
        case.after.retain(|case| kept.contains(case));
    }
    derived.notes.retain(|case, _| kept.contains(case));
    derived
        .bindings
        .retain(|binding| is_wanted(&binding.operation));
    let operations = &contract.operations;
    derived
        .left_out
        .retain(|one| operations[one.operation].is_named(&wish.operations));
}

/// The cases that a case names.
fn stands_on(case: &CaseFile) -> impl Iterator<Item = &str> {
    let steps = case.steps.iter().map(|step| &step.request);
    let requests = steps.chain([&case.request]);
    let control = case.control.as_deref().into_iter();
    control.chain(requests.flat_map(|request| {
        let changes = request
            .parameters()
            .into_iter()
            .flat_map(|(_, map)| map.0.values());
        let answers = changes.filter_map(|change| match change {
            Change::Answer(answers) => Some(answers),
            _ => None,
        });
        let body = request.body.iter();
        let like = body.clone().filter_map(|body| body.like.as_deref());
        let tries = body.flat_map(|body| &body.tries);
        let members = tries.flat_map(|one| one.answers.0.values());
        let answers = answers.chain(members).flat_map(|answers| &answers.of);
        answers.map(|one| one.case.as_str()).chain(like)
    }))
}

/// The beginning of the case ids of each operation, each once.
fn slugs(contract: &Contract) -> Vec<String> {
    let mut seen = BTreeSet::new();
    // What was tried of a stem was taken.
    let mut next: HashMap<String, usize> = HashMap::new();
    let each = contract.operations.iter().map(|operation| {
        let name = match &operation.operation_id {
            Some(id) => id.clone(),
            None if operation.id.contains(' ') => {
                format!(
                    "{} {}",
                    operation.method.to_ascii_lowercase(),
                    operation.path
                )
            }
            None => operation.id.to_string(),
        };
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
        let parts = name
            .split(|letter: char| !plain(letter))
            .filter(|part| !part.is_empty());
        let stem = parts.collect::<Vec<_>>().join("-");
        let stem = if stem.is_empty() {
            "operation".to_owned()
        } else {
            stem
        };
        let mut slug = stem.clone();
        let n = next.entry(stem.to_lowercase()).or_insert(2);
        while !seen.insert(slug.to_lowercase()) {
            slug = format!("{stem}-{n}");
            *n += 1;
        }
        slug
    });
    each.collect()
}
