//! Derived cases and bindings as the YAML that a person would have written, with a remark where each value came from.

use serde::Serialize;
use serde_json::Value;

use crate::contract::pointer;

use super::Derived;

/// A file's name and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The path below the folder that the files go to.
    pub path: String,
    /// The text.
    pub text: String,
}

/// All files of a derived battery: each case, and each binding.
pub fn files(derived: &Derived) -> Vec<Written> {
    let none = Vec::new();
    let cases = derived.cases.iter().map(|case| Written {
        path: format!("cases/{}.yaml", case.case),
        text: yaml(case, derived.notes.get(&case.case).unwrap_or(&none)),
    });
    let bindings = derived.bindings.iter().enumerate().map(|(n, binding)| {
        let plain = |letter: char| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        };
        let alias: String = binding.alias.chars().map(plain).collect();
        let notes = [(
            "/collection".to_owned(),
            "read from names and shapes in the document: mend what is wrong".to_owned(),
        )];
        Written {
            path: format!("{:03}-{alias}.yaml", n + 1),
            text: yaml(binding, &notes),
        }
    });
    cases.chain(bindings).collect()
}

fn yaml(file: &impl Serialize, notes: &[(String, String)]) -> String {
    let value = serde_json::to_value(file).unwrap_or_default();
    let mut writer = Writer {
        out: String::new(),
        notes,
    };
    writer.below(&value, "", 0);
    writer.out
}

struct Writer<'n> {
    out: String,
    notes: &'n [(String, String)],
}

impl Writer<'_> {
    /// The members of a mapping or the entries of a list, each on lines of its own.
    fn below(&mut self, value: &Value, at: &str, depth: usize) {
        let indent = "  ".repeat(depth);
        match value {
            Value::Object(map) => {
                for (name, member) in map {
                    let here = pointer::join(at, name);
                    self.note(&here, &indent);
                    self.out.push_str(&format!("{indent}{}:", plain(name)));
                    self.member(member, &here, depth);
                }
            }
            Value::Array(entries) => {
                for (n, entry) in entries.iter().enumerate() {
                    let here = pointer::join(at, &n.to_string());
                    self.note(&here, &indent);
                    self.out.push_str(&format!("{indent}- {}\n", flow(entry)));
                }
            }
            single => self.out.push_str(&format!("{indent}{}\n", flow(single))),
        }
    }

    fn member(&mut self, member: &Value, here: &str, depth: usize) {
        match member {
            Value::String(text) if is_prose(text) => {
                let indent = "  ".repeat(depth + 1);
                let lines = textwrap::wrap(text, 110);
                let lines = lines.iter().map(|line| format!("{indent}{line}\n"));
                self.out
                    .push_str(&format!(" >-\n{}", lines.collect::<String>()));
            }
            Value::Object(map) if !map.is_empty() => {
                self.out.push('\n');
                self.below(member, here, depth + 1);
            }
            Value::Array(entries) if entries.iter().any(Value::is_object) => {
                self.out.push('\n');
                self.below(member, here, depth + 1);
            }
            single => self.out.push_str(&format!(" {}\n", flow(single))),
        }
    }

    fn note(&mut self, here: &str, indent: &str) {
        if let Some((_, note)) = self.notes.iter().find(|(at, _)| at == here) {
            self.out.push_str(&format!("{indent}# {note}\n"));
        }
    }
}

/// Whether a text is long prose, which is folded over several lines.
fn is_prose(text: &str) -> bool {
    let is_plain = |letter: char| letter == ' ' || !letter.is_whitespace() && !letter.is_control();
    text.len() > 90
        && text.chars().all(is_plain)
        && !text.contains("  ")
        && text.trim() == text
        && text.split(' ').all(|word| word.len() < 80)
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Array(entries) => {
            let entries: Vec<String> = entries.iter().map(flow).collect();
            format!("[{}]", entries.join(", "))
        }
        Value::Object(map) => {
            let members = map
                .iter()
                .map(|(name, member)| format!("{}: {}", plain(name), flow(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A text without quotes where no reader of YAML could take it for anything else.
fn plain(text: &str) -> String {
    const WORDS: [&str; 11] = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ];
    let mut letters = text.chars();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '/' || first == '_');
    let fits = |letter: char| letter.is_ascii_alphanumeric() || " /_-.+()`*<>;".contains(letter);
    let is_plain = begins
        && letters.all(fits)
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    match is_plain {
        true => text.to_owned(),
        false => Value::from(text).to_string(),
    }
}
