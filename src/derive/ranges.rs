//! Query parameters that bound the items of a list by a member: `created_after`, `min_price`, `price_lte`, `from`. Which, by
//! which member, and which side. Only where exactly one member fits.

use crate::battery::model::{Bound, Edge};
use crate::contract::names::words;
use crate::contract::{Contract, In, Operation, Parameter, Style};

use super::filters::{self, Said};
use super::pages;
use super::reading::{Answer, Member};

const LEAST: [&str; 9] = [
    "after", "since", "from", "gte", "gt", "min", "minimum", "start", "ge",
];
const MOST: [&str; 10] = [
    "before", "until", "till", "to", "lte", "lt", "max", "maximum", "end", "le",
];
/// What stands around the name of a moment.
const OF_MOMENTS: [&str; 6] = ["at", "on", "date", "time", "day", "datetime"];
/// Moments that nobody means who names none.
const OF_RECORDS: [&str; 6] = [
    "created", "creation", "updated", "modified", "deleted", "changed",
];
/// Of a parameter that does something else, or not always.
const OTHERWISE: &str = "overlap overlaps overlapping active during running open approximately approximate about around \
roughly exclude excludes excluding excluded except ignored ignores deprecated unused reserved default defaults requires \
combination together instead relative ago window rounded converted currency or include includes including also";
/// Of the other side.
const ABOVE: &str = "after since least newer later minimum above greater more";
const BELOW: &str = "before until most older earlier maximum below less fewer";

/// A parameter that bounds, and where the member stands: a pointer in which `*` is each item.
pub struct Range<'c> {
    pub parameter: &'c Parameter,
    pub at: String,
    pub bound: Bound,
    /// Whether what is at the bound is shown, where the document says so.
    pub edge: Option<Edge>,
    /// Whether the document says that no others are shown.
    pub is_only: bool,
}

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// The parameters of a list that bound its items.
pub fn ranges<'c>(contract: &'c Contract, operation: &'c Operation) -> Vec<Range<'c>> {
    let Some((answer, members)) = filters::members(contract, operation) else {
        return Vec::new();
    };
    let own = operation.parameters.iter().filter(|one| {
        one.location == In::Query
            && !one.required
            && one.style == Style::Form
            && !operation.carries_credentials(one)
            && !pages::is_position(&one.name)
    });
    own.filter_map(|parameter| range(answer, parameter, &members))
        .collect()
}

fn range<'c>(
    answer: Answer<'c>,
    parameter: &'c Parameter,
    members: &[Member<'c>],
) -> Option<Range<'c>> {
    let (stem, bound) = read(&parameter.name)?;
    let said = Said::of_any(answer.contract, parameter)?;
    let other = match bound {
        Bound::AtLeast => BELOW,
        Bound::AtMost => ABOVE,
    };
    // What says `at or before` of the least may mean another thing by it.
    let is_otherwise =
        |word: &String| is_one_of(OTHERWISE, word) && word != "or" || is_one_of(other, word);
    if said.description.iter().any(is_otherwise) {
        return None;
    }
    let is_moment = |member: &&Member<'c>| answer.remark(member.node, "format").starts_with("date");
    let of_number = ["integer", "number"].contains(&&*said.kind);
    let found: Vec<&Member<'c>> = match (of_number, said.is_moment) {
        (true, _) => {
            let is_it = |member: &&Member<'c>| {
                let kind = answer.kind(member.node);
                ["integer", "number"].contains(&kind) && member.folded == stem.concat()
            };
            members.iter().filter(is_it).collect()
        }
        (_, true) => {
            let all = members.iter().filter(is_moment);
            all.filter(|member| is_meant(member, &stem)).collect()
        }
        _ => return None,
    };
    let [member] = found[..] else {
        return None;
    };
    Some(Range {
        parameter,
        at: member.place.pointer(),
        bound,
        edge: edge(&parameter.name, &said.description),
        is_only: said.description.iter().any(|word| word == "only"),
    })
}

/// The words of a name without the one that says that it bounds, and which side.
fn read(name: &str) -> Option<(Vec<String>, Bound)> {
    let all = words(name);
    let bound = |word: &String| match &**word {
        word if LEAST.contains(&word) => Some(Bound::AtLeast),
        word if MOST.contains(&word) => Some(Bound::AtMost),
        _ => None,
    };
    let (last, before) = all.split_last()?;
    // `start` and `end` alone, or in front, are names of members.
    if let Some(bound) = bound(last).filter(|_| !["start", "end"].contains(&&**last)) {
        return Some((before.to_vec(), bound));
    }
    let (first, rest) = all.split_first()?;
    let bound = bound(first).filter(|_| !["start", "end"].contains(&&**first))?;
    (!rest.is_empty()).then(|| (rest.to_vec(), bound))
}

/// Whether what is at the bound itself is shown, by the name of the parameter and by what is said of it, where both agree.
fn edge(name: &str, said: &[String]) -> Option<Edge> {
    const WITHIN: &str = "inclusive inclusively";
    const BEYOND: &str = "exclusive exclusively strictly";
    const NOT: &str = "not no non never either";
    const WITH_IT: &str = "later earlier newer older more less after before greater smaller higher lower equal above below";
    let has = |list: &str| said.iter().any(|word| is_one_of(list, word));
    let has_pair = |is_pair: &dyn Fn(&str, &str) -> bool| {
        said.windows(2).any(|pair| is_pair(&pair[0], &pair[1]))
    };
    if has(NOT) {
        return None;
    }
    let is_or = has_pair(&|one, other| one == "or" && is_one_of(WITH_IT, other));
    let is_at = has_pair(&|one, other| one == "at" && ["least", "most"].contains(&other));
    let words = words(name);
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&&**word));
    let within = has(WITHIN) || is_or || is_at || named(&["gte", "ge", "lte", "le"]);
    let beyond = has(BEYOND) || named(&["gt", "lt"]);
    match (within, beyond) {
        (true, false) => Some(Edge::Within),
        (false, true) => Some(Edge::Beyond),
        _ => None,
    }
}

/// Whether a moment is the one that a name means; the one that is no record's own where it names none.
fn is_meant(member: &Member<'_>, stem: &[String]) -> bool {
    let plain = |all: &[String]| -> Vec<String> {
        let all = all.iter().filter(|word| !OF_MOMENTS.contains(&&***word));
        all.cloned().collect()
    };
    let own = plain(&words(member.place.last_key().unwrap_or_default()));
    let stem = plain(stem);
    let is_plural = |one: &[String], other: &[String]| {
        let [one, other] = [one, other].map(<[String]>::concat);
        one == other || format!("{one}s") == other
    };
    match stem.is_empty() {
        true => !own.iter().any(|word| OF_RECORDS.contains(&&**word)),
        false => is_plural(&own, &stem) || is_plural(&stem, &own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::things;

    fn found(parameter: &str, more: &str) -> Option<String> {
        const PROPERTIES: &str = "price: {type: number}, amount: {type: integer}, starts_at: {type: string, format: date-time}, created_at: {type: string, format: date-time}";
        let operation = format!("parameters: [{{in: query, {parameter}}}]");
        let contract = things::list(&operation, &format!("{PROPERTIES}{more}"));
        let found = ranges(&contract, &contract.operations[0]);
        let found = found.first()?;
        let (_, member) = found.at.rsplit_once('/').unwrap();
        Some(format!("{member} {:?}", found.bound))
    }

    const MOMENT: &str = "schema: {type: string, format: date-time}";

    #[test]
    fn a_bound_names_its_member_and_its_side() {
        for (name, schema, wanted) in [
            ("created_after", MOMENT, "created_at AtLeast"),
            ("createdBefore", MOMENT, "created_at AtMost"),
            ("created_at_gte", MOMENT, "created_at AtLeast"),
            ("startsAfter", MOMENT, "starts_at AtLeast"),
            ("from", MOMENT, "starts_at AtLeast"),
            (
                "to_date",
                "schema: {type: string, format: date}",
                "starts_at AtMost",
            ),
            ("min_price", "schema: {type: number}", "price AtLeast"),
            ("maxPrice", "schema: {type: number}", "price AtMost"),
            ("'price[lte]'", "schema: {type: integer}", "price AtMost"),
            ("amount_gt", "schema: {type: integer}", "amount AtLeast"),
        ] {
            let parameter = format!("name: {name}, {schema}");
            assert_eq!(found(&parameter, "").as_deref(), Some(wanted), "{name}");
        }
    }

    #[test]
    fn what_may_mean_something_else_bounds_nothing() {
        let later = ", ends_at: {type: string, format: date-time}";
        for (parameter, more) in [
            ("name: after, schema: {type: string}".to_owned(), ""),
            ("name: price, schema: {type: number}".to_owned(), ""),
            ("name: min_weight, schema: {type: number}".to_owned(), ""),
            (
                "name: min_price, schema: {type: number, default: 3}".to_owned(),
                "",
            ),
            ("name: min_price, schema: {type: string}".to_owned(), ""),
            (format!("name: from, {MOMENT}"), later),
            (
                format!("name: since, description: Only what was active since., {MOMENT}"),
                "",
            ),
            (
                format!("name: from, description: Only what starts before., {MOMENT}"),
                "",
            ),
            (format!("name: paid_after, {MOMENT}"), ""),
        ] {
            assert_eq!(found(&parameter, more), None, "{parameter}");
        }
    }

    #[test]
    fn the_bound_belongs_where_name_and_words_say() {
        let words = crate::contract::names::words;
        for (name, said, wanted) in [
            ("created_gte", "", Some(Edge::Within)),
            ("created_lt", "", Some(Edge::Beyond)),
            ("created_after", "", None),
            (
                "created_after",
                "Only after this instant (exclusive)",
                Some(Edge::Beyond),
            ),
            (
                "hired_from",
                "Hired on this day or later",
                Some(Edge::Within),
            ),
            ("min_size", "Of at least so many bytes", Some(Edge::Within)),
            ("min_size", "", None),
            // Both, or the contrary.
            ("created_gt", "Created then or later", None),
            ("min_size", "not inclusive", None),
            ("min_size", "at least, either inclusive or exclusive", None),
        ] {
            assert_eq!(edge(name, &words(said)), wanted, "{name} {said}");
        }
    }
}
