//! Pure functions from a plan and what came back to evidence and breaks. No input or output, no clock, no chance.

pub mod acceptance;
mod census;
mod excerpt;
mod json;
pub mod links;
pub mod page;
pub mod predicate;
pub mod repeat;
pub mod response;
pub mod rules;
pub mod walk;

/// A text from the target, cut to what a person reads.
pub fn shown(text: &str) -> String {
    const MOST: usize = 200;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST).collect();
    format!("{head}…")
}
