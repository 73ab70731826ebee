//! Connection strings of storage accounts: `AccountName=..;AccountKey=..;..`.

use batchite_api::secret::Secret;

use crate::server::blob::{WELL_KNOWN_ACCOUNT, WELL_KNOWN_KEY};

/// What a connection string tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ConnectionString {
    pub(super) account: Option<String>,
    pub(super) key: Option<Secret>,
    /// The URL of the blob service.
    pub(super) endpoint: Option<String>,
}

impl ConnectionString {
    /// Reads the form all SDKs read. The error says what is wrong, and shows no value.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err("has a part without `=`".to_owned());
            };
            parts.push((name.trim().to_ascii_lowercase(), value.trim()));
        }
        let part = |wanted: &str| {
            let found = parts.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| *value).filter(|value| !value.is_empty())
        };
        if part("usedevelopmentstorage").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(Self::development(part("developmentstorageproxyuri")));
        }
        if part("accountkey").is_none() && part("sharedaccesssignature").is_some() {
            return Err(
                "has a shared access signature and no AccountKey: the tutorial signs the tokens of its nodes, so \
                 it needs the key"
                    .to_owned(),
            );
        }
        let account = part("accountname");
        let named = account.map(|account| {
            let protocol = part("defaultendpointsprotocol").unwrap_or("https");
            let suffix = part("endpointsuffix").unwrap_or("core.windows.net");
            format!("{protocol}://{account}.blob.{suffix}")
        });
        Ok(Self {
            account: account.map(str::to_owned),
            key: part("accountkey").map(Secret::new),
            endpoint: part("blobendpoint")
                .map(|endpoint| endpoint.trim_end_matches('/').to_owned())
                .or(named),
        })
    }

    /// The account every emulator has.
    fn development(proxy: Option<&str>) -> Self {
        let host = proxy.unwrap_or("http://127.0.0.1").trim_end_matches('/');
        Self {
            account: Some(WELL_KNOWN_ACCOUNT.to_owned()),
            key: Some(WELL_KNOWN_KEY.into()),
            endpoint: Some(format!("{host}:10000/{WELL_KNOWN_ACCOUNT}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<String>, Option<String>, Option<String>) {
        let parsed = ConnectionString::parse(text).unwrap();
        let key = parsed.key.map(|key| key.expose().to_owned());
        (parsed.account, key, parsed.endpoint)
    }

    #[test]
    fn every_form_names_account_key_and_endpoint() {
        for (text, account, key, endpoint) in [
            (
                "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=a2V5==;EndpointSuffix=core.windows.net",
                "mine",
                "a2V5==",
                "https://mine.blob.core.windows.net",
            ),
            (
                "AccountName=mine; AccountKey=a2V5;",
                "mine",
                "a2V5",
                "https://mine.blob.core.windows.net",
            ),
            (
                "accountname=mine;accountkey=a2V5;endpointsuffix=core.chinacloudapi.cn",
                "mine",
                "a2V5",
                "https://mine.blob.core.chinacloudapi.cn",
            ),
            (
                "AccountName=mine;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/mine/;QueueEndpoint=http://x",
                "mine",
                "a2V5",
                "http://127.0.0.1:1/mine",
            ),
            (
                "UseDevelopmentStorage=true",
                WELL_KNOWN_ACCOUNT,
                WELL_KNOWN_KEY,
                "http://127.0.0.1:10000/devstoreaccount1",
            ),
            (
                "UseDevelopmentStorage=True;DevelopmentStorageProxyUri=http://localhost/",
                WELL_KNOWN_ACCOUNT,
                WELL_KNOWN_KEY,
                "http://localhost:10000/devstoreaccount1",
            ),
        ] {
            let expected = [account, key, endpoint].map(|text| Some(text.to_owned()));
            assert_eq!(<[_; 3]>::from(parsed(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_half_given_stays_half_given() {
        assert_eq!(parsed(""), (None, None, None));
        assert_eq!(parsed("AccountKey=a2V5"), (None, Some("a2V5".to_owned()), None));
        assert_eq!(parsed("UseDevelopmentStorage=false"), (None, None, None));
    }

    #[test]
    fn refusals_show_no_value() {
        for text in [
            "AccountName=mine;hunter2",
            "BlobEndpoint=https://h;SharedAccessSignature=sig=hunter2",
        ] {
            let error = ConnectionString::parse(text).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
