//! The service as a whole: the body of *Set Blob Service Properties*, what *Get Blob Service Properties* and *Get Blob
//! Service Stats* answer.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{BadXml, filled, legal, moment, read, write};
use crate::blob::{
    AnalyticsLogging, AnalyticsMetrics, BlobServiceProperties, BlobServiceStatistics, CorsRule,
    GeoReplicationStatus, RetentionPolicy, StaticWebsite,
};
use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

const ROOT: &str = "StorageServiceProperties";

/// The elements a document of properties may have.
const ELEMENTS: [&str; 7] = [
    "Logging",
    "HourMetrics",
    "MinuteMetrics",
    "Cors",
    "DefaultServiceVersion",
    "DeleteRetentionPolicy",
    "StaticWebsite",
];

/// Writes properties, those that are there.
pub fn write_service_properties(properties: &BlobServiceProperties) -> Result<String> {
    let metrics = |metrics: &AnalyticsMetrics| Metrics {
        version: legal(&metrics.version).into_owned(),
        enabled: metrics.enabled,
        include_apis: metrics.include_apis,
        retention_policy: Some(Retention::of(&metrics.retention_policy)),
    };
    write(&Document {
        logging: properties.logging.as_ref().map(|logging| Logging {
            version: legal(&logging.version).into_owned(),
            delete: logging.delete,
            read: logging.read,
            write: logging.write,
            retention_policy: Some(Retention::of(&logging.retention_policy)),
        }),
        hour_metrics: properties.hour_metrics.as_ref().map(metrics),
        minute_metrics: properties.minute_metrics.as_ref().map(metrics),
        cors: properties.cors.as_ref().map(|rules| Cors {
            rules: rules.iter().map(Rule::of).collect(),
        }),
        default_service_version: properties.default_service_version.clone(),
        delete_retention_policy: properties.delete_retention_policy.as_ref().map(Retention::of),
        static_website: properties.static_website.as_ref().map(|website| Website {
            enabled: website.enabled,
            index_document: website.index_document.clone(),
            error_document_404_path: website.error_document_404_path.clone(),
            default_index_document_path: website.default_index_document_path.clone(),
        }),
    })
}

/// Reads the body of *Set Blob Service Properties*.
///
/// Refused: `InvalidXmlDocument`, `InvalidXmlNodeValue`, `MissingRequiredXmlNode`; `UnsupportedXmlNode` for an element
/// that is none of the properties, since nothing would come of it.
pub fn read_service_properties(bytes: &[u8]) -> Result<BlobServiceProperties> {
    let names: Names = read(ROOT, bytes).map_err(BadXml::into_refusal)?;
    let unknown = names
        .0
        .iter()
        .find(|name| !name.starts_with('@') && !ELEMENTS.contains(&name.as_str()));
    if let Some(name) = unknown {
        return Err(Error::blob(ErrorCode::UnsupportedXmlNode).with_detail("XmlNodeName", name.as_str()));
    }
    let document: Document = read(ROOT, bytes).map_err(BadXml::into_refusal)?;
    properties(document)
}

/// Reads what *Get Blob Service Properties* answers.
pub fn read_answered_service_properties(bytes: &[u8]) -> Result<BlobServiceProperties> {
    let document: Document = read(ROOT, bytes).map_err(BadXml::into_failure)?;
    properties(document).map_err(|error| BadXml::Value(error.to_string()).into_failure())
}

fn properties(document: Document) -> Result<BlobServiceProperties> {
    let metrics = |metrics: Metrics| {
        Ok(AnalyticsMetrics {
            version: metrics.version,
            enabled: metrics.enabled,
            include_apis: metrics.include_apis,
            retention_policy: Retention::read(metrics.retention_policy)?,
        })
    };
    Ok(BlobServiceProperties {
        logging: document
            .logging
            .map(|logging| {
                Ok(AnalyticsLogging {
                    version: logging.version,
                    delete: logging.delete,
                    read: logging.read,
                    write: logging.write,
                    retention_policy: Retention::read(logging.retention_policy)?,
                })
            })
            .transpose()?,
        hour_metrics: document.hour_metrics.map(metrics).transpose()?,
        minute_metrics: document.minute_metrics.map(metrics).transpose()?,
        cors: document
            .cors
            .map(|cors| cors.rules.into_iter().map(Rule::read).collect())
            .transpose()?,
        default_service_version: filled(document.default_service_version),
        delete_retention_policy: document
            .delete_retention_policy
            .map(|policy| Retention::read(Some(policy)))
            .transpose()?,
        static_website: document.static_website.map(|website| StaticWebsite {
            enabled: website.enabled,
            index_document: filled(website.index_document),
            error_document_404_path: filled(website.error_document_404_path),
            default_index_document_path: filled(website.default_index_document_path),
        }),
    })
}

/// Writes statistics.
pub fn write_service_statistics(statistics: &BlobServiceStatistics) -> Result<String> {
    write(&Statistics {
        geo_replication: GeoReplication {
            status: legal(statistics.status.as_str()).into_owned(),
            last_sync_time: statistics.last_sync_time.map(Timestamp::to_rfc1123),
        },
    })
}

/// Reads statistics.
pub fn read_service_statistics(bytes: &[u8]) -> Result<BlobServiceStatistics> {
    let read = || {
        let statistics: Statistics = read("StorageServiceStats", bytes)?;
        let GeoReplication {
            status,
            last_sync_time,
        } = statistics.geo_replication;
        Ok(BlobServiceStatistics {
            status: GeoReplicationStatus::from(status.as_str()),
            last_sync_time: filled(last_sync_time).as_deref().map(moment).transpose()?,
        })
    };
    read().map_err(BadXml::into_failure)
}

fn missing(name: &str) -> Error {
    Error::blob(ErrorCode::MissingRequiredXmlNode).with_detail("XmlNodeName", name)
}

/// A number of days or seconds.
fn number(name: &str, text: &str) -> Result<u32> {
    text.trim().parse().map_err(|_| {
        Error::blob(ErrorCode::InvalidXmlNodeValue)
            .with_detail("XmlNodeName", name)
            .with_detail("XmlNodeValue", text)
    })
}

/// The names of the elements below the root.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("elements")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }

        deserializer.deserialize_map(Elements)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "StorageServiceProperties", rename_all = "PascalCase")]
struct Document {
    #[serde(skip_serializing_if = "Option::is_none")]
    logging: Option<Logging>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hour_metrics: Option<Metrics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minute_metrics: Option<Metrics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cors: Option<Cors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_service_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delete_retention_policy: Option<Retention>,
    #[serde(skip_serializing_if = "Option::is_none")]
    static_website: Option<Website>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Logging {
    version: String,
    delete: bool,
    read: bool,
    write: bool,
    retention_policy: Option<Retention>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metrics {
    version: String,
    enabled: bool,
    #[serde(rename = "IncludeAPIs", skip_serializing_if = "Option::is_none")]
    include_apis: Option<bool>,
    retention_policy: Option<Retention>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Retention {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_permanent_delete: Option<bool>,
}

impl Retention {
    fn of(policy: &RetentionPolicy) -> Self {
        Self {
            enabled: policy.enabled,
            days: policy.days.map(|days| days.to_string()),
            allow_permanent_delete: policy.allow_permanent_delete,
        }
    }

    fn read(policy: Option<Self>) -> Result<RetentionPolicy> {
        let policy = policy.ok_or_else(|| missing("RetentionPolicy"))?;
        Ok(RetentionPolicy {
            enabled: policy.enabled,
            days: filled(policy.days)
                .map(|days| number("Days", &days))
                .transpose()?,
            allow_permanent_delete: policy.allow_permanent_delete,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Cors {
    #[serde(rename = "CorsRule", default)]
    rules: Vec<Rule>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    allowed_origins: Option<String>,
    allowed_methods: Option<String>,
    allowed_headers: Option<String>,
    exposed_headers: Option<String>,
    max_age_in_seconds: Option<String>,
}

impl Rule {
    fn of(rule: &CorsRule) -> Self {
        let text = |text: &str| Some(legal(text).into_owned());
        Self {
            allowed_origins: text(&rule.allowed_origins),
            allowed_methods: text(&rule.allowed_methods),
            allowed_headers: text(&rule.allowed_headers),
            exposed_headers: text(&rule.exposed_headers),
            max_age_in_seconds: Some(rule.max_age_in_seconds.to_string()),
        }
    }

    fn read(self) -> Result<CorsRule> {
        let age = self
            .max_age_in_seconds
            .ok_or_else(|| missing("MaxAgeInSeconds"))?;
        Ok(CorsRule {
            allowed_origins: self.allowed_origins.ok_or_else(|| missing("AllowedOrigins"))?,
            allowed_methods: self.allowed_methods.ok_or_else(|| missing("AllowedMethods"))?,
            allowed_headers: self.allowed_headers.ok_or_else(|| missing("AllowedHeaders"))?,
            exposed_headers: self.exposed_headers.ok_or_else(|| missing("ExposedHeaders"))?,
            max_age_in_seconds: number("MaxAgeInSeconds", &age)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Website {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    index_document: Option<String>,
    #[serde(rename = "ErrorDocument404Path", skip_serializing_if = "Option::is_none")]
    error_document_404_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_index_document_path: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "StorageServiceStats", rename_all = "PascalCase")]
struct Statistics {
    geo_replication: GeoReplication,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GeoReplication {
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sync_time: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> BlobServiceProperties {
        let retention_policy = RetentionPolicy {
            enabled: true,
            days: Some(7),
            allow_permanent_delete: Some(false),
        };
        BlobServiceProperties {
            logging: Some(AnalyticsLogging {
                read: true,
                retention_policy: retention_policy.clone(),
                ..AnalyticsLogging::default()
            }),
            hour_metrics: Some(AnalyticsMetrics {
                enabled: true,
                include_apis: Some(true),
                ..AnalyticsMetrics::default()
            }),
            minute_metrics: Some(AnalyticsMetrics::default()),
            cors: Some(vec![
                CorsRule {
                    allowed_origins: "https://a.example,https://b.example".into(),
                    allowed_methods: "GET,PUT".into(),
                    allowed_headers: "x-ms-meta-*".into(),
                    exposed_headers: String::new(),
                    max_age_in_seconds: 200,
                },
                CorsRule {
                    allowed_origins: "*".into(),
                    allowed_methods: "GET".into(),
                    ..CorsRule::default()
                },
            ]),
            default_service_version: Some("2020-04-08".into()),
            delete_retention_policy: Some(retention_policy),
            static_website: Some(StaticWebsite {
                enabled: true,
                index_document: Some("index.html".into()),
                error_document_404_path: Some("errors/404 <&>.html".into()),
                default_index_document_path: None,
            }),
        }
    }

    #[test]
    fn properties_survive_both_ways() {
        for properties in [
            all(),
            BlobServiceProperties::of_a_new_account(),
            BlobServiceProperties::default(),
        ] {
            let xml = write_service_properties(&properties).unwrap();
            assert_eq!(
                read_service_properties(xml.as_bytes()).unwrap(),
                properties,
                "{xml}"
            );
            assert_eq!(
                read_answered_service_properties(xml.as_bytes()).unwrap(),
                properties
            );
        }
    }

    #[test]
    fn statistics_survive_both_ways() {
        for last_sync_time in [None, Some(Timestamp::from_unix_seconds(1_700_000_000))] {
            let statistics = BlobServiceStatistics {
                status: GeoReplicationStatus::Live,
                last_sync_time,
            };
            let xml = write_service_statistics(&statistics).unwrap();
            assert_eq!(
                read_service_statistics(xml.as_bytes()).unwrap(),
                statistics,
                "{xml}"
            );
        }
        assert_eq!(
            read_service_statistics(b"<StorageServiceStats/>")
                .unwrap_err()
                .status(),
            0
        );
    }

    #[test]
    fn documents_that_are_wrong_are_refused() {
        let rule = "<AllowedOrigins>*</AllowedOrigins><AllowedMethods>GET</AllowedMethods>\
                    <AllowedHeaders/><ExposedHeaders/>";
        let cors = |rule: &str| format!("<Cors><CorsRule>{rule}</CorsRule></Cors>");
        for (inner, code) in [
            ("<Quotas/>".to_owned(), ErrorCode::UnsupportedXmlNode),
            (
                "<Logging><Version>1.0</Version></Logging>".to_owned(),
                ErrorCode::InvalidXmlDocument,
            ),
            (
                "<DeleteRetentionPolicy><Enabled>perhaps</Enabled></DeleteRetentionPolicy>".to_owned(),
                ErrorCode::InvalidXmlDocument,
            ),
            (
                "<DeleteRetentionPolicy><Enabled>true</Enabled><Days>x</Days></DeleteRetentionPolicy>"
                    .to_owned(),
                ErrorCode::InvalidXmlNodeValue,
            ),
            (
                "<HourMetrics><Version>1.0</Version><Enabled>false</Enabled></HourMetrics>".to_owned(),
                ErrorCode::MissingRequiredXmlNode,
            ),
            (cors(rule), ErrorCode::MissingRequiredXmlNode),
            (
                cors("<MaxAgeInSeconds>1</MaxAgeInSeconds>"),
                ErrorCode::MissingRequiredXmlNode,
            ),
            (
                cors(&format!("{rule}<MaxAgeInSeconds>-1</MaxAgeInSeconds>")),
                ErrorCode::InvalidXmlNodeValue,
            ),
            ("<Cors>".to_owned(), ErrorCode::InvalidXmlDocument),
        ] {
            let xml = format!("<{ROOT}>{inner}</{ROOT}>");
            let error = read_service_properties(xml.as_bytes()).unwrap_err();
            assert!(error.is(&code), "{xml}: {error}");
            assert!(read_answered_service_properties(xml.as_bytes()).is_err() || inner == "<Quotas/>");
        }
        for bytes in [&b""[..], b"<Other/>"] {
            let error = read_service_properties(bytes).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidXmlDocument), "{error}");
        }
    }
}
