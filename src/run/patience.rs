//! How long a step is tried again before it counts. Time is what the exchanges took and the pauses between them, so that
//! a recording shows the same patience without waiting.

use std::time::Duration;

use crate::exchange::Exchange;

/// The first pause, and the longest.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(1);

/// What is left of a step's patience.
pub(super) struct Patience {
    /// Nothing before the first answer.
    left: Option<Duration>,
    within: Option<Duration>,
    next: Duration,
}

impl Patience {
    /// As a step has it; without any, its first answer counts.
    pub(super) fn of(within: Option<Duration>) -> Patience {
        Patience {
            left: None,
            within,
            next: FIRST,
        }
    }

    /// How long to wait before the step is tried again, after a try that took so long; `None` where this try counts.
    /// Time begins with the first answer, and the last try begins when it is over.
    pub(super) fn pause(&mut self, took: Duration) -> Option<Duration> {
        let left = match self.left {
            None => self.within?,
            Some(left) => left.saturating_sub(took),
        };
        let pause = self.next.min(left);
        self.left = Some(left - pause);
        self.next = (self.next * 2).min(LONGEST);
        Some(pause).filter(|pause| !pause.is_zero())
    }
}

/// How long an exchange took, with what was waited between its attempts.
pub(super) fn took(exchange: &Exchange) -> Duration {
    let attempts = exchange.attempts.iter();
    attempts.map(|attempt| attempt.took + attempt.waited).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses in milliseconds, where each try takes so long.
    fn pauses(within: u64, took: u64) -> Vec<u128> {
        let mut patience = Patience::of(Some(Duration::from_millis(within)));
        let pauses = std::iter::from_fn(|| patience.pause(Duration::from_millis(took)));
        pauses.map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn pauses_grow_until_time_is_over_and_the_last_try_is_not_before() {
        assert_eq!(pauses(50, 0), [50]);
        assert_eq!(pauses(1000, 0), [100, 200, 400, 300]);
        assert_eq!(pauses(1000, 100), [100, 200, 400]);
        assert_eq!(pauses(5000, 0).iter().sum::<u128>(), 5000);
        // However slow the first answer is, it is not the only one.
        assert_eq!(pauses(1000, 60_000), [100]);
        assert_eq!(Patience::of(None).pause(Duration::ZERO), None);
    }
}
