//! Which tasks of a job wait for which, and who may run when one of them is satisfied.
//!
//! A task that depends on others watches one of them at a time: the first that is not satisfied. When that is, the
//! task watches the next one, and with none left it may run. So whatever it depends on is looked at once, however
//! many tasks there are: a chain or a fan of a million costs what a million tasks cost. What was satisfied once is
//! not asked for again: neither a reactivated nor a deleted parent takes it back from a task that has passed it.
//!
//! Ranges of ids are never written out. Tasks that watch a number lie in a heap by the end of their range; when the
//! number is satisfied, those at their end go on, and the others move to the next missing number as one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use batchite_api::batch::{BatchTaskDependencies, BatchTaskIdRange};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::TaskId;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use smol_str::SmolStr;

use super::chunked::Chunked;
use super::exit_conditions::satisfies_dependents;
use super::id_index::IdIndex;
use super::job::Job;
use super::number_set::NumberSet;
use super::states::TaskPhase;
use super::task::Task;
use super::validate::invalid;
use super::{JobIndex, TaskIndex, World};

/// Most characters of all `taskIds` of a task, and of all numbers of its `taskIdRanges`.
const CHARACTERS_MAX: usize = 64_000;

/// The end of a list of watchers.
const NOBODY: u32 = u32::MAX;

/// A task that depends on others.
#[derive(Debug)]
struct Dependent {
    /// The ids it depends on, with commas between them: no id has one.
    task_ids: Box<str>,
    /// The ranges it depends on.
    ranges: Box<[BatchTaskIdRange]>,
    /// What is satisfied: all ids before this offset and, beyond their text, so many ranges.
    passed: u32,
    /// Who else watches what this task watches.
    next: u32,
}

impl Dependent {
    fn new(depends_on: BatchTaskDependencies) -> Self {
        Self {
            task_ids: depends_on.task_ids.join(",").into_boxed_str(),
            ranges: depends_on.task_id_ranges.into_boxed_slice(),
            passed: 0,
            next: NOBODY,
        }
    }

    /// The id to watch, unless all are satisfied.
    fn task_id(&self) -> Option<&str> {
        self.task_ids
            .get(self.passed as usize..)?
            .split(',')
            .next()
            .filter(|id| !id.is_empty())
    }

    /// The range to watch once all ids are satisfied.
    fn range(&self) -> Option<&BatchTaskIdRange> {
        self.ranges
            .get((self.passed as usize).checked_sub(self.task_ids.len())?)
    }

    /// Goes on to what comes after the present id or range.
    fn pass(&mut self) {
        let step = self.task_id().map_or(1, |id| id.len() + 1);
        let end = self.task_ids.len();
        let at = self.passed as usize;
        let next = if at < end { (at + step).min(end) } else { at + 1 };
        self.passed = u32::try_from(next).unwrap_or(NOBODY);
    }

    fn is_held(&self) -> bool {
        (self.passed as usize) < self.task_ids.len() + self.ranges.len()
    }
}

/// The tasks that others may depend on.
#[derive(Clone, Copy)]
struct Parents<'a> {
    tasks: &'a Chunked<Task>,
    ids: &'a IdIndex,
}

impl Parents<'_> {
    /// The task of an id, and whether those that depend on it need not wait for it.
    fn find(self, id: &str) -> Option<(u32, bool)> {
        let task_at = |at: u32| self.tasks.get(at as usize);
        let at = self
            .ids
            .find(id, |at| task_at(at).map_or("", |task| task.id.as_str()))?;
        Some((at, task_at(at).is_some_and(satisfies_dependents)))
    }
}

/// The dependencies of the tasks of a job. Its maps are only ever asked for one entry.
#[derive(Debug)]
pub(super) struct Dependencies {
    dependents: HashMap<u32, Dependent, FixedState>,
    /// The first watcher of a task that is there.
    of_present: HashMap<u32, u32, FixedState>,
    /// The first watcher of an id, in lower case, that no task has.
    of_absent: HashMap<SmolStr, u32, FixedState>,
    /// The watchers of a number: the ends of their ranges, the nearest first, and who they are.
    of_number: HashMap<i32, BinaryHeap<(Reverse<i32>, u32)>, FixedState>,
    /// The numbers that are ids of satisfied tasks.
    satisfied: NumberSet,
    /// How many more satisfied tasks a number has, where `4` and `04` are both there.
    also_satisfied: BTreeMap<i32, u32>,
}

impl Dependencies {
    /// No dependencies yet; the seed keeps outsiders from choosing ids that collide.
    pub(super) fn new(seed: u64) -> Self {
        let state = FixedState::with_seed(seed);
        Self {
            dependents: HashMap::with_hasher(state.clone()),
            of_present: HashMap::with_hasher(state.clone()),
            of_absent: HashMap::with_hasher(state.clone()),
            of_number: HashMap::with_hasher(state),
            satisfied: NumberSet::default(),
            also_satisfied: BTreeMap::new(),
        }
    }

    /// Whether a task has to wait for another one.
    pub(super) fn holds(&self, task: u32) -> bool {
        self.dependents.get(&task).is_some_and(Dependent::is_held)
    }

    /// What a task depends on, as it was asked for.
    pub(super) fn declared(&self, task: u32) -> Option<BatchTaskDependencies> {
        let dependent = self.dependents.get(&task)?;
        let ids = dependent.task_ids.split(',').filter(|id| !id.is_empty());
        Some(BatchTaskDependencies {
            task_ids: ids.map(str::to_owned).collect(),
            task_id_ranges: dependent.ranges.to_vec(),
        })
    }

    /// Takes in a new task: those that waited for its id watch it from now on, and it watches what it depends on.
    fn add(&mut self, task: u32, id: &str, depends_on: Option<BatchTaskDependencies>, parents: Parents<'_>) {
        if !self.of_absent.is_empty()
            && let Some(first) = self.of_absent.remove(id.to_ascii_lowercase().as_str())
        {
            self.of_present.insert(task, first);
        }
        if let Some(depends_on) = depends_on {
            self.dependents.insert(task, Dependent::new(depends_on));
            self.watch(task, parents);
        }
    }

    /// Has a task watch the first thing it depends on that is not satisfied. Whether there is none.
    fn watch(&mut self, task: u32, parents: Parents<'_>) -> bool {
        let Some(dependent) = self.dependents.get_mut(&task) else {
            return false;
        };
        loop {
            if let Some(id) = dependent.task_id() {
                let first = match parents.find(id) {
                    Some((_, true)) => {
                        dependent.pass();
                        continue;
                    }
                    Some((parent, false)) => self.of_present.entry(parent).or_insert(NOBODY),
                    None => self
                        .of_absent
                        .entry(SmolStr::new(id.to_ascii_lowercase()))
                        .or_insert(NOBODY),
                };
                dependent.next = std::mem::replace(first, task);
                return false;
            }
            let Some(range) = dependent.range() else {
                return true;
            };
            match i32::try_from(self.satisfied.next_missing(range.start)) {
                Ok(missing) if missing <= range.end => {
                    let watchers = self.of_number.entry(missing).or_default();
                    watchers.push((Reverse(range.end), task));
                    return false;
                }
                _ => dependent.pass(),
            }
        }
    }

    /// A task was satisfied. Those that may run now; some of them may be gone or have ended.
    fn satisfy(&mut self, task: u32, id: &str, parents: Parents<'_>) -> Vec<u32> {
        let mut free = Vec::new();
        let mut watcher = self.of_present.remove(&task).unwrap_or(NOBODY);
        while let Some(dependent) = self.dependents.get_mut(&watcher) {
            let at = watcher;
            watcher = std::mem::replace(&mut dependent.next, NOBODY);
            dependent.pass();
            if self.watch(at, parents) {
                free.push(at);
            }
        }
        let Some(number) = number_of(id) else { return free };
        if self.satisfied.contains(number) {
            *self.also_satisfied.entry(number).or_default() += 1;
            return free;
        }
        self.satisfied.insert(number);
        if let Some(mut watchers) = self.of_number.remove(&number) {
            let missing = self.satisfied.next_missing(number);
            while let Some((Reverse(end), at)) = watchers.peek().copied()
                && i64::from(end) < missing
            {
                watchers.pop();
                if let Some(dependent) = self.dependents.get_mut(&at) {
                    dependent.pass();
                }
                if self.watch(at, parents) {
                    free.push(at);
                }
            }
            if let Ok(missing) = i32::try_from(missing)
                && !watchers.is_empty()
            {
                // The smaller heap goes into the larger, so that nobody is moved often.
                self.of_number.entry(missing).or_default().append(&mut watchers);
            }
        }
        free
    }

    /// A satisfied task runs again or is gone.
    fn withdraw(&mut self, id: &str) {
        let Some(number) = number_of(id) else { return };
        match self.also_satisfied.get_mut(&number) {
            Some(1) => drop(self.also_satisfied.remove(&number)),
            Some(others) => *others -= 1,
            None => self.satisfied.remove(number),
        }
    }

    /// A task that was not satisfied is gone; its watchers wait for another one of its id.
    fn remove(&mut self, task: u32, id: &str) {
        if let Some(first) = self.of_present.remove(&task) {
            self.of_absent
                .insert(SmolStr::new(id.to_ascii_lowercase()), first);
        }
    }
}

/// The number an id stands for in ranges. Leading zeros do not matter.
fn number_of(id: &str) -> Option<i32> {
    id.parse().ok()
}

/// `dependsOn`: only in jobs that use dependencies, of ids there can be, and not too long.
pub(super) fn validate(depends_on: Option<&BatchTaskDependencies>, used: bool) -> Result<()> {
    let Some(depends_on) = depends_on else {
        return Ok(());
    };
    if !used {
        // The table of codes has a name of its own for this, but the service answers so.
        return Err(Error::batch(ErrorCode::UnsupportedProperty).with_detail("PropertyName", "dependsOn"));
    }
    for id in &depends_on.task_ids {
        if TaskId::parse(id).is_err() {
            let reason = "A task id has 1 to 64 letters, digits, hyphens and underscores.";
            return Err(invalid("dependsOn.taskIds", id, reason));
        }
    }
    if depends_on.task_ids.iter().map(String::len).sum::<usize>() > CHARACTERS_MAX {
        return Err(Error::batch(ErrorCode::TaskDependencyListTooLong)
            .with_detail("MaxLimit", CHARACTERS_MAX.to_string()));
    }
    for range in &depends_on.task_id_ranges {
        if range.start > range.end {
            let value = format!("{} to {}", range.start, range.end);
            let reason = "A range does not end before it starts.";
            return Err(invalid("dependsOn.taskIdRanges", value, reason));
        }
    }
    let digits = |number: i32| number.to_string().len();
    let ranges = depends_on.task_id_ranges.iter();
    let characters: usize = ranges.map(|range| digits(range.start) + digits(range.end)).sum();
    if characters > CHARACTERS_MAX {
        return Err(Error::batch(ErrorCode::TaskDependencyRangesTooLong)
            .with_detail("MaxLimit", CHARACTERS_MAX.to_string()));
    }
    Ok(())
}

impl Job {
    /// Takes in the dependencies of a task that has just been added.
    pub(super) fn depend(&mut self, task: TaskIndex, depends_on: Option<BatchTaskDependencies>) {
        let parents = Parents {
            tasks: &self.tasks,
            ids: &self.task_ids,
        };
        if let Some(dependencies) = self.dependencies.as_deref_mut()
            && let Some(added) = self.tasks.get(task.offset())
        {
            dependencies.add(task.0, added.id.as_str(), depends_on, parents);
        }
    }

    /// Puts an active task among the waiting ones, unless it depends on something that is not satisfied.
    pub(super) fn enqueue(&mut self, task: TaskIndex) {
        // Parts of a multi-instance task are those of one run.
        if !self.instances.is_empty() {
            self.instances.remove(&task);
        }
        let held = self
            .dependencies
            .as_deref()
            .is_some_and(|dependencies| dependencies.holds(task.0));
        if let Some(active) = self.tasks.get(task.offset()).filter(|_| !held) {
            self.waiting.insert(task.0, active.specification.needs());
        }
    }

    /// Has the tasks that depend on one that has ended run, if that satisfies them. Whether there is one to run.
    pub(super) fn release_dependents(&mut self, task: TaskIndex) -> bool {
        let Some(dependencies) = self.dependencies.as_deref_mut() else {
            return false;
        };
        let Some(ended) = self
            .tasks
            .get(task.offset())
            .filter(|task| satisfies_dependents(task))
        else {
            return false;
        };
        let parents = Parents {
            tasks: &self.tasks,
            ids: &self.task_ids,
        };
        let free = dependencies.satisfy(task.0, ended.id.as_str(), parents);
        let mut any = false;
        for at in free.into_iter().map(TaskIndex) {
            if self.task(at).is_some_and(|task| task.phase == TaskPhase::Active) {
                self.enqueue(at);
                any = true;
            }
        }
        any
    }

    /// Notes that a task is about to run again, or to be deleted.
    pub(super) fn forget_dependents(&mut self, task: TaskIndex, deleted: bool) {
        let Some(dependencies) = self.dependencies.as_deref_mut() else {
            return;
        };
        let Some(record) = self.tasks.get(task.offset()) else {
            return;
        };
        if satisfies_dependents(record) {
            dependencies.withdraw(record.id.as_str());
        } else if deleted {
            dependencies.remove(task.0, record.id.as_str());
        }
    }

    /// Whether a task is held back by its dependencies.
    pub(super) fn is_held(&self, task: TaskIndex) -> bool {
        self.dependencies
            .as_deref()
            .is_some_and(|dependencies| dependencies.holds(task.0))
    }

    /// `dependsOn` of a task.
    pub(super) fn depends_on(&self, task: &Task) -> Option<BatchTaskDependencies> {
        let dependencies = self.dependencies.as_deref()?;
        dependencies.declared(self.find_task(&task.id)?)
    }
}

impl World {
    /// Has the tasks that depend on one that has ended run, if that satisfies them.
    pub(super) fn release_dependents(&mut self, job: JobIndex, task: TaskIndex) {
        if self.job_mut(job).is_some_and(|job| job.release_dependents(task)) {
            self.refresh_ready(job);
        }
    }
}
