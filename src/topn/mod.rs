//! The tutorial's worker: the N most frequent words of one text file.
//!
//! Each task of the tutorial runs it once on its node, over the one input file the task was given. Nothing
//! here knows of Azure, of a backend or of the network, so the same code runs as a process on a real node and
//! as a program inside the simulated world.
//!
//! - [`count`]: a stream of bytes in, the most frequent words out
//! - [`worker`]: what the worker is told, what it calls its output and what it writes into it
//! - `table`: the words met so far, each stored and counted once

pub mod count;
mod table;
pub mod worker;

pub use count::{WORD_BYTES_MAX, WordCount, top_words};
