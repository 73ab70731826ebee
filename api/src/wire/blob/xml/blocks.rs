//! Blocks: what *Put Block List* is given and what *Get Block List* answers.

use serde::{Deserialize, Serialize};

use super::{BadXml, read, write};
use crate::blob::{Block, BlockId, BlockList, BlockListFilter, BlockReference};
use crate::error::Result;

/// Writes the body of *Put Block List*.
pub fn write_block_references(blocks: &[BlockReference]) -> Result<String> {
    let entries = blocks.iter().map(|block| match block {
        BlockReference::Committed(id) => Reference::Committed(id.as_str().to_owned()),
        BlockReference::Uncommitted(id) => Reference::Uncommitted(id.as_str().to_owned()),
        BlockReference::Latest(id) => Reference::Latest(id.as_str().to_owned()),
    });
    write(&References {
        entries: entries.collect(),
    })
}

/// Reads the body of *Put Block List*. Refused: `InvalidXmlDocument`, `InvalidBlockId`.
pub fn read_block_references(bytes: &[u8]) -> Result<Vec<BlockReference>> {
    let references: References = read("BlockList", bytes).map_err(BadXml::into_refusal)?;
    references
        .entries
        .into_iter()
        .map(|reference| match reference {
            Reference::Committed(id) => BlockId::parse(id.trim()).map(BlockReference::Committed),
            Reference::Uncommitted(id) => BlockId::parse(id.trim()).map(BlockReference::Uncommitted),
            Reference::Latest(id) => BlockId::parse(id.trim()).map(BlockReference::Latest),
        })
        .collect()
}

/// Writes the answer of *Get Block List*: the lists that were asked for.
pub fn write_block_list(list: &BlockList, filter: BlockListFilter) -> Result<String> {
    let blocks = |blocks: &[Block]| Blocks {
        blocks: blocks
            .iter()
            .map(|block| NamedBlock {
                name: block.id.as_str().to_owned(),
                size: block.size,
            })
            .collect(),
    };
    write(&Lists {
        committed_blocks: (filter != BlockListFilter::Uncommitted).then(|| blocks(&list.committed)),
        uncommitted_blocks: (filter != BlockListFilter::Committed).then(|| blocks(&list.uncommitted)),
    })
}

/// Reads the answer of *Get Block List*.
pub fn read_block_list(bytes: &[u8]) -> Result<BlockList> {
    let lists: Lists = read("BlockList", bytes).map_err(BadXml::into_failure)?;
    let blocks = |blocks: Option<Blocks>| -> Result<Vec<Block>, BadXml> {
        blocks
            .map(|blocks| blocks.blocks)
            .unwrap_or_default()
            .into_iter()
            .map(|block| {
                Ok(Block {
                    id: BlockId::parse(&block.name).map_err(|_| BadXml::Value(block.name))?,
                    size: block.size,
                })
            })
            .collect()
    };
    Ok(BlockList {
        committed: blocks(lists.committed_blocks).map_err(BadXml::into_failure)?,
        uncommitted: blocks(lists.uncommitted_blocks).map_err(BadXml::into_failure)?,
    })
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "BlockList")]
struct References {
    #[serde(rename = "$value", default)]
    entries: Vec<Reference>,
}

#[derive(Serialize, Deserialize)]
enum Reference {
    Committed(String),
    Uncommitted(String),
    Latest(String),
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "BlockList", rename_all = "PascalCase")]
struct Lists {
    #[serde(skip_serializing_if = "Option::is_none")]
    committed_blocks: Option<Blocks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncommitted_blocks: Option<Blocks>,
}

#[derive(Serialize, Deserialize)]
struct Blocks {
    #[serde(rename = "Block", default)]
    blocks: Vec<NamedBlock>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NamedBlock {
    name: String,
    size: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn id(number: u32) -> BlockId {
        BlockId::numbered(number)
    }

    #[test]
    fn references_survive_both_ways_in_their_order() {
        let blocks = vec![
            BlockReference::Latest(id(1)),
            BlockReference::Committed(id(2)),
            BlockReference::Latest(id(1)),
            BlockReference::Uncommitted(id(3)),
        ];
        let xml = write_block_references(&blocks).unwrap();
        assert_eq!(read_block_references(xml.as_bytes()).unwrap(), blocks, "{xml}");
        let xml = write_block_references(&[]).unwrap();
        assert_eq!(read_block_references(xml.as_bytes()).unwrap(), [], "{xml}");
        let given =
            "<?xml version='1.0' encoding='utf-8'?>\n<BlockList>\n <Latest>AAAA</Latest>\n</BlockList>";
        assert_eq!(read_block_references(given.as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn references_that_are_wrong_are_refused() {
        for (xml, code) in [
            ("", ErrorCode::InvalidXmlDocument),
            ("<BlockList><Latest>AAAA</Latest>", ErrorCode::InvalidXmlDocument),
            (
                "<BlockList><Newest>AAAA</Newest></BlockList>",
                ErrorCode::InvalidXmlDocument,
            ),
            ("<List/>", ErrorCode::InvalidXmlDocument),
            (
                "<BlockList><Latest>?</Latest></BlockList>",
                ErrorCode::InvalidBlockId,
            ),
            ("<BlockList><Latest/></BlockList>", ErrorCode::InvalidBlockId),
        ] {
            let error = read_block_references(xml.as_bytes()).unwrap_err();
            assert!(error.is(&code), "{xml}: {error}");
        }
    }

    #[test]
    fn lists_survive_both_ways_as_far_as_asked_for() {
        let block = |number, size| Block { id: id(number), size };
        let list = BlockList {
            committed: vec![block(2, 5), block(1, 7)],
            uncommitted: vec![block(3, 0)],
        };
        let xml = write_block_list(&list, BlockListFilter::All).unwrap();
        assert_eq!(read_block_list(xml.as_bytes()).unwrap(), list, "{xml}");
        let xml = write_block_list(&list, BlockListFilter::Committed).unwrap();
        let read = read_block_list(xml.as_bytes()).unwrap();
        assert_eq!((read.committed.len(), read.uncommitted.len()), (2, 0));
        let bad = "<BlockList><CommittedBlocks><Block><Name>?</Name><Size>1</Size></Block></CommittedBlocks></BlockList>";
        assert_eq!(read_block_list(bad.as_bytes()).unwrap_err().status(), 0);
    }
}
