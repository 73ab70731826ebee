//! Rules over the text of one file. The words they look for are put together here, so that this file keeps them too.

use std::collections::BTreeSet;

use crate::code::{paths, test_code};
use crate::tree::{Findings, has_extension, is_rust};

/// Lines a Rust file may have at most.
const LINES_MAX: usize = 700;

const UNFINISHED_WORDS: &[&str] = &[concat!("FIX", "ME"), concat!("TO", "DO")];
const UNFINISHED_MACROS: &[&str] = &[
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("d", "bg!"),
];
const SWITCHES: &[&str] = &[
    concat!("#[al", "low("),
    concat!("#![al", "low("),
    concat!(",al", "low("),
    concat!("#[ig", "nore"),
];
const CLOCKS: &[&str] = &[
    concat!("thread::", "sleep"),
    concat!("time::", "sleep"),
    concat!("time::", "Instant"),
];
const MACHINE_FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];

/// A reader learns from the first line what the file is for.
pub(crate) fn opens_with_its_purpose(path: &str, text: &str) -> Findings {
    let missing = is_rust(path) && !text.starts_with("//! ");
    let finding = || format!("{path}: the first line must say what the file is for (`//! ...`)");
    missing.then(finding).into_iter().collect()
}

/// One job a file. There are no exceptions: a table that grows longer gets a file for each of its parts.
pub(crate) fn is_a_room_not_a_hall(path: &str, text: &str) -> Findings {
    let lines = text.lines().count();
    let finding = || format!("{path}: {lines} lines, {LINES_MAX} at most; split it by what it does");
    (is_rust(path) && lines > LINES_MAX)
        .then(finding)
        .into_iter()
        .collect()
}

/// Work that is left belongs into an issue, not into the tree.
pub(crate) fn leaves_nothing_unfinished(path: &str, text: &str) -> Findings {
    let written = ["rs", "toml", "md", "yml"];
    if !(written.iter().any(|extension| has_extension(path, extension)) || path.starts_with(".ci/")) {
        return vec![];
    }
    let has_word = |line: &str, word: &str| {
        line.split(|letter: char| !letter.is_alphanumeric())
            .any(|part| part == word)
    };
    let has_macro = |line: &str, name: &str| {
        let is_whole =
            |at: usize| !line[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        line.match_indices(name).any(|(at, _)| is_whole(at))
    };
    find_in_lines(path, text, |line| {
        let word = UNFINISHED_WORDS.iter().find(|word| has_word(line, word));
        word.or_else(|| {
            UNFINISHED_MACROS
                .iter()
                .find(|name| is_rust(path) && has_macro(line, name))
        })
        .map(|word| format!("`{word}`: finish it or leave it out"))
    })
}

/// A lint is excepted with a reason, by `expect`, which complains once it is not needed; a test is run or deleted.
pub(crate) fn switches_no_check_off(path: &str, text: &str) -> Findings {
    if !is_rust(path) {
        return vec![];
    }
    find_in_lines(path, text, |line| {
        let dense = line.replace(' ', "");
        let is_attribute = dense.contains("#[") || dense.contains("#![");
        let switch = SWITCHES
            .iter()
            .find(|switch| is_attribute && dense.contains(*switch));
        switch.map(|switch| format!("`{switch}`: use #[expect(.., reason = \"..\")], or run the test"))
    })
}

/// A test that sleeps is slow when it passes and flaky when it does not; one that measures time fails on a slow machine.
pub(crate) fn goes_by_no_clock_in_tests(path: &str, text: &str) -> Findings {
    let found = if is_rust(path) {
        paths(&test_code(path, text))
    } else {
        BTreeSet::new()
    };
    let is_clock = |path: &str, clock: &str| {
        path.strip_suffix(clock)
            .is_some_and(|before| before.is_empty() || before.ends_with("::"))
    };
    let clocks = found
        .iter()
        .filter(|found| CLOCKS.iter().any(|clock| is_clock(found, clock)));
    clocks
        .map(|found| format!("{path}: {found} in a test: await what it waits for, count what it holds down"))
        .collect()
}

/// The project must build anywhere.
pub(crate) fn names_no_machine(path: &str, text: &str) -> Findings {
    find_in_lines(path, text, |line| {
        let folder = MACHINE_FOLDERS.iter().find(|folder| line.contains(*folder));
        folder.map(|folder| format!("names {folder}, a folder of somebody's machine"))
    })
}

/// A request/response pair nobody can look up proves nothing.
pub(crate) fn names_its_source(path: &str, text: &str) -> Findings {
    let missing = path.starts_with("fixtures/wire/") && !text.contains("https://");
    let finding = || format!("{path}: name the public page it was transcribed from");
    missing.then(finding).into_iter().collect()
}

/// One finding for each line that `find` objects to, with its number.
fn find_in_lines(path: &str, text: &str, find: impl Fn(&str) -> Option<String>) -> Findings {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(at, line)| find(line).map(|what| format!("{path}:{}: {what}", at + 1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_purpose_is_found() {
        assert_eq!(opens_with_its_purpose("src/a.rs", "use std::fmt;\n").len(), 1);
        assert_eq!(opens_with_its_purpose("src/a.rs", "").len(), 1);
        assert!(opens_with_its_purpose("src/a.rs", "//! Counts words.\n").is_empty());
        assert!(opens_with_its_purpose("README.md", "# Batchite\n").is_empty());
    }

    #[test]
    fn a_hall_is_found() {
        assert_eq!(
            is_a_room_not_a_hall("src/a.rs", &"\n".repeat(LINES_MAX + 1)).len(),
            1
        );
        assert!(is_a_room_not_a_hall("src/a.rs", &"\n".repeat(LINES_MAX)).is_empty());
        assert!(is_a_room_not_a_hall("data/words.txt", &"\n".repeat(9000)).is_empty());
    }

    #[test]
    fn unfinished_work_is_found() {
        for word in UNFINISHED_WORDS {
            let text = format!("first\n// {word}: later");
            let findings = leaves_nothing_unfinished("src/a.rs", &text);
            assert!(findings[0].starts_with("src/a.rs:2:"), "{findings:?}");
            assert_eq!(leaves_nothing_unfinished(".ci/run", &text).len(), 1);
            assert!(leaves_nothing_unfinished("data/words.txt", &text).is_empty());
            assert!(leaves_nothing_unfinished("src/a.rs", &format!("{word}S")).is_empty());
        }
        for name in UNFINISHED_MACROS {
            assert_eq!(
                leaves_nothing_unfinished("src/a.rs", &format!("    {name}();")).len(),
                1
            );
            assert!(leaves_nothing_unfinished("src/a.rs", &format!("my_{name}();")).is_empty());
        }
    }

    #[test]
    fn a_check_switched_off_is_found() {
        for switch in SWITCHES {
            let line = if switch.starts_with(',') {
                format!("#[cfg_attr(windows{switch}dead_code))]")
            } else {
                format!("    {switch}dead_code)]")
            };
            assert_eq!(switches_no_check_off("src/a.rs", &line).len(), 1, "{line}");
            assert!(switches_no_check_off("clippy.toml", &line).is_empty());
        }
        assert!(switches_no_check_off("src/a.rs", "#[expect(dead_code, reason = \"..\")]").is_empty());
    }

    #[test]
    fn a_test_that_goes_by_a_clock_is_found() {
        for clock in CLOCKS {
            for (path, text) in [
                ("tests/a.rs", format!("fn f() {{ std::{clock}(second); }}")),
                (
                    "src/a.rs",
                    format!("#[cfg(test)]\nmod tests {{ use tokio::{clock}; }}"),
                ),
                ("src/a.rs", format!("#[cfg(test)]\nfn f() {{ {clock}(second); }}")),
            ] {
                assert_eq!(goes_by_no_clock_in_tests(path, &text).len(), 1, "{text}");
            }
            let shipped = format!("fn pace() {{ tokio::{clock}(..) }}");
            assert!(goes_by_no_clock_in_tests("src/a.rs", &shipped).is_empty());
        }
        let virtual_time = "clock.sleep(second).await; simtime::sleeper(); simtime::Instants";
        assert!(goes_by_no_clock_in_tests("tests/a.rs", virtual_time).is_empty());
    }

    #[test]
    fn a_machine_s_folder_is_found() {
        for folder in MACHINE_FOLDERS {
            assert_eq!(names_no_machine("README.md", &format!("see {folder}x")).len(), 1);
        }
        assert!(names_no_machine("README.md", "see /mnt/batch/tasks").is_empty());
    }

    #[test]
    fn a_fixture_without_a_source_is_found() {
        assert_eq!(names_its_source("fixtures/wire/pool.http", "GET /pools").len(), 1);
        assert!(names_its_source("fixtures/wire/pool.http", "# https://learn.microsoft.com/rest").is_empty());
        assert!(names_its_source("fixtures/scenarios/a.toml", "seed = 1").is_empty());
    }
}
