//! Bodies: read to their end with the hashes somebody will ask for, or torn by a fault.

use batchite_api::backend::Body;
use batchite_api::blob::Crc64;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use futures_util::StreamExt;
use md5::{Digest, Md5};

use crate::world::reply_lost;
use crate::world::store::{Arriving, StoreConfig, Upload};

/// A body that breaks off after so many bytes, though it says it has them all.
pub(super) fn tear(body: Body, bytes: u64) -> Body {
    let length = body.length();
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let whole = body.into_stream().map(move |piece| {
        let mut piece = piece?;
        piece.truncate(left);
        left -= piece.len();
        Ok(piece)
    });
    let whole = whole.take_while(|piece| std::future::ready(!matches!(piece, Ok(piece) if piece.is_empty())));
    let broken = futures_util::stream::iter([Err(reply_lost(Service::Blob))]);
    Body::from_stream(length, Box::pin(whole.chain(broken)))
}

/// The hashes of a body that somebody will compare, or that are kept; no other is computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashes {
    pub(super) md5: bool,
    pub(super) crc64: bool,
}

/// Reads a body to its end.
///
/// Refused: `RequestBodyTooLarge`, as soon as that is known; a body that is shorter or longer than it said; one there
/// is no memory for.
pub(super) async fn read(mut body: Body, limit: u64, hashes: Hashes) -> Result<Upload> {
    let declared = body.length();
    if declared.is_some_and(|length| length > limit) {
        return Err(StoreConfig::too_large(limit));
    }
    let mut arriving = Arriving::expecting(declared);
    let mut length = 0;
    let mut md5 = hashes.md5.then(Md5::new);
    let mut crc64 = hashes.crc64.then(Crc64::default);
    while let Some(piece) = body.next().await.transpose()? {
        length += piece.len() as u64;
        if length > limit {
            return Err(StoreConfig::too_large(limit));
        }
        if let Some(md5) = &mut md5 {
            md5.update(&piece);
        }
        if let Some(crc64) = &mut crc64 {
            crc64.update(&piece);
        }
        arriving.push(piece).map_err(|_| {
            let message =
                format!("There is no memory for a body of {length} bytes or more. Nothing was stored.");
            Error::blob(ErrorCode::InternalError).with_message(message)
        })?;
    }
    if let Some(declared) = declared.filter(|declared| *declared != length) {
        return Err(Error::protocol(
            Service::Blob,
            format!("The body was said to have {declared} bytes and had {length}. Nothing was stored."),
        ));
    }
    Ok(Upload {
        content: arriving.finish(),
        md5: md5.map(|md5| md5.finalize().into()),
        crc64: crc64.map(|crc64| crc64.value()),
    })
}
