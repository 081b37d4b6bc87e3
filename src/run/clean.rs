//! Takes away what the run made, the last first, and says what is left.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::battery::Collection;
use crate::check::page;
use crate::derive::resource::Resource;
use crate::exchange::{Credentials, Exchange, Request};
use crate::transport::{LiveConfig, LiveTransport, Transport, TransportError};

use super::made::{Keeping, Made, State};
use super::places::{ids_of, item_path};

/// How long it takes at most, and where the run was stopped.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_STOPPED: Duration = Duration::from_millis(900);
/// The most pages that are looked through for something that carries a mark of the run.
const MOST_PAGES: usize = 100;
/// How long something may take to be seen.
const PATIENCE: Duration = Duration::from_secs(2);

/// Something that the run made and that is still there, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The operation that made it.
    pub made_by: usize,
    /// The operation that takes it away, where there is one.
    pub delete: Option<usize>,
    /// Its path and query, or those of the request that made it where its own are not known.
    pub target: String,
    /// Names and values of the headers that the request to delete it has.
    pub headers: Vec<(String, String)>,
    /// Why it is left.
    pub why: String,
}

impl Keeping<'_> {
    /// Takes away all that was made; what is left of it.
    pub(super) async fn clean(&self, is_stopped: bool) -> Vec<Left> {
        if self.there().is_empty() {
            return Vec::new();
        }
        let longest = if is_stopped { LONGEST_STOPPED } else { LONGEST };
        let mut left = Vec::new();
        let all = async {
            let mut open = self.there();
            self.find(&mut open, is_stopped).await;
            for attempt in 0..2 {
                left.clear();
                // What was made later may stand on what was made before.
                let mut kept = Vec::new();
                let mut late = Vec::new();
                for made in open.drain(..).rev() {
                    if let Some(why) = self.take_away(&made, &mut late).await {
                        left.push(self.left(&made, why));
                        kept.push(made);
                    }
                }
                kept.reverse();
                open = kept;
                // What is not there yet may come.
                if attempt == 0 && !is_stopped && !late.is_empty() {
                    self.pause(PATIENCE).await;
                    for request in late {
                        drop(self.send(request).await);
                    }
                }
                let may_go = open.iter().any(|one| matches!(one.state, State::At(_)));
                if !may_go || attempt == 1 {
                    break;
                }
            }
            // Where one stays though its DELETE was answered as done, the others may as well.
            let stays = open.iter().filter(|made| made.stays);
            let made_by: Vec<usize> = stays.map(|made| made.request.operation).collect();
            for (made, path) in self.deleted(&made_by) {
                if let Some(why) = self.still_there(&made, &path, None).await {
                    let state = State::At(path);
                    left.push(self.left(&Made { state, ..made }, why));
                }
            }
        };
        if tokio::time::timeout(longest, all).await.is_err() {
            let gone = |one: &Made| !matches!(one.state, State::Gone);
            let open = self.there().into_iter().filter(gone);
            let why = "there was no time left to delete it".to_owned();
            left = open.map(|one| self.left(&one, why.clone())).collect();
        }
        left
    }

    /// Finds where things are by the marks that they carry.
    async fn find(&self, open: &mut Vec<Made>, is_stopped: bool) {
        let mut waits = if is_stopped { 0 } else { 3 };
        loop {
            let mut seen: HashMap<String, Vec<Value>> = HashMap::new();
            for made in open.iter_mut() {
                if matches!(made.state, State::At(_) | State::Shared(_)) || made.marks.is_empty() {
                    continue;
                }
                let Some(resource) = self.resources.made_by(made.request.operation) else {
                    continue;
                };
                let target = super::places::path_of(&made.request.target).to_owned();
                if !seen.contains_key(&target) {
                    let items = self.items(resource, &made.request).await;
                    seen.insert(target.clone(), items);
                }
                let mut items = seen[&target].iter();
                let own = items.find_map(|item| ids_of_marked(item, &made.marks, resource));
                let ids = own.into_iter().flatten();
                let paths = ids.map(|id| item_path(resource, &made.request.target, &id));
                made.others = paths.collect();
                if !made.others.is_empty() {
                    made.state = State::At(made.others.remove(0));
                }
            }
            let is_late = |one: &Made| {
                let is_open =
                    one.state == State::Somewhere || one.state == State::Unknown && one.may_come;
                is_open && !one.marks.is_empty()
            };
            if waits == 0 || !open.iter().any(is_late) {
                break;
            }
            waits -= 1;
            self.pause(PATIENCE / 3).await;
        }
        // What carries a mark and is in no list was not made, as far as anybody can tell, unless it may come yet.
        open.retain(|one| {
            let may_be = one.marks.is_empty() || one.may_come;
            one.state != State::Unknown || may_be && self.is_answered(one)
        });
    }

    /// Whether something may have been made that nothing can be found by.
    fn is_answered(&self, one: &Made) -> bool {
        self.resources.made_by(one.request.operation).is_some()
    }

    /// All items of the collection that something was made in.
    async fn items(&self, resource: &Resource, create: &Request) -> Vec<Value> {
        let Some(list) = resource.list else {
            return Vec::new();
        };
        let collection = self.collection(list);
        let mut target = super::places::path_of(&create.target).to_owned();
        if resource.is_chosen {
            target = target
                .rsplit_once('/')
                .map_or(target.clone(), |(above, _)| above.to_owned());
        }
        let mut items = Vec::new();
        for _ in 0..MOST_PAGES {
            let request = Request {
                operation: list,
                method: "GET".to_owned(),
                target: target.clone(),
                body: None,
                ..self.cleaning(create)
            };
            let exchange = self.send(request).await;
            let Some(answer) = exchange.answer() else {
                break;
            };
            let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
                break;
            };
            let next = collection.and_then(|collection| {
                let page = page::read_answer(collection, answer, &body);
                page.items.filter(|items| !items.is_empty())?;
                page::next_target(collection, &page, &target)
            });
            items.push(body);
            match next {
                Some(next) if next != target => target = next,
                _ => break,
            }
        }
        items
    }

    /// How the pages of a list are read.
    fn collection(&self, list: usize) -> Option<&Collection> {
        let steps = self.plan.cases.iter().flat_map(|case| &case.steps);
        let mut own = steps.filter(|step| step.operation == list);
        own.find_map(|step| step.collection.as_ref())
    }

    /// A request for what a create made, in its name.
    fn cleaning(&self, create: &Request) -> Request {
        Request {
            from_link: None,
            body: None,
            credentials: Credentials::Valid,
            cleans: true,
            ..create.clone()
        }
    }

    /// Takes something away; why it could not be.
    async fn take_away(&self, made: &Made, late: &mut Vec<Request>) -> Option<String> {
        let State::At(path) = &made.state else {
            return Some(self.why_not_found(made));
        };
        let mut why = None;
        for path in std::iter::once(path).chain(&made.others) {
            let Some(request) = self.delete(made, path) else {
                return Some("no operation deletes it".to_owned());
            };
            let exchange = self.send(request.clone()).await;
            let status = exchange.answer().map(|answer| answer.status);
            why = refused(&exchange);
            if why.is_none() && made.stays {
                return self.still_there(made, path, status).await;
            }
            if status != Some(404) {
                return why;
            }
            late.push(request);
        }
        // A list has it: it is there.
        match made.others.is_empty() {
            true => why,
            false => Some("it is in the list, and DELETE was answered 404".to_owned()),
        }
    }

    /// Looks whether something that was read after it was deleted is there once more.
    async fn still_there(&self, made: &Made, path: &str, status: Option<u16>) -> Option<String> {
        let resource = self.resources.made_by(made.request.operation)?;
        let request = Request {
            operation: resource.read?,
            method: "GET".to_owned(),
            target: path.to_owned(),
            ..self.cleaning(&made.request)
        };
        let exchange = self.send(request).await;
        let is_there = exchange
            .answer()
            .is_some_and(|answer| answer.status / 100 == 2);
        let done = status.map_or("as done".to_owned(), |status| status.to_string());
        is_there.then(|| format!("DELETE was answered {done}, and it is still there"))
    }

    fn why_not_found(&self, made: &Made) -> String {
        if let State::Shared(path) = &made.state {
            return format!(
                "the target gave {path} for more than one request, so it may have been there before"
            );
        }
        let lists = self.resources.made_by(made.request.operation);
        let lists = lists.is_some_and(|resource| resource.list.is_some()) && !made.marks.is_empty();
        let answer = match made.state {
            State::Unknown => "no answer told whether it was made",
            _ => "the answer did not tell where it is",
        };
        match lists {
            true => format!("{answer}, and no list shows it"),
            false => format!("{answer}, and there is nothing to find it by"),
        }
    }

    /// The request that takes away what is at a path.
    fn delete(&self, made: &Made, path: &str) -> Option<Request> {
        let operation = self.delete_of(made)?;
        let (_, query) = made.request.target.split_once('?').unwrap_or_default();
        let declared = &self.plan.contract.operations[operation];
        let pairs = query.split('&').filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !name.is_empty() && declared.takes_query(name)
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        let sign = if query.is_empty() { "" } else { "?" };
        Some(Request {
            operation,
            method: "DELETE".to_owned(),
            target: format!("{path}{sign}{query}"),
            ..self.cleaning(&made.request)
        })
    }

    fn delete_of(&self, made: &Made) -> Option<usize> {
        let template = &self.plan.contract.operations[made.request.operation].path;
        let of_put = || {
            self.resources
                .iter()
                .find(|one| one.item == *template)?
                .delete
        };
        match self.resources.made_by(made.request.operation) {
            Some(resource) => resource.delete,
            None => of_put(),
        }
    }

    fn left(&self, made: &Made, why: String) -> Left {
        let request = match &made.state {
            State::At(path) => self.delete(made, path),
            _ => None,
        };
        let target = request.as_ref().map(|request| request.target.clone());
        let at = match &made.state {
            State::At(path) | State::Shared(path) => path.clone(),
            _ => made.request.target.clone(),
        };
        Left {
            made_by: made.request.operation,
            delete: request.map(|request| request.operation),
            target: target.unwrap_or(at),
            headers: made.request.headers.clone(),
            why,
        }
    }
}

/// Something that an earlier run left.
#[derive(Debug, Clone)]
pub struct Leftover {
    /// The operation that deletes it.
    pub operation: usize,
    /// Its URL.
    pub url: String,
    /// Its path and query.
    pub target: String,
    /// Names and values of the headers that the request has.
    pub headers: Vec<(String, String)>,
}

/// Deletes what an earlier run left; why each is still there, by its URL.
///
/// # Errors
/// The client cannot be set up.
pub async fn delete(
    config: LiveConfig,
    things: Vec<Leftover>,
) -> Result<Vec<(String, Option<String>)>, TransportError> {
    let transport = LiveTransport::new(config)?;
    let mut out = Vec::with_capacity(things.len());
    for thing in things {
        let request = Request {
            operation: thing.operation,
            method: "DELETE".to_owned(),
            target: thing.target,
            headers: thing.headers,
            cleans: true,
            ..Request::default()
        };
        let exchange = transport.send(request).await;
        out.push((thing.url, refused(&exchange)));
    }
    Ok(out)
}

/// Why something is still there after it was to be deleted; `None` where it is gone.
pub(super) fn refused(exchange: &Exchange) -> Option<String> {
    match &exchange.last().result {
        Ok(answer) if matches!(answer.status, 200..=299 | 404 | 410) => None,
        Ok(answer) => Some(format!("DELETE was answered {}", answer.status)),
        Err(failure) => Some(format!("DELETE was not answered: {}", failure.message)),
    }
}

/// What the smallest object goes by that has one of the marks in a text of its own, the likeliest first.
fn ids_of_marked(value: &Value, marks: &[String], resource: &Resource) -> Option<Vec<String>> {
    let mut below: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(map) => Box::new(map.values()),
        _ => return None,
    };
    if let Some(found) = below.find_map(|value| ids_of_marked(value, marks, resource)) {
        return Some(found);
    }
    let Value::Object(map) = value else {
        return None;
    };
    let has = |value: &Value| {
        let text = value.as_str().map(str::to_ascii_lowercase);
        text.is_some_and(|text| marks.iter().any(|mark| text.contains(mark)))
    };
    if !map.values().any(has) {
        return None;
    }
    let mut out: Vec<String> = Vec::new();
    for id in ids_of(map, resource) {
        if !out.contains(&id) {
            out.push(id);
        }
    }
    (!out.is_empty()).then_some(out)
}
