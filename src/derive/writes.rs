//! The cases of an operation that writes: valid requests about what the run made, and such that must be refused.

use crate::battery::model::{BodyChange, Change, Expects, RequestChange};
use crate::battery::{ANSWERED, ID_IS_NEW};
use crate::contract::{Contract, Operation};

use super::families::life::{self, Life, Words};
use super::families::{
    applied, body, conditions, kept, keyword, required, security, stages, taken, unknown_id,
    unsure, valid,
};
use super::parts::shape;
use super::request::Stand;
use super::resource::{Resource, Resources};
use super::stands::Stands;
use super::states;
use super::subject::{Made, Subject};
use super::turns::{kind, turns};
use super::{BUDGET, Wish, body as bodies};

const AGAIN: &str =
    "The valid request once more. What it makes is something else than what the first one made.";
const ACTED: &str = "The valid request once more. What is done to what it makes changes nothing that other cases look at.";
const FULL: &str = "The valid request with each text, number and boolean that its body may have.";

/// So many operations that act on a thing get one for themselves.
const MOST_ACTS: usize = 6;

/// An operation that writes, and what it is about.
pub struct Placed<'c> {
    pub ix: usize,
    pub stand: &'c Stand,
    pub resources: &'c Resources,
    pub stands: &'c Stands,
}

impl Placed<'_> {
    /// What it makes.
    fn made(&self) -> Option<&Resource> {
        self.resources.made_by(self.ix)
    }

    /// What it acts on, where the run makes that: its path stands below it.
    fn acted_on(&self, contract: &Contract) -> Option<&Resource> {
        let found = states::acted_on(contract, self.resources, self.ix)?;
        let path = &contract.operations[self.ix].path;
        (shape(path).len() > shape(&found.item).len()).then_some(found)
    }

    /// The first operations that act on what a resource makes.
    fn acts_on(&self, contract: &Contract, resource: &Resource) -> Vec<usize> {
        let acts = self.stands.iter().filter(|(ix, stand)| {
            let one = Placed {
                ix: *ix,
                stand,
                ..*self
            };
            let acted = one.acted_on(contract);
            acted.is_some_and(|acted| acted.create == resource.create)
        });
        acts.map(|(ix, _)| ix).take(MOST_ACTS).collect()
    }

    /// What it takes away.
    fn deleted(&self) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|one| one.delete == Some(self.ix))
    }
}

/// The cases, the most telling first.
pub fn all(
    subject: &Subject<'_>,
    place: &Placed<'_>,
    valid_of: &dyn Fn(usize) -> String,
    wish: &Wish,
) -> Vec<Made> {
    let operation = subject.operation;
    let stand = place.stand;
    let tries = bodies::tries(operation, (&stand.members, &stand.foreign), valid_of);
    let values: Vec<_> = tries.iter().map(|one| one.json.clone()).collect();
    let mut minimal = valid::minimal(subject);
    // What is deleted is not what others stand on.
    let deleted = place.deleted();
    let acted = place.acted_on(subject.contract).filter(|one| {
        let has_own = place.acts_on(subject.contract, one).contains(&place.ix);
        has_own && !wish.covered.contains_key(&one.create)
    });
    let again = |ix: usize| match (deleted, acted) {
        (Some(resource), _) if resource.create == ix => again_of(&valid_of(ix)),
        (_, Some(resource)) if resource.create == ix => beside(&valid_of(ix), &of_act(operation)),
        _ => valid_of(ix),
    };
    minimal.fill(place.stand, operation, &again);
    let (mut about, _) = place.stand.change(operation, valid_of);
    if acted.is_some() {
        or_else(&mut minimal.case.request, &about);
    }
    if let Some(resource) = deleted {
        let spared = beside(&valid_of(resource.create), kept::SPARED);
        minimal.case.after.push(spared);
    }
    // Only a second create shows that one without a mark makes another thing each time.
    let updates = |one: &&Resource| one.updates.contains(&place.ix);
    if let Some(resource) = place.resources.iter().find(updates) {
        minimal
            .case
            .after
            .push(again_of(&valid_of(resource.create)));
    }
    minimal.case.request.body = match (tries.is_empty(), &operation.request_body) {
        (false, _) => Some(BodyChange {
            tries,
            ..BodyChange::default()
        }),
        (true, Some(_)) => Some(BodyChange {
            omit: true,
            ..BodyChange::default()
        }),
        (true, None) => None,
    };
    if place.made().is_some_and(|resource| !resource.is_chosen) {
        minimal.case.aims.push(format!("state/{ID_IS_NEW}"));
    }
    if place.made().is_some() && shows_defaults(subject) {
        minimal.case.aims.push(format!("state/{ANSWERED}"));
    }
    let own_body = minimal.case.request.body.clone();
    let required = required::all(subject);
    let left_out: Vec<String> = required.iter().map(|one| one.about.clone()).collect();
    // A server that reads a body at all refuses one of another type.
    let served =
        |name: &str| usize::from(name.is_empty() || left_out.iter().any(|known| known == name));
    let mut about_one: Vec<Made> = body::lacking(subject, &values)
        .into_iter()
        .chain(body::keywords(subject, &values))
        .chain(body::within(subject, &values))
        .chain(keyword::all(subject))
        .collect();
    about_one.sort_by_cached_key(|made| match made.is_of("keyword") {
        true => 1 + keyword::weight(&kind(made)),
        false => 0,
    });
    let mut in_turns = turns(about_one, served, subject.asked).into_iter();
    let mut out = vec![minimal];
    out.extend(once_more(subject, place));
    out.extend(for_acts(subject, place));
    out.extend(security::none(subject));
    out.extend(required);
    out.extend(body::none(subject));
    out.extend(unknown_id::made(subject).filter(|_| place.made().is_none()));
    out.extend(conditions::of_change(subject));
    out.extend(in_turns.next().into_iter().flatten());
    if wish.has_credentials {
        out.extend(security::wrong(subject));
        out.extend(security::lacking(subject));
    }
    out.extend(body::syntax(subject));
    // Without a body of ours there is none to be called something else.
    out.extend(body::media_type(subject).filter(|_| !values.is_empty()));
    out.extend(full(subject, place, valid_of));
    out.extend(in_turns.flatten());
    // What the valid request used up is not what the others are about.
    let is_apart = deleted.is_some() || acted.is_some();
    // Without one of its own, what it acted on is in another state by then, in which it may be refused for that alone.
    let shared = states::acted_on(subject.contract, place.resources, place.ix);
    let shared = shared.filter(|one| acted.is_none() && !wish.covered.contains_key(&one.create));
    if let Some(resource) = shared {
        let other = |ix: usize| match resource.create == ix {
            true => again_of(&valid_of(ix)),
            false => valid_of(ix),
        };
        about.path = place.stand.change(operation, &other).0.path;
    }
    for made in out.iter_mut().skip(1) {
        let request = &mut made.case.request;
        if request.body.is_none() {
            request.body = own_body.as_ref().map(|own| match own.tries.is_empty() {
                true => own.clone(),
                false => body::like(subject),
            });
        }
        // What is right about that one as well would bring it to the same state.
        let is_wrong = made.case.expects == Some(Expects::Refusal);
        take(request, &about, is_apart || shared.is_some() && is_wrong);
    }
    let mut lives = lives(subject, place, valid_of);
    // What is left alone is shown besides the single requests and not in their place, unless fewer are wished for.
    if wish.budget.is_none_or(|budget| budget >= BUDGET) {
        for made in lives.iter_mut().filter(|made| kept::is_one(made)) {
            made.requests = 0;
        }
    }
    out.splice(1..1, lives);
    out
}

/// Whether the answer to a create has a member of which the document says what is meant where it is not sent.
fn shows_defaults(subject: &Subject<'_>) -> bool {
    let defaults = subject.contract.defaults_of_body(subject.operation);
    let bodies: Vec<_> = subject.operation.success_bodies().collect();
    let mut roots = bodies.iter().filter_map(|body| body.shape.nodes.first());
    roots.any(|root| {
        let mut names = defaults.iter();
        names.any(|(name, _)| root.properties.contains_key(name.as_str()))
    })
}

/// What shows the state behind an operation.
fn lives(
    subject: &Subject<'_>,
    place: &Placed<'_>,
    valid_of: &dyn Fn(usize) -> String,
) -> Vec<Made> {
    let mut out = Vec::new();
    for resource in place.resources.iter() {
        let life = Life {
            subject,
            resource,
            stands: place.stands,
            valid_of,
        };
        if resource.create == place.ix {
            let spared = resource.delete.and_then(|ix| kept::spared(&life, ix));
            let first = spared.as_ref().map(|made| made.case.case.clone());
            out.extend(spared);
            let mut whole = life::whole(&life, Words::Heeded);
            if let Some(made) = &mut whole {
                made.case.after.extend(first);
            }
            out.extend(whole);
            out.extend(unsure::of_life(&life));
            out.extend(taken::taken(&life));
            out.extend(taken::once(&life));
            out.extend(kept::fully(&life));
        }
        if resource.updates.contains(&place.ix) {
            out.extend(applied::applied(&life, place.ix, Words::Heeded));
            out.extend(unsure::of_change(&life, place.ix));
            out.extend(kept::rest(&life, place.ix));
            out.extend(kept::unchanged(&life, place.ix));
        }
        let is_below = shape(&subject.operation.path).starts_with(&shape(&resource.item));
        if is_below && resource.create != place.ix {
            out.extend(stages::all(&life, place.ix));
        }
        if resource.delete == Some(place.ix) {
            out.extend(stages::full(&life, place.resources, place.ix));
        }
        if subject.operation.method == "PUT"
            && (resource.updates.contains(&place.ix) || resource.create == place.ix)
        {
            out.extend(applied::twice(&life, place.ix));
        }
    }
    out
}

/// The case that makes another one than the valid case of that id.
fn again_of(valid: &str) -> String {
    beside(valid, "again")
}

/// The case of that name of the operation of a valid case.
fn beside(valid: &str, name: &str) -> String {
    format!("{}.{name}", valid.strip_suffix(".valid").unwrap_or(valid))
}

/// The request that makes another one, where one is deleted, or acted on by what has none of its own.
fn once_more(subject: &Subject<'_>, place: &Placed<'_>) -> Option<Made> {
    let made = place.made()?;
    let own = place.acts_on(subject.contract, made);
    let is_acted_on = || {
        let mut asked = place.stands.iter().filter(|(ix, _)| !own.contains(ix));
        asked.any(|(ix, _)| {
            let acted = states::acted_on(subject.contract, place.resources, ix);
            acted.is_some_and(|acted| acted.create == made.create)
        })
    };
    if made.delete.is_none() && !is_acted_on() {
        return None;
    }
    let mut case = subject.case("valid", "again", "What is made twice is two things", AGAIN);
    valid::finish(subject, &mut case);
    case.aims.push(format!("state/{ID_IS_NEW}"));
    Some(case.into())
}

/// The name of the case that makes what an operation acts on.
fn of_act(operation: &Operation) -> String {
    let last = operation.path.trim_end_matches('/').rsplit('/').next();
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
    let plain: String = last.unwrap_or_default().chars().filter(is_plain).collect();
    format!("for-{plain}")
}

/// For each operation that acts on what this one makes, a request that makes one for that alone.
fn for_acts(subject: &Subject<'_>, place: &Placed<'_>) -> Vec<Made> {
    let Some(resource) = place.made() else {
        return Vec::new();
    };
    let contract = subject.contract;
    let made = place.acts_on(contract, resource).into_iter().map(|ix| {
        let name = of_act(&contract.operations[ix]);
        let mut case = subject.case("valid", &name, "What is made to be acted on is made", ACTED);
        valid::finish(subject, &mut case);
        // It comes besides the single requests and not in their place.
        Made {
            requests: 0,
            ..case.into()
        }
    });
    made.collect()
}

/// Gives a request the marked values of another one; where `is_apart`, it is about what that one is about.
fn take(request: &mut RequestChange, about: &RequestChange, is_apart: bool) {
    let is_marked = |change: &Change| matches!(change, Change::Marked(_));
    let all = [
        (&mut request.path, &about.path, is_apart),
        (&mut request.query, &about.query, false),
        (&mut request.headers, &about.headers, false),
    ];
    for (own, about, all_of_it) in all {
        let taken = about.0.iter();
        for (name, change) in taken.filter(|(_, change)| all_of_it || is_marked(change)) {
            own.0.entry(name.clone()).or_insert_with(|| change.clone());
        }
    }
}

/// Where what was made for it cannot be had, the request is about what all others are about.
fn or_else(request: &mut RequestChange, about: &RequestChange) {
    for (name, change) in &about.path.0 {
        let own = request.path.0.get_mut(name);
        if let (Some(Change::Answer(own)), Change::Answer(more)) = (own, change) {
            let more = more.of.iter().filter(|one| !own.of.contains(one));
            let more: Vec<_> = more.cloned().collect();
            own.of.extend(more);
        }
    }
}

/// The request with the most members in its body, where that is more than the valid one has.
fn full(
    subject: &Subject<'_>,
    place: &Placed<'_>,
    valid_of: &dyn Fn(usize) -> String,
) -> Option<Made> {
    let operation = subject.operation;
    let mut values = bodies::values(operation);
    values.retain(|body| bodies::names_none(body, &place.stand.foreign));
    let size = |body: &serde_json::Value| body.as_object().map_or(0, serde_json::Map::len);
    let most = values.iter().max_by_key(|body| size(body))?;
    if size(most) <= size(values.first()?) {
        return None;
    }
    let title = "A valid request with all plain members of its body is answered as documented";
    let mut case = subject.case("valid", "full", title, FULL);
    case.request.body = Some(BodyChange {
        tries: vec![bodies::written(
            operation,
            most,
            &place.stand.members,
            valid_of,
        )],
        ..BodyChange::default()
    });
    valid::finish(subject, &mut case);
    Some(case.into())
}
