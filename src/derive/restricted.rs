//! Lists that a description restricts to some things by a clause or an adjective: items that are on sale, your starred items, the
//! cheapest ones, a selection.

use crate::contract::names::{singular, words};
use crate::contract::{Contract, Operation};

use super::parts::last_fixed;

/// Nouns that stand for whatever is listed.
const ANY: &str = "items entries things objects resources records results elements ones those all";
/// Before a clause about what is listed.
const RELATIVE: &str = "that which who";
/// Words in a clause that say nothing themselves.
const EMPTY: &str = "is are was were have has had been be being can may could currently all the a an you your user users caller callers \
client account current authenticated logged in they it this";
/// What is true of all that a list has: items that belong to the shop.
const PLAIN: &str = "belong belongs exist exists created made stored known registered defined configured see access read own owns owned \
visible accessible managed contained part of under within associated linked attached assigned related contain contains match matches \
matching live lives there";
/// What restricts even that: items that were made before today.
const BOUNDS: &str =
    "before after since until ago last today yesterday already yet only recently me yourself";
/// What is asked for by parameters.
const ASKED: &str = "match matches matching given specified filter filters criteria query requested optionally optional";
/// Adjectives of some, which stand before what is listed.
const SOME: &str = "starred saved recommended suggested favourite favorite favourites favorites unread pending open closed archived \
expired overdue discounted shared bookmarked liked followed watched highlighted selected sponsored enabled public completed finished \
failed scheduled similar nearby random sample handpicked curated unpaid unsold outstanding";
/// Nouns of some.
const PART: &str = "selection subset sample choice handful excerpt";
const CHOSEN: &str = "favourites favorites bestsellers highlights recommendations suggestions picks wishlist shortlist";
/// What an order is told by: the largest first.
const ORDER: &str = "first last sorted sort sorts order ordered orders";
/// Superlatives by their ends, but for these.
const NO_SUPERLATIVES: &str = "request rest test guest interest latest harvest forest invest digest nest west manifest newest oldest est \
contest protest quest";
/// Of the part of a sentence that tells what is done with what it begins with.
const FINITE: &str = "is are was were will can may must does do has have comes come appears appear stay stays remain remains get gets";

fn is(known: &str, word: &str) -> bool {
    known.split(' ').any(|known| known == word)
}

/// Whether a description restricts what a list has.
pub fn is_restricted(contract: &Contract, list: &Operation) -> bool {
    let noun = last_fixed(&list.path).and_then(|part| words(part).pop());
    let noun = noun.unwrap_or_default();
    let told = contract.told_of(list);
    told.iter().any(|said| restricts(&noun, said))
}

/// Whether a sentence does; `noun` is what the path calls what is listed.
fn restricts(noun: &str, said: &[String]) -> bool {
    let is_listed = |word: &String| {
        is(ANY, word)
            || word == noun
            || singular(word) == singular(noun) && singular(word) != **word
    };
    let is_own = |known: &str| is(known, noun);
    let mut places = (0..said.len()).filter(|at| is_listed(&said[*at]));
    places.any(|at| by_clause(&said[at + 1..]) || by_adjective(said, at))
        || said.windows(2).enumerate().any(|(at, pair)| {
            let rest = &said[at + 2..said.len().min(at + 5)];
            is(PART, &pair[0]) && pair[1] == "of" && rest.iter().any(is_listed)
        })
        || said.iter().take(3).any(|word| is(CHOSEN, word)) && !is_own(CHOSEN)
        || by_superlative(said, &is_listed)
}

/// Whether what follows what is listed says which of all: that are on sale, whose deadline has passed, with at least one sale.
fn by_clause(rest: &[String]) -> bool {
    let Some((first, clause)) = rest.split_first() else {
        return false;
    };
    if clause.iter().any(|word| is(ASKED, word)) {
        return false;
    }
    let next = clause.first().map_or("", String::as_str);
    match first.as_str() {
        word if is(RELATIVE, word) => {
            let mut said = clause.iter().filter(|word| !is(EMPTY, word));
            let is_plain = said.next().is_none_or(|word| is(PLAIN, word));
            let is_bound = clause.iter().any(|word| is(BOUNDS, word));
            (!is_plain || is_bound) && !is_told_of(clause)
        }
        "whose" => !is_told_of(clause),
        "with" | "having" => is(
            "at more less fewer no one two three open active pending",
            next,
        ),
        "without" => !is(
            "pagination paging parameters filter filters limit any the",
            next,
        ),
        "on" | "in" => is("sale offer stock progress transit discount", next),
        "shared" | "bought" | "purchased" | "marked" | "flagged" | "due" | "ready" | "awaiting"
        | "needing" | "eligible" => !is_told_of(clause),
        "of" => {
            is("today", next)
                || clause
                    .get(1)
                    .is_some_and(|word| is("day week month year", word))
                    && next == "the"
        }
        _ => false,
    }
}

/// Whether a clause is followed by what is told of it, and not of what is listed: that are archived are not shown.
fn is_told_of(clause: &[String]) -> bool {
    const LEFT: &str = "not never excluded omitted hidden ignored skipped removed left come comes appear appears listed shown included \
returned have get";
    let mut finite = clause
        .iter()
        .enumerate()
        .filter(|(_, word)| is(FINITE, word));
    let second = finite.nth(1);
    second.is_some_and(|(at, word)| {
        is("come comes appear appears", word)
            || clause.get(at + 1).is_some_and(|word| is(LEFT, word))
    })
}

/// Whether an adjective of some stands before what is listed, and the sentence does not go on about those.
fn by_adjective(said: &[String], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return false;
    };
    let goes_on = said.get(at + 1).is_some_and(|word| is(FINITE, word));
    let begins = said[..before].iter().all(|word| {
        is("a an the your our my list lists listing returns return gets get shows all only of some fetches fetch retrieves retrieve", word)
    });
    let is_some = is(SOME, &said[before]);
    begins && is_some && !goes_on
}

/// Whether those of the highest rank are listed: the three largest, the cheapest items.
fn by_superlative(said: &[String], is_listed: &dyn Fn(&String) -> bool) -> bool {
    let is_superlative =
        |word: &String| word.len() > 4 && word.ends_with("est") && !is(NO_SUPERLATIVES, word);
    let is_order = said.iter().any(|word| is(ORDER, word));
    let mut triples = said.windows(3);
    !is_order
        && triples.any(|three| {
            let is_some = |word: &String| is("the our your", word);
            is_some(&three[0]) && is_superlative(&three[1]) && is_listed(&three[2])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_restricted_by_a_clause_or_an_adjective() {
        for (text, some) in [
            ("Items that are ready for delivery", true),
            ("Items that are on sale today", true),
            ("Items that were made before today", true),
            ("The favourites of our customers", true),
            ("The largest items", true),
            ("Your starred items", true),
            ("Items with at least one sale", true),
            ("Recommended items", true),
            ("A selection of items", true),
            ("Items that others have shared with you", true),
            ("Items that you have already bought", true),
            ("Items whose deadline has passed", true),
            ("Items that passed the nightly check", true),
            ("Items in stock", true),
            ("Lists all open items", true),
            ("Items of the day", true),
            ("Lists all items", false),
            ("The items of the user", false),
            ("The items of a shop", false),
            ("Items that belong to the shop", false),
            ("Items that the user can see", false),
            ("Items that you have access to", false),
            ("All items that were created by the user", false),
            ("A list of items with their prices", false),
            ("Items with a cursor for the next page", false),
            ("Items that match the filter", false),
            ("Items whose name matches `q`", false),
            ("Returns items in the order in which they were made", false),
            ("Items that are archived are not shown", false),
            ("Archived items are left out", false),
            ("Items, the largest first", false),
            ("Sorted by name; the newest items come first", false),
            ("A page of items", false),
            ("Every request counts", false),
        ] {
            assert_eq!(restricts("items", &words(text)), some, "{text}");
        }
        assert!(!restricts("favourites", &words("Your favourites")));
    }
}
