//! Refusals at the edge.
