//! Pools that are scaled by formulas: the three operations, and evaluation again and again.
//!
//! Between two moments at which something happens nothing changes, so samples need no events of their own: whoever
//! moves the present on past a moment at which samples fall due has them taken. See `sampling`.

use std::collections::BTreeSet;

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{
    AllocationState, AutoScaleRun, AutoScaleRunError, BatchNodeDeallocationOption, BatchPoolCreateOptions,
    BatchPoolEnableAutoScaleOptions, BatchPoolEvaluateAutoScaleOptions, NameValuePair,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::PoolId;
use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::{SmolStr, format_smolstr};

use super::event::Event;
use super::resize::running_tasks;
use super::validate::{invalid, missing};
use super::{PoolIndex, World, written};
use crate::autoscale::{Evaluation, Formula, FormulaError, History, Inputs};
use crate::rng::Stream;

/// `autoScaleEvaluationInterval` when nobody gives one.
const INTERVAL_DEFAULT: TimeSpan = TimeSpan::from_minutes(15);

/// Between two requests to enable automatic scaling of a pool.
const ENABLE_PAUSE: TimeSpan = TimeSpan::from_seconds(30);

/// How a pool gets its targets.
#[derive(Debug, Default)]
pub(super) struct Scaling {
    /// By a formula.
    pub(super) automatic: Option<Box<AutoScale>>,
    /// When that was asked for last.
    enabled: Option<Timestamp>,
    /// Counts schedules of evaluations, so that events of an earlier one are known as stale.
    epoch: u32,
}

/// The formula of a pool and what it needs.
#[derive(Debug, Clone)]
pub(super) struct AutoScale {
    formula: Formula,
    text: String,
    interval: TimeSpan,
    pub(super) history: History,
}

/// The pools that are scaled by formulas.
#[derive(Debug)]
pub(super) struct ScaledPools {
    pub(super) pools: BTreeSet<PoolIndex>,
    /// The first moment not in the past at which samples fall due; the end of time while there is no such pool.
    pub(super) samples_due: Timestamp,
}

impl Default for ScaledPools {
    fn default() -> Self {
        Self {
            pools: BTreeSet::new(),
            samples_due: Timestamp::MAX,
        }
    }
}

/// Reads a formula that a pool is to have, or that is to be tried.
fn accepted(text: &str) -> Result<Formula> {
    Formula::parse(text).map_err(|error| {
        let code = match error {
            FormulaError::TooLong(_) => ErrorCode::AutoScalingFormulaTooLong,
            FormulaError::Syntax { .. } => ErrorCode::AutoScalingFormulaSyntaxError,
        };
        Error::batch(code)
            .with_detail("PropertyName", "autoScaleFormula")
            .with_detail("Reason", error.to_string())
    })
}

fn checked_interval(interval: Option<TimeSpan>) -> Result<Option<TimeSpan>> {
    match interval {
        Some(interval) if !(TimeSpan::from_minutes(5)..=TimeSpan::from_hours(168)).contains(&interval) => {
            let reason = "The interval is five minutes at least and 168 hours at most.";
            Err(invalid("autoScaleEvaluationInterval", interval, reason))
        }
        interval => Ok(interval),
    }
}

fn invalid_settings(property: &str, reason: &str) -> Error {
    Error::batch(ErrorCode::InvalidAutoScalingSettings)
        .with_detail("PropertyName", property)
        .with_detail("Reason", reason)
}

/// What a new pool is scaled by, unless that is its owner.
pub(super) fn of_new_pool(options: &BatchPoolCreateOptions) -> Result<Option<Box<AutoScale>>> {
    if options.enable_auto_scale != Some(true) {
        return Ok(None);
    }
    let targets = [
        ("targetDedicatedNodes", options.target_dedicated_nodes),
        ("targetLowPriorityNodes", options.target_low_priority_nodes),
    ];
    if let Some((property, _)) = targets.into_iter().find(|(_, target)| target.is_some()) {
        let reason = "With enableAutoScale the formula sets the targets.";
        return Err(invalid_settings(property, reason));
    }
    let text = options.auto_scale_formula.as_deref().unwrap_or("");
    if text.is_empty() {
        let reason = "With enableAutoScale there has to be a formula.";
        return Err(invalid_settings("autoScaleFormula", reason));
    }
    Ok(Some(Box::new(AutoScale {
        formula: accepted(text)?,
        text: text.to_owned(),
        interval: checked_interval(options.auto_scale_evaluation_interval)?.unwrap_or(INTERVAL_DEFAULT),
        history: History::new(Timestamp::from_ticks(0)),
    })))
}

/// An evaluation as the service tells it.
fn told(timestamp: Timestamp, evaluation: &Evaluation) -> AutoScaleRun {
    AutoScaleRun {
        timestamp,
        results: Some(evaluation.results.clone()),
        error: evaluation.error.as_ref().map(|error| AutoScaleRunError {
            code: Some(error.code().to_owned()),
            message: Some(error.message().to_owned()),
            values: vec![NameValuePair {
                name: Some("Message".to_owned()),
                value: Some(error.to_string()),
            }],
        }),
    }
}

impl World {
    /// `POST /pools/{poolId}/enableautoscale`
    ///
    /// The formula is evaluated at once. On a pool that has one already, formula or interval may be left out, and only a
    /// new interval begins a new schedule.
    pub fn enable_pool_auto_scale(
        &mut self,
        pool: &PoolId,
        enable: BatchPoolEnableAutoScaleOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        let scaling = self.pool(index).map(|pool| &pool.scaling);
        let present = scaling.and_then(|scaling| scaling.automatic.as_deref());
        let text = enable.auto_scale_formula.filter(|text| !text.is_empty());
        let interval = checked_interval(enable.auto_scale_evaluation_interval)?;
        if text.is_none() && (present.is_none() || interval.is_none()) {
            let reason = "A formula has to be given; where a pool has one already, that or an interval.";
            return Err(invalid_settings("autoScaleFormula", reason));
        }
        let formula = text.as_deref().map(accepted).transpose()?;
        let enabled = scaling.and_then(|scaling| scaling.enabled);
        if enabled.is_some_and(|enabled| self.now - enabled < ENABLE_PAUSE) {
            let reason = "A pool takes such a request every 30 seconds.";
            return Err(Error::batch(ErrorCode::TooManyEnableAutoScaleRequests).with_detail("Reason", reason));
        }
        self.require_steady(index)?;
        let restarts = present.is_none() || interval.is_some();
        let modified = self.touch_pool(index);
        let now = self.now;
        let Some(record) = self.pool_mut(index) else {
            return Err(Error::batch(ErrorCode::PoolNotFound));
        };
        record.scaling.enabled = Some(now);
        let cause = "enable_pool_auto_scale";
        let new = record.scaling.automatic.take().map_or_else(
            || {
                // Without a formula before there is one in the request.
                let (formula, text) = (formula.clone(), text.clone());
                formula.zip(text).map(|(formula, text)| AutoScale {
                    formula,
                    text,
                    interval: interval.unwrap_or(INTERVAL_DEFAULT),
                    history: History::new(now),
                })
            },
            |before| {
                Some(AutoScale {
                    formula: formula.clone().unwrap_or(before.formula),
                    text: text.clone().unwrap_or(before.text),
                    interval: interval.unwrap_or(before.interval),
                    history: before.history,
                })
            },
        );
        if let Some(new) = new {
            if restarts {
                self.set_auto_scale(index, Box::new(new), cause);
            } else {
                self.show_auto_scale(index, Box::new(new));
            }
        }
        self.auto_scale(index, modified, cause);
        Ok(written(modified))
    }

    /// `POST /pools/{poolId}/disableautoscale`: the targets stay. A pool that has no formula stays as it is, but for a
    /// new version.
    pub fn disable_pool_auto_scale(&mut self, pool: &PoolId, request: &RequestOptions) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        let modified = self.touch_pool(index);
        if self.end_auto_scale(index)
            && let Some(record) = self.pool_mut(index)
        {
            let model = &mut record.model;
            model.enable_auto_scale = Some(false);
            model.auto_scale_formula = None;
            model.auto_scale_evaluation_interval = None;
            model.auto_scale_run = None;
            let entity = record.entity();
            self.record(
                entity,
                "automatic",
                "manual",
                "disable_pool_auto_scale",
                SmolStr::default(),
            );
        }
        Ok(written(modified))
    }

    /// `POST /pools/{poolId}/evaluateautoscale`: what the formula would do now. Nothing changes.
    pub fn evaluate_pool_auto_scale(
        &mut self,
        pool: &PoolId,
        evaluate: &BatchPoolEvaluateAutoScaleOptions,
    ) -> Result<AutoScaleRun> {
        let index = self.changeable_pool(pool, &RequestOptions::default())?;
        if evaluate.auto_scale_formula.is_empty() {
            return Err(missing("autoScaleFormula"));
        }
        let automatic = self.pool(index).and_then(|pool| pool.scaling.automatic.as_ref());
        if automatic.is_none() {
            let reason =
                "Automatic scaling has to be enabled on a pool before a formula can be evaluated on it.";
            return Err(
                Error::batch(ErrorCode::OperationInvalidForCurrentState).with_detail("Reason", reason)
            );
        }
        let formula = accepted(&evaluate.auto_scale_formula)?;
        let evaluation = self.evaluation(index, Some(&formula));
        evaluation
            .map(|evaluation| told(self.now, &evaluation))
            .ok_or_else(|| Error::batch(ErrorCode::PoolNotFound))
    }

    /// Refuses what only the owner of the targets may do.
    pub(super) fn require_manual_scaling(&self, index: PoolIndex) -> Result<()> {
        let automatic = self.pool(index).and_then(|pool| pool.scaling.automatic.as_ref());
        if automatic.is_none() {
            return Ok(());
        }
        let reason = "The pool is scaled by a formula; disable automatic scaling first.";
        Err(Error::batch(ErrorCode::OperationInvalidForCurrentState).with_detail("Reason", reason))
    }

    /// Puts a pool under a formula and begins the schedule of its evaluations. The first evaluation is the caller's.
    pub(super) fn set_auto_scale(
        &mut self,
        index: PoolIndex,
        mut automatic: Box<AutoScale>,
        cause: &'static str,
    ) {
        let interval = automatic.interval;
        if self.scaled.pools.insert(index) {
            automatic.history = self.new_history();
        }
        let Some(record) = self.pool_mut(index) else {
            return;
        };
        record.scaling.epoch += 1;
        let epoch = record.scaling.epoch;
        let entity = record.entity();
        self.show_auto_scale(index, automatic);
        let note = format_smolstr!("every {interval}");
        self.record(entity, "", "automatic", cause, note);
        self.plan_auto_scale(index, interval, epoch);
    }

    fn show_auto_scale(&mut self, index: PoolIndex, automatic: Box<AutoScale>) {
        let Some(record) = self.pool_mut(index) else {
            return;
        };
        record.model.enable_auto_scale = Some(true);
        record.model.auto_scale_formula = Some(automatic.text.clone());
        record.model.auto_scale_evaluation_interval = Some(automatic.interval);
        record.scaling.automatic = Some(automatic);
    }

    fn plan_auto_scale(&mut self, index: PoolIndex, interval: TimeSpan, epoch: u32) {
        let event = Event::AutoScale { pool: index, epoch };
        self.events.plan_recurring(self.now + interval, event);
    }

    /// Takes the formula away from a pool, if it has one; its samples are forgotten.
    pub(super) fn end_auto_scale(&mut self, index: PoolIndex) -> bool {
        let automatic = self
            .pool_mut(index)
            .and_then(|pool| pool.scaling.automatic.take());
        self.scaled.pools.remove(&index);
        if self.scaled.pools.is_empty() {
            self.scaled.samples_due = Timestamp::MAX;
        }
        automatic.is_some()
    }

    pub(super) fn auto_scale_due(&mut self, index: PoolIndex, epoch: u32) {
        let Some(record) = self.pool(index) else { return };
        let Some(automatic) = record.scaling.automatic.as_deref() else {
            return;
        };
        if record.scaling.epoch == epoch {
            self.plan_auto_scale(index, automatic.interval, epoch);
            self.auto_scale(index, self.now, "auto_scale");
        }
    }

    /// Evaluates the formula of a pool and goes by what comes out.
    fn auto_scale(&mut self, index: PoolIndex, timestamp: Timestamp, cause: &'static str) {
        let Some(evaluation) = self.evaluation(index, None) else {
            return;
        };
        self.note_evaluation(index, timestamp, &evaluation, cause);
        if evaluation.error.is_some() {
            return;
        }
        let option = BatchNodeDeallocationOption::from(evaluation.node_deallocation_option);
        // A formula knows no other options than the service does.
        let Ok(tasks) = running_tasks(Some(&option)) else {
            return;
        };
        let (dedicated, low_priority) = (
            evaluation.target_dedicated_nodes,
            evaluation.target_low_priority_nodes,
        );
        if self.is_at(index, dedicated, low_priority) {
            return;
        }
        if let Some(pool) = self.pool_mut(index) {
            pool.resize_stopped = false;
        }
        self.begin_resize(index, dedicated, low_priority, cause);
        self.shrink(index, true, dedicated, tasks, cause);
        self.shrink(index, false, low_priority, tasks, cause);
    }

    /// Evaluates the formula of a new pool for the first time. The targets it begins with.
    pub(super) fn first_targets(
        &mut self,
        index: PoolIndex,
        timestamp: Timestamp,
        cause: &'static str,
    ) -> (u32, u32) {
        let Some(evaluation) = self.evaluation(index, None) else {
            return (0, 0);
        };
        self.note_evaluation(index, timestamp, &evaluation, cause);
        (
            evaluation.target_dedicated_nodes,
            evaluation.target_low_priority_nodes,
        )
    }

    /// Whether a pool has these targets, and is on its way to them or there. Where an earlier resize ended short of them,
    /// as when a quota was in the way, it is tried again.
    fn is_at(&self, index: PoolIndex, dedicated: u32, low_priority: u32) -> bool {
        let Some(pool) = self.pool(index) else { return true };
        let of = |target: Option<i32>| u32::try_from(target.unwrap_or(0)).unwrap_or(0);
        let model = &pool.model;
        let same = of(model.target_dedicated_nodes) == dedicated
            && of(model.target_low_priority_nodes) == low_priority;
        let there =
            |is_dedicated: bool, target: u32| self.nodes_of(index, is_dedicated).len() == target as usize;
        let steady = *pool.allocation() == AllocationState::Steady;
        same && (!steady || there(true, dedicated) && there(false, low_priority))
    }

    fn note_evaluation(
        &mut self,
        index: PoolIndex,
        timestamp: Timestamp,
        evaluation: &Evaluation,
        cause: &'static str,
    ) {
        let Some(record) = self.pool_mut(index) else {
            return;
        };
        record.model.auto_scale_run = Some(told(timestamp, evaluation));
        let entity = record.entity();
        let (word, note) = match &evaluation.error {
            Some(error) => (error.code(), SmolStr::default()),
            None => (
                "evaluated",
                format_smolstr!(
                    "{} dedicated, {} low-priority",
                    evaluation.target_dedicated_nodes,
                    evaluation.target_low_priority_nodes
                ),
            ),
        };
        self.record(entity, "", word, cause, note);
    }

    /// Evaluates the formula of a pool, or another one on it.
    fn evaluation(&mut self, index: PoolIndex, trial: Option<&Formula>) -> Option<Evaluation> {
        let present = self.reading(index);
        let available_until = self.samples_available_until();
        let pool = self.pools.get(index.offset())?.as_deref()?;
        let automatic = pool.scaling.automatic.as_deref()?;
        let stream = if trial.is_some() {
            Stream::FormulaTrials
        } else {
            Stream::Formulas
        };
        let of = |target: Option<i32>| u32::try_from(target.unwrap_or(0)).unwrap_or(0);
        let random = &mut self.random;
        Some(trial.unwrap_or(&automatic.formula).evaluate(&mut Inputs {
            now: self.now,
            target_dedicated_nodes: of(pool.model.target_dedicated_nodes),
            target_low_priority_nodes: of(pool.model.target_low_priority_nodes),
            task_slots_per_node: pool.slots_per_node,
            present: &present,
            history: &automatic.history,
            available_until,
            random: &mut || random.fraction(stream),
        }))
    }
}
