//! Steps 8 and 9: what the run created goes again, and nothing else.

use batchite_api::backend::{BlobConditions, RequestOptions};
use batchite_api::blob::ContainerName;
use batchite_api::error::{Error, ErrorCode};

use super::Flow;
use super::error::TutorialError;

/// What the run created so far.
#[derive(Debug, Default)]
pub(super) struct Created {
    /// Containers that were not there before.
    pub(super) containers: Vec<ContainerName>,
    /// Containers that were.
    pub(super) found_containers: Vec<ContainerName>,
    /// Whether the pool is the run's own.
    pub(super) pool: bool,
    /// Whether the job is the run's own.
    pub(super) job: bool,
}

impl Flow<'_> {
    /// Deletes the containers the run created. One that was there before may hold what is not the run's.
    pub(super) async fn delete_containers(&mut self) {
        let created = std::mem::take(&mut self.created.containers);
        if !created.is_empty() && !self.settings.keep {
            self.console.line("Deleting containers...");
            let mut left = Vec::new();
            match self.connect_storage() {
                Ok(storage) => {
                    for container in created {
                        let deleted = storage
                            .delete_container(&container, &BlobConditions::default())
                            .await;
                        note(&mut left, format!("container [{container}]"), deleted);
                    }
                }
                Err(error) => self.fail(error),
            }
            self.fail_if_left(left);
        } else if !created.is_empty() {
            self.console.line("Keeping containers.");
        }
        for container in std::mem::take(&mut self.created.found_containers) {
            self.console.line(&format!(
                "  Container [{container}] was there before this run and stays as it is"
            ));
        }
    }

    /// Deletes job and pool, if the person does not want to keep them.
    pub(super) async fn delete_job_and_pool(&mut self) {
        let options = RequestOptions::default();
        let mut left = Vec::new();
        let settings = self.settings;
        if self.created.job && self.is_to_go("job", settings.job_id.as_str()).await {
            let deleted = self.services.batch.delete_job(&settings.job_id, &options).await;
            note(&mut left, format!("job [{}]", settings.job_id), deleted);
        }
        if self.created.pool && self.is_to_go("pool", settings.pool_id.as_str()).await {
            let deleted = self.services.batch.delete_pool(&settings.pool_id, &options).await;
            note(
                &mut left,
                format!(
                    "pool [{}], whose nodes cost money while they exist",
                    settings.pool_id
                ),
                deleted,
            );
        }
        self.fail_if_left(left);
    }

    /// Whether to delete: never with `keep`, always after an interruption, otherwise as the person says.
    async fn is_to_go(&mut self, what: &str, id: &str) -> bool {
        if self.settings.keep {
            self.console.line(&format!("Keeping {what} [{id}]."));
            return false;
        }
        if !self.interrupt.is_raised() {
            let question = format!("Delete {what}?");
            if let Ok(answer) = self.interrupt.guard(self.console.confirm(&question)).await {
                return answer;
            }
            // Who interrupts a question wants to be gone, and everything with it.
            self.console.line("");
        }
        self.console.line(&format!("Deleting {what} [{id}]..."));
        true
    }

    fn fail_if_left(&mut self, left: Vec<(String, Error)>) {
        if !left.is_empty() {
            self.fail(TutorialError::CleanUp(left));
        }
    }
}

/// Notes what could not be deleted; what is gone already is as good as deleted.
fn note(left: &mut Vec<(String, Error)>, what: String, deleted: Result<(), Error>) {
    const GONE: [ErrorCode; 6] = [
        ErrorCode::ContainerNotFound,
        ErrorCode::ContainerBeingDeleted,
        ErrorCode::JobNotFound,
        ErrorCode::JobBeingDeleted,
        ErrorCode::PoolNotFound,
        ErrorCode::PoolBeingDeleted,
    ];
    match deleted {
        Err(error) if !GONE.iter().any(|code| error.is(code)) => left.push((what, error)),
        _ => {}
    }
}
