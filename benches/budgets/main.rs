//! The budgets of the design, as ratios (and one difference) measured in one run: `cargo bench --bench budgets [run|items|many|walk|proxy|documents|derived]...`.
//! Prints measured against budget and ends with 1 where one is exceeded. `CONFORM_BENCH_PAGES` shortens the walk.
//!
//! The servers and the walks are processes of their own: this same program, with a word for what to be.

mod child;
mod documents;
mod items;
mod proxy;
mod run;
mod walk;

use std::process::ExitCode;

/// One budget, measured.
pub struct Measured {
    /// What was measured.
    pub what: String,
    /// The measured value as people read it.
    pub shown: String,
    /// The same as a number.
    pub value: f64,
    /// The most it may be; a value without a budget is only told.
    pub budget: Option<f64>,
}

impl Measured {
    /// A ratio of two times.
    pub fn ratio(what: &str, measured: f64, bare: f64, budget: Option<f64>) -> Measured {
        Measured {
            what: what.to_owned(),
            shown: format!(
                "{:.2}x ({} to {})",
                measured / bare,
                time(measured),
                time(bare)
            ),
            value: measured / bare,
            budget,
        }
    }

    /// A ratio of two amounts of something else.
    pub fn ratio_of(
        what: &str,
        (measured, bare, unit): (f64, f64, &str),
        budget: Option<f64>,
    ) -> Measured {
        Measured {
            what: what.to_owned(),
            shown: format!(
                "{:.2}x ({measured:.0} to {bare:.0} {unit})",
                measured / bare
            ),
            value: measured / bare,
            budget,
        }
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.2} us", s * 1e6),
    }
}

/// The middle one of some times.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "child") {
        child::main(&words[1..]);
        return ExitCode::SUCCESS;
    }
    // `cargo bench` says so; a test runner that asks for a list gets an empty one.
    if !words.iter().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    words.retain(|word| !word.starts_with("--"));
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let mut all = Vec::new();
    if wanted("items") {
        all.extend(items::measure());
    }
    if wanted("many") {
        all.extend(items::many());
    }
    if wanted("run") {
        all.extend(run::measure());
    }
    if wanted("walk") {
        all.extend(walk::measure());
    }
    if wanted("proxy") {
        all.extend(proxy::measure());
    }
    if wanted("documents") {
        all.extend(documents::measure());
    }
    if wanted("derived") {
        all.extend(documents::derived_run());
    }
    println!("{:<58} {:>9}  measured", "what", "at most");
    let mut over = false;
    for one in &all {
        let budget = one
            .budget
            .map_or("-".to_owned(), |most| format!("{most:.2}"));
        let is_over = one.budget.is_some_and(|most| one.value > most);
        let mark = if is_over { "  OVER BUDGET" } else { "" };
        println!("{:<58} {budget:>9}  {}{mark}", one.what, one.shown);
        over |= is_over;
    }
    ExitCode::from(u8::from(over))
}
