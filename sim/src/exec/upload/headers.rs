//! `uploadHeaders`: what an upload may say of the blob it makes.

use batchite_api::batch::OutputFileUploadHeader;
use batchite_api::blob::PutBlobOptions;

/// What a header for metadata begins with.
const METADATA: &str = "x-ms-meta-";

/// The headers as options of *Put Blob*: content headers, with `x-ms-blob-` before them or without, metadata and the
/// tier. The error is the name of the first header that is none of these.
pub fn upload_options(headers: &[OutputFileUploadHeader]) -> Result<PutBlobOptions, &str> {
    let mut options = PutBlobOptions::default();
    for header in headers {
        let value = header.value.clone().unwrap_or_default();
        let name = header.name.to_ascii_lowercase();
        if let Some(name) = name.strip_prefix(METADATA) {
            options.metadata.insert(name.to_owned(), value);
            continue;
        }
        if name == "x-ms-access-tier" {
            options.access_tier = Some(value.as_str().into());
            continue;
        }
        let content = &mut options.headers;
        let place = match name.strip_prefix("x-ms-blob-").unwrap_or(&name) {
            "content-type" => &mut content.content_type,
            "content-encoding" => &mut content.content_encoding,
            "content-language" => &mut content.content_language,
            "content-disposition" => &mut content.content_disposition,
            "cache-control" => &mut content.cache_control,
            _ => return Err(&header.name),
        };
        *place = Some(value);
    }
    Ok(options)
}
