//! One shape for every enumeration of the wire: known words are variants, unknown ones survive.
//!
//! The service adds values without warning. A closed enum would refuse the whole answer; a bare string would
//! give up the compiler's help. The macro keeps both: thirty enumerations times (parse, print, serde) by hand
//! would be the same forty lines thirty times.

/// Declares an enumeration whose unknown values are kept in `Other`.
///
/// Words are matched case-insensitively, as the service does, and printed as they are declared.
macro_rules! open_enum {
    (
        $(#[$outer:meta])*
        pub enum $name:ident { $( $(#[$inner:meta])* $variant:ident = $word:literal, )+ }
    ) => {
        $(#[$outer])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$inner])* $variant, )+
            /// A word this version does not know, kept as it was received.
            Other(Box<str>),
        }

        impl $name {
            /// Every value this version knows, in the order of declaration.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )+
                    Self::Other(word) => word,
                }
            }

            /// Whether this is a value this version knows.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $( if word.eq_ignore_ascii_case($word) { return Self::$variant; } )+
                Self::Other(word.into())
            }
        }

        impl From<&$name> for std::borrow::Cow<'static, str> {
            /// The word on the wire; one this version knows is not copied.
            fn from(word: &$name) -> Self {
                match word {
                    $( $name::$variant => Self::Borrowed($word), )+
                    $name::Other(word) => Self::Owned(word.to_string()),
                }
            }
        }

        impl Default for $name {
            /// The empty word: what a property that was left out reads as.
            fn default() -> Self {
                Self::Other(Box::default())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from(word.as_ref()))
            }
        }
    };
}

pub(crate) use open_enum;
