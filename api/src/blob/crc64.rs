//! The checksum of Azure Storage: CRC-64/NVME, on the wire Base64 of its eight bytes, the least significant one first.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The polynomial, its lowest power in the highest bit, as the bits of a byte are taken from the lowest one on.
const POLYNOMIAL: u64 = 0x9A6C_9329_AC4B_C9B5;

/// What a byte does to the remainder when as many bytes follow it as the number of the table says.
///
/// With eight tables a word is taken at once instead of a byte, for which every look-up would wait for the last one.
static TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            remainder = (remainder >> 1) ^ (POLYNOMIAL * (remainder & 1));
            bit += 1;
        }
        tables[0][byte] = remainder;
        byte += 1;
    }
    let mut following = 1;
    while following < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[following - 1][byte];
            tables[following][byte] = (before >> 8) ^ tables[0][(before & 0xFF) as usize];
            byte += 1;
        }
        following += 1;
    }
    tables
}

/// A checksum on its way: bytes are added, and its value is that of all of them.
#[derive(Clone)]
pub struct Crc64 {
    /// All bits inverted, at the beginning and at the end.
    remainder: u64,
}

impl Default for Crc64 {
    fn default() -> Self {
        Self { remainder: u64::MAX }
    }
}

impl Crc64 {
    /// The checksum of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut crc64 = Self::default();
        crc64.update(bytes);
        crc64
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            let word = (self.remainder ^ u64::from_le_bytes(*word)).to_le_bytes();
            self.remainder = word
                .iter()
                .zip(TABLES.iter().rev())
                .fold(0, |sum, (byte, table)| sum ^ table[usize::from(*byte)]);
        }
        for byte in rest {
            let [lowest, ..] = self.remainder.to_le_bytes();
            self.remainder = (self.remainder >> 8) ^ TABLES[0][usize::from(lowest ^ byte)];
        }
    }

    /// The checksum of the bytes so far.
    pub fn value(&self) -> u64 {
        !self.remainder
    }

    /// The same as `x-ms-content-crc64` has it.
    pub fn to_text(&self) -> String {
        Self::text(self.value())
    }

    /// A checksum as `x-ms-content-crc64` has it.
    pub fn text(value: u64) -> String {
        STANDARD.encode(value.to_le_bytes())
    }

    /// Reads `x-ms-content-crc64`; nothing unless it is Base64 of eight bytes.
    pub fn parse(text: &str) -> Option<u64> {
        let bytes = STANDARD.decode(text).ok()?;
        bytes.try_into().ok().map(u64::from_le_bytes)
    }
}

impl fmt::Debug for Crc64 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Crc64({})", self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The value the catalogues of such checksums give for the digits, to tell one from another.
    #[test]
    fn it_is_the_one_of_the_catalogues() {
        assert_eq!(Crc64::of(b"123456789").value(), 0xAE8B_1486_0A79_9888);
        assert_eq!(Crc64::of(b"123456789").to_text(), "iJh5CoYUi64=");
        assert_eq!(Crc64::of(b"").to_text(), "AAAAAAAAAAA=");
    }

    #[test]
    fn eight_bytes_are_a_checksum() {
        assert_eq!(Crc64::parse("iJh5CoYUi64="), Some(0xAE8B_1486_0A79_9888));
        for text in ["", "iJh5CoYUi64", "AAAA", "gdyb21LQTcIANtvYMT7QVQ==", "?"] {
            assert_eq!(Crc64::parse(text), None, "{text}");
        }
    }

    /// The definition: one bit after the other.
    fn bit_by_bit(bytes: &[u8]) -> u64 {
        let mut remainder = u64::MAX;
        for byte in bytes {
            remainder ^= u64::from(*byte);
            for _ in 0..8 {
                let is_odd = remainder & 1 == 1;
                remainder >>= 1;
                if is_odd {
                    remainder ^= POLYNOMIAL;
                }
            }
        }
        !remainder
    }

    proptest! {
        /// However the bytes are cut, the tables give what the definition gives.
        #[test]
        fn words_are_as_good_as_bits(bytes in prop::collection::vec(any::<u8>(), 0..100), cut in 1_usize..20) {
            let mut crc64 = Crc64::default();
            for piece in bytes.chunks(cut) {
                crc64.update(piece);
            }
            prop_assert_eq!(crc64.value(), bit_by_bit(&bytes));
            prop_assert_eq!(Crc64::parse(&crc64.to_text()), Some(crc64.value()));
        }
    }
}
