//! Batches: whether one is begun with. Its requests are operations like any other.

use batchite_api::blob::{BatchRequest, ContainerName, check_batch, check_batch_count};
use batchite_api::error::Result;
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation, Target, authorize};
use super::BlobStore;

impl BlobStore {
    /// Lets a *Blob Batch* in, of the account or within a container, or refuses it as a whole.
    ///
    /// Any permission will do, since every request shows its own. Refused as [`check_batch_count`] and [`check_batch`]
    /// say; `ContainerNotFound`.
    pub fn begin_batch(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: Option<&ContainerName>,
        requests: &[BatchRequest],
    ) -> Result<()> {
        match container {
            None => {
                let account = self.account(caller)?;
                let target = Target::of_account(&account.keys);
                authorize(now, caller, Operation::SubmitBatch, &target)?;
            }
            Some(container) => {
                self.open(now, caller, Operation::SubmitContainerBatch, container, None)?;
            }
        }
        check_batch_count(requests.len())?;
        let asked = requests
            .iter()
            .map(|request| (request.action.kind(), &request.container));
        check_batch(container, asked)
    }
}
