//! What became of a request that may make something: what its answer says of what was made, and whose that is.

use serde_json::Value;

use crate::contract::StatusKey;
use crate::exchange::{Answer, Exchange, FailureKind, Request};

use crate::derive::acts;
use crate::derive::resource::Resource;

use super::evidence::Sent;
use super::made::{Keeping, Made, State};
use super::places::{Claim, claims, path_of};

/// Why what the target gave for a create is not the run's own.
const GIVEN: &str = "was given for a create and may have been there before";

impl Keeping<'_> {
    /// Notes what became of it.
    pub(super) fn end(&self, place: usize, exchange: &Exchange) {
        let request = &exchange.request;
        let is_put = request.method == "PUT";
        let resource = self.resources.made_by(request.operation);
        let path = path_of(&request.target);
        let failure = exchange.last().result.as_ref().err();
        let is_refused = self.refused_within(exchange).is_some();
        let state = match &exchange.last().result {
            Err(failure) => match failure.kind {
                FailureKind::Dns
                | FailureKind::Connect
                | FailureKind::Tls
                | FailureKind::NotRecorded => State::Gone,
                // What was not sent made nothing; a change of what is there makes nothing.
                FailureKind::Cancelled if exchange.last().took.is_zero() => State::Gone,
                // What this run called so is nobody else's.
                _ if is_put && request.fresh => State::At(path.to_owned()),
                _ if is_put || resource.is_none() => State::Gone,
                _ => State::Unknown,
            },
            Ok(_) if is_put && is_refused => State::Gone,
            Ok(answer) if is_put => self.put(request, answer),
            Ok(answer) if answer.status / 100 == 2 || is_redirect(answer.status) => {
                let state = self.created(place, request, answer);
                match is_refused && state == State::Somewhere {
                    true => self.refused(place, resource.is_some()),
                    false => state,
                }
            }
            // It may have failed only after it was done.
            Ok(answer) if answer.status >= 500 && resource.is_some() => State::Unknown,
            Ok(_) => State::Gone,
        };
        let may_come = |kind| matches!(kind, FailureKind::Timeout | FailureKind::Cancelled);
        self.made()[place].may_come = failure.is_some_and(|failure| may_come(failure.kind));
        let status = exchange.answer().map_or(0, |answer| answer.status);
        self.made()[place].is_sure = (status / 100 == 2 && !is_refused) || is_redirect(status);
        self.made()[place].is_told = status != 200;
        let documented = |status| {
            let mut successes = self.operation(request).successes();
            successes.any(|one| one.key == StatusKey::Exact(status))
        };
        // Where the document has both, 201 is for what is new and 200 for what is there.
        let says_new = match status {
            201 => Some(true),
            200 if !is_put && documented(200) && documented(201) => Some(false),
            _ => None,
        };
        self.settle(place, state, (is_put, says_new));
        if let (Some(resource), Some(answer)) = (resource, exchange.answer()) {
            let answered = serde_json::from_slice(&answer.body).unwrap_or_default();
            let sent = request.body.as_ref();
            let sent = sent.and_then(|body| serde_json::from_slice(&body.bytes).ok());
            let mut made = self.made();
            self.note_member(&mut made[place], resource, &sent.unwrap_or_default());
            self.note_member(&mut made[place], resource, &answered);
        }
    }

    /// What the answer to a PUT says of what is at its path.
    fn put(&self, request: &Request, answer: &Answer) -> State {
        let path = path_of(&request.target);
        let at = || State::At(path.to_owned());
        if answer.status >= 500 && request.fresh {
            return at();
        }
        if answer.status / 100 != 2 {
            return State::Gone;
        }
        // One that answers 201 whatever it does says nothing by it.
        let mut successes = self.operation(request).successes();
        let tells =
            successes.any(|one| !matches!(one.key, StatusKey::Default | StatusKey::Exact(201)));
        let made = self.made();
        let known = made
            .iter()
            .filter(|one| one.owns(path))
            .max_by_key(|one| one.is_at(path));
        match known.map(|one| one.is_at(path)) {
            // It changed what the run made, or something that goes with it.
            Some(true) => return State::Gone,
            Some(false) if answer.status != 201 => return State::Gone,
            _ => drop(made),
        }
        if request.fresh || self.before.was_absent(path) || answer.status == 201 && tells {
            return at();
        }
        let why = format!(
            "was there for all that its PUT (answered {}) tells",
            answer.status
        );
        self.before.note_foreign(path, &why);
        match self.is_named(request) && answer.status != 201 {
            true => State::Gone,
            false => State::Doubtful(path.to_owned(), why),
        }
    }

    /// What is known of what was to be made, where that was refused in the body and nothing was named.
    fn refused(&self, place: usize, is_kind: bool) -> State {
        let made = &mut self.made()[place];
        made.claims.clear();
        // A list shows it, should it be there all the same.
        match is_kind && !made.sent.marks.is_empty() {
            true => State::Unknown,
            false => State::Gone,
        }
    }

    /// Whether a POST that nothing is known of may have made something that has a mark or no name at all.
    fn may_make(&self, request: &Request, sent: &Sent) -> bool {
        let operation = self.operation(request);
        let path = path_of(&request.target);
        let goes_with = self.made().iter().any(|one| one.owns(path));
        let says = |list: &[&str]| acts::says(operation, list);
        !goes_with && !says(&acts::READS) && (!sent.marks.is_empty() || says(&acts::MAKES))
    }

    /// What the answer to a create says of what it made.
    fn created(&self, place: usize, request: &Request, answer: &Answer) -> State {
        if self.made()[place].sent.is_empty_list() && holds_nothing(answer) {
            return State::Gone;
        }
        let Some(resource) = self.resources.made_by(request.operation) else {
            let sent = self.made()[place].sent.clone();
            let makes = answer.status == 201 || self.may_make(request, &sent);
            return if makes { State::Somewhere } else { State::Gone };
        };
        let template = &self.operation(request).path;
        let takes_names = self.takes_names(resource);
        let mut made = self.made();
        let one = &mut made[place];
        let sent = (request, &one.sent);
        one.claims = claims((resource, template), takes_names, sent, answer);
        // What it was called is not always where it is.
        let first = one.claims.first().filter(|first| !first.is_named);
        match first {
            Some(first) => State::At(first.path.clone()),
            None if is_redirect(answer.status) => State::Gone,
            None => State::Somewhere,
        }
    }

    /// Whether what the run calls something may be what it goes by in a path.
    fn takes_names(&self, resource: &Resource) -> bool {
        let item = [resource.read, resource.delete]
            .into_iter()
            .flatten()
            .next();
        let item = item.map(|ix| &self.plan.contract.operations[ix]);
        let mut parameters = item.into_iter().flat_map(|item| &item.parameters);
        let own = parameters.find(|one| one.name == resource.parameter);
        own.is_none_or(|one| one.allows(&Value::from("conform-c0000000a")))
    }

    /// Notes where it is, if that is known, and whose it is; `says_new` where the answer says whether it was made.
    fn settle(&self, place: usize, state: State, (is_put, says_new): (bool, Option<bool>)) {
        let mut made = self.made();
        let State::At(path) = &state else {
            made[place].state = state;
            return;
        };
        // A mark beside the key that it goes by does not tell whether the key was free.
        let is_chosen = made[place].chosen.as_ref() == Some(path);
        let is_marked =
            |one: &Made| !one.sent.marks.is_empty() && one.chosen.as_ref() != Some(path);
        let is_fresh = made[place].request.fresh;
        let was_read = !is_fresh && self.before.was_read(path, place);
        let was_listed =
            !is_fresh && !is_marked(&made[place]) && self.before.was_listed(path, place);
        let was_listed = was_listed || says_new == Some(false) && !is_marked(&made[place]);
        let earlier = made[..place].iter().position(|one| one.state == state);
        let is_other = |one: &Made| {
            let (known, own) = (&one.request, &made[place].request);
            (&known.target, &known.body) != (&own.target, &own.body)
        };
        // Without a mark a create may well give what is there already, if it does not say that it made it.
        let is_telling = is_marked(&made[place])
            || !was_read
                && !was_listed
                && earlier.is_none_or(|known| says_new == Some(true) || is_other(&made[known]));
        let first = made[place].claims.first();
        let is_it = first.is_some_and(|one| one.is_own || one.is_direct);
        // The same key once more may be the same thing once more.
        let is_again = (is_chosen || made[place].is_keyed) && earlier.is_some();
        if !is_put && is_telling && is_it && !is_again {
            made[place].is_new = Some(!was_read && earlier.is_none());
        }
        match earlier {
            None if was_read || was_listed => self.before.note_foreign(path, GIVEN),
            // An id that the client chose is its own, however often it is sent.
            Some(known)
                if !is_put
                    && !is_chosen
                    && !is_marked(&made[place])
                    && !is_marked(&made[known]) =>
            {
                self.before.note_foreign(path, GIVEN);
                made[known].state = State::Doubtful(path.clone(), GIVEN.to_owned());
            }
            _ => {}
        }
        if is_put && made[place].claims.is_empty() {
            made[place].claims.push(Claim {
                path: path.clone(),
                is_own: true,
                is_direct: true,
                is_named: false,
            });
        }
        // What was there before is not the run's own, whatever the answer says.
        made[place].state = match was_read || was_listed || earlier.is_some() {
            true => State::Gone,
            false => state,
        };
    }
}

/// Whether a status sends the client to what was made, as after a form (RFC 9110, section 15.4.4).
fn is_redirect(status: u16) -> bool {
    matches!(status, 302 | 303)
}

/// Whether an answer tells of nothing: it is empty, or has empty lists only.
fn holds_nothing(answer: &Answer) -> bool {
    fn is_bare(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.values().all(is_bare),
            _ => false,
        }
    }
    let is_blank = answer.body.iter().all(u8::is_ascii_whitespace);
    is_blank || serde_json::from_slice(&answer.body).is_ok_and(|body| is_bare(&body))
}
