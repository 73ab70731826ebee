//! Upgrades of the operating systems of nodes, which the platform does by itself where a pool lets it.
//!
//! Nobody asks the service for one: they come as faults. A node that runs tasks is upgraded all the same, and they wait
//! again; where the pool defers upgrades, it takes no more tasks and is upgraded when those it has are over.

use batchite_api::batch::{BatchNodeState, UpgradeMode};
use batchite_api::time::TimeSpan;

use super::event::Event;
use super::node::{AfterTasks, Node, RunningTasks};
use super::pool::Pool;
use super::{NodeIndex, World};

impl Pool {
    /// Whether its nodes follow new images by themselves: that is asked for, and no single version of the image is.
    fn upgrades_by_itself(&self) -> bool {
        let policy = self.model.upgrade_policy.as_ref();
        let asked = policy.is_some_and(|policy| {
            let automatic = policy.automatic_os_upgrade_policy.as_ref();
            policy.mode == UpgradeMode::Automatic
                && automatic.is_some_and(|automatic| automatic.enable_automatic_os_upgrade == Some(true))
        });
        let machine = self.model.virtual_machine_configuration.as_ref();
        let version = machine.and_then(|machine| machine.image_reference.version.as_deref());
        asked && version.is_none_or(|version| version.eq_ignore_ascii_case("latest"))
    }

    /// Whether upgrades wait for the tasks of a node: `osRollingUpgradeDeferral`.
    fn defers_upgrades(&self) -> bool {
        let policy = self.model.upgrade_policy.as_ref();
        let automatic = policy.and_then(|policy| policy.automatic_os_upgrade_policy.as_ref());
        automatic.is_some_and(|automatic| automatic.os_rolling_upgrade_deferral == Some(true))
    }
}

impl World {
    /// Whether the platform may upgrade a node now: one that works and is not about to do anything else.
    pub(super) fn can_be_upgraded(&self, node: &Node) -> bool {
        let works = matches!(node.state, BatchNodeState::Idle | BatchNodeState::Running);
        let lets = self.pool(node.pool).is_some_and(Pool::upgrades_by_itself);
        works && lets && node.after_tasks.is_none()
    }

    /// Upgrades a node, at once or when its tasks are over.
    pub(super) fn upgrade_node(&mut self, node: NodeIndex, takes: TimeSpan, cause: &'static str) {
        let pool = self.node(node).and_then(|record| self.pool(record.pool));
        let tasks = if pool.is_some_and(Pool::defers_upgrades) {
            RunningTasks::Complete
        } else {
            RunningTasks::Lose
        };
        self.take_down(node, tasks, AfterTasks::UpgradeOs(takes), cause);
    }

    /// A node without tasks gets its new system. Its disk stays, and it starts again as after a reboot.
    pub(super) fn begin_upgrade(&mut self, node: NodeIndex, takes: TimeSpan, cause: &'static str) {
        let epoch = self.stop_machine(node, false);
        self.set_node_state(node, &BatchNodeState::UpgradingOs, cause);
        self.plan_in(takes, Event::NodeRestarted { node, epoch });
    }
}
