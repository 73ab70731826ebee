//! The words of the enumerations.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{read, rewritten};
use crate::batch::*;

/// Asserts that every known word is read whatever its case, comes back as it is declared, and is unlike the others.
#[track_caller]
fn hold<T>(known: &[T])
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let mut words = BTreeSet::new();
    for value in known {
        let json = serde_json::to_value(value).unwrap();
        let word = json.as_str().unwrap().to_owned();
        for spelling in [word.clone(), word.to_uppercase(), word.to_lowercase()] {
            assert_eq!(&read::<T>(json!(spelling)), value);
        }
        assert!(
            !word.is_empty() && words.insert(word.to_lowercase()),
            "{word} stands twice"
        );
    }
}

#[test]
fn known_words_are_read_in_any_case_and_written_as_declared() {
    hold(AllocationState::KNOWN);
    hold(AutoUserScope::KNOWN);
    hold(BatchAllTasksCompleteMode::KNOWN);
    hold(BatchErrorSourceCategory::KNOWN);
    hold(BatchJobActionKind::KNOWN);
    hold(BatchJobDefaultOrder::KNOWN);
    hold(BatchJobPreparationTaskState::KNOWN);
    hold(BatchJobReleaseTaskState::KNOWN);
    hold(BatchJobScheduleState::KNOWN);
    hold(BatchJobState::KNOWN);
    hold(BatchNodeDeallocateOption::KNOWN);
    hold(BatchNodeDeallocationOption::KNOWN);
    hold(BatchNodeDisableSchedulingOption::KNOWN);
    hold(BatchNodeFillType::KNOWN);
    hold(BatchNodePlacementPolicyType::KNOWN);
    hold(BatchNodeRebootKind::KNOWN);
    hold(BatchNodeReimageOption::KNOWN);
    hold(BatchNodeState::KNOWN);
    hold(BatchPoolIdentityType::KNOWN);
    hold(BatchPoolLifetimeOption::KNOWN);
    hold(BatchPoolState::KNOWN);
    hold(BatchStartTaskState::KNOWN);
    hold(BatchSubtaskState::KNOWN);
    hold(BatchTaskAddStatus::KNOWN);
    hold(BatchTaskExecutionResult::KNOWN);
    hold(BatchTaskFailureMode::KNOWN);
    hold(BatchTaskState::KNOWN);
    hold(CachingType::KNOWN);
    hold(ContainerHostDataPath::KNOWN);
    hold(ContainerType::KNOWN);
    hold(ContainerWorkingDirectory::KNOWN);
    hold(DependencyAction::KNOWN);
    hold(DiffDiskPlacement::KNOWN);
    hold(DisableBatchJobOption::KNOWN);
    hold(DiskEncryptionTarget::KNOWN);
    hold(DynamicVNetAssignmentScope::KNOWN);
    hold(ElevationLevel::KNOWN);
    hold(HostEndpointSettingsModeTypes::KNOWN);
    hold(IPFamily::KNOWN);
    hold(ImageVerificationType::KNOWN);
    hold(InboundEndpointProtocol::KNOWN);
    hold(IpAddressProvisioningType::KNOWN);
    hold(LoginMode::KNOWN);
    hold(NetworkSecurityGroupRuleAccess::KNOWN);
    hold(OSType::KNOWN);
    hold(OutputFileUploadCondition::KNOWN);
    hold(SchedulingState::KNOWN);
    hold(SecurityEncryptionTypes::KNOWN);
    hold(SecurityTypes::KNOWN);
    hold(StatusLevelTypes::KNOWN);
    hold(StorageAccountType::KNOWN);
    hold(UpgradeMode::KNOWN);
}

#[test]
fn a_word_nobody_knows_survives_as_it_came() {
    let state: AllocationState = read(json!("Hibernating"));
    assert!(!state.is_known());
    assert_eq!(state, AllocationState::Other("Hibernating".into()));
    assert_eq!(
        rewritten::<AllocationState>(&json!("Hibernating")),
        json!("Hibernating")
    );
    let pool = json!({ "nodeFillType": "Diagonal" });
    assert_eq!(rewritten::<BatchTaskSchedulingPolicy>(&pool), pool);
}

#[test]
fn a_state_that_was_left_out_is_no_known_state() {
    let task: BatchTask = read(json!({ "id": "t" }));
    assert!(!task.state.is_known());
}
