//! placeholder
use crate::exec::process::Process;
pub(crate) async fn run_command_prompt(_: Process) -> i32 {
    0
}
pub(crate) async fn run_batch_file(_: Process, _: &str) -> i32 {
    0
}
pub(crate) fn windows_arguments(_: &str, _: &str) -> Vec<String> {
    Vec::new()
}
