//! The piece of a body around a wrong value, short enough to be read.

use serde_json::Value;

use crate::contract::{describe_value, pointer};
use crate::ledger::Excerpt;

const AROUND: usize = 2;
const WIDEST: usize = 120;

/// The object or array that holds the value at `pointer`: the value's own line, two before and two after, in JSON, and
/// where in them it stands. Where the value itself is missing, the first lines of what holds it, whose brace is marked.
pub fn around(body: &Value, pointer: &str) -> Option<Excerpt> {
    let mut way = pointer::tokens(pointer);
    let last = way.pop();
    let holder = super::descend(body, &way)?;
    let found = last.and_then(|last| match holder {
        Value::Object(map) => map.keys().position(|key| *key == last),
        Value::Array(items) => last.parse().ok().filter(|n| *n < items.len()),
        _ => Some(0),
    });
    let middle = found.unwrap_or(0);
    let from = middle.saturating_sub(AROUND);
    let count = match holder {
        Value::Object(map) => map.len(),
        Value::Array(items) => items.len(),
        _ => 1,
    };
    let to = (middle + AROUND + 1).min(count);
    let written = |n: usize| match holder {
        Value::Object(map) => {
            let (key, value) = map.iter().nth(n)?;
            Some((format!("{}: ", Value::from(key.as_str())), short(value)))
        }
        Value::Array(items) => Some((String::new(), short(items.get(n)?))),
        other => Some((String::new(), short(other))),
    };
    let (open, close) = if holder.is_array() {
        ("[", "]")
    } else {
        ("{", "}")
    };
    let mut out = vec![open.to_owned()];
    if from > 0 {
        out.push("  …".to_owned());
    }
    let (mut line, mut span) = (0, 0..1);
    for (n, (key, value)) in (from..to).filter_map(|n| Some((n, written(n)?))) {
        if found == Some(n) {
            let begin = 2 + key.chars().count();
            (line, span) = (out.len(), begin..begin + value.chars().count());
        }
        let comma = if n + 1 < count { "," } else { "" };
        out.push(format!("  {key}{value}{comma}"));
    }
    if to < count {
        out.push("  …".to_owned());
    }
    out.push(close.to_owned());
    Some(Excerpt {
        text: out.join("\n"),
        line,
        span,
    })
}

/// The beginning of a body that is no JSON, all of it marked.
pub fn head(body: &[u8]) -> Excerpt {
    const MOST: usize = 200;
    let mut text = String::from_utf8_lossy(&body[..body.len().min(MOST)]).into_owned();
    if body.len() > MOST {
        text.push('…');
    }
    let first = text.lines().next().unwrap_or_default().chars().count();
    Excerpt {
        text,
        line: 0,
        span: 0..first,
    }
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Object(map) if !map.is_empty() => "{…}".to_owned(),
        Value::Array(items) if !items.is_empty() => format!("[… {} entries]", items.len()),
        other => describe_value(other),
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
        let seen = around(&body, "/data/0/c").unwrap();
        assert_eq!(
            seen.text,
            "{\n  \"a\": 1,\n  \"b\": {…},\n  \"c\": \"wrong\",\n  \"d\": [],\n  \"e\": 5,\n  …\n}"
        );
        let line: Vec<char> = seen.text.lines().nth(seen.line).unwrap().chars().collect();
        assert_eq!(line[seen.span].iter().collect::<String>(), "\"wrong\"");
        let missing = around(&body, "/data/0/missing").unwrap();
        assert!(missing.text.starts_with("{\n  \"a\""));
        assert_eq!((missing.line, missing.span), (0, 0..1));
    }
}
