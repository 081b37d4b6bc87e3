//! Schemas that are named by URI and not by their place (JSON Schema 2020-12, sections 8.2 and 9.2): `$id`, `$anchor`,
//! `$dynamicAnchor`, and OpenAPI 3.2's `$self`. Every reference to such a name is written anew as the pointer that it
//! means, so that nothing else has to know of names. Nothing is fetched: a URI is only what some schema here is called.

mod dynamic;
mod resources;
mod rewrite;
#[cfg(test)]
mod tests;
mod walk;
mod ways;

use super::document::Document;
use super::warning::Warnings;
use super::yaml::Mark;

/// Something that is wrong with a name or with a reference to one: where, what, and what is lost.
struct Flaw {
    mark: Mark,
    wrong: String,
    lost: String,
}

/// Lets every reference of the document lead to a place by its pointer.
pub(super) fn follow(document: &mut Document, warnings: &mut Warnings) {
    const NAMING: [&str; 4] = ["$id", "$anchor", "$dynamic", "$self"];
    let has = |document: &Document, word: &str| {
        let mut files = document.files.iter();
        files.any(|file| file.text.contains(word))
    };
    if !NAMING.iter().any(|word| has(document, word)) {
        return;
    }
    let (index, mut flaws) = resources::Index::of(document);
    let (edits, wrong) = rewrite::edits(document, &index);
    flaws.extend(wrong);
    drop(index);
    for file in &mut document.files {
        rewrite::apply(&mut file.root, &edits);
    }
    if has(document, "$dynamicRef") {
        flaws.extend(dynamic::specialise(document));
    }
    flaws.sort_by_key(|flaw| (flaw.mark.file, flaw.mark.line, flaw.mark.column));
    for flaw in flaws {
        warnings.add(document.error(flaw.mark, flaw.wrong), flaw.lost);
    }
}
