//! What random requests give beside what they are about, good and bad.

use batchite_api::batch::{MountConfiguration, NfsMountConfiguration, UserAccount, UserIdentity};

use super::step::Step;

impl Step {
    /// What is to become of running tasks: each option, a word that is none, or nothing.
    pub(super) fn option<T: for<'a> From<&'a str>>(&self) -> Option<T> {
        let words = [
            None,
            Some("requeue"),
            Some("terminate"),
            Some("taskcompletion"),
            Some("retaineddata"),
            Some("gently"),
        ];
        self.pick(&words).map(T::from)
    }

    /// The users of a pool; some cannot be.
    pub(super) fn user_accounts(&self) -> Vec<UserAccount> {
        let names: &[&str] = self.pick(&[&[][..], &[], &["alice"], &["alice", "bob"], &["alice", "alice"]]);
        let account = |name: &&str| UserAccount {
            name: (*name).to_owned(),
            password: "secret".into(),
            ..UserAccount::default()
        };
        names.iter().map(account).collect()
    }

    /// The file systems of a pool; some cannot be.
    pub(super) fn mounts(&self) -> Vec<MountConfiguration> {
        let paths: &[&str] = self.pick(&[&[][..], &[], &[], &["a"], &["a", "b/c"], &["../a"], &["a", "A/"]]);
        let mount = |path: &&str| MountConfiguration {
            nfs_mount_configuration: Some(NfsMountConfiguration {
                source: "server:/export".to_owned(),
                relative_mount_path: (*path).to_owned(),
                mount_options: None,
            }),
            ..MountConfiguration::default()
        };
        paths.iter().map(mount).collect()
    }

    /// The user of a task; some pools do not have it.
    pub(super) fn user_identity(&self) -> Option<UserIdentity> {
        let name = self.pick(&[None, None, None, Some("alice")]);
        name.map(|name| UserIdentity {
            username: Some(name.to_owned()),
            auto_user: None,
        })
    }
}
