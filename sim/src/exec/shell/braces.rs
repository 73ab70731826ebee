//! `{a,b}` and `{1..5}`, which bash knows and `sh` does not. Only in words without quotes and variables.

/// Words one word may become.
const WORDS_MAX: usize = 10_000;

/// Bytes all words of one word may hold.
const BYTES_MAX: usize = 1024 * 1024;

/// Characters that may be looked at for one word: nesting makes some be looked at again and again.
const STEPS_MAX: usize = 4_000_000;

/// The words a text without quotes and variables becomes, and how many characters were looked at for it; nothing
/// when it is too much.
pub(super) fn expanded(text: &str) -> Option<(Vec<String>, usize)> {
    let mut done: Vec<String> = Vec::new();
    // What is still to be looked at, the next one last.
    let mut open = vec![(String::new(), text.to_owned())];
    let (mut bytes, mut steps) = (text.len(), 0);
    while let Some((before, rest)) = open.pop() {
        match first_group(&rest, &mut steps) {
            None => done.push(before + &rest),
            Some(group) => {
                let (head, tail) = (&rest[..group.start], &rest[group.end..]);
                bytes += group.choices.len() * (before.len() + head.len() + tail.len() + 16);
                if bytes > BYTES_MAX {
                    return None;
                }
                for choice in group.choices.into_iter().rev() {
                    // A choice may hold groups itself, so it is looked at again with what follows.
                    open.push((format!("{before}{head}"), format!("{choice}{tail}")));
                }
            }
        }
        if done.len() + open.len() > WORDS_MAX || steps > STEPS_MAX {
            return None;
        }
    }
    Some((done, steps))
}

/// A group with its choices, and where it begins and ends.
struct Group {
    start: usize,
    end: usize,
    choices: Vec<String>,
}

/// The first brace that is closed and has choices in it.
fn first_group(text: &str, steps: &mut usize) -> Option<Group> {
    let mut from = 0;
    while let Some(start) = text[from..].find('{').map(|at| from + at) {
        let length = closing(&text[start..], steps);
        let inner = length.map_or("", |length| &text[start + 1..start + length]);
        *steps += inner.len() + 1;
        if let (Some(length), Some(choices)) = (length, choices(inner)) {
            return Some(Group {
                start,
                end: start + length + 1,
                choices,
            });
        }
        if *steps > STEPS_MAX {
            return None;
        }
        from = start + 1;
    }
    None
}

/// Where the brace that opens a text is closed.
fn closing(text: &str, steps: &mut usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, character) in text.char_indices() {
        *steps += 1;
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn choices(inner: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for character in inner.chars() {
        match character {
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    if parts.len() > 1 {
        return Some(parts);
    }
    let (first, last) = inner.split_once("..")?;
    let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
    // One more than is allowed is enough to be refused.
    let count = i64::try_from(first.abs_diff(last).min(WORDS_MAX as u64)).ok()?;
    let step = if first <= last { 1 } else { -1 };
    Some(
        (0..=count)
            .map(|number| (first + step * number).to_string())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_become_words() {
        for (text, words) in [
            ("a{b,c}d", &["abd", "acd"][..]),
            ("{1..3}", &["1", "2", "3"]),
            ("{2..0}x", &["2x", "1x", "0x"]),
            ("{a,b}{1,2}", &["a1", "a2", "b1", "b2"]),
            ("{a,{b,c}}", &["a", "b", "c"]),
            ("{a}{,x}", &["{a}", "{a}x"]),
            ("{}", &["{}"]),
            ("{a", &["{a"]),
            ("{x{a,b}", &["{xa", "{xb"]),
            ("a}", &["a}"]),
            ("{1..b}", &["{1..b}"]),
        ] {
            assert_eq!(expanded(text).unwrap().0, words, "{text}");
        }
    }

    #[test]
    fn too_many_words_are_refused() {
        for text in [
            "{1..1000000}",
            "{1..9223372036854775807}",
            "{1,2}{1,2}{1..9}{1..9}{1..99}",
        ] {
            assert!(expanded(text).is_none(), "{text}");
        }
        for (piece, count) in [("{a,b}", 1000), ("{", 100_000), ("{,", 5000)] {
            assert!(expanded(&piece.repeat(count)).is_none(), "{piece}");
        }
        assert!(expanded(&format!("{}{{1..1000}}", "x".repeat(100_000))).is_none());
    }
}
