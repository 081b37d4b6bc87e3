//! Values that keep a whole schema: a full sample, or the smallest. Whether one really does is decided by the compiled
//! schema, never here.

use std::cell::Cell;

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use super::expiry;
use super::flat::{flatten, names_entries};
use super::lower::{LEFT_OUT_KEYWORD, VALUE_KEYWORD};
use super::meant::MEANT_KEYWORD;
use super::numbers::{in_bounds, seen};
use super::pairs;
use super::room;
use super::texts;

/// How much of a schema a value shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All properties, and one entry at least.
    Whole,
    /// What is required and no more, where the document gives no value.
    Least,
    /// What is required and no more; the document's own values of members alone.
    Members,
    /// The same, and each optional text, number or boolean.
    Scalars,
    /// The same, and all else that may be sent, with an entry in each list.
    All,
    /// What is required and no more.
    Bare,
}

/// Makes values of one lowered schema.
struct Maker<'s> {
    /// It holds the `$defs`.
    root: &'s Value,
    extent: Extent,
    /// Which of several alternatives is taken.
    pick: usize,
    /// How many values may still be made: a schema can demand itself, or unfold without end.
    left: Cell<usize>,
    /// How many bytes what is copied may still take.
    room: Cell<usize>,
}

/// The alternatives that are tried of a `oneOf` or `anyOf`.
const MOST_ALTERNATIVES: usize = 4;

/// A value that keeps a lowered schema, with all its properties; `root` holds the `$defs`.
pub fn sample(schema: &Value, root: &Value) -> Value {
    Maker::new(root, Extent::Whole, 0, MOST_VALUES).build(schema, 0)
}

/// The smallest values that keep the lowered schema of a request: with the document's own values in it, and without; and
/// the same for further alternatives.
pub fn smallest(root: &Value) -> Vec<Value> {
    let each =
        (0..MOST_ALTERNATIVES).flat_map(|pick| [(Extent::Least, pick), (Extent::Bare, pick)]);
    let mut all: Vec<Value> = Vec::new();
    for (extent, pick) in each {
        let value = Maker::new(root, extent, pick, MOST_VALUES_OF_A_REQUEST).build(root, 0);
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// The bodies that keep the lowered schema of a request: with what is required alone, as the schema itself gives one, with
/// all that is no list and no object, and others of further alternatives. Members that only an answer has are in none.
pub fn bodies(root: &Value) -> Vec<Value> {
    let made = |extent: Extent, pick: usize| {
        Maker::new(root, extent, pick, MOST_VALUES_OF_A_REQUEST).build(root, 0)
    };
    let own = flatten(root, root, 0).remove(VALUE_KEYWORD);
    let first = std::iter::once(made(Extent::Members, 0)).chain(own);
    let others = (1..MOST_ALTERNATIVES).map(|pick| made(Extent::Members, pick));
    // Of an array that may be empty, `Bare` has one entry.
    let last = [made(Extent::Scalars, 0), made(Extent::Bare, 0)];
    first.chain(last).chain(others).collect()
}

/// A body with all members that may be sent, of which others are made.
pub fn fullest(root: &Value) -> Value {
    Maker::new(root, Extent::All, 0, MOST_VALUES_OF_A_REQUEST).build(root, 0)
}

/// The most values in one; what is beyond is `null`, and the compiled schema says whether that will do.
const MOST_VALUES: usize = 20_000;
const MOST_VALUES_OF_A_REQUEST: usize = 2_000;
const MOST_DEPTH: usize = 12;
const MOST_ENTRIES: u64 = 1_000;

impl<'s> Maker<'s> {
    fn new(root: &'s Value, extent: Extent, pick: usize, most: usize) -> Maker<'s> {
        Maker {
            root,
            extent,
            pick,
            left: Cell::new(most),
            room: Cell::new(room::MOST),
        }
    }

    fn build(&self, schema: &Value, depth: usize) -> Value {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Value::Null;
        };
        self.left.set(left);
        let flat = flatten(schema, self.root, self.pick);
        let is_body = matches!(self.extent, Extent::Members | Extent::Scalars | Extent::All);
        let is_given = self.extent == Extent::Least || is_body && depth > 0;
        if is_given && let Some(value) = flat.get(VALUE_KEYWORD) {
            return self.given(value, depth);
        }
        if let Some(value) = flat.get("const") {
            return self.given(value, depth);
        }
        if let Some(Value::Array(options)) = flat.get("enum") {
            let option = options.iter().find(|option| !option.is_null());
            return option.map_or(Value::Null, |option| self.given(option, depth));
        }
        match kind_of(&flat) {
            "object" => self.object(&flat, depth),
            "array" => self.array(&flat, depth),
            kind @ ("integer" | "number") if is_body => seen(&flat, kind == "integer"),
            kind @ ("integer" | "number") => in_bounds(&flat, kind == "integer"),
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => {
                let text = json!(texts::text(&flat));
                self.given(&text, depth)
            }
        }
    }

    /// A value that the document gives; within another one it takes room.
    fn given(&self, value: &Value, depth: usize) -> Value {
        match depth == 0 || self.has_room(value, 1) {
            true => value.clone(),
            false => Value::Null,
        }
    }

    /// Takes the room of so many copies of a value; false where there is not so much, and nothing more is made.
    fn has_room(&self, value: &Value, count: usize) -> bool {
        let (room, needed) = (self.room.get(), room::bytes(value, room::MOST));
        let left = room.checked_sub(needed.saturating_mul(count));
        self.room.set(left.unwrap_or(0));
        self.left
            .set(if left.is_some() { self.left.get() } else { 0 });
        left.is_some()
    }

    fn array(&self, flat: &Map<String, Value>, depth: usize) -> Value {
        let least = flat.get("minItems").and_then(Value::as_u64);
        let least = match self.extent {
            Extent::Whole | Extent::All => least.unwrap_or(1).max(1),
            // A parameter without an entry could not be sent.
            Extent::Least | Extent::Bare if depth == 0 => least.unwrap_or(1).max(1),
            _ => least.unwrap_or(0),
        };
        let items = flat.get("items").filter(|items| **items != json!(false));
        let Some(items) = items.filter(|_| depth < MOST_DEPTH) else {
            return json!([]);
        };
        let entry = self.build(items, depth + 1);
        let count = usize::try_from(least.min(MOST_ENTRIES)).unwrap_or_default();
        if !self.has_room(&entry, count.saturating_sub(1)) {
            return Value::Null;
        }
        let is_unique = flat.get("uniqueItems") == Some(&json!(true));
        let options = flatten(items, self.root, self.pick);
        let options = options.get("enum").and_then(Value::as_array);
        let nth = |n: usize| match options {
            Some(options) if is_unique => options.get(n).unwrap_or(&entry).clone(),
            None if is_unique => another(&entry, n),
            _ => entry.clone(),
        };
        (0..count).map(nth).collect()
    }

    /// Whether a property is a text, a number or a boolean that a client may send.
    fn is_scalar(&self, property: &Value) -> bool {
        let flat = flatten(property, self.root, self.pick);
        let is_plain = !matches!(kind_of(&flat), "object" | "array" | "null");
        is_plain && !flat.is_empty() && !flat.contains_key(LEFT_OUT_KEYWORD)
    }

    fn object(&self, flat: &Map<String, Value>, depth: usize) -> Value {
        let required = flat.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let required: IndexSet<&str> = required.collect();
        let mut map = Map::new();
        // Each has a name, at the least.
        if !self.has_room(&Value::Null, required.len()) {
            return Value::Null;
        }
        let properties = flat.get("properties").and_then(Value::as_object);
        let least = flat.get("minProperties").and_then(Value::as_u64);
        let mut more = usize::try_from(least.unwrap_or_default()).unwrap_or(usize::MAX);
        more = more.saturating_sub(required.len());
        let possible = properties.into_iter().flatten();
        for (name, property) in possible.filter(|(_, property)| **property != json!(false)) {
            let is_required = required.contains(name.as_str());
            let is_wanted = match self.extent {
                Extent::Whole => is_required || depth < MOST_DEPTH,
                Extent::All => is_required || depth < 2 && property.get(LEFT_OUT_KEYWORD).is_none(),
                Extent::Least | Extent::Bare | Extent::Members => is_required || more > 0,
                Extent::Scalars => {
                    is_required || more > 0 || depth == 0 && self.is_scalar(property)
                }
            };
            // A schema that demands itself within itself has no value at all.
            if is_wanted && depth < 2 * MOST_DEPTH {
                more -= usize::from(!is_required && more > 0);
                let value = self.build(property, depth + 1);
                map.insert(name.clone(), expiry::to_come(name, value));
            }
        }
        // Members of which nothing is said: those that are required, and as many as there must be.
        let other = flat
            .get("additionalProperties")
            .unwrap_or(&Value::Bool(true));
        let is_open = *other != json!(false) && depth < 2 * MOST_DEPTH;
        let is_unnamed = |name: &&str| properties.is_none_or(|all| !all.contains_key(*name));
        let unnamed = required.iter().copied().filter(is_unnamed);
        // A map without an entry would show nothing of what its entries are.
        let is_map = depth < 2 && properties.is_none() && other.is_object() && !names_entries(flat);
        let least = least.unwrap_or(u64::from(is_map && self.extent == Extent::All));
        let made = (1..=least.min(MOST_ENTRIES)).map(|n| format!("key{n}"));
        for name in unnamed.map(str::to_owned).chain(made).filter(|_| is_open) {
            let is_required = required.contains(name.as_str());
            if is_required || (map.len() as u64) < least {
                let value = match other {
                    Value::Bool(_) => json!("text"),
                    schema => self.build(schema, depth + 1),
                };
                map.entry(name).or_insert(value);
            }
        }
        let may_be = |name: &str, value: &Value| {
            let property = properties.and_then(|properties| properties.get(name));
            let flat = property.map(|property| flatten(property, self.root, self.pick));
            flat.is_some_and(|flat| may_change(&flat, value))
        };
        pairs::put_in_order(&mut map, may_be);
        Value::Object(map)
    }
}

/// Whether a made value of a schema may be that one instead: the document gives none, and its bounds take it.
fn may_change(flat: &Map<String, Value>, value: &Value) -> bool {
    let is_said = [VALUE_KEYWORD, "const", "enum", "pattern", "multipleOf"];
    let most = flat.get("maximum").or_else(|| flat.get("exclusiveMaximum"));
    let is_over = most
        .and_then(Value::as_f64)
        .zip(value.as_f64())
        .is_some_and(|(most, value)| value >= most);
    !is_over && !is_said.iter().any(|key| flat.contains_key(*key))
}

/// Another value like this one, where two must differ.
fn another(value: &Value, n: usize) -> Value {
    match value {
        _ if n == 0 => value.clone(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => json!(whole.saturating_add(n as i64)),
            None => json!(number.as_f64().unwrap_or_default() + n as f64),
        },
        Value::String(text) => json!(format!("{text}{n}")),
        other => other.clone(),
    }
}

fn kind_of(flat: &Map<String, Value>) -> &str {
    match flat.get("type").or_else(|| flat.get(MEANT_KEYWORD)) {
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or("null")
        }
        Some(kind) => kind.as_str().unwrap_or("object"),
        None if flat.contains_key("items") => "array",
        None if flat.contains_key("properties") => "object",
        None => "string",
    }
}
