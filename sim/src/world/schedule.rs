//! Scheduling: waiting tasks and free slots in, assignments out. Pure, and incremental: adding a task or freeing a
//! slot touches a few words, never all tasks or nodes.

use std::collections::BTreeMap;

use super::index_set::IndexSet;

/// Which node a task goes to among those with room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FillPolicy {
    /// The emptiest node: tasks are spread evenly.
    Spread,
    /// The fullest node that has room: nodes are filled one after the other.
    Pack,
}

/// The nodes of a pool that may take tasks, by their free slots.
#[derive(Debug, Default)]
pub(super) struct FreeSlots {
    /// `by_free[n]` holds the nodes with exactly `n` free slots: first those that can be pre-empted, then the
    /// dedicated ones.
    by_free: Vec<[IndexSet; 2]>,
}

impl FreeSlots {
    /// Notes that a node has `free` slots now instead of `before`; `None` stands for a node that takes no tasks.
    pub(super) fn update(&mut self, node: u32, dedicated: bool, before: Option<u32>, free: Option<u32>) {
        if before == free {
            return;
        }
        let kind = usize::from(dedicated);
        if let Some(sets) = before.and_then(|before| self.by_free.get_mut(before as usize)) {
            sets[kind].remove(node);
        }
        if let Some(free) = free {
            if self.by_free.len() <= free as usize {
                self.by_free.resize_with(free as usize + 1, Default::default);
            }
            self.by_free[free as usize][kind].insert(node);
        }
    }

    /// The most free slots any node has.
    pub(super) fn most(&self) -> u32 {
        let any = |sets: &[IndexSet; 2]| sets.iter().any(|set| !set.is_empty());
        let most = self.by_free.iter().rposition(any);
        most.and_then(|most| u32::try_from(most).ok()).unwrap_or(0)
    }

    /// The node a task of `required` slots goes to. Among equals it is the first one, so that history repeats.
    pub(super) fn pick(&self, required: u32, policy: FillPolicy, dedicated_only: bool) -> Option<u32> {
        let roomy = self.by_free.get(required as usize..)?;
        let kinds = usize::from(dedicated_only)..;
        let first = |sets: &[IndexSet; 2]| sets[kinds.clone()].iter().filter_map(IndexSet::first).min();
        match policy {
            FillPolicy::Spread => roomy.iter().rev().find_map(first),
            FillPolicy::Pack => roomy.iter().find_map(first),
        }
    }
}

/// As [`FreeSlots`], for a job that may not use some of the nodes.
impl FreeSlots {
    /// The most free slots any other node has.
    pub(super) fn most_but(&self, excluded: &IndexSet) -> u32 {
        let most = self
            .by_free
            .iter()
            .rposition(|sets| sets.iter().any(|set| first_but(set, excluded).is_some()));
        most.and_then(|most| u32::try_from(most).ok()).unwrap_or(0)
    }

    /// The other node a task of `required` slots goes to.
    pub(super) fn pick_but(
        &self,
        required: u32,
        policy: FillPolicy,
        dedicated_only: bool,
        excluded: &IndexSet,
    ) -> Option<u32> {
        let roomy = self.by_free.get(required as usize..)?;
        let kinds = usize::from(dedicated_only)..;
        let first = |sets: &[IndexSet; 2]| {
            let sets = sets[kinds.clone()].iter();
            sets.filter_map(|set| first_but(set, excluded)).min()
        };
        match policy {
            FillPolicy::Spread => roomy.iter().rev().find_map(first),
            FillPolicy::Pack => roomy.iter().find_map(first),
        }
    }
}

/// Passes over no more members than there are excluded ones.
fn first_but(set: &IndexSet, excluded: &IndexSet) -> Option<u32> {
    set.iter().find(|node| !excluded.contains(*node))
}

/// As [`FreeSlots`], for tasks that need several nodes with one slot each.
impl FreeSlots {
    /// How many nodes take tasks, busy ones included.
    pub(super) fn nodes(&self) -> usize {
        self.by_free.iter().flatten().map(IndexSet::len).sum()
    }

    /// So many free nodes with one slot, the first ones.
    pub(super) fn free_nodes(&self, needed: usize, excluded: Option<&IndexSet>) -> Option<Vec<u32>> {
        let allowed = |node: &u32| excluded.is_none_or(|excluded| !excluded.contains(*node));
        let kinds = self.by_free.get(1)?.iter();
        let mut nodes: Vec<u32> = kinds
            .flat_map(|free| free.iter().filter(allowed).take(needed))
            .collect();
        nodes.sort_unstable();
        nodes.truncate(needed);
        (nodes.len() == needed).then_some(nodes)
    }
}

/// From here on, what a task needs is nodes.
const NODES: u32 = 1 << 30;

/// What a task needs that takes so many nodes at once, as [`WaitingTasks`] knows it.
pub(super) fn needs_of_nodes(nodes: u32) -> u32 {
    NODES.saturating_add(nodes)
}

/// The waiting tasks of a job, by the slots they need, each group in order of submission.
#[derive(Debug, Default)]
pub(super) struct WaitingTasks {
    by_slots: BTreeMap<u32, IndexSet>,
    length: usize,
    instances: u64,
}

/// How many nodes a task runs on that needs so much.
fn instances(required: u32) -> u64 {
    u64::from(required.saturating_sub(NODES).max(1))
}

impl WaitingTasks {
    /// Adds a task; a task that waits again takes its old place.
    pub(super) fn insert(&mut self, task: u32, required: u32) {
        if self.by_slots.entry(required).or_default().insert(task) {
            self.length += 1;
            self.instances += instances(required);
        }
    }

    /// Removes a task.
    pub(super) fn remove(&mut self, task: u32, required: u32) {
        if self
            .by_slots
            .get_mut(&required)
            .is_some_and(|set| set.remove(task))
        {
            self.length -= 1;
            self.instances -= instances(required);
        }
    }

    /// How many tasks wait.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// How many nodes or places on nodes they wait for: those that take several nodes count once for each.
    pub(super) fn instances(&self) -> u64 {
        self.instances
    }

    /// Whether a task that needs so many slots waits.
    pub(super) fn contains(&self, task: u32, required: u32) -> bool {
        self.by_slots.get(&required).is_some_and(|set| set.contains(task))
    }

    /// Whether any task needs nodes rather than slots.
    pub(super) fn any_needs_nodes(&self) -> bool {
        let last = self.by_slots.last_key_value();
        last.is_some_and(|(needs, _)| *needs > NODES) && self.first_within_nodes(usize::MAX).is_some()
    }

    /// The first task that needs at most so many nodes at once, and how many it needs.
    pub(super) fn first_within_nodes(&self, nodes: usize) -> Option<(u32, usize)> {
        let most = needs_of_nodes(u32::try_from(nodes).unwrap_or(u32::MAX));
        let fitting = self.by_slots.range(NODES + 1..=most.max(NODES + 1));
        let fitting = fitting.filter(|(needs, _)| **needs <= most);
        fitting
            .filter_map(|(needs, set)| set.first().map(|task| (task, (needs - NODES) as usize)))
            .min()
    }

    /// The first task that fits into `free` slots, and the slots it needs. One that does not fit keeps nobody
    /// behind it waiting.
    pub(super) fn first_within(&self, free: u32) -> Option<(u32, u32)> {
        let fitting = self.by_slots.range(..=free);
        fitting
            .filter_map(|(required, set)| set.first().map(|task| (task, *required)))
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_takes_the_emptiest_and_pack_the_fullest_node_with_room() {
        let mut slots = FreeSlots::default();
        for (node, free) in [(0, 1), (1, 4), (2, 2), (3, 4), (4, 0)] {
            slots.update(node, node % 2 == 1, None, Some(free));
        }
        assert_eq!(slots.most(), 4);
        assert_eq!(slots.pick(1, FillPolicy::Spread, false), Some(1));
        assert_eq!(slots.pick(1, FillPolicy::Pack, false), Some(0));
        assert_eq!(slots.pick(2, FillPolicy::Pack, false), Some(2));
        assert_eq!(slots.pick(2, FillPolicy::Pack, true), Some(1));
        assert_eq!(slots.pick(5, FillPolicy::Pack, false), None);
        slots.update(1, true, Some(4), Some(3));
        slots.update(3, true, Some(4), None);
        let picked = slots.pick(1, FillPolicy::Spread, false);
        assert_eq!((slots.most(), picked), (3, Some(1)));
        slots.update(1, true, Some(3), None);
        assert_eq!(slots.pick(1, FillPolicy::Spread, true), None);
    }

    #[test]
    fn a_task_that_does_not_fit_is_passed_over_and_keeps_its_place() {
        let mut waiting = WaitingTasks::default();
        waiting.insert(0, 4);
        waiting.insert(1, 1);
        waiting.insert(2, 2);
        assert_eq!(waiting.len(), 3);
        assert!(waiting.contains(0, 4) && !waiting.contains(0, 1));
        assert_eq!(waiting.first_within(2), Some((1, 1)));
        assert_eq!(waiting.first_within(4), Some((0, 4)));
        assert_eq!(waiting.first_within(0), None);
        waiting.remove(1, 1);
        assert_eq!(waiting.first_within(2), Some((2, 2)));
    }

    #[test]
    fn tasks_that_need_nodes_wait_apart_from_those_that_need_slots() {
        let mut waiting = WaitingTasks::default();
        assert!(!waiting.any_needs_nodes());
        waiting.insert(0, needs_of_nodes(3));
        waiting.insert(1, 1);
        waiting.insert(2, needs_of_nodes(2));
        assert_eq!((waiting.len(), waiting.instances()), (3, 6));
        assert_eq!(waiting.first_within(256), Some((1, 1)));
        assert_eq!(waiting.first_within_nodes(0), None);
        assert_eq!(waiting.first_within_nodes(2), Some((2, 2)));
        assert_eq!(waiting.first_within_nodes(9), Some((0, 3)));
        waiting.remove(0, needs_of_nodes(3));
        waiting.remove(2, needs_of_nodes(2));
        waiting.remove(2, needs_of_nodes(2));
        assert_eq!((waiting.len(), waiting.instances()), (1, 1));
        assert!(!waiting.any_needs_nodes());
        let mut slots = FreeSlots::default();
        for (node, free) in [(0, 1), (1, 0), (2, 1)] {
            slots.update(node, node == 0, None, Some(free));
        }
        assert_eq!((slots.nodes(), slots.free_nodes(3, None)), (3, None));
        assert_eq!(slots.free_nodes(2, None), Some(vec![0, 2]));
        let mut excluded = IndexSet::default();
        excluded.insert(0);
        assert_eq!(slots.free_nodes(1, Some(&excluded)), Some(vec![2]));
    }
}
