"""The tutorial with azure-batch 14.x and azure-storage-blob 12.x, unmodified, against the emulator."""

import os

from azure.batch import BatchServiceClient, models
from azure.batch.batch_auth import SharedKeyCredentials

import cases
from cases import equal, true, wait_until
from storage_12 import Storage

accounts = cases.Accounts()
case = cases.Cases("azure-batch-14 tutorial")
storage = Storage(accounts)
client = BatchServiceClient(
    SharedKeyCredentials(accounts.batch, accounts.batch_key), batch_url=accounts.batch_endpoint
)
pool, job = cases.unique("pool"), cases.unique("job")
texts = cases.texts()


def resource(uploaded):
    name, url = uploaded
    return models.ResourceFile(file_path=name, http_url=url)


with case("upload") as told:
    application, inputs, outputs = storage.make_containers()
    worker = resource(storage.upload_file(application, cases.WORKER))
    files = [resource(storage.upload_text(inputs, name, text)) for name, text, _ in texts]
    told.say(f"{1 + len(files)} files")

with case("image") as told:
    images = [
        image
        for image in client.account.list_supported_images()
        if image.verification_type == models.VerificationType.verified
        and image.image_reference.publisher.lower() == "canonical"
        and image.os_type == models.OSType.linux
    ]
    image = sorted(images, key=lambda image: image.node_agent_sku_id)[-1]
    told.say(f"{image.image_reference.offer} with {image.node_agent_sku_id}")

with case("pool") as told:
    client.pool.add(
        models.PoolAddParameter(
            id=pool,
            virtual_machine_configuration=models.VirtualMachineConfiguration(
                image_reference=image.image_reference, node_agent_sku_id=image.node_agent_sku_id
            ),
            vm_size="STANDARD_A1_v2",
            target_dedicated_nodes=2,
            start_task=models.StartTask(
                command_line=cases.start_command(),
                wait_for_success=True,
                user_identity=models.UserIdentity(
                    auto_user=models.AutoUserSpecification(
                        scope=models.AutoUserScope.pool, elevation_level=models.ElevationLevel.admin
                    )
                ),
                resource_files=[worker],
            ),
        )
    )
    client.job.add(models.JobAddParameter(id=job, pool_info=models.PoolInformation(pool_id=pool)))
    told.say(client.pool.get(pool).allocation_state.value)

with case("tasks") as told:
    token = storage.write_token(outputs)
    added = client.task.add_collection(
        job,
        [
            models.TaskAddParameter(
                id=f"topNtask{number}",
                command_line=cases.task_command(texts[number][0], accounts, outputs, token),
                resource_files=[file],
            )
            for number, file in enumerate(files)
        ],
    )
    equal({item.status for item in added.value}, {models.TaskAddStatus.success}, "statuses")
    equal(len(added.value), len(files), "tasks added")

with case("completed") as told:
    def completed():
        tasks = list(client.task.list(job))
        done = tasks and all(task.state == models.TaskState.completed for task in tasks)
        return tasks if done else None

    tasks = wait_until(completed, "the end of all tasks")
    for task in tasks:
        info = task.execution_info
        true(
            info.exit_code == 0 and info.result == models.TaskExecutionResult.success,
            f"{task.id}: exit code {info.exit_code}, {info.failure_info}",
        )
    said = b"".join(client.file.get_from_task(job, "topNtask0", "stdout.txt"))
    true(said.startswith(b"Uploading file "), f"stdout.txt: {said[:200]!r}")
    told.say(f"on {len({task.node_info.node_id for task in tasks})} nodes")

with case("outputs") as told:
    for number, (name, _, top) in enumerate(texts):
        stem, extension = os.path.splitext(name)
        text = storage.download(outputs, f"{stem}_OUTPUT{extension}")
        cases.check_output(text, top, f"topNtask{number}", job, pool)
    equal(len(storage.names(outputs)), len(texts), "outputs")
    told.say(f"{len(texts)} outputs are right")

with case("clean-up") as told:
    storage.delete_containers()
    client.job.delete(job)
    client.pool.delete(pool)
    wait_until(lambda: not client.pool.exists(pool), "the end of the pool")
    wait_until(lambda: job not in [found.id for found in client.job.list()], "the end of the job")

case.finish()
