//! Links in `Link` headers (RFC 8288).

/// The target of the first link of that relation.
pub fn target<'h>(headers: impl Iterator<Item = &'h str>, relation: &str) -> Option<&'h str> {
    headers
        .flat_map(links)
        .find(|(_, parameters)| has_relation(parameters, relation))
        .map(|(target, _)| target)
}

/// Each link of a header with the text of its parameters.
fn links(header: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let mut rest = header;
    while let Some((_, begun)) = rest.split_once('<') {
        let Some((target, after)) = begun.split_once('>') else {
            break;
        };
        let end = unquoted(after, ',').unwrap_or(after.len());
        out.push((target.trim(), &after[..end]));
        rest = &after[end..];
    }
    out
}

/// Whether the first `rel` of a link names that relation; it may name several.
fn has_relation(parameters: &str, relation: &str) -> bool {
    let mut rest = parameters;
    while !rest.is_empty() {
        let end = unquoted(rest, ';').unwrap_or(rest.len());
        let (parameter, after) = rest.split_at(end);
        rest = after.strip_prefix(';').unwrap_or_default();
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.trim().eq_ignore_ascii_case("rel") {
            let mut names = value.trim().trim_matches('"').split_ascii_whitespace();
            return names.any(|name| name.eq_ignore_ascii_case(relation));
        }
    }
    false
}

/// The place of a character that stands outside of quotes.
fn unquoted(text: &str, wanted: char) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    let found = text.char_indices().find(|(_, c)| {
        let is_it = !quoted && *c == wanted;
        quoted ^= *c == '"' && !escaped;
        escaped = quoted && *c == '\\' && !escaped;
        is_it
    });
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_a_relation_is_found() {
        for (header, found) in [
            (
                r#"<https://a/x?p=2>; rel="next", <https://a/x?p=9>; rel="last""#,
                Some("https://a/x?p=2"),
            ),
            ("</x?p=2>;rel=next", Some("/x?p=2")),
            (
                r#"<a>; title="x, <b>; rel=next"; rel="prev", <?p=2>; REL="Last  NEXT""#,
                Some("?p=2"),
            ),
            (r#"<a>; title="\"; rel=next"; rel=prev"#, None),
            ("<a>; rel=prev; rel=next", None),
            ("<a,b;c>; rel=next", Some("a,b;c")),
            ("<a; rel=next", None),
            ("", None),
        ] {
            assert_eq!(target([header].into_iter(), "next"), found, "{header}");
        }
        let several = ["<a>; rel=prev", "<b>; rel=next"].into_iter();
        assert_eq!(target(several, "next"), Some("b"));
    }
}
