//! The life of what the run makes: it can be read, is listed, is changed, and is gone once it was deleted.

use serde_json::Value;

use crate::battery::model::{
    Answers, BodyChange, Breaks, CaseFile, Change, Expects, Lists, OrderedMap, RequestChange,
    Retry, Same, SamePlace, StepFile, Whose, Within,
};
use crate::contract::{Level, LinkValue, Operation, StatusKey};
use crate::derive::body;
use crate::derive::changed::{Sent, changed, members};
use crate::derive::lives::{Places, is_archived};
use crate::derive::once;
use crate::derive::parts::{named_at, shape};
use crate::derive::request::is_filtered;
use crate::derive::resource::Resource;
use crate::derive::stands::Stands;
use crate::derive::subject::{Made, Subject, statuses};
use crate::derive::words::words;

const LIFE: &str = "Makes one, reads it back, looks for it in the list, deletes it, and looks again. Each look has patience, since some services are slow to show what they have done.";
const APPLIED: &str = "Changes what the run made and reads it back. A server that answers as if it had changed something and keeps the old deceives its client.";
const TWICE: &str = "The same PUT twice. A client that got no answer to the first sends it again, and must not change more by that.";
const TAKEN: &str = "The same once more, with a name that the document says is taken by then.";

/// How long something may take to be seen.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// A resource among the operations that can be asked.
pub struct Life<'c> {
    pub subject: &'c Subject<'c>,
    pub resource: &'c Resource,
    pub stands: &'c Stands,
    pub valid_of: &'c dyn Fn(usize) -> String,
}

/// How the steps of a case name what they are about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// By what the first step was answered.
    Captured,
    /// By the link that the first step was answered.
    Followed,
    /// By the id that the client chose.
    Chosen,
    /// By what the valid case of the create was answered.
    Valid,
}

impl Life<'_> {
    fn operation(&self, ix: usize) -> &Operation {
        &self.subject.contract.operations[ix]
    }

    /// The request of a step to an operation, about the thing.
    fn request(&self, ix: usize, about: About) -> Option<RequestChange> {
        let operation = self.operation(ix);
        let stand = self.stands.get(ix)?;
        let (mut change, _) = stand.change(operation, self.valid_of);
        let create = self.operation(self.resource.create);
        let parts = shape(&operation.path).len();
        let depth = shape(&self.resource.item).len();
        for index in 0..parts {
            let Some(name) = named_at(&operation.path, index) else {
                continue;
            };
            let value = match index + 1 == depth {
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
        if about == About::Followed && parts >= depth {
            change.path = OrderedMap::default();
            change.follow = Some("create.link".to_owned());
        }
        Some(change)
    }

    /// What a change of the thing sends.
    fn changed(&self, update: usize) -> Option<Sent> {
        changed(self.operation(update), &self.stands.get(update)?.members)
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

    fn step(&self, name: &str, ix: usize, request: RequestChange) -> StepFile {
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
    fn read(&self, name: &str, about: About) -> Option<StepFile> {
        let read = self.resource.read?;
        let mut step = self.step(name, read, self.request(read, about)?);
        step.retry = Some(Retry {
            within: Within(PATIENCE),
        });
        Some(step)
    }

    /// The step that looks for it in the list.
    fn list(&self, name: &str, has: bool, clause: String) -> Option<StepFile> {
        let list = self.resource.list?;
        if has && is_filtered(self.subject.contract, self.operation(list)) {
            return None;
        }
        let at = Places::of(self.subject.contract, list).listed(self.resource)?;
        let mut step = self.step(name, list, self.request(list, About::Captured)?);
        step.retry = Some(Retry {
            within: Within(PATIENCE),
        });
        step.lists = Some(Lists {
            at,
            value: serde_json::json!({"from": "create.id"}),
            has,
        });
        step.breaks.lists = Some(clause);
        Some(step)
    }

    fn clause(&self, ix: usize, name: &str) -> String {
        format!("{}/state/{name}", self.operation(ix).id)
    }

    fn case(
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
    fn places(&self, ix: usize, sent: &[String]) -> Vec<SamePlace> {
        let Some(read) = self.resource.read else {
            return Vec::new();
        };
        let operation = self.operation(ix);
        let is_json = body::media(operation).is_some_and(|media| !media.is_form());
        let places = Places::of(self.subject.contract, read);
        let members = sent.iter().filter(|_| is_json);
        let found = members.filter_map(|name| {
            let here = places.of_member(name)?;
            let there = crate::contract::pointer::join("", name);
            let is_secret =
                places.is_write_only(name) || words(name).iter().any(|word| word == "password");
            (!is_secret).then_some(SamePlace { there, here })
        });
        found.collect()
    }
}

/// The whole life of one: made, read, listed, deleted, gone.
pub fn whole(life: &Life<'_>) -> Option<Made> {
    let resource = life.resource;
    let create = resource.create;
    let operation = life.operation(create);
    if operation.request_body.is_some() && body::values(operation).is_empty() {
        return None;
    }
    let (about, capture) = about(life)?;
    let mut request = life.request(create, about)?;
    if about == About::Followed {
        request.follow = None;
    }
    let has_body = body::media(operation).is_some();
    request.body = has_body.then(|| body_like(&(life.valid_of)(create), Vec::new()));
    let mut first = life.step("create", create, request);
    first.capture.0.extend(capture);
    let mut steps = vec![first];
    if let Some(mut read) = life.read("read", about) {
        // What was just made is there, whatever else may be wrong with the request.
        read.inconclusive = statuses(&[
            "3XX", "400", "401", "403", "405", "406", "409", "422", "429", "503",
        ]);
        read.breaks.other = Some(life.clause(create, "readable"));
        let sent = members(body::values(operation).first());
        let at = life.places(create, &sent);
        if !at.is_empty() {
            read.same = Some(same("create", Whose::Sent, at));
            read.breaks.same = Some(life.clause(create, "as-sent"));
        }
        steps.push(read);
    }
    let is_captured = about == About::Captured;
    let listed = life
        .list("list", true, life.clause(create, "listed"))
        .filter(|_| is_captured);
    steps.extend(listed);
    let archives = resource
        .read
        .is_some_and(|read| is_archived(life.subject.contract, read));
    if let Some(delete) = resource.delete.filter(|_| steps.len() > 1 && !archives)
        && let Some(request) = life.request(delete, about)
    {
        steps.push(life.step("delete", delete, request));
        if let Some(mut gone) = life.read("read-deleted", about) {
            gone.expects = Expects::Any;
            gone.accepts = statuses(&["404", "410", "403"]);
            gone.inconclusive = statuses(&["3XX", "4XX", "503"]);
            gone.breaks.success = Some(life.clause(delete, "gone"));
            steps.push(gone);
        }
        let unlisted = life.list("list-deleted", false, life.clause(delete, "gone"));
        steps.extend(unlisted.filter(|_| is_captured));
    }
    let title = "What is created can be read and listed, and is gone once it is deleted";
    (steps.len() > 1).then(|| life.case("state", "life", title, LIFE, steps))
}

/// The same twice, where the document says of a member that marks it that it is taken only once.
pub fn taken(life: &Life<'_>) -> Option<Made> {
    let create = life.resource.create;
    let operation = life.operation(create);
    let contract = life.subject.contract;
    // The same PUT once more is right, and so is the same answer to the same key.
    if life.resource.is_chosen || body::values(operation).iter().any(once::is_in) {
        return None;
    }
    let mut responses = operation.responses.iter();
    let conflict = responses.find(|one| one.key == StatusKey::Exact(409))?;
    let (node, _) = contract.document.at(&conflict.pointer)?;
    let described = contract
        .document
        .resolve(node, &conflict.pointer)
        .ok()?
        .node;
    let said = words(described.get("description")?.as_str()?);
    const ONCE: [&str; 6] = ["already", "exists", "taken", "duplicate", "unique", "used"];
    let says = |word: &str| said.iter().any(|known| known == word);
    if !ONCE.iter().any(|word| says(word)) {
        return None;
    }
    let is_named = |at: &String| {
        let member = crate::contract::pointer::tokens(at)
            .pop()
            .unwrap_or_default();
        words(&member).iter().all(|word| says(word))
    };
    let members = &life.stands.get(create)?.members;
    let values = body::values(operation);
    let tries = values
        .iter()
        .map(|value| body::written(operation, value, members, life.valid_of));
    let mut telling = tries.filter(|one| one.marks.0.keys().any(is_named));
    let body = BodyChange {
        tries: vec![telling.next()?],
        ..BodyChange::default()
    };
    let mut request = life.request(create, About::Valid)?;
    request.body = Some(body);
    let first = life.step("create", create, request.clone());
    let mut again = life.step("create-again", create, request);
    again.expects = Expects::Refusal;
    again.accepts = statuses(&["409"]);
    again.breaks.success = Some(format!("{}/409/status", operation.id));
    again.breaks.level = Some(Level::Should);
    let title = "What the document says is taken once is not taken twice";
    Some(life.case("state", "taken", title, TAKEN, vec![first, again]))
}

/// How later steps name what the first one made, and what they capture of its answer.
fn about(life: &Life<'_>) -> Option<(About, Vec<(String, String)>)> {
    let resource = life.resource;
    if resource.is_chosen {
        return Some((About::Chosen, Vec::new()));
    }
    let operation = life.operation(resource.create);
    let places = Places::of(life.subject.contract, resource.create);
    let mut ids = resource.ids.iter();
    let id = ids.find_map(|place| match place {
        LinkValue::Body(at) => places.documents(at).then(|| at.clone()),
        _ => None,
    });
    if let Some(at) = id {
        return Some((About::Captured, vec![("id".to_owned(), at)]));
    }
    let mut headers = operation.successes().flat_map(|response| &response.headers);
    let has_location = headers.any(|header| header.name.eq_ignore_ascii_case("location"));
    let link = ("link".to_owned(), "response.header.Location".to_owned());
    has_location.then(|| (About::Followed, vec![link]))
}

/// A change that is read back; `None` where none would show.
pub fn applied(life: &Life<'_>, update: usize) -> Option<Made> {
    let sent = life.changed(update)?;
    let first = change(life, "update", update, &sent)?;
    let mut read = life.read("read", About::Valid)?;
    let at = life.places(update, &sent.members);
    if !at.iter().any(|place| sent.is_new(&place.there)) {
        return None;
    }
    read.same = Some(same("update", Whose::Sent, at));
    read.breaks.same = Some(life.clause(update, "applied"));
    let title = "What is changed reads as it was sent";
    Some(life.case("state", "applied", title, APPLIED, vec![first, read]))
}

/// The same PUT twice, with a look after each.
pub fn twice(life: &Life<'_>, put: usize) -> Option<Made> {
    let sent = life.changed(put)?;
    let at = life.places(put, &sent.members);
    let first = change(life, "put", put, &sent)?;
    let second = change(life, "put-again", put, &sent)?;
    let look = life.read("read", About::Valid)?;
    let mut again = life.read("read-again", About::Valid)?;
    again.same = Some(same("read", Whose::Answered, places_here(&at)));
    again.breaks.same = Some(life.clause(put, "put-twice"));
    let title = "The same PUT once more changes nothing";
    let steps = vec![first, look, second, again];
    (!at.is_empty()).then(|| life.case("state", "twice", title, TWICE, steps))
}

fn places_here(at: &[SamePlace]) -> Vec<SamePlace> {
    let here = at.iter().map(|place| SamePlace {
        there: place.here.clone(),
        here: place.here.clone(),
    });
    here.collect()
}

fn change(life: &Life<'_>, name: &str, update: usize, sent: &Sent) -> Option<StepFile> {
    body::values(life.operation(update)).first()?;
    let mut request = life.request(update, About::Valid)?;
    request.body = Some(body_like(&(life.valid_of)(update), sent.set.clone()));
    Some(life.step(name, update, request))
}

fn body_like(case: &str, set: Vec<(String, Value)>) -> BodyChange {
    BodyChange {
        like: Some(case.to_owned()),
        set: OrderedMap(set.into_iter().collect()),
        ..BodyChange::default()
    }
}

fn same(of: &str, whose: Whose, at: Vec<SamePlace>) -> Same {
    Same {
        of: of.to_owned(),
        whose,
        at,
    }
}
