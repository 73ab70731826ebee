//! Why a task failed before, beside or instead of its program's exit: the codes of `failureInfo` and their texts.

use batchite_api::batch::{BatchErrorSourceCategory, BatchTaskFailureInfo, NameValuePair};
use batchite_api::secret::redact_signatures;

/// A code of `BatchTaskFailureInfo`, with the category and text the service shows beside it.
///
/// The codes and most texts are those of the public documentation. Texts of codes the documentation only names
/// (`ResourceContainer*`, `FileUpload*`, `Container*`, `ApplicationPackageError`, `MountConfigurationError`) are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TaskFailureCode {
    /// An application package could not be put on the node.
    ApplicationPackageError,
    /// A resource file may not be read.
    BlobAccessDenied,
    /// A resource file could not be downloaded, for another reason.
    BlobDownloadMiscError,
    /// A resource file took too long.
    BlobDownloadTimedOut,
    /// A resource file is not there.
    BlobNotFound,
    /// The program is there, but does not start.
    CommandLaunchFailed,
    /// There is no such program.
    CommandProgramNotFound,
    /// The container settings of the task make no sense here.
    ContainerInvalidSettings,
    /// The nodes of the pool run containers, and the task does not say which.
    ContainerTaskSettingsNotFound,
    /// The disk of the node is full.
    DiskFull,
    /// The program ended with a code that means failure.
    FailureExitCode,
    /// An output file may not be written to its container.
    FileUploadAccessDenied,
    /// Something in the container is in the way of an output file.
    FileUploadConflict,
    /// The container for an output file is not there.
    FileUploadContainerNotFound,
    /// An output file could not be uploaded, for another reason.
    FileUploadMiscError,
    /// Uploading an output file took too long.
    FileUploadTimedOut,
    /// The service tried to launch the command again and again, and gave up.
    MaxInternalRetryCountReached,
    /// A resource container may not be listed.
    ResourceContainerAccessDenied,
    /// A resource container could not be listed, for another reason.
    ResourceContainerListMiscError,
    /// Listing a resource container took too long.
    ResourceContainerListTimedOut,
    /// A resource container is not there.
    ResourceContainerNotFound,
    /// The directory of the task could not be made.
    ResourceDirectoryCreateFailed,
    /// A resource file cannot be made where it should be.
    ResourceFileCreateFailed,
    /// A resource file could not be written.
    ResourceFileWriteFailed,
    /// Somebody ended the task, or its time was up.
    TaskEnded,
}

impl TaskFailureCode {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Whose fault the service thinks it is.
    pub fn category(self) -> BatchErrorSourceCategory {
        self.row().1
    }

    /// The service's text.
    pub fn message(self) -> &'static str {
        self.row().2
    }

    /// The failure with these details, in their order. Signatures in values are hidden.
    pub fn with_details(self, details: &[(&str, &str)]) -> BatchTaskFailureInfo {
        BatchTaskFailureInfo {
            category: self.category(),
            code: Some(self.as_str().to_owned()),
            message: Some(self.message().to_owned()),
            details: details
                .iter()
                .map(|(name, value)| NameValuePair {
                    name: Some((*name).to_owned()),
                    value: Some(redact_signatures(value)),
                })
                .collect(),
        }
    }

    fn row(self) -> (&'static str, BatchErrorSourceCategory, &'static str) {
        use BatchErrorSourceCategory::{ServerError, UserError};
        match self {
            Self::ApplicationPackageError => (
                "ApplicationPackageError",
                UserError,
                "One of the specified application packages could not be deployed.",
            ),
            Self::BlobAccessDenied => (
                "BlobAccessDenied",
                UserError,
                "Access for one of the specified Azure Blob(s) is denied.",
            ),
            Self::BlobDownloadMiscError => (
                "BlobDownloadMiscError",
                ServerError,
                "Miscellaneous error encountered while downloading one of the specified Azure Blob(s).",
            ),
            Self::BlobDownloadTimedOut => (
                "BlobDownloadTimedOut",
                ServerError,
                "Timeout encountered while downloading one of the specified Azure Blob(s).",
            ),
            Self::BlobNotFound => (
                "BlobNotFound",
                UserError,
                "One of the specified Azure Blob(s) is not found.",
            ),
            Self::CommandLaunchFailed => (
                "CommandLaunchFailed",
                UserError,
                "Failed to launch the specified command line.",
            ),
            Self::CommandProgramNotFound => (
                "CommandProgramNotFound",
                UserError,
                "The specified command program is not found",
            ),
            Self::ContainerInvalidSettings => (
                "ContainerInvalidSettings",
                UserError,
                "The specified container settings are not valid.",
            ),
            Self::ContainerTaskSettingsNotFound => (
                "ContainerTaskSettingsNotFound",
                UserError,
                "Container-enabled compute node requires task container settings",
            ),
            Self::DiskFull => (
                "DiskFull",
                ServerError,
                "There is not enough disk space on the node that was selected to run the task.",
            ),
            Self::FailureExitCode => (
                "FailureExitCode",
                UserError,
                "The task exited with an exit code representing a failure",
            ),
            Self::MaxInternalRetryCountReached => (
                "MaxInternalRetryCountReached",
                UserError,
                "The specified task has reached maximum internal retry count.",
            ),
            Self::TaskEnded => ("TaskEnded", UserError, "Task Was Ended by User Request"),
            _ => self.row_of_files(),
        }
    }

    fn row_of_files(self) -> (&'static str, BatchErrorSourceCategory, &'static str) {
        use BatchErrorSourceCategory::{ServerError, UserError};
        match self {
            Self::FileUploadAccessDenied => (
                "FileUploadAccessDenied",
                UserError,
                "Access for one of the specified Azure container(s) was denied while attempting to upload an output file",
            ),
            Self::FileUploadConflict => (
                "FileUploadConflict",
                UserError,
                "A conflict was encountered while uploading an output file.",
            ),
            Self::FileUploadTimedOut => (
                "FileUploadTimedOut",
                ServerError,
                "Timeout encountered while uploading an output file.",
            ),
            Self::FileUploadContainerNotFound => (
                "FileUploadContainerNotFound",
                UserError,
                "One of the specified Azure container(s) was not found while attempting to upload an output file",
            ),
            Self::ResourceContainerAccessDenied => (
                "ResourceContainerAccessDenied",
                UserError,
                "Access for one of the specified Azure Blob container(s) is denied.",
            ),
            Self::ResourceContainerListMiscError => (
                "ResourceContainerListMiscError",
                ServerError,
                "Miscellaneous error encountered while listing one of the specified Azure Blob container(s).",
            ),
            Self::ResourceContainerListTimedOut => (
                "ResourceContainerListTimedOut",
                ServerError,
                "Timeout encountered while listing one of the specified Azure Blob container(s).",
            ),
            Self::ResourceContainerNotFound => (
                "ResourceContainerNotFound",
                UserError,
                "One of the specified Azure Blob container(s) is not found.",
            ),
            Self::ResourceDirectoryCreateFailed => (
                "ResourceDirectoryCreateFailed",
                ServerError,
                "Failure encountered creating resource directory for the task.",
            ),
            Self::ResourceFileCreateFailed => (
                "ResourceFileCreateFailed",
                ServerError,
                "Failure encountered creating resource file.",
            ),
            Self::ResourceFileWriteFailed => (
                "ResourceFileWriteFailed",
                ServerError,
                "Failure encountered writing resource file.",
            ),
            _ => (
                "FileUploadMiscError",
                ServerError,
                "Miscellaneous error encountered while uploading an output file.",
            ),
        }
    }
}

/// There is no such program; `program` is the first part of the command line.
pub fn command_program_not_found(program: &str) -> BatchTaskFailureInfo {
    TaskFailureCode::CommandProgramNotFound.with_details(&[
        ("Message", "The system cannot find the file specified"),
        ("Program", program),
    ])
}

/// The program is there but does not start, or the command line cannot be read; `reason` says why.
pub fn command_launch_failed(reason: &str) -> BatchTaskFailureInfo {
    TaskFailureCode::CommandLaunchFailed.with_details(&[("Message", reason)])
}

/// The program ended with a code that means failure.
pub fn failure_exit_code() -> BatchTaskFailureInfo {
    TaskFailureCode::FailureExitCode.with_details(&[
        ("Message", "The task process exited with an unexpected exit code"),
        ("AdditionalErrorCode", "FailureExitCode"),
    ])
}

/// Somebody ended the task.
pub fn task_ended() -> BatchTaskFailureInfo {
    TaskFailureCode::TaskEnded.with_details(&[])
}

/// The directory of the task could not be made.
pub fn resource_directory_create_failed(directory: &str, reason: &str) -> BatchTaskFailureInfo {
    TaskFailureCode::ResourceDirectoryCreateFailed
        .with_details(&[("DirectoryPath", directory), ("Message", reason)])
}

/// A resource file cannot be made at `path`.
pub fn resource_file_create_failed(path: &str, reason: &str) -> BatchTaskFailureInfo {
    TaskFailureCode::ResourceFileCreateFailed.with_details(&[("FilePath", path), ("Message", reason)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_has_the_service_s_words() {
        let failure = command_program_not_found("nosuch");
        assert_eq!(failure.category, BatchErrorSourceCategory::UserError);
        assert_eq!(failure.code.as_deref(), Some("CommandProgramNotFound"));
        assert_eq!(
            failure.message.as_deref(),
            Some("The specified command program is not found")
        );
        assert_eq!(failure.details[0].name.as_deref(), Some("Message"));
        assert_eq!(
            failure.details[0].value.as_deref(),
            Some("The system cannot find the file specified")
        );
    }

    #[test]
    fn details_never_carry_a_signature() {
        let failure = command_program_not_found("x?sp=r&sig=secret");
        assert_eq!(failure.details[1].value.as_deref(), Some("x?sp=r&sig=REDACTED"));
    }

    #[test]
    fn each_code_is_its_own_name() {
        use TaskFailureCode as C;
        for code in [
            C::BlobNotFound,
            C::TaskEnded,
            C::DiskFull,
            C::FileUploadMiscError,
            C::ResourceContainerNotFound,
            C::ResourceFileCreateFailed,
        ] {
            assert_eq!(code.as_str(), format!("{code:?}"));
        }
    }
}
