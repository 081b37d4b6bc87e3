//! What moved in a collection between two looks at it. A collection that changes accuses nobody.

use serde_json::Value;

use super::page::shown_key;

/// What a look shows that the first one did not, and the other way round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    came: Count,
    changed: Count,
    gone: u64,
    total: Option<(Option<i64>, Option<i64>)>,
    /// Whether the looks have as many items as if nothing moved but the order.
    may_be_order: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Count {
    number: u64,
    first: String,
}

impl Count {
    fn add(&mut self, key: &Value) {
        if self.number == 0 {
            self.first = shown_key(key);
        }
        self.number += 1;
    }

    fn words(&self, what: &str) -> Option<String> {
        match self.number {
            0 => None,
            1 => Some(format!("item {} {what}", self.first)),
            number => Some(format!("{number} items {what}, first {}", self.first)),
        }
    }
}

impl Moved {
    /// An item that the first look does not have.
    pub fn came(&mut self, key: &Value) {
        self.came.add(key);
    }

    /// An item of which a member differs.
    pub fn changed(&mut self, key: &Value) {
        self.changed.add(key);
    }

    /// With so many items that only the first look has.
    pub fn gone(mut self, items: u64) -> Moved {
        self.gone = items;
        self
    }

    /// With the totals, where they differ.
    pub fn totals(mut self, first: Option<i64>, now: Option<i64>) -> Moved {
        self.total = Some((first, now));
        self
    }

    /// With a sign that only the order moved, so that other items are on the pages that were read.
    pub fn perhaps_order(mut self, is_sign: bool) -> Moved {
        self.may_be_order = is_sign;
        self
    }

    /// How many items are new.
    pub fn new_items(&self) -> u64 {
        self.came.number
    }

    /// Whether it may be the order alone that moved: whoever sorts by chance, or by what many items share, shows unchanged
    /// items that come and go.
    pub fn is_order(&self) -> bool {
        let is_same = self.changed.number == 0 && self.total.is_none();
        self.may_be_order && is_same && self.came.number > 0 && self.gone > 0
    }

    /// In words; `None` where nothing moved.
    pub fn words(&self) -> Option<String> {
        let total = |total: Option<i64>| total.map_or("none".to_owned(), |total| total.to_string());
        let total = self.total.map(|(first, now)| match first == now {
            true => "the total of a later page changed".to_owned(),
            false => format!("the total was {}, then {}", total(first), total(now)),
        });
        let gone = match self.gone {
            0 => None,
            1 => Some("1 item was gone".to_owned()),
            number => Some(format!("{number} items were gone")),
        };
        let order = "no item and no total changed, so the order may be another one at each request, \
                     and pages cut from it repeat some items and lose others";
        let all = [
            self.changed.words("changed"),
            self.came.words("came"),
            gone,
            total,
            self.is_order().then(|| order.to_owned()),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        (!all.is_empty()).then(|| {
            format!(
                "the collection changes while it is read: {}",
                all.join("; ")
            )
        })
    }
}

/// How often in a row the next one is another.
pub fn turns<T: PartialEq>(mut all: impl Iterator<Item = T>) -> usize {
    let Some(mut last) = all.next() else { return 0 };
    let is_turn = |next: T| {
        let is_other = next != last;
        last = next;
        is_other
    };
    all.map(is_turn).filter(|is_turn| *is_turn).count()
}
