//! The options with which serde-saphyr reads the files that a person writes for the harness.

use serde_saphyr::Options;

use super::node::{Mark, YamlError};

/// What YAML 1.1 would guess at stays a string, duplicate keys and unknown tags are errors.
pub fn strict_options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 20_000_000,
            max_total_scalar_bytes: 256 * 1024 * 1024,
        },
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

/// Turns serde-saphyr's error into ours.
pub fn error_with_mark(error: &serde_saphyr::Error) -> YamlError {
    let place = error.location();
    let mark = place.map(|place| Mark {
        line: place.line(),
        column: place.column(),
        file: 0,
    });
    YamlError::new(mark.unwrap_or_default(), error.to_string())
}
