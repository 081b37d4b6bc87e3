//! Criteria, and the actions that follow a step.

use std::time::Duration;

use serde_json_path::JsonPath;

use crate::contract::nearest;
use crate::contract::yaml::Node;

use super::super::loaded::BatteryError;
use super::condition::Condition;
use super::expression::Expression;
use super::flow::{Action, Criterion, CriterionTest, Next, Target};
use super::names::Names;

/// The largest pattern, compiled, in bytes.
const LARGEST: usize = 1 << 20;

impl Names<'_> {
    /// The criteria under a key.
    pub(super) fn criteria(&self, owner: &Node, key: &str) -> Result<Vec<Criterion>, BatteryError> {
        let all = self.document().list(owner, key)?;
        all.iter().map(|node| self.criterion(node)).collect()
    }

    fn criterion(&self, node: &Node) -> Result<Criterion, BatteryError> {
        let document = self.document();
        document.keys(node, &["context", "condition", "type"])?;
        let text = match node.get("condition") {
            // A condition such as `true` is none of text in YAML.
            Some(one) if one.as_str().is_none() => one.to_json().to_string(),
            _ => document.text(node, "condition")?.to_owned(),
        };
        let condition = node.get("condition").unwrap_or(node);
        let refuse = |why: String| document.error(condition, why);
        let context = match node.get("context") {
            None => None,
            Some(at) => {
                let read = Expression::parse(at.as_str().unwrap_or_default());
                Some(read.map_err(|why| document.error(at, why))?)
            }
        };
        let kind = self.kind(node)?;
        if kind != "simple" && context.is_none() {
            let message =
                format!("a criterion of type `{kind}` needs a `context`, such as $response.body");
            return Err(document.error(node, message));
        }
        let test = match kind {
            "simple" => {
                let read = Condition::parse(&text);
                let cannot = |why| refuse(format!("the condition `{text}` cannot be read: {why}"));
                CriterionTest::Simple(read.map_err(cannot)?)
            }
            "regex" => {
                let built = regex::RegexBuilder::new(&text).size_limit(LARGEST).build();
                let cannot = |why: regex::Error| {
                    let why = why.to_string();
                    let why: Vec<&str> = why.lines().map(str::trim).collect();
                    refuse(format!(
                        "the pattern `{text}` cannot be used: {}",
                        why.join(" ")
                    ))
                };
                CriterionTest::Regex(built.map_err(cannot)?)
            }
            _ => {
                let cannot = |why| refuse(format!("`{text}` is no JSONPath (RFC 9535): {why}"));
                CriterionTest::JsonPath(JsonPath::parse(&text).map_err(cannot)?)
            }
        };
        let criterion = Criterion {
            text,
            context,
            test,
            clause: None,
        };
        for expression in criterion.expressions() {
            self.check(condition, expression)?;
        }
        Ok(criterion)
    }

    fn kind<'n>(&self, node: &'n Node) -> Result<&'n str, BatteryError> {
        let document = self.document();
        let Some(kind) = node.get("type") else {
            return Ok("simple");
        };
        let name = match kind.as_mapping() {
            None => kind.as_str().unwrap_or_default(),
            Some(_) => {
                document.keys(kind, &["type", "version"])?;
                document.text(kind, "version")?;
                document.text(kind, "type")?
            }
        };
        match name {
            "simple" | "regex" | "jsonpath" => Ok(name),
            "xpath" => Err(document.error(
                kind,
                "XPath is not supported: say it with a simple condition, a regex or JSONPath",
            )),
            other => {
                let hint = nearest::hint(other, ["simple", "regex", "jsonpath"]);
                let message = format!("there is no type of criterion `{other}`{hint}");
                Err(document.error(kind, message))
            }
        }
    }

    /// The actions under a key, and those of the workflow that they do not replace.
    pub(super) fn actions(
        &self,
        step: &Node,
        (key, of_workflow, component): (&str, &str, &str),
        workflow: &mut dyn FnMut(&Node) -> Result<usize, BatteryError>,
    ) -> Result<Vec<Action>, BatteryError> {
        let document = self.document();
        let mut out: Vec<Action> = Vec::new();
        let own = document.list(step, key)?.iter();
        let shared = document.list(self.node(), of_workflow)?.iter();
        for node in own.chain(shared) {
            let (node, _) = document.reused(node, component)?;
            let action = self.action(node, key == "onFailure", workflow)?;
            if !out.iter().any(|known| known.name == action.name) {
                out.push(action);
            }
        }
        Ok(out)
    }

    fn action(
        &self,
        node: &Node,
        is_failure: bool,
        workflow: &mut dyn FnMut(&Node) -> Result<usize, BatteryError>,
    ) -> Result<Action, BatteryError> {
        let document = self.document();
        const KEYS: [&str; 7] = [
            "name",
            "type",
            "workflowId",
            "stepId",
            "criteria",
            "retryAfter",
            "retryLimit",
        ];
        document.keys(node, if is_failure { &KEYS } else { &KEYS[..5] })?;
        let name = document.text(node, "name")?.to_owned();
        let target = match (node.get("stepId"), node.get("workflowId")) {
            (Some(_), Some(other)) => {
                let message = "an action leads to a `stepId` or a `workflowId`, not to both";
                return Err(document.error(other, message));
            }
            (Some(step), None) => Some(Target::Step(self.step(step)?)),
            (None, Some(other)) => Some(Target::Workflow(workflow(other)?)),
            (None, None) => None,
        };
        let kind = document.text(node, "type")?;
        let does = match (kind, target) {
            ("end", _) => Next::End,
            ("goto", Some(target)) => Next::Goto(target),
            ("goto", None) => {
                let message = "a `goto` leads to a `stepId` or a `workflowId`";
                return Err(document.error(node, message));
            }
            ("retry", first) if is_failure => Next::Retry {
                after: self
                    .number(node, "retryAfter", 0.0)
                    .and_then(|(at, seconds)| {
                        let time = Duration::try_from_secs_f64(seconds);
                        time.map_err(|_| {
                            document.error(at, "`retryAfter` is a number of seconds from 0")
                        })
                    })?,
                limit: self
                    .number(node, "retryLimit", 1.0)
                    .and_then(|(at, times)| match times >= 0.0 && times.fract() == 0.0 {
                        true => Ok(times as u64),
                        false => Err(document.error(at, "`retryLimit` is a whole number from 0")),
                    })?,
                first,
            },
            (other, _) => {
                let known = ["end", "goto", "retry"];
                let known = if is_failure { &known[..] } else { &known[..2] };
                let hint = nearest::hint(other, known.iter().copied());
                let message = format!(
                    "`{other}` is no type of action here: {}{hint}",
                    known.join(", ")
                );
                return Err(document.error(node.get("type").unwrap_or(node), message));
            }
        };
        let criteria = self.criteria(node, "criteria")?;
        Ok(Action {
            name,
            does,
            criteria,
        })
    }

    fn number<'n>(
        &self,
        node: &'n Node,
        key: &str,
        otherwise: f64,
    ) -> Result<(&'n Node, f64), BatteryError> {
        let Some(found) = node.get(key) else {
            return Ok((node, otherwise));
        };
        let number = found.to_json().as_f64();
        let number =
            number.ok_or_else(|| self.document().error(found, format!("`{key}` is a number")))?;
        Ok((found, number))
    }
}
