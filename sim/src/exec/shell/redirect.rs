//! Where the streams of a command lead.

use super::Dialect;
use super::run::{Leave, Shell};
use super::syntax::{Descriptor, Redirection, RedirectionKind};
use crate::exec::disk::{Content, DiskError, DiskPath};
use crate::exec::process::{Input, Output, Process, is_null_device};

/// The three streams of a shell or command.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    pub(super) stdin: Input,
    pub(super) stdout: Output,
    pub(super) stderr: Output,
}

impl Streams {
    pub(super) fn of(process: &Process) -> Self {
        Self {
            stdin: process.stdin.clone(),
            stdout: process.stdout.clone(),
            stderr: process.stderr.clone(),
        }
    }

    fn output(&self, number: u32) -> Option<&Output> {
        match number {
            1 => Some(&self.stdout),
            2 => Some(&self.stderr),
            _ => None,
        }
    }

    fn set_output(&mut self, descriptor: Descriptor, output: Output) {
        match descriptor {
            Descriptor::Number(1) => self.stdout = output,
            Descriptor::Number(2) => self.stderr = output,
            Descriptor::OutputAndError => {
                self.stdout = output.clone();
                self.stderr = output;
            }
            // Writing to standard input reaches nobody.
            Descriptor::Number(_) => {}
        }
    }
}

impl Shell {
    /// The streams of a command; nothing when one cannot be opened: then the command does not run.
    pub(super) async fn redirected(
        &mut self,
        redirections: &[Redirection],
    ) -> Result<Option<Streams>, Leave> {
        let mut streams = self.streams.clone();
        for redirection in redirections {
            let target = self.text(&redirection.target).await?;
            if let Err(message) = self.redirect(&mut streams, redirection, &target) {
                self.complain(&message);
                self.status = match self.dialect {
                    Dialect::Sh => 2,
                    Dialect::Bash => 1,
                };
                return Ok(None);
            }
        }
        Ok(Some(streams))
    }

    fn redirect(&self, streams: &mut Streams, redirection: &Redirection, target: &str) -> Result<(), String> {
        let descriptor = redirection.descriptor;
        match redirection.kind {
            RedirectionKind::Read => {
                streams.stdin = self
                    .open_to_read(streams, target)
                    .map_err(|error| format!("cannot open {target}: {error}"))?;
            }
            RedirectionKind::Text => {
                let text = format!("{target}\n");
                streams.stdin = Input::from_content(Content::from(bytes::Bytes::from(text)));
            }
            RedirectionKind::Write | RedirectionKind::Append => {
                let append = redirection.kind == RedirectionKind::Append;
                let output = self
                    .open_to_write(streams, target, append)
                    .map_err(|error| format!("cannot create {target}: {error}"))?;
                streams.set_output(descriptor, output);
            }
            RedirectionKind::Duplicate => self.duplicate(streams, descriptor, target)?,
        }
        Ok(())
    }

    fn duplicate(&self, streams: &mut Streams, descriptor: Descriptor, target: &str) -> Result<(), String> {
        if descriptor == Descriptor::Number(0) {
            return match target {
                "0" => Ok(()),
                "-" => {
                    streams.stdin = Input::default();
                    Ok(())
                }
                _ => Err(format!("{target}: bad file descriptor")),
            };
        }
        let output = match (target, target.parse()) {
            ("-", _) => Output::closed(&self.machine.life),
            (_, Ok(number)) => streams
                .output(number)
                .cloned()
                .ok_or_else(|| format!("{target}: bad file descriptor"))?,
            // `>& file` is another way to write `&> file`.
            (_, Err(_)) if descriptor == Descriptor::Number(1) => {
                let output = self
                    .open_to_write(streams, target, false)
                    .map_err(|error| format!("cannot create {target}: {error}"))?;
                streams.set_output(Descriptor::OutputAndError, output);
                return Ok(());
            }
            _ => return Err(format!("{target}: bad file descriptor")),
        };
        streams.set_output(descriptor, output);
        Ok(())
    }

    fn open_to_read(&self, streams: &Streams, target: &str) -> Result<Input, DiskError> {
        if is_null_device(self.machine.platform, target) {
            return Ok(Input::default());
        }
        if target == "/dev/stdin" {
            return Ok(streams.stdin.clone());
        }
        let path = self.path(target)?;
        let content = self.machine.disk.with(|disk| disk.read(&path))?;
        Ok(Input::from_content(content))
    }

    fn open_to_write(&self, streams: &Streams, target: &str, append: bool) -> Result<Output, DiskError> {
        let machine = &self.machine;
        if is_null_device(machine.platform, target) {
            return Ok(Output::null(&machine.life));
        }
        match target {
            "/dev/stdout" => return Ok(streams.stdout.clone()),
            "/dev/stderr" => return Ok(streams.stderr.clone()),
            _ => {}
        }
        let path = self.path(target)?;
        let now = batchite_api::time::Clock::now(&*machine.life);
        machine.disk.with(|disk| {
            if append {
                disk.append(&path, &bytes::Bytes::new(), now)
            } else {
                disk.write(&path, Content::new(), None, now)
            }
        })?;
        Ok(Output::file(&machine.life, machine.disk.clone(), path))
    }

    pub(super) fn path(&self, text: &str) -> Result<DiskPath, DiskError> {
        DiskPath::resolve(self.machine.platform, &self.directory, text)
    }
}
