//! Random puts, blocks, deletions and lists against a plain map.

use std::collections::BTreeMap;

use batchite_api::backend::{BlobBackend, ByteRange};
use batchite_api::blob::{
    BlockId, BlockReference, DeleteSnapshots, ListBlobsOptions, PutBlobOptions, PutBlockOptions,
};
use batchite_api::error::ErrorCode;
use proptest::prelude::*;

use crate::support::{Fixture, blob, container, done, names, none};

#[derive(Debug, Clone)]
enum Action {
    Put {
        name: String,
        content: Vec<u8>,
        only_new: bool,
    },
    Stage {
        name: String,
        block: u32,
        content: Vec<u8>,
    },
    Commit {
        name: String,
        blocks: Vec<u32>,
    },
    Delete {
        name: String,
    },
    Read {
        name: String,
        first: u64,
        length: u64,
    },
    List {
        prefix: String,
        page: u32,
    },
}

/// What the store should hold: committed bytes, the blocks they were made of, and blocks that wait.
#[derive(Debug, Default)]
struct Reference {
    blobs: BTreeMap<String, Vec<u8>>,
    committed: BTreeMap<String, Vec<(u32, Vec<u8>)>>,
    staged: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
}

impl Reference {
    fn latest(&self, name: &str, block: u32) -> Option<Vec<u8>> {
        let staged = self
            .staged
            .get(name)
            .and_then(|blocks| blocks.get(&block))
            .cloned();
        staged.or_else(|| {
            let committed = self.committed.get(name)?;
            committed
                .iter()
                .find(|(number, _)| *number == block)
                .map(|(_, content)| content.clone())
        })
    }

    fn replace(&mut self, name: &str, content: Vec<u8>, blocks: Vec<(u32, Vec<u8>)>) {
        self.blobs.insert(name.to_owned(), content);
        self.committed.insert(name.to_owned(), blocks);
        self.staged.remove(name);
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    let name = || "[ab/]{1,3}";
    let content = || proptest::collection::vec(any::<u8>(), 0..6);
    prop_oneof![
        (name(), content(), any::<bool>()).prop_map(|(name, content, only_new)| Action::Put {
            name,
            content,
            only_new
        }),
        (name(), 0_u32..3, content()).prop_map(|(name, block, content)| Action::Stage {
            name,
            block,
            content
        }),
        (name(), proptest::collection::vec(0_u32..3, 0..4))
            .prop_map(|(name, blocks)| Action::Commit { name, blocks }),
        name().prop_map(|name| Action::Delete { name }),
        (name(), 0_u64..8, 1_u64..8).prop_map(|(name, first, length)| Action::Read { name, first, length }),
        ("[ab/]{0,2}", 1_u32..4).prop_map(|(prefix, page)| Action::List { prefix, page }),
    ]
}

/// Does one thing to both and holds the answers against each other.
fn apply(fixture: &Fixture, reference: &mut Reference, action: Action) {
    match action {
        Action::Put {
            name,
            content,
            only_new,
        } => put(fixture, reference, &name, content, only_new),
        Action::Stage { name, block, content } => stage(fixture, reference, name, block, content),
        Action::Commit { name, blocks } => commit(fixture, reference, &name, &blocks),
        Action::Delete { name } => delete(fixture, reference, &name),
        Action::Read { name, first, length } => read(fixture, reference, &name, first, length),
        Action::List { prefix, page } => list(fixture, reference, &prefix, page),
    }
}

fn put(fixture: &Fixture, reference: &mut Reference, name: &str, content: Vec<u8>, only_new: bool) {
    let mut options = PutBlobOptions::default();
    options.conditions.if_none_match = only_new.then(|| "*".into());
    let body = content.clone().into();
    let result = done(
        fixture
            .owner
            .put_blob(&container("input"), &blob(name), body, &options),
    );
    if only_new && reference.blobs.contains_key(name) {
        assert!(result.unwrap_err().is(&ErrorCode::BlobAlreadyExists));
    } else {
        result.unwrap();
        reference.replace(name, content, vec![]);
    }
}

fn stage(fixture: &Fixture, reference: &mut Reference, name: String, block: u32, content: Vec<u8>) {
    let (id, body) = (BlockId::numbered(block), content.clone().into());
    let result = done(fixture.owner.put_block(
        &container("input"),
        &blob(&name),
        &id,
        body,
        &PutBlockOptions::default(),
    ));
    assert_eq!(result.is_ok(), !content.is_empty());
    if result.is_ok() {
        reference.staged.entry(name).or_default().insert(block, content);
    }
}

fn commit(fixture: &Fixture, reference: &mut Reference, name: &str, blocks: &[u32]) {
    let latest = |block: &u32| BlockReference::Latest(BlockId::numbered(*block));
    let list: Vec<_> = blocks.iter().map(latest).collect();
    let options = PutBlobOptions::default();
    let result = done(
        fixture
            .owner
            .put_block_list(&container("input"), &blob(name), &list, &options),
    );
    let found: Option<Vec<_>> = blocks
        .iter()
        .map(|block| Some((*block, reference.latest(name, *block)?)))
        .collect();
    match found {
        Some(found) => {
            result.unwrap();
            let content = found.iter().flat_map(|(_, content)| content.clone()).collect();
            reference.replace(name, content, found);
        }
        None => assert!(result.unwrap_err().is(&ErrorCode::InvalidBlockList)),
    }
}

fn delete(fixture: &Fixture, reference: &mut Reference, name: &str) {
    let result = done(fixture.owner.delete_blob(
        &container("input"),
        &blob(name),
        DeleteSnapshots::Refuse,
        &none(),
    ));
    if reference.blobs.remove(name).is_some() {
        result.unwrap();
        reference.committed.remove(name);
        reference.staged.remove(name);
    } else {
        assert!(result.unwrap_err().is(&ErrorCode::BlobNotFound));
    }
}

fn read(fixture: &Fixture, reference: &Reference, name: &str, first: u64, length: u64) {
    let range = ByteRange {
        first,
        last: Some(first + length - 1),
    };
    let result = done(
        fixture
            .owner
            .get_blob(&container("input"), &blob(name), Some(range), &none()),
    );
    let Some(content) = reference.blobs.get(name) else {
        assert!(result.unwrap_err().is(&ErrorCode::BlobNotFound));
        return;
    };
    let start = usize::try_from(first).unwrap();
    if start >= content.len() {
        assert!(result.unwrap_err().is(&ErrorCode::InvalidRange));
        return;
    }
    let end = content.len().min(start + usize::try_from(length).unwrap());
    let got = done(result.unwrap().body.collect(100)).unwrap();
    assert_eq!(got[..], content[start..end]);
}

fn list(fixture: &Fixture, reference: &Reference, prefix: &str, page: u32) {
    let options = ListBlobsOptions {
        prefix: Some(prefix.to_owned()),
        max_results: Some(page),
        ..ListBlobsOptions::default()
    };
    let held = reference.blobs.keys().filter(|name| name.starts_with(prefix));
    let got = names(&fixture.owner, "input", &options).unwrap();
    assert_eq!(got.iter().collect::<Vec<_>>(), held.collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_store_is_a_map(actions in proptest::collection::vec(any_action(), 1..60)) {
        let fixture = Fixture::new();
        let mut reference = Reference::default();
        reference.replace("a.txt", b"hello".to_vec(), vec![]);
        for action in actions {
            apply(&fixture, &mut reference, action);
        }
        let held: Vec<String> = reference.blobs.keys().cloned().collect();
        prop_assert_eq!(fixture.names(), held);
        for (name, content) in &reference.blobs {
            let download = done(fixture.owner.get_blob(&container("input"), &blob(name), None, &none()));
            let got = done(download.unwrap().body.collect(100)).unwrap();
            prop_assert_eq!(&got[..], &content[..]);
        }
    }

    /// The same requests in the same order leave the same trace, byte for byte.
    #[test]
    fn two_runs_are_one_run(actions in proptest::collection::vec(any_action(), 1..30)) {
        let run = || {
            let fixture = Fixture::new();
            let mut reference = Reference::default();
            reference.replace("a.txt", b"hello".to_vec(), vec![]);
            for action in &actions {
                apply(&fixture, &mut reference, action.clone());
            }
            let mut world = fixture.shared.enter();
            world.trace_mut().take_lines()
        };
        prop_assert_eq!(run(), run());
    }
}
