//! Defects over the wire: the very breaks that `prove` plays, served by the reference server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::battery::{Plan, Selection};
use crate::contract::{ClauseIx, Kind, nearest};
use crate::exchange::{Answer, Attempt, BodyEnd, Credentials, Exchange, Key, Recording, Request};
use crate::mock::{Credentials as Seen, Edit, MockConfig, MockServer, Reply, SeenRequest};
use crate::prove::{Edit as Break, Mutant, Sent, World, mutants_of};
use crate::run::record;

use super::settings::Settings;
use super::{CliError, target};

/// What can be broken of the reference server: it is recorded whole first.
pub struct Defects {
    plan: Arc<Plan>,
    recording: Recording,
    /// Where it was recorded.
    origin: String,
}

/// One clause broken.
pub struct Defect {
    /// The change of its replies.
    pub edit: Edit,
    /// What is done, in words.
    pub how: String,
}

impl Defects {
    /// Records what a server of that kind answers to the battery, at once and without a limit.
    pub async fn known(config: &MockConfig) -> Result<Defects, CliError> {
        let quick = MockConfig {
            items: config.items,
            page_size: config.page_size,
            ..MockConfig::default()
        };
        let fail = |error: &dyn std::fmt::Display| CliError::new(error.to_string());
        let server = MockServer::start(quick)
            .await
            .map_err(|error| fail(&error))?;
        let settings = Settings::default();
        let selection = Selection {
            has_restricted: true,
            ..Selection::default()
        };
        let plan = target::setup(&settings).plan(selection, true)?;
        let origin = server.base_url().to_owned();
        let (url, _) = target::base_url(&origin)?;
        let auth = crate::suite::auth(&plan, crate::suite::reference_keyring(&plan))?;
        let config = target::live_config(&settings, url, auth)?;
        let recording = record(&plan, config, std::future::pending())
            .await
            .map_err(|error| fail(&error))?;
        server.stop().await;
        Ok(Defects {
            plan: Arc::new(plan),
            recording,
            origin,
        })
    }

    /// All defects that can be served: clause, variant, and what is done.
    pub fn list(&self) -> Vec<(String, String, String)> {
        let world = World::new(&self.plan, &self.recording);
        let mut out = Vec::new();
        for (ix, clause) in self.plan.clauses.iter() {
            for mutant in servable(&world, ix, clause.kind()) {
                out.push((clause.id().to_owned(), mutant.variant, mutant.what));
            }
        }
        out
    }

    /// A clause broken at a base URL, named by its id or its id without the operation, with `:VARIANT` behind it if
    /// wanted.
    pub fn defect(&self, wanted: &str, base_url: &str) -> Result<Defect, CliError> {
        let recording = moved(&self.recording, &self.origin, base_url);
        let world = World::new(&self.plan, &recording);
        let found = |name: &str| {
            self.plan
                .clauses
                .iter()
                .find(|(_, clause)| clause.id() == name || clause.tail() == name)
                .map(|(ix, clause)| (ix, clause.kind(), clause.id().to_owned()))
        };
        let (clause, variant) = match found(wanted) {
            Some(clause) => (Some(clause), None),
            None => match wanted.rsplit_once(':') {
                Some((name, variant)) => (found(name), Some(variant)),
                None => (None, None),
            },
        };
        let Some((ix, kind, id)) = clause else {
            let all = || self.plan.clauses.iter().map(|(_, clause)| clause);
            let tails = all().map(|clause| clause.tail());
            let hint = nearest::hint(wanted, tails.chain(all().map(|clause| clause.id())));
            return Err(CliError::new(format!(
                "--defect: the contract has no clause `{wanted}`{hint}; --list-defects shows all"
            )));
        };
        let mutants = servable(&world, ix, kind);
        let chosen = match variant {
            Some(variant) => mutants.iter().find(|mutant| mutant.variant == variant),
            None => mutants
                .iter()
                .find(|mutant| mutant.variant.ends_with("late"))
                .or_else(|| mutants.first()),
        };
        let Some(mutant) = chosen else {
            return Err(CliError::new(format!(
                "--defect: {id} cannot be broken so over HTTP; --list-defects shows what can be"
            )));
        };
        Ok(Defect {
            edit: over_the_wire(&self.plan, mutant.edit.clone()),
            how: format!("{id} ({}): {}", mutant.variant, mutant.what),
        })
    }
}

/// A recording as if it had been made at another base URL.
fn moved(recording: &Recording, from: &str, to: &str) -> Recording {
    let mut recording = recording.clone();
    let answers = recording.exchanges.iter_mut();
    let attempts = answers.flat_map(|exchange| &mut exchange.attempts);
    for answer in attempts.filter_map(|attempt| attempt.result.as_mut().ok()) {
        if let Ok(text) = std::str::from_utf8(&answer.body) {
            answer.body = Arc::new(text.replace(from, to).into_bytes());
        }
    }
    recording
}

/// The mutants of a clause that a whole HTTP answer can carry.
fn servable(world: &World<'_>, ix: ClauseIx, kind: Kind) -> Vec<Mutant> {
    if kind == Kind::Complete {
        return Vec::new();
    }
    mutants_of(world, ix)
}

/// Turns a break of recorded exchanges into a change of replies.
fn over_the_wire(plan: &Arc<Plan>, edit: Break) -> Edit {
    let plan = Arc::clone(plan);
    let turns: Mutex<HashMap<Key, usize>> = Mutex::default();
    Arc::new(move |seen, reply| {
        let exchange = exchange_of(&plan, seen, &reply);
        for credentials in claims(seen.credentials) {
            let request = Request {
                credentials,
                ..exchange.request.clone()
            };
            let turn = {
                let mut turns = turns.lock().unwrap_or_else(PoisonError::into_inner);
                let turn = turns.entry(request.key()).or_insert(0);
                *turn += 1;
                *turn - 1
            };
            let sent = Sent {
                request: &request,
                turn,
                recorded: Some(&exchange),
            };
            if let Some(broken) = edit.apply(&sent)
                && let Some(answer) = broken.answer()
            {
                return reply_of(answer, &reply);
            }
        }
        reply
    })
}

/// What a client may have claimed, as far as a server can tell.
fn claims(seen: Seen) -> impl Iterator<Item = Credentials> {
    Credentials::ALL.into_iter().filter(move |who| match seen {
        Seen::Full => *who == Credentials::Valid,
        Seen::Restricted => *who == Credentials::Restricted,
        Seen::None => *who == Credentials::None,
        Seen::Wrong => who.are_wrong(),
    })
}

/// The operation of a request: the one that a case with the same path asks, else the first.
fn operation_of(plan: &Plan, target: &str) -> usize {
    let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
    let mut steps = plan.cases.iter().flat_map(|case| &case.steps);
    let found = steps.find(|step| {
        let mut requests = step.requests.iter();
        requests.any(|request| path(&request.target) == path(target))
    });
    found.map_or(0, |step| step.operation)
}

fn exchange_of(plan: &Plan, seen: &SeenRequest<'_>, reply: &Reply) -> Exchange {
    let answer = Answer {
        status: reply.status,
        headers: reply.headers.clone(),
        body: Arc::new(reply.body.clone()),
        end: BodyEnd::Complete,
    };
    Exchange {
        request: Request {
            operation: operation_of(plan, seen.target),
            method: seen.method.to_owned(),
            target: seen.target.to_owned(),
            credentials: Credentials::Valid,
            ..Request::default()
        },
        url: seen.target.to_owned(),
        headers: Vec::new(),
        attempts: vec![Attempt {
            result: Ok(answer),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        }],
    }
}

fn reply_of(answer: &Answer, own: &Reply) -> Reply {
    let mut reply = Reply {
        status: answer.status,
        headers: answer.headers.clone(),
        body: answer.body.to_vec(),
    };
    // A copied answer brings a made-up request id, the same at every turn; the server's own is never the same twice.
    let is_made = |id: &str| {
        id.strip_prefix("conform-").is_some_and(|rest| {
            rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    if let (Some(made), Some(fresh)) = (reply.header("X-Request-Id"), own.header("X-Request-Id"))
        && is_made(made)
    {
        let fresh = fresh.to_owned();
        reply.set_header("X-Request-Id", &fresh);
    }
    reply
}
