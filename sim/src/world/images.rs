//! The images pools can be made of.

use batchite_api::batch::{BatchSupportedImage, BatchVmImageReference, ImageVerificationType, OSType};

use crate::exec::Platform;

/// Publisher, offer, sku, node agent, verified, capabilities, and the end of support.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static [&'static str],
    Option<&'static str>,
);

const CONTAINERS: &[&str] = &["DockerCompatible", "NvidiaTeslaDriverInstalled"];

/// A choice like the one a real account lists: current and older, verified and not, Linux and Windows.
const IMAGES: &[Row] = &[
    (
        "almalinux",
        "almalinux-x86_64",
        "8-gen2",
        "batch.node.el 8",
        true,
        &[],
        Some("2029-03-01T00:00:00Z"),
    ),
    (
        "almalinux",
        "almalinux-x86_64",
        "9-gen2",
        "batch.node.el 9",
        true,
        &[],
        Some("2032-05-31T00:00:00Z"),
    ),
    (
        "canonical",
        "0001-com-ubuntu-server-focal",
        "20_04-lts",
        "batch.node.ubuntu 20.04",
        true,
        &[],
        Some("2025-04-22T00:00:00Z"),
    ),
    (
        "canonical",
        "0001-com-ubuntu-server-jammy",
        "22_04-lts",
        "batch.node.ubuntu 22.04",
        true,
        &[],
        Some("2027-04-01T00:00:00Z"),
    ),
    (
        "canonical",
        "0001-com-ubuntu-server-jammy",
        "22_04-lts-gen2",
        "batch.node.ubuntu 22.04",
        true,
        &[],
        Some("2027-04-01T00:00:00Z"),
    ),
    (
        "canonical",
        "ubuntu-24_04-lts",
        "server",
        "batch.node.ubuntu 24.04",
        true,
        &[],
        Some("2029-05-31T00:00:00Z"),
    ),
    (
        "canonical",
        "ubuntu-24_04-lts",
        "server-gen1",
        "batch.node.ubuntu 24.04",
        true,
        &[],
        Some("2029-05-31T00:00:00Z"),
    ),
    (
        "canonical",
        "ubuntu-24_04-lts-daily",
        "server",
        "batch.node.ubuntu 24.04",
        false,
        &[],
        None,
    ),
    (
        "debian",
        "debian-11",
        "11",
        "batch.node.debian 11",
        true,
        &[],
        Some("2026-08-31T00:00:00Z"),
    ),
    (
        "debian",
        "debian-12",
        "12",
        "batch.node.debian 12",
        true,
        &[],
        Some("2028-06-30T00:00:00Z"),
    ),
    (
        "microsoft-azure-batch",
        "ubuntu-server-container",
        "20-04-lts",
        "batch.node.ubuntu 20.04",
        true,
        &["DockerCompatible"],
        Some("2025-04-22T00:00:00Z"),
    ),
    (
        "microsoft-dsvm",
        "ubuntu-hpc",
        "2204",
        "batch.node.ubuntu 22.04",
        true,
        CONTAINERS,
        Some("2027-04-01T00:00:00Z"),
    ),
    (
        "microsoftwindowsserver",
        "windowsserver",
        "2016-datacenter",
        "batch.node.windows amd64",
        true,
        &[],
        None,
    ),
    (
        "microsoftwindowsserver",
        "windowsserver",
        "2019-datacenter",
        "batch.node.windows amd64",
        true,
        &[],
        None,
    ),
    (
        "microsoftwindowsserver",
        "windowsserver",
        "2022-datacenter",
        "batch.node.windows amd64",
        true,
        &["DockerCompatible"],
        None,
    ),
    (
        "openlogic",
        "centos",
        "7_9",
        "batch.node.centos 7",
        false,
        &[],
        Some("2024-06-30T00:00:00Z"),
    ),
];

/// The images in the order of the list.
pub(super) fn supported_images() -> impl Iterator<Item = BatchSupportedImage> {
    IMAGES.iter().map(
        |&(publisher, offer, sku, agent, verified, capabilities, end_of_life)| BatchSupportedImage {
            node_agent_sku_id: agent.to_owned(),
            image_reference: BatchVmImageReference {
                publisher: Some(publisher.to_owned()),
                offer: Some(offer.to_owned()),
                sku: Some(sku.to_owned()),
                version: Some("latest".to_owned()),
                ..BatchVmImageReference::default()
            },
            os_type: if agent.starts_with(WINDOWS_AGENT) {
                OSType::Windows
            } else {
                OSType::Linux
            },
            capabilities: capabilities.iter().map(|&word| word.to_owned()).collect(),
            batch_support_end_of_life: end_of_life.and_then(|text| text.parse().ok()),
            verification_type: if verified {
                ImageVerificationType::Verified
            } else {
                ImageVerificationType::Unverified
            },
        },
    )
}

const WINDOWS_AGENT: &str = "batch.node.windows";

/// What kind of machine a node agent runs on; `None` for an agent that does not exist.
pub(super) fn platform(node_agent: &str) -> Option<Platform> {
    let known = IMAGES.iter().any(|row| row.3.eq_ignore_ascii_case(node_agent));
    let windows = node_agent.to_ascii_lowercase().starts_with(WINDOWS_AGENT);
    known.then_some(if windows {
        Platform::Windows
    } else {
        Platform::Linux
    })
}

/// The node agents an image of the marketplace works with; none for an image that is not supported.
pub(super) fn agent_of(image: &BatchVmImageReference) -> Option<&'static str> {
    row_of(image).map(|row| row.3)
}

/// What an image of the marketplace can do; nothing is known of one that is not supported.
pub(super) fn capabilities_of(image: &BatchVmImageReference) -> Option<&'static [&'static str]> {
    row_of(image).map(|row| row.5)
}

fn row_of(image: &BatchVmImageReference) -> Option<&'static Row> {
    let same = |text: &Option<String>, word: &str| {
        text.as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    IMAGES
        .iter()
        .find(|row| same(&image.publisher, row.0) && same(&image.offer, row.1) && same(&image.sku, row.2))
}
