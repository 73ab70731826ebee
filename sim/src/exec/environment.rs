//! The environment of a command: what the service sets, then what the user sets.

use std::collections::BTreeMap;

use super::{Command, Platform};

/// Variables the service sets to a path below the root of the node. The world gives those that not every command
/// has as a path relative to the root, with `/`; here they become whole.
const PATH_VARIABLES: [&str; 4] = [
    "AZ_BATCH_CERTIFICATES_DIR",
    "AZ_BATCH_JOB_PREP_DIR",
    "AZ_BATCH_JOB_PREP_WORKING_DIR",
    "AZ_BATCH_TASK_SHARED_DIR",
];

/// What application packages' variables begin with; their values are paths too.
const PACKAGE_PREFIX: &str = "AZ_BATCH_APP_PACKAGE";

/// The free space below which a node counts as full, as the documentation shows it.
const RESERVED_BYTES: &str = "1000000000";

/// The environment of a command on a node whose root directory is `root`: `AZ_BATCH_*` variables and the user's
/// settings. The machine's own variables (`PATH`, `HOME`) are the executor's to put beneath.
///
/// Settings never override a variable the service sets. Their values are taken as they are: `$VAR` and `%VAR%` in
/// them are not expanded. A setting whose name no operating system takes (empty, with `=` or a zero character, or a
/// value with a zero character) is left out. On Windows names are compared without regard to case.
pub fn environment(command: &Command, root: &str) -> BTreeMap<String, String> {
    let mut variables = system_environment(command, root);
    let system: Vec<String> = variables.keys().cloned().collect();
    for setting in &command.environment_settings {
        let value = setting.value.as_deref().unwrap_or_default();
        let legal = !setting.name.is_empty() && !setting.name.contains(['=', '\0']) && !value.contains('\0');
        let reserved = system
            .iter()
            .any(|name| same_name(command.platform, name, &setting.name));
        if legal && !reserved {
            set_variable(&mut variables, command.platform, &setting.name, value);
        }
    }
    variables
}

/// Sets a variable; on Windows one that differs only by case is the same.
pub fn set_variable(variables: &mut BTreeMap<String, String>, platform: Platform, name: &str, value: &str) {
    let existing = match platform {
        Platform::Linux => None,
        Platform::Windows => variables
            .keys()
            .find(|key| same_name(platform, key, name))
            .cloned(),
    };
    variables.insert(existing.unwrap_or_else(|| name.to_owned()), value.to_owned());
}

fn same_name(platform: Platform, one: &str, other: &str) -> bool {
    match platform {
        Platform::Linux => one == other,
        Platform::Windows => one.eq_ignore_ascii_case(other),
    }
}

fn system_environment(command: &Command, root: &str) -> BTreeMap<String, String> {
    let root = root.trim_end_matches(['/', '\\']);
    let below = |path: &str| match command.platform {
        Platform::Linux => format!("{root}/{path}"),
        Platform::Windows => format!("{root}\\{}", path.replace('/', "\\")),
    };
    let directory = &command.directory;
    let mut variables = BTreeMap::from([
        ("AZ_BATCH_NODE_ROOT_DIR", root.to_owned()),
        ("AZ_BATCH_NODE_SHARED_DIR", below("shared")),
        ("AZ_BATCH_NODE_STARTUP_DIR", below("startup")),
        ("AZ_BATCH_NODE_MOUNTS_DIR", below("fsmounts")),
        ("AZ_BATCH_TASK_DIR", below(directory)),
        ("AZ_BATCH_TASK_WORKING_DIR", below(&format!("{directory}/wd"))),
        (
            "AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES",
            RESERVED_BYTES.to_owned(),
        ),
    ]);
    if command.platform == Platform::Linux {
        variables.insert("AZ_BATCH_CERTIFICATES_DIR", below(&format!("{directory}/certs")));
    }
    let mut variables: BTreeMap<String, String> = variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    for (name, value) in &command.system_environment {
        let is_path = PATH_VARIABLES.contains(&name.as_str()) || name.starts_with(PACKAGE_PREFIX);
        let value = if is_path && !is_absolute(value) {
            below(value)
        } else {
            value.clone()
        };
        variables.insert(name.clone(), value);
    }
    derive(&mut variables, command.platform);
    variables
}

/// What follows from other variables: the working directory of a preparation task, the place subtasks share.
fn derive(variables: &mut BTreeMap<String, String>, platform: Platform) {
    let separator = match platform {
        Platform::Linux => '/',
        Platform::Windows => '\\',
    };
    if let Some(directory) = variables.get("AZ_BATCH_JOB_PREP_DIR").cloned() {
        variables
            .entry("AZ_BATCH_JOB_PREP_WORKING_DIR".to_owned())
            .or_insert_with(|| format!("{directory}{separator}wd"));
    }
    if variables.contains_key("AZ_BATCH_HOST_LIST")
        && let Some(directory) = variables.get("AZ_BATCH_TASK_DIR").cloned()
    {
        variables
            .entry("AZ_BATCH_TASK_SHARED_DIR".to_owned())
            .or_insert(directory);
    }
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use batchite_api::batch::{ElevationLevel, EnvironmentSetting};
    use batchite_api::ids::NodeId;

    use super::super::RunId;
    use super::*;

    fn command(platform: Platform, system: &[(&str, &str)], settings: &[(&str, &str)]) -> Command {
        Command {
            run: RunId(1),
            node: NodeId::parse("n").unwrap(),
            platform,
            directory: "workitems/j/job-1/t".to_owned(),
            command_line: "x".into(),
            resource_files: Vec::new(),
            common_resource_files: Vec::new(),
            output_files: Vec::new(),
            continues: false,
            leaves_services: false,
            system_environment: system
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            environment_settings: settings
                .iter()
                .map(|(name, value)| EnvironmentSetting {
                    name: (*name).to_owned(),
                    value: Some((*value).into()),
                })
                .collect(),
            user_name: None,
            user_ids: None,
            elevation_level: ElevationLevel::NonAdmin,
            container_settings: None,
            application_packages: Vec::new(),
            auto_storage: None,
        }
    }

    #[test]
    fn paths_are_those_of_the_platform() {
        let linux = environment(&command(Platform::Linux, &[], &[]), "/mnt/batch/tasks");
        assert_eq!(linux["AZ_BATCH_NODE_SHARED_DIR"], "/mnt/batch/tasks/shared");
        assert_eq!(
            linux["AZ_BATCH_TASK_WORKING_DIR"],
            "/mnt/batch/tasks/workitems/j/job-1/t/wd"
        );
        assert_eq!(
            linux["AZ_BATCH_CERTIFICATES_DIR"],
            "/mnt/batch/tasks/workitems/j/job-1/t/certs"
        );
        let windows = environment(&command(Platform::Windows, &[], &[]), "D:\\batch\\tasks\\");
        assert_eq!(windows["AZ_BATCH_NODE_ROOT_DIR"], "D:\\batch\\tasks");
        assert_eq!(
            windows["AZ_BATCH_TASK_DIR"],
            "D:\\batch\\tasks\\workitems\\j\\job-1\\t"
        );
        assert!(!windows.contains_key("AZ_BATCH_CERTIFICATES_DIR"));
    }

    #[test]
    fn relative_paths_of_the_world_become_whole() {
        let system = [
            ("AZ_BATCH_JOB_PREP_DIR", "workitems/j/job-1/jobpreparation"),
            ("AZ_BATCH_APP_PACKAGE_blender_1", "applications/blender/1"),
            ("AZ_BATCH_HOST_LIST", "10.0.0.4,10.0.0.5"),
            ("AZ_BATCH_POOL_ID", "p"),
        ];
        let variables = environment(&command(Platform::Linux, &system, &[]), "/r");
        for (name, value) in [
            ("AZ_BATCH_JOB_PREP_DIR", "/r/workitems/j/job-1/jobpreparation"),
            (
                "AZ_BATCH_JOB_PREP_WORKING_DIR",
                "/r/workitems/j/job-1/jobpreparation/wd",
            ),
            ("AZ_BATCH_APP_PACKAGE_blender_1", "/r/applications/blender/1"),
            ("AZ_BATCH_TASK_SHARED_DIR", "/r/workitems/j/job-1/t"),
            ("AZ_BATCH_POOL_ID", "p"),
        ] {
            assert_eq!(variables[name], value);
        }
    }

    #[test]
    fn later_settings_win_and_none_overrides_the_service() {
        let settings = [
            ("A", "job"),
            ("A", "task $B"),
            ("AZ_BATCH_POOL_ID", "mine"),
            ("AZ_BATCH_TASK_DIR", "/etc"),
            ("X=Y", "no"),
            ("", "no"),
            ("ZERO", "a\0"),
        ];
        let system = [("AZ_BATCH_POOL_ID", "p")];
        let variables = environment(&command(Platform::Linux, &system, &settings), "/r");
        assert_eq!(variables["A"], "task $B");
        assert_eq!(variables["AZ_BATCH_POOL_ID"], "p");
        assert_eq!(variables["AZ_BATCH_TASK_DIR"], "/r/workitems/j/job-1/t");
        for name in ["X=Y", "", "ZERO", "X"] {
            assert!(!variables.contains_key(name), "{name}");
        }
    }

    #[test]
    fn windows_names_ignore_case() {
        let settings = [("Path", "a"), ("PATH", "b"), ("az_batch_pool_id", "mine")];
        let system = [("AZ_BATCH_POOL_ID", "p")];
        let variables = environment(&command(Platform::Windows, &system, &settings), "D:\\r");
        assert_eq!(variables["Path"], "b");
        assert_eq!(variables["AZ_BATCH_POOL_ID"], "p");
        assert!(!variables.contains_key("PATH") && !variables.contains_key("az_batch_pool_id"));
    }
}
