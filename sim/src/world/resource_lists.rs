//! How long lists of resource files may be. The service does not say; a list too long is none it takes.
//!
//! This is about single lists. Whole bodies have a bound of their own, `RequestBodyTooLarge`, which comes first on the wire.

use batchite_api::batch::{
    BatchJobCreateOptions, BatchPoolInfo, BatchStartTask, BatchTaskCreateOptions, ResourceFile,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::secret::SensitiveString;

use crate::config::SimConfig;

/// The bytes of a file in a list beside its own texts, at most: names of properties, quotes, commas.
const PUNCTUATION: usize = 256;

/// Bytes a byte of a text may take at most once it is escaped.
const ESCAPED_MAX: usize = 6;

/// `resourceFiles` of a task, `commonResourceFiles` of its parts.
pub(super) fn check_task(config: &SimConfig, task: &BatchTaskCreateOptions) -> Result<()> {
    check(config, "resourceFiles", &task.resource_files)?;
    let parts = task.multi_instance_settings.as_ref();
    parts.map_or(Ok(()), |parts| {
        check(config, "commonResourceFiles", &parts.common_resource_files)
    })
}

/// `resourceFiles` of a start task.
pub(super) fn check_start_task(config: &SimConfig, task: Option<&BatchStartTask>) -> Result<()> {
    task.map_or(Ok(()), |task| {
        check(config, "resourceFiles", &task.resource_files)
    })
}

/// `resourceFiles` of the job manager, preparation and release task of a job, and of the start task of its own pool.
pub(super) fn check_job(config: &SimConfig, job: &BatchJobCreateOptions) -> Result<()> {
    let manager = job.job_manager_task.as_ref().map(|task| &task.resource_files);
    let preparation = job.job_preparation_task.as_ref().map(|task| &task.resource_files);
    let release = job.job_release_task.as_ref().map(|task| &task.resource_files);
    let mut lists = [manager, preparation, release].into_iter().flatten();
    lists.try_for_each(|files| check(config, "resourceFiles", files))?;
    check_start_task(config, start_task_of_pool(&job.pool_info))
}

fn start_task_of_pool(info: &BatchPoolInfo) -> Option<&BatchStartTask> {
    let specification = info.auto_pool_specification.as_ref()?;
    specification.pool.as_ref()?.start_task.as_ref()
}

/// Refuses a list that is longer than it may be, as JSON: `RequestEntityTooLarge`.
fn check(config: &SimConfig, property: &str, files: &[ResourceFile]) -> Result<()> {
    let Some(limit) = config.quotas.resource_file_list_bytes else {
        return Ok(());
    };
    let limit = limit as usize;
    // A list that cannot be near the limit is not written out.
    if files.iter().map(length_at_most).sum::<usize>() <= limit {
        return Ok(());
    }
    let length = serde_json::to_vec(files).map_or(0, |list| list.len());
    if length <= limit {
        return Ok(());
    }
    let reason = "The list of resource files is too long: name fewer, a container, or an archive.";
    Err(Error::batch(ErrorCode::RequestEntityTooLarge)
        .with_detail("PropertyName", property)
        .with_detail("MaxLimit", limit.to_string())
        .with_detail("Reason", reason))
}

fn length_at_most(file: &ResourceFile) -> usize {
    let texts = [
        file.auto_storage_container_name.as_deref(),
        file.storage_container_url.as_ref().map(SensitiveString::as_str),
        file.http_url.as_ref().map(SensitiveString::as_str),
        file.blob_prefix.as_deref(),
        file.file_path.as_deref(),
        file.file_mode.as_deref(),
        file.identity_reference
            .as_ref()
            .and_then(|identity| identity.resource_id.as_deref()),
    ];
    let bytes: usize = texts.into_iter().flatten().map(str::len).sum();
    bytes * ESCAPED_MAX + PUNCTUATION
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Quotas;

    fn list(files: usize, path: &str) -> Vec<ResourceFile> {
        let file = ResourceFile {
            http_url: Some("https://example.org/file".into()),
            file_path: Some(path.to_owned()),
            ..ResourceFile::default()
        };
        vec![file; files]
    }

    #[test]
    fn a_list_may_have_exactly_its_limit() {
        for path in ["a", "\u{1}\"\\", "ü"] {
            let files = list(40, path);
            let length = serde_json::to_vec(&files).map_or(0, |list| list.len());
            assert!(files.iter().map(length_at_most).sum::<usize>() >= length);
            let limited = |limit: usize| {
                SimConfig::new(0).with_quotas(Quotas {
                    resource_file_list_bytes: u32::try_from(limit).ok(),
                    ..Quotas::default()
                })
            };
            assert!(check(&limited(length), "resourceFiles", &files).is_ok());
            let refused = check(&limited(length - 1), "resourceFiles", &files);
            assert!(refused.is_err_and(|error| error.is(&ErrorCode::RequestEntityTooLarge)));
        }
        let unlimited = SimConfig::new(0).with_quotas(Quotas {
            resource_file_list_bytes: None,
            ..Quotas::default()
        });
        assert!(check(&unlimited, "resourceFiles", &list(10_000, "a")).is_ok());
    }
}
