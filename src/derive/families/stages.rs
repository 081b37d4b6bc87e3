//! What the document says cannot be done in a state of a thing, nor to what has others below it.

use crate::battery::REFUSED;
use crate::battery::model::{Expects, RequestChange, StepFile};
use crate::derive::acts::is_act;
use crate::derive::body;
use crate::derive::naming::noun;
use crate::derive::parts::shape;
use crate::derive::resource::Resources;
use crate::derive::stages::{Stages, is_barred_by, is_done_at_once, is_kept_for};
use crate::derive::subject::{Made, statuses};

use super::about::About;
use super::kept::{create_step, way};
use super::life::Life;
use super::told::body_like;

const STAGES: &str = "Brings one that the run made into a state in which the document says that this cannot be done, and does it. Who takes no notice of the state changes what was final.";
const FULL: &str = "Makes one with another thing below it, and deletes the first. The document says that it is kept as long as it has any.";

/// What says nothing of the state.
const UNCLEAR: [&str; 9] = [
    "3XX", "401", "403", "404", "405", "412", "428", "429", "503",
];

/// Something that brings a thing into another state.
struct Act {
    ix: usize,
    needs: Vec<String>,
    leads: String,
}

/// What acts on a thing with a state that the document tells.
fn acts(life: &Life<'_>, stages: &Stages) -> Vec<Act> {
    let contract = life.subject.contract;
    let item = shape(&life.resource.item);
    let all = contract.operations.iter().enumerate();
    let acts = all.filter(|(ix, one)| {
        let own = shape(&one.path);
        let is_below = own.len() == item.len() + 1 && own.starts_with(&item);
        is_below && life.stands.get(*ix).is_some() && is_act(contract, one)
    });
    let found = acts.filter_map(|(ix, one)| {
        let leads = stages.led_to(contract, one)?;
        let needs = stages.needed(contract, one);
        (!needs.contains(&leads) && is_done_at_once(contract, one)).then_some(Act {
            ix,
            needs,
            leads,
        })
    });
    found.collect()
}

/// What must be done to what was just made, so that this can be done.
fn ways_to<'a>(acts: &'a [Act], needs: &[String]) -> Vec<&'a Act> {
    let leading = |needs: &[String]| acts.iter().find(|act| needs.contains(&act.leads));
    let Some(last) = leading(needs) else {
        return Vec::new();
    };
    let first = leading(&last.needs).filter(|first| first.ix != last.ix);
    first.into_iter().chain([last]).collect()
}

/// The request of an operation, with its body.
fn request(life: &Life<'_>, ix: usize, way: About) -> Option<RequestChange> {
    let operation = life.operation(ix);
    let mut request = life.request(ix, way)?;
    let is_update = life.resource.updates.contains(&ix);
    request.body = match body::media(operation) {
        Some(_) if is_update => life.body_of(ix, &life.wide(ix)),
        Some(_) => Some(body_like(&(life.valid_of)(ix), Vec::new())),
        None => None,
    };
    Some(request)
}

fn refused(life: &Life<'_>, name: &str, ix: usize, way: About) -> Option<StepFile> {
    let mut step = life.step(name, ix, request(life, ix, way)?);
    step.expects = Expects::Refusal;
    step.accepts = statuses(&["4XX"]);
    step.inconclusive = statuses(&UNCLEAR);
    step.breaks.success = Some(life.clause(ix, REFUSED));
    Some(step)
}

/// A case of such steps; whatever the valid request is answered, what it is about it makes itself.
fn case(life: &Life<'_>, name: &str, means: &str, steps: Vec<StepFile>) -> Made {
    let title = "What the document says cannot be done is refused";
    let mut made = life.case("state", name, title, means, steps);
    made.case.control = Some((life.valid_of)(life.resource.create));
    made
}

/// What cannot be done in a state that the thing is in: at once, and after what brings it there.
pub fn all(life: &Life<'_>, ix: usize) -> Vec<Made> {
    made(life, ix).unwrap_or_default()
}

fn made(life: &Life<'_>, ix: usize) -> Option<Vec<Made>> {
    let (contract, resource) = (life.subject.contract, life.resource);
    let way = way(life).filter(|way| matches!(way, About::Captured | About::Followed))?;
    let stages = Stages::of(contract, life.operation(resource.read?))?;
    let operation = life.operation(ix);
    let needs = stages.needed(contract, operation);
    let acts = acts(life, &stages);
    let step = |name: &str, ix: usize| Some(life.step(name, ix, request(life, ix, way)?));
    let mut out = Vec::new();
    let before = ways_to(&acts, &needs);
    let begun = stages.begun_in(contract, life.operation(resource.create));
    if begun.is_some_and(|begun| !needs.is_empty() && !needs.contains(&begun)) {
        let steps = vec![
            create_step(life, way, None)?,
            life.read("read", way)?,
            refused(life, "early", ix, way)?,
        ];
        out.push(case(life, "too-early", STAGES, steps));
    }
    let own = acts.iter().find(|act| act.ix == ix && !needs.is_empty());
    let mut steps = vec![create_step(life, way, None)?];
    if own.is_some() {
        for (n, act) in before.into_iter().enumerate() {
            steps.push(step(&format!("before-{}", n + 1), act.ix)?);
        }
        steps.push(step("act", ix)?);
        steps.push(life.read("read", way)?);
        steps.push(refused(life, "again", ix, way)?);
    } else {
        let is_over = |act: &&Act| {
            let is_first = ways_to(&acts, &act.needs).is_empty();
            let is_left = !needs.is_empty() && !needs.contains(&act.leads);
            is_first && (is_left || is_barred_by(contract, operation, life.operation(act.ix)))
        };
        let Some(act) = acts.iter().find(is_over).filter(|_| before.is_empty()) else {
            return Some(out);
        };
        steps.push(step("act", act.ix)?);
        steps.push(life.read("read", way)?);
        steps.push(refused(life, "late", ix, way)?);
    }
    out.push(case(life, "too-late", STAGES, steps));
    Some(out)
}

/// A deletion of what has another thing below it.
pub fn full(life: &Life<'_>, resources: &Resources, delete: usize) -> Option<Made> {
    let contract = life.subject.contract;
    let way = way(life).filter(|way| matches!(way, About::Captured | About::Followed))?;
    let item = shape(&life.resource.item);
    let below = resources.iter().find(|one| {
        let create = &life.operation(one.create).path;
        let own = shape(create);
        let is_below = own.len() == item.len() + 1 && own.starts_with(&item);
        let is_made = life.stands.get(one.create).is_some() && !one.is_chosen;
        is_below && is_made && is_kept_for(contract, life.operation(delete), &noun(create))
    })?;
    let steps = vec![
        create_step(life, way, None)?,
        life.read("read", way)?,
        life.step("below", below.create, request(life, below.create, way)?),
        refused(life, "delete", delete, way)?,
    ];
    Some(case(life, "not-empty", FULL, steps))
}
