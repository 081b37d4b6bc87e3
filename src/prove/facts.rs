//! What a walk over a world finds, as facts, and which comparison of them is broken: a second opinion on what the
//! harness itself says of a walk.

use serde_json::Value;

use crate::battery::Sequence;
use crate::check::{led, page};

use super::edit::Edit;
use super::world::{Scene, body_of};

/// So many pages beyond those of the recording are taken for a walk that does not end.
const BEYOND: usize = 20;

/// One page of a walk.
struct Page {
    target: String,
    body: Value,
    ids: Vec<Value>,
    items: Vec<Value>,
    total: Option<i64>,
    next: Option<String>,
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// On a page without next.
    Last,
    /// A next was no page.
    Refused,
    /// A next was asked for before.
    Again,
    /// Not at all.
    Never,
}

/// Whether a comparison over a walk is broken in a world with that edit.
pub fn breaks(scene: &Scene<'_, '_>, sequence: Sequence, edit: Option<&Edit>) -> bool {
    let (pages, end) = walk(scene, edit, 0);
    let ids = || pages.iter().flat_map(|page| &page.ids);
    let items = || {
        pages
            .iter()
            .flat_map(|page| page.ids.iter().zip(&page.items))
    };
    let totals = || pages.iter().filter_map(|page| page.total);
    let again = |is_same: bool| {
        let all: Vec<_> = items().collect();
        let twice = |(n, (id, item)): (usize, &(&Value, &Value))| {
            let before = &mut all[..n].iter();
            before.any(|(known, other)| known == id && (other == item) == is_same)
        };
        all.iter().enumerate().any(twice)
    };
    match sequence {
        Sequence::TotalIsConstant => totals().any(|total| Some(total) != totals().next()),
        Sequence::TotalMatchesWalk => {
            let count = i64::try_from(ids().count()).unwrap_or(i64::MAX);
            end == End::Last && totals().any(|total| total != count)
        }
        Sequence::WalkEnds => end == End::Never,
        Sequence::NextLinkNeverRepeats => end == End::Again,
        Sequence::NextLinkLeadsToPage => end == End::Refused,
        Sequence::WalkRepeatsNothing => again(true),
        Sequence::IdsAreUnique => again(false),
        Sequence::OrderIsStable => {
            let target = scene.valid.map(|valid| &valid.request.target);
            let read = |turn| Some(fetch(scene, edit, target?, turn)?.ids);
            let (first, other) = (read(0).unwrap_or_default(), read(1).unwrap_or_default());
            first != other && first.iter().all(|id| other.contains(id))
        }
        Sequence::FirstLink | Sequence::PrevLink | Sequence::LastLink => {
            behind(scene, edit, sequence, &pages)
                .iter()
                .any(|(n, page)| leads_wrong(sequence, &pages, *n, page.as_ref()))
        }
        Sequence::WalkLosesNothing => [Sequence::FirstLink, Sequence::PrevLink, Sequence::LastLink]
            .into_iter()
            .flat_map(|link| behind(scene, edit, link, &pages))
            .filter_map(|(_, page)| page)
            .chain(
                scene
                    .larger()
                    .and_then(|target| fetch(scene, edit, &target, 0)),
            )
            .any(|page| page.ids.iter().any(|id| !ids().any(|known| known == id))),
        Sequence::PageSays => says_wrong(scene, &pages, end),
        Sequence::NeverRepeats => false,
    }
}

/// Whether pages say of themselves what the walk over them does not show.
fn says_wrong(scene: &Scene<'_, '_>, pages: &[Page], end: End) -> bool {
    let Some(says) = scene.collection.map(|one| &one.says) else {
        return false;
    };
    let of = |pointer: &Option<String>| {
        let at = pointer.clone();
        let told = pages
            .iter()
            .map(move |page| page.body.pointer(at.as_deref()?));
        told.enumerate().filter_map(|(n, value)| Some((n, value?)))
    };
    let is_last = |n: usize| n + 1 == pages.len();
    let number = |value: &Value| value.as_u64().and_then(|one| usize::try_from(one).ok());
    of(&says.count).any(|(n, told)| number(told) != Some(pages[n].items.len()))
        || of(&says.first).any(|(n, told)| *told != Value::Bool(n == 0))
        || end == End::Last
            && (of(&says.last).any(|(n, told)| *told != Value::Bool(is_last(n)))
                || of(&says.more).any(|(n, told)| *told == Value::Bool(is_last(n)))
                || of(&says.pages).any(|(_, told)| number(told) != Some(pages.len())))
}

fn walk(scene: &Scene<'_, '_>, edit: Option<&Edit>, turn: usize) -> (Vec<Page>, End) {
    let mut pages: Vec<Page> = Vec::new();
    let mut next = scene.pages.first().cloned();
    while let Some(target) = next {
        if pages.iter().any(|page| page.target == target) {
            return (pages, End::Again);
        }
        let Some(page) = fetch(scene, edit, &target, turn) else {
            return (pages, End::Refused);
        };
        next = page.next.clone();
        pages.push(page);
        if pages.len() > scene.pages.len() + BEYOND {
            return (pages, End::Never);
        }
    }
    (pages, End::Last)
}

fn fetch(scene: &Scene<'_, '_>, edit: Option<&Edit>, target: &str, turn: usize) -> Option<Page> {
    let collection = scene.collection?;
    let request = scene.request_to(target)?;
    let exchange = scene.world.answer_to(&request, turn, edit)?;
    let answer = exchange.answer().filter(|one| one.status == 200)?;
    let body = body_of(&exchange)?;
    let read = page::read_answer(collection, answer, &body);
    let items = read.items?.to_vec();
    let id = |item: &Value| item.pointer(&collection.id).unwrap_or(item).clone();
    Some(Page {
        target: target.to_owned(),
        ids: items.iter().map(id).collect(),
        total: read.total,
        next: scene.next_of(&body, target),
        items,
        body,
    })
}

/// What stands behind a link on the first two pages: the page it stands on, and where it leads.
fn behind(
    scene: &Scene<'_, '_>,
    edit: Option<&Edit>,
    link: Sequence,
    pages: &[Page],
) -> Vec<(usize, Option<Page>)> {
    let pointer = scene.collection.and_then(|collection| match link {
        Sequence::FirstLink => collection.first.as_deref(),
        Sequence::PrevLink => collection.prev.as_deref(),
        _ => collection.last.as_deref(),
    });
    let leads = |page: &Page| {
        let link = page.body.pointer(pointer?)?.as_str()?;
        led::target_of(link, &page.target, &[])
    };
    let first_two = pages.iter().enumerate().take(2);
    first_two
        .filter_map(|(n, page)| Some((n, fetch(scene, edit, &leads(page)?, 0))))
        .collect()
}

/// Whether a link on the nth page leads elsewhere than it should.
fn leads_wrong(link: Sequence, pages: &[Page], n: usize, found: Option<&Page>) -> bool {
    let Some(found) = found else { return true };
    let end = |page: Option<&Page>| page.and_then(|page| page.ids.last().cloned());
    match link {
        Sequence::FirstLink => found.ids.first() != pages.first().and_then(|page| page.ids.first()),
        Sequence::PrevLink => n > 0 && found.ids.last().cloned() != end(pages.get(n - 1)),
        _ => found.next.is_some() || found.ids.last().cloned() != end(pages.last()),
    }
}
