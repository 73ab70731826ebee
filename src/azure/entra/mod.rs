//! Tokens of Microsoft Entra ID, by the chain of credentials every SDK tries.
//!
//! - `chain`: which credentials there are, and what each needs
//! - `pipeline`: their requests, sent by this client's own transport
//!
//! The credentials themselves are those of `azure_identity`.

mod chain;
mod pipeline;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential};
use batchite_api::error::{Error, Result, Service};
use batchite_api::secret::{Secret, redact_signatures};
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use tokio::sync::Mutex;

use super::{TokenSource, Transport};
use pipeline::client_options;

/// A token is renewed when it is good for no longer than this.
const RENEWED_BEFORE: TimeSpan = TimeSpan::from_minutes(5);

/// Reads a variable of the environment.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Gets tokens by the first credential of a chain that gives any, and keeps them until shortly before they expire.
///
/// The chain, as in the SDKs: a service principal from the environment, a workload identity, a managed identity, the
/// Azure CLI. What the environment configures must work: when Entra ID refuses it, no other identity is tried.
pub struct EntraTokens {
    chain: Vec<Link>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// One credential of the chain.
struct Link {
    /// For people.
    name: &'static str,
    /// The credential, or what it lacks.
    credential: Result<Arc<dyn TokenCredential>, String>,
    /// Whether a refusal ends the chain.
    is_configured: bool,
}

#[derive(Default)]
struct State {
    /// By scope: the token, and when it expires.
    tokens: BTreeMap<String, (Secret, Timestamp)>,
    /// The place in the chain of the credential that gave the first token.
    chosen: Option<usize>,
}

impl EntraTokens {
    /// The chain as the environment configures it. Requests of credentials go over `transport`, which must reach
    /// link-local addresses in plain HTTP where there may be a managed identity.
    pub fn from_environment(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        variable: Variable<'_>,
    ) -> Self {
        Self::new(chain::links(&client_options(transport), variable), clock)
    }

    fn new(chain: Vec<Link>, clock: Arc<dyn Clock>) -> Self {
        Self {
            chain,
            clock,
            state: Mutex::default(),
        }
    }

    async fn renewed(&self, scope: &str, chosen: Option<usize>) -> Result<(usize, AccessToken)> {
        let mut tried = Vec::new();
        for (at, link) in self.chain.iter().enumerate() {
            if chosen.is_some_and(|chosen| chosen != at) {
                continue;
            }
            let outcome = match &link.credential {
                Ok(credential) => match credential.get_token(&[scope], None).await {
                    Ok(token) => return Ok((at, token)),
                    Err(error) => format!("failed: {}", first_lines(&error.to_string())),
                },
                Err(lacking) => format!("not tried: {lacking}"),
            };
            tried.push(format!("  {}: {outcome}", link.name));
            if link.is_configured && link.credential.is_ok() {
                break;
            }
        }
        Err(Error::protocol(
            Service::Batch,
            redact_signatures(&format!(
                "No token of Microsoft Entra ID was got for {scope}. Tried in this order:\n{}\nSign in with `az login`, \
                 configure one of these, or give the keys of the accounts.",
                tried.join("\n")
            )),
        ))
    }
}

#[async_trait]
impl TokenSource for EntraTokens {
    async fn token(&self, scope: &str) -> Result<Secret> {
        // Held while a token is on its way, so that many requests at once ask for one.
        let mut state = self.state.lock().await;
        let held = state.tokens.get(scope).cloned();
        let now = self.clock.now();
        if let Some((token, expiry)) = &held
            && *expiry > now + RENEWED_BEFORE
        {
            return Ok(token.clone());
        }
        match (self.renewed(scope, state.chosen).await, held) {
            (Ok((at, token)), _) => {
                let expiry = u64::try_from(token.expires_on.unix_timestamp()).unwrap_or(0);
                let secret = Secret::from(token.token.secret());
                let entry = (secret.clone(), Timestamp::from_unix_seconds(expiry));
                state.tokens.insert(scope.to_owned(), entry);
                state.chosen = Some(at);
                Ok(secret)
            }
            // It was to be renewed in good time; until it expires the next request may have more luck.
            (Err(_), Some((token, expiry))) if expiry > now => Ok(token),
            (Err(error), _) => Err(error),
        }
    }
}

impl fmt::Debug for EntraTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.chain.iter().map(|link| link.name).collect();
        formatter.debug_tuple("EntraTokens").field(&names).finish()
    }
}

/// What people read of an error of the chain: enough to act upon.
fn first_lines(text: &str) -> String {
    const LONGEST: usize = 400;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let text = lines.take(4).collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
