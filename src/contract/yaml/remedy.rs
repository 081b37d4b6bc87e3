//! What to do about YAML that is broken, by what the parser says of it and the line where it says so.

/// What the parser says, and what is most often the matter.
const USUAL: [(&str, &str); 6] = [
    (
        "mapping values are not allowed",
        "a text that has `: ` in it stands in quotes; else this line is indented too far",
    ),
    (
        "unexpected character",
        "a text that begins with this character stands in quotes",
    ),
    (
        "invalid trailing content",
        "something follows the quote that ends the text: is there one quote too many or too few?",
    ),
    (
        "simple key expected",
        "a `:` is missing behind a key, or this line is indented less than the text that it belongs to",
    ),
    (
        "did not find expected key",
        "this line is indented like none above it, or stands between the entries of a list",
    ),
    (
        "unexpected end of stream",
        "the text ends in the middle: is the file whole?",
    ),
];

/// The remedy, where one is known.
pub(super) fn remedy(info: &str, line: &str) -> Option<&'static str> {
    const CONFLICT: [&str; 3] = ["<<<<<<<", "=======", ">>>>>>>"];
    if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
        return Some("a merge conflict stands here that nobody resolved");
    }
    if line.contains("{{") {
        return Some("`{{` begins a template: fill it in first, or put the text in quotes");
    }
    let found = USUAL.iter().find(|(says, _)| info.contains(says));
    found.map(|(_, remedy)| *remedy)
}
