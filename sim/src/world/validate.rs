//! What the service accepts: one function for each rule, used wherever the rule holds.

use std::fmt::Display;

use batchite_api::batch::{
    AutoUserScope, BatchMetadataItem, BatchStartTask, BatchTaskConstraints, ElevationLevel,
    EnvironmentSetting, ResourceFile, UserIdentity, VirtualMachineConfiguration,
};
use batchite_api::blob::ContainerName;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::TimeSpan;

use super::{container_configuration, images, pool_properties};
use crate::exec::Platform;
use crate::exec::stage::octal_mode;

const DISPLAY_NAME_LENGTH_MAX: usize = 1024;

/// A value that is out of its range or makes no sense.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers hand over numbers and words alike"
)]
pub(super) fn invalid(property: &str, value: impl ToString, reason: impl Into<String>) -> Error {
    Error::batch(ErrorCode::InvalidPropertyValue)
        .with_detail("PropertyName", property)
        .with_detail("PropertyValue", value.to_string())
        .with_detail("Reason", reason)
}

/// A property that has to be there.
pub(super) fn missing(property: &str) -> Error {
    Error::batch(ErrorCode::MissingRequiredProperty).with_detail("PropertyName", property)
}

/// Refuses a word that is none of the known ones.
pub(super) fn known<T: PartialEq + Display>(property: &str, value: Option<&T>, words: &[T]) -> Result<()> {
    match value {
        Some(value) if !words.contains(value) => {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            Err(invalid(
                property,
                value,
                format!("The value is one of {}.", words.join(", ")),
            ))
        }
        _ => Ok(()),
    }
}

/// `displayName`: 1024 characters at most.
pub(super) fn display_name(name: Option<&str>) -> Result<()> {
    match name {
        Some(name) if name.chars().count() > DISPLAY_NAME_LENGTH_MAX => Err(invalid(
            "displayName",
            name,
            "A display name has at most 1024 characters.",
        )),
        _ => Ok(()),
    }
}

/// `metadata`: names are not empty.
pub(super) fn metadata(items: &[BatchMetadataItem]) -> Result<()> {
    if items.iter().any(|item| item.name.is_empty()) {
        return Err(Error::batch(ErrorCode::EmptyMetadataKey));
    }
    Ok(())
}

/// `commandLine`: not empty, and without NUL, which no program can be given.
pub(super) fn command_line(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(missing("commandLine"));
    }
    if text.contains('\0') {
        return Err(invalid("commandLine", "", "A command line cannot contain NUL."));
    }
    Ok(())
}

/// `maxTaskRetryCount`: minus one for no limit, or a count.
pub(super) fn retry_count(count: Option<i32>) -> Result<()> {
    match count {
        Some(count) if count < -1 => Err(invalid(
            "maxTaskRetryCount",
            count,
            "The retry count is -1 (no limit), 0 or more.",
        )),
        _ => Ok(()),
    }
}

/// `constraints` of a task.
pub(super) fn task_constraints(constraints: &BatchTaskConstraints) -> Result<()> {
    retry_count(constraints.max_task_retry_count)?;
    positive_span("maxWallClockTime", constraints.max_wall_clock_time)?;
    match constraints.retention_time {
        Some(span) if span < TimeSpan::ZERO => Err(invalid(
            "retentionTime",
            span,
            "A retention time is not negative.",
        )),
        _ => Ok(()),
    }
}

/// A span that has to be longer than nothing.
pub(super) fn positive_span(property: &str, span: Option<TimeSpan>) -> Result<()> {
    match span {
        Some(span) if span <= TimeSpan::ZERO => {
            Err(invalid(property, span, "The time has to be longer than zero."))
        }
        _ => Ok(()),
    }
}

/// `resizeTimeout`: five minutes at least.
pub(super) fn resize_timeout(timeout: Option<TimeSpan>) -> Result<()> {
    match timeout {
        Some(timeout) if timeout < TimeSpan::from_minutes(5) => Err(invalid(
            "resizeTimeout",
            timeout,
            "The resize timeout is five minutes or more.",
        )),
        _ => Ok(()),
    }
}

/// A number of nodes.
pub(super) fn node_count(property: &str, count: Option<i32>) -> Result<u32> {
    let count = count.unwrap_or(0);
    u32::try_from(count).map_err(|_| invalid(property, count, "A number of nodes is not negative."))
}

/// `resourceFiles`: exactly one source each, a path where the source is a URL, and a mode that is one.
pub(super) fn resource_files(files: &[ResourceFile]) -> Result<()> {
    for file in files {
        let sources = [
            file.http_url.is_some(),
            file.storage_container_url.is_some(),
            file.auto_storage_container_name.is_some(),
        ];
        if sources.into_iter().filter(|is_set| *is_set).count() != 1 {
            let reason =
                "Exactly one of httpUrl, storageContainerUrl and autoStorageContainerName has to be given.";
            return Err(invalid(
                "resourceFiles",
                file.file_path.as_deref().unwrap_or(""),
                reason,
            ));
        }
        let urls = [
            ("httpUrl", &file.http_url),
            ("storageContainerUrl", &file.storage_container_url),
        ];
        for (property, url) in urls {
            if url.as_ref().is_some_and(|url| url.as_str().trim().is_empty()) {
                return Err(invalid(property, "", "The URL is not empty."));
            }
        }
        if let Some(mode) = file
            .file_mode
            .as_deref()
            .filter(|mode| octal_mode(mode).is_none())
        {
            let reason = "A mode is octal and has the twelve bits of Linux at most, such as 0770.";
            return Err(invalid("fileMode", mode, reason));
        }
        if file.http_url.is_some() && file.file_path.as_deref().is_none_or(str::is_empty) {
            return Err(missing("filePath"));
        }
        if let Some(name) = &file.auto_storage_container_name
            && ContainerName::parse(name).is_err()
        {
            let reason = "This is no name of a container.";
            return Err(invalid("autoStorageContainerName", name, reason));
        }
        if file.http_url.is_some() && file.blob_prefix.is_some() {
            let reason = "A blobPrefix goes with a container, not with an httpUrl.";
            return Err(invalid(
                "blobPrefix",
                file.blob_prefix.as_deref().unwrap_or(""),
                reason,
            ));
        }
    }
    Ok(())
}

/// `environmentSettings`: names are not empty and can be set.
pub(super) fn environment_settings(settings: &[EnvironmentSetting]) -> Result<()> {
    for setting in settings {
        if setting.name.is_empty() || setting.name.contains(['=', '\0']) {
            let reason =
                "The name of an environment variable is not empty and has neither '=' nor NUL in it.";
            return Err(invalid("environmentSettings", &setting.name, reason));
        }
        if setting.value.as_ref().is_some_and(|value| value.contains('\0')) {
            return Err(invalid(
                "environmentSettings",
                &setting.name,
                "A value cannot contain NUL.",
            ));
        }
    }
    Ok(())
}

/// `userIdentity`: a user name or an automatic user, not both; words that are known.
pub(super) fn user_identity(identity: Option<&UserIdentity>) -> Result<()> {
    let Some(identity) = identity else { return Ok(()) };
    if identity.username.is_some() == identity.auto_user.is_some() {
        let reason = "Exactly one of username and autoUser has to be given.";
        return Err(invalid(
            "userIdentity",
            identity.username.as_deref().unwrap_or(""),
            reason,
        ));
    }
    let Some(automatic) = &identity.auto_user else {
        return Ok(());
    };
    known("scope", automatic.scope.as_ref(), AutoUserScope::KNOWN)?;
    known(
        "elevationLevel",
        automatic.elevation_level.as_ref(),
        ElevationLevel::KNOWN,
    )
}

/// `startTask`, whole.
pub(super) fn start_task(task: &BatchStartTask) -> Result<()> {
    command_line(&task.command_line)?;
    retry_count(task.max_task_retry_count)?;
    resource_files(&task.resource_files)?;
    environment_settings(&task.environment_settings)?;
    container_configuration::settings(task.container_settings.as_ref())?;
    user_identity(task.user_identity.as_ref())
}

/// `virtualMachineConfiguration`: an image and a node agent that fit together. What kind of machine that makes.
pub(super) fn virtual_machine(configuration: Option<&VirtualMachineConfiguration>) -> Result<Platform> {
    let configuration = configuration.ok_or_else(|| missing("virtualMachineConfiguration"))?;
    let agent = &configuration.node_agent_sku_id;
    if agent.is_empty() {
        return Err(missing("nodeAgentSKUId"));
    }
    let platform = images::platform(agent).ok_or_else(|| {
        invalid(
            "nodeAgentSKUId",
            agent,
            "There is no such node agent; supported images are listed by the service.",
        )
    })?;
    pool_properties::machine(configuration, platform)?;
    let image = &configuration.image_reference;
    if let Some(containers) = &configuration.container_configuration {
        container_configuration::validate(containers, image)?;
    }
    let custom = [
        &image.virtual_machine_image_id,
        &image.shared_gallery_image_id,
        &image.community_gallery_image_id,
    ];
    if custom.into_iter().any(Option::is_some) {
        return Ok(platform);
    }
    let name = || {
        let parts = [&image.publisher, &image.offer, &image.sku];
        let parts: Vec<&str> = parts.iter().map(|part| part.as_deref().unwrap_or("-")).collect();
        parts.join(" ")
    };
    match images::agent_of(image) {
        None => Err(invalid(
            "imageReference",
            name(),
            "There is no such supported image.",
        )),
        Some(fitting) if !fitting.eq_ignore_ascii_case(agent) => Err(invalid(
            "nodeAgentSKUId",
            agent,
            format!("This image works with the node agent {fitting:?}."),
        )),
        Some(_) => Ok(platform),
    }
}
