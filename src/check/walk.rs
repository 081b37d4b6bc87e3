//! A walk over all pages, page by page: ids, links and totals. Of a page that was judged only hashes stay.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::battery::{Collection, Next, Sequence};

use super::echo::{Echo, Heard};
use super::ends;
use super::first_page::FirstPage;
use super::hashes::Hashes;
use super::led;
use super::moved::Moved;
use super::notes::{Note, Notes};
pub use super::onward::Onward;
use super::onward::{FEED, IS_FEED, STALLED};
use super::page::{self, Page};
use super::self_told::SelfTold;
use super::totals::Totals;

mod known;
mod telling;

/// What a walk over a collection met.
#[derive(Debug, Default)]
pub struct Walked {
    hashes: Hashes,
    collection: Collection,
    /// Hash of an item's key → its place in the walk and a part of the hash of its content.
    known: HashMap<u64, (u32, u32)>,
    /// The place of the first item of each page.
    starts: Vec<u32>,
    links: HashSet<u64>,
    notes: Notes,
    /// Pages so far.
    pub pages: u64,
    /// Items so far, repeated ones included.
    pub items: u64,
    pages_with_names: u64,
    empty_pages: u64,
    /// Items without an id, and a sum over their hashes.
    nameless: (u64, u64),
    /// A sum over the contents of items whose id an earlier one has.
    twins: u64,
    pub(super) totals: Totals,
    order: u64,
    idle: u32,
    /// Whether it came to the last page.
    pub ended: bool,
    /// The path and query of the last page.
    pub last_page: Option<String>,
    /// The link that was followed last, where it was one to another path.
    link: String,
    pub(super) first_page: FirstPage,
    echo: Echo,
    /// Of all that is on the page at hand.
    shown: u64,
    /// The first look, where this is a later one, and what moved since.
    first: Option<Arc<Walked>>,
    moved: Moved,
    told: SelfTold,
}

impl Walked {
    /// A walk that begins at `start` (path and query).
    pub fn new(collection: &Collection, start: &str) -> Walked {
        let hashes = Hashes::default();
        Walked {
            links: HashSet::from([hashes.text(start)]),
            hashes,
            collection: collection.clone(),
            ..Walked::default()
        }
    }

    /// Another look at the same collection, which is compared with the first.
    pub fn again(first: &Arc<Walked>, start: &str) -> Walked {
        Walked {
            links: HashSet::from([first.hashes.text(start)]),
            hashes: first.hashes.clone(),
            collection: first.collection.clone(),
            first: Some(Arc::clone(first)),
            ..Walked::default()
        }
    }

    /// Takes in a page that was fetched from `from`; `unique_in_page` says that the schema watches over repeats within a page.
    pub fn page(
        &mut self,
        page: &Page<'_>,
        from: &str,
        exchange: u64,
        unique_in_page: bool,
    ) -> Onward {
        self.pages += 1;
        let Some(items) = page.items else {
            return Onward::Stop(Some(format!("page {} has no list of items", self.pages)));
        };
        self.total(page, exchange);
        let (mut fresh, nameless, notes) = (false, self.nameless.0, self.notes.len());
        self.told_of_itself((page.said, items.len()), from, exchange);
        self.starts.push(place(self.items));
        self.shown = 0;
        for (n, item) in items.iter().enumerate() {
            fresh |= self.item(item, n, exchange, unique_in_page);
            self.items += 1;
        }
        let has_names = self.nameless.0 - nameless < items.len() as u64;
        self.pages_with_names += u64::from(has_names);
        self.empty_pages += u64::from(items.is_empty());
        let first = &mut self.first_page;
        if first.is_wrong(&self.collection, page, self.pages, &self.hashes) {
            return Onward::Stop(first.mistaken.map(str::to_owned));
        }
        let is_more = self.totals.is_more(self.items);
        let is_last = first.is_longer(&self.collection, items.len(), is_more);
        let heard = self.hear(items.len() as u64, notes);
        if let Heard::Twice(repeated) = heard {
            self.items -= repeated;
            self.nameless.0 = self.nameless.0.saturating_sub(repeated);
        }
        let is_last = is_last || matches!(heard, Heard::Twice(_));
        if page.ends && self.totals.is_more(self.items) {
            return Onward::Stop(Some(ends::DOUBTFUL.to_owned()));
        }
        let Some(next) = page.next.as_ref().filter(|_| !is_last) else {
            return self.end(from, exchange);
        };
        self.idle = if fresh { 0 } else { self.idle + 1 };
        let is_token = matches!(self.collection.next, Next::Token(_) | Next::TokenHeader(_));
        // A feed has no total of all.
        let is_feed = is_token && self.collection.guessed && self.totals.first.is_none();
        if is_feed && items.is_empty() && self.idle >= FEED {
            return Onward::Stop(Some(IS_FEED.to_owned()));
        }
        if heard == Heard::Other && self.is_endless(exchange) {
            return Onward::Stop(None);
        }
        let Some(target) = page::next_target(&self.collection, page, from) else {
            return Onward::Stop(Some(format!(
                "the next link of page {} cannot be followed",
                self.pages
            )));
        };
        let is_new = self.links.insert(self.hashes.text(&target));
        if !is_new && is_token && items.is_empty() && target == from {
            // The token is for the next time.
            return self.end(from, exchange);
        }
        // The target may keep the place itself, and give the same token until there is nothing left.
        if !(is_new || is_token && fresh && has_names) {
            self.note(
                Sequence::NextLinkNeverRepeats,
                "a next page that was not read before",
                super::shown(next),
                self.collection.next.place().to_owned(),
                exchange,
            );
            return Onward::Stop(None);
        }
        let is_link = matches!(self.collection.next, Next::Link(_) | Next::LinkHeader(_));
        let path = |target: &str| target.split('?').next().map(str::to_owned);
        self.link.clear();
        if is_link && path(&target) != path(from) {
            self.link.push_str(next);
        }
        Onward::Follow(target)
    }

    /// It came to its last page.
    fn end(&mut self, from: &str, exchange: u64) -> Onward {
        self.ended = true;
        self.last_page = Some(from.to_owned());
        self.told_at_end(exchange);
        Onward::End
    }

    /// Whether a page is the one before it once more, where pages are counted.
    fn hear(&mut self, count: u64, notes: usize) -> Heard {
        if !self.collection.next.is_counted() {
            return Heard::Other;
        }
        let is_more = match self.nameless.0 {
            0 => self.totals.is_more(self.known.len() as u64),
            _ => self.totals.is_more(self.items - count),
        };
        self.echo
            .hear((self.shown, count), is_more, &mut self.notes, notes)
    }

    /// Why nothing can be said of it, where what was guessed of its pages is wrong.
    pub fn mistaken(&self) -> Option<&'static str> {
        self.first_page.mistaken
    }

    /// Whether it goes on and on without anything new, or beyond the total.
    fn is_endless(&mut self, exchange: u64) -> bool {
        if self.idle >= STALLED {
            self.note(
                Sequence::WalkEnds,
                "a last page, or new items in between",
                format!("{STALLED} pages in a row with a next and nothing new"),
                self.collection.next.place().to_owned(),
                exchange,
            );
            return true;
        }
        let (seen, most) = match self.nameless.0 == self.items && self.collection.next.is_counted()
        {
            // Nobody but we said that there is more, and equal items may be many.
            true => (self.items, 1),
            false => (self.known.len() as u64, STALLED),
        };
        if let Some(total) = self.totals.passed(seen, most) {
            self.note(
                Sequence::TotalMatchesWalk,
                &format!("{total} items"),
                format!("{seen} items, and still a next"),
                self.at_total(),
                exchange,
            );
            return true;
        }
        false
    }

    /// Why what the last link led to, which was looked for at that URL, shows nothing of where it leads.
    pub fn led_elsewhere(&self, asked: &str) -> Option<String> {
        let collection = &self.collection;
        let is_elsewhere = || led::is_elsewhere(&self.link, asked, &collection.servers);
        // Whoever wrote how the pages are read knows where they are.
        (collection.guessed && is_elsewhere()).then(|| {
            format!(
                "the next link of page {} names another host ({}), where no credentials are sent, and below the base URL \
                 there is no such page",
                self.pages,
                super::shown(&self.link)
            )
        })
    }

    /// What leads to the next page was answered with none. Where no page need say so, nobody said that there is one.
    pub fn page_refused(&mut self, status: u16, exchange: u64) {
        if self.first_page.refused(&self.collection, self.pages) {
            self.ended = self.mistaken().is_none();
            self.echo.ended(&mut self.notes);
            let last = self
                .starts
                .last()
                .map_or(0, |start| place(self.items) - start);
            let is_full = self.first_page.is_full(last as usize);
            self.totals.refused(self.items, is_full);
            if self.ended {
                self.told_at_end(exchange);
            }
            return;
        }
        self.note(
            Sequence::NextLinkLeadsToPage,
            "status 200 and a page",
            format!("status {status}"),
            self.collection.next.place().to_owned(),
            exchange,
        );
    }

    fn total(&mut self, page: &Page<'_>, exchange: u64) {
        let known = page.total;
        let differs = known.and_then(|total| self.totals.take(total, &self.hashes));
        if let Some((first, total)) = differs {
            self.note(
                Sequence::TotalIsConstant,
                &format!("{first}, as on the first page"),
                total.to_string(),
                self.at_total(),
                exchange,
            );
        }
    }

    /// Whether the item brings something new. Items without an id are told apart by all that is in them, and may come
    /// twice.
    fn item(&mut self, item: &Value, n: usize, exchange: u64, unique_in_page: bool) -> bool {
        let here = place(self.items);
        let id = page::identity(&self.collection, item);
        let key = id.unwrap_or(item);
        let hash = self.hashes.key(key);
        let content = match id {
            Some(_) => self.hashes.content(item),
            None => {
                self.nameless = (self.nameless.0 + 1, self.nameless.1.wrapping_add(hash));
                0
            }
        };
        self.shown = self.shown.rotate_left(7) ^ hash ^ u64::from(content);
        let Some((at, known)) = self.known.get(&hash).copied() else {
            self.known.insert(hash, (here, content));
            self.order = self.order.rotate_left(7) ^ hash;
            let earlier = self.first.as_ref().map(|first| first.known.get(&hash));
            match earlier {
                Some(None) => self.moved.came(key),
                Some(Some((_, other))) if *other != content => self.moved.changed(key),
                _ => {}
            }
            return true;
        };
        let Some(id) = id else {
            return true;
        };
        let pointer = format!("{}/{n}", self.collection.items);
        let page = self.page_of(at);
        if known != content {
            self.twins = self.twins.wrapping_add(hash ^ u64::from(content));
            let (id, expected) = (page::shown_key(id), "an id that no other item has");
            self.note(Sequence::IdsAreUnique, expected, id, pointer, exchange);
        } else if page != self.pages || !unique_in_page {
            let actual = format!("{} again, first seen on page {page}", page::shown_key(id));
            let repeats = Sequence::WalkRepeatsNothing;
            self.note(repeats, "each item once", actual, pointer, exchange);
        }
        false
    }

    /// The page that a place of the walk is on, from 1.
    fn page_of(&self, place: u32) -> u64 {
        self.starts.partition_point(|start| *start <= place) as u64
    }

    fn note(
        &mut self,
        sequence: Sequence,
        expected: &str,
        actual: String,
        pointer: String,
        exchange: u64,
    ) {
        self.notes.add(Note {
            sequence,
            expected: expected.to_owned(),
            actual,
            pointer,
            page: self.pages,
            exchange: Some(exchange),
            count: 1,
        });
    }

    /// The pointer of the total.
    fn at_total(&self) -> String {
        self.collection.total.clone().unwrap_or_default()
    }

    /// Whether the walk disagrees with itself, so that it should be read once more before anybody is accused.
    pub fn disagrees(&self) -> bool {
        !self.notes.all().is_empty() || self.miscounted().is_some()
    }

    /// Whether it noted a break of that kind.
    pub(super) fn noted(&self, sequence: Sequence) -> bool {
        self.notes.has(sequence)
    }

    /// Whether it breaks the promise, in one way or another.
    pub(super) fn breaks(&self, sequence: Sequence) -> bool {
        self.noted(sequence)
            || (sequence == Sequence::TotalMatchesWalk && self.miscounted().is_some())
    }

    /// What moved since the first look, in words.
    pub fn moved(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        let kept = self.known.len() as u64 - self.moved.new_items();
        let overlaps = |walk: &Walked| walk.noted(Sequence::WalkRepeatsNothing);
        let moved = self.moved.clone().gone(first.known.len() as u64 - kept);
        let mut moved = moved.perhaps_order(overlaps(first) && overlaps(self));
        if !first.totals.are_those_of(&self.totals) {
            moved = moved.totals(first.totals.first, self.totals.first);
        }
        let unseen = (first.nameless, first.twins) != (self.nameless, self.twins);
        let is_longer = first.ended && !self.ended && self.pages >= first.pages;
        let others = [
            (unseen, "items that cannot be told apart differ"),
            (is_longer, "a page came behind the last one"),
        ];
        moved.words().or_else(|| {
            let (_, what) = others.into_iter().find(|(is_seen, _)| *is_seen)?;
            Some(format!("the collection changes while it is read: {what}"))
        })
    }
}

/// A count of items as a place in a walk.
fn place(items: u64) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
