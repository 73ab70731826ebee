//! The emulator beside Azurite and a bare HTTP server, in one run.
//!
//! Every contestant is a process of its own that keeps everything in memory; they take turns, and the same client speaks to
//! all: plain sockets, requests signed beforehand. The bare server stores bodies and checks nothing: it is the floor,
//! what HTTP itself costs here. `benches/emulator/run` installs Azurite and starts this.
//!
//! Options, to make it short: `--small N` (requests of 1 KiB), `--names N`, `--large N` (MiB of the large blob),
//! `--tasks N`.

mod bare;
mod client;
mod contestant;
mod load;
mod request;

use std::process::ExitCode;

use contestant::{Contestant, Kind};
use load::{Results, Work};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench tells what it found"
)]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads");
    if arguments == ["--bare"] {
        runtime.block_on(bare::serve());
        return ExitCode::SUCCESS;
    }
    let work = match work(&arguments) {
        Ok(work) => work,
        Err(text) => {
            eprintln!("error: {text}");
            return ExitCode::from(2);
        }
    };
    let mut columns = Vec::new();
    for kind in [Kind::Bare, Kind::Batchite, Kind::Azurite] {
        let measured = runtime.block_on(async {
            let Some(contestant) = Contestant::start(kind).await? else {
                return Ok(None);
            };
            load::measure(contestant, &work).await.map(Some)
        });
        match measured {
            Ok(Some(results)) => columns.push((kind, results)),
            Ok(None) => println!("{}: not here, left out", kind.name()),
            Err(error) => {
                let error: Box<dyn std::error::Error + Send + Sync> = error;
                eprintln!("error: {}: {error}", kind.name());
                return ExitCode::FAILURE;
            }
        }
    }
    print!("{}", table(&columns));
    ExitCode::SUCCESS
}

fn work(arguments: &[String]) -> Result<Work, String> {
    let mut work = Work::default();
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.parse().ok());
        let number = value.ok_or_else(|| format!("{name} needs a number"))?;
        match name.as_str() {
            "--small" => work.small = number,
            "--names" => work.names = number,
            "--large" => work.large_bytes = number << 20,
            "--tasks" => work.tasks = number,
            _ => return Err(format!("there is no option {name}")),
        }
    }
    Ok(work)
}

/// A line per measure, a column per contestant, and how the emulator compares.
fn table(columns: &[(Kind, Results)]) -> String {
    let mut text = format!("{:<44}", "");
    for (kind, _) in columns {
        text.extend([format!("{:>14}", kind.name())]);
    }
    text.push_str("   batchite/bare  batchite/azurite\n");
    let find = |wanted: Kind| {
        columns
            .iter()
            .find(|(kind, _)| *kind == wanted)
            .map(|(_, results)| results)
    };
    let count = columns.first().map_or(0, |(_, results)| results.len());
    for row in 0..count {
        let name = columns[0].1[row].0;
        text.extend([format!("{name:<44}")]);
        for (_, results) in columns {
            text.extend([shown(results[row].1)]);
        }
        for other in [Kind::Bare, Kind::Azurite] {
            let own = find(Kind::Batchite).and_then(|results| results[row].1);
            let ratio = own
                .zip(find(other).and_then(|results| results[row].1))
                .map(|(own, other)| own / other);
            text.extend([shown(ratio)]);
        }
        text.push('\n');
    }
    text
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| format!("{:>14}", "-"), |value| format!("{value:>14.2}"))
}
