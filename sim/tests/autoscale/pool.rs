//! A pool as a formula sees it, without a world.

use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::autoscale::{Evaluation, Formula, History, Inputs, Metric, Reading};

/// What a formula is evaluated over.
pub(crate) struct Pool {
    pub(crate) now: Timestamp,
    pub(crate) dedicated: u32,
    pub(crate) low_priority: u32,
    pub(crate) slots: u32,
    pub(crate) present: Reading,
    pub(crate) history: History,
    pub(crate) delay: TimeSpan,
}

impl Pool {
    /// A pool without nodes, tasks and samples, at a moment.
    pub(crate) fn at(now: &str) -> Self {
        let now: Timestamp = now.parse().expect("a moment");
        Self {
            now,
            dedicated: 0,
            low_priority: 0,
            slots: 1,
            present: Reading::default(),
            history: History::new(now),
            delay: TimeSpan::ZERO,
        }
    }

    /// The same pool with one sample for each value, every thirty seconds up to the present.
    pub(crate) fn sampled(mut self, samples: &[Reading]) -> Self {
        let period = TimeSpan::from_seconds(30);
        let length = i64::try_from(samples.len()).expect("few samples");
        let mut moment = self.now + TimeSpan::from_seconds(-30 * length);
        self.history = History::new(moment);
        for reading in samples {
            self.history.record(moment, moment + period, reading);
            moment = moment + period;
        }
        self
    }

    pub(crate) fn evaluate(&self, formula: &str) -> Evaluation {
        let formula = Formula::parse(formula).expect("a formula");
        formula.evaluate(&mut Inputs {
            now: self.now,
            target_dedicated_nodes: self.dedicated,
            target_low_priority_nodes: self.low_priority,
            task_slots_per_node: self.slots,
            present: &self.present,
            history: &self.history,
            available_until: self.now - self.delay,
            random: &mut || 0.25,
        })
    }

    /// The value of an expression as results show it, or the sentence of the error.
    pub(crate) fn value(&self, expression: &str) -> String {
        let evaluation = self.evaluate(&format!("result = {expression};"));
        if let Some(error) = evaluation.error {
            return error.to_string();
        }
        let (_, value) = evaluation.results.split_once(";result=").expect("the variable");
        value.to_owned()
    }
}

/// A sample with so many active and running tasks.
pub(crate) fn tasks(active: f64, running: f64) -> Reading {
    Reading::default()
        .with(Metric::ActiveTasks, active)
        .with(Metric::RunningTasks, running)
        .with(Metric::PendingTasks, active + running)
}
