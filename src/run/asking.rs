//! Says with each request which case sends it, so that a recording can give every case its own answers back.

use std::sync::Arc;

use crate::exchange::Request;
use crate::transport::{Pausing, Sending, Transport};

/// A transport as one case has it.
pub(super) struct Asking<'a> {
    pub(super) inner: &'a dyn Transport,
    /// Its id.
    pub(super) case: Arc<str>,
}

impl Transport for Asking<'_> {
    fn send(&self, mut request: Request) -> Sending<'_> {
        request.case = Some(Arc::clone(&self.case));
        self.inner.send(request)
    }

    fn pause(&self, time: std::time::Duration) -> Pausing<'_> {
        self.inner.pause(time)
    }
}
