//! What requests to the controls bring.

use batchite_api::backend::Body;
use batchite_api::time::{TimeSpan, Timestamp};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;

/// Bytes of a request's document at most.
const DOCUMENT_BYTES: u64 = 64 * 1024;

/// Records of the trace in one answer at most.
const RECORDS_MAX: usize = 100_000;

/// How far time moves on at once: far enough for everything that is ever planned.
const ADVANCE_MAX: TimeSpan = TimeSpan::from_days(36_525);

/// The bytes of a request's document.
pub(super) async fn collect(body: Body) -> Result<Bytes, Refusal> {
    body.collect(DOCUMENT_BYTES).await.map_err(|error| {
        let status = StatusCode::from_u16(error.status()).ok();
        let status = status.filter(StatusCode::is_client_error);
        Refusal::new(
            status.unwrap_or(StatusCode::PAYLOAD_TOO_LARGE),
            "InvalidBody",
            format!("The document cannot be read: {error}"),
        )
    })
}

/// How far time moves on: by a span, or to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    by: Option<TimeSpan>,
    to: Option<Timestamp>,
}

impl Advance {
    /// Reads the document of a request.
    pub(super) async fn read(body: Body) -> Result<Self, Refusal> {
        let bytes = collect(body).await?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Refusal::input(format!(
                "{error}. Give {{\"by\": \"PT1H\"}} or {{\"to\": \"2026-01-01T00:00:00Z\"}}."
            ))
        })
    }

    /// The moment that is meant.
    pub(super) fn target(self, now: Timestamp) -> Result<Timestamp, Refusal> {
        let by = match (self.by, self.to) {
            (Some(by), None) => by,
            (None, Some(to)) => to - now,
            _ => return Err(Refusal::input("Give either `by` or `to`.")),
        };
        if by < TimeSpan::ZERO {
            return Err(Refusal::input(format!("Time does not go back; it is {now}.")));
        }
        if by > ADVANCE_MAX {
            return Err(Refusal::input("Time moves on by a hundred years at most."));
        }
        Ok(now.saturating_add(by))
    }
}

/// Which records of the trace are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TraceQuery {
    pub(super) after: u64,
    pub(super) count: usize,
}

impl TraceQuery {
    /// Reads the query of a request.
    pub(super) fn read(query: &str) -> Result<Self, Refusal> {
        let mut read = Self {
            after: 0,
            count: RECORDS_MAX,
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let number: u64 = match (name, value.parse()) {
                ("after" | "count", Ok(number)) => number,
                ("after" | "count", Err(_)) => {
                    return Err(Refusal::input(format!("`{name}` must be a number from 0.")));
                }
                _ => {
                    return Err(Refusal::input(
                        "The trace has the parameters `after` and `count`.",
                    ));
                }
            };
            if name == "after" {
                read.after = number;
            } else {
                read.count = usize::try_from(number).map_or(RECORDS_MAX, |count| count.min(RECORDS_MAX));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    async fn target(document: &'static str) -> Result<Timestamp, Refusal> {
        Advance::read(Body::from(document)).await?.target(now())
    }

    #[tokio::test]
    async fn time_goes_on_by_a_span_or_to_a_moment() {
        let hour = now() + TimeSpan::from_hours(1);
        assert_eq!(target(r#"{"by": "PT1H"}"#).await.unwrap(), hour);
        assert_eq!(target(r#"{"to": "2026-01-01T01:00:00Z"}"#).await.unwrap(), hour);
        for document in [
            "",
            "{}",
            "[",
            r#"{"by": "-PT1H"}"#,
            r#"{"by": "PT1H", "to": "2026-01-01T01:00:00Z"}"#,
            r#"{"to": "2025-12-31T23:59:59Z"}"#,
            r#"{"for": "PT1H"}"#,
            r#"{"by": 5}"#,
            r#"{"by": "P36526D"}"#,
            r#"{"to": "9999-12-31T23:59:59Z"}"#,
        ] {
            assert!(target(document).await.is_err(), "{document}");
        }
        let long = Body::from(vec![b' '; 1 << 20]);
        assert!(Advance::read(long).await.is_err());
    }

    #[test]
    fn the_query_of_the_trace_is_read_or_refused() {
        let read = TraceQuery::read("after=5&count=2").unwrap();
        assert_eq!((read.after, read.count), (5, 2));
        assert_eq!(TraceQuery::read("").unwrap().count, RECORDS_MAX);
        for query in ["after=x", "count=-1", "since=1", "after"] {
            assert!(TraceQuery::read(query).is_err(), "{query}");
        }
    }
}
