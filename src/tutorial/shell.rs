//! Command lines for Linux nodes: the service runs no shell, so what needs one must name it and quote for it.

/// Joins commands into one command line that stops at the first failure.
///
/// # Examples
///
/// ```
/// # use batchite::tutorial::wrap_commands_in_shell;
/// assert_eq!(
///     wrap_commands_in_shell(&["echo one", "echo 'two'"]),
///     r"/bin/bash -c 'set -e; set -o pipefail; echo one; echo '\''two'\''; wait'"
/// );
/// ```
pub fn wrap_commands_in_shell(commands: &[impl AsRef<str>]) -> String {
    let mut script = String::from("set -e; set -o pipefail; ");
    for command in commands {
        script.push_str(command.as_ref());
        script.push_str("; ");
    }
    script.push_str("wait");
    format!("/bin/bash -c '{}'", script.replace('\'', r"'\''"))
}

/// A word as the shell will read it: as it is when it is harmless, otherwise in double quotes.
pub(super) fn quoted(word: &str) -> String {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,".contains(letter);
    if !word.is_empty() && word.chars().all(harmless) {
        return word.to_owned();
    }
    double_quoted(word)
}

/// A word in double quotes, with what the shell would still read in it made plain.
pub(super) fn double_quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in word.chars() {
        if matches!(letter, '"' | '\\' | '$' | '`') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

/// The path of a file as an argument: a leading hyphen must not make an option of it.
pub(super) fn file_argument(name: &str) -> String {
    if name.starts_with('-') {
        quoted(&format!("./{name}"))
    } else {
        quoted(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_words_stay_as_they_are() {
        assert_eq!(quoted("taskdata1.txt"), "taskdata1.txt");
        assert_eq!(file_argument("-rf"), "./-rf");
        assert_eq!(file_argument("a-b"), "a-b");
    }

    /// Bash itself is the judge of what the quoting means.
    #[cfg(unix)]
    #[test]
    fn bash_reads_back_what_was_quoted() {
        for word in [
            "",
            "two words",
            "it's",
            "\"double\"",
            "$HOME and `ls`",
            "back\\slash",
            "!bang",
            "*",
            "~",
            "a;b&c|d>e(f)",
            "naïve",
            "#hash",
        ] {
            let output = std::process::Command::new("bash")
                .args(["-c", &format!("printf %s {}", quoted(word))])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word);
            // The whole command line once more, split as a shell splits it.
            let line = wrap_commands_in_shell(&[format!("printf %s {}", quoted(word))]);
            let output = std::process::Command::new("sh")
                .args(["-c", &line])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word, "{line}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_first_failure_ends_the_script() {
        let line = wrap_commands_in_shell(&["true | false", "echo never"]);
        let output = std::process::Command::new("sh")
            .args(["-c", &line])
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
    }
}
