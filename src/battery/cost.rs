//! What it may cost to evaluate an expression for the values at hand, added up before it is done.

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue};
use serde_json::Value;

use super::size::{Budget, Size};

/// A pattern is compiled each time; so many steps is what that may cost.
const A_PATTERN: f64 = 20_000.0;

/// Adds up what the expression costs for these values.
///
/// # Errors
/// Which bound it is beyond.
pub(super) fn check(expr: &IdedExpr, values: &[(&str, &Value)]) -> Result<(), String> {
    let sizes = values.iter().map(|(_, value)| Size::of(value));
    let names = values.iter().map(|(name, _)| *name);
    let mut costs = Costs {
        budget: Budget::default(),
        names: names.zip(sizes).collect(),
    };
    costs.of(expr).map(drop)
}

/// The expressions right below one.
pub(super) fn parts(expr: &IdedExpr) -> Vec<&IdedExpr> {
    match &expr.expr {
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Comprehension(all) => vec![
            &all.iter_range,
            &all.accu_init,
            &all.loop_cond,
            &all.loop_step,
            &all.result,
        ],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| entries(&entry.expr))
            .collect(),
        Expr::Struct(one) => one
            .entries
            .iter()
            .flat_map(|entry| entries(&entry.expr))
            .collect(),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

fn entries(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
        EntryExpr::StructField(field) => vec![&field.value],
    }
}

/// What evaluating may cost, added up before it is done.
struct Costs<'a> {
    budget: Budget,
    /// The sizes of what is bound.
    names: Vec<(&'a str, Size)>,
}

impl<'a> Costs<'a> {
    /// The most that an expression's value may be, after its cost was added.
    fn of(&mut self, expr: &'a IdedExpr) -> Result<Size, String> {
        self.budget.steps(1.0)?;
        let size = match &expr.expr {
            Expr::Unspecified | Expr::Struct(_) => Size::default(),
            Expr::Literal(LiteralValue::String(text)) => Size::text(text.inner().len()),
            Expr::Literal(LiteralValue::Bytes(bytes)) => Size::text(bytes.inner().len()),
            Expr::Literal(_) => Size::default(),
            Expr::Ident(name) => {
                let mut known = self.names.iter().rev();
                let found = known.find(|(known, _)| known == name);
                found.map(|(_, size)| size.clone()).unwrap_or_default()
            }
            Expr::Select(select) => {
                let of = self.of(&select.operand)?;
                if select.test {
                    Size::default()
                } else {
                    of.member()
                }
            }
            Expr::List(_) | Expr::Map(_) => {
                let mut whole = Size::default();
                for part in parts(expr) {
                    let size = self.of(part)?;
                    whole.push(&size, 1.0);
                }
                whole
            }
            Expr::Call(call) => self.call(call)?,
            Expr::Comprehension(all) => self.comprehension(all)?,
        };
        // What is bound is there already; only what is made can grow.
        match expr.expr {
            Expr::Ident(_) | Expr::Select(_) => {}
            _ => self.budget.holds(&size)?,
        }
        Ok(size)
    }

    fn call(&mut self, call: &'a CallExpr) -> Result<Size, String> {
        let mut sizes = Vec::with_capacity(call.args.len() + 1);
        for part in call.target.as_deref().into_iter().chain(&call.args) {
            sizes.push(self.of(part)?);
        }
        let all = sizes.iter().map(|size| size.bytes).sum::<f64>();
        match (call.func_name.as_str(), &sizes[..]) {
            ("_+_", [one, other]) => {
                self.budget.steps(all / 16.0)?;
                Ok(one.joined(other))
            }
            ("_?_:_", [_, one, other]) => Ok(one.larger(other)),
            ("_[_]", [of, _]) => Ok(of.member()),
            ("@in" | "_==_" | "_!=_" | "contains" | "_<_" | "_<=_" | "_>_" | "_>=_", _) => {
                self.budget.steps(all / 16.0)?;
                Ok(Size::default())
            }
            ("matches", _) => {
                self.budget.steps(A_PATTERN + all)?;
                Ok(Size::default())
            }
            ("string" | "bytes" | "dyn", [of]) => {
                self.budget.steps(all / 16.0)?;
                Ok(of.clone())
            }
            _ => Ok(Size::default()),
        }
    }

    /// A macro's loop: as often as its range has entries.
    fn comprehension(&mut self, all: &'a ComprehensionExpr) -> Result<Size, String> {
        let range = self.of(&all.iter_range)?;
        let before = self.names.len();
        let start = self.of(&all.accu_init)?;
        self.names.push((&all.iter_var, range.member()));
        self.names.push((&all.accu_var, start.clone()));
        self.budget.repeat(range.entries);
        let inner = self
            .of(&all.loop_cond)
            .and_then(|_| self.of(&all.loop_step));
        self.budget.done();
        let step = inner?;
        self.names.truncate(before + 1);
        // What one round adds, as often as there are rounds.
        let mut end = start;
        if let Some(item) = step.one() {
            end.push(item, range.entries);
        }
        self.names.push((&all.accu_var, end));
        let result = self.of(&all.result)?;
        self.names.truncate(before);
        Ok(result)
    }
}
