//! Faults as data: what goes wrong, where, how often. A world that is told so does it, and its trace says why.
//!
//! The same documents stand in scenario files and in requests to the emulator's controls. A fault that is given how many
//! `times`, or a `probability`, is spent or drawn each time something fits it; draws come from a stream of their own, so
//! that a fault that is never met shifts nothing else.

mod operations;
mod plan;
mod swarm;

use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use serde::{Deserialize, Serialize};

pub use operations::OPERATIONS;
pub use plan::{FaultError, FaultPlan, FaultReport};

/// What goes wrong.
///
/// Ids of pools, jobs and tasks are patterns (`*` any text, `?` one character); absent means any. Nodes are numbered in
/// the order their pool got them, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Fault {
    /// A start task ends with this exit code, whatever it did.
    StartTaskFails {
        /// Of which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// On which node of the pool; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// The exit code, not 0; 1 when absent.
        #[serde(default = "one")]
        exit_code: i32,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// A task ends with this exit code, whatever it did.
    TaskFails {
        /// Of which jobs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<String>,
        /// Which tasks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// The exit code; 1 when absent.
        #[serde(default = "one")]
        exit_code: i32,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// The command of a task is killed some time after its start, unless it has ended by then.
    TaskKilled {
        /// Of which jobs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<String>,
        /// Which tasks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// How long after its start.
        after: TimeSpan,
        /// The exit code it is said to have had; 137 when absent, as of a process that was killed.
        #[serde(default = "killed")]
        exit_code: i32,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// The launch of a task's command on its node fails before the command starts. The service tries it again by itself, three
    /// times; when none of them does it, the task fails with `MaxInternalRetryCountReached`.
    ///
    /// It strikes launches: with `times` 2 a task is launched the third time. Start, preparation and release tasks are not
    /// meant.
    LaunchFails {
        /// On nodes of which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// Of which jobs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<String>,
        /// Which tasks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// A low-priority node that has booted is pre-empted, and comes back with an empty disk when there is capacity again.
    NodePreempted {
        /// Of which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// Which node of the pool; one is drawn when absent. With a probability it is drawn for each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// How long after the fault is injected, and again and again with a probability; a minute when absent.
        #[serde(default = "minute")]
        after: TimeSpan,
        /// How long the node is gone; ten minutes when absent.
        #[serde(default = "ten_minutes")]
        restored_after: TimeSpan,
        /// The probability for each node each time; absent means that it happens once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// A node that has booted becomes unusable and stays so until it is removed.
    NodeUnusable {
        /// Of which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// Which node of the pool; one is drawn when absent. With a probability it is drawn for each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// How long after the fault is injected, and again and again with a probability; a minute when absent.
        #[serde(default = "minute")]
        after: TimeSpan,
        /// The probability for each node each time; absent means that it happens once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// The platform upgrades the operating system of a node, which then starts again with its disk: `upgradingos`.
    ///
    /// It strikes nodes that are idle or running, in pools that ask for it: `upgradePolicy` with the mode `automatic` and
    /// `enableAutomaticOSUpgrade`, and no single version of the image. Tasks of the node wait again, uncounted; with
    /// `osRollingUpgradeDeferral` it is the upgrade that waits.
    OperatingSystemUpgraded {
        /// Of which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// Which node of the pool; one is drawn when absent. With a probability it is drawn for each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// How long after the fault is injected, and again and again with a probability; a minute when absent.
        #[serde(default = "minute")]
        after: TimeSpan,
        /// How long it takes until the node starts again; ten minutes when absent.
        #[serde(default = "ten_minutes")]
        takes: TimeSpan,
        /// The probability for each node each time; absent means that it happens once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// An application package cannot be put on a node: the task that wants it fails, or the node becomes unusable when its
    /// pool wants it.
    ApplicationPackageFails {
        /// Of which applications.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        application: Option<String>,
        /// On nodes of which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// On which node of the pool; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// A pool that grows gets no more than some of the nodes it wants; the resize says `AllocationFailed`.
    AllocationFails {
        /// Which pools.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// How many it gets all the same; none when absent.
        #[serde(default)]
        allocated: u32,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// A request is refused before the service acts.
    RequestRefused {
        /// Which operation, by its name in the trace (`create_task`, `get_job`, `put_blob`); any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operation: Option<String>,
        /// `TooManyRequests`, `ServerBusy`, `OperationTimedOut` or `InternalError`.
        code: RefusalCode,
        /// What `Retry-After` says, rounded up to whole seconds; absent leaves it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<TimeSpan>,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// The service acts, and its answer is lost. Over HTTP the caller gets 500.
    ReplyLost {
        /// Which operation, by its name in the trace; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operation: Option<String>,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// The bytes of a blob break off on their way to whoever reads it.
    DownloadTorn {
        /// Of which containers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        container: Option<String>,
        /// Which blobs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        blob: Option<String>,
        /// How many bytes come through; none when absent.
        #[serde(default)]
        bytes: u64,
        /// So many times at most; once when no probability is given either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u32>,
        /// Drawn anew each time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability: Option<Probability>,
    },
    /// The clock of Blob Storage goes ahead, or behind when negative: tokens begin and end early, or late.
    ClockSkew {
        /// By how much; a day at most.
        by: TimeSpan,
    },
}

/// How often a fault strikes what fits it: once when nothing is said, always with a probability alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Often {
    pub(crate) times: Option<u32>,
    pub(crate) probability: Option<Probability>,
}

/// A probability from 0 to 1, kept in millionths so that equal plans are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(u32);

impl Probability {
    /// So many in a million; more than a million counts as a million.
    pub const fn from_millionths(millionths: u32) -> Self {
        Self(if millionths > 1_000_000 {
            1_000_000
        } else {
            millionths
        })
    }

    /// Whether a draw from all numbers meets it.
    pub(crate) fn is_met_by(self, drawn: u64) -> bool {
        drawn % 1_000_000 < u64::from(self.0)
    }
}

impl TryFrom<f64> for Probability {
    type Error = String;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number lies between 0 and a million"
    )]
    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self((value * 1e6).round() as u32))
        } else {
            Err(format!("{value} is no probability: give a number from 0 to 1"))
        }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        Self::from(probability.0) / 1e6
    }
}

/// How a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalCode {
    /// 429 of Batch; Blob Storage says `ServerBusy` instead.
    TooManyRequests,
    /// 503.
    ServerBusy,
    /// 500.
    OperationTimedOut,
    /// 500.
    InternalError,
}

impl RefusalCode {
    /// The code as Batch says it.
    pub(crate) fn of_batch(self) -> ErrorCode {
        match self {
            Self::TooManyRequests => ErrorCode::TooManyRequests,
            _ => self.of_blob(),
        }
    }

    /// The code as Blob Storage says it.
    pub(crate) fn of_blob(self) -> ErrorCode {
        match self {
            Self::TooManyRequests | Self::ServerBusy => ErrorCode::ServerBusy,
            Self::OperationTimedOut => ErrorCode::OperationTimedOut,
            Self::InternalError => ErrorCode::InternalError,
        }
    }
}

const fn one() -> i32 {
    1
}

const fn killed() -> i32 {
    137
}

const fn minute() -> TimeSpan {
    TimeSpan::from_minutes(1)
}

const fn ten_minutes() -> TimeSpan {
    TimeSpan::from_minutes(10)
}

/// The longest time a fault may name: far beyond every test, and far from the end of time.
const SPAN_MAX: TimeSpan = TimeSpan::from_days(3660);

impl Fault {
    /// Refuses what could never happen. The error is a text for the person.
    pub fn check(&self) -> Result<(), FaultError> {
        let spans: &[(&str, TimeSpan)] = match self {
            Self::TaskKilled { after, .. } | Self::NodeUnusable { after, .. } => &[("after", *after)],
            Self::NodePreempted {
                after,
                restored_after,
                ..
            } => &[("after", *after), ("restoredAfter", *restored_after)],
            Self::OperatingSystemUpgraded { after, takes, .. } => &[("after", *after), ("takes", *takes)],
            Self::RequestRefused {
                retry_after: Some(span),
                ..
            } => &[("retryAfter", *span)],
            _ => &[],
        };
        for (name, span) in spans {
            if !(TimeSpan::ZERO..=SPAN_MAX).contains(span) {
                return Err(FaultError(format!("`{name}` must be from PT0S to P3660D.")));
            }
        }
        match self {
            Self::StartTaskFails { exit_code: 0, .. } => Err(FaultError(
                "A start task that ends with `exitCode` 0 has not failed.".to_owned(),
            )),
            Self::StartTaskFails { node: Some(0), .. }
            | Self::ApplicationPackageFails { node: Some(0), .. }
            | Self::NodePreempted { node: Some(0), .. }
            | Self::OperatingSystemUpgraded { node: Some(0), .. }
            | Self::NodeUnusable { node: Some(0), .. } => {
                Err(FaultError("The nodes of a pool are numbered from 1.".to_owned()))
            }
            Self::NodePreempted {
                after,
                probability: Some(_),
                ..
            }
            | Self::OperatingSystemUpgraded {
                after,
                probability: Some(_),
                ..
            }
            | Self::NodeUnusable {
                after,
                probability: Some(_),
                ..
            } if *after < TimeSpan::from_seconds(1) => Err(FaultError(
                "With a probability `after` is the time between two draws: a second at least.".to_owned(),
            )),
            Self::ClockSkew { by } if !(TimeSpan::from_days(-1)..=TimeSpan::from_days(1)).contains(by) => {
                Err(FaultError("A clock is off by a day at most.".to_owned()))
            }
            Self::RequestRefused {
                operation: Some(name),
                ..
            }
            | Self::ReplyLost {
                operation: Some(name),
                ..
            } if !is_operation(name) => Err(FaultError(format!(
                "`{name}` is no operation. They are called as in the trace: create_task, list_jobs, put_blob."
            ))),
            _ => Ok(()),
        }
    }

    /// How often it strikes, where it is met by chance and not at a moment of its own.
    pub(crate) fn often(&self) -> Option<Often> {
        let (times, probability) = match self {
            Self::StartTaskFails {
                times, probability, ..
            }
            | Self::LaunchFails {
                times, probability, ..
            }
            | Self::TaskFails {
                times, probability, ..
            }
            | Self::TaskKilled {
                times, probability, ..
            }
            | Self::AllocationFails {
                times, probability, ..
            }
            | Self::ApplicationPackageFails {
                times, probability, ..
            }
            | Self::RequestRefused {
                times, probability, ..
            }
            | Self::ReplyLost {
                times, probability, ..
            }
            | Self::DownloadTorn {
                times, probability, ..
            } => (*times, *probability),
            Self::NodePreempted { .. }
            | Self::NodeUnusable { .. }
            | Self::OperatingSystemUpgraded { .. }
            | Self::ClockSkew { .. } => return None,
        };
        Some(Often {
            times: times.or_else(|| probability.is_none().then_some(1)),
            probability,
        })
    }

    /// The word of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::StartTaskFails { .. } => "startTaskFails",
            Self::TaskFails { .. } => "taskFails",
            Self::TaskKilled { .. } => "taskKilled",
            Self::LaunchFails { .. } => "launchFails",
            Self::NodePreempted { .. } => "nodePreempted",
            Self::NodeUnusable { .. } => "nodeUnusable",
            Self::OperatingSystemUpgraded { .. } => "operatingSystemUpgraded",
            Self::AllocationFails { .. } => "allocationFails",
            Self::ApplicationPackageFails { .. } => "applicationPackageFails",
            Self::RequestRefused { .. } => "requestRefused",
            Self::ReplyLost { .. } => "replyLost",
            Self::DownloadTorn { .. } => "downloadTorn",
            Self::ClockSkew { .. } => "clockSkew",
        }
    }
}

/// Whether some operation has this name in the trace.
fn is_operation(name: &str) -> bool {
    OPERATIONS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> Result<Fault, String> {
        let fault: Fault = serde_json::from_str(document).map_err(|error| error.to_string())?;
        fault.check().map_err(|error| error.to_string())?;
        Ok(fault)
    }

    #[test]
    fn what_is_written_is_read_again() {
        for document in [
            r#"{"kind":"startTaskFails","pool":"p*","node":2,"exitCode":3,"times":2}"#,
            r#"{"kind":"taskFails","exitCode":1,"probability":0.25}"#,
            r#"{"kind":"taskKilled","task":"t1","after":"PT30S","exitCode":137}"#,
            r#"{"kind":"launchFails","pool":"p*","job":"j","task":"t?","times":4}"#,
            r#"{"kind":"nodePreempted","after":"PT1M","restoredAfter":"PT10M"}"#,
            r#"{"kind":"operatingSystemUpgraded","pool":"p*","node":2,"after":"PT1M","takes":"PT5M"}"#,
            r#"{"kind":"applicationPackageFails","application":"tool","pool":"p*","node":1}"#,
            r#"{"kind":"requestRefused","operation":"create_task","code":"TooManyRequests","retryAfter":"PT2S"}"#,
            r#"{"kind":"downloadTorn","bytes":10}"#,
            r#"{"kind":"clockSkew","by":"-PT10M"}"#,
        ] {
            let fault = read(document).expect(document);
            assert_eq!(serde_json::to_string(&fault).unwrap(), document);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for document in [
            r#"{"kind":"earthquake"}"#,
            r#"{"pool":"p"}"#,
            r#"{"kind":"taskFails","probability":1.5}"#,
            r#"{"kind":"taskFails","times":-1}"#,
            r#"{"kind":"nodePreempted","nodes":1}"#,
            r#"{"kind":"nodePreempted","after":"PT0S","probability":0.5}"#,
            r#"{"kind":"nodeUnusable","node":0}"#,
            r#"{"kind":"operatingSystemUpgraded","node":0}"#,
            r#"{"kind":"operatingSystemUpgraded","takes":"-PT1S"}"#,
            r#"{"kind":"operatingSystemUpgraded","after":"PT0S","probability":0.5}"#,
            r#"{"kind":"applicationPackageFails","node":0}"#,
            r#"{"kind":"startTaskFails","exitCode":0}"#,
            r#"{"kind":"taskKilled"}"#,
            r#"{"kind":"launchFails","node":1}"#,
            r#"{"kind":"taskKilled","after":"-PT1S"}"#,
            r#"{"kind":"requestRefused","code":"Teapot"}"#,
            r#"{"kind":"requestRefused","operation":"create_taks","code":"ServerBusy"}"#,
            r#"{"kind":"clockSkew","by":"P2D"}"#,
        ] {
            assert!(read(document).is_err(), "{document}");
        }
    }
}
