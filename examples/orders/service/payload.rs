//! The bodies of create and update: JSON to values, with every mistake told by its JSON pointer.

use serde_json::{Map, Value};

use super::store::{CUSTOMERS, STATUSES};

/// Mistakes: where, and what is wrong.
pub type Errors = Vec<(String, String)>;

/// The body of a create that fits.
pub struct NewOrder {
    pub customer_id: i64,
    /// `None` where it was left out.
    pub quantity: Option<i64>,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub secret_note: Option<String>,
}

/// The body of an update that fits; `None` leaves a value as it is.
pub struct OrderPatch {
    pub quantity: Option<i64>,
    pub note: Option<Option<String>>,
    pub status: Option<&'static str>,
}

/// Reads the body of a create. Read-only and unknown members are ignored.
pub fn new_order(body: &Value, largest: i64) -> Result<NewOrder, Errors> {
    let members = object(body)?;
    let mut errors = Errors::new();
    let customer_id = whole(members, "customer_id", 1..=i64::MAX, &mut errors);
    match customer_id {
        Some(id) if id > CUSTOMERS => mistake(&mut errors, "customer_id", "no such customer"),
        None if !members.contains_key("customer_id") => {
            mistake(&mut errors, "customer_id", "missing");
        }
        _ => {}
    }
    let order = NewOrder {
        customer_id: customer_id.unwrap_or_default(),
        quantity: whole(members, "quantity", 1..=largest, &mut errors),
        reference: text(members, "reference", 3..=40, false, &mut errors).flatten(),
        note: text(members, "note", 0..=200, true, &mut errors).flatten(),
        secret_note: text(members, "secret_note", 0..=200, false, &mut errors).flatten(),
    };
    none_of(errors).map(|()| order)
}

/// Reads the body of an update: at least one member, and no unknown one.
pub fn order_patch(body: &Value) -> Result<OrderPatch, Errors> {
    let members = object(body)?;
    let mut errors = Errors::new();
    if members.is_empty() {
        errors.push((String::new(), "expected at least one member".to_owned()));
    }
    for name in members.keys() {
        if !["quantity", "note", "status"].contains(&name.as_str()) {
            mistake(&mut errors, name, "unknown");
        }
    }
    let status = members.get("status").and_then(|given| {
        let known = STATUSES.into_iter().find(|known| given == known);
        if known.is_none() {
            mistake(&mut errors, "status", "expected open, shipped or cancelled");
        }
        known
    });
    let patch = OrderPatch {
        quantity: whole(members, "quantity", 1..=1000, &mut errors),
        note: text(members, "note", 0..=200, true, &mut errors),
        status,
    };
    none_of(errors).map(|()| patch)
}

fn object(body: &Value) -> Result<&Map<String, Value>, Errors> {
    body.as_object()
        .ok_or_else(|| vec![(String::new(), "expected an object".to_owned())])
}

fn none_of(errors: Errors) -> Result<(), Errors> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// A whole number; `25.0` is one in OpenAPI 3.1.
fn whole(
    members: &Map<String, Value>,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
    errors: &mut Errors,
) -> Option<i64> {
    let given = members.get(name)?;
    let whole = given.as_f64().filter(|number| number.fract() == 0.0);
    let number = given.as_i64().or(whole.map(|number| number as i64));
    if number.is_none_or(|number| !range.contains(&number)) {
        let detail = format!(
            "expected an integer from {} to {}",
            range.start(),
            range.end()
        );
        mistake(errors, name, &detail);
        return None;
    }
    number
}

/// A text of so many characters; `Some(None)` is a `null` where one is allowed.
fn text(
    members: &Map<String, Value>,
    name: &str,
    length: std::ops::RangeInclusive<usize>,
    nullable: bool,
    errors: &mut Errors,
) -> Option<Option<String>> {
    match members.get(name)? {
        Value::Null if nullable => return Some(None),
        Value::String(text) if length.contains(&text.chars().count()) => {
            return Some(Some(text.clone()));
        }
        _ => {}
    }
    let detail = format!(
        "expected a text of {} to {} characters",
        length.start(),
        length.end()
    );
    mistake(errors, name, &detail);
    None
}

fn mistake(errors: &mut Errors, name: &str, detail: &str) {
    let name = name.replace('~', "~0").replace('/', "~1");
    errors.push((format!("/{name}"), detail.to_owned()));
}
