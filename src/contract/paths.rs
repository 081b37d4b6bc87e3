//! Paths as they were requested, matched to the operations of a contract: templates, and what stands in their braces. Of
//! several operations at one path, which a document tells apart by the query, the one that the query means.

use std::collections::{BTreeMap, HashMap};

use percent_encoding::percent_decode_str;

use super::operation::Operation;

/// A piece of a segment of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A text that stands there.
    Text(String),
    /// A parameter, by its name.
    Name(String),
}

/// The path of an operation, segment by segment.
#[derive(Debug)]
struct Template {
    operation: usize,
    method: String,
    segments: Vec<Vec<Piece>>,
    /// The query parameters whose value says that this operation is meant: each with its values.
    telling: Vec<(String, Vec<String>)>,
}

/// The paths of all operations.
#[derive(Debug)]
pub struct Paths {
    templates: Vec<Template>,
    /// Which of them have so many segments.
    by_count: HashMap<usize, Vec<usize>>,
}

/// An operation that a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The operation, as index into the contract's.
    pub operation: usize,
    /// Its path parameters, decoded.
    pub parameters: BTreeMap<String, String>,
    /// How many of its segments are concrete.
    pub concrete: usize,
}

impl Paths {
    /// Of a contract's operations.
    pub fn new(operations: &[Operation]) -> Paths {
        let mut templates = Vec::with_capacity(operations.len());
        let mut by_count: HashMap<usize, Vec<usize>> = HashMap::new();
        for (ix, operation) in operations.iter().enumerate() {
            let path = segments(&operation.sent_path);
            let segments: Vec<Vec<Piece>> = path.map(pieces).collect();
            by_count.entry(segments.len()).or_default().push(ix);
            templates.push(Template {
                operation: ix,
                method: operation.method.clone(),
                segments,
                telling: operation.told_by.clone(),
            });
        }
        Paths {
            templates,
            by_count,
        }
    }

    /// The operation of that method at that path (percent-encoded, below the base). Where several templates fit, the one
    /// that is concrete where the other has a parameter (OpenAPI, "Path Templating Matching"), and of several at one path
    /// the one whose query it is.
    pub fn find(&self, method: &str, path: &str, query: &str) -> Option<Matched> {
        let asked: Vec<String> = segments(path).map(decoded).collect();
        self.find_in(method, &asked, query)
    }

    /// The same of segments that are decoded.
    pub fn find_in(&self, method: &str, asked: &[String], query: &str) -> Option<Matched> {
        let own = self.by_count.get(&asked.len())?.iter();
        let own = own.map(|ix| &self.templates[*ix]);
        let fitting = own.filter(|one| one.method == method);
        let fitting = fitting.filter_map(|one| Some((one, one.takes(asked)?)));
        let best = fitting.max_by_key(|(one, _)| {
            let first = std::cmp::Reverse(one.operation);
            (one.rank(), one.is_told_by(query), first)
        });
        best.map(|(one, parameters)| Matched {
            operation: one.operation,
            parameters,
            concrete: one.rank().into_iter().filter(|rank| *rank == 2).count(),
        })
    }
}

impl Template {
    /// What its parameters are in a path; `None` where it does not fit.
    fn takes(&self, asked: &[String]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        for (pieces, text) in self.segments.iter().zip(asked) {
            take(pieces, text, &mut parameters)?;
        }
        Some(parameters)
    }

    /// How much of what tells this operation from others at its path is in a query: what is there less what is not.
    fn is_told_by(&self, query: &str) -> i64 {
        let has = |(name, values): &(String, Vec<String>)| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.any(|(own, value)| own == name.as_str() && values.iter().any(|one| *one == value))
        };
        let told = self.telling.iter().filter(|one| has(one)).count();
        2 * told as i64 - self.telling.len() as i64
    }

    /// How concrete each segment is.
    fn rank(&self) -> Vec<u8> {
        let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
        let rank = |pieces: &Vec<Piece>| match () {
            () if pieces.iter().all(is_text) => 2,
            () if pieces.iter().any(is_text) => 1,
            () => 0,
        };
        self.segments.iter().map(rank).collect()
    }
}

/// Takes a segment apart; a parameter holds at least one character.
fn take(pieces: &[Piece], text: &str, out: &mut BTreeMap<String, String>) -> Option<()> {
    match pieces {
        [] => text.is_empty().then_some(()),
        [Piece::Text(own), rest @ ..] => take(rest, text.strip_prefix(own.as_str())?, out),
        [Piece::Name(name)] => {
            out.insert(name.clone(), text.to_owned());
            (!text.is_empty()).then_some(())
        }
        [Piece::Name(name), rest @ ..] => {
            let ends = text.char_indices().skip(1).map(|(at, _)| at);
            for at in ends {
                if take(rest, &text[at..], out).is_some() {
                    out.insert(name.clone(), text[..at].to_owned());
                    return Some(());
                }
            }
            None
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn pieces(segment: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut rest = segment;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            out.push(Piece::Text(decoded(before)));
        }
        out.push(Piece::Name(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() || out.is_empty() {
        out.push(Piece::Text(decoded(rest)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Contract;
    use super::*;

    const SPEC: &str = "
paths:
  /: {get: {operationId: root, responses: {}}}
  /pets: {get: {operationId: list, responses: {}}, post: {operationId: create, responses: {}}}
  /pets/{id}: {get: {operationId: pet, responses: {}}}
  /pets/mine: {get: {operationId: mine, responses: {}}}
  /{kind}/mine: {get: {operationId: any, responses: {}}}
  /pets/{id}.json: {get: {operationId: json, responses: {}}}
  /jobs/{a}:{verb}: {post: {operationId: job, responses: {}}}
  /a b/{x}/: {get: {operationId: slash, responses: {}}}
";

    #[test]
    fn of_operations_at_one_path_the_query_tells_which() {
        let text = "
paths:
  /rest?method=a: {get: {operationId: a, responses: {}}}
  /rest?method=b&x={y}: {get: {operationId: b, responses: {}}}
  /#Action=c: {get: {operationId: c, parameters: [{name: Action, in: query, required: true, schema: {enum: [c]}}], responses: {}}}
  /#Action=d: {get: {operationId: d, parameters: [{name: Action, in: query, required: true, schema: {enum: [d]}}], responses: {}}}
";
        let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
        let paths = Paths::new(&contract.operations);
        for (path, query, wanted) in [
            ("/rest", "method=a", 0),
            ("/rest", "k=1&method=b", 1),
            ("/rest", "", 0),
            ("/", "Action=d", 3),
            ("/", "Action=c&x=1", 2),
        ] {
            let found = paths.find("GET", path, query).unwrap();
            assert_eq!(found.operation, wanted, "{path}?{query}");
        }
    }

    #[test]
    fn what_is_concrete_goes_before_what_is_templated() {
        let contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
        let paths = Paths::new(&contract.operations);
        for (method, path, wanted) in [
            ("GET", "/", "root"),
            ("GET", "", "root"),
            ("GET", "/pets", "list"),
            ("POST", "/pets", "create"),
            ("PUT", "/pets", ""),
            ("GET", "/pets/", ""),
            ("GET", "/pets/7", "pet id=7"),
            ("GET", "/pets/a%2Fb", "pet id=a/b"),
            ("GET", "/pets/mine", "mine"),
            ("GET", "/cats/mine", "any kind=cats"),
            ("GET", "/pets/7.json", "json id=7"),
            ("GET", "/pets/.json", "pet id=.json"),
            ("POST", "/jobs/x:y:run", "job a=x verb=y:run"),
            ("GET", "/a%20b/1/", "slash x=1"),
            ("GET", "/v1/pets", ""),
        ] {
            let found = paths.find(method, path, "").map(|found| {
                let id = contract.operations[found.operation].id.to_string();
                let own = found
                    .parameters
                    .iter()
                    .map(|(name, value)| format!(" {name}={value}"));
                id + &own.collect::<String>()
            });
            assert_eq!(found.unwrap_or_default(), wanted, "{method} {path}");
        }
    }
}
