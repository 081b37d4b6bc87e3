//! Values as they are written into a request, by style and `explode` (OpenAPI 3.1, "Style Values"; RFC 6570). The texts
//! are not percent-encoded yet: that is the transport's, which knows what each place allows.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::parameter::{Parameter, Style};
use super::subject::In;

/// The names and texts that send a value: pairs of the query or of cookies, or the one text of a header or path segment.
pub fn wire(parameter: &Parameter, value: &Value) -> Vec<(String, String)> {
    let name = parameter.name.as_str();
    let pairs = written(name, parameter.style, parameter.explode, value);
    match parameter.location {
        In::Query | In::Cookie => pairs,
        // A header or a segment has one text, whatever its style.
        In::Header | In::Path => {
            let texts: Vec<String> = pairs.into_iter().map(|(_, text)| text).collect();
            vec![(name.to_owned(), texts.join(","))]
        }
    }
}

/// How the fields of a form are written, and whether each entry or member stands for itself; those that the document says.
pub type FieldStyles = BTreeMap<String, (Style, bool)>;

/// The pairs of a form body. Where the document says nothing, a list repeats its name, and an object is JSON text.
pub fn form_pairs(value: &Value, styles: &FieldStyles) -> Vec<(String, String)> {
    let properties = value.as_object().into_iter().flatten();
    properties
        .flat_map(|(name, value)| match (styles.get(name), value) {
            (Some((style, explode)), _) => written(name, *style, *explode, value),
            (None, Value::Object(_)) => vec![(name.clone(), value.to_string())],
            (None, other) => written(name, Style::Form, true, other),
        })
        .collect()
}

fn written(name: &str, style: Style, explode: bool, value: &Value) -> Vec<(String, String)> {
    let one = |text: String| vec![(name.to_owned(), text)];
    match style {
        Style::Json => one(value.to_string()),
        Style::Simple => one(joined(value, explode, ",")),
        Style::Label => {
            let separator = if explode { "." } else { "," };
            one(format!(".{}", joined(value, explode, separator)))
        }
        Style::Matrix => one(matrix(name, explode, value)),
        Style::DeepObject if value.is_object() => deep(name, value),
        Style::Delimited(between) if !explode => {
            one(joined(value, false, between.encode_utf8(&mut [0; 4])))
        }
        Style::Form if !explode => one(joined(value, false, ",")),
        Style::Form | Style::Delimited(_) | Style::DeepObject => match value {
            Value::Array(entries) => entries
                .iter()
                .map(|entry| (name.to_owned(), plain(entry)))
                .collect(),
            Value::Object(map) => named(map).collect(),
            single => one(plain(single)),
        },
    }
}

fn matrix(name: &str, explode: bool, value: &Value) -> String {
    let pair = |(name, text): (&str, String)| match text.is_empty() {
        true => format!(";{name}"),
        false => format!(";{name}={text}"),
    };
    match value {
        Value::Array(entries) if explode => entries
            .iter()
            .map(|entry| pair((name, plain(entry))))
            .collect(),
        Value::Object(map) if explode => map
            .iter()
            .map(|(name, value)| pair((name, plain(value))))
            .collect(),
        other => pair((name, joined(other, false, ","))),
    }
}

/// `color[R]=100`, and deeper: `color[a][b]=1`; a list repeats its name.
fn deep(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| deep(&format!("{name}[{key}]"), value))
            .collect(),
        Value::Array(entries) => entries.iter().flat_map(|entry| deep(name, entry)).collect(),
        single => vec![(name.to_owned(), plain(single))],
    }
}

/// All of a value in one text: `R,100,G,200`, or with `explode` `R=100,G=200`.
pub(super) fn joined(value: &Value, explode: bool, separator: &str) -> String {
    let texts: Vec<String> = match value {
        Value::Array(entries) => entries.iter().map(plain).collect(),
        Value::Object(map) if explode => named(map)
            .map(|(name, text)| format!("{name}={text}"))
            .collect(),
        Value::Object(map) => named(map).flat_map(|(name, text)| [name, text]).collect(),
        single => vec![plain(single)],
    };
    texts.join(separator)
}

fn named(map: &Map<String, Value>) -> impl Iterator<Item = (String, String)> + '_ {
    map.iter().map(|(name, value)| (name.clone(), plain(value)))
}

/// A single value as text; what has no text of its own is JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The table of OpenAPI 3.1.1, section 4.8.12.4, each cell as it stands there but for percent-encoding.
    #[test]
    fn the_specifications_table_of_styles() {
        use Style::*;
        let values = [
            json!(""),
            json!("blue"),
            json!(["blue", "black", "brown"]),
            json!({"R": 100, "G": 200, "B": 150}),
        ];
        let pairs = "color=blue&color=black&color=brown";
        #[rustfmt::skip]
        let table: [(Style, bool, [&str; 4]); 13] = [
            (Matrix, false, [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
            (Matrix, true, [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
            (Label, false, [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
            (Label, true, [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
            (Simple, false, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
            (Simple, true, ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
            (Form, false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
            (Form, true, ["color=", "color=blue", pairs, "R=100&G=200&B=150"]),
            (Delimited(' '), false, ["color=", "color=blue", "color=blue black brown", "color=R 100 G 200 B 150"]),
            (Delimited('|'), false, ["color=", "color=blue", "color=blue|black|brown", "color=R|100|G|200|B|150"]),
            (Delimited('\t'), false, ["color=", "color=blue", "color=blue\tblack\tbrown", "color=R\t100\tG\t200\tB\t150"]),
            (Delimited('|'), true, ["color=", "color=blue", pairs, "R=100&G=200&B=150"]),
            (DeepObject, true, ["color=", "color=blue", pairs, "color[R]=100&color[G]=200&color[B]=150"]),
        ];
        for (style, explode, wanted) in table {
            for (value, wanted) in values.iter().zip(wanted) {
                let pairs = written("color", style, explode, value);
                let is_segment = matches!(style, Matrix | Label | Simple);
                let texts: Vec<String> = pairs
                    .into_iter()
                    .map(|(name, text)| match is_segment {
                        true => text,
                        false => format!("{name}={text}"),
                    })
                    .collect();
                assert_eq!(texts.join("&"), wanted, "{style:?} {explode} {value}");
            }
        }
    }

    #[test]
    fn a_form_body_repeats_lists_and_spells_objects_as_json() {
        let pairs = form_pairs(
            &json!({"a": 1, "b": ["x", "y"], "c": {"d": true}}),
            &FieldStyles::new(),
        );
        let texts: Vec<String> = pairs
            .iter()
            .map(|(name, text)| format!("{name}={text}"))
            .collect();
        assert_eq!(texts, ["a=1", "b=x", "b=y", "c={\"d\":true}"]);
    }
}
