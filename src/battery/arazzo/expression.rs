//! Runtime expressions (Arazzo 1.0, "Runtime Expressions"), alone or embedded in a text, read into values.

use serde_json::Value;

use crate::contract::{nearest, pointer};

/// A runtime expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// As it was written.
    pub text: String,
    /// Where the value comes from.
    pub base: Base,
    /// What is taken of it: `.name` and `[0]`, as written.
    pub path: String,
    /// A place in what that leads to, by the tokens of its pointer.
    pub pointer: Vec<String>,
}

/// Where the value of an expression comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// The URL that was asked.
    Url,
    /// The method with which it was asked.
    Method,
    /// The status of the answer.
    StatusCode,
    /// A part of the request.
    Request(Part),
    /// A part of the answer.
    Response(Part),
    /// The inputs of the workflow.
    Inputs,
    /// The outputs of the workflow, or of the one that was called.
    Outputs,
    /// The outputs of a step.
    Step(String),
    /// The inputs or outputs of another workflow.
    Workflow(String, Side),
    /// The URL of a source description.
    SourceUrl(String),
    /// The value of a parameter among the components.
    Component(String),
}

/// What is known of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What it was given.
    Inputs,
    /// What it gives.
    Outputs,
}

/// A part of a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A header.
    Header(String),
    /// A query parameter.
    Query(String),
    /// A path parameter.
    Path(String),
    /// The body.
    Body,
}

/// The words that an expression may begin with.
const WORDS: [&str; 11] = [
    "url",
    "method",
    "statusCode",
    "request",
    "response",
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "sourceDescriptions",
    "components",
];

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong in it, with what was meant.
    pub fn parse(text: &str) -> Result<Expression, String> {
        let refuse = |why: String| Err(format!("`{text}` is no runtime expression: {why}"));
        let Some(body) = text.strip_prefix('$') else {
            return refuse("it begins with `$`".to_owned());
        };
        let (head, fragment) = match body.split_once('#') {
            Some((head, fragment)) => (head, Some(fragment)),
            None => (body, None),
        };
        if fragment.is_some_and(|place| !(place.is_empty() || place.starts_with('/'))) {
            return refuse("after `#` stands a JSON pointer such as `#/id`".to_owned());
        }
        let pointer = pointer::tokens(fragment.unwrap_or_default());
        let end = head.find(['.', '[']).unwrap_or(head.len());
        let (word, rest) = head.split_at(end);
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let found = match word {
            "url" | "method" | "statusCode" if !rest.is_empty() => {
                Err(format!("nothing stands behind `${word}`"))
            }
            "url" => Ok((Base::Url, "")),
            "method" => Ok((Base::Method, "")),
            "statusCode" => Ok((Base::StatusCode, "")),
            "request" => part(rest, true).map(|(part, path)| (Base::Request(part), path)),
            "response" => part(rest, false).map(|(part, path)| (Base::Response(part), path)),
            "inputs" if rest.is_empty() => Ok((Base::Inputs, "")),
            "inputs" => Ok((Base::Inputs, rest)),
            "outputs" => Ok((Base::Outputs, rest)),
            "steps" => named(rest, "outputs").map(|(id, _, path)| (Base::Step(id), path)),
            "workflows" => named(rest, "outputs or inputs")
                .map(|(id, side, path)| (Base::Workflow(id, side), path)),
            "sourceDescriptions" => match rest.rsplit_once('.') {
                Some((name, "url")) => Ok((Base::SourceUrl(name.to_owned()), "")),
                _ => Err("of a source description there is `.url` here".to_owned()),
            },
            "components" => match rest.strip_prefix("parameters.") {
                Some(name) => Ok((Base::Component(name.to_owned()), "")),
                None => Err("of the components there is `parameters.NAME` here".to_owned()),
            },
            other => Err(format!(
                "`${other}` is nothing that it can begin with{}",
                nearest::hint(other, WORDS)
            )),
        };
        match found {
            Ok((base, path)) => Ok(Expression {
                text: text.to_owned(),
                base,
                path: path.to_owned(),
                pointer,
            }),
            Err(why) => refuse(why),
        }
    }
}

/// `header.NAME`, `query.NAME`, `path.NAME` or `body`, and what is taken of it.
fn part(rest: &str, is_request: bool) -> Result<(Part, &str), String> {
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (word, path) = rest.split_at(end);
    let name = path.strip_prefix('.').filter(|name| !name.is_empty());
    let known: &[&str] = match is_request {
        true => &["header", "query", "path", "body"],
        false => &["header", "body"],
    };
    match (word, name) {
        ("body", _) => Ok((Part::Body, path.strip_prefix('.').unwrap_or(path))),
        ("header", Some(name)) => Ok((Part::Header(name.to_owned()), "")),
        ("query", Some(name)) if is_request => Ok((Part::Query(name.to_owned()), "")),
        ("path", Some(name)) if is_request => Ok((Part::Path(name.to_owned()), "")),
        (word, None) if known.contains(&word) => Err(format!("`{word}.NAME` names one")),
        (word, _) => {
            let hint = nearest::hint(word, known.iter().copied());
            Err(format!(
                "there is no `{word}` of {}{hint}",
                match is_request {
                    true => "a request",
                    false => "a response",
                }
            ))
        }
    }
}

/// `ID.outputs.NAME`: the id, the side, and what is taken of it.
fn named<'t>(rest: &'t str, sides: &str) -> Result<(String, Side, &'t str), String> {
    let (id, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (word, path) = rest.split_at(end);
    let side = match word {
        "outputs" => Side::Outputs,
        "inputs" if sides.contains("inputs") => Side::Inputs,
        _ => return Err(format!("behind `{id}` stands `.{sides}`")),
    };
    Ok((id.to_owned(), side, path.strip_prefix('.').unwrap_or(path)))
}

/// A value in which expressions may stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// A value without any.
    Literal(Value),
    /// An expression alone, which keeps the type of its value.
    Expression(Expression),
    /// A text with expressions in braces.
    Text(Vec<Piece>),
    /// A list.
    List(Vec<Template>),
    /// A mapping.
    Map(Vec<(String, Template)>),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// The value of an expression.
    Expression(Expression),
}

impl Template {
    /// Reads a value. What begins like an expression is one.
    ///
    /// # Errors
    /// The pointer of the wrong text in the value, and what is wrong with it.
    pub fn parse(value: &Value, at: &str) -> Result<Template, (String, String)> {
        let template = Template::read(value, at)?;
        Ok(match template.expressions().is_empty() {
            true => Template::Literal(value.clone()),
            false => template,
        })
    }

    fn read(value: &Value, at: &str) -> Result<Template, (String, String)> {
        let template = match value {
            Value::String(text) => text_template(text).map_err(|why| (at.to_owned(), why))?,
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let items = items
                    .map(|(n, item)| Template::parse(item, &pointer::join(at, &n.to_string())));
                Template::List(items.collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| {
                    let value = Template::parse(value, &pointer::join(at, key))?;
                    Ok::<_, (String, String)>((key.clone(), value))
                });
                Template::Map(entries.collect::<Result<_, _>>()?)
            }
            other => Template::Literal(other.clone()),
        };
        Ok(template)
    }

    /// The expressions in it.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Template::Literal(_) => Vec::new(),
            Template::Expression(one) => vec![one],
            Template::Text(pieces) => {
                let pieces = pieces.iter().filter_map(|piece| match piece {
                    Piece::Expression(one) => Some(one),
                    Piece::Text(_) => None,
                });
                pieces.collect()
            }
            Template::List(items) => items.iter().flat_map(Template::expressions).collect(),
            Template::Map(entries) => {
                let values = entries.iter().map(|(_, value)| value);
                values.flat_map(Template::expressions).collect()
            }
        }
    }

    /// As it was written, for people.
    pub fn shown(&self) -> String {
        match self {
            Template::Literal(Value::String(text)) => text.clone(),
            Template::Literal(value) => value.to_string(),
            Template::Expression(one) => one.text.clone(),
            Template::Text(pieces) => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Expression(one) => format!("{{{}}}", one.text),
                });
                pieces.collect()
            }
            Template::List(_) | Template::Map(_) => {
                let names: Vec<&str> = self.expressions().iter().map(|one| &*one.text).collect();
                names.join(", ")
            }
        }
    }
}

fn text_template(text: &str) -> Result<Template, String> {
    // An amount such as `$5` is a text.
    let begins = text.strip_prefix('$').and_then(|rest| rest.chars().next());
    if begins.is_some_and(char::is_alphabetic) {
        return Expression::parse(text).map(Template::Expression);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("{$") {
        let Some(length) = rest[at..].find('}') else {
            return Err(format!("`{}` has no `}}` at its end", &rest[at..]));
        };
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        let expression = Expression::parse(&rest[at + 1..at + length])?;
        pieces.push(Piece::Expression(expression));
        rest = &rest[at + length + 1..];
    }
    if pieces.is_empty() {
        return Ok(Template::Literal(Value::from(text)));
    }
    if let ([Piece::Expression(only)], true) = (&pieces[..], rest.is_empty()) {
        return Ok(Template::Expression(only.clone()));
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(Template::Text(pieces))
}
