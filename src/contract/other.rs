//! What a file is that is no OpenAPI document, so that whoever gave the wrong one finds the right one.

use super::yaml::Node;

/// How the text of other files begins, in lower case, and what they are.
const BEGINNINGS: [(&str, &str); 10] = [
    ("<!doctype html", PAGE),
    ("<html", PAGE),
    ("<!--", PAGE),
    ("<?xml", "this is XML; an OpenAPI document is JSON or YAML"),
    (
        "version https://git-lfs",
        "this is what Git LFS leaves in the place of a file: `git lfs pull` gets the file",
    ),
    ("#%raml", "this is RAML; convert it to OpenAPI first"),
    ("window.", SCRIPT),
    ("var ", SCRIPT),
    ("const ", SCRIPT),
    ("export ", SCRIPT),
];
const PAGE: &str = "this is a page of HTML, such as a login or an error page, and no document: save the JSON or YAML that it is about";
const SCRIPT: &str = "this is JavaScript: save the object in it alone, as JSON";
const WRAPPED: &str =
    "this is a text that holds the document: save what is in it, without the quotes and escapes";

/// The keys that other documents have at their root, and what they are.
const KEYS: [(&str, &str); 16] = [
    (
        "asyncapi",
        "this is an AsyncAPI document, which describes messages and no HTTP API",
    ),
    (
        "swaggerVersion",
        "this is Swagger 1, which is not read; convert it to OpenAPI 3 first",
    ),
    (
        "arazzo",
        "this is an Arazzo document, which `--cases` takes; give the OpenAPI document that it names",
    ),
    (
        "overlay",
        "this is an Overlay, which changes a document; give the document with the changes made",
    ),
    (
        "log",
        "this seems to be a HAR file, which `conform judge` takes; give the OpenAPI document",
    ),
    (
        "item",
        "this seems to be a Postman collection; export the API as OpenAPI",
    ),
    (
        "discoveryVersion",
        "this is a Google discovery document; convert it to OpenAPI first",
    ),
    ("raml", "this is RAML; convert it to OpenAPI first"),
    (
        "configUrl",
        "this is the configuration of Swagger UI; give the document that its `url` names",
    ),
    (
        "urls",
        "this is the configuration of Swagger UI; give the document that its `url` names",
    ),
    (
        "__schema",
        "this is a GraphQL schema, which describes no HTTP API",
    ),
    ("$schema", "this is a JSON Schema, and no OpenAPI document"),
    ("error", ANSWER),
    ("errors", ANSWER),
    ("message", ANSWER),
    ("detail", ANSWER),
];
const ANSWER: &str = "this seems to be an answer with an error, saved in the place of the document";

/// What a text is that is neither JSON nor YAML; `None` where that is not known.
pub(super) fn broken(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let begins = |with: &str| {
        let own = text.get(..with.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(with))
    };
    let found = BEGINNINGS.iter().find(|(with, _)| begins(with));
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || "_$.".contains(c))
    };
    let is_call = text.split_once("({").is_some_and(|(name, _)| is_name(name));
    let script = is_call.then_some(SCRIPT);
    found.map(|(_, what)| *what).or(script)
}

/// What a text is that holds no mapping; `None` where that is not known.
pub(super) fn text(text: &str) -> Option<&'static str> {
    if let Some(what) = broken(text) {
        return Some(what);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('"') {
        return Some(WRAPPED);
    }
    let ends = [".yaml", ".yml", ".json"];
    if !text.contains(char::is_whitespace) && ends.iter().any(|end| text.ends_with(end)) {
        return Some(
            "only the path of another file stands here, as a symbolic link is saved by some: give that file",
        );
    }
    None
}

/// What a mapping is that has neither `openapi` nor `paths`; `None` where that is not known.
pub(super) fn mapping(root: &Node) -> Option<String> {
    let map = root.as_mapping()?;
    let is_document = |node: &Node| {
        ["openapi", "swagger"]
            .iter()
            .any(|key| node.get(key).is_some())
    };
    if let Some((key, _)) = map.iter().find(|(_, entry)| is_document(&entry.node)) {
        return Some(format!(
            "the document stands below `{key}` here: save that part alone"
        ));
    }
    for wanted in ["openapi", "swagger", "paths"] {
        if let Some(key) = map
            .keys()
            .find(|key| key.trim().eq_ignore_ascii_case(wanted))
        {
            return Some(format!("`{key}` stands here where `{wanted}` is meant"));
        }
    }
    let known = KEYS.iter().find(|(key, _)| map.contains_key(*key));
    known.map(|(_, what)| (*what).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Contract;

    #[test]
    fn whoever_gives_another_file_is_told_what_it_is() {
        for (text, wanted) in [
            ("<!DOCTYPE html>\n<title>Sign in</title>", "a page of HTML"),
            (
                "\n<html>\n<body>404: not found</body></html>",
                "a page of HTML",
            ),
            (
                "<!DOCTYPE html>\n<script>a: {b: [</script>",
                "a page of HTML",
            ),
            ("<?xml version=\"1.0\"?><a/>", "XML"),
            (
                "version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 5\n",
                "git lfs pull",
            ),
            ("../other/openapi.yaml", "the path of another file"),
            ("\"{\\\"openapi\\\": \\\"3.0.0\\\"}\"", "without the quotes"),
            ("callback({\"openapi\": \"3.0.0\"});", "JavaScript"),
            ("window.spec = {\"openapi\": \"3.0.0\"}", "JavaScript"),
            (
                "{\"data\": {\"openapi\": \"3.0.0\", \"paths\": {}}}",
                "below `data`",
            ),
            (
                "OpenAPI: 3.0.0\nPaths: {}\n",
                "`OpenAPI` stands here where `openapi` is meant",
            ),
            ("asyncapi: 2.0.0\n", "AsyncAPI"),
            ("{\"message\": \"Not Found\"}", "an answer with an error"),
            ("swaggerVersion: '1.2'\n", "Swagger 1"),
            ("a: 1\n", "neither `openapi` nor `paths`"),
            ("- openapi: 3.0.0\n", "this is a list"),
            ("words", "this is a string"),
        ] {
            let error = Contract::load("t.yaml", text.to_owned(), &[]).unwrap_err();
            assert!(error.message.contains(wanted), "{text}: {error}");
        }
    }
}
