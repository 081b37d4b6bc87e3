//! The life of what the run makes: it can be read, is listed, is changed, and is gone once it was deleted.

use serde_json::Value;

use crate::battery::ANSWERED;
use crate::battery::model::{
    Answers, BodyChange, Breaks, CaseFile, Change, Expects, Lists, OrderedMap, RequestChange,
    Retry, SamePlace, StepFile, Whose, Within,
};
use crate::contract::names::folded;
use crate::contract::{Operation, StatusKey};
use crate::derive::body;
use crate::derive::changed::{Sent, members, narrow, wide};
use crate::derive::fuller;
use crate::derive::keeping::keeps;
use crate::derive::lives::Places;
use crate::derive::mask;
use crate::derive::origin::Origin;
use crate::derive::parts::{named_at, shape};
use crate::derive::prose;
use crate::derive::request::is_filtered;
use crate::derive::resource::Resource;
use crate::derive::some;
use crate::derive::stands::Stands;
use crate::derive::subject::{Made, Subject, statuses};

use super::about::{About, about};
use super::told::{body_like, same, there};

const LIFE: &str = "Makes one, reads it back, looks for it in the list, deletes it, and looks again. Each look has patience, since some services are slow to show what they have done.";

/// The step that looks for what was made in the list.
const LISTED: &str = "list";

/// How long something may take to be seen.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// The most bodies that a change is tried with.
const MOST_CHANGES: usize = 6;

/// What is made of words by which the document leaves something open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    Heeded,
    Ignored,
}

/// A resource among the operations that can be asked.
pub struct Life<'c> {
    pub subject: &'c Subject<'c>,
    pub resource: &'c Resource,
    pub stands: &'c Stands,
    pub valid_of: &'c dyn Fn(usize) -> String,
}

impl Life<'_> {
    pub(super) fn operation(&self, ix: usize) -> &Operation {
        &self.subject.contract.operations[ix]
    }

    /// How later steps name what the first one made, and what they capture of its answer.
    pub(super) fn about(&self) -> Option<(About, Vec<(String, String)>)> {
        let create = self.operation(self.resource.create);
        about(self.subject.contract, create, self.resource)
    }

    /// The request of a step to an operation, about the thing.
    pub(super) fn request(&self, ix: usize, about: About) -> Option<RequestChange> {
        let operation = self.operation(ix);
        let stand = self.stands.get(ix)?;
        let (mut change, _) = stand.change(operation, self.valid_of);
        let create = self.operation(self.resource.create);
        let parts = shape(&operation.path).len();
        let item = shape(&self.resource.item);
        let (depth, is_below) = (item.len(), shape(&operation.path).starts_with(&item));
        for index in 0..parts {
            let Some(name) = named_at(&operation.path, index) else {
                continue;
            };
            let value = match is_below && index + 1 == depth {
                true => self.own(about)?,
                false => match named_at(&create.path, index) {
                    Some(sent) => Change::Answer(Answers {
                        of: vec![crate::battery::model::AnswerFrom {
                            case: (self.valid_of)(self.resource.create),
                            sent: Some(sent.to_owned()),
                            ..Default::default()
                        }],
                        own: true,
                        otherwise: None,
                    }),
                    None => continue,
                },
            };
            change.path.0.insert(name.to_owned(), value);
        }
        if about == About::Followed && is_below {
            change.path = OrderedMap::default();
            change.follow = Some("create.link".to_owned());
        }
        Some(change)
    }

    /// What changes of the thing send: of as many members as can be changed, and of fewer where that is refused.
    pub(super) fn wide(&self, update: usize) -> Vec<Sent> {
        let (made, routes) = (self.made(), self.subject.routes);
        let of = |members| wide(routes, self.operation(update), members, made.as_ref());
        self.told(update).map_or_else(Vec::new, of)
    }

    /// What changes of few members send, each of others.
    pub(super) fn narrow(&self, update: usize) -> Vec<Sent> {
        let (made, routes) = (self.made(), self.subject.routes);
        let of = |members| narrow(routes, self.operation(update), members, made.as_ref());
        self.told(update).map_or_else(Vec::new, of)
    }

    /// What a change takes from answers, where it is known what it changes.
    fn told(&self, update: usize) -> Option<&[(String, Vec<Origin>)]> {
        let is_open = mask::is_open(self.subject.contract, self.operation(update));
        let stand = self.stands.get(update).filter(|_| !is_open)?;
        Some(&stand.members)
    }

    /// What is sent for a thing that is made with all that it may have.
    fn made(&self) -> Option<Value> {
        let create = self.operation(self.resource.create);
        let bodies = fuller::bodies(self.subject.routes, create);
        bodies.into_iter().next()
    }

    /// The bodies of changes, tried one after the other.
    pub(super) fn body_of(&self, update: usize, sent: &[Sent]) -> Option<BodyChange> {
        let operation = self.operation(update);
        let taken = &self.stands.get(update)?.members;
        let mut bodies: Vec<&Value> = Vec::new();
        for body in sent.iter().flat_map(|sent| &sent.bodies) {
            if !bodies.contains(&body) {
                bodies.push(body);
            }
        }
        let tries = bodies.into_iter().take(MOST_CHANGES);
        let tries = tries.map(|body| body::written(operation, body, taken, self.valid_of));
        Some(BodyChange {
            tries: tries.collect(),
            ..BodyChange::default()
        })
    }

    /// The id of the thing.
    fn own(&self, about: About) -> Option<Change> {
        let stand = self.stands.get(self.resource.create)?;
        match about {
            About::Captured => Some(Change::From("create.id".to_owned())),
            About::Followed => Some(Change::Omit),
            About::Chosen => {
                let form = stand.chosen(self.operation(self.resource.create))?;
                Some(Change::Marked(form.to_owned()))
            }
            About::Valid => {
                let case = (self.valid_of)(self.resource.create);
                let origins = crate::derive::own::made(self.resource);
                let of = origins.iter().map(|one| one.written(&case)).collect();
                let otherwise = None;
                let own = true;
                Some(Change::Answer(Answers { of, own, otherwise }))
            }
        }
    }

    pub(super) fn step(&self, name: &str, ix: usize, request: RequestChange) -> StepFile {
        StepFile {
            step: name.to_owned(),
            operation: self.operation(ix).id.to_string(),
            request,
            expects: Expects::Success,
            accepts: statuses(&["2XX"]),
            // What is only accepted may come at any time, or not at all (RFC 9110, section 15.3.3).
            inconclusive: statuses(&["202", "3XX", "4XX", "503"]),
            same: None,
            lists: None,
            retry: None,
            always: false,
            breaks: Breaks::default(),
            capture: OrderedMap::default(),
        }
    }

    /// The step that reads the thing.
    pub(super) fn read(&self, name: &str, about: About) -> Option<StepFile> {
        let read = self.resource.read?;
        Some(self.look(name, read, self.request(read, about)?))
    }

    /// The step that reads the thing after something was done to it that leaves it there: that it is gone breaks a clause.
    pub(super) fn still(&self, name: &str, about: About, clause: String) -> Option<StepFile> {
        Some(there(self.read(name, about)?, clause))
    }

    /// A step that looks, with patience, past what caches keep.
    pub(super) fn look(&self, name: &str, ix: usize, mut request: RequestChange) -> StepFile {
        let fresh = Change::Text("no-cache".to_owned());
        request.headers.0.insert("Cache-Control".to_owned(), fresh);
        StepFile {
            retry: Some(Retry {
                within: Within(PATIENCE),
            }),
            ..self.step(name, ix, request)
        }
    }

    /// The step that looks for it in the list.
    fn list(&self, name: &str, id: &str, clause: String) -> Option<StepFile> {
        let list = self.resource.list?;
        let contract = self.subject.contract;
        let has = name == LISTED;
        let at = Places::of(contract, list).listed(self.resource)?;
        // Another member than the one that the create told may be another id.
        let last = |at: &str| at.rsplit('/').next().map(folded);
        if last(&at) != last(id) && !at.ends_with('*') {
            return None;
        }
        let mut step = self.look(name, list, self.request(list, About::Captured)?);
        step.lists = Some(Lists {
            at,
            value: serde_json::json!({"from": "create.id"}),
            has,
        });
        step.breaks.lists = Some(clause);
        Some(step)
    }

    /// Whether the list need not have what was made, by what the document says.
    fn may_lack(&self) -> bool {
        let contract = self.subject.contract;
        let list = self.resource.list.map(|list| self.operation(list));
        list.is_some_and(|list| {
            let both = (self.operation(self.resource.create), list);
            is_filtered(contract, list) || some::is_of_some(contract, both)
        })
    }

    /// Whether what is deleted may be seen yet, by what the document says.
    fn may_keep(&self, delete: usize) -> bool {
        let read = self.resource.read.map(|read| self.operation(read));
        keeps(self.subject.contract, self.operation(delete), read)
    }

    pub(super) fn clause(&self, ix: usize, name: &str) -> String {
        format!("{}/state/{name}", self.operation(ix).id)
    }

    pub(super) fn case(
        &self,
        family: &str,
        name: &str,
        title: &str,
        means: &str,
        steps: Vec<StepFile>,
    ) -> Made {
        let mut case: CaseFile = self.subject.case(family, name, title, means);
        let named = steps.iter().flat_map(|step| step.breaks.named());
        let mut aims: Vec<String> = named.map(|(_, clause)| clause.to_owned()).collect();
        aims.sort();
        aims.dedup();
        case.aims = aims;
        case.operation = None;
        case.expects = None;
        case.steps = steps;
        case.into()
    }

    /// The places of what is sent to an operation that the answer to a read documents.
    pub(super) fn places(&self, ix: usize, sent: &[String]) -> Vec<SamePlace> {
        let Some(read) = self.resource.read else {
            return Vec::new();
        };
        let operation = self.operation(ix);
        let is_json = body::media(operation).is_some_and(|media| !media.is_form());
        let places = Places::of(self.subject.contract, read);
        let request = Places::of_request(self.subject.contract, ix);
        let is_kept_back = |name: &str| places.is_kept_back(name) || request.is_kept_back(name);
        let members = sent.iter().filter(|_| is_json);
        let found = members.filter_map(|name| {
            let here = places.of_member(name)?;
            let there = crate::contract::pointer::join("", name);
            (!is_kept_back(name)).then_some(SamePlace { there, here })
        });
        found.collect()
    }
}

/// The whole life of one: made, read, listed, deleted, gone. Where words of the document are heeded, what they leave open is
/// not looked at.
pub fn whole(life: &Life<'_>, heeds: Words) -> Option<Made> {
    let (resource, create) = (life.resource, life.resource.create);
    let operation = life.operation(create);
    if operation.request_body.is_some() && body::values(operation).is_empty() {
        return None;
    }
    let (about, capture) = life.about()?;
    let mut request = life.request(create, about)?;
    if about == About::Followed {
        request.follow = None;
    }
    request.body = body::media(operation).map(|_| body_like(&(life.valid_of)(create), Vec::new()));
    let mut first = life.step("create", create, request);
    first.capture.0.extend(capture.clone());
    let mut steps = vec![first];
    if let Some(mut read) = life.read("read", about) {
        // What was just made is there, whatever else may be wrong with the request, if it has not come to its end.
        read.inconclusive = statuses(&[
            "3XX", "400", "401", "403", "405", "406", "409", "410", "422", "429", "503",
        ]);
        let reads = resource.read.map(|read| life.operation(read));
        if reads.is_some_and(|read| prose::is_early(life.subject.contract, operation, read)) {
            read.inconclusive.extend(statuses(&["404"]));
        }
        read.breaks.other = Some(life.clause(create, "readable"));
        let sent = members(body::values(operation).first());
        let at = life.places(create, &sent);
        if !at.is_empty() {
            read.same = Some(same("create", Whose::Sent, at));
            read.breaks.same = Some(life.clause(create, "as-sent"));
            read.breaks.answered = Some(life.clause(create, ANSWERED));
        }
        steps.push(read);
    }
    let id = capture.first().filter(|_| about == About::Captured);
    let listed = |name: &str, clause: String| life.list(name, &id.as_ref()?.1, clause);
    let is_heeded = heeds == Words::Heeded;
    if !(is_heeded && life.may_lack()) {
        steps.extend(listed(LISTED, life.clause(create, "listed")));
    }
    if let Some(delete) = resource.delete.filter(|_| steps.len() > 1)
        && let Some(request) = life.request(delete, about)
        && !(is_heeded && life.may_keep(delete))
    {
        let step = life.step("delete", delete, request);
        // What is read just before is there to be deleted.
        let successes = life.operation(delete).successes();
        let mut keys = successes
            .filter(|one| one.status.is_some())
            .map(|one| one.key);
        let key = keys.find(|key| matches!(key, StatusKey::Exact(_)));
        let is_read = steps.iter().any(|step| step.step == "read");
        steps.push(match key.filter(|_| is_read) {
            Some(key) => there(step, format!("{}/{key}/status", life.operation(delete).id)),
            None => step,
        });
        if let Some(mut gone) = life.read("read-deleted", about) {
            gone.expects = Expects::Any;
            gone.accepts = statuses(&["404", "410", "403", "2XX-empty"]);
            gone.inconclusive = statuses(&["3XX", "4XX", "503"]);
            gone.breaks.success = Some(life.clause(delete, "gone"));
            steps.push(gone);
        }
        let clause = life.clause(delete, "gone");
        steps.extend(listed("list-deleted", clause));
    }
    let title = "What is created can be read and listed, and is gone once it is deleted";
    (steps.len() > 1).then(|| life.case("state", "life", title, LIFE, steps))
}

/// Whether the body of a change has the id of the thing, which is that of the one that the valid case made.
pub(super) fn names_its_id<'s>(life: &Life<'_>, sent: impl IntoIterator<Item = &'s Sent>) -> bool {
    let mut members = sent.into_iter().flat_map(|sent| &sent.members);
    members.any(|name| life.resource.is_id(name))
}

/// The step of that name that changes the thing.
pub(super) fn change(
    life: &Life<'_>,
    (name, update): (&str, usize),
    way: About,
    sent: &[Sent],
) -> Option<StepFile> {
    sent.first()?;
    let mut request = life.request(update, way)?;
    request.body = life.body_of(update, sent);
    Some(life.step(name, update, request))
}
