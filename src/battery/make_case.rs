//! Case files made into cases of a plan, in the order in which they are run.

use std::collections::{HashMap, HashSet};

use crate::contract::{ClauseIx, ClauseSet, Contract, Operation, nearest};
use crate::exchange::Credentials;

use super::load::Battery;
use super::loaded::{BatteryError, Loaded};
use super::model::{AnswerFrom, Binding, CaseFile, Change, Does, Shows};
use super::order::{self, Turn};
use super::planned::{Case, PlanError, Selection, Step};
use super::promises;
use super::written::Written;

/// Why a file's operation is none of the contract's.
pub(super) fn unknown_operation<T>(
    contract: &Contract,
    loaded: &Loaded<T>,
    name: &str,
) -> BatteryError {
    unknown_at(contract, loaded, "/operation", name)
}

fn unknown_at<T>(contract: &Contract, loaded: &Loaded<T>, at: &str, name: &str) -> BatteryError {
    let known = contract.operations.iter().map(|operation| &*operation.id);
    let hint = nearest::hint(name, known);
    loaded.error(at, format!("the contract has no operation `{name}`{hint}"))
}

/// Takes a derived case out, with the derived ones that stand on it; its id. `None` where a person wrote it, or one that
/// stands on it.
fn without_unfit(chosen: &mut Vec<Turn<'_>>, at: usize) -> Option<String> {
    let is_derived = |turn: &Turn<'_>| turn.loaded.file.derived.is_some();
    let id = chosen.get(at)?.loaded.file.case.clone();
    let mut gone = HashSet::from([id.as_str()]);
    for turn in chosen.iter() {
        if turn.needs.iter().any(|need| gone.contains(need)) {
            gone.insert(&turn.loaded.file.case);
        }
    }
    let is_gone = |turn: &Turn<'_>| gone.contains(&*turn.loaded.file.case);
    let mut own = chosen.iter().filter(|turn| is_gone(turn));
    if !own.all(is_derived) {
        return None;
    }
    let kept: Vec<bool> = chosen.iter().map(|turn| !is_gone(turn)).collect();
    let mut kept = kept.into_iter();
    chosen.retain(|_| kept.next() == Some(true));
    Some(id)
}

/// Whether the value of a query parameter is one that items of the control's answer have.
fn is_by_control(file: &CaseFile) -> bool {
    let is_of_control = |one: &AnswerFrom| {
        let at = one.at.as_deref().unwrap_or_default();
        at.contains("/*/") && file.control.as_ref() == Some(&one.case)
    };
    file.request.query.0.values().any(|change| match change {
        Change::Answer(answers) => matches!(&answers.of[..], [one] if is_of_control(one)),
        _ => false,
    })
}

fn is_sorted(file: &CaseFile) -> bool {
    file.shows.as_ref().is_some_and(Shows::is_whole)
}

/// Makes the cases of a plan.
pub(super) struct CasePlanner<'a> {
    pub(super) contract: &'a Contract,
    pub(super) clauses: &'a ClauseSet,
    pub(super) battery: &'a Battery,
    pub(super) selection: &'a Selection,
    /// What binds the operations, by their indices.
    pub(super) bindings: HashMap<usize, &'a Binding>,
}

impl CasePlanner<'_> {
    /// The cases, and the ids of derived ones that do not fit the contract after all: a slip of ours costs that case and
    /// what stands on it, and never the run.
    pub(super) fn cases(&self) -> Result<(Vec<Case>, Vec<String>), PlanError> {
        let mut chosen: Vec<Turn<'_>> = Vec::new();
        for turn in order::ordered(self.contract, &self.battery.cases)? {
            let loaded = turn.loaded;
            let operations = loaded.file.operations();
            let unknown = |(_, name): &&(String, &str)| self.contract.operation(name).is_none();
            match operations.iter().find(unknown) {
                None => chosen.push(turn),
                Some(_) if loaded.embedded => {}
                Some((at, name)) => return Err(unknown_at(self.contract, loaded, at, name).into()),
            }
        }
        let only = &self.selection.only;
        let is_named = |id: &str| only.iter().any(|glob| glob_match::glob_match(glob, id));
        let of_operation = |file: &CaseFile| {
            let globs = &self.selection.operations;
            let mut asked = file.operations().into_iter();
            globs.is_empty() || asked.any(|(_, name)| self.is_of(globs, name))
        };
        let is_chosen =
            |file: &CaseFile| (only.is_empty() || is_named(&file.case)) && of_operation(file);
        let mut wanted: HashSet<&str> = HashSet::new();
        // What a case stands on comes along, and comes before it.
        for turn in chosen.iter().rev() {
            let id = &*turn.loaded.file.case;
            if wanted.contains(id) || is_chosen(&turn.loaded.file) {
                wanted.insert(id);
                wanted.extend(&turn.needs);
            }
        }
        // A core case beside them is kept to be told: who reads the outcome has not seen what was asked for.
        let mut of_chosen = HashSet::new();
        for turn in &chosen {
            if wanted.contains(&*turn.loaded.file.case) {
                of_chosen.extend(
                    turn.loaded
                        .file
                        .operations()
                        .into_iter()
                        .map(|(_, name)| name),
                );
            }
        }
        let is_beside = |file: &CaseFile| {
            let mut names = file.operations().into_iter();
            file.core && of_operation(file) && names.any(|(_, name)| of_chosen.contains(name))
        };
        let is_kept = |file: &CaseFile| wanted.contains(&*file.case) || is_beside(file);
        chosen.retain(|turn| is_kept(&turn.loaded.file));
        let mut unfit = Vec::new();
        loop {
            match self.made(&chosen, &wanted) {
                Ok(cases) => return Ok((cases, unfit)),
                Err((at, error)) => {
                    unfit.push(without_unfit(&mut chosen, at).ok_or(error)?);
                }
            }
        }
    }

    /// The cases of the turns; or which one does not fit the contract, and why.
    fn made(
        &self,
        chosen: &[Turn<'_>],
        wanted: &HashSet<&str>,
    ) -> Result<Vec<Case>, (usize, PlanError)> {
        let ids = chosen.iter().map(|turn| &*turn.loaded.file.case).zip(0..);
        let ids: HashMap<&str, usize> = ids.collect();
        let mut cases = Vec::with_capacity(chosen.len());
        for (at, turn) in chosen.iter().enumerate() {
            let mut case = self.case(turn, &ids).map_err(|error| (at, error))?;
            if !wanted.contains(&*case.id) {
                case.skipped = Some("not named by --case".to_owned());
                case.unnamed = true;
            }
            cases.push(case);
        }
        Ok(cases)
    }

    /// Whether one of the globs means the operation of that name.
    fn is_of(&self, globs: &[String], name: &str) -> bool {
        let found = self.contract.operation(name);
        found.is_some_and(|(_, operation)| operation.is_named(globs))
    }

    fn case(&self, turn: &Turn<'_>, ids: &HashMap<&str, usize>) -> Result<Case, PlanError> {
        let loaded = turn.loaded;
        let file = &loaded.file;
        let written = Written::steps(loaded);
        let mut missing = None;
        let mut steps: Vec<Step> = Vec::with_capacity(written.len());
        for step in &written {
            let step = self.step(step, &steps, &mut missing)?;
            steps.push(step);
        }
        let aims = self.aims(loaded, &steps, &mut missing);
        let mut skipped = None;
        if let Some(error) = missing {
            if !loaded.embedded {
                return Err(error.into());
            }
            skipped = Some("this contract has none of the clauses it aims at".to_owned());
        }
        if matches!(file.does, Does::Walk | Does::Repeat | Does::Links)
            && steps[0].collection.is_none()
        {
            return Err(loaded.error("/does", "this needs a `battery:` file whose `collection` says where a page keeps its items and links").into());
        }
        if file.does == Does::Select && !is_sorted(file) && !is_by_control(file) {
            return Err(loaded.error("/does", "this needs a query parameter whose value its control shows: `answer: {of: [{case: CONTROL, at: /items/*/member}]}`").into());
        }
        let sorting = self.sorting(loaded, &steps[0], &aims)?;
        let opt_in = file.opt_in.then(|| promises::why_opt_in(file));
        Ok(Case {
            id: file.case.clone(),
            title: file.title.clone(),
            means: file.means.trim().to_owned(),
            does: if file.steps.is_empty() {
                file.does
            } else {
                Does::Steps
            },
            bare: None,
            skipped: skipped.or_else(|| self.left_out(&file.case, opt_in, &steps)),
            steps,
            control: file
                .control
                .as_deref()
                .and_then(|control| ids.get(control).copied()),
            turn: turn.turn,
            core: file.core,
            unnamed: false,
            aims,
            opt_in: file.opt_in,
            pages: file.pages,
            sorting,
            shows: file.shows.clone().unwrap_or_default(),
            derived: file.derived.clone(),
            offers: Vec::new(),
            flow: None,
            source: loaded.source_name.clone(),
            line: loaded.mark("/case").line,
        })
    }

    /// One step; a clause that the contract does not have is left in `missing`.
    fn step(
        &self,
        written: &Written<'_>,
        earlier: &[Step],
        missing: &mut Option<BatteryError>,
    ) -> Result<Step, PlanError> {
        let file = &written.file;
        let (ix, operation) = self
            .contract
            .operation(&file.operation)
            .ok_or_else(|| unknown_operation(self.contract, written.loaded, &file.operation))?;
        let is_listed = self.selection.is_listed && written.loaded.file.derived.is_some();
        match self.selection.sends_nothing {
            _ if is_listed => {}
            true => self.contract.prepare_requests(ix),
            false => self.contract.prepare(ix),
        }
        let captures = earlier.iter().flat_map(|step| &step.captures);
        let known: Vec<String> = captures.map(|capture| capture.name.clone()).collect();
        let breaks = &file.breaks;
        let (same, lists, requests) = match is_listed {
            true => (None, None, Vec::new()),
            false => (
                self.same(written, operation, earlier, missing)?,
                self.lists(written, operation, &known, missing)?,
                self.requests(
                    written,
                    (ix, operation),
                    &known,
                    self.inherited(written, ix),
                )?,
            ),
        };
        let mut resolve = |name, key| self.broken(written, operation, name, key, missing);
        Ok(Step {
            name: file.step.clone(),
            operation: ix,
            expects: file.expects,
            breaks_success: resolve(&breaks.success, "success"),
            breaks_other: resolve(&breaks.other, "other"),
            accepts: file.accepts.clone(),
            inconclusive: file.inconclusive.clone(),
            breaks_level: breaks.level,
            credentials: file.request.credentials.unwrap_or(Credentials::Valid),
            requests,
            collection: self
                .binding(ix)
                .and_then(|binding| binding.collection.clone())
                .map(|collection| super::Collection {
                    servers: self.contract.servers(),
                    names_token: collection.next.is_named(self.contract, operation),
                    from_zero: collection.next.begins_with_zero(self.contract, operation),
                    ..collection
                }),
            captures: self.captures(written, operation)?,
            same,
            lists,
            retry: file.retry.map(|retry| retry.within.0),
            always: file.always,
        })
    }

    /// The binding of an operation.
    pub(super) fn binding(&self, operation: usize) -> Option<&Binding> {
        self.bindings.get(&operation).copied()
    }

    /// Why a case is not run, if it is not.
    pub(super) fn left_out(
        &self,
        case: &str,
        opt_in: Option<&str>,
        steps: &[Step],
    ) -> Option<String> {
        let fits = |globs: &[String]| globs.iter().any(|glob| glob_match::glob_match(glob, case));
        if let Some(step) = steps.iter().find(|step| step.requests.is_empty()) {
            let which = match step.name.as_str() {
                "" => String::new(),
                name => format!(" for the step `{name}`"),
            };
            return Some(format!(
                "there is no value to send but the valid one{which}"
            ));
        }
        if fits(&self.selection.skip) {
            return Some("left out by --skip".to_owned());
        }
        if let Some(why) = opt_in.filter(|_| !fits(&self.selection.only)) {
            return Some(format!("{why}: run it with --case {case}"));
        }
        let is_restricted = |step: &Step| step.credentials.need_restricted();
        if !self.selection.has_restricted && steps.iter().any(is_restricted) {
            return Some(
                "no restricted key: set CONFORM_RESTRICTED_KEY and CONFORM_RESTRICTED_SECRET"
                    .to_owned(),
            );
        }
        let mut methods = steps
            .iter()
            .filter_map(|step| step.requests.first())
            .map(|one| &one.method);
        let unsafe_one =
            methods.find(|method| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS"));
        unsafe_one
            .filter(|_| !self.selection.allow_writes)
            .map(|method| format!("{method} may change something: allow it with --allow-writes"))
    }

    /// The clauses that a case aims at.
    fn aims(
        &self,
        loaded: &Loaded<CaseFile>,
        steps: &[Step],
        missing: &mut Option<BatteryError>,
    ) -> Vec<ClauseIx> {
        let mut operations: Vec<&Operation> = Vec::new();
        for step in steps {
            let operation = &self.contract.operations[step.operation];
            if !operations.iter().any(|known| known.id == operation.id) {
                operations.push(operation);
            }
        }
        let mut aims = Vec::new();
        for (n, pattern) in loaded.file.aims.iter().enumerate() {
            let before = aims.len();
            for operation in &operations {
                let prefix = format!("{}/", operation.id);
                aims.extend(self.matching(&format!("{prefix}{pattern}")));
                if !loaded.file.steps.is_empty() && pattern.starts_with(&prefix) {
                    aims.extend(self.matching(pattern));
                }
            }
            // A case of one request may aim at all of a response that this contract does not have.
            let may_miss = pattern.ends_with("/**") && loaded.file.steps.is_empty();
            if aims.len() == before && !may_miss {
                *missing = Some(loaded.error(
                    &format!("/aims/{n}"),
                    self.unknown_clause(&operations, pattern),
                ));
            }
        }
        aims.sort_unstable();
        aims.dedup();
        aims
    }

    fn matching(&self, full: &str) -> Vec<ClauseIx> {
        match full.strip_suffix("**") {
            Some(prefix) => self.clauses.beginning_with(prefix),
            None => self.clauses.find(full).into_iter().collect(),
        }
    }

    pub(super) fn unknown_clause(&self, operations: &[&Operation], name: &str) -> String {
        let [operation] = operations else {
            let known = self.clauses.iter().map(|(_, clause)| clause.id());
            let hint = nearest::hint(name, known);
            return format!(
                "the contract has no clause `{name}` of one of the steps' operations{hint}"
            );
        };
        let prefix = format!("{}/", operation.id);
        let known = self
            .clauses
            .iter()
            .filter_map(|(_, clause)| clause.id().strip_prefix(&prefix));
        let hint = nearest::hint(name, known);
        format!("the contract has no clause `{prefix}{name}`{hint}")
    }
}
