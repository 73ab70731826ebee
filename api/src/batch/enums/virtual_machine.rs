//! Values of virtual machines: images, disks, security, upgrades.

use crate::open_enum::open_enum;

open_enum! {
    /// How the nodes of a pool spread over a region: `policy` of `BatchNodePlacementConfiguration`.
    pub enum BatchNodePlacementPolicyType {
        /// In one zone. The default.
        Regional = "regional",
        /// Over all zones, as evenly as possible.
        Zonal = "zonal",
    }
}

open_enum! {
    /// What the host caches of a disk: `caching` of `DataDisk` and `BatchOsDisk`.
    pub enum CachingType {
        /// Nothing.
        None = "none",
        /// Reads.
        ReadOnly = "readonly",
        /// Reads and writes.
        ReadWrite = "readwrite",
    }
}

open_enum! {
    /// The kind of container engine on a pool's nodes: `type` of `BatchContainerConfiguration`.
    pub enum ContainerType {
        /// One that works as Docker does.
        DockerCompatible = "dockerCompatible",
        /// One that keeps to the Container Runtime Interface.
        CriCompatible = "criCompatible",
    }
}

open_enum! {
    /// Where a system disk on the host is kept: `placement` of `BatchDiffDiskSettings`.
    pub enum DiffDiskPlacement {
        /// In the host's cache.
        CacheDisk = "cachedisk",
    }
}

open_enum! {
    /// A disk that is encrypted: `targets` of `DiskEncryptionConfiguration`.
    pub enum DiskEncryptionTarget {
        /// The system disk; on Windows nodes only.
        OsDisk = "osdisk",
        /// The temporary disk.
        TemporaryDisk = "temporarydisk",
    }
}

open_enum! {
    /// How an endpoint of the platform is guarded: `mode` of `HostEndpointSettings`.
    pub enum HostEndpointSettingsModeTypes {
        /// Forbidden requests are let through and written down.
        Audit = "Audit",
        /// Forbidden requests are refused.
        Enforce = "Enforce",
    }
}

open_enum! {
    /// Whether the service has tested an image with its agent: `verificationType` of `BatchSupportedImage`.
    pub enum ImageVerificationType {
        /// It has, and supports the pair.
        Verified = "verified",
        /// It has not; the pair may work.
        Unverified = "unverified",
    }
}

open_enum! {
    /// The operating system of an image: `osType` of `BatchSupportedImage`.
    pub enum OSType {
        /// Linux.
        Linux = "linux",
        /// Windows.
        Windows = "windows",
    }
}

open_enum! {
    /// What is encrypted on a confidential machine: `securityEncryptionType` of `BatchVmDiskSecurityProfile`.
    pub enum SecurityEncryptionTypes {
        /// The disk, and the machine's firmware state.
        DiskWithVmGuestState = "DiskWithVMGuestState",
        /// The firmware state, which is not kept.
        NonPersistedTpm = "NonPersistedTPM",
        /// The firmware state alone.
        VmGuestStateOnly = "VMGuestStateOnly",
    }
}

open_enum! {
    /// A machine that proves what it runs: `securityType` of `SecurityProfile`.
    pub enum SecurityTypes {
        /// One that guards its start.
        TrustedLaunch = "trustedLaunch",
        /// One whose memory its host cannot read.
        ConfidentialVm = "confidentialvm",
    }
}

open_enum! {
    /// How fast and durable a disk is: `storageAccountType` of `ManagedDisk`.
    pub enum StorageAccountType {
        /// Hard disks, three copies in one place.
        StandardLrs = "standard_lrs",
        /// Fast solid-state disks, three copies in one place.
        PremiumLrs = "premium_lrs",
        /// Solid-state disks, three copies in one place.
        StandardSsdlrs = "standardssd_lrs",
    }
}

open_enum! {
    /// How the machines of a pool are upgraded: `mode` of `UpgradePolicy`.
    pub enum UpgradeMode {
        /// All at once, by the platform.
        Automatic = "automatic",
        /// When the owner does it.
        Manual = "manual",
        /// A share at a time, by the platform.
        Rolling = "rolling",
    }
}
