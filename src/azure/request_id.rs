//! Ids clients give to their requests, so that a call can be found again in the service's logs.

use std::fmt::Debug;
use std::sync::Arc;

use super::Jitter;

/// Where the ids of requests come from.
pub trait RequestIds: Debug + Send + Sync {
    /// The id of the next request: a GUID without braces.
    fn next(&self) -> String;
}

/// Ids made of random numbers.
#[derive(Debug, Clone)]
pub struct RandomRequestIds(Arc<dyn Jitter>);

impl RandomRequestIds {
    /// Ids made of these numbers.
    pub fn new(numbers: Arc<dyn Jitter>) -> Self {
        Self(numbers)
    }
}

impl RequestIds for RandomRequestIds {
    fn next(&self) -> String {
        // Version 4, variant 1 of RFC 9562.
        let first = (self.0.up_to(u64::MAX) & !0xF000) | 0x4000;
        let second = (self.0.up_to(u64::MAX) & !(0b11 << 62)) | (0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            first >> 32,
            (first >> 16) & 0xFFFF,
            first & 0xFFFF,
            second >> 48,
            second & 0xFFFF_FFFF_FFFF
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::SeededJitter;

    #[test]
    fn ids_are_random_guids() {
        let ids = RandomRequestIds::new(Arc::new(SeededJitter::new(1)));
        let made: std::collections::BTreeSet<String> = (0..100).map(|_| ids.next()).collect();
        assert_eq!(made.len(), 100);
        for id in made {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
    }
}
