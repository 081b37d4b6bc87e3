//! The paths of a document, and the operations that each holds.

use super::document::{Document, Located};
use super::other;
use super::pointer;
use super::route::Route;
use super::schema::Dialect;
use super::spec_error::SpecError;
use super::warning::Warnings;
use super::yaml::{Entry, Mapping, NodeValue};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The operations that a path holds, each with the key that it is written under. A method in other letters is told and
/// meant; what else describes responses is told and left out.
pub(super) fn operations_of<'d>(
    document: &Document,
    path: &str,
    held: &'d Mapping,
    warnings: &mut Warnings,
) -> Vec<(&'d str, &'d Entry)> {
    let mut out = Vec::new();
    for (key, entry) in held {
        let method = key.to_ascii_lowercase();
        let is_known = METHODS.contains(&method.as_str());
        let is_meant = is_known && (method == *key || !held.contains_key(&method));
        if is_meant {
            out.push((key.as_str(), entry));
        }
        let says_more = entry.node.get("responses").is_some() && !key.starts_with("x-");
        let (message, lost) = match (is_meant, says_more) {
            (true, _) if method == *key => continue,
            (true, _) => (
                format!("OpenAPI writes `{key}` as `{method}`"),
                "it is read so".to_owned(),
            ),
            (false, false) => continue,
            (false, true) => (
                format!(
                    "`{key}` is no method of which operations are tested: these are {}",
                    METHODS.join(", ")
                ),
                format!("{key} {path} is not tested"),
            ),
        };
        warnings.add(document.error(entry.key, message), lost);
        if !is_meant {
            let why = "their method is none of which operations are tested";
            warnings.leave_out("operations", format!("{key} {path}"), why);
        }
    }
    out
}

/// The most parameters of a path. Whatever is said of one of them names the path, so that they cost their square.
const MOST_PARAMETERS: usize = 200;

/// What a path holds; `None` where no operation of it can be tested.
pub(super) fn item<'d>(
    document: &'d Document,
    (base, path, entry): (&str, &str, &'d Entry),
    warnings: &mut Warnings,
) -> Option<(Located<'d>, &'d Mapping)> {
    let lost = format!("no operation of {path} is tested");
    let found = document.resolve(&entry.node, &pointer::join(base, path));
    let describes = |map: &Mapping| map.keys().any(|key| METHODS.contains(&key.as_str()));
    let has_own = entry.node.as_mapping().is_some_and(describes);
    let item = match found {
        Ok(item) => {
            if let Some(reference) = entry.node.entry("$ref").filter(|_| has_own) {
                let message = format!(
                    "operations of {path} stand beside this `$ref`, and OpenAPI does not say what that means"
                );
                let lost = "those that it leads to are tested, and those beside it are not";
                warnings.add(document.error(reference.key, message), lost);
            }
            item
        }
        Err(wrong) if has_own => {
            warnings.add(
                wrong,
                format!("of {path} only what stands beside it is tested"),
            );
            Located {
                node: &entry.node,
                pointer: pointer::join(base, path),
                through: Vec::new(),
            }
        }
        Err(wrong) => {
            warnings.add(wrong, lost);
            let why = "their references lead to nothing that can be used";
            warnings.leave_out("paths", path, why);
            return None;
        }
    };
    let parameters = path.matches('{').count();
    if parameters > MOST_PARAMETERS {
        let message = format!(
            "a path of {parameters} parameters: {MOST_PARAMETERS} are the most that is read, and no server takes so many"
        );
        let lost = "no operation of this path is tested";
        warnings.add(document.error(entry.key, message), lost);
        warnings.leave_out("paths", path, "they have too many parameters");
        return None;
    }
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
            let message = other::mapping(root).unwrap_or_else(|| {
                "neither `openapi` nor `paths` is here: this is no OpenAPI document, nor a fragment of one"
                    .to_owned()
            });
            return Err(document.error(root.mark, message));
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
