//! The `batchite` command.

fn main() -> std::process::ExitCode {
    batchite::cli::main()
}
