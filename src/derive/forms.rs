//! What the text of a member looks like that is nobody else's: the forms in which the mark of the run stands in it.

use crate::battery::marked;
use crate::contract::names::words;
use crate::contract::{Media, Operation, Place, StatusKey, open_texts};

use serde_json::Value;

use super::{keys, once};

/// The last words of names of members that must often be somebody's alone.
const NAMING: [&str; 14] = [
    "name",
    "title",
    "label",
    "username",
    "login",
    "slug",
    "key",
    "sku",
    "reference",
    "ref",
    "handle",
    "nickname",
    "subject",
    "email",
];
/// What a marked text may look like, the plainest first.
const FORMS: [&str; 8] = [
    "conform-{mark}",
    "Conform {mark}",
    "conform{mark}",
    "{mark}",
    "{MARK}",
    "{digits}",
    "{letters}",
    "{LETTERS}",
];
/// Marks of which both must fit.
const SAMPLES: [&str; 2] = ["c0000000a", "cz9z9z9z9"];

/// Whether a create may be refused for what is there already, as the document has it: two things at one time may not be.
pub fn refuses_others(operation: &Operation) -> bool {
    let mut responses = operation.responses.iter();
    operation.method == "POST" && responses.any(|one| one.key == StatusKey::Exact(409))
}

/// Whether the last word of a name says that it must often be somebody's alone.
pub fn is_naming(last: &str) -> bool {
    NAMING.contains(&last)
}

/// The form of a text that is nobody else's, where the member may have one, and need not be what the document says; of a day
/// or moment where these are to vary.
pub fn form(
    operation: &Operation,
    (media, body): (&Media, &Value),
    place: &Place,
    varies: bool,
) -> Option<String> {
    let known = media.said_of(place);
    let said = known.or_else(|| media.said_in(body, place))?;
    let at = place.pointer();
    let value = body.pointer(&at)?;
    let name = place.last_key()?;
    let words = words(name);
    let last = words.last()?.as_str();
    if said.contains_key("enum") || said.contains_key("const") {
        return None;
    }
    let format = said.get("format").or_else(|| said.get("x-conform-format"));
    let format = format.and_then(Value::as_str);
    let is_id = place.steps().len() == 1 && ["id", "uuid"].contains(&name);
    let fits = |form: &&str| {
        SAMPLES.iter().all(|mark| {
            let text = marked(form, mark);
            let value = match value.is_number() {
                true => text.parse::<u64>().map_or(Value::Null, Value::from),
                false => Value::from(text),
            };
            let mut other = body.clone();
            let place = other.pointer_mut(&at);
            place.map(|place| *place = value).is_some() && media.allows(&other)
        })
    };
    if value.is_number() {
        return Some("{digits}")
            .filter(|form| is_id && fits(form))
            .map(str::to_owned);
    }
    let text = value.as_str()?;
    match format {
        Some("email" | "idn-email") => {
            return Some("conform-{mark}@example.com")
                .filter(fits)
                .map(str::to_owned);
        }
        Some("uuid") if is_id || once::is_named(name) => return Some("{uuid}".to_owned()),
        Some("uri" | "url" | "iri") => {
            let forms = addresses(text).into_iter();
            return forms.into_iter().find(|form| fits(&form.as_str()));
        }
        Some("password") | None => {}
        Some("date" | "date-time") if varies => {
            let form = format!("{{weeks:{text}}}");
            return Some(form).filter(|form| fits(&form.as_str()));
        }
        Some(_) => return None,
    }
    let is_given = said.contains_key("x-conform-value")
        || !(text.starts_with("text") || said.contains_key("pattern"));
    let is_naming = is_naming(last) || is_id || once::is_named(name);
    let is_key = place.steps().len() == 1 && keys::is_key(operation, name);
    // A server may know how long such a key is.
    let is_short = is_key && is_given && format.is_none() && !self::is_naming(last);
    let may_change =
        format.is_none() && !last.contains("password") && (is_naming || is_short || !is_given);
    let pattern = said.get("pattern").and_then(Value::as_str);
    let few = is_short.then_some(text);
    let free = |form: &String| fits(&form.as_str());
    may_change
        .then(|| plain_forms((text, few), pattern).into_iter().find(free))
        .flatten()
}

/// The forms that a text may have, the likeliest first: those of a short key, the usual ones, those of its shape and pattern.
fn plain_forms((text, key): (&str, Option<&str>), pattern: Option<&str>) -> Vec<String> {
    let short = key.map(|key| shapes(key, FEWEST_OF_A_KEY));
    let open = pattern.map(|pattern| open_texts(pattern, FEWEST));
    let mut out = short.unwrap_or_default();
    out.extend(FORMS.map(str::to_owned));
    out.extend(shapes(text, FEWEST));
    out.extend(open.into_iter().flatten());
    out
}

/// Forms of the shape of a text that a pattern demands: other letters and digits in the same places, as far as they need not
/// be those; in all places, those of the digits, and those of the longest run alone.
fn shapes(text: &str, fewest: usize) -> Vec<String> {
    let kind = |c: char| match c {
        '0'..='9' => Some("digits"),
        'a'..='z' => Some("letters"),
        'A'..='Z' => Some("LETTERS"),
        _ => None,
    };
    let mut runs: Vec<(Option<&str>, String)> = Vec::new();
    for c in text.chars() {
        match runs.last_mut() {
            Some((known, run)) if *known == kind(c) => run.push(c),
            _ => runs.push((kind(c), c.to_string())),
        }
    }
    let longest = runs.iter().filter(|(kind, _)| kind.is_some());
    let longest = longest.map(|(_, run)| run.len()).max().unwrap_or_default();
    let with = |is_changed: &dyn Fn(&str, &str) -> bool| {
        let mut changed = 0;
        let pieces = runs.iter().map(|(kind, run)| match kind {
            Some(kind) if is_changed(kind, run) => {
                changed += run.len();
                format!("{{{kind}:{}}}", run.len())
            }
            _ => run.clone(),
        });
        let form = pieces.collect::<String>();
        (changed >= fewest).then_some(form)
    };
    let all = [
        with(&|_, _| true),
        with(&|kind, _| kind == "digits"),
        with(&|_, run| run.len() == longest),
    ];
    all.into_iter().flatten().collect()
}

/// Fewer characters than that would soon be somebody else's.
const FEWEST: usize = 4;
/// Whether a key is somebody else's is looked at before it is sent.
const FEWEST_OF_A_KEY: usize = 2;

/// Forms of an address on the web, the plainest first: with another last part of its path, or with one that goes on.
fn addresses(text: &str) -> Vec<String> {
    let is_web = text.starts_with("http://") || text.starts_with("https://");
    // What stands for something is no address.
    if !is_web || text.contains(['{', '}']) {
        return Vec::new();
    }
    let (address, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find('/').map(|at| host + at);
    let Some(path) = path else {
        return vec![format!("{address}/{{mark}}{rest}")];
    };
    let last = address.rfind('/').unwrap_or(path);
    let (before, name) = address.split_at(last + 1);
    let (stem, ending) = name.split_at(name.rfind('.').unwrap_or(name.len()));
    vec![
        format!("{before}{{mark}}{ending}{rest}"),
        format!("{before}{stem}-{{mark}}{ending}{rest}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_another_end() {
        for (text, form) in [
            ("https://example.com/x", "https://example.com/{mark}"),
            ("https://example.com", "https://example.com/{mark}"),
            (
                "https://a.org/hooks/main?v=1",
                "https://a.org/hooks/{mark}?v=1",
            ),
            ("http://a.org/logo.png", "http://a.org/{mark}.png"),
            ("https://a.org/hooks/", "https://a.org/hooks/{mark}"),
            ("urn:isbn:1", ""),
            ("https://a.org/{id}", ""),
        ] {
            let found = addresses(text);
            assert_eq!(found.first().map_or("", String::as_str), form, "{text}");
        }
    }
}
