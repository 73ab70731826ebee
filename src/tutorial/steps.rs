//! Steps 3 to 5: pool, job, tasks.

use std::cmp::Ordering;

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    AutoUserScope, AutoUserSpecification, BatchJobCreateOptions, BatchPoolCreateOptions, BatchPoolInfo,
    BatchStartTask, BatchSupportedImage, BatchTaskAddStatus, BatchTaskCreateOptions, BatchTaskCreateResult,
    BatchTaskGroup, ElevationLevel, ImageVerificationType, OSType, ResourceFile, UserIdentity,
    VirtualMachineConfiguration,
};

use super::Flow;
use super::error::TutorialError;
use super::pages::all_pages;
use super::prepare::Upload;
use super::settings::ImageChoice;
use super::shell::{double_quoted, file_argument, quoted, wrap_commands_in_shell};
use super::signer::Signer;
use super::text::failure_text;

/// As many tasks as one request may add.
const TASKS_PER_REQUEST: usize = 100;

impl Flow<'_> {
    /// Step 3: a pool whose nodes put the worker where every task finds it.
    pub(super) async fn create_pool(&mut self, worker_file: ResourceFile) -> Result<(), TutorialError> {
        let settings = self.settings;
        let doing = format!("Creating pool [{}]", settings.pool_id);
        self.console.line(&format!("{doing}..."));
        let image = self.latest_verified_image().await?;
        let pool = BatchPoolCreateOptions {
            id: settings.pool_id.to_string(),
            vm_size: settings.vm_size.clone(),
            virtual_machine_configuration: Some(VirtualMachineConfiguration {
                image_reference: image.image_reference,
                node_agent_sku_id: image.node_agent_sku_id,
                ..VirtualMachineConfiguration::default()
            }),
            target_dedicated_nodes: Some(settings.nodes.try_into().unwrap_or(i32::MAX)),
            start_task: Some(self.start_task(worker_file)),
            ..BatchPoolCreateOptions::default()
        };
        self.services
            .batch
            .create_pool(pool, &RequestOptions::default())
            .await
            .map_err(TutorialError::request(doing))?;
        self.created.pool = true;
        Ok(())
    }

    /// Runs on each node as it joins, and again after a reboot, before any task does.
    fn start_task(&self, worker_file: ResourceFile) -> BatchStartTask {
        BatchStartTask {
            command_line: wrap_commands_in_shell(&self.settings.start_task_commands).into(),
            resource_files: vec![worker_file],
            user_identity: Some(UserIdentity {
                auto_user: Some(AutoUserSpecification {
                    scope: Some(AutoUserScope::Pool),
                    elevation_level: Some(ElevationLevel::Admin),
                }),
                ..UserIdentity::default()
            }),
            wait_for_success: Some(true),
            ..BatchStartTask::default()
        }
    }

    /// The newest of the images the service has tried out, with the node agent it needs.
    async fn latest_verified_image(&self) -> Result<BatchSupportedImage, TutorialError> {
        let wanted = &self.settings.image;
        let batch = self.services.batch;
        let images = all_pages(ListOptions::default(), async |options| {
            batch.list_supported_images(&options).await
        });
        let images = images
            .await
            .map_err(TutorialError::request("Listing the supported images"))?;
        let latest = images
            .into_iter()
            .filter(|image| fits(image, wanted))
            .max_by(by_age);
        latest.ok_or_else(|| TutorialError::NoImage {
            wanted: format!("{} / {} / {}*", wanted.publisher, wanted.offer, wanted.sku_prefix),
        })
    }

    /// Step 4: a job on the pool, nothing else set.
    pub(super) async fn create_job(&mut self) -> Result<(), TutorialError> {
        let doing = format!("Creating job [{}]", self.settings.job_id);
        self.console.line(&format!("{doing}..."));
        let job = BatchJobCreateOptions {
            id: self.settings.job_id.to_string(),
            pool_info: BatchPoolInfo {
                pool_id: Some(self.settings.pool_id.to_string()),
                ..BatchPoolInfo::default()
            },
            ..BatchJobCreateOptions::default()
        };
        self.services
            .batch
            .create_job(job, &RequestOptions::default())
            .await
            .map_err(TutorialError::request(doing))?;
        self.created.job = true;
        Ok(())
    }

    /// Step 5: one task per text, added as one collection.
    pub(super) async fn add_tasks(
        &mut self,
        worker: &Upload,
        inputs: Vec<ResourceFile>,
        signer: &Signer,
    ) -> Result<(), TutorialError> {
        let job = &self.settings.job_id;
        let doing = format!("Adding {} tasks to job [{job}]", inputs.len());
        self.console.line(&format!("{doing}..."));
        let token = self.output_token(signer);
        let tasks: Vec<BatchTaskCreateOptions> = inputs
            .into_iter()
            .enumerate()
            .map(|(number, input)| self.task(number, worker, input, &token))
            .collect();
        let mut refused = Vec::new();
        for group in tasks.chunks(TASKS_PER_REQUEST) {
            let group = BatchTaskGroup {
                value: group.to_vec(),
            };
            let added = self
                .services
                .batch
                .create_task_collection(job, group, &RequestOptions::default())
                .await
                .map_err(TutorialError::request(doing.as_str()))?;
            let not_added = added
                .value
                .into_iter()
                .filter(|result| result.status != BatchTaskAddStatus::Success);
            refused.extend(not_added.map(|result| (result.task_id.clone(), refusal_text(&result))));
        }
        if refused.is_empty() {
            Ok(())
        } else {
            Err(TutorialError::TasksRefused(refused))
        }
    }

    fn task(
        &self,
        number: usize,
        worker: &Upload,
        input: ResourceFile,
        token: &str,
    ) -> BatchTaskCreateOptions {
        let storage = &self.settings.storage;
        let mut command = format!(
            "\"$AZ_BATCH_NODE_SHARED_DIR\"/{} topn --filepath {} --numwords {} --storageaccount {} \
             --storagecontainer {} --sastoken {}",
            quoted(&worker.name),
            file_argument(input.file_path.as_deref().unwrap_or_default()),
            self.settings.words,
            quoted(&storage.name),
            quoted(self.settings.containers.output.as_str()),
            double_quoted(token),
        );
        if !storage.is_at_its_default_endpoint() {
            command.push_str(" --blob-endpoint ");
            command.push_str(&quoted(&storage.endpoint));
        }
        if self.settings.allow_http {
            command.push_str(" --allow-http");
        }
        BatchTaskCreateOptions {
            id: format!("topNtask{number}"),
            command_line: wrap_commands_in_shell(&[command]).into(),
            resource_files: vec![input],
            ..BatchTaskCreateOptions::default()
        }
    }
}

fn fits(image: &BatchSupportedImage, wanted: &ImageChoice) -> bool {
    let is = |given: &Option<String>, wanted: &str| {
        given
            .as_deref()
            .is_some_and(|given| given.eq_ignore_ascii_case(wanted))
    };
    let sku = image.image_reference.sku.as_deref().unwrap_or_default();
    image.verification_type == ImageVerificationType::Verified
        && image.os_type == OSType::Linux
        && is(&image.image_reference.publisher, &wanted.publisher)
        && is(&image.image_reference.offer, &wanted.offer)
        && sku.starts_with(&wanted.sku_prefix)
}

/// Orders images by what their SKU and version say: `18_04` before `22_04`, `9` before `10`.
fn by_age(one: &BatchSupportedImage, other: &BatchSupportedImage) -> Ordering {
    let name = |image: &BatchSupportedImage| {
        let reference = &image.image_reference;
        let part = |part: &Option<String>| natural_key(part.as_deref().unwrap_or_default());
        (part(&reference.sku), part(&reference.version))
    };
    name(one).cmp(&name(other))
}

/// A text in pieces that compare as people count: numbers by value, the rest by letters.
fn natural_key(text: &str) -> Vec<(u64, String)> {
    let mut key = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let letters = rest
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(letters);
        let digits = after
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        if !word.is_empty() {
            key.push((0, word.to_owned()));
        }
        if !number.is_empty() {
            key.push((number.parse().unwrap_or(u64::MAX), String::new()));
        }
        rest = after;
    }
    key
}

fn refusal_text(result: &BatchTaskCreateResult) -> String {
    let Some(error) = &result.error else {
        return result.status.to_string();
    };
    let code = error.code.as_deref().unwrap_or(result.status.as_str());
    let message = error
        .message
        .as_ref()
        .and_then(|message| message.value.as_deref());
    failure_text(
        code,
        message,
        error.values.iter().map(|value| (&value.key, &value.value)),
    )
}

#[cfg(test)]
mod tests {
    use batchite_api::batch::BatchVmImageReference;

    use super::*;

    fn image(sku: &str, verification: ImageVerificationType) -> BatchSupportedImage {
        BatchSupportedImage {
            node_agent_sku_id: "batch.node.ubuntu".to_owned(),
            image_reference: BatchVmImageReference {
                publisher: Some("Canonical".to_owned()),
                offer: Some("Ubuntu".to_owned()),
                sku: Some(sku.to_owned()),
                version: Some("latest".to_owned()),
                ..BatchVmImageReference::default()
            },
            os_type: OSType::Linux,
            verification_type: verification,
            ..BatchSupportedImage::default()
        }
    }

    #[test]
    fn the_newest_verified_image_is_chosen() {
        let wanted = ImageChoice {
            publisher: "canonical".to_owned(),
            offer: "ubuntu".to_owned(),
            sku_prefix: "lts".to_owned(),
        };
        let images = [
            image("lts-9_10", ImageVerificationType::Verified),
            image("lts-22_04", ImageVerificationType::Verified),
            image("lts-24_04", ImageVerificationType::Unverified),
            image("server-25", ImageVerificationType::Verified),
        ];
        let chosen = images
            .into_iter()
            .filter(|image| fits(image, &wanted))
            .max_by(by_age);
        assert_eq!(chosen.unwrap().image_reference.sku.unwrap(), "lts-22_04");
    }

    #[test]
    fn numbers_in_names_count_as_numbers() {
        assert!(natural_key("9_10") < natural_key("10_04"));
        assert!(natural_key("22_04-lts") < natural_key("22_10-lts"));
        assert!(natural_key("server") < natural_key("server-2"));
    }
}
