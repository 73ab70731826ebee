//! Users who log in on a node. Nobody does in a simulated world, but who may is kept, and what is wrong is refused.

use batchite_api::batch::{BatchNodeState, BatchNodeUserCreateOptions, BatchNodeUserReplaceOptions};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::secret::Secret;
use batchite_api::time::{TimeSpan, Timestamp};

use super::validate::{invalid, missing};
use super::{NodeIndex, World};
use crate::exec::Platform;

/// Most characters of a user's name.
const USER_NAME_LENGTH_MAX: usize = 20;

/// A day: how long a user lives when nobody says so, and how exactly Linux keeps the end of it.
const DAY: TimeSpan = TimeSpan::from_hours(24);

impl World {
    /// `POST /pools/{poolId}/nodes/{nodeId}/users`
    ///
    /// Refused: `NodeUserExists`; `OperationInvalidForCurrentState` and the like unless the node is idle or running;
    /// `MissingRequiredProperty` and `InvalidPropertyValue`.
    pub fn create_node_user(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        user: &BatchNodeUserCreateOptions,
    ) -> Result<()> {
        let (index, platform) = self.node_for_users(pool, node)?;
        check_name(&user.name)?;
        check_login(platform, user.password.as_ref(), user.ssh_public_key.as_deref())?;
        let expiry = self.expiry(platform, user.expiry_time)?;
        let now = self.now;
        let Some(record) = self.node_mut(index) else {
            return Err(Error::batch(ErrorCode::NodeNotFound));
        };
        let key = key(platform, &user.name);
        if record.users.get(&key).is_some_and(|expiry| *expiry > now) {
            return Err(Error::batch(ErrorCode::NodeUserExists));
        }
        record.users.retain(|_, expiry| *expiry > now);
        record.users.insert(key, expiry);
        Ok(())
    }

    /// `PUT /pools/{poolId}/nodes/{nodeId}/users/{userName}`
    ///
    /// Refused: `NodeUserNotFound`, and as when one is made.
    pub fn replace_node_user(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        name: &str,
        user: &BatchNodeUserReplaceOptions,
    ) -> Result<()> {
        let (index, platform) = self.node_for_users(pool, node)?;
        let key = self.find_user(index, platform, name)?;
        check_login(platform, user.password.as_ref(), user.ssh_public_key.as_deref())?;
        let expiry = self.expiry(platform, user.expiry_time)?;
        if let Some(record) = self.node_mut(index) {
            record.users.insert(key, expiry);
        }
        Ok(())
    }

    /// `DELETE /pools/{poolId}/nodes/{nodeId}/users/{userName}`
    ///
    /// Refused: `NodeUserNotFound`.
    pub fn delete_node_user(&mut self, pool: &PoolId, node: &NodeId, name: &str) -> Result<()> {
        let (index, platform) = self.node_for_users(pool, node)?;
        let key = self.find_user(index, platform, name)?;
        if let Some(record) = self.node_mut(index) {
            record.users.remove(&key);
        }
        Ok(())
    }

    /// A node whose users can be changed: it is idle or running.
    fn node_for_users(&self, pool: &PoolId, node: &NodeId) -> Result<(NodeIndex, Platform)> {
        let index = self.find_node(pool, node)?;
        let record = self
            .node(index)
            .ok_or_else(|| Error::batch(ErrorCode::NodeNotFound))?;
        let code = match record.state {
            BatchNodeState::Idle | BatchNodeState::Running => {
                return Ok((index, record.identity.platform));
            }
            BatchNodeState::Creating => ErrorCode::NodeBeingCreated,
            BatchNodeState::Starting | BatchNodeState::WaitingForStartTask => ErrorCode::NodeBeingStarted,
            BatchNodeState::Rebooting => ErrorCode::NodeBeingRebooted,
            BatchNodeState::Reimaging => ErrorCode::NodeBeingReimaged,
            BatchNodeState::Unusable => ErrorCode::NodeStateUnusable,
            _ => ErrorCode::OperationInvalidForCurrentState,
        };
        let reason = "Users are made and changed on nodes that are idle or running.";
        Err(Error::batch(code).with_detail("Reason", reason))
    }

    fn find_user(&self, node: NodeIndex, platform: Platform, name: &str) -> Result<String> {
        let key = key(platform, name);
        let expiry = self.node(node).and_then(|record| record.users.get(&key));
        match expiry {
            Some(expiry) if *expiry > self.now => Ok(key),
            _ => Err(Error::batch(ErrorCode::NodeUserNotFound)),
        }
    }

    /// When a user is removed. Linux keeps whole days: the user lives to the end of the day.
    fn expiry(&self, platform: Platform, given: Option<Timestamp>) -> Result<Timestamp> {
        if let Some(given) = given.filter(|given| *given <= self.now) {
            return Err(invalid("expiryTime", given, "The time has to be in the future."));
        }
        let expiry = given.unwrap_or(self.now + DAY);
        Ok(match platform {
            Platform::Windows => expiry,
            Platform::Linux => {
                let day = DAY.ticks();
                let rest = i64::try_from(expiry.ticks() % day.unsigned_abs()).unwrap_or(0);
                expiry.saturating_add(TimeSpan::from_ticks((day - rest) % day))
            }
        })
    }
}

/// The name users are kept by: Windows does not tell upper case from lower case.
fn key(platform: Platform, name: &str) -> String {
    match platform {
        Platform::Linux => name.to_owned(),
        Platform::Windows => name.to_lowercase(),
    }
}

/// Linux wants a password or a public key, Windows a password and no key.
fn check_login(platform: Platform, password: Option<&Secret>, key: Option<&str>) -> Result<()> {
    let has_password = password.is_some_and(|password| !password.expose().is_empty());
    match (platform, key) {
        (Platform::Windows, Some(_)) => Err(invalid(
            "sshPublicKey",
            "",
            "Users of Windows nodes log in with a password alone.",
        )),
        (Platform::Linux, Some(key)) if !is_public_key(key) => Err(invalid(
            "sshPublicKey",
            "",
            "The key has the form of OpenSSH: its type, and itself in base 64.",
        )),
        (Platform::Linux, Some(_)) => Ok(()),
        (_, None) if has_password => Ok(()),
        (_, None) => Err(missing("password")),
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(missing("name"));
    }
    if name.chars().count() > USER_NAME_LENGTH_MAX {
        let reason = format!("The name of a user has at most {USER_NAME_LENGTH_MAX} characters.");
        return Err(invalid("name", name, reason));
    }
    let strange =
        |letter: char| letter.is_control() || letter.is_whitespace() || "/\\:\"[]|<>+=;,?*@".contains(letter);
    if name.contains(strange) {
        let reason =
            "The name of a user has neither spaces nor any of / \\ : \" [ ] | < > + = ; , ? * @ in it.";
        return Err(invalid("name", name, reason));
    }
    Ok(())
}

fn is_public_key(key: &str) -> bool {
    let mut parts = key.split_whitespace();
    let kind = parts.next().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let known = ["ssh-", "ecdsa-", "sk-"]
        .iter()
        .any(|start| kind.starts_with(start));
    let base64 = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/' | b'=');
    known && !body.is_empty() && body.bytes().all(base64) && !key.contains(['\n', '\r', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_keys_have_the_form_of_openssh() {
        assert!(is_public_key("ssh-rsa AAAAB3Nza+/== me@home"));
        assert!(is_public_key("ecdsa-sha2-nistp256 AAAA"));
        for key in [
            "",
            "AAAA",
            "ssh-rsa",
            "rsa AAAA",
            "ssh-rsa AA!A",
            "ssh-rsa AAAA\nssh-rsa BBBB",
        ] {
            assert!(!is_public_key(key), "{key:?}");
        }
    }

    #[test]
    fn windows_does_not_tell_users_by_case() {
        assert_eq!(key(Platform::Windows, "Me"), key(Platform::Windows, "mE"));
        assert_ne!(key(Platform::Linux, "Me"), key(Platform::Linux, "mE"));
    }
}
