//! Mutants of rules over several answers: the walk, repeated reads, links, ids that must not repeat.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::battery::{Collection, Rule, Sequence, Source};
use crate::contract::{ClauseIx, pointer};
use crate::exchange::{Credentials, Exchange};

use super::mutant::{Edit, Mutant, Sent};
use super::place;
use super::world::{World, set_header, with_answer, with_body};

/// A part of a target that no server made, by which a mutant knows its own links again.
const OWN: &str = "conform-mutant";

/// Makes the mutants of a comparison.
pub fn make(world: &World<'_>, clause: ClauseIx, sequence: Sequence, rule: &Rule) -> Vec<Mutant> {
    if sequence == Sequence::NeverRepeats {
        return never_repeats(world, clause, rule);
    }
    let Some(collection) = world.collection().cloned() else {
        return Vec::new();
    };
    let maker = Maker {
        world,
        clause,
        collection,
    };
    match sequence {
        Sequence::TotalIsConstant => maker.total_is_constant(),
        Sequence::TotalMatchesWalk => maker.total_matches(),
        Sequence::WalkEnds => maker.walk_ends(),
        Sequence::NextLinkNeverRepeats => maker.next_repeats(),
        Sequence::NextLinkLeadsToPage => maker.next_refused(),
        Sequence::WalkRepeatsNothing => maker.repeated_item(),
        Sequence::IdsAreUnique => maker.shared_id(),
        Sequence::WalkLosesNothing => maker.lost_item(),
        Sequence::OrderIsStable => maker.unstable_order(),
        Sequence::FirstLink => maker.link(0, |collection| collection.first.as_deref(), 1),
        Sequence::PrevLink => maker.link(1, |collection| collection.prev.as_deref(), 1),
        Sequence::LastLink => maker.link(0, |collection| collection.last.as_deref(), 1),
        Sequence::NeverRepeats => Vec::new(),
    }
}

struct Maker<'w, 'p> {
    world: &'w World<'p>,
    clause: ClauseIx,
    collection: Collection,
}

impl Maker<'_, '_> {
    fn mutant(&self, variant: &str, how: String, edit: Edit) -> Mutant {
        Mutant {
            clause: self.clause,
            variant: variant.to_owned(),
            how,
            edit,
        }
    }

    /// Changes the body of the nth page.
    fn on_page(
        &self,
        n: usize,
        change: impl Fn(&mut Value) -> bool + Send + Sync + 'static,
    ) -> Edit {
        let target = self.world.pages[n].clone();
        Arc::new(move |world, sent| {
            if world.is_page(sent.request, &target) {
                with_body(sent.recorded?, &change)
            } else {
                None
            }
        })
    }

    /// The page's link as it stands in its body.
    fn link_on(&self, n: usize) -> Option<String> {
        let body = super::world::body_of(self.world.page(self.world.pages.get(n)?)?)?;
        body.pointer(self.collection.next.pointer())?
            .as_str()
            .map(str::to_owned)
    }

    fn total_is_constant(&self) -> Vec<Mutant> {
        let Some(total) = self.collection.total.clone() else {
            return Vec::new();
        };
        let last = self.world.pages.len() - 1;
        if last == 0 {
            return Vec::new();
        }
        [("early", 1), ("late", last)]
            .map(|(variant, n)| {
                let total = total.clone();
                let edit = self.on_page(n, move |body| add(body, &total, 1));
                self.mutant(
                    variant,
                    format!("one more in total_size on page {}", n + 1),
                    edit,
                )
            })
            .to_vec()
    }

    fn total_matches(&self) -> Vec<Mutant> {
        let mut out = Vec::new();
        if let Some(total) = self.collection.total.clone() {
            let edit: Edit = Arc::new(move |_, sent| {
                if sent.request.credentials == Credentials::Valid {
                    with_body(sent.recorded?, |body| add(body, &total, 1))
                } else {
                    None
                }
            });
            out.push(self.mutant(
                "early",
                "one more in total_size on every page".to_owned(),
                edit,
            ));
            let items = pointer::tokens(&self.collection.items);
            let edit: Edit = self.on_page(self.world.pages.len() - 1, move |body| {
                list(body, &items).is_some_and(|list| list.pop().is_some())
            });
            out.push(self.mutant("late", "the last item left out".to_owned(), edit));
        }
        out
    }

    fn walk_ends(&self) -> Vec<Mutant> {
        let last = self.world.pages.len() - 1;
        let target = self.world.pages[last].clone();
        let (next, items) = (
            pointer::tokens(self.collection.next.pointer()),
            pointer::tokens(&self.collection.items),
        );
        let edit: Edit = Arc::new(move |world, sent| {
            let turn = own_number(&sent.request.target);
            if !world.is_page(sent.request, &target) && turn.is_none() {
                return None;
            }
            let exchange = with_body(world.page(&target)?, |body| {
                let link = format!(
                    "http://conform.invalid{target}&{OWN}={}",
                    turn.unwrap_or(0) + 1
                );
                if turn.is_some() {
                    place::put(body, &items, &[], json!([]));
                }
                place::put(body, &next, &[], json!(link))
            })?;
            Some(world.as_answer_to(sent.request, &exchange))
        });
        vec![self.mutant(
            "late",
            "empty pages with ever new links after the last".to_owned(),
            edit,
        )]
    }

    fn next_repeats(&self) -> Vec<Mutant> {
        let last = self.world.pages.len() - 1;
        let Some(link) = self.link_on(0) else {
            return Vec::new();
        };
        [("early", 1), ("late", last)]
            .into_iter()
            .filter(|(_, n)| *n >= 1 && *n <= last)
            .map(|(variant, n)| {
                let (next, link) = (
                    pointer::tokens(self.collection.next.pointer()),
                    link.clone(),
                );
                let edit = self.on_page(n, move |body| place::put(body, &next, &[], json!(link)));
                self.mutant(variant, format!("page {} has page 1's next", n + 1), edit)
            })
            .collect()
    }

    fn next_refused(&self) -> Vec<Mutant> {
        self.world
            .pages
            .iter()
            .enumerate()
            .skip(1)
            .map(|(n, target)| {
                let target = target.clone();
                let edit: Edit = Arc::new(move |world, sent| {
                    if world.is_page(sent.request, &target) {
                        with_answer(sent.recorded?, |answer| answer.status = 404)
                    } else {
                        None
                    }
                });
                self.mutant(
                    if n == 1 { "early" } else { "late" },
                    format!("404 for page {}", n + 1),
                    edit,
                )
            })
            .collect()
    }

    fn repeated_item(&self) -> Vec<Mutant> {
        let last = self.world.pages.len() - 1;
        let items = pointer::tokens(&self.collection.items);
        let first = self
            .world
            .page(&self.world.pages[0])
            .and_then(super::world::body_of);
        let Some(item) = first
            .as_ref()
            .and_then(|body| place::get(body, &items)?.as_array()?.first().cloned())
        else {
            return Vec::new();
        };
        let places: Vec<(&str, usize)> = if last == 0 {
            Vec::new()
        } else {
            vec![("early", 1), ("late", last)]
        };
        places
            .into_iter()
            .map(|(variant, n)| {
                let (items, item) = (items.clone(), item.clone());
                let edit = self.on_page(n, move |body| {
                    list(body, &items)
                        .map(|list| list.push(item.clone()))
                        .is_some()
                });
                self.mutant(
                    variant,
                    format!("the first item again at the end of page {}", n + 1),
                    edit,
                )
            })
            .collect()
    }

    fn shared_id(&self) -> Vec<Mutant> {
        let last = self.world.pages.len() - 1;
        let (items, id) = (
            pointer::tokens(&self.collection.items),
            pointer::tokens(&self.collection.id),
        );
        let first = self
            .world
            .page(&self.world.pages[0])
            .and_then(super::world::body_of);
        let Some(value) = first.as_ref().and_then(|body| {
            place::get(place::get(body, &items)?.as_array()?.first()?, &id).cloned()
        }) else {
            return Vec::new();
        };
        [("early", 0), ("late", last)]
            .into_iter()
            .map(|(variant, n)| {
                let (items, id, value) = (items.clone(), id.clone(), value.clone());
                let edit = self.on_page(n, move |body| {
                    let Some(item) = list(body, &items)
                        .filter(|list| list.len() > 1)
                        .and_then(|list| list.last_mut())
                    else {
                        return false;
                    };
                    place::put(item, &id, &[], value.clone())
                });
                self.mutant(
                    variant,
                    format!("the last item of page {} has the first item's id", n + 1),
                    edit,
                )
            })
            .collect()
    }

    /// `last` leads to a page that shows an item which no walk meets.
    fn lost_item(&self) -> Vec<Mutant> {
        let Some(last_link) = self.collection.last.clone() else {
            return Vec::new();
        };
        let first = self.world.pages[0].clone();
        let end = self.world.pages[self.world.pages.len() - 1].clone();
        let (items, id) = (
            pointer::tokens(&self.collection.items),
            pointer::tokens(&self.collection.id),
        );
        let edit: Edit = Arc::new(move |world, sent| {
            if sent.request.target.contains(OWN) {
                let exchange = with_body(world.page(&end)?, |body| {
                    let Some(list) = list(body, &items) else {
                        return false;
                    };
                    let Some(mut item) = list.last().cloned() else {
                        return false;
                    };
                    place::put(&mut item, &id, &[], json!("conform-lost"));
                    list.insert(0, item);
                    true
                })?;
                return Some(world.as_answer_to(sent.request, &exchange));
            }
            if !world.is_page(sent.request, &first) {
                return None;
            }
            let link = format!("http://conform.invalid{end}&{OWN}=1");
            with_body(sent.recorded?, |body| {
                place::put(body, &pointer::tokens(&last_link), &[], json!(link))
            })
        });
        vec![self.mutant(
            "late",
            "last leads to a page with an item that no walk meets".to_owned(),
            edit,
        )]
    }

    fn unstable_order(&self) -> Vec<Mutant> {
        let target = self.world.pages[0].clone();
        let items = pointer::tokens(&self.collection.items);
        let edit: Edit = Arc::new(move |world, sent| {
            let odd = sent.turn % 2 == 1;
            if !odd || !world.is_page(sent.request, &target) {
                return None;
            }
            with_body(sent.recorded?, |body| {
                list(body, &items).map(|list| list.reverse()).is_some()
            })
        });
        vec![self.mutant(
            "early",
            "the first page reversed every second time".to_owned(),
            edit,
        )]
    }

    /// The link on the first page (and on the page of that number) leads to another page than it should.
    fn link(
        &self,
        wrong: usize,
        which: impl Fn(&Collection) -> Option<&str>,
        on: usize,
    ) -> Vec<Mutant> {
        let Some(link) = which(&self.collection).map(pointer::tokens) else {
            return Vec::new();
        };
        let pages = &self.world.pages;
        let is_first = self.collection.first.as_deref().map(pointer::tokens) == Some(link.clone());
        let target = if is_first {
            pages.get(1)
        } else {
            pages.get(wrong)
        };
        let (Some(target), Some(second)) = (target.cloned(), pages.get(on).cloned()) else {
            return Vec::new();
        };
        let first = pages[0].clone();
        let edit: Edit = Arc::new(move |world, sent| {
            if !world.is_page(sent.request, &second) && !world.is_page(sent.request, &first) {
                return None;
            }
            let wrong = format!("http://conform.invalid{target}");
            with_body(sent.recorded?, |body| {
                place::get(body, &link).is_some_and(Value::is_string)
                    && place::put(body, &link, &[], json!(wrong))
            })
        });
        vec![self.mutant("early", "the link leads to another page".to_owned(), edit)]
    }
}

fn never_repeats(world: &World<'_>, clause: ClauseIx, rule: &Rule) -> Vec<Mutant> {
    let Some(name) = rule.bind.iter().find_map(|(_, source)| match source {
        Source::Header(name) => Some(name.clone()),
        _ => None,
    }) else {
        return Vec::new();
    };
    let last_two: Vec<_> = world
        .order
        .iter()
        .rev()
        .filter(|key| {
            world
                .recorded(key, 0)
                .is_some_and(|exchange| exchange.answer().is_some())
        })
        .take(2)
        .cloned()
        .collect();
    let same = |which: Option<Vec<crate::exchange::Key>>| -> Edit {
        let name = name.clone();
        Arc::new(move |_, sent: &Sent<'_>| -> Option<Exchange> {
            let here = which
                .as_ref()
                .is_none_or(|keys| keys.contains(&sent.request.key()));
            here.then(|| {
                with_answer(sent.recorded?, |answer| {
                    set_header(answer, &name, Some("conform-same"))
                })
            })
            .flatten()
        })
    };
    vec![
        Mutant {
            clause,
            variant: "early".to_owned(),
            how: format!("the same {name} in every answer"),
            edit: same(None),
        },
        Mutant {
            clause,
            variant: "late".to_owned(),
            how: format!("the same {name} in the last two answers"),
            edit: same(Some(last_two)),
        },
    ]
}

fn add(body: &mut Value, pointer: &str, more: i64) -> bool {
    let Some(number) = body.pointer_mut(pointer) else {
        return false;
    };
    let Some(present) = number.as_i64() else {
        return false;
    };
    *number = json!(present + more);
    true
}

fn list<'v>(body: &'v mut Value, tokens: &[String]) -> Option<&'v mut Vec<Value>> {
    let mut here = body;
    for token in tokens {
        here = here.get_mut(token)?;
    }
    here.as_array_mut()
}

fn own_number(target: &str) -> Option<u64> {
    target
        .split_once(&format!("{OWN}="))
        .and_then(|(_, rest)| rest.parse().ok())
}
