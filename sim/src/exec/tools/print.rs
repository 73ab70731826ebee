//! echo and printf.

use crate::exec::process::{OutputError, Process};

/// Longest field `printf` pads to.
const WIDTH_MAX: usize = 4096;

/// `echo [-neE] text..`
pub(super) fn echo(process: &Process) -> Result<i32, OutputError> {
    let mut arguments = process.arguments.as_slice();
    let (mut newline, mut escapes) = (true, false);
    while let Some((first, rest)) = arguments.split_first() {
        let letters = first.strip_prefix('-').unwrap_or_default();
        if letters.is_empty() || !letters.chars().all(|letter| "neE".contains(letter)) {
            break;
        }
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        arguments = rest;
    }
    let mut text = arguments.join(" ").into_bytes();
    if escapes {
        let mut plain = Vec::with_capacity(text.len());
        let ended = unescape(&String::from_utf8_lossy(&text), &mut plain);
        text = plain;
        newline &= !ended;
    }
    if newline {
        text.push(b'\n');
    }
    process.stdout.write_shared(text.into())?;
    Ok(0)
}

/// Writes a text with its escapes resolved; whether `\c` ended it.
fn unescape(text: &str, plain: &mut Vec<u8>) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next() else {
            plain.push(b'\\');
            break;
        };
        let after = &rest[letter.len_utf8()..];
        let byte = match letter {
            'a' => 7,
            'b' => 8,
            'c' => return true,
            'e' => 27,
            'f' => 12,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 11,
            '\\' => b'\\',
            'x' | '0'..='7' => {
                let (byte, length) = numbered(rest);
                if length > 0 {
                    plain.push(byte);
                    rest = &rest[length..];
                } else {
                    plain.extend_from_slice(b"\\x");
                    rest = after;
                }
                continue;
            }
            other => {
                plain.push(b'\\');
                plain.extend_from_slice(other.to_string().as_bytes());
                rest = after;
                continue;
            }
        };
        plain.push(byte);
        rest = after;
    }
    plain.extend_from_slice(rest.as_bytes());
    false
}

/// The byte `x41`, `101` or `0101` stands for, and how long that is; a length of zero when it is none.
fn numbered(text: &str) -> (u8, usize) {
    let (skipped, radix, longest) = if text.starts_with('x') {
        (1, 16, 2)
    } else if text.starts_with('0') {
        (1, 8, 3)
    } else {
        (0, 8, 3)
    };
    let digits: String = text[skipped..]
        .chars()
        .take(longest)
        .take_while(|digit| digit.is_digit(radix))
        .collect();
    if digits.is_empty() {
        return (0, if radix == 8 { skipped } else { 0 });
    }
    let value = u32::from_str_radix(&digits, radix).unwrap_or(0);
    (u8::try_from(value & 0xFF).unwrap_or(0), skipped + digits.len())
}

/// `printf format argument..`: the format is used again until the arguments are.
pub(super) fn printf(process: &Process) -> Result<i32, OutputError> {
    let Some((format, arguments)) = process.arguments.split_first() else {
        super::complain(process, "usage: printf format [argument..]");
        return Ok(2);
    };
    let mut rest = arguments.iter();
    let mut status = 0;
    loop {
        let before = rest.len();
        super::text::scan(process, format.len() as u64 * 4)?;
        let mut text = Vec::new();
        let mut printer = Printer {
            text: &mut text,
            arguments: &mut rest,
            bad: None,
        };
        let ended = printer.print(format);
        let bad = printer.bad.take();
        process.stdout.write_shared(text.into())?;
        if let Some(bad) = bad {
            super::complain(process, &bad);
            status = 1;
        }
        if ended || rest.len() == 0 || rest.len() == before {
            return Ok(status);
        }
    }
}

struct Printer<'a, 'b> {
    text: &'a mut Vec<u8>,
    arguments: &'a mut std::slice::Iter<'b, String>,
    bad: Option<String>,
}

impl Printer<'_, '_> {
    /// Prints one pass over the format; whether `\c` or a fault ended it.
    fn print(&mut self, format: &str) -> bool {
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            if unescape(&rest[..at], self.text) {
                return true;
            }
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                self.text.push(b'%');
                rest = after;
                continue;
            }
            let length = rest.find(|character: char| !"-+ 0123456789.#".contains(character));
            let (flags, after) = rest.split_at(length.unwrap_or(rest.len()));
            let Some(letter) = after.chars().next() else {
                self.bad = Some(format!("%{flags}: missing format character"));
                return true;
            };
            rest = &after[letter.len_utf8()..];
            if !self.conversion(flags, letter) {
                return true;
            }
        }
        unescape(rest, self.text)
    }

    fn conversion(&mut self, flags: &str, letter: char) -> bool {
        let argument = self.arguments.next().map(String::as_str).unwrap_or_default();
        let left = flags.contains('-');
        let sized = flags.trim_start_matches(['-', '+', ' ', '0', '#']);
        let zero = flags.trim_start_matches(['-', '+', ' ', '#']).starts_with('0') && !left;
        let (width, precision) = match sized.split_once('.') {
            Some((width, precision)) => (width, Some(size(precision))),
            None => (sized, None),
        };
        let (Some(width), Some(precision)) =
            (size(width), precision.map_or(Some(None), |size| size.map(Some)))
        else {
            self.bad = Some(format!(
                "%{flags}{letter}: wider than {WIDTH_MAX} is not simulated"
            ));
            return false;
        };
        let field = match letter {
            's' => match precision {
                Some(precision) => argument.chars().take(precision).collect(),
                None => argument.to_owned(),
            },
            'c' => argument.chars().take(1).collect(),
            'b' => {
                let mut plain = Vec::new();
                let ended = unescape(argument, &mut plain);
                self.text.extend_from_slice(&plain);
                return !ended;
            }
            'd' | 'i' => self.number(argument).to_string(),
            'u' => self.number(argument).cast_unsigned().to_string(),
            'x' => format!("{:x}", self.number(argument)),
            'X' => format!("{:X}", self.number(argument)),
            'o' => format!("{:o}", self.number(argument)),
            'f' => {
                let number: f64 = argument.trim().parse().unwrap_or_else(|_| {
                    self.not_a_number(argument);
                    0.0
                });
                format!("{number:.*}", precision.unwrap_or(6))
            }
            _ => {
                self.bad = Some(format!("%{letter}: invalid directive"));
                return false;
            }
        };
        let padding = width.saturating_sub(field.chars().count());
        let filler = if zero && letter != 's' { b'0' } else { b' ' };
        let (sign, digits) = match field.strip_prefix('-') {
            Some(digits) if filler == b'0' => ("-", digits),
            _ => ("", field.as_str()),
        };
        self.text.extend_from_slice(sign.as_bytes());
        if !left {
            self.text.extend(std::iter::repeat_n(filler, padding));
        }
        self.text.extend_from_slice(digits.as_bytes());
        if left {
            self.text.extend(std::iter::repeat_n(b' ', padding));
        }
        true
    }

    fn number(&mut self, argument: &str) -> i64 {
        let text = argument.trim();
        if text.is_empty() {
            return 0;
        }
        let parsed = match text.strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(digits, 16),
            None => text.parse(),
        };
        parsed.unwrap_or_else(|_| {
            self.not_a_number(argument);
            0
        })
    }

    fn not_a_number(&mut self, argument: &str) {
        let shown: String = argument.chars().take(60).collect();
        self.bad = Some(format!("'{shown}': expected a numeric value"));
    }
}

/// The width or precision of a conversion; nothing stands for zero, and what is too wide is none.
fn size(text: &str) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    text.parse().ok().filter(|size| *size <= WIDTH_MAX)
}
