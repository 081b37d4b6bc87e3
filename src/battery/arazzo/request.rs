//! The request of a step: the valid one of its operation, with the parameters and the payload that the step gives.

use serde_json::Value;

use crate::contract::yaml::Node;
use crate::contract::{In, Operation, nearest, wire};
use crate::exchange::Credentials;

use super::super::awaited::Awaited;
use super::super::draft::{Draft, text_of};
use super::super::loaded::BatteryError;
use super::super::make_case::CasePlanner;
use super::super::members;
use super::super::model::Expects;
use super::super::planned::{PlanError, Step};
use super::expression::{Base, Template};
use super::flow::{Asks, Fill};
use super::names::Names;

/// A parameter that a step gives.
pub(super) struct Given<'n> {
    /// Where it goes; nowhere for an input of a workflow.
    pub(super) location: Option<In>,
    pub(super) name: String,
    pub(super) value: Template,
    pub(super) node: &'n Node,
    /// Whether it stands at the step itself.
    pub(super) is_own: bool,
}

impl<'a> Names<'a> {
    /// The value at a node, its expressions checked.
    pub(super) fn template(&self, node: &Node) -> Result<Template, BatteryError> {
        let template = Template::parse(&node.to_json(), "").map_err(|(at, why)| {
            let mut here = node;
            for token in crate::contract::pointer::tokens(&at) {
                here = here.child(&token).map_or(here, |(child, _)| child);
            }
            self.document().error(here, why)
        })?;
        for expression in template.expressions() {
            self.check(node, expression)?;
        }
        Ok(template)
    }

    /// Outputs by name.
    pub(super) fn outputs(&self, owner: &Node) -> Result<Vec<(String, Template)>, BatteryError> {
        let all = self.document().map(owner, "outputs")?;
        all.map(|(name, node)| Ok((name.clone(), self.template(node)?)))
            .collect()
    }

    /// The parameters of a step, and those of the workflow that they do not replace.
    pub(super) fn given<'n>(
        &self,
        step: &'n Node,
        is_request: bool,
    ) -> Result<Vec<Given<'n>>, BatteryError>
    where
        'a: 'n,
    {
        let document = self.document();
        let own = document
            .list(step, "parameters")?
            .iter()
            .map(|node| (node, true));
        let shared = document
            .list(self.node(), "parameters")?
            .iter()
            .map(|node| (node, false));
        let mut out: Vec<Given<'n>> = Vec::new();
        for (node, is_own) in own.chain(shared) {
            let (found, instead) = document.reused(node, "parameters")?;
            document.keys(found, &["name", "in", "value"])?;
            let name = document.text(found, "name")?.to_owned();
            let location = match found.get("in") {
                Some(at) => {
                    let word = at.as_str().unwrap_or_default();
                    let all = [In::Path, In::Query, In::Header, In::Cookie];
                    let known = all.iter().find(|one| one.word() == word);
                    Some(*known.ok_or_else(|| {
                        let hint = nearest::hint(word, all.iter().map(|one| one.word()));
                        let message = format!(
                            "a parameter is not in `{word}`: path, query, header or cookie{hint}"
                        );
                        document.error(at, message)
                    })?)
                }
                None => None,
            };
            if is_request && location.is_none() {
                let message = format!("missing field `in`: where the parameter `{name}` goes");
                return Err(document.error(found, message));
            }
            let Some(value) = instead.or_else(|| found.get("value")) else {
                return Err(document.error(found, "missing field `value`"));
            };
            let is_same = |known: &Given<'_>| {
                let same_name = match location {
                    Some(In::Header) => known.name.eq_ignore_ascii_case(&name),
                    _ => known.name == name,
                };
                same_name && (!is_request || known.location == location)
            };
            if !out.iter().any(is_same) {
                out.push(Given {
                    location: location.filter(|_| is_request),
                    value: self.template(value)?,
                    name,
                    node,
                    is_own,
                });
            }
        }
        Ok(out)
    }
}

/// A request being made.
struct Making<'a> {
    operation: &'a Operation,
    draft: Draft,
    fills: Vec<Fill>,
}

/// The step of a case that sends the request of a workflow's step, and what it waits for.
pub(super) fn make(
    planner: &CasePlanner<'_>,
    names: &Names<'_>,
    step: &Node,
    ix: usize,
    name: String,
) -> Result<(Step, Asks), PlanError> {
    let operation = &planner.contract.operations[ix];
    match planner.selection.sends_nothing {
        true => planner.contract.prepare_requests(ix),
        false => planner.contract.prepare(ix),
    }
    let mut given = names.given(step, true)?;
    // What a workflow gives to all its steps goes where it can.
    given.retain(|one| one.is_own || declares(operation, one));
    for one in &given {
        refuse_unknown(names, operation, one.location.unwrap_or(In::Query), one)?;
    }
    let is_filled = |location: In, name: &str| {
        given
            .iter()
            .any(|one| one.location == Some(location) && one.name.eq_ignore_ascii_case(name))
    };
    let mut making = Making {
        operation,
        draft: planner.asked((ix, operation), &is_filled)?,
        fills: Vec::new(),
    };
    let is_unsure = |value: &Template| {
        let mut all = value.expressions().into_iter();
        matches!(value, Template::Literal(_)) || all.any(|one| one.base == Base::Inputs)
    };
    let paths = operation
        .parameters
        .iter()
        .filter(|one| one.location == In::Path);
    let mut paths = paths.map(|one| {
        given
            .iter()
            .find(|given| given.location == Some(In::Path) && given.name == one.name)
    });
    let is_sure = operation.path.contains('{')
        && paths.all(|one| one.is_some_and(|one| !is_unsure(&one.value)));
    let mut credentials = Credentials::Valid;
    for one in &given {
        let location = one.location.unwrap_or(In::Query);
        if carries_credentials(operation, location, &one.name) {
            credentials = Credentials::None;
        }
        making.parameter(location, one);
        if one
            .value
            .expressions()
            .iter()
            .any(|one| one.base == Base::Inputs)
        {
            making.draft.given.push(one.name.clone());
        }
    }
    making.body(planner, names, step)?;
    let request = making.draft.render();
    let step = Step {
        name,
        operation: ix,
        expects: Expects::Success,
        accepts: Vec::new(),
        inconclusive: Vec::new(),
        breaks_level: None,
        breaks_success: None,
        breaks_other: None,
        credentials,
        requests: vec![request],
        collection: None,
        captures: Vec::new(),
        same: None,
        lists: None,
        retry: None,
        always: false,
    };
    let fills = making.fills;
    Ok((
        step,
        Asks {
            step: 0,
            fills,
            is_sure,
        },
    ))
}

fn declares(operation: &Operation, given: &Given<'_>) -> bool {
    operation.parameters.iter().any(|one| {
        Some(one.location) == given.location && one.name.eq_ignore_ascii_case(&given.name)
    }) || given.location != Some(In::Path)
}

/// A path has only its own parameters; anything else that is not declared may be a slip.
fn refuse_unknown(
    names: &Names<'_>,
    operation: &Operation,
    location: In,
    given: &Given<'_>,
) -> Result<(), BatteryError> {
    if operation.parameter(location, &given.name).is_some() {
        return Ok(());
    }
    let known = operation
        .parameters
        .iter()
        .filter(|one| one.location == location);
    let known: Vec<&str> = known.map(|one| one.name.as_str()).collect();
    let is_same = |name: &&str| location == In::Header && name.eq_ignore_ascii_case(&given.name);
    let hint = nearest::hint(&given.name, known.iter().copied());
    if known.iter().any(is_same) || hint.is_empty() && location != In::Path {
        return Ok(());
    }
    let (method, path, word) = (&operation.method, &operation.path, location.word());
    let message = format!(
        "{method} {path} has no {word} parameter `{}`{hint}",
        given.name
    );
    let at = given.node.get("name").unwrap_or(given.node);
    Err(names.document().error(at, message))
}

/// Whether a flow signs in by itself.
fn carries_credentials(operation: &Operation, location: In, name: &str) -> bool {
    let is_header = location == In::Header && name.eq_ignore_ascii_case("authorization");
    let parameter = operation.parameter(location, name);
    is_header || parameter.is_some_and(|one| operation.carries_credentials(one))
}

impl Making<'_> {
    fn parameter(&mut self, location: In, given: &Given<'_>) {
        let name = given.name.as_str();
        let Template::Literal(value) = &given.value else {
            let awaited = Awaited::Parameter(location, name.to_owned());
            self.wait(awaited, &given.value, false);
            if let Some(fill) = self.fills.last_mut() {
                fill.may_miss = !given.is_own;
            }
            return;
        };
        self.draft.put(location, name, None);
        match self.operation.parameter(location, name) {
            _ if value.is_null() => {}
            Some(parameter) => self.draft.write(location, wire(parameter, value)),
            None => self.draft.put(location, name, Some(text_of(value))),
        }
    }

    fn wait(&mut self, awaited: Awaited, value: &Template, is_body: bool) {
        let shown = value.shown();
        let name = match value {
            Template::List(_) | Template::Map(_) => format!("{awaited}: {shown}"),
            _ => shown,
        };
        self.draft.waits.push((awaited, name.clone()));
        self.fills.push(Fill {
            name,
            value: value.clone(),
            is_body,
            may_miss: false,
        });
    }

    fn body(
        &mut self,
        planner: &CasePlanner<'_>,
        names: &Names<'_>,
        step: &Node,
    ) -> Result<(), PlanError> {
        let documented = self.operation.request_body.as_ref();
        let Some(node) = step.get("requestBody") else {
            let is_required = documented.is_some_and(|body| body.required);
            if !is_required || planner.selection.sends_nothing {
                return Ok(());
            }
            let (method, path) = (&self.operation.method, &self.operation.path);
            let message = format!(
                "{method} {path} demands a body, and the step gives none: give its `payload` under `requestBody`"
            );
            return Err(names.document().error(step, message).into());
        };
        let document = names.document();
        document.keys(node, &["contentType", "payload", "replacements"])?;
        let media = documented.and_then(|body| body.media());
        let range = media.map(|media| media.range.clone());
        let range = range.filter(|range| !range.contains('*'));
        let range = range.unwrap_or_else(|| "application/json".to_owned());
        self.draft.media_type = match node.get("contentType") {
            Some(_) => document.text(node, "contentType")?.to_owned(),
            None => range,
        };
        let is_json = self.draft.media_type.contains("json");
        match node
            .get("payload")
            .map(|at| names.template(at))
            .transpose()?
        {
            None => self.draft.json = media.and_then(|media| media.values().first().cloned()),
            Some(Template::Literal(value)) => self.draft.json = Some(meant(value, is_json)),
            Some(value) => self.wait(Awaited::Body(String::new()), &value, is_json),
        }
        for node in document.list(node, "replacements")? {
            self.replacement(names, node)?;
        }
        if !planner.selection.sends_nothing
            && self.draft.waits.is_empty()
            && self.draft.payload().is_none()
        {
            let message = format!(
                "no body can be made of {}: give `contentType` and `payload`",
                self.draft.media_type
            );
            return Err(document.error(node, message).into());
        }
        Ok(())
    }

    fn replacement(&mut self, names: &Names<'_>, node: &Node) -> Result<(), PlanError> {
        let document = names.document();
        document.keys(node, &["target", "value"])?;
        let target = document.text(node, "target")?;
        if !target.starts_with('/') || target.starts_with("//") {
            let message = format!("`{target}` is no JSON pointer; XPath is not supported");
            return Err(document
                .error(node.get("target").unwrap_or(node), message)
                .into());
        }
        let Some(value) = node.get("value") else {
            return Err(document.error(node, "missing field `value`").into());
        };
        match names.template(value)? {
            Template::Literal(value)
                if self
                    .draft
                    .waits
                    .iter()
                    .all(|(at, _)| !matches!(at, Awaited::Body(_))) =>
            {
                if !members::set(&mut self.draft.json, target, value) {
                    let message = format!("the payload has no place `{target}`");
                    return Err(document
                        .error(node.get("target").unwrap_or(node), message)
                        .into());
                }
            }
            value => self.wait(Awaited::Body(target.to_owned()), &value, false),
        }
        Ok(())
    }
}

/// A text that is JSON where JSON is sent is the value it means.
pub fn meant(value: Value, is_json: bool) -> Value {
    match &value {
        Value::String(text) if is_json => serde_json::from_str(text).unwrap_or(value),
        _ => value,
    }
}
