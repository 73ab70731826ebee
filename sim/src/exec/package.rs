//! Application packages on their way to a node.

use batchite_api::batch::BatchTaskFailureInfo;
use batchite_api::ids::NodeId;

use super::failure::TaskFailureCode;
use super::{Platform, RunId};
use crate::application::ApplicationPackage;

/// A package and the place it goes to. On a node where it is already nothing is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagePlacement {
    /// The application it belongs to. It is a name of a directory too.
    pub application: String,
    /// Its version. It is a name of a directory too.
    pub version: String,
    /// Its files.
    pub package: ApplicationPackage,
}

impl PackagePlacement {
    /// Its directory below the root of a node, with `/`.
    pub fn directory(&self) -> String {
        package_directory(&self.application, &self.version)
    }

    /// What a task or a node says when the package could not be put there; `reason` says why.
    pub fn failure(&self, reason: &str) -> BatchTaskFailureInfo {
        TaskFailureCode::ApplicationPackageError.with_details(&[
            ("ApplicationId", &self.application),
            ("Version", &self.version),
            ("Message", reason),
        ])
    }
}

/// The directory of a package below the root of a node, with `/`.
pub(crate) fn package_directory(application: &str, version: &str) -> String {
    format!("applications/{application}/{version}")
}

/// Packages to be put on a node that boots.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Which run this is.
    pub run: RunId,
    /// On which node.
    pub node: NodeId,
    /// What kind of machine the node is.
    pub platform: Platform,
    /// The packages, in the order they are put there.
    pub packages: Vec<PackagePlacement>,
}
