//! The headers of files, both ways.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LAST_MODIFIED};
use percent_encoding::percent_decode_str;

use super::header::{self, FILE_IS_DIRECTORY, FILE_MODE, FILE_URL, OCP_CREATION_TIME, malformed};
use super::path::escaped;
use crate::backend::FileHeaders;
use crate::error::Result;

/// Writes what describes a file, without its length: that is a matter of the body.
pub fn write(file: &FileHeaders, headers: &mut HeaderMap) -> Result<()> {
    let is_directory = if file.is_directory { "True" } else { "False" };
    header::set(headers, CONTENT_TYPE.as_str(), &file.content_type)?;
    header::set(headers, LAST_MODIFIED.as_str(), &file.last_modified.to_rfc1123())?;
    header::set(headers, FILE_IS_DIRECTORY, is_directory)?;
    header::set(headers, FILE_URL, &escaped(&file.url).to_string())?;
    if let Some(mode) = &file.mode {
        header::set(headers, FILE_MODE, mode)?;
    }
    if let Some(created) = file.creation_time {
        header::set(headers, OCP_CREATION_TIME, &created.to_rfc1123())?;
    }
    Ok(())
}

/// Reads what describes a file; its length is zero where it is not told.
pub fn read(headers: &HeaderMap) -> Result<FileHeaders> {
    let is_directory = match header::text(headers, FILE_IS_DIRECTORY)? {
        None => false,
        Some(text) if text.eq_ignore_ascii_case("true") => true,
        Some(text) if text.eq_ignore_ascii_case("false") => false,
        Some(_) => return Err(malformed(FILE_IS_DIRECTORY, "True or False")),
    };
    let owned = |name: &str| header::text(headers, name).map(|text| text.map(str::to_owned));
    let url = header::text(headers, FILE_URL)?.unwrap_or_default();
    Ok(FileHeaders {
        content_length: length(headers)?.unwrap_or(0),
        content_type: owned(CONTENT_TYPE.as_str())?.unwrap_or_default(),
        last_modified: header::moment(headers, LAST_MODIFIED.as_str())?
            .ok_or_else(|| malformed("last-modified", "the header, which is missing"))?,
        creation_time: header::moment(headers, OCP_CREATION_TIME)?,
        is_directory,
        mode: owned(FILE_MODE)?,
        url: percent_decode_str(url).decode_utf8_lossy().into_owned(),
    })
}

/// `Content-Length`: the bytes that follow.
pub fn length(headers: &HeaderMap) -> Result<Option<u64>> {
    header::text(headers, CONTENT_LENGTH.as_str())?
        .map(|text| text.parse().map_err(|_| malformed("content-length", "a number")))
        .transpose()
}

/// The length of the whole file, from `Content-Range` as `bytes 0-9/100`.
pub fn whole_length(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(range) = header::text(headers, CONTENT_RANGE.as_str())? else {
        return Ok(None);
    };
    match range.rsplit_once('/') {
        Some((_, "*")) => Ok(None),
        Some((_, whole)) if whole.parse::<u64>().is_ok() => Ok(whole.parse().ok()),
        _ => Err(malformed("content-range", "a range as bytes 0-9/100")),
    }
}
