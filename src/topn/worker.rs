//! What the worker is told, what it calls its output and what it writes into it.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io::{Result, Write};
use std::path::{Path, PathBuf};

use super::count::WordCount;

/// The line above and below the words of a report.
const RULE: &str = "------------------------------";

/// What a task's command line tells the worker. The names are those of the options.
#[derive(Clone, Eq, PartialEq)]
pub struct WorkerArguments {
    /// The text to count, a path on the node.
    pub filepath: PathBuf,
    /// How many words to report.
    pub numwords: usize,
    /// The name of the storage account the report goes to.
    pub storageaccount: String,
    /// The container the report goes to.
    pub storagecontainer: String,
    /// The shared access signature of that container. A secret: it never shows in `Debug`.
    pub sastoken: String,
    /// Where the storage account answers, if that is not what its name says: an emulator's address, for
    /// example.
    pub blob_endpoint: Option<String>,
}

impl fmt::Debug for WorkerArguments {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WorkerArguments")
            .field("filepath", &self.filepath)
            .field("numwords", &self.numwords)
            .field("storageaccount", &self.storageaccount)
            .field("storagecontainer", &self.storagecontainer)
            .field("sastoken", &"(secret)")
            .field("blob_endpoint", &self.blob_endpoint)
            .finish()
    }
}

/// Where the report on `input` goes: next to it, with `_OUTPUT` behind the name and before the extension.
///
/// # Errors
///
/// [`NoFileName`] for a path that names no file, such as `/` or `..`.
///
/// # Examples
///
/// ```
/// # use std::path::Path;
/// # use batchite::topn::worker::output_file_name;
/// let output = output_file_name(Path::new("wd/taskdata1.txt")).unwrap();
/// assert_eq!(output, Path::new("wd/taskdata1_OUTPUT.txt"));
/// ```
pub fn output_file_name(input: &Path) -> std::result::Result<PathBuf, NoFileName> {
    let no_file_name = || NoFileName {
        path: input.to_path_buf(),
    };
    let mut name = OsString::from(input.file_stem().ok_or_else(no_file_name)?);
    name.push("_OUTPUT");
    if let Some(extension) = input.extension() {
        name.push(".");
        name.push(extension);
    }
    Ok(input.with_file_name(name))
}

/// A path was given where a file was wanted, and its end is no file name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoFileName {
    /// The path as it was given.
    pub path: PathBuf,
}

impl fmt::Display for NoFileName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(
            formatter,
            "the path `{path}` does not end in a file name: give the path of the text file to count"
        )
    }
}

impl Error for NoFileName {}

/// Who counts: what the service tells each task about itself. Outside a task all is empty.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Identity {
    /// The node the task runs on, `AZ_BATCH_NODE_ID`.
    pub node: String,
    /// The task, `AZ_BATCH_TASK_ID`.
    pub task: String,
    /// The job of the task, `AZ_BATCH_JOB_ID`.
    pub job: String,
    /// The pool of the node, `AZ_BATCH_POOL_ID`.
    pub pool: String,
}

impl Identity {
    /// Takes the identity from environment variables. What is not set is left empty.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let id = |name| variable(name).unwrap_or_default();
        Self {
            node: id("AZ_BATCH_NODE_ID"),
            task: id("AZ_BATCH_TASK_ID"),
            job: id("AZ_BATCH_JOB_ID"),
            pool: id("AZ_BATCH_POOL_ID"),
        }
    }
}

/// Writes the report: the words with their counts, and who counted them.
///
/// Bytes of a word that are not valid UTF-8 are written as U+FFFD. Each line is written on its own, so a file
/// should stand behind a `BufWriter`, which the caller flushes.
///
/// # Errors
///
/// Whatever `out` reports.
pub fn write_report(out: &mut impl Write, words: &[WordCount], identity: &Identity) -> Result<()> {
    writeln!(out, "Word\tCount")?;
    writeln!(out, "{RULE}")?;
    for word in words {
        writeln!(out, "{}:\t{}", word.text(), word.count)?;
    }
    writeln!(out, "{RULE}")?;
    writeln!(out, "Node: {}", identity.node)?;
    writeln!(out, "Task: {}", identity.task)?;
    writeln!(out, "Job:  {}", identity.job)?;
    writeln!(out, "Pool: {}", identity.pool)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::topn::top_words;

    fn output_of(input: &str) -> PathBuf {
        output_file_name(Path::new(input)).unwrap()
    }

    #[test]
    fn the_output_is_named_after_the_input() {
        for (input, output) in [
            ("taskdata1.txt", "taskdata1_OUTPUT.txt"),
            ("taskdata1", "taskdata1_OUTPUT"),
            ("/mnt/wd/taskdata1.txt", "/mnt/wd/taskdata1_OUTPUT.txt"),
            ("../input/taskdata1", "../input/taskdata1_OUTPUT"),
            ("with.dots/in the.name.txt", "with.dots/in the.name_OUTPUT.txt"),
            (".hidden", ".hidden_OUTPUT"),
            ("ends-in-a-dot.", "ends-in-a-dot_OUTPUT."),
        ] {
            assert_eq!(output_of(input), Path::new(output), "for {input}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_is_kept() {
        use std::os::unix::ffi::OsStrExt;

        let input = Path::new(std::ffi::OsStr::from_bytes(b"d\xFF/caf\xE9.t\xE9"));
        let output = output_file_name(input).unwrap();
        assert_eq!(output.as_os_str().as_bytes(), b"d\xFF/caf\xE9_OUTPUT.t\xE9");
    }

    #[test]
    fn a_path_without_a_file_name_is_refused() {
        for input in ["", "/", "..", "wd/.."] {
            let error = output_file_name(Path::new(input)).unwrap_err();
            assert_eq!(error.path, Path::new(input));
            assert!(error.to_string().contains(&format!("`{input}`")), "{error}");
        }
    }

    #[test]
    fn the_identity_comes_from_the_environment() {
        let identity = Identity::from_environment(|name| match name {
            "AZ_BATCH_NODE_ID" => Some("tvm-1".to_owned()),
            "AZ_BATCH_TASK_ID" => Some("topNtask0".to_owned()),
            "AZ_BATCH_JOB_ID" => Some("TopNJob".to_owned()),
            "AZ_BATCH_POOL_ID" => Some("TopNPool".to_owned()),
            _ => None,
        });
        let ids = [identity.node, identity.task, identity.job, identity.pool];
        assert_eq!(ids, ["tvm-1", "topNtask0", "TopNJob", "TopNPool"]);
    }

    #[test]
    fn outside_a_task_the_identity_is_empty() {
        assert_eq!(Identity::from_environment(|_| None), Identity::default());
    }

    #[test]
    fn the_report_has_this_form() {
        let words = top_words(&b"the sea, the sky, the sea\xFF"[..], 3).unwrap();
        let identity = Identity {
            node: "tvm-1".to_owned(),
            task: "topNtask0".to_owned(),
            job: "TopNJob".to_owned(),
            pool: "TopNPool".to_owned(),
        };
        let mut report = Vec::new();
        write_report(&mut report, &words, &identity).unwrap();
        let expected = "Word\tCount\n\
                        ------------------------------\n\
                        the:\t3\n\
                        sea:\t1\n\
                        sky:\t1\n\
                        ------------------------------\n\
                        Node: tvm-1\n\
                        Task: topNtask0\n\
                        Job:  TopNJob\n\
                        Pool: TopNPool\n";
        assert_eq!(String::from_utf8(report).unwrap(), expected);
    }

    #[test]
    fn the_report_on_no_words_at_all_has_its_frame() {
        let mut report = Vec::new();
        write_report(&mut report, &[], &Identity::default()).unwrap();
        let rule = "-".repeat(30);
        let expected = format!("Word\tCount\n{rule}\n{rule}\nNode: \nTask: \nJob:  \nPool: \n");
        assert_eq!(String::from_utf8(report).unwrap(), expected);
    }

    #[test]
    fn bytes_that_are_not_unicode_are_replaced_in_the_report() {
        let words = top_words(&b"caf\xE9"[..], 1).unwrap();
        let mut report = Vec::new();
        write_report(&mut report, &words, &Identity::default()).unwrap();
        assert!(String::from_utf8(report).unwrap().contains("\ncaf\u{FFFD}:\t1\n"));
    }

    #[test]
    fn a_report_that_cannot_be_written_is_an_error() {
        let mut no_room: &mut [u8] = &mut [0; 20];
        let error = write_report(&mut no_room, &[], &Identity::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WriteZero);
    }

    #[test]
    fn the_signature_does_not_show() {
        let arguments = WorkerArguments {
            filepath: PathBuf::from("taskdata1.txt"),
            numwords: 3,
            storageaccount: "devstoreaccount1".to_owned(),
            storagecontainer: "output".to_owned(),
            sastoken: "sv=2025&sig=abc123".to_owned(),
            blob_endpoint: None,
        };
        let shown = format!("{arguments:?}");
        assert!(shown.contains("devstoreaccount1"), "{shown}");
        assert!(!shown.contains("sig") && !shown.contains("abc123"), "{shown}");
    }
}
