//! The user a command is described with: an account of the pool, or an automatic one.

use batchite_api::batch::{
    AutoUserSpecification, BatchPoolCreateOptions, BatchTaskCreateOptions, ElevationLevel, UserAccount,
    UserIdentity,
};
use batchite_api::ids::JobId;
use batchite_sim::config::SimConfig;
use batchite_sim::exec::Command;
use batchite_sim::world::{Work, World};

use crate::driver::{job_options, pool_options, request, task_options};

/// The command of the first run that is handed over.
fn command(identity: Option<UserIdentity>) -> Command {
    let mut world = World::new(SimConfig::new(1));
    let account = |name: &str, elevation_level| UserAccount {
        name: name.to_owned(),
        password: "secret".into(),
        elevation_level,
        ..UserAccount::default()
    };
    let options = BatchPoolCreateOptions {
        user_accounts: vec![
            account("root-like", Some(ElevationLevel::Admin)),
            account("plain", None),
        ],
        ..pool_options("pool", 1, 1, false)
    };
    world.create_pool(options, &request()).unwrap();
    world
        .create_job(job_options("job", "pool", 0), &request())
        .unwrap();
    let task = BatchTaskCreateOptions {
        user_identity: identity,
        ..task_options("t", 1, 0)
    };
    let job = JobId::parse("job").unwrap();
    world.create_task(&job, task, &request()).unwrap();
    let mut command = None;
    while let Some(next) = world.poll_activity().filter(|_| command.is_none()) {
        world.handle_timeout(next);
        while let Some(work) = world.poll_work() {
            if let Work::Start { run } = work {
                world.start(run, |start| command = Some((start.describe)()));
            }
        }
    }
    command.expect("the task runs")
}

#[test]
fn a_command_knows_its_user_and_whether_it_is_elevated() {
    let named = |name: &str| UserIdentity {
        username: Some(name.to_owned()),
        auto_user: None,
    };
    let automatic = UserIdentity {
        username: None,
        auto_user: Some(AutoUserSpecification {
            elevation_level: Some(ElevationLevel::Admin),
            ..AutoUserSpecification::default()
        }),
    };
    for (identity, user_name, elevation_level) in [
        (None, None, ElevationLevel::NonAdmin),
        (Some(automatic), None, ElevationLevel::Admin),
        (Some(named("root-like")), Some("root-like"), ElevationLevel::Admin),
        (Some(named("plain")), Some("plain"), ElevationLevel::NonAdmin),
    ] {
        let command = command(identity);
        assert_eq!(command.user_name.as_deref(), user_name);
        assert_eq!(command.elevation_level, elevation_level);
        assert!(!format!("{command:?}").contains("secret"));
    }
}
