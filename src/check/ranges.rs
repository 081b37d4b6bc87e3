//! A list that is asked for within a bound: whether an item is shown on the wrong side of it, or none on the right one. The
//! bound itself may belong to either, unless the document says to which.

use serde_json::Value;

use crate::battery::{Bound, Case, Edge, Plan};
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
pub fn middle(
    all: &Look,
    parameter: &Parameter,
    edge: Option<Edge>,
) -> Result<Middle, &'static str> {
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
    // What is at the bound is only there where the bound is the value of an item.
    let is_telling = |one: &Middle| edge.is_some() && one.least == one.most;
    fitting
        .max_by_key(|one| (is_telling(one), splits(one)))
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

/// What is at the bound and stands on the wrong side of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtEdge {
    /// It is shown, at that place of the list.
    Shown(usize),
    /// So many items are not shown.
    Missing(usize),
}

/// What is at the bound and not where the document has it. A value that is shown may be cut: a moment to its second, a
/// number to its digits. So of these only what is wrong for all that they may stand for counts.
pub fn at_edge(
    [all, look]: [&Look; 2],
    middle: &Middle,
    (bound, edge): (Bound, Edge),
) -> Option<AtEdge> {
    let is_at = |value: &Value| {
        middle.least == middle.most
            && measure(value) == Some(middle.least)
            && value.is_string() == middle.value.is_string()
            && value
                .as_str()
                .is_none_or(|text| is_day(text) == middle.value.as_str().is_some_and(is_day))
    };
    let is_whole = match &middle.value {
        Value::String(text) => is_day(text),
        // A greater one may be the seconds of a moment.
        value => value
            .as_i64()
            .is_some_and(|number| number.abs() < 100_000_000),
    };
    let is_sure = is_whole || (bound == Bound::AtLeast) == (edge == Edge::Within);
    if !is_sure || sorted::is_mixed(all) {
        return None;
    }
    if edge == Edge::Beyond {
        let mut items = look.items.iter();
        let found = items.position(|(_, value)| value.as_ref().is_some_and(is_at));
        return found.map(AtEdge::Shown);
    }
    let has_room = look.items.len() < all.items.len() && !look.leads_on;
    let keys = look.keys();
    let own = all
        .values()
        .filter(|(key, value)| is_at(value) && !keys.contains(key));
    let missing = own.filter(|_| has_room).count();
    (missing > 0).then_some(AtEdge::Missing(missing))
}

/// Records what is at the bound and not where the document has it.
pub fn accuse_at_edge(
    plan: &Plan,
    case: &Case,
    selecting: super::looked::Selecting<'_>,
    (middle, found): (&Middle, &AtEdge),
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
    let wanted = match &middle.value {
        Value::String(text) => super::shown(text),
        other => other.to_string(),
    };
    let list = pointer(String::new(), selecting.list);
    let (place, expected, got) = match found {
        AtEdge::Shown(place) => (
            pointer(format!("{list}/{place}"), selecting.member),
            format!("no item with {wanted}, since the bound is exclusive"),
            format!("one with {wanted}"),
        ),
        AtEdge::Missing(count) => (
            list,
            format!("items with {wanted} as well, since the bound is inclusive"),
            format!("{count} fewer than the list without it shows"),
        ),
    };
    let promised = plan.clauses.get(clause).level;
    let level = case.step().breaks_level;
    let level = level.map_or(promised, |most| most.min(promised));
    let sentence = format!("asked for with {wanted}, expected {expected}, got {got}");
    let found = Found::new(expected, got, Location::body(place));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, clause, seen);
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
