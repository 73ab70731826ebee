//! What describes a blob: content headers, metadata, MD5. Most blobs are given none of it, so it is kept small.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::blob::{BlobHeaders, Metadata};
use batchite_api::error::Result;

use super::rules;

/// What a blob has when nobody says what it is.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

static NO_METADATA: Metadata = Metadata::new();

/// Content headers, metadata and MD5 of a blob.
#[derive(Debug, Clone, Default)]
pub(super) struct Description {
    /// None where everything is as it is by default.
    told: Option<Box<Told>>,
    /// Of the whole content: told, or computed when the blob was put as a whole.
    md5: Option<[u8; 16]>,
}

/// What was told of a blob; its MD5 is kept apart.
#[derive(Debug, Clone, Default)]
struct Told {
    headers: BlobHeaders,
    metadata: Metadata,
}

impl Description {
    /// What was told of a blob. Without a `Content-MD5` it has the `computed` one.
    ///
    /// Refused: `InvalidMd5`.
    pub(super) fn new(
        headers: &BlobHeaders,
        metadata: &Metadata,
        computed: Option<[u8; 16]>,
    ) -> Result<Self> {
        let mut description = Self::default();
        description.set_headers(headers)?;
        description.md5 = description.md5.or(computed);
        description.set_metadata(metadata);
        Ok(description)
    }

    /// The content headers as they are shown.
    pub(super) fn headers(&self) -> BlobHeaders {
        let mut headers = self
            .told
            .as_ref()
            .map_or_else(BlobHeaders::default, |told| told.headers.clone());
        headers
            .content_type
            .get_or_insert_with(|| DEFAULT_CONTENT_TYPE.to_owned());
        headers.content_md5 = self.md5.map(|md5| STANDARD.encode(md5));
        headers
    }

    /// Replaces all content headers. Refused: `InvalidMd5`, and nothing has changed.
    pub(super) fn set_headers(&mut self, headers: &BlobHeaders) -> Result<()> {
        self.md5 = headers.content_md5.as_deref().map(rules::read_md5).transpose()?;
        let kept = BlobHeaders {
            content_type: headers
                .content_type
                .clone()
                .filter(|kind| kind != DEFAULT_CONTENT_TYPE),
            content_md5: None,
            ..headers.clone()
        };
        self.change(|told| told.headers = kept);
        Ok(())
    }

    /// The MD5 of the whole content, told or computed.
    pub(super) fn md5(&self) -> Option<[u8; 16]> {
        self.md5
    }

    pub(super) fn metadata(&self) -> &Metadata {
        self.told.as_ref().map_or(&NO_METADATA, |told| &told.metadata)
    }

    /// Replaces all metadata.
    pub(super) fn set_metadata(&mut self, metadata: &Metadata) {
        self.change(|told| told.metadata.clone_from(metadata));
    }

    fn change(&mut self, change: impl FnOnce(&mut Told)) {
        let mut told = self.told.take().map_or_else(Told::default, |told| *told);
        change(&mut told);
        if told.headers != BlobHeaders::default() || !told.metadata.is_empty() {
            self.told = Some(Box::new(told));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_shown_and_the_rest_is_the_service_s_own() {
        let plain = Description::new(&BlobHeaders::default(), &Metadata::new(), Some([0; 16])).unwrap();
        assert!(plain.told.is_none());
        let shown = plain.headers();
        assert_eq!(shown.content_type.as_deref(), Some(DEFAULT_CONTENT_TYPE));
        assert_eq!(shown.content_md5.as_deref(), Some("AAAAAAAAAAAAAAAAAAAAAA=="));

        let told = BlobHeaders {
            content_type: Some("text/plain".into()),
            content_md5: Some("gdyb21LQTcIANtvYMT7QVQ==".into()),
            ..BlobHeaders::default()
        };
        let metadata = Metadata::from([("a".into(), "1".into())]);
        let mut description = Description::new(&told, &metadata, Some([0; 16])).unwrap();
        assert_eq!((description.headers(), description.metadata()), (told, &metadata));
        description.set_headers(&shown).unwrap();
        description.set_metadata(&Metadata::new());
        assert!(description.told.is_none());
        assert_eq!(description.headers(), shown);
    }

    #[test]
    fn what_is_no_md5_is_refused() {
        let wrong = BlobHeaders {
            content_md5: Some("AAAA".into()),
            ..BlobHeaders::default()
        };
        assert!(Description::new(&wrong, &Metadata::new(), None).is_err());
    }
}
