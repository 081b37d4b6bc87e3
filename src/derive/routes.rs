//! What stands where in all paths of a contract: many operations ask for it, so it is gathered once.

use std::collections::{HashMap, HashSet};

use crate::contract::Contract;
use crate::contract::names::{folded, singular};

use super::parts::{is_open, shape};

/// The paths of a contract, by what is asked of them.
#[derive(Debug)]
pub struct Routes<'c> {
    /// The parts of all paths, each with its index.
    parts: HashSet<(usize, &'c str)>,
    /// The parameter that is all that follows a path, in the first path that has one.
    items: HashMap<&'c str, &'c str>,
    /// The paths that document a HEAD of their own.
    heads: HashSet<&'c str>,
    /// What paths lead to one of.
    nouns: HashSet<String>,
}

impl<'c> Routes<'c> {
    /// Those of all operations.
    pub fn of(contract: &'c Contract) -> Routes<'c> {
        let mut routes = Routes {
            parts: HashSet::new(),
            items: HashMap::new(),
            heads: HashSet::new(),
            nouns: HashSet::new(),
        };
        for operation in &contract.operations {
            let path = operation.path.as_str();
            routes.parts.extend(path.split('/').enumerate());
            let item = path
                .strip_suffix('}')
                .and_then(|path| path.rsplit_once("/{"));
            if let Some((above, name)) = item.filter(|(_, name)| !name.contains(['/', '{'])) {
                routes.items.entry(above).or_insert(name);
            }
            if operation.method == "HEAD" {
                routes.heads.insert(path);
            }
            let shape = shape(path);
            let pairs = shape.windows(2);
            let pairs = pairs.filter(|pair| !is_open(&pair[0]) && is_open(&pair[1]));
            let nouns = pairs.map(|pair| singular(&folded(&pair[0])));
            routes.nouns.extend(nouns);
        }
        routes
    }

    /// Whether some path has that part at that index.
    pub fn has(&self, index: usize, part: &str) -> bool {
        self.parts.contains(&(index, part))
    }

    /// The name of the parameter that leads from a path to one of what it lists.
    pub fn item(&self, path: &str) -> Option<&'c str> {
        self.items.get(path.trim_end_matches('/')).copied()
    }

    /// Whether some path leads to one of what is called so: folded, singular.
    pub fn leads_to(&self, noun: &str) -> bool {
        self.nouns.contains(noun)
    }

    /// Whether a path documents HEAD.
    pub fn has_head(&self, path: &str) -> bool {
        self.heads.contains(path)
    }
}
