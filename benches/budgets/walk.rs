//! A walk of 10,000 pages of 100 items over real HTTP: its time against a bare walk, and its peak memory.

use super::Measured;
use super::child::{self, Server, Walked};

const PAGE: usize = 100;
const ROUNDS: usize = 2;
const MIB: f64 = 1024.0 * 1024.0;

/// Walks in turns, and takes the best time of each kind: what is left then is least due to the neighbours.
pub fn measure() -> Vec<Measured> {
    let pages = std::env::var("CONFORM_BENCH_PAGES");
    let pages: u64 = pages
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let server = Server::start(pages * PAGE as u64, PAGE);
    let mut rounds: Vec<(Walked, Walked)> = Vec::new();
    for _ in 0..ROUNDS {
        let bare = child::walk("bare", &server.url);
        rounds.push((bare, child::walk("judged", &server.url)));
    }
    let least = |of: fn(&(Walked, Walked)) -> f64| rounds.iter().map(of).fold(f64::MAX, f64::min);
    let (bare, judged) = (least(|r| r.0.seconds), least(|r| r.1.seconds));
    let items = pages * PAGE as u64;
    assert_eq!(rounds[0].0.items, items);
    assert!(rounds[0].1.items >= items);
    let peak = rounds.iter().map(|r| r.1.peak).fold(0.0, f64::max);
    let budget = 64.0 * MIB + 24.0 * items as f64;
    vec![
        Measured::ratio(
            &format!("a walk of {pages} pages of {PAGE}, to a bare walk"),
            judged,
            bare,
            Some(1.2),
        ),
        Measured {
            what: format!("peak memory of that walk, MiB ({items} items)"),
            shown: format!("{:.1} MiB (bare {:.1})", peak / MIB, rounds[0].0.peak / MIB),
            value: peak / MIB,
            budget: Some(budget / MIB),
        },
    ]
}
