//! Takes away what the run made, the last first, and says what is left.

use std::time::Duration;

use crate::exchange::{Credentials, Exchange, Request};
use crate::transport::Transport as _;

use super::found::Seen;
use super::made::{Keeping, Made, State};
use super::places::{asked_at, is_gone};

/// How long it takes at most, and where the run was stopped.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_STOPPED: Duration = Duration::from_millis(900);
/// How long something may take to be seen.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why something is told that is not where it was made.
const GONE: &str = "DELETE was answered 404, though the run did not delete it";

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
            self.tell_apart().await;
            let mut open = self.there();
            self.find(&mut open, is_stopped).await;
            for attempt in 0..2 {
                left.clear();
                // What was made later may stand on what was made before.
                let mut kept = Vec::new();
                let mut late = Vec::new();
                for made in open.drain(..).rev() {
                    if let Some(why) = self.take_away(&made, &mut late).await {
                        // Where it is gone the next time, this is why.
                        let is_sure = made.is_sure && why == GONE;
                        left.push((made.number, self.left(&made, why)));
                        kept.push(Made { is_sure, ..made });
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
            // What stood below something that was deleted went with it.
            left.retain(|(number, _)| {
                let one = &self.made()[*number];
                one.state != State::Gone || one.deleted.is_some()
            });
            // Where one stays though its DELETE was answered as done, the others may as well.
            let stays = open.iter().filter(|made| made.stays);
            let made_by: Vec<usize> = stays.map(|made| made.request.operation).collect();
            for (made, path) in self.deleted(&made_by) {
                if let Some(why) = self.still_there(&made, &path, None).await {
                    let state = State::At(path);
                    left.push((made.number, self.left(&Made { state, ..made }, why)));
                }
            }
        };
        if tokio::time::timeout(longest, all).await.is_err() {
            let gone = |one: &Made| !matches!(one.state, State::Gone);
            let open = self.there().into_iter().filter(gone);
            let why = "there was no time left to delete it".to_owned();
            let each = open.map(|one| (one.number, self.left(&one, why.clone())));
            left = each.collect();
        }
        left.into_iter().map(|(_, one)| one).collect()
    }

    /// Looks at what was named by an answer that does not show whose it is.
    async fn tell_apart(&self) {
        for made in self.there() {
            let State::At(path) = &made.state else {
                continue;
            };
            let first = made.claims.first();
            let resource = self.resources.made_by(made.request.operation);
            let open = resource.filter(|_| first.is_some_and(|one| !one.is_own));
            let Some(resource) = open else { continue };
            let like = self.cleaning(&made.request);
            if let Some(why) = self.prove(path, resource, &like).await {
                self.made()[made.number].state = match made.sent.marks.is_empty() {
                    true => State::Doubtful(path.clone(), why),
                    false => State::Somewhere,
                };
            }
        }
    }

    /// Finds where things are by the marks that they carry.
    async fn find(&self, open: &mut Vec<Made>, is_stopped: bool) {
        let mut waits = if is_stopped { 0 } else { 3 };
        loop {
            let mut seen = Seen::new();
            for made in open.iter_mut() {
                if matches!(made.state, State::At(_) | State::Doubtful(..))
                    || made.sent.marks.is_empty()
                {
                    continue;
                }
                if let Some(claim) = self.locate(made, &mut seen).await {
                    made.state = State::At(claim.path.clone());
                    made.claims = vec![claim];
                }
            }
            let is_late = |one: &Made| {
                let is_open =
                    one.state == State::Somewhere || one.state == State::Unknown && one.may_come;
                is_open && !one.sent.marks.is_empty()
            };
            if waits == 0 || !open.iter().any(is_late) {
                break;
            }
            waits -= 1;
            self.pause(PATIENCE / 3).await;
        }
        // What carries a mark and is in no list was not made, as far as anybody can tell, unless it may come yet.
        open.retain(|one| {
            let may_be = one.sent.marks.is_empty() || one.may_come;
            one.state != State::Unknown || may_be && self.is_answered(one)
        });
    }

    /// Whether something may have been made that nothing can be found by.
    fn is_answered(&self, one: &Made) -> bool {
        self.resources.made_by(one.request.operation).is_some()
    }

    /// A request for what a create made, in its name.
    pub(super) fn cleaning(&self, create: &Request) -> Request {
        Request {
            from_link: None,
            body: None,
            credentials: Credentials::Valid,
            cleans: true,
            case: None,
            ..create.clone()
        }
    }

    /// Takes something away; why it could not be.
    async fn take_away(&self, made: &Made, late: &mut Vec<Request>) -> Option<String> {
        let first = match &made.state {
            State::At(path) => Some(path),
            State::Doubtful(..) => return Some(self.why_not_found(made)),
            _ => None,
        };
        let own = made.claims.iter().filter(|one| one.is_own);
        let others = own.map(|one| &one.path).filter(|one| Some(*one) != first);
        for path in first.into_iter().chain(others) {
            let Some(request) = self.delete(made, path) else {
                return Some("no operation deletes it".to_owned());
            };
            let mut exchange = self.send(request.clone()).await;
            let mut status = exchange.answer().map(|answer| answer.status);
            // Whoever was let in to make it may be the only one who can delete it.
            let maker = made.request.credentials;
            if matches!(status, Some(401 | 403)) && maker != Credentials::Valid {
                let as_maker = Request {
                    credentials: maker,
                    ..request.clone()
                };
                let other = self.send(as_maker).await;
                if refused(&other).is_none() {
                    status = other.answer().map(|answer| answer.status);
                    exchange = other;
                }
            }
            let why = match (refused(&exchange), self.refused_within(&exchange)) {
                (None, Some(sign)) => self.is_kept(made, path, &sign).await,
                (why, _) => why,
            };
            if why.is_none() && made.stays {
                return self.still_there(made, path, status).await;
            }
            if status != Some(404) {
                return why;
            }
            late.push(request);
        }
        if first.is_none() {
            return Some(self.why_not_found(made));
        }
        // It was made, and the run did not take it away.
        made.is_sure.then(|| GONE.to_owned())
    }

    /// Looks whether something that was read after it was deleted is there once more.
    async fn still_there(&self, made: &Made, path: &str, status: Option<u16>) -> Option<String> {
        let resource = self.resources.made_by(made.request.operation)?;
        let like = self.cleaning(&made.request);
        let look = self.look(path, resource, &like).await;
        let is_there = look.is_some_and(|(status, body)| status / 100 == 2 && !is_gone(&body));
        let done = status.map_or("as done".to_owned(), |status| status.to_string());
        is_there.then(|| format!("DELETE was answered {done}, and it is still there"))
    }

    /// Why something is left whose deletion was refused in the body; `None` where it is not there.
    async fn is_kept(&self, made: &Made, path: &str, sign: &str) -> Option<String> {
        let why = || Some(format!("DELETE was refused in the body ({sign})"));
        let Some(resource) = self.resources.made_by(made.request.operation) else {
            return why();
        };
        let look = self
            .look(path, resource, &self.cleaning(&made.request))
            .await;
        let is_there = look.is_none_or(|(status, body)| status / 100 == 2 && !is_gone(&body));
        is_there.then(why).flatten()
    }

    fn why_not_found(&self, made: &Made) -> String {
        if let State::Doubtful(path, why) = &made.state {
            return match why.starts_with(path) {
                true => why.clone(),
                false => format!("{path} {why}, so it is left alone"),
            };
        }
        let lists = self.resources.made_by(made.request.operation);
        let lists =
            lists.is_some_and(|resource| resource.list.is_some()) && !made.sent.marks.is_empty();
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
            headers: self.headers(operation, &made.request, made.number),
            target: format!("{}{sign}{query}", asked_at(&declared.path, path)),
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
            State::At(path) if made.owns(path) => self.delete(made, path),
            _ => None,
        };
        let target = request.as_ref().map(|request| request.target.clone());
        let headers = request.as_ref().map(|request| &request.headers);
        let at = match &made.state {
            State::At(path) | State::Doubtful(path, _) => path.clone(),
            _ => made.request.target.clone(),
        };
        Left {
            made_by: made.request.operation,
            delete: request.as_ref().map(|request| request.operation),
            target: target.unwrap_or(at),
            headers: headers.unwrap_or(&made.request.headers).clone(),
            why,
        }
    }
}

/// Why something is still there after it was to be deleted; `None` where it is gone.
pub(super) fn refused(exchange: &Exchange) -> Option<String> {
    match &exchange.last().result {
        Ok(answer) if matches!(answer.status, 200..=299 | 404 | 410) => None,
        Ok(answer) => Some(format!("DELETE was answered {}", answer.status)),
        Err(failure) => Some(format!("DELETE was not answered: {}", failure.message)),
    }
}
