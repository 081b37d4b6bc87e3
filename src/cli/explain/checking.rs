//! How clauses and rules are checked, in words. One sentence for each kind of promise.

use crate::battery::{
    Accept, FINDS, KEPT, Over, PREDICATES, Rule, SELECTS, SEQUENCES, SHOWS, SORTS, Source, Test,
};
use crate::contract::{Clause, Kind};

/// How a clause that is not a rule is checked.
pub fn checked(clause: &Clause) -> String {
    let (name, keyword, status) = (
        clause.subject.name(),
        clause.subject.keyword,
        status(clause),
    );
    match clause.kind() {
        Kind::Security => "cases send the valid request with no, wrong or broken credentials; it breaks where one of them succeeds".to_owned(),
        Kind::RequestBody => format!("a case sends a body that breaks `{keyword}`{}; it breaks where that succeeds", at(clause)),
        Kind::Parameter if keyword == SELECTS => format!("a case asks for a value of `{name}` that an item of the valid answer has; it breaks where two values show other items, or lack some that would fit, while the list without a value stays as it is; of a bound, where an item beyond it is shown"),
        Kind::Parameter if keyword == SORTS => format!("a case asks for the items in an order by `{name}`, one way and the other where it has both; it breaks where two answers to the same request show them in another one that no collation, group or null explains"),
        Kind::Parameter if keyword == FINDS => format!("a case asks by `{name}` for a word that one item of the valid answer has and no other; it breaks where two answers to the same request lack that item and lead to no more, or are the list without a word"),
        Kind::Parameter if keyword == SHOWS => format!("a case asks by `{name}` for some members; it breaks where two answers to the same request show others that no schema requires"),
        Kind::Parameter if keyword == KEPT => format!("a walk asks for smaller pages by `{name}`; it breaks where it gets the same page as without it, though larger ones are asked for as well, or so many more than any size asks for, or more without one than with the default of the document"),
        Kind::Parameter if keyword != "required" => format!("a case sends a `{name}` that breaks `{keyword}`; it breaks where that succeeds"),
        Kind::Parameter => format!("a case leaves `{name}` out of the valid request; it breaks where that succeeds"),
        Kind::Status => format!("a case that calls for {status} breaks it where the answer has a status that the case does not accept"),
        Kind::Undocumented => "every status is looked up in the contract, ranges and `default` included".to_owned(),
        Kind::ContentType => format!("the Content-Type of every {status} is compared with the documented media types, whatever their case and parameters"),
        Kind::HeaderPresent => format!("every {status} is searched for the header {name}, whatever its case"),
        Kind::HeaderSchema => format!("the value of {name} on every {status} is read as its type and held against its schema"),
        Kind::Complete => format!("the body of every {status} must arrive to its end, without a silence longer than --timeout"),
        Kind::Json => format!("the body of every {status} is parsed as JSON (RFC 8259) in UTF-8"),
        Kind::UniqueKeys => format!("the parser refuses an object with the same key twice in the body of a {status}"),
        Kind::Schema => format!("the body of every {status} is held against the schema; this is its keyword `{keyword}`{}", at(clause)),
        Kind::State | Kind::Rule => String::new(),
    }
}

fn at(clause: &Clause) -> String {
    if clause.subject.place.is_root() {
        " at the body itself".to_owned()
    } else {
        format!(" at `{}`", clause.subject.place)
    }
}

fn status(clause: &Clause) -> String {
    clause
        .subject
        .status
        .map_or_else(String::new, |status| status.to_string())
}

/// What tests a clause that is not a rule.
pub fn exercised(clause: &Clause) -> String {
    let status = status(clause);
    match (clause.kind(), clause.subject.keyword) {
        (Kind::Security, _) => "a request without valid credentials is answered, while its control, the valid one, gets an accepted status".to_owned(),
        (Kind::RequestBody, _) => "a request with such a body is answered, while its control, the valid one, gets an accepted status".to_owned(),
        (Kind::Parameter, SELECTS) => "the valid answer shows items with two values, and one of them is asked for".to_owned(),
        (Kind::Parameter, SORTS) => "a list that is asked for in an order shows items with two values that have one".to_owned(),
        (Kind::Parameter, FINDS) => "the valid answer shows an item with a word that no other one has, and that word is asked for".to_owned(),
        (Kind::Parameter, SHOWS) => "the valid answer shows other members than those that are asked for".to_owned(),
        (Kind::Parameter, KEPT) => "a list with more items than were asked for is answered".to_owned(),
        (Kind::Parameter, _) => "a request without the parameter is answered, while its control, the valid one, gets an accepted status".to_owned(),
        (Kind::Status, _) => format!("a case that calls for {status} is answered"),
        (Kind::Undocumented, _) => "an answer has a status that the contract does not list".to_owned(),
        (Kind::HeaderSchema, _) => format!("a {status} carries {}", clause.subject.name()),
        (Kind::Json | Kind::UniqueKeys, _) => format!("a {status} has a body"),
        (Kind::Schema, "required") => format!("a {status} has an object{}", at(clause)),
        (Kind::Schema, _) => format!("a {status} has a value{} that the keyword speaks of", at(clause)),
        _ => format!("any answer is a {status}"),
    }
}

/// How a server that breaks it is fixed, as far as the kind of promise tells.
pub fn remedy(clause: &Clause) -> String {
    let name = clause.subject.name();
    match (clause.kind(), clause.subject.keyword) {
        (Kind::Security, _) => "Check the credentials before anything else, and answer 401 without any data.".to_owned(),
        (Kind::RequestBody, _) => "Refuse a request whose body does not keep the schema, or loosen the schema.".to_owned(),
        (Kind::Parameter, SELECTS) => format!("Select by `{name}`, or say in its description what else it does."),
        (Kind::Parameter, SORTS) => format!("Sort by what `{name}` says, the way that it says, before the page is cut."),
        (Kind::Parameter, FINDS) => format!("Search by `{name}` in what its description names, or say there what it searches."),
        (Kind::Parameter, SHOWS) => format!("Show the members that `{name}` names, or say in its description which are always there."),
        (Kind::Parameter, KEPT) => format!("Show at most as many items as `{name}` says, or say in its description that it is a hint."),
        (Kind::Parameter, _) => format!("Refuse a request without `{name}`, or declare the parameter as optional."),
        (Kind::Status, _) => "Send the documented status for this, or document the one that is sent.".to_owned(),
        (Kind::Undocumented, _) => "Document the status, or send one that is documented.".to_owned(),
        (Kind::ContentType, _) => "Send the documented Content-Type, on errors too; proxies and gateways often send their own.".to_owned(),
        (Kind::HeaderPresent, _) => format!("Send {name} on every such answer, also where a gateway answers in the service's place."),
        (Kind::HeaderSchema, _) => format!("Send {name} in the documented form."),
        (Kind::Complete, _) => "Send the whole body: look for timeouts, a wrong Content-Length and a broken compression on the way.".to_owned(),
        (Kind::Json, _) => "Serialize the body with a JSON library, in UTF-8; look for HTML error pages of a gateway.".to_owned(),
        (Kind::UniqueKeys, _) => "Serialize from one map or struct, so that no key is written twice.".to_owned(),
        (Kind::Schema, "required") => format!("Always send `{name}`, or take it off the list of required ones."),
        (Kind::Schema, "enum" | "const") => "Send one of the documented values, or document the new one before it is sent.".to_owned(),
        (Kind::Schema, keyword) => format!("Make the value fit `{keyword}`, or change the contract before clients rely on it."),
        (Kind::State | Kind::Rule, _) => String::new(),
    }
}

/// How a rule is checked: over what, which values, by which predicate or expression.
pub fn rule_checked(rule: &Rule) -> Vec<String> {
    let mut lines = vec![match &rule.test {
        Test::Predicate(predicate) => {
            let name = PREDICATES
                .iter()
                .find(|(_, known, _)| known == predicate)
                .map_or("", |(name, ..)| *name);
            let args = if rule.args.is_empty() {
                String::new()
            } else {
                format!(" ({})", rule.args.join(", "))
            };
            format!("by the predicate `{name}`{args} over {}", over(rule))
        }
        Test::Expression(expression) => format!(
            "by the expression `{}` over {}",
            expression.text(),
            over(rule)
        ),
        Test::Sequence(sequence) => {
            let name = SEQUENCES
                .iter()
                .find(|(_, known, _)| known == sequence)
                .map_or("", |(name, ..)| *name);
            format!("by the comparison `{name}` over {}", over(rule))
        }
        Test::ByCase => {
            "by the cases that name it: it breaks where they do not accept the answer".to_owned()
        }
    }];
    lines.extend(
        rule.bind
            .iter()
            .map(|(name, source)| format!("{name} = {}", source_text(source))),
    );
    lines
}

/// What tests a rule.
pub fn rule_exercised(rule: &Rule) -> String {
    match rule.test {
        Test::ByCase => "a case that names it is answered".to_owned(),
        _ if rule.bind.is_empty() => format!("there is {}", over(rule)),
        _ if rule.over == Over::Run => "two answers have the values it is about".to_owned(),
        _ => format!(
            "{} has the values it is about, in the types it is about",
            over(rule)
        ),
    }
}

fn over(rule: &Rule) -> String {
    let statuses: Vec<String> = rule.statuses.iter().map(Accept::to_string).collect();
    let of = if statuses.is_empty() {
        "any answer".to_owned()
    } else {
        format!("a {}", statuses.join(" or "))
    };
    match rule.over {
        Over::Responses | Over::Answer => of,
        Over::Items => format!(
            "an element of `/{}` of {of}",
            rule.each.as_deref().unwrap_or_default().join("/")
        ),
        Over::Walk => "a walk over all pages".to_owned(),
        Over::Repeat => "the same read done twice".to_owned(),
        Over::Links => "the links on the pages of a walk".to_owned(),
        Over::Run => match &rule.each {
            None if rule.statuses.is_empty() => "all answers of a run together".to_owned(),
            None => format!(
                "all answers of a run together, each {}",
                statuses.join(" or ")
            ),
            Some(each) => {
                let each = each.join("/");
                format!("all answers of a run together: each element of `/{each}` of {of}")
            }
        },
    }
}

fn source_text(source: &Source) -> String {
    match source {
        Source::Body(tokens) => format!("/{}", tokens.join("/")),
        Source::Status => "the status of the answer".to_owned(),
        Source::Header(name) => format!("the header {name} of the answer"),
        Source::Query(name) => format!("the query parameter {name} of the request"),
        Source::Path(name) => format!("the path parameter {name} of the request"),
    }
}
