//! The first page of a walk, against which later ones are held: where the way to the next page was guessed, and where the
//! last page is known by its length.

use crate::battery::{Collection, Next, Token};
use crate::contract::names::words;

use super::behind::Behind;
use super::hashes::Hashes;
use super::page::Page;

/// What is kept of the first page, and of the one before.
#[derive(Debug, Default)]
pub(super) struct FirstPage {
    count: usize,
    /// Of all that is in its items; only where it is needed.
    hash: u64,
    /// Of its token, where it has one.
    next: Option<u64>,
    /// What is known of pages that begin behind an item.
    behind: Behind,
    /// What the page before says of whether another one follows.
    more: Option<bool>,
    /// Why nothing can be said of the walk, since what was guessed of its pages is wrong.
    pub(super) mistaken: Option<&'static str>,
}

/// Why what was guessed is not believed.
const SAME: &str = "the next page was the same as the first, so the target does not take what asks for it, or it was guessed wrong";

impl FirstPage {
    /// Takes in a page, by its number; whether what was guessed of the way to the next one is wrong.
    pub(super) fn is_wrong(
        &mut self,
        collection: &Collection,
        page: &Page<'_>,
        number: u64,
        hashes: &Hashes,
    ) -> bool {
        let items = page.items.unwrap_or_default();
        let before = std::mem::replace(&mut self.more, page.more);
        // A link was given by the target itself.
        let is_link = matches!(collection.next, Next::Link(_) | Next::LinkHeader(_));
        let is_doubtful = collection.guessed && !is_link;
        if number == 1 {
            self.count = items.len();
        }
        if !is_doubtful {
            return false;
        }
        let hash = || {
            items.iter().fold(0, |hash: u64, item| {
                hash.rotate_left(7) ^ u64::from(hashes.content(item))
            })
        };
        let is_same = match number {
            1 => {
                self.hash = hash();
                self.next = page.next.as_ref().map(|next| hashes.text(next));
                false
            }
            2 => !items.is_empty() && (self.count, self.hash) == (items.len(), hash()),
            _ => false,
        };
        let next = page.next.as_ref().map(|next| hashes.text(next));
        let is_known = self.must_differ(collection, page.total, (before, next));
        self.mistaken = match &collection.next {
            _ if is_same => (!is_known).then_some(SAME),
            Next::After(after) => {
                let is_more = before == Some(true) || self.leaves(page.total);
                let seen = (items, is_more, page.next.is_some());
                self.behind.mistake(collection, after, seen, number, hashes)
            }
            _ => None,
        };
        self.mistaken.is_some()
    }

    /// Takes in that what was asked for behind so many pages was refused; whether nobody said that it is there.
    pub(super) fn refused(&mut self, collection: &Collection, pages: u64) -> bool {
        let is_behind = matches!(collection.next, Next::After(_));
        if is_behind && collection.guessed && pages == 1 {
            self.mistaken = Some(
                "what should come behind the last item of the first page was refused, so the way to the next page was guessed wrong",
            );
        }
        collection.next.is_counted() || is_behind && self.more != Some(true)
    }

    /// How many items it has.
    pub(super) fn count(&self) -> u64 {
        self.count as u64
    }

    /// What the page at hand says of whether another one follows.
    pub(super) fn more(&self) -> Option<bool> {
        self.more
    }

    /// Whether it has all of so many items.
    pub(super) fn has_all(&self, items: u64) -> bool {
        self.count as u64 == items
    }

    /// Whether a page of that length is as long as it.
    pub(super) fn is_full(&self, count: usize) -> bool {
        count >= self.count
    }

    /// Whether the second page is surely another one: a documented counter asks for what comes behind the first, and the
    /// total says that there is something; or the parameter asks by its name for what comes behind the last item, and the
    /// page says, where the document has that, that there is something; or the token that the first gave was taken, since the
    /// second has none any more; or it should have been, since the parameter has its name or is said to take it: then the
    /// second has the same, or says that there is more.
    fn must_differ(
        &self,
        collection: &Collection,
        total: Option<i64>,
        (more, next): (Option<bool>, Option<u64>),
    ) -> bool {
        match &collection.next {
            Next::Token(token) | Next::TokenHeader(token) => match next {
                None => true,
                // Who gives the same one again has not taken it.
                Some(_) => {
                    let is_meant = is_named_like(token) || collection.names_token;
                    is_meant && (next == self.next || more == Some(true) || self.leaves(total))
                }
            },
            Next::Offset(_) => self.leaves(total),
            // What may be 0 may begin with 1 all the same, and then the next one is the first.
            Next::Page(counter) => {
                (counter.first > 0 || collection.from_zero) && self.leaves(total)
            }
            Next::After(after) => after.is_plain() && after.more.is_some() && more == Some(true),
            _ => false,
        }
    }

    /// Whether a total says that there is more than the first page has.
    fn leaves(&self, total: Option<i64>) -> bool {
        total
            .zip(i64::try_from(self.count).ok())
            .is_some_and(|(all, shown)| all > shown)
    }

    /// Whether of the total just as much is missing as the first page has, since pages may begin with 0 where nobody says so.
    pub(super) fn may_be_skipped(&self, collection: &Collection, total: i64, seen: u64) -> bool {
        let missing = total.saturating_sub_unsigned(seen);
        let is_guessed = collection.guessed && matches!(collection.next, Next::Page(_));
        is_guessed && i64::try_from(self.count) == Ok(missing)
    }

    /// Whether a page of that length is the last one, since it is shorter: where no page need say that another one follows,
    /// unless it does, or the total says that there are more.
    pub(super) fn is_longer(&self, collection: &Collection, count: usize, is_more: bool) -> bool {
        let is_said = is_more || !collection.next.is_counted() && self.more == Some(true);
        collection.next.is_unsaid() && count < self.count && !is_said
    }
}

/// Whether a token and its parameter have one name, but for what comes before: `next_cursor` and `cursor`.
fn is_named_like(token: &Token) -> bool {
    words(&token.token).ends_with(&words(&token.parameter))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_token_that_was_taken_leads_to_another_page() {
        for (token, parameter, pages, is_wrong) in [
            // Who ends the walk has taken the token.
            ("/next", "cursor", [json!("b"), json!(null)], false),
            ("/next", "cursor", [json!("b"), json!("b")], true),
            // A token may be another one each time, and what takes it is a guess.
            ("/next", "cursor", [json!("b"), json!("c")], true),
            ("/nextCursor", "cursor", [json!("b"), json!("c")], false),
            ("/nextCursor", "cursor", [json!("b"), json!("b")], false),
        ] {
            for total in [Some(9), Some(2), None] {
                let text = format!(
                    "{{items: /items, id: /id, guessed: true, next: {{token: {token}, parameter: {parameter}}}}}"
                );
                let collection: Collection = serde_saphyr::from_str(&text).unwrap();
                let items = [json!({"id": 1}), json!({"id": 2})];
                let (mut first, hashes) = (FirstPage::default(), Hashes::default());
                let wrong = pages.iter().zip(1..).map(|(next, number)| {
                    let page = Page {
                        items: Some(&items),
                        next: next.as_str().map(Into::into),
                        total,
                        ..Page::default()
                    };
                    first.is_wrong(&collection, &page, number, &hashes)
                });
                let ends = pages[1] == Value::Null;
                let is_same = pages[0] == pages[1];
                let wanted = [false, is_wrong || !ends && !is_same && total != Some(9)];
                assert_eq!(
                    wrong.collect::<Vec<_>>(),
                    wanted,
                    "{token} {pages:?} {total:?}"
                );
            }
        }
    }
}
