//! The answers of success, by the type of what they tell.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::{RequestParts, push_pair};
use super::route::{AnswerHeader, Parameter, Route};
use super::{file, header};
use crate::backend::{ByteRange, FileHeaders, Written};
use crate::error::{Error, Result, Service};
use crate::odata::Select;
use crate::page::{Continuation, Page};

/// The `Content-Type` of JSON answers, as the service spells it.
pub const CONTENT_TYPE_OF_ANSWERS: &str = "application/json;odata=minimalmetadata";

/// An answer of success.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerParts {
    /// Its status.
    pub status: StatusCode,
    /// Its headers, without those that all answers have.
    pub headers: HeaderMap,
    /// Its body; empty when there is none.
    pub body: Bytes,
}

/// What an answer refers to: the request, and the URL of the account it was sent to.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The URL of the account as the client spells it, without a slash at the end.
    pub endpoint: &'a str,
    /// The request.
    pub request: &'a RequestParts,
}

/// What an answer tells.
pub trait Answer: Sized {
    /// Reads an answer whose status is one of the route's.
    ///
    /// Fails when it breaks the protocol: headers that are missing, a body that is something else.
    fn read(route: &Route, answer: &AnswerParts) -> Result<Self>;

    /// Writes an answer.
    fn write(&self, route: &Route, asked: Asked<'_>) -> Result<AnswerParts>;
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Json<T>(pub T);

/// The head of a file that is sent; its bytes follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Download {
    /// What describes the file.
    pub headers: FileHeaders,
    /// The bytes that follow, where that is told.
    pub length: Option<u64>,
    /// The bytes of the whole file, where that is told.
    pub whole_length: Option<u64>,
}

fn empty(route: &Route) -> AnswerParts {
    AnswerParts {
        status: route.success.first().copied().unwrap_or(StatusCode::OK),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

/// Nothing but that it was done. A page of some proxy does not say that.
impl Answer for () {
    fn read(route: &Route, answer: &AnswerParts) -> Result<Self> {
        if answer.body.is_empty() || super::is_object(&answer.body) {
            return Ok(());
        }
        Err(strange(route, "a body where there is none"))
    }

    fn write(&self, route: &Route, _: Asked<'_>) -> Result<AnswerParts> {
        Ok(empty(route))
    }
}

/// Whether there is such an entity: 200 or 404.
impl Answer for bool {
    fn read(_: &Route, answer: &AnswerParts) -> Result<Self> {
        Ok(answer.status.is_success())
    }

    fn write(&self, route: &Route, _: Asked<'_>) -> Result<AnswerParts> {
        let mut answer = empty(route);
        if !self {
            answer.status = StatusCode::NOT_FOUND;
        }
        Ok(answer)
    }
}

impl Answer for Written {
    fn read(_: &Route, answer: &AnswerParts) -> Result<Self> {
        let headers = &answer.headers;
        Ok(Self {
            etag: header::required(headers, ETAG.as_str())?
                .trim_matches('"')
                .to_owned(),
            last_modified: header::moment(headers, LAST_MODIFIED.as_str())?
                .ok_or_else(|| header::malformed("last-modified", "the header, which is missing"))?,
            content_md5: None,
        })
    }

    fn write(&self, route: &Route, _: Asked<'_>) -> Result<AnswerParts> {
        let mut answer = empty(route);
        header::set(&mut answer.headers, ETAG.as_str(), &self.etag)?;
        header::set(
            &mut answer.headers,
            LAST_MODIFIED.as_str(),
            &self.last_modified.to_rfc1123(),
        )?;
        Ok(answer)
    }
}

/// Of a `HEAD`: the length is that of the file.
impl Answer for FileHeaders {
    fn read(_: &Route, answer: &AnswerParts) -> Result<Self> {
        header::required(&answer.headers, CONTENT_LENGTH.as_str())?;
        file::read(&answer.headers)
    }

    fn write(&self, route: &Route, _: Asked<'_>) -> Result<AnswerParts> {
        let mut answer = empty(route);
        file::write(self, &mut answer.headers)?;
        answer.headers.insert(CONTENT_LENGTH, self.content_length.into());
        Ok(answer)
    }
}

impl Answer for Download {
    fn read(_: &Route, answer: &AnswerParts) -> Result<Self> {
        Ok(Self {
            headers: file::read(&answer.headers)?,
            length: file::length(&answer.headers)?,
            whole_length: file::whole_length(&answer.headers)?,
        })
    }

    fn write(&self, route: &Route, asked: Asked<'_>) -> Result<AnswerParts> {
        let mut answer = empty(route);
        file::write(&self.headers, &mut answer.headers)?;
        if let Some(length) = self.length {
            answer.headers.insert(CONTENT_LENGTH, length.into());
        }
        // The service answers ranges with 200, not 206; the header still tells what the range is of.
        let wanted = asked.request.headers.get(header::OCP_RANGE);
        let wanted = wanted.and_then(|range| ByteRange::parse(range.to_str().ok()?));
        if let (Some(whole), Some(range)) = (self.whole_length, wanted)
            && let Some((first, end)) = range.within(whole)
        {
            let range = format!("bytes {first}-{}/{whole}", end - 1);
            header::set(&mut answer.headers, CONTENT_RANGE.as_str(), &range)?;
        }
        Ok(answer)
    }
}

#[derive(Serialize)]
struct WithMetadata<'a, T> {
    #[serde(rename = "odata.metadata")]
    metadata: String,
    #[serde(flatten)]
    document: &'a T,
}

impl<T: Serialize + DeserializeOwned> Answer for Json<T> {
    fn read(route: &Route, answer: &AnswerParts) -> Result<Self> {
        document(route, answer).map(Self)
    }

    fn write(&self, route: &Route, asked: Asked<'_>) -> Result<AnswerParts> {
        let metadata = metadata(route, asked);
        let mut answer = match selection(route, asked)? {
            None => {
                let document = &self.0;
                written(route, &WithMetadata { metadata, document })?
            }
            Some(select) => {
                let mut document = as_value(route, &self.0)?;
                select.cut(&mut document);
                let document = &document;
                written(route, &WithMetadata { metadata, document })?
            }
        };
        if route.headers.contains(&AnswerHeader::Tags) {
            let entity = TagsOfEntity::deserialize(as_value(route, &self.0)?)
                .map_err(|error| unwritable(route, error))?;
            if let (Some(etag), Some(moment)) = (entity.etag, entity.last_modified) {
                header::set(&mut answer.headers, ETAG.as_str(), &etag)?;
                header::set(&mut answer.headers, LAST_MODIFIED.as_str(), &moment.to_rfc1123())?;
            }
        }
        Ok(answer)
    }
}

/// The properties of an entity that its headers repeat.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagsOfEntity {
    #[serde(rename = "eTag")]
    etag: Option<String>,
    last_modified: Option<crate::time::Timestamp>,
}

/// What the request selected, where the operation knows selections. A backend leaves the rest at its default, which
/// must not be written.
fn selection(route: &Route, asked: Asked<'_>) -> Result<Option<Select>> {
    let text = asked.request.query(Parameter::Select.name());
    text.filter(|_| route.takes(Parameter::Select))
        .map(Select::parse)
        .transpose()
}

fn as_value<T: Serialize>(route: &Route, entity: &T) -> Result<Value> {
    serde_json::to_value(entity).map_err(|error| unwritable(route, error))
}

fn unwritable(route: &Route, source: serde_json::Error) -> Error {
    let message = format!("The answer to {} cannot be written as JSON.", route.name);
    Error::transport(Service::Batch, message, source)
}

#[derive(Serialize)]
struct PageToWrite<'a, T> {
    #[serde(rename = "odata.metadata")]
    metadata: String,
    value: &'a [T],
    #[serde(rename = "odata.nextLink", skip_serializing_if = "Option::is_none")]
    next_link: Option<String>,
}

#[derive(Deserialize)]
struct PageToRead<T> {
    #[serde(default = "Vec::new")]
    value: Vec<T>,
    #[serde(rename = "odata.nextLink")]
    next_link: Option<String>,
}

impl<T: Serialize + DeserializeOwned> Answer for Page<T> {
    fn read(route: &Route, answer: &AnswerParts) -> Result<Self> {
        let page: PageToRead<T> = document(route, answer)?;
        Ok(Self {
            items: page.value,
            continuation: page
                .next_link
                .filter(|link| !link.is_empty())
                .map(|link| continuation(&link)),
        })
    }

    fn write(&self, route: &Route, asked: Asked<'_>) -> Result<AnswerParts> {
        let metadata = metadata(route, asked);
        let next_link = self.continuation.as_ref().map(|token| next_link(token, asked));
        let Some(select) = selection(route, asked)? else {
            let value = &self.items;
            return written(
                route,
                &PageToWrite {
                    metadata,
                    value,
                    next_link,
                },
            );
        };
        let mut value = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let mut item = as_value(route, item)?;
            select.cut(&mut item);
            value.push(item);
        }
        let value = &value;
        written(
            route,
            &PageToWrite {
                metadata,
                value,
                next_link,
            },
        )
    }
}

/// Where a list goes on: the token of the link, or the link itself when it has none.
fn continuation(link: &str) -> Continuation {
    let query = link.split_once('?').map_or("", |(_, query)| query);
    let token = RequestParts::read_query(query)
        .into_iter()
        .find(|(name, value)| name.eq_ignore_ascii_case("$skiptoken") && !value.is_empty());
    Continuation::new(token.map_or_else(|| link.to_owned(), |(_, token)| token))
}

/// The link to the next page: the request again, with another token.
fn next_link(token: &Continuation, asked: Asked<'_>) -> String {
    let mut request = asked.request.clone();
    request
        .query
        .retain(|(name, _)| !name.eq_ignore_ascii_case("$skiptoken"));
    let mut link = format!("{}{}", asked.endpoint, request.target());
    link.push(if request.query.is_empty() { '?' } else { '&' });
    push_pair(&mut link, "$skiptoken", token.as_str());
    link
}

fn metadata(route: &Route, asked: Asked<'_>) -> String {
    format!("{}/$metadata#{}", asked.endpoint, route.metadata)
}

fn written<T: Serialize>(route: &Route, document: &T) -> Result<AnswerParts> {
    let body = serde_json::to_vec(document).map_err(|source| unwritable(route, source))?;
    let mut answer = empty(route);
    header::set(
        &mut answer.headers,
        CONTENT_TYPE.as_str(),
        CONTENT_TYPE_OF_ANSWERS,
    )?;
    answer.body = Bytes::from(body);
    Ok(answer)
}

fn document<T: DeserializeOwned>(route: &Route, answer: &AnswerParts) -> Result<T> {
    let kind = header::text(&answer.headers, CONTENT_TYPE.as_str())?.unwrap_or_default();
    let media_type = kind.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(strange(route, &format!("{media_type:?} instead of JSON")));
    }
    if !super::is_object(&answer.body) {
        return Err(strange(route, "JSON that is no object"));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|error| strange(route, &format!("JSON that cannot be read: {error}")))
}

fn strange(route: &Route, what: &str) -> Error {
    let hint = "Check that the endpoint is that of a Batch account.";
    Error::protocol(
        Service::Batch,
        format!("{} was answered with {what}. {hint}", route.name),
    )
}
