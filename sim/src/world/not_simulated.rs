//! Operations the world does not act on yet. Each answers what the service documents as far as that can be told
//! without simulating anything, and is refused by its name beyond that.

use batchite_api::backend::ListOptions;
use batchite_api::batch::BatchPoolUsageMetrics;
use batchite_api::error::{Error, Result, Service};
use batchite_api::odata::ListKind;
use batchite_api::page::Page;

use super::World;
use super::pool::continuation_offset;

fn not_simulated(operation: &str) -> Error {
    Error::not_simulated(Service::Batch, operation)
}

/// A list with nothing in it; what is asked of it is still checked.
fn nothing<T>(options: &ListOptions, kind: ListKind) -> Result<Page<T>> {
    options.filter(kind)?;
    options.select()?;
    options.page_size()?;
    continuation_offset(options)?;
    Ok(Page::default())
}

impl World {
    /// `GET /poolusagemetrics`
    pub fn list_pool_usage_metrics(&self, options: &ListOptions) -> Result<Page<BatchPoolUsageMetrics>> {
        nothing::<BatchPoolUsageMetrics>(options, ListKind::PerPool)?;
        Err(not_simulated("list_pool_usage_metrics"))
    }
}
