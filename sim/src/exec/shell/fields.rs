//! The fields a word is being expanded into.

/// What a field counts beside its bytes.
const FIELD_COST: u64 = 32;

/// One argument: its text, and the same text as a pattern in which quoted characters are escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) text: String,
    pub(super) pattern: String,
}

/// Fields in the making.
#[derive(Debug, Default)]
pub(super) struct Fields {
    done: Vec<Field>,
    current: Option<Field>,
    bytes: u64,
}

impl Fields {
    /// Bytes one word may expand to.
    pub(super) const LENGTH_MAX: u64 = 4 * 1024 * 1024;

    /// Bytes pushed so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the word has become too long.
    pub(super) fn is_too_long(&self) -> bool {
        self.bytes > Self::LENGTH_MAX
    }

    /// Adds text to the current field. A quoted text makes a field even if it is empty.
    pub(super) fn push(&mut self, text: &str, quoted: bool) {
        self.bytes += text.len() as u64;
        if text.is_empty() && !quoted {
            return;
        }
        let field = self.current.get_or_insert_default();
        field.text.push_str(text);
        escape_into(&mut field.pattern, text, quoted);
    }

    /// Ends the current field.
    pub(super) fn separate(&mut self) {
        if let Some(field) = self.current.take() {
            self.bytes += FIELD_COST;
            self.done.push(field);
        }
    }

    /// Adds unquoted text, split where one of `separators` stands.
    pub(super) fn push_split(&mut self, text: &str, separators: &str) {
        let mut after_space = false;
        let mut rest = text;
        while let Some(at) = rest.find(|character| separators.contains(character)) {
            if at > 0 {
                after_space = false;
            }
            self.push(&rest[..at], false);
            let separator = rest[at..].chars().next().unwrap_or(' ');
            rest = &rest[at + separator.len_utf8()..];
            self.bytes += 1;
            if separator.is_ascii_whitespace() {
                after_space |= self.current.is_some();
                self.separate();
            } else if self.current.is_some() || after_space {
                // A separator after white space only ends the field the white space has ended already.
                self.separate();
                after_space = false;
            } else {
                self.bytes += FIELD_COST;
                self.done.push(Field::default());
            }
        }
        self.push(rest, false);
    }

    /// All fields.
    pub(super) fn finish(mut self) -> Vec<Field> {
        self.separate();
        self.done
    }
}

fn escape_into(pattern: &mut String, text: &str, quoted: bool) {
    let special: &[char] = if quoted {
        &['*', '?', '[', ']', '\\', '!', '^', '-']
    } else {
        &['\\']
    };
    for part in text.split_inclusive(special) {
        let (plain, last) = match part.char_indices().next_back() {
            Some((at, last)) if special.contains(&last) => (&part[..at], Some(last)),
            _ => (part, None),
        };
        pattern.push_str(plain);
        if let Some(last) = last {
            pattern.extend(['\\', last]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, separators: &str) -> Vec<String> {
        let mut fields = Fields::default();
        fields.push_split(text, separators);
        fields.finish().into_iter().map(|field| field.text).collect()
    }

    #[test]
    fn white_space_collapses_and_other_separators_do_not() {
        for (text, separators, fields) in [
            ("  a  b\n", " \t\n", &["a", "b"][..]),
            ("a,,b", ",", &["a", "", "b"]),
            ("a , b", " ,", &["a", "b"]),
            (",a", ",", &["", "a"]),
            ("", " ", &[]),
            ("a b", "", &["a b"]),
        ] {
            assert_eq!(split(text, separators), fields, "{text:?}");
        }
    }

    #[test]
    fn quoted_characters_are_no_pattern() {
        let mut fields = Fields::default();
        fields.push("*.", false);
        fields.push("*é", true);
        fields.push("\\", false);
        let fields = fields.finish();
        assert_eq!(fields[0].text, "*.*é\\");
        assert_eq!(fields[0].pattern, "*.\\*é\\\\");
    }
}
