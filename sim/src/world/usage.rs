//! What pools have used: core time over their lives, and in intervals of half an hour.
//!
//! Cores count while their node has a machine: from the moment it is there until the node is gone, deallocated or
//! pre-empted. Between two changes nothing changes, so intervals need no events: a change closes those that ended
//! since the one before, and equal ones in a row are kept as one.

use std::ops::Range;

use batchite_api::backend::{ListOptions, UsagePeriod};
use batchite_api::batch::{
    BatchNodeState, BatchPoolStatistics, BatchPoolUsageMetrics, BatchPoolUsageStatistics,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::odata::ListKind;
use batchite_api::page::{Continuation, Page};
use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::pool::{Pool, foreign_continuation, page};
use super::{NodeIndex, PoolIndex, World};

/// The length of an interval.
const INTERVAL: TimeSpan = TimeSpan::from_minutes(30);

/// How long after its end an interval can be asked for.
const DELAY: TimeSpan = TimeSpan::from_hours(2);

/// Ticks of an hour.
const HOUR: f64 = 3.6e10;

/// The number of the interval a moment lies in.
fn interval_of(moment: Timestamp) -> u64 {
    moment.ticks() / INTERVAL.ticks().unsigned_abs()
}

fn start_of(interval: u64) -> Timestamp {
    Timestamp::from_ticks(interval.saturating_mul(INTERVAL.ticks().unsigned_abs()))
}

/// Cores of both kinds of nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cores {
    dedicated: u64,
    all: u64,
}

/// Intervals in a row with the same usage.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    intervals: Range<u64>,
    vm_size: SmolStr,
    core_ticks: u64,
}

/// What a pool uses and has used. It outlives the pool.
#[derive(Debug)]
pub(super) struct PoolUsage {
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
    pub(super) fn new(id: SmolStr, vm_size: &str, now: Timestamp) -> Self {
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
    fn change(&mut self, now: Timestamp, cores: u32, dedicated: bool, come: bool) {
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
    pub(super) fn resize_machines(&mut self, now: Timestamp, vm_size: &str) {
        if self.vm_size != vm_size {
            self.count(now);
            self.vm_size = SmolStr::new(vm_size);
        }
    }

    /// The pool is gone.
    pub(super) fn end(&mut self, now: Timestamp) {
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
    fn intervals(&self) -> Range<u64> {
        let under_way = interval_of(self.counted);
        let start = self.rows.first().map_or(under_way, |row| row.intervals.start);
        let closed = self.rows.last().map_or(under_way, |row| row.intervals.end);
        start..if self.ended { closed } else { u64::MAX }
    }

    /// The usage of an interval that is over, unless the pool did not exist in it.
    fn of_interval(&self, interval: u64) -> Option<(&SmolStr, u64)> {
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

    fn dedicated_core_time(&self, now: Timestamp) -> TimeSpan {
        let since = u128::from(ticks(self.counted, now)) * u128::from(self.cores.dedicated);
        TimeSpan::from_ticks(i64::try_from(self.dedicated_core_ticks + since).unwrap_or(i64::MAX))
    }
}

/// A place in the list of usage: the pool in an interval, and where the list ends.
struct Place {
    interval: u64,
    pool: usize,
    end: u64,
}

impl Place {
    /// The place a token holds. Tokens are not signed: whoever made it, the list ends no later than what is `available`.
    fn parse(token: &Continuation, available: u64) -> Result<Self> {
        let mut parts = token.as_str().split('.');
        let mut next = || parts.next().and_then(|part| part.parse::<u64>().ok());
        let place = (next(), next().and_then(|pool| usize::try_from(pool).ok()), next());
        match (place, parts.next()) {
            ((Some(interval), Some(pool), Some(end)), None) => Ok(Self {
                interval,
                pool,
                end: end.min(available),
            }),
            _ => Err(foreign_continuation(token)),
        }
    }
}

/// The usage of a pool within a period.
struct Part<'a> {
    /// Its place among all pools there have been.
    at: usize,
    usage: &'a PoolUsage,
    /// The intervals of the period the pool exists in: at least one.
    intervals: Range<u64>,
}

/// The pools that exist in a period and whose ids pass; each is asked at most once.
fn parts_of<'a>(
    usages: &'a [PoolUsage],
    period: &Range<u64>,
    passes: impl Fn(&str) -> bool,
) -> Vec<Part<'a>> {
    let parts = usages.iter().enumerate().filter_map(|(at, usage)| {
        let Range { start, end } = usage.intervals();
        let intervals = start.max(period.start)..end.min(period.end);
        (!intervals.is_empty() && passes(&usage.id)).then_some(Part { at, usage, intervals })
    });
    parts.collect()
}

/// The intervals any pool exists in, in order: a list steps over those without usage.
fn used_intervals(parts: &[Part<'_>]) -> Vec<Range<u64>> {
    let mut all: Vec<_> = parts.iter().map(|part| part.intervals.clone()).collect();
    all.sort_unstable_by_key(|intervals| intervals.start);
    let mut used: Vec<Range<u64>> = Vec::new();
    for intervals in all {
        match used.last_mut() {
            Some(last) if intervals.start <= last.end => last.end = last.end.max(intervals.end),
            _ => used.push(intervals),
        }
    }
    used
}

/// A place in a period is later than there is usage of.
fn too_late(name: &str, given: Timestamp, latest: Timestamp) -> Error {
    Error::batch(ErrorCode::OutOfRangeQueryParameterValue)
        .with_detail("QueryParameterName", name)
        .with_detail("QueryParameterValue", given.to_string())
        .with_detail("MaximumAllowed", latest.to_string())
}

impl World {
    /// `GET /poolusagemetrics`: whole intervals, of pools that are gone as well.
    ///
    /// Refused with `OutOfRangeQueryParameterValue`: a start less than two and a half hours ago, an end less than two;
    /// with `InvalidQueryParameterValue`: an end that is not after the start.
    pub fn list_pool_usage_metrics(
        &self,
        period: &UsagePeriod,
        options: &ListOptions,
    ) -> Result<Page<BatchPoolUsageMetrics>> {
        let filter = options.filter(ListKind::PerPool)?;
        let place = match &options.continuation {
            Some(token) => Place::parse(token, self.available_interval())?,
            None => self.first_place(period)?,
        };
        let parts = parts_of(&self.usage, &(place.interval..place.end), |id| {
            let field = |name: &str| (name == "poolId").then(|| id.into());
            filter.as_ref().is_none_or(|filter| filter.matches(&field))
        });
        let intervals = used_intervals(&parts).into_iter().flatten();
        let passing = intervals.flat_map(|interval| {
            let from = if interval == place.interval { place.pool } else { 0 };
            let (end, parts) = (place.end, parts.iter().skip_while(move |part| part.at < from));
            parts.filter_map(move |Part { at, usage, .. }| {
                let (vm_size, core_ticks) = usage.of_interval(interval)?;
                let place = format!("{interval}.{at}.{end}");
                Some((place, (interval, usage, vm_size, core_ticks)))
            })
        });
        page(passing, options, |(interval, usage, vm_size, core_ticks)| {
            BatchPoolUsageMetrics {
                pool_id: usage.id.to_string(),
                start_time: start_of(interval),
                end_time: start_of(interval + 1),
                vm_size: vm_size.to_string(),
                total_core_hours: core_hours(core_ticks),
            }
        })
    }

    /// The first interval that is not over for long enough.
    fn available_interval(&self) -> u64 {
        interval_of(self.now - DELAY)
    }

    /// Where a list of a period begins and ends: its intervals, as far as they are over for long enough.
    fn first_place(&self, period: &UsagePeriod) -> Result<Place> {
        let latest_end = self.now - DELAY;
        let latest_start = latest_end - INTERVAL;
        if let Some(start) = period.start.filter(|start| *start > latest_start) {
            return Err(too_late("startTime", start, latest_start));
        }
        if let Some(end) = period.end.filter(|end| *end > latest_end) {
            return Err(too_late("endtime", end, latest_end));
        }
        let available = self.available_interval();
        let interval = period
            .start
            .map_or_else(|| available.saturating_sub(1), interval_of);
        // An end in the middle of an interval takes it in.
        let end = period.end.map_or(available, |end| {
            let whole = interval_of(end);
            whole + u64::from(end > start_of(whole))
        });
        if let Some(given) = period
            .end
            .filter(|end| *end <= period.start.unwrap_or_else(|| start_of(interval)))
        {
            return Err(Error::batch(ErrorCode::InvalidQueryParameterValue)
                .with_detail("QueryParameterName", "endtime")
                .with_detail("QueryParameterValue", given.to_string())
                .with_detail("Reason", "The end of the period is not after its start."));
        }
        Ok(Place {
            interval,
            pool: 0,
            end: end.min(available),
        })
    }

    /// What a pool has used over its life.
    pub(super) fn pool_statistics(&self, index: PoolIndex, pool: &Pool) -> Option<BatchPoolStatistics> {
        let usage = self.usage.get(index.offset())?;
        let (start_time, last_update_time) =
            (pool.model.creation_time, self.now.max(pool.model.creation_time));
        Some(BatchPoolStatistics {
            url: pool.model.url.clone(),
            start_time,
            last_update_time,
            usage_stats: Some(BatchPoolUsageStatistics {
                start_time,
                last_update_time,
                dedicated_core_time: usage.dedicated_core_time(self.now),
            }),
            resource_stats: None,
        })
    }

    /// The usage of a pool that there is.
    pub(super) fn usage_of(&mut self, pool: PoolIndex) -> Option<&mut PoolUsage> {
        self.usage.get_mut(pool.offset())
    }

    /// Counts the cores of a node that came into a state, or stops counting them.
    pub(super) fn count_cores(&mut self, node: NodeIndex, state: &BatchNodeState) {
        let has_machine = match state {
            BatchNodeState::Creating | BatchNodeState::Preempted | BatchNodeState::Deallocated => false,
            // A node may leave that never had one.
            BatchNodeState::LeavingPool => return,
            _ => true,
        };
        self.set_counted(node, has_machine);
    }

    /// Notes whether the cores of a node count.
    pub(super) fn set_counted(&mut self, node: NodeIndex, counted: bool) {
        let now = self.now;
        let Some(record) = self.node_mut(node).filter(|record| record.counted != counted) else {
            return;
        };
        record.counted = counted;
        let (pool, dedicated) = (record.pool, record.dedicated);
        let cores = self.pool(pool).map_or(0, |pool| pool.cores_per_node);
        if let Some(usage) = self.usage_of(pool) {
            usage.change(now, cores, dedicated, counted);
        }
    }

    /// The cores counted are those of the nodes that have a machine.
    pub(super) fn broken_usage(&self) -> Option<String> {
        if self.usage.len() != self.pools.len() {
            return Some("the usage of some pool is not noted".to_owned());
        }
        for (pool, usage) in self.pools.iter().zip(&self.usage) {
            let mut cores = Cores::default();
            if let Some(pool) = pool {
                let nodes = pool.nodes.values().filter_map(|node| self.node(*node));
                for node in nodes.filter(|node| node.counted) {
                    let of_node = u64::from(pool.cores_per_node);
                    cores.all += of_node;
                    cores.dedicated += if node.dedicated { of_node } else { 0 };
                }
            }
            if cores != usage.cores || usage.ended != pool.is_none() {
                return Some(format!(
                    "pool {} uses {cores:?}, noted {:?}",
                    usage.id, usage.cores
                ));
            }
            let rows = usage.rows.windows(2);
            if rows
                .into_iter()
                .any(|rows| rows[0].intervals.end != rows[1].intervals.start)
            {
                return Some(format!("the usage of pool {} has a gap", usage.id));
            }
        }
        None
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "half an hour of a hundred thousand cores is still exact"
)]
fn core_hours(core_ticks: u64) -> f64 {
    core_ticks as f64 / HOUR
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

    #[test]
    fn pools_are_asked_once_and_only_when_they_were_there() {
        let lived = |id: &str, from: i64, to: i64| {
            let mut usage = PoolUsage::new(id.into(), "small", at(from));
            usage.end(at(to));
            usage
        };
        let ages = 30 * 1_000_000;
        let usages = [
            lived("early", 0, 40),
            lived("other", 30, 70),
            lived("late", ages, ages + 90),
            PoolUsage::new("there".into(), "small", at(ages + 60)),
        ];
        let listed = |period: Range<u64>| {
            let asked = std::cell::RefCell::new(Vec::new());
            let parts = parts_of(&usages, &period, |id| {
                asked.borrow_mut().push(id.to_owned());
                id != "other"
            });
            (asked.into_inner(), used_intervals(&parts))
        };
        let age = 1000 + 1_000_000;
        let asked = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            listed(0..age + 10),
            (
                asked(&["early", "other", "late", "there"]),
                vec![1000..1002, age..age + 10]
            )
        );
        assert_eq!(listed(1002..age), (asked(&["other"]), vec![]));
        assert_eq!(
            listed(1001..age + 1),
            (asked(&["early", "other", "late"]), vec![1001..1002, age..age + 1])
        );
        assert_eq!(listed(age + 4..age), (asked(&[]), vec![]));
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
