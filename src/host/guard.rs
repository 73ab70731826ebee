//! A small shell that outlives the emulator by a moment: it ends what the emulator could not.
//!
//! An emulator that is killed (`SIGKILL`, out of memory) ends nothing any more. The shell reads from a pipe which
//! process groups are alive; when the pipe breaks, it kills those.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use rustix::process::Pid;

use super::family::{Family, spawn};

/// Words that begin and end with a blank are found exactly; every `remove` follows its `add`.
const SCRIPT: &str = r#"
groups=' '
while read -r verb group; do
    case $verb in
        add) groups="$groups$group " ;;
        remove) groups="${groups%%" $group "*} ${groups#*" $group "}" ;;
    esac
done
for group in $groups; do
    kill -s KILL -- "-$group"
done
"#;

/// The shell, from the first process group on.
#[derive(Debug, Default)]
pub(super) struct Guard {
    state: Mutex<State>,
    family: Option<Family>,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing has run yet.
    #[default]
    Idle,
    /// The shell reads what is written here.
    Watching(File),
    /// There is no shell, or it went away. Everything but this works as usual.
    Absent,
}

impl Guard {
    /// A guard whose shell is one of a family.
    pub(super) fn of(family: Option<Family>) -> Self {
        Self {
            state: Mutex::default(),
            family,
        }
    }

    /// A process group is alive. Needs the context of a runtime.
    pub(super) fn add(&self, group: Pid) {
        self.tell("add", group);
    }

    /// A process group has been killed; its number may soon be another's.
    pub(super) fn remove(&self, group: Pid) {
        self.tell("remove", group);
    }

    fn tell(&self, verb: &str, group: Pid) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Idle) {
            *state = start(self.family.as_ref()).map_or_else(
                |error| {
                    tracing::warn!(%error, "no shell: tasks outlive the emulator if it is killed");
                    State::Absent
                },
                State::Watching,
            );
        }
        // One short line is written whole or not at all.
        let line = format!("{verb} {}\n", group.as_raw_nonzero());
        if let State::Watching(pipe) = &mut *state
            && let Err(error) = pipe.write_all(line.as_bytes())
        {
            tracing::warn!(%error, "the shell is gone: tasks outlive the emulator if it is killed");
            *state = State::Absent;
        }
    }
}

fn start(family: Option<&Family>) -> std::io::Result<File> {
    let mut command = tokio::process::Command::new("/bin/sh");
    command
        .args(["-c", SCRIPT])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A Ctrl-C at the terminal must not reach it before its time.
        .process_group(0);
    let mut child = spawn(family, &mut command)?;
    let Some(input) = child.stdin.take() else {
        return Err(std::io::Error::other("the shell has no standard input"));
    };
    let pipe = File::from(input.into_owned_fd()?);
    // A shell that was stopped must not stop the emulator as well.
    rustix::io::ioctl_fionbio(&pipe, true)?;
    Ok(pipe)
}
