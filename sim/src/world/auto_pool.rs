//! Pools that come and go with a job or a job schedule: `autoPoolSpecification`.

use batchite_api::batch::{
    BatchAutoPoolSpecification, BatchErrorSourceCategory, BatchJobSchedulingError, BatchPoolCreateOptions,
    BatchPoolInfo, BatchPoolLifetimeOption, BatchPoolSpecification, NameValuePair,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::PoolId;

use super::job::Job;
use super::pool::PoolShape;
use super::validate::{invalid, missing};
use super::{JobIndex, JobScheduleIndex, World, never_shown, packages};
use crate::rng::Stream;

/// Longest `autoPoolIdPrefix`.
const PREFIX_LENGTH_MAX: usize = 20;

/// The pool a job is to run on, once what names or describes it has been checked.
#[derive(Debug)]
pub(super) enum JobPool {
    /// One that need not exist yet.
    Named(PoolId),
    /// One that is made for the job.
    Auto(Box<AutoPool>),
}

/// A pool to be made.
#[derive(Debug)]
pub(super) struct AutoPool {
    prefix: String,
    lifetime: BatchPoolLifetimeOption,
    options: BatchPoolCreateOptions,
    shape: PoolShape,
}

/// Where a new job runs, and why it cannot.
#[derive(Debug)]
pub(super) struct JobPlace {
    pub(super) pool: PoolId,
    pub(super) error: Option<BatchJobSchedulingError>,
}

impl JobPool {
    /// Reads `poolInfo` of a job, or of the jobs of a schedule.
    pub(super) fn of(info: &BatchPoolInfo, of_schedule: bool) -> Result<Self> {
        match (&info.pool_id, &info.auto_pool_specification) {
            (Some(pool), None) => PoolId::parse(pool).map(Self::Named),
            (None, Some(specification)) => {
                AutoPool::of(specification, of_schedule).map(|pool| Self::Auto(Box::new(pool)))
            }
            (None, None) => Err(missing("poolInfo.poolId")),
            (Some(pool), Some(_)) => {
                let reason = "Exactly one of poolId and autoPoolSpecification has to be given.";
                Err(invalid("poolInfo", pool, reason))
            }
        }
    }
}

impl AutoPool {
    fn of(specification: &BatchAutoPoolSpecification, of_schedule: bool) -> Result<Self> {
        let prefix = specification.auto_pool_id_prefix.clone().unwrap_or_default();
        if prefix.len() > PREFIX_LENGTH_MAX {
            let reason = format!("A prefix has at most {PREFIX_LENGTH_MAX} characters.");
            return Err(invalid("autoPoolIdPrefix", prefix, reason));
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !prefix.bytes().all(allowed) {
            let reason = "A prefix has letters, digits, hyphens and underscores only.";
            return Err(invalid("autoPoolIdPrefix", prefix, reason));
        }
        let lifetime = specification.pool_lifetime_option.clone();
        match lifetime {
            BatchPoolLifetimeOption::Job => {}
            BatchPoolLifetimeOption::JobSchedule if of_schedule => {}
            BatchPoolLifetimeOption::JobSchedule => {
                let reason = "Only the jobs of a job schedule can share a pool of their own.";
                return Err(invalid("poolLifetimeOption", lifetime, reason));
            }
            other if other.as_str().is_empty() => return Err(missing("poolLifetimeOption")),
            other => {
                let reason = "The lifetime is job or jobschedule.";
                return Err(invalid("poolLifetimeOption", other, reason));
            }
        }
        let pool = specification
            .pool
            .as_ref()
            .ok_or_else(|| missing("autoPoolSpecification.pool"))?;
        let options = pool_options(pool);
        let shape = PoolShape::of(&options)?;
        Ok(Self {
            prefix,
            lifetime,
            options,
            shape,
        })
    }
}

fn pool_options(specification: &BatchPoolSpecification) -> BatchPoolCreateOptions {
    let specification = specification.clone();
    BatchPoolCreateOptions {
        id: String::new(),
        display_name: specification.display_name,
        vm_size: specification.vm_size,
        virtual_machine_configuration: specification.virtual_machine_configuration,
        task_slots_per_node: specification.task_slots_per_node,
        task_scheduling_policy: specification.task_scheduling_policy,
        resize_timeout: specification.resize_timeout,
        target_dedicated_nodes: specification.target_dedicated_nodes,
        target_low_priority_nodes: specification.target_low_priority_nodes,
        enable_auto_scale: specification.enable_auto_scale,
        auto_scale_formula: specification.auto_scale_formula,
        auto_scale_evaluation_interval: specification.auto_scale_evaluation_interval,
        enable_inter_node_communication: specification.enable_inter_node_communication,
        network_configuration: specification.network_configuration,
        start_task: specification.start_task,
        application_package_references: specification.application_package_references,
        user_accounts: specification.user_accounts,
        metadata: specification.metadata,
        mount_configuration: specification.mount_configuration,
        upgrade_policy: specification.upgrade_policy,
    }
}

fn user_error(code: &str, message: String) -> BatchJobSchedulingError {
    BatchJobSchedulingError {
        category: BatchErrorSourceCategory::UserError,
        code: Some(code.to_owned()),
        message: Some(message),
        ..BatchJobSchedulingError::default()
    }
}

/// The pool that lives and dies with a job.
fn own_pool(job: &Job) -> Option<PoolId> {
    let specification = job.model.pool_info.auto_pool_specification.as_ref()?;
    let dies = specification.pool_lifetime_option == BatchPoolLifetimeOption::Job
        && specification.keep_alive != Some(true);
    let pool = job.model.execution_info.as_ref()?.pool_id.as_deref()?;
    dies.then(|| PoolId::parse(pool).ok())?
}

impl World {
    /// Finds the pool of a new job, and makes it where it has to be made. What is wrong with an automatic pool does
    /// not refuse the job: it ends it.
    pub(super) fn place_of_new_job(
        &mut self,
        info: &BatchPoolInfo,
        schedule: Option<JobScheduleIndex>,
    ) -> JobPlace {
        let place = |pool: PoolId, error| JobPlace { pool, error };
        match JobPool::of(info, schedule.is_some()) {
            Ok(JobPool::Named(pool)) => place(pool, None),
            Ok(JobPool::Auto(pool)) => {
                let shared = schedule.filter(|_| pool.lifetime == BatchPoolLifetimeOption::JobSchedule);
                if let Some(there) = shared.and_then(|schedule| self.pool_of_schedule(schedule)) {
                    return place(there, None);
                }
                let (id, error) = self.make_auto_pool(*pool);
                if let Some(schedule) = shared.and_then(|schedule| self.job_schedule_mut(schedule)) {
                    schedule.auto_pool = error.is_none().then(|| id.clone());
                }
                place(id, error)
            }
            Err(error) => {
                let id = self.auto_pool_id("");
                place(id, Some(user_error("InvalidAutoPoolSettings", error.to_string())))
            }
        }
    }

    fn make_auto_pool(&mut self, pool: AutoPool) -> (PoolId, Option<BatchJobSchedulingError>) {
        let id = self.auto_pool_id(&pool.prefix);
        if let Err(error) = packages::check_pool(&self.config, &pool.options.application_package_references) {
            let code = "InvalidApplicationPackageReferencesInAutoPool";
            let message = "One or more application packages specified for the pool are invalid.";
            let mut error_of_job = user_error(code, message.to_owned());
            let details = error.details().iter();
            error_of_job.details = details
                .map(|(name, value)| NameValuePair {
                    name: Some(name.clone()),
                    value: Some(value.clone()),
                })
                .collect();
            return (id, Some(error_of_job));
        }
        if let Err(error) = self.check_pool_quota() {
            let error = user_error(
                "AutoPoolCreationFailedWithQuotaReached",
                error.message().to_owned(),
            );
            return (id, Some(error));
        }
        self.add_pool(id.clone(), pool.shape, pool.options, "auto_pool");
        (id, None)
    }

    /// The prefix and a GUID in upper case.
    fn auto_pool_id(&mut self, prefix: &str) -> PoolId {
        let digits = self.random.hex(Stream::AutoPools, 2).to_ascii_uppercase();
        let guid = [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..],
        ];
        PoolId::parse(&format!("{prefix}{}", guid.join("-"))).expect("a checked prefix and a GUID are an id")
    }

    /// The pool all jobs of a schedule share, if it was made and is still there.
    fn pool_of_schedule(&self, schedule: JobScheduleIndex) -> Option<PoolId> {
        let pool = self.job_schedule(schedule)?.auto_pool.clone()?;
        let index = self.find_pool(&pool).ok()?;
        self.pool(index)
            .is_some_and(|pool| !pool.is_deleting())
            .then_some(pool)
    }

    /// The job has ended: its own pool goes, unless it is to be kept.
    pub(super) fn end_pool_of_job(&mut self, job: &Job) {
        if let Some(pool) = own_pool(job) {
            self.end_auto_pool(&pool);
        }
    }

    /// The same, for a job that is still in the list.
    pub(super) fn end_pool_of_completed_job(&mut self, job: JobIndex) {
        if let Some(pool) = self.job(job).and_then(own_pool) {
            self.end_auto_pool(&pool);
        }
    }

    /// The schedule has ended: the pool of all its jobs goes, unless it is to be kept.
    pub(super) fn end_pool_of_schedule(&mut self, schedule: JobScheduleIndex) {
        let Some(record) = self.job_schedule_mut(schedule) else {
            return;
        };
        let specification = &record.model.job_specification.pool_info.auto_pool_specification;
        let kept = specification
            .as_ref()
            .is_some_and(|specification| specification.keep_alive == Some(true));
        if let Some(pool) = record.auto_pool.take().filter(|_| !kept) {
            self.end_auto_pool(&pool);
        }
    }

    fn end_auto_pool(&mut self, pool: &PoolId) {
        let Ok(index) = self.find_pool(pool) else { return };
        if self.pool(index).is_some_and(|pool| !pool.is_deleting()) {
            self.begin_pool_deletion(index, "auto_pool_ended");
        }
    }
}

/// Fills in what the service shows of an automatic pool although nobody gave it.
pub(super) fn complete(mut info: BatchPoolInfo) -> BatchPoolInfo {
    if let Some(specification) = &mut info.auto_pool_specification {
        specification.keep_alive.get_or_insert(false);
    }
    info
}

/// Whether a change of `poolInfo` is one that jobs with an automatic pool allow: `keepAlive` alone, and only while the
/// pool is that of the job alone.
pub(super) fn check_change(present: &BatchAutoPoolSpecification, info: &BatchPoolInfo) -> Result<()> {
    // Who gives back what the service has shown does not know what it never shows.
    let without_keep_alive = |specification: &BatchAutoPoolSpecification| {
        let mut info = BatchPoolInfo {
            auto_pool_specification: Some(BatchAutoPoolSpecification {
                keep_alive: None,
                ..specification.clone()
            }),
            ..BatchPoolInfo::default()
        };
        never_shown::hide_in_pool_info(&mut info);
        info
    };
    let reason = match &info.auto_pool_specification {
        Some(given) if without_keep_alive(given) != without_keep_alive(present) => {
            "Of an automatic pool only keepAlive can be changed."
        }
        Some(given)
            if given.keep_alive.unwrap_or(false) != present.keep_alive.unwrap_or(false)
                && present.pool_lifetime_option != BatchPoolLifetimeOption::Job =>
        {
            "keepAlive can be changed only where the lifetime of the pool is that of the job."
        }
        Some(_) => return Ok(()),
        None => "A job with an automatic pool keeps it.",
    };
    Err(Error::batch(ErrorCode::InvalidPropertyValue)
        .with_detail("PropertyName", "poolInfo")
        .with_detail("Reason", reason))
}
