//! A case in full.

use crate::battery::arazzo::flow::{Call, FlowStep, Next, Target};
use crate::battery::{Accept, Case, Does, Expects, Listed, Plan, PlannedRequest, Step, Whose};
use crate::contract::ClauseIx;

use super::super::terminal::Paint;
use super::super::text::{cut, plural};
use super::{entry, list};

/// With more clauses than this, they are counted by group.
const CLAUSES_LISTED: usize = 12;
/// The widest value of a parameter that is shown whole.
const VALUE_SHOWN: usize = 60;

/// What it sends, what it expects, what it stands on, what it aims at.
pub fn explain(plan: &Plan, case: usize, paint: Paint) -> String {
    let case = &plan.cases[case];
    let operation = plan.operation(case);
    let mut out = entry("case", &case.id, paint);
    out.push_str(&entry("title", &case.title, paint));
    out.push_str(&entry("means", &case.means, paint));
    out.push_str(&list("sends", &sends(plan, case), paint));
    out.push_str(&entry("as", case.step().credentials.words(), paint));
    out.push_str(&entry("expects", expects(case.step().expects), paint));
    let accepts: Vec<String> = case.step().accepts.iter().map(Accept::to_string).collect();
    out.push_str(&entry("accepts", &accepts.join(", "), paint));
    let breaks = |clause: Option<ClauseIx>| clause.map(|ix| plan.clauses.get(ix).tail().to_owned());
    if let Some(id) = breaks(case.step().breaks_success) {
        out.push_str(&entry("", &format!("a success breaks {id}"), paint));
    }
    if let Some(id) = breaks(case.step().breaks_other) {
        out.push_str(&entry("", &format!("any other answer breaks {id}"), paint));
    }
    if let Some(control) = case.control {
        let control = &plan.cases[control];
        out.push_str(&entry(
            "control",
            &format!(
                "{} ({}): without its success this case is inconclusive",
                control.id, control.title
            ),
            paint,
        ));
    }
    if case.core {
        out.push_str(&entry(
            "core",
            "yes: where it is inconclusive, the run is incomplete (exit code 3)",
            paint,
        ));
    }
    if let Some(why) = &case.skipped {
        out.push_str(&entry("not run", why, paint));
    }
    out.push_str(&list("aims at", &aims(plan, case), paint));
    out.push_str(&entry(
        "operation",
        &format!("{} {}", operation.method, operation.path),
        paint,
    ));
    out.push_str(&entry(
        "file",
        &format!("{}:{}", case.source, case.line),
        paint,
    ));
    out
}

/// Each step: its request, what it takes of earlier answers, and what it expects.
fn steps(plan: &Plan, case: &Case) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, step) in case.steps.iter().enumerate() {
        let template = &plan.contract.operations[step.operation].path;
        let accepts: Vec<String> = step.accepts.iter().map(Accept::to_string).collect();
        for request in &step.requests {
            let expects = match accepts.as_slice() {
                [] => String::new(),
                accepts => format!(", expects {}", accepts.join(" or ")),
            };
            let (name, sent) = (&step.name, shown(template, request));
            lines.push(format!("{name}: {sent}{expects}"));
            let follows = request.follows.iter();
            lines.extend(follows.map(|one| format!("    follows the link {}", one.from)));
            let waits = request.waits();
            lines.extend(waits.map(|(place, name)| format!("    {place} from {name}")));
        }
        lines.extend(words(plan, case, step));
        let captures = step.captures.iter();
        lines.extend(captures.map(|one| format!("    captures {} as {}", one.text, one.name)));
        lines.extend(course(case, number));
    }
    lines
}

/// What the step of a workflow demands, what it gives, and what follows it.
fn course(case: &Case, number: usize) -> Vec<String> {
    let workflows = case.flow.iter().flat_map(|flow| &flow.workflows);
    let mut steps = workflows.flat_map(|one| one.steps.iter().map(move |step| (one, step)));
    let is_it = |(_, step): &(_, &FlowStep)| match &step.call {
        Call::Request(asks) => asks.step == number,
        Call::Workflow(..) => false,
    };
    let Some((workflow, step)) = steps.find(is_it) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for criterion in &step.criteria {
        let of = criterion
            .context
            .as_ref()
            .map(|one| format!(" of {}", one.text));
        lines.push(format!(
            "    demands {}{}",
            criterion.text,
            of.unwrap_or_default()
        ));
    }
    let outputs = step.outputs.iter();
    lines.extend(outputs.map(|(name, value)| format!("    gives {name} = {}", value.shown())));
    let actions = [("success", &step.on_success), ("failure", &step.on_failure)];
    for (on, action) in actions
        .into_iter()
        .flat_map(|(on, all)| all.iter().map(move |one| (on, one)))
    {
        let leads = |target: &Target| match target {
            Target::Step(step) => workflow.steps[*step].id.clone(),
            Target::Workflow(place) => {
                let known = workflow.known.iter().find(|(_, known)| known == place);
                let name = known.map_or("another workflow", |(name, _)| name);
                format!("the workflow {name}")
            }
        };
        let does = match &action.does {
            Next::End => "ends".to_owned(),
            Next::Goto(target) => format!("goes to {}", leads(target)),
            Next::Retry {
                after,
                limit,
                first,
            } => {
                let first = first
                    .as_ref()
                    .map(|first| format!(", after {}", leads(first)));
                format!(
                    "tries again up to {limit} times, every {after:?}{}",
                    first.unwrap_or_default()
                )
            }
        };
        let all: Vec<&str> = action.criteria.iter().map(|one| &*one.text).collect();
        let condition = if all.is_empty() {
            String::new()
        } else {
            format!(" where {}", all.join(" and "))
        };
        lines.push(format!("    on {on} {does}{condition}"));
    }
    lines
}

/// What a step says of its answer besides the status.
fn words(plan: &Plan, case: &Case, step: &Step) -> Vec<String> {
    let mut lines = Vec::new();
    let id = |clause: ClauseIx| plan.clauses.get(clause).id().to_owned();
    if let Some((same, clause)) = &step.same {
        let places = same.at.iter().map(|place| match place.there == place.here {
            true => place.here.clone(),
            false => format!("{} (there {})", place.here, place.there),
        });
        let places: Vec<String> = places.collect();
        let of = &case.steps[same.of].name;
        let whose = match same.whose {
            Whose::Sent => "sent",
            Whose::Answered => "was answered",
        };
        let (places, clause) = (places.join(", "), id(*clause));
        lines.push(format!(
            "    has what {of} {whose} at {places}, else breaks {clause}"
        ));
        lines.extend(
            same.answered.map(|clause| {
                format!("    {of} was answered the same, else breaks {}", id(clause))
            }),
        );
    }
    if let Some((listing, clause)) = &step.lists {
        let has = if listing.has {
            "lists"
        } else {
            "does not list"
        };
        let value = match &listing.value {
            Listed::Value(value) => value.to_string(),
            Listed::From(name) => name.clone(),
        };
        let (at, clause) = (&listing.text, id(*clause));
        lines.push(format!(
            "    {has} {value} at {at}, over all pages, else breaks {clause}"
        ));
    }
    if let Some(within) = step.retry {
        lines.push(format!("    tried again for up to {within:?}"));
    }
    if step.always {
        lines.push("    taken also after an earlier step ended the case".to_owned());
    }
    lines
}

fn sends(plan: &Plan, case: &Case) -> Vec<String> {
    if case.does == Does::Steps {
        return steps(plan, case);
    }
    let mut lines = Vec::new();
    if let Some(first) = case.step().requests.first() {
        lines.push(shown(&plan.operation(case).path, first));
    }
    match case.does {
        Does::Request if case.step().requests.len() > 1 => {
            lines.push(format!(
                "and {} more, one for each value:",
                case.step().requests.len() - 1
            ));
            lines.extend(
                case.step()
                    .requests
                    .iter()
                    .map(|one| cut(&one.label, VALUE_SHOWN)),
            );
        }
        Does::Request => {}
        Does::Repeat => lines.push("the same read again, and compares the two".to_owned()),
        Does::Walk => {
            lines.push("then what `next` leads to, as given, to the last page".to_owned());
        }
        Does::Links => {
            lines.push("then what `first`, `prev` and `last` lead to".to_owned());
        }
        Does::Select if case.shows.bound.is_some() || case.shows.word.is_some() => {
            lines.push("where that is not right: the same once more, and once without".to_owned());
        }
        Does::Select if case.sorting.is_some() => {
            if case.step().requests.len() > 1 {
                lines.push("and the same in the other order".to_owned());
            }
            lines.push("where a list is not as asked: the same once more".to_owned());
        }
        Does::Select => lines.push(
            "where that shows others or lacks some: the same with another value, and once more without one"
                .to_owned(),
        ),
        Does::Burst => lines.push("the same read many times in a row".to_owned()),
        Does::Steps => {}
    }
    lines
}

/// The request as meant: a parameter whose value the user gives stands in braces.
fn shown(template: &str, request: &PlannedRequest) -> String {
    let value = |name: &str, value: &str| {
        if name == value {
            format!("{{{name}}}")
        } else {
            cut(value, VALUE_SHOWN)
        }
    };
    let mut path = template.to_owned();
    for (name, text) in &request.path {
        path = path.replace(&format!("{{{name}}}"), &value(name, text));
    }
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(name, text)| format!("{name}={}", value(name, text)))
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{} {path}{mark}{}", request.method, query.join("&"))
}

fn expects(expects: Expects) -> &'static str {
    match expects {
        Expects::Success => "a success, as to any valid request",
        Expects::Refusal => "a refusal that says what is wrong with the request",
        Expects::Any => "a success or a refusal, as long as it is an accepted one",
    }
}

/// The clauses, or where there are many, how many of each group.
fn aims(plan: &Plan, case: &Case) -> Vec<String> {
    let ids: Vec<&str> = case
        .aims
        .iter()
        .map(|ix| plan.clauses.get(*ix).tail())
        .collect();
    if ids.len() <= CLAUSES_LISTED {
        return ids.into_iter().map(str::to_owned).collect();
    }
    let mut groups: Vec<(String, u64)> = Vec::new();
    for id in &ids {
        let mut segments = id.split('/');
        let first = segments.next().unwrap_or_default();
        let group = match segments.next() {
            Some(second @ ("body" | "header")) => format!("{first}/{second}/**"),
            Some(_) => format!("{first}/**"),
            None => first.to_owned(),
        };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, count)) => *count += 1,
            None => groups.push((group, 1)),
        }
    }
    let mut lines = vec![format!("{}:", plural(ids.len() as u64, "clause"))];
    lines.extend(
        groups
            .into_iter()
            .map(|(group, count)| format!("{count:>4}  {group}")),
    );
    lines
}
