//! Operations older versions had and today's has not.
//!
//! What they told that still can be told, is: the node agents, out of the list of images. There are no certificates
//! and no pools of cloud services, so what asks for one finds none, and what would make one is refused by name.

use batchite_api::backend::{BatchBackend, RequestOptions};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::page::Page;
use batchite_api::wire::batch::answer::Asked;
use batchite_api::wire::batch::route::{BodyRule, Parameter};
use batchite_api::wire::batch::{Answer, AnswerParts, BatchOperation, RequestParts, Route};
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::ApiVersion;
use super::node_agents;

/// An operation of older versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Old {
    ListNodeAgentSkus,
    AddCertificate,
    ListCertificates,
    OnCertificate,
    GetRemoteDesktop,
    UpgradeOs,
    LifetimeJobStatistics,
    LifetimePoolStatistics,
}

/// Where an operation stood, and the first version without it.
struct OldRoute {
    method: Method,
    path: &'static str,
    until: ApiVersion,
    operation: Old,
}

const fn old(method: Method, path: &'static str, until: ApiVersion, operation: Old) -> OldRoute {
    OldRoute {
        method,
        path,
        until,
        operation,
    }
}

/// The first version with `/supportedimages` in the place of `/nodeagentskus`.
const IMAGES: ApiVersion = ApiVersion::numbered(2019, 6, 1, 9, 0);
/// The first version without `upgradeos`.
const NO_UPGRADE: ApiVersion = ApiVersion::numbered(2018, 12, 1, 8, 0);
/// The first version without statistics of the account's lifetime.
const NO_LIFETIME: ApiVersion = ApiVersion::numbered(2023, 5, 1, 17, 0);
/// The first version without files for remote desktops.
const NO_DESKTOP: ApiVersion = ApiVersion::numbered(2024, 7, 1, 20, 0);
/// The first version without certificates.
const NO_CERTIFICATES: ApiVersion = ApiVersion::NEWEST;

/// What the path of a certificate begins with; its names and their values follow.
const CERTIFICATE: &str = "/certificates({certificate})";

static ROUTES: [OldRoute; 10] = [
    old(Method::GET, "/nodeagentskus", IMAGES, Old::ListNodeAgentSkus),
    old(
        Method::POST,
        "/certificates",
        NO_CERTIFICATES,
        Old::AddCertificate,
    ),
    old(
        Method::GET,
        "/certificates",
        NO_CERTIFICATES,
        Old::ListCertificates,
    ),
    old(Method::GET, CERTIFICATE, NO_CERTIFICATES, Old::OnCertificate),
    old(Method::DELETE, CERTIFICATE, NO_CERTIFICATES, Old::OnCertificate),
    old(
        Method::POST,
        "/certificates({certificate})/canceldelete",
        NO_CERTIFICATES,
        Old::OnCertificate,
    ),
    old(
        Method::GET,
        "/pools/{poolId}/nodes/{nodeId}/rdp",
        NO_DESKTOP,
        Old::GetRemoteDesktop,
    ),
    old(
        Method::POST,
        "/pools/{poolId}/upgradeos",
        NO_UPGRADE,
        Old::UpgradeOs,
    ),
    old(
        Method::GET,
        "/lifetimejobstats",
        NO_LIFETIME,
        Old::LifetimeJobStatistics,
    ),
    old(
        Method::GET,
        "/lifetimepoolstats",
        NO_LIFETIME,
        Old::LifetimePoolStatistics,
    ),
];

/// What a list of certificates is answered with.
static LIST_CERTIFICATES: Route = Route {
    operation: BatchOperation::ListApplications,
    name: "list_certificates",
    method: Method::GET,
    path: "/certificates",
    success: &[StatusCode::OK],
    parameters: &[Parameter::MaxResults, Parameter::Filter, Parameter::Select],
    body: BodyRule::None,
    headers: &[],
    metadata: "certificates",
};

/// Carries out an operation today's version has not; `None` when the request is for none of them.
pub(super) async fn carry_out(
    backend: &dyn BatchBackend,
    version: ApiVersion,
    asked: Asked<'_>,
) -> Result<Option<AnswerParts>> {
    let Some((operation, parts)) = find(version, asked.request)? else {
        return Ok(None);
    };
    let refused = |code: ErrorCode, reason: &str| Err(Error::batch(code).with_detail("Reason", reason));
    match (operation, parts.as_slice()) {
        (Old::ListNodeAgentSkus, _) => node_agents::list(backend, asked).await.map(Some),
        (Old::ListCertificates, _) => Page::<Value>::default()
            .write(&LIST_CERTIFICATES, asked)
            .map(Some),
        (Old::AddCertificate, _) => Err(Error::not_simulated(Service::Batch, "add_certificate")),
        (Old::OnCertificate, _) => Err(Error::batch(ErrorCode::CertificateNotFound)),
        (Old::GetRemoteDesktop, [pool, node]) => {
            let (pool, node) = (PoolId::parse(pool)?, NodeId::parse(node)?);
            backend.get_node(&pool, &node, &RequestOptions::default()).await?;
            refused(
                ErrorCode::OperationNotValidOnNode,
                "Files for remote desktops are made for nodes of cloud services only. Ask for the remote login settings.",
            )
        }
        (Old::UpgradeOs, [pool]) => {
            backend
                .get_pool(&PoolId::parse(pool)?, &RequestOptions::default())
                .await?;
            refused(
                ErrorCode::OperationNotValidOnPool,
                "Only pools of cloud services are upgraded so.",
            )
        }
        (Old::LifetimeJobStatistics, _) => Err(Error::not_simulated(
            Service::Batch,
            "get_all_jobs_lifetime_statistics",
        )),
        (Old::LifetimePoolStatistics, _) => Err(Error::not_simulated(
            Service::Batch,
            "get_all_pools_lifetime_statistics",
        )),
        (Old::GetRemoteDesktop | Old::UpgradeOs, _) => Err(Error::batch(ErrorCode::InvalidUri)),
    }
}

/// The old operation of a request, and the parts of its path that differ.
fn find(version: ApiVersion, request: &RequestParts) -> Result<Option<(Old, Vec<String>)>> {
    let mut known = false;
    for route in ROUTES.iter().filter(|route| version < route.until) {
        if let Some(parts) = matching(route.path, &request.path) {
            if route.method == request.method {
                return Ok(Some((route.operation, parts)));
            }
            known = true;
        }
    }
    if known {
        return Err(Error::batch(ErrorCode::UnsupportedHttpVerb));
    }
    Ok(None)
}

/// The parts of a path that stand where the template has names in braces; `None` when the path is another's.
fn matching(template: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    let mut parts = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parts),
            (Some(wanted), Some(given)) => {
                let given = percent_decode_str(given).decode_utf8().ok()?;
                let (Some(from), Some(to)) = (wanted.find('{'), wanted.find('}')) else {
                    if wanted == given {
                        continue;
                    }
                    return None;
                };
                let part = given
                    .strip_prefix(&wanted[..from])?
                    .strip_suffix(&wanted[to + 1..])?;
                if part.is_empty() {
                    return None;
                }
                parts.push(part.to_owned());
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version: &str, method: Method, path: &str) -> Result<Option<(Old, Vec<String>)>> {
        find(
            ApiVersion::parse(version).unwrap(),
            &RequestParts {
                method,
                path: path.to_owned(),
                query: Vec::new(),
                headers: http::HeaderMap::new(),
                body: bytes::Bytes::new(),
            },
        )
    }

    const CERTIFICATE: &str = "/certificates(thumbprintAlgorithm=sha1,thumbprint=0a1b)";
    const CANCELED: &str = "/certificates(thumbprintAlgorithm=sha1,thumbprint=0a1b)/canceldelete";

    /// Method, path, operation, the last version that has it and the first that has not.
    const FOUND: [(Method, &str, Old, &str, &str); 10] = [
        (
            Method::GET,
            "/nodeagentskus",
            Old::ListNodeAgentSkus,
            "2018-12-01.8.0",
            "2019-06-01.9.0",
        ),
        (
            Method::POST,
            "/pools/p/upgradeos",
            Old::UpgradeOs,
            "2018-08-01.7.0",
            "2018-12-01.8.0",
        ),
        (
            Method::GET,
            "/lifetimejobstats",
            Old::LifetimeJobStatistics,
            "2022-10-01.16.0",
            "2023-05-01.17.0",
        ),
        (
            Method::GET,
            "/lifetimepoolstats",
            Old::LifetimePoolStatistics,
            "2022-10-01.16.0",
            "2023-05-01.17.0",
        ),
        (
            Method::GET,
            "/pools/p/nodes/n/rdp",
            Old::GetRemoteDesktop,
            "2024-02-01.19.0",
            "2024-07-01.20.0",
        ),
        (
            Method::GET,
            "/certificates",
            Old::ListCertificates,
            "2024-07-01.20.0",
            "2025-06-01",
        ),
        (
            Method::POST,
            "/certificates",
            Old::AddCertificate,
            "2024-07-01.20.0",
            "2025-06-01",
        ),
        (
            Method::GET,
            CERTIFICATE,
            Old::OnCertificate,
            "2024-07-01.20.0",
            "2025-06-01",
        ),
        (
            Method::DELETE,
            CERTIFICATE,
            Old::OnCertificate,
            "2024-07-01.20.0",
            "2025-06-01",
        ),
        (
            Method::POST,
            CANCELED,
            Old::OnCertificate,
            "2024-07-01.20.0",
            "2025-06-01",
        ),
    ];

    #[test]
    fn operations_are_found_in_the_versions_that_had_them() {
        for (method, path, operation, last, first_without) in FOUND {
            for version in ["2016-07-01.3.1", last] {
                let (given, _) = found(version, method.clone(), path).unwrap().unwrap();
                assert_eq!(given, operation, "{version} {path}");
            }
            assert_eq!(
                found(first_without, method.clone(), path).unwrap(),
                None,
                "{path}"
            );
        }
    }

    #[test]
    fn what_differs_in_a_path_is_told() {
        let (_, parts) = found("2016-07-01.3.1", Method::GET, "/pools/a%2Eb/nodes/n/rdp")
            .unwrap()
            .unwrap();
        assert_eq!(parts, ["a.b", "n"]);
        for path in [
            "/nodeagentskus/x",
            "/pools//nodes/n/rdp",
            "/certificates()",
            "/pools",
        ] {
            assert_eq!(
                found("2016-07-01.3.1", Method::GET, path).unwrap(),
                None,
                "{path}"
            );
        }
        let error = found("2016-07-01.3.1", Method::PUT, "/certificates").unwrap_err();
        assert!(error.is(&ErrorCode::UnsupportedHttpVerb));
    }
}
