//! The rate limit: a fixed window of one second, and what its headers say.
//! It reads no clock; the caller says how long the server has been up.

use std::time::Duration;

use super::reply::Reply;

/// What is announced when there is no limit.
const GENEROUS_LIMIT: u32 = 1_000_000;

/// What the rate limit says to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests a window admits.
    pub limit: u32,
    /// Requests the window still admits, after this one; 0 to `limit`.
    pub remaining: u32,
    /// Seconds until the next window, relative and rounded up, so never 0.
    pub reset_seconds: u64,
    /// Whether this request is admitted.
    pub admitted: bool,
}

impl Quota {
    /// The three `X-RateLimit-*` headers that the contract gives to 200 and 429.
    pub(super) fn write_headers(&self, reply: &mut Reply) {
        reply.set_header("X-RateLimit-Limit", self.limit.to_string());
        reply.set_header("X-RateLimit-Remaining", self.remaining.to_string());
        reply.set_header("X-RateLimit-Reset", self.reset_seconds.to_string());
    }
}

/// Counts the requests of the current window.
#[derive(Debug)]
pub(super) struct Window {
    limit: Option<u32>,
    second: u64,
    used: u32,
}

impl Window {
    pub(super) fn new(limit: Option<u32>) -> Self {
        Self {
            limit,
            second: 0,
            used: 0,
        }
    }

    /// Counts one request that came when the server had been up for so long.
    pub(super) fn take(&mut self, uptime: Duration) -> Quota {
        if uptime.as_secs() > self.second {
            self.second = uptime.as_secs();
            self.used = 0;
        }
        let limit = self.limit.unwrap_or(GENEROUS_LIMIT);
        let admitted = self.limit.is_none() || self.used < limit;
        if admitted {
            self.used = self.used.saturating_add(1);
        }
        let left = limit.saturating_sub(self.used);
        Quota {
            limit,
            // Without a limit, 0 would tell the client to wait for nothing.
            remaining: if self.limit.is_none() {
                left.max(1)
            } else {
                left
            },
            reset_seconds: 1,
            admitted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_admits_its_limit_and_the_next_one_starts_anew() {
        let mut window = Window::new(Some(3));
        let at = |millis| Duration::from_millis(millis);
        let seen: Vec<_> = [0, 1, 500, 900, 999, 1000]
            .map(|millis| window.take(at(millis)))
            .map(|quota| (quota.remaining, quota.admitted))
            .into();
        assert_eq!(
            seen,
            [
                (2, true),
                (1, true),
                (0, true),
                (0, false),
                (0, false),
                (2, true)
            ]
        );
    }

    #[test]
    fn a_limit_of_zero_admits_nothing() {
        let quota = Window::new(Some(0)).take(Duration::ZERO);
        assert_eq!(
            (quota.limit, quota.remaining, quota.admitted),
            (0, 0, false)
        );
    }

    #[test]
    fn without_a_limit_the_remainder_never_reaches_zero() {
        let mut window = Window::new(None);
        window.used = GENEROUS_LIMIT - 2;
        for _ in 0..4 {
            let quota = window.take(Duration::ZERO);
            assert!(quota.admitted && quota.remaining >= 1 && quota.remaining <= quota.limit);
        }
    }

    #[test]
    fn the_headers_are_the_three_of_the_contract() {
        let mut reply = Reply::empty(200);
        Window::new(Some(7))
            .take(Duration::ZERO)
            .write_headers(&mut reply);
        assert_eq!(reply.header("X-RateLimit-Limit"), Some("7"));
        assert_eq!(reply.header("X-RateLimit-Remaining"), Some("6"));
        assert_eq!(reply.header("X-RateLimit-Reset"), Some("1"));
    }
}
