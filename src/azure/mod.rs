//! Clients of the real services: calls of the traits become HTTP requests.
//!
//! They know nothing of what answers: Azure, another emulator, or this one.
//!
//! - [`blob`]: Blob Storage
//! - [`transport`]: the one method that sends a request; [`http_transport`] has a network behind it
//! - [`retry`]: which failures are worth another attempt, and when

pub mod blob;
pub mod http_transport;
pub mod retry;
pub mod transport;

pub use blob::{AzureBlob, AzureBlobConnector};
pub use http_transport::{HttpTransport, Timeouts};
pub use retry::{Jitter, RetryPolicy, SeededJitter};
pub use transport::Transport;
