//! The samples of a pool: one every thirty seconds, the last day of them.

use std::collections::VecDeque;

use batchite_api::time::{TimeSpan, Timestamp};

use super::metric::{Metric, Reading};

/// Between two samples.
pub const SAMPLE_PERIOD: TimeSpan = TimeSpan::from_seconds(30);

/// Most samples kept: a day.
pub const SAMPLES_KEPT: u64 = 2880;

/// Equal samples in a row. A pool where nothing happens has one of these however long it is watched.
#[derive(Debug, Clone)]
struct Row {
    first: Timestamp,
    count: u64,
    reading: Reading,
}

impl Row {
    fn end(&self) -> Timestamp {
        after(self.first, self.count)
    }
}

/// The samples taken so far, without a gap between the first and the last.
#[derive(Debug, Clone)]
pub struct History {
    /// A moment at which a sample falls due; all others are whole periods away.
    origin: Timestamp,
    rows: VecDeque<Row>,
    length: u64,
}

/// The moment so many periods later.
fn after(moment: Timestamp, periods: u64) -> Timestamp {
    let periods = i64::try_from(periods).unwrap_or(i64::MAX);
    moment + TimeSpan::from_ticks(SAMPLE_PERIOD.ticks().saturating_mul(periods))
}

impl History {
    /// No samples yet; they will fall due at `origin` and every period after it.
    pub fn new(origin: Timestamp) -> Self {
        Self {
            origin,
            rows: VecDeque::new(),
            length: 0,
        }
    }

    /// The first moment not before `moment` at which a sample falls due.
    pub fn due_from(&self, moment: Timestamp) -> Timestamp {
        if moment <= self.origin {
            return self.origin;
        }
        let period = SAMPLE_PERIOD.ticks().unsigned_abs();
        let since = moment.ticks() - self.origin.ticks();
        after(self.origin, since.div_ceil(period))
    }

    /// Takes every sample that falls due from `from` on and before `to`, all of them equal. Samples follow each other:
    /// `from` is never before the last one.
    pub fn record(&mut self, from: Timestamp, to: Timestamp, reading: &Reading) {
        let (first, count) = (self.due_from(from), self.possible(from, to));
        if count == 0 {
            return;
        }
        match self.rows.back_mut() {
            Some(row) if row.reading == *reading && row.end() == first => row.count += count,
            _ => self.rows.push_back(Row {
                first,
                count,
                reading: *reading,
            }),
        }
        self.length += count;
        self.forget();
    }

    /// Drops the oldest samples beyond those that are kept.
    fn forget(&mut self) {
        while self.length > SAMPLES_KEPT {
            let excess = self.length - SAMPLES_KEPT;
            let Some(row) = self.rows.front_mut() else { return };
            let dropped = row.count.min(excess);
            row.first = after(row.first, dropped);
            row.count -= dropped;
            self.length -= dropped;
            if row.count == 0 {
                self.rows.pop_front();
            }
        }
    }

    /// Samples kept.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// When the oldest sample was taken.
    pub fn begin(&self) -> Option<Timestamp> {
        self.rows.front().map(|row| row.first)
    }

    /// How many samples fall due from one moment on and before another, whether they were taken or not.
    pub fn possible(&self, from: Timestamp, to: Timestamp) -> u64 {
        let period = i128::from(SAMPLE_PERIOD.ticks());
        let due = |moment: Timestamp| {
            let since = i128::from(moment.ticks()) - i128::from(self.origin.ticks());
            since.div_euclid(period) + i128::from(since.rem_euclid(period) != 0)
        };
        u64::try_from(due(to) - due(from)).unwrap_or(0)
    }

    /// The samples of a metric taken from one moment on and before another, the oldest first.
    pub fn between(&self, metric: Metric, from: Timestamp, to: Timestamp) -> Vec<f64> {
        let mut values = Vec::new();
        for row in &self.rows {
            let (start, end) = (row.first.max(from), row.end().min(to));
            if start < end {
                let count = usize::try_from(self.possible(start, end)).unwrap_or(0);
                values.extend(std::iter::repeat_n(row.reading.of(metric), count));
            }
        }
        values
    }

    /// How many samples there are from one moment on and before another.
    pub fn count_between(&self, from: Timestamp, to: Timestamp) -> u64 {
        let rows = self
            .rows
            .iter()
            .map(|row| (row.first.max(from), row.end().min(to)));
        let there = rows.filter(|(start, end)| start < end);
        there.map(|(start, end)| self.possible(start, end)).sum()
    }

    /// Whether samples follow each other without a gap, and no more are kept than should be.
    pub fn is_sound(&self) -> bool {
        let counted: u64 = self.rows.iter().map(|row| row.count).sum();
        let rows = self.rows.iter().zip(self.rows.iter().skip(1));
        let follow = rows
            .clone()
            .all(|(row, next)| row.end() == next.first && row.count > 0);
        follow && counted == self.length && self.length <= SAMPLES_KEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_000_000) + TimeSpan::from_seconds(seconds)
    }

    fn active(count: f64) -> Reading {
        Reading::default().with(Metric::ActiveTasks, count)
    }

    #[test]
    fn a_sample_is_taken_every_thirty_seconds() {
        let mut history = History::new(at(0));
        history.record(at(0), at(31), &active(1.0));
        history.record(at(31), at(60), &active(2.0));
        history.record(at(60), at(120), &active(3.0));
        let all = history.between(Metric::ActiveTasks, at(-1000), at(1000));
        assert_eq!(all, [1.0, 1.0, 3.0, 3.0]);
        assert_eq!(history.between(Metric::ActiveTasks, at(30), at(90)), [1.0, 3.0]);
        assert_eq!((history.len(), history.begin()), (4, Some(at(0))));
        assert_eq!(history.possible(at(-600), at(0)), 20);
        assert_eq!(history.possible(at(1), at(30)), 0);
        assert_eq!(history.possible(at(90), at(30)), 0);
        assert!(history.is_sound());
    }

    #[test]
    fn a_day_of_samples_is_kept() {
        let mut history = History::new(at(0));
        for hour in 0..100_u32 {
            let start = i64::from(hour) * 3600;
            history.record(at(start), at(start + 3600), &active(f64::from(hour / 2)));
            assert!(history.is_sound());
        }
        assert_eq!(
            (history.len(), history.begin()),
            (SAMPLES_KEPT, Some(at(76 * 3600)))
        );
        history.record(at(360_000), at(360_000_000), &active(0.0));
        assert_eq!(
            (history.len(), history.count_between(at(0), at(360_000_000))),
            (SAMPLES_KEPT, SAMPLES_KEPT)
        );
    }
}
