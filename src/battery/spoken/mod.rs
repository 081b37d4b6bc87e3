//! Rules that nobody wrote: what the descriptions of an operation's answers say plainly and their schemas do not, and that a
//! problem tells the status of its answer.

mod sentence;

use crate::contract::member_names::CREATED;
use crate::contract::names::folded;
use crate::contract::yaml::Node;
use crate::contract::{
    Clause, ClauseSet, Contract, Level, Part, Place, PlaceStep, ShapeNode, Subject, kind_of,
    pointer,
};

use super::model::{Accept, Breaking, BreakingValue, Over};
use super::rule::{Predicate, Rule, Source, Test};

use sentence::{Kind, Says, promises};

/// The most places of a body that are looked at.
const MOST_PLACES: usize = 500;
/// What the clocks of one service may differ in, in seconds.
const GRACE: &str = "60";

/// Adds the rules of an operation.
pub(super) fn add(
    contract: &Contract,
    clauses: &mut ClauseSet,
    operation: usize,
    rules: &mut Vec<Rule>,
) {
    let mut found: Vec<Spoken> = Vec::new();
    let own = &contract.operations[operation];
    for response in own.successes() {
        let bodies = response
            .content
            .iter()
            .filter_map(|media| media.body.as_ref());
        let shapes = bodies.map(|body| &body.shape.nodes[..]);
        let nodes = shapes.flat_map(|nodes| {
            nodes
                .iter()
                .take(MOST_PLACES)
                .map(move |node| (nodes, node))
        });
        for (nodes, node) in nodes {
            for one in spoken(contract, nodes, node) {
                let status = Accept::any(response.key);
                match found.iter_mut().find(|known| known.is_same(&one)) {
                    Some(known) => known.statuses.push(status),
                    None => found.push(Spoken {
                        statuses: vec![status],
                        ..one
                    }),
                }
            }
        }
    }
    found.extend(problem(contract, operation));
    let own = rules.iter().filter(|rule| rule.operation == operation);
    let known: Vec<String> = own.map(|rule| rule.id.clone()).collect();
    for one in found.into_iter().filter(|one| !known.contains(&one.id)) {
        rules.push(one.rule(contract, clauses, operation));
    }
}

/// A rule to be.
struct Spoken {
    id: String,
    text: String,
    /// Where the document says it.
    at: String,
    statuses: Vec<Accept>,
    each: Option<Vec<String>>,
    bind: Vec<(String, Source)>,
    predicate: Predicate,
    args: Vec<String>,
    breaking: Option<BreakingValue>,
}

impl Spoken {
    /// Of what stands there, in a list or not.
    fn of((list, own): (Option<&[String]>, &[String]), slug: &str, predicate: Predicate) -> Spoken {
        let whole = list.unwrap_or_default().iter().chain(own);
        let whole: Vec<&str> = whole.map(String::as_str).chain([slug]).collect();
        let name = own.last().cloned().unwrap_or_default();
        Spoken {
            id: whole.join("-"),
            text: String::new(),
            at: String::new(),
            statuses: Vec::new(),
            each: list.map(<[String]>::to_vec),
            bind: vec![(name, Source::Body(own.to_vec()))],
            predicate,
            args: Vec::new(),
            breaking: None,
        }
    }

    fn is_same(&self, other: &Spoken) -> bool {
        (&self.id, &self.each, &self.bind, &self.args)
            == (&other.id, &other.each, &other.bind, &other.args)
    }

    fn rule(self, contract: &Contract, clauses: &mut ClauseSet, ix: usize) -> Rule {
        let operation = &contract.operations[ix];
        let subject = Subject::of(ix, Part::Rule(self.id.clone()));
        let mark = contract
            .document
            .at(&self.at)
            .map_or(operation.mark, |(_, mark)| mark);
        let clause = Clause::new(
            &operation.id,
            subject,
            Level::Should,
            self.text.clone(),
            self.at,
            mark,
        );
        let bound = self
            .bind
            .first()
            .map(|(name, _)| name.clone())
            .unwrap_or_default();
        Rule {
            id: self.id,
            clause: clauses.add(clause),
            operation: ix,
            over: match self.each {
                Some(_) => Over::Items,
                None => Over::Responses,
            },
            statuses: self.statuses,
            each: self.each,
            bind: self.bind,
            test: Test::Predicate(self.predicate),
            follows: Vec::new(),
            args: self.args,
            breaking: self.breaking.map(|value| Breaking {
                bound,
                value,
                only_where: Default::default(),
            }),
            means: format!(
                "The document says so in words, which no keyword of the schema does: {}.",
                self.text
            ),
            remedy: "Answer as the description says, or say in it what is answered.".to_owned(),
            hurts: "Whoever reads the document relies on it.".to_owned(),
            unexercised: "no answer had such a value".to_owned(),
            source: contract.document.source_name.clone(),
            line: mark.line,
        }
    }
}

/// What the description of a place says.
fn spoken(contract: &Contract, nodes: &[ShapeNode], node: &ShapeNode) -> Vec<Spoken> {
    let at = &*node.pointer;
    let Some(schema) = schema_at(contract, at) else {
        return Vec::new();
    };
    let text = schema.prose("description");
    let (Some(text), Some((list, own))) = (text, ways(&node.place)) else {
        return Vec::new();
    };
    let Some((name, kind)) = own.last().zip(kind(schema)) else {
        return Vec::new();
    };
    let made = promises(text, name, kind).into_iter();
    let made = made.filter_map(|says| match says {
        Says::LastChange => last_change(contract, (nodes, node), (list.as_deref(), &own)),
        Says::Unique => unique(list.as_deref()?, &own),
        _ => made_of(says, (list.as_deref(), &own), schema),
    });
    made.map(|one| Spoken {
        at: at.to_owned(),
        ..one
    })
    .collect()
}

fn schema_at<'c>(contract: &'c Contract, at: &str) -> Option<&'c Node> {
    let (node, _) = contract.document.at(at)?;
    Some(contract.document.resolve(node, at).ok()?.node)
}

/// That the last change is not before the thing was made, of which another member of the same object tells.
fn last_change(
    contract: &Contract,
    (nodes, node): (&[ShapeNode], &ShapeNode),
    (list, own): (Option<&[String]>, &[String]),
) -> Option<Spoken> {
    let (_, above) = node.place.steps().split_last()?;
    let created = nodes.iter().find_map(|other| {
        let (PlaceStep::Key(name), holder) = other.place.steps().split_last()? else {
            return None;
        };
        let is_created = holder == above && CREATED.contains(&&*folded(name));
        let schema = schema_at(contract, &other.pointer).filter(|_| is_created)?;
        (kind(schema) == Some(Kind::Moment)).then(|| name.to_string())
    })?;
    let (name, way) = own.split_last()?;
    let beside = way.iter().cloned().chain([created.clone()]).collect();
    let bind = [
        (name.clone(), Source::Body(own.to_vec())),
        (created.clone(), Source::Body(beside)),
    ];
    Some(Spoken {
        text: format!("`{name}` is not before `{created}`"),
        bind: bind.into(),
        predicate: Predicate::NotBefore,
        args: vec![GRACE.to_owned()],
        breaking: Some(BreakingValue::Text("1970-01-01T00:00:00Z".to_owned())),
        ..Spoken::of((list, own), "not-before-created", Predicate::NotBefore)
    })
}

/// The way to the one list that a place stands in, and from there, or from the root, to it.
fn ways(place: &Place) -> Option<(Option<Vec<String>>, Vec<String>)> {
    let (mut list, mut own) = (None, Vec::new());
    for step in place.steps() {
        match step {
            PlaceStep::Key(name) => own.push(name.to_string()),
            PlaceStep::Each if list.is_none() => list = Some(std::mem::take(&mut own)),
            _ => return None,
        }
    }
    Some((list, own))
}

fn kind(schema: &Node) -> Option<Kind> {
    let format = schema
        .get("format")
        .and_then(Node::as_str)
        .unwrap_or_default();
    match kind_of(schema) {
        "string" if format == "date-time" => Some(Kind::Moment),
        "string" if !format.starts_with("date") => Some(Kind::Text),
        "number" | "integer" => Some(Kind::Number),
        "array" => Some(Kind::List),
        _ => None,
    }
}

fn made_of(
    says: Says,
    (list, own): (Option<&[String]>, &[String]),
    schema: &Node,
) -> Option<Spoken> {
    const FIXED: [&str; 6] = [
        "pattern",
        "enum",
        "const",
        "format",
        "maxLength",
        "minLength",
    ];
    let has = |key: &str| schema.get(key).is_some();
    let has_bound = has("minimum") || has("exclusiveMinimum");
    // What breaks another keyword as well is that keyword's.
    let text = |text: &str| {
        let is_free = !FIXED.into_iter().any(has);
        is_free.then(|| BreakingValue::Text(text.to_owned()))
    };
    let moment = |text: &str| Some(BreakingValue::Text(text.to_owned()));
    let number = |number: i64| Some(BreakingValue::Number(number)).filter(|_| !has_bound);
    let made = |slug: &str, predicate, said: &str, breaking| Spoken {
        text: format!("`{}` {said}", own.last().map_or("", String::as_str)),
        breaking,
        ..Spoken::of((list, own), slug, predicate)
    };
    Some(match says {
        Says::Utc => {
            let other = moment("2024-05-01T12:00:00+02:00");
            made("in-utc", Predicate::Rfc3339Utc, "is a time in UTC", other)
        }
        Says::NotFuture => {
            let later = moment("2999-01-01T00:00:00Z");
            let said = "is never in the future";
            let mut one = made("not-in-future", Predicate::NotInFuture, said, later);
            one.bind
                .push(("date".to_owned(), Source::Header("Date".to_owned())));
            one
        }
        Says::LowerCase => {
            let said = "is in lower case";
            made("lower-case", Predicate::LowerCase, said, text("CONFORM"))
        }
        Says::UpperCase => {
            let said = "is in upper case";
            made("upper-case", Predicate::UpperCase, said, text("conform"))
        }
        Says::Code(standard) => Spoken {
            args: vec![standard.to_owned()],
            ..made(
                standard,
                Predicate::Code,
                "is a code of that standard",
                text("conform"),
            )
        },
        Says::Filled if has("minLength") || has("minItems") => return None,
        Says::Filled => {
            let nothing = match kind_of(schema) {
                "array" => Some(BreakingValue::EmptyArray),
                _ => text(""),
            };
            made("filled", Predicate::NotEmpty, "is not empty", nothing)
        }
        Says::AtMost(_) if has("maxLength") || has("maxItems") => return None,
        Says::AtMost(most) => Spoken {
            args: vec![most.to_string()],
            ..made(
                "at-most",
                Predicate::AtMost,
                &format!("has at most {most}"),
                None,
            )
        },
        Says::Positive => made("positive", Predicate::Positive, "is more than 0", number(0)),
        Says::NotNegative => {
            let said = "is 0 or more";
            made("not-negative", Predicate::NotNegative, said, number(-1))
        }
        Says::LastChange | Says::Unique => return None,
    })
}

/// That no two entries of a list have the same.
fn unique(list: &[String], own: &[String]) -> Option<Spoken> {
    let [name] = own else {
        return None;
    };
    Some(Spoken {
        text: format!("no two of the list have the same `{name}`"),
        each: None,
        bind: vec![("list".to_owned(), Source::Body(list.to_vec()))],
        args: vec![pointer::join("", name)],
        ..Spoken::of((Some(list), own), "unique", Predicate::Unique)
    })
}

/// That a problem tells the status of its answer, where the document has such an answer.
fn problem(contract: &Contract, operation: usize) -> Option<Spoken> {
    let own = &contract.operations[operation];
    let is_problem = |range: &str| range.eq_ignore_ascii_case("application/problem+json");
    let mut responses = own.responses.iter();
    let response =
        responses.find(|one| one.content.iter().any(|media| is_problem(&media.range)))?;
    let bind = [
        ("status", Source::Body(vec!["status".to_owned()])),
        ("answered", Source::Status),
        ("type", Source::Header("Content-Type".to_owned())),
    ];
    Some(Spoken {
        id: "problem-tells-its-status".to_owned(),
        text: "the `status` of a problem is that of its answer (RFC 9457, section 3.1.2)"
            .to_owned(),
        at: response.pointer.clone(),
        bind: bind.map(|(name, source)| (name.to_owned(), source)).into(),
        breaking: Some(BreakingValue::Number(418)),
        ..Spoken::of((None, &[]), "", Predicate::ProblemStatus)
    })
}
