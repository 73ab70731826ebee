//! One error for both worlds: what a service refused, and what kept a request from being answered at all.

mod codes;
mod table;

use std::fmt;
use std::sync::Arc;

pub use codes::ErrorCode;

use crate::secret::redact_signatures;
use crate::time::TimeSpan;

/// Which service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Azure Batch.
    Batch,
    /// Azure Blob Storage.
    Blob,
}

/// What every operation of both backends may end in.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refused or failed request.
///
/// A refusal by the service has a status above zero and one of the service's codes; two backends that refuse the same
/// thing give equal code, status and details. Anything that kept a request from being answered (a broken
/// connection, an answer that makes no sense) has status zero and a [`source`](std::error::Error::source).
///
/// It is one pointer wide, since it travels in every result.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    service: Service,
    code: ErrorCode,
    status: u16,
    message: String,
    details: Vec<(String, String)>,
    request_id: Option<String>,
    client_request_id: Option<String>,
    retry_after: Option<TimeSpan>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A refusal by the Batch service, with the status and text of its table.
    pub fn batch(code: ErrorCode) -> Self {
        Self::refusal(Service::Batch, code)
    }

    /// A refusal by Blob Storage, with the status and text of its table.
    pub fn blob(code: ErrorCode) -> Self {
        Self::refusal(Service::Blob, code)
    }

    fn refusal(service: Service, code: ErrorCode) -> Self {
        let table = match service {
            Service::Batch => table::BATCH,
            Service::Blob => table::BLOB,
        };
        let (status, message) = table.iter().find(|row| row.0 == code).map_or(
            (500, "The service gave a code that is not in its public table."),
            |row| (row.1, row.2),
        );
        Self::new(service, code, status, message.to_owned())
    }

    /// A refusal as it came over the wire, which may be one no table knows.
    pub fn from_wire(service: Service, code: &str, status: u16, message: String) -> Self {
        Self::new(service, ErrorCode::from(code), status, message)
    }

    /// A request that was not answered: the connection broke, or the answer made no sense.
    pub fn transport(
        service: Service,
        message: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let mut error = Self::new(service, ErrorCode::default(), 0, message.into());
        error.0.source = Some(Arc::new(source));
        error
    }

    /// A request that could not be sent as it was asked for, or whose answer breaks the protocol.
    pub fn protocol(service: Service, message: impl Into<String>) -> Self {
        Self::new(service, ErrorCode::default(), 0, message.into())
    }

    /// The refusal of something Batchite does not simulate; `what` names it.
    pub fn not_simulated(service: Service, what: &str) -> Self {
        Self::refusal(service, ErrorCode::NotSimulated).with_detail("Feature", what)
    }

    fn new(service: Service, code: ErrorCode, status: u16, message: String) -> Self {
        Self(Box::new(Inner {
            service,
            code,
            status,
            message,
            details: Vec::new(),
            request_id: None,
            client_request_id: None,
            retry_after: None,
            source: None,
        }))
    }

    /// Adds a key and value to the details (`values` of a Batch error body). Signatures are hidden.
    #[must_use]
    pub fn with_detail(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0
            .details
            .push((key.to_owned(), redact_signatures(&value.into())));
        self
    }

    /// Replaces the text of the table by a more telling one.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Notes the id the service gave to the request.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// Notes the id the caller gave to the request.
    #[must_use]
    pub fn with_client_request_id(mut self, client_request_id: impl Into<String>) -> Self {
        self.0.client_request_id = Some(client_request_id.into());
        self
    }

    /// Notes how long the service asks to wait before the request is made again: `Retry-After`.
    #[must_use]
    pub fn with_retry_after(mut self, span: TimeSpan) -> Self {
        self.0.retry_after = Some(span);
        self
    }

    /// Notes which service the request was for, where a transport that serves both could not know.
    #[must_use]
    pub fn with_service(mut self, service: Service) -> Self {
        self.0.service = service;
        self
    }

    /// Which service the request was for.
    pub fn service(&self) -> Service {
        self.0.service
    }

    /// The service's code; the empty word when the request was not answered.
    pub fn code(&self) -> &ErrorCode {
        &self.0.code
    }

    /// The HTTP status; zero when the request was not answered.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The service's text, without the request id and time it appends.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Keys and values the service added, in its order.
    pub fn details(&self) -> &[(String, String)] {
        &self.0.details
    }

    /// One of the details by its key.
    pub fn detail(&self, key: &str) -> Option<&str> {
        self.0
            .details
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// The id the service gave to the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The id the caller gave to the request.
    pub fn client_request_id(&self) -> Option<&str> {
        self.0.client_request_id.as_deref()
    }

    /// How long to wait before the request is made again, when the service that is asked says so.
    pub fn retry_after(&self) -> Option<TimeSpan> {
        self.0.retry_after
    }

    /// Whether the service answered and refused with this code.
    pub fn is(&self, code: &ErrorCode) -> bool {
        self.0.status != 0 && self.0.code == *code
    }
}

impl PartialEq for Error {
    /// Equal for a caller: same service, code, status and details. Texts, request ids and causes may differ.
    fn eq(&self, other: &Self) -> bool {
        self.0.service == other.0.service
            && self.0.code == other.0.code
            && self.0.status == other.0.status
            && self.0.details == other.0.details
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.status != 0 {
            write!(formatter, "{} ({}): ", self.0.code, self.0.status)?;
        }
        formatter.write_str(&self.0.message)?;
        for (key, value) in &self.0.details {
            write!(formatter, " [{key}: {value}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("service", &self.0.service)
            .field("code", &self.0.code)
            .field("status", &self.0.status)
            .field("message", &self.0.message)
            .field("details", &self.0.details)
            .field("request_id", &self.0.request_id)
            .field("client_request_id", &self.0.client_request_id)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_in_the_table_of_its_service() {
        for table in [table::BATCH, table::BLOB] {
            for (at, row) in table.iter().enumerate() {
                assert!((400..600).contains(&row.1), "{:?}", row.0);
                assert!(
                    table[at + 1..].iter().all(|other| other.0 != row.0),
                    "{:?} twice",
                    row.0
                );
            }
        }
        for code in ErrorCode::KNOWN {
            assert!(
                table::BATCH.iter().chain(table::BLOB).any(|row| row.0 == *code),
                "{code} is in no table"
            );
        }
    }

    #[test]
    fn details_never_carry_a_signature() {
        let error =
            Error::batch(ErrorCode::InvalidPropertyValue).with_detail("PropertyValue", "h?sp=r&sig=abc");
        assert_eq!(error.detail("PropertyValue"), Some("h?sp=r&sig=REDACTED"));
    }
}
