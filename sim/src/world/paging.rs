//! Pages of lists: where one goes on, and how many entries it has.

use batchite_api::backend::ListOptions;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::page::{Continuation, Page};

/// Where a list of the world goes on: the offset its continuation holds.
pub(super) fn continuation_offset(options: &ListOptions) -> Result<usize> {
    match &options.continuation {
        None => Ok(0),
        Some(token) => token.as_str().parse().map_err(|_| foreign_continuation(token)),
    }
}

/// The refusal of a continuation that no list gave out.
pub(super) fn foreign_continuation(token: &Continuation) -> Error {
    Error::batch(ErrorCode::InvalidQueryParameterValue)
        .with_detail("QueryParameterName", "$skiptoken")
        .with_detail("QueryParameterValue", token.as_str())
        .with_detail("Reason", "The token was not given out by this service.")
}

/// One page of the entries that passed, each with its place in the list.
pub(super) fn page<P: ToString, T, U>(
    mut passing: impl Iterator<Item = (P, T)>,
    options: &ListOptions,
    mut view: impl FnMut(T) -> U,
) -> Result<Page<U>>
where
    U: serde::Serialize + serde::de::DeserializeOwned,
{
    let size = options.page_size()?;
    let select = options.select()?;
    let mut items = Vec::new();
    while items.len() < size {
        let Some((_, entry)) = passing.next() else {
            return Ok(Page {
                items,
                continuation: None,
            });
        };
        let model = view(entry);
        items.push(match &select {
            Some(select) => select.apply(&model)?,
            None => model,
        });
    }
    let continuation = passing
        .next()
        .map(|(place, _)| Continuation::new(place.to_string()));
    Ok(Page { items, continuation })
}
