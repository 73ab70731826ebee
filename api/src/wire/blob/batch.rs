//! The bodies of *Blob Batch*: requests and their answers as parts of a `multipart/mixed`, each both ways.
//!
//! A body is read once, from its beginning to its end, and nothing in it is nested. What stands before its first
//! delimiter and behind its last one is passed over, as in mail.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};

use super::header::{CONTENT_LENGTH, CONTENT_TYPE};
use crate::error::{Error, ErrorCode, Result, Service};

/// Bytes the body of a batch has at most.
pub const BODY_MAX: u64 = 4 * 1024 * 1024;

/// The longest boundary mail allows.
const BOUNDARY_MAX: usize = 70;

/// Headers a part or its message has at most; the HTTP library takes no more of a request either.
const HEADERS_MAX: usize = 100;

/// The header that tells which answer belongs to which request.
const CONTENT_ID: &str = "content-id";

/// A part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<T> {
    /// `Content-ID`: the number of the request. The answer to a batch that was refused as a whole has none.
    pub content_id: Option<String>,
    /// The request or the answer.
    pub message: T,
}

/// A body that is none of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBatch(&'static str);

impl BadBatch {
    /// The refusal when a request has such a body.
    pub fn into_refusal(self) -> Error {
        Error::blob(ErrorCode::InvalidInput).with_detail("Reason", self.0)
    }

    /// The failure when an answer has such a body.
    pub fn into_failure(self) -> Error {
        Error::protocol(
            Service::Blob,
            format!("The answer to the batch is broken. {}", self.0),
        )
    }
}

/// The `Content-Type` of a batch.
pub fn content_type(boundary: &str) -> String {
    format!("multipart/mixed; boundary={boundary}")
}

/// The boundary a `Content-Type` gives; none when it is not that of a batch.
pub fn boundary(headers: &HeaderMap) -> Option<&str> {
    let text = super::header::text(headers, &CONTENT_TYPE).ok()??;
    let (media_type, parameters) = text.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim())
    })?;
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let value = quoted.unwrap_or(value);
    let is_sound = (1..=BOUNDARY_MAX).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    is_sound.then_some(value)
}

/// Writes requests; they are numbered from zero.
pub fn write_requests<'a>(boundary: &str, requests: impl IntoIterator<Item = &'a Request<()>>) -> Vec<u8> {
    let mut body = Vec::new();
    for (number, request) in requests.into_iter().enumerate() {
        let head = format!(
            "--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\
             Content-ID: {number}\r\n\r\n{} {} HTTP/1.1\r\n",
            request.method(),
            request
                .uri()
                .path_and_query()
                .map_or("/", |target| target.as_str()),
        );
        body.extend_from_slice(head.as_bytes());
        write_headers(request.headers(), &mut body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// Reads requests. Those of a batch have no bodies.
pub fn read_requests(boundary: &str, body: &[u8]) -> Result<Vec<Part<Request<()>>>, BadBatch> {
    let parts = split(boundary, body)?;
    parts.into_iter().map(read_request).collect()
}

/// Writes answers.
pub fn write_responses(boundary: &str, answers: &[Part<Response<Bytes>>]) -> Vec<u8> {
    let mut body = Vec::new();
    for Part { content_id, message } in answers {
        let number = content_id
            .as_deref()
            .map_or_else(String::new, |id| format!("Content-ID: {id}\r\n"));
        let status = message.status();
        let head = format!(
            "--{boundary}\r\nContent-Type: application/http\r\n{number}\r\nHTTP/1.1 {} {}\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or("Unknown"),
        );
        body.extend_from_slice(head.as_bytes());
        write_headers(message.headers(), &mut body);
        body.extend_from_slice(b"\r\n");
        body.extend_from_slice(message.body());
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// Reads answers.
pub fn read_responses(boundary: &str, body: &[u8]) -> Result<Vec<Part<Response<Bytes>>>, BadBatch> {
    let parts = split(boundary, body)?;
    parts.into_iter().map(read_response).collect()
}

fn write_headers(headers: &HeaderMap, body: &mut Vec<u8>) {
    for (name, value) in headers {
        body.extend_from_slice(name.as_str().as_bytes());
        body.extend_from_slice(b": ");
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
}

/// What a line of the body is to its parts.
#[derive(PartialEq)]
enum Line {
    Content,
    Delimiter,
    LastDelimiter,
}

fn kind_of(line: &[u8], boundary: &str) -> Line {
    let rest = line
        .strip_prefix(b"--")
        .and_then(|rest| rest.strip_prefix(boundary.as_bytes()));
    match rest.map(<[u8]>::trim_ascii_end) {
        Some(b"") => Line::Delimiter,
        Some(b"--") => Line::LastDelimiter,
        _ => Line::Content,
    }
}

/// The parts between the delimiters, without the line break that belongs to the delimiter behind them.
fn split<'a>(boundary: &str, body: &'a [u8]) -> Result<Vec<&'a [u8]>, BadBatch> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (None, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let kind = kind_of(line, boundary);
        if kind != Line::Content {
            if let Some(start) = start {
                parts.push(without_line_break(&body[start..at]));
            }
            if kind == Line::LastDelimiter {
                return Ok(parts);
            }
            start = Some(at + line.len());
        }
        at += line.len();
    }
    Err(BadBatch("The batch does not end with its boundary."))
}

fn without_line_break(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// What is left to read of a part.
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    /// The next line without its end; none when nothing is left.
    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.0.split_inclusive(|byte| *byte == b'\n').next()?;
        self.0 = &self.0[line.len()..];
        Some(without_line_break(line))
    }

    /// Headers up to an empty line, or to the end.
    fn headers(&mut self) -> Result<HeaderMap, BadBatch> {
        let mut headers = HeaderMap::new();
        while let Some(line) = self.next().filter(|line| !line.is_empty()) {
            let bad = || BadBatch("A header of a part is malformed.");
            let colon = line.iter().position(|byte| *byte == b':').ok_or_else(bad)?;
            let name = HeaderName::from_bytes(&line[..colon]).map_err(|_| bad())?;
            let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
            let mut value = value.map_err(|_| bad())?;
            value.set_sensitive(name == AUTHORIZATION);
            if headers.len() == HEADERS_MAX || headers.try_append(name, value).is_err() {
                return Err(BadBatch("A part has too many headers."));
            }
        }
        Ok(headers)
    }

    /// What stands before the request or answer in a part: its number.
    fn number(&mut self) -> Result<Option<String>, BadBatch> {
        let headers = self.headers()?;
        let media_type = headers.get(&CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        let end = media_type.iter().position(|byte| *byte == b';');
        let media_type = media_type[..end.unwrap_or(media_type.len())].trim_ascii();
        if !media_type.eq_ignore_ascii_case(b"application/http") {
            return Err(BadBatch("A part is no application/http."));
        }
        let number = headers.get(CONTENT_ID).map(|value| value.to_str());
        let number = number
            .transpose()
            .map_err(|_| BadBatch("A Content-ID is no text."))?;
        Ok(number.map(str::to_owned))
    }
}

fn read_request(part: &[u8]) -> Result<Part<Request<()>>, BadBatch> {
    let mut lines = Lines(part);
    let content_id = lines.number()?;
    let bad = || BadBatch("A part does not begin with a request as DELETE /container/blob HTTP/1.1.");
    let line = lines.next().ok_or_else(bad)?;
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [method, target, version] = words[..] else {
        return Err(bad());
    };
    let is_below_the_host = target.starts_with(b"/");
    let is_whole_url = !is_below_the_host && target.windows(3).any(|window| window == b"://");
    if !version.starts_with(b"HTTP/1.") || target.is_empty() || is_whole_url {
        return Err(bad());
    }
    // Some clients leave the first slash out.
    let uri = if is_below_the_host {
        Uri::try_from(target)
    } else {
        Uri::try_from([b"/", target].concat())
    };
    let uri = uri.map_err(|_| bad())?;
    let mut message = Request::new(());
    *message.method_mut() = Method::from_bytes(method).map_err(|_| bad())?;
    *message.uri_mut() = uri;
    *message.headers_mut() = lines.headers()?;
    if !lines.0.trim_ascii().is_empty() {
        return Err(BadBatch("The requests of a batch have no bodies."));
    }
    Ok(Part { content_id, message })
}

fn read_response(part: &[u8]) -> Result<Part<Response<Bytes>>, BadBatch> {
    let mut lines = Lines(part);
    let content_id = lines.number()?;
    let bad = || BadBatch("A part does not begin with an answer as HTTP/1.1 202 Accepted.");
    let line = lines.next().ok_or_else(bad)?;
    let mut words = line.split(|byte| *byte == b' ');
    let (version, status) = (words.next().unwrap_or(b""), words.next().unwrap_or(b""));
    let status = StatusCode::from_bytes(status).map_err(|_| bad())?;
    if !version.starts_with(b"HTTP/1.") {
        return Err(bad());
    }
    let headers = lines.headers()?;
    let told = super::header::number(&headers, &CONTENT_LENGTH).ok().flatten();
    let length = told.and_then(|length| usize::try_from(length).ok());
    let body = &lines.0[..length.unwrap_or(lines.0.len()).min(lines.0.len())];
    let mut message = Response::new(Bytes::copy_from_slice(body));
    *message.status_mut() = status;
    *message.headers_mut() = headers;
    Ok(Part { content_id, message })
}

#[cfg(test)]
mod tests;
