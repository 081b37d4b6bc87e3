//! The piece of a body around a wrong value, short enough to be read.

use serde_json::Value;

const AROUND: usize = 2;
const WIDEST: usize = 120;

/// The object or array that holds the value at `pointer`: the value's own line, two before and two after, in JSON.
/// Where the value itself is missing, the first lines of what holds it.
pub fn around(body: &Value, pointer: &str) -> String {
    let (parent, last) = match pointer.rsplit_once('/') {
        Some((parent, last)) => (parent, last.replace("~1", "/").replace("~0", "~")),
        None => ("", String::new()),
    };
    let Some(holder) = body.pointer(parent) else {
        return String::new();
    };
    let lines: Vec<(bool, String)> = match holder {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                (
                    *key == last,
                    format!("{}: {}", Value::String(key.clone()), short(value)),
                )
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string() == last, short(value)))
            .collect(),
        other => vec![(true, short(other))],
    };
    let found = lines.iter().position(|(is_it, _)| *is_it).unwrap_or(0);
    let from = found.saturating_sub(AROUND);
    let to = (found + AROUND + 1).min(lines.len());
    let (open, close) = if holder.is_array() {
        ("[", "]")
    } else {
        ("{", "}")
    };
    let mut out = vec![open.to_owned()];
    if from > 0 {
        out.push("  …".to_owned());
    }
    for (n, (_, line)) in lines.iter().enumerate().take(to).skip(from) {
        out.push(format!(
            "  {line}{}",
            if n + 1 < lines.len() { "," } else { "" }
        ));
    }
    if to < lines.len() {
        out.push("  …".to_owned());
    }
    out.push(close.to_owned());
    out.join("\n")
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Object(map) if !map.is_empty() => "{…}".to_owned(),
        Value::Array(items) if !items.is_empty() => format!("[… {} entries]", items.len()),
        other => other.to_string(),
    };
    if text.chars().count() <= WIDEST {
        return text;
    }
    let head: String = text.chars().take(WIDEST).collect();
    format!("{head}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_wrong_line_stands_among_its_neighbours() {
        let body =
            json!({"data": [{"a": 1, "b": {"x": 1}, "c": "wrong", "d": [], "e": 5, "f": 6}]});
        assert_eq!(
            around(&body, "/data/0/c"),
            "{\n  \"a\": 1,\n  \"b\": {…},\n  \"c\": \"wrong\",\n  \"d\": [],\n  \"e\": 5,\n  …\n}"
        );
        assert!(around(&body, "/data/0/missing").starts_with("{\n  \"a\""));
    }
}
