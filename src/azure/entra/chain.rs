//! The credentials of the chain, and what each needs of the environment.

use std::path::PathBuf;
use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_core::http::ClientOptions;
use azure_identity::{
    AzureCliCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};

use super::{Link, Variable};

const CLIENT_ID: &str = "AZURE_CLIENT_ID";
const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
const FEDERATED_TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const TENANT_ID: &str = "AZURE_TENANT_ID";

/// The chain, in its order.
pub(super) fn links(options: &ClientOptions, variable: Variable<'_>) -> Vec<Link> {
    let given = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    vec![
        Link {
            name: "environment",
            credential: client_secret(options, &given),
            is_configured: true,
        },
        Link {
            name: "workload identity",
            credential: workload_identity(options, &given),
            is_configured: true,
        },
        Link {
            name: "managed identity",
            credential: managed_identity(options, &given),
            is_configured: false,
        },
        Link {
            name: "Azure CLI",
            credential: AzureCliCredential::new(None)
                .map(|credential| credential as Arc<dyn TokenCredential>)
                .map_err(|error| error.to_string()),
            is_configured: true,
        },
    ]
}

type Credential = Result<Arc<dyn TokenCredential>, String>;

fn client_secret(options: &ClientOptions, given: Variable<'_>) -> Credential {
    let [tenant, client, secret] = all([TENANT_ID, CLIENT_ID, CLIENT_SECRET], given)?;
    let options = ClientSecretCredentialOptions {
        client_options: options.clone(),
    };
    match ClientSecretCredential::new(&tenant, client, secret.into(), Some(options)) {
        Ok(credential) => Ok(credential),
        Err(error) => Err(error.to_string()),
    }
}

fn workload_identity(options: &ClientOptions, given: Variable<'_>) -> Credential {
    let [tenant, client, file] = all([TENANT_ID, CLIENT_ID, FEDERATED_TOKEN_FILE], given)?;
    let workload = WorkloadIdentityCredentialOptions {
        credential_options: ClientAssertionCredentialOptions {
            client_options: options.clone(),
        },
        client_id: Some(client),
        tenant_id: Some(tenant),
        token_file_path: Some(PathBuf::from(file)),
    };
    match WorkloadIdentityCredential::new(Some(workload)) {
        Ok(credential) => Ok(credential),
        Err(error) => Err(error.to_string()),
    }
}

/// That of the machine; the user-assigned one where its client id is given.
fn managed_identity(options: &ClientOptions, given: Variable<'_>) -> Credential {
    let managed = ManagedIdentityCredentialOptions {
        user_assigned_id: given(CLIENT_ID).map(UserAssignedId::ClientId),
        client_options: options.clone(),
    };
    match ManagedIdentityCredential::new(Some(managed)) {
        Ok(credential) => Ok(credential),
        Err(error) => Err(error.to_string()),
    }
}

/// The values of all these variables, or which are not set.
fn all<const COUNT: usize>(names: [&str; COUNT], given: Variable<'_>) -> Result<[String; COUNT], String> {
    let values = names.map(|name| given(name).unwrap_or_default());
    let missing: Vec<&str> = names
        .into_iter()
        .zip(&values)
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name)
        .collect();
    if missing.is_empty() {
        return Ok(values);
    }
    let verb = if missing.len() == 1 { "is" } else { "are" };
    Err(format!("{} {verb} not set", missing.join(", ")))
}
