//! When the next request may go: the rate asked for, the target's quota, and waits before a retry.
//! Nothing else ever makes a request wait, and no single wait is longer than [`LONGEST_WAIT`].

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use httpdate::parse_http_date;
use tokio::time::{Instant, sleep_until};

use crate::exchange::Answer;

/// The longest that anything but the rate makes a request wait at a time.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The wait before the first retry; each further one waits twice as long.
const FIRST_BACKOFF: Duration = Duration::from_millis(100);

/// Hands out turns to send.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Option<Duration>,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// The earliest start that the rate still allows.
    next: Option<Instant>,
    /// Until when the target's quota is used up.
    hold: Option<Instant>,
}

impl Pace {
    /// At most `rate` turns a second; none or 0 is no limit.
    pub(super) fn new(rate: Option<u32>) -> Self {
        let interval = rate
            .filter(|rate| *rate > 0)
            .map(|rate| Duration::from_secs(1) / rate);
        Self {
            interval,
            state: Mutex::default(),
        }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) {
        self.quota().await;
        if let Some(start) = self.reserve() {
            sleep_until(start).await;
            // An answer that came meanwhile may have used the quota up.
            self.quota().await;
        }
    }

    /// Heeds `X-RateLimit-Remaining: 0`: the next turn comes after `X-RateLimit-Reset` seconds.
    pub(super) fn heed(&self, answer: &Answer) {
        if number(answer, "x-ratelimit-remaining") != Some(0) {
            return;
        }
        let Some(seconds) = number(answer, "x-ratelimit-reset") else {
            return;
        };
        let until = Instant::now() + Duration::from_secs(seconds).min(LONGEST_WAIT);
        let mut state = self.state();
        state.hold = state.hold.max(Some(until));
    }

    async fn quota(&self) {
        loop {
            let hold = self.state().hold;
            match hold {
                Some(hold) if hold > Instant::now() => sleep_until(hold).await,
                _ => return,
            }
        }
    }

    fn reserve(&self) -> Option<Instant> {
        let interval = self.interval?;
        let mut state = self.state();
        let now = Instant::now();
        let start = state.next.map_or(now, |next| next.max(now));
        state.next = Some(start + interval);
        (start > now).then_some(start)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The wait before retry number `retry`, counted from 0: what `Retry-After` says where the answer
/// has one (RFC 9110, section 10.2.3), otherwise 100 ms doubled each time; at most 5 s.
pub(super) fn wait_before(retry: u32, answer: Option<&Answer>) -> Duration {
    let asked = answer.and_then(|answer| answer.header("retry-after").find_map(retry_after));
    let wait = asked.unwrap_or_else(|| FIRST_BACKOFF.saturating_mul(1 << retry.min(16)));
    wait.min(LONGEST_WAIT)
}

fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(LONGEST_WAIT, Duration::from_secs));
    }
    let until = parse_http_date(value).ok()?;
    Some(until.duration_since(SystemTime::now()).unwrap_or_default())
}

fn number(answer: &Answer, name: &str) -> Option<u64> {
    answer.header(name).next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::exchange::BodyEnd;

    fn answer(headers: &[(&str, &str)]) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        Answer {
            status: 429,
            headers: headers.collect(),
            body: Arc::default(),
            end: BodyEnd::Complete,
        }
    }

    fn after(value: &str) -> Duration {
        wait_before(0, Some(&answer(&[("Retry-After", value)])))
    }

    #[test]
    fn the_wait_doubles_and_is_bounded() {
        let waits = [0, 1, 2, 5, 6, 40].map(|retry| wait_before(retry, None).as_millis());
        assert_eq!(waits, [100, 200, 400, 3200, 5000, 5000]);
    }

    #[test]
    fn retry_after_is_heeded_in_seconds_and_as_a_date() {
        assert_eq!(after("0"), Duration::ZERO);
        assert_eq!(after(" 2 "), Duration::from_secs(2));
        assert_eq!(after("3600"), LONGEST_WAIT);
        assert_eq!(after("99999999999999999999999"), LONGEST_WAIT);
        assert_eq!(after("soon"), FIRST_BACKOFF);
        assert_eq!(after("-1"), FIRST_BACKOFF);
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Duration::ZERO);
        assert_eq!(after("Sat, 06 Nov 2094 08:49:37 GMT"), LONGEST_WAIT);
        let soon = SystemTime::now() + Duration::from_secs(3);
        let soon = after(&httpdate::fmt_http_date(soon));
        assert!(
            soon > Duration::from_secs(1) && soon <= Duration::from_secs(3),
            "{soon:?}"
        );
    }

    #[test]
    fn every_form_of_a_date_is_understood() {
        for form in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            let moment = parse_http_date(form).unwrap();
            let seconds = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap();
            assert_eq!(seconds.as_secs(), 784_111_777, "{form}");
        }
    }

    #[tokio::test]
    async fn the_rate_spaces_the_turns() {
        let pace = Pace::new(Some(20));
        let start = Instant::now();
        for _ in 0..4 {
            pace.turn().await;
        }
        assert!(
            start.elapsed() >= Duration::from_millis(150),
            "{:?}",
            start.elapsed()
        );
    }

    #[tokio::test]
    async fn nothing_waits_without_a_reason() {
        for pace in [Pace::new(None), Pace::new(Some(0))] {
            pace.heed(&answer(&[
                ("X-RateLimit-Remaining", "1"),
                ("X-RateLimit-Reset", "5"),
            ]));
            pace.heed(&answer(&[("X-RateLimit-Remaining", "0")]));
            let start = Instant::now();
            for _ in 0..1000 {
                pace.turn().await;
            }
            assert!(start.elapsed() < Duration::from_millis(500));
        }
    }

    #[tokio::test]
    async fn a_quota_used_up_holds_everybody_back_for_a_bounded_time() {
        let pace = Pace::new(None);
        let epoch = [
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", "1700000000"),
        ];
        pace.heed(&answer(&epoch));
        let hold = pace.state().hold.unwrap();
        assert!(hold <= Instant::now() + LONGEST_WAIT);
        assert!(
            tokio::time::timeout(Duration::from_millis(100), pace.turn())
                .await
                .is_err()
        );
    }
}
