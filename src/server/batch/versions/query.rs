//! `$select` and `$filter` of older versions: the names of properties become those of today.

/// The text of `$select` with other names.
pub(super) fn select(text: &str, rename: &dyn Fn(&str) -> String) -> String {
    let names = text.split(',').map(|name| rename(name.trim()));
    names.collect::<Vec<_>>().join(",")
}

/// The text of `$filter` with other names. Whether it makes sense is not asked here; what stands in quotes stays as
/// it is.
pub(super) fn filter(text: &str, rename: &dyn Fn(&str) -> String) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first == '\'' {
            // A quote within a literal is doubled, so it reads as two literals side by side.
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else if is_of_name(first) {
            rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, further) = rest.split_at(end);
        if is_of_name(first) {
            written.push_str(&rename(piece));
        } else {
            written.push_str(piece);
        }
        rest = further;
    }
    written
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '/' || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_and_texts_do_not() {
        let rename = |name: &str| name.replace("old", "new");
        for (text, expected) in [
            ("old eq 'old'", "new eq 'old'"),
            (
                "startswith(old/a,'it''s old') and (b ne 1)",
                "startswith(new/a,'it''s old') and (b ne 1)",
            ),
            ("old eq 'unended old", "new eq 'unended old"),
            ("größe eq 'old' or old", "größe eq 'old' or new"),
            ("", ""),
        ] {
            assert_eq!(filter(text, &rename), expected);
        }
        assert_eq!(select("id, old ,b", &rename), "id,new,b");
    }
}
