//! What a request carries beside its path and body, and how it stands in query and headers.

use http::{HeaderMap, HeaderName};

use super::header::{self, CLIENT_REQUEST_ID, RETURN_CLIENT_REQUEST_ID};
use super::request::RequestParts;
use super::route::{Parameter, Route};
use crate::backend::{ByteRange, Conditions, ListOptions, RequestOptions, UsagePeriod};
use crate::error::{Error, ErrorCode, Result, Service};
use crate::odata::invalid_query;
use crate::page::Continuation;
use crate::time::Timestamp;

/// Names every operation takes, and the calls do not carry: the version, and the service's own time limit.
const COMMON: [&str; 2] = ["api-version", "timeOut"];

/// What the requests of all operations may carry; each takes its own part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Conditional headers.
    pub conditions: Conditions,
    /// `client-request-id`
    pub client_request_id: Option<String>,
    /// `$filter`
    pub filter: Option<String>,
    /// `$select`
    pub select: Option<String>,
    /// `$expand`
    pub expand: Option<String>,
    /// `maxresults`
    pub max_results: Option<u32>,
    /// Where a list goes on. It is a `$skiptoken`, or a whole link where the service gave one without such a token.
    pub continuation: Option<Continuation>,
    /// `force`
    pub force: bool,
    /// `recursive`
    pub recursive: bool,
    /// `ocp-range`
    pub range: Option<ByteRange>,
    /// `startTime` and `endtime`
    pub period: UsagePeriod,
}

impl From<&RequestOptions> for Parameters {
    fn from(options: &RequestOptions) -> Self {
        Self {
            conditions: options.conditions.clone(),
            client_request_id: options.client_request_id.clone(),
            select: options.select.clone(),
            expand: options.expand.clone(),
            force: options.force,
            ..Self::default()
        }
    }
}

impl From<&ListOptions> for Parameters {
    fn from(options: &ListOptions) -> Self {
        Self {
            filter: options.filter.clone(),
            select: options.select.clone(),
            expand: options.expand.clone(),
            max_results: options.max_results,
            continuation: options.continuation.clone(),
            client_request_id: options.client_request_id.clone(),
            ..Self::default()
        }
    }
}

impl Parameters {
    /// The part calls on one entity take.
    pub fn request_options(&self) -> RequestOptions {
        RequestOptions {
            conditions: self.conditions.clone(),
            client_request_id: self.client_request_id.clone(),
            select: self.select.clone(),
            expand: self.expand.clone(),
            force: self.force,
        }
    }

    /// The part lists take.
    pub fn list_options(&self) -> ListOptions {
        ListOptions {
            filter: self.filter.clone(),
            select: self.select.clone(),
            expand: self.expand.clone(),
            max_results: self.max_results,
            continuation: self.continuation.clone(),
            client_request_id: self.client_request_id.clone(),
        }
    }

    /// Fails when an operation has no place for one of them: dropping a condition would change what the request means.
    pub fn check(&self, route: &Route) -> Result<()> {
        let mut given = Parameter::ALL
            .into_iter()
            .filter(|parameter| self.has(*parameter));
        match given.find(|parameter| !route.takes(*parameter)) {
            None => Ok(()),
            Some(parameter) => Err(Error::protocol(
                Service::Batch,
                format!("{} takes no {}; leave it out.", route.name, parameter.name()),
            )),
        }
    }

    /// Writes them into a request. What the operation has no place for fails.
    pub(super) fn write(&self, route: &Route, request: &mut RequestParts) -> Result<()> {
        self.check(route)?;
        for parameter in Parameter::ALL {
            let Some(text) = self.text(parameter) else {
                continue;
            };
            if parameter.is_header() {
                header::set(&mut request.headers, parameter.name(), &text)?;
            } else {
                request.query.push((parameter.name().to_owned(), text));
            }
        }
        if let Some(id) = &self.client_request_id {
            header::set(&mut request.headers, CLIENT_REQUEST_ID, id)?;
            header::set(&mut request.headers, RETURN_CLIENT_REQUEST_ID, "true")?;
        }
        Ok(())
    }

    /// Reads them from a request.
    ///
    /// Refused: `UnsupportedQueryParameter`, `InvalidQueryParameterValue`, `UnsupportedHeader`, `InvalidHeaderValue`.
    pub(super) fn read(route: &Route, request: &RequestParts) -> Result<Self> {
        let mut parameters = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &request.query {
            if COMMON.iter().any(|common| common.eq_ignore_ascii_case(name)) {
                continue;
            }
            let mut known = route.parameters.iter().filter(|known| !known.is_header());
            let Some(parameter) = known.find(|known| known.name().eq_ignore_ascii_case(name)) else {
                return Err(Error::batch(ErrorCode::UnsupportedQueryParameter)
                    .with_detail("QueryParameterName", name));
            };
            if seen.contains(&parameter.name()) {
                return Err(invalid_query(name, value, "It is given more than once."));
            }
            seen.push(parameter.name());
            if !value.is_empty() {
                parameters
                    .set(*parameter, value)
                    .map_err(|expected| invalid_query(name, value, &format!("Expected {expected}.")))?;
            }
        }
        parameters.read_headers(route, &request.headers)?;
        Ok(parameters)
    }

    fn read_headers(&mut self, route: &Route, headers: &HeaderMap) -> Result<()> {
        let refused = |code: ErrorCode, name: &str| Error::batch(code).with_detail("HeaderName", name);
        for parameter in Parameter::ALL.into_iter().filter(|known| known.is_header()) {
            let name = parameter.name();
            let mut values = headers.get_all(HeaderName::from_static(name)).iter();
            let Some(value) = values.next() else {
                continue;
            };
            if !route.takes(parameter) {
                return Err(refused(ErrorCode::UnsupportedHeader, name));
            }
            let invalid = || refused(ErrorCode::InvalidHeaderValue, name);
            if values.next().is_some() {
                return Err(invalid().with_detail("Reason", "It is given more than once."));
            }
            let text = value.to_str().map_err(|_| invalid())?;
            self.set(parameter, text).map_err(|expected| {
                invalid()
                    .with_detail("HeaderValue", text)
                    .with_detail("Reason", format!("Expected {expected}."))
            })?;
        }
        self.client_request_id = headers
            .get(CLIENT_REQUEST_ID)
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned);
        Ok(())
    }

    /// Whether a parameter is given.
    fn has(&self, parameter: Parameter) -> bool {
        let conditions = &self.conditions;
        match parameter {
            Parameter::SkipToken => self.continuation.is_some(),
            Parameter::MaxResults => self.max_results.is_some(),
            Parameter::Filter => self.filter.is_some(),
            Parameter::Select => self.select.is_some(),
            Parameter::Expand => self.expand.is_some(),
            Parameter::Force => self.force,
            Parameter::Recursive => self.recursive,
            Parameter::StartTime => self.period.start.is_some(),
            Parameter::EndTime => self.period.end.is_some(),
            Parameter::IfMatch => conditions.if_match.is_some(),
            Parameter::IfNoneMatch => conditions.if_none_match.is_some(),
            Parameter::IfModifiedSince => conditions.if_modified_since.is_some(),
            Parameter::IfUnmodifiedSince => conditions.if_unmodified_since.is_some(),
            Parameter::Range => self.range.is_some(),
        }
    }

    /// The text of a parameter; `None` when it is not given.
    fn text(&self, parameter: Parameter) -> Option<String> {
        let flag = |set: bool| set.then(|| "true".to_owned());
        let moment = |moment: Option<Timestamp>| moment.map(Timestamp::to_rfc1123);
        let conditions = &self.conditions;
        match parameter {
            Parameter::SkipToken => self.continuation.as_ref().map(|token| token.as_str().to_owned()),
            Parameter::MaxResults => self.max_results.map(|number| number.to_string()),
            Parameter::Filter => self.filter.clone(),
            Parameter::Select => self.select.clone(),
            Parameter::Expand => self.expand.clone(),
            Parameter::Force => flag(self.force),
            Parameter::Recursive => flag(self.recursive),
            Parameter::StartTime => self.period.start.map(|moment| moment.to_string()),
            Parameter::EndTime => self.period.end.map(|moment| moment.to_string()),
            Parameter::IfMatch => conditions.if_match.as_deref().map(quoted),
            Parameter::IfNoneMatch => conditions.if_none_match.as_deref().map(quoted),
            Parameter::IfModifiedSince => moment(conditions.if_modified_since),
            Parameter::IfUnmodifiedSince => moment(conditions.if_unmodified_since),
            Parameter::Range => self.range.map(|range| range.to_string()),
        }
    }

    /// Sets a parameter from its text; fails with what was expected instead.
    fn set(&mut self, parameter: Parameter, text: &str) -> Result<(), &'static str> {
        let owned = || Some(text.to_owned());
        let tag = || Some(text.trim().trim_matches('"').to_owned());
        let conditions = &mut self.conditions;
        match parameter {
            Parameter::SkipToken => self.continuation = Some(Continuation::new(text)),
            Parameter::MaxResults => self.max_results = Some(text.parse().map_err(|_| "a number")?),
            Parameter::Filter => self.filter = owned(),
            Parameter::Select => self.select = owned(),
            Parameter::Expand => self.expand = owned(),
            Parameter::Force => self.force = flag_of(text)?,
            Parameter::Recursive => self.recursive = flag_of(text)?,
            Parameter::StartTime => self.period.start = Some(text.parse().map_err(|_| "an ISO 8601 moment")?),
            Parameter::EndTime => self.period.end = Some(text.parse().map_err(|_| "an ISO 8601 moment")?),
            Parameter::IfMatch => conditions.if_match = tag(),
            Parameter::IfNoneMatch => conditions.if_none_match = tag(),
            Parameter::IfModifiedSince => conditions.if_modified_since = Some(moment_of(text)?),
            Parameter::IfUnmodifiedSince => conditions.if_unmodified_since = Some(moment_of(text)?),
            Parameter::Range => {
                self.range = Some(ByteRange::parse(text).ok_or("a range as bytes=0-99")?);
            }
        }
        Ok(())
    }
}

/// A tag as HTTP has it: in quotes, unless it stands for any.
fn quoted(tag: &str) -> String {
    if tag == "*" || tag.contains('"') {
        tag.to_owned()
    } else {
        format!("\"{tag}\"")
    }
}

fn flag_of(text: &str) -> Result<bool, &'static str> {
    [("true", true), ("false", false)]
        .into_iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text))
        .map(|(_, value)| value)
        .ok_or("true or false")
}

fn moment_of(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::from_rfc1123(text).map_err(|_| "a moment as Thu, 20 Nov 2025 15:00:00 GMT")
}
