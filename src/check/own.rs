//! What a server says by itself of a thing, although the document lets it be sent: its address, its owner, a number that it
//! counts, a text that it makes of others, the moment of the change. A value that a client of the run chose before is none
//! of these.

use serde_json::Value;

use crate::battery::{SamePlace, Sameness, Whose};
use crate::contract::member_names::is_made;
use crate::contract::names::folded;
use crate::contract::pointer;

use super::alike::{Eye, has, is_alike, names_the_same};
use super::differing::{Difference, Look, own_id};
use super::told::{Told, is_telling};

/// A text of fewer letters and digits tells nothing by standing in another one.
const TELLING: usize = 5;
/// So many seconds lie at most between the moment that a server notes and the one at which it answers.
const SOON: i64 = 120;

/// Whether a change is shown to have changed some member as it was sent.
pub(super) fn changed_some(same: &Sameness, told: &Told, here: &Value) -> bool {
    let Some((sent, before)) = told.sent.as_ref().zip(told.before.as_ref()) else {
        return false;
    };
    let is_new = |place: &SamePlace| {
        let meant = sent.pointer(&place.there);
        meant.is_some_and(|meant| {
            !is_alike(meant, before.pointer(&place.here), Eye::Mild)
                && is_alike(meant, here.pointer(&place.here), Eye::Mild)
        })
    };
    same.whose == Whose::Sent && same.at.iter().any(is_new)
}

impl Told {
    /// Whether a value is one that a client of this run chose for a member before that step; `None` where what was sent before
    /// is not known.
    pub fn was_chosen(&self, there: &str, value: &Value) -> Option<bool> {
        let name = there.rsplit('/').next().unwrap_or_default();
        let is_it = |found: &Value| is_alike(found, Some(value), Eye::Mild);
        let below = |body: &Value| {
            let map = body.as_object();
            let mut inner = map
                .into_iter()
                .flatten()
                .filter_map(|(_, one)| one.get(name));
            inner.any(is_it)
        };
        let found = self.chosen.iter().any(|body| {
            body.pointer(there).is_some_and(is_it)
                || body.get(name).is_some_and(is_it)
                || below(body)
        });
        (!self.chosen.is_empty()).then_some(found)
    }
}

impl Told {
    /// Whether a client of this run sent a value as an entry of the list at a place before.
    pub fn was_entry(&self, there: &str, value: &Value) -> bool {
        let lists = self.chosen.iter().chain(&self.given);
        let mut lists = lists.filter_map(|body| body.pointer(there)?.as_array());
        lists.any(|list| has(list, value))
    }
}

impl Look<'_> {
    /// Why a value that is not what was sent, or not what it was, may be the server's own.
    pub(super) fn why_own(self, one: &Difference<'_>, place: &SamePlace) -> Option<String> {
        let shown = one.shown.filter(|shown| !shown.is_null())?;
        let there = one.at.strip_prefix(&place.here);
        let there = there.map_or_else(|| one.at.clone(), |rest| format!("{}{rest}", place.there));
        let at = &one.at;
        let name = pointer::tokens(at).pop().unwrap_or_default();
        if self.whose == Whose::Answered {
            let is_own = self.told.was_chosen(&there, one.meant) == Some(false)
                && !self.told.taken.contains(&name);
            return is_own.then(|| {
                format!("what {at} was before is nothing that was sent, so a server may change it by itself")
            });
        }
        let before = self
            .told
            .before
            .as_ref()
            .and_then(|before| before.pointer(at));
        let was_chosen = before.and_then(|before| self.told.was_chosen(&there, before));
        // What a server counts may be 1 all the same.
        let is_usual = before.is_some_and(|before| !is_telling(before)) && is_made(&name);
        let was_chosen = match self.told.taken.contains(&name) {
            true => Some(true),
            false => was_chosen.map(|chosen| chosen && !is_usual),
        };
        if before == Some(shown) && was_chosen == Some(false) && self.is_beside {
            return Some(format!(
                "{at} stays at what the server itself said, and others changed, so it may be the server's own"
            ));
        }
        if before.is_some() && self.told.overruled.contains(&name) {
            return Some(format!(
                "a create took no notice of `{name}` either, so it may be the server's own"
            ));
        }
        // What a client chose once, or what the server said that it took, is a client's.
        let is_promised = || {
            let answered = self.told.answered.as_ref();
            let mut places = [&there, at]
                .into_iter()
                .filter_map(|at| answered?.pointer(at));
            places.any(|told| is_alike(one.meant, Some(told), self.eye))
        };
        if was_chosen == Some(true) || is_promised() {
            return None;
        }
        if is_made(&name) {
            return Some(format!(
                "`{name}` is usually a server's own, and nothing shows that a client chooses it"
            ));
        }
        if self.is_made_of_others(one.meant, shown) {
            return Some(format!(
                "{at} has the id of the thing or another text in it, so the server may have made it of that"
            ));
        }
        self.is_moment(one.meant, shown).then(|| {
            format!("{at} is the moment at which it was sent, so the server may have noted that")
        })
    }

    /// Whether a text has in it the id of the thing, or what was sent as another member.
    fn is_made_of_others(self, meant: &Value, shown: &Value) -> bool {
        let Some(text) = shown.as_str() else {
            return false;
        };
        let parameter = self.operation.path.rsplit_once('{').map(|(_, rest)| rest);
        let parameter = parameter.and_then(|rest| rest.split('}').next());
        let id = parameter.and_then(|parameter| own_id(self.here, parameter));
        let has_id = |id: &Value| {
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            let is_part = |part: &str| part == id;
            let mut parts = text.split(|letter: char| !letter.is_alphanumeric());
            !id.is_empty() && parts.any(is_part) || id.len() >= 3 && text.contains(&id)
        };
        if id.is_some_and(|id| !names_the_same(id, shown) && has_id(id)) {
            return true;
        }
        let (own, meant) = (folded(text), meant.as_str().map(folded));
        let sent = self.told.sent.as_ref().and_then(Value::as_object);
        let mut others = sent
            .into_iter()
            .flatten()
            .filter_map(|(_, value)| value.as_str());
        others.any(|other| {
            let is_exact = other == text;
            let other = folded(other);
            let is_within = own.contains(&other)
                || other.contains(&own) && own.len() >= TELLING && own.len() * 2 >= other.len();
            !is_exact && Some(&other) != meant.as_ref() && other.len() >= TELLING && is_within
        })
    }

    /// Whether a moment is the one at which the change was answered, by the `Date` of that.
    fn is_moment(self, meant: &Value, shown: &Value) -> bool {
        let moment = |value: &Value| value.as_str()?.parse::<jiff::Timestamp>().ok();
        let date = self.told.date.as_deref();
        let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        let (Some(_), Some(shown), Some(date)) = (moment(meant), moment(shown), date) else {
            return false;
        };
        (shown.as_second() - date.timestamp().as_second()).abs() <= SOON
    }
}
