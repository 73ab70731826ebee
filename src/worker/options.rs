//! The command line of the worker.

use std::path::PathBuf;

use batchite_api::error::{Error, Service};
use batchite_api::secret::Secret;
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::topn::worker::WorkerArguments;

/// Counts the words of one text, writes the most frequent ones to `NAME_OUTPUT.EXT` next to it and uploads that file.
#[derive(Debug, Clone, Args)]
pub struct TopnOptions {
    /// The text to count
    #[arg(long, value_name = "FILE", env = "BATCHITE_FILEPATH")]
    pub filepath: PathBuf,

    /// How many words to report
    #[arg(long, value_name = "N", env = "BATCHITE_NUMWORDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub numwords: u32,

    /// The storage account the report goes to
    #[arg(long, value_name = "NAME", env = "BATCHITE_STORAGEACCOUNT")]
    pub storageaccount: String,

    /// The container the report goes to
    #[arg(long, value_name = "NAME", env = "BATCHITE_STORAGECONTAINER")]
    pub storagecontainer: String,

    /// A shared access signature that may write to the container
    #[arg(long, value_name = "TOKEN", env = "BATCHITE_SASTOKEN", hide_env_values = true)]
    pub sastoken: Secret,

    /// Where the storage account answers [default: `https://NAME.blob.core.windows.net`]
    #[arg(long, value_name = "URL", env = "BATCHITE_BLOB_ENDPOINT")]
    pub blob_endpoint: Option<String>,

    /// Speak plain http:// to other machines too; the token can be read on the way
    #[arg(long, env = "BATCHITE_ALLOW_HTTP", value_parser = FalseyValueParser::new())]
    pub allow_http: bool,
}

impl From<TopnOptions> for WorkerArguments {
    fn from(options: TopnOptions) -> Self {
        Self {
            filepath: options.filepath,
            numwords: usize::try_from(options.numwords).unwrap_or(usize::MAX),
            storageaccount: options.storageaccount,
            storagecontainer: options.storagecontainer,
            sastoken: options.sastoken.expose().to_owned(),
            blob_endpoint: options.blob_endpoint,
        }
    }
}

/// The URL of the account: what was given, or what the public cloud makes of its name.
///
/// Refused: a name that is no account's, which would send the signature to another host; and what is no URL.
pub(super) fn blob_endpoint(arguments: &WorkerArguments) -> Result<String, Error> {
    let refuse = |text: String| Err(Error::protocol(Service::Blob, text));
    if let Some(given) = &arguments.blob_endpoint {
        if !given.starts_with("https://") && !given.starts_with("http://") {
            return refuse(format!(
                "The blob endpoint {given:?} is no URL: it must begin with https:// or http://."
            ));
        }
        return Ok(given.trim_end_matches('/').to_owned());
    }
    let name = &arguments.storageaccount;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if (3..=24).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(format!("https://{name}.blob.core.windows.net"));
    }
    refuse(format!(
        "The storage account name {name:?} must be 3 to 24 lower-case letters and digits."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(account: &str, endpoint: Option<&str>) -> WorkerArguments {
        WorkerArguments {
            filepath: PathBuf::from("a.txt"),
            numwords: 3,
            storageaccount: account.to_owned(),
            storagecontainer: "output".to_owned(),
            sastoken: String::new(),
            blob_endpoint: endpoint.map(str::to_owned),
        }
    }

    #[test]
    fn the_endpoint_follows_from_the_name_unless_it_is_given() {
        assert_eq!(
            blob_endpoint(&arguments("mine", None)).unwrap(),
            "https://mine.blob.core.windows.net"
        );
        assert_eq!(
            blob_endpoint(&arguments("mine", Some("http://127.0.0.1:10000/mine/"))).unwrap(),
            "http://127.0.0.1:10000/mine"
        );
    }

    #[test]
    fn what_would_lead_elsewhere_is_refused() {
        for name in ["", "ab", "Mine", "mine.evil.example/", "evil.example#"] {
            assert!(blob_endpoint(&arguments(name, None)).is_err(), "{name}");
        }
        assert!(blob_endpoint(&arguments("mine", Some("127.0.0.1:10000"))).is_err());
    }
}
