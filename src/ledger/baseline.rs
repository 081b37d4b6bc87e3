//! The baseline: known findings, with a reason and an expiry, that do not gate. A file that names nothing known, or
//! that outlived what it excuses, is a failure itself, so that it cannot rot.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::battery::{BatteryError, Plan, with_nearest};
use crate::contract::nearest::hint;
use crate::contract::yaml::{self, Mark, Node};

use super::Sightings;
use super::baseline_text::cut;

/// The file as a person writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    findings: Vec<EntryFile>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    clause: String,
    case: String,
    reason: String,
    expires: String,
}

/// A known finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The clause's id.
    pub clause: String,
    /// The case's id.
    pub case: String,
    /// Why it is accepted for now.
    pub reason: String,
    /// The last day on which it is accepted.
    pub expires: jiff::civil::Date,
    /// Its line in the file.
    pub line: u64,
    /// Its own lines with the comments above them, as `baseline_text` cuts them.
    pub text: String,
}

/// All known findings, as of a day.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The file's name.
    pub source_name: String,
    /// The findings.
    pub entries: Vec<Entry>,
    /// Whether it is written again after the run, so that a stale entry is no failure.
    pub renewed: bool,
    /// The comments at its beginning and its end.
    pub comments: [String; 2],
    today: jiff::civil::Date,
}

impl Baseline {
    /// Reads a baseline; `today` decides what has expired.
    ///
    /// # Errors
    /// An unknown key, clause or case, an empty reason or a date that is none: with line and what was meant.
    pub fn read(
        source_name: &str,
        text: &str,
        plan: &Plan,
        today: jiff::civil::Date,
    ) -> Result<Baseline, BatteryError> {
        let fail = |mark: Mark, message: String| BatteryError {
            source_name: source_name.to_owned(),
            line: mark.line,
            column: mark.column,
            message,
        };
        let root = yaml::parse(text).map_err(|error| fail(error.mark, error.message))?;
        let file: File = serde_saphyr::from_str_with_options(text, yaml::strict_options())
            .map_err(|error| {
                let error = yaml::error_with_mark(&error);
                fail(error.mark, with_nearest(&error.message))
            })?;
        let places = root
            .get("findings")
            .and_then(Node::as_sequence)
            .unwrap_or_default();
        let list = root.entry("findings").map_or(0, |entry| entry.key.line);
        let marks: Vec<Mark> = places.iter().map(|place| place.mark).collect();
        let mut pieces = cut(text, list, &marks);
        let mut entries = Vec::new();
        for (n, entry) in file.findings.into_iter().enumerate() {
            let mark = |key: &str| {
                places
                    .get(n)
                    .and_then(|node| node.entry(key))
                    .map(|entry| entry.key)
                    .unwrap_or_default()
            };
            let Some(clause) = plan.find_clause(&entry.clause) else {
                let hint = hint(
                    &entry.clause,
                    plan.clauses.iter().map(|(_, clause)| clause.id()),
                );
                return Err(fail(
                    mark("clause"),
                    format!("the contract has no clause `{}`{hint}", entry.clause),
                ));
            };
            // Cases of operations that were not chosen are not derived.
            let is_asked = plan.is_chosen(plan.clauses.operation(clause));
            if is_asked && !plan.known_cases.contains(&entry.case) {
                let hint = hint(&entry.case, plan.known_cases.iter().map(String::as_str));
                return Err(fail(
                    mark("case"),
                    format!("the battery has no case `{}`{hint}", entry.case),
                ));
            }
            if entry.reason.trim().is_empty() {
                return Err(fail(
                    mark("reason"),
                    "a reason is needed: say why this finding is accepted for now".to_owned(),
                ));
            }
            let expires = entry.expires.parse().map_err(|_| {
                fail(
                    mark("expires"),
                    format!("`{}` is no date such as 2026-12-31", entry.expires),
                )
            })?;
            entries.push(Entry {
                clause: plan.clauses.get(clause).id().to_owned(),
                case: entry.case,
                reason: entry.reason,
                expires,
                line: mark("clause").line,
                text: pieces
                    .entries
                    .get_mut(n)
                    .map(std::mem::take)
                    .unwrap_or_default(),
            });
        }
        Ok(Baseline {
            source_name: source_name.to_owned(),
            entries,
            renewed: false,
            comments: [pieces.head, pieces.tail],
            today,
        })
    }

    /// Why a finding of that clause in that case is excused today; absent where it is not.
    pub fn excuse(&self, clause: &str, case: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| {
            entry.clause == clause && entry.case == case && entry.expires >= self.today
        });
        entry.map(|entry| entry.reason.as_str())
    }

    /// What is wrong with the file after a run: expired entries, and entries whose clause was tested and held.
    pub fn rot(&self, plan: &Plan, seen: &[(usize, &Sightings)]) -> Vec<String> {
        let mut out = Vec::new();
        for entry in &self.entries {
            let place = format!("{}:{}", self.source_name, entry.line);
            if entry.expires < self.today {
                out.push(format!("{place}: the baseline entry for {} in {} expired on {}: mend it or renew the entry", entry.clause, entry.case, entry.expires));
                continue;
            }
            let Some(clause) = plan.find_clause(&entry.clause) else {
                continue;
            };
            let held = seen.iter().any(|(case, sightings)| {
                plan.cases[*case].id == entry.case
                    && sightings.exercised(clause) > 0
                    && !sightings.broken().contains_key(&clause)
            });
            if held && !self.renewed {
                out.push(format!("{place}: the baseline entry for {} in {} is stale: the clause was tested and held, so remove the entry", entry.clause, entry.case));
            }
        }
        out
    }

    /// The text of a baseline with what was found and what is kept, each as clause and case. What a person wrote in `known` is
    /// kept with its comments (the first entry of several), and so are the comments before and after all; the rest is to be filled in.
    pub fn write(
        found: &[(String, String)],
        kept: &[(String, String)],
        known: &[Entry],
        comments: &[String; 2],
        expires: jiff::civil::Date,
    ) -> String {
        let all: BTreeSet<&(String, String)> = found.iter().chain(kept).collect();
        let entries: Vec<Entry> = all
            .into_iter()
            .map(|(clause, case)| {
                let mut known = known.iter();
                let known = known.find(|entry| entry.clause == *clause && entry.case == *case);
                known.cloned().unwrap_or_else(|| Entry {
                    clause: clause.clone(),
                    case: case.clone(),
                    reason: "to be filled in".to_owned(),
                    expires,
                    line: 0,
                    text: String::new(),
                })
            })
            .collect();
        let text = text(&entries, comments);
        // Lines can depend on others that are gone (an anchor, say); then each entry is written anew.
        if means(&text, &entries) {
            return text;
        }
        let mut plain = entries;
        plain.iter_mut().for_each(|entry| entry.text.clear());
        self::text(&plain, comments)
    }
}

/// Entries as a file: in the lines of their own where they have some.
fn text(entries: &[Entry], [head, tail]: &[String; 2]) -> String {
    let head = match head.as_str() {
        "" => {
            "# Known findings that do not gate. Say in `reason` why each is accepted for now; after `expires` it fails the run again.\n"
        }
        own => own,
    };
    let mut out = format!("{head}findings:");
    out.push_str(if entries.is_empty() { " []\n" } else { "\n" });
    for entry in entries {
        let [clause, case, reason] =
            [&entry.clause, &entry.case, &entry.reason].map(|text| serde_json::json!(text));
        let fresh = || {
            format!(
                "- clause: {clause}\n  case: {case}\n  reason: {reason}\n  expires: {}\n",
                entry.expires
            )
        };
        let own = match entry.text.as_str() {
            "" => fresh(),
            own => own.to_owned(),
        };
        for line in own.lines() {
            out.push_str(if line.is_empty() { "" } else { "  " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out + tail
}

/// Whether a text is read as these entries.
fn means(text: &str, entries: &[Entry]) -> bool {
    let file = serde_saphyr::from_str_with_options::<File>(text, yaml::strict_options());
    let is_same = |(read, entry): (&EntryFile, &Entry)| {
        read.case == entry.case
            && read.reason == entry.reason
            && read
                .expires
                .parse()
                .is_ok_and(|expires: jiff::civil::Date| expires == entry.expires)
    };
    file.is_ok_and(|file| {
        file.findings.len() == entries.len() && file.findings.iter().zip(entries).all(is_same)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_kept_and_what_is_new_is_to_be_filled_in() {
        let pair = |clause: &str| (clause.to_owned(), "walk".to_owned());
        let date = |text: &str| text.parse().unwrap();
        let known = Entry {
            clause: "a".into(),
            case: "walk".into(),
            reason: "they \"know\": #12".into(),
            expires: date("2026-01-31"),
            line: 1,
            text: String::new(),
        };
        let text = Baseline::write(
            &[pair("c"), pair("a")],
            &[pair("b"), pair("a")],
            &[known],
            &Default::default(),
            date("2030-12-31"),
        );
        let entry = |clause: &str, reason: &str, expires: &str| {
            format!(
                "  - clause: \"{clause}\"\n    case: \"walk\"\n    reason: {reason}\n    expires: {expires}\n"
            )
        };
        let open = |clause: &str| entry(clause, "\"to be filled in\"", "2030-12-31");
        let kept = entry("a", r#""they \"know\": #12""#, "2026-01-31");
        assert!(
            text.ends_with(&format!("findings:\n{kept}{}{}", open("b"), open("c"))),
            "{text}"
        );
        let file: File = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(file.findings[0].reason, "they \"know\": #12");
        assert!(
            Baseline::write(&[], &[], &[], &Default::default(), date("2030-12-31"))
                .ends_with("findings: []\n")
        );
    }

    #[test]
    fn comments_stay_with_what_they_are_about() {
        let known = |clause: &str, text: &str| Entry {
            clause: clause.into(),
            case: "walk".into(),
            reason: "r".into(),
            expires: "2026-01-31".parse().unwrap(),
            line: 1,
            text: text.into(),
        };
        let pair = |clause: &str| (clause.to_owned(), "walk".to_owned());
        let comments = ["# ours\n".to_owned(), "# end\n".to_owned()];
        let write = |text: &str| {
            let known = known("b", text);
            let expires = "2030-12-31".parse().unwrap();
            Baseline::write(&[pair("a")], &[pair("b")], &[known], &comments, expires)
        };
        let own =
            "# why\n- clause: b\n  case: walk # the second\n  reason: r\n  expires: 2026-01-31\n";
        let fresh = "  - clause: \"a\"\n    case: \"walk\"\n    reason: \"to be filled in\"\n    expires: 2030-12-31\n";
        let indented = own.replace("\n", "\n  ");
        assert_eq!(
            write(own),
            format!(
                "# ours\nfindings:\n{fresh}  {}# end\n",
                indented.trim_end_matches(' ')
            )
        );
        // The anchor went with another entry.
        let text = write("- clause: b\n  case: *other\n  reason: r\n  expires: 2026-01-31\n");
        assert!(text.contains("case: \"walk\"\n    reason: \"r\""), "{text}");
        assert!(text.starts_with("# ours\n"), "{text}");
    }
}
