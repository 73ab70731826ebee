//! How the service splits a command line into a program and its arguments, without a shell.
//!
//! The service does not document the details for Linux; Batchite follows the quoting of a POSIX shell, so that
//! the documented form `/bin/sh -c "..."` means what it looks like. Nothing is expanded: `$VAR`, `*` and `&&` are
//! ordinary characters. Windows follows `CommandLineToArgvW`, where a quote that is never closed reaches to the end.

use super::Platform;

/// Why a command line cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandLineError {
    /// There is nothing but white space.
    #[error("The command line is empty: it must name a program.")]
    Empty,
    /// A quote is opened and never closed (Linux).
    #[error(
        "The command line has a {quote} at character {position} that is never closed. Close it, or write \\{quote} \
         for the character itself."
    )]
    UnbalancedQuote {
        /// The quote.
        quote: char,
        /// Its place, counted from 1.
        position: usize,
    },
    /// A backslash stands at the end, with nothing to escape (Linux).
    #[error("The command line ends in a backslash that escapes nothing. Write \\\\ for a backslash.")]
    TrailingBackslash,
    /// A zero character, which no operating system takes in an argument.
    #[error("The command line has a zero character at character {position}.")]
    Zero {
        /// Its place, counted from 1.
        position: usize,
    },
}

/// The program and its arguments, by the rules of the platform. At least one part.
pub fn split_command_line(text: &str, platform: Platform) -> Result<Vec<String>, CommandLineError> {
    if let Some(position) = text.chars().position(|character| character == '\0') {
        return Err(CommandLineError::Zero {
            position: position + 1,
        });
    }
    let parts = match platform {
        Platform::Linux => split_posix(text)?,
        Platform::Windows => split_windows(text),
    };
    match parts.first() {
        Some(program) if !program.is_empty() => Ok(parts),
        _ => Err(CommandLineError::Empty),
    }
}

fn split_posix(text: &str) -> Result<Vec<String>, CommandLineError> {
    let mut parts = Vec::new();
    let mut part: Option<String> = None;
    let mut characters = text.chars().enumerate();
    while let Some((at, character)) = characters.next() {
        match character {
            ' ' | '\t' | '\n' | '\r' => parts.extend(part.take()),
            '\'' | '"' => {
                let part = part.get_or_insert_default();
                quoted_posix(&mut characters, character, part).ok_or(CommandLineError::UnbalancedQuote {
                    quote: character,
                    position: at + 1,
                })?;
            }
            '\\' => match characters.next() {
                // An escaped line break joins two lines.
                Some((_, '\n')) => {}
                Some((_, escaped)) => part.get_or_insert_default().push(escaped),
                None => return Err(CommandLineError::TrailingBackslash),
            },
            _ => part.get_or_insert_default().push(character),
        }
    }
    parts.extend(part);
    Ok(parts)
}

/// Reads up to the closing quote; nothing when there is none.
fn quoted_posix(
    characters: &mut impl Iterator<Item = (usize, char)>,
    quote: char,
    part: &mut String,
) -> Option<()> {
    loop {
        match characters.next()?.1 {
            character if character == quote => return Some(()),
            '\\' if quote == '"' => match characters.next()?.1 {
                '\n' => {}
                escaped @ ('"' | '\\' | '$' | '`') => part.push(escaped),
                other => part.extend(['\\', other]),
            },
            character => part.push(character),
        }
    }
}

fn split_windows(text: &str) -> Vec<String> {
    let text = text.trim_start_matches([' ', '\t']);
    if text.is_empty() {
        return Vec::new();
    }
    let (program, rest) = windows_program(text);
    let mut parts = vec![program.to_owned()];
    let mut part: Option<String> = None;
    let mut inside = false;
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' if !inside => parts.extend(part.take()),
            '\\' => {
                let mut count = 1;
                while characters.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let part = part.get_or_insert_default();
                if characters.peek() == Some(&'"') {
                    part.extend(std::iter::repeat_n('\\', count / 2));
                    if count % 2 == 1 {
                        characters.next();
                        part.push('"');
                    }
                } else {
                    part.extend(std::iter::repeat_n('\\', count));
                }
            }
            '"' if inside && characters.next_if_eq(&'"').is_some() => part.get_or_insert_default().push('"'),
            '"' => {
                part.get_or_insert_default();
                inside = !inside;
            }
            _ => part.get_or_insert_default().push(character),
        }
    }
    parts.extend(part);
    parts
}

/// The program of a Windows command line and what follows it: backslashes and doubled quotes mean nothing there.
pub(crate) fn windows_program(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches([' ', '\t']);
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"').unwrap_or((quoted, ""));
    }
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_follows_the_quoting_of_a_shell() {
        for (text, parts) in [
            ("echo hello", &["echo", "hello"][..]),
            ("  a \t b\n", &["a", "b"]),
            (
                "/bin/bash -c 'set -e; cp -p a $X; wait'",
                &["/bin/bash", "-c", "set -e; cp -p a $X; wait"],
            ),
            (r#"sh -c "echo \"a\" \$B \n""#, &["sh", "-c", r#"echo "a" $B \n"#]),
            (r"a\ b 'c d'e''", &["a b", "c de"]),
            ("a '' \"\"", &["a", "", ""]),
            ("a\\\nb", &["ab"]),
            (
                "echo $HOME && x | y * ~",
                &["echo", "$HOME", "&&", "x", "|", "y", "*", "~"],
            ),
            ("'ünï' \"code\"", &["ünï", "code"]),
        ] {
            assert_eq!(
                split_command_line(text, Platform::Linux).unwrap(),
                parts,
                "{text}"
            );
        }
    }

    #[test]
    fn what_linux_cannot_split_is_refused() {
        for (text, error) in [
            ("", CommandLineError::Empty),
            (" \n\t", CommandLineError::Empty),
            ("'' a", CommandLineError::Empty),
            (
                "sh -c 'x",
                CommandLineError::UnbalancedQuote {
                    quote: '\'',
                    position: 7,
                },
            ),
            (
                "é \"\\\"",
                CommandLineError::UnbalancedQuote {
                    quote: '"',
                    position: 3,
                },
            ),
            ("a \\", CommandLineError::TrailingBackslash),
            ("a\0b", CommandLineError::Zero { position: 2 }),
        ] {
            assert_eq!(split_command_line(text, Platform::Linux), Err(error), "{text}");
        }
    }

    #[test]
    fn windows_follows_command_line_to_argv() {
        for (text, parts) in [
            (
                r#"cmd /c "echo hello world""#,
                &["cmd", "/c", "echo hello world"][..],
            ),
            (r#""C:\Program Files\a.exe" x"#, &[r"C:\Program Files\a.exe", "x"]),
            (r#"a.exe "a\\b" c\\"#, &["a.exe", r"a\\b", r"c\\"]),
            (r#"a "x\\" y"#, &["a", r"x\", "y"]),
            (r#"a "x\" y" z"#, &["a", r#"x" y"#, "z"]),
            (r#"a "b""c" d"#, &["a", r#"b"c"#, "d"]),
            (r#"a "" 'b c'"#, &["a", "", "'b", "c'"]),
            (r#"a "never closed"#, &["a", "never closed"]),
        ] {
            assert_eq!(
                split_command_line(text, Platform::Windows).unwrap(),
                parts,
                "{text}"
            );
        }
        assert_eq!(
            split_command_line("\t ", Platform::Windows),
            Err(CommandLineError::Empty)
        );
    }
}
