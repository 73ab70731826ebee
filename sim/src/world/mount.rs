//! File systems of pools (`mountConfiguration`): what the service accepts of them. Nothing is mounted here.

use batchite_api::batch::{
    AzureBlobFileSystemConfiguration, AzureFileShareConfiguration, CifsMountConfiguration,
    MountConfiguration, NfsMountConfiguration,
};
use batchite_api::blob::ContainerName;
use batchite_api::error::Result;

use super::validate::{invalid, missing};
use crate::exec::Platform;

/// Most file systems a pool can mount.
const MOUNTS_MAX: usize = 10;

/// `mountConfiguration` of a pool.
pub(super) fn validate(mounts: &[MountConfiguration], platform: Platform) -> Result<()> {
    if mounts.len() > MOUNTS_MAX {
        let reason = format!("A pool mounts {MOUNTS_MAX} file systems at most.");
        return Err(invalid("mountConfiguration", mounts.len(), reason));
    }
    let mut paths: Vec<String> = Vec::new();
    for mount in mounts {
        let path = one(mount, platform)?;
        let place = relative_mount_path(path)?;
        if paths.contains(&place) {
            let reason = "Every file system of a pool has a path of its own.";
            return Err(invalid("relativeMountPath", path, reason));
        }
        paths.push(place);
    }
    Ok(())
}

/// Checks one entry; where it is to be mounted.
fn one(mount: &MountConfiguration, platform: Platform) -> Result<&str> {
    let MountConfiguration {
        azure_blob_file_system_configuration: blobs,
        nfs_mount_configuration: nfs,
        cifs_mount_configuration: cifs,
        azure_file_share_configuration: share,
    } = mount;
    let given = [blobs.is_some(), nfs.is_some(), cifs.is_some(), share.is_some()];
    if given.into_iter().filter(|given| *given).count() != 1 {
        let reason = "Each entry is exactly one of azureBlobFileSystemConfiguration, azureFileShareConfiguration, \
                      nfsMountConfiguration and cifsMountConfiguration.";
        return Err(invalid("mountConfiguration", "", reason));
    }
    if platform == Platform::Windows && share.is_none() {
        let reason = "Nodes with Windows mount shares of Azure Files only.";
        return Err(invalid("mountConfiguration", "", reason));
    }
    if let Some(blobs) = blobs {
        blob_file_system(blobs)?;
        return Ok(&blobs.relative_mount_path);
    }
    if let Some(share) = share {
        file_share(share)?;
        return Ok(&share.relative_mount_path);
    }
    if let Some(nfs) = nfs {
        nfs_export(nfs)?;
        return Ok(&nfs.relative_mount_path);
    }
    let Some(cifs) = cifs else {
        return Err(missing("mountConfiguration"));
    };
    cifs_share(cifs)?;
    Ok(&cifs.relative_mount_path)
}

/// Refuses the first of the texts that is empty.
fn given(texts: &[(&str, &str)]) -> Result<()> {
    match texts.iter().find(|(_, text)| text.is_empty()) {
        Some((property, _)) => Err(missing(property)),
        None => Ok(()),
    }
}

fn account_name(name: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if (3..=24).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    let reason = "The name of a storage account has 3 to 24 lower-case letters and digits.";
    Err(invalid("accountName", name, reason))
}

fn blob_file_system(blobs: &AzureBlobFileSystemConfiguration) -> Result<()> {
    given(&[
        ("accountName", &blobs.account_name),
        ("containerName", &blobs.container_name),
        ("relativeMountPath", &blobs.relative_mount_path),
    ])?;
    account_name(&blobs.account_name)?;
    if let Err(error) = ContainerName::parse(&blobs.container_name) {
        return Err(invalid("containerName", &blobs.container_name, error.message()));
    }
    let keys = [
        blobs.account_key.as_ref().is_some_and(|key| !key.is_empty()),
        blobs.sas_key.as_ref().is_some_and(|key| !key.is_empty()),
        blobs.identity_reference.is_some(),
    ];
    if keys.into_iter().filter(|given| *given).count() != 1 {
        let reason = "A container is opened by exactly one of accountKey, sasKey and identityReference.";
        return Err(invalid("azureBlobFileSystemConfiguration", "", reason));
    }
    Ok(())
}

fn file_share(share: &AzureFileShareConfiguration) -> Result<()> {
    given(&[
        ("accountName", &share.account_name),
        ("accountKey", share.account_key.expose()),
        ("azureFileUrl", &share.azure_file_url),
        ("relativeMountPath", &share.relative_mount_path),
    ])?;
    account_name(&share.account_name)?;
    let path = share.azure_file_url.strip_prefix("https://");
    let parts = path.and_then(|path| path.split_once('/'));
    if parts.is_some_and(|(host, name)| !host.is_empty() && !name.trim_matches('/').is_empty()) {
        return Ok(());
    }
    let reason = "The address of a share is https://{account}.file.core.windows.net/{share}.";
    Err(invalid("azureFileUrl", &share.azure_file_url, reason))
}

fn nfs_export(nfs: &NfsMountConfiguration) -> Result<()> {
    given(&[
        ("source", &nfs.source),
        ("relativeMountPath", &nfs.relative_mount_path),
    ])
}

fn cifs_share(cifs: &CifsMountConfiguration) -> Result<()> {
    given(&[
        ("username", &cifs.username),
        ("source", &cifs.source),
        ("password", cifs.password.expose()),
        ("relativeMountPath", &cifs.relative_mount_path),
    ])
}

/// `relativeMountPath`: a place below the directory of mounts, in the form in which places are compared.
fn relative_mount_path(path: &str) -> Result<String> {
    let slashes = path.replace('\\', "/");
    let parts: Vec<&str> = slashes.split('/').filter(|part| !part.is_empty()).collect();
    let leaves = slashes.starts_with('/') || parts.iter().any(|part| matches!(*part, "." | ".."));
    if leaves || parts.is_empty() || path.chars().any(char::is_control) {
        let reason = "The path is relative to the directory of mounts of a node and stays below it.";
        return Err(invalid("relativeMountPath", path.escape_default(), reason));
    }
    Ok(parts.join("/").to_lowercase())
}
