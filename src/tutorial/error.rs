//! What ends the flow, said so that a person knows what happened, where, and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

use batchite_api::error::Error;
use batchite_api::time::TimeSpan;

use super::report::TaskReport;
use super::text::{clock_text, harmless, path_text};

/// How many failed tasks, nodes or blobs are told about one by one.
const SHOWN_MAX: usize = 10;

/// What ended the flow or spoiled its result.
#[derive(Debug)]
#[non_exhaustive]
pub enum TutorialError {
    /// What was left behind because it could not be deleted, with the reason for each.
    CleanUp(Vec<(String, Error)>),
    /// Blobs of the output container that were not written, with the reason for each.
    Download(Vec<(String, String)>),
    /// A file of this machine could not be read.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody asked the flow to stop.
    Interrupted,
    /// The account offers no verified image that fits.
    NoImage {
        /// What was looked for: publisher, offer and the beginning of the SKU.
        wanted: String,
    },
    /// No node of the pool will ever run a task: it got none, or the start task failed on all of them.
    PoolUnusable {
        /// What is the matter.
        reason: String,
        /// The matter in detail: per node, or per resize error.
        details: Vec<String>,
    },
    /// A service refused a request, or a request was not answered.
    Request {
        /// What the flow was about to do.
        doing: String,
        /// The refusal.
        error: Error,
    },
    /// Tasks that completed, but not well.
    TasksFailed(Vec<TaskReport>),
    /// Tasks that were not accepted, with the reason for each.
    TasksRefused(Vec<(String, String)>),
    /// The tasks did not complete in time.
    TimedOut {
        /// How long they had.
        timeout: TimeSpan,
        /// How many were completed.
        completed: usize,
        /// How many there are.
        total: usize,
        /// What the pool looked like at the end.
        pool: String,
    },
    /// The flow was told something that cannot be carried out; nothing was created.
    Usage(String),
}

impl TutorialError {
    /// A refused request, told with what it was for.
    pub(super) fn request(doing: impl Into<String>) -> impl FnOnce(Error) -> Self {
        let doing = doing.into();
        move |error| Self::Request { doing, error }
    }
}

impl std::error::Error for TutorialError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Request { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for TutorialError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CleanUp(left) => {
                formatter
                    .write_str("not everything could be deleted; delete by hand what is still there:")?;
                list(formatter, left, |(what, error)| format!("{what}: {error}"))
            }
            Self::Download(failures) => {
                formatter.write_str("not all outputs could be downloaded:")?;
                list(formatter, failures, |(blob, reason)| {
                    format!("blob [{}]: {reason}", harmless(blob))
                })
            }
            Self::File { path, source } => write!(
                formatter,
                "the file `{}` cannot be read: {source}",
                path_text(path)
            ),
            Self::Interrupted => formatter.write_str("interrupted"),
            Self::NoImage { wanted } => write!(
                formatter,
                "the account offers no verified Linux image of {wanted}: choose another one"
            ),
            Self::PoolUnusable { reason, details } => {
                formatter.write_str(reason)?;
                list(formatter, details, Clone::clone)
            }
            Self::Request { doing, error } => write_refusal(formatter, doing, error),
            Self::TasksFailed(tasks) => {
                write!(
                    formatter,
                    "{} completed with a failure:",
                    count(tasks.len(), "task")
                )?;
                list(formatter, tasks, TaskReport::failure_text)
            }
            Self::TasksRefused(tasks) => {
                write!(formatter, "{} not accepted:", count(tasks.len(), "task"))?;
                list(formatter, tasks, |(task, reason)| format!("[{task}]: {reason}"))
            }
            Self::TimedOut {
                timeout,
                completed,
                total,
                pool,
            } => write!(
                formatter,
                "Tasks did not reach 'Completed' state within timeout period of {}: {completed} of {total} did. {pool}",
                clock_text(*timeout)
            ),
            Self::Usage(text) => formatter.write_str(text),
        }
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The entries below each other, indented; not more of them than a person reads.
fn list<T>(formatter: &mut fmt::Formatter<'_>, entries: &[T], text: impl Fn(&T) -> String) -> fmt::Result {
    for entry in entries.iter().take(SHOWN_MAX) {
        for line in text(entry).lines() {
            write!(formatter, "\n  {line}")?;
        }
    }
    match entries.len().saturating_sub(SHOWN_MAX) {
        0 => Ok(()),
        more => write!(formatter, "\n  and {more} more"),
    }
}

/// A refusal as the classic sample prints it: code, text, and every key with its value.
fn write_refusal(formatter: &mut fmt::Formatter<'_>, doing: &str, error: &Error) -> fmt::Result {
    const RULE: &str = "-------------------------------------------";
    writeln!(formatter, "{doing} failed.\n{RULE}\nException encountered:")?;
    if error.status() != 0 {
        write!(
            formatter,
            "{} ({}): ",
            harmless(error.code().as_str()),
            error.status()
        )?;
    }
    writeln!(formatter, "{}", harmless(error.message()))?;
    if let Some(id) = error.request_id() {
        writeln!(formatter, "RequestId: {}", harmless(id))?;
    }
    if !error.details().is_empty() {
        writeln!(formatter)?;
    }
    for (key, value) in error.details() {
        writeln!(formatter, "{}:\t{}", harmless(key), harmless(value))?;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        writeln!(formatter, "Caused by: {}", harmless(&source.to_string()))?;
        cause = source.source();
    }
    formatter.write_str(RULE)
}

#[cfg(test)]
mod tests {
    use batchite_api::error::ErrorCode;

    use super::*;

    #[test]
    fn a_refusal_shows_code_text_and_every_detail() {
        let error = Error::batch(ErrorCode::PoolExists)
            .with_detail("PoolId", "mine")
            .with_detail("Hint", "\u{1b}[2J");
        let shown = TutorialError::request("Creating pool [mine]")(error).to_string();
        assert!(shown.starts_with("Creating pool [mine] failed.\n"), "{shown}");
        assert!(shown.contains("PoolExists (409): "), "{shown}");
        assert!(shown.contains("\nPoolId:\tmine\n"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }

    #[test]
    fn a_request_without_an_answer_shows_its_cause() {
        let cause = io::Error::new(io::ErrorKind::ConnectionReset, "reset by peer");
        let error = Error::transport(batchite_api::error::Service::Batch, "no answer", cause);
        let shown = TutorialError::request("Creating job [j]")(error).to_string();
        assert!(shown.contains("no answer\nCaused by: reset by peer"), "{shown}");
    }

    #[test]
    fn long_lists_are_cut() {
        let failures = (0..25).map(|n| (format!("b{n}"), "no".to_owned())).collect();
        let shown = TutorialError::Download(failures).to_string();
        assert_eq!(shown.lines().count(), 12);
        assert!(shown.ends_with("and 15 more"));
    }
}
