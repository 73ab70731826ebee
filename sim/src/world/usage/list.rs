//! The list of usage: whole half hours, of pools that are gone as well.

use std::ops::Range;

use batchite_api::backend::{ListOptions, UsagePeriod};
use batchite_api::batch::BatchPoolUsageMetrics;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::odata::ListKind;
use batchite_api::page::{Continuation, Page};
use batchite_api::time::{TimeSpan, Timestamp};

use super::{INTERVAL, PoolUsage, interval_of, start_of};
use crate::world::World;
use crate::world::paging::{foreign_continuation, page};

/// How long after its end an interval can be asked for.
const DELAY: TimeSpan = TimeSpan::from_hours(2);

/// Ticks of an hour.
const HOUR: f64 = 3.6e10;

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
        (!intervals.is_empty() && passes(usage.id())).then_some(Part { at, usage, intervals })
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
                pool_id: usage.id().to_owned(),
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
}
