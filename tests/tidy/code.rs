//! As much reading of Rust as the rules need: code without comments, the tests in it, the paths it names.

use std::collections::BTreeSet;

/// The text without its comment lines, which may name what code may not.
pub(crate) fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The part that only tests see: the whole file below a `tests` folder, else what follows `#[cfg(test)]`.
pub(crate) fn test_code(path: &str, text: &str) -> String {
    code(&text[tests_begin(path, text)..])
}

/// The part that is shipped: what comes before the tests.
pub(crate) fn shipped_code(path: &str, text: &str) -> String {
    code(&text[..tests_begin(path, text)])
}

fn tests_begin(path: &str, text: &str) -> usize {
    let whole = path.split('/').any(|part| part == "tests") || path.ends_with("tests.rs");
    let marker = || text.find("#[cfg(test)]").unwrap_or(text.len());
    if whole { 0 } else { marker() }
}

/// Every path the code names: imports with their groups unfolded, and `a::b` in expressions.
pub(crate) fn paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, word) in code.match_indices("use ") {
        let starts_word = !code[..at].ends_with(is_name);
        if let (true, Some((tree, _))) = (starts_word, code[at + word.len()..].split_once(';')) {
            unfold("", tree, &mut found);
        }
    }
    let words = code.split(|letter: char| !is_name(letter) && letter != ':');
    let words = words.map(|word| word.trim_matches(':'));
    found.extend(words.filter(|word| word.contains("::")).map(str::to_owned));
    found
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Unfolds `a::{b, c::{d, e}}` into `a::b`, `a::c::d`, `a::c::e`.
fn unfold(prefix: &str, tree: &str, found: &mut BTreeSet<String>) {
    let Some((head, group)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or(tree).trim();
        found.insert(format!("{prefix}{name}").trim_end_matches("::self").to_owned());
        return;
    };
    let prefix = format!("{prefix}{}", head.trim());
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut from) = (0_usize, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                unfold(&prefix, &group[from..at], found);
                from = at + 1;
            }
            _ => {}
        }
    }
    if !group[from..].trim().is_empty() {
        unfold(&prefix, &group[from..], found);
    }
}

/// Whether `path` is `ancestor` or lies below it.
pub(crate) fn is_below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_unfolded_and_expressions_are_read() {
        let code = "pub use a::{b, c::{self, d as e}};\nfn f() { x::y::z(1); unused f; }";
        let expected = ["a::b", "a::c", "a::c::d", "x::y::z"];
        let found = paths(code);
        assert!(expected.iter().all(|path| found.contains(*path)), "{found:?}");
        assert!(found.iter().all(|path| !path.ends_with("::e")), "{found:?}");
    }

    #[test]
    fn comments_are_no_code_and_only_tests_are_test_code() {
        assert_eq!(code("//! a::b\n  // c::d\nlet e = f::g;"), "let e = f::g;\n");
        assert_eq!(
            test_code("src/a.rs", "one\n#[cfg(test)]\ntwo"),
            "#[cfg(test)]\ntwo\n"
        );
        assert_eq!(test_code("src/a.rs", "one"), "");
        assert_eq!(test_code("src/a/tests.rs", "one"), "one\n");
        assert_eq!(test_code("sim/tests/a.rs", "one"), "one\n");
        assert_eq!(shipped_code("src/a.rs", "one\n#[cfg(test)]\ntwo"), "one\n");
        assert_eq!(shipped_code("src/a.rs", "one"), "one\n");
        assert_eq!(shipped_code("src/a/tests.rs", "one"), "");
    }

    #[test]
    fn below_means_whole_segments() {
        assert!(is_below("std::fs::read", "std::fs") && is_below("std::fs", "std::fs"));
        assert!(!is_below("std::fscanf", "std::fs"));
    }
}
