//! JSON pointers (RFC 6901), written and read.

use std::borrow::Cow;

/// `base` with one more token, escaped.
pub fn join(base: &str, token: &str) -> String {
    let mut out = String::with_capacity(base.len() + token.len() + 1);
    out.push_str(base);
    out.push('/');
    for c in token.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            other => out.push(other),
        }
    }
    out
}

/// The tokens of a pointer, unescaped. In its form as a URI fragment (`#/…`) percent-encoding is undone as well.
pub fn tokens(pointer: &str) -> Vec<String> {
    let (pointer, is_fragment) = match pointer.strip_prefix('#') {
        Some(fragment) => (fragment, true),
        None => (pointer, false),
    };
    pointer
        .split('/')
        .skip(1)
        .map(|token| match is_fragment {
            true => {
                let decoded = percent_encoding::percent_decode_str(token).decode_utf8_lossy();
                unescaped(&decoded).into_owned()
            }
            false => unescaped(token).into_owned(),
        })
        .collect()
}

/// A token without the escapes of its two signs.
pub fn unescaped(token: &str) -> Cow<'_, str> {
    match token.contains('~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    }
}

/// The path that a relative reference means, from the file it stands in; both from the folder of the specification.
///
/// # Errors
/// A URL, an absolute path, or one that leads out of that folder; the words follow `` `$ref: …` ``.
pub fn relative(base: &str, reference: &str) -> Result<String, &'static str> {
    let scheme = reference.split('/').next().unwrap_or_default();
    if scheme.contains(':') || reference.starts_with("//") {
        return Err(
            "leads to a URL, and nothing is fetched: bundle the document first, for example with `npx @redocly/cli bundle`",
        );
    }
    if reference.starts_with('/') {
        return Err("must be relative to the file that it stands in");
    }
    let decoded = percent_encoding::percent_decode_str(reference).decode_utf8_lossy();
    let mut path: Vec<&str> = base.split('/').collect();
    path.pop();
    for step in decoded.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop().ok_or(
                    "leads out of the folder of the document: name the folder that holds all files with `--spec-root`, or bundle the document first",
                )?;
            }
            name => path.push(name),
        }
    }
    Ok(path.join("/").replace('#', "%23"))
}

/// The relative reference from a file to another, both by their paths from the folder of the specification; empty where
/// they are the same.
pub fn way(from: &str, to: &str) -> String {
    if from == to {
        return String::new();
    }
    let up = "../".repeat(from.matches('/').count());
    let to = to.replace("%23", "#");
    let steps: Vec<String> = to
        .split('/')
        .map(|step| {
            percent_encoding::utf8_percent_encode(step, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        })
        .collect();
    format!("{up}{}", steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_names_come_back(names in prop::collection::vec(".*", 0..5)) {
            let pointer = names.iter().fold(String::new(), |base, name| join(&base, name));
            prop_assert_eq!(tokens(&pointer), names);
        }
    }

    #[test]
    fn a_way_from_file_to_file_leads_there() {
        for (from, to) in [
            ("a.yaml", "b.yaml"),
            ("x/y/a.yaml", "x/b c.yaml"),
            ("a.yaml", "x:y/100%23 %25.yaml"),
        ] {
            assert_eq!(relative(from, &way(from, to)).unwrap(), to);
        }
        assert_eq!(way("a.yaml", "a.yaml"), "");
    }

    #[test]
    fn what_is_joined_comes_apart_again() {
        let pointer = join(&join("", "paths"), "/a/{b}~c");
        assert_eq!(pointer, "/paths/~1a~1{b}~0c");
        assert_eq!(tokens(&pointer), ["paths", "/a/{b}~c"]);
        assert_eq!(tokens("#/a%20b"), ["a b"]);
        assert!(tokens("").is_empty());
    }
}
