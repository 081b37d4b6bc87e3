//! Case files made into cases of a plan, in the order in which they are run.

use crate::contract::{ClauseIx, ClauseSet, Contract, Operation, nearest};
use crate::exchange::Credentials;

use super::load::{Battery, BatteryError, Loaded};
use super::model::{CaseFile, Does};
use super::plan::{Case, PlanError, Selection, Step};

pub(super) fn unknown_operation<T>(
    contract: &Contract,
    loaded: &Loaded<T>,
    name: &str,
) -> BatteryError {
    let known = contract.operations.iter().map(|operation| &*operation.id);
    let hint = nearest::hint(name, known);
    loaded.error(
        "/operation",
        format!("the contract has no operation `{name}`{hint}"),
    )
}

pub(super) struct Maker<'a> {
    pub(super) contract: &'a Contract,
    pub(super) clauses: &'a ClauseSet,
    pub(super) battery: &'a Battery,
    pub(super) selection: &'a Selection,
}

impl Maker<'_> {
    pub(super) fn cases(&mut self) -> Result<Vec<Case>, PlanError> {
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
                    let hint = nearest::hint(control, known);
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
        let step = Step {
            name: String::new(),
            operation: ix,
            expects: file.expects,
            accepts: file.accepts.clone(),
            breaks_success,
            breaks_other,
            credentials,
            requests,
            collection,
        };
        Ok(Case {
            id: file.case.clone(),
            title: file.title.clone(),
            means: file.means.trim().to_owned(),
            does: file.does,
            steps: vec![step],
            control: file
                .control
                .as_deref()
                .and_then(|control| ids.iter().position(|id| *id == control)),
            core: file.core,
            aims,
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
                .filter(|(_, clause)| clause.id().starts_with(prefix))
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
            .filter_map(|(_, clause)| clause.id().strip_prefix(&prefix));
        let hint = nearest::hint(name, known);
        loaded.error(
            at,
            format!("the contract has no clause `{prefix}{name}`{hint}"),
        )
    }
}
