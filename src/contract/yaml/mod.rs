//! YAML and JSON as a raw tree in which every node and every key knows its file, line and column.

mod anchors;
mod events;
mod json;
mod node;
#[cfg(test)]
mod pack;
mod packed;
mod remedy;
mod scalar;
mod strict;

pub use node::{Entry, Mapping, Mark, Node, NodeValue, YamlError};
pub use packed::unpack;
pub use strict::{error_with_mark, strict_options};

/// Parses one document into its tree: as JSON where it is, else as YAML.
///
/// # Errors
/// What is wrong, with its place.
pub fn parse(text: &str) -> Result<Node, YamlError> {
    parse_file(text, 0)
}

/// As [`parse`], with the number of the file for the marks.
///
/// # Errors
/// As [`parse`].
pub fn parse_file(text: &str, file: u32) -> Result<Node, YamlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[']) {
        return events::read(text, file);
    }
    let broken = match json::read(text, file) {
        Ok(node) => return Ok(node),
        Err(error) if error.is_final => return Err(error),
        Err(error) => error,
    };
    // Flow mappings of YAML begin as JSON does; of two complaints the one that got farther is about what was meant.
    events::read(text, file).map_err(|error| {
        let place = |error: &YamlError| (error.mark.line, error.mark.column);
        if error.is_final || place(&error) > place(&broken) {
            error
        } else {
            broken
        }
    })
}

#[cfg(test)]
mod tests;
