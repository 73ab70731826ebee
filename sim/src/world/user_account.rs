//! User accounts of pools (`userAccounts`): what the service accepts of them, and the user a command runs as.

use std::borrow::Cow;
use std::collections::BTreeSet;

use batchite_api::batch::{ElevationLevel, LoginMode, UserAccount, UserIdentity};
use batchite_api::error::Result;

use super::pool::Pool;
use super::validate::{invalid, known, missing};
use crate::exec::Platform;

/// Longest name of a user account.
const NAME_LENGTH_MAX: usize = 20;

/// `userAccounts` of a pool.
pub(super) fn validate(accounts: &[UserAccount], platform: Platform) -> Result<()> {
    for account in accounts {
        user_account(account, platform)?;
    }
    match repeated(accounts.iter().map(|account| name_of(&account.name, platform))) {
        Some(at) => {
            let reason = "The names of the user accounts of a pool are unique.";
            Err(invalid("name", &accounts[at].name, reason))
        }
        None => Ok(()),
    }
}

/// The place of the first name that was there before. A body can hold tens of thousands: no name is held against each
/// of the others.
fn repeated<N: Ord>(names: impl Iterator<Item = N>) -> Option<usize> {
    let mut before = BTreeSet::new();
    names
        .enumerate()
        .find_map(|(at, name)| (!before.insert(name)).then_some(at))
}

fn user_account(account: &UserAccount, platform: Platform) -> Result<()> {
    let name = account.name.as_str();
    if name.is_empty() {
        return Err(missing("name"));
    }
    if name.chars().count() > NAME_LENGTH_MAX {
        let reason = format!("The name of a user account has at most {NAME_LENGTH_MAX} characters.");
        return Err(invalid("name", name, reason));
    }
    if name.chars().any(char::is_control) {
        let reason = "The name of a user account has no control characters.";
        return Err(invalid("name", name.escape_default(), reason));
    }
    if account.password.is_empty() {
        return Err(missing("password"));
    }
    known(
        "elevationLevel",
        account.elevation_level.as_ref(),
        ElevationLevel::KNOWN,
    )?;
    // On Windows what is said for Linux is ignored, as the service does; the other way round it is refused.
    if platform == Platform::Linux {
        if account.windows_user_configuration.is_some() {
            let reason = "Settings of Windows users do not go with an image of Linux.";
            return Err(invalid("windowsUserConfiguration", "", reason));
        }
        let linux = account.linux_user_configuration.as_ref();
        let (uid, gid) = linux.map_or((None, None), |linux| (linux.uid, linux.gid));
        if uid.is_some() != gid.is_some() {
            let reason = "A uid and a gid are given together or not at all.";
            return Err(invalid("uid", uid.or(gid).unwrap_or(0), reason));
        }
        for (property, number) in [("uid", uid), ("gid", gid)] {
            if let Some(number) = number.filter(|number| *number < 0) {
                return Err(invalid(property, number, "The number is not negative."));
            }
        }
    }
    let windows = account.windows_user_configuration.as_ref();
    known(
        "loginMode",
        windows.and_then(|windows| windows.login_mode.as_ref()),
        LoginMode::KNOWN,
    )
}

/// What tells a user's name from others: Windows does not tell letters by their case.
fn name_of(name: &str, platform: Platform) -> Cow<'_, str> {
    match platform {
        Platform::Linux => Cow::Borrowed(name),
        Platform::Windows => Cow::Owned(name.to_lowercase()),
    }
}

/// The account of a name.
fn find<'a>(accounts: &'a [UserAccount], name: &str, platform: Platform) -> Option<&'a UserAccount> {
    let wanted = name_of(name, platform);
    accounts
        .iter()
        .find(|account| name_of(&account.name, platform) == wanted)
}

/// Refuses the identity of a start task that names no account of its pool.
pub(super) fn start_task(
    identity: Option<&UserIdentity>,
    accounts: &[UserAccount],
    platform: Platform,
) -> Result<()> {
    match identity.and_then(|identity| identity.username.as_deref()) {
        Some(name) if find(accounts, name, platform).is_none() => Err(invalid(
            "userIdentity",
            name,
            "There is no user account of this name among the userAccounts of the pool.",
        )),
        _ => Ok(()),
    }
}

impl Pool {
    /// The account of a name on the nodes of this pool.
    pub(super) fn user_account(&self, name: &str) -> Option<&UserAccount> {
        find(&self.model.user_accounts, name, self.platform)
    }

    /// Whether commands run elevated for this identity: by its account, or by what it says of the automatic user.
    pub(super) fn elevation_level(&self, identity: Option<&UserIdentity>) -> ElevationLevel {
        let level = identity.and_then(|identity| match (&identity.username, &identity.auto_user) {
            (Some(name), _) => self.user_account(name)?.elevation_level.clone(),
            (None, auto_user) => auto_user.as_ref()?.elevation_level.clone(),
        });
        level.unwrap_or(ElevationLevel::NonAdmin)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::cmp::Ordering;

    use super::*;

    /// A name that counts how often it is compared.
    #[derive(PartialEq, Eq)]
    struct Compared<'a> {
        name: usize,
        count: &'a Cell<usize>,
    }

    impl PartialOrd for Compared<'_> {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Compared<'_> {
        fn cmp(&self, other: &Self) -> Ordering {
            self.count.set(self.count.get() + 1);
            self.name.cmp(&other.name)
        }
    }

    #[test]
    fn a_name_is_compared_with_few_others() {
        const NAMES: usize = 18_000;
        let count = Cell::new(0);
        let compared = |name| Compared { name, count: &count };
        assert_eq!(repeated((0..NAMES).map(compared)), None);
        // Each with each would be nine thousand of them.
        assert!(count.get() < 100 * NAMES, "{} comparisons", count.get());
        let names = (0..NAMES).chain([NAMES / 2, 0]);
        assert_eq!(repeated(names.map(compared)), Some(NAMES));
    }
}
