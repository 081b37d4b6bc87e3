//! The bodies that a request is tried with, and texts in it that are different in each request and each run.

use serde_json::Value;

use super::members;
use super::model::{BodyTry, OrderedMap};
use super::sought::Offer;

/// One of several bodies that are tried in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The body.
    pub json: Value,
    /// Members with a marked text, by their pointers.
    pub marks: Vec<(String, String)>,
    /// Members whose value other cases offer: the pointer, and the cases with what each offers.
    pub sought: Vec<(String, Vec<(String, Offer)>)>,
    /// Whether only those of its members are sent that a refusal names.
    pub named: bool,
}

impl Trial {
    /// As it is written; each place that it names is known to be one.
    pub(super) fn of(written: &BodyTry) -> Trial {
        let sought = written.answers.0.iter().map(|(at, answers)| {
            let offers = answers.of.iter();
            let offers = offers.filter_map(|one| Some((one.case.clone(), Offer::of(one)?)));
            (at.clone(), offers.collect())
        });
        let OrderedMap(marks) = &written.marks;
        Trial {
            json: written.json.clone(),
            marks: marks.clone().into_iter().collect(),
            sought: sought.collect(),
            named: written.named,
        }
    }

    /// The body with another value at a place.
    pub fn with(body: &Value, at: &str, value: Value) -> Value {
        let mut out = Some(body.clone());
        members::set(&mut out, at, value);
        out.unwrap_or_default()
    }
}

/// What becomes of a member of whichever body is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// It gets this value.
    Set(String, Value),
    /// It is removed.
    Remove(String),
}

/// All bodies of a request of which one is chosen when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bodies {
    pub(super) trials: Vec<Trial>,
    /// The case whose body is taken.
    pub(super) like: Option<String>,
    pub(super) edits: Vec<Edit>,
}

impl Bodies {
    /// The body to be sent; `value` is the chosen one, that of `which` where there is none.
    pub(super) fn body(
        &self,
        which: usize,
        value: Option<Value>,
        mark: Option<&str>,
    ) -> Option<Value> {
        let trial = self.trials.get(which)?;
        let mut body = Some(value.unwrap_or_else(|| trial.json.clone()));
        for (at, text) in &trial.marks {
            let text = mark.map_or_else(|| text.clone(), |mark| marked(text, mark));
            let Some(now) = body.as_ref().and_then(|body| body.pointer(at)) else {
                continue;
            };
            // What an answer gave stays.
            let mut sought = trial.sought.iter();
            if sought.any(|(place, _)| place == at) && Some(now) != trial.json.pointer(at) {
                continue;
            }
            let number = text.parse::<u64>().ok().filter(|_| now.is_number());
            members::set(
                &mut body,
                at,
                number.map_or(Value::String(text), Value::from),
            );
        }
        for edit in &self.edits {
            match edit {
                Edit::Set(at, value) => drop(members::set(&mut body, at, value.clone())),
                Edit::Remove(at) => drop(members::remove(&mut body, at)),
            }
        }
        body
    }
}

/// A text with its mark: `{mark}` and `{MARK}` are the mark itself; `{digits}`, `{uuid}` and six `{letters}` or `{LETTERS}`
/// are made of it, and so are as many of them as `{digits:13}` says. `{weeks:2026-03-02}` is that day some weeks later.
pub fn marked(text: &str, mark: &str) -> String {
    if let Some(later) = some_weeks_later(text, mark) {
        return later;
    }
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in mark.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let digits = (100_000_000 + hash % 900_000_000).to_string();
    let (high, low) = (
        hash,
        hash.rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15),
    );
    let uuid = format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    );
    let mut rest = low;
    let letters: String = (0..6)
        .map(|_| {
            let letter = b'a' + (rest % 26) as u8;
            rest /= 26;
            char::from(letter)
        })
        .collect();
    let text = counted(text, hash ^ low);
    text.replace("{mark}", mark)
        .replace("{MARK}", &mark.to_ascii_uppercase())
        .replace("{digits}", &digits)
        .replace("{letters}", &letters)
        .replace("{LETTERS}", &letters.to_ascii_uppercase())
        .replace("{uuid}", &uuid)
}

/// What such a text begins with.
const WEEKS: &str = "{weeks:";
/// So many requests, one after the other, get days of their own.
const MOST_WEEKS: u64 = 97;

/// Whether a text is that of a day or a moment, which tells nobody whose it is.
pub fn is_of_time(text: &str) -> bool {
    text.starts_with(WEEKS)
}

/// The moment of `{weeks:…}`, on the same day of another week: of the marks of a run each the next one.
fn some_weeks_later(text: &str, mark: &str) -> Option<String> {
    let moment = text.strip_prefix(WEEKS)?.strip_suffix('}')?;
    let number = mark.get(mark.len().saturating_sub(4)..).unwrap_or_default();
    let number = u64::from_str_radix(number, 36).unwrap_or_default();
    let weeks = 1 + (number / 64 * 7 + number % 64) % MOST_WEEKS;
    let day: jiff::civil::Date = moment.get(..10)?.parse().ok()?;
    let span = jiff::Span::new().weeks(i64::try_from(weeks).ok()?);
    let later = day.checked_add(span).ok()?;
    Some(format!("{later}{}", moment.get(10..)?))
}

/// The same text with what `{digits:N}`, `{letters:N}` and `{LETTERS:N}` stand for.
fn counted(text: &str, seed: u64) -> String {
    let kinds = [
        ("{digits:", b'0', 10),
        ("{letters:", b'a', 26),
        ("{LETTERS:", b'A', 26),
    ];
    let mut out = text.to_owned();
    let mut state = seed | 1;
    for (begins, first, of) in kinds {
        while let Some((before, rest)) = out.split_once(begins) {
            let Some((count, after)) = rest.split_once('}') else {
                break;
            };
            let count = count.parse::<usize>().unwrap_or_default().min(LONGEST_MARK);
            let made = (0..count).map(|_| {
                // Xorshift: each state leads to another one.
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(first + ((state >> 33) % of) as u8)
            });
            let made: String = made.collect();
            out = format!("{before}{made}{after}");
        }
    }
    out
}

/// The most characters that one of these stands for.
const LONGEST_MARK: usize = 200;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_marked_text_is_another_for_another_mark() {
        let text = "a-{mark}-{MARK} {digits} {uuid} {letters}";
        let first = marked(text, "c1ab20001");
        assert_eq!(first, marked(text, "c1ab20001"));
        let parts: Vec<&str> = first.split(' ').collect();
        assert_eq!(parts[0], "a-c1ab20001-C1AB20001");
        assert_eq!((parts[1].len(), parts[2].len()), (9, 36));
        assert!(parts[3].len() == 6 && parts[3].bytes().all(|byte| byte.is_ascii_lowercase()));
        let shaped = marked("bk_{digits:13}-{LETTERS:3}", "c1ab20001");
        let (digits, letters) = shaped.split_once('-').unwrap();
        assert_eq!(
            digits.replace(|c: char| c.is_ascii_digit(), "0"),
            format!("bk_{}", "0".repeat(13))
        );
        assert!(letters.len() == 3 && letters.bytes().all(|byte| byte.is_ascii_uppercase()));
        assert_ne!(shaped, marked("bk_{digits:13}-{LETTERS:3}", "c1ab20002"));
        let second = marked(text, "c1ab20002");
        let other: Vec<&str> = second.split(' ').collect();
        assert!(parts.iter().zip(&other).all(|(one, other)| one != other));
    }

    #[test]
    fn a_moment_is_in_another_week_for_each_mark() {
        let moments = ["cab120000", "cab120001", "cab12001s", ""];
        let moments = moments.map(|mark| marked("{weeks:2026-03-02T09:00:00+01:00}", mark));
        let weeks = ["2026-03-09", "2026-03-16", "2026-04-27", "2026-03-09"];
        assert_eq!(moments, weeks.map(|day| format!("{day}T09:00:00+01:00")));
        assert_eq!(marked("{weeks:2026-03-02}", "cab120000"), "2026-03-09");
    }

    #[test]
    fn the_chosen_body_is_marked_and_then_edited() {
        let trial = |json: Value, at: &str| Trial {
            json,
            marks: vec![(at.to_owned(), "n-{mark}".to_owned())],
            sought: Vec::new(),
            named: false,
        };
        let bodies = Bodies {
            trials: vec![
                trial(json!({"name": "a"}), "/name"),
                trial(json!({"name": "a", "tag": "t"}), "/tag"),
            ],
            like: None,
            edits: vec![
                Edit::Set("/size".to_owned(), json!(1)),
                Edit::Remove("/tag".to_owned()),
            ],
        };
        assert_eq!(
            bodies.body(0, None, Some("x")),
            Some(json!({"name": "n-x", "size": 1}))
        );
        let chosen = Some(json!({"name": "b", "tag": "t"}));
        assert_eq!(
            bodies.body(1, chosen, Some("x")),
            Some(json!({"name": "b", "size": 1}))
        );
        assert_eq!(
            bodies.body(0, None, None),
            Some(json!({"name": "n-{mark}", "size": 1}))
        );
        assert_eq!(bodies.body(2, None, None), None);
    }

    #[test]
    fn what_no_answer_gave_is_marked() {
        let bodies = Bodies {
            trials: vec![Trial {
                json: json!({"machine_id": "text"}),
                marks: vec![("/machine_id".to_owned(), "n-{mark}".to_owned())],
                sought: vec![("/machine_id".to_owned(), Vec::new())],
                named: false,
            }],
            ..Bodies::default()
        };
        let sent = |chosen| bodies.body(0, chosen, Some("x"));
        assert_eq!(sent(None), Some(json!({"machine_id": "n-x"})));
        let found = json!({"machine_id": "m7"});
        assert_eq!(sent(Some(found.clone())), Some(found));
    }
}
