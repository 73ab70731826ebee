//! Models of any content come back from JSON as they went in.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::batch::*;
use crate::time::{TimeSpan, Timestamp};

fn holds<T: Serialize + DeserializeOwned + PartialEq + Debug>(model: &T) -> Result<(), TestCaseError> {
    let json = serde_json::to_string(model).unwrap();
    let read: T = serde_json::from_str(&json).unwrap();
    prop_assert_eq!(&read, model);
    prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    any::<String>()
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.ticks()).prop_map(Timestamp::from_ticks)
}

fn span() -> impl Strategy<Value = TimeSpan> {
    prop_oneof![
        9 => (0..=i64::MAX).prop_map(TimeSpan::from_ticks),
        1 => Just(TimeSpan::INFINITE),
    ]
}

/// A known word or one of the future; the empty word is what an absent property reads as.
fn word<T: Clone + Debug + for<'a> From<&'a str> + 'static>(known: &'static [T]) -> impl Strategy<Value = T> {
    prop_oneof![
        3 => proptest::sample::select(known),
        1 => "[a-zA-Z]{1,12}".prop_map(|word| T::from(word.as_str())),
    ]
}

prop_compose! {
    fn constraints()(
        max_wall_clock_time in of(span()),
        retention_time in of(span()),
        max_task_retry_count in of(any::<i32>()),
    ) -> BatchTaskConstraints {
        BatchTaskConstraints { max_wall_clock_time, retention_time, max_task_retry_count }
    }
}

prop_compose! {
    fn resource_file()(
        http_url in of(text()),
        blob_prefix in of(text()),
        file_path in of(text()),
        file_mode in of(text()),
        resource_id in of(of(text())),
    ) -> ResourceFile {
        ResourceFile {
            http_url: http_url.map(Into::into),
            blob_prefix,
            file_path,
            file_mode,
            identity_reference: resource_id.map(|resource_id| BatchNodeIdentityReference { resource_id }),
            ..Default::default()
        }
    }
}

prop_compose! {
    fn exit_conditions()(
        codes in vec((any::<i32>(), of(word(BatchJobActionKind::KNOWN)), of(word(DependencyAction::KNOWN))), 0..3),
        default in of(of(word(BatchJobActionKind::KNOWN))),
    ) -> ExitConditions {
        let entry = |(code, job_action, dependency_action)| ExitCodeMapping {
            code,
            exit_options: ExitOptions { job_action, dependency_action },
        };
        ExitConditions {
            exit_codes: codes.into_iter().map(entry).collect(),
            default: default.map(|job_action| ExitOptions { job_action, dependency_action: None }),
            ..Default::default()
        }
    }
}

prop_compose! {
    fn task()(
        id in text(),
        display_name in of(text()),
        command_line in text(),
        resource_files in vec(resource_file(), 0..3),
        settings in vec((text(), of(text())), 0..3),
        constraints in of(constraints()),
        exit_conditions in of(exit_conditions()),
        required_slots in of(any::<i32>()),
        task_ids in of(vec(text(), 0..3)),
    ) -> BatchTaskCreateOptions {
        let setting = |(name, value): (String, Option<String>)| EnvironmentSetting { name, value: value.map(Into::into) };
        BatchTaskCreateOptions {
            id,
            display_name,
            command_line: command_line.into(),
            resource_files,
            environment_settings: settings.into_iter().map(setting).collect(),
            constraints,
            exit_conditions,
            required_slots,
            depends_on: task_ids.map(|task_ids| BatchTaskDependencies { task_ids, ..Default::default() }),
            ..Default::default()
        }
    }
}

prop_compose! {
    fn execution()(
        start_time in of(moment()),
        end_time in of(moment()),
        exit_code in of(any::<i32>()),
        retry_count in any::<i32>(),
        requeue_count in any::<i32>(),
        result in of(word(BatchTaskExecutionResult::KNOWN)),
        failure in of((word(BatchErrorSourceCategory::KNOWN), of(text()), of(text()))),
    ) -> BatchTaskExecutionInfo {
        let told = |(category, code, message)| BatchTaskFailureInfo { category, code, message, ..Default::default() };
        BatchTaskExecutionInfo {
            start_time,
            end_time,
            exit_code,
            retry_count,
            requeue_count,
            result,
            failure_info: failure.map(told),
            ..Default::default()
        }
    }
}

prop_compose! {
    fn file_properties()(
        creation_time in of(moment()),
        last_modified in moment(),
        content_length in any::<u64>(),
        content_type in of(text()),
        file_mode in of(text()),
    ) -> FileProperties {
        FileProperties { creation_time, last_modified, content_length, content_type, file_mode }
    }
}

prop_compose! {
    fn resize()(
        target_dedicated_nodes in of(any::<i32>()),
        target_low_priority_nodes in of(any::<i32>()),
        resize_timeout in of(span()),
        node_deallocation_option in of(word(BatchNodeDeallocationOption::KNOWN)),
    ) -> BatchPoolResizeOptions {
        BatchPoolResizeOptions {
            target_dedicated_nodes,
            target_low_priority_nodes,
            resize_timeout,
            node_deallocation_option,
        }
    }
}

prop_compose! {
    fn pool_update()(
        display_name in of(text()),
        metadata in of(vec((text(), text()), 0..3)),
        task_slots_per_node in of(any::<i32>()),
        node_fill_type in of(word(BatchNodeFillType::KNOWN)),
    ) -> BatchPoolUpdateOptions {
        let item = |(name, value)| BatchMetadataItem { name, value };
        BatchPoolUpdateOptions {
            display_name,
            metadata: metadata.map(|items| items.into_iter().map(item).collect()),
            task_slots_per_node,
            task_scheduling_policy: node_fill_type
                .map(|node_fill_type| BatchTaskSchedulingPolicy { job_default_order: None, node_fill_type }),
            ..Default::default()
        }
    }
}

proptest! {
    #[test]
    fn tasks(task in task()) {
        holds(&task)?;
    }

    #[test]
    fn execution_information(execution in execution()) {
        holds(&execution)?;
    }

    #[test]
    fn files(properties in file_properties()) {
        holds(&properties)?;
    }

    #[test]
    fn resizes(resize in resize()) {
        holds(&resize)?;
    }

    #[test]
    fn pool_updates(update in pool_update()) {
        holds(&update)?;
    }
}
