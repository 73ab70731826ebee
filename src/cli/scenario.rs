//! Scenarios of files, and what a simulated world is made from.

use std::path::Path;

use batchite_sim::config::{Latencies, Quotas, SimConfig};
use batchite_sim::scenario::Scenario;

use super::options::Latency;

/// What was said about a world on the command line or by a variable.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    pub(super) seed: Option<u64>,
    pub(super) latency: Option<Latency>,
    pub(super) pool_quota: Option<u32>,
    pub(super) job_quota: Option<u32>,
    pub(super) dedicated_core_quota: Option<u32>,
    pub(super) low_priority_core_quota: Option<u32>,
}

/// Reads a scenario. The error is a text for the person.
pub(super) fn read(path: &Path) -> Result<Scenario, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the scenario `{}` cannot be read: {error}", path.display()))?;
    Scenario::parse(&text).map_err(|error| format!("the scenario `{}` is wrong: {error}", path.display()))
}

/// What a simulated world is made from: what was given goes before what the scenario says, and that before `config`.
pub(super) fn configured(mut config: SimConfig, scenario: Option<&Scenario>, given: &Given) -> SimConfig {
    if let Some(scenario) = scenario {
        config = scenario.configure(config);
        config.seed = scenario.seed();
    }
    config.seed = given.seed.unwrap_or(config.seed);
    match given.latency {
        None => {}
        Some(Latency::Instant) => config.latencies = Latencies::instant(),
        Some(Latency::Azure) => config.latencies = Latencies::azure(),
    }
    let quotas = config.quotas;
    config.quotas = Quotas {
        pools: given.pool_quota.or(quotas.pools),
        active_jobs: given.job_quota.or(quotas.active_jobs),
        dedicated_cores: given.dedicated_core_quota.or(quotas.dedicated_cores),
        low_priority_cores: given.low_priority_core_quota.or(quotas.low_priority_cores),
        ..quotas
    };
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_goes_before_the_scenario_and_that_before_the_defaults() {
        let text = "seed = 7\nlatency = \"azure\"\nquotas = { pools = 1, activeJobs = \"unlimited\" }";
        let scenario = Scenario::parse(text).unwrap();
        let default = SimConfig::new(0);

        let config = configured(default.clone(), None, &Given::default());
        assert_eq!(config, default);

        let config = configured(default.clone(), Some(&scenario), &Given::default());
        assert_eq!((config.seed, config.latencies), (7, Latencies::azure()));
        assert_eq!((config.quotas.pools, config.quotas.active_jobs), (Some(1), None));
        assert_eq!(config.quotas.dedicated_cores, default.quotas.dedicated_cores);

        let given = Given {
            seed: Some(0),
            latency: Some(Latency::Instant),
            pool_quota: Some(5),
            job_quota: Some(300),
            dedicated_core_quota: Some(8),
            low_priority_core_quota: Some(0),
        };
        let config = configured(default, Some(&scenario), &given);
        assert_eq!((config.seed, config.latencies), (0, Latencies::instant()));
        let expected = Quotas {
            pools: Some(5),
            active_jobs: Some(300),
            dedicated_cores: Some(8),
            low_priority_cores: Some(0),
            ..Quotas::default()
        };
        assert_eq!(config.quotas, expected);
    }
}
