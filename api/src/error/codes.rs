//! The one table of service error codes: code, HTTP status and text, for Batch and for Blob Storage.
//!
//! Statuses and texts are those of the public tables "Batch Status and Error Codes" and "Blob service error
//! codes". Clients in the wild compare the beginning of a text, so the texts are part of the protocol.

use crate::open_enum::open_enum;

open_enum! {
    /// What a service says in `code` when it refuses a request.
    pub enum ErrorCode {
        /// `AccountBeingCreated`, of Blob Storage.
        AccountBeingCreated = "AccountBeingCreated",
        /// `AccountIsDisabled`, of Batch.
        AccountIsDisabled = "AccountIsDisabled",
        /// `ActiveJobAndScheduleQuotaReached`, of Batch.
        ActiveJobAndScheduleQuotaReached = "ActiveJobAndScheduleQuotaReached",
        /// `AppendPositionConditionNotMet`, of Blob Storage.
        AppendPositionConditionNotMet = "AppendPositionConditionNotMet",
        /// `ApplicationNotFound`, of Batch.
        ApplicationNotFound = "ApplicationNotFound",
        /// `AuthenticationFailed`, of Batch and Blob Storage.
        AuthenticationFailed = "AuthenticationFailed",
        /// `AuthorizationFailure`, of Blob Storage.
        AuthorizationFailure = "AuthorizationFailure",
        /// `AuthorizationPermissionMismatch`, of Blob Storage.
        AuthorizationPermissionMismatch = "AuthorizationPermissionMismatch",
        /// `AuthorizationProtocolMismatch`, of Blob Storage.
        AuthorizationProtocolMismatch = "AuthorizationProtocolMismatch",
        /// `AuthorizationResourceTypeMismatch`, of Blob Storage.
        AuthorizationResourceTypeMismatch = "AuthorizationResourceTypeMismatch",
        /// `AuthorizationServiceMismatch`, of Blob Storage.
        AuthorizationServiceMismatch = "AuthorizationServiceMismatch",
        /// `AuthorizationSourceIPMismatch`, of Blob Storage.
        AuthorizationSourceIPMismatch = "AuthorizationSourceIPMismatch",
        /// `AutoScaleFormulaTooLong`, of Batch.
        AutoScaleFormulaTooLong = "AutoScaleFormulaTooLong",
        /// `AutoScalingFormulaSyntaxError`, of Batch.
        AutoScalingFormulaSyntaxError = "AutoScalingFormulaSyntaxError",
        /// `AutoScalingFormulaTooLong`, of Batch.
        AutoScalingFormulaTooLong = "AutoScalingFormulaTooLong",
        /// `BlobAlreadyExists`, of Blob Storage.
        BlobAlreadyExists = "BlobAlreadyExists",
        /// `BlobArchived`, of Blob Storage.
        BlobArchived = "BlobArchived",
        /// `BlobImmutableDueToPolicy`, of Blob Storage.
        BlobImmutableDueToPolicy = "BlobImmutableDueToPolicy",
        /// `BlobNotFound`, of Blob Storage.
        BlobNotFound = "BlobNotFound",
        /// `BlockCountExceedsLimit`, of Blob Storage.
        BlockCountExceedsLimit = "BlockCountExceedsLimit",
        /// `BlockListTooLong`, of Blob Storage.
        BlockListTooLong = "BlockListTooLong",
        /// `CannotVerifyCopySource`, of Blob Storage.
        CannotVerifyCopySource = "CannotVerifyCopySource",
        /// `CertificateBeingDeleted`, of Batch.
        CertificateBeingDeleted = "CertificateBeingDeleted",
        /// `CertificateDeleteFailed`, of Batch.
        CertificateDeleteFailed = "CertificateDeleteFailed",
        /// `CertificateExists`, of Batch.
        CertificateExists = "CertificateExists",
        /// `CertificateNotFound`, of Batch.
        CertificateNotFound = "CertificateNotFound",
        /// `CertificateStateActive`, of Batch.
        CertificateStateActive = "CertificateStateActive",
        /// `ConditionNotMet`, of Batch and Blob Storage.
        ConditionNotMet = "ConditionNotMet",
        /// `ContainerAlreadyExists`, of Blob Storage.
        ContainerAlreadyExists = "ContainerAlreadyExists",
        /// `ContainerBeingDeleted`, of Blob Storage.
        ContainerBeingDeleted = "ContainerBeingDeleted",
        /// `ContainerDisabled`, of Blob Storage.
        ContainerDisabled = "ContainerDisabled",
        /// `ContainerNotFound`, of Blob Storage.
        ContainerNotFound = "ContainerNotFound",
        /// `CopyIdMismatch`, of Blob Storage.
        CopyIdMismatch = "CopyIdMismatch",
        /// `EmptyMetadataKey`, of Batch and Blob Storage.
        EmptyMetadataKey = "EmptyMetadataKey",
        /// `FileNotFound`, of Batch.
        FileNotFound = "FileNotFound",
        /// `HostInformationNotPresent`, of Batch.
        HostInformationNotPresent = "HostInformationNotPresent",
        /// `IOError`, of Batch.
        IOError = "IOError",
        /// `InsufficientAccountPermissions`, of Batch.
        InsufficientAccountPermissions = "InsufficientAccountPermissions",
        /// `InternalError`, of Batch and Blob Storage.
        InternalError = "InternalError",
        /// `InvalidApplicationPackageReferences`, of Batch.
        InvalidApplicationPackageReferences = "InvalidApplicationPackageReferences",
        /// `InvalidAuthenticationInfo`, of Batch and Blob Storage.
        InvalidAuthenticationInfo = "InvalidAuthenticationInfo",
        /// `InvalidAutoScalingSettings`, of Batch.
        InvalidAutoScalingSettings = "InvalidAutoScalingSettings",
        /// `InvalidBlobOrBlock`, of Blob Storage.
        InvalidBlobOrBlock = "InvalidBlobOrBlock",
        /// `InvalidBlobType`, of Blob Storage.
        InvalidBlobType = "InvalidBlobType",
        /// `InvalidBlockId`, of Blob Storage.
        InvalidBlockId = "InvalidBlockId",
        /// `InvalidBlockList`, of Blob Storage.
        InvalidBlockList = "InvalidBlockList",
        /// `InvalidCertificateReferences`, of Batch.
        InvalidCertificateReferences = "InvalidCertificateReferences",
        /// `InvalidConstraintValue`, of Batch.
        InvalidConstraintValue = "InvalidConstraintValue",
        /// `InvalidHeaderValue`, of Batch and Blob Storage.
        InvalidHeaderValue = "InvalidHeaderValue",
        /// `InvalidHttpVerb`, of Batch.
        InvalidHttpVerb = "InvalidHttpVerb",
        /// `InvalidInput`, of Batch and Blob Storage.
        InvalidInput = "InvalidInput",
        /// `InvalidMd5`, of Blob Storage.
        InvalidMd5 = "InvalidMd5",
        /// `InvalidMetadata`, of Batch and Blob Storage.
        InvalidMetadata = "InvalidMetadata",
        /// `InvalidPropertyValue`, of Batch.
        InvalidPropertyValue = "InvalidPropertyValue",
        /// `InvalidQueryParameterValue`, of Batch and Blob Storage.
        InvalidQueryParameterValue = "InvalidQueryParameterValue",
        /// `InvalidRange`, of Batch and Blob Storage.
        InvalidRange = "InvalidRange",
        /// `InvalidRequestBody`, of Batch.
        InvalidRequestBody = "InvalidRequestBody",
        /// `InvalidResourceName`, of Blob Storage.
        InvalidResourceName = "InvalidResourceName",
        /// `InvalidRestAPIForAccountSetting`, of Batch.
        InvalidRestAPIForAccountSetting = "InvalidRestAPIForAccountSetting",
        /// `InvalidUri`, of Batch and Blob Storage.
        InvalidUri = "InvalidUri",
        /// `InvalidXmlDocument`, of Blob Storage.
        InvalidXmlDocument = "InvalidXmlDocument",
        /// `InvalidXmlNodeValue`, of Blob Storage.
        InvalidXmlNodeValue = "InvalidXmlNodeValue",
        /// `JobBeingDeleted`, of Batch.
        JobBeingDeleted = "JobBeingDeleted",
        /// `JobBeingTerminated`, of Batch.
        JobBeingTerminated = "JobBeingTerminated",
        /// `JobCompleted`, of Batch.
        JobCompleted = "JobCompleted",
        /// `JobDisabled`, of Batch.
        JobDisabled = "JobDisabled",
        /// `JobExists`, of Batch.
        JobExists = "JobExists",
        /// `JobNotActive`, of Batch.
        JobNotActive = "JobNotActive",
        /// `JobNotFound`, of Batch.
        JobNotFound = "JobNotFound",
        /// `JobPreparationTaskNotRunOnNode`, of Batch.
        JobPreparationTaskNotRunOnNode = "JobPreparationTaskNotRunOnNode",
        /// `JobPreparationTaskNotSpecified`, of Batch.
        JobPreparationTaskNotSpecified = "JobPreparationTaskNotSpecified",
        /// `JobReleaseTaskNotRunOnNode`, of Batch.
        JobReleaseTaskNotRunOnNode = "JobReleaseTaskNotRunOnNode",
        /// `JobReleaseTaskNotSpecified`, of Batch.
        JobReleaseTaskNotSpecified = "JobReleaseTaskNotSpecified",
        /// `JobScheduleBeingDeleted`, of Batch.
        JobScheduleBeingDeleted = "JobScheduleBeingDeleted",
        /// `JobScheduleBeingTerminated`, of Batch.
        JobScheduleBeingTerminated = "JobScheduleBeingTerminated",
        /// `JobScheduleCompleted`, of Batch.
        JobScheduleCompleted = "JobScheduleCompleted",
        /// `JobScheduleDisabled`, of Batch.
        JobScheduleDisabled = "JobScheduleDisabled",
        /// `JobScheduleExists`, of Batch.
        JobScheduleExists = "JobScheduleExists",
        /// `JobScheduleNotFound`, of Batch.
        JobScheduleNotFound = "JobScheduleNotFound",
        /// `JobScheduleWithSameIdExists`, of Batch.
        JobScheduleWithSameIdExists = "JobScheduleWithSameIdExists",
        /// `JobWithSameIdExists`, of Batch.
        JobWithSameIdExists = "JobWithSameIdExists",
        /// `LeaseAlreadyPresent`, of Blob Storage.
        LeaseAlreadyPresent = "LeaseAlreadyPresent",
        /// `LeaseIdMissing`, of Blob Storage.
        LeaseIdMissing = "LeaseIdMissing",
        /// `Md5Mismatch`, of Blob Storage.
        Md5Mismatch = "Md5Mismatch",
        /// `MetadataTooLarge`, of Batch and Blob Storage.
        MetadataTooLarge = "MetadataTooLarge",
        /// `MissingContentLengthHeader`, of Batch and Blob Storage.
        MissingContentLengthHeader = "MissingContentLengthHeader",
        /// `MissingRequiredHeader`, of Batch and Blob Storage.
        MissingRequiredHeader = "MissingRequiredHeader",
        /// `MissingRequiredProperty`, of Batch.
        MissingRequiredProperty = "MissingRequiredProperty",
        /// `MissingRequiredQueryParameter`, of Batch and Blob Storage.
        MissingRequiredQueryParameter = "MissingRequiredQueryParameter",
        /// `MissingRequiredXmlNode`, of Blob Storage.
        MissingRequiredXmlNode = "MissingRequiredXmlNode",
        /// `MultipleConditionHeadersNotSupported`, of Batch and Blob Storage.
        MultipleConditionHeadersNotSupported = "MultipleConditionHeadersNotSupported",
        /// `NoAuthenticationInformation`, of Blob Storage.
        NoAuthenticationInformation = "NoAuthenticationInformation",
        /// `NoPendingCopyOperation`, of Blob Storage.
        NoPendingCopyOperation = "NoPendingCopyOperation",
        /// `NodeAgentSKUNotFound`, of Batch.
        NodeAgentSKUNotFound = "NodeAgentSKUNotFound",
        /// `NodeAlreadyInTargetSchedulingState`, of Batch.
        NodeAlreadyInTargetSchedulingState = "NodeAlreadyInTargetSchedulingState",
        /// `NodeBeingCreated`, of Batch.
        NodeBeingCreated = "NodeBeingCreated",
        /// `NodeBeingRebooted`, of Batch.
        NodeBeingRebooted = "NodeBeingRebooted",
        /// `NodeBeingReimaged`, of Batch.
        NodeBeingReimaged = "NodeBeingReimaged",
        /// `NodeBeingStarted`, of Batch.
        NodeBeingStarted = "NodeBeingStarted",
        /// `NodeCountsMismatch`, of Batch.
        NodeCountsMismatch = "NodeCountsMismatch",
        /// `NodeNotFound`, of Batch.
        NodeNotFound = "NodeNotFound",
        /// `NodeStateUnusable`, of Batch.
        NodeStateUnusable = "NodeStateUnusable",
        /// `NodeUserExists`, of Batch.
        NodeUserExists = "NodeUserExists",
        /// `NodeUserNotFound`, of Batch.
        NodeUserNotFound = "NodeUserNotFound",
        /// `NotImplemented`, of Batch.
        NotImplemented = "NotImplemented",
        /// `NotSimulated`, of Batch and Blob Storage.
        NotSimulated = "NotSimulated",
        /// `OSVersionDisabled`, of Batch.
        OSVersionDisabled = "OSVersionDisabled",
        /// `OSVersionExpired`, of Batch.
        OSVersionExpired = "OSVersionExpired",
        /// `OSVersionNotFound`, of Batch.
        OSVersionNotFound = "OSVersionNotFound",
        /// `OperationInvalidForCurrentState`, of Batch.
        OperationInvalidForCurrentState = "OperationInvalidForCurrentState",
        /// `OperationNotValidOnNode`, of Batch.
        OperationNotValidOnNode = "OperationNotValidOnNode",
        /// `OperationNotValidOnPool`, of Batch.
        OperationNotValidOnPool = "OperationNotValidOnPool",
        /// `OperationTimedOut`, of Batch and Blob Storage.
        OperationTimedOut = "OperationTimedOut",
        /// `OutOfRangeInput`, of Batch and Blob Storage.
        OutOfRangeInput = "OutOfRangeInput",
        /// `OutOfRangePriority`, of Batch.
        OutOfRangePriority = "OutOfRangePriority",
        /// `OutOfRangeQueryParameterValue`, of Batch and Blob Storage.
        OutOfRangeQueryParameterValue = "OutOfRangeQueryParameterValue",
        /// `PathNotFound`, of Batch.
        PathNotFound = "PathNotFound",
        /// `PendingCopyOperation`, of Blob Storage.
        PendingCopyOperation = "PendingCopyOperation",
        /// `PoolBeingCreated`, of Batch.
        PoolBeingCreated = "PoolBeingCreated",
        /// `PoolBeingDeleted`, of Batch.
        PoolBeingDeleted = "PoolBeingDeleted",
        /// `PoolBeingResized`, of Batch.
        PoolBeingResized = "PoolBeingResized",
        /// `PoolExists`, of Batch.
        PoolExists = "PoolExists",
        /// `PoolNotEligibleForOSVersionUpgrade`, of Batch.
        PoolNotEligibleForOSVersionUpgrade = "PoolNotEligibleForOSVersionUpgrade",
        /// `PoolNotFound`, of Batch.
        PoolNotFound = "PoolNotFound",
        /// `PoolQuotaReached`, of Batch.
        PoolQuotaReached = "PoolQuotaReached",
        /// `PoolVersionEqualsUpgradeVersion`, of Batch.
        PoolVersionEqualsUpgradeVersion = "PoolVersionEqualsUpgradeVersion",
        /// `PublicAccessNotPermitted`, of Blob Storage.
        PublicAccessNotPermitted = "PublicAccessNotPermitted",
        /// `RequestBodyTooLarge`, of Batch and Blob Storage.
        RequestBodyTooLarge = "RequestBodyTooLarge",
        /// `RequestEntityTooLarge`, of Batch.
        RequestEntityTooLarge = "RequestEntityTooLarge",
        /// `RequestUrlFailedToParse`, of Batch and Blob Storage.
        RequestUrlFailedToParse = "RequestUrlFailedToParse",
        /// `ResourceAlreadyExists`, of Batch.
        ResourceAlreadyExists = "ResourceAlreadyExists",
        /// `ResourceNotFound`, of Batch and Blob Storage.
        ResourceNotFound = "ResourceNotFound",
        /// `ResourceTypeMismatch`, of Batch and Blob Storage.
        ResourceTypeMismatch = "ResourceTypeMismatch",
        /// `ServerBusy`, of Batch and Blob Storage.
        ServerBusy = "ServerBusy",
        /// `SnapshotsPresent`, of Blob Storage.
        SnapshotsPresent = "SnapshotsPresent",
        /// `SourceConditionNotMet`, of Blob Storage.
        SourceConditionNotMet = "SourceConditionNotMet",
        /// `StorageAccountNotFound`, of Batch.
        StorageAccountNotFound = "StorageAccountNotFound",
        /// `TargetConditionNotMet`, of Blob Storage.
        TargetConditionNotMet = "TargetConditionNotMet",
        /// `TaskCompleted`, of Batch.
        TaskCompleted = "TaskCompleted",
        /// `TaskDependenciesNotSpecifiedOnJob`, of Batch.
        TaskDependenciesNotSpecifiedOnJob = "TaskDependenciesNotSpecifiedOnJob",
        /// `TaskDependencyListTooLong`, of Batch.
        TaskDependencyListTooLong = "TaskDependencyListTooLong",
        /// `TaskDependencyRangesTooLong`, of Batch.
        TaskDependencyRangesTooLong = "TaskDependencyRangesTooLong",
        /// `TaskExists`, of Batch.
        TaskExists = "TaskExists",
        /// `TaskFilesCleanedup`, of Batch.
        TaskFilesCleanedup = "TaskFilesCleanedup",
        /// `TaskFilesUnavailable`, of Batch.
        TaskFilesUnavailable = "TaskFilesUnavailable",
        /// `TaskIdSameAsJobPreparationTask`, of Batch.
        TaskIdSameAsJobPreparationTask = "TaskIdSameAsJobPreparationTask",
        /// `TaskIdSameAsJobReleaseTask`, of Batch.
        TaskIdSameAsJobReleaseTask = "TaskIdSameAsJobReleaseTask",
        /// `TaskNotCompleted`, of Batch.
        TaskNotCompleted = "TaskNotCompleted",
        /// `TaskNotFound`, of Batch.
        TaskNotFound = "TaskNotFound",
        /// `TaskSucceeded`, of Batch.
        TaskSucceeded = "TaskSucceeded",
        /// `TooManyEnableAutoScaleRequests`, of Batch.
        TooManyEnableAutoScaleRequests = "TooManyEnableAutoScaleRequests",
        /// `TooManyRequests`, of Batch.
        TooManyRequests = "TooManyRequests",
        /// `UnauthorizedBlobOverwrite`, of Blob Storage.
        UnauthorizedBlobOverwrite = "UnauthorizedBlobOverwrite",
        /// `UnsupportedConstraint`, of Batch.
        UnsupportedConstraint = "UnsupportedConstraint",
        /// `UnsupportedHeader`, of Batch and Blob Storage.
        UnsupportedHeader = "UnsupportedHeader",
        /// `UnsupportedHttpVerb`, of Batch and Blob Storage.
        UnsupportedHttpVerb = "UnsupportedHttpVerb",
        /// `UnsupportedHttpVersion`, of Batch.
        UnsupportedHttpVersion = "UnsupportedHttpVersion",
        /// `UnsupportedProperty`, of Batch.
        UnsupportedProperty = "UnsupportedProperty",
        /// `UnsupportedQueryParameter`, of Batch and Blob Storage.
        UnsupportedQueryParameter = "UnsupportedQueryParameter",
        /// `UnsupportedRequestVersion`, of Batch.
        UnsupportedRequestVersion = "UnsupportedRequestVersion",
        /// `UnsupportedXmlNode`, of Blob Storage.
        UnsupportedXmlNode = "UnsupportedXmlNode",
        /// `UpgradePoolVersionConflict`, of Batch.
        UpgradePoolVersionConflict = "UpgradePoolVersionConflict",
    }
}

/// Codes of the Batch service with status and text.
pub(super) const BATCH: &[(ErrorCode, u16, &str)] = &[
    (
        ErrorCode::AccountIsDisabled,
        403,
        "The specified account is disabled.",
    ),
    (
        ErrorCode::ActiveJobAndScheduleQuotaReached,
        409,
        "Active job and schedule quota for the account has been reached.",
    ),
    (
        ErrorCode::ApplicationNotFound,
        404,
        "The specified application does not exist.",
    ),
    (
        ErrorCode::AuthenticationFailed,
        403,
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
    ),
    (
        ErrorCode::AutoScaleFormulaTooLong,
        400,
        "The specified auto-scaling formula exceeds lengths limit.",
    ),
    (
        ErrorCode::AutoScalingFormulaSyntaxError,
        400,
        "The specified auto-scaling formula has a syntax error.",
    ),
    (
        ErrorCode::AutoScalingFormulaTooLong,
        400,
        "The specified auto-scaling formula exceeds lengths limit.",
    ),
    (
        ErrorCode::CertificateBeingDeleted,
        409,
        "The specified certificate has been marked for deletion and is being deleted.",
    ),
    (
        ErrorCode::CertificateDeleteFailed,
        409,
        "The certificate could not be deleted.",
    ),
    (
        ErrorCode::CertificateExists,
        409,
        "The specified certificate already exists.",
    ),
    (
        ErrorCode::CertificateNotFound,
        404,
        "The specified certificate does not exist.",
    ),
    (
        ErrorCode::CertificateStateActive,
        409,
        "The certificate is active.",
    ),
    (
        ErrorCode::ConditionNotMet,
        412,
        "The condition specified using HTTP conditional header(s) is not met.",
    ),
    (
        ErrorCode::EmptyMetadataKey,
        400,
        "The key for one of the metadata key-value pairs is empty.",
    ),
    (ErrorCode::FileNotFound, 404, "The specified file does not exist."),
    (
        ErrorCode::HostInformationNotPresent,
        400,
        "The host is not given.",
    ),
    (
        ErrorCode::IOError,
        403,
        "An I/O error occurred when accessing the specified resource.",
    ),
    (
        ErrorCode::InsufficientAccountPermissions,
        403,
        "The account being accessed does not have sufficient permissions to execute this operation.",
    ),
    (
        ErrorCode::InternalError,
        500,
        "The server encountered an internal error. Please retry the request.",
    ),
    (
        ErrorCode::InvalidApplicationPackageReferences,
        409,
        "One or more application package references could not be satisfied.",
    ),
    (
        ErrorCode::InvalidAuthenticationInfo,
        400,
        "The authentication information was not provided in the correct format. Verify the value of Authorization header.",
    ),
    (
        ErrorCode::InvalidAutoScalingSettings,
        400,
        "The specified auto-scaling settings are not valid.",
    ),
    (
        ErrorCode::InvalidCertificateReferences,
        409,
        "One or more certificate references could not be satisfied.",
    ),
    (
        ErrorCode::InvalidConstraintValue,
        400,
        "The value of one of the constraints is invalid.",
    ),
    (
        ErrorCode::InvalidHeaderValue,
        400,
        "The value for one of the HTTP headers is not in the correct format.",
    ),
    (
        ErrorCode::InvalidHttpVerb,
        400,
        "The HTTP verb specified was not recognized by the server.",
    ),
    (
        ErrorCode::InvalidInput,
        400,
        "One of the request inputs is not valid.",
    ),
    (
        ErrorCode::InvalidMetadata,
        400,
        "The specified metadata is invalid. It includes characters that are not permitted.",
    ),
    (
        ErrorCode::InvalidPropertyValue,
        400,
        "The value provided for one of the properties in the request body is invalid.",
    ),
    (
        ErrorCode::InvalidQueryParameterValue,
        400,
        "Value for one of the query parameters specified in the request URI is invalid.",
    ),
    (
        ErrorCode::InvalidRange,
        416,
        "The range specified is invalid for the current size of the resource.",
    ),
    (
        ErrorCode::InvalidRequestBody,
        400,
        "The specified Request Body is not syntactically valid.",
    ),
    (
        ErrorCode::InvalidRestAPIForAccountSetting,
        403,
        "The account settings do not allow this operation.",
    ),
    (
        ErrorCode::InvalidUri,
        400,
        "The requested URI does not represent any resource on the server.",
    ),
    (
        ErrorCode::JobBeingDeleted,
        409,
        "The specified job has been marked for deletion and is being garbage collected.",
    ),
    (
        ErrorCode::JobBeingTerminated,
        409,
        "The specified job is being terminated.",
    ),
    (
        ErrorCode::JobCompleted,
        409,
        "The specified job is already in a completed state.",
    ),
    (ErrorCode::JobDisabled, 409, "The specified job is disabled."),
    (ErrorCode::JobExists, 409, "The specified job already exists."),
    (
        ErrorCode::JobNotActive,
        409,
        "The specified job is not in active state.",
    ),
    (ErrorCode::JobNotFound, 404, "The specified job does not exist."),
    (
        ErrorCode::JobPreparationTaskNotRunOnNode,
        404,
        "The job preparation task did not run on the specified node.",
    ),
    (
        ErrorCode::JobPreparationTaskNotSpecified,
        409,
        "The specified job does not have job preparation task.",
    ),
    (
        ErrorCode::JobReleaseTaskNotRunOnNode,
        404,
        "The job release task did not run on the specified node.",
    ),
    (
        ErrorCode::JobReleaseTaskNotSpecified,
        409,
        "The specified job does not have job release task.",
    ),
    (
        ErrorCode::JobScheduleBeingDeleted,
        409,
        "The specified job schedule has been marked for deletion and is being reclaimed.",
    ),
    (
        ErrorCode::JobScheduleBeingTerminated,
        409,
        "The specified job schedule is being terminated.",
    ),
    (
        ErrorCode::JobScheduleCompleted,
        409,
        "The specified job schedule is already in completed state.",
    ),
    (
        ErrorCode::JobScheduleDisabled,
        409,
        "The specified job schedule is disabled.",
    ),
    (
        ErrorCode::JobScheduleExists,
        409,
        "The specified job schedule already exists.",
    ),
    (
        ErrorCode::JobScheduleNotFound,
        404,
        "The specified job schedule does not exist.",
    ),
    (
        ErrorCode::JobScheduleWithSameIdExists,
        409,
        "A job schedule with the specified job id exists. Job and job schedule cannot have the same id.",
    ),
    (
        ErrorCode::JobWithSameIdExists,
        409,
        "A job with the specified job schedule id exists. Job and job schedule cannot have the same id.",
    ),
    (
        ErrorCode::MetadataTooLarge,
        400,
        "The size of the specified metadata exceeds the maximum size permitted.",
    ),
    (
        ErrorCode::MissingContentLengthHeader,
        411,
        "The Content-Length header was not specified.",
    ),
    (
        ErrorCode::MissingRequiredHeader,
        400,
        "An HTTP header that's mandatory for this request is not specified.",
    ),
    (
        ErrorCode::MissingRequiredProperty,
        400,
        "A required property was not specified in the request body.",
    ),
    (
        ErrorCode::MissingRequiredQueryParameter,
        400,
        "A query parameter that's mandatory for this request is not specified.",
    ),
    (
        ErrorCode::MultipleConditionHeadersNotSupported,
        400,
        "Multiple condition headers are not supported.",
    ),
    (
        ErrorCode::NodeAgentSKUNotFound,
        404,
        "The specified Node Agent SKU does not exist.",
    ),
    (
        ErrorCode::NodeAlreadyInTargetSchedulingState,
        409,
        "The specified node is already in the target scheduling state.",
    ),
    (
        ErrorCode::NodeBeingCreated,
        409,
        "The specified node is being created",
    ),
    (
        ErrorCode::NodeBeingRebooted,
        409,
        "The specified node is being rebooted",
    ),
    (
        ErrorCode::NodeBeingReimaged,
        409,
        "The specified node is being reimaged",
    ),
    (
        ErrorCode::NodeBeingStarted,
        409,
        "The specified node is being started",
    ),
    (
        ErrorCode::NodeCountsMismatch,
        409,
        "The node counts do not match.",
    ),
    (ErrorCode::NodeNotFound, 404, "The specified node does not exist."),
    (
        ErrorCode::NodeStateUnusable,
        409,
        "The state of the specified node is unusable",
    ),
    (
        ErrorCode::NodeUserExists,
        409,
        "The specified node user already exists.",
    ),
    (
        ErrorCode::NodeUserNotFound,
        404,
        "The specified node user does not exist.",
    ),
    (
        ErrorCode::NotImplemented,
        501,
        "The operation is not implemented.",
    ),
    (
        ErrorCode::NotSimulated,
        501,
        "Batchite does not simulate this. Nothing was changed.",
    ),
    (
        ErrorCode::OSVersionDisabled,
        400,
        "The specified OS Version is disabled.",
    ),
    (
        ErrorCode::OSVersionExpired,
        400,
        "The specified OS Version is expired.",
    ),
    (
        ErrorCode::OSVersionNotFound,
        400,
        "The specified OS Version does not exists.",
    ),
    (
        ErrorCode::OperationInvalidForCurrentState,
        409,
        "The specified operation is not valid for the current state of the resource.",
    ),
    (
        ErrorCode::OperationNotValidOnNode,
        409,
        "The specified operation is not valid on the node.",
    ),
    (
        ErrorCode::OperationNotValidOnPool,
        409,
        "The specified operation is not valid on the pool.",
    ),
    (
        ErrorCode::OperationTimedOut,
        500,
        "The operation could not be completed within the permitted time.",
    ),
    (
        ErrorCode::OutOfRangeInput,
        400,
        "One of the request inputs is out of range.",
    ),
    (
        ErrorCode::OutOfRangePriority,
        400,
        "The priority is out of range.",
    ),
    (
        ErrorCode::OutOfRangeQueryParameterValue,
        400,
        "A query parameter specified in the request URI is outside the permissible range.",
    ),
    (ErrorCode::PathNotFound, 404, "The path does not exist."),
    (
        ErrorCode::PoolBeingCreated,
        409,
        "The specified pool is being created.",
    ),
    (
        ErrorCode::PoolBeingDeleted,
        409,
        "The specified pool has been marked for deletion and is being reclaimed.",
    ),
    (
        ErrorCode::PoolBeingResized,
        409,
        "The specified pool is being resized",
    ),
    (ErrorCode::PoolExists, 409, "The specified pool already exists."),
    (
        ErrorCode::PoolNotEligibleForOSVersionUpgrade,
        400,
        "The specified pool is not eligible for OS Version upgrade.",
    ),
    (ErrorCode::PoolNotFound, 404, "The specified pool does not exist."),
    (
        ErrorCode::PoolQuotaReached,
        409,
        "Pool quota for the account has been reached.",
    ),
    (
        ErrorCode::PoolVersionEqualsUpgradeVersion,
        400,
        "The pool is already with the given version.",
    ),
    (
        ErrorCode::RequestBodyTooLarge,
        413,
        "The request body is too large and exceeds the maximum permissible limit.",
    ),
    (
        ErrorCode::RequestEntityTooLarge,
        413,
        "The request entity is too large.",
    ),
    (
        ErrorCode::RequestUrlFailedToParse,
        400,
        "The url in the request could not be parsed.",
    ),
    (
        ErrorCode::ResourceAlreadyExists,
        409,
        "The resource already exists.",
    ),
    (
        ErrorCode::ResourceNotFound,
        404,
        "The specified resource does not exist.",
    ),
    (
        ErrorCode::ResourceTypeMismatch,
        409,
        "The resource is of another type.",
    ),
    (
        ErrorCode::ServerBusy,
        503,
        "The server is currently unable to receive requests. Please retry your request.",
    ),
    (
        ErrorCode::StorageAccountNotFound,
        404,
        "The storage account does not exist.",
    ),
    (
        ErrorCode::TaskCompleted,
        409,
        "The specified task is already in a completed state.",
    ),
    (
        ErrorCode::TaskDependenciesNotSpecifiedOnJob,
        400,
        "A task was specified as depending on other tasks, but the job did not specify that it would use task dependencies.",
    ),
    (
        ErrorCode::TaskDependencyListTooLong,
        400,
        "A task was specified as depending on other tasks, but the list of dependencies was too long to be stored.",
    ),
    (
        ErrorCode::TaskDependencyRangesTooLong,
        400,
        "A task was specified as depending on multiple ranges of task ids, and the list of ranges was too long to be stored.",
    ),
    (ErrorCode::TaskExists, 409, "The specified task already exists."),
    (
        ErrorCode::TaskFilesCleanedup,
        409,
        "The files of the specified task are cleanedup.",
    ),
    (
        ErrorCode::TaskFilesUnavailable,
        409,
        "The files of the specified task are unavailable.",
    ),
    (
        ErrorCode::TaskIdSameAsJobPreparationTask,
        409,
        "The specified task id is same as the job preparation task.",
    ),
    (
        ErrorCode::TaskIdSameAsJobReleaseTask,
        409,
        "The specified task id is same as the job release task.",
    ),
    (
        ErrorCode::TaskNotCompleted,
        409,
        "The specified task is not in a completed state, and the requested operation can be performed only on completed tasks.",
    ),
    (ErrorCode::TaskNotFound, 404, "The specified task does not exist."),
    (
        ErrorCode::TaskSucceeded,
        409,
        "The specified task has already completed successfully, and the requested operation cannot be performed on successful tasks.",
    ),
    (
        ErrorCode::TooManyEnableAutoScaleRequests,
        503,
        "Too many Enable Pool AutoScale requests are issued on the pool.",
    ),
    (
        ErrorCode::TooManyRequests,
        429,
        "Too many requests were sent. Please retry your request.",
    ),
    (
        ErrorCode::UnsupportedConstraint,
        400,
        "One of the constraints is not supported.",
    ),
    (
        ErrorCode::UnsupportedHeader,
        400,
        "One of the HTTP headers specified in the request is not supported.",
    ),
    (
        ErrorCode::UnsupportedHttpVerb,
        405,
        "The resource doesn't support the specified HTTP verb.",
    ),
    (
        ErrorCode::UnsupportedHttpVersion,
        505,
        "The HTTP version is not supported.",
    ),
    (
        ErrorCode::UnsupportedProperty,
        400,
        "One of the properties specified in the request body is not supported.",
    ),
    (
        ErrorCode::UnsupportedQueryParameter,
        400,
        "One of the query parameters specified in the request URI is not supported.",
    ),
    (
        ErrorCode::UnsupportedRequestVersion,
        400,
        "The specified request version is not supported.",
    ),
    (
        ErrorCode::UpgradePoolVersionConflict,
        409,
        "The pool is already upgrading to a different version.",
    ),
];

/// Codes of Blob Storage with status and text.
pub(super) const BLOB: &[(ErrorCode, u16, &str)] = &[
    (
        ErrorCode::AccountBeingCreated,
        409,
        "The specified account is in the process of being created.",
    ),
    (
        ErrorCode::AppendPositionConditionNotMet,
        412,
        "The append position condition specified was not met.",
    ),
    (
        ErrorCode::AuthenticationFailed,
        403,
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
    ),
    (
        ErrorCode::AuthorizationFailure,
        403,
        "This request is not authorized to perform this operation.",
    ),
    (
        ErrorCode::AuthorizationPermissionMismatch,
        403,
        "This request is not authorized to perform this operation using this permission.",
    ),
    (
        ErrorCode::AuthorizationProtocolMismatch,
        403,
        "This request is not authorized to perform this operation using this protocol.",
    ),
    (
        ErrorCode::AuthorizationResourceTypeMismatch,
        403,
        "This request is not authorized to perform this operation using this resource type.",
    ),
    (
        ErrorCode::AuthorizationServiceMismatch,
        403,
        "This request is not authorized to perform this operation using this service.",
    ),
    (
        ErrorCode::AuthorizationSourceIPMismatch,
        403,
        "This request is not authorized to perform this operation using this source IP {0}.",
    ),
    (
        ErrorCode::BlobAlreadyExists,
        409,
        "The specified blob already exists.",
    ),
    (
        ErrorCode::BlobArchived,
        409,
        "This operation is not permitted on an archived blob.",
    ),
    (
        ErrorCode::BlobImmutableDueToPolicy,
        409,
        "This operation is not permitted as the blob is immutable due to a policy.",
    ),
    (ErrorCode::BlobNotFound, 404, "The specified blob does not exist."),
    (
        ErrorCode::BlockCountExceedsLimit,
        409,
        "The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.",
    ),
    (
        ErrorCode::BlockListTooLong,
        400,
        "The block list may not contain more than 50,000 blocks.",
    ),
    (
        ErrorCode::CannotVerifyCopySource,
        404,
        "The specified resource does not exist.",
    ),
    (
        ErrorCode::ConditionNotMet,
        412,
        "The condition specified using HTTP conditional header(s) is not met.",
    ),
    (
        ErrorCode::ContainerAlreadyExists,
        409,
        "The specified container already exists.",
    ),
    (
        ErrorCode::ContainerBeingDeleted,
        409,
        "The specified container is being deleted. Try operation later.",
    ),
    (
        ErrorCode::ContainerDisabled,
        409,
        "The specified container has been disabled.",
    ),
    (
        ErrorCode::ContainerNotFound,
        404,
        "The specified container does not exist.",
    ),
    (
        ErrorCode::CopyIdMismatch,
        409,
        "The specified copy ID did not match the copy ID for the pending copy operation.",
    ),
    (
        ErrorCode::EmptyMetadataKey,
        400,
        "The key for one of the metadata key-value pairs is empty.",
    ),
    (
        ErrorCode::InternalError,
        500,
        "Server encountered an internal error. Please try again after some time.",
    ),
    (
        ErrorCode::InvalidAuthenticationInfo,
        400,
        "Authentication information is not given in the correct format. Check the value of Authorization header.",
    ),
    (
        ErrorCode::InvalidBlobOrBlock,
        400,
        "The specified blob or block content is invalid.",
    ),
    (
        ErrorCode::InvalidBlobType,
        409,
        "The blob type is invalid for this operation.",
    ),
    (
        ErrorCode::InvalidBlockId,
        400,
        "The specified block ID is invalid. The block ID must be Base64-encoded.",
    ),
    (
        ErrorCode::InvalidBlockList,
        400,
        "The specified block list is invalid.",
    ),
    (
        ErrorCode::InvalidHeaderValue,
        400,
        "The value for one of the HTTP headers is not in the correct format.",
    ),
    (
        ErrorCode::InvalidInput,
        400,
        "One of the request inputs is not valid.",
    ),
    (
        ErrorCode::InvalidMd5,
        400,
        "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and Base64-encoded.",
    ),
    (
        ErrorCode::InvalidMetadata,
        400,
        "The specified metadata is invalid. It includes characters that are not permitted.",
    ),
    (
        ErrorCode::InvalidQueryParameterValue,
        400,
        "Value for one of the query parameters specified in the request URI is invalid.",
    ),
    (
        ErrorCode::InvalidRange,
        416,
        "The range specified is invalid for the current size of the resource.",
    ),
    (
        ErrorCode::InvalidResourceName,
        400,
        "The specified resource name contains invalid characters.",
    ),
    (
        ErrorCode::InvalidUri,
        400,
        "The requested URI does not represent any resource on the server.",
    ),
    (
        ErrorCode::InvalidXmlDocument,
        400,
        "The specified XML is not syntactically valid.",
    ),
    (
        ErrorCode::InvalidXmlNodeValue,
        400,
        "The value provided for one of the XML nodes in the request body was not in the correct format.",
    ),
    (
        ErrorCode::LeaseAlreadyPresent,
        409,
        "There is already a lease present.",
    ),
    (
        ErrorCode::LeaseIdMissing,
        412,
        "There is currently a lease on the resource and no lease ID was specified in the request.",
    ),
    (
        ErrorCode::Md5Mismatch,
        400,
        "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
    ),
    (
        ErrorCode::MetadataTooLarge,
        400,
        "The size of the specified metadata exceeds the maximum size permitted.",
    ),
    (
        ErrorCode::MissingContentLengthHeader,
        411,
        "The Content-Length header was not specified.",
    ),
    (
        ErrorCode::MissingRequiredHeader,
        400,
        "An HTTP header that's mandatory for this request is not specified.",
    ),
    (
        ErrorCode::MissingRequiredQueryParameter,
        400,
        "A query parameter that's mandatory for this request is not specified.",
    ),
    (
        ErrorCode::MissingRequiredXmlNode,
        400,
        "A required XML node was not specified in the request body.",
    ),
    (
        ErrorCode::MultipleConditionHeadersNotSupported,
        400,
        "Multiple condition headers are not supported.",
    ),
    (
        ErrorCode::NoAuthenticationInformation,
        401,
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    ),
    (
        ErrorCode::NoPendingCopyOperation,
        409,
        "There is currently no pending copy operation.",
    ),
    (
        ErrorCode::NotSimulated,
        501,
        "Batchite does not simulate this. Nothing was changed.",
    ),
    (
        ErrorCode::OperationTimedOut,
        500,
        "Operation could not be completed within the specified time.",
    ),
    (
        ErrorCode::OutOfRangeInput,
        400,
        "One of the request inputs is out of range.",
    ),
    (
        ErrorCode::OutOfRangeQueryParameterValue,
        400,
        "One of the query parameters specified in the request URI is outside the permissible range.",
    ),
    (
        ErrorCode::PendingCopyOperation,
        409,
        "There is currently a pending copy operation.",
    ),
    (
        ErrorCode::PublicAccessNotPermitted,
        409,
        "Public access is not permitted on this storage account.",
    ),
    (
        ErrorCode::RequestBodyTooLarge,
        413,
        "The request body is too large and exceeds the maximum permissible limit.",
    ),
    (
        ErrorCode::RequestUrlFailedToParse,
        400,
        "The url in the request could not be parsed.",
    ),
    (
        ErrorCode::ResourceNotFound,
        404,
        "The specified resource does not exist.",
    ),
    (
        ErrorCode::ResourceTypeMismatch,
        409,
        "The specified resource type does not match the type of the existing resource.",
    ),
    (ErrorCode::ServerBusy, 503, "The server is busy."),
    (
        ErrorCode::SnapshotsPresent,
        409,
        "This operation is not permitted while the blob has snapshots.",
    ),
    (
        ErrorCode::SourceConditionNotMet,
        412,
        "The source condition specified using HTTP conditional header(s) is not met.",
    ),
    (
        ErrorCode::TargetConditionNotMet,
        412,
        "The target condition specified using HTTP conditional header(s) is not met.",
    ),
    (
        ErrorCode::UnauthorizedBlobOverwrite,
        403,
        "This request is not authorized to perform blob overwrites.",
    ),
    (
        ErrorCode::UnsupportedHeader,
        400,
        "One of the HTTP headers specified in the request is not supported.",
    ),
    (
        ErrorCode::UnsupportedHttpVerb,
        405,
        "The resource doesn't support specified Http Verb.",
    ),
    (
        ErrorCode::UnsupportedQueryParameter,
        400,
        "One of the query parameters specified in the request URI is not supported.",
    ),
    (
        ErrorCode::UnsupportedXmlNode,
        400,
        "One of the XML nodes specified in the request body is not supported.",
    ),
];
