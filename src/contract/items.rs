//! The paths of a document, and the operations that each holds.

use super::document::{Document, Located};
use super::pointer;
use super::route::Route;
use super::schema::Dialect;
use super::spec_error::SpecError;
use super::warning::Warnings;
use super::yaml::{Entry, Mapping, NodeValue};

/// What a path holds; `None` where no operation of it can be tested.
pub(super) fn item<'d>(
    document: &'d Document,
    (base, path, entry): (&str, &str, &'d Entry),
    warnings: &mut Warnings,
) -> Option<(Located<'d>, &'d Mapping)> {
    let lost = format!("no operation of {path} is tested");
    let found = document.resolve(&entry.node, &pointer::join(base, path));
    let item = match found {
        Ok(item) => item,
        Err(wrong) => {
            warnings.add(wrong, lost);
            let why = "their references lead to nothing that can be used";
            warnings.leave_out("paths", path, why);
            return None;
        }
    };
    let Some(methods) = item.node.as_mapping() else {
        let message = format!(
            "a path must hold a mapping from method to operation, and this is {}",
            item.node.kind()
        );
        warnings.add(document.error(entry.key, message), lost);
        warnings.leave_out("paths", path, "they hold no mapping of operations");
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
    dialect: Dialect,
    warnings: &mut Warnings,
) -> Result<Option<(String, &'d Mapping)>, SpecError> {
    let root = document.root();
    let is_fragment = root.get("openapi").or(root.get("swagger")).is_none();
    let Some(entry) = root.entry("paths") else {
        if is_fragment {
            return Err(document.error(
                root.mark,
                "neither `openapi` nor `paths` is here: this is no OpenAPI document, nor a fragment of one",
            ));
        }
        // Since 3.1 a document may have nothing but what others use of it, or what it calls itself.
        let others = ["components", "webhooks"];
        let may_lack = dialect == Dialect::V31;
        if !(may_lack && others.iter().any(|key| root.get(key).is_some())) {
            let message = match may_lack {
                true => "the document has neither `paths` nor `components` nor `webhooks`",
                false => "the document has no `paths`",
            };
            let wrong = document.error(root.mark, message);
            warnings.add(wrong, "there is nothing to test");
        }
        return Ok(None);
    };
    let found = document.resolve(&entry.node, "/paths")?;
    if found.node.value != NodeValue::Null && found.node.as_mapping().is_none() {
        let message = format!(
            "`paths` must be a mapping from path to operations, and this is {}",
            found.node.kind()
        );
        return Err(document.error(entry.key, message));
    }
    let paths = found.node.as_mapping();
    if is_fragment && paths.is_none_or(|paths| paths.iter().next().is_none()) {
        let message =
            "no path stands in this fragment, so there is nothing to test: is it the right file?";
        return Err(document.error(entry.key, message));
    }
    Ok(paths.map(|paths| (found.pointer, paths)))
}
