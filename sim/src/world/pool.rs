//! Pools: the record, and creating, reading and listing them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use batchite_api::backend::{ListOptions, RequestOptions, Written};
use batchite_api::batch::{
    AllocationState, BatchJobDefaultOrder, BatchNodeFillType, BatchPool, BatchPoolCreateOptions,
    BatchPoolState, BatchSupportedImage, BatchTaskSchedulingPolicy,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::PoolId;
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::Page;
use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::auto_scale::{self, AutoScale, Scaling};
use super::paging::{continuation_offset, page};
use super::preemption::PreemptibleKey;
use super::schedule::{FillPolicy, FreeSlots};
use super::usage::PoolUsage;
use super::validate::{self, invalid, missing};
use super::{
    JobIndex, NodeIndex, PoolIndex, World, condition, images, mount, never_shown, packages, pool_properties,
    resource_lists, states, user_account, vm_size, written,
};
use crate::exec::Platform;
use crate::trace::Entity;

/// Most slots a node may have, whatever its size.
const TASK_SLOTS_MAX: u32 = 256;

/// A job with waiting tasks, in the order jobs are served: higher priority first, then by turns or by age.
pub(super) type ReadyKey = (Reverse<i32>, u64, JobIndex);

/// A pool and what the world keeps about it.
#[derive(Debug)]
pub(super) struct Pool {
    /// What the service shows; numbers of nodes are filled in when it is asked for.
    pub(super) model: BatchPool,
    pub(super) id: PoolId,
    pub(super) platform: Platform,
    pub(super) cores_per_node: u32,
    pub(super) slots_per_node: u32,
    pub(super) fill_policy: FillPolicy,
    /// By node id, the order of lists.
    pub(super) nodes: BTreeMap<SmolStr, NodeIndex>,
    /// Nodes it has ever had: they are numbered in this order.
    pub(super) nodes_created: u32,
    pub(super) free_slots: FreeSlots,
    pub(super) ready_jobs: BTreeSet<ReadyKey>,
    /// The runs that may be ended for tasks of higher priority.
    pub(super) preemptible: BTreeSet<PreemptibleKey>,
    pub(super) schedule_planned: bool,
    /// Counts resizes, so that events of an earlier one are known as stale.
    pub(super) resize_epoch: u32,
    pub(super) resize_settled: bool,
    /// Nodes the resize waits for, to come or to go.
    pub(super) pending_nodes: u32,
    pub(super) resize_errors: Vec<batchite_api::batch::ResizeError>,
    /// Whether a resize was stopped, and none since has taken away the nodes beyond the targets.
    pub(super) resize_stopped: bool,
    pub(super) scaling: Scaling,
}

impl Pool {
    pub(super) fn is_deleting(&self) -> bool {
        self.model.state == BatchPoolState::Deleting
    }

    pub(super) fn allocation(&self) -> &AllocationState {
        self.model
            .allocation_state
            .as_ref()
            .unwrap_or(&AllocationState::Steady)
    }

    /// Whether jobs of one priority are served by age instead of taking turns: `jobDefaultOrder`.
    pub(super) fn serves_by_age(&self) -> bool {
        let policy = self.model.task_scheduling_policy.as_ref();
        policy.and_then(|policy| policy.job_default_order.as_ref())
            == Some(&BatchJobDefaultOrder::CreationTime)
    }

    pub(super) fn entity(&self) -> Entity {
        Entity::Pool(self.id.to_smol_str())
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        Some(match name {
            "id" => self.id.as_str().into(),
            "state" => self.model.state.as_str().into(),
            "allocationState" => self.allocation().as_str().into(),
            "stateTransitionTime" => Value::Moment(self.model.state_transition_time),
            "allocationStateTransitionTime" => Value::Moment(self.model.allocation_state_transition_time?),
            "creationTime" => Value::Moment(self.model.creation_time),
            "lastModified" => Value::Moment(self.model.last_modified),
            "enableAutoScale" => Value::Boolean(self.model.enable_auto_scale.unwrap_or(false)),
            "enableInterNodeCommunication" => {
                Value::Boolean(self.model.enable_inter_node_communication.unwrap_or(false))
            }
            "vmSize" => self.model.vm_size.as_str().into(),
            _ => return None,
        })
    }
}

/// `taskSchedulingPolicy` as the scheduler takes it.
pub(super) fn fill_policy(policy: Option<&BatchTaskSchedulingPolicy>) -> Result<FillPolicy> {
    if let Some(order) = policy.and_then(|policy| policy.job_default_order.as_ref())
        && !order.is_known()
    {
        let reason = "The order is none or creationtime.";
        return Err(invalid("jobDefaultOrder", order, reason));
    }
    match policy.map(|policy| &policy.node_fill_type) {
        None | Some(BatchNodeFillType::Spread) => Ok(FillPolicy::Spread),
        Some(BatchNodeFillType::Pack) => Ok(FillPolicy::Pack),
        Some(other) => Err(invalid("nodeFillType", other, "The fill type is spread or pack.")),
    }
}

/// `vmSize` and `taskSlotsPerNode`: cores and slots of a node.
pub(super) fn node_size(size: &str, slots: Option<i32>) -> Result<(u32, u32)> {
    if size.is_empty() {
        return Err(missing("vmSize"));
    }
    let cores = vm_size::cores(size)
        .ok_or_else(|| invalid("vmSize", size, "There is no such size of virtual machines."))?;
    let slots = slots.unwrap_or(1);
    let most = (4 * cores).min(TASK_SLOTS_MAX);
    match u32::try_from(slots) {
        Ok(slots) if (1..=most).contains(&slots) => Ok((cores, slots)),
        _ => Err(invalid(
            "taskSlotsPerNode",
            slots,
            format!("A node of this size has 1 to {most} task slots."),
        )),
    }
}

/// What the world makes of the properties of a new pool, once they have been checked.
#[derive(Debug, Clone)]
pub(super) struct PoolShape {
    platform: Platform,
    cores_per_node: u32,
    slots_per_node: u32,
    fill_policy: FillPolicy,
    dedicated: u32,
    low_priority: u32,
    auto_scale: Option<Box<AutoScale>>,
}

impl PoolShape {
    /// Checks the properties of a new pool; its id and the quota are the caller's.
    pub(super) fn of(options: &BatchPoolCreateOptions) -> Result<Self> {
        validate_create(options)?;
        let (cores_per_node, slots_per_node) = node_size(&options.vm_size, options.task_slots_per_node)?;
        let platform = validate::virtual_machine(options.virtual_machine_configuration.as_ref())?;
        user_account::validate(&options.user_accounts, platform)?;
        mount::validate(&options.mount_configuration, platform)?;
        let start_task = options.start_task.as_ref();
        let identity = start_task.and_then(|task| task.user_identity.as_ref());
        user_account::start_task(identity, &options.user_accounts, platform)?;
        Ok(Self {
            platform,
            cores_per_node,
            slots_per_node,
            fill_policy: fill_policy(options.task_scheduling_policy.as_ref())?,
            dedicated: validate::node_count("targetDedicatedNodes", options.target_dedicated_nodes)?,
            low_priority: validate::node_count("targetLowPriorityNodes", options.target_low_priority_nodes)?,
            auto_scale: auto_scale::of_new_pool(options)?,
        })
    }
}

impl World {
    /// `POST /pools`
    pub fn create_pool(
        &mut self,
        options: BatchPoolCreateOptions,
        _request: &RequestOptions,
    ) -> Result<Written> {
        let id = PoolId::parse(&options.id)?;
        if self.pool_ids.contains_key(&id.key()) {
            return Err(Error::batch(ErrorCode::PoolExists));
        }
        let shape = PoolShape::of(&options)?;
        packages::check_pool(&self.config, &options.application_package_references)?;
        resource_lists::check_start_task(&self.config, options.start_task.as_ref())?;
        self.check_pool_quota()?;
        Ok(written(self.add_pool(id, shape, options, "create_pool")))
    }

    /// The quota of pools.
    pub(super) fn check_pool_quota(&self) -> Result<()> {
        match self.config.quotas.pools {
            Some(quota) if self.pool_ids.len() >= quota as usize => {
                Err(Error::batch(ErrorCode::PoolQuotaReached))
            }
            _ => Ok(()),
        }
    }

    /// Adds a pool that has been checked, whoever wants it.
    pub(super) fn add_pool(
        &mut self,
        id: PoolId,
        shape: PoolShape,
        options: BatchPoolCreateOptions,
        cause: &'static str,
    ) -> Timestamp {
        let modified = self.stamp();
        let index = PoolIndex::next(self.pools.len());
        let key = id.key();
        let pool = Pool {
            model: self.pool_model(&id, options, modified),
            id,
            platform: shape.platform,
            cores_per_node: shape.cores_per_node,
            slots_per_node: shape.slots_per_node,
            fill_policy: shape.fill_policy,
            nodes: BTreeMap::new(),
            nodes_created: 0,
            free_slots: FreeSlots::default(),
            ready_jobs: BTreeSet::new(),
            preemptible: BTreeSet::new(),
            schedule_planned: false,
            resize_epoch: 0,
            resize_settled: true,
            pending_nodes: 0,
            resize_errors: Vec::new(),
            resize_stopped: false,
            scaling: Scaling::default(),
        };
        self.record(pool.entity(), "", "active", cause, SmolStr::default());
        let usage = PoolUsage::new(pool.id.to_smol_str(), &pool.model.vm_size, self.now);
        self.usage.push(usage);
        self.pools.push(Some(Box::new(pool)));
        let waiting_jobs = self.jobs_of_pool.get(&key).cloned().unwrap_or_default();
        self.pool_ids.insert(key, index);
        for job in waiting_jobs {
            self.refresh_ready(job);
        }
        if let Some(automatic) = shape.auto_scale {
            self.set_auto_scale(index, automatic, cause);
            let (dedicated, low_priority) = self.first_targets(index, modified, cause);
            self.begin_resize(index, dedicated, low_priority, cause);
        } else {
            self.begin_resize(index, shape.dedicated, shape.low_priority, cause);
            self.limit_resize(index);
        }
        modified
    }

    fn pool_model(&self, id: &PoolId, options: BatchPoolCreateOptions, modified: Timestamp) -> BatchPool {
        let mut start_task = options.start_task;
        if let Some(task) = &mut start_task {
            complete_start_task(task);
        }
        let default_policy = || BatchTaskSchedulingPolicy {
            node_fill_type: BatchNodeFillType::Spread,
            ..Default::default()
        };
        let mut model = BatchPool {
            id: id.to_string(),
            display_name: options.display_name,
            url: format!("{}/pools/{id}", self.config.batch_endpoint),
            etag: modified.etag(),
            last_modified: modified,
            creation_time: modified,
            state: BatchPoolState::Active,
            state_transition_time: modified,
            allocation_state: Some(AllocationState::Steady),
            allocation_state_transition_time: Some(modified),
            vm_size: options.vm_size.to_ascii_lowercase(),
            virtual_machine_configuration: options.virtual_machine_configuration,
            network_configuration: options.network_configuration,
            upgrade_policy: options.upgrade_policy,
            resize_timeout: Some(options.resize_timeout.unwrap_or(TimeSpan::from_minutes(15))),
            target_dedicated_nodes: Some(0),
            target_low_priority_nodes: Some(0),
            enable_auto_scale: Some(false),
            enable_inter_node_communication: Some(options.enable_inter_node_communication.unwrap_or(false)),
            start_task,
            application_package_references: options.application_package_references,
            task_slots_per_node: Some(options.task_slots_per_node.unwrap_or(1)),
            task_scheduling_policy: Some(options.task_scheduling_policy.unwrap_or_else(default_policy)),
            metadata: options.metadata,
            user_accounts: options.user_accounts,
            mount_configuration: options.mount_configuration,
            ..BatchPool::default()
        };
        never_shown::hide_in_pool(&mut model);
        model
    }

    /// `GET /pools/{poolId}`
    pub fn get_pool(&self, pool: &PoolId, request: &RequestOptions) -> Result<BatchPool> {
        let index = self.find_pool(pool)?;
        let pool = self.pool(index).ok_or_else(pool_not_found)?;
        condition::check_read(&request.conditions, pool.model.last_modified)?;
        request.selected(self.view_pool(index, pool, request.expands_stats()?))
    }

    /// `HEAD /pools/{poolId}`
    pub fn pool_exists(&self, pool: &PoolId, request: &RequestOptions) -> Result<bool> {
        let Ok(index) = self.find_pool(pool) else {
            return Ok(false);
        };
        let pool = self.pool(index).ok_or_else(pool_not_found)?;
        condition::check_read(&request.conditions, pool.model.last_modified)?;
        Ok(true)
    }

    /// `GET /pools`
    pub fn list_pools(&self, options: &ListOptions) -> Result<Page<BatchPool>> {
        let filter = options.filter(ListKind::Pools)?;
        let start = continuation_offset(options)?;
        let pools = (start..self.pools.len()).filter_map(|at| Some((at, self.pools[at].as_deref()?)));
        let pools = pools.map(|(at, pool)| (at, (PoolIndex::next(at), pool)));
        let passing = pools.filter(|(_, (_, pool))| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| pool.field(name)))
        });
        let stats = options.expands_stats()?;
        page(passing, options, |(index, pool)| {
            self.view_pool(index, pool, stats)
        })
    }

    /// `GET /supportedimages`
    pub fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>> {
        let filter = options.filter(ListKind::SupportedImages)?;
        let start = continuation_offset(options)?;
        let images: Vec<_> = images::supported_images().collect();
        let field = |image: &BatchSupportedImage, name: &str| -> Option<Value<'static>> {
            let text = match name {
                "osType" => image.os_type.to_string(),
                "verificationType" => image.verification_type.to_string(),
                "nodeAgentSKUId" => image.node_agent_sku_id.clone(),
                _ => return None,
            };
            Some(Value::Text(text.into()))
        };
        let passing = images.iter().enumerate().skip(start);
        let passing = passing.filter(|(_, image)| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| field(image, name)))
        });
        page(passing, options, Clone::clone)
    }

    pub(super) fn view_pool(&self, index: PoolIndex, pool: &Pool, stats: bool) -> BatchPool {
        let mut model = pool.model.clone();
        if stats && self.has_statistics(model.creation_time) {
            model.stats = self.pool_statistics(index, pool);
        }
        let nodes = pool.nodes.values().filter_map(|node| self.node(*node));
        let (dedicated, low_priority) = nodes.fold((0, 0), |(dedicated, low_priority), node| {
            if node.dedicated {
                (dedicated + 1, low_priority)
            } else {
                (dedicated, low_priority + 1)
            }
        });
        model.current_dedicated_nodes = dedicated;
        model.current_low_priority_nodes = low_priority;
        if *pool.allocation() == AllocationState::Steady {
            model.resize_errors.clone_from(&pool.resize_errors);
        }
        model
    }

    pub(super) fn find_pool(&self, pool: &PoolId) -> Result<PoolIndex> {
        self.pool_ids.get(&pool.key()).copied().ok_or_else(pool_not_found)
    }

    pub(super) fn set_pool_state(&mut self, pool: PoolIndex, state: &BatchPoolState, cause: &'static str) {
        let now = self.now;
        let Some(pool) = self.pool_mut(pool) else { return };
        assert!(
            states::pool_may_become(&pool.model.state, state),
            "pool {} to {state}",
            pool.model.state
        );
        let from = std::mem::replace(&mut pool.model.state, state.clone());
        pool.model.state_transition_time = now;
        let entity = pool.entity();
        self.record(entity, from.as_str(), state.as_str(), cause, SmolStr::default());
    }

    pub(super) fn set_allocation_state(
        &mut self,
        pool: PoolIndex,
        state: &AllocationState,
        cause: &'static str,
    ) {
        let now = self.now;
        let Some(pool) = self.pool_mut(pool) else { return };
        assert!(
            states::allocation_may_become(pool.allocation(), state),
            "{} to {state}",
            pool.allocation()
        );
        let from = pool.allocation().clone();
        pool.model.allocation_state = Some(state.clone());
        pool.model.allocation_state_transition_time = Some(now);
        let entity = Entity::Allocation(pool.id.to_smol_str());
        self.record(entity, from.as_str(), state.as_str(), cause, SmolStr::default());
    }
}

/// Fills in what the service shows of a start task although nobody gave it.
pub(super) fn complete_start_task(task: &mut batchite_api::batch::BatchStartTask) {
    task.max_task_retry_count.get_or_insert(0);
    task.wait_for_success.get_or_insert(true);
    complete_user_identity(&mut task.user_identity);
}

/// Without a user identity a command runs as the pool's automatic user, not elevated.
pub(super) fn complete_user_identity(identity: &mut Option<batchite_api::batch::UserIdentity>) {
    use batchite_api::batch::{AutoUserScope, AutoUserSpecification, ElevationLevel, UserIdentity};
    let identity = identity.get_or_insert_with(|| UserIdentity {
        auto_user: Some(AutoUserSpecification::default()),
        ..UserIdentity::default()
    });
    if let Some(auto_user) = &mut identity.auto_user {
        auto_user.scope.get_or_insert(AutoUserScope::Pool);
        auto_user.elevation_level.get_or_insert(ElevationLevel::NonAdmin);
    }
}

fn validate_create(options: &BatchPoolCreateOptions) -> Result<()> {
    validate::display_name(options.display_name.as_deref())?;
    pool_properties::network(options.network_configuration.as_ref())?;
    pool_properties::upgrade_policy(
        options.upgrade_policy.as_ref(),
        options.virtual_machine_configuration.as_ref(),
    )?;
    let has_formula =
        options.auto_scale_formula.is_some() || options.auto_scale_evaluation_interval.is_some();
    if options.enable_auto_scale != Some(true) && has_formula {
        let reason = "A formula and an interval go with enableAutoScale.";
        return Err(invalid(
            "autoScaleFormula",
            options.auto_scale_formula.as_deref().unwrap_or(""),
            reason,
        ));
    }
    validate::resize_timeout(options.resize_timeout)?;
    validate::metadata(&options.metadata)?;
    options.start_task.as_ref().map_or(Ok(()), validate::start_task)
}

fn pool_not_found() -> Error {
    Error::batch(ErrorCode::PoolNotFound)
}
