//! A case, rule or binding file, told by its first key, read with its places.

use serde::de::DeserializeOwned;

use crate::contract::nearest;
use crate::contract::yaml::{self, Node};

use super::arazzo;
use super::loaded::{BatteryError, Loaded};
use super::model::{Binding, CaseFile, RuleFile};

/// What a file is.
pub(super) enum Part {
    Case(Box<Loaded<CaseFile>>),
    Rule(Box<Loaded<RuleFile>>),
    Binding(Box<Loaded<Binding>>),
    Flow(Box<arazzo::Document>),
}

impl Part {
    pub(super) fn of(name: &str, text: &str, embedded: bool) -> Result<Part, BatteryError> {
        let root = parsed(name, text)?;
        if root.get("arazzo").is_some() {
            let flow = arazzo::Document::new(name, root, true)?;
            Ok(Part::Flow(Box::new(flow)))
        } else if root.get("case").is_some() {
            let loaded = read::<CaseFile>(name, text, root, embedded)?;
            super::written::check(&loaded)?;
            Ok(Part::Case(Box::new(loaded)))
        } else if root.get("rule").is_some() {
            let loaded = read::<RuleFile>(name, text, root, embedded)?;
            Ok(Part::Rule(Box::new(loaded)))
        } else if root.get("battery").is_some() {
            let loaded = read::<Binding>(name, text, root, embedded)?;
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

pub(super) fn parsed(name: &str, text: &str) -> Result<Node, BatteryError> {
    yaml::parse(text).map_err(|error| BatteryError {
        source_name: name.to_owned(),
        line: error.mark.line,
        column: error.mark.column,
        message: error.message,
    })
}

fn read<T: DeserializeOwned>(
    name: &str,
    text: &str,
    root: Node,
    embedded: bool,
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
    })?;
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
