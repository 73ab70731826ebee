//! The accounts that are served: their names, keys, addresses, and where clients reach them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use batchite_api::auth::AccountKey;
use batchite_sim::world::store::StorageAccount;
use tokio::net::TcpListener;

use super::options::{ServeOptions, account_key};
use crate::cli::options::Execution;
use crate::cli::processes::random_key;
use crate::server::batch::{WELL_KNOWN_BATCH_ACCOUNT, WELL_KNOWN_BATCH_KEY};
use crate::server::blob::{WELL_KNOWN_ACCOUNT, WELL_KNOWN_KEY};
use crate::server::listen::{Exposure, check_exposure};

/// How long a port is tried for that another process has just given up.
const BIND_TRIES: u32 = 3;

/// Both listeners, bound.
pub(super) struct Listeners {
    pub(super) batch: TcpListener,
    pub(super) blob: TcpListener,
}

/// Both accounts, as clients see them.
pub(super) struct Accounts {
    /// The name of the Batch account.
    pub(super) batch_name: String,
    /// Its key.
    pub(super) batch_key: AccountKey,
    /// Its URL, without a trailing slash.
    pub(super) batch_endpoint: String,
    /// The storage account, with all its URLs.
    pub(super) storage: StorageAccount,
}

/// The keys of both accounts.
pub(super) struct Keys {
    batch: AccountKey,
    storage: AccountKey,
}

impl Keys {
    /// The keys of the options, or those there are otherwise. Refused: a key everybody knows at an address other machines can reach.
    pub(super) fn new(options: &ServeOptions) -> Result<Self, String> {
        let known = |text| AccountKey::from_base64(text).map_err(|error| error.to_string());
        let (known_batch, known_storage) = (known(WELL_KNOWN_BATCH_KEY)?, known(WELL_KNOWN_KEY)?);
        let batch = match &options.account_key {
            Some(text) => account_key("--account-key", text)?,
            // Whoever holds it runs programs as this user.
            None if options.execution == Execution::Process => random_key()?,
            None => known_batch.clone(),
        };
        let storage = match &options.storage_key {
            Some(text) => account_key("--storage-key", text)?,
            None => known_storage.clone(),
        };
        for (key, address, option) in [
            (&batch, options.batch_addr, "--account-key"),
            (&storage, options.blob_addr, "--storage-key"),
        ] {
            check_exposure(
                address,
                [&known_batch, &known_storage].contains(&key),
                Exposure::Loopback,
            )
            .map_err(|error| format!("{error} The key is given by `{option}`."))?;
        }
        Ok(Self { batch, storage })
    }
}

impl Listeners {
    /// Binds both. The error is a text for the person.
    pub(super) async fn bind(options: &ServeOptions) -> Result<Self, String> {
        Ok(Self {
            batch: bind(options.batch_addr, "Azure Batch", "--batch-addr").await?,
            blob: bind(options.blob_addr, "Blob Storage", "--blob-addr").await?,
        })
    }

    /// The accounts behind the listeners.
    pub(super) fn accounts(&self, options: &ServeOptions, keys: Keys) -> Result<Accounts, String> {
        let scheme = if options.cert.is_some() { "https" } else { "http" };
        let address = |listener: &TcpListener| {
            let address = listener.local_addr();
            address.map_err(|error| format!("the address of a listener is unknown: {error}"))
        };
        let blob = reached_at(address(&self.blob)?);
        let mut storage = StorageAccount::new(WELL_KNOWN_ACCOUNT, keys.storage);
        let name = &storage.name;
        storage.endpoint = format!("{scheme}://{blob}/{name}");
        let mut hosts = vec!["127.0.0.1".to_owned(), "localhost".to_owned(), "[::1]".to_owned()];
        hosts.extend(options.host_names.iter().cloned());
        let port = blob.port();
        let in_path = hosts
            .iter()
            .map(|host| format!("{scheme}://{host}:{port}/{name}"));
        let in_host = ["localhost", "blob.localhost"]
            .iter()
            .map(|host| format!("{scheme}://{name}.{host}:{port}"));
        storage.aliases = in_path.chain(in_host).collect();
        Ok(Accounts {
            batch_name: WELL_KNOWN_BATCH_ACCOUNT.to_owned(),
            batch_key: keys.batch,
            batch_endpoint: format!("{scheme}://{}", reached_at(address(&self.batch)?)),
            storage,
        })
    }
}

async fn bind(address: SocketAddr, what: &str, option: &str) -> Result<TcpListener, String> {
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) => error,
        };
        if error.kind() != std::io::ErrorKind::AddrInUse {
            return Err(format!("{what} cannot be served at {address}: {error}"));
        }
        if tries == BIND_TRIES {
            return Err(format!(
                "{what} cannot be served at {address}: the port is in use, perhaps by another emulator. Stop that one, \
                 or give another address by `{option}`; port 0 takes a free one."
            ));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Where clients on this machine reach what listens at an address.
fn reached_at(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
