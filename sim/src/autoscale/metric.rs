//! The sampled variables, and one sample of all of them.

use std::fmt;

/// Declares the metrics with their names in formulas, in the order a sample holds them.
macro_rules! metrics {
    ($($(#[$outer:meta])* $metric:ident = $name:literal,)+) => {
        /// A variable the service samples. Formulas read it and cannot assign it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Metric {
            $($(#[$outer])* $metric,)+
        }

        impl Metric {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$metric,)+];

            /// The name in formulas, with its dollar sign.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$metric => $name,)+
                }
            }
        }
    };
}

metrics! {
    /// `$CPUPercent`: the average use of processors; 1 is all of them.
    CpuPercent = "$CPUPercent",
    /// `$WallClockSeconds`: the seconds consumed.
    WallClockSeconds = "$WallClockSeconds",
    /// `$MemoryBytes`: the average memory in use.
    MemoryBytes = "$MemoryBytes",
    /// `$DiskBytes`: the average use of local disks.
    DiskBytes = "$DiskBytes",
    /// `$DiskReadBytes`: bytes read from disks.
    DiskReadBytes = "$DiskReadBytes",
    /// `$DiskWriteBytes`: bytes written to disks.
    DiskWriteBytes = "$DiskWriteBytes",
    /// `$DiskReadOps`: reads from disks.
    DiskReadOps = "$DiskReadOps",
    /// `$DiskWriteOps`: writes to disks.
    DiskWriteOps = "$DiskWriteOps",
    /// `$NetworkInBytes`: bytes received.
    NetworkInBytes = "$NetworkInBytes",
    /// `$NetworkOutBytes`: bytes sent.
    NetworkOutBytes = "$NetworkOutBytes",
    /// `$SampleNodeCount`: nodes that were sampled.
    SampleNodeCount = "$SampleNodeCount",
    /// `$ActiveTasks`: tasks that could run and wait for a slot.
    ActiveTasks = "$ActiveTasks",
    /// `$RunningTasks`: tasks that run.
    RunningTasks = "$RunningTasks",
    /// `$PendingTasks`: `$ActiveTasks` and `$RunningTasks` together.
    PendingTasks = "$PendingTasks",
    /// `$SucceededTasks`: tasks that ended well.
    SucceededTasks = "$SucceededTasks",
    /// `$FailedTasks`: tasks that failed.
    FailedTasks = "$FailedTasks",
    /// `$CurrentDedicatedNodes`: dedicated nodes there are.
    CurrentDedicatedNodes = "$CurrentDedicatedNodes",
    /// `$CurrentLowPriorityNodes`: low-priority nodes there are, the pre-empted included.
    CurrentLowPriorityNodes = "$CurrentLowPriorityNodes",
    /// `$PreemptedNodeCount`: nodes that are pre-empted.
    PreemptedNodeCount = "$PreemptedNodeCount",
    /// `$UsableNodeCount`: nodes that can run tasks.
    UsableNodeCount = "$UsableNodeCount",
}

impl Metric {
    /// Whether there are ever samples of it. Nodes here have neither memory nor wires to measure, so that what a formula
    /// asks of those ends as it does where no sample has come yet.
    pub const fn is_sampled(self) -> bool {
        !matches!(
            self,
            Self::MemoryBytes
                | Self::DiskBytes
                | Self::DiskReadBytes
                | Self::DiskWriteBytes
                | Self::DiskReadOps
                | Self::DiskWriteOps
                | Self::NetworkInBytes
                | Self::NetworkOutBytes
        )
    }

    /// The metric of a name, which has its dollar sign. `$CurrentDedicated` is the name of the versions before 2017.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name == "$CurrentDedicated" {
            return Some(Self::CurrentDedicatedNodes);
        }
        Self::ALL.iter().copied().find(|metric| metric.name() == name)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// One sample of all metrics.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading([f64; Metric::ALL.len()]);

impl Reading {
    /// The value of a metric.
    pub fn of(&self, metric: Metric) -> f64 {
        self.0[metric as usize]
    }

    /// The same reading with another value of a metric, which has to be a finite number.
    #[must_use]
    pub fn with(mut self, metric: Metric, value: f64) -> Self {
        self.0[metric as usize] = value;
        self
    }
}
