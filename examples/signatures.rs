//! Signs and verifies the cases it is given: our side of `tests/clients/signatures.py`, which compares it with the
//! official SDKs.
//!
//! Reads a JSON array of cases from standard input and writes a JSON array with one text for each. A case that signs
//! is answered with the `Authorization` header or the token, a case that verifies with `accepted` or with
//! `refused: ` and why.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};

use batchite_api::auth::AccountKey;
use batchite_api::auth::sas::{
    self, AccountSasOptions, IpRange, Need, Permissions, RequestProtocol, ResourceType, ResponseHeaders,
    SasKind, SasOptions, SasProtocol, SasRequest, SasToken, SignedResource,
};
use batchite_api::auth::shared_key::{RequestToSign, SharedKeyAuthorization, batch, blob, query_pairs};
use batchite_api::blob::{AccessPolicy, BlobName, ContainerName, Snapshot, StoredAccessPolicy};
use batchite_api::error::{Result, Service};
use batchite_api::time::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    account: String,
    key: String,
    work: Work,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Work {
    SignBatch(SignedRequest),
    SignBlob(SignedRequest),
    VerifyBatch(SignedRequest),
    VerifyBlob(SignedRequest),
    MakeSas(Box<Token>),
    VerifySas(Box<Shown>),
}

/// A request as it stands on the wire.
#[derive(Deserialize)]
struct SignedRequest {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    authorization: String,
}

/// What a token is made from; `services` makes it one for an account, `blob` one for a blob, `snapshot` beside it one for
/// a snapshot of that.
#[derive(Deserialize)]
struct Token {
    version: String,
    #[serde(default)]
    container: String,
    blob: Option<String>,
    snapshot: Option<String>,
    services: Option<String>,
    #[serde(default)]
    resource_types: String,
    permissions: Option<String>,
    start: Option<Timestamp>,
    expiry: Option<Timestamp>,
    first_ip: Option<Ipv4Addr>,
    last_ip: Option<Ipv4Addr>,
    protocol: Option<String>,
    policy: Option<String>,
    encryption_scope: Option<String>,
    cache_control: Option<String>,
    content_disposition: Option<String>,
    content_encoding: Option<String>,
    content_language: Option<String>,
    content_type: Option<String>,
}

/// A token and the request it is shown with.
#[derive(Deserialize)]
struct Shown {
    token: String,
    container: Option<String>,
    blob: Option<String>,
    snapshot: Option<String>,
    /// One letter of `srt`.
    resource_type: char,
    permission: String,
    now: Timestamp,
    source_ip: IpAddr,
    /// A stored access policy of the container that grants the permission and is valid for ever.
    policy: Option<String>,
}

fn with_request<T>(case: &SignedRequest, run: impl FnOnce(&RequestToSign<'_>) -> T) -> T {
    let query = query_pairs(&case.query);
    let headers: Vec<(&str, &str)> = case
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    run(&RequestToSign {
        method: &case.method,
        path: &case.path,
        query: &query,
        headers: &headers,
    })
}

/// Holds the header of a request against the account's key.
fn verify_request(service: Service, account: &str, key: AccountKey, case: &SignedRequest) -> Result<String> {
    let Some(header) = SharedKeyAuthorization::parse(service, &case.authorization)? else {
        return Ok("refused: another scheme".to_owned());
    };
    let signature = case.authorization.rsplit(':').next().unwrap_or_default();
    let keys = [key];
    with_request(case, |request| match service {
        Service::Batch => batch::verify(account, &keys, request, signature),
        Service::Blob => blob::verify(account, &keys, request, &header),
    })?;
    Ok("accepted".to_owned())
}

fn protocol(text: &str) -> SasProtocol {
    match text {
        "https" => SasProtocol::HttpsOnly,
        _ => SasProtocol::HttpsAndHttp,
    }
}

fn permissions(kind: SasKind, letters: &str) -> Permissions {
    Permissions::from_letters(kind, letters).unwrap_or_default()
}

fn resource_types(letters: &str) -> Vec<ResourceType> {
    [
        ResourceType::Service,
        ResourceType::Container,
        ResourceType::Object,
    ]
    .into_iter()
    .filter(|kind| letters.contains(kind.letter()))
    .collect()
}

fn make(account: &str, key: &AccountKey, token: Token) -> Result<String> {
    let ip = token
        .first_ip
        .map(|first| IpRange::between(first, token.last_ip.unwrap_or(first)));
    let kind = match (&token.services, &token.blob) {
        (Some(_), _) => SasKind::Account,
        (None, Some(_)) => SasKind::Service(SignedResource::Blob),
        (None, None) => SasKind::Service(SignedResource::Container),
    };
    let granted = token.permissions.map(|letters| permissions(kind, &letters));
    if let Some(services) = token.services {
        let expiry = token.expiry.unwrap_or(Timestamp::MAX);
        let options = AccountSasOptions {
            version: token.version,
            services,
            start: token.start,
            ip,
            protocol: token.protocol.as_deref().map(protocol),
            encryption_scope: token.encryption_scope,
            ..AccountSasOptions::new(
                resource_types(&token.resource_types),
                granted.unwrap_or_default(),
                expiry,
            )
        };
        return Ok(sas::account_token(account, key, &options));
    }
    let options = SasOptions {
        version: token.version,
        permissions: granted,
        start: token.start,
        expiry: token.expiry,
        ip,
        protocol: token.protocol.as_deref().map(protocol),
        policy: token.policy,
        encryption_scope: token.encryption_scope,
        response_headers: ResponseHeaders {
            cache_control: token.cache_control,
            content_disposition: token.content_disposition,
            content_encoding: token.content_encoding,
            content_language: token.content_language,
            content_type: token.content_type,
        },
    };
    let container = ContainerName::parse(&token.container)?;
    let Some(blob) = &token.blob else {
        return Ok(sas::container_token(account, key, &container, &options));
    };
    let blob = BlobName::parse(blob)?;
    Ok(match &token.snapshot {
        Some(text) => {
            let snapshot = Snapshot::parse(text)?;
            sas::snapshot_token(account, key, &container, &blob, snapshot, &options)
        }
        None => sas::blob_token(account, key, &container, &blob, &options),
    })
}

fn verify_token(account: &str, key: AccountKey, shown: &Shown) -> Result<String> {
    let token = SasToken::parse(&shown.token)?;
    let container = shown.container.as_deref().map(ContainerName::parse).transpose()?;
    let blob = shown.blob.as_deref().map(BlobName::parse).transpose()?;
    let grants = token.permissions().is_none().then(|| shown.permission.clone());
    let expires = token.expiry().is_none().then_some(Timestamp::MAX);
    let policies: Vec<StoredAccessPolicy> = shown
        .policy
        .iter()
        .map(|id| StoredAccessPolicy {
            id: id.clone(),
            policy: AccessPolicy {
                start: None,
                expiry: expires,
                permissions: grants.clone(),
            },
        })
        .collect();
    token.verify(&SasRequest {
        account,
        container: container.as_ref(),
        blob: blob.as_ref(),
        snapshot: shown.snapshot.as_deref().map(Snapshot::parse).transpose()?,
        keys: &[key],
        policies: &policies,
        now: shown.now,
        source_ip: shown.source_ip,
        protocol: RequestProtocol::Https,
        need: Need {
            resource_type: resource_types(&shown.resource_type.to_string()).first().copied(),
            permissions: permissions(token.kind(), &shown.permission),
            service_token: true,
        },
    })?;
    Ok("accepted".to_owned())
}

fn answer(case: Case) -> String {
    let account = case.account.as_str();
    let done = AccountKey::from_base64(&case.key).and_then(|key| match case.work {
        Work::SignBatch(request) => Ok(with_request(&request, |request| {
            batch::authorization(account, &key, request)
        })),
        Work::SignBlob(request) => Ok(with_request(&request, |request| {
            blob::authorization(account, &key, request)
        })),
        Work::VerifyBatch(request) => verify_request(Service::Batch, account, key, &request),
        Work::VerifyBlob(request) => verify_request(Service::Blob, account, key, &request),
        Work::MakeSas(token) => make(account, &key, *token),
        Work::VerifySas(shown) => verify_token(account, key, &shown),
    });
    done.unwrap_or_else(|error| {
        let detail = error.detail("AuthenticationErrorDetail").unwrap_or_default();
        format!("refused: {} {detail}", error.code().as_str())
    })
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let cases: Vec<Case> = serde_json::from_str(&text)?;
    let answers: Vec<String> = cases.into_iter().map(answer).collect();
    serde_json::to_writer(std::io::stdout().lock(), &answers)?;
    Ok(())
}
