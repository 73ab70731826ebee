//! Values of pools: states, scaling, life.

use crate::open_enum::open_enum;

open_enum! {
    /// Whether nodes of a pool are being added or removed: `allocationState` of `BatchPool`.
    pub enum AllocationState {
        /// The pool has the nodes it is going to have for now; a resize may begin.
        Steady = "steady",
        /// Nodes are being added or removed; another resize is refused with 409 `PoolBeingResized`.
        Resizing = "resizing",
        /// A resize was stopped and settles.
        Stopping = "stopping",
    }
}

open_enum! {
    /// Which of several jobs with the same priority gets free slots: `jobDefaultOrder` of
    /// `BatchTaskSchedulingPolicy`.
    pub enum BatchJobDefaultOrder {
        /// All of them alike.
        None = "none",
        /// The one that was made first.
        CreationTime = "creationtime",
    }
}

open_enum! {
    /// In which order the slots of a pool fill up: `nodeFillType` of `BatchTaskSchedulingPolicy`.
    pub enum BatchNodeFillType {
        /// Evenly over all nodes. The default.
        Spread = "spread",
        /// One node after the other.
        Pack = "pack",
    }
}

open_enum! {
    /// Whether a pool has managed identities: `type` of `BatchPoolIdentity`.
    pub enum BatchPoolIdentityType {
        /// It has those that are listed.
        UserAssigned = "UserAssigned",
        /// It has none.
        None = "None",
    }
}

open_enum! {
    /// How long an automatic pool lives: `poolLifetimeOption` of `BatchAutoPoolSpecification`.
    pub enum BatchPoolLifetimeOption {
        /// As long as the schedule; its jobs share the pool. Only for jobs of a schedule.
        JobSchedule = "jobschedule",
        /// As long as its job.
        Job = "job",
    }
}

open_enum! {
    /// Whether a pool is there: `state` of `BatchPool`.
    pub enum BatchPoolState {
        /// It is there and can run tasks.
        Active = "active",
        /// It is being removed; changes are refused with 409 `PoolBeingDeleted`.
        Deleting = "deleting",
    }
}
