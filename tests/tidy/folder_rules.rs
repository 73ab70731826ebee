//! Rules over folders of tests: a file that no module names is never compiled, and its tests never run.

use crate::code::code;
use crate::tree::{Findings, is_rust};

/// Holds every Rust file below `tests/<folder>/` against the modules named by `main.rs` or by the folder's own module.
pub(crate) fn forgotten_test_files(files: &[(String, String)]) -> Findings {
    let text_of = |path: &str| {
        let found = files.iter().find(|(known, _)| known == path);
        found.map_or("", |(_, text)| text.as_str())
    };
    let rust = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| is_rust(path));
    let forgotten = rust.filter_map(|path| {
        let (module, parents) = parents(path)?;
        let named = parents.iter().any(|parent| names_module(text_of(parent), module));
        (!named).then(|| format!("{path}: no `mod {module};` in {}", parents.join(" or ")))
    });
    forgotten.collect()
}

/// The module a file is, and the files one of which must name it; nothing for files that cargo finds by itself.
fn parents(path: &str) -> Option<(&str, Vec<String>)> {
    let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let segments: Vec<&str> = module.split('/').collect();
    let tests = segments.iter().position(|segment| *segment == "tests")?;
    let inside = segments.len() - tests - 1;
    let is_main = inside == 2 && segments.ends_with(&["main"]);
    if segments[..tests].contains(&"src") || inside < 2 || is_main {
        return None;
    }
    let (folder, name) = module.rsplit_once('/')?;
    let mut parents = vec![format!("{folder}/main.rs")];
    if inside > 2 {
        parents = vec![format!("{folder}/mod.rs"), format!("{folder}.rs")];
    }
    Some((name, parents))
}

fn names_module(text: &str, module: &str) -> bool {
    let declaration = format!("mod {module};");
    let is_it = |line: &str| {
        line.trim()
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub ")
            == declaration
    };
    code(text).lines().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(files: &[(&str, &str)]) -> Findings {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        forgotten_test_files(&files.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_forgotten_file_is_found() {
        for files in [
            &[
                ("tests/wire/main.rs", "// mod pools;"),
                ("tests/wire/pools.rs", ""),
            ][..],
            &[("tests/wire/pools.rs", "")],
            &[
                ("sim/tests/model/main.rs", "mod a;"),
                ("sim/tests/model/a/mod.rs", ""),
                ("sim/tests/model/a/b.rs", ""),
            ],
            &[("tests/wire/main.rs", ""), ("tests/wire/a/mod.rs", "")],
        ] {
            assert_eq!(findings(files).len(), 1, "{files:?}");
        }
    }

    #[test]
    fn files_that_are_named_or_found_by_cargo_are_not() {
        let files = [
            ("tests/cli.rs", ""),
            ("tests/wire/main.rs", "mod pools;\npub(crate) mod a;"),
            ("tests/wire/pools.rs", ""),
            ("tests/wire/a/mod.rs", "mod b;"),
            ("tests/wire/a/b.rs", "mod c;"),
            ("tests/wire/a/b/c.rs", ""),
            ("tests/snapshots/a.snap", ""),
            ("src/topn/tests/words.rs", ""),
        ];
        assert_eq!(findings(&files), Findings::new());
    }
}
