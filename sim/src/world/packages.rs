//! Applications, the references pools and tasks make to their packages, and how those come to nodes.
//!
//! Packages of a pool are put on a node each time it boots, before its start task: the node stays `starting` meanwhile, and
//! becomes unusable when one fails. Packages of a task come to its node with its command. Either way a version is put on a
//! node once.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchApplication, BatchApplicationPackageReference, BatchNodeError, BatchNodeState, BatchTaskFailureInfo,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::odata::ListKind;
use batchite_api::page::Page;
use smol_str::{SmolStr, format_smolstr};

use super::faults::fits;
use super::node::AfterTasks;
use super::paging::{continuation_offset, page};
use super::states::{self, DeploymentPhase};
use super::validate::{invalid, missing};
use super::{NodeIndex, PoolIndex, RunTarget, Work, World};
use crate::application::{Application, ApplicationPackage};
use crate::config::SimConfig;
use crate::exec::package::{Deployment, PackagePlacement, package_directory};
use crate::exec::{Command, Outcome, Platform, RunId};
use crate::fault::Fault;

/// References a pool may make.
const POOL_REFERENCES_MAX: usize = 10;

/// The packages of the pool of a node.
#[derive(Debug)]
pub(super) struct NodePackages {
    references: Vec<BatchApplicationPackageReference>,
    phase: DeploymentPhase,
    /// The run that puts them there.
    run: RunId,
}

/// What a reference names.
struct Named<'a> {
    application: &'a Application,
    version: &'a str,
    package: &'a ApplicationPackage,
}

impl Named<'_> {
    fn placement(&self) -> PackagePlacement {
        PackagePlacement {
            application: self.application.id().to_owned(),
            version: self.version.to_owned(),
            package: self.package.clone(),
        }
    }
}

/// The name of an application: given as it is, or as the last part of its resource id in this account.
fn application_name<'a>(config: &SimConfig, id: &'a str) -> Option<&'a str> {
    if !id.starts_with('/') {
        return Some(id);
    }
    let mut parts = id.rsplit('/');
    let name = parts.next()?;
    let named = |part: Option<&str>, word: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
    let whole = named(parts.next(), "applications")
        && named(parts.next(), &config.batch_account)
        && named(parts.next(), "batchAccounts");
    whole.then_some(name)
}

/// Finds what a reference names. The error is the reason why there is nothing, for the person.
fn find<'a>(
    config: &'a SimConfig,
    reference: &BatchApplicationPackageReference,
) -> std::result::Result<Named<'a>, String> {
    let application = application_name(config, &reference.application_id)
        .and_then(|name| config.applications.find(name))
        .ok_or_else(|| "There is no such application.".to_owned())?;
    let version = match (&reference.version, application.default_version()) {
        (Some(version), _) => version,
        (None, Some(default)) => default,
        (None, None) => {
            return Err("The application has no default version, so one has to be named.".to_owned());
        }
    };
    let (version, package) = application
        .find(version)
        .ok_or_else(|| "The application has no such version.".to_owned())?;
    Ok(Named {
        application,
        version,
        package,
    })
}

/// `applicationPackageReferences` of a task, or of what becomes one.
///
/// Refused: `InvalidApplicationPackageReferences` where there is no such application, no such version, or no default.
pub(super) fn check_task(config: &SimConfig, references: &[BatchApplicationPackageReference]) -> Result<()> {
    for reference in references {
        if reference.application_id.is_empty() {
            return Err(missing("applicationId"));
        }
        find(config, reference).map_err(|reason| {
            Error::batch(ErrorCode::InvalidApplicationPackageReferences)
                .with_detail("ApplicationId", &reference.application_id)
                .with_detail("Version", reference.version.as_deref().unwrap_or(""))
                .with_detail("Reason", reason)
        })?;
    }
    Ok(())
}

/// `applicationPackageReferences` of a pool: as of a task, and ten at most.
pub(super) fn check_pool(config: &SimConfig, references: &[BatchApplicationPackageReference]) -> Result<()> {
    if references.len() > POOL_REFERENCES_MAX {
        let reason = format!("A pool has at most {POOL_REFERENCES_MAX} references to packages.");
        return Err(invalid("applicationPackageReferences", references.len(), reason));
    }
    check_task(config, references)
}

/// The variable that tells where a package is. Without a version in the reference there is none in the name.
fn variable(platform: Platform, application: &str, version: Option<&str>) -> String {
    let name = match (platform, version) {
        (_, None) => application.to_owned(),
        (Platform::Linux, Some(version)) => format!("{application}_{version}"),
        (Platform::Windows, Some(version)) => format!("{application}#{version}"),
    };
    match platform {
        Platform::Linux => format!("AZ_BATCH_APP_PACKAGE_{}", name.replace(['.', '-', '#'], "_")),
        Platform::Windows => format!("AZ_BATCH_APP_PACKAGE_{name}"),
    }
}

fn view(application: &Application) -> BatchApplication {
    BatchApplication {
        id: application.id().to_owned(),
        display_name: application.display_name().to_owned(),
        versions: application.versions().map(str::to_owned).collect(),
    }
}

impl World {
    /// `GET /applications`
    pub fn list_applications(&self, options: &ListOptions) -> Result<Page<BatchApplication>> {
        options.filter(ListKind::Unfiltered)?;
        let start = continuation_offset(options)?;
        let applications = self.config.applications.iter().enumerate().skip(start);
        page(applications, options, view)
    }

    /// `GET /applications/{applicationId}`. Refused: `ApplicationNotFound`.
    pub fn get_application(&self, id: &str) -> Result<BatchApplication> {
        let found = self.config.applications.find(id);
        found
            .map(view)
            .ok_or_else(|| Error::batch(ErrorCode::ApplicationNotFound))
    }

    fn placements(&self, references: &[BatchApplicationPackageReference]) -> Vec<PackagePlacement> {
        let named = references
            .iter()
            .filter_map(|reference| find(&self.config, reference).ok());
        named.map(|named| named.placement()).collect()
    }

    /// Tells a command where the packages of its node are.
    pub(super) fn name_packages_of_node(&self, node: NodeIndex, command: &mut Command) {
        let packages = self.node(node).and_then(|record| record.packages.as_deref());
        if let Some(packages) = packages {
            self.name_packages(&packages.references, command);
        }
    }

    /// Has a command bring the packages of its task, and tells it where they are.
    pub(super) fn add_packages(
        &self,
        references: &[BatchApplicationPackageReference],
        command: &mut Command,
    ) {
        if !references.is_empty() {
            self.name_packages(references, command);
            command.application_packages = self.placements(references);
        }
    }

    fn name_packages(&self, references: &[BatchApplicationPackageReference], command: &mut Command) {
        for reference in references {
            let Ok(named) = find(&self.config, reference) else {
                continue;
            };
            let application = named.application.id();
            let version = reference.version.as_ref().map(|_| named.version);
            command.system_environment.insert(
                variable(command.platform, application, version),
                package_directory(application, named.version),
            );
        }
    }

    /// Begins to put the packages of its pool on a node whose agent runs now. Whether there are any.
    pub(super) fn begin_deployment(&mut self, node: NodeIndex, pool: PoolIndex) -> bool {
        let references = self
            .pool(pool)
            .map(|pool| pool.model.application_package_references.clone())
            .unwrap_or_default();
        if references.is_empty() {
            if let Some(record) = self.node_mut(node) {
                record.packages = None;
            }
            return false;
        }
        let (run, phase) = (self.next_run(), DeploymentPhase::Deploying);
        if let Some(record) = self.node_mut(node) {
            record.packages = Some(Box::new(NodePackages {
                references,
                phase,
                run,
            }));
        }
        self.runs.insert(run, RunTarget::Deployment { node });
        self.record_deployment(node, "", phase.word());
        if !self.meet_deployment(run) {
            self.work.push_back(Work::Deploy { run });
        }
        true
    }

    /// What the executor is to do for a run that [`Work::Deploy`] named; nothing once it has ended.
    pub fn deployment(&self, run: RunId) -> Option<Deployment> {
        let Some(RunTarget::Deployment { node }) = self.runs.get(&run).copied() else {
            return None;
        };
        let record = self.node(node)?;
        Some(Deployment {
            run,
            node: record.identity.node.clone(),
            platform: record.identity.platform,
            packages: self.placements(&record.packages.as_deref()?.references),
        })
    }

    /// The packages of the pool are on a node, or one of them could not be put there.
    pub(super) fn deployment_ended(&mut self, node: NodeIndex, outcome: Outcome) {
        let failure = match outcome {
            Outcome::Exited(0) => {
                self.set_deployment_phase(node, DeploymentPhase::Deployed);
                return self.begin_start_task(node);
            }
            Outcome::Failed(failure) | Outcome::UploadFailed { failure, .. } => failure,
            Outcome::Exited(_) => BatchTaskFailureInfo::default(),
        };
        self.set_deployment_phase(node, DeploymentPhase::Failed);
        if let Some(record) = self.node_mut(node) {
            record.errors.push(BatchNodeError {
                code: failure.code,
                message: failure.message,
                error_details: failure.details,
            });
        }
        self.lose_node(node, AfterTasks::BeUnusable, "application_packages");
    }

    /// Ends what puts packages on a node that goes down, if it is under way.
    pub(super) fn end_deployment(&mut self, node: NodeIndex) {
        let packages = self.node(node).and_then(|record| record.packages.as_deref());
        let under_way = packages.filter(|packages| packages.phase == DeploymentPhase::Deploying);
        if let Some(run) = under_way.map(|packages| packages.run) {
            self.runs.remove(&run);
            self.work.push_back(Work::End { run });
            self.set_deployment_phase(node, DeploymentPhase::Ended);
        }
    }

    /// The only setter of how far a node is with the packages of its pool.
    fn set_deployment_phase(&mut self, node: NodeIndex, phase: DeploymentPhase) {
        let packages = self
            .node_mut(node)
            .and_then(|record| record.packages.as_deref_mut());
        let Some(packages) = packages else { return };
        let from = std::mem::replace(&mut packages.phase, phase);
        assert!(
            states::deployment_may_become(from, phase),
            "packages from {from:?} to {phase:?}"
        );
        self.record_deployment(node, from.word(), phase.word());
    }

    /// Packages are on their way to a node exactly while it starts and has a run for them.
    pub(super) fn broken_deployments(&self) -> Option<String> {
        for (at, record) in self.nodes.iter().enumerate() {
            let Some(record) = record else { continue };
            let Some(packages) = record.packages.as_deref() else {
                continue;
            };
            let node = NodeIndex::next(at);
            let runs = self.runs.get(&packages.run) == Some(&RunTarget::Deployment { node });
            let deploys = packages.phase == DeploymentPhase::Deploying;
            if deploys != runs || (deploys && record.state != BatchNodeState::Starting) {
                return Some(format!(
                    "node {} is {} with its packages {:?}",
                    record.identity.node, record.state, packages.phase
                ));
            }
        }
        None
    }

    fn record_deployment(&mut self, node: NodeIndex, from: &str, to: &str) {
        if !self.trace.is_on() {
            return;
        }
        let Some(record) = self.node(node) else { return };
        let references = record
            .packages
            .as_deref()
            .map_or(&[][..], |packages| packages.references.as_slice());
        let names: Vec<String> = self
            .placements(references)
            .iter()
            .map(|placement| format!("{} {}", placement.application, placement.version))
            .collect();
        let entity = record.identity.entity();
        self.record(
            entity,
            from,
            to,
            "application_packages",
            SmolStr::new(names.join(", ")),
        );
    }

    /// Whether a fault keeps one of the packages of a run off its node. Then that is how the run ends, at once.
    pub(super) fn meet_deployment(&mut self, run: RunId) -> bool {
        if !self.has_faults() {
            return false;
        }
        let Some(target) = self.runs.get(&run).copied() else {
            return false;
        };
        let Some(record) = self.node(target.node()) else {
            return false;
        };
        let (identity, ordinal) = (std::sync::Arc::clone(&record.identity), record.ordinal);
        let references = match target.task() {
            None => record
                .packages
                .as_deref()
                .map(|packages| packages.references.as_slice()),
            Some((job, task)) => self
                .job(job)
                .and_then(|job| job.task(task)?.specification.extras.as_deref())
                .map(|extras| extras.application_package_references.as_slice()),
        };
        for placement in self.placements(references.unwrap_or_default()) {
            let struck = self.strike(|fault| match fault {
                Fault::ApplicationPackageFails {
                    application,
                    pool,
                    node,
                    ..
                } => {
                    fits(application.as_ref(), &placement.application)
                        && fits(pool.as_ref(), identity.pool.as_str())
                        && node.is_none_or(|node| node == ordinal)
                }
                _ => false,
            });
            let Some((number, fault)) = struck else { continue };
            let what = format_smolstr!("{} {}", placement.application, placement.version);
            self.record_fault(identity.entity(), number, fault.kind(), &what);
            let failure = placement.failure("The package could not be downloaded.");
            self.failed_deployments.insert(run, failure);
            self.events
                .plan(self.now, super::event::Event::DeploymentFailed { run });
            return true;
        }
        false
    }

    /// The moment of a failed deployment, if its run has not ended otherwise.
    pub(super) fn deployment_failed(&mut self, run: RunId) {
        let failure = self.failed_deployments.remove(&run);
        if let Some(failure) = failure.filter(|_| self.runs.contains_key(&run)) {
            self.handle_outcome(run, Outcome::Failed(failure));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_as_each_platform_can() {
        let linux = |application, version| variable(Platform::Linux, application, version);
        let windows = |application, version| variable(Platform::Windows, application, version);
        assert_eq!(
            linux("blender", Some("2.7-rc")),
            "AZ_BATCH_APP_PACKAGE_blender_2_7_rc"
        );
        assert_eq!(linux("My-Tool", None), "AZ_BATCH_APP_PACKAGE_My_Tool");
        assert_eq!(
            windows("My-Tool", Some("2.7")),
            "AZ_BATCH_APP_PACKAGE_My-Tool#2.7"
        );
        assert_eq!(windows("blender", None), "AZ_BATCH_APP_PACKAGE_blender");
    }

    #[test]
    fn applications_are_named_by_resource_id_too() {
        let config = SimConfig::new(0);
        let id = |account: &str| {
            format!(
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/{account}/applications/tool"
            )
        };
        assert_eq!(application_name(&config, "tool"), Some("tool"));
        assert_eq!(application_name(&config, &id("DevBatchAccount1")), Some("tool"));
        for other in [id("another"), "/applications/tool".to_owned(), "/".to_owned()] {
            assert_eq!(application_name(&config, &other), None, "{other}");
        }
    }
}
