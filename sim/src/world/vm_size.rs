//! How many cores a virtual machine size has, read off its name.

/// The cores of a size such as `standard_a1` or `Standard_D4s_v3`; `None` for what is no size of a virtual machine.
///
/// Since the `v3` generations the number in the name is the number of vCPUs; the older sizes that count otherwise
/// stand in the table.
pub(super) fn cores(vm_size: &str) -> Option<u32> {
    let name = vm_size.to_ascii_lowercase();
    match name.as_str() {
        "small" | "extrasmall" => return Some(1),
        "medium" => return Some(2),
        "large" => return Some(4),
        "extralarge" => return Some(8),
        _ => {}
    }
    let rest = name
        .strip_prefix("standard_")
        .or_else(|| name.strip_prefix("basic_"))?;
    let (family, version) = rest.split_once("_v").unwrap_or((rest, "1"));
    let core = family.split('_').next().unwrap_or(family);
    let letters: String = core.chars().take_while(char::is_ascii_alphabetic).collect();
    let digits: String = core[letters.len()..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let number: u32 = digits.parse().ok()?;
    if letters.is_empty() || number > 1024 {
        return None;
    }
    let old = version.starts_with('1') || version.starts_with('2');
    #[expect(clippy::match_same_arms, reason = "a table: one line for each size")]
    let counted = match (letters.as_str(), number) {
        ("a", _) if version.starts_with('2') => number,
        ("a", 0 | 1) => 1,
        ("a", 2 | 5) => 2,
        ("a", 3 | 6) => 4,
        ("a", 4 | 7 | 8 | 10) => 8,
        ("a", 9 | 11) => 16,
        ("d" | "ds", 1) if old => 1,
        ("d" | "ds", 2 | 11) if old => 2,
        ("d" | "ds", 3 | 12) if old => 4,
        ("d" | "ds", 4 | 13) if old => 8,
        ("d" | "ds", 5 | 14) if old => 16,
        ("d" | "ds", 15) if old => 20,
        ("g" | "gs", 1) => 2,
        ("g" | "gs", 2) => 4,
        ("g" | "gs", 3) => 8,
        ("g" | "gs", 4) => 16,
        ("g" | "gs", 5) => 32,
        _ => number,
    };
    (counted > 0).then_some(counted)
}

#[cfg(test)]
mod tests {
    use super::cores;

    #[test]
    fn cores_are_those_of_the_public_size_tables() {
        for (size, expected) in [
            ("STANDARD_A1", Some(1)),
            ("standard_a1_v2", Some(1)),
            ("standard_a8", Some(8)),
            ("Standard_D2_v2", Some(2)),
            ("Standard_D4_v2", Some(8)),
            ("Standard_D4s_v3", Some(4)),
            ("Standard_F16s_v2", Some(16)),
            ("Standard_HB120rs_v3", Some(120)),
            ("Standard_D14_v2", Some(16)),
            ("standard_d", None),
            ("huge", None),
            ("", None),
            ("standard_99999999999", None),
        ] {
            assert_eq!(cores(size), expected, "{size}");
        }
    }
}
