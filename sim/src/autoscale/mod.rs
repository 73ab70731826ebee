//! The language of automatic scaling: a formula is read, and evaluated over samples. Pure: no world, no clock.
//!
//! [`Formula::parse`] checks what can be checked without values; [`Formula::evaluate`] computes the targets of a pool.
//! Both have bounds for whatever they are given: the length of the text, its statements, how deep it nests, how many
//! values it holds. So neither a long nor a hostile formula costs more than a few milliseconds.
//!
//! - `lexer`, `parser`, `syntax`: from the text to statements
//! - `value`, `number`, `operators`, `functions`: types and what can be done with them
//! - `metric`, `history`, `methods`: sampled variables
//! - `evaluate`: statement after statement; `error`: what is wrong, and where
//!
//! ```
//! use batchite_api::time::Timestamp;
//! use batchite_sim::autoscale::{Formula, History, Inputs, Reading};
//!
//! let formula = Formula::parse("nodes = 2 + 3; $TargetDedicatedNodes = min(4, nodes);")?;
//! let start = Timestamp::from_unix_seconds(1_767_225_600);
//! let evaluation = formula.evaluate(&mut Inputs {
//!     now: start,
//!     target_dedicated_nodes: 0,
//!     target_low_priority_nodes: 0,
//!     task_slots_per_node: 1,
//!     present: &Reading::default(),
//!     history: &History::new(start),
//!     available_until: start,
//!     random: &mut || 0.5,
//! });
//! assert_eq!(evaluation.target_dedicated_nodes, 4);
//! assert!(evaluation.results.ends_with("$NodeDeallocationOption=requeue;nodes=5"));
//! # Ok::<(), batchite_sim::autoscale::FormulaError>(())
//! ```

mod error;
mod evaluate;
mod functions;
mod history;
mod lexer;
mod methods;
mod metric;
mod number;
mod operators;
mod parser;
mod syntax;
mod value;

pub use error::{EvaluationError, FormulaError, Position};
pub use evaluate::{Evaluation, Inputs};
pub use history::{History, SAMPLE_PERIOD, SAMPLES_KEPT};
pub use metric::{Metric, Reading};
pub use syntax::{DeallocationOption, Formula};
