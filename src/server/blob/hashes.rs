//! Hashes of bodies: those of requests, which answers repeat, and those of ranges, which answers tell.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::Body;
use batchite_api::blob::Crc64;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::wire::blob::header::{self, BadHeader, CONTENT_CRC64, CONTENT_MD5};
use batchite_api::wire::blob::{BlobOperation, RangeHash};
use http::{HeaderMap, Response};
use md5::{Digest, Md5};

use super::answer::Refusal;

/// The longest range whose hash is told, in bytes.
const LONGEST_RANGE: u64 = 4 * 1024 * 1024;

/// What a request says of its body. Once that was compared, it is what the body has, and the answer says it again.
#[derive(Debug, Default)]
pub(super) struct Given {
    md5: Option<String>,
    crc64: Option<String>,
}

impl Given {
    /// The hashes of a request.
    pub(super) fn by(operation: &BlobOperation) -> Self {
        let (md5, crc64) = match operation {
            BlobOperation::Put(options) => {
                let kept = options.headers.content_md5.as_ref();
                let md5 = options.transactional_md5.as_ref().or(kept);
                (md5, options.transactional_crc64.as_ref())
            }
            BlobOperation::PutBlockList(options) => (
                options.transactional_md5.as_ref(),
                options.transactional_crc64.as_ref(),
            ),
            BlobOperation::PutBlock { options, .. } => (
                options.transactional_md5.as_ref(),
                options.transactional_crc64.as_ref(),
            ),
            BlobOperation::AppendBlock(options) => (
                options.transactional_md5.as_ref(),
                options.transactional_crc64.as_ref(),
            ),
            _ => (None, None),
        };
        Self {
            md5: md5.cloned(),
            crc64: crc64.cloned(),
        }
    }

    /// Writes them into the head of the answer.
    pub(super) fn write(self, headers: &mut HeaderMap) -> Result<()> {
        header::set_some(headers, &CONTENT_MD5, self.md5)?;
        header::set_some(headers, &CONTENT_CRC64, self.crc64)
    }
}

/// Holds a document against the CRC64 (Base64) its request gives.
///
/// Refused: `Crc64Mismatch`; `InvalidHeaderValue` when it is none, or stands beside an MD5.
pub(super) fn check_crc64(document: &[u8], md5: Option<&str>, crc64: Option<&str>) -> Result<()> {
    let Some(given) = crc64 else {
        return Ok(());
    };
    if md5.is_some() {
        return Err(BadHeader::new(&CONTENT_CRC64, "one hash of the body, not two").into_refusal());
    }
    let expected = Crc64::parse(given)
        .ok_or_else(|| BadHeader::new(&CONTENT_CRC64, "Base64 of 8 bytes").into_refusal())?;
    let computed = Crc64::of(document);
    if computed.value() == expected {
        return Ok(());
    }
    Err(Error::blob(ErrorCode::Crc64Mismatch)
        .with_detail("UserSpecifiedCrc", given)
        .with_detail("ServerCalculatedCrc", computed.to_text()))
}

/// The answer to a range, with the hash of its bytes where one is asked for.
///
/// Refused: `InvalidHeaderValue` for a range over 4 MiB.
pub(super) async fn told(answer: Response<Body>, hash: Option<RangeHash>) -> Result<Response<Body>, Refusal> {
    let Some(hash) = hash else {
        return Ok(answer);
    };
    let (mut parts, body) = answer.into_parts();
    if body.length().is_none_or(|length| length > LONGEST_RANGE) {
        let refusal = BadHeader::new(hash.asked_by(), "a range of 4 MiB at most beside it").into_refusal();
        return Err(refusal.into());
    }
    let bytes = body.collect(LONGEST_RANGE).await?;
    match hash {
        RangeHash::Md5 => {
            let md5 = STANDARD.encode(Md5::digest(&bytes));
            header::set(&mut parts.headers, &CONTENT_MD5, md5)?;
        }
        RangeHash::Crc64 => {
            header::set(&mut parts.headers, &CONTENT_CRC64, Crc64::of(&bytes).to_text())?;
        }
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
