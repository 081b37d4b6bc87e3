//! Other values than one that is there, of the same kind.

use jiff::{SignedDuration, Span};
use serde_json::{Map, Value};

/// Other numbers than one, the nearest first; `step` is what they have to be multiples of.
pub fn of_number(was: &Value, step: Option<&Value>) -> Vec<Value> {
    let steps = [Some(1.0), step.and_then(Value::as_f64), Some(0.5)];
    let whole = was.as_i64();
    let out = steps.into_iter().flatten().flat_map(|step| {
        [step, -step].map(|step| match whole {
            #[expect(clippy::cast_possible_truncation, reason = "it is a whole number")]
            Some(whole) if step.fract() == 0.0 => whole.checked_add(step as i64).map(Value::from),
            _ => was.as_f64().map(|real| Value::from(real + step)),
        })
    });
    out.flatten().collect()
}

/// Another text: of a day the next one, of what a pattern demands one with another digit.
pub fn of_text(text: &str, said: &Map<String, Value>) -> Option<Value> {
    let format = said.get("format").or_else(|| said.get("x-conform-format"));
    match format.and_then(Value::as_str) {
        Some("date") => {
            let day: jiff::civil::Date = text.parse().ok()?;
            let next = day.checked_add(Span::new().days(1)).ok()?;
            Some(Value::from(next.to_string()))
        }
        Some("date-time") => {
            let moment: jiff::Timestamp = text.parse().ok()?;
            let next = moment.checked_add(SignedDuration::from_hours(24)).ok()?;
            Some(Value::from(next.to_string()))
        }
        None if said.contains_key("pattern") && !said.contains_key("x-conform-value") => {
            let at = text.rfind(|c: char| c.is_ascii_digit())?;
            let other = match &text[at..=at] {
                "9" => "8".to_owned(),
                digit => (digit.parse::<u32>().ok()? + 1).to_string(),
            };
            Some(Value::from(format!(
                "{}{other}{}",
                &text[..at],
                &text[at + 1..]
            )))
        }
        _ => None,
    }
}
