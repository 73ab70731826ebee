//! Batches: many operations on blobs in one request.

use super::{AccessTier, BlobName, ContainerName, DeleteSnapshots};
use crate::auth::Access;
use crate::backend::BlobConditions;
use crate::error::{Error, ErrorCode, Result};

/// Requests one *Blob Batch* holds at most.
pub const BATCH_REQUESTS_MAX: usize = 256;

/// One request of a *Blob Batch*.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRequest {
    /// The container of the blob.
    pub container: ContainerName,
    /// The blob.
    pub blob: BlobName,
    /// What becomes of it.
    pub action: BatchAction,
    /// How this request shows that it may; as the batch itself does when absent.
    pub access: Option<Access>,
}

/// What a request of a batch may ask for. All requests of a batch ask for the same.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchAction {
    /// *Delete Blob*
    Delete {
        /// `x-ms-delete-snapshots`
        snapshots: DeleteSnapshots,
        /// Conditional headers, lease and snapshot.
        conditions: BlobConditions,
    },
    /// *Set Blob Tier*
    SetTier {
        /// `x-ms-access-tier`
        tier: AccessTier,
        /// Tags, lease and snapshot.
        conditions: BlobConditions,
    },
}

impl BatchAction {
    /// What is asked for, without its details.
    pub const fn kind(&self) -> BatchKind {
        match self {
            Self::Delete { .. } => BatchKind::Delete,
            Self::SetTier { .. } => BatchKind::SetTier,
        }
    }
}

/// The operations a batch may be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchKind {
    /// *Delete Blob*
    Delete,
    /// *Set Blob Tier*
    SetTier,
}

/// Refuses a batch of so many requests: `InvalidInput` for none, `ExceedsMaxBatchRequestCount`.
pub fn check_batch_count(requests: usize) -> Result<()> {
    match requests {
        0 => {
            Err(Error::blob(ErrorCode::InvalidInput).with_detail("Reason", "A batch has a request at least."))
        }
        1..=BATCH_REQUESTS_MAX => Ok(()),
        _ => Err(Error::blob(ErrorCode::ExceedsMaxBatchRequestCount)),
    }
}

/// Refuses a batch of different operations, with `AllBatchSubRequestsShouldBeSameApi`, and one that is sent to a
/// container and reaches beyond it, with `InvalidInput`.
pub fn check_batch<'a>(
    container: Option<&ContainerName>,
    requests: impl IntoIterator<Item = (BatchKind, &'a ContainerName)>,
) -> Result<()> {
    let mut first = None;
    for (kind, asked) in requests {
        if *first.get_or_insert(kind) != kind {
            return Err(Error::blob(ErrorCode::AllBatchSubRequestsShouldBeSameApi));
        }
        if let Some(container) = container.filter(|container| *container != asked) {
            return Err(Error::blob(ErrorCode::InvalidInput).with_detail(
                "Reason",
                format!("The batch is one for the container {container}, and has a request for {asked}."),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_of_one_kind_and_of_their_container() {
        let names = ["one", "two"].map(|name| ContainerName::parse(name).unwrap());
        let (one, other) = (&names[0], &names[1]);
        let delete = |container| (BatchKind::Delete, container);
        check_batch(None, [delete(one), delete(other)]).unwrap();
        check_batch(Some(one), [delete(one), delete(one)]).unwrap();
        check_batch(Some(one), []).unwrap();
        let error = check_batch(None, [delete(one), (BatchKind::SetTier, one)]).unwrap_err();
        assert!(error.is(&ErrorCode::AllBatchSubRequestsShouldBeSameApi));
        let error = check_batch(Some(one), [delete(one), delete(other)]).unwrap_err();
        assert!(error.is(&ErrorCode::InvalidInput));
        assert_eq!(error.status(), 400);
    }

    #[test]
    fn batches_have_one_to_256_requests() {
        check_batch_count(1).unwrap();
        check_batch_count(256).unwrap();
        assert!(check_batch_count(0).unwrap_err().is(&ErrorCode::InvalidInput));
        let error = check_batch_count(257).unwrap_err();
        assert!(error.is(&ErrorCode::ExceedsMaxBatchRequestCount));
    }
}
