//! The pack that is built in: a contract with its battery, listed by `build.rs` from `spec/` and `cases/`. No other file
//! of the program knows which one it is.

use crate::contract::yaml::{self, Node, YamlError};

include!(concat!(env!("OUT_DIR"), "/pack.rs"));

/// A file that is built in.
pub struct BuiltIn {
    /// Its name in messages and reports.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What the text says, as it was parsed when the program was built.
    tree: &'static [u8],
}

impl BuiltIn {
    /// What the text says.
    ///
    /// # Errors
    /// As of any other text; never for the files as released.
    pub fn root(&self) -> Result<Node, YamlError> {
        yaml::unpack(self.tree).map_or_else(|| yaml::parse(self.text), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_was_built_in_as_its_text_says() {
        for file in CASES.iter().chain([&SPEC]) {
            let said = yaml::parse(file.text).unwrap();
            assert_eq!(yaml::unpack(file.tree), Some(said), "{}", file.name);
        }
    }
}
