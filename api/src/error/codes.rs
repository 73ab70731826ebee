//! The codes of both services; `table` has their statuses and texts.
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
        /// `AllBatchSubRequestsShouldBeSameApi`, of Blob Storage.
        AllBatchSubRequestsShouldBeSameApi = "AllBatchSubRequestsShouldBeSameApi",
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
        /// `BlobIsSealed`, of Blob Storage.
        BlobIsSealed = "BlobIsSealed",
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
        /// `CorsPreflightFailure`, of Blob Storage.
        CorsPreflightFailure = "CorsPreflightFailure",
        /// `Crc64Mismatch`, of Blob Storage.
        Crc64Mismatch = "Crc64Mismatch",
        /// `EmptyMetadataKey`, of Batch and Blob Storage.
        EmptyMetadataKey = "EmptyMetadataKey",
        /// `ExceedsMaxBatchRequestCount`, of Blob Storage.
        ExceedsMaxBatchRequestCount = "ExceedsMaxBatchRequestCount",
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
        /// `InvalidTag`, of Blob Storage.
        InvalidTag = "InvalidTag",
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
        /// `LeaseIdMismatchWithBlobOperation`, of Blob Storage.
        LeaseIdMismatchWithBlobOperation = "LeaseIdMismatchWithBlobOperation",
        /// `LeaseIdMismatchWithContainerOperation`, of Blob Storage.
        LeaseIdMismatchWithContainerOperation = "LeaseIdMismatchWithContainerOperation",
        /// `LeaseIdMismatchWithLeaseOperation`, of Blob Storage.
        LeaseIdMismatchWithLeaseOperation = "LeaseIdMismatchWithLeaseOperation",
        /// `LeaseIdMissing`, of Blob Storage.
        LeaseIdMissing = "LeaseIdMissing",
        /// `LeaseIsBreakingAndCannotBeAcquired`, of Blob Storage.
        LeaseIsBreakingAndCannotBeAcquired = "LeaseIsBreakingAndCannotBeAcquired",
        /// `LeaseIsBreakingAndCannotBeChanged`, of Blob Storage.
        LeaseIsBreakingAndCannotBeChanged = "LeaseIsBreakingAndCannotBeChanged",
        /// `LeaseIsBrokenAndCannotBeRenewed`, of Blob Storage.
        LeaseIsBrokenAndCannotBeRenewed = "LeaseIsBrokenAndCannotBeRenewed",
        /// `LeaseLost`, of Blob Storage.
        LeaseLost = "LeaseLost",
        /// `LeaseNotPresentWithBlobOperation`, of Blob Storage.
        LeaseNotPresentWithBlobOperation = "LeaseNotPresentWithBlobOperation",
        /// `LeaseNotPresentWithContainerOperation`, of Blob Storage.
        LeaseNotPresentWithContainerOperation = "LeaseNotPresentWithContainerOperation",
        /// `LeaseNotPresentWithLeaseOperation`, of Blob Storage.
        LeaseNotPresentWithLeaseOperation = "LeaseNotPresentWithLeaseOperation",
        /// `MaxBlobSizeConditionNotMet`, of Blob Storage.
        MaxBlobSizeConditionNotMet = "MaxBlobSizeConditionNotMet",
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
        /// `TagsTooLarge`, of Blob Storage.
        TagsTooLarge = "TagsTooLarge",
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
