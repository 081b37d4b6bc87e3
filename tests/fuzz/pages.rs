//! A walk over large pages takes the memory of one, whatever is in them.

use std::sync::Arc;
use std::time::Duration;

use conform::exchange::{Answer, Attempt, BodyEnd, Exchange, Request};
use conform::ledger::Gate;
use conform::run::{RunOptions, Runner, Silence, Stop};
use conform::transport::{Pausing, Sending, Transport};

use super::answers::right;
use super::bounds::{taken, turn};

/// As many pages of the same text.
struct Pages {
    answer: Answer,
    text: String,
    count: usize,
}

impl Transport for Pages {
    fn send(&self, request: Request) -> Sending<'_> {
        let page = request.target.rsplit_once("page=");
        let page: usize = page.map_or(1, |(_, page)| page.parse().unwrap());
        let next = match page < self.count {
            true => format!(
                r#""next": "http://h{}&page={}""#,
                path(&request.target),
                page + 1
            ),
            false => r#""next": null"#.to_owned(),
        };
        let body = format!(r#"{{"metadata": {{{next}}}, "data": [{}]}}"#, self.text);
        let answer = Answer {
            body: Arc::new(body.into_bytes()),
            end: BodyEnd::Complete,
            ..self.answer.clone()
        };
        let exchange = Exchange {
            url: request.target.clone(),
            request,
            headers: Vec::new(),
            attempts: vec![Attempt {
                result: Ok(answer),
                took: Duration::ZERO,
                waited: Duration::ZERO,
            }],
        };
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, _: Duration) -> Pausing<'_> {
        Box::pin(std::future::ready(()))
    }
}

fn path(target: &str) -> &str {
    target.split_once("&page=").map_or(target, |(path, _)| path)
}

#[test]
fn of_two_pages_one_is_in_memory() {
    let _turn = turn();
    let (plan, answer) = right();
    let only = plan
        .cases
        .iter()
        .map(|case| case.id == "walk" || case.id == "valid-first-page");
    let options = RunOptions {
        only: Some(only.collect()),
        ..RunOptions::default()
    };
    let peak = |count: usize| {
        let pages = Pages {
            answer: answer.clone(),
            text: vec!["\"abc\""; 350_000].join(","),
            count,
        };
        let (gate, stop) = (Gate::default(), Stop::default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        taken(|| {
            let runner = Runner::new(&plan, &pages, options.clone(), &gate, &Silence, &stop);
            let walked = runtime.block_on(runner.run()).cases;
            let walked = walked.iter().map(|run| run.pages).max();
            assert!(walked >= Some(count as u64), "{walked:?}");
        })
    };
    let (one, three) = (peak(1), peak(3));
    assert!(three < one + one / 4, "{one} {three}");
}
