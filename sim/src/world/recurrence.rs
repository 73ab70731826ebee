//! When a job schedule makes its next job: a pure function of its times, the turn that is open, and the present.

use batchite_api::batch::BatchJobScheduleConfiguration;
use batchite_api::time::{TimeSpan, Timestamp};

/// What a schedule is to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It makes the job of this turn.
    Now(Timestamp),
    /// It waits for this turn; those before it are missed.
    Later(Timestamp),
    /// No turn will come.
    Never,
}

/// What to do about the turn that has not been taken yet.
///
/// A turn whose start window is over is missed. Where several have come due while a job was active, the latest counts.
pub(super) fn turn(
    open: Option<Timestamp>,
    schedule: &BatchJobScheduleConfiguration,
    now: Timestamp,
) -> Turn {
    let Some(open) = open else { return Turn::Never };
    let comes = |at: Timestamp| match schedule.do_not_run_after {
        Some(end) if at > end => Turn::Never,
        _ => Turn::Later(at),
    };
    if open > now {
        return comes(open);
    }
    let latest = latest_due(open, schedule.recurrence_interval, now);
    let ended = schedule.do_not_run_after.is_some_and(|end| now > end);
    if !ended && now - latest <= window(schedule) {
        return Turn::Now(latest);
    }
    following(latest, schedule).map_or(Turn::Never, comes)
}

/// The turn after one that was taken or missed; `None` for schedules that make one job.
pub(super) fn following(turn: Timestamp, schedule: &BatchJobScheduleConfiguration) -> Option<Timestamp> {
    schedule
        .recurrence_interval
        .map(|interval| turn.saturating_add(interval))
}

/// The last turn that is not later than `now`.
fn latest_due(open: Timestamp, interval: Option<TimeSpan>, now: Timestamp) -> Timestamp {
    match interval {
        Some(interval) if interval > TimeSpan::ZERO => {
            let late = (now - open).ticks();
            open + TimeSpan::from_ticks(late - late % interval.ticks())
        }
        _ => open,
    }
}

/// How late a job may be made. A window longer than the interval is none.
fn window(schedule: &BatchJobScheduleConfiguration) -> TimeSpan {
    let given = schedule.start_window.unwrap_or(TimeSpan::INFINITE);
    match schedule.recurrence_interval {
        Some(interval) if given > interval => TimeSpan::INFINITE,
        _ => given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_767_225_600) + TimeSpan::from_minutes(minutes)
    }

    fn hourly(window: Option<i64>, end: Option<i64>) -> BatchJobScheduleConfiguration {
        BatchJobScheduleConfiguration {
            recurrence_interval: Some(TimeSpan::from_hours(1)),
            start_window: window.map(TimeSpan::from_minutes),
            do_not_run_after: end.map(at),
            ..BatchJobScheduleConfiguration::default()
        }
    }

    #[test]
    fn turns_are_taken_awaited_or_missed() {
        let cases = [
            (hourly(None, None), Some(60), 30, Turn::Later(at(60))),
            (hourly(None, None), Some(60), 60, Turn::Now(at(60))),
            // Two turns came while a job was active: the latest is taken.
            (hourly(None, None), Some(60), 150, Turn::Now(at(120))),
            (hourly(Some(10), None), Some(60), 70, Turn::Now(at(60))),
            (hourly(Some(10), None), Some(60), 71, Turn::Later(at(120))),
            (hourly(Some(10), None), Some(60), 125, Turn::Now(at(120))),
            // A window longer than the interval is none.
            (hourly(Some(61), None), Some(60), 119, Turn::Now(at(60))),
            (hourly(None, Some(90)), Some(60), 89, Turn::Now(at(60))),
            (hourly(None, Some(90)), Some(60), 91, Turn::Never),
            (hourly(None, Some(90)), Some(120), 80, Turn::Never),
            (hourly(None, None), None, 0, Turn::Never),
        ];
        for (schedule, open, now, expected) in cases {
            let found = turn(open.map(at), &schedule, at(now));
            assert_eq!(found, expected, "open {open:?} at {now}: {schedule:?}");
        }
    }

    #[test]
    fn a_single_turn_can_be_missed() {
        let once = BatchJobScheduleConfiguration {
            start_window: Some(TimeSpan::from_minutes(5)),
            ..BatchJobScheduleConfiguration::default()
        };
        assert_eq!(turn(Some(at(0)), &once, at(5)), Turn::Now(at(0)));
        assert_eq!(turn(Some(at(0)), &once, at(6)), Turn::Never);
        assert_eq!(following(at(0), &once), None);
    }
}
