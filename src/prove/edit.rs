//! An edit as a value: which requests it is about, and what becomes of their answers. It says nothing of why.

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::exchange::{Answer, Credentials, Exchange, Key, Request};

/// A request as an edit sees it.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// The request.
    pub request: &'a Request,
    /// How many of its kind came before.
    pub turn: usize,
    /// What the recording answers.
    pub recorded: Option<&'a Exchange>,
}

type Test = Arc<dyn Fn(&Sent<'_>) -> bool + Send + Sync>;
/// Changes an answer; `false` leaves it as recorded.
type Change = Arc<dyn Fn(&Sent<'_>, &mut Answer) -> bool + Send + Sync>;

/// Which requests an edit is about.
#[derive(Clone)]
pub enum Matcher {
    /// All.
    Any,
    /// Those of whoever may ask, to that operation.
    Allowed(usize),
    /// These.
    Keys(Vec<Key>),
    /// Those of which this holds.
    If(Test),
}

impl Matcher {
    /// Those of which this holds.
    pub fn when(test: impl Fn(&Sent<'_>) -> bool + Send + Sync + 'static) -> Matcher {
        Matcher::If(Arc::new(test))
    }

    fn covers(&self, sent: &Sent<'_>) -> bool {
        let request = sent.request;
        match self {
            Matcher::Any => true,
            Matcher::Allowed(operation) => {
                request.operation == *operation && request.credentials == Credentials::Valid
            }
            Matcher::Keys(keys) => keys.iter().any(|key| is_key_of(key, request)),
            Matcher::If(test) => test(sent),
        }
    }
}

fn is_key_of(key: &Key, request: &Request) -> bool {
    key.target == request.target
        && key.operation == request.operation
        && key.method == request.method
        && key.credentials == request.credentials
        && key.headers == request.headers
        && key.body == request.body
}

/// Where the answers of some requests come from, and what is changed in them.
#[derive(Clone)]
struct Branch {
    when: Matcher,
    instead: Option<Exchange>,
    fresh: Arc<[String]>,
    changes: Vec<Change>,
}

/// Answers some requests in another way, and leaves all others as recorded; the first branch that is about a request
/// decides.
#[derive(Clone, Default)]
pub struct Edit {
    branches: Vec<Branch>,
}

impl Edit {
    /// About these requests; what follows says what becomes of their answers.
    pub fn on(when: Matcher) -> Edit {
        Edit {
            branches: vec![Branch {
                when,
                instead: None,
                fresh: Arc::default(),
                changes: Vec::new(),
            }],
        }
    }

    /// Whether it is about no request at all.
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }

    /// What this edit is not about, the other one may be.
    pub fn or(mut self, other: Edit) -> Edit {
        self.branches.extend(other.branches);
        self
    }

    /// Answered as that exchange was. The headers named in `fresh` are never the same twice, so they become others.
    pub fn as_answer_of(mut self, exchange: &Exchange, fresh: &Arc<[String]>) -> Edit {
        if let Some(branch) = self.branches.last_mut() {
            (branch.instead, branch.fresh) = (Some(exchange.clone()), Arc::clone(fresh));
        }
        self
    }

    /// With that status.
    pub fn status(self, status: u16) -> Edit {
        self.then(move |_, answer| {
            answer.status = status;
            true
        })
    }

    /// With that header, or without it.
    pub fn header(self, name: &str, value: Option<&str>) -> Edit {
        let (name, value) = (name.to_owned(), value.map(str::to_owned));
        self.then(move |_, answer| {
            set_header(answer, &name, value.as_deref());
            true
        })
    }

    /// Changed as a whole; `false` leaves it as recorded.
    pub fn answer(self, change: impl Fn(&mut Answer) -> bool + Send + Sync + 'static) -> Edit {
        self.then(move |_, answer| change(answer))
    }

    /// With its JSON changed; `false` leaves it as recorded, and so does a body that is no JSON.
    pub fn body(self, change: impl Fn(&mut Value) -> bool + Send + Sync + 'static) -> Edit {
        self.body_for(move |_, body| change(body))
    }

    /// As `body`, by what was asked.
    pub fn body_for(
        self,
        change: impl Fn(&Sent<'_>, &mut Value) -> bool + Send + Sync + 'static,
    ) -> Edit {
        self.then(move |sent, answer| {
            let Ok(mut body) = serde_json::from_slice(&answer.body) else {
                return false;
            };
            let is_done = change(sent, &mut body);
            answer.body = Arc::new(body.to_string().into_bytes());
            is_done
        })
    }

    fn then(
        mut self,
        change: impl Fn(&Sent<'_>, &mut Answer) -> bool + Send + Sync + 'static,
    ) -> Edit {
        if let Some(branch) = self.branches.last_mut() {
            branch.changes.push(Arc::new(change));
        }
        self
    }

    /// The answer to a request; `None` where it is the recorded one.
    pub fn apply(&self, sent: &Sent<'_>) -> Option<Exchange> {
        let covers = |branch: &&Branch| branch.when.covers(sent);
        let branch = self.branches.iter().find(covers)?;
        let mut copy = Exchange {
            request: sent.request.clone(),
            ..branch.instead.as_ref().or(sent.recorded)?.clone()
        };
        let answer = copy.attempts.last_mut()?.result.as_mut().ok()?;
        for name in branch.fresh.iter() {
            let own = format!("{:?} {}", sent.request.credentials, sent.request.target);
            let digest = crate::contract::hex(&Sha256::digest(own.as_bytes())[..8]);
            set_header(answer, name, Some(&format!("conform-{digest}")));
        }
        let is_done = branch.changes.iter().all(|change| change(sent, answer));
        let is_other = sent.recorded.and_then(Exchange::answer) != Some(&*answer);
        (is_done && is_other).then_some(copy)
    }
}

/// A variant, what is done, and the edit.
pub type Way = (&'static str, String, Edit);

/// Sets a header, or takes it away.
pub fn set_header(answer: &mut Answer, name: &str, value: Option<&str>) {
    answer
        .headers
        .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    if let Some(value) = value {
        answer.headers.push((name.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Attempt, BodyEnd};
    use std::time::Duration;

    fn exchange(operation: usize, target: &str, body: &str) -> Exchange {
        let answer = Answer {
            status: 200,
            headers: vec![("Id".to_owned(), "1".to_owned())],
            body: Arc::new(body.as_bytes().to_vec()),
            end: BodyEnd::Complete,
        };
        Exchange {
            request: Request {
                operation,
                method: "GET".to_owned(),
                target: target.to_owned(),
                ..Request::default()
            },
            url: target.to_owned(),
            headers: Vec::new(),
            attempts: vec![Attempt {
                result: Ok(answer),
                took: Duration::ZERO,
                waited: Duration::ZERO,
            }],
        }
    }

    #[test]
    fn an_edit_is_about_its_requests_and_does_its_changes() {
        let (a, b) = (
            exchange(0, "/a", r#"{"n":1}"#),
            exchange(1, "/a", "no JSON"),
        );
        let fresh: Arc<[String]> = Arc::from(["Id".to_owned()]);
        let keys = || Matcher::Keys(vec![a.request.key()]);
        let no = |_: &mut Value| false;
        let put = |body: &mut Value| {
            body["n"] = Value::from(2);
            true
        };
        let same = |_: &mut Value| true;
        for (name, edit, of_a, of_b) in [
            (
                "any status",
                Edit::on(Matcher::Any).status(404),
                Some((404, r#"{"n":1}"#)),
                Some((404, "no JSON")),
            ),
            (
                "of an operation",
                Edit::on(Matcher::Allowed(1)).status(404),
                None,
                Some((404, "no JSON")),
            ),
            (
                "of a request",
                Edit::on(keys()).status(404),
                Some((404, r#"{"n":1}"#)),
                None,
            ),
            (
                "the same status",
                Edit::on(Matcher::Any).status(200),
                None,
                None,
            ),
            (
                "the header as it is",
                Edit::on(Matcher::Any).header("Id", Some("1")),
                None,
                None,
            ),
            (
                "no header",
                Edit::on(keys()).header("id", None),
                Some((200, r#"{"n":1}"#)),
                None,
            ),
            (
                "a body",
                Edit::on(Matcher::Any).body(put),
                Some((200, r#"{"n":2}"#)),
                None,
            ),
            (
                "a body that stays",
                Edit::on(Matcher::Any).body(same),
                None,
                None,
            ),
            (
                "refused after a change",
                Edit::on(Matcher::Any).status(404).body(no),
                None,
                None,
            ),
            (
                "another's answer",
                Edit::on(Matcher::Allowed(1)).as_answer_of(&a, &fresh),
                None,
                Some((200, r#"{"n":1}"#)),
            ),
            (
                "one or the other",
                Edit::on(keys())
                    .status(1)
                    .or(Edit::on(Matcher::Any).status(2)),
                Some((1, r#"{"n":1}"#)),
                Some((2, "no JSON")),
            ),
            (
                "when",
                Edit::on(Matcher::when(|sent| sent.turn == 1)).status(404),
                None,
                None,
            ),
        ] {
            for (exchange, wanted) in [(&a, of_a), (&b, of_b)] {
                let sent = Sent {
                    request: &exchange.request,
                    turn: 0,
                    recorded: Some(exchange),
                };
                let edited = edit.apply(&sent);
                let got = edited.as_ref().and_then(Exchange::answer);
                let got =
                    got.map(|answer| (answer.status, std::str::from_utf8(&answer.body).unwrap()));
                assert_eq!(got, wanted, "{name}");
                assert!(edited.is_none_or(|edited| edited.request == exchange.request));
            }
        }
    }
}
