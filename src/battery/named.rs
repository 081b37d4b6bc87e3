//! What of a text names a thing where a path asks for it: of a resource name such as `shelves/s1`, and of a link, the part
//! that follows the same part as in the path.

use percent_encoding::percent_decode_str;

/// The part of a text that stands for a parameter of a path: of `shelves/s1` (AIP-122) and of `https://x/v1/shelves/s1` that
/// is `s1` where the path is `/shelves/{shelf}`. `None` for any other text.
pub fn named(path: &str, parameter: &str, text: &str) -> Option<String> {
    if !text.contains('/') {
        return None;
    }
    let written = format!("{{{parameter}}}");
    let (above, _) = path.split_once(&written)?;
    let before = above.strip_suffix('/')?.rsplit('/').next()?;
    if before.is_empty() || before.contains('{') {
        return None;
    }
    let is_link = is_link(text);
    let end = text.find(['?', '#']).filter(|_| is_link);
    let parts: Vec<&str> = text[..end.unwrap_or(text.len())].split('/').collect();
    let at = parts.iter().rposition(|part| *part == before)?;
    let found = parts.get(at + 1).filter(|part| !part.is_empty())?;
    match is_link {
        true => Some(percent_decode_str(found).decode_utf8().ok()?.into_owned()),
        false => Some((*found).to_owned()),
    }
}

/// The same, or the whole text where it has no such part.
pub(super) fn part_or_all(path: &str, parameter: &str, text: String) -> String {
    named(path, parameter, &text).unwrap_or(text)
}

/// Whether a text is a link, absolute or from the root.
pub fn is_link(text: &str) -> bool {
    text.starts_with('/') || text.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_follows_the_same_part() {
        let deep = "/v1/projects/{project}/locations/{location}/keys/{key}";
        let table = [
            ("/v1/shelves/{shelf}", "shelf", "shelves/s1", Some("s1")),
            (
                "/v1/shelves/{shelf}/books",
                "shelf",
                "shelves/s1/books/b1",
                Some("s1"),
            ),
            (deep, "project", "projects/p/locations/l/keys/k", Some("p")),
            (deep, "location", "projects/p/locations/l/keys/k", Some("l")),
            (deep, "key", "projects/p/locations/l/keys/k", Some("k")),
            (
                "/contacts/{id}",
                "id",
                "https://h/api/contacts/k%200?x=/contacts/9",
                Some("k 0"),
            ),
            ("/contacts/{id}", "id", "/contacts/k0/", Some("k0")),
            ("/shelves/{shelf}", "shelf", "shelves/", None),
            ("/shelves/{shelf}", "shelf", "s1", None),
            ("/projects/{id}", "id", "group/project", None),
            ("/repos/{owner}/{repo}", "repo", "repos/a", None),
            ("/{any}", "any", "a/b", None),
        ];
        for (path, parameter, text, wanted) in table {
            let found = named(path, parameter, text);
            assert_eq!(found.as_deref(), wanted, "{path} {text}");
        }
    }
}
