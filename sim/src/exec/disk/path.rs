//! Where something is on a node's disk: absolute, without `.` and `..`, the same form on both platforms.

use super::DiskError;
use crate::exec::{FileError, Platform};

/// Longest path in bytes, as on Linux.
const PATH_LENGTH_MAX: usize = 4096;

/// Longest part of a path in bytes, as on Linux.
const NAME_LENGTH_MAX: usize = 255;

/// A place on a disk: its parts joined by `/`, without a leading one. The empty text is the root.
///
/// On Windows the first part is the drive, as `D:`. Links do not exist, so `..` is taken away by text alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DiskPath(String);

impl DiskPath {
    /// The root directory of a node, where `AZ_BATCH_NODE_ROOT_DIR` points.
    pub fn node_root(platform: Platform) -> Self {
        Self(match platform {
            Platform::Linux => "mnt/batch/tasks".to_owned(),
            Platform::Windows => "D:/batch/tasks".to_owned(),
        })
    }

    /// What a process in directory `current` means by `text`. `..` stops at the root, as everywhere.
    pub fn resolve(platform: Platform, current: &Self, text: &str) -> Result<Self, DiskError> {
        if text.is_empty() {
            return Err(DiskError::NotFound);
        }
        let mut path = match platform {
            Platform::Linux if text.starts_with('/') => Self::default(),
            Platform::Linux => current.clone(),
            Platform::Windows => return Self::resolve_windows(current, text),
        };
        for part in text.split('/') {
            path.step(platform, part)?;
        }
        Ok(path)
    }

    fn resolve_windows(current: &Self, text: &str) -> Result<Self, DiskError> {
        let separators = ['/', '\\'];
        if text.starts_with("\\\\") || text.starts_with("//") {
            return Err(DiskError::InvalidName);
        }
        let (mut path, rest) = if let Some((drive, rest)) = split_drive(text) {
            (Self(drive), rest)
        } else if text.starts_with(separators) {
            (current.drive(), text)
        } else {
            (current.clone(), text)
        };
        for part in rest.split(separators) {
            path.step(Platform::Windows, part)?;
        }
        Ok(path)
    }

    /// A place below this one by a relative path with `/`: nothing absolute, no `..`, no drive, no zero.
    ///
    /// The empty path is this place itself.
    pub fn below(&self, platform: Platform, relative: &str) -> Result<Self, FileError> {
        let outside = relative.starts_with(['/', '\\'])
            || relative.contains('\0')
            || split_drive(relative).is_some()
            || relative.split(['/', '\\']).any(|part| part == "..");
        if outside {
            return Err(FileError::OutsideRoot);
        }
        let mut path = self.clone();
        let separators: &[char] = match platform {
            Platform::Linux => &['/'],
            Platform::Windows => &['/', '\\'],
        };
        for part in relative.split(separators) {
            path.step(platform, part)?;
        }
        Ok(path)
    }

    /// A place directly below this one.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self(name.to_owned())
        } else {
            Self(format!("{}/{name}", self.0))
        }
    }

    /// The directory this place is in; nothing for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(
            self.0
                .rsplit_once('/')
                .map_or_else(String::new, |(parent, _)| parent.to_owned()),
        ))
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The parts joined by `/`, without a leading one.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as a process sees it.
    pub fn display(&self, platform: Platform) -> String {
        match platform {
            Platform::Linux => format!("/{}", self.0),
            Platform::Windows if self.0.contains('/') => self.0.replace('/', "\\"),
            Platform::Windows => format!("{}\\", self.0),
        }
    }

    /// What entries are found by: without regard to case on Windows.
    pub(super) fn key(&self, platform: Platform) -> String {
        match platform {
            Platform::Linux => self.0.clone(),
            Platform::Windows => self.0.to_lowercase(),
        }
    }

    /// The text of a path that was checked before.
    pub(super) fn trusted(text: String) -> Self {
        Self(text)
    }

    fn drive(&self) -> Self {
        Self(self.0.split('/').next().unwrap_or_default().to_owned())
    }

    fn step(&mut self, platform: Platform, part: &str) -> Result<(), DiskError> {
        match part {
            "" | "." => Ok(()),
            ".." => {
                let at_drive = platform == Platform::Windows && !self.0.contains('/');
                if let Some(parent) = self.parent()
                    && !at_drive
                {
                    *self = parent;
                }
                Ok(())
            }
            _ if part.len() > NAME_LENGTH_MAX || self.0.len() + part.len() >= PATH_LENGTH_MAX => {
                Err(DiskError::NameTooLong)
            }
            _ if !allowed(platform, part) => Err(DiskError::InvalidName),
            _ => {
                if !self.0.is_empty() {
                    self.0.push('/');
                }
                self.0.push_str(part);
                Ok(())
            }
        }
    }
}

/// `D:` in its upper-case form, and what follows it.
fn split_drive(text: &str) -> Option<(String, &str)> {
    let letter = text.chars().next().filter(char::is_ascii_alphabetic)?;
    let rest = text[1..].strip_prefix(':')?;
    Some((format!("{}:", letter.to_ascii_uppercase()), rest))
}

fn allowed(platform: Platform, name: &str) -> bool {
    match platform {
        Platform::Linux => !name.contains('\0'),
        Platform::Windows => !name
            .chars()
            .any(|character| character < ' ' || "<>:\"|?*".contains(character)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_name_places_as_their_platform_does() {
        let linux = DiskPath::node_root(Platform::Linux);
        for (text, path) in [
            ("a/./b", "/mnt/batch/tasks/a/b"),
            ("../x", "/mnt/batch/x"),
            ("/../../tmp//y/", "/tmp/y"),
            ("a\\b", "/mnt/batch/tasks/a\\b"),
            (".", "/mnt/batch/tasks"),
        ] {
            let path_found = DiskPath::resolve(Platform::Linux, &linux, text).unwrap();
            assert_eq!(path_found.display(Platform::Linux), path);
        }
        let windows = DiskPath::node_root(Platform::Windows);
        for (text, path) in [
            ("a\\b/c", "D:\\batch\\tasks\\a\\b\\c"),
            ("c:\\x\\..\\..", "C:\\"),
            ("\\tmp", "D:\\tmp"),
        ] {
            let path_found = DiskPath::resolve(Platform::Windows, &windows, text).unwrap();
            assert_eq!(path_found.display(Platform::Windows), path);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let root = DiskPath::default();
        let long = "x".repeat(256);
        let deep = "x/".repeat(2049);
        for (platform, text, error) in [
            (Platform::Linux, "", DiskError::NotFound),
            (Platform::Linux, "a\0", DiskError::InvalidName),
            (Platform::Linux, long.as_str(), DiskError::NameTooLong),
            (Platform::Linux, deep.as_str(), DiskError::NameTooLong),
            (Platform::Windows, "a:b:c", DiskError::InvalidName),
            (Platform::Windows, "a?", DiskError::InvalidName),
            (Platform::Windows, "\\\\server\\share", DiskError::InvalidName),
        ] {
            assert_eq!(DiskPath::resolve(platform, &root, text), Err(error), "{text}");
        }
    }

    #[test]
    fn nothing_leads_out_of_a_root() {
        let root = DiskPath::node_root(Platform::Linux);
        for text in [
            "../x",
            "a/../../x",
            "/etc",
            "\\x",
            "C:x",
            "a\0b",
            "a\\..\\b",
            "..",
        ] {
            assert_eq!(
                root.below(Platform::Linux, text),
                Err(FileError::OutsideRoot),
                "{text}"
            );
        }
        assert_eq!(root.below(Platform::Linux, "").unwrap(), root);
        assert_eq!(
            root.below(Platform::Linux, "a//./b").unwrap().as_str(),
            "mnt/batch/tasks/a/b"
        );
    }
}
