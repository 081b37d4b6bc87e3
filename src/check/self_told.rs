//! What pages say of themselves and of their place among the others, held against what a walk over them shows. Only what
//! nobody can read otherwise is a fault: what leads on beats what a page says of the end, and a total that the walk misses has
//! a promise of its own.

use serde_json::Value;

use crate::battery::{Collection, Next, Says};

/// What a page says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    more: Option<bool>,
    last: Option<bool>,
    first: Option<bool>,
    number: Option<i64>,
    size: Option<i64>,
    count: Option<i64>,
    pages: Option<i64>,
}

impl Said {
    /// Reads it from the body of a page.
    pub fn read(says: &Says, body: &Value) -> Said {
        let at = |pointer: &Option<String>| body.pointer(pointer.as_deref()?);
        let flag = |pointer| at(pointer).and_then(Value::as_bool);
        let number = |pointer| at(pointer).and_then(Value::as_i64);
        Said {
            more: flag(&says.more),
            last: flag(&says.last),
            first: flag(&says.first),
            number: number(&says.number),
            size: number(&says.size),
            count: number(&says.count),
            pages: number(&says.pages),
        }
    }

    /// Where it says that another page follows, in one way or the other.
    fn leads_on<'s>(&self, says: &'s Says) -> Option<(&'s Option<String>, bool)> {
        match (self.more, self.last) {
            (Some(true), _) => Some((&says.more, true)),
            (_, Some(false)) => Some((&says.last, false)),
            _ => None,
        }
    }
}

/// Something that a page says and that is not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it says it.
    pub pointer: String,
    /// What it should say, and why.
    pub expected: String,
    /// What it says.
    pub actual: String,
}

/// What the pages of a walk said of themselves so far.
#[derive(Debug, Default)]
pub(super) struct SelfTold {
    /// Whether anything was compared.
    tested: bool,
    faults: Vec<Fault>,
    /// How many pages there were, and how many of them had items.
    seen: u64,
    filled: u64,
    /// How many items the first one has, and whether one that is not the last has another number of them.
    full: usize,
    uneven: bool,
    /// The number of the first one, where pages begin with that.
    begins: Option<i64>,
    /// How many pages there are by the first one, and whether another one says otherwise.
    pages: Option<i64>,
    differs: bool,
    /// The last page, and the last one with items: what it says, how many items it has, and for how many it was asked.
    end: Said,
    before: Option<(Said, usize, Option<u64>)>,
}

impl SelfTold {
    /// Takes in a page of so many items, which was asked for as a page of so many, and by such a number; what is wrong with
    /// what it says.
    pub(super) fn take(
        &mut self,
        collection: &Collection,
        (said, count): (Said, usize),
        (asked, place): (Option<u64>, Option<u64>),
    ) -> Vec<Fault> {
        let says = &collection.says;
        self.seen += 1;
        if let Some(told) = said.count {
            let so = format!("{count}, as many as the page has");
            self.hold(&says.count, told == count as i64, so, told);
        }
        if let Some(told) = said.first.filter(|_| self.seen > 1 || place.is_none()) {
            let is_first = self.seen == 1;
            self.hold(&says.first, told == is_first, is_first.to_string(), told);
        }
        if matches!(collection.next, Next::Page(_)) {
            self.number(says, said.number, place);
        }
        if let Some(told) = said.size.filter(|told| *told > 0) {
            let so = format!("at least {count}, as many as the page has");
            self.hold(&says.size, told >= count as i64, so, told);
        }
        if count > 0 {
            self.follows(says);
            self.filled += 1;
            if self.filled == 1 {
                self.full = count;
            }
            self.before = Some((said, count, asked));
        }
        if let Some(told) = said.pages {
            self.differs |= *self.pages.get_or_insert(told) != told;
        }
        self.end = said;
        std::mem::take(&mut self.faults)
    }

    /// The number of a page is one more than that of the page before it. Where an envelope has all that such ones have, it
    /// is the one that was asked for.
    fn number(&mut self, says: &Says, told: Option<i64>, place: Option<u64>) {
        let Some(told) = told else { return };
        if self.seen == 1 {
            self.begins = Some(told).filter(|told| [0, 1].contains(told) && place.is_none());
            return;
        }
        let Some(begins) = self.begins else { return };
        let is_whole = [&says.first, &says.last, &says.count, &says.pages]
            .iter()
            .all(|one| one.is_some());
        let asked = place.and_then(|place| i64::try_from(place).ok());
        let (right, why) = match asked.filter(|_| is_whole) {
            Some(asked) => (asked, "as it was asked for"),
            None => {
                let behind = i64::try_from(self.seen - 1).unwrap_or(i64::MAX);
                (
                    begins.saturating_add(behind),
                    "one more than the page before",
                )
            }
        };
        self.hold(&says.number, told == right, format!("{right}, {why}"), told);
    }

    /// Another page with items follows the last one that had some.
    fn follows(&mut self, says: &Says) {
        let Some((said, count, asked)) = self.before else {
            return;
        };
        self.uneven |= count != self.full;
        if let Some(told) = said.last {
            let so = "false, since another page follows".to_owned();
            self.hold(&says.last, !told, so, told);
        }
        if let Some(told) = said.more {
            let so = "true, since another page follows".to_owned();
            self.hold(&says.more, told, so, told);
        }
        // A page that has as many as it was asked for, and is not the last, has the size that it was asked for.
        let asked = asked.filter(|asked| *asked == count as u64);
        if let (Some(told), Some(asked)) = (said.size, asked) {
            let is_right = u64::try_from(told) == Ok(asked);
            let so = format!("{asked}, as it was asked for and as the page has");
            self.hold(&says.size, is_right, so, told);
        }
    }

    /// The walk came to its end after so many items; what is wrong with what its pages said of that.
    pub(super) fn end(
        &mut self,
        collection: &Collection,
        (total, items): (Option<i64>, u64),
    ) -> Vec<Fault> {
        let says = &collection.says;
        let is_all = total.is_some_and(|total| u64::try_from(total) == Ok(items));
        if items == 0 || total.is_some() && !is_all {
            return Vec::new();
        }
        let is_counted = collection.next.is_counted();
        // Where pages are counted, only the total tells that nothing follows; else it is that nothing leads on.
        let told = match self.before {
            Some((said, ..)) if is_all => Some(said),
            _ if !is_counted && self.seen > 1 => Some(self.end),
            _ => None,
        };
        if let Some(said) = told
            && (said.more.is_some() || said.last.is_some())
        {
            self.tested = true;
            if let Some((at, told)) = said.leads_on(says) {
                let so = format!("{}, since no item follows", !told);
                self.hold(at, false, so, told);
            }
        }
        let last = self.before.map_or(0, |(_, count, _)| count);
        let is_even = !self.uneven && last <= self.full && !self.differs;
        if let Some(told) = self.pages.filter(|_| is_even && (is_all || self.seen > 1)) {
            let so = format!("{}, as many as were walked", self.filled);
            let is_right = u64::try_from(told) == Ok(self.filled);
            self.hold(&says.pages, is_right, so, told);
        }
        std::mem::take(&mut self.faults)
    }

    /// Whether anything that a page says of itself was compared.
    pub(super) fn is_tested(&self) -> bool {
        self.tested
    }

    fn hold(&mut self, at: &Option<String>, is_right: bool, expected: String, told: impl ToString) {
        self.tested = true;
        if !is_right {
            self.faults.push(Fault {
                pointer: at.clone().unwrap_or_default(),
                expected,
                actual: told.to_string(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// How a list leads on, and what its envelope has.
    const SPRING: &str = "next: {page: page, first: 0}, size: size, says: {last: /last, first: /first, number: /number, size: /size, count: /count, pages: /pages}";
    const CURSOR: &str = "next: {token: /next, parameter: cursor}, says: {more: /more}";
    const BEHIND: &str = "next: {after: after, more: /more}, says: {more: /more}";
    const COUNTED: &str = "next: {offset: offset}, says: {more: /more, last: /last}";

    /// A page: what it says, how many items it has, and what it was asked for.
    type Shown = (Value, usize, (Option<u64>, Option<u64>));

    /// The pointers of what is wrong in a walk over pages.
    fn wrong(list: &str, pages: &[Shown], total: Option<i64>) -> Vec<String> {
        let collection: Collection =
            serde_saphyr::from_str(&format!("{{items: /items, {list}}}")).unwrap();
        let mut told = SelfTold::default();
        let mut found = Vec::new();
        for (body, count, asked) in pages {
            let said = Said::read(&collection.says, body);
            found.extend(told.take(&collection, (said, *count), *asked));
        }
        let items = pages.iter().map(|(_, count, _)| *count as u64).sum();
        found.extend(told.end(&collection, (total, items)));
        found.into_iter().map(|fault| fault.pointer).collect()
    }

    /// Three pages of an envelope of two, two and one items.
    fn spring() -> Vec<Shown> {
        let page = |n: u64, count: usize| {
            let body = json!({"first": n == 0, "last": n == 2, "number": n, "size": 2, "count": count, "pages": 3});
            (body, count, (Some(2), Some(n).filter(|n| *n > 0)))
        };
        vec![page(0, 2), page(1, 2), page(2, 1)]
    }

    #[test]
    fn an_envelope_says_what_the_walk_shows() {
        assert!(wrong(SPRING, &spring(), Some(5)).is_empty());
        assert!(wrong(SPRING, &spring(), None).is_empty());
        for (on, member, value, found) in [
            (vec![0, 1, 2], "pages", json!(2), vec!["/pages"]),
            (vec![2], "last", json!(false), vec!["/last"]),
            (vec![1, 2], "first", json!(true), vec!["/first", "/first"]),
            (vec![0], "first", json!(false), vec!["/first"]),
            (vec![2], "number", json!(0), vec!["/number"]),
            (vec![0, 1], "size", json!(20), vec!["/size", "/size"]),
            (vec![1], "size", json!(1), vec!["/size", "/size"]),
            (vec![2], "count", json!(2), vec!["/count"]),
            // A clamped page says so, and a null says nothing.
            (vec![2], "size", json!(20), vec![]),
            (vec![0, 1, 2], "pages", json!(null), vec![]),
        ] {
            let mut pages = spring();
            for n in &on {
                pages[*n].0[member] = value.clone();
            }
            assert_eq!(wrong(SPRING, &pages, Some(5)), found, "{member} {value}");
        }
    }

    #[test]
    fn pages_may_begin_with_one() {
        let from_one = |asked: fn(u64) -> u64| {
            let mut pages = spring();
            for (n, page) in pages.iter_mut().enumerate() {
                page.0["number"] = json!(n + 1);
                page.2.1 = page.2.1.map(asked);
            }
            pages
        };
        assert!(wrong(SPRING, &from_one(|n| n + 1), Some(5)).is_empty());
        assert_eq!(
            wrong(SPRING, &from_one(|n| n), Some(5)),
            ["/number", "/number"]
        );
        // Where the envelope has less, its numbers may count otherwise than the parameter.
        let bare = SPRING.replace("first: /first, ", "");
        assert!(wrong(&bare, &from_one(|n| n), Some(5)).is_empty());
    }

    #[test]
    fn the_end_is_told_where_nothing_leads_on() {
        let page = |more: bool, count: usize| (json!({"more": more}), count, (None, None));
        for (list, pages, total, found) in [
            (CURSOR, vec![page(true, 2), page(false, 1)], None, 0),
            (CURSOR, vec![page(true, 2), page(true, 1)], None, 1),
            // A list that one page holds shows nothing of how it leads on.
            (CURSOR, vec![page(true, 2)], None, 0),
            (CURSOR, vec![page(true, 2)], Some(2), 1),
            (BEHIND, vec![page(true, 2), page(true, 0)], None, 1),
            // It was not known before.
            (BEHIND, vec![page(true, 2), page(false, 0)], None, 0),
            // A total that the walk misses has a promise of its own.
            (BEHIND, vec![page(true, 2), page(true, 0)], Some(3), 0),
            // More pages may come behind an empty one.
            (COUNTED, vec![page(true, 2), page(true, 0)], None, 0),
            (COUNTED, vec![page(true, 2), page(false, 0)], Some(2), 1),
        ] {
            assert_eq!(wrong(list, &pages, total).len(), found, "{list} {pages:?}");
        }
    }
}
