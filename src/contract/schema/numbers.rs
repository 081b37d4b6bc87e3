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

/// The same, but none that is zero where another one will do: nobody sees that a zero is lost.
pub(super) fn seen(schema: &Map<String, Value>, is_whole: bool) -> Value {
    let made = in_bounds(schema, is_whole);
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let keeps = |value: &f64| {
        let step = bound("multipleOf").filter(|step| *step > 0.0);
        *value != 0.0
            && (!is_whole || value.fract() == 0.0)
            && bound("minimum").is_none_or(|least| *value >= least)
            && bound("maximum").is_none_or(|most| *value <= most)
            && bound("exclusiveMinimum").is_none_or(|above| *value > above)
            && bound("exclusiveMaximum").is_none_or(|below| *value < below)
            && step.is_none_or(|step| (value / step).fract() == 0.0)
    };
    let most = bound("maximum").or(bound("exclusiveMaximum"));
    let others = [
        Some(1.0),
        bound("multipleOf"),
        most.map(|most| most / 2.0),
        most,
        Some(-1.0),
    ];
    let other = others.into_iter().flatten().find(keeps);
    match other.filter(|_| made.as_f64() == Some(0.0)) {
        Some(other) => number(other),
        None => made,
    }
}

/// A number, whole where it is.
pub(super) fn number(float: f64) -> Value {
    if float.fract() == 0.0 && float.abs() < 9e15 {
        json!(float as i64)
    } else {
        json!(float)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_to_be_seen_is_not_zero_where_it_need_not_be() {
        for (schema, wanted) in [
            (json!({"minimum": 0}), json!(1)),
            (json!({"minimum": 0, "maximum": 10}), json!(1)),
            (json!({"minimum": 0, "multipleOf": 5}), json!(5)),
            (json!({"minimum": 0, "maximum": 0.5}), json!(0.25)),
            (json!({"minimum": 0, "exclusiveMaximum": 1}), json!(0.5)),
            (json!({"maximum": 0}), json!(-1)),
            (json!({"minimum": 0, "maximum": 0}), json!(0)),
            (
                json!({"multipleOf": 5, "maximum": 3, "minimum": 0}),
                json!(0),
            ),
            (json!({"minimum": 7}), json!(7)),
            (json!({}), json!(1)),
        ] {
            let is_whole = wanted.is_i64();
            assert_eq!(
                seen(schema.as_object().unwrap(), is_whole),
                wanted,
                "{schema}"
            );
        }
    }
}
