//! The ids of requests: in the form of a GUID, and the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

/// Makes one id after the other.
#[derive(Debug, Default)]
pub struct RequestIds {
    series: u64,
    next: AtomicU64,
}

impl RequestIds {
    /// Ids of a series: two series never share an id.
    pub fn new(series: u64) -> Self {
        Self {
            series,
            next: AtomicU64::new(0),
        }
    }

    /// The next id.
    pub fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let digits = u128::from(self.series) << 64 | u128::from(number);
        let mut text = String::with_capacity(36);
        for byte in digits.to_be_bytes() {
            // Every request has one, and formatting machinery costs ten times as much.
            if matches!(text.len(), 8 | 13 | 18 | 23) {
                text.push('-');
            }
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0xF));
        }
        text
    }
}

fn hex_digit(number: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(number & 0xF)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_a_guid_and_differ() {
        let ids = RequestIds::new(0x0123_4567_89AB_CDEF);
        assert_eq!(ids.next(), "01234567-89ab-cdef-0000-000000000001");
        assert_eq!(ids.next(), "01234567-89ab-cdef-0000-000000000002");
        assert_eq!(
            RequestIds::default().next(),
            "00000000-0000-0000-0000-000000000001"
        );
    }
}
