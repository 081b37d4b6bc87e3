//! What a page says of itself and of its place among the others, where the document has that under a usual name and leaves no
//! room in what it says of it.

use crate::battery::{LAST, MORE, Next, Says};
use crate::contract::names::words;

use super::reading::{Answer, Member};

const FIRST: [&str; 4] = ["first", "isfirst", "isfirstpage", "firstpage"];
const NUMBERS: [&str; 6] = [
    "number",
    "pagenumber",
    "currentpage",
    "pageindex",
    "pageno",
    "page",
];
const SIZES: [&str; 5] = ["size", "pagesize", "perpage", "limit", "itemsperpage"];
const COUNTS: [&str; 1] = ["numberofelements"];
const PAGES: [&str; 5] = [
    "totalpages",
    "numberofpages",
    "numpages",
    "pagestotal",
    "totalpagecount",
];

/// Words of what is said of a member that may be otherwise.
const ROOM: &str = "may might not never always approximate approximately estimate estimated about roughly rough deprecated \
unused reserved ignored only usually hint";

/// What the pages of a list say of themselves; `is_rough` where they count what no walk comes to.
pub fn says(answer: Answer<'_>, around: &[Member<'_>], next: &Next, is_rough: bool) -> Says {
    let leaves_room = |member: &Member<'_>| {
        let said = words(&answer.remark(member.node, "description"));
        said.iter()
            .any(|word| ROOM.split(' ').any(|room| room == word))
    };
    let find = |kind: &str, names: &[&str]| {
        let is_it = |member: &&Member<'_>| {
            names.contains(&member.folded.as_str()) && answer.kind(member.node) == kind
        };
        let found = around.iter().find(is_it)?;
        (!leaves_room(found)).then(|| found.place.pointer())
    };
    let last = find("boolean", &LAST);
    let pages = find("integer", &PAGES).filter(|_| !is_rough);
    // Either name alone may mean something else.
    let is_envelope = last.is_some() || pages.is_some();
    let is_page = matches!(next, Next::Page(_));
    Says {
        more: find("boolean", &MORE),
        first: find("boolean", &FIRST).filter(|_| last.is_some()),
        number: find("integer", &NUMBERS).filter(|_| is_envelope && is_page),
        size: find("integer", &SIZES).filter(|_| is_envelope),
        count: find("integer", &COUNTS),
        last,
        pages,
    }
}
