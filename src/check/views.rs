//! Reads that can be asked for other members of a thing than they show unasked.

use crate::contract::names::words;
use crate::contract::{In, Operation};

/// Words of the names of query parameters that say which members are shown.
const VIEWS: &str = "attributes brief columns compact detail detailed details elements embed embedded exclude expand extra field fields \
full hydrate include includes mask omit populate preload projection properties props relations representation select show \
summary verbose view with without";

/// The query parameter of an operation that says which members it shows.
pub(super) fn of(operation: &Operation) -> Option<&str> {
    let says = |name: &str| {
        let all = words(name);
        all.iter()
            .any(|word| VIEWS.split(' ').any(|known| known == word))
    };
    let queries = operation.parameters.iter();
    let mut queries = queries.filter(|one| one.location == In::Query);
    queries.find(|one| says(&one.name)).map(|one| &*one.name)
}
