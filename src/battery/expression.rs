//! Rules written as CEL expressions. Only this module and `cost` name the `cel` crate.
//!
//! Neither an expression nor the values that a target sends are trusted: how long an expression is and how deep, how many
//! steps it takes for the values at hand, and how large its results grow, is bounded before it is evaluated.

use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};
use cel::{Context, Env, Program, Value as CelValue};
use serde_json::Value;

use super::cost::{self, parts};

/// CEL's standard functions, set up once: that takes longer than judging an answer.
static STANDARD: LazyLock<Arc<Env>> =
    LazyLock::new(|| Arc::new(Env::stdlib().with_optional_support(false)));

/// What may be called besides operators and macros.
const FUNCTIONS: [&str; 12] = [
    "bool",
    "bytes",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "int",
    "matches",
    "size",
    "startsWith",
    "string",
    "type",
];
/// `uint` and what the parser makes of operators and macros.
const MADE: [&str; 2] = ["uint", "@not_strictly_false"];
/// The names of types, which `type(x)` is compared with.
const TYPES: [&str; 11] = [
    "bool",
    "bytes",
    "double",
    "dyn",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
];

/// The longest text, in bytes.
const LONGEST: usize = 8 * 1024;
/// The most levels of nesting; a chain of `a + b + c` has one for each.
const DEEPEST: usize = 100;
/// For the parser, which goes down a level for each of a chain's parts before it can be told how many there are.
const PARSER_STACK: usize = 512 * 1024 * 1024;
/// A compiled expression over named values.
#[derive(Clone)]
pub struct Expression {
    text: String,
    program: Arc<Program>,
    /// Its line in its file.
    pub line: u64,
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
    /// What the compiler says, a name that is not bound, a function that does not exist, or a bound that it is beyond.
    pub fn compile(text: &str, names: &[&str], line: u64) -> Result<Expression, String> {
        if text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        let program = std::thread::scope(|scope| {
            let parser = std::thread::Builder::new().stack_size(PARSER_STACK);
            let parsed = parser.spawn_scoped(scope, || parse(text));
            let parsed = parsed.map_err(|error| error.to_string())?;
            let panicked = |_| Err("the parser gave up".to_owned());
            parsed.join().unwrap_or_else(panicked)
        })?;
        check(program.expression(), &mut names.to_vec())?;
        Ok(Expression {
            text: text.to_owned(),
            program: Arc::new(program),
            line,
        })
    }

    /// The expression as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Evaluates it.
    ///
    /// # Errors
    /// Why it has no truth value for these values: it fails, gives something else, or is beyond its budget.
    pub fn holds(&self, values: &[(&str, &Value)]) -> Result<bool, String> {
        cost::check(self.program.expression(), values)?;
        let mut context = Context::with_env(Arc::clone(&STANDARD));
        for (name, value) in values {
            context.add_variable_from_value(name.to_string(), to_cel(value));
        }
        match self.program.execute(&context) {
            Ok(CelValue::Bool(truth)) => Ok(truth),
            Ok(other) => Err(format!("it gives {}, not true or false", other.type_of())),
            Err(error) => Err(explain(&error)),
        }
    }
}

/// Parses on a stack that is deep enough, and drops there what is too deep for others.
fn parse(text: &str) -> Result<Program, String> {
    let program = STANDARD.compile(text).map_err(|errors| misread(&errors))?;
    match depth(program.expression()) {
        0..=DEEPEST => Ok(program),
        deep => Err(format!(
            "it has {deep} levels of nesting; at most {DEEPEST} are allowed, and each part of a chain is one"
        )),
    }
}

/// What the parser stumbled over first, and where.
fn misread(errors: &cel::ParseErrors) -> String {
    let Some(first) = errors.errors.first() else {
        return "it cannot be read".to_owned();
    };
    let (line, column) = first.pos;
    if let Some((_, rest)) = first.msg.split_once("Recursion limit of ") {
        let most = rest.split(' ').next().unwrap_or_default();
        return format!(
            "it has more than {most} levels of nesting, at line {line}, column {column} of it"
        );
    }
    let said = first.msg.lines().next().unwrap_or_default();
    let said: String = said.chars().take(200).collect();
    format!("at line {line}, column {column} of it: {said}")
}

fn depth(expr: &IdedExpr) -> usize {
    1 + parts(expr).into_iter().map(depth).max().unwrap_or(0)
}

/// Looks for names that are not bound, functions that do not exist, and patterns that are none.
fn check<'e>(expr: &'e IdedExpr, names: &mut Vec<&'e str>) -> Result<(), String> {
    match &expr.expr {
        Expr::Ident(name) if !names.contains(&name.as_str()) && !TYPES.contains(&name.as_str()) => {
            let known: Vec<&str> = names
                .iter()
                .copied()
                .filter(|name| !name.starts_with('@'))
                .collect();
            return Err(format!(
                "`{name}` is not bound; bind it, or use one of: {}",
                known.join(", ")
            ));
        }
        Expr::Call(call) => {
            let name = call.func_name.as_str();
            let is_operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
            if !is_operator && !FUNCTIONS.contains(&name) && !MADE.contains(&name) {
                let known = FUNCTIONS.join(", ");
                return Err(format!(
                    "there is no function `{name}`; known are {known}, and the macros has, all, exists, exists_one, map, filter"
                ));
            }
            if name == "matches" {
                pattern(call)?;
            }
        }
        Expr::Struct(one) => return Err(format!("there is no type `{}`", one.type_name)),
        Expr::Comprehension(all) => {
            check(&all.iter_range, names)?;
            let before = names.len();
            let own = all.iter_var2.as_deref();
            names.extend(
                [all.iter_var.as_str(), all.accu_var.as_str()]
                    .into_iter()
                    .chain(own),
            );
            for inner in [&all.accu_init, &all.loop_cond, &all.loop_step, &all.result] {
                check(inner, names)?;
            }
            names.truncate(before);
            return Ok(());
        }
        _ => {}
    }
    parts(expr)
        .into_iter()
        .try_for_each(|part| check(part, names))
}

/// A pattern stands in the expression itself, so that it can be seen whether it is one.
fn pattern(call: &CallExpr) -> Result<(), String> {
    let Some(Expr::Literal(LiteralValue::String(text))) = call.args.last().map(|arg| &arg.expr)
    else {
        return Err(
            "`matches` needs its pattern as a text that stands in the expression".to_owned(),
        );
    };
    const LARGEST: usize = 1 << 18;
    let built = regex::RegexBuilder::new(text.inner())
        .size_limit(LARGEST)
        .build();
    built.map(drop).map_err(|error| {
        let lines: Vec<String> = error
            .to_string()
            .lines()
            .map(|line| line.trim().to_owned())
            .collect();
        format!(
            "`matches` has a pattern that cannot be used: {}",
            lines.join(" ")
        )
    })
}

/// What went wrong, without the values at hand in full.
fn explain(error: &cel::ExecutionError) -> String {
    use cel::ExecutionError as Why;
    let text = match error {
        Why::NoSuchKey(key) => format!("there is no `{key}`; ask with has(…) first"),
        Why::DivisionByZero(_) | Why::RemainderByZero(_) => "it divides by zero".to_owned(),
        Why::Overflow(..) => "a number is too large".to_owned(),
        Why::IndexOutOfBounds(index) => format!("there is no entry {index:?}"),
        Why::NoSuchOverload(overload) => {
            let name = overload.function();
            let name = name.trim_matches(['_', '@']);
            let kinds = overload.argument_types().join(" and ");
            match name {
                "." | "[]" | "[_]" => {
                    format!("nothing can be taken out of a value of type {kinds}")
                }
                _ => format!("`{name}` does not take {kinds}"),
            }
        }
        Why::UnsupportedBinaryOperator(name, left, right) => {
            let kinds = (left.type_of(), right.type_of());
            format!("`{name}` does not take {} and {}", kinds.0, kinds.1)
        }
        other => other.to_string(),
    };
    text.chars().take(200).collect()
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
