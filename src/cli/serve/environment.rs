//! What clients are told: the variables that name the accounts, and the file that holds them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::accounts::Accounts;

/// The first line of the file. Nothing else is overwritten.
const MARK: &str = "# Written by `batchite serve`; it is gone when the emulator has stopped.";

/// The variables that name the accounts, those of other tools included.
pub(super) fn variables(accounts: &Accounts) -> Vec<(&'static str, String)> {
    let (storage, key) = (&accounts.storage, accounts.storage.key.expose_base64());
    let batch_key = accounts.batch_key.expose_base64();
    let scheme = storage.endpoint.split(':').next().unwrap_or("http");
    let connection = format!(
        "DefaultEndpointsProtocol={scheme};AccountName={};AccountKey={key};BlobEndpoint={};",
        storage.name, storage.endpoint
    );
    vec![
        ("AZURE_BATCH_ACCOUNT", accounts.batch_name.clone()),
        ("AZURE_BATCH_ACCOUNT_NAME", accounts.batch_name.clone()),
        ("AZURE_BATCH_ACCESS_KEY", batch_key.clone()),
        ("AZURE_BATCH_ACCOUNT_KEY", batch_key),
        ("AZURE_BATCH_ENDPOINT", accounts.batch_endpoint.clone()),
        ("AZURE_STORAGE_ACCOUNT", storage.name.clone()),
        ("AZURE_STORAGE_KEY", key),
        ("AZURE_STORAGE_BLOB_ENDPOINT", storage.endpoint.clone()),
        ("AZURE_STORAGE_CONNECTION_STRING", connection.clone()),
        ("AZURITE_CONNECTION_STRING", connection),
        ("AZURITE_BLOB_STORAGE_URL", storage.endpoint.clone()),
    ]
}

/// The file of the variables. It appears whole, readable by its owner alone, and is removed in the end.
#[derive(Debug)]
pub(super) struct EnvironmentFile {
    path: PathBuf,
    /// What stands in it, once it is written.
    written: Option<String>,
}

impl EnvironmentFile {
    /// Makes sure that the file may be written, and that none of an earlier emulator is taken for ours.
    ///
    /// The error is a text for the person.
    pub(super) fn clear(path: &Path) -> Result<Self, String> {
        // Absolute, since the lines say where it is to readers that may be elsewhere.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let file = Self { path, written: None };
        let shown = file.path.display();
        match fs::symlink_metadata(&file.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(file),
            Err(error) => return Err(format!("the file `{shown}` cannot be used: {error}")),
            Ok(found) if !found.is_file() => {
                return Err(format!(
                    "`{shown}` is not a regular file: give another name by `--env-file`"
                ));
            }
            Ok(_) => {}
        }
        let text = fs::read_to_string(&file.path)
            .map_err(|error| format!("the file `{shown}` cannot be read: {error}"))?;
        if !text.is_empty() && !text.starts_with(MARK) {
            return Err(format!(
                "the file `{shown}` was written by something else, and is not overwritten: give another name by \
                 `--env-file`"
            ));
        }
        fs::remove_file(&file.path)
            .map_err(|error| format!("the file `{shown}` cannot be replaced: {error}"))?;
        Ok(file)
    }

    /// Writes the variables. The error is a text for the person.
    pub(super) fn write(&mut self, variables: &[(&'static str, String)]) -> Result<(), String> {
        let mut text = format!("{MARK}\n");
        for (name, value) in variables {
            // No name, key or URL of ours holds a quote; a name of a host that does is no name.
            text.extend([name, "='", &value.replace('\'', ""), "'\n"]);
        }
        let directory = self.path.parent().unwrap_or_else(|| Path::new("."));
        let written = || -> io::Result<()> {
            // Made with mode 0600.
            let mut file = tempfile::Builder::new()
                .prefix(".batchite-env-")
                .tempfile_in(directory)?;
            file.write_all(text.as_bytes())?;
            file.persist(&self.path).map_err(|error| error.error)?;
            Ok(())
        };
        written()
            .map_err(|error| format!("the file `{}` cannot be written: {error}", self.path.display()))?;
        self.written = Some(text);
        Ok(())
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for EnvironmentFile {
    /// Also when the start fails later on. One that was replaced meanwhile is somebody else's.
    fn drop(&mut self) {
        if let Some(written) = &self.written
            && fs::read_to_string(&self.path).is_ok_and(|text| text == *written)
        {
            let _ = fs::remove_file(&self.path);
        }
    }
}
