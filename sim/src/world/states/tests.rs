//! The tables held against the documented transitions, written out state by state: whatever is not a row may not happen.

use std::collections::BTreeSet;

use batchite_api::batch::{
    AllocationState, BatchJobScheduleState, BatchJobState, BatchNodeState, BatchPoolState,
};

use super::*;

/// Rows of `from: to to`, as pairs.
fn rows(table: &str) -> BTreeSet<(String, String)> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            let (from, to) = line.split_once(':').expect("a row");
            to.split_whitespace()
                .map(move |to| (from.to_owned(), to.to_owned()))
        })
        .collect()
}

/// Every pair of states that a table lets through.
fn allowed<S>(
    states: &[S],
    word: fn(&S) -> &str,
    may_become: impl Fn(&S, &S) -> bool,
) -> BTreeSet<(String, String)> {
    let pairs = states
        .iter()
        .flat_map(|from| states.iter().map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| may_become(from, to))
        .map(|(from, to)| (word(from).to_owned(), word(to).to_owned()))
        .collect()
}

#[test]
fn pools_are_active_until_they_are_deleted() {
    let found = allowed(BatchPoolState::KNOWN, BatchPoolState::as_str, pool_may_become);
    assert_eq!(found, rows("active: deleting"));
}

#[test]
fn allocation_resizes_stops_and_is_steady() {
    let found = allowed(
        AllocationState::KNOWN,
        AllocationState::as_str,
        allocation_may_become,
    );
    // A resize that supersedes another begins while that one is under way.
    let documented = "
        steady: resizing
        resizing: stopping steady resizing
        stopping: steady resizing";
    assert_eq!(found, rows(documented));
}

#[test]
fn nodes_boot_work_and_go() {
    let found = allowed(BatchNodeState::KNOWN, BatchNodeState::as_str, node_may_become);
    // A node that runs tasks is idle in between when something happens to it: tasks are dealt with first.
    let documented = "
        creating: starting leavingpool
        starting: idle waitingforstarttask leavingpool preempted unusable unknown
        waitingforstarttask: idle starttaskfailed leavingpool preempted unusable unknown
        starttaskfailed: rebooting reimaging deallocating leavingpool preempted unusable unknown
        idle: running offline rebooting reimaging deallocating upgradingos leavingpool preempted unusable unknown
        running: idle leavingpool
        offline: idle leavingpool preempted unusable unknown
        rebooting: starting leavingpool preempted unusable unknown
        reimaging: starting leavingpool preempted unusable unknown
        upgradingos: starting leavingpool preempted unusable unknown
        deallocating: deallocated leavingpool
        deallocated: starting leavingpool
        preempted: creating leavingpool
        unusable: starting leavingpool preempted
        unknown: starting leavingpool preempted";
    assert_eq!(found, rows(documented));
}

#[test]
fn jobs_end_once() {
    let found = allowed(BatchJobState::KNOWN, BatchJobState::as_str, job_may_become);
    let documented = "
        active: disabling terminating deleting
        disabling: disabled enabling terminating deleting
        disabled: enabling terminating deleting
        enabling: active terminating deleting
        terminating: completed deleting
        completed: deleting";
    assert_eq!(found, rows(documented));
}

#[test]
fn job_schedules_end_once() {
    let found = allowed(
        BatchJobScheduleState::KNOWN,
        BatchJobScheduleState::as_str,
        job_schedule_may_become,
    );
    let documented = "
        active: disabled terminating completed deleting
        disabled: active terminating completed deleting
        terminating: completed deleting
        completed: deleting";
    assert_eq!(found, rows(documented));
}

#[test]
fn tasks_complete_for_good_unless_they_are_reactivated() {
    use TaskPhase::{Active, Completed, Preparing, Running};
    let phases = [Active, Preparing, Running, Completed];
    let found = |reactivated| {
        allowed(
            &phases,
            |phase| phase.word(),
            |from, to| task_may_become(*from, *to, reactivated),
        )
    };
    // Active again from a node that is lost, or whose job is disabled; completed at once where it is terminated.
    let documented = "
        active: preparing running completed
        preparing: active running completed
        running: active completed";
    assert_eq!(found(false), rows(documented));
    assert_eq!(found(true), rows(&format!("{documented}\ncompleted: active")));
}

#[test]
fn what_runs_for_jobs_and_pools_on_nodes_goes_one_way() {
    use DeploymentPhase::{Deployed, Deploying, Ended};
    let preparation = [
        PreparationPhase::Due,
        PreparationPhase::Running,
        PreparationPhase::Succeeded,
        PreparationPhase::Failed,
    ];
    let found = allowed(
        &preparation,
        |phase| phase.word(),
        |from, to| preparation_may_become(*from, *to),
    );
    // Due again after a restart of the node.
    assert_eq!(
        found,
        rows("due: running\nrunning: due succeeded failed\nsucceeded: due\nfailed: due")
    );
    let release = [
        ReleasePhase::Waiting,
        ReleasePhase::Running,
        ReleasePhase::Completed,
    ];
    let found = allowed(
        &release,
        |phase| phase.word(),
        |from, to| release_may_become(*from, *to),
    );
    assert_eq!(
        found,
        rows("waiting: running completed\nrunning: waiting completed")
    );
    let deployment = [Deploying, Deployed, DeploymentPhase::Failed, Ended];
    let found = allowed(
        &deployment,
        |phase| phase.word(),
        |from, to| deployment_may_become(*from, *to),
    );
    assert_eq!(found, rows("deploying: deployed failed ended"));
    let subtask = [
        SubtaskPhase::Preparing,
        SubtaskPhase::Running,
        SubtaskPhase::Completed,
    ];
    let found = allowed(
        &subtask,
        |phase| phase.word(),
        |from, to| subtask_may_become(*from, *to),
    );
    assert_eq!(found, rows("preparing: running completed\nrunning: completed"));
}
