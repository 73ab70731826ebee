//! Blob Storage as a service of an account: its properties and its statistics.

use super::CorsRule;
use super::cors::check_cors_rules;
use crate::error::{Error, ErrorCode, Result};
use crate::open_enum::open_enum;
use crate::time::Timestamp;

/// The only version of logs and metrics there is.
const ANALYTICS_VERSION: &str = "1.0";

/// Days a retention policy keeps anything, at most.
const RETENTION_DAYS_MAX: u32 = 365;

/// The oldest version a request may be of.
const OLDEST_VERSION: &str = "2008-10-27";

/// What *Set Blob Service Properties* sets, and *Get Blob Service Properties* tells.
///
/// In what is set, a property that is absent stays as it is; of what is told, only the default version may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobServiceProperties {
    /// `Logging`: which requests are logged.
    pub logging: Option<AnalyticsLogging>,
    /// `HourMetrics`: requests summed up by the hour.
    pub hour_metrics: Option<AnalyticsMetrics>,
    /// `MinuteMetrics`: requests summed up by the minute.
    pub minute_metrics: Option<AnalyticsMetrics>,
    /// `Cors`: what web pages of other origins may do; five rules at most.
    pub cors: Option<Vec<CorsRule>>,
    /// `DefaultServiceVersion`: the version of requests that name none.
    pub default_service_version: Option<String>,
    /// `DeleteRetentionPolicy`: how long deleted blobs are kept.
    pub delete_retention_policy: Option<RetentionPolicy>,
    /// `StaticWebsite`
    pub static_website: Option<StaticWebsite>,
}

/// Which requests are logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyticsLogging {
    /// `Version`: `1.0`.
    pub version: String,
    /// `Delete`
    pub delete: bool,
    /// `Read`
    pub read: bool,
    /// `Write`
    pub write: bool,
    /// `RetentionPolicy` of the logs.
    pub retention_policy: RetentionPolicy,
}

impl Default for AnalyticsLogging {
    /// None.
    fn default() -> Self {
        Self {
            version: ANALYTICS_VERSION.to_owned(),
            delete: false,
            read: false,
            write: false,
            retention_policy: RetentionPolicy::default(),
        }
    }
}

/// How requests are summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyticsMetrics {
    /// `Version`: `1.0`.
    pub version: String,
    /// `Enabled`
    pub enabled: bool,
    /// `IncludeAPIs`: whether by operation too; must be given where metrics are enabled.
    pub include_apis: Option<bool>,
    /// `RetentionPolicy` of the sums.
    pub retention_policy: RetentionPolicy,
}

impl Default for AnalyticsMetrics {
    /// Not at all.
    fn default() -> Self {
        Self {
            version: ANALYTICS_VERSION.to_owned(),
            enabled: false,
            include_apis: None,
            retention_policy: RetentionPolicy::default(),
        }
    }
}

/// How long something is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// `Enabled`: otherwise there is no end to it.
    pub enabled: bool,
    /// `Days`, 1 to 365; must be given where the policy is enabled.
    pub days: Option<u32>,
    /// `AllowPermanentDelete`, of deleted blobs only.
    pub allow_permanent_delete: Option<bool>,
}

/// Whether the account serves a website.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaticWebsite {
    /// `Enabled`
    pub enabled: bool,
    /// `IndexDocument`: the page of a directory.
    pub index_document: Option<String>,
    /// `ErrorDocument404Path`: the page of what is not there.
    pub error_document_404_path: Option<String>,
    /// `DefaultIndexDocumentPath`: the page of all directories.
    pub default_index_document_path: Option<String>,
}

open_enum! {
    /// How the copies of an account in its second place are.
    pub enum GeoReplicationStatus {
        /// They are up to date as far as the last synchronization.
        Live = "live",
        /// They are being made for the first time.
        Bootstrap = "bootstrap",
        /// They cannot be reached.
        Unavailable = "unavailable",
    }
}

/// The answer to *Get Blob Service Stats*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobServiceStatistics {
    /// `Status`
    pub status: GeoReplicationStatus,
    /// `LastSyncTime`, to the second: what was written before is there too. Absent when nobody knows.
    pub last_sync_time: Option<Timestamp>,
}

impl BlobServiceProperties {
    /// The properties of a new account: nothing is logged, summed up, kept or allowed.
    pub fn of_a_new_account() -> Self {
        Self {
            logging: Some(AnalyticsLogging::default()),
            hour_metrics: Some(AnalyticsMetrics::default()),
            minute_metrics: Some(AnalyticsMetrics::default()),
            cors: Some(Vec::new()),
            default_service_version: None,
            delete_retention_policy: Some(RetentionPolicy::default()),
            static_website: Some(StaticWebsite::default()),
        }
    }

    /// Sets what is there, and leaves the rest as it is.
    pub fn set(&mut self, new: &Self) {
        fn set<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
            if let Some(new) = new {
                *old = Some(new.clone());
            }
        }
        set(&mut self.logging, new.logging.as_ref());
        set(&mut self.hour_metrics, new.hour_metrics.as_ref());
        set(&mut self.minute_metrics, new.minute_metrics.as_ref());
        set(&mut self.cors, new.cors.as_ref());
        set(
            &mut self.default_service_version,
            new.default_service_version.as_ref(),
        );
        set(
            &mut self.delete_retention_policy,
            new.delete_retention_policy.as_ref(),
        );
        set(&mut self.static_website, new.static_website.as_ref());
    }

    /// Refuses what the service refuses: `InvalidXmlNodeValue`, `MissingRequiredXmlNode`, and for rules of other origins
    /// `InvalidXmlDocument`.
    pub fn check(&self) -> Result<()> {
        if let Some(logging) = &self.logging {
            check_version(&logging.version)?;
            logging.retention_policy.check()?;
        }
        for metrics in self.hour_metrics.iter().chain(&self.minute_metrics) {
            check_version(&metrics.version)?;
            metrics.retention_policy.check()?;
            if metrics.enabled && metrics.include_apis.is_none() {
                return Err(missing_node("IncludeAPIs"));
            }
        }
        if let Some(version) = &self.default_service_version
            && !(is_date(version) && version.as_str() >= OLDEST_VERSION)
        {
            return Err(bad_node("DefaultServiceVersion", version));
        }
        if let Some(policy) = &self.delete_retention_policy {
            policy.check()?;
        }
        check_cors_rules(self.cors.as_deref().unwrap_or_default())
    }
}

impl RetentionPolicy {
    fn check(&self) -> Result<()> {
        match self.days {
            None if self.enabled => Err(missing_node("Days")),
            Some(days) if !(1..=RETENTION_DAYS_MAX).contains(&days) => Err(bad_node("Days", &days)),
            _ => Ok(()),
        }
    }
}

fn check_version(version: &str) -> Result<()> {
    if version == ANALYTICS_VERSION {
        return Ok(());
    }
    Err(bad_node("Version", version))
}

/// Whether a text has the form of a version, as `2023-11-03`.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// The refusal of what an element of a document says.
pub(super) fn bad_node(name: &str, value: &(impl ToString + ?Sized)) -> Error {
    Error::blob(ErrorCode::InvalidXmlNodeValue)
        .with_detail("XmlNodeName", name)
        .with_detail("XmlNodeValue", value.to_string())
}

/// The refusal of a document that lacks an element.
pub(super) fn missing_node(name: &str) -> Error {
    Error::blob(ErrorCode::MissingRequiredXmlNode).with_detail("XmlNodeName", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_stays() {
        let mut properties = BlobServiceProperties::of_a_new_account();
        let before = properties.clone();
        properties.set(&BlobServiceProperties::default());
        assert_eq!(properties, before);
        let new = BlobServiceProperties {
            default_service_version: Some("2020-04-08".into()),
            cors: Some(vec![CorsRule::default()]),
            ..BlobServiceProperties::default()
        };
        properties.set(&new);
        assert_eq!(properties.cors, new.cors);
        assert_eq!(properties.default_service_version, new.default_service_version);
        assert_eq!(properties.logging, before.logging);
        properties.check().unwrap_err();
        before.check().unwrap();
    }

    #[test]
    fn properties_that_are_wrong_are_refused() {
        let enabled = |days| RetentionPolicy {
            enabled: true,
            days,
            allow_permanent_delete: None,
        };
        let logging = |retention_policy, version: &str| BlobServiceProperties {
            logging: Some(AnalyticsLogging {
                version: version.into(),
                retention_policy,
                ..AnalyticsLogging::default()
            }),
            ..BlobServiceProperties::default()
        };
        let version = |text: &str| BlobServiceProperties {
            default_service_version: Some(text.into()),
            ..BlobServiceProperties::default()
        };
        let metrics = BlobServiceProperties {
            minute_metrics: Some(AnalyticsMetrics {
                enabled: true,
                ..AnalyticsMetrics::default()
            }),
            ..BlobServiceProperties::default()
        };
        logging(enabled(Some(365)), "1.0").check().unwrap();
        version("2008-10-27").check().unwrap();
        for (properties, code, name) in [
            (
                logging(enabled(None), "1.0"),
                ErrorCode::MissingRequiredXmlNode,
                "Days",
            ),
            (
                logging(enabled(Some(0)), "1.0"),
                ErrorCode::InvalidXmlNodeValue,
                "Days",
            ),
            (
                logging(enabled(Some(366)), "1.0"),
                ErrorCode::InvalidXmlNodeValue,
                "Days",
            ),
            (
                logging(RetentionPolicy::default(), "2.0"),
                ErrorCode::InvalidXmlNodeValue,
                "Version",
            ),
            (metrics, ErrorCode::MissingRequiredXmlNode, "IncludeAPIs"),
            (
                version("2008-10-26"),
                ErrorCode::InvalidXmlNodeValue,
                "DefaultServiceVersion",
            ),
            (
                version("latest"),
                ErrorCode::InvalidXmlNodeValue,
                "DefaultServiceVersion",
            ),
        ] {
            let error = properties.check().unwrap_err();
            assert_eq!((error.code(), error.detail("XmlNodeName")), (&code, Some(name)));
        }
    }
}
