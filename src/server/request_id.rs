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
        let series = self.series;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            series >> 32,
            (series >> 16) & 0xFFFF,
            series & 0xFFFF,
            number >> 48,
            number & 0xFFFF_FFFF_FFFF
        )
    }
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
