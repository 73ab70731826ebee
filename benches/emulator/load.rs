//! What is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::Outcome;
use crate::client::Connection;
use crate::contestant::Contestant;
use crate::request::Requests;

/// Requests under way at one time, of the small ones.
const IN_FLIGHT: usize = 32;

/// The same of calls that add tasks.
const CALLS_IN_FLIGHT: usize = 4;

/// Tasks in a call: what the service takes at most.
const TASKS_PER_CALL: usize = 100;

/// How often the large blob is put and got.
const LARGE_ROUNDS: usize = 4;

const MIB: f64 = 1024.0 * 1024.0;

/// How much of everything.
pub(crate) struct Work {
    /// Puts and gets of 1 KiB.
    pub(crate) small: usize,
    /// Blobs in the container that is listed.
    pub(crate) names: usize,
    /// Bytes of the large blob.
    pub(crate) large_bytes: usize,
    /// Tasks to add.
    pub(crate) tasks: usize,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            small: 50_000,
            names: 10_000,
            large_bytes: 64 << 20,
            tasks: 200_000,
        }
    }
}

/// The measures and their values; none where a server cannot do it.
pub(crate) type Results = Vec<(&'static str, Option<f64>)>;

/// Measures everything of one server.
pub(crate) async fn measure(server: Contestant, work: &Work) -> Outcome<Results> {
    let requests = Requests::to(&server.blob)?;
    let idle = server.memory();
    for container in ["/small", "/names", "/large"] {
        let create = requests.blob("PUT", container, "restype=container", b"");
        one(&server.blob, &create, 201).await?;
    }
    let kibibyte = [b'k'; 1024];
    let name = |number: usize| format!("/small/blob-{number:06}");
    let puts = (0..work.small)
        .map(|number| requests.blob("PUT", &name(number), "", &kibibyte))
        .collect();
    let puts = many(&server.blob, puts, IN_FLIGHT, 201).await?;
    let gets = (0..work.small)
        .map(|number| requests.blob("GET", &name(number), "", b""))
        .collect();
    let gets = many(&server.blob, gets, IN_FLIGHT, 200).await?;

    let named =
        (0..work.names).map(|number| requests.blob("PUT", &format!("/names/name-{number:06}"), "", b"n"));
    many(&server.blob, named.collect(), IN_FLIGHT, 201).await?;
    let listed = list(&server.blob, &requests, work.names).await?;

    let large = vec![b'l'; work.large_bytes];
    let put_large = requests.blob("PUT", "/large/blob", "", &large);
    let put_large = repeated(&server.blob, &put_large, 201).await?;
    let get_large = repeated(&server.blob, &requests.blob("GET", "/large/blob", "", b""), 200).await?;
    let large_rate = |rounds_per_second: f64| Some(rounds_per_second * float(work.large_bytes) / MIB);

    let stored = float(work.small * kibibyte.len() + work.names + work.large_bytes);
    let loaded = server.memory();
    let tasks = match &server.batch {
        Some(authority) => Some(submit(authority, work.tasks).await?),
        None => None,
    };
    Ok(vec![
        (
            "start to first answer, ms",
            Some(server.first_answer.as_secs_f64() * 1000.0),
        ),
        ("memory, idle, MiB", idle.map(|bytes| bytes / MIB)),
        ("PUT 1 KiB, 32 in flight, per s", Some(puts)),
        ("GET 1 KiB, 32 in flight, per s", Some(gets)),
        ("list, names per s", listed),
        ("PUT large, MiB/s", large_rate(put_large)),
        ("GET large, MiB/s", large_rate(get_large)),
        ("memory after the load, MiB", loaded.map(|bytes| bytes / MIB)),
        (
            "memory after the load, per byte stored",
            loaded.map(|bytes| bytes / stored),
        ),
        ("tasks added, 100 in a call, 4 in flight, per s", tasks),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "nothing here is counted beyond 2^52")]
fn float(number: usize) -> f64 {
    number as f64
}

/// One request, whose status must be this one.
async fn one(authority: &str, request: &[u8], status: u16) -> Outcome<()> {
    let answer = Connection::open(authority).await?.exchange(request, true).await?;
    check(&answer, status)
}

fn check((found, body): &(u16, Vec<u8>), status: u16) -> Outcome<()> {
    if *found == status {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(500)]).into_owned();
    Err(format!("status {found} instead of {status}: {text}").into())
}

/// All requests over so many connections: how many in a second.
async fn many(authority: &str, requests: Vec<Vec<u8>>, connections: usize, status: u16) -> Outcome<f64> {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(authority).await?);
    }
    let begin = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for mut connection in open {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        running.spawn(async move {
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = connection.exchange(request, status >= 300).await?;
                check(&answer, status)?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(float(requests.len()) / begin.elapsed().as_secs_f64())
}

/// One request again and again: how many in a second.
async fn repeated(authority: &str, request: &[u8], status: u16) -> Outcome<f64> {
    let mut connection = Connection::open(authority).await?;
    let begin = Instant::now();
    for _ in 0..LARGE_ROUNDS {
        let answer = connection.exchange(request, false).await?;
        check(&answer, status)?;
    }
    Ok(float(LARGE_ROUNDS) / begin.elapsed().as_secs_f64())
}

/// The whole list, page by page: how many names in a second. None where there are no lists.
async fn list(authority: &str, requests: &Requests, names: usize) -> Outcome<Option<f64>> {
    let mut connection = Connection::open(authority).await?;
    let begin = Instant::now();
    let (mut found, mut marker) = (0, String::new());
    loop {
        let query = format!("restype=container&comp=list{marker}");
        let answer = connection
            .exchange(&requests.blob("GET", "/names", &query, b""), true)
            .await?;
        let text = String::from_utf8_lossy(&answer.1);
        if !text.contains("EnumerationResults") {
            return Ok(None);
        }
        check(&answer, 200)?;
        found += text.matches("<Name>").count();
        let next = text
            .split_once("<NextMarker>")
            .and_then(|(_, rest)| rest.split_once('<'));
        match next {
            Some((next, _)) if !next.is_empty() => {
                let next = next
                    .replace('&', "%26")
                    .replace('+', "%2B")
                    .replace('=', "%3D")
                    .replace('/', "%2F");
                marker = format!("&marker={next}");
            }
            _ => break,
        }
    }
    if found != names {
        return Err(format!("{found} names instead of {names}").into());
    }
    Ok(Some(float(found) / begin.elapsed().as_secs_f64()))
}

/// Adds tasks to a job that no node works on: how many in a second.
async fn submit(authority: &str, tasks: usize) -> Outcome<f64> {
    let requests = Requests::to(authority)?;
    let job = requests.batch(
        "POST",
        "/jobs",
        br#"{"id": "job", "poolInfo": {"poolId": "none"}}"#,
    );
    one(authority, &job, 201).await?;
    let calls = (0..tasks.div_ceil(TASKS_PER_CALL)).map(|call| {
        let task = |number: usize| format!(r#"{{"id": "task-{call}-{number}", "commandLine": "true"}}"#);
        let list: Vec<String> = (0..TASKS_PER_CALL).map(task).collect();
        let body = format!(r#"{{"value": [{}]}}"#, list.join(","));
        requests.batch("POST", "/jobs/job/addtaskcollection", body.as_bytes())
    });
    let calls = many(authority, calls.collect(), CALLS_IN_FLIGHT, 200).await?;
    Ok(calls * float(TASKS_PER_CALL))
}
