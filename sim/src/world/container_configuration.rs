//! Containers on the nodes of a pool (`containerConfiguration`): what the service accepts, and which tasks fit the pool.

use batchite_api::batch::{
    BatchContainerConfiguration, BatchTaskContainerSettings, BatchVmImageReference, ContainerHostDataPath,
    ContainerRegistryReference, ContainerType, ContainerWorkingDirectory,
};
use batchite_api::error::Result;

use super::images;
use super::pool::Pool;
use super::validate::{invalid, known, missing};

/// What images for pools with containers can do.
const DOCKER: &str = "DockerCompatible";

/// `containerConfiguration` of a pool from this image.
pub(super) fn validate(
    configuration: &BatchContainerConfiguration,
    image: &BatchVmImageReference,
) -> Result<()> {
    if configuration.r#type.as_str().is_empty() {
        return Err(missing("type"));
    }
    known("type", Some(&configuration.r#type), ContainerType::KNOWN)?;
    if let Some(name) = configuration
        .container_image_names
        .iter()
        .find(|name| !is_image_name(name))
    {
        let reason = "The name of an image is not empty and has no spaces in it.";
        return Err(invalid("containerImageNames", name, reason));
    }
    configuration.container_registries.iter().try_for_each(registry)?;
    // Of images that are not in the marketplace nothing is known.
    match images::capabilities_of(image) {
        Some(capabilities) if !capabilities.contains(&DOCKER) => Err(invalid(
            "containerConfiguration",
            image.sku.as_deref().unwrap_or(""),
            "This image cannot run containers; the supported images with the capability DockerCompatible can.",
        )),
        _ => Ok(()),
    }
}

/// `containerSettings` of a task.
pub(super) fn settings(settings: Option<&BatchTaskContainerSettings>) -> Result<()> {
    let Some(settings) = settings else { return Ok(()) };
    if settings.image_name.is_empty() {
        return Err(missing("imageName"));
    }
    known(
        "workingDirectory",
        settings.working_directory.as_ref(),
        ContainerWorkingDirectory::KNOWN,
    )?;
    for mount in &settings.container_host_batch_bind_mounts {
        known("source", mount.source.as_ref(), ContainerHostDataPath::KNOWN)?;
    }
    settings.registry.as_ref().map_or(Ok(()), registry)
}

fn is_image_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::is_whitespace)
}

/// A user with a password or an identity; neither for what anybody may fetch.
fn registry(registry: &ContainerRegistryReference) -> Result<()> {
    let user = registry.username.as_deref().filter(|name| !name.is_empty());
    let password = registry.password.as_ref().filter(|password| !password.is_empty());
    if user.is_some() != password.is_some() {
        return Err(missing(if user.is_some() { "password" } else { "username" }));
    }
    if user.is_some() && registry.identity_reference.is_some() {
        let reason = "A registry is entered by a user or by an identity, not by both.";
        return Err(invalid("identityReference", "", reason));
    }
    Ok(())
}

impl Pool {
    /// Whether its nodes run containers.
    pub(super) fn has_containers(&self) -> bool {
        let machine = self.model.virtual_machine_configuration.as_ref();
        machine.is_some_and(|machine| machine.container_configuration.is_some())
    }
}
