//! Everything a world is made from: seed, accounts, latencies, quotas.

use batchite_api::time::{TimeSpan, Timestamp};

use crate::application::{ApplicationError, Applications};
use crate::fault::FaultPlan;
use crate::world::store::{StorageAccount, StoreConfig};

/// A span between two ends, drawn anew each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// The shortest.
    pub least: TimeSpan,
    /// The longest.
    pub most: TimeSpan,
}

impl Latency {
    /// No time at all.
    pub const NONE: Self = Self {
        least: TimeSpan::ZERO,
        most: TimeSpan::ZERO,
    };

    /// Always the same.
    pub const fn fixed(span: TimeSpan) -> Self {
        Self {
            least: span,
            most: span,
        }
    }

    /// Whole seconds between two ends.
    pub const fn seconds(least: i64, most: i64) -> Self {
        Self {
            least: TimeSpan::from_seconds(least),
            most: TimeSpan::from_seconds(most),
        }
    }
}

/// How long the service and its machines take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latencies {
    /// From the request to a virtual machine that is there (`creating`).
    pub node_allocation: Latency,
    /// From a machine that is there to a node agent that runs (`starting`).
    pub node_boot: Latency,
    /// From a reboot to a machine that is starting (`rebooting`, `reimaging`).
    pub node_reboot: Latency,
    /// From the decision to a node that is gone (`leavingpool`), or whose machine is (`deallocating`).
    pub node_removal: Latency,
    /// From the pre-emption of a low-priority node to room for its machine (`preempted`).
    pub node_return: Latency,
    /// From a free slot and a waiting task to the task's start.
    pub scheduling: Latency,
    /// From a request to the end of a transitional state that waits for nothing else: a pool without nodes to allocate,
    /// a job being disabled, terminated or deleted.
    pub settling: Latency,
    /// From a sample of a pool to the moment the pool's formula can see it.
    pub sampling: TimeSpan,
    /// From the creation of a pool, job, job schedule or task to its first statistics.
    pub statistics: TimeSpan,
}

impl Latencies {
    /// Everything at once: tests and the tutorial.
    pub const fn instant() -> Self {
        Self {
            node_allocation: Latency::NONE,
            node_boot: Latency::NONE,
            node_reboot: Latency::NONE,
            node_removal: Latency::NONE,
            node_return: Latency::NONE,
            scheduling: Latency::NONE,
            settling: Latency::NONE,
            sampling: TimeSpan::ZERO,
            statistics: TimeSpan::ZERO,
        }
    }

    /// Like the real service: a node takes three to seven minutes from request to idle.
    pub const fn azure() -> Self {
        Self {
            node_allocation: Latency::seconds(60, 180),
            node_boot: Latency::seconds(100, 240),
            node_reboot: Latency::seconds(60, 150),
            node_removal: Latency::seconds(20, 90),
            node_return: Latency::seconds(300, 1800),
            scheduling: Latency::seconds(1, 3),
            settling: Latency::seconds(1, 20),
            sampling: TimeSpan::from_seconds(60),
            statistics: TimeSpan::from_minutes(30),
        }
    }
}

impl Default for Latencies {
    fn default() -> Self {
        Self::instant()
    }
}

/// The quotas of the Batch account. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Pools at a time.
    pub pools: Option<u32>,
    /// Jobs and job schedules that are not completed.
    pub active_jobs: Option<u32>,
    /// Cores of all dedicated nodes.
    pub dedicated_cores: Option<u32>,
    /// Cores of all low-priority nodes.
    pub low_priority_cores: Option<u32>,
    /// Nodes of a pool whose nodes can reach each other (`enableInterNodeCommunication`).
    pub nodes_per_communicating_pool: Option<u32>,
    /// Nodes of a pool for each public IP address of its owner that it uses (`ipAddressIds`).
    pub nodes_per_public_ip_address: Option<u32>,
    /// Dedicated nodes of a pool from a managed image, which is not in a gallery.
    pub dedicated_nodes_per_managed_image: Option<u32>,
    /// Low-priority nodes of such a pool.
    pub low_priority_nodes_per_managed_image: Option<u32>,
    /// Bytes of one list of resource files, as JSON. The service has such a bound and does not say which.
    pub resource_file_list_bytes: Option<u32>,
    /// Applications.
    pub applications: Option<u32>,
    /// Packages of one application.
    pub packages_per_application: Option<u32>,
}

impl Quotas {
    /// Refuses applications beyond what the account may have, with the name of the quota. Whoever configures a world from
    /// what others wrote asks this; in the cloud the management plane does.
    pub fn check_applications(&self, applications: &Applications) -> Result<(), ApplicationError> {
        applications.check(self.applications, self.packages_per_application)
    }
}

impl Default for Quotas {
    /// What a common account has: 100 pools, 300 jobs, 900 dedicated and 500 low-priority cores, 20 applications of 40
    /// packages; the documented sizes of pools; and 512 KiB for a list of resource files: about a thousand of them with
    /// tokens, and less than a whole body.
    fn default() -> Self {
        Self {
            pools: Some(100),
            active_jobs: Some(300),
            dedicated_cores: Some(900),
            low_priority_cores: Some(500),
            nodes_per_communicating_pool: Some(100),
            nodes_per_public_ip_address: Some(100),
            dedicated_nodes_per_managed_image: Some(2000),
            low_priority_nodes_per_managed_image: Some(1000),
            resource_file_list_bytes: Some(512 * 1024),
            applications: Some(20),
            packages_per_application: Some(40),
        }
    }
}

/// What a world is made from. Two worlds of equal configurations have equal histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimConfig {
    /// Where all randomness comes from.
    pub seed: u64,
    /// The first moment of the world.
    pub start: Timestamp,
    /// The name of the Batch account.
    pub batch_account: String,
    /// The URL of the Batch account, without a trailing slash; it stands in every `url` of an answer.
    pub batch_endpoint: String,
    /// The storage account that is there from the beginning.
    pub storage_account: StorageAccount,
    /// The limits of storage.
    pub store: StoreConfig,
    /// The applications whose packages can be put on nodes; none unless set.
    pub applications: Applications,
    /// How long things take.
    pub latencies: Latencies,
    /// How much there is.
    pub quotas: Quotas,
    /// Nodes a pool can have, whatever the quotas: a bound for the memory of this process. Where a pool should have
    /// more, its resize ends with the error `AllocationFailed`.
    pub nodes_per_pool_max: u32,
    /// How long a simulated node takes to launch a command. Longer than zero, since a command that fails at once and is
    /// retried without limit would otherwise stop time.
    pub command_launch: TimeSpan,
    /// Whether `reimage` works. The service refuses it on pools of virtual machines with `OperationNotValidOnNode`,
    /// and there are no other pools any more.
    pub reimage_allowed: bool,
    /// What goes wrong, from the beginning of the world.
    pub faults: FaultPlan,
    /// Whether the trace is kept.
    pub trace: bool,
    /// How many of the latest records of the trace are kept at least, for worlds nobody takes the records of; `None` keeps
    /// all.
    pub trace_records: Option<usize>,
}

impl SimConfig {
    /// The default world of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            // 2026-01-01T00:00:00Z: a fixed beginning, since the world reads no clock.
            start: Timestamp::from_unix_seconds(1_767_225_600),
            batch_account: "devbatchaccount1".to_owned(),
            batch_endpoint: "http://127.0.0.1:10100".to_owned(),
            storage_account: StorageAccount::default(),
            store: StoreConfig::default(),
            applications: Applications::default(),
            latencies: Latencies::instant(),
            quotas: Quotas::default(),
            nodes_per_pool_max: 1_000_000,
            command_launch: TimeSpan::from_milliseconds(10),
            reimage_allowed: false,
            faults: FaultPlan::default(),
            trace: true,
            trace_records: None,
        }
    }

    /// Sets the first moment of the world.
    #[must_use]
    pub fn with_start(mut self, start: Timestamp) -> Self {
        self.start = start;
        self
    }

    /// Sets the storage account that is there from the beginning.
    #[must_use]
    pub fn with_storage_account(mut self, account: StorageAccount) -> Self {
        self.storage_account = account;
        self
    }

    /// Sets the limits of storage.
    #[must_use]
    pub fn with_store(mut self, store: StoreConfig) -> Self {
        self.store = store;
        self
    }

    /// Sets the applications whose packages can be put on nodes.
    #[must_use]
    pub fn with_applications(mut self, applications: Applications) -> Self {
        self.applications = applications;
        self
    }

    /// Sets how long things take.
    #[must_use]
    pub fn with_latencies(mut self, latencies: Latencies) -> Self {
        self.latencies = latencies;
        self
    }

    /// Sets how much there is.
    #[must_use]
    pub fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets the cores all dedicated nodes may have together.
    #[must_use]
    pub fn with_dedicated_core_quota(mut self, cores: Option<u32>) -> Self {
        self.quotas.dedicated_cores = cores;
        self
    }

    /// Sets what goes wrong.
    #[must_use]
    pub fn with_faults(mut self, faults: FaultPlan) -> Self {
        self.faults = faults;
        self
    }

    /// Lets `reimage` work.
    #[must_use]
    pub fn with_reimage_allowed(mut self, allowed: bool) -> Self {
        self.reimage_allowed = allowed;
        self
    }

    /// Keeps at least so many of the latest records of the trace, and not all; with 0 none.
    #[must_use]
    pub fn with_trace_records(mut self, records: usize) -> Self {
        self.trace = records > 0;
        self.trace_records = Some(records);
        self
    }

    /// Keeps the trace, or not.
    #[must_use]
    pub fn with_trace(mut self, trace: bool) -> Self {
        self.trace = trace;
        self
    }
}

impl Default for SimConfig {
    fn default() -> Self {
        Self::new(0)
    }
}
