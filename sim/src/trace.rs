//! The ordered record of everything that happened in a world.
//!
//! The trace is the truth: the determinism test compares it, a bug report attaches it. It never holds a secret:
//! no command line, no URL, no token.

use std::fmt::Write as _;

use batchite_api::time::Timestamp;
use smol_str::SmolStr;

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// A pool by its id.
    Pool(SmolStr),
    /// The allocation of a pool.
    Allocation(SmolStr),
    /// A node of a pool.
    Node {
        /// The pool's id.
        pool: SmolStr,
        /// The node's id.
        node: SmolStr,
    },
    /// A job by its id.
    Job(SmolStr),
    /// A job schedule by its id.
    JobSchedule(SmolStr),
    /// A task of a job.
    Task {
        /// The job's id.
        job: SmolStr,
        /// The task's id.
        task: SmolStr,
    },
    /// A container by its name.
    Container(SmolStr),
    /// A blob of a container.
    Blob {
        /// The container's name.
        container: SmolStr,
        /// The blob's name.
        blob: SmolStr,
    },
    /// The storage or Batch account itself.
    Account,
}

/// One thing that happened: a transition, or a request with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When.
    pub time: Timestamp,
    /// About what.
    pub entity: Entity,
    /// The state before; empty for what was not there, and for requests.
    pub from: SmolStr,
    /// The state after, or the result of a request: `ok` or an error code.
    pub to: SmolStr,
    /// Why: the operation or event behind it.
    pub cause: &'static str,
    /// The node a task went to, the exit code, and the like; empty when there is nothing to add.
    pub note: SmolStr,
}

/// Records in one piece of the trace.
const PIECE: usize = 1024;

/// Keeps records in order, or drops them when nobody wants them.
///
/// It grows by pieces: a moment in which thousands of tasks start moves none of the records there are.
#[derive(Debug, Default)]
pub struct Trace {
    pieces: Vec<Vec<Record>>,
    /// Records that were taken, or given up for newer ones.
    gone: u64,
    /// Pieces that are kept at most; none is no limit.
    pieces_max: Option<usize>,
    off: bool,
}

impl Trace {
    /// A trace that keeps everything until it is taken.
    pub fn new() -> Self {
        Self::default()
    }

    /// A trace that keeps the latest records, at least so many; with 0 it is [`off`](Self::off).
    pub fn latest(records: usize) -> Self {
        if records == 0 {
            return Self::off();
        }
        Self {
            // The newest piece is only partly filled.
            pieces_max: Some(records.div_ceil(PIECE) + 1),
            ..Self::default()
        }
    }

    /// A trace that keeps nothing.
    pub fn off() -> Self {
        Self {
            off: true,
            ..Self::default()
        }
    }

    /// Whether records are kept; callers may skip making costly ones.
    pub fn is_on(&self) -> bool {
        !self.off
    }

    /// Adds a record.
    pub fn push(&mut self, record: Record) {
        if self.off {
            return;
        }
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(record),
            // The first piece grows by itself: most worlds are asked for their records often.
            Some(_) => self.begin_piece(Vec::with_capacity(PIECE), record),
            None => self.begin_piece(Vec::new(), record),
        }
    }

    fn begin_piece(&mut self, mut piece: Vec<Record>, record: Record) {
        if self.pieces_max == Some(self.pieces.len()) {
            piece = self.pieces.remove(0);
            self.gone += piece.len() as u64;
            piece.clear();
        }
        piece.push(record);
        self.pieces.push(piece);
    }

    /// Notes a request and its result.
    pub fn request(&mut self, time: Timestamp, entity: Entity, operation: &'static str, result: &str) {
        self.push(Record {
            time,
            entity,
            from: SmolStr::default(),
            to: SmolStr::new(result),
            cause: operation,
            note: SmolStr::default(),
        });
    }

    /// The records kept so far.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.pieces.iter().flatten()
    }

    /// Hands the kept records over as lines of JSON and forgets them.
    ///
    /// Lines are numbered from one through the whole life of the world.
    pub fn take_lines(&mut self) -> String {
        let mut lines = String::new();
        let mut sequence = self.gone;
        for record in self.take() {
            sequence += 1;
            record.write_line(sequence, &mut lines);
        }
        lines
    }

    /// The records kept so far whose number is above `after`, with their numbers, and at most `count` of them.
    pub fn numbered_after(&self, after: u64, count: usize) -> Vec<(u64, Record)> {
        let skipped = usize::try_from(after.saturating_sub(self.gone)).unwrap_or(usize::MAX);
        // All pieces but the last are full, so what is skipped need not be walked through.
        let pieces = self.pieces.get(skipped / PIECE..).unwrap_or_default();
        let first = self.gone + 1 + (pieces.first().map_or(0, |_| skipped) as u64);
        let records = pieces.iter().flatten().skip(skipped % PIECE);
        let numbered = records.zip(first..).take(count);
        numbered
            .map(|(record, number)| (number, record.clone()))
            .collect()
    }

    /// Hands the kept records over and forgets them.
    pub fn take(&mut self) -> impl Iterator<Item = Record> + use<> {
        let pieces = std::mem::take(&mut self.pieces);
        self.gone += pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
        pieces.into_iter().flatten()
    }
}

impl Record {
    /// Adds the record under its number as a line of JSON.
    pub fn write_line(&self, sequence: u64, lines: &mut String) {
        let text = |text: &str| serde_json::Value::from(text);
        let (kind, name) = self.entity.parts();
        write!(
            lines,
            "{{\"sequence\":{sequence},\"time\":\"{}\",\"{kind}\":{},\"from\":{},\"to\":{},\"cause\":{}",
            self.time,
            text(&name),
            text(&self.from),
            text(&self.to),
            text(self.cause)
        )
        .expect("writing to a string does not fail");
        if !self.note.is_empty() {
            write!(lines, ",\"note\":{}", text(&self.note)).expect("writing to a string does not fail");
        }
        lines.push_str("}\n");
    }
}

impl Entity {
    fn parts(&self) -> (&'static str, String) {
        match self {
            Self::Pool(id) => ("pool", id.to_string()),
            Self::Allocation(id) => ("allocation", id.to_string()),
            Self::Node { pool, node } => ("node", format!("{pool}/{node}")),
            Self::Job(id) => ("job", id.to_string()),
            Self::JobSchedule(id) => ("jobSchedule", id.to_string()),
            Self::Task { job, task } => ("task", format!("{job}/{task}")),
            Self::Container(name) => ("container", name.to_string()),
            Self::Blob { container, blob } => ("blob", format!("{container}/{blob}")),
            Self::Account => ("account", String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(trace: &mut Trace, number: u64) {
        trace.push(Record {
            time: Timestamp::UNIX_EPOCH,
            entity: Entity::Account,
            from: SmolStr::default(),
            to: SmolStr::default(),
            cause: "test",
            note: SmolStr::from(number.to_string()),
        });
    }

    #[test]
    fn the_latest_records_are_kept_under_their_numbers() {
        let mut trace = Trace::latest(3000);
        for number in 1..=100_000 {
            note(&mut trace, number);
        }
        let kept = trace.numbered_after(0, usize::MAX);
        assert!((3000..=3000 + 2 * PIECE).contains(&kept.len()), "{}", kept.len());
        for (number, record) in &kept {
            assert_eq!(record.note, number.to_string());
        }
        assert_eq!(kept.last().unwrap().0, 100_000);
        let tail: Vec<u64> = trace
            .numbered_after(99_990, 4)
            .iter()
            .map(|(number, _)| *number)
            .collect();
        assert_eq!(tail, [99_991, 99_992, 99_993, 99_994]);
        assert_eq!(trace.numbered_after(100_000, 9), []);
        assert_eq!(trace.numbered_after(u64::MAX, 9), []);
    }

    #[test]
    fn taken_records_keep_their_numbers_too() {
        let mut trace = Trace::new();
        for number in 1..=1500 {
            note(&mut trace, number);
        }
        assert_eq!(trace.take().count(), 1500);
        note(&mut trace, 1501);
        assert_eq!(trace.numbered_after(0, 9)[0].0, 1501);
        assert!(trace.take_lines().starts_with("{\"sequence\":1501,"));
        assert!(!Trace::latest(0).is_on());
    }
}
