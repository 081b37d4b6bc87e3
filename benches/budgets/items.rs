//! All checks on an item against `serde_json` parsing it, measured on a page of 100.

use std::hint::black_box;
use std::time::Instant;

use conform::battery::{Case, Plan, Reading};
use conform::check::page;
use conform::check::planted::Planted;
use conform::check::response::{self, Scope, Spot};
use conform::check::walk::Walked;
use conform::exchange::Answer;
use conform::ledger::Sightings;
use conform::suite::Suite;
use conform::transport::Transport;
use serde_json::Value;

use super::child::{self, Server};
use super::{Measured, median};

const ITEMS: usize = 100;
const ROUNDS: usize = 400;

/// Fetches one page, then parses and judges it many times in turns.
pub fn measure() -> Vec<Measured> {
    let plan = Suite::reference().plan().unwrap();
    let case = plan.cases.iter().find(|case| case.id == "walk").unwrap();
    let answer = fetch(case);
    let collection = child::collection();
    let (mut parse, mut read, mut judge, mut look) = (vec![], vec![], vec![], vec![]);
    let mut seen = Sightings::default();
    for _ in 0..ROUNDS {
        parse.push(timed(|| {
            black_box(serde_json::from_slice::<Value>(&answer.body).unwrap());
        }));
        let mut body = None;
        read.push(timed(|| {
            body = Some(response::read_body(&answer, Reading::default()))
        }));
        let body = body.unwrap();
        judge.push(timed(|| judge_page(&plan, case, &answer, &body, &mut seen)));
        look.push(timed(|| {
            let page = page::read(&collection, body.value().unwrap());
            let mut look = Walked::new(&collection, &case.step().requests[0].target);
            black_box(look.page(&page, &case.step().requests[0].target, 0, true));
        }));
    }
    assert!(seen.broken().is_empty(), "{:?}", seen.broken());
    let an_item = |times: Vec<f64>| median(times) / ITEMS as f64;
    let (parse, read) = (an_item(parse), an_item(read));
    let (judge, look) = (an_item(judge), an_item(look));
    let twins = (read - parse).max(0.0);
    vec![
        Measured::ratio("  noticing keys that come twice", twins, parse, None),
        Measured::ratio("  headers, schema, evidence, rules", judge, parse, None),
        Measured::ratio("  identity and content for the walk", look, parse, None),
        Measured::ratio(
            "all checks on an item, to serde_json parsing it",
            twins + judge + look,
            parse,
            Some(0.8),
        ),
    ]
}

/// Judging a page of a million broken items against one of a million right ones.
pub fn many() -> Vec<Measured> {
    const MANY: usize = 1_000_000;
    let plan = Suite::reference().plan().unwrap();
    let case = plan.cases.iter().find(|case| case.id == "walk").unwrap();
    let answer = fetch(case);
    let page: Value = serde_json::from_slice(&answer.body).unwrap();
    let item = page["data"][0].to_string();
    let right = |n: usize| item.replacen("\"id\":\"", &format!("\"id\":\"{n}"), 1);
    let broken = |_: usize| "{}".to_owned();
    let all_of = |item: &dyn Fn(usize) -> String| -> f64 {
        let mut times = Vec::new();
        let mut seen = Sightings::default();
        // A page of a million would only measure the memory of this machine: many of a thousand cost the same.
        let items: Vec<String> = (0..1_000).map(item).collect();
        let mut page = page.clone();
        let text = format!("[{}]", items.join(","));
        page["data"] = serde_json::from_str(&text).unwrap();
        let body = response::Body::Json(page, None);
        for _ in 0..MANY / items.len() {
            times.push(timed(|| judge_page(&plan, case, &answer, &body, &mut seen)));
        }
        times.iter().sum()
    };
    let (right, broken) = (all_of(&right), all_of(&broken));
    vec![Measured::ratio(
        "judging a million broken items, to a million right ones",
        broken,
        right,
        Some(3.0),
    )]
}

fn judge_page(
    plan: &Plan,
    case: &Case,
    answer: &Answer,
    body: &response::Body,
    seen: &mut Sightings,
) {
    let scope = Scope {
        headers: true,
        items: true,
        last: true,
        over: &std::sync::atomic::AtomicBool::new(false),
        planted: &Planted::default(),
    };
    let spot = Spot {
        exchange: 0,
        page: 1,
    };
    let request = &case.step().requests[0];
    response::judge(
        plan,
        case.step().operation,
        request,
        answer,
        body,
        scope,
        spot,
        seen,
    );
}

fn fetch(case: &Case) -> Answer {
    let server = Server::start(10 * ITEMS as u64, ITEMS);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let transport = child::live(&server.url);
    let request = child::get(&case.step().requests[0].target, None);
    let exchange = runtime.block_on(transport.send(request));
    exchange.answer().unwrap().clone()
}

fn timed(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}
