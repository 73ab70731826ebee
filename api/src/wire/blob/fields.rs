//! Groups of headers that several requests and answers share, each written and read here.

use http::header::{HeaderMap, HeaderName};

use super::Query;
use super::header::{
    self, BadHeader, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_MD5,
    CONTENT_TYPE, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_TAGS, IF_UNMODIFIED_SINCE, LEASE_ID,
    METADATA_PREFIX, SOURCE_IF_MATCH, SOURCE_IF_MODIFIED_SINCE, SOURCE_IF_NONE_MATCH, SOURCE_IF_TAGS,
    SOURCE_IF_UNMODIFIED_SINCE, SOURCE_LEASE_ID, TAGS,
};
use crate::auth::shared_key::query_pairs;
use crate::backend::BlobConditions;
use crate::blob::{BlobHeaders, Metadata, Snapshot, Tags};
use crate::error::{Error, ErrorCode, Result};

/// The names conditional headers have in one place, the lease of the caller among them.
#[derive(Debug, Clone, Copy)]
pub struct ConditionNames {
    if_match: &'static HeaderName,
    if_none_match: &'static HeaderName,
    if_modified_since: &'static HeaderName,
    if_unmodified_since: &'static HeaderName,
    if_tags: &'static HeaderName,
    lease_id: &'static HeaderName,
}

/// What a request says of the blob or container it is about.
pub static OF_THE_TARGET: ConditionNames = ConditionNames {
    if_match: &IF_MATCH,
    if_none_match: &IF_NONE_MATCH,
    if_modified_since: &IF_MODIFIED_SINCE,
    if_unmodified_since: &IF_UNMODIFIED_SINCE,
    if_tags: &IF_TAGS,
    lease_id: &LEASE_ID,
};

/// What a request says of the blob it copies from.
pub static OF_THE_SOURCE: ConditionNames = ConditionNames {
    if_match: &SOURCE_IF_MATCH,
    if_none_match: &SOURCE_IF_NONE_MATCH,
    if_modified_since: &SOURCE_IF_MODIFIED_SINCE,
    if_unmodified_since: &SOURCE_IF_UNMODIFIED_SINCE,
    if_tags: &SOURCE_IF_TAGS,
    lease_id: &SOURCE_LEASE_ID,
};

impl ConditionNames {
    /// Writes conditional headers under these names; a tag gets the quotes HTTP wants.
    pub fn write(&self, conditions: &BlobConditions, headers: &mut HeaderMap) -> Result<()> {
        for (name, tag) in [
            (self.if_match, &conditions.if_match),
            (self.if_none_match, &conditions.if_none_match),
        ] {
            if let Some(tag) = tag {
                header::set(headers, name, quoted(tag))?;
            }
        }
        for (name, moment) in [
            (self.if_modified_since, conditions.if_modified_since),
            (self.if_unmodified_since, conditions.if_unmodified_since),
        ] {
            if let Some(moment) = moment {
                header::set(headers, name, moment.to_rfc1123())?;
            }
        }
        header::set_some(headers, self.if_tags, conditions.if_tags.clone())?;
        header::set_some(headers, self.lease_id, conditions.lease_id.clone())
    }

    /// Reads conditional headers under these names.
    pub fn read(&self, headers: &HeaderMap) -> Result<BlobConditions, BadHeader> {
        Ok(BlobConditions {
            if_match: header::owned(headers, self.if_match)?,
            if_none_match: header::owned(headers, self.if_none_match)?,
            if_modified_since: header::moment(headers, self.if_modified_since)?,
            if_unmodified_since: header::moment(headers, self.if_unmodified_since)?,
            if_tags: header::owned(headers, self.if_tags)?,
            lease_id: header::owned(headers, self.lease_id)?,
            snapshot: None,
        })
    }
}

/// Writes the conditional headers of a request that takes no snapshot.
///
/// Refused: `UnsupportedQueryParameter` when there is one.
pub fn write_conditions(conditions: &BlobConditions, headers: &mut HeaderMap) -> Result<()> {
    if conditions.snapshot.is_some() {
        return Err(
            Error::blob(ErrorCode::UnsupportedQueryParameter).with_detail("QueryParameterName", "snapshot")
        );
    }
    OF_THE_TARGET.write(conditions, headers)
}

/// Reads the conditional headers of a request.
pub fn read_conditions(headers: &HeaderMap) -> Result<BlobConditions, BadHeader> {
    OF_THE_TARGET.read(headers)
}

/// Writes the conditional headers of a request that may be about a snapshot.
pub fn write_target(conditions: &BlobConditions, query: &mut Query, headers: &mut HeaderMap) -> Result<()> {
    query.push_some(
        "snapshot",
        conditions.snapshot.map(|snapshot| snapshot.to_string()),
    );
    OF_THE_TARGET.write(conditions, headers)
}

/// Reads the conditional headers of a request that may be about a snapshot.
pub fn read_target(query: &Query, headers: &HeaderMap) -> Result<BlobConditions> {
    Ok(BlobConditions {
        snapshot: query.get("snapshot")?.map(Snapshot::parse).transpose()?,
        ..read_conditions(headers).map_err(BadHeader::into_refusal)?
    })
}

/// Writes tags as `x-ms-tags`.
pub fn write_tags(tags: &Tags, headers: &mut HeaderMap) -> Result<()> {
    if tags.is_empty() {
        return Ok(());
    }
    let mut pairs = Query::default();
    for (name, value) in tags {
        pairs.push(name, value.as_str());
    }
    header::set(headers, &TAGS, pairs.to_text())
}

/// Reads tags from `x-ms-tags`. Refused: `InvalidTag` for a name that stands there twice.
pub fn read_tags(headers: &HeaderMap) -> Result<Tags> {
    let text = header::text(headers, &TAGS).map_err(BadHeader::into_refusal)?;
    let mut tags = Tags::new();
    for (name, value) in query_pairs(text.unwrap_or("")) {
        if tags
            .insert(name.clone().into_owned(), value.into_owned())
            .is_some()
        {
            return Err(Error::blob(ErrorCode::InvalidTag).with_detail("TagName", name));
        }
    }
    Ok(tags)
}

/// A tag in quotes; `*` and what has quotes already stay as they are.
pub fn quoted(tag: &str) -> String {
    if tag == "*" || tag.ends_with('"') {
        tag.to_owned()
    } else {
        format!("\"{tag}\"")
    }
}

/// Writes metadata as `x-ms-meta-*`.
///
/// Refused: `EmptyMetadataKey`; `InvalidMetadata` for a name that is no identifier or a value that is no header.
pub fn write_metadata(metadata: &Metadata, headers: &mut HeaderMap) -> Result<()> {
    for (name, value) in metadata {
        check_metadata_name(name)?;
        let header =
            HeaderName::try_from(format!("{METADATA_PREFIX}{name}")).map_err(|_| invalid_metadata(name))?;
        let value = header::value(&header, value.clone()).map_err(|_| invalid_metadata(name))?;
        // Names that differ only in case are one name.
        if headers.insert(header, value).is_some() {
            return Err(invalid_metadata(name));
        }
    }
    Ok(())
}

/// Reads metadata from `x-ms-meta-*`. HTTP gives the names in lower case.
///
/// Refused: `EmptyMetadataKey`; `InvalidMetadata` for a name that is no identifier or stands there twice, or a
/// value that is no UTF-8.
pub fn read_metadata(headers: &HeaderMap) -> Result<Metadata> {
    let mut metadata = Metadata::new();
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix(METADATA_PREFIX) else {
            continue;
        };
        check_metadata_name(name)?;
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| invalid_metadata(name))?;
        if metadata.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(invalid_metadata(name));
        }
    }
    Ok(metadata)
}

/// A name is an identifier of C#, as far as HTTP and XML can carry one: ASCII letters, digits and `_`.
fn check_metadata_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::blob(ErrorCode::EmptyMetadataKey));
    }
    let identifier = !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if identifier {
        Ok(())
    } else {
        Err(invalid_metadata(name))
    }
}

fn invalid_metadata(name: &str) -> Error {
    Error::blob(ErrorCode::InvalidMetadata).with_detail("MetadataName", name)
}

/// The names content headers have in one place.
#[derive(Debug, Clone, Copy)]
pub struct ContentHeaderNames {
    content_type: &'static HeaderName,
    content_encoding: &'static HeaderName,
    content_language: &'static HeaderName,
    content_disposition: &'static HeaderName,
    cache_control: &'static HeaderName,
    content_md5: &'static HeaderName,
}

/// What a request says of the blob: `x-ms-blob-*`.
pub static OF_THE_BLOB: ContentHeaderNames = ContentHeaderNames {
    content_type: &header::BLOB_CONTENT_TYPE,
    content_encoding: &header::BLOB_CONTENT_ENCODING,
    content_language: &header::BLOB_CONTENT_LANGUAGE,
    content_disposition: &header::BLOB_CONTENT_DISPOSITION,
    cache_control: &header::BLOB_CACHE_CONTROL,
    content_md5: &header::BLOB_CONTENT_MD5,
};

/// What an answer says of its body.
pub static OF_THE_BODY: ContentHeaderNames = ContentHeaderNames {
    content_type: &CONTENT_TYPE,
    content_encoding: &CONTENT_ENCODING,
    content_language: &CONTENT_LANGUAGE,
    content_disposition: &CONTENT_DISPOSITION,
    cache_control: &CACHE_CONTROL,
    content_md5: &CONTENT_MD5,
};

impl ContentHeaderNames {
    /// Writes content headers under these names.
    pub fn write(&self, content: &BlobHeaders, headers: &mut HeaderMap) -> Result<()> {
        for (name, text) in [
            (self.content_type, &content.content_type),
            (self.content_encoding, &content.content_encoding),
            (self.content_language, &content.content_language),
            (self.content_disposition, &content.content_disposition),
            (self.cache_control, &content.cache_control),
            (self.content_md5, &content.content_md5),
        ] {
            header::set_some(headers, name, text.clone())?;
        }
        Ok(())
    }

    /// Reads content headers under these names.
    pub fn read(&self, headers: &HeaderMap) -> Result<BlobHeaders, BadHeader> {
        Ok(BlobHeaders {
            content_type: header::owned(headers, self.content_type)?,
            content_encoding: header::owned(headers, self.content_encoding)?,
            content_language: header::owned(headers, self.content_language)?,
            content_disposition: header::owned(headers, self.content_disposition)?,
            cache_control: header::owned(headers, self.cache_control)?,
            content_md5: header::owned(headers, self.content_md5)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn conditions_survive_both_ways() {
        let moment = Timestamp::from_unix_seconds(1_700_000_000);
        let conditions = BlobConditions {
            if_match: Some("0x8D".into()),
            if_none_match: Some("*".into()),
            if_modified_since: Some(moment),
            if_unmodified_since: Some(moment),
            if_tags: Some("a = 'b'".into()),
            lease_id: Some("id".into()),
            snapshot: None,
        };
        let mut headers = HeaderMap::new();
        write_conditions(&conditions, &mut headers).unwrap();
        assert_eq!(headers[&IF_MATCH], "\"0x8D\"");
        assert_eq!(headers[&IF_NONE_MATCH], "*");
        assert_eq!(headers[&IF_MODIFIED_SINCE], "Tue, 14 Nov 2023 22:13:20 GMT");
        let read = read_conditions(&headers).unwrap();
        assert_eq!(read.if_match.as_deref(), Some("\"0x8D\""));
        assert_eq!(read.if_unmodified_since, Some(moment));
        assert_eq!(
            (read.if_tags, read.lease_id),
            (conditions.if_tags, conditions.lease_id)
        );
    }

    #[test]
    fn metadata_survives_both_ways() {
        let metadata = Metadata::from([("owner".into(), "é b".into()), ("_n1".into(), String::new())]);
        let mut headers = HeaderMap::new();
        write_metadata(&metadata, &mut headers).unwrap();
        assert_eq!(read_metadata(&headers).unwrap(), metadata);
    }

    #[test]
    fn metadata_that_has_no_place_in_a_header_is_refused() {
        for (name, value, code) in [
            ("", "x", ErrorCode::EmptyMetadataKey),
            ("a-b", "x", ErrorCode::InvalidMetadata),
            ("1a", "x", ErrorCode::InvalidMetadata),
            ("a", "x\r\ny: z", ErrorCode::InvalidMetadata),
        ] {
            let metadata = Metadata::from([(name.to_owned(), value.to_owned())]);
            let error = write_metadata(&metadata, &mut HeaderMap::new()).unwrap_err();
            assert!(error.is(&code), "{name:?} {value:?}: {error}");
        }
        let twice = Metadata::from([("a".into(), "1".into()), ("A".into(), "2".into())]);
        assert!(
            write_metadata(&twice, &mut HeaderMap::new())
                .unwrap_err()
                .is(&ErrorCode::InvalidMetadata)
        );
        let mut headers = HeaderMap::new();
        headers.append("x-ms-meta-a", "1".parse().unwrap());
        headers.append("x-ms-meta-a", "2".parse().unwrap());
        assert!(
            read_metadata(&headers)
                .unwrap_err()
                .is(&ErrorCode::InvalidMetadata)
        );
    }
}
