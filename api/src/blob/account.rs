//! What an account says of itself.

/// The answer to *Get Account Information*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountInformation {
    /// `x-ms-sku-name`: how the account keeps its copies, such as `Standard_LRS`.
    pub sku_name: String,
    /// `x-ms-account-kind`, such as `StorageV2`.
    pub account_kind: String,
    /// `x-ms-is-hns-enabled`: whether directories are more than parts of names.
    pub is_hierarchical_namespace_enabled: bool,
}
