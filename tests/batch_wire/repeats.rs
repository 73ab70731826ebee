//! What the client repeats, and what it makes of a refusal after a repetition.

use batchite_api::backend::{
    Conditions, JobOperations, JobScheduleOperations, NodeOperations, PoolOperations, RequestOptions,
    TaskOperations,
};
use batchite_api::batch::{BatchNodeRebootOptions, BatchPoolResizeOptions, BatchTaskAddStatus};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::given::Given;
use crate::play::{Play, Reply, Sent, block_on, broken, refusal, reply};

const TAGS: [(&str, &str); 2] = [
    ("etag", "0x8DBCEEDDE3E0ACE"),
    ("last-modified", "Tue, 17 Oct 2023 08:48:43 GMT"),
];

fn plain() -> RequestOptions {
    RequestOptions::default()
}

fn lines(play: &Play) -> Vec<String> {
    play.sent().iter().map(Sent::line).collect()
}

#[test]
fn reads_are_repeated_with_the_same_id_after_what_passes() {
    let json = ("content-type", "application/json");
    let failures: [fn() -> Reply; 6] = [
        || Reply::Reset,
        || refusal(500, "InternalError"),
        || refusal(503, "ServerBusy"),
        || refusal(429, "TooManyRequests"),
        || reply(502, &[], "bad gateway"),
        || broken(reply(200, &[("content-type", "application/json")], "{\"id\":")),
    ];
    for failure in failures {
        let play = Play::new([failure(), failure(), reply(200, &[json], "{\"id\":\"p1\"}")]);
        let given = Given::usual();
        let pool = block_on(play.client().get_pool(&given.pool, &plain())).unwrap();
        assert_eq!(pool.id, "p1");
        let ids: Vec<String> = play
            .sent()
            .iter()
            .map(|sent| sent.header("client-request-id").to_owned())
            .collect();
        assert_eq!(ids, ["c-1", "c-1", "c-1"]);
        assert_eq!(
            play.elapsed(),
            TimeSpan::from_milliseconds(1_500),
            "half a second, then one"
        );
    }
}

#[test]
fn every_attempt_is_dated_anew() {
    let wait = ("retry-after", "7");
    let busy = reply(
        503,
        &[wait, ("content-type", "application/json")],
        "{\"code\":\"ServerBusy\"}",
    );
    let play = Play::new([busy, refusal(404, "PoolNotFound")]);
    let error = block_on(play.client().get_pool(&Given::usual().pool, &plain())).unwrap_err();
    assert!(error.is(&ErrorCode::PoolNotFound));
    let sent = play.sent();
    assert_eq!(sent[1].header("ocp-date"), "Thu, 20 Nov 2025 15:00:07 GMT");
    assert_ne!(sent[0].header("authorization"), sent[1].header("authorization"));
}

#[test]
fn a_storm_ends_with_the_last_refusal() {
    let play = Play::with(|_| refusal(503, "ServerBusy"));
    let error = block_on(play.client().get_pool(&Given::usual().pool, &plain())).unwrap_err();
    assert!(error.is(&ErrorCode::ServerBusy));
    assert_eq!(play.sent().len(), 4);
    let late = || reply(503, &[("retry-after", "3600")], "");
    let play = Play::with(move |_| late());
    block_on(play.client().get_pool(&Given::usual().pool, &plain())).unwrap_err();
    assert_eq!(play.sent().len(), 1, "later than the deadline");
}

#[test]
fn refusals_that_will_not_pass_are_not_repeated() {
    for (status, code) in [
        (400, "InvalidInput"),
        (403, "AuthenticationFailed"),
        (409, "PoolBeingDeleted"),
        (501, "NotSimulated"),
    ] {
        let play = Play::with(move |_| refusal(status, code));
        let given = Given::usual();
        block_on(play.client().get_pool(&given.pool, &plain())).unwrap_err();
        assert_eq!(play.sent().len(), 1, "{code}");
    }
}

#[test]
fn actions_are_repeated_only_when_nothing_was_done() {
    let given = Given::usual();
    let resize = BatchPoolResizeOptions::default;
    let play = Play::new([
        refusal(503, "ServerBusy"),
        refusal(429, "TooManyRequests"),
        reply(202, &TAGS, ""),
    ]);
    block_on(play.client().resize_pool(&given.pool, resize(), &plain())).unwrap();
    assert_eq!(play.sent().len(), 3);
    for failure in [
        || Reply::Reset,
        || refusal(500, "InternalError"),
        || reply(503, &[], ""),
    ] {
        let play = Play::with(move |_| failure());
        let client = play.client();
        block_on(client.resize_pool(&given.pool, resize(), &plain())).unwrap_err();
        let reboot = BatchNodeRebootOptions::default();
        block_on(client.reboot_node(&given.pool, &given.node, reboot, &plain())).unwrap_err();
        block_on(client.terminate_task(&given.job, &given.task, &plain())).unwrap_err();
        block_on(client.reactivate_task(&given.job, &given.task, &plain())).unwrap_err();
        assert_eq!(play.sent().len(), 4, "each once");
    }
}

#[test]
fn writes_are_repeated_unless_they_are_conditional() {
    let given = Given::usual();
    let update = || given.body("BatchJobUpdateOptions");
    let play = Play::new([Reply::Reset, reply(200, &TAGS, "")]);
    block_on(play.client().update_job(&given.job, update(), &plain())).unwrap();
    assert_eq!(play.sent().len(), 2);
    let guarded = RequestOptions {
        conditions: Conditions {
            if_match: Some("0x1".to_owned()),
            ..Conditions::default()
        },
        ..plain()
    };
    let play = Play::new([Reply::Reset, reply(412, &[], "")]);
    let error = block_on(play.client().update_job(&given.job, update(), &guarded)).unwrap_err();
    assert_eq!((error.status(), play.sent().len()), (0, 1));
}

#[test]
fn what_is_gone_after_a_repeated_delete_was_deleted() {
    let given = Given::usual();
    let after = |first: Reply, second: Reply| {
        let play = Play::new([first, second]);
        block_on(play.client().delete_pool(&given.pool, &plain()))
    };
    after(Reply::Reset, refusal(404, "PoolNotFound")).unwrap();
    after(refusal(500, "InternalError"), refusal(409, "PoolBeingDeleted")).unwrap();
    after(Reply::Reset, reply(202, &[], "")).unwrap();
    let error = after(Reply::Reset, refusal(412, "ConditionNotMet")).unwrap_err();
    assert!(error.is(&ErrorCode::ConditionNotMet));
    let error = after(refusal(503, "ServerBusy"), refusal(404, "PoolNotFound")).unwrap_err();
    assert!(error.is(&ErrorCode::PoolNotFound), "the first one did nothing");
    let error = after(refusal(404, "PoolNotFound"), Reply::Reset).unwrap_err();
    assert!(error.is(&ErrorCode::PoolNotFound), "there was no first one");
}

#[test]
fn what_is_there_after_a_repeated_creation_was_made() {
    let given = Given::usual();
    let play = Play::new([Reply::Reset, refusal(409, "PoolExists"), reply(200, &TAGS, "")]);
    let made = block_on(
        play.client()
            .create_pool(given.body("BatchPoolCreateOptions"), &plain()),
    )
    .unwrap();
    assert_eq!(made.etag, "0x8DBCEEDDE3E0ACE");
    let post = "POST /pools?api-version=2025-06-01";
    assert_eq!(
        lines(&play),
        [post, post, "HEAD /pools/p1?api-version=2025-06-01"]
    );

    let lost = || [Reply::Reset, refusal(409, "TaskExists"), reply(200, &TAGS, "{}")];
    let play = Play::new(lost());
    let made = block_on(play.client().create_task(
        &given.job,
        given.body("BatchTaskCreateOptions"),
        &plain(),
    ));
    assert_eq!(made.unwrap().etag, "0x8DBCEEDDE3E0ACE");
    assert_eq!(lines(&play)[2], "GET /jobs/job-1/tasks/t1?api-version=2025-06-01");

    let play = Play::new([Reply::Reset, refusal(409, "JobExists"), reply(200, &TAGS, "{}")]);
    block_on(
        play.client()
            .create_job(given.body("BatchJobCreateOptions"), &plain()),
    )
    .unwrap();
    assert_eq!(lines(&play)[2], "GET /jobs/job-1?api-version=2025-06-01");

    let play = Play::new([
        Reply::Reset,
        refusal(409, "JobScheduleExists"),
        reply(200, &TAGS, ""),
    ]);
    let schedule = given.body("BatchJobScheduleCreateOptions");
    block_on(play.client().create_job_schedule(schedule, &plain())).unwrap();
    assert_eq!(lines(&play)[2], "HEAD /jobschedules/s1?api-version=2025-06-01");

    let play = Play::new([Reply::Reset, refusal(409, "NodeUserExists")]);
    let user = given.body("BatchNodeUserCreateOptions");
    block_on(
        play.client()
            .create_node_user(&given.pool, &given.node, user, &plain()),
    )
    .unwrap();
}

#[test]
fn what_somebody_else_made_is_still_refused() {
    let given = Given::usual();
    for replies in [
        vec![refusal(409, "PoolExists")],
        vec![refusal(503, "ServerBusy"), refusal(409, "PoolExists")],
    ] {
        let play = Play::new(replies);
        let refused = block_on(
            play.client()
                .create_pool(given.body("BatchPoolCreateOptions"), &plain()),
        );
        assert!(refused.unwrap_err().is(&ErrorCode::PoolExists));
    }
}

#[test]
fn tasks_of_a_repeated_collection_that_are_there_were_added() {
    let given = Given::usual();
    let results = || {
        let body = "{\"value\":[{\"status\":\"clienterror\",\"taskId\":\"t1\",\"error\":{\"code\":\"TaskExists\"}},\
            {\"status\":\"clienterror\",\"taskId\":\"t2\",\"error\":{\"code\":\"InvalidPropertyValue\"}}]}";
        reply(200, &[("content-type", "application/json")], body)
    };
    let statuses = |replies: Vec<Reply>| {
        let client = Play::new(replies).client();
        let tasks = given.body("BatchTaskGroup");
        let answer = block_on(client.create_task_collection(&given.job, tasks, &plain())).unwrap();
        answer
            .value
            .into_iter()
            .map(|result| result.status)
            .collect::<Vec<_>>()
    };
    let refused = BatchTaskAddStatus::ClientError;
    assert_eq!(
        statuses(vec![Reply::Reset, results()]),
        [BatchTaskAddStatus::Success, refused.clone()]
    );
    assert_eq!(statuses(vec![results()]), [refused.clone(), refused.clone()]);
    assert_eq!(
        statuses(vec![refusal(503, "ServerBusy"), results()]),
        [refused.clone(), refused]
    );
}
