//! A documented header of a response, and what its text may stand for (OpenAPI 3.1, "Style Values": `simple`). Where a
//! text can be read in more than one way, the one that is allowed counts.

use std::collections::HashMap;
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::clause::ClauseIx;
use super::parameter::Style;
use super::schema::{Compiled, Lazy, said_at};
use super::style::joined;
use super::subject::{Place, PlaceStep};

/// A documented header of a response.
#[derive(Debug)]
pub struct Header {
    /// Its name, as documented.
    pub name: String,
    /// The clause that it is there.
    pub present: ClauseIx,
    /// The clause that its value fits, and the schema.
    pub schema: Option<(ClauseIx, Lazy)>,
    /// The type its schema names, by which the text is read; empty where it names none.
    pub(super) kind: String,
    /// How a list is written.
    pub(super) style: Style,
    /// Whether the members of an object are written as `name=value`.
    pub(super) explode: bool,
    pub(super) parts: OnceLock<Parts>,
}

/// The types of what stands in a list or object, where the schema says them.
#[derive(Debug, Default)]
pub(super) struct Parts {
    entry: String,
    members: HashMap<String, String>,
}

impl Header {
    /// Whether its schema allows these lines of it; also where it has none that is checked.
    pub fn allows(&self, lines: &[&str]) -> bool {
        let Some(compiled) = self.schema.as_ref().and_then(|(_, schema)| schema.get()) else {
            return true;
        };
        let mut all = self.readings(compiled, lines).into_iter();
        all.any(|value| compiled.is_valid(&value))
    }

    /// A value as its text.
    pub fn text(&self, value: &Value) -> String {
        let between = match self.style {
            Style::Json => return value.to_string(),
            Style::Delimited(between) => between,
            _ => ',',
        };
        joined(value, self.explode, between.encode_utf8(&mut [0; 4]))
    }

    fn readings(&self, compiled: &Compiled, lines: &[&str]) -> Vec<Value> {
        let text = lines.join(", ");
        match (self.style, self.kind.as_str()) {
            (Style::Json, _) => return serde_json::from_str(&text).into_iter().collect(),
            (_, kind @ ("integer" | "number" | "boolean" | "string")) => {
                return vec![single(&text, kind)];
            }
            _ => {}
        }
        let parts = self.parts.get_or_init(|| Parts::of(compiled.schema()));
        let mut all = vec![Value::from(text.trim()), guessed(&text)];
        all.extend(text.trim().is_empty().then_some(Value::Null));
        for list in self.lists(&text, lines) {
            for is_text in [true, false] {
                all.push(parts.list(&list, is_text));
                all.extend(parts.object(&list, self.explode, is_text));
            }
        }
        all
    }

    /// The entries that a text may consist of. Spaces around them, empty ones and quotes are part of the syntax of lists
    /// (RFC 9110, section 5.6.1), and `simple` is percent-encoded (RFC 6570, section 3.2.2).
    fn lists(&self, text: &str, lines: &[&str]) -> Vec<Vec<String>> {
        // It alone has a line for each entry, and commas within (RFC 9110, section 5.3).
        if self.name.eq_ignore_ascii_case("set-cookie") {
            return vec![lines.iter().map(|line| line.trim().to_owned()).collect()];
        }
        let between = match self.style {
            Style::Delimited(between) => between,
            _ => ',',
        };
        let written = entries(text, between);
        let filled = |list: &[String]| list.iter().filter(|one| !one.is_empty()).cloned().collect();
        let each =
            |list: &[String], read: fn(&str) -> String| list.iter().map(|one| read(one)).collect();
        let mut all: Vec<Vec<String>> = vec![filled(&written), written];
        for read in [unquoted, decoded] {
            let more: Vec<_> = all.iter().map(|list| each(list, read)).collect();
            all.extend(more);
        }
        all.sort();
        all.dedup();
        all
    }
}

impl Parts {
    fn of(schema: &Value) -> Parts {
        let kind =
            |place: Place| said_at(schema, &place).map_or_else(String::new, |said| kind_of(&said));
        let root = said_at(schema, &Place::default());
        let named = root
            .as_ref()
            .and_then(|said| said.get("properties")?.as_object());
        Parts {
            entry: kind(Place::default().with(PlaceStep::Each)),
            members: named
                .into_iter()
                .flat_map(Map::keys)
                .map(|name| (name.clone(), kind(Place::default().key(name))))
                .collect(),
        }
    }

    fn list(&self, list: &[String], is_text: bool) -> Value {
        let read = |entry: &String| part(entry, &self.entry, is_text);
        list.iter().map(read).collect()
    }

    fn object(&self, list: &[String], explode: bool, is_text: bool) -> Option<Value> {
        let pairs: Option<Vec<(&str, &str)>> = match explode {
            true => list.iter().map(|pair| pair.split_once('=')).collect(),
            false => {
                let pairs = list.chunks(2);
                pairs
                    .map(|pair| Some((pair[0].as_str(), pair.get(1)?.as_str())))
                    .collect()
            }
        };
        let read = |(name, text): (&str, &str)| {
            let kind = self.members.get(name.trim()).map_or("", String::as_str);
            (name.trim().to_owned(), part(text.trim(), kind, is_text))
        };
        Some(Value::Object(pairs?.into_iter().map(read).collect()))
    }
}

/// The one type besides null that a schema names; empty where it names none or several.
fn kind_of(said: &Map<String, Value>) -> String {
    let named = said.get("type");
    let list = named.and_then(Value::as_array);
    let all = list.map_or_else(
        || named.into_iter().collect(),
        |list| list.iter().collect::<Vec<_>>(),
    );
    let mut all = all
        .into_iter()
        .filter_map(Value::as_str)
        .filter(|kind| *kind != "null");
    match (all.next(), all.next()) {
        (Some(kind), None) => kind.to_owned(),
        _ => String::new(),
    }
}

/// What stands in a list, of that type; where it has none, as a text or as what it spells.
fn part(text: &str, kind: &str, is_text: bool) -> Value {
    match kind {
        "" if !is_text => guessed(text),
        _ => single(text, kind),
    }
}

/// The number or boolean that a text spells, else the text.
fn guessed(text: &str) -> Value {
    let parsed = serde_json::from_str(text.trim()).ok();
    parsed
        .filter(|value: &Value| value.is_number() || value.is_boolean())
        .unwrap_or_else(|| Value::from(text.trim()))
}

/// A text as the value of that type.
fn single(text: &str, kind: &str) -> Value {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = match kind {
        // A number beyond 64 bits is an integer all the same.
        "integer" | "number" if is_whole => text
            .parse::<i64>()
            .map(Value::from)
            .ok()
            .or_else(|| text.parse::<f64>().map(Value::from).ok()),
        "number" => text
            .parse::<f64>()
            .map(Value::from)
            .ok()
            .filter(Value::is_number),
        "boolean" => text.parse::<bool>().map(Value::from).ok(),
        _ => None,
    };
    number.unwrap_or_else(|| Value::from(text))
}

/// The entries of a list; what separates them does not within quotes.
fn entries(text: &str, between: char) -> Vec<String> {
    let (mut all, mut is_quoted, mut is_escaped) = (vec![String::new()], false, false);
    for c in text.chars() {
        if c == between && !is_quoted {
            all.push(String::new());
            continue;
        }
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && is_quoted && !is_escaped;
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    // An open quote quotes nothing.
    if is_quoted {
        all = text.split(between).map(str::to_owned).collect();
    }
    all.iter().map(|entry| entry.trim().to_owned()).collect()
}

fn unquoted(entry: &str) -> String {
    let inner = entry
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else {
        return entry.to_owned();
    };
    let (mut text, mut is_escaped) = (String::new(), false);
    for c in inner.chars() {
        is_escaped = c == '\\' && !is_escaped;
        text.extend((!is_escaped).then_some(c));
    }
    text
}

fn decoded(entry: &str) -> String {
    percent_decode_str(entry).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Contract;
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_are_read_as_their_schema_means() {
        assert_eq!(single(" 42 ", "integer"), json!(42));
        assert_eq!(single("-1", "integer"), json!(-1));
        assert_eq!(single("1.0", "integer"), json!("1.0"));
        assert_eq!(single("soon", "integer"), json!("soon"));
        assert_eq!(single("42", "string"), json!("42"));
    }

    /// The header X of a response.
    fn contract(version: &str, header: &str) -> Contract {
        let text = format!(
            "{version}\npaths: {{/a: {{get: {{operationId: a, responses: {{'200': {{description: ok, headers: {{X: {header}}}}}}}}}}}}}\n\
             components: {{schemas: {{Count: {{type: integer}}}}}}\n"
        );
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        contract.prepare(0);
        contract
    }

    #[test]
    fn lists_and_objects_are_read_in_their_style() {
        let integers = "{schema: {type: array, items: {$ref: '#/components/schemas/Count'}}}";
        let point = "{type: object, required: [x], properties: {x: {type: integer}, n: {type: string}}, additionalProperties: false}";
        let flat = format!("{{schema: {point}}}");
        let exploded = format!("{{explode: true, schema: {point}}}");
        let colours =
            "{schema: {type: array, minItems: 2, items: {enum: [red, green, 'a, b', a b]}}}";
        let json = "{content: {application/json: {schema: {type: array, items: {type: integer}}}}}";
        let either = "{schema: {oneOf: [{type: integer}, {type: array, items: {type: boolean}, minItems: 2}]}}";
        let few = "{schema: {type: array, items: {type: string}, maxItems: 2, uniqueItems: true}}";
        let nullable = "{schema: {type: ['null', integer]}}";
        type Texts = &'static [&'static [&'static str]];
        #[rustfmt::skip]
        let table: [(&str, Texts, Texts); 9] = [
            (integers, &[&["1,2,3"], &["1, 2 ,\t3"], &["7"], &["1", "2, 3"], &[""], &["1,,2,"]],
                &[&["1,2,x"], &["x"], &["1;2"], &["1.5"], &["1", "x"]]),
            (&flat, &[&["x,1"], &["x, 1, n, 7"], &["n,%20,x,3"]], &[&["x"], &["x=1"], &["n,1"], &["x,1,y,2"], &["x,one"], &[""]]),
            (&exploded, &[&["x=1"], &["x=1, n=a=b"], &["x = 1"]], &[&["x,1"], &["n=1"], &["x=1,y=2"], &["x=one"]]),
            (colours, &[&["red,green"], &["red, \"a, b\""], &["a%20b,red"], &["\"red\",\"green\""]], &[&["red"], &["red,blue"], &["red,\"green"]]),
            (json, &[&["[1, 2]"], &["[]"]], &[&["1,2"], &["[1,\"x\"]"]]),
            (either, &[&["5"], &["true,false"]], &[&["5,6"], &["true"], &["x"]]),
            (few, &[&["a"], &["a, b"], &["a", "b"]], &[&["a,b,c"], &["a", "b", "c"], &["a,a"]]),
            (nullable, &[&["5"], &[""]], &[&["x"]]),
            ("{schema: {allOf: [{type: integer}, {minimum: 3}]}}", &[&["5"]], &[&["2"], &["x"]]),
        ];
        for (header, right, wrong) in table {
            let contract = contract("openapi: 3.1.0", header);
            let known = &contract.operations[0].responses[0].headers[0];
            assert!(known.schema.is_some(), "{header}");
            for lines in right {
                assert!(known.allows(lines), "{header}: {lines:?}");
            }
            for lines in wrong {
                assert!(!known.allows(lines), "{header}: {lines:?}");
            }
        }
    }

    #[test]
    fn swagger_2_has_other_separators() {
        let header = "{type: array, collectionFormat: pipes, items: {type: integer}}";
        let contract = contract("swagger: '2.0'", header);
        let known = &contract.operations[0].responses[0].headers[0];
        assert!(known.allows(&["1|2"]) && known.allows(&["1"]));
        assert!(!known.allows(&["1,2"]) && !known.allows(&["1|x"]));
        assert_eq!(known.text(&json!([1, 2])), "1|2");
    }

    #[test]
    fn what_no_text_can_break_and_what_no_text_can_hold_is_no_clause() {
        for schema in [
            "{type: string}",
            "{type: array, items: {type: string}}",
            "{type: array}",
            "{description: anything}",
            "{type: [string, 'null']}",
            "{type: array, items: {type: array, items: {type: integer}}}",
            "{type: object, properties: {a: {type: object}}}",
        ] {
            let contract = contract("openapi: 3.0.0", &format!("{{schema: {schema}}}"));
            let known = &contract.operations[0].responses[0].headers[0];
            assert!(known.schema.is_none(), "{schema}");
        }
    }
}
