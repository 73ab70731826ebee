//! Every model with every property drawn at random survives JSON both ways, words nobody knows yet included.
//!
//! Models are drawn from bytes, so that proptest shrinks a failure by dropping bytes: when none is left everything that
//! may be absent is. A property that is added to a model does not compile until it is drawn here.

mod jobs;
mod nodes;
mod pools;
mod tasks;
mod words;

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::secret::{Secret, SensitiveString};
use crate::time::{TimeSpan, Timestamp};

/// Bytes to draw from; zeros once they are used up.
struct Draw(std::vec::IntoIter<u8>);

impl Draw {
    fn byte(&mut self) -> u8 {
        self.0.next().unwrap_or(0)
    }

    fn number(&mut self) -> u64 {
        // Small numbers and whole ones are equally likely.
        let length = if self.byte().is_multiple_of(2) { 1 } else { 8 };
        (0..length).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    fn next<T: Drawn>(&mut self) -> T {
        T::drawn(self)
    }

    /// Up to three entries.
    fn some<T: Drawn>(&mut self) -> impl Iterator<Item = T> {
        let count = self.byte() % 4;
        (0..count).map(|_| self.next())
    }

    /// A known word, or in one of four cases another; never the empty one, which is what an absent property reads as.
    fn word<T: Clone + for<'a> From<&'a str>>(&mut self, known: &[T]) -> T {
        let choice = usize::from(self.byte());
        if choice % 4 == 3 {
            let tail: String = self.some::<char>().collect();
            return T::from(format!("Future{tail}").as_str());
        }
        known[choice / 4 % known.len()].clone()
    }
}

/// What can be drawn.
trait Drawn {
    fn drawn(draw: &mut Draw) -> Self;
}

impl Drawn for bool {
    fn drawn(draw: &mut Draw) -> Self {
        !draw.byte().is_multiple_of(2)
    }
}

impl Drawn for i32 {
    fn drawn(draw: &mut Draw) -> Self {
        let [.., a, b, c, d] = draw.number().to_be_bytes();
        Self::from_be_bytes([a, b, c, d])
    }
}

impl Drawn for u64 {
    fn drawn(draw: &mut Draw) -> Self {
        draw.number()
    }
}

impl Drawn for f64 {
    /// Eighths, which decimal text holds without a loss.
    fn drawn(draw: &mut Draw) -> Self {
        Self::from(i32::drawn(draw)) / 8.0
    }
}

impl Drawn for char {
    fn drawn(draw: &mut Draw) -> Self {
        match draw.byte() {
            plain @ 0..=199 => Self::from(plain),
            plane => {
                Self::from_u32(u32::from(plane - 200) << 12 | u32::from(draw.byte())).unwrap_or('\u{fffd}')
            }
        }
    }
}

impl Drawn for String {
    fn drawn(draw: &mut Draw) -> Self {
        draw.some::<char>().collect()
    }
}

impl Drawn for SensitiveString {
    fn drawn(draw: &mut Draw) -> Self {
        String::drawn(draw).into()
    }
}

impl Drawn for Secret {
    fn drawn(draw: &mut Draw) -> Self {
        Self::new(String::drawn(draw))
    }
}

impl Drawn for Timestamp {
    /// The last moment is likely, and so is one that failed before.
    fn drawn(draw: &mut Draw) -> Self {
        match draw.number() {
            1 => Self::from_ticks(2_534_023_008_000_000_000),
            2 => Self::MAX,
            ticks => Self::from_ticks(ticks % (Self::MAX.ticks() + 1)),
        }
    }
}

impl Drawn for TimeSpan {
    fn drawn(draw: &mut Draw) -> Self {
        match draw.number() {
            u64::MAX => Self::INFINITE,
            ticks => Self::from_ticks((ticks >> 1).cast_signed()),
        }
    }
}

impl<T: Drawn> Drawn for Option<T> {
    fn drawn(draw: &mut Draw) -> Self {
        bool::drawn(draw).then(|| draw.next())
    }
}

impl<T: Drawn> Drawn for Vec<T> {
    fn drawn(draw: &mut Draw) -> Self {
        draw.some().collect()
    }
}

impl<T> Drawn for BTreeMap<String, T>
where
    (String, T): Drawn,
{
    fn drawn(draw: &mut Draw) -> Self {
        draw.some::<(String, T)>().collect()
    }
}

impl Drawn for (String, Secret) {
    fn drawn(draw: &mut Draw) -> Self {
        (draw.next(), draw.next())
    }
}

impl Drawn for (String, String) {
    fn drawn(draw: &mut Draw) -> Self {
        (draw.next(), draw.next())
    }
}

/// Draws for models, by the names of all their properties, and a check of each. A function cannot name properties.
macro_rules! drawn {
    ($($model:ident { $($field:ident),* $(,)? })+) => {
        $(impl Drawn for $model {
            fn drawn(draw: &mut Draw) -> Self {
                Self { $($field: draw.next()),* }
            }
        })+

        /// One check for each model.
        pub(super) const CHECKS: &[super::Check] = &[$((stringify!($model), super::keeps::<$model>)),+];
    };
}

use drawn;

/// The name of a model, and whether JSON keeps one that is drawn.
type Check = (&'static str, fn(&mut Draw) -> Result<(), TestCaseError>);

fn keeps<T: Drawn + Serialize + DeserializeOwned + PartialEq + Debug>(
    draw: &mut Draw,
) -> Result<(), TestCaseError> {
    let model = T::drawn(draw);
    let text = serde_json::to_string(&model).unwrap();
    let read: T =
        serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(&read, &model, "{}", text);
    // Through a tree of values too: that is how answers with metadata are written.
    let tree: Value = serde_json::from_str(&text).unwrap();
    prop_assert_eq!(serde_json::to_value(&read).unwrap(), tree.clone());
    prop_assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), &model);
    Ok(())
}

fn every_check() -> impl Iterator<Item = &'static Check> {
    [
        pools::CHECKS,
        nodes::CHECKS,
        jobs::CHECKS,
        tasks::CHECKS,
        words::CHECKS,
    ]
    .into_iter()
    .flatten()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_model_survives_both_ways(bytes in vec(any::<u8>(), 0..1500)) {
        for (name, check) in every_check() {
            let outcome = check(&mut Draw(bytes.clone().into_iter()));
            prop_assert!(outcome.is_ok(), "{}: {:?}", name, outcome);
        }
    }
}

#[test]
fn every_model_is_drawn_once() {
    let mut names: Vec<&str> = every_check().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count > 200, "{count} models and enumerations are drawn");
}
