//! How large values may become, and how many steps it may take: the budget of an expression.

use serde_json::Value;

/// The most steps of one evaluation.
const MOST_STEPS: f64 = 2_000_000.0;
/// The most bytes of one value that it makes.
const MOST_BYTES: f64 = 4.0 * 1024.0 * 1024.0;
/// What a value takes besides its text.
const A_VALUE: f64 = 16.0;

/// The most that a value may be: in all, how many entries it has, and the largest of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Size {
    pub(super) bytes: f64,
    pub(super) entries: f64,
    entry: Option<Box<Size>>,
}

impl Default for Size {
    fn default() -> Size {
        Size {
            bytes: A_VALUE,
            entries: 0.0,
            entry: None,
        }
    }
}

impl Size {
    /// Of a text.
    pub(super) fn text(bytes: usize) -> Size {
        Size {
            bytes: A_VALUE + bytes as f64,
            ..Size::default()
        }
    }

    /// Of a value at hand.
    pub(super) fn of(value: &Value) -> Size {
        let mut whole = Size::default();
        match value {
            Value::String(text) => return Size::text(text.len()),
            Value::Array(items) => {
                for item in items {
                    whole.push(&Size::of(item), 1.0);
                }
            }
            Value::Object(map) => {
                for (name, item) in map {
                    whole.push(&Size::of(item), 1.0);
                    whole.bytes += name.len() as f64;
                }
            }
            _ => {}
        }
        whole
    }

    /// With so many more entries like that one.
    pub(super) fn push(&mut self, entry: &Size, times: f64) {
        self.bytes += times * entry.bytes;
        self.entries += times;
        let largest = match &self.entry {
            Some(known) => known.larger(entry),
            None => entry.clone(),
        };
        self.entry = Some(Box::new(largest));
    }

    /// The largest entry, where there is one.
    pub(super) fn one(&self) -> Option<&Size> {
        self.entry.as_deref()
    }

    /// What stands in it, or what it may be itself.
    pub(super) fn member(&self) -> Size {
        self.one().cloned().unwrap_or_default()
    }

    /// What may be the one or the other.
    pub(super) fn larger(&self, other: &Size) -> Size {
        let entry = match (&self.entry, &other.entry) {
            (Some(one), Some(other)) => Some(Box::new(one.larger(other))),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Size {
            bytes: self.bytes.max(other.bytes),
            entries: self.entries.max(other.entries),
            entry,
        }
    }

    /// Both, one after the other.
    pub(super) fn joined(&self, other: &Size) -> Size {
        Size {
            bytes: self.bytes + other.bytes,
            entries: self.entries + other.entries,
            ..self.larger(other)
        }
    }
}

/// What is left of a budget.
#[derive(Debug)]
pub(super) struct Budget {
    steps: f64,
    rounds: Vec<f64>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            steps: 0.0,
            rounds: vec![1.0],
        }
    }
}

impl Budget {
    /// Takes so many steps, as often as the loops around go round.
    pub(super) fn steps(&mut self, steps: f64) -> Result<(), String> {
        self.steps += steps * self.rounds.last().copied().unwrap_or(1.0);
        match self.steps <= MOST_STEPS {
            true => Ok(()),
            false => Err(format!(
                "it may take more than {MOST_STEPS} steps for the values at hand; nest fewer loops, or bind less"
            )),
        }
    }

    /// Whether a value that is made is not too large.
    pub(super) fn holds(&self, size: &Size) -> Result<(), String> {
        match size.bytes <= MOST_BYTES {
            true => Ok(()),
            false => Err(format!(
                "it may make a value of more than {} MiB from the values at hand",
                MOST_BYTES / 1024.0 / 1024.0
            )),
        }
    }

    /// What comes is done so many times.
    pub(super) fn repeat(&mut self, times: f64) {
        let outer = self.rounds.last().copied().unwrap_or(1.0);
        self.rounds.push(outer * times);
    }

    /// The loop is over.
    pub(super) fn done(&mut self) {
        self.rounds.pop();
    }
}
