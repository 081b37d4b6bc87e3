//! JSON pointers (RFC 6901), written and read.

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

/// The tokens of a pointer, unescaped; a leading `#` is allowed, and percent-encoding as in a URI fragment is undone.
pub fn tokens(pointer: &str) -> Vec<String> {
    let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
    pointer
        .split('/')
        .skip(1)
        .map(|token| {
            let plain = percent_encoding::percent_decode_str(token).decode_utf8_lossy();
            plain.replace("~1", "/").replace("~0", "~")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_comes_apart_again() {
        let pointer = join(&join("", "paths"), "/a/{b}~c");
        assert_eq!(pointer, "/paths/~1a~1{b}~0c");
        assert_eq!(tokens(&pointer), ["paths", "/a/{b}~c"]);
        assert_eq!(tokens("#/a%20b"), ["a b"]);
        assert!(tokens("").is_empty());
    }
}
