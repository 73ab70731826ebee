//! Which accounts to work with: every setting, where it may come from, and what to say when it does not.
//!
//! A setting comes from a variable or from the file of `--config`; where both give it, the file counts.

use batchite_api::auth::AccountKey;
use batchite_api::secret::Secret;

use super::connection_string::ConnectionString;
use crate::tutorial::{StorageAccount, StorageCredential};

/// A section of the file, and an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Batch,
    Storage,
}

impl Section {
    /// Its name in the file.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Storage => "storage",
        }
    }
}

/// What a setting tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    BatchAccount,
    BatchKey,
    BatchEndpoint,
    StorageAccount,
    StorageKey,
    StorageEndpoint,
    ConnectionString,
}

/// A setting and its names.
pub(super) struct Field {
    pub(super) kind: Kind,
    pub(super) section: Section,
    /// For people.
    what: &'static str,
    /// The variables it may come from.
    variables: &'static [&'static str],
    /// What it may be called in the file.
    pub(super) names_in_file: &'static [&'static str],
}

/// Every setting.
pub(super) const FIELDS: [Field; 7] = [
    Field {
        kind: Kind::BatchAccount,
        section: Section::Batch,
        what: "the name of the Batch account",
        variables: &["AZURE_BATCH_ACCOUNT", "AZURE_BATCH_ACCOUNT_NAME"],
        names_in_file: &["account", "account_name"],
    },
    Field {
        kind: Kind::BatchKey,
        section: Section::Batch,
        what: "the key of the Batch account",
        variables: &["AZURE_BATCH_ACCESS_KEY", "AZURE_BATCH_ACCOUNT_KEY"],
        names_in_file: &["access_key", "account_key"],
    },
    Field {
        kind: Kind::BatchEndpoint,
        section: Section::Batch,
        what: "the endpoint of the Batch account",
        variables: &["AZURE_BATCH_ENDPOINT"],
        names_in_file: &["endpoint"],
    },
    Field {
        kind: Kind::StorageAccount,
        section: Section::Storage,
        what: "the name of the storage account",
        variables: &["AZURE_STORAGE_ACCOUNT"],
        names_in_file: &["account"],
    },
    Field {
        kind: Kind::StorageKey,
        section: Section::Storage,
        what: "the key of the storage account",
        variables: &["AZURE_STORAGE_KEY"],
        names_in_file: &["key"],
    },
    Field {
        kind: Kind::StorageEndpoint,
        section: Section::Storage,
        what: "the blob endpoint of the storage account",
        variables: &["AZURE_STORAGE_BLOB_ENDPOINT"],
        names_in_file: &["blob_endpoint"],
    },
    Field {
        kind: Kind::ConnectionString,
        section: Section::Storage,
        what: "the connection string of the storage account",
        variables: &["AZURE_STORAGE_CONNECTION_STRING"],
        names_in_file: &["connection_string"],
    },
];

/// One setting as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    kind: Kind,
    /// The variable, or the place in the file.
    source: String,
    value: Secret,
}

/// The settings of one origin.
#[derive(Debug, Default)]
pub(super) struct Given(Vec<Entry>);

impl Given {
    /// Adds a setting.
    pub(super) fn push(&mut self, kind: Kind, source: String, value: &str) {
        self.0.push(Entry {
            kind,
            source,
            value: value.into(),
        });
    }

    /// Whether a key is among the settings.
    pub(super) fn has_secret(&self) -> bool {
        let secret = [Kind::BatchKey, Kind::StorageKey, Kind::ConnectionString];
        self.0.iter().any(|entry| secret.contains(&entry.kind))
    }

    /// What the variables give. An empty one gives nothing.
    fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut given = Self::default();
        for field in &FIELDS {
            for name in field.variables {
                if let Some(value) = variable(name).filter(|value| !value.trim().is_empty()) {
                    given.push(field.kind, (*name).to_owned(), value.trim());
                }
            }
        }
        given
    }

    /// The same with what a connection string tells as settings of their own.
    fn expanded(&self) -> Result<Self, String> {
        let mut expanded = Self::default();
        for entry in &self.0 {
            if entry.kind != Kind::ConnectionString {
                expanded.0.push(entry.clone());
                continue;
            }
            let told = ConnectionString::parse(entry.value.expose())
                .map_err(|error| format!("the connection string in {} {error}", entry.source))?;
            let key = told.key.as_ref().map(|key| key.expose().to_owned());
            for (kind, value) in [
                (Kind::StorageAccount, told.account),
                (Kind::StorageKey, key),
                (Kind::StorageEndpoint, told.endpoint),
            ] {
                if let Some(value) = value {
                    expanded.push(kind, entry.source.clone(), &value);
                }
            }
        }
        Ok(expanded)
    }

    /// A setting, which everything that gives it must give alike.
    fn one(&self, kind: Kind) -> Result<Option<&Entry>, String> {
        let mut entries = self.0.iter().filter(|entry| entry.kind == kind);
        let Some(first) = entries.next() else {
            return Ok(None);
        };
        match entries.find(|other| !is_same(kind, first.value.expose(), other.value.expose())) {
            Some(other) => Err(format!(
                "{} and {} differ, and both give {}: leave one out",
                first.source,
                other.source,
                field(kind).what
            )),
            None => Ok(Some(first)),
        }
    }

    fn drop_section(&mut self, section: Section) {
        self.0.retain(|entry| field(entry.kind).section != section);
    }
}

fn field(kind: Kind) -> &'static Field {
    let found = FIELDS.iter().find(|field| field.kind == kind);
    found.expect("every kind is listed")
}

fn is_same(kind: Kind, one: &str, other: &str) -> bool {
    match kind {
        Kind::BatchEndpoint | Kind::StorageEndpoint => whole_url(one) == whole_url(other),
        _ => one == other,
    }
}

/// The account of Batch.
pub(super) struct BatchSettings {
    /// Its name and key; without them Microsoft Entra ID is asked.
    pub(super) key: Option<(String, AccountKey)>,
    pub(super) endpoint: String,
}

/// The two accounts.
pub(super) struct AzureSettings {
    pub(super) batch: BatchSettings,
    pub(super) storage: StorageAccount,
}

impl AzureSettings {
    /// The settings of the file and the variables; `warn` is told where the file overrules a variable.
    ///
    /// The error is a text for the person: everything that is missing, and what is given. It shows no value.
    pub(super) fn resolve(
        file: &Given,
        variable: &dyn Fn(&str) -> Option<String>,
        warn: &mut dyn FnMut(&str),
    ) -> Result<Self, String> {
        let file = file.expanded()?;
        let mut variables = Given::from_variables(variable);
        for (section, kind) in [
            (Section::Batch, Kind::BatchAccount),
            (Section::Storage, Kind::StorageAccount),
        ] {
            // The variables of another account would give this one a wrong key and a wrong endpoint.
            let of_other = match (file.one(kind)?, variables.expanded()?.one(kind)) {
                (Some(own), Ok(Some(other))) if own.value != other.value => Some((own, other.clone())),
                _ => None,
            };
            if let Some((own, other)) = of_other {
                warn(&format!(
                    "{} and {} name different accounts: the file counts, and the variables of the other account are \
                     not used",
                    own.source, other.source
                ));
                variables.drop_section(section);
            }
        }
        let variables = variables.expanded()?;
        let mut found = Vec::new();
        for field in &FIELDS {
            let own = file.one(field.kind)?;
            let entry = match own {
                Some(own) => {
                    if let Some(other) = variables.0.iter().find(|other| {
                        other.kind == field.kind
                            && !is_same(field.kind, own.value.expose(), other.value.expose())
                    }) {
                        warn(&format!(
                            "{} and {} differ: the file counts",
                            own.source, other.source
                        ));
                    }
                    Some(own)
                }
                None => variables.one(field.kind)?,
            };
            found.extend(entry.cloned());
        }
        Found(found).settings()
    }
}

impl BatchSettings {
    /// The Batch account that variables name, for whoever needs no storage account.
    ///
    /// The error is a text for the person: everything that is missing, and what is given. It shows no value.
    pub(super) fn of_variables(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let variables = Given::from_variables(variable);
        let mut found = Vec::new();
        for field in FIELDS.iter().filter(|field| field.section == Section::Batch) {
            found.extend(variables.one(field.kind)?.cloned());
        }
        let found = Found(found);
        found.batch()?.ok_or_else(|| found.missing_batch_text())
    }
}

/// At most one entry for each setting.
struct Found(Vec<Entry>);

impl Found {
    fn settings(&self) -> Result<AzureSettings, String> {
        let Some(storage) = self.get(Kind::StorageAccount) else {
            return Err(self.missing_text());
        };
        let Some(batch) = self.batch()? else {
            return Err(self.missing_text());
        };
        let name = storage.value.expose().to_owned();
        let blob_endpoint = match self.get(Kind::StorageEndpoint) {
            Some(entry) => whole_url(entry.value.expose()),
            None => default_endpoint(&name)?,
        };
        Ok(AzureSettings {
            batch,
            storage: StorageAccount {
                name,
                credential: match self.get(Kind::StorageKey) {
                    Some(key) => StorageCredential::Key(account_key(key)?),
                    None => StorageCredential::Entra,
                },
                endpoint: blob_endpoint,
            },
        })
    }

    /// The account of Batch; `None` while something it needs is missing.
    fn batch(&self) -> Result<Option<BatchSettings>, String> {
        let Some(endpoint) = self.get(Kind::BatchEndpoint) else {
            return Ok(None);
        };
        let key = match (self.get(Kind::BatchAccount), self.get(Kind::BatchKey)) {
            (None, Some(_)) => return Ok(None),
            (Some(account), Some(key)) => Some((account.value.expose().to_owned(), account_key(key)?)),
            (_, None) => None,
        };
        Ok(Some(BatchSettings {
            key,
            endpoint: whole_url(endpoint.value.expose()),
        }))
    }

    fn get(&self, kind: Kind) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.kind == kind)
    }

    /// Everything that is needed, the keys too: without one Entra ID is asked, which may not be what was meant.
    fn missing_text(&self) -> String {
        const SHOWN: [Kind; 5] = [
            Kind::BatchAccount,
            Kind::BatchKey,
            Kind::BatchEndpoint,
            Kind::StorageAccount,
            Kind::StorageKey,
        ];
        format!(
            "`--backend azure` needs a Batch account and a storage account:\n{}\nVariables are read from the \
             environment, the others from the file given with `--config FILE`. README.md explains it under \"Against \
             a real account\".",
            self.lines(&SHOWN, places)
        )
    }

    /// The same where a Batch account is enough, and no file is read.
    fn missing_batch_text(&self) -> String {
        const SHOWN: [Kind; 3] = [Kind::BatchAccount, Kind::BatchKey, Kind::BatchEndpoint];
        let variables = |field: &Field| field.variables.join(" or ");
        format!(
            "a Batch account is needed:\n{}\nVariables are read from the environment. README.md explains them under \
             \"Against a real account\".",
            self.lines(&SHOWN, variables)
        )
    }

    /// A line for each setting: whether it is given, and where it may come from.
    fn lines(&self, shown: &[Kind], places: impl Fn(&Field) -> String) -> String {
        let line = |kind: &Kind| {
            let field = field(*kind);
            let has_batch_key = self.get(Kind::BatchKey).is_some();
            match (self.get(*kind), kind) {
                (Some(entry), _) => format!("  given:   {}, by {}", field.what, entry.source),
                (None, Kind::BatchKey | Kind::StorageKey) => format!(
                    "  absent:  {}, so that Microsoft Entra ID is asked: {}",
                    field.what,
                    places(field)
                ),
                (None, Kind::BatchAccount) if !has_batch_key => format!(
                    "  absent:  {}, which goes with its key: {}",
                    field.what,
                    places(field)
                ),
                (None, _) => format!("  missing: {}: {}", field.what, places(field)),
            }
        };
        let lines: Vec<String> = shown.iter().map(line).collect();
        lines.join("\n")
    }
}

/// Where a setting may come from.
fn places(field: &Field) -> String {
    let mut places = field.variables.join(" or ");
    if field.section == Section::Storage {
        places.push_str(", or as part of AZURE_STORAGE_CONNECTION_STRING");
    }
    format!(
        "{places}; or `{}` under [{}] in the file",
        field.names_in_file[0],
        field.section.name()
    )
}

fn account_key(entry: &Entry) -> Result<AccountKey, String> {
    AccountKey::from_base64(entry.value.expose()).map_err(|_| {
        format!(
            "{} in {} is not Base64: copy it as the portal gives it",
            field(entry.kind).what,
            entry.source
        )
    })
}

/// An endpoint with its scheme, as people leave it out, and without a slash at its end.
fn whole_url(text: &str) -> String {
    let text = text.trim_end_matches('/');
    if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    }
}

/// Where the public cloud has a storage account. Refused: a name that is none, which would lead elsewhere.
fn default_endpoint(name: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if (3..=24).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(format!("https://{name}.blob.core.windows.net"));
    }
    Err(format!(
        "the name of the storage account, {name:?}, must be 3 to 24 lower-case letters and digits"
    ))
}

#[cfg(test)]
mod tests;
