//! Credentials of which one of several that are shown together is left out.

use super::Credentials;

impl Credentials {
    /// Which one of several credentials that are shown together is left out.
    pub fn without(self) -> Option<usize> {
        match self {
            Credentials::WithoutFirst => Some(0),
            Credentials::WithoutSecond => Some(1),
            Credentials::WithoutThird => Some(2),
            _ => None,
        }
    }

    /// Whether they are shown by the scheme of that place, of so many that are shown together. A single one that is left
    /// out leaves none.
    pub fn has(self, place: usize, of: usize) -> bool {
        match self.without() {
            Some(without) => without != place && without < of,
            None => true,
        }
    }
}
