//! Applications and their packages: what the account offers to put on nodes.
//!
//! In the cloud they are uploaded through the management plane, which is not simulated. Here they are part of the
//! configuration of a world, so that they are there from its beginning and stay as they are.
//!
//! ```
//! use batchite_sim::application::{Application, ApplicationPackage, Applications};
//! use batchite_sim::config::SimConfig;
//!
//! let package = ApplicationPackage::new().with_program("run.sh", "#!/bin/sh\necho hello\n")?;
//! let tool = Application::new("tool")?.with_package("1.0", package)?.with_default_version("1.0")?;
//! let config = SimConfig::new(1).with_applications(Applications::new().with(tool)?);
//! assert_eq!(config.applications.len(), 1);
//! # Ok::<(), batchite_sim::application::ApplicationError>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// Applications, and packages of one, whatever the quotas: bounds for the memory of this process.
const APPLICATIONS_MAX: usize = 1000;
const PACKAGES_MAX: usize = 1000;

/// Characters of the id of an application, and of a version.
const NAME_LENGTH_MAX: usize = 64;

/// Characters of a display name.
const DISPLAY_NAME_LENGTH_MAX: usize = 1024;

/// Files and directories of a package: a bound for the memory of this process.
const ENTRIES_MAX: usize = 100_000;

/// Bytes all files of a package can have, unpacked: a bound for the memory of this process.
pub const PACKAGE_BYTES_MAX: u64 = 1 << 30;

/// Bytes of a path in a package, and of one of its parts.
const PATH_LENGTH_MAX: usize = 1024;
const PART_LENGTH_MAX: usize = 255;

/// Mode of a program.
const PROGRAM_MODE: u32 = 0o755;

/// What is wrong with an application or a package, as a text for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationError(String);

impl fmt::Display for ApplicationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ApplicationError {}

fn wrong<T>(text: String) -> Result<T, ApplicationError> {
    Err(ApplicationError(text))
}

/// A file or a directory of a package.
#[derive(Clone, PartialEq, Eq)]
pub enum PackageEntry {
    /// A directory, with whatever is in it.
    Directory,
    /// A file.
    File {
        /// Its Unix mode; of interest are the bits for reading, writing and running.
        mode: u32,
        /// Its bytes.
        content: Bytes,
    },
}

impl fmt::Debug for PackageEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory => formatter.write_str("Directory"),
            Self::File { mode, content } => write!(formatter, "File({mode:o}, {} bytes)", content.len()),
        }
    }
}

/// The files of one version of an application. Copies share them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicationPackage {
    entries: Arc<BTreeMap<String, PackageEntry>>,
    bytes: u64,
}

impl ApplicationPackage {
    /// A package without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file that can be run; see [`add_file`](Self::add_file).
    pub fn with_program(mut self, path: &str, content: impl Into<Bytes>) -> Result<Self, ApplicationError> {
        self.add_file(path, PROGRAM_MODE, content.into())?;
        Ok(self)
    }

    /// Adds a file below the directory of the package.
    ///
    /// Refused: a path that is no relative path with `/` between its parts, or could lead elsewhere (`..`); one that is
    /// there already; more than a package can hold (100,000 entries, 1 GiB).
    pub fn add_file(&mut self, path: &str, mode: u32, content: Bytes) -> Result<(), ApplicationError> {
        self.check_new(path)?;
        let bytes = self.bytes.saturating_add(content.len() as u64);
        if bytes > PACKAGE_BYTES_MAX {
            return wrong(format!(
                "a package has at most {PACKAGE_BYTES_MAX} bytes, unpacked"
            ));
        }
        self.bytes = bytes;
        let entry = PackageEntry::File {
            mode: mode & 0o777,
            content,
        };
        Arc::make_mut(&mut self.entries).insert(path.to_owned(), entry);
        Ok(())
    }

    /// Adds a directory, as for one that is to be there without files. One that is there already stays.
    pub fn add_directory(&mut self, path: &str) -> Result<(), ApplicationError> {
        if self.entries.get(path) == Some(&PackageEntry::Directory) {
            return Ok(());
        }
        self.check_place(path)?;
        Arc::make_mut(&mut self.entries).insert(path.to_owned(), PackageEntry::Directory);
        Ok(())
    }

    /// Files and directories by their paths, in order. A directory is listed when it was added by itself.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &PackageEntry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn check_new(&self, path: &str) -> Result<(), ApplicationError> {
        self.check_place(path)?;
        let inside = format!("{path}/");
        let next = self.entries.range(inside.clone()..).next();
        if next.is_some_and(|(other, _)| other.starts_with(&inside)) {
            return wrong(format!(
                "`{}` is a file and a directory of the package",
                path.escape_debug()
            ));
        }
        Ok(())
    }

    fn check_place(&self, path: &str) -> Result<(), ApplicationError> {
        check_path(path)?;
        if self.entries.len() >= ENTRIES_MAX {
            return wrong(format!(
                "a package has at most {ENTRIES_MAX} files and directories"
            ));
        }
        if self.entries.contains_key(path) {
            return wrong(format!("`{}` is in the package twice", path.escape_debug()));
        }
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        for directory in above {
            if matches!(self.entries.get(directory), Some(PackageEntry::File { .. })) {
                return wrong(format!(
                    "`{}` is a file and a directory of the package",
                    directory.escape_debug()
                ));
            }
        }
        Ok(())
    }
}

/// Refuses what could lead out of the directory of the package, on any platform.
fn check_path(path: &str) -> Result<(), ApplicationError> {
    let reason = if path.is_empty() {
        "it is empty"
    } else if path.len() > PATH_LENGTH_MAX {
        "it is too long"
    } else if path.contains(['\\', '\0']) {
        "a name has neither `\\` nor a zero character"
    } else if path.starts_with('/')
        || matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
    {
        "it is absolute"
    } else if path.split('/').any(|part| matches!(part, "." | "..")) {
        "it would lead out of the package"
    } else if path
        .split('/')
        .any(|part| part.is_empty() || part.len() > PART_LENGTH_MAX)
    {
        "a name in it is empty or too long"
    } else {
        return Ok(());
    };
    wrong(format!(
        "`{}` is no path for a file of a package: {reason}",
        path.escape_debug()
    ))
}

/// An application: a name under which versioned packages are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    id: String,
    display_name: String,
    default_version: Option<String>,
    packages: BTreeMap<String, ApplicationPackage>,
}

impl Application {
    /// An application without packages, shown by its id.
    ///
    /// Refused: an id that is not 1 to 64 letters, digits, `-` and `_`.
    pub fn new(id: &str) -> Result<Self, ApplicationError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if id.is_empty() || id.len() > NAME_LENGTH_MAX || !id.bytes().all(allowed) {
            return wrong(format!(
                "`{}` is no id of an application: it has 1 to {NAME_LENGTH_MAX} letters, digits, `-` and `_`",
                id.escape_debug()
            ));
        }
        Ok(Self {
            id: id.to_owned(),
            display_name: id.to_owned(),
            default_version: None,
            packages: BTreeMap::new(),
        })
    }

    /// Sets the name shown to people, of 1024 characters at most.
    pub fn with_display_name(mut self, name: &str) -> Result<Self, ApplicationError> {
        if name.chars().count() > DISPLAY_NAME_LENGTH_MAX {
            return wrong(format!(
                "the display name of application `{}` has more than {DISPLAY_NAME_LENGTH_MAX} characters",
                self.id
            ));
        }
        name.clone_into(&mut self.display_name);
        Ok(self)
    }

    /// Adds the package of a version.
    ///
    /// Refused: a version that is not 1 to 64 letters, digits, `-`, `_` and `.`, or begins with a dot; one that is there
    /// already, whatever its case; a 41st.
    pub fn with_package(
        mut self,
        version: &str,
        package: ApplicationPackage,
    ) -> Result<Self, ApplicationError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let well_named = (1..=NAME_LENGTH_MAX).contains(&version.len())
            && version.bytes().all(allowed)
            && !version.starts_with('.');
        if !well_named {
            return wrong(format!(
                "`{}` is no version of application `{}`: it has 1 to {NAME_LENGTH_MAX} letters, digits, `-`, `_` and \
                 `.`, and begins with no dot",
                version.escape_debug(),
                self.id
            ));
        }
        if self.find(version).is_some() {
            return wrong(format!("application `{}` has version `{version}` twice", self.id));
        }
        if self.packages.len() >= PACKAGES_MAX {
            return wrong(format!(
                "application `{}` has more than {PACKAGES_MAX} packages",
                self.id
            ));
        }
        self.packages.insert(version.to_owned(), package);
        Ok(self)
    }

    /// Sets the version that is deployed where a reference names none.
    ///
    /// Refused: a version without a package.
    pub fn with_default_version(mut self, version: &str) -> Result<Self, ApplicationError> {
        let Some((version, _)) = self.find(version) else {
            return wrong(format!(
                "application `{}` has no version `{}` to be its default",
                self.id,
                version.escape_debug()
            ));
        };
        self.default_version = Some(version.to_owned());
        Ok(self)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name shown to people.
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// The version that is deployed where a reference names none.
    pub fn default_version(&self) -> Option<&str> {
        self.default_version.as_deref()
    }

    /// Its versions, in order.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        self.packages.keys().map(String::as_str)
    }

    /// A version as it was written, and its package. Case does not count.
    pub fn find(&self, version: &str) -> Option<(&str, &ApplicationPackage)> {
        let mut packages = self.packages.iter();
        packages
            .find(|(other, _)| other.eq_ignore_ascii_case(version))
            .map(|(version, package)| (version.as_str(), package))
    }
}

/// The applications of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applications(BTreeMap<String, Arc<Application>>);

impl Applications {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an application. Refused: an id that is there already, whatever its case; more than a world can hold (1,000).
    pub fn with(mut self, application: Application) -> Result<Self, ApplicationError> {
        if self.0.len() >= APPLICATIONS_MAX {
            return wrong(format!("a world has at most {APPLICATIONS_MAX} applications"));
        }
        let key = application.id.to_ascii_lowercase();
        if self.0.contains_key(&key) {
            return wrong(format!("there are two applications `{}`", application.id));
        }
        self.0.insert(key, Arc::new(application));
        Ok(self)
    }

    /// Refuses more applications, or packages of one, than there may be; `None` is no limit.
    pub(crate) fn check(&self, most: Option<u32>, packages: Option<u32>) -> Result<(), ApplicationError> {
        let exceeds = |count: usize, most: Option<u32>| most.filter(|most| count > *most as usize);
        if let Some(most) = exceeds(self.0.len(), most) {
            return wrong(format!(
                "the account has {} applications; its quota `applications` is {most}",
                self.0.len()
            ));
        }
        let mut packages = self
            .iter()
            .filter_map(|application| Some((application, exceeds(application.packages.len(), packages)?)));
        match packages.next() {
            Some((application, most)) => wrong(format!(
                "application `{}` has {} packages; the quota `packagesPerApplication` is {most}",
                application.id,
                application.packages.len()
            )),
            None => Ok(()),
        }
    }

    /// An application by its id. Case does not count.
    pub fn find(&self, id: &str) -> Option<&Application> {
        self.0.get(&id.to_ascii_lowercase()).map(AsRef::as_ref)
    }

    /// The applications in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Application> {
        self.0.values().map(AsRef::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Quotas;

    fn file(package: &mut ApplicationPackage, path: &str) -> Result<(), ApplicationError> {
        package.add_file(path, 0o644, Bytes::from_static(b"x"))
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        let long = "x".repeat(256);
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/./x",
            "a//x",
            "a/",
            "..",
            "c:/x",
            "a\\..\\x",
            "a\0",
            &long,
        ] {
            assert!(file(&mut ApplicationPackage::new(), path).is_err(), "{path:?}");
        }
        let mut package = ApplicationPackage::new();
        for path in ["a", "b/c/d", "..x", "b/..."] {
            file(&mut package, path).expect(path);
        }
        assert_eq!((package.entries().count(), package.bytes()), (4, 4));
    }

    #[test]
    fn a_path_is_one_thing_once() {
        let mut package = ApplicationPackage::new();
        file(&mut package, "a/b").unwrap();
        for path in ["a/b", "a", "a/b/c"] {
            assert!(file(&mut package, path).is_err(), "{path}");
        }
        package.add_directory("a").unwrap();
        package.add_directory("a").unwrap();
        assert!(package.add_directory("a/b").is_err());
        assert!(file(&mut package, "a").is_err());
        file(&mut package, "a/c").unwrap();
    }

    #[test]
    fn a_package_has_its_limit() {
        let mut package = ApplicationPackage::new();
        let half = Bytes::from(vec![0; 1 << 29]);
        package.add_file("a", 0o644, half.clone()).unwrap();
        package.add_file("b", 0o644, half).unwrap();
        assert!(file(&mut package, "c").is_err());
        assert_eq!(package.entries().count(), 2);
    }

    #[test]
    fn quotas_are_those_of_the_account() {
        let all = |count: usize, packages: usize| {
            (0..count).fold(Applications::new(), |all, number| {
                let application = Application::new(&format!("a{number}")).unwrap();
                let application = (0..packages).fold(application, |application, version| {
                    let package = ApplicationPackage::new();
                    application.with_package(&version.to_string(), package).unwrap()
                });
                all.with(application).unwrap()
            })
        };
        let quotas = Quotas::default();
        assert!(quotas.check_applications(&all(20, 40)).is_ok());
        let error = quotas.check_applications(&all(21, 0)).unwrap_err().to_string();
        assert_eq!(
            error,
            "the account has 21 applications; its quota `applications` is 20"
        );
        let error = quotas.check_applications(&all(1, 41)).unwrap_err().to_string();
        assert_eq!(
            error,
            "application `a0` has 41 packages; the quota `packagesPerApplication` is 40"
        );
        let unlimited = Quotas {
            applications: None,
            packages_per_application: None,
            ..quotas
        };
        assert!(unlimited.check_applications(&all(21, 41)).is_ok());
    }

    #[test]
    fn names_are_checked_and_found_without_regard_to_case() {
        for id in ["", "a b", "a/b", "..", "a.b", &"x".repeat(65)] {
            assert!(Application::new(id).is_err(), "{id}");
        }
        let new = || Application::new("Tool").unwrap();
        for version in ["", ".1", "1/2", "..", "1 0", "1#0", &"1".repeat(65)] {
            assert!(
                new().with_package(version, ApplicationPackage::new()).is_err(),
                "{version}"
            );
        }
        let tool = new().with_package("1.0-B", ApplicationPackage::new()).unwrap();
        assert!(
            tool.clone()
                .with_package("1.0-b", ApplicationPackage::new())
                .is_err()
        );
        assert!(tool.clone().with_default_version("2").is_err());
        let tool = tool.with_default_version("1.0-b").unwrap();
        assert_eq!(
            (tool.default_version(), tool.display_name()),
            (Some("1.0-B"), "Tool")
        );
        let all = Applications::new().with(tool).unwrap();
        assert!(all.find("TOOL").is_some());
        assert!(all.with(Application::new("tool").unwrap()).is_err());
    }
}
