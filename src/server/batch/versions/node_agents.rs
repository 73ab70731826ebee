//! `GET /nodeagentskus`, of versions before `/supportedimages`: the node agents, each with the images it was tested
//! with.

use batchite_api::backend::{BatchBackend, ListOptions};
use batchite_api::batch::{BatchSupportedImage, BatchVmImageReference, ImageVerificationType, OSType};
use batchite_api::error::Result;
use batchite_api::page::{Continuation, Page};
use batchite_api::wire::batch::answer::Asked;
use batchite_api::wire::batch::operations::account::LIST_SUPPORTED_IMAGES;
use batchite_api::wire::batch::route::BodyRule;
use batchite_api::wire::batch::{Answer, AnswerParts, BatchOperation, RequestParts, Route};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::query;

/// Entries per page where the caller says nothing.
const PAGE: usize = 1000;

static LIST_NODE_AGENT_SKUS: Route = Route {
    operation: BatchOperation::ListSupportedImages,
    name: "list_node_agent_skus",
    method: Method::GET,
    path: "/nodeagentskus",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::None,
    headers: &[],
    metadata: "nodeagentskus",
};

/// A build of the service's agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodeAgentSku {
    id: String,
    verified_image_references: Vec<BatchVmImageReference>,
    os_type: OSType,
}

/// Answers the list.
pub(super) async fn list(backend: &dyn BatchBackend, asked: Asked<'_>) -> Result<AnswerParts> {
    let request = renewed(asked.request);
    let wanted = LIST_SUPPORTED_IMAGES
        .decode(&[], &request)?
        .parameters
        .list_options();
    let mut images = Vec::new();
    let mut options = ListOptions {
        filter: wanted.filter.clone(),
        client_request_id: wanted.client_request_id.clone(),
        ..ListOptions::default()
    };
    loop {
        let page = backend.list_supported_images(&options).await?;
        images.extend(page.items);
        if page.continuation.is_none() {
            break;
        }
        options.continuation = page.continuation;
    }
    wanted.page_size()?;
    page_of(grouped(images), &wanted).write(&LIST_NODE_AGENT_SKUS, asked)
}

/// The request as one for images.
fn renewed(request: &RequestParts) -> RequestParts {
    let mut request = request.clone();
    for (name, value) in &mut request.query {
        if name.eq_ignore_ascii_case("$filter") {
            *value = query::filter(value, &|name| match name {
                "id" => "nodeAgentSKUId".to_owned(),
                other => other.to_owned(),
            });
        }
    }
    request
}

/// The agents of images, in the order of their first images. Images nobody tested are not told of.
fn grouped(images: Vec<BatchSupportedImage>) -> Vec<NodeAgentSku> {
    let mut agents: Vec<NodeAgentSku> = Vec::new();
    for image in images {
        let at = agents
            .iter()
            .position(|agent| agent.id == image.node_agent_sku_id);
        let at = at.unwrap_or_else(|| {
            agents.push(NodeAgentSku {
                id: image.node_agent_sku_id.clone(),
                verified_image_references: Vec::new(),
                os_type: image.os_type.clone(),
            });
            agents.len() - 1
        });
        if image.verification_type == ImageVerificationType::Verified {
            agents[at].verified_image_references.push(image.image_reference);
        }
    }
    agents
}

/// The page a caller wants; the token is the id of the last entry before it.
fn page_of(agents: Vec<NodeAgentSku>, wanted: &ListOptions) -> Page<NodeAgentSku> {
    let length = wanted.max_results.map_or(PAGE, |number| number as usize);
    let token = wanted.continuation.as_ref().map(Continuation::as_str);
    let from = token.map_or(0, |token| {
        agents
            .iter()
            .position(|agent| agent.id == token)
            .map_or(agents.len(), |at| at + 1)
    });
    let rest = agents.len() - from;
    let items: Vec<_> = agents.into_iter().skip(from).take(length).collect();
    let continuation = items
        .last()
        .filter(|_| rest > length)
        .map(|last| Continuation::new(last.id.clone()));
    Page { items, continuation }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(agent: &str, sku: &str, verification_type: ImageVerificationType) -> BatchSupportedImage {
        BatchSupportedImage {
            node_agent_sku_id: agent.to_owned(),
            image_reference: BatchVmImageReference {
                sku: Some(sku.to_owned()),
                ..BatchVmImageReference::default()
            },
            os_type: OSType::Linux,
            verification_type,
            ..BatchSupportedImage::default()
        }
    }

    #[test]
    fn images_are_grouped_by_their_agent_and_come_in_pages() {
        let verified = ImageVerificationType::Verified;
        let agents = grouped(vec![
            image("batch.node.a", "1", verified.clone()),
            image("batch.node.b", "2", ImageVerificationType::Unverified),
            image("batch.node.a", "3", verified.clone()),
            image("batch.node.c", "4", verified),
        ]);
        let told: Vec<_> = agents
            .iter()
            .map(|agent| (agent.id.as_str(), agent.verified_image_references.len()))
            .collect();
        assert_eq!(
            told,
            [("batch.node.a", 2), ("batch.node.b", 0), ("batch.node.c", 1)]
        );

        let mut wanted = ListOptions {
            max_results: Some(2),
            ..ListOptions::default()
        };
        let first = page_of(agents.clone(), &wanted);
        assert_eq!(first.items, agents[..2]);
        wanted.continuation = first.continuation;
        assert_eq!(
            page_of(agents.clone(), &wanted),
            Page {
                items: agents[2..].to_vec(),
                continuation: None,
            }
        );
    }
}
