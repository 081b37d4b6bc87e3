//! Query parameters that select items by a member: which, and where the member stands. A name alone proves little, so a
//! filter is believed where the document lists the same values for both, where both are yes or no, or where it says so.

use crate::contract::names::{folded, words};
use crate::contract::yaml::Node;
use crate::contract::{Contract, In, Operation, Parameter, Style};

use super::naming::noun;
use super::pages;
use super::prose;
use super::reading::{Answer, Member};

/// A parameter that selects, and where the member stands: a pointer in which `*` is each item.
pub struct Filter<'c> {
    pub parameter: &'c Parameter,
    pub at: String,
    /// Whether the document says that no others are shown than those of one of its few values.
    pub is_only: bool,
    /// How well the document supports it; the larger the better.
    support: usize,
}

/// Words before or behind a name that say what is done with it.
const FILTERS: [&str; 4] = ["filter", "filters", "filterby", "where"];
/// Words around a name that say nothing else.
const AROUND: [&str; 3] = ["by", "only", "eq"];
/// Names, folded, of what changes how the answer looks, or where it comes from, and not which items it has.
const OTHERS: &str = "id ids version apiversion v revision language lang locale culture currency unit units format fields \
field output timezone tz view mode projection expand embed include exclude q query search term keyword keywords text sort \
order direction page count total role scope";
/// Words that speak of selecting.
const SELECTING: &str = "filter filters filtered filtering only match matches matching restrict restricts restricted \
narrow narrows narrowed whose belonging having";
/// Words of a parameter that selects otherwise than by the same value, that does something else, or not always.
const OTHERWISE: &str = "partial partially contain contains containing prefix prefixed suffix start starts starting begin \
begins beginning end ends ending search searches searched searching fuzzy fuzzily glob wildcard wildcards like substring \
regex regexp regular pattern insensitive insensitively similar closest nearest approximate approximately around near \
minimum maximum min max least most greater less more higher lower above below under over before after since until older \
newer later earlier range ranges between exceed exceeds exceeding threshold severity exclude excludes excluding excluded \
except not without hide hides omit omits ignore ignores ignored unless include includes including included also addition \
additionally plus expand embed child children descendant descendants subtree sub nested recursive recursively hierarchy \
ancestor ancestors tree visible accessible access permission permissions shared behalf impersonate perspective admin admins \
administrators internal sort sorts sorted sorting ordered ordering rank ranked ranking relevance boost boosts prefer \
prefers preferred preference hint translate translated translation localized localised language currency convert converted \
unit units format formatted render rendered deprecated unused reserved effect fallback falls default defaults requires \
required combination combined together conjunction either instead eventually cached";
/// Words of these that say nothing else where both list the same values, and only those are shown.
const HARMLESS: &str = "currency language unit units";
/// Behind `only`: it is said when the parameter counts, and not what it selects.
const WHEN: &str =
    "applies apply applicable valid used use works supported available relevant has if when";
/// Of a list that lags behind what it lists.
const LAGGING: &str = "eventually indexed indexing cached snapshot replica delayed nightly hourly refreshed periodically";

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// The plain members of a list's items; `None` where it is no list, or lags behind what it lists.
pub fn members<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
) -> Option<(Answer<'c>, Vec<Member<'c>>)> {
    let says = prose::said_of(contract, operation);
    let lags = says.iter().any(|word| is_one_of(LAGGING, word));
    let body = operation.success_bodies().next().filter(|_| !lags)?;
    let answer = Answer::new(contract, body);
    let (_, entry) = answer.items(&noun(&operation.path))?;
    let mut members = answer.members(entry);
    let inner = answer.objects(entry).into_iter();
    let inner = inner.filter(|member| member.folded == "attributes");
    members.extend(inner.flat_map(|member| answer.members(member.node)));
    Some((answer, members))
}

/// The parameters of a list that select by a member, the best supported first.
pub fn filters<'c>(contract: &'c Contract, operation: &'c Operation) -> Vec<Filter<'c>> {
    let Some((answer, members)) = members(contract, operation) else {
        return Vec::new();
    };
    let selecting = operation.parameters.iter().filter(|one| {
        one.location == In::Query
            && !one.required
            && one.style == Style::Form
            && !operation.carries_credentials(one)
            && !pages::is_position(&one.name)
    });
    let mut all: Vec<Filter<'c>> = selecting
        .filter_map(|parameter| filter(answer, parameter, &members))
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.support));
    all
}

fn filter<'c>(
    answer: Answer<'c>,
    parameter: &'c Parameter,
    members: &[Member<'c>],
) -> Option<Filter<'c>> {
    let said = Said::of_each(answer.contract, parameter)?;
    let (name, is_prefixed) = bare(&parameter.name);
    let is_it = |member: &&Member<'c>| {
        let own = &member.folded;
        *own == name || said.kind == "boolean" && own.strip_prefix("is") == Some(&*name)
    };
    let member = members.iter().find(is_it)?;
    let schema = answer.schema(member.node);
    let kind = match answer.kind(member.node) {
        "" => schema.and_then(kind_of_listed).unwrap_or_default(),
        kind => kind,
    };
    let is_moment = answer.remark(member.node, "format").starts_with("date");
    let fits = kind == said.kind || said.kind == "string" && kind == "integer";
    if !fits || is_moment || !["boolean", "integer", "string"].contains(&kind) {
        return None;
    }
    let listed = schema.map(listed).unwrap_or_default();
    let is_same = schema.is_some_and(|schema| std::ptr::eq(schema, said.schema));
    let is_listed = are_alike(&said.listed, &listed);
    let is_alike = is_same || is_listed;
    let is_only = said.says_only(is_alike);
    if is_one_of(OTHERS, &name) && !(is_only && is_alike) || said.is_otherwise(is_only) {
        return None;
    }
    let support = match () {
        () if said.kind == "boolean" => 2,
        () if is_listed => 3,
        () => 0,
    };
    let support = support + usize::from(is_prefixed || said.speaks_of_selecting());
    (support > 0).then(|| Filter {
        parameter,
        at: member.place.pointer(),
        is_only: said.is_exact() || is_only && (said.kind == "boolean" || !said.listed.is_empty()),
        support,
    })
}

/// A name without what says that it filters, folded; and whether something did.
fn bare(name: &str) -> (String, bool) {
    let all = words(name);
    let says = |word: &String| FILTERS.contains(&&**word);
    let is_around = |word: &&String| says(word) || AROUND.contains(&&***word);
    let first = all.iter().take_while(is_around).count();
    let last = all.iter().rev().take_while(is_around).count();
    if first + last >= all.len() {
        return (folded(name), false);
    }
    let rest = &all[first..all.len() - last];
    (rest.concat(), all.iter().any(says))
}

/// Whether one list of values holds all of the other, but for words that mean all or none of them.
fn are_alike(one: &[String], other: &[String]) -> bool {
    let plain = |all: &[String]| -> Vec<String> {
        let all = all.iter().filter(|text| !is_of_all(text));
        all.cloned().collect()
    };
    let (one, other) = (plain(one), plain(other));
    let holds = |all: &[String], some: &[String]| some.iter().all(|text| all.contains(text));
    one.len() > 1 && other.len() > 1 && (holds(&one, &other) || holds(&other, &one))
}

fn is_of_all(text: &str) -> bool {
    ["all", "any", "both", "none", "either", "*", ""].contains(&text)
}

/// The values that a schema lists, lower-case.
fn listed(schema: &Node) -> Vec<String> {
    let values = schema.get("enum").and_then(Node::as_sequence);
    let values = values.unwrap_or_default().iter();
    let values = values.map(|value| text(value).to_lowercase());
    values.filter(|value| value != "null").collect()
}

fn text(value: &Node) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_json().to_string(),
    }
}

/// What the document says of a parameter.
pub struct Said<'c> {
    schema: &'c Node,
    pub kind: String,
    /// Whether it is a date, or a date with a time.
    pub is_moment: bool,
    listed: Vec<String>,
    pub description: Vec<String>,
}

impl<'c> Said<'c> {
    /// As `of_any`; `None` for a moment as well.
    pub fn of(contract: &'c Contract, parameter: &'c Parameter) -> Option<Said<'c>> {
        Said::of_any(contract, parameter).filter(|said| !said.is_moment)
    }

    /// As `of`, also of one that takes several plain values: what is said of each of them.
    fn of_each(contract: &'c Contract, parameter: &'c Parameter) -> Option<Said<'c>> {
        let body = parameter.schema.as_ref()?;
        match body.shape.nodes.first()?.items {
            Some(entry) => {
                let entry = &body.shape.nodes[entry];
                let is_plain = entry.items.is_none() && entry.properties.is_empty();
                let said = Said::at(contract, parameter, &entry.pointer);
                said.filter(|said| is_plain && !said.is_moment)
            }
            None => Said::of(contract, parameter),
        }
    }

    /// `None` where it takes no single plain value, has another one where it is left out, or should not be used.
    pub fn of_any(contract: &'c Contract, parameter: &'c Parameter) -> Option<Said<'c>> {
        let body = parameter.schema.as_ref()?;
        let root = body.shape.nodes.first()?;
        let is_plain = root.items.is_none() && root.properties.is_empty();
        Said::at(contract, parameter, &body.schema.pointer).filter(|_| is_plain)
    }

    /// What is said of a parameter whose values have the schema at that place.
    fn at(contract: &'c Contract, parameter: &'c Parameter, schema: &str) -> Option<Said<'c>> {
        let body = parameter.schema.as_ref()?;
        let resolved = |at: &str| {
            let (node, _) = contract.document.at(at)?;
            Some(contract.document.resolve(node, at).ok()?.node)
        };
        let own = resolved(&parameter.pointer)?;
        let whole = resolved(&body.schema.pointer)?;
        let schema = resolved(schema)?;
        let of_all = |node: &Node| is_of_all(&text(node).to_lowercase());
        let has_default = [whole, schema]
            .iter()
            .filter_map(|node| node.get("default"))
            .any(|value| !of_all(value));
        let is_deprecated = [own, whole].iter().any(|node| {
            let said = node.get("deprecated");
            said.and_then(Node::as_bool) == Some(true)
        });
        if has_default || is_deprecated {
            return None;
        }
        let format = schema.get("format").and_then(Node::as_str);
        let kind = kind(schema)?;
        let said = [own, whole].map(|node| node.get("description").and_then(Node::as_str));
        Some(Said {
            kind,
            listed: listed(schema),
            description: said.into_iter().flatten().flat_map(said_words).collect(),
            is_moment: format.is_some_and(|one| one.starts_with("date")),
            schema,
        })
    }

    fn speaks_of_selecting(&self) -> bool {
        let mut pairs = self.description.windows(2);
        let is_selecting = |word: &String| is_one_of(SELECTING, word);
        self.description.iter().any(is_selecting)
            || pairs.any(|pair| pair[0].starts_with("limit") && pair[1] == "to")
    }

    /// Whether it says that no others are shown, of a parameter that is yes or no, or lists the values of the member.
    fn says_only(&self, is_alike: bool) -> bool {
        let says = |word: &str| self.description.iter().any(|said| said == word);
        says("only") || is_alike && self.speaks_of_selecting()
    }

    /// Whether it says that the value of an item is the one that is asked for as a whole.
    fn is_exact(&self) -> bool {
        let mut said = self.description.iter();
        let is_any = |word: &String| ["no", "not", "non", "or"].contains(&&**word);
        said.any(|word| ["exact", "exactly"].contains(&&**word))
            && !self.description.iter().any(is_any)
    }

    /// Whether it selects otherwise than by the same value, does something else, or does it not always.
    fn is_otherwise(&self, is_only: bool) -> bool {
        let mut pairs = self.description.windows(2);
        let is_otherwise =
            |word: &String| is_one_of(OTHERWISE, word) && !(is_only && is_one_of(HARMLESS, word));
        self.description.iter().any(is_otherwise)
            || pairs.any(|pair| pair[0] == "only" && is_one_of(WHEN, &pair[1]))
    }
}

/// The words of a description, but for the other half of a yes or no.
fn said_words(text: &str) -> Vec<String> {
    const HALVES: [&str; 5] = [
        "(not)",
        "(or are not)",
        "(or is not)",
        "or are not",
        "or not",
    ];
    let text = text.to_lowercase();
    words(
        &HALVES
            .iter()
            .fold(text, |text, half| text.replace(half, " ")),
    )
}

/// The one type that a schema names.
fn kind(schema: &Node) -> Option<String> {
    let Some(named) = schema.get("type") else {
        return kind_of_listed(schema).map(str::to_owned);
    };
    let listed = named.as_sequence().unwrap_or_default().iter();
    let mut listed = listed
        .filter_map(Node::as_str)
        .filter(|kind| *kind != "null");
    let found = named.as_str().or_else(|| listed.next())?;
    listed.next().is_none().then(|| found.to_owned())
}

/// The type of all values that a schema lists.
fn kind_of_listed(schema: &Node) -> Option<&'static str> {
    let values = schema.get("enum")?.as_sequence()?;
    let is_text = |value: &Node| value.as_str().is_some();
    let values = values.iter().filter(|value| !value.to_json().is_null());
    let values: Vec<&Node> = values.collect();
    (!values.is_empty() && values.iter().all(|value| is_text(value))).then_some("string")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::things;

    #[test]
    fn a_list_of_values_needs_no_type_and_each_of_several_counts() {
        const STATE: &str = "enum: [sent, failed, queued]";
        for (schema, is_found) in [
            (format!("{{{STATE}}}"), true),
            (format!("{{type: array, items: {{{STATE}}}}}"), true),
            (
                format!("{{type: array, items: {{type: string, {STATE}}}}}"),
                true,
            ),
            (
                format!("{{type: array, items: {{type: array, items: {{{STATE}}}}}}}"),
                false,
            ),
            (
                format!("{{type: array, default: [sent], items: {{{STATE}}}}}"),
                false,
            ),
            ("{enum: [1, 2]}".to_owned(), false),
        ] {
            let said = "Only the things in one of these states.";
            let parameter = format!(
                "{{name: state, in: query, description: {said}, style: form, explode: false, schema: {schema}}}"
            );
            let operation = format!("parameters: [{parameter}]");
            let contract = things::list(&operation, &format!("state: {{{STATE}}}"));
            let found = filters(&contract, &contract.operations[0]);
            let found: Vec<(&str, bool)> =
                found.iter().map(|one| (&*one.at, one.is_only)).collect();
            let wanted: &[(&str, bool)] = if is_found { &[("/*/state", true)] } else { &[] };
            assert_eq!(found, wanted, "{schema}");
        }
    }
}
