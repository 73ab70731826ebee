//! The console of a person or a log.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::tutorial::Console;
use async_trait::async_trait;

/// Writes lines to one stream, warnings and errors to the error stream, and asks on a terminal.
#[derive(Debug)]
pub(super) struct TerminalConsole {
    stream: Stream,
    /// Whether dots are watched as they come.
    shows_progress: bool,
    /// Whether somebody is there to be asked.
    asks: bool,
    /// Whether a line of dots is not ended yet.
    in_progress: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Output,
    Error,
    Nowhere,
}

impl TerminalConsole {
    /// The console that fits the streams of this process.
    ///
    /// With `json` the standard output is left to the document, and lines are only for a terminal. Nobody is asked
    /// who cannot see the question or said `yes` beforehand.
    pub(super) fn new(json: bool, yes: bool) -> Self {
        let (output, error) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let (stream, is_terminal) = match (json, error) {
            (false, _) => (Stream::Output, output),
            (true, true) => (Stream::Error, true),
            (true, false) => (Stream::Nowhere, false),
        };
        Self {
            stream,
            shows_progress: is_terminal,
            asks: !yes && is_terminal && io::stdin().is_terminal(),
            in_progress: false,
        }
    }

    /// Writes at once. Who closed the stream does not want to read on, and the flow still has to clean up.
    fn write(&self, text: &str) {
        let write =
            |mut stream: Box<dyn Write>| stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        let _ = match self.stream {
            Stream::Output => write(Box::new(io::stdout())),
            Stream::Error => write(Box::new(io::stderr())),
            Stream::Nowhere => Ok(()),
        };
    }

    fn write_error(&mut self, kind: &str, text: &str) {
        self.end_progress();
        let _ = writeln!(io::stderr(), "{kind}: {text}");
    }
}

#[async_trait]
impl Console for TerminalConsole {
    fn line(&mut self, text: &str) {
        self.end_progress();
        self.write(&format!("{text}\n"));
    }

    fn begin_progress(&mut self, text: &str) {
        self.end_progress();
        self.write(text);
        self.in_progress = true;
    }

    fn progress(&mut self) {
        if self.in_progress && self.shows_progress {
            self.write(".");
        }
    }

    fn end_progress(&mut self) {
        if self.in_progress {
            self.in_progress = false;
            self.write("\n");
        }
    }

    fn warning(&mut self, text: &str) {
        self.write_error("warning", text);
    }

    fn error(&mut self, text: &str) {
        self.write_error("error", text);
    }

    async fn confirm(&mut self, question: &str) -> bool {
        if !self.asks {
            self.line(&format!("{question} [Y/n] y"));
            return true;
        }
        loop {
            self.write(&format!("{question} [Y/n] "));
            // Off this thread: an interruption must not have to wait for the answer.
            let Ok(Some(answer)) = tokio::task::spawn_blocking(read_answer).await else {
                // Nobody is there any more.
                self.line("y");
                return true;
            };
            match answer.trim().to_ascii_lowercase().as_str() {
                "" | "y" | "yes" => return true,
                "n" | "no" => return false,
                _ => self.line("Please answer with y or n."),
            }
        }
    }
}

fn read_answer() -> Option<String> {
    let mut answer = String::new();
    match io::stdin().lock().read_line(&mut answer) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(answer),
    }
}
