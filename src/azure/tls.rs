//! TLS: rustls with ring, and whom it trusts.

use std::sync::Arc;

use batchite_api::error::{Error, Result, Service};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// How encrypted connections are made: TLS 1.2 or newer, HTTP/1.1.
///
/// Trusted is whom this machine trusts, so that a company's own authority counts. A machine that trusts nobody, as
/// a bare container, gets the authorities browsers trust.
pub(super) fn client_config() -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = || {
        ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(failed)
    };
    if let Ok(builder) = builder()?.with_platform_verifier() {
        return Ok(builder.with_no_client_auth());
    }
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    Ok(builder()?.with_root_certificates(roots).with_no_client_auth())
}

fn failed(error: rustls::Error) -> Error {
    Error::transport(Service::Blob, "TLS cannot be set up.", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_offers_tls_on_every_machine() {
        let config = client_config().unwrap();
        assert!(!config.crypto_provider().cipher_suites.is_empty());
        assert!(config.enable_sni, "storage accounts share addresses");
    }
}
