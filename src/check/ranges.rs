//! A list that is asked for within a bound: whether an item is shown on the wrong side of it, or none on the right one. The
//! bound itself may belong to either.

use serde_json::Value;

use crate::battery::{Bound, Case, Plan};
use crate::contract::{Parameter, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::looked::Look;
use super::selects::{self, How, Said};
use super::sorted;

/// Milliseconds by which a day may begin or end elsewhere.
const ELSEWHERE: f64 = 15.0 * 3_600_000.0;
const A_DAY: f64 = 24.0 * 3_600_000.0;

/// A value in the middle of what a list shows, as it is sent, and what lies beyond doubt on each side of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Middle {
    /// The value.
    pub value: Value,
    /// What is less is surely below it.
    least: f64,
    /// What is greater is surely above it.
    most: f64,
}

/// A number, or the moment that a text says in milliseconds; a day is its beginning.
fn measure(value: &Value) -> Option<f64> {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => moment(text)
            .or_else(|| moment(&format!("{text}T00:00:00Z")).filter(|_| is_day(text)))
            .map(|moment| moment.as_millisecond() as f64),
        _ => None,
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10
}

/// A value to ask for: some of what is shown lies on each side of it.
///
/// # Errors
/// There is none: why.
pub fn middle(all: &Look, parameter: &Parameter) -> Result<Middle, &'static str> {
    let mut known: Vec<(f64, &Value)> = all
        .values()
        .filter_map(|(_, value)| Some((measure(value)?, value)))
        .collect();
    known.sort_by(|one, other| one.0.total_cmp(&other.0));
    let whole = |value: &Value, measure: f64| Middle {
        value: value.clone(),
        least: measure,
        most: measure,
    };
    let day = |value: &Value, measure: f64| {
        let text = value.as_str().filter(|text| !is_day(text))?;
        let begin = (measure / A_DAY).floor() * A_DAY;
        Some(Middle {
            value: Value::from(text.get(..10)?),
            least: begin - ELSEWHERE,
            most: begin + A_DAY + ELSEWHERE,
        })
    };
    let ways = known.iter().flat_map(|(measure, value)| {
        let mut ways = vec![whole(value, *measure)];
        ways.extend(day(value, *measure));
        ways
    });
    let splits = |one: &Middle| {
        let below = known.iter().filter(|(known, _)| *known < one.least).count();
        let above = known.iter().filter(|(known, _)| *known > one.most).count();
        below.min(above)
    };
    let fitting = ways.filter(|one| splits(one) > 0 && parameter.allows(&one.value));
    fitting
        .max_by_key(splits)
        .ok_or("the list does not show items on both sides of a value that could be asked for")
}

impl Middle {
    /// The places of the items that are surely on the wrong side.
    fn strange(&self, look: &Look, bound: Bound) -> Vec<usize> {
        let items = look.items.iter().enumerate();
        let is_strange = |value: &Value| {
            measure(value).is_some_and(|value| match bound {
                Bound::AtLeast => value < self.least,
                Bound::AtMost => value > self.most,
            })
        };
        let strange = items.filter(|(_, (_, value))| value.as_ref().is_some_and(is_strange));
        strange.map(|(place, _)| place).collect()
    }

    /// The items that are surely on the right side.
    fn own(&self, look: &Look, bound: Bound) -> usize {
        let other = match bound {
            Bound::AtLeast => Bound::AtMost,
            Bound::AtMost => Bound::AtLeast,
        };
        self.strange(look, other).len()
    }
}

/// What one look shows.
pub fn first(look: &Look, middle: &Middle, bound: Bound) -> Said {
    let shows = look.values().next().is_some();
    match (middle.strange(look, bound).is_empty(), shows) {
        (true, true) => Said::Right,
        (true, false) if !look.items.is_empty() || look.leads_on => {
            Said::Open("no item that is shown has a value there".to_owned())
        }
        _ => Said::More,
    }
}

/// What two looks with the bound show, between two without it.
pub fn judge(
    [all, again]: [&Look; 2],
    [look, second]: [&Look; 2],
    (middle, bound): (&Middle, Bound),
    is_only: bool,
) -> Said {
    let open = |why: &str| Said::Open(why.to_owned());
    if !sorted::is_same(all, again) || !sorted::is_same(look, second) || all.differs(look) {
        return open("the list changed while it was read, so it does not show what was selected");
    }
    if sorted::is_mixed(all) || sorted::is_mixed(look) {
        return open("its values are in several units, and need not be compared by the number");
    }
    let strange = middle.strange(look, bound);
    match () {
        () if !strange.is_empty() && look.keys() == all.keys() => Said::Broken(How::Ignored),
        () if !strange.is_empty() && (is_only || middle.own(look, bound) == 0) => {
            Said::Broken(How::Others)
        }
        () if look.items.is_empty() && middle.own(all, bound) > 0 => Said::Broken(How::Missing),
        () => open("what is shown beyond the bound may be what is always shown"),
    }
}

/// Records a break that the look with the bound shows; `spot` is where it was answered.
pub fn accuse(
    plan: &Plan,
    case: &Case,
    (selecting, how): (super::looked::Selecting<'_>, How),
    look: &Look,
    (middle, bound): (&Middle, Bound),
    spot: Spot,
    seen: &mut Sightings,
) {
    let Some(clause) = selects::clause(plan, case, selecting) else {
        return;
    };
    let pointer = |base: String, tokens: &[String]| {
        let tokens = tokens.iter();
        tokens.fold(base, |base, token| pointer::join(&base, token))
    };
    let called = |value: &Value| match value {
        Value::String(text) => super::shown(text),
        other => other.to_string(),
    };
    let wanted = called(&middle.value);
    let list = pointer(String::new(), selecting.list);
    let strange = middle.strange(look, bound).first().copied();
    let place = match strange {
        Some(place) => pointer(format!("{list}/{place}"), selecting.member),
        None => list,
    };
    let expected = format!("items with {} {wanted}", bound.words());
    let got = match strange.and_then(|place| look.items[place].1.as_ref()) {
        Some(other) => format!("an item with {}", called(other)),
        None => "no items".to_owned(),
    };
    let why = match how {
        How::Ignored => format!("; the list is the same without `{}`", selecting.parameter),
        _ => String::new(),
    };
    let promised = plan.clauses.get(clause).level;
    let level = case.step().breaks_level;
    let level = level.map_or(promised, |most| most.min(promised));
    let sentence = format!("asked for with {wanted}, expected {expected}, got {got}{why}");
    let found = Found::new(expected, got, Location::body(place));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, clause, seen);
}
