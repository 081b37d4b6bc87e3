//! Rules written as CEL expressions. The only module that names the `cel` crate.

use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::{Context, Env, Program, Value as CelValue};
use serde_json::Value;

/// CEL's standard functions, set up once: that takes longer than judging an answer.
static STANDARD: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A compiled expression over named values.
#[derive(Clone)]
pub struct Expression {
    text: String,
    program: Arc<Program>,
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({})", self.text)
    }
}

impl Expression {
    /// Compiles an expression that may use these names.
    ///
    /// # Errors
    /// What the compiler says, or a name that is not bound.
    pub fn compile(text: &str, names: &[&str]) -> Result<Expression, String> {
        let program = Program::compile(text)
            .map_err(|error| error.to_string().lines().collect::<Vec<_>>().join(" "))?;
        let own = macro_variables(text);
        for used in program.references().variables() {
            let is_own = used.starts_with('@') || own.iter().any(|name| name == used);
            if !is_own && !names.contains(&used) {
                return Err(format!(
                    "`{used}` is not bound; bind it, or use one of: {}",
                    names.join(", ")
                ));
            }
        }
        Ok(Expression {
            text: text.to_owned(),
            program: Arc::new(program),
        })
    }

    /// The expression as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Evaluates it; `None` where it has no truth value for these values (a wrong type, a missing key).
    pub fn holds(&self, values: &[(&str, &Value)]) -> Option<bool> {
        let mut context = Context::with_env(Arc::clone(&STANDARD));
        for (name, value) in values {
            context.add_variable_from_value(name.to_string(), to_cel(value));
        }
        match self.program.execute(&context) {
            Ok(CelValue::Bool(truth)) => Some(truth),
            _ => None,
        }
    }
}

/// The names that an expression's own macros bind: `e` in `list.all(e, e > 0)`.
fn macro_variables(text: &str) -> Vec<String> {
    const MACRO: &str = r"\.(?:all|exists|exists_one|existsOne|filter|map)\(\s*([A-Za-z_]\w*)\s*,";
    let pattern = regex::Regex::new(MACRO).expect("the pattern is a constant");
    pattern
        .captures_iter(text)
        .map(|found| found[1].to_owned())
        .collect()
}

fn to_cel(value: &Value) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(flag) => CelValue::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => CelValue::Int(whole),
            (None, Some(whole)) => CelValue::UInt(whole),
            _ => CelValue::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => CelValue::String(Arc::new(text.clone())),
        Value::Array(items) => CelValue::List(Arc::new(items.iter().map(to_cel).collect())),
        Value::Object(map) => {
            let entries: std::collections::HashMap<String, CelValue> = map
                .iter()
                .map(|(key, value)| (key.clone(), to_cel(value)))
                .collect();
            CelValue::from(entries)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expressions_hold_or_do_not_or_cannot_say() {
        let rule = Expression::compile("0 <= a && a <= b", &["a", "b"]).unwrap();
        assert_eq!(
            rule.holds(&[("a", &json!(1)), ("b", &json!(2))]),
            Some(true)
        );
        assert_eq!(
            rule.holds(&[("a", &json!(3)), ("b", &json!(2))]),
            Some(false)
        );
        assert_eq!(rule.holds(&[("a", &json!("x")), ("b", &json!(2))]), None);
        let list =
            Expression::compile("size(x.y) > 0 && x.y.all(e, e.startsWith('a'))", &["x"]).unwrap();
        assert_eq!(
            list.holds(&[("x", &json!({"y": ["ab", "ac"]}))]),
            Some(true)
        );
        assert!(Expression::compile("a &&", &["a"]).is_err());
        assert!(
            Expression::compile("c > 1", &["a"])
                .unwrap_err()
                .contains("`c` is not bound")
        );
    }
}
