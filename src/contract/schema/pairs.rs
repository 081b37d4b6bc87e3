//! The two ends of a range, such as `start` and `end`: by their names, and values for them that are in order.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// What the name of a beginning has in the place of that of an end.
const ENDS: [(&str, &str); 14] = [
    ("start", "end"),
    ("starts", "ends"),
    ("started", "ended"),
    ("starting", "ending"),
    ("start", "stop"),
    ("begin", "end"),
    ("begins", "ends"),
    ("from", "to"),
    ("from", "until"),
    ("from", "till"),
    ("since", "until"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("lower", "upper"),
];
/// The same for names that begin with `not`.
const AFTER_NOT: (&str, &str) = ("before", "after");

/// A moment, a day and a time of day that are later than those that are made where nothing is said, by which they are told.
const LATER: [(&str, &str); 3] = [
    ("2006-01-02T15:04:05Z", "2037-01-02T15:04:05Z"),
    ("2006-01-02", "2037-01-02"),
    ("15:04:05Z", "16:04:05Z"),
];

/// The first of some names that is that of the beginning of an end: of `endsAt` that is `startsAt`, of `valid_to` it is
/// `valid_from`.
pub fn start_of<'n, T>(end: &str, all: impl Iterator<Item = (T, &'n str)>) -> Option<T> {
    let end = words(end);
    // Most names are those of no end.
    let may_be = end.iter().any(|word| {
        let mut ends = ENDS.iter().chain([&AFTER_NOT]);
        ends.any(|(_, end)| end == word)
    });
    let mut all = all.filter(|_| may_be);
    all.find(|(_, start)| ends(&words(start)).any(|one| one == end))
        .map(|(one, _)| one)
}

/// The words of all names that would be those of the end to a beginning.
fn ends(start: &[String]) -> impl Iterator<Item = Vec<String>> + '_ {
    start.iter().enumerate().flat_map(move |(at, word)| {
        let is_not = at > 0 && start[at - 1] == "not";
        let all = ENDS.iter().chain(is_not.then_some(&AFTER_NOT));
        let found = all.filter(move |(begin, _)| begin == word);
        found.map(move |(_, end)| {
            let mut words = start.to_vec();
            words[at] = (*end).to_owned();
            words
        })
    })
}

/// A value for an end that is later than that of its beginning, of the same kind; `None` where it is so already, or none
/// is known.
pub fn later(start: &Value, end: &Value) -> Option<Value> {
    match (start, end) {
        (Value::String(start), Value::String(end)) if start >= end => {
            let found = LATER
                .iter()
                .find(|(known, later)| known == end && later > &start.as_str());
            found.map(|(_, later)| json!(later))
        }
        (Value::Number(start), Value::Number(end)) => match (start.as_i64(), end.as_i64()) {
            (Some(start), Some(end)) if start >= end => Some(json!(start.checked_add(1)?)),
            (Some(_), Some(_)) => None,
            _ => {
                let (start, end) = (start.as_f64()?, end.as_f64()?);
                (start >= end).then(|| json!(start + 1.0))
            }
        },
        _ => None,
    }
}

/// Puts the ends of an object behind their beginnings, where `may_be` takes the value for the member of that name.
pub(super) fn put_in_order(map: &mut Map<String, Value>, may_be: impl Fn(&str, &Value) -> bool) {
    let names: Vec<String> = map.keys().cloned().collect();
    let words: Vec<Vec<String>> = names.iter().map(|name| words(name)).collect();
    let mut known: HashMap<&[String], usize> = HashMap::new();
    for (n, words) in words.iter().enumerate() {
        known.entry(words).or_insert(n);
    }
    for (start, words) in names.iter().zip(&words) {
        let found = ends(words).filter_map(|end| known.get(&*end));
        let Some(end) = found.min().map(|n| &names[*n]) else {
            continue;
        };
        let value = later(&map[start], &map[end]).filter(|value| may_be(end, value));
        if let Some(value) = value {
            map.insert(end.clone(), value);
        }
    }
}

/// The words of a name, lower-case.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() && was_small {
            out.push(String::new());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
        if letter.is_alphanumeric() {
            out.last_mut()
                .expect("there is a last word")
                .extend(letter.to_lowercase());
        }
    }
    out.retain(|word| !word.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_pair(start: &str, end: &str) -> bool {
        start_of(end, [((), start)].into_iter()).is_some()
    }

    #[test]
    fn the_ends_of_a_range_are_told_by_their_names() {
        for (start, end) in [
            ("startsAt", "endsAt"),
            ("start", "end"),
            ("start_date", "end_date"),
            ("from", "until"),
            ("valid_from", "valid_to"),
            ("notBefore", "notAfter"),
            ("min-price", "max-price"),
        ] {
            assert!(is_pair(start, end), "{start} {end}");
            assert!(!is_pair(end, start), "{start} {end}");
            let mut map = Map::from_iter(
                [("a", 1), (end, 2), (start, 2)].map(|(name, n)| (name.to_owned(), json!(n))),
            );
            put_in_order(&mut map, |_, _| true);
            assert_eq!((&map[start], &map[end]), (&json!(2), &json!(3)));
        }
        for (one, other) in [
            ("start", "end_date"),
            ("startDate", "endTime"),
            ("before", "after"),
            ("from", "from"),
            ("a", "b"),
        ] {
            assert!(!is_pair(one, other), "{one} {other}");
        }
    }

    #[test]
    fn an_end_is_later_than_its_beginning() {
        let moment = json!("2006-01-02T15:04:05Z");
        let table = [
            (
                moment.clone(),
                moment.clone(),
                Some(json!("2037-01-02T15:04:05Z")),
            ),
            (
                json!("2030-05-05"),
                json!("2006-01-02"),
                Some(json!("2037-01-02")),
            ),
            (json!("2040-05-05"), json!("2006-01-02"), None),
            (json!("2005-01-01"), json!("2006-01-02"), None),
            (json!("text"), json!("text"), None),
            (json!(1), json!(1), Some(json!(2))),
            (json!(1.5), json!(1), Some(json!(2.5))),
            (json!(1), json!(5), None),
            (json!("1"), json!(1), None),
        ];
        for (start, end, wanted) in table {
            assert_eq!(later(&start, &end), wanted, "{start} {end}");
        }
    }
}
