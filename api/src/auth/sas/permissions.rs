//! The letters of `sp`: a typed set with the order each kind of token wants.

use std::fmt;

use super::{SasKind, SignedResource};

/// One thing a token may permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// `r`: read content, block list, properties and metadata.
    Read,
    /// `a`: add a block to an append blob.
    Add,
    /// `c`: write a new blob; never overwrite one.
    Create,
    /// `w`: create or write content, properties, metadata or block list.
    Write,
    /// `d`: delete.
    Delete,
    /// `x`: delete a version.
    DeleteVersion,
    /// `y`: delete for good what was deleted softly.
    PermanentDelete,
    /// `l`: list.
    List,
    /// `t`: read and write tags.
    Tags,
    /// `f`: find blobs by their tags.
    FindByTags,
    /// `m`: move.
    Move,
    /// `e`: execute, in hierarchical namespaces.
    Execute,
    /// `o`: change owners, in hierarchical namespaces; service tokens only.
    Ownership,
    /// `p` of a service token: change POSIX permissions, in hierarchical namespaces.
    PosixPermissions,
    /// `i`: set immutability policies.
    Immutability,
    /// `u`: update messages and entities; account tokens only.
    Update,
    /// `p` of an account token: process messages.
    Process,
}

use Permission as P;

/// Letters of a container's token in the order the documents demand.
const CONTAINER: &[(char, Permission)] = &[
    ('r', P::Read),
    ('a', P::Add),
    ('c', P::Create),
    ('w', P::Write),
    ('d', P::Delete),
    ('x', P::DeleteVersion),
    ('y', P::PermanentDelete),
    ('l', P::List),
    ('t', P::Tags),
    ('f', P::FindByTags),
    ('m', P::Move),
    ('e', P::Execute),
    ('o', P::Ownership),
    ('p', P::PosixPermissions),
    ('i', P::Immutability),
];

/// Letters of a token for a blob or a snapshot: those of a container without `l` and `f`.
const BLOB: &[(char, Permission)] = &[
    ('r', P::Read),
    ('a', P::Add),
    ('c', P::Create),
    ('w', P::Write),
    ('d', P::Delete),
    ('x', P::DeleteVersion),
    ('y', P::PermanentDelete),
    ('t', P::Tags),
    ('m', P::Move),
    ('e', P::Execute),
    ('o', P::Ownership),
    ('p', P::PosixPermissions),
    ('i', P::Immutability),
];

/// Letters of an account's token; their order is free.
const ACCOUNT: &[(char, Permission)] = &[
    ('r', P::Read),
    ('w', P::Write),
    ('d', P::Delete),
    ('x', P::DeleteVersion),
    ('y', P::PermanentDelete),
    ('l', P::List),
    ('a', P::Add),
    ('c', P::Create),
    ('u', P::Update),
    ('p', P::Process),
    ('t', P::Tags),
    ('f', P::FindByTags),
    ('i', P::Immutability),
];

/// Up to this letter the documents demand the order; SDKs disagree about the letters that came later.
const ORDERED: &str = "racwdxyl";

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// The set of the given permissions.
    pub const fn of(permissions: &[Permission]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < permissions.len() {
            set |= 1 << permissions[at] as u32;
            at += 1;
        }
        Self(set)
    }

    /// Whether a permission is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// Whether the sets have something in common.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with one more permission.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission as u32)
    }

    /// The set without one permission.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !(1 << permission as u32))
    }

    /// The letters in the order this kind of token wants; permissions it has no letter for are left out.
    pub fn to_letters(self, kind: SasKind) -> String {
        letters(kind)
            .iter()
            .filter(|(_, permission)| self.contains(*permission))
            .map(|(letter, _)| letter)
            .collect()
    }

    /// Reads the letters of this kind of token.
    ///
    /// `None` for an unknown letter, a letter given twice, and, but for account tokens, letters out of order.
    pub fn from_letters(kind: SasKind, text: &str) -> Option<Self> {
        let mut set = Self::NONE;
        let mut reached = 0;
        for letter in text.chars() {
            let (_, permission) = *letters(kind).iter().find(|(known, _)| *known == letter)?;
            if set.contains(permission) {
                return None;
            }
            set = set.with(permission);
            if let Some(place) = ORDERED.find(letter)
                && kind != SasKind::Account
            {
                if place < reached {
                    return None;
                }
                reached = place;
            }
        }
        Some(set)
    }
}

fn letters(kind: SasKind) -> &'static [(char, Permission)] {
    match kind {
        SasKind::Account => ACCOUNT,
        SasKind::Service(SignedResource::Container) => CONTAINER,
        SasKind::Service(SignedResource::Blob | SignedResource::Snapshot) => BLOB,
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = CONTAINER.iter().chain(&ACCOUNT[8..10]);
        formatter
            .debug_set()
            .entries(
                all.map(|(_, permission)| permission)
                    .filter(|permission| self.contains(**permission)),
            )
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTAINER_TOKEN: SasKind = SasKind::Service(SignedResource::Container);
    const BLOB_TOKEN: SasKind = SasKind::Service(SignedResource::Blob);

    #[test]
    fn letters_survive_both_ways_in_the_order_of_the_kind() {
        for (kind, letters) in [
            (CONTAINER_TOKEN, "racwdxyltfmeopi"),
            (BLOB_TOKEN, "racwdxytmeopi"),
            (SasKind::Account, "rwdxylacuptfi"),
        ] {
            let set = Permissions::from_letters(kind, letters).unwrap();
            assert_eq!(set.to_letters(kind), letters);
        }
        let set = Permissions::of(&[Permission::List, Permission::Read]);
        assert_eq!(set.to_letters(CONTAINER_TOKEN), "rl");
        assert_eq!(set.to_letters(BLOB_TOKEN), "r");
        assert_eq!(format!("{set:?}"), "{Read, List}");
    }

    #[test]
    fn malformed_letters_are_refused() {
        for (kind, letters) in [
            (CONTAINER_TOKEN, "wr"),
            (CONTAINER_TOKEN, "rr"),
            (CONTAINER_TOKEN, "rz"),
            (CONTAINER_TOKEN, "R"),
            (CONTAINER_TOKEN, "u"),
            (BLOB_TOKEN, "rl"),
            (SasKind::Account, "rr"),
            (SasKind::Account, "o"),
        ] {
            assert_eq!(Permissions::from_letters(kind, letters), None, "{letters}");
        }
        assert!(Permissions::from_letters(SasKind::Account, "rwdlacupyx").is_some());
        assert!(Permissions::from_letters(CONTAINER_TOKEN, "racwdxyltmefi").is_some());
    }
}
