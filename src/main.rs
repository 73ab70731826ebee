//! The `batchite` command.

// Requests make and drop many small things of many sizes on several threads. The allocator of the system answers
// that with locks and with memory it does not give back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    batchite::cli::main()
}
