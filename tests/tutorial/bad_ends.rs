//! Runs that end badly: each is told, each cleans up, none waits longer than it must.

use batchite::tutorial::TutorialError;
use batchite::tutorial::settings::SasLifetimes;
use batchite_api::auth::sas::{Permission, Permissions};
use batchite_api::backend::{PoolOperations, RequestOptions};
use batchite_api::batch::BatchTaskState;
use batchite_api::time::TimeSpan;
use batchite_sim::config::SimConfig;
use futures_util::FutureExt;

use crate::world::{TestWorld, instant, slow, text};

/// A node that was not prepared has no worker: nothing but the copy of the start task puts it there.
#[test]
fn without_the_copy_of_the_start_task_no_worker_is_found() {
    let mut world = instant();
    world.settings.start_task_commands.clear();
    let outcome = world.run();
    let [TutorialError::TasksFailed(tasks)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    for (task, id) in tasks.iter().zip(["topNtask0", "topNtask1"]) {
        assert_eq!((task.id.as_str(), task.exit_code), (id, Some(127)));
        let text = &world.console.errors[0];
        assert!(text.contains(&format!("[{id}]: exit code 127")), "{text}");
        assert!(text.contains(task.node_id.as_deref().unwrap()), "{text}");
    }
    let last_words = tasks[0].last_words.as_ref().unwrap();
    assert_eq!(last_words.file, "stderr.txt");
    assert!(last_words.lines.join("\n").contains("counter"), "{last_words:?}");
    assert!(!outcome.report.success);
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn a_signature_that_may_not_write_keeps_the_upload_out() {
    let mut world = instant();
    world.settings.output_permissions = Permissions::of(&[Permission::Read, Permission::List]);
    let outcome = world.run();
    let [TutorialError::TasksFailed(tasks)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert_eq!(tasks[0].exit_code, Some(1));
    let said = tasks[0].last_words.as_ref().unwrap().lines.join("\n");
    assert!(said.contains("AuthorizationPermissionMismatch (403)"), "{said}");
    assert!(world.outputs().is_empty());
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn an_input_whose_signature_expired_before_the_node_was_there_fails_its_task() {
    let mut world = slow();
    world.settings.sas_lifetimes.input = TimeSpan::from_seconds(30);
    let outcome = world.run();
    let [TutorialError::TasksFailed(tasks)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    for task in tasks {
        assert_eq!(task.exit_code, None);
        assert_eq!(
            task.failure.as_ref().unwrap().code.as_deref(),
            Some("BlobAccessDenied")
        );
    }
    assert!(world.console.errors[0].contains("BlobAccessDenied"));
    assert!(!world.console.errors[0].contains("sig=") || world.console.errors[0].contains("sig=REDACTED"));
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn an_output_signature_that_expired_keeps_the_upload_out() {
    let mut world = slow();
    world.settings.sas_lifetimes.output = TimeSpan::from_seconds(30);
    let outcome = world.run();
    let [TutorialError::TasksFailed(tasks)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    let said = tasks[0].last_words.as_ref().unwrap().lines.join("\n");
    assert!(said.contains("AuthenticationFailed (403)"), "{said}");
}

/// The original would wait for twenty minutes and then say nothing about the reason.
#[test]
fn a_start_task_that_fails_on_every_node_ends_the_wait_at_once() {
    let mut world = slow();
    world.settings.sas_lifetimes = SasLifetimes {
        application: TimeSpan::from_seconds(30),
        ..SasLifetimes::default()
    };
    let outcome = world.run();
    let [TutorialError::PoolUnusable { details, .. }] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert_eq!(details.len(), 2);
    assert!(details[0].contains("BlobAccessDenied"), "{details:?}");
    assert!(outcome.report.elapsed < TimeSpan::from_minutes(10));
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn a_start_task_that_ends_badly_is_told_with_its_last_words() {
    let mut world = instant();
    world.settings.start_task_commands = vec!["cp missing-file elsewhere".to_owned()];
    let outcome = world.run();
    let [TutorialError::PoolUnusable { details, .. }] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert!(details[0].contains("starttaskfailed"), "{details:?}");
    assert!(details[0].contains("exit code 1"), "{details:?}");
    assert!(details[0].contains("missing-file"), "{details:?}");
    assert!(world.console.dots <= 3, "{} looks", world.console.dots);
}

#[test]
fn a_pool_that_gets_no_node_ends_the_wait_at_once() {
    let mut world = TestWorld::new(SimConfig::new(1).with_dedicated_core_quota(Some(0)));
    let outcome = world.run();
    let [TutorialError::PoolUnusable { details, .. }] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert!(details[0].contains("AccountCoreQuotaReached"), "{details:?}");
    assert!(outcome.report.elapsed < TimeSpan::from_minutes(1));
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn a_pool_that_somebody_deletes_ends_the_wait_at_once() {
    let mut world = slow();
    let batch = world.simulation.batch();
    let pool = world.settings.pool_id.clone();
    let delete = move || {
        let options = RequestOptions::default();
        let deleted = batch.delete_pool(&pool, &options).now_or_never();
        deleted
            .expect("the simulator answers at once")
            .expect("the pool is there");
    };
    world.console.at_dot = Some((9, Box::new(delete)));
    let outcome = world.run();
    let [TutorialError::PoolUnusable { reason, .. }] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert!(
        reason.contains("somebody deleted pool [RustTutorialPool]"),
        "{reason}"
    );
    assert_eq!(world.console.dots, 9);
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn tasks_that_take_too_long_end_the_run_in_time() {
    let mut world = slow();
    world.settings.timeout = TimeSpan::from_seconds(20);
    let outcome = world.run();
    let [
        TutorialError::TimedOut {
            completed: 0,
            total: 2,
            ..
        },
    ] = &outcome.errors[..]
    else {
        panic!("{:?}", outcome.errors);
    };
    let text = &world.console.errors[0];
    assert!(text.contains("within timeout period of 0:00:20"), "{text}");
    assert_eq!(outcome.report.elapsed, TimeSpan::from_seconds(20));
    assert_eq!(outcome.report.tasks.len(), 2);
    assert_eq!(outcome.report.tasks[0].state, BatchTaskState::Active);
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn what_good_tasks_made_is_saved_when_another_one_fails() {
    let mut world = instant();
    let long = vec![b'x'; batchite::topn::WORD_BYTES_MAX + 1];
    world.settings.inputs.push(text("binary.txt", long));
    let outcome = world.run();
    let [TutorialError::TasksFailed(tasks)] = &outcome.errors[..] else {
        panic!("{:?}", outcome.errors);
    };
    assert_eq!(tasks.len(), 1);
    assert_eq!((tasks[0].id.as_str(), tasks[0].exit_code), ("topNtask2", Some(1)));
    assert_eq!(world.outputs().len(), 2);
}

#[test]
fn an_unknown_image_is_told_before_a_pool_is_made() {
    let mut world = instant();
    world.settings.image.offer = "no-such-offer".to_owned();
    let outcome = world.run();
    assert!(matches!(&outcome.errors[..], [TutorialError::NoImage { .. }]));
    assert!(world.console.errors[0].contains("no-such-offer"));
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn a_missing_input_is_refused_before_anything_is_made() {
    let mut world = instant();
    let missing = world.directory().join("missing.txt");
    world.settings.inputs = vec![batchite::tutorial::Input::File(missing)];
    let outcome = world.run();
    assert!(matches!(&outcome.errors[..], [TutorialError::Usage(_)]));
    assert!(world.console.errors[0].contains("missing.txt"));
    assert!(world.console.lines.is_empty(), "{:?}", world.console.lines);
    assert_eq!(world.simulation.take_trace_lines(), "");
}

#[test]
fn an_interruption_cleans_up_and_asks_nothing() {
    let mut world = slow();
    let interrupt = world.interrupt.clone();
    world.console.at_dot = Some((5, Box::new(move || interrupt.raise())));
    let outcome = world.run();
    assert!(matches!(&outcome.errors[..], [TutorialError::Interrupted]));
    assert_eq!(world.console.dots, 5);
    assert!(!world.console.lines.iter().any(|line| line.ends_with('?')));
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn an_interruption_at_the_beginning_makes_no_pool() {
    let mut world = instant();
    world.interrupt.raise();
    let outcome = world.run();
    assert!(matches!(&outcome.errors[..], [TutorialError::Interrupted]));
    assert!(!world.simulation.take_trace_lines().contains("\"pool\""));
}
