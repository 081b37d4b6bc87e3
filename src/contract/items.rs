//! The paths of a document, and the operations that each holds.

use super::document::{Document, Located};
use super::pointer;
use super::route::Route;
use super::spec_error::SpecError;
use super::warning::Warnings;
use super::yaml::{Entry, Mapping, NodeValue};

/// What a path holds; `None` where no operation of it can be tested.
pub(super) fn item<'d>(
    document: &'d Document,
    (path, entry): (&str, &'d Entry),
    warnings: &mut Warnings,
) -> Option<(Located<'d>, &'d Mapping)> {
    let lost = format!("no operation of {path} is tested");
    let found = document.resolve(&entry.node, &pointer::join("/paths", path));
    let item = match found {
        Ok(item) => item,
        Err(wrong) => {
            warnings.add(wrong, lost);
            return None;
        }
    };
    let Some(methods) = item.node.as_mapping() else {
        let message = format!(
            "a path must hold a mapping from method to operation, and this is {}",
            item.node.kind()
        );
        warnings.add(document.error(entry.key, message), lost);
        return None;
    };
    if let Some((wrong, lost)) = Route::of(path).flaw() {
        warnings.add(document.error(entry.key, format!("{path}: {wrong}")), lost);
    }
    Some((item, methods))
}

/// The paths of the document; `None` where it has none, and so nothing to test.
pub(super) fn paths<'d>(
    document: &'d Document,
    warnings: &mut Warnings,
) -> Result<Option<&'d Mapping>, SpecError> {
    let root = document.root();
    let is_fragment = root.get("openapi").or(root.get("swagger")).is_none();
    let Some(entry) = root.entry("paths") else {
        if is_fragment {
            return Err(document.error(
                root.mark,
                "neither `openapi` nor `paths` is here: this is no OpenAPI document, nor a fragment of one",
            ));
        }
        let wrong = document.error(root.mark, "the document has no `paths`");
        warnings.add(wrong, "there is nothing to test");
        return Ok(None);
    };
    if entry.node.value != NodeValue::Null && entry.node.as_mapping().is_none() {
        let message = format!(
            "`paths` must be a mapping from path to operations, and this is {}",
            entry.node.kind()
        );
        return Err(document.error(entry.key, message));
    }
    let paths = entry.node.as_mapping();
    if is_fragment && paths.is_none_or(|paths| paths.iter().next().is_none()) {
        let message =
            "no path stands in this fragment, so there is nothing to test: is it the right file?";
        return Err(document.error(entry.key, message));
    }
    Ok(paths)
}
