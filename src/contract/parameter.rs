//! A declared parameter: where it goes, how it is written there, which values it takes, and which of them the document
//! itself gives.

use std::sync::OnceLock;

use serde_json::Value;

use super::clause::ClauseIx;
use super::schema::{Body, MEANT_KEYWORD, Negative, UNKNOWN, beyond, negatives};
use super::subject::In;

/// How a value is written into a request (OpenAPI 3.1, "Style Values").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `;color=blue`, in a path.
    Matrix,
    /// `.blue`, in a path.
    Label,
    /// `blue,black`, in a path or header.
    Simple,
    /// `color=blue`, in a query or cookie.
    Form,
    /// `color=blue black` or `color=blue|black`, in a query; Swagger 2.0 has a tab as well.
    Delimited(char),
    /// `color[R]=100`, in a query.
    DeepObject,
    /// Its JSON text: the parameter has `content` instead of a style.
    Json,
}

impl Style {
    /// The style of that name; `None` where OpenAPI has none such.
    pub fn parse(name: &str) -> Option<Style> {
        Some(match name {
            "matrix" => Style::Matrix,
            "label" => Style::Label,
            "simple" => Style::Simple,
            "form" => Style::Form,
            "spaceDelimited" => Style::Delimited(' '),
            "pipeDelimited" => Style::Delimited('|'),
            "deepObject" => Style::DeepObject,
            _ => return None,
        })
    }

    /// The style of a parameter that names none.
    pub fn of(location: In) -> Style {
        match location {
            In::Query | In::Cookie => Style::Form,
            In::Path | In::Header => Style::Simple,
        }
    }
}

/// A declared parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub location: In,
    /// Whether a request without it breaks the contract.
    pub required: bool,
    /// The clause that a request without it is refused; only for required ones that can be left out.
    pub clause: Option<ClauseIx>,
    /// How it is written.
    pub style: Style,
    /// Whether each entry of a list, or each property of an object, stands for itself.
    pub explode: bool,
    /// Its schema, with the clauses of what a request can break; absent where none can be read.
    pub schema: Option<Body>,
    /// Its pointer in the document.
    pub pointer: String,
    /// The values that the document gives, and the smallest ones, all of which fit; read when the operation is prepared.
    pub(super) values: OnceLock<Vec<Value>>,
}

impl Parameter {
    /// A parameter in the path that nobody declares; its own place is that of the path.
    pub(super) fn undeclared(name: &str, pointer: String) -> Parameter {
        Parameter {
            name: name.to_owned(),
            location: In::Path,
            required: true,
            clause: None,
            style: Style::Simple,
            explode: false,
            schema: None,
            pointer,
            // Any text will do.
            values: OnceLock::from(vec![Value::from("text")]),
        }
    }

    /// The characters in the text of it that are no data but divide its entries.
    pub fn dividers(&self) -> &'static str {
        let root = self
            .schema
            .as_ref()
            .and_then(|body| body.shape.nodes.first());
        let is_map =
            root.is_some_and(|root| !root.properties.is_empty() || root.additional.is_some());
        let is_list = root.is_some_and(|root| root.items.is_some());
        match (self.style, is_list || is_map) {
            (Style::Matrix, true) if !self.explode => ";=,",
            (Style::Matrix, _) => ";=",
            (_, false) => "",
            (Style::Simple, true) if is_map && self.explode => ",=",
            (Style::Label, true) if is_map && self.explode => "=",
            (Style::Label | Style::Form, true) if self.explode => "",
            (Style::Simple | Style::Label | Style::Form, true) => ",",
            _ => "",
        }
    }

    /// The first of the document's `example`, `examples`, `default`, `const`, first `enum`, else the smallest value, that
    /// fits the schema as it goes over the wire. `None` before the operation was prepared.
    pub fn value_from_document(&self) -> Option<Value> {
        self.values.get()?.first().cloned()
    }

    /// All values that the document gives, and then the smallest ones; each fits. Empty before the operation was prepared.
    pub fn values(&self) -> &[Value] {
        self.values.get().map_or(&[], Vec::as_slice)
    }

    /// A value that fits and that nobody has: for a resource that is not there. `None` where all values are known, or few.
    pub fn made_up(&self, noun: &str) -> Option<Value> {
        let known = self.values();
        let said = self.schema.as_ref().and_then(|body| body.schema.get());
        let fitting = said
            .into_iter()
            .flat_map(|compiled| beyond(compiled.schema()));
        let named = [format!("no-such-{noun}"), "no-such-id".to_owned()].map(Value::String);
        let far = [
            4_503_599_627_370_495_i64,
            2_147_483_646,
            987_654_321,
            99_999,
        ]
        .map(Value::from);
        let id = Value::from("5f0c2b1e-9c1d-4a7e-8b2a-6d1f3e7a9c44");
        let texts = known.iter().filter_map(Value::as_str);
        // The words in front of an id (`acc_…`) often belong to it.
        let altered = texts.flat_map(|text| {
            let behind = text
                .find(['_', '-', ':', '.'])
                .map(|at| text.split_at(at + 1));
            [Some(("", text)), behind]
                .into_iter()
                .flatten()
                .flat_map(|(kept, text)| {
                    (1..=3).map(move |turn| Value::from(format!("{kept}{}", altered(text, turn))))
                })
        });
        let all = named.into_iter().chain(far).chain([id]);
        let mut all = all.chain(fitting).chain(altered);
        all.find(|value| {
            let is_known = known.contains(value);
            !is_known && self.can_be_sent(value) && self.allows(value)
        })
    }

    /// Whether the contract allows that value, as it goes over the wire; also where it has no schema to say so.
    pub fn allows(&self, value: &Value) -> bool {
        let Some(compiled) = self.schema.as_ref().and_then(|body| body.schema.get()) else {
            return true;
        };
        let readings = self.readings(value);
        readings.iter().any(|read| compiled.is_valid(read))
    }

    /// Whether its type is a name that means nothing, so that no value of it can be called right.
    pub fn is_of_unknown_type(&self) -> bool {
        let compiled = self.schema.as_ref().and_then(|body| body.schema.get());
        let meant = compiled.and_then(|compiled| compiled.schema().get(MEANT_KEYWORD));
        meant.and_then(Value::as_str) == Some(UNKNOWN)
    }

    /// Whether the contract lists its values, or those of its entries.
    pub fn is_listed(&self) -> bool {
        let Some(body) = &self.schema else {
            return false;
        };
        let nodes = &body.shape.nodes;
        let entry = nodes.first().and_then(|root| root.items);
        let mut both = nodes.first().into_iter().chain(entry.map(|at| &nodes[at]));
        both.any(|node| node.keywords.iter().any(|known| known.keyword == "enum"))
    }

    /// Values that break one keyword of the schema and nothing else, as they go over the wire.
    pub fn negatives(&self) -> Vec<Negative> {
        let (Some(body), Some(valid)) = (&self.schema, self.values().first()) else {
            return Vec::new();
        };
        let Some(compiled) = body.schema.get() else {
            return Vec::new();
        };
        let mut all = negatives(compiled, &body.shape, valid, false, |value| {
            self.readings(value)
        });
        all.retain(|negative| {
            self.can_be_sent(&negative.value) && self.keeps_its_parts(&negative.value)
        });
        all
    }

    /// What a value may be taken for where it arrives.
    fn readings(&self, value: &Value) -> Vec<Value> {
        match self.style {
            Style::Json => vec![value.clone()],
            _ => readings(value).to_vec(),
        }
    }

    /// Whether a list or an object comes apart again where it arrives: no text in it has what separates them.
    fn keeps_its_parts(&self, value: &Value) -> bool {
        const SEPARATORS: [char; 8] = [',', '|', ' ', '.', ';', '=', '[', '&'];
        let is_single = self.style == Style::Json || !(value.is_array() || value.is_object());
        let mut all = vec![value];
        while let Some(one) = all.pop() {
            match one {
                Value::Array(entries) => all.extend(entries),
                Value::Object(map) => all.extend(map.values()),
                Value::String(text) if text.contains(SEPARATORS) => return is_single,
                _ => {}
            }
        }
        true
    }

    /// Whether a value can be written at all: there is something of it on the wire.
    pub(super) fn can_be_sent(&self, value: &Value) -> bool {
        let is_empty = match value {
            Value::Null => true,
            Value::Array(entries) => entries.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::String(text) => text.is_empty() && self.location == In::Path,
            Value::Bool(_) | Value::Number(_) => false,
        };
        self.style == Style::Json || !is_empty
    }
}

/// What a value may be taken for when it was sent as text: itself, all texts, or each text as the number or boolean that
/// it spells.
pub(super) fn readings(value: &Value) -> [Value; 3] {
    let texts = leaves(value, &|leaf| match leaf {
        Value::Bool(_) | Value::Number(_) => Value::String(leaf.to_string()),
        other => other.clone(),
    });
    let typed = leaves(value, &|leaf| {
        let parsed = leaf
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        parsed
            .filter(|parsed: &Value| parsed.is_number() || parsed.is_boolean())
            .unwrap_or_else(|| leaf.clone())
    });
    [value.clone(), texts, typed]
}

fn leaves(value: &Value, read: &impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(entries) => entries.iter().map(|entry| leaves(entry, read)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, entry)| (name.clone(), leaves(entry, read)))
            .collect(),
        leaf => read(leaf),
    }
}
/// A text of the same shape with other digits and letters.
fn altered(text: &str, turn: u32) -> String {
    let within = |letter: char, first: char, count: u32, place: u32| {
        let by = 1 + (turn + 3 * place) % (count - 1);
        let moved = (u32::from(letter) - u32::from(first) + by) % count;
        char::from_u32(u32::from(first) + moved).unwrap_or(letter)
    };
    let places = text.chars().zip(1..);
    let letters = places.map(|(letter, place)| match letter {
        '0'..='9' => within(letter, '0', 10, place),
        // Hexadecimal digits stay such.
        'a'..='f' => within(letter, 'a', 6, place),
        'A'..='F' => within(letter, 'A', 6, place),
        'g'..='z' => within(letter, 'g', 20, place),
        'G'..='Z' => within(letter, 'G', 20, place),
        other => other,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::altered;

    #[test]
    fn an_altered_text_has_the_same_shape_and_is_another() {
        for text in [
            "9780000000000",
            "5f0c2b1e9c1d4a7e8b2a6d1f",
            "AB-zx_09",
            "a",
            "0",
        ] {
            let kind = |letter: char| match letter {
                'a'..='f' | 'A'..='F' => 'a',
                'g'..='z' | 'G'..='Z' => 'g',
                '0'..='9' => '0',
                other => other,
            };
            let shape = |text: &str| text.chars().map(kind).collect::<String>();
            let others = (1..=3).map(|turn| altered(text, turn));
            for other in others {
                assert_ne!(other, text);
                assert_eq!(shape(&other), shape(text), "{text}");
            }
        }
    }
}
