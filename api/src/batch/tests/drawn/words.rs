//! The enumerations: known words and words of the future.

use super::{Draw, Drawn};
use crate::batch::*;

/// Draws for enumerations, and a check of each.
macro_rules! words {
    ($($model:ident),+ $(,)?) => {
        $(impl Drawn for $model {
            fn drawn(draw: &mut Draw) -> Self {
                draw.word(Self::KNOWN)
            }
        })+

        /// One check for each enumeration.
        pub(super) const CHECKS: &[super::Check] = &[$((stringify!($model), super::keeps::<$model>)),+];
    };
}

words! {
    AllocationState, AutoUserScope, BatchAllTasksCompleteMode, BatchErrorSourceCategory, BatchJobActionKind,
    BatchJobDefaultOrder, BatchJobPreparationTaskState, BatchJobReleaseTaskState, BatchJobScheduleState,
    BatchJobState, BatchNodeDeallocateOption, BatchNodeDeallocationOption, BatchNodeDisableSchedulingOption,
    BatchNodeFillType, BatchNodePlacementPolicyType, BatchNodeRebootKind, BatchNodeReimageOption,
    BatchNodeState, BatchPoolIdentityType, BatchPoolLifetimeOption, BatchPoolState, BatchStartTaskState,
    BatchSubtaskState, BatchTaskAddStatus, BatchTaskExecutionResult, BatchTaskFailureMode, BatchTaskState,
    CachingType, ContainerHostDataPath, ContainerType, ContainerWorkingDirectory, DependencyAction,
    DiffDiskPlacement, DisableBatchJobOption, DiskEncryptionTarget, DynamicVNetAssignmentScope,
    ElevationLevel, HostEndpointSettingsModeTypes, IPFamily, ImageVerificationType, InboundEndpointProtocol,
    IpAddressProvisioningType, LoginMode, NetworkSecurityGroupRuleAccess, OSType, OutputFileUploadCondition,
    SchedulingState, SecurityEncryptionTypes, SecurityTypes, StatusLevelTypes, StorageAccountType,
    UpgradeMode,
}
