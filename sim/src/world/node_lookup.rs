//! What can be looked up about the machine behind a node: where to log in, its extensions, its agent's log.

use std::fmt::Write as _;

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchNodeRemoteLoginSettings, BatchNodeVMExtension, InstanceViewStatus, IpAddressProvisioningType,
    StatusLevelTypes, UploadBatchServiceLogsOptions, VMExtension, VMExtensionInstanceView,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::odata::ListKind;
use batchite_api::page::Page;
use batchite_api::time::Timestamp;

use super::node::Node;
use super::paging::{continuation_offset, page};
use super::validate::{invalid, missing};
use super::{NodeIndex, World};
use crate::rng::Stream;
use crate::trace::{Entity, Record};

/// The first port outside that leads to the login of a node.
const LOGIN_PORT_FIRST: u32 = 50_000;

/// Nodes that share a public address.
const NODES_PER_ADDRESS: u32 = 5000;

/// The log of a node's agent, ready to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLogs {
    /// The directory in the container: that of the account, pool, node, and an id of its own.
    pub directory: String,
    /// Names of files below it, and what is in them.
    pub files: Vec<(String, String)>,
}

impl World {
    /// `GET /pools/{poolId}/nodes/{nodeId}/remoteloginsettings`: an address of the range for documentation and a port of
    /// the node's own, the same every time. Nothing listens there.
    ///
    /// Refused: `NodeBeingCreated` and `OperationInvalidForCurrentState` for nodes without a machine,
    /// `OperationNotValidOnNode` in pools without public addresses.
    pub fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
    ) -> Result<BatchNodeRemoteLoginSettings> {
        let index = self.find_node(pool, node)?;
        self.require_machine(index)?;
        let provision = self
            .node(index)
            .and_then(|node| self.pool(node.pool))
            .and_then(|pool| pool.model.network_configuration.as_ref())
            .and_then(|network| {
                network
                    .public_ip_address_configuration
                    .as_ref()?
                    .provision
                    .as_ref()
            });
        if provision == Some(&IpAddressProvisioningType::NoPublicIpAddresses) {
            let reason = "The pool has no public IP addresses.";
            return Err(Error::batch(ErrorCode::OperationNotValidOnNode).with_detail("Reason", reason));
        }
        let address = index.0 / NODES_PER_ADDRESS % 254 + 1;
        let port = LOGIN_PORT_FIRST + index.0 % NODES_PER_ADDRESS;
        Ok(BatchNodeRemoteLoginSettings {
            remote_login_ip_address: format!("203.0.113.{address}"),
            remote_login_port: i32::try_from(port).unwrap_or(i32::MAX),
            ..BatchNodeRemoteLoginSettings::default()
        })
    }

    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}`
    ///
    /// Refused: `ResourceNotFound` for one the pool does not ask for.
    pub fn get_node_extension(
        &self,
        pool: &PoolId,
        node: &NodeId,
        name: &str,
        request: &RequestOptions,
    ) -> Result<BatchNodeVMExtension> {
        let index = self.find_node(pool, node)?;
        let asked = self
            .extensions(index)
            .iter()
            .find(|extension| extension.name == name);
        let model = self
            .node(index)
            .zip(asked)
            .map(|(node, extension)| view_extension(node, extension))
            .ok_or_else(|| Error::batch(ErrorCode::ResourceNotFound))?;
        request.selected(model)
    }

    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions`: those of the pool, in their order.
    pub fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>> {
        let index = self.find_node(pool, node)?;
        options.filter(ListKind::Unfiltered)?;
        let start = continuation_offset(options)?;
        let record = self
            .node(index)
            .ok_or_else(|| Error::batch(ErrorCode::NodeNotFound))?;
        let extensions = self.extensions(index).iter().enumerate().skip(start);
        page(extensions, options, |extension| view_extension(record, extension))
    }

    fn extensions(&self, node: NodeIndex) -> &[VMExtension] {
        self.node(node)
            .and_then(|node| self.pool(node.pool))
            .and_then(|pool| pool.model.virtual_machine_configuration.as_ref())
            .map_or(&[], |machine| machine.extensions.as_slice())
    }

    /// What `POST /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs` is to upload: for each day of the time asked for
    /// on which something befell the node, one file with all that did, as far as the trace still tells of it.
    ///
    /// Refused: `MissingRequiredProperty`, `InvalidPropertyValue`; an identity is not simulated.
    pub fn node_logs(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        upload: &UploadBatchServiceLogsOptions,
    ) -> Result<NodeLogs> {
        let index = self.find_node(pool, node)?;
        if upload.container_url.as_str().is_empty() {
            return Err(missing("containerUrl"));
        }
        if upload.identity_reference.is_some() {
            return Err(Error::not_simulated(Service::Batch, "identityReference"));
        }
        if upload.start_time == Timestamp::default() {
            return Err(missing("startTime"));
        }
        let end = upload.end_time.unwrap_or(self.now);
        if end < upload.start_time {
            return Err(invalid("endTime", end, "The end is not before the startTime."));
        }
        let identity = self
            .node(index)
            .map(|node| std::sync::Arc::clone(&node.identity))
            .ok_or_else(|| Error::batch(ErrorCode::NodeNotFound))?;
        let (first, last) = (day(upload.start_time), day(end));
        let entity = identity.entity();
        let mut files: Vec<(String, String)> = Vec::new();
        for record in self.trace.records() {
            let is_about = record.entity == entity || record.note == identity.node.as_str();
            let day = day(record.time);
            if !is_about || day < first || day > last {
                continue;
            }
            let name = format!("agent-{day}.log");
            if files.last().is_none_or(|(newest, _)| *newest != name) {
                files.push((name, String::new()));
            }
            if let Some((_, text)) = files.last_mut() {
                write_line(record, text);
            }
        }
        let id = self.random.hex(Stream::Ids, 2);
        let directory = format!(
            "{}/{}/{}/{}",
            account_directory(&self.config.batch_account),
            identity.pool,
            identity.node,
            guid(&id)
        );
        Ok(NodeLogs { directory, files })
    }
}

/// The day of a moment, as `2026-01-01`.
fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

/// What the service puts the logs of an account's nodes under: `batch-` and a number of 16 hexadecimal digits.
fn account_directory(account: &str) -> String {
    let digest = <md5::Md5 as md5::Digest>::digest(account.as_bytes());
    let mut name = "batch-".to_owned();
    for byte in digest.iter().take(8) {
        // A string takes whatever is written to it.
        let _ = write!(name, "{byte:02X}");
    }
    name
}

fn guid(hex: &str) -> String {
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

fn write_line(record: &Record, text: &mut String) {
    let about = match &record.entity {
        Entity::Task { job, task } => format!("task {job}/{task}"),
        _ => "node".to_owned(),
    };
    let from = if record.from.is_empty() {
        "-"
    } else {
        record.from.as_str()
    };
    let to = if record.to.is_empty() {
        "-"
    } else {
        record.to.as_str()
    };
    let line = format!("{} {about}: {from} -> {to} ({})", record.time, record.cause);
    text.push_str(&line);
    text.push('\n');
}

/// An extension on a node: installed once the node has booted.
fn view_extension(node: &Node, extension: &VMExtension) -> BatchNodeVMExtension {
    let installed = node.last_boot_time;
    let state = if installed.is_some() {
        "Succeeded"
    } else {
        "Creating"
    };
    BatchNodeVMExtension {
        provisioning_state: Some(state.to_owned()),
        vm_extension: Some(extension.clone()),
        instance_view: installed.map(|time| VMExtensionInstanceView {
            name: Some(extension.name.clone()),
            statuses: vec![InstanceViewStatus {
                code: Some("ProvisioningState/succeeded".to_owned()),
                display_status: Some("Provisioning succeeded".to_owned()),
                level: Some(StatusLevelTypes::Info),
                message: None,
                time: Some(time),
            }],
            sub_statuses: Vec::new(),
        }),
    }
}
