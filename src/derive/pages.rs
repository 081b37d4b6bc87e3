//! How a collection is read page by page, as far as names and shapes in the document show it. A guess: the walk believes
//! it only when a second page differs from the first.

use serde_json::json;

use crate::battery::{Collection, Counter, Next, PAGE_SIZES, Token};
use crate::contract::names::{folded, folds_to, words};
use crate::contract::{Contract, In, NodeIx, Operation, Parameter, PlaceStep};

use super::after::{self, after};
use super::ends::ends;
use super::naming::noun;
use super::reading::{Answer, Member};
use super::routes::Routes;
use super::says::says;
use super::some::is_capped;
use super::totals;

/// Query parameters, folded, that say how many items come before the page.
const OFFSETS: [&str; 5] = ["offset", "skip", "startat", "startindex", "pageoffset"];

/// Query parameters, folded, that say which page it is.
const PAGES: [&str; 5] = ["page", "pagenumber", "pageno", "pagenum", "currentpage"];

/// What leads to the next page by being a link, folded.
const LINKS: [&str; 10] = [
    "nextlink",
    "nexturl",
    "nexturi",
    "nexthref",
    "nextpageurl",
    "nextpagelink",
    "nextpageuri",
    "odatanextlink",
    "nextpath",
    "nextpagepath",
];

/// What leads to the next page by being a token, and the parameters that take it, both folded; the likeliest first.
const TOKENS: [(&str, &[&str]); 17] = [
    (
        "nextcursor",
        &[
            "cursor",
            "nextcursor",
            "after",
            "pagecursor",
            "startingafter",
        ],
    ),
    ("nextpagetoken", &["pagetoken", "nextpagetoken", "token"]),
    ("nexttoken", &["nexttoken", "token", "pagetoken"]),
    ("nextpagecursor", &["pagecursor", "cursor"]),
    ("nextmarker", &["marker", "nextmarker"]),
    ("nextbatch", &["from", "since", "nextbatch"]),
    ("nextstart", &["start"]),
    ("nextoffset", &["offset"]),
    (
        "continuationtoken",
        &["continuationtoken", "continuation", "continue"],
    ),
    ("continue", &["continue"]),
    ("endcursor", &["after", "cursor"]),
    ("bookmark", &["bookmark"]),
    ("scrollid", &["scrollid"]),
    (
        "next",
        &[
            "cursor",
            "pagetoken",
            "after",
            "token",
            "next",
            "marker",
            "start",
            "offset",
            "page",
        ],
    ),
    ("nextpage", &["pagetoken", "cursor", "nextpage", "page"]),
    ("after", &["after"]),
    ("cursor", &["cursor"]),
];

/// How an operation's pages are read; `None` where it has none that could be told.
pub fn collection(
    contract: &Contract,
    operation: &Operation,
    routes: &Routes<'_>,
) -> Option<Collection> {
    let body = operation.success_bodies().next()?;
    let answer = Answer::new(contract, body);
    let (items, entry) = answer.items(&noun(&operation.path))?;
    let around = around(answer);
    let id = id_of(answer, operation, routes, entry);
    let behind = || {
        let (_, id) = id.as_ref()?;
        after(answer, operation, &around, *id, size(operation).is_some())
    };
    let next = link(answer, operation, &around)
        .or_else(|| link_header(operation))
        .or_else(|| token(operation, &around))
        .or_else(|| token_header(operation))
        .or_else(|| counted(contract, operation))
        .or_else(behind)?;
    let ends = ends(answer, operation, &around, &next);
    let is_capped = is_capped(contract, operation) || totals::are_rough(contract, operation);
    let says = says(answer, &around, &next, is_capped);
    let in_body = totals::total(answer, &around);
    let in_header = totals::header(contract, operation).filter(|_| in_body.is_none());
    Some(Collection {
        ends,
        items: items.pointer(),
        id: id.map(|(pointer, _)| pointer).unwrap_or_default(),
        next,
        size: size(operation).map(|parameter| parameter.name.clone()),
        guessed: true,
        says,
        // Such a total counts what no walk comes to.
        total: in_body.filter(|_| !is_capped),
        total_header: in_header.filter(|_| !is_capped),
        ..Collection::default()
    })
}

/// The query parameter that says how many items a page has at most.
pub fn size(operation: &Operation) -> Option<&Parameter> {
    PAGE_SIZES.iter().find_map(|name| query(operation, name))
}

/// Whether a query parameter says which page is asked for, and so means nothing by itself.
pub fn is_position(name: &str) -> bool {
    let name = folded(name);
    let is_token = |(_, parameters): &(&str, &[&str])| {
        // What a token is called elsewhere is a plain word here.
        let plain = ["from", "since", "start", "token", "next", "continue"];
        parameters.contains(&name.as_str()) && !plain.contains(&name.as_str())
    };
    after::is_position(&name)
        || OFFSETS.contains(&name.as_str())
        || PAGES.contains(&name.as_str())
        || TOKENS.iter().any(is_token)
}

/// The query parameter of that folded name.
fn query<'c>(operation: &'c Operation, name: &str) -> Option<&'c Parameter> {
    let mut all = operation.parameters.iter();
    all.find(|one| one.location == In::Query && folds_to(&one.name, name))
}

/// The plain members of a page besides its items: of the body itself, and of the objects up to two levels down.
fn around(answer: Answer<'_>) -> Vec<Member<'_>> {
    let nodes = answer.shape.nodes.iter().enumerate();
    let shallow = nodes.filter(|(_, node)| {
        let steps = node.place.steps();
        steps.len() <= 2 && steps.iter().all(|step| matches!(step, PlaceStep::Key(_)))
    });
    shallow.flat_map(|(ix, _)| answer.members(ix)).collect()
}

/// A link in the body.
fn link(answer: Answer<'_>, operation: &Operation, around: &[Member<'_>]) -> Option<Next> {
    let takes_token = || token(operation, around).is_some();
    let is_text = |node: NodeIx| ["string", ""].contains(&answer.kind(node));
    let is_link = |member: &&Member<'_>| {
        let name = &member.folded;
        let steps = member.place.steps().iter();
        let above = steps.rev().skip(1).filter_map(|step| match step {
            PlaceStep::Key(name) => Some(folded(name)),
            _ => None,
        });
        let above: Vec<String> = above.collect();
        let parent = above.first().map_or("", String::as_str);
        let is_next = ["next", "nextpage"].contains(&name.as_str());
        let says_so = || {
            let description = answer.remark(member.node, "description");
            answer.remark(member.node, "format").starts_with("uri")
                || words(&description)
                    .iter()
                    .any(|word| ["url", "uri", "link"].contains(&word.as_str()))
        };
        let is_named = LINKS.contains(&name.as_str())
            || ["href", "url", "uri"].contains(&name.as_str()) && parent == "next"
            || is_next && (parent.ends_with("links") || says_so() || !takes_token());
        is_named && is_text(member.node)
    };
    let found = around.iter().find(is_link)?;
    Some(Next::Link(found.place.pointer()))
}

fn link_header(operation: &Operation) -> Option<Next> {
    let mut headers = operation.successes().flat_map(|response| &response.headers);
    let is_link = headers.any(|header| header.name.eq_ignore_ascii_case("link"));
    is_link.then(|| Next::LinkHeader("next".to_owned()))
}

fn token(operation: &Operation, around: &[Member<'_>]) -> Option<Next> {
    TOKENS.iter().find_map(|(field, parameters)| {
        let member = around.iter().find(|member| member.folded == *field)?;
        let parameter = parameters.iter().find_map(|name| query(operation, name))?;
        Some(Next::Token(Token {
            token: member.place.pointer(),
            parameter: parameter.name.clone(),
        }))
    })
}

/// A token in a header of the answer, such as `X-Next-Cursor`.
fn token_header(operation: &Operation) -> Option<Next> {
    TOKENS.iter().find_map(|(field, parameters)| {
        let mut headers = operation.successes().flat_map(|one| &one.headers);
        let header = headers.find(|header| {
            let name = folded(&header.name);
            name.strip_prefix('x').unwrap_or(&name) == *field
        })?;
        let parameter = parameters.iter().find_map(|name| query(operation, name))?;
        Some(Next::TokenHeader(Token {
            token: header.name.clone(),
            parameter: parameter.name.clone(),
        }))
    })
}

/// A parameter that counts items or pages.
fn counted(contract: &Contract, operation: &Operation) -> Option<Next> {
    let is_number = |parameter: &&Parameter| parameter.allows(&json!(2));
    let offset = OFFSETS
        .iter()
        .find_map(|name| query(operation, name))
        .filter(is_number);
    let counter = |parameter: &Parameter, first: u64| Counter {
        parameter: parameter.name.clone(),
        first,
    };
    if let Some(offset) = offset.filter(|_| size(operation).is_some()) {
        // SCIM counts from 1, and others that call it so from 0.
        let usual = (!folds_to(&offset.name, "startindex")).then_some(0);
        let first = first(contract, offset).or(usual)?;
        return Some(Next::Offset(counter(offset, first)));
    }
    let page = PAGES
        .iter()
        .find_map(|name| query(operation, name))
        .filter(is_number)?;
    Some(Next::Page(counter(
        page,
        first(contract, page).unwrap_or(1),
    )))
}

/// Where a counter begins, as its default, its least value or its description says.
fn first(contract: &Contract, parameter: &Parameter) -> Option<u64> {
    let (node, _) = contract.document.at(&parameter.pointer)?;
    let own = contract
        .document
        .resolve(node, &parameter.pointer)
        .ok()?
        .node;
    let body = parameter.schema.as_ref();
    let at = body.map(|body| body.schema.pointer.as_str());
    let schema = at.and_then(|at| {
        let (node, _) = contract.document.at(at)?;
        Some(contract.document.resolve(node, at).ok()?.node)
    });
    let both = [schema, Some(own)];
    let number = |key: &str| {
        let mut found = both.iter().flatten().filter_map(|node| node.get(key));
        found.find_map(|node| node.to_json().as_u64().filter(|first| *first < 2))
    };
    let described = || {
        let texts = both
            .iter()
            .flatten()
            .filter_map(|node| node.get("description")?.as_str());
        let text = texts.collect::<Vec<_>>().join(" ").to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
        let zero = says(&[
            "0-based",
            "zero-based",
            "zero based",
            "starts at 0",
            "starting at 0",
            "starting from 0",
            "(0..n)",
        ]);
        let one = says(&[
            "1-based",
            "one-based",
            "one based",
            "starts at 1",
            "starting at 1",
            "starting from 1",
        ]);
        match (zero, one) {
            (true, false) => Some(0),
            (false, true) => Some(1),
            _ => None,
        }
    };
    number("default")
        .or_else(described)
        .or_else(|| number("minimum"))
}

/// What tells the items apart, and where it stands in the answer: what names one of them in the path below the list, else
/// `id` and the like, or the noun's own.
fn id_of(
    answer: Answer<'_>,
    operation: &Operation,
    routes: &Routes<'_>,
    entry: NodeIx,
) -> Option<(String, NodeIx)> {
    let own = format!("{}id", noun(&operation.path));
    let members = answer.members(entry);
    let item = routes.item(&operation.path).map(folded).unwrap_or_default();
    let names = [item.as_str(), "id", "uuid", "guid", own.as_str()];
    let found = names
        .iter()
        .find_map(|name| members.iter().find(|member| member.folded == *name))?;
    let within = answer.shape.nodes[entry].place.pointer();
    let pointer = found.place.pointer().strip_prefix(&within)?.to_owned();
    Some((pointer, found.node))
}
