//! A contract and a battery made into what a run needs: clauses, cases with their requests, rules.
//! Everything that can be wrong with a file is found here, before the first request.

use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::contract::{
    Clause, ClauseIx, ClauseSet, Contract, In, Kind, Operation, Parameter, SpecError, pointer,
};
use crate::transport::Credentials;

use super::expression::Expression;
use super::load::{Battery, BatteryError, Loaded, nearest};
use super::model::{Accept, CaseFile, Collection, Does, Expects, LONGEST_VALUE, Over, RuleFile};
use super::rule::{PREDICATES, Rule, SEQUENCES, Source, Test};

/// What of a battery is to be run, and with what.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Globs over case ids; all where it is empty.
    pub only: Vec<String>,
    /// Globs over case ids that are left out.
    pub skip: Vec<String>,
    /// Parameter values by name.
    pub parameters: BTreeMap<String, String>,
    /// Whether there is a second, restricted key.
    pub has_restricted: bool,
    /// Whether methods that change something may be sent.
    pub allow_writes: bool,
}

/// A request of a case, ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    /// What is special about it, for messages; empty where the case has only one.
    pub label: String,
    /// Upper-case.
    pub method: String,
    /// Path and query, percent-encoded.
    pub target: String,
    /// The query parameters as meant, before encoding.
    pub query: BTreeMap<String, String>,
    /// The path parameters as meant, before encoding.
    pub path: BTreeMap<String, String>,
}

/// A case of a plan.
#[derive(Debug, Clone)]
pub struct Case {
    /// The stem of its file.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What it is about.
    pub means: String,
    /// The operation, as index into the contract.
    pub operation: usize,
    /// What is done.
    pub does: Does,
    /// What is expected.
    pub expects: Expects,
    /// The statuses that are right.
    pub accepts: Vec<Accept>,
    /// The positive control, as index into the plan's cases.
    pub control: Option<usize>,
    /// Whether the outcome needs it.
    pub core: bool,
    /// The clauses it aims at.
    pub aims: Vec<ClauseIx>,
    /// The clause that a success breaks.
    pub breaks_success: Option<ClauseIx>,
    /// The clause that any other unaccepted answer breaks.
    pub breaks_other: Option<ClauseIx>,
    /// Who it claims to be.
    pub credentials: Credentials,
    /// Its requests.
    pub requests: Vec<PlannedRequest>,
    /// How its pages are read.
    pub collection: Option<Collection>,
    /// Whether it runs only when named.
    pub opt_in: bool,
    /// Why it is not run.
    pub skipped: Option<String>,
    /// Its file.
    pub source: String,
    /// The line in it.
    pub line: u64,
}

/// All that a run needs.
#[derive(Debug)]
pub struct Plan {
    /// The contract.
    pub contract: Arc<Contract>,
    /// Its clauses, and after them those of the rules.
    pub clauses: ClauseSet,
    /// The cases in the order in which they are run.
    pub cases: Vec<Case>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// Clause ids of earlier releases, and what they are called now.
    pub renamed: BTreeMap<String, String>,
    /// The ids of all cases of the battery, also of those that are not run.
    pub known_cases: Vec<String>,
    /// SHA-256 over all case and rule files.
    pub cases_sha256: String,
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The contract.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A case, rule or binding file.
    #[error(transparent)]
    Battery(#[from] BatteryError),
    /// A value for a parameter is missing or unknown.
    #[error("{0}")]
    Parameter(String),
}

/// Characters that stay as they are in a path segment or a query value: RFC 3986's unreserved ones.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Plan {
    /// Binds the battery to the contract.
    ///
    /// # Errors
    /// The first thing that does not fit, with its place and what was meant.
    pub fn new(
        contract: Arc<Contract>,
        battery: &Battery,
        selection: &Selection,
    ) -> Result<Plan, PlanError> {
        let mut clauses = contract.clauses.clone();
        let mut rules = Vec::new();
        for loaded in &battery.rules {
            if let Some(rule) = make_rule(&contract, &mut clauses, loaded)? {
                rules.push(rule);
            }
        }
        for loaded in &battery.rules {
            resolve_follows(&contract, &clauses, &mut rules, loaded)?;
        }
        check_names(&contract, selection)?;
        let mut maker = Maker {
            contract: &contract,
            clauses: &clauses,
            battery,
            selection,
        };
        let cases = maker.cases()?;
        for case in &cases {
            contract.prepare(case.operation)?;
        }
        let renamed = battery.bindings.iter().flat_map(|binding| {
            let alias = binding.file.alias.as_str();
            let name = move |tail: &String| format!("{alias}/{tail}");
            let pairs = binding.file.renamed.iter();
            pairs.map(move |(old, new)| (name(old), name(new)))
        });
        let renamed = renamed.collect();
        let known_cases = battery
            .cases
            .iter()
            .map(|loaded| loaded.file.case.clone())
            .collect();
        Ok(Plan {
            clauses,
            cases,
            rules,
            renamed,
            known_cases,
            cases_sha256: battery.sha256(),
            contract,
        })
    }

    /// The clause of that id, or of that id in an earlier release.
    pub fn find_clause(&self, id: &str) -> Option<ClauseIx> {
        let renamed = || self.clauses.find(self.renamed.get(id)?);
        self.clauses.find(id).or_else(renamed)
    }

    /// The rule of a clause, where it is one's.
    pub fn rule(&self, clause: ClauseIx) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.clause == clause)
    }

    /// The operation of a case.
    pub fn operation(&self, case: &Case) -> &Operation {
        &self.contract.operations[case.operation]
    }
}

fn check_names(contract: &Contract, selection: &Selection) -> Result<(), PlanError> {
    let names = || {
        contract
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters)
            .map(|one| one.name.as_str())
    };
    for name in selection.parameters.keys() {
        if !names().any(|known| known == name) {
            let hint = nearest(name, names())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            return Err(PlanError::Parameter(format!(
                "--param {name}=…: the contract declares no parameter `{name}`{hint}"
            )));
        }
    }
    Ok(())
}

fn make_rule(
    contract: &Contract,
    clauses: &mut ClauseSet,
    loaded: &Loaded<RuleFile>,
) -> Result<Option<Rule>, PlanError> {
    let file = &loaded.file;
    let Some((ix, operation)) = contract.operation(&file.operation) else {
        return if loaded.embedded {
            Ok(None)
        } else {
            Err(unknown_operation(contract, loaded, &file.operation).into())
        };
    };
    let Some((place, mark)) = contract.place(ix, &file.place).or_else(|| {
        loaded
            .embedded
            .then(|| (operation.pointer.clone(), operation.mark))
    }) else {
        return Err(loaded.error("/place", format!("the contract has no place `{}`; name one as clause ids do, such as `200/body/data[]`", file.place)).into());
    };
    let mut bind = Vec::new();
    for (name, text) in &file.bind.0 {
        let Some(source) = Source::parse(text) else {
            let message = format!(
                "`{text}` is no value: use `/pointer`, response.status, response.header.NAME, request.query.NAME or request.path.NAME"
            );
            return Err(loaded.error(&format!("/bind/{name}"), message).into());
        };
        bind.push((name.clone(), source));
    }
    let test = test_of(loaded, &bind)?;
    if file.over == Over::Items && file.each.is_none() {
        return Err(loaded
            .error(
                "/over",
                "`over: items` needs `each`, the pointer of the array",
            )
            .into());
    }
    if let Some(breaking) = &file.breaking
        && !file.bind.0.contains_key(&breaking.bound)
    {
        return Err(loaded
            .error(
                "/breaking/bound",
                format!("`{}` is not bound", breaking.bound),
            )
            .into());
    }
    let clause = clauses.add(Clause {
        id: format!("{}/rule/{}", operation.id, file.rule),
        kind: Kind::Rule,
        level: file.level.level(),
        text: file.title.clone(),
        pointer: place,
        mark,
        place: String::new(),
        keyword: String::new(),
        name: file.rule.clone(),
        status: String::new(),
        operation: ix,
    });
    Ok(Some(Rule {
        id: file.rule.clone(),
        clause,
        operation: ix,
        over: file.over,
        statuses: file.statuses.clone(),
        each: file.each.as_deref().map(pointer::tokens),
        bind,
        test,
        follows: Vec::new(),
        args: file.args.clone(),
        breaking: file.breaking.clone(),
        means: file.means.trim().to_owned(),
        remedy: file.remedy.trim().to_owned(),
        hurts: file.hurts.trim().to_owned(),
        unexercised: file.unexercised.trim().to_owned(),
        source: loaded.source_name.clone(),
        line: loaded.mark("/rule").line,
    }))
}

/// Finds the rules that a rule follows from.
fn resolve_follows(
    contract: &Contract,
    clauses: &ClauseSet,
    rules: &mut [Rule],
    loaded: &Loaded<RuleFile>,
) -> Result<(), BatteryError> {
    let Some((_, operation)) = contract.operation(&loaded.file.operation) else {
        return Ok(());
    };
    let id = |name: &str| format!("{}/rule/{name}", operation.id);
    let own = clauses.find(&id(&loaded.file.rule));
    for (n, name) in loaded.file.follows.iter().enumerate() {
        let Some(cause) = clauses.find(&id(name)).filter(|cause| Some(*cause) != own) else {
            let known = rules.iter().map(|rule| rule.id.as_str());
            let hint = nearest(name, known.filter(|known| *known != loaded.file.rule))
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let at = format!("/follows/{n}");
            return Err(loaded.error(&at, format!("there is no other rule `{name}`{hint}")));
        };
        let follower = rules.iter_mut().find(|rule| Some(rule.clause) == own);
        follower
            .into_iter()
            .for_each(|rule| rule.follows.push(cause));
    }
    Ok(())
}

fn test_of(loaded: &Loaded<RuleFile>, bind: &[(String, Source)]) -> Result<Test, BatteryError> {
    let file = &loaded.file;
    match (&file.predicate, &file.expression, file.over) {
        (Some(_), Some(_), _) => Err(loaded.error(
            "/expression",
            "a rule has a predicate or an expression, not both",
        )),
        (None, Some(text), Over::Responses | Over::Items) => {
            let names: Vec<&str> = bind.iter().map(|(name, _)| name.as_str()).collect();
            Expression::compile(text, &names)
                .map(Test::Expression)
                .map_err(|message| {
                    loaded.error(
                        "/expression",
                        format!("the expression does not compile: {message}"),
                    )
                })
        }
        (Some(name), None, Over::Responses | Over::Items) => {
            let known = || PREDICATES.iter().map(|(name, ..)| *name);
            let Some((_, predicate, needs)) = PREDICATES.iter().find(|(known, ..)| known == name)
            else {
                return Err(unknown_predicate(loaded, name, known()));
            };
            let enough = match needs {
                0 => bind.len() >= 2,
                1 => !bind.is_empty(),
                exactly => bind.len() == *exactly,
            };
            if !enough {
                return Err(loaded.error(
                    "/bind",
                    format!(
                        "the predicate `{name}` needs {} bound values",
                        if *needs == 0 {
                            "at least 2".to_owned()
                        } else {
                            needs.to_string()
                        }
                    ),
                ));
            }
            Ok(Test::Predicate(*predicate))
        }
        (Some(name), None, over) => {
            let known = || {
                SEQUENCES
                    .iter()
                    .filter(move |(.., of)| *of == over)
                    .map(|(name, ..)| *name)
            };
            match SEQUENCES
                .iter()
                .find(|(known, _, of)| known == name && *of == over)
            {
                Some((_, sequence, _)) => Ok(Test::Sequence(*sequence)),
                None => Err(unknown_predicate(loaded, name, known())),
            }
        }
        (None, None, Over::Answer) => Ok(Test::ByCase),
        (None, Some(_), _) => Err(loaded.error(
            "/expression",
            "an expression is for `over: responses` or `over: items`",
        )),
        (None, None, _) => {
            Err(loaded.error("/rule", "a rule needs a `predicate` or an `expression`"))
        }
    }
}

fn unknown_predicate<'k, T>(
    loaded: &Loaded<T>,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> BatteryError {
    let hint = nearest(name, known.clone()).map(|near| format!("; did you mean `{near}`?"));
    let hint =
        hint.unwrap_or_else(|| format!("; known here: {}", known.collect::<Vec<_>>().join(", ")));
    loaded.error(
        "/predicate",
        format!("there is no predicate `{name}`{hint}"),
    )
}

fn unknown_operation<T>(contract: &Contract, loaded: &Loaded<T>, name: &str) -> BatteryError {
    let known = contract
        .operations
        .iter()
        .map(|operation| operation.id.as_str());
    let hint = nearest(name, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    loaded.error(
        "/operation",
        format!("the contract has no operation `{name}`{hint}"),
    )
}

struct Maker<'a> {
    contract: &'a Contract,
    clauses: &'a ClauseSet,
    battery: &'a Battery,
    selection: &'a Selection,
}

impl Maker<'_> {
    fn cases(&mut self) -> Result<Vec<Case>, PlanError> {
        let mut chosen: Vec<&Loaded<CaseFile>> = Vec::new();
        for loaded in self.ordered()? {
            if self.contract.operation(&loaded.file.operation).is_none() {
                if loaded.embedded {
                    continue;
                }
                return Err(
                    unknown_operation(self.contract, loaded, &loaded.file.operation).into(),
                );
            }
            chosen.push(loaded);
        }
        let named = |id: &str| {
            self.selection.only.is_empty()
                || self
                    .selection
                    .only
                    .iter()
                    .any(|glob| glob_match::glob_match(glob, id))
        };
        let mut wanted: Vec<bool> = chosen
            .iter()
            .map(|loaded| named(&loaded.file.case))
            .collect();
        // A case stands on its control, so the control comes along.
        for n in (0..chosen.len()).rev() {
            if wanted[n]
                && let Some(control) = &chosen[n].file.control
                && let Some(place) = chosen.iter().position(|other| other.file.case == *control)
            {
                wanted[place] = true;
            }
        }
        let kept: Vec<&Loaded<CaseFile>> = chosen
            .into_iter()
            .zip(wanted)
            .filter(|(_, wanted)| *wanted)
            .map(|(loaded, _)| loaded)
            .collect();
        let ids: Vec<&str> = kept
            .iter()
            .map(|loaded| loaded.file.case.as_str())
            .collect();
        kept.iter().map(|loaded| self.case(loaded, &ids)).collect()
    }

    /// Controls first, then core cases, then the others, and bursts last; within each by id.
    fn ordered(&self) -> Result<Vec<&Loaded<CaseFile>>, PlanError> {
        let all = &self.battery.cases;
        for loaded in all {
            if let Some(control) = &loaded.file.control {
                let Some(found) = all.iter().find(|other| other.file.case == *control) else {
                    let known = all.iter().map(|other| other.file.case.as_str());
                    let hint = nearest(control, known)
                        .map(|near| format!("; did you mean `{near}`?"))
                        .unwrap_or_default();
                    return Err(loaded
                        .error("/control", format!("there is no case `{control}`{hint}"))
                        .into());
                };
                if found.file.control.is_some() {
                    return Err(loaded.error("/control", format!("`{control}` has a control of its own; a control is a plain valid request")).into());
                }
            }
        }
        let is_control = |id: &str| {
            all.iter()
                .any(|other| other.file.control.as_deref() == Some(id))
        };
        let mut ordered: Vec<&Loaded<CaseFile>> = all.iter().collect();
        ordered.sort_by_key(|loaded| {
            let file = &loaded.file;
            let rank = match () {
                () if is_control(&file.case) => 0,
                () if file.core => 1,
                () if file.does == Does::Burst => 3,
                () => 2,
            };
            (rank, file.case.clone())
        });
        Ok(ordered)
    }

    fn case(&self, loaded: &Loaded<CaseFile>, ids: &[&str]) -> Result<Case, PlanError> {
        let file = &loaded.file;
        let (ix, operation) = self
            .contract
            .operation(&file.operation)
            .ok_or_else(|| unknown_operation(self.contract, loaded, &file.operation))?;
        let mut missing = None;
        let mut aims = Vec::new();
        for (n, pattern) in file.aims.iter().enumerate() {
            match self.matching(operation, pattern) {
                found if !found.is_empty() => aims.extend(found),
                _ if pattern.ends_with("/**") => {}
                _ => {
                    missing =
                        Some(self.unknown_clause(loaded, &format!("/aims/{n}"), operation, pattern))
                }
            }
        }
        aims.sort_unstable();
        aims.dedup();
        let mut resolve = |name: &Option<String>, at: &str| -> Option<ClauseIx> {
            let name = name.as_ref()?;
            let found = self.clauses.find(&format!("{}/{name}", operation.id));
            if found.is_none() {
                missing = Some(self.unknown_clause(loaded, at, operation, name));
            }
            found
        };
        let breaks_success = resolve(&file.breaks.success, "/breaks/success");
        let breaks_other = resolve(&file.breaks.other, "/breaks/other");
        let mut skipped = None;
        if let Some(error) = missing {
            if !loaded.embedded {
                return Err(error.into());
            }
            skipped = Some("this contract has none of the clauses it aims at".to_owned());
        }
        let collection = self.battery.bindings.iter().find(|binding| {
            self.contract
                .operation(&binding.file.operation)
                .is_some_and(|(found, _)| found == ix)
        });
        let collection = collection.and_then(|binding| binding.file.collection.clone());
        if matches!(file.does, Does::Walk | Does::Repeat | Does::Links) && collection.is_none() {
            return Err(loaded.error("/does", "this needs a `battery:` file whose `collection` says where a page keeps its items and links").into());
        }
        let credentials = file.request.credentials.unwrap_or(Credentials::Valid);
        let requests = self.requests(loaded, operation)?;
        self.prove_refusal(loaded, operation, &requests, credentials)?;
        let glob = |globs: &[String]| {
            globs
                .iter()
                .any(|glob| glob_match::glob_match(glob, &file.case))
        };
        let method = requests
            .first()
            .map(|request| request.method.clone())
            .unwrap_or_default();
        let skipped = skipped
            .or_else(|| glob(&self.selection.skip).then(|| "left out by --skip".to_owned()))
            .or_else(|| (file.opt_in && !glob(&self.selection.only)).then(|| format!("opt-in: run it with --case {}", file.case)))
            .or_else(|| {
                (credentials == Credentials::Restricted && !self.selection.has_restricted)
                    .then(|| "no restricted key: set CONFORM_RESTRICTED_KEY and CONFORM_RESTRICTED_SECRET".to_owned())
            })
            .or_else(|| {
                let safe = matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS");
                (!safe && !self.selection.allow_writes).then(|| format!("{method} may change something: allow it with --allow-writes"))
            });
        Ok(Case {
            id: file.case.clone(),
            title: file.title.clone(),
            means: file.means.trim().to_owned(),
            operation: ix,
            does: file.does,
            expects: file.expects,
            accepts: file.accepts.clone(),
            control: file
                .control
                .as_deref()
                .and_then(|control| ids.iter().position(|id| *id == control)),
            core: file.core,
            aims,
            breaks_success,
            breaks_other,
            credentials,
            requests,
            collection,
            opt_in: file.opt_in,
            skipped,
            source: loaded.source_name.clone(),
            line: loaded.mark("/case").line,
        })
    }

    fn matching(&self, operation: &Operation, pattern: &str) -> Vec<ClauseIx> {
        let full = format!("{}/{pattern}", operation.id);
        match full.strip_suffix("**") {
            Some(prefix) => self
                .clauses
                .iter()
                .filter(|(_, clause)| clause.id.starts_with(prefix))
                .map(|(ix, _)| ix)
                .collect(),
            None => self.clauses.find(&full).into_iter().collect(),
        }
    }

    fn unknown_clause(
        &self,
        loaded: &Loaded<CaseFile>,
        at: &str,
        operation: &Operation,
        name: &str,
    ) -> BatteryError {
        let prefix = format!("{}/", operation.id);
        let known = self
            .clauses
            .iter()
            .filter_map(|(_, clause)| clause.id.strip_prefix(&prefix));
        let hint = nearest(name, known)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        loaded.error(
            at,
            format!("the contract has no clause `{prefix}{name}`{hint}"),
        )
    }

    fn requests(
        &self,
        loaded: &Loaded<CaseFile>,
        operation: &Operation,
    ) -> Result<Vec<PlannedRequest>, PlanError> {
        let change = &loaded.file.request;
        let method = change
            .method
            .clone()
            .unwrap_or_else(|| operation.method.clone());
        for (name, change) in change.query.0.iter().chain(&change.path.0) {
            if change
                .values()
                .iter()
                .flatten()
                .any(|value| value.chars().count() > LONGEST_VALUE)
            {
                return Err(loaded
                    .error(
                        "/request",
                        format!("the value of `{name}` is longer than {LONGEST_VALUE} characters"),
                    )
                    .into());
            }
        }
        for name in change.path.0.keys() {
            let known = || {
                operation
                    .parameters
                    .iter()
                    .filter(|one| one.location == In::Path)
                    .map(|one| one.name.as_str())
            };
            if !known().any(|known| known == name) {
                let hint = nearest(name, known())
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                return Err(loaded
                    .error(
                        &format!("/request/path/{name}"),
                        format!("the path of the operation has no parameter `{name}`{hint}"),
                    )
                    .into());
            }
        }
        let mut base = PlannedRequest {
            label: String::new(),
            method,
            target: String::new(),
            query: BTreeMap::new(),
            path: BTreeMap::new(),
        };
        let mut missing = Vec::new();
        for parameter in &operation.parameters {
            let value = self.selection.parameters.get(&parameter.name).cloned();
            let replaced = change.path.0.contains_key(&parameter.name)
                || change.query.0.contains_key(&parameter.name);
            match (parameter.location, value) {
                (In::Path, Some(value)) => drop(base.path.insert(parameter.name.clone(), value)),
                (In::Query, Some(value)) => drop(base.query.insert(parameter.name.clone(), value)),
                (In::Path | In::Query, None) if parameter.required && !replaced => {
                    missing.push(parameter);
                }
                _ => {}
            }
        }
        if !missing.is_empty() {
            return Err(without_value(operation, &missing));
        }
        let mut requests = vec![base];
        for (is_path, name, change) in change
            .query
            .0
            .iter()
            .map(|(n, c)| (false, n, c))
            .chain(change.path.0.iter().map(|(n, c)| (true, n, c)))
        {
            let values = change.values();
            let several = values.len() > 1;
            requests = requests
                .iter()
                .flat_map(|request| {
                    values.iter().map(move |value| {
                        let mut request = request.clone();
                        let map = if is_path {
                            &mut request.path
                        } else {
                            &mut request.query
                        };
                        match value {
                            Some(value) => drop(map.insert(name.clone(), value.clone())),
                            None => drop(map.remove(name)),
                        }
                        if several {
                            request.label =
                                format!("{name} = {:?}", value.as_deref().unwrap_or_default());
                        }
                        request
                    })
                })
                .collect();
        }
        for request in &mut requests {
            request.target = target(&operation.path, request);
        }
        Ok(requests)
    }

    /// A refusal must have one reason: the request breaks exactly one clause of the contract.
    fn prove_refusal(
        &self,
        loaded: &Loaded<CaseFile>,
        operation: &Operation,
        requests: &[PlannedRequest],
        credentials: Credentials,
    ) -> Result<(), BatteryError> {
        if loaded.file.expects != Expects::Refusal {
            return Ok(());
        }
        for request in requests {
            let missing = operation.parameters.iter().filter(|one| {
                one.required && one.location == In::Query && !request.query.contains_key(&one.name)
            });
            let broken = missing.count() + usize::from(credentials != Credentials::Valid);
            if broken != 1 {
                return Err(loaded.error("/request", format!(
                    "a refusal needs one reason, but this request breaks {broken} clauses of the contract: leave out one required parameter, or change the credentials"
                )));
            }
        }
        Ok(())
    }
}

/// Names every parameter that needs a value, and how to give it.
fn without_value(operation: &Operation, missing: &[&Parameter]) -> PlanError {
    let names: Vec<String> = missing
        .iter()
        .map(|one| format!("the {} parameter `{}`", one.location.word(), one.name))
        .collect();
    let flags: Vec<String> = missing
        .iter()
        .map(|one| format!("--param {}=VALUE", one.name))
        .collect();
    PlanError::Parameter(format!(
        "{} {} needs a value for {}: give {}",
        operation.method,
        operation.path,
        names.join(" and "),
        flags.join(" ")
    ))
}

/// Path and query of a request, every value percent-encoded.
fn target(template: &str, request: &PlannedRequest) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    for (n, piece) in template.split('{').enumerate() {
        if n == 0 {
            out.push_str(piece);
            continue;
        }
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        let value = request
            .path
            .get(name)
            .map(String::as_str)
            .unwrap_or_default();
        out.extend(utf8_percent_encode(value, ENCODED));
        out.push_str(rest);
    }
    for (n, (name, value)) in request.query.iter().enumerate() {
        out.push(if n == 0 { '?' } else { '&' });
        out.extend(utf8_percent_encode(name, ENCODED));
        out.push('=');
        out.extend(utf8_percent_encode(value, ENCODED));
    }
    out
}
