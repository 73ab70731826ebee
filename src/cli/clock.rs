//! The clock of this machine.

use crate::host::pace::system_now;
use async_trait::async_trait;
use batchite_api::time::{Clock, TimeSpan, Timestamp};

/// Time as the machine tells it, for those who speak to services of the same time.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    async fn sleep(&self, span: TimeSpan) {
        tokio::time::sleep(span.to_std()).await;
    }
}
