//! The operation that cases are made for, and what all of its cases have in common.

use std::collections::{BTreeMap, HashSet};

use crate::battery::model::{
    Accept, Breaks, CaseFile, Change, Derivation, Does, Expects, RequestChange,
};
use crate::contract::{Contract, In, Operation, Parameter, StatusKey};

use super::placing::put_named;
use super::request::Stand;
use super::routes::Routes;

/// An operation with its name in case ids.
pub struct Subject<'c> {
    pub contract: &'c Contract,
    pub operation: &'c Operation,
    pub routes: &'c Routes<'c>,
    /// The beginning of its case ids.
    pub slug: &'c str,
    /// The parameters whose values answers to other cases tell.
    pub found: Vec<&'c Parameter>,
    /// The parameters that the user gives a value for.
    pub given: Vec<&'c Parameter>,
    /// The places in the document that requests to other operations put to the test.
    pub asked: &'c HashSet<String>,
    /// Whether wrong credentials name a user that nobody is, so that the right one is not locked out.
    pub spares_user: bool,
}

/// One case, and how many requests it sends.
pub struct Made {
    pub case: CaseFile,
    pub requests: usize,
    /// The parameter, or the member of the body, that it is about; empty for no one.
    pub about: String,
    /// Where in the document the promise stands that it breaks, the same for all operations that share it; empty for none.
    pub place: String,
    /// Where its values come from, by the pointer of each in the file.
    pub notes: Vec<(String, String)>,
}

impl Made {
    /// The same, about that parameter or member.
    pub fn about(self, name: &str) -> Made {
        let about = name.to_owned();
        Made { about, ..self }
    }

    /// The same, of a promise that stands there.
    pub fn at(self, place: &str) -> Made {
        let place = place.to_owned();
        Made { place, ..self }
    }

    /// Whether it is of that kind of case.
    pub fn is_of(&self, family: &str) -> bool {
        let derived = self.case.derived.as_ref();
        derived.is_some_and(|derived| derived.family == family)
    }

    /// Gives the valid request its values.
    pub fn fill(
        &mut self,
        stand: &Stand,
        operation: &Operation,
        valid_of: &dyn Fn(usize) -> String,
    ) {
        (self.case.request, self.notes) = stand.change(operation, valid_of);
        if let Some(derivation) = &mut self.case.derived {
            derivation.from = stand.from(operation, valid_of);
        }
    }
}

impl From<CaseFile> for Made {
    fn from(case: CaseFile) -> Made {
        Made {
            case,
            requests: 1,
            about: String::new(),
            place: String::new(),
            notes: Vec::new(),
        }
    }
}

/// The cases without those that are made twice; others of one id get a number.
pub fn apart(all: Vec<Made>) -> Vec<Made> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut out = Vec::with_capacity(all.len());
    for mut made in all {
        let (name, mut n) = (made.case.case.clone(), 1);
        let is_new = loop {
            match known.get(&made.case.case) {
                None => break true,
                Some(aims) if *aims == made.case.aims => break false,
                Some(_) => n += 1,
            }
            made.case.case = format!("{name}-{n}");
        };
        if is_new {
            known.insert(made.case.case.clone(), made.case.aims.clone());
            out.push(made);
        }
    }
    out
}

/// Statuses as a case file lists them.
pub fn statuses(texts: &[&str]) -> Vec<Accept> {
    let keys = texts.iter().filter_map(|text| {
        let (status, empty) = match text.strip_suffix("-empty") {
            Some(status) => (status, true),
            None => (*text, false),
        };
        let status = StatusKey::parse(status)?;
        Some(Accept { status, empty })
    });
    keys.collect()
}

impl Subject<'_> {
    /// The id of the valid case, which is the control of all others.
    pub fn valid(&self) -> String {
        format!("{}.valid", self.slug)
    }

    /// A case of one request whose answer should be a success.
    pub fn case(
        &self,
        family: &str,
        name: &str,
        title: impl Into<String>,
        means: &str,
    ) -> CaseFile {
        CaseFile {
            case: format!("{}.{name}", self.slug),
            title: title.into(),
            operation: Some(self.operation.id.to_string()),
            does: Does::Request,
            request: RequestChange::default(),
            expects: Some(Expects::Success),
            accepts: Vec::new(),
            inconclusive: Vec::new(),
            steps: Vec::new(),
            control: Some(self.valid()),
            after: Vec::new(),
            pages: None,
            shows: None,
            core: false,
            opt_in: false,
            aims: Vec::new(),
            breaks: Breaks::default(),
            means: means.to_owned(),
            derived: Some(Derivation {
                family: family.to_owned(),
                from: "the document".to_owned(),
            }),
        }
    }

    /// A case whose request breaks one clause, and so is refused.
    pub fn refusal(
        &self,
        family: &str,
        name: &str,
        title: impl Into<String>,
        means: &str,
        clause: &str,
    ) -> CaseFile {
        CaseFile {
            expects: Some(Expects::Refusal),
            accepts: statuses(&["4XX"]),
            // What comes in the way of a request is no refusal of the mistake in it.
            inconclusive: statuses(&["401", "403", "409", "412", "428", "429", "3XX", "503"]),
            aims: vec![clause.to_owned()],
            breaks: Breaks {
                success: Some(clause.to_owned()),
                ..Breaks::default()
            },
            derived: Some(Derivation {
                family: family.to_owned(),
                from: format!("the clause {clause}"),
            }),
            ..self.case(family, name, title, means)
        }
    }

    /// Changes one parameter of a case.
    pub fn change(&self, case: &mut CaseFile, location: In, name: &str, value: Change) {
        put_named(&mut case.request, location, name, value);
    }

    /// The documented successes, as a case lists them; any where none is.
    pub fn successes(&self) -> Vec<Accept> {
        let documented = self.operation.successes();
        let keys = documented.map(|response| response.key);
        let keys: Vec<Accept> = keys
            .filter(|key| *key != StatusKey::Default)
            .map(Accept::any)
            .collect();
        match keys.is_empty() {
            true => vec![Accept::any(StatusKey::Range(2))],
            false => keys,
        }
    }
}
