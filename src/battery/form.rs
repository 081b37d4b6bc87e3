//! Forms of several parts (RFC 7578): written as bodies of requests, and read again.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::contract::{FieldStyles, form_pairs};

/// What stands between the parts, unless one has it.
const BOUNDARY: &str = "conform-part";

/// The body, and its media type with what stands between its parts; a member that is a file gets a file name.
pub(super) fn written(
    value: &Value,
    styles: &FieldStyles,
    files: &BTreeSet<String>,
) -> (String, Vec<u8>) {
    let pairs = form_pairs(value, styles);
    let mut boundary = BOUNDARY.to_owned();
    while pairs.iter().any(|(_, text)| text.contains(&boundary)) {
        boundary.push('-');
    }
    let mut out = String::new();
    for (name, text) in &pairs {
        // A name has neither a quote nor the end of its line in it.
        let shown = name
            .replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A");
        let more = match (files.contains(name), value.get(name)) {
            (true, _) => "; filename=\"conform.txt\"\r\nContent-Type: application/octet-stream",
            (false, Some(Value::Object(_))) => "\r\nContent-Type: application/json",
            _ => "",
        };
        out += &format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{shown}\"{more}\r\n\r\n{text}\r\n"
        );
    }
    out += &format!("--{boundary}--\r\n");
    let media_type = format!("multipart/form-data; boundary={boundary}");
    (media_type, out.into_bytes())
}

/// The names and texts of a form that was `written`; `None` for any other body.
pub fn read(media_type: &str, bytes: &[u8]) -> Option<Map<String, Value>> {
    let (_, boundary) = media_type.split_once("multipart/form-data; boundary=")?;
    let text = std::str::from_utf8(bytes).ok()?;
    let (begin, end) = (format!("--{boundary}\r\n"), format!("--{boundary}--\r\n"));
    let parts = text.split(&begin).skip(1);
    let pair = |part: &str| {
        let (head, text) = part.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("name=\"")?;
        let (name, _) = name.split_once('"')?;
        let text = text.strip_suffix(&end).unwrap_or(text);
        let text = text.strip_suffix("\r\n")?;
        Some((name.to_owned(), Value::from(text)))
    };
    Some(parts.filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_written() {
        let value = json!({"name": "a\r\nb", "size": 3, "tags": ["x"], "of": {"n": 1}, "file": "--conform-part"});
        let files = BTreeSet::from(["file".to_owned()]);
        let (media_type, bytes) = written(&value, &FieldStyles::default(), &files);
        assert_eq!(media_type, "multipart/form-data; boundary=conform-part-");
        let text = String::from_utf8(bytes.clone()).unwrap();
        for part in [
            "--conform-part-\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\nb\r\n--",
            "name=\"of\"\r\nContent-Type: application/json\r\n\r\n{\"n\":1}\r\n",
            "name=\"file\"; filename=\"conform.txt\"\r\nContent-Type: application/octet-stream\r\n\r\n",
            "\r\n--conform-part---\r\n",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let read = read(&media_type, &bytes).unwrap();
        let texts = json!({"name": "a\r\nb", "size": "3", "tags": "x", "of": "{\"n\":1}", "file": "--conform-part"});
        assert_eq!(Value::Object(read), texts);
    }
}
