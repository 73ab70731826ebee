"""The tutorial with azure-batch 15.x and azure-storage-blob 12.x, unmodified, against the emulator."""

import os

from azure.batch import BatchClient
from azure.batch.models import (
    AutoUserScope,
    AutoUserSpecification,
    BatchJobCreateOptions,
    BatchPoolCreateOptions,
    BatchPoolInfo,
    BatchStartTask,
    BatchTaskCreateOptions,
    BatchTaskState,
    BatchVmImageReference,
    ElevationLevel,
    ResourceFile,
    UserIdentity,
    VirtualMachineConfiguration,
)
from azure.core.credentials import AzureNamedKeyCredential

import cases
from cases import equal, true, wait_until
from storage_12 import Storage

accounts = cases.Accounts()
case = cases.Cases("azure-batch-15 tutorial")
storage = Storage(accounts)
client = BatchClient(
    accounts.batch_endpoint, AzureNamedKeyCredential(accounts.batch, accounts.batch_key)
)
pool, job = cases.unique("pool"), cases.unique("job")
texts = cases.texts()


def resource(uploaded):
    name, url = uploaded
    return ResourceFile(file_path=name, http_url=url)


with case("upload") as told:
    application, inputs, outputs = storage.make_containers()
    worker = resource(storage.upload_file(application, cases.WORKER))
    files = [resource(storage.upload_text(inputs, name, text)) for name, text, _ in texts]
    told.say(f"{1 + len(files)} files")

with case("image") as told:
    images = [
        image
        for image in client.list_supported_images()
        if image.verification_type == "verified"
        and image.image_reference.publisher.lower() == "canonical"
        and image.os_type == "linux"
    ]
    image = sorted(images, key=lambda image: image.node_agent_sku_id)[-1]
    told.say(f"{image.image_reference.offer} with {image.node_agent_sku_id}")

with case("pool") as told:
    client.create_pool(
        BatchPoolCreateOptions(
            id=pool,
            virtual_machine_configuration=VirtualMachineConfiguration(
                image_reference=BatchVmImageReference(
                    publisher=image.image_reference.publisher,
                    offer=image.image_reference.offer,
                    sku=image.image_reference.sku,
                    version="latest",
                ),
                node_agent_sku_id=image.node_agent_sku_id,
            ),
            vm_size="STANDARD_A1_v2",
            target_dedicated_nodes=2,
            start_task=BatchStartTask(
                command_line=cases.start_command(),
                wait_for_success=True,
                user_identity=UserIdentity(
                    auto_user=AutoUserSpecification(
                        scope=AutoUserScope.POOL, elevation_level=ElevationLevel.ADMIN
                    )
                ),
                resource_files=[worker],
            ),
        )
    )
    client.create_job(BatchJobCreateOptions(id=job, pool_info=BatchPoolInfo(pool_id=pool)))
    told.say(client.get_pool(pool).allocation_state)

with case("tasks") as told:
    token = storage.write_token(outputs)
    result = client.create_tasks(
        job,
        [
            BatchTaskCreateOptions(
                id=f"topNtask{number}",
                command_line=cases.task_command(texts[number][0], accounts, outputs, token),
                resource_files=[file],
            )
            for number, file in enumerate(files)
        ],
    )
    equal([item.status for item in result.result_values], ["success"] * len(files), "statuses")

with case("completed") as told:
    def completed():
        tasks = list(client.list_tasks(job))
        return tasks if tasks and all(task.state == BatchTaskState.COMPLETED for task in tasks) else None

    tasks = wait_until(completed, "the end of all tasks")
    for task in tasks:
        info = task.execution_info
        true(
            info.exit_code == 0 and info.result == "success",
            f"{task.id}: exit code {info.exit_code}, {info.failure_info}",
        )
    said = b"".join(client.download_task_file(job, "topNtask0", "stdout.txt"))
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
    client.begin_delete_job(job, polling_interval=1).wait(30)
    client.begin_delete_pool(pool, polling_interval=1).wait(30)
    equal([found.id for found in client.list_pools() if found.id == pool], [], "pools left")
    equal([found.id for found in client.list_jobs() if found.id == job], [], "jobs left")

case.finish()
