//! The enumerations: known words and words of the future.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Draw, Drawn, keeps};
use crate::batch::*;

/// What [`keeps`] asks, and that a word of the future comes back to the letter: the words that are
/// drawn have been through the code under test already.
fn keeps_word<T>(draw: &mut Draw) -> Result<(), TestCaseError>
where
    T: Drawn + Serialize + DeserializeOwned + PartialEq + Debug,
{
    keeps::<T>(draw)?;
    let word = json!(format!("Future{}", String::drawn(draw)));
    let read: T = serde_json::from_value(word.clone()).unwrap();
    prop_assert_eq!(serde_json::to_value(read).unwrap(), word);
    Ok(())
}

/// Draws for enumerations, and a check of each.
macro_rules! words {
    ($($model:ident),+ $(,)?) => {
        $(impl Drawn for $model {
            fn drawn(draw: &mut Draw) -> Self {
                draw.word(Self::KNOWN)
            }
        })+

        /// One check for each enumeration.
        pub(super) const CHECKS: &[super::Check] = &[$((stringify!($model), keeps_word::<$model>)),+];
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
