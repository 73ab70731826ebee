//! Both services on sockets of their own, and how they are spoken to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use batchite::server::{
    BatchService, BearerTokens, BlobService, Handler, ListenOptions, ServedAccount, ServedBatchAccount,
    ServerHandle, serve_with,
};
use batchite_api::auth::Access;
use batchite_api::auth::sas::{self, Permission, Permissions, SasOptions};
use batchite_api::blob::{ContainerName, CreateContainerOptions};
use batchite_api::time::TimeSpan;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// After this an answer will not come any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service under attack.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// The first lines of a request with a credential whose body is a document, without a length.
    pub(crate) document: String,
    /// The same for a request whose body may be the longest.
    pub(crate) longest: String,
    /// Bytes the longest body may have.
    pub(crate) limit: u64,
    _server: ServerHandle,
}

/// Connections that are treated as a test needs it.
pub(crate) fn impatient() -> ListenOptions {
    ListenOptions {
        head_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_millis(300),
        ..ListenOptions::default()
    }
}

/// Both services over one world, each on a port of its own.
pub(crate) async fn both(options: &ListenOptions) -> [Target; 2] {
    let simulation = Simulation::new(SimConfig::new(1), |executor| executor);
    [
        batch(&simulation, options).await,
        blob(&simulation, options).await,
    ]
}

async fn listen(handler: impl Handler, options: &ListenOptions) -> ServerHandle {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    serve_with(listener, Arc::new(handler), options.clone()).expect("a server")
}

async fn batch(simulation: &Arc<Simulation>, options: &ListenOptions) -> Target {
    let account = SimConfig::new(1).storage_account;
    let account = ServedBatchAccount::new("batchaccount", account.key);
    let service =
        BatchService::new(simulation.batch(), simulation.clock(), account).with_bearer(BearerTokens::Basic);
    let server = listen(service, options).await;
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!(
        "{}.{}.{}",
        part(r#"{"alg":"none"}"#),
        part(r#"{"aud":"https://batch.core.windows.net/","exp":9999999999}"#),
        part("nobody")
    );
    let document = format!(
        "POST /jobs?api-version=2025-06-01 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json; odata=minimalmetadata\r\n"
    );
    Target {
        name: "batch",
        address: server.address(),
        longest: document.clone(),
        document,
        limit: 1024 * 1024,
        _server: server,
    }
}

async fn blob(simulation: &Arc<Simulation>, options: &ListenOptions) -> Target {
    let account = SimConfig::new(1).storage_account;
    let access = Access::SharedKey {
        account: account.name.clone(),
        key: account.key.clone(),
    };
    let container = ContainerName::parse("con").expect("a name");
    let blobs = simulation
        .blobs()
        .connect(&account.endpoint, access)
        .expect("the account");
    blobs
        .create_container(&container, &CreateContainerOptions::default())
        .await
        .expect("a container");
    let expiry = simulation.now() + TimeSpan::from_days(1);
    let options_of_token = SasOptions::new(Permissions::of(&[Permission::Read, Permission::Write]), expiry);
    let token = sas::container_token(&account.name, &account.key, &container, &options_of_token);
    let account_served = ServedAccount {
        name: account.name.clone(),
        keys: vec![account.key.clone()],
        endpoint: account.endpoint.clone(),
    };
    let limits = batchite::server::blob::BodyLimits {
        blob: 1024 * 1024,
        ..Default::default()
    };
    let service =
        BlobService::new(simulation.blobs(), simulation.clock(), vec![account_served]).with_limits(limits);
    let server = listen(service, options).await;
    let head = |query: &str, more: &str| {
        format!(
            "PUT /{}/con/blob?{query}{token} HTTP/1.1\r\nHost: localhost\r\nx-ms-version: 2022-11-02\r\n{more}",
            account.name
        )
    };
    Target {
        name: "blob",
        address: server.address(),
        document: head("comp=blocklist&", ""),
        longest: head("", "x-ms-blob-type: BlockBlob\r\n"),
        limit: 1024 * 1024,
        _server: server,
    }
}

impl Target {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    /// Sends bytes, says that no more will come, and gives everything that comes back.
    pub(crate) async fn send(&self, bytes: &[u8]) -> Vec<u8> {
        self.exchange(bytes, true).await
    }

    async fn exchange(&self, bytes: &[u8], and_no_more: bool) -> Vec<u8> {
        let mut stream = self.connect().await;
        let (mut reader, mut writer) = stream.split();
        let write = async {
            // Who has refused need not read on.
            let _ = writer.write_all(bytes).await;
            if and_no_more {
                let _ = writer.shutdown().await;
            }
        };
        let (answer, ()) = tokio::join!(read_to_end(&mut reader), write);
        answer
    }

    /// A request with a document, its length told.
    pub(crate) async fn send_document(&self, document: &[u8]) -> Vec<u8> {
        let mut request = self.document.clone().into_bytes();
        let length = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", document.len());
        request.extend_from_slice(length.as_bytes());
        request.extend_from_slice(document);
        self.exchange(&request, false).await
    }

    /// Whether a good request is answered as ever.
    pub(crate) async fn lives(&self) {
        let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let answer = self.exchange(request, false).await;
        assert_eq!(status(&answer), Some(200), "{}: {}", self.name, shown(&answer));
    }

    /// Sends what nobody should, which must be refused or lose its connection; and the server lives on.
    pub(crate) async fn refuses(&self, what: &str, bytes: &[u8]) {
        let answer = self.send(bytes).await;
        self.check_refused(what, &answer);
        self.lives().await;
    }

    #[track_caller]
    pub(crate) fn check_refused(&self, what: &str, answer: &[u8]) {
        let is_refused = status(answer).is_none_or(|status| (400..500).contains(&status));
        assert!(is_refused, "{}: {what}: {}", self.name, shown(answer));
    }
}

/// Everything until the other end closes the connection.
pub(crate) async fn read_to_end(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut answer = Vec::new();
    // A connection that is reset has ended too.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends");
    answer
}

/// The status of the first answer; none when there is no answer.
pub(crate) fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.strip_prefix("HTTP/1.1 ")
        .or_else(|| line.strip_prefix("HTTP/1.0 "))?
        .get(..3)?
        .parse()
        .ok()
}

/// The beginning of an answer.
pub(crate) fn shown(answer: &[u8]) -> String {
    String::from_utf8_lossy(&answer[..answer.len().min(600)]).into_owned()
}
