//! Requests as bytes, signed.

use batchite::host::pace::system_now;
use batchite::server::blob::{WELL_KNOWN_ACCOUNT, WELL_KNOWN_KEY};
use batchite_api::auth::AccountKey;
use batchite_api::auth::shared_key::{RequestToSign, batch, blob, query_pairs};

use crate::Outcome;

const BATCH_ACCOUNT: &str = "devbatchaccount1";

/// Writes requests to one server.
pub(crate) struct Requests {
    authority: String,
    key: AccountKey,
}

/// Which service a request is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Batch,
    Blob,
}

impl Requests {
    /// To the server at an authority, whose accounts have the well-known key.
    pub(crate) fn to(authority: &str) -> Outcome<Self> {
        Ok(Self {
            authority: authority.to_owned(),
            key: AccountKey::from_base64(WELL_KNOWN_KEY)?,
        })
    }

    /// A request; `path` begins behind the account.
    pub(crate) fn blob(&self, method: &str, path: &str, query: &str, body: &[u8]) -> Vec<u8> {
        let path = format!("/{WELL_KNOWN_ACCOUNT}{path}");
        let mut headers = vec![("x-ms-version", "2022-11-02".to_owned())];
        if method == "PUT" && query.is_empty() {
            headers.push(("x-ms-blob-type", "BlockBlob".to_owned()));
        }
        self.request(Service::Blob, (method, &path, query), headers, body)
    }

    /// A request to the Batch service.
    pub(crate) fn batch(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let media = "application/json; odata=minimalmetadata".to_owned();
        let target = (method, path, "api-version=2025-06-01");
        self.request(Service::Batch, target, vec![("content-type", media)], body)
    }

    fn request(
        &self,
        service: Service,
        (method, path, query): (&str, &str, &str),
        mut headers: Vec<(&'static str, String)>,
        body: &[u8],
    ) -> Vec<u8> {
        let date = match service {
            Service::Batch => "ocp-date",
            Service::Blob => "x-ms-date",
        };
        headers.push((date, system_now().to_rfc1123()));
        headers.push(("content-length", body.len().to_string()));
        let given: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let pairs = query_pairs(query);
        let to_sign = RequestToSign {
            method,
            path,
            query: &pairs,
            headers: &given,
        };
        let authorization = match service {
            Service::Batch => batch::authorization(BATCH_ACCOUNT, &self.key, &to_sign),
            Service::Blob => blob::authorization(WELL_KNOWN_ACCOUNT, &self.key, &to_sign),
        };
        let mark = if query.is_empty() { "" } else { "?" };
        let mut lines = vec![
            format!("{method} {path}{mark}{query} HTTP/1.1"),
            format!("host: {}", self.authority),
            format!("authorization: {authorization}"),
        ];
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let mut request = lines.join("\r\n").into_bytes();
        request.extend_from_slice(b"\r\n\r\n");
        request.extend_from_slice(body);
        request
    }
}
