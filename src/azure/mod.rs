//! Clients of the real services: calls of the traits become HTTP requests.
//!
//! They know nothing of what answers: Azure, another emulator, or this one.
//!
//! - [`batch`]: the Batch service
//! - [`blob`]: Blob Storage
//! - [`transport`]: the one method that sends a request; [`http_transport`] has a network behind it, `tls` its trust
//! - [`token`]: bearer tokens; [`entra`]: those of Microsoft Entra ID; [`request_id`]: the ids of requests
//! - [`retry`]: which failures are worth another attempt, and when

pub mod batch;
pub mod blob;
pub mod entra;
pub mod http_transport;
pub mod request_id;
pub mod retry;
mod tls;
pub mod token;
pub mod transport;

pub use batch::{AzureBatch, BatchConnection, BatchCredential};
pub use blob::{AzureBlob, AzureBlobConnector, TransferOptions};
pub use entra::EntraTokens;
pub use http_transport::{HttpTransport, PlainHttp, Timeouts};
pub use request_id::{RandomRequestIds, RequestIds};
pub use retry::{Jitter, RetryPolicy, SeededJitter};
pub use token::TokenSource;
pub use transport::Transport;
