//! A case, rule or binding file, told by its first key, read with its places.

use serde::de::DeserializeOwned;

use crate::contract::nearest;
use crate::contract::yaml::{self, Node, NodeValue, YamlError};

use super::arazzo;
use super::loaded::{BatteryError, Loaded};
use super::model::{Binding, CaseFile, RuleFile};
use super::pack::BuiltIn;

/// What each case has, besides its first key.
const NEEDED_OF_CASE: [&str; 3] = ["title", "aims", "means"];
/// What it has as well, where it has no steps.
const NEEDED_OF_REQUEST: [&str; 3] = ["operation", "expects", "accepts"];
const NEEDED_OF_RULE: [&str; 9] = [
    "title",
    "operation",
    "level",
    "place",
    "over",
    "means",
    "remedy",
    "hurts",
    "unexercised",
];
const NEEDED_OF_BINDING: [&str; 2] = ["alias", "operation"];

/// What a file is.
pub(super) enum Part {
    Case(Box<Loaded<CaseFile>>),
    Rule(Box<Loaded<RuleFile>>),
    Binding(Box<Loaded<Binding>>),
    Flow(Box<arazzo::Document>),
}

impl Part {
    pub(super) fn of(name: &str, text: &str, embedded: bool) -> Result<Part, BatteryError> {
        Part::read(name, text, parsed(name, text)?, embedded)
    }

    /// What a file that is built in is.
    pub(super) fn built_in(file: &BuiltIn) -> Result<Part, BatteryError> {
        let root = file.root().map_err(|error| broken(file.name, error))?;
        Part::read(file.name, file.text, root, true)
    }

    fn read(name: &str, text: &str, root: Node, embedded: bool) -> Result<Part, BatteryError> {
        if root.get("arazzo").is_some() {
            let flow = arazzo::Document::new(name, root, true)?;
            Ok(Part::Flow(Box::new(flow)))
        } else if root.get("case").is_some() {
            let loaded = read::<CaseFile>(name, text, root, embedded, &needed_of_case)?;
            super::written::check(&loaded)?;
            Ok(Part::Case(Box::new(loaded)))
        } else if root.get("rule").is_some() {
            let needed = |_: &Node| NEEDED_OF_RULE.to_vec();
            let loaded = read::<RuleFile>(name, text, root, embedded, &needed)?;
            Ok(Part::Rule(Box::new(loaded)))
        } else if root.get("battery").is_some() {
            let needed = |_: &Node| NEEDED_OF_BINDING.to_vec();
            let loaded = read::<Binding>(name, text, root, embedded, &needed)?;
            Ok(Part::Binding(Box::new(loaded)))
        } else {
            Err(BatteryError {
                source_name: name.to_owned(),
                line: root.mark.line,
                column: root.mark.column,
                message: "a file holds one `case:`, one `rule:`, one `battery:` or an `arazzo:` document, and this has none of these keys".to_owned(),
            })
        }
    }
}

fn needed_of_case(root: &Node) -> Vec<&'static str> {
    let steps = root.get("steps").and_then(Node::as_sequence);
    let of_request = match steps {
        Some([_, ..]) => &[],
        _ => &NEEDED_OF_REQUEST[..],
    };
    [&NEEDED_OF_CASE[..], of_request].concat()
}

/// Holds that a file has all that it needs: whoever writes one is told at once of whatever is missing.
fn whole(name: &str, root: &Node, needed: &[&str]) -> Result<(), BatteryError> {
    let is_there = |key: &str| {
        root.get(key)
            .is_some_and(|node| node.value != NodeValue::Null)
    };
    let missing = needed.iter().filter(|key| !is_there(key));
    let missing: Vec<String> = missing.map(|key| format!("`{key}`")).collect();
    let message = match missing.as_slice() {
        [] => return Ok(()),
        [one] => format!("missing field {one}"),
        [several @ .., last] => format!("missing fields {} and {last}", several.join(", ")),
    };
    let hint = match missing
        .iter()
        .any(|key| NEEDED_OF_REQUEST.contains(&key.trim_matches('`')))
    {
        true if root.get("case").is_some() => {
            ": a case has `operation`, `expects` and `accepts`, or it has `steps`"
        }
        _ => "",
    };
    Err(BatteryError {
        source_name: name.to_owned(),
        line: root.mark.line,
        column: root.mark.column,
        message: format!("{message}{hint}"),
    })
}

pub(super) fn parsed(name: &str, text: &str) -> Result<Node, BatteryError> {
    yaml::parse(text).map_err(|error| broken(name, error))
}

fn broken(name: &str, error: YamlError) -> BatteryError {
    BatteryError {
        source_name: name.to_owned(),
        line: error.mark.line,
        column: error.mark.column,
        message: error.message,
    }
}

fn read<T: DeserializeOwned>(
    name: &str,
    text: &str,
    root: Node,
    embedded: bool,
    needed: &dyn Fn(&Node) -> Vec<&'static str>,
) -> Result<Loaded<T>, BatteryError> {
    // The tree is read already; only what it does not fit is read once more, from the text, for the place and the words.
    let file = serde_json::from_value(root.to_json()).or_else(|_| {
        serde_saphyr::from_str_with_options::<T>(text, yaml::strict_options()).map_err(|error| {
            let error = yaml::error_with_mark(&error);
            BatteryError {
                source_name: name.to_owned(),
                line: error.mark.line,
                column: error.mark.column,
                message: with_nearest(&error.message),
            }
        })
    });
    // A slip in a name is told first, since it is why another is missing.
    if file
        .as_ref()
        .err()
        .is_none_or(|wrong| wrong.message.starts_with("missing field"))
    {
        whole(name, &root, &needed(&root))?;
    }
    let file = file?;
    Ok(Loaded::new(name, root, embedded, file))
}

/// serde lists the known keys after "expected one of", with or without quotes; the nearest one is what was meant. The
/// place stands before the message already.
pub fn with_nearest(message: &str) -> String {
    let message = match message.rfind(" at line ") {
        Some(at) => &message[..at],
        None => message,
    };
    let hint = message
        .split_once("unknown ")
        .and_then(|(_, rest)| rest.split_once(", expected "))
        .and_then(|(wrong, known)| {
            let wrong = wrong.split('`').nth(1)?;
            let known = known.strip_prefix("one of ").unwrap_or(known);
            let names = known
                .split([',', ' '])
                .map(|name| name.trim_matches('`'))
                .filter(|name| !name.is_empty());
            Some(nearest::hint(wrong, names))
        });
    format!("{message}{}", hint.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn whatever_is_missing_is_told_at_once() {
        for (text, told) in [
            (
                "case: c\ntitle: t\n",
                "missing fields `aims`, `means`, `operation`, `expects` and `accepts`: a case has",
            ),
            (
                "case: c\ntitle: t\naims: []\nmeans: m\nsteps: []\noperation:\nexpects: success\naccepts: []\n",
                "missing field `operation`: a case has",
            ),
            (
                "case: c\ntitle: t\naims: []\nsteps: [{step: s}]\n",
                "missing field `means`",
            ),
            ("battery: b\n", "missing fields `alias` and `operation`"),
        ] {
            let error = Part::of("t.yaml", text, false).err().unwrap();
            assert!(error.message.starts_with(told), "{error}");
            assert_eq!(error.line, 1);
        }
        let slip = Part::of("t.yaml", "case: c\ntitel: t\n", false);
        let slip = slip.err().unwrap();
        assert!(slip.message.contains("did you mean `title`?"), "{slip}");
    }

    #[test]
    fn the_schemas_for_editors_need_the_same() {
        for (schema, first, needed) in [
            (
                include_str!("../../cases/case.schema.json"),
                "case",
                &NEEDED_OF_CASE[..],
            ),
            (
                include_str!("../../cases/rule.schema.json"),
                "rule",
                &NEEDED_OF_RULE,
            ),
            (
                include_str!("../../cases/battery.schema.json"),
                "battery",
                &NEEDED_OF_BINDING,
            ),
        ] {
            let schema: Value = serde_json::from_str(schema).unwrap();
            let list = schema["required"].as_array().unwrap().iter();
            let required: BTreeSet<&str> = list.filter_map(Value::as_str).collect();
            let needed = needed.iter().copied().chain([first]);
            assert_eq!(required, needed.collect(), "{first}");
        }
    }
}
