//! Mutants of rules over several answers: the walk, repeated reads, links, ids that must not repeat. What each does to
//! a walk is shown by `facts`.

use serde_json::{Value, json};

use crate::battery::{Collection, Rule, Sequence};
use crate::check::total_header;
use crate::contract::pointer;

use super::edit::{Edit, Matcher, Way, set_header};
use super::mutant::{Mutant, ShownBy};
use super::place;
use super::repeats;
use super::world::Scene;

/// A part of a target that no server made, by which a mutant knows its own links again.
const OWN: &str = "conformmutant";

/// Breaks a comparison.
pub fn make(scene: &Scene<'_, '_>, rule: &Rule, sequence: Sequence) -> Vec<Mutant> {
    let ways = match (sequence, scene.collection) {
        (Sequence::NeverRepeats, _) => repeats::make(scene, rule),
        (_, Some(collection)) if !scene.pages.is_empty() => {
            let walk = Walk {
                scene,
                collection,
                items: pointer::tokens(&collection.items),
                last: scene.pages.len() - 1,
            };
            walk.broken(sequence).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let mutant = |(variant, what, edit)| {
        Mutant::new(rule.clause, variant, what, edit).shown_by(ShownBy::Walk(sequence))
    };
    ways.into_iter().map(mutant).collect()
}

/// The pages of a collection, to be broken.
struct Walk<'a, 'w, 'p> {
    scene: &'a Scene<'w, 'p>,
    collection: &'p Collection,
    items: Vec<String>,
    last: usize,
}

impl Walk<'_, '_, '_> {
    fn broken(&self, sequence: Sequence) -> Option<Vec<Way>> {
        match sequence {
            Sequence::TotalIsConstant => self.total_is_constant(),
            Sequence::TotalMatchesWalk => self.total_matches(),
            Sequence::WalkEnds => self.walk_ends(),
            Sequence::NextLinkNeverRepeats => self.next_repeats(),
            Sequence::NextLinkLeadsToPage => Some(self.next_refused()),
            Sequence::WalkRepeatsNothing => self.repeated_item(),
            Sequence::IdsAreUnique => self.shared_id(),
            Sequence::WalkLosesNothing => self.lost_item(),
            Sequence::OrderIsStable => Some(self.unstable_order()),
            Sequence::FirstLink => self.link(self.collection.first.as_deref(), 1),
            Sequence::PrevLink => self.link(self.collection.prev.as_deref(), 1),
            Sequence::LastLink => self.link(self.collection.last.as_deref(), 0),
            Sequence::PageSays => self.says_otherwise(),
            Sequence::NeverRepeats => None,
        }
    }

    /// About the nth page.
    fn on(&self, n: usize) -> Edit {
        self.scene.at_page(&self.scene.pages[n])
    }

    /// The items of the nth page changed.
    fn items_on(
        &self,
        n: usize,
        change: impl Fn(&mut Vec<Value>) -> bool + Send + Sync + 'static,
    ) -> Edit {
        let items = self.items.clone();
        self.on(n)
            .body(move |body| list(body, &items).is_some_and(&change))
    }

    /// One way on the second page and one on the last, where there are several.
    fn later(&self, way: impl Fn(usize) -> (String, Edit)) -> Vec<Way> {
        let places = [("early", 1), ("late", self.last)].into_iter();
        let places = places.filter(|_| self.last > 0);
        let ways = places.map(|(variant, n)| (variant, way(n)));
        ways.map(|(variant, (what, edit))| (variant, what, edit))
            .collect()
    }

    fn first_item(&self) -> Option<Value> {
        let body = self.scene.body(0)?;
        place::get(&body, &self.items)?.as_array()?.first().cloned()
    }

    fn total_is_constant(&self) -> Option<Vec<Way>> {
        self.has_total().then(|| {
            self.later(|n| {
                let what = format!("one more in the total on page {}", n + 1);
                (what, self.one_more(self.on(n)))
            })
        })
    }

    fn total_matches(&self) -> Option<Vec<Way>> {
        let allowed = Edit::on(Matcher::Allowed(self.scene.operation));
        let more = self.has_total().then(|| self.one_more(allowed))?;
        let fewer = self.items_on(self.last, |list| list.pop().is_some());
        Some(vec![
            (
                "early",
                "one more in the total on every page".to_owned(),
                more,
            ),
            ("late", "the last item left out".to_owned(), fewer),
        ])
    }

    /// A page says of itself what is not so: how many items it has, that it is not the first, that there are more pages than
    /// there are, or that another one follows where nothing leads on.
    fn says_otherwise(&self) -> Option<Vec<Way>> {
        let says = &self.collection.says;
        let first = self.scene.body(0)?;
        let told = |at: &Option<String>| first.pointer(at.as_deref()?).cloned();
        let pages = self.scene.pages.len() as u64;
        if let Some(at) = says.count.as_ref().filter(|_| told(&says.count).is_some()) {
            let edit = self.on(0).body(one_more(at));
            return Some(vec![(
                "early",
                "the first page counts one more".to_owned(),
                edit,
            )]);
        }
        if let Some(at) = says
            .first
            .as_ref()
            .filter(|_| told(&says.first) == Some(json!(true)))
        {
            let edit = self.on(0).body(put(&pointer::tokens(at), json!(false)));
            return Some(vec![(
                "early",
                "the first page says it is not".to_owned(),
                edit,
            )]);
        }
        if let Some(at) = says
            .pages
            .as_ref()
            .filter(|_| told(&says.pages) == Some(json!(pages)))
        {
            let edit = Edit::on(Matcher::Allowed(self.scene.operation)).body(one_more(at));
            return Some(vec![(
                "early",
                "one page more on every page".to_owned(),
                edit,
            )]);
        }
        let is_said = !self.collection.next.is_unsaid() && self.last > 0;
        let at = says.more.as_ref().filter(|_| is_said)?;
        let edit = self
            .on(self.last)
            .body(put(&pointer::tokens(at), json!(true)));
        Some(vec![(
            "late",
            "the last page says that another follows".to_owned(),
            edit,
        )])
    }

    fn has_total(&self) -> bool {
        self.collection.total.is_some() || self.collection.total_header.is_some()
    }

    /// With one more in the total, wherever it stands.
    fn one_more(&self, edit: Edit) -> Edit {
        let Some(pointer) = &self.collection.total else {
            let name = self.collection.total_header.clone().unwrap_or_default();
            return edit.answer(move |answer| {
                let told = answer.header(&name).next();
                let more = told.and_then(total_header::one_more);
                let is_told = more.is_some();
                if is_told {
                    set_header(answer, &name, more.as_deref());
                }
                is_told
            });
        };
        edit.body(one_more(pointer))
    }

    fn walk_ends(&self) -> Option<Vec<Way>> {
        let end = self.scene.pages[self.last].clone();
        let (next, items) = (self.scene.next_tokens(), self.items.clone());
        let on = self.on(self.last).body(put(&next, own_link(&end, 1)));
        let beyond = self.beyond()?.body_for(move |sent, body| {
            let turn = own_number(&sent.request.target).unwrap_or_default();
            place::put(body, &items, &[], json!([]))
                && place::put(body, &next, &[], own_link(&end, turn + 1))
        });
        let what = "empty pages with ever new links after the last".to_owned();
        Some(vec![("late", what, on.or(beyond))])
    }

    /// About what stands behind an own link: the last page again.
    fn beyond(&self) -> Option<Edit> {
        let own = Matcher::when(|sent| own_number(&sent.request.target).is_some());
        let end = self.scene.page(&self.scene.pages[self.last])?;
        Some(self.scene.copy(own, end))
    }

    fn next_repeats(&self) -> Option<Vec<Way>> {
        let next = self.scene.next_tokens();
        let link = place::get(&self.scene.body(0)?, &next)?.clone();
        Some(self.later(|n| {
            let edit = self.on(n).body(put(&next, link.clone()));
            (format!("page {} has page 1's next", n + 1), edit)
        }))
    }

    fn next_refused(&self) -> Vec<Way> {
        let way = |n| {
            let variant = if n == 1 { "early" } else { "late" };
            (
                variant,
                format!("404 for page {}", n + 1),
                self.on(n).status(404),
            )
        };
        (1..=self.last).map(way).collect()
    }

    fn repeated_item(&self) -> Option<Vec<Way>> {
        let item = self.first_item()?;
        // Where the number of items, or the last of them, leads on, both stay as they are, and a page begins too early.
        let is_unsaid = self.collection.next.is_unsaid();
        let last_before = |n: usize| {
            let body = self.scene.body(n - 1)?;
            let items = place::get(&body, &self.items)?.as_array()?;
            items.last().filter(|_| is_unsaid).cloned()
        };
        Some(self.later(|n| {
            let item = last_before(n).unwrap_or_else(|| item.clone());
            let edit = self.items_on(n, move |list| {
                match is_unsaid {
                    true if list.len() < 2 => return false,
                    true => list[0] = item.clone(),
                    false => list.push(item.clone()),
                }
                true
            });
            (format!("an earlier item again on page {}", n + 1), edit)
        }))
    }

    fn shared_id(&self) -> Option<Vec<Way>> {
        let tokens = pointer::tokens(&self.collection.id);
        let id = place::get(&self.first_item()?, &tokens)?.clone();
        let way = |(variant, n)| {
            let put = put(&tokens, id.clone());
            let edit = self.items_on(n, move |list| {
                let is_long = list.len() > 1;
                list.last_mut().filter(|_| is_long).is_some_and(&put)
            });
            (
                variant,
                format!("the last item of page {} has the first item's id", n + 1),
                edit,
            )
        };
        Some([("early", 0), ("late", self.last)].map(way).to_vec())
    }

    /// `last` leads to a page that shows an item which no walk meets.
    fn lost_item(&self) -> Option<Vec<Way>> {
        if self.collection.last.is_none() {
            return self.lost_at_an_edge();
        }
        let link = pointer::tokens(self.collection.last.as_ref()?);
        let (items, id) = (self.items.clone(), pointer::tokens(&self.collection.id));
        let mut lost = self.first_item()?;
        let new_id = another(place::get(&lost, &id)?);
        place::put(&mut lost, &id, &[], new_id);
        let behind = self.beyond()?.body(move |body| {
            let list = list(body, &items);
            list.map(|list| list.insert(0, lost.clone())).is_some()
        });
        let link_to = own_link(&self.scene.pages[self.last], 1);
        let edit = self.on(0).body(put(&link, link_to)).or(behind);
        let what = "last leads to a page with an item that no walk meets".to_owned();
        Some(vec![("late", what, edit)])
    }

    /// The second page lacks the item that it begins with, and the larger page has it.
    fn lost_at_an_edge(&self) -> Option<Vec<Way>> {
        self.scene.larger().filter(|_| self.last > 0)?;
        let items = self.items.clone();
        let edit = self.on(1).body(move |body| {
            let list = list(body, &items).filter(|list| list.len() > 1);
            list.map(|list| list.remove(0)).is_some()
        });
        let what = "the second page begins with its second item".to_owned();
        Some(vec![("late", what, edit)])
    }

    fn unstable_order(&self) -> Vec<Way> {
        // A walk may be in smaller pages, of which none is read twice.
        let first = self.scene.valid.map(|valid| valid.request.key());
        let items = self.items.clone();
        let odd = Matcher::when(move |sent| {
            sent.turn % 2 == 1 && first.as_ref() == Some(&sent.request.key())
        });
        let edit =
            Edit::on(odd).body(move |body| list(body, &items).map(|list| list.reverse()).is_some());
        vec![(
            "early",
            "the first page reversed every second time".to_owned(),
            edit,
        )]
    }

    /// The link on the first two pages leads to another page than it should.
    fn link(&self, link: Option<&str>, wrong: usize) -> Option<Vec<Way>> {
        let link = pointer::tokens(link?);
        let pages = &self.scene.pages;
        let put = put(
            &link,
            json!(format!("http://conform.invalid{}", pages.get(wrong)?)),
        );
        let keys = pages
            .iter()
            .take(2)
            .filter_map(|page| self.scene.page_key(page));
        let edit = Edit::on(Matcher::Keys(keys.collect()))
            .body(move |body| place::get(body, &link).is_some_and(Value::is_string) && put(body));
        Some(vec![(
            "early",
            "the link leads to another page".to_owned(),
            edit,
        )])
    }
}

fn one_more(pointer: &str) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    let pointer = pointer.to_owned();
    move |body| {
        let number = body.pointer_mut(&pointer);
        number.is_some_and(|number| match number.as_i64() {
            Some(present) => {
                *number = json!(present + 1);
                true
            }
            None => false,
        })
    }
}

fn put(tokens: &[String], value: Value) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    let tokens = tokens.to_vec();
    move |body| place::put(body, &tokens, &[], value.clone())
}

/// An id of the same type that nobody has.
fn another(id: &Value) -> Value {
    match id {
        Value::Number(_) => json!(987_654_321),
        _ => json!("conform-lost"),
    }
}

fn list<'v>(body: &'v mut Value, tokens: &[String]) -> Option<&'v mut Vec<Value>> {
    let mut here = body;
    for token in tokens {
        here = here.get_mut(token)?;
    }
    here.as_array_mut()
}

/// A link beyond that target which only a mutant answers.
fn own_link(target: &str, turn: u64) -> Value {
    let sign = if target.contains('?') { '&' } else { '?' };
    json!(format!(
        "http://conform.invalid{target}{sign}conform={OWN}{turn}"
    ))
}

fn own_number(target: &str) -> Option<u64> {
    let (_, rest) = target.split_once(OWN)?;
    rest.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}
