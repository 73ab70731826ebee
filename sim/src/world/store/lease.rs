//! Leases: their states by the time of the world, what becomes of them, and what they forbid.
//!
//! Nothing happens when a lease ends: its state is what its end and the present say. So leases need no events.

use batchite_api::backend::{BlobConditions, Written};
use batchite_api::blob::{
    BlobName, ContainerName, LeaseAction, LeaseDuration, LeaseDurationKind, LeaseOutcome, LeaseProperties,
    LeaseState, lease_id,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::{TimeSpan, Timestamp};

use super::super::access::{Caller, Operation};
use super::{BlobStore, rules};

/// A lease that was acquired and not released.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    id: String,
    /// For how long it is acquired or renewed; for ever when absent.
    duration: Option<TimeSpan>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Held until a moment, or for ever.
    Held(Option<Timestamp>),
    /// Broken from a moment on.
    Breaking(Timestamp),
}

/// What the codes of refusals say a lease is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leased {
    Container,
    Blob,
}

impl Lease {
    pub(super) fn state(&self, now: Timestamp) -> LeaseState {
        match self.phase {
            Phase::Held(Some(until)) if until <= now => LeaseState::Expired,
            Phase::Held(_) => LeaseState::Leased,
            Phase::Breaking(until) if until <= now => LeaseState::Broken,
            Phase::Breaking(_) => LeaseState::Breaking,
        }
    }

    /// Whether it keeps others from writing.
    pub(super) fn is_locked(&self, now: Timestamp) -> bool {
        matches!(self.state(now), LeaseState::Leased | LeaseState::Breaking)
    }

    fn held(id: String, duration: Option<TimeSpan>, now: Timestamp) -> Self {
        Self {
            id,
            duration,
            phase: Phase::Held(duration.map(|span| now.saturating_add(span))),
        }
    }
}

/// What properties tell of a lease.
pub(super) fn properties(lease: Option<&Lease>, now: Timestamp) -> LeaseProperties {
    let Some(lease) = lease else {
        return LeaseProperties::default();
    };
    let state = lease.state(now);
    let kind = if lease.duration.is_some() {
        LeaseDurationKind::Fixed
    } else {
        LeaseDurationKind::Infinite
    };
    LeaseProperties {
        duration: (state == LeaseState::Leased).then_some(kind),
        state,
    }
}

impl Leased {
    /// Refuses a write to what somebody else holds: `LeaseIdMissing`, `LeaseIdMismatchWith..`, `LeaseNotPresentWith..`,
    /// `LeaseLost`.
    pub(super) fn check_write(
        self,
        lease: Option<&Lease>,
        given: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        if given.is_none() && lease.is_some_and(|lease| lease.is_locked(now)) {
            return Err(Error::blob(ErrorCode::LeaseIdMissing));
        }
        self.check_read(lease, given, now)
    }

    /// Refuses a request that names another lease than there is; whoever names none may read.
    pub(super) fn check_read(self, lease: Option<&Lease>, given: Option<&str>, now: Timestamp) -> Result<()> {
        let Some(given) = given else { return Ok(()) };
        let given = lease_id("x-ms-lease-id", given)?;
        let (not_present, mismatch) = match self {
            Self::Container => (
                ErrorCode::LeaseNotPresentWithContainerOperation,
                ErrorCode::LeaseIdMismatchWithContainerOperation,
            ),
            Self::Blob => (
                ErrorCode::LeaseNotPresentWithBlobOperation,
                ErrorCode::LeaseIdMismatchWithBlobOperation,
            ),
        };
        match lease {
            None => Err(Error::blob(not_present)),
            Some(lease) if lease.id != given => Err(Error::blob(mismatch)),
            Some(lease) if !lease.is_locked(now) => Err(Error::blob(ErrorCode::LeaseLost)),
            Some(_) => Ok(()),
        }
    }
}

/// What an action makes of a lease, and what is answered; `stamp` makes the id of a new one.
///
/// The outcomes are those of the tables in "Lease Blob" and "Lease Container".
fn act(
    lease: Option<&Lease>,
    action: &LeaseAction,
    now: Timestamp,
    stamp: Timestamp,
) -> Result<(Option<Lease>, LeaseOutcome)> {
    let refused = |code| Err(Error::blob(code));
    let mut outcome = LeaseOutcome::default();
    let state = lease.map_or(LeaseState::Available, |lease| lease.state(now));
    let next = match (action, lease) {
        (
            LeaseAction::Acquire {
                duration,
                proposed_id,
            },
            _,
        ) => Some(acquired(lease, *duration, proposed_id.as_deref(), now, stamp)?),
        (LeaseAction::Renew { id } | LeaseAction::Release { id }, None) => {
            lease_id("x-ms-lease-id", id)?;
            return refused(ErrorCode::LeaseIdMismatchWithLeaseOperation);
        }
        (LeaseAction::Change { .. } | LeaseAction::Break { .. }, None) => {
            return refused(ErrorCode::LeaseNotPresentWithLeaseOperation);
        }
        (LeaseAction::Renew { id }, Some(lease)) => {
            if lease_id("x-ms-lease-id", id)? != lease.id {
                return refused(ErrorCode::LeaseIdMismatchWithLeaseOperation);
            }
            if matches!(state, LeaseState::Breaking | LeaseState::Broken) {
                return refused(ErrorCode::LeaseIsBrokenAndCannotBeRenewed);
            }
            Some(Lease::held(lease.id.clone(), lease.duration, now))
        }
        (LeaseAction::Release { id }, Some(lease)) => {
            if lease_id("x-ms-lease-id", id)? != lease.id {
                return refused(ErrorCode::LeaseIdMismatchWithLeaseOperation);
            }
            None
        }
        (LeaseAction::Change { id, proposed_id }, Some(lease)) => Some(changed(lease, id, proposed_id, now)?),
        (LeaseAction::Break { period }, Some(lease)) => {
            let broken = broken(lease, *period, now);
            outcome.remaining = Some(seconds_until(broken, now));
            Some(Lease {
                phase: Phase::Breaking(broken),
                ..lease.clone()
            })
        }
    };
    if !matches!(action, LeaseAction::Break { .. }) {
        outcome.lease_id = next.as_ref().map(|lease| lease.id.clone());
    }
    Ok((next, outcome))
}

/// A new lease in the place of one that has ended or is the caller's own.
fn acquired(
    lease: Option<&Lease>,
    duration: LeaseDuration,
    proposed_id: Option<&str>,
    now: Timestamp,
    stamp: Timestamp,
) -> Result<Lease> {
    let proposed = proposed_id
        .map(|id| lease_id("x-ms-proposed-lease-id", id))
        .transpose()?;
    let is_same = lease.is_some_and(|lease| proposed.as_ref() == Some(&lease.id));
    match lease.map(|lease| lease.state(now)) {
        Some(LeaseState::Breaking) if is_same => {
            return Err(Error::blob(ErrorCode::LeaseIsBreakingAndCannotBeAcquired));
        }
        Some(LeaseState::Leased | LeaseState::Breaking) if !is_same => {
            return Err(Error::blob(ErrorCode::LeaseAlreadyPresent));
        }
        _ => {}
    }
    let span = match duration {
        LeaseDuration::Seconds(seconds) => Some(TimeSpan::from_seconds(i64::from(seconds))),
        LeaseDuration::Infinite => None,
    };
    Ok(Lease::held(
        proposed.unwrap_or_else(|| rules::guid(stamp)),
        span,
        now,
    ))
}

/// A lease under another id.
fn changed(lease: &Lease, id: &str, proposed_id: &str, now: Timestamp) -> Result<Lease> {
    let (id, proposed) = (
        lease_id("x-ms-lease-id", id)?,
        lease_id("x-ms-proposed-lease-id", proposed_id)?,
    );
    let state = lease.state(now);
    if matches!(state, LeaseState::Broken | LeaseState::Expired) {
        return Err(Error::blob(ErrorCode::LeaseNotPresentWithLeaseOperation));
    }
    // Who changes twice, because the first answer was lost, has succeeded.
    if lease.id != id && lease.id != proposed {
        return Err(Error::blob(ErrorCode::LeaseIdMismatchWithLeaseOperation));
    }
    if state == LeaseState::Breaking {
        return Err(Error::blob(ErrorCode::LeaseIsBreakingAndCannotBeChanged));
    }
    Ok(Lease {
        id: proposed,
        ..lease.clone()
    })
}

/// When a lease that is broken now will have ended: a fixed one not later than by itself, one that is ending already
/// not later than that.
fn broken(lease: &Lease, period: Option<u32>, now: Timestamp) -> Timestamp {
    let asked = period.map(|seconds| now.saturating_add(TimeSpan::from_seconds(i64::from(seconds))));
    let by_itself = match lease.phase {
        Phase::Held(until) => until,
        Phase::Breaking(until) => Some(until),
    };
    match (asked, by_itself) {
        (Some(asked), Some(by_itself)) => asked.min(by_itself.max(now)),
        (Some(asked), None) => asked,
        (None, by_itself) => by_itself.unwrap_or(now).max(now),
    }
}

/// Seconds until a moment, begun ones counted as whole.
fn seconds_until(then: Timestamp, now: Timestamp) -> u32 {
    const TICKS: u64 = 10_000_000;
    let ticks = then.ticks().saturating_sub(now.ticks());
    u32::try_from(ticks.div_ceil(TICKS)).unwrap_or(u32::MAX)
}

/// Breaking takes a permission to write or to delete, everything else one to write.
fn operation(action: &LeaseAction, on: Leased) -> Operation {
    match (on, action) {
        (Leased::Container, LeaseAction::Break { .. }) => Operation::BreakContainerLease,
        (Leased::Container, _) => Operation::LeaseContainer,
        (Leased::Blob, LeaseAction::Break { .. }) => Operation::BreakBlobLease,
        (Leased::Blob, _) => Operation::LeaseBlob,
    }
}

/// The operation of the table a lease action on a container is.
pub(crate) fn container_operation(action: &LeaseAction) -> Operation {
    operation(action, Leased::Container)
}

/// The operation of the table a lease action on a blob is.
pub(crate) fn blob_operation(action: &LeaseAction) -> Operation {
    operation(action, Leased::Blob)
}

impl BlobStore {
    /// *Lease Container*. Refused as [`batchite_api::backend::LeaseOperations::lease_container`] says.
    pub fn lease_container(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        let opened = self.open(now, caller, container_operation(action), name, None)?;
        let container = opened.container;
        rules::check_write(conditions, Some(container.modified), ErrorCode::ConditionNotMet)?;
        let stamp = opened.stamps.next(now);
        let (next, outcome) = act(container.lease.as_deref(), action, now, stamp)?;
        container.lease = next.map(Box::new);
        Ok(with_version(outcome, container.modified))
    }

    /// *Lease Blob*. Refused as [`batchite_api::backend::LeaseOperations::lease_blob`] says.
    pub fn lease_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        let opened = self.open(now, caller, blob_operation(action), container, Some(name))?;
        let stamp = opened.stamps.next(now);
        let blob = opened.container.blob_mut(name)?;
        rules::check_write(conditions, Some(blob.modified), ErrorCode::ConditionNotMet)?;
        blob.check_tags(conditions, &opened.grant)?;
        let (next, outcome) = act(blob.lease(), action, now, stamp)?;
        if next.is_some() || blob.extras.is_some() {
            blob.extras_mut().lease = next;
        }
        Ok(with_version(outcome, blob.modified))
    }
}

fn with_version(outcome: LeaseOutcome, modified: Timestamp) -> LeaseOutcome {
    let Written {
        etag, last_modified, ..
    } = rules::written(modified);
    LeaseOutcome {
        etag,
        last_modified,
        ..outcome
    }
}
