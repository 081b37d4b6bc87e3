//! What the reference server is told before it starts, and why it may refuse to start.
//! A configuration never changes while a server runs on it.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::reply::{Reply, SeenRequest};

/// The most items a collection can hold: the contract's `total_size` is an `int32`.
pub(super) const MAX_ITEMS: u64 = i32::MAX as u64;

/// The most items a page can hold; about 120 MB of JSON.
pub(super) const MAX_PAGE_SIZE: usize = 100_000;

/// A hook that may change any part of a reply.
///
/// It is called on every reply just before it is sent; `Content-Length` is computed after it.
pub type Edit = Arc<dyn Fn(&SeenRequest<'_>, Reply) -> Reply + Send + Sync>;

/// How the reference server behaves.
#[derive(Clone)]
pub struct MockConfig {
    /// The loopback port to listen on; 0 takes a free one.
    pub port: u16,
    /// How many versions the first plugin has in the first environment; at most 2,147,483,647.
    pub items: u64,
    /// How many versions a page holds; 1 to 100,000.
    pub page_size: usize,
    /// How many authenticated requests a window of one second admits; `None` admits all.
    pub limit: Option<u32>,
    /// How long to wait before every answer.
    pub latency: Duration,
    /// Called on every reply just before it is sent.
    pub edit: Option<Edit>,
}

impl MockConfig {
    /// Refuses what the contract could not express.
    pub(super) fn validate(&self) -> Result<(), MockError> {
        if self.items > MAX_ITEMS {
            return Err(MockError::Items { items: self.items });
        }
        if !(1..=MAX_PAGE_SIZE).contains(&self.page_size) {
            return Err(MockError::PageSize {
                page_size: self.page_size,
            });
        }
        Ok(())
    }
}

impl Default for MockConfig {
    fn default() -> Self {
        Self {
            port: 0,
            items: 25,
            page_size: 10,
            limit: None,
            latency: Duration::ZERO,
            edit: None,
        }
    }
}

impl fmt::Debug for MockConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MockConfig")
            .field("port", &self.port)
            .field("items", &self.items)
            .field("page_size", &self.page_size)
            .field("limit", &self.limit)
            .field("latency", &self.latency)
            .field("edit", &self.edit.is_some())
            .finish()
    }
}

/// Why the reference server did not start.
#[derive(Debug, thiserror::Error)]
pub enum MockError {
    /// The port is taken, or may not be used by this user.
    #[error(
        "cannot listen on 127.0.0.1:{port}: {source}; choose another port, or 0 for a free one"
    )]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// The clock says what no date of HTTP can.
    #[error(
        "the clock of this machine is before 1970 or past the year 9999, which no date of an HTTP answer can say; set it right"
    )]
    Clock,
    /// More items than `total_size` can say.
    #[error(
        "{items} items are more than the contract's int32 total_size can say; ask for at most {MAX_ITEMS}"
    )]
    Items {
        /// The number that was asked for.
        items: u64,
    },
    /// A page that is empty or unreasonably large.
    #[error("a page of {page_size} items cannot be served; ask for 1 to {MAX_PAGE_SIZE}")]
    PageSize {
        /// The size that was asked for.
        page_size: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_three_pages_without_limits() {
        let config = MockConfig::default();
        assert_eq!((config.port, config.items, config.page_size), (0, 25, 10));
        assert!(config.limit.is_none() && config.latency.is_zero() && config.edit.is_none());
        assert!(config.validate().is_ok());
    }

    #[test]
    fn what_the_contract_cannot_express_is_refused() {
        let with_items = |items| MockConfig {
            items,
            ..MockConfig::default()
        };
        assert!(with_items(0).validate().is_ok());
        assert!(with_items(MAX_ITEMS).validate().is_ok());
        let error = with_items(MAX_ITEMS + 1)
            .validate()
            .unwrap_err()
            .to_string();
        assert!(error.contains("2147483648"), "{error}");

        let with_page = |page_size| MockConfig {
            page_size,
            ..MockConfig::default()
        };
        assert!(with_page(1).validate().is_ok());
        assert!(matches!(
            with_page(0).validate(),
            Err(MockError::PageSize { page_size: 0 })
        ));
        assert!(with_page(MAX_PAGE_SIZE + 1).validate().is_err());
    }
}
