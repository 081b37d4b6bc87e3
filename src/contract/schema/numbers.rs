//! A number that keeps the bounds of a lowered schema.

use serde_json::{Map, Value, json};

/// The least number that keeps the bounds, or the one nearest to 1 where there is no lower one.
pub(super) fn in_bounds(schema: &Map<String, Value>, is_whole: bool) -> Value {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    // Integers beyond 2^53 are exact only as they stand.
    if let Some(least) = schema.get("minimum")
        && !schema.contains_key("multipleOf")
        && !schema.contains_key("exclusiveMinimum")
        && !(is_whole && least.as_f64().is_some_and(|least| least.fract() != 0.0))
    {
        return least.clone();
    }
    let (below, above) = (bound("exclusiveMaximum"), bound("exclusiveMinimum"));
    let nudge = match (is_whole, above, below) {
        (true, ..) => 1.0,
        (false, Some(above), Some(below)) => (below - above) / 2.0,
        (false, ..) => 0.5,
    };
    let mut value = bound("minimum").unwrap_or(1.0);
    if is_whole {
        value = value.ceil();
    }
    if let Some(above) = above.filter(|above| *above >= value || bound("minimum").is_none()) {
        value = above + nudge;
        if is_whole {
            value = value.floor();
        }
    }
    if let Some(most) = bound("maximum") {
        value = value.min(if is_whole { most.floor() } else { most });
    }
    if let Some(below) = below.filter(|below| *below <= value) {
        value = below - nudge;
        if is_whole {
            value = value.ceil();
        }
    }
    if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
        let up = (value / step).ceil() * step;
        let is_over = bound("maximum").is_some_and(|most| up > most)
            || below.is_some_and(|below| up >= below);
        value = if is_over {
            (value / step).floor() * step
        } else {
            up
        };
    }
    number(value)
}

/// A number, whole where it is.
pub(super) fn number(float: f64) -> Value {
    if float.fract() == 0.0 && float.abs() < 9e15 {
        json!(float as i64)
    } else {
        json!(float)
    }
}
