//! Promises that the engine makes an operation keep where a case speaks of them: no document states them, and no rule
//! file needs to.

use std::collections::{BTreeSet, HashMap};

use crate::contract::{Clause, ClauseIx, ClauseSet, Contract, In, Level, Part, Subject, pointer};

use super::load::Battery;
use super::model::{CaseFile, Change, Does, Over, Shows};
use super::planned::Case;
use super::rule::{Rule, Test};
use super::spoken;

/// The tail of the clause that no request is answered with a server error; also the id of a rule file that says so.
const NO_SERVER_ERROR: &str = "no-server-error";
/// The name of the clause that what is created is something new.
pub const ID_IS_NEW: &str = "id-is-new";
/// The tail of the clause that an id which nobody was given shows nobody's resource.
pub const UNKNOWN_ID: &str = "unknown-id";
/// An ETag that nothing has.
pub const NO_ETAG: &str = "\"conform-no-such-state\"";
/// The name of the clause that what is read by an id has that id.
pub const AS_ASKED: &str = "as-asked";
/// The name of the clause that what is listed below one thing belongs to it.
pub const BELONGS: &str = "belongs";
/// The name of the clause that what is read by an id is as the list shows it.
pub const AS_LISTED: &str = "as-listed";
/// The name of the clause that the same key makes one thing only.
pub const ONCE: &str = "once";
/// The name of the clause that what is deleted is there no more.
pub const GONE: &str = "gone";

/// The family of cases about what the words of a document leave open, each sent only where it is named.
pub const UNSURE: &str = "unsure";
/// The name of the clause that a change leaves alone what it does not name.
pub const REST_KEPT: &str = "rest-kept";
/// The name of the clause that what the document says cannot be done in a state is refused.
pub const REFUSED: &str = "refused";
/// The name of the clause that nothing else is changed or taken away.
pub const OTHERS_KEPT: &str = "others-kept";
/// The name of the clause that the answer to a create shows what was sent.
pub const ANSWERED: &str = "answered";

/// The name of the clause that a list comes in the order that its description says.
pub const SORTED: &str = "sorted";

/// What is said of a parameter that selects.
pub const SELECTS: &str = "selects";
/// What is said of one that searches.
pub const FINDS: &str = "finds";
/// What is said of one that says which members are shown.
pub const SHOWS: &str = "shows";
/// What is said of one that sorts.
pub const SORTS: &str = "sorts";
/// What is said of one that says how many items a page has at most.
pub const KEPT: &str = "kept";

/// What is promised of the state behind an operation: the name of the clause, how much it weighs, and what it says.
const STATES: [(&str, Level, &str); 17] = [
    (
        UNKNOWN_ID,
        Level::Must,
        "an id that nobody was given shows nobody's resource",
    ),
    (
        AS_ASKED,
        Level::Must,
        "what is asked for by its id is shown, and nothing else",
    ),
    (
        BELONGS,
        Level::Must,
        "what is listed below one thing belongs to it",
    ),
    (
        AS_LISTED,
        Level::Should,
        "what is read by its id is as the list shows it",
    ),
    ("readable", Level::Should, "what is created can be read"),
    (
        "as-sent",
        Level::Should,
        "what is created reads as it was sent",
    ),
    (
        ANSWERED,
        Level::Should,
        "the answer to a create or a change shows what was sent, and the default of what was not",
    ),
    (
        SORTED,
        Level::Should,
        "the items come in the order that the description says",
    ),
    ("listed", Level::Should, "what is created is in the list"),
    (
        ONCE,
        Level::Should,
        "the same request with the same key makes nothing more",
    ),
    (
        ID_IS_NEW,
        Level::Should,
        "what is created has an id that nothing else has",
    ),
    (
        "applied",
        Level::Should,
        "what is changed reads as it was sent",
    ),
    (
        REST_KEPT,
        Level::Should,
        "a change of a part leaves alone what it does not name",
    ),
    (
        OTHERS_KEPT,
        Level::Should,
        "what is done to one leaves the others as they are",
    ),
    (
        "put-twice",
        Level::Should,
        "the same PUT once more changes nothing (RFC 9110, section 9.2.2)",
    ),
    (
        REFUSED,
        Level::Should,
        "what the document says cannot be done in a state is refused then",
    ),
    (GONE, Level::Should, "what is deleted is there no more"),
];

/// Why a case is sent only where it is named.
pub fn why_opt_in(file: &CaseFile) -> &'static str {
    match &file.derived {
        Some(derived) if derived.family == UNSURE => {
            "by what the document says in words it may be otherwise"
        }
        Some(_) => "beyond the requests that --budget leaves for its operation",
        None => "opt-in",
    }
}

/// Whether a case speaks of a clause by that tail; one that nobody wrote speaks of server errors always.
fn speaks_of(file: &CaseFile, tail: &str) -> bool {
    let breaks = std::iter::once(&file.breaks).chain(file.steps.iter().map(|step| &step.breaks));
    let breaks = breaks.flat_map(|breaks| breaks.named().map(|(_, name)| name));
    let mut names = file.aims.iter().map(String::as_str).chain(breaks);
    names.any(|name| {
        let before = name.strip_suffix(tail);
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

/// Adds the clauses of these promises, and the rule of the first.
pub(super) fn add(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    rules: &mut Vec<Rule>,
) {
    let asked = |is_asked: &dyn Fn(&CaseFile) -> bool| -> BTreeSet<usize> {
        let files = battery.cases.iter().map(|loaded| &loaded.file);
        let files = files.filter(|file| is_asked(file));
        let names = files.flat_map(CaseFile::operations);
        let found = names.filter_map(|(_, name)| Some(contract.operation(name)?.0));
        found.collect()
    };
    let ruled = |id: &str| -> BTreeSet<usize> {
        let same = rules.iter().filter(|rule| rule.id == id);
        same.map(|rule| rule.operation).collect()
    };
    let known = ruled(NO_SERVER_ERROR);
    let rule_tail = format!("rule/{NO_SERVER_ERROR}");
    let of_all = asked(&|file| file.derived.is_some() || speaks_of(file, &rule_tail));
    for ix in of_all.difference(&known) {
        rules.push(no_server_error(contract, clauses, *ix));
    }
    for ix in asked(&|file| file.derived.is_some()) {
        spoken::add(contract, clauses, ix, rules);
    }
    add_of_lists(contract, clauses, battery);
    let files = || battery.cases.iter().map(|loaded| &loaded.file);
    for (name, level, text) in STATES {
        let tail = format!("state/{name}");
        let speaking = files().filter(|file| speaks_of(file, &tail));
        let spoken = speaking.flat_map(|file| operations_with(contract, file, &tail));
        for ix in spoken.collect::<BTreeSet<usize>>() {
            let part = Part::State(name.to_owned());
            clauses.add(clause(contract, ix, part, level, text));
        }
    }
}

/// A promise that several answers show of a query parameter.
pub fn of_query(operation: usize, parameter: &str, keyword: &'static str) -> Subject {
    let part = Part::Parameter(In::Query, parameter.to_owned());
    Subject::of(operation, part).keyword(keyword)
}

/// Adds the clauses of the parameters by which cases select, and of the page sizes that walks look at.
fn add_of_lists(contract: &Contract, clauses: &mut ClauseSet, battery: &Battery) {
    let files = battery.cases.iter().map(|loaded| &loaded.file);
    for file in files {
        let keyword = match file.does {
            Does::Select => of_shows(file.shows.as_ref()),
            Does::Walk => KEPT,
            _ => continue,
        };
        let operation = file.operation.as_deref();
        let Some((ix, operation)) = operation.and_then(|name| contract.operation(name)) else {
            continue;
        };
        let is_meant = |name: &String| match keyword {
            SELECTS | FINDS => matches!(file.request.query.0.get(name), Some(Change::Answer(_))),
            _ => file.aims.contains(&format!("query/{name}/{keyword}")),
        };
        let own = operation.parameters.iter();
        let own = own.filter(|one| one.location == In::Query && is_meant(&one.name));
        for parameter in own {
            let name = &parameter.name;
            let subject = of_query(ix, name, keyword);
            if clauses.about(&subject).is_some() {
                continue;
            }
            let said = pointer::join(&parameter.pointer, "description");
            let found = [said, parameter.pointer.clone()].into_iter();
            let mut found = found.filter_map(|at| Some((contract.document.at(&at)?.1, at)));
            let own = (operation.mark, operation.pointer.clone());
            let (mark, at) = found.next().unwrap_or(own);
            let text = match keyword {
                SELECTS
                    if file
                        .shows
                        .as_ref()
                        .is_some_and(|shows| shows.bound.is_some()) =>
                {
                    format!("`{name}` selects the items on its side of the value")
                }
                SELECTS => format!("`{name}` selects the items that have its value"),
                FINDS => format!("`{name}` finds the items that have the word"),
                SHOWS => format!("`{name}` shows the members that it names, and no others"),
                SORTS => format!("`{name}` sorts the items as it says"),
                _ => format!("a page has no more items than `{name}` says"),
            };
            let clause = Clause::new(&operation.id, subject, Level::Should, text, at, mark);
            clauses.add(clause);
        }
    }
}

/// What is promised of a parameter, by what the list shows that is asked for with it.
fn of_shows(shows: Option<&Shows>) -> &'static str {
    match shows {
        Some(shows) if !shows.order.is_empty() => SORTS,
        Some(shows) if !shows.members.is_empty() => SHOWS,
        Some(shows) if shows.word.is_some() => FINDS,
        _ => SELECTS,
    }
}

/// The operations of which a case names the clause of that tail: its own, or the one that a whole id begins with.
fn operations_with(contract: &Contract, file: &CaseFile, tail: &str) -> Vec<usize> {
    let operations = file.operations();
    let known = operations
        .iter()
        .filter_map(|(_, name)| contract.operation(name));
    let known: Vec<_> = known.collect();
    let mut out = Vec::new();
    let mut note = |name: &str, own: &[usize]| match name.strip_suffix(tail) {
        Some("") => out.extend(own),
        Some(before) => {
            let of = before.strip_suffix('/');
            let named = known
                .iter()
                .filter(|(_, operation)| Some(&*operation.id) == of);
            out.extend(named.map(|(ix, _)| *ix));
        }
        None => {}
    };
    let all: Vec<usize> = known.iter().map(|(ix, _)| *ix).collect();
    file.aims.iter().for_each(|name| note(name, &all));
    file.breaks.named().for_each(|(_, name)| note(name, &all));
    for step in &file.steps {
        let own = contract.operation(&step.operation).map(|(ix, _)| ix);
        let own: Vec<usize> = own.into_iter().collect();
        step.breaks.named().for_each(|(_, name)| note(name, &own));
    }
    out
}

fn clause(contract: &Contract, ix: usize, part: Part, level: Level, text: &str) -> Clause {
    let operation = &contract.operations[ix];
    let subject = Subject::of(ix, part);
    let at = operation.pointer.clone();
    Clause::new(
        &operation.id,
        subject,
        level,
        text.to_owned(),
        at,
        operation.mark,
    )
}

fn no_server_error(contract: &Contract, clauses: &mut ClauseSet, ix: usize) -> Rule {
    let part = Part::Rule(NO_SERVER_ERROR.to_owned());
    let text = "no request is answered with a server error";
    Rule {
        id: NO_SERVER_ERROR.to_owned(),
        clause: clauses.add(clause(contract, ix, part, Level::Must, text)),
        operation: ix,
        over: Over::Answer,
        statuses: Vec::new(),
        each: None,
        bind: Vec::new(),
        test: Test::ByCase,
        follows: Vec::new(),
        args: Vec::new(),
        breaking: None,
        means: "Nothing that a client sends makes the server fail: a 5xx to a request, right or wrong, is a defect behind it. 503 says that the service is not available now, and is none.".to_owned(),
        remedy: "Refuse what cannot be served with a 4xx.".to_owned(),
        hurts: "Alarms ring, clients retry, and somebody may find out what else the input breaks.".to_owned(),
        unexercised: "no request was answered".to_owned(),
        source: contract.document.source_name.clone(),
        line: contract.operations[ix].mark.line,
    }
}

/// Lets every case that nobody wrote aim at the promise that it puts to the test.
pub(super) fn aim(cases: &mut [Case], rules: &[Rule]) {
    let own = rules.iter().filter(|rule| rule.id == NO_SERVER_ERROR);
    let mut by_operation: HashMap<usize, Vec<ClauseIx>> = HashMap::new();
    for rule in own {
        let clauses = by_operation.entry(rule.operation).or_default();
        clauses.push(rule.clause);
    }
    for case in cases.iter_mut().filter(|case| case.derived.is_some()) {
        let found = by_operation.get(&case.step().operation);
        case.aims.extend(found.into_iter().flatten());
        case.aims.sort_unstable();
        case.aims.dedup();
    }
}
