//! What one pool uses and has used, interval by interval.

use std::ops::Range;

use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::{Cores, interval_of, start_of};

/// Intervals in a row with the same usage.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    intervals: Range<u64>,
    vm_size: SmolStr,
    core_ticks: u64,
}

/// What a pool uses and has used. It outlives the pool.
#[derive(Debug)]
pub(in crate::world) struct PoolUsage {
    id: SmolStr,
    vm_size: SmolStr,
    cores: Cores,
    /// Up to when everything below is counted.
    counted: Timestamp,
    ended: bool,
    dedicated_core_ticks: u128,
    /// Intervals that are over, in order and without a gap.
    rows: Vec<Row>,
    /// What was used of the interval under way.
    open: u64,
}

/// The time between two moments in ticks.
fn ticks(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from((to - from).ticks()).unwrap_or(0)
}

impl PoolUsage {
    pub(in crate::world) fn new(id: SmolStr, vm_size: &str, now: Timestamp) -> Self {
        Self {
            id,
            vm_size: SmolStr::new(vm_size),
            cores: Cores::default(),
            counted: now,
            ended: false,
            dedicated_core_ticks: 0,
            rows: Vec::new(),
            open: 0,
        }
    }

    /// Counts up to a moment.
    fn count(&mut self, now: Timestamp) {
        let (from, to) = (interval_of(self.counted), interval_of(now));
        self.dedicated_core_ticks += u128::from(ticks(self.counted, now)) * u128::from(self.cores.dedicated);
        let used = |from, to| self.cores.all.saturating_mul(ticks(from, to));
        if from == to {
            self.open = self.open.saturating_add(used(self.counted, now));
        } else {
            let rest = self.open.saturating_add(used(self.counted, start_of(from + 1)));
            let (whole, open) = (used(start_of(from), start_of(from + 1)), used(start_of(to), now));
            self.close(from..from + 1, rest);
            self.close(from + 1..to, whole);
            self.open = open;
        }
        self.counted = now;
    }

    fn close(&mut self, intervals: Range<u64>, core_ticks: u64) {
        if intervals.is_empty() {
            return;
        }
        match self.rows.last_mut() {
            Some(row) if row.core_ticks == core_ticks && row.vm_size == self.vm_size => {
                row.intervals.end = intervals.end;
            }
            _ => self.rows.push(Row {
                intervals,
                vm_size: self.vm_size.clone(),
                core_ticks,
            }),
        }
    }

    /// Cores come, or go.
    pub(super) fn change(&mut self, now: Timestamp, cores: u32, dedicated: bool, come: bool) {
        self.count(now);
        let change = |count: u64| {
            let cores = u64::from(cores);
            if come {
                count + cores
            } else {
                count.saturating_sub(cores)
            }
        };
        self.cores.all = change(self.cores.all);
        if dedicated {
            self.cores.dedicated = change(self.cores.dedicated);
        }
    }

    /// The nodes of the pool are of another size from now on. An interval has the size of its end.
    pub(in crate::world) fn resize_machines(&mut self, now: Timestamp, vm_size: &str) {
        if self.vm_size != vm_size {
            self.count(now);
            self.vm_size = SmolStr::new(vm_size);
        }
    }

    /// The pool is gone.
    pub(in crate::world) fn end(&mut self, now: Timestamp) {
        self.count(now);
        let interval = interval_of(now);
        // A pool that goes with the end of an interval does not exist in the next.
        if now > start_of(interval) || self.rows.is_empty() {
            self.close(interval..interval + 1, self.open);
        }
        self.ended = true;
        self.rows.shrink_to_fit();
    }

    /// The intervals the pool exists in; without an end while it does.
    pub(super) fn intervals(&self) -> Range<u64> {
        let under_way = interval_of(self.counted);
        let start = self.rows.first().map_or(under_way, |row| row.intervals.start);
        let closed = self.rows.last().map_or(under_way, |row| row.intervals.end);
        start..if self.ended { closed } else { u64::MAX }
    }

    /// The usage of an interval that is over, unless the pool did not exist in it.
    pub(super) fn of_interval(&self, interval: u64) -> Option<(&SmolStr, u64)> {
        let at = self.rows.partition_point(|row| row.intervals.end <= interval);
        if let Some(row) = self.rows.get(at) {
            return row
                .intervals
                .contains(&interval)
                .then_some((&row.vm_size, row.core_ticks));
        }
        let under_way = interval_of(self.counted);
        if self.ended || interval < under_way {
            return None;
        }
        let (open, from) = if interval == under_way {
            (self.open, self.counted)
        } else {
            (0, start_of(interval))
        };
        let used = self.cores.all.saturating_mul(ticks(from, start_of(interval + 1)));
        Some((&self.vm_size, open.saturating_add(used)))
    }

    /// The pool's own id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// What is wrong with what is noted, of a pool whose nodes have these cores; `None` cores once it is gone.
    pub(super) fn broken(&self, cores: Option<Cores>) -> Option<String> {
        if self.cores != cores.unwrap_or_default() || self.ended != cores.is_none() {
            return Some(format!("pool {} uses {cores:?}, noted {:?}", self.id, self.cores));
        }
        let mut rows = self.rows.windows(2);
        rows.any(|rows| rows[0].intervals.end != rows[1].intervals.start)
            .then(|| format!("the usage of pool {} has a gap", self.id))
    }

    pub(super) fn dedicated_core_time(&self, now: Timestamp) -> TimeSpan {
        let since = u128::from(ticks(self.counted, now)) * u128::from(self.cores.dedicated);
        TimeSpan::from_ticks(i64::try_from(self.dedicated_core_ticks + since).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        start_of(1000) + TimeSpan::from_minutes(minutes)
    }

    fn core_minutes(usage: &PoolUsage, interval: u64) -> Option<u64> {
        let minute = ticks(at(0), at(1));
        usage.of_interval(999 + interval).map(|(_, ticks)| ticks / minute)
    }

    #[test]
    fn usage_is_cut_at_the_ends_of_intervals() {
        let mut usage = PoolUsage::new("p".into(), "small", at(10));
        usage.change(at(20), 4, true, true);
        usage.change(at(40), 2, false, true);
        // Nothing happens for more than an hour.
        let of = |usage: &PoolUsage| (0..7).map(|at| core_minutes(usage, at)).collect::<Vec<_>>();
        let told = of(&usage);
        assert_eq!(
            told,
            [
                None,
                Some(40),
                Some(160),
                Some(180),
                Some(180),
                Some(180),
                Some(180)
            ]
        );
        usage.change(at(130), 4, true, false);
        assert_eq!(of(&usage)[..5], told[..5], "what is told once stays so");
        assert_eq!(
            (core_minutes(&usage, 5), core_minutes(&usage, 6)),
            (Some(100), Some(60))
        );
        usage.end(at(150));
        assert_eq!(
            (core_minutes(&usage, 5), core_minutes(&usage, 6)),
            (Some(100), None)
        );
        assert_eq!(usage.dedicated_core_time(at(200)), TimeSpan::from_minutes(440));
    }

    #[test]
    fn equal_intervals_are_kept_as_one() {
        let mut usage = PoolUsage::new("p".into(), "small", at(0));
        usage.change(at(0), 1, true, true);
        usage.change(at(30 * 10_000), 1, true, true);
        usage.resize_machines(at(30 * 20_000), "large");
        usage.resize_machines(at(30 * 20_001), "large");
        assert_eq!(usage.rows.len(), 2);
        assert_eq!(
            usage.of_interval(1000 + 9_999).unwrap().1 * 2,
            usage.of_interval(1000 + 10_000).unwrap().1
        );
        let size = |at: u64| usage.of_interval(1000 + at).unwrap().0.as_str();
        assert_eq!((size(19_999), size(20_000)), ("small", "large"));
    }

    proptest::proptest! {
        /// Whatever changes come when: every interval says what a clock that looks each minute says, and together they
        /// say what the pool has used.
        #[test]
        fn intervals_say_what_was_used(
            begin in 0..60_i64,
            changes in proptest::collection::vec((0..100_i64, 0..5_u32, proptest::bool::ANY), 0..20),
        ) {
            let mut usage = PoolUsage::new("p".into(), "small", at(begin));
            let (mut minute, mut cores) = (begin, 0_u32);
            let mut by_minute = Vec::new();
            for (pause, change, come) in changes {
                by_minute.extend(std::iter::repeat_n(u64::from(cores), usize::try_from(pause).unwrap()));
                minute += pause;
                let change = if come { change } else { change.min(cores) };
                cores = if come { cores + change } else { cores - change };
                usage.change(at(minute), change, true, come);
            }
            usage.end(at(minute));
            let mut wanted = std::collections::BTreeMap::new();
            for (after, used) in by_minute.iter().enumerate() {
                let interval = u64::try_from(begin).unwrap() + after as u64;
                *wanted.entry(interval / 30).or_insert(0) += used;
            }
            for interval in 0..80 {
                let told = core_minutes(&usage, interval + 1);
                let existed = wanted.get(&interval).copied();
                // A pool that came and went at one moment existed, and used nothing.
                proptest::prop_assert_eq!(told.filter(|_| existed.is_some()), existed);
                proptest::prop_assert!(existed.is_some() || told.is_none_or(|told| told == 0));
            }
            let all = by_minute.iter().sum::<u64>();
            let lived = usage.dedicated_core_time(at(minute + 1000));
            // Cores that were left counted go with the pool.
            let after = u64::from(cores) * 1000;
            proptest::prop_assert_eq!(lived.milliseconds() / 60_000, i64::try_from(all + after).unwrap());
        }
    }
}
