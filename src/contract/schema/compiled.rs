//! The compiled schema: validity, and for what is invalid the clause of the leaf that is wrong, once.
//! The only module that names the `jsonschema` crate.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Keyword, ValidationError, Validator};
use serde_json::{Map, Value};

use crate::contract::clause::ClauseIx;

use super::formats;
use super::keywords::AROUND;
use super::looks;
use super::shape::{Branch, NodeIx, Shape, ShapeNode, chosen};
use super::violation::{Violation, describe_twins, describe_value, drop_shielded, quoted};
use super::weight;

/// A schema ready to judge bodies.
#[derive(Debug)]
pub struct Compiled {
    validator: Validator,
    schema: Value,
    /// Whether it leads back to itself.
    is_recursive: bool,
}

impl Compiled {
    /// Compiles a lowered schema.
    ///
    /// # Errors
    /// What the schema compiler says, such as a pattern that is no regular expression; or that it unfolds too far.
    pub fn new(schema: Value) -> Result<Compiled, String> {
        weight::is_bearable(&schema)?;
        let mut options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_keyword(formats::INTEGER_KEYWORD, integer_bounds);
        for name in formats::STRING_FORMATS {
            if let Some(check) = formats::check_of(name) {
                options = options.with_format(name, check);
            }
        }
        let validator = options.build(&schema).map_err(|error| error.to_string())?;
        Ok(Compiled {
            is_recursive: looks::is_recursive(&schema),
            validator,
            schema,
        })
    }

    /// Whether a value is held against it in bearable time.
    pub fn is_bearable(&self, value: &Value) -> bool {
        !self.is_recursive || looks::are_bearable(&self.schema, value, looks::MOST)
    }

    /// Whether a value keeps the whole schema. Fast; the common case.
    pub fn is_valid(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// The lowered schema itself.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// As [`violations_at`](Self::violations_at) for the whole body, with what only follows from another break as well.
    pub fn raw_violations(&self, shape: &Shape, value: &Value) -> Vec<Violation> {
        self.raw_violations_at(shape, 0, value)
    }

    fn raw_violations_at(&self, shape: &Shape, node: NodeIx, value: &Value) -> Vec<Violation> {
        let mut out = Vec::new();
        for error in self.validator.iter_errors(value) {
            let before = out.len();
            let finder = Finder { shape, root: value };
            finder.collect(&error, node, "", &mut out);
            // What stands below a keyword that is no place of its own is that keyword's.
            for violation in out[before..].iter_mut().filter(|one| one.clause.is_none()) {
                let way = error.evaluation_path().as_str();
                violation.clause = finder.enclosing(node, &violation.pointer, way);
            }
        }
        out
    }

    /// All that is broken in a value at that place, each leaf once, with pointers into the value; what only follows from
    /// another break at the same value is left out. Where there are too many ways to be right to say which is meant, that is said.
    pub fn violations_at(&self, shape: &Shape, node: NodeIx, value: &Value) -> Vec<Violation> {
        if self.is_recursive && !looks::are_bearable(&self.schema, value, looks::MOST_TOLD) {
            let actual = "something else in each of thousands of ways to read it";
            let clause = shape.nodes[node].union_or_first();
            return vec![Violation::of_all(clause, actual.to_owned())];
        }
        let mut out = self.raw_violations_at(shape, node, value);
        drop_shielded(&mut out);
        out
    }
}

/// Whether the validator takes a pattern.
pub(super) fn takes(pattern: &str) -> bool {
    let schema = serde_json::json!({"pattern": pattern});
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&schema)
        .is_ok()
}

/// `x-conform-integer-bounds: [low, high]`: a whole number within.
struct IntegerBounds {
    low: i64,
    high: i64,
}

impl Keyword<'_> for IntegerBounds {
    fn validate(&self, instance: &Value) -> Result<(), ValidationError<'static>> {
        if Keyword::is_valid(self, instance) {
            return Ok(());
        }
        Err(ValidationError::custom(format!(
            "is not between {} and {}",
            self.low, self.high
        )))
    }

    fn is_valid(&self, instance: &Value) -> bool {
        let Value::Number(number) = instance else {
            return true;
        };
        formats::is_between(number, self.low, self.high)
    }
}

fn integer_bounds<'a>(
    _parent: &'a Map<String, Value>,
    value: &'a Value,
    _path: jsonschema::paths::Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    let bound = |n: usize| value.get(n).and_then(Value::as_i64);
    match (bound(0), bound(1)) {
        (Some(low), Some(high)) => Ok(Box::new(IntegerBounds { low, high })),
        _ => Err(ValidationError::schema("two bounds are needed")),
    }
}

/// Finds the clause of an error.
struct Finder<'a> {
    shape: &'a Shape,
    root: &'a Value,
}

impl Finder<'_> {
    /// Adds what `error` means; `from` is the place that holds `at`, a prefix of the error's own path.
    fn collect(
        &self,
        error: &ValidationError<'_>,
        from: NodeIx,
        at: &str,
        out: &mut Vec<Violation>,
    ) {
        let pointer = error.instance_path().as_str();
        let place = self.descend(from, at, pointer);
        match error.kind() {
            ValidationErrorKind::OneOfNotValid { context }
            | ValidationErrorKind::AnyOf { context } => {
                self.alternatives(error, context, place, out);
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let clause = place.and_then(|node| {
                    let mut nodes = self.with_branches(node, pointer);
                    nodes.find_map(|node| {
                        let mut required = node.required.iter();
                        Some(required.find(|(known, _)| known == name)?.1)
                    })
                });
                let actual = format!("no `{name}`");
                out.push(Violation {
                    clause,
                    pointer: pointer.to_owned(),
                    keyword: "required".into(),
                    expected: format!("`{name}` is there"),
                    actual,
                });
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let actual = format!("unexpected {}", quoted(unexpected));
                self.push(error, place, "additionalProperties", actual, out);
            }
            ValidationErrorKind::Custom { .. } => {
                let path = error.schema_path();
                let keyword = match path.as_str().ends_with(formats::INTEGER_KEYWORD) {
                    true => "format",
                    false => "custom",
                };
                self.push(error, place, keyword, describe_value(error.instance()), out);
            }
            kind => {
                let actual = describe_actual(kind, error.instance());
                self.push(error, place, kind.keyword(), actual, out);
            }
        }
    }

    fn push(
        &self,
        error: &ValidationError<'_>,
        place: Option<NodeIx>,
        keyword: &str,
        actual: String,
        out: &mut Vec<Violation>,
    ) {
        let pointer = error.instance_path().as_str().to_owned();
        let clause = place.and_then(|node| {
            let spellings = match keyword {
                "falseSchema" => ["absent", "not"],
                "exclusiveMinimum" => ["exclusiveMinimum", "minimum"],
                "exclusiveMaximum" => ["exclusiveMaximum", "maximum"],
                other => [other, other],
            };
            self.with_branches(node, &pointer)
                .find_map(|node| spellings.iter().find_map(|name| node.clause_of(name)))
        });
        let expected = match error.kind() {
            ValidationErrorKind::Custom { message, .. } => message.replacen("is not ", "", 1),
            _ => String::new(),
        };
        out.push(Violation {
            clause,
            pointer,
            keyword: keyword.to_owned(),
            expected,
            actual,
        });
    }

    /// A failed `oneOf` or `anyOf`: reported at the leaf, where one branch is plainly the one that was meant.
    fn alternatives(
        &self,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
        place: Option<NodeIx>,
        out: &mut Vec<Violation>,
    ) {
        let pointer = error.instance_path().as_str();
        let keyword = error.kind().keyword();
        let instance = error.instance();
        let mut meant: Option<(usize, NodeIx)> = None;
        if let Some(node) = place {
            let branches: Vec<&Branch> = self.shape.nodes[node]
                .branches
                .iter()
                .filter(|branch| branch.keyword == keyword)
                .collect();
            if branches.is_empty() || is_wrapped(context) {
                // One branch speaks, the others (if any) only allow null: it was folded into the place.
                let speaking = context
                    .iter()
                    .position(|errors| !errors.iter().any(is_mute));
                meant = speaking.map(|n| (n, node));
            } else {
                meant = chosen(&branches, instance).map(|branch| (branch.index, branch.node));
            }
        }
        match meant.and_then(|(n, node)| context.get(n).map(|errors| (errors, node))) {
            Some((errors, node)) if !errors.is_empty() => {
                for inner in errors {
                    // Errors in a branch carry their whole path, or one below the branch: both are brought to a whole one.
                    let inner_path = inner.instance_path().as_str();
                    if inner_path.starts_with(pointer) {
                        self.collect(inner, node, pointer, out);
                    } else {
                        self.push(error, place, keyword, describe_value(instance), out);
                    }
                }
            }
            _ => self.push(error, place, keyword, describe_value(instance), out),
        }
    }

    /// The clause of the nearest keyword around a value, of those that the validator went through.
    fn enclosing(&self, from: NodeIx, pointer: &str, way: &str) -> Option<ClauseIx> {
        // The branches of a condition are its own.
        let went = way.split('/').map(|word| match word {
            "then" | "else" => "if",
            other => other,
        });
        let named: Vec<&str> = went.filter(|word| AROUND.contains(word)).collect();
        let mut here = pointer;
        loop {
            let node = self.descend(from, "", here);
            let mut nodes = node
                .into_iter()
                .flat_map(|node| self.with_branches(node, here));
            let clause = nodes.find_map(|node| {
                let mut said = node.keywords.iter();
                said.find(|known| named.contains(&known.keyword))
                    .map(|known| known.clause)
            });
            match (clause, here.rsplit_once('/')) {
                (None, Some((above, _))) => here = above,
                (found, _) => return found,
            }
        }
    }

    /// The place of `to`, going down from `from`, which holds `at`.
    fn descend(&self, from: NodeIx, at: &str, to: &str) -> Option<NodeIx> {
        let rest = to.strip_prefix(at)?;
        let mut node = from;
        let mut value = if at.is_empty() {
            Some(self.root)
        } else {
            self.root.pointer(at)
        };
        for token in crate::contract::pointer::tokens(rest) {
            let here = value?;
            node = self.step(node, here, &token)?;
            value = match here {
                Value::Array(items) => token.parse::<usize>().ok().and_then(|n| items.get(n)),
                other => other.get(&token),
            };
        }
        Some(node)
    }

    fn step(&self, node: NodeIx, value: &Value, token: &str) -> Option<NodeIx> {
        let here = &self.shape.nodes[node];
        let direct = if value.is_array() {
            here.items
        } else {
            here.properties.get(token).copied()
        };
        direct
            .or_else(|| {
                let branch = here.chosen(value)?;
                self.step(branch.node, value, token)
            })
            .or(here.additional)
    }

    /// The place, and below it the branch that the value chose.
    fn with_branches<'s>(
        &'s self,
        node: NodeIx,
        pointer: &str,
    ) -> impl Iterator<Item = &'s ShapeNode> + use<'s> {
        let here = &self.shape.nodes[node];
        let value = self.root.pointer(pointer);
        let branch = value.and_then(|value| here.chosen(value));
        let branch = branch.map(|branch| &self.shape.nodes[branch.node]);
        std::iter::once(here).chain(branch)
    }
}

/// Whether a branch refuses everything but `null`, or everything.
fn is_mute(error: &ValidationError<'_>) -> bool {
    match error.kind() {
        ValidationErrorKind::FalseSchema => true,
        ValidationErrorKind::Type {
            kind: jsonschema::error::TypeKind::Single(kind),
        } => kind.to_string() == "null",
        _ => false,
    }
}

/// Whether these are the two branches of a schema that `nullable` stands in, and not its own.
fn is_wrapped(context: &[Vec<ValidationError<'static>>]) -> bool {
    let is_null = |errors: &[ValidationError<'_>]| matches!(errors, [one] if is_mute(one));
    matches!(context, [null, own] if is_null(null) && !is_null(own))
}

fn describe_actual(kind: &ValidationErrorKind, value: &Value) -> String {
    match (kind, value) {
        (
            ValidationErrorKind::MaxLength { .. } | ValidationErrorKind::MinLength { .. },
            Value::String(text),
        ) => {
            format!(
                "{} characters: {}",
                text.chars().count(),
                describe_value(value)
            )
        }
        (
            ValidationErrorKind::MaxItems { .. } | ValidationErrorKind::MinItems { .. },
            Value::Array(items),
        ) => {
            format!("{} entries", items.len())
        }
        (ValidationErrorKind::UniqueItems, Value::Array(items)) => describe_twins(items),
        (ValidationErrorKind::Type { .. }, Value::Array(items)) => {
            format!("an array of {} entries", items.len())
        }
        (ValidationErrorKind::Type { .. }, Value::Object(_)) => "an object".to_owned(),
        (ValidationErrorKind::PropertyNames { error }, _) => {
            format!("the name {}", describe_value(error.instance()))
        }
        _ => describe_value(value),
    }
}
