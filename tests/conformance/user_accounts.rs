//! User accounts of pools: checked, made, and run as.

use batchite_api::batch::{
    AutoUserScope, AutoUserSpecification, BatchJobPreparationTask, BatchPoolCreateOptions,
    BatchPoolReplaceOptions, BatchPoolUpdateOptions, BatchStartTask, BatchTaskCreateOptions, ElevationLevel,
    LinuxUserConfiguration, UserAccount, UserIdentity, WindowsUserConfiguration,
};
use batchite_api::error::ErrorCode;

use crate::arms::{Arm, job, job_id, pool, pool_id, refused, request, resize_to, task, windows_pool};

const PASSWORD: &str = "correct horse";

pub(crate) fn account(name: &str) -> UserAccount {
    UserAccount {
        name: name.to_owned(),
        password: PASSWORD.into(),
        ..UserAccount::default()
    }
}

fn as_user(name: &str) -> UserIdentity {
    UserIdentity {
        username: Some(name.to_owned()),
        auto_user: None,
    }
}

fn on_linux(uid: Option<i32>, gid: Option<i32>) -> UserAccount {
    UserAccount {
        linux_user_configuration: Some(LinuxUserConfiguration {
            uid,
            gid,
            ssh_private_key: None,
        }),
        ..account("a")
    }
}

fn on_windows(login_mode: &str) -> UserAccount {
    UserAccount {
        windows_user_configuration: Some(WindowsUserConfiguration {
            login_mode: Some(login_mode.into()),
        }),
        ..account("a")
    }
}

fn with_accounts(accounts: Vec<UserAccount>) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        user_accounts: accounts,
        ..pool("pool", 1)
    }
}

pub(crate) async fn tasks_run_as_the_account_they_name(arm: &Arm) {
    let mut options = with_accounts(vec![account("alice"), account("bob")]);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c 'whoami > $AZ_BATCH_NODE_SHARED_DIR/starter'".into(),
        user_identity: Some(as_user("bob")),
        ..BatchStartTask::default()
    });
    arm.batch.create_pool(options, &request()).await.unwrap();
    let mut with_preparation = job("job", "pool");
    with_preparation.job_preparation_task = Some(BatchJobPreparationTask {
        command_line: "/bin/sh -c 'whoami > $AZ_BATCH_NODE_SHARED_DIR/preparer'".into(),
        user_identity: Some(as_user("alice")),
        ..BatchJobPreparationTask::default()
    });
    arm.batch.create_job(with_preparation, &request()).await.unwrap();
    let mut named = task(
        "named",
        "/bin/sh -c 'whoami; id -un; cat $AZ_BATCH_NODE_SHARED_DIR/starter $AZ_BATCH_NODE_SHARED_DIR/preparer'",
    );
    named.user_identity = Some(as_user("alice"));
    let done = arm.run("job", named).await;
    assert_eq!(done.user_identity, Some(as_user("alice")));
    assert_eq!(arm.stdout("job", "named").await, "alice\nalice\nbob\nalice\n");
    arm.run("job", task("automatic", "/bin/sh -c whoami")).await;
    assert_eq!(arm.stdout("job", "automatic").await, "_azbatch\n");
}

pub(crate) async fn without_a_word_it_is_the_automatic_user_of_the_pool(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let done = arm.run("job", task("t", "/bin/sh -c whoami")).await;
    let shown = UserIdentity {
        username: None,
        auto_user: Some(AutoUserSpecification {
            scope: Some(AutoUserScope::Pool),
            elevation_level: Some(ElevationLevel::NonAdmin),
        }),
    };
    assert_eq!(done.user_identity, Some(shown));
    assert_eq!(arm.stdout("job", "t").await, "_azbatch\n");
}

/// What a command prints, without the ends of its lines.
async fn printed(arm: &Arm, job: &str, id: &str, identity: UserIdentity, command: &str) -> Vec<String> {
    let options = BatchTaskCreateOptions {
        user_identity: Some(identity),
        ..task(id, command)
    };
    arm.run(job, options).await;
    let text = arm.stdout(job, id).await;
    text.lines().map(str::to_owned).collect()
}

fn automatic(level: ElevationLevel) -> UserIdentity {
    UserIdentity {
        username: None,
        auto_user: Some(AutoUserSpecification {
            elevation_level: Some(level),
            ..AutoUserSpecification::default()
        }),
    }
}

pub(crate) async fn who_runs_elevated_has_sudo(arm: &Arm) {
    let admin = UserAccount {
        elevation_level: Some(ElevationLevel::Admin),
        ..account("adm")
    };
    let numbered = UserAccount {
        linux_user_configuration: Some(LinuxUserConfiguration {
            uid: Some(2001),
            gid: Some(2002),
            ssh_private_key: None,
        }),
        ..account("bob")
    };
    arm.ready(with_accounts(vec![admin, numbered]), "job").await;
    let command = "/bin/sh -c 'sudo -n whoami; echo $?; whoami; echo $USER; id; sudo -n env | grep -c AZ_BATCH;                    sudo -n -E A=1 printenv A AZ_BATCH_POOL_ID; sudo -n nosuch; echo $?'";
    let elevated = printed(arm, "job", "elevated", automatic(ElevationLevel::Admin), command).await;
    let ids = "uid=1000(_azbatch) gid=1000(_azbatchgrp) groups=1000(_azbatchgrp),1001(_azbatchsudogrp)";
    assert_eq!(
        elevated,
        ["root", "0", "_azbatch", "_azbatch", ids, "0", "1", "pool", "1"]
    );
    let plain = printed(arm, "job", "plain", automatic(ElevationLevel::NonAdmin), command).await;
    let ids = "uid=1000(_azbatch) gid=1000(_azbatchgrp) groups=1000(_azbatchgrp)";
    assert_eq!(plain, ["1", "_azbatch", "_azbatch", ids, "0", "1"]);
    let named = printed(
        arm,
        "job",
        "named",
        as_user("adm"),
        "/bin/sh -c 'sudo id -u; whoami; echo $USER'",
    )
    .await;
    assert_eq!(named, ["0", "adm", "adm"]);
    let numbered = printed(
        arm,
        "job",
        "numbered",
        as_user("bob"),
        "/bin/sh -c 'id; id -u; id -Gn; sudo true || echo no'",
    )
    .await;
    let ids = "uid=2001(bob) gid=2002(bob) groups=2002(bob)";
    assert_eq!(numbered, [ids, "2001", "bob", "no"]);
    // Scripts of Windows learn it in another way.
    arm.ready(windows_pool("windows", 1), "on-windows").await;
    let ask = "cmd /c \"net session >nul 2>&1 && echo elevated || echo plain\"";
    for (id, level, expected) in [
        ("a", ElevationLevel::Admin, "elevated"),
        ("b", ElevationLevel::NonAdmin, "plain"),
    ] {
        let answer = printed(arm, "on-windows", id, automatic(level), ask).await;
        assert_eq!(answer.first().map(|line| line.trim()), Some(expected));
    }
}

pub(crate) async fn accounts_are_shown_without_their_secrets(arm: &Arm) {
    let secretive = UserAccount {
        elevation_level: Some(ElevationLevel::Admin),
        linux_user_configuration: Some(LinuxUserConfiguration {
            uid: Some(1001),
            gid: Some(1001),
            ssh_private_key: Some("-----BEGIN".into()),
        }),
        ..account("alice")
    };
    let shown = UserAccount {
        password: "".into(),
        linux_user_configuration: Some(LinuxUserConfiguration {
            uid: Some(1001),
            gid: Some(1001),
            ssh_private_key: None,
        }),
        ..secretive.clone()
    };
    let batch = &arm.batch;
    let options = BatchPoolCreateOptions {
        target_dedicated_nodes: Some(0),
        ..with_accounts(vec![secretive])
    };
    batch.create_pool(options, &request()).await.unwrap();
    assert_eq!(arm.pool("pool").await.user_accounts, [shown]);
    // An empty pool can be given others, or none.
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    for accounts in [vec![account("carol")], Vec::new()] {
        let names: Vec<String> = accounts.iter().map(|account| account.name.clone()).collect();
        let update = BatchPoolUpdateOptions {
            user_accounts: Some(accounts),
            ..BatchPoolUpdateOptions::default()
        };
        batch
            .update_pool(&pool_id("pool"), update, &request())
            .await
            .unwrap();
        let shown = arm.pool("pool").await.user_accounts;
        assert!(shown.iter().all(|account| account.password.is_empty()));
        let shown: Vec<String> = shown.into_iter().map(|account| account.name).collect();
        assert_eq!(shown, names);
    }
}

pub(crate) async fn an_account_nobody_made_fails_the_task(arm: &Arm) {
    arm.ready(with_accounts(vec![account("alice")]), "job").await;
    let mut unknown = task("t", "/bin/true");
    unknown.user_identity = Some(as_user("mallory"));
    let info = arm.run("job", unknown).await.execution_info.unwrap();
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("CommandLaunchFailed"));
    let named = failure
        .details
        .iter()
        .any(|detail| detail.value.as_deref() == Some("mallory"));
    assert!(named, "{failure:?}");
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    // On Linux names are told apart by their case.
    let mut shouted = task("shouted", "/bin/true");
    shouted.user_identity = Some(as_user("ALICE"));
    let info = arm.run("job", shouted).await.execution_info.unwrap();
    assert_eq!(info.result.unwrap().as_str(), "failure");
    // A preparation task that cannot run fails as any that fails: the task waits for another node.
    let mut options = job("unprepared", "pool");
    options.job_preparation_task = Some(BatchJobPreparationTask {
        command_line: "/bin/true".into(),
        user_identity: Some(as_user("mallory")),
        ..BatchJobPreparationTask::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.add("unprepared", task("t", "/bin/true")).await;
    let list = async || {
        let (id, options) = (job_id("unprepared"), crate::arms::all());
        let list = arm
            .batch
            .list_job_preparation_and_release_task_status(&id, &options)
            .await;
        list.unwrap().items
    };
    arm.until(async || {
        let list = list().await;
        let info = list
            .first()
            .and_then(|node| node.job_preparation_task_execution_info.clone());
        info.is_some_and(|info| info.failure_info.is_some())
    })
    .await;
    assert_eq!(arm.task("unprepared", "t").await.state.as_str(), "active");
}

pub(crate) async fn wrong_accounts_are_refused(arm: &Arm) {
    let batch = &arm.batch;
    for (accounts, property) in [
        (vec![account(&"x".repeat(21))], "name"),
        (vec![account("a\nb")], "name"),
        (vec![account("a"), account("a")], "name"),
        (vec![on_linux(Some(1), None)], "uid"),
        (vec![on_linux(None, Some(1))], "uid"),
        (vec![on_linux(Some(-1), Some(1))], "uid"),
        (vec![on_windows("batch")], "windowsUserConfiguration"),
        (
            vec![UserAccount {
                elevation_level: Some("root".into()),
                ..account("a")
            }],
            "elevationLevel",
        ),
    ] {
        let refusal = batch.create_pool(with_accounts(accounts), &request()).await;
        let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
        assert_eq!(refusal.detail("PropertyName"), Some(property));
        assert!(!format!("{refusal:?}").contains(PASSWORD));
    }
    for (spoilt, property) in [
        (account(""), "name"),
        (
            UserAccount {
                password: "".into(),
                ..account("a")
            },
            "password",
        ),
    ] {
        let refusal = batch.create_pool(with_accounts(vec![spoilt]), &request()).await;
        let refusal = refused(refusal, &ErrorCode::MissingRequiredProperty);
        assert_eq!(refusal.detail("PropertyName"), Some(property));
    }
}

pub(crate) async fn windows_has_its_own_accounts(arm: &Arm) {
    let batch = &arm.batch;
    let with = |accounts| BatchPoolCreateOptions {
        user_accounts: accounts,
        ..windows_pool("windows", 0)
    };
    for accounts in [vec![account("a"), account("A")], vec![on_windows("silent")]] {
        let refusal = batch.create_pool(with(accounts), &request()).await;
        refused(refusal, &ErrorCode::InvalidPropertyValue);
    }
    let good = with(vec![on_windows("interactive")]);
    batch.create_pool(good, &request()).await.unwrap();
}

pub(crate) async fn one_of_thousands_of_accounts_is_refused(arm: &Arm) {
    let mut accounts: Vec<_> = (0..18_000).map(|at| account(&format!("user{at}"))).collect();
    accounts.push(account("USER17999"));
    let options = BatchPoolCreateOptions {
        user_accounts: accounts,
        ..windows_pool("windows", 0)
    };
    let refusal = arm.batch.create_pool(options, &request()).await;
    let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(refusal.detail("PropertyValue"), Some("USER17999"));
}

pub(crate) async fn start_tasks_name_an_account_of_their_pool(arm: &Arm) {
    let batch = &arm.batch;
    let starting = |name: &str| BatchStartTask {
        command_line: "/bin/true".into(),
        user_identity: Some(as_user(name)),
        ..BatchStartTask::default()
    };
    let mut options = with_accounts(vec![account("alice")]);
    options.target_dedicated_nodes = Some(0);
    options.start_task = Some(starting("bob"));
    let refusal = batch.create_pool(options.clone(), &request()).await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    options.start_task = Some(starting("alice"));
    batch.create_pool(options, &request()).await.unwrap();
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let id = pool_id("pool");
    for update in [
        BatchPoolUpdateOptions {
            start_task: Some(starting("bob")),
            ..BatchPoolUpdateOptions::default()
        },
        BatchPoolUpdateOptions {
            user_accounts: Some(vec![account("bob")]),
            ..BatchPoolUpdateOptions::default()
        },
    ] {
        let refusal = batch.update_pool(&id, update, &request()).await;
        refused(refusal, &ErrorCode::InvalidPropertyValue);
    }
    let replacement = BatchPoolReplaceOptions {
        start_task: Some(starting("bob")),
        ..BatchPoolReplaceOptions::default()
    };
    let refusal = batch.replace_pool_properties(&id, replacement, &request()).await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    let shown = arm.pool("pool").await;
    assert_eq!(shown.user_accounts[0].name, "alice");
    assert_eq!(shown.start_task.unwrap().user_identity, Some(as_user("alice")));
    // Only while it is empty.
    let resize = resize_to(1);
    batch.resize_pool(&id, resize, &request()).await.unwrap();
    let update = BatchPoolUpdateOptions {
        user_accounts: Some(vec![account("alice")]),
        ..BatchPoolUpdateOptions::default()
    };
    let refusal = batch.update_pool(&id, update, &request()).await;
    refused(refusal, &ErrorCode::OperationInvalidForCurrentState);
}
