//! A step that looks for a value in a list: the pages after the first, as far as it takes.

use std::time::Duration;

use serde_json::Value;

use crate::battery::{Captured, Listing};
use crate::check::acceptance::{Acceptance, Asked};
use crate::check::listing::{self, Shown};
use crate::check::page;
use crate::check::response::{Body, Spot};
use crate::check::walk::{Onward, Walked};
use crate::contract::ClauseIx;
use crate::exchange::Exchange;
use crate::ledger::Sightings;

use super::Runner;
use super::patience::took;
use super::record::CaseRun;
use super::walk::next_request;

/// What was found of a list.
enum Found {
    /// The value, on one of its pages.
    It,
    /// All of the list, without it.
    All,
    /// Less than that: why.
    Less(String),
}

impl Runner<'_> {
    /// Looks for a value from the first page on; what that means, and how long the other pages took.
    pub(super) async fn look_through(
        &self,
        run: &mut CaseRun,
        asked: Asked<'_>,
        (listing, clause): &(Listing, ClauseIx),
        (exchange, body, spot): (&Exchange, &Body, Spot),
        captured: &Captured,
        own: &mut Sightings,
    ) -> (Acceptance, Duration) {
        let value = listing.value_of(captured);
        let (mut more, mut pages) = (Duration::ZERO, 0);
        let found = self
            .pages_with(
                run,
                asked,
                (listing, &value),
                (exchange, body),
                &mut more,
                &mut pages,
            )
            .await;
        let is_right = match found {
            Found::Less(why) => return (Acceptance::Open(why), more),
            Found::It => listing.has,
            Found::All => !listing.has,
        };
        let seen = (is_right, pages);
        listing::settle(
            self.plan,
            asked,
            (listing, *clause),
            &value,
            seen,
            spot,
            own,
        );
        let acceptance = match is_right {
            true => Acceptance::Accepted,
            false => Acceptance::Broken,
        };
        (acceptance, more)
    }

    /// Reads page after page until the value is found.
    async fn pages_with(
        &self,
        run: &mut CaseRun,
        asked: Asked<'_>,
        (listing, value): (&Listing, &Value),
        (exchange, body): (&Exchange, &Body),
        more: &mut Duration,
        pages: &mut u64,
    ) -> Found {
        let step = asked.step;
        let mut walked = step
            .collection
            .as_ref()
            .map(|collection| Walked::new(collection, &asked.request.target));
        let mut target = asked.request.target.clone();
        let mut later: Option<(Exchange, Body)> = None;
        loop {
            let (exchange, body) = later
                .as_ref()
                .map_or((exchange, body), |(exchange, body)| (exchange, body));
            *pages += 1;
            let answer = exchange.answer().filter(|answer| answer.status / 100 == 2);
            let (Some(answer), Some(page)) = (answer, body.value()) else {
                let counts = step
                    .collection
                    .as_ref()
                    .is_some_and(|one| one.next.is_counted());
                let refused = exchange
                    .answer()
                    .is_some_and(|answer| answer.status / 100 == 4);
                // Where pages are only counted, nobody said that there is another one.
                if *pages > 1 && counts && refused {
                    return Found::All;
                }
                return Found::Less(format!("page {pages} of the list cannot be read"));
            };
            let count = match listing::look(listing, value, page) {
                Shown::Found => return Found::It,
                Shown::NoList => {
                    let at = &listing.text;
                    return Found::Less(format!("page {pages} has no list at {at}"));
                }
                Shown::Absent(count) => count,
            };
            let (Some(walked), Some(collection)) = (&mut walked, &step.collection) else {
                let operation = &self.plan.contract.operations[step.operation];
                let why = listing::why_not_whole(operation, listing, answer, page, count);
                return why.map_or(Found::All, Found::Less);
            };
            let read = page::read_answer(collection, answer, page);
            target = match walked.page(&read, &target, run.next_number(), false) {
                Onward::End => return Found::All,
                Onward::Follow(next) if *pages < self.options.max_pages => next,
                Onward::Follow(_) => {
                    let why = format!("the list has more than {pages} pages (--max-pages)");
                    return Found::Less(why);
                }
                Onward::Stop(why) => {
                    let why = why.unwrap_or_else(|| "its pages do not end".to_owned());
                    return Found::Less(format!("the list cannot be read whole: {why}"));
                }
            };
            let request = next_request(step, asked.request, collection, &target);
            drop(later.take());
            let exchange = self.transport.send(request).await;
            let body = self.body_of(&exchange);
            *more += took(&exchange);
            let before = run.seen.breaks();
            run.judge(self.plan, asked.request, &exchange, &body, true, *pages + 1);
            run.keep(exchange.clone(), before);
            later = Some((exchange, body));
        }
    }
}
