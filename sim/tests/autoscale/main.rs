//! The language of automatic scaling: documented formulas, refusals, and thousands of generated ones.

#[cfg(test)]
mod documented;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod pool;
#[cfg(test)]
mod refusals;
