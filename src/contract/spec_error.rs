//! What is wrong with a document, with its place.

/// Why a document cannot be used as a contract: always with the file, the line and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{source_name}:{line}:{column}: {message}")]
pub struct SpecError {
    /// The file, or the name of the embedded document.
    pub source_name: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong and what to do, as a lower-case fragment.
    pub message: String,
    /// Whether nobody means it, so that the whole document is refused for it, where a part would do.
    pub refuses: bool,
}
