//! Lists that come in pages, whole.

use batchite_api::backend::ListOptions;
use batchite_api::error::Result;
use batchite_api::page::Page;

/// The entries of all pages.
pub(super) async fn all_pages<T>(
    mut options: ListOptions,
    fetch: impl AsyncFn(ListOptions) -> Result<Page<T>>,
) -> Result<Vec<T>> {
    let mut all = Vec::new();
    loop {
        let page = fetch(options.clone()).await?;
        all.extend(page.items);
        options.continuation = page.continuation;
        if options.continuation.is_none() {
            return Ok(all);
        }
    }
}
