"""The tutorial with azure-batch 1.1.0 and azure-storage 0.33.0, the packages it was written for, against the emulator."""

import os
from datetime import datetime, timedelta

import azure.batch.batch_auth as batchauth
import azure.batch.batch_service_client as batch
import azure.batch.models as batchmodels
import azure.storage.blob as azureblob

import cases
from cases import equal, true, wait_until

accounts = cases.Accounts()
case = cases.Cases("azure-batch-1.1.0 tutorial")
blobs = azureblob.BlockBlobService(connection_string=accounts.connection_string)
client = batch.BatchServiceClient(
    batchauth.SharedKeyCredentials(accounts.batch, accounts.batch_key), base_url=accounts.batch_endpoint
)
pool, job = cases.unique("pool"), cases.unique("job")
application, inputs, outputs = [cases.unique(stem) for stem in ("application", "input", "output")]
texts = cases.texts()


def in_two_hours():
    return datetime.utcnow() + timedelta(hours=2)


def resource(container, name):
    """A file for a node: a blob with the right to read it for two hours."""
    token = blobs.generate_blob_shared_access_signature(
        container, name, permission=azureblob.BlobPermissions.READ, expiry=in_two_hours()
    )
    return batchmodels.ResourceFile(
        file_path=name, blob_source=blobs.make_blob_url(container, name, sas_token=token)
    )


with case("upload") as told:
    for container in (application, inputs, outputs):
        blobs.create_container(container, fail_on_exist=False)
    blobs.create_blob_from_path(application, "worker.py", cases.WORKER)
    worker = resource(application, "worker.py")
    files = []
    for name, text, _ in texts:
        blobs.create_blob_from_text(inputs, name, text)
        files.append(resource(inputs, name))
    told.say(f"{1 + len(files)} files")

with case("image") as told:
    agents = list(client.account.list_node_agent_skus())
    choices = [
        (agent, image)
        for agent in agents
        for image in sorted(agent.verified_image_references, key=lambda image: image.sku)
        if image.publisher.lower() == "canonical"
    ]
    agent, image = sorted(choices, key=lambda choice: choice[0].id)[-1]
    equal(agent.os_type, batchmodels.OSType.linux, "os type")
    told.say(f"{image.offer} with {agent.id}, one of {len(agents)} node agents")

with case("pool") as told:
    client.pool.add(
        batchmodels.PoolAddParameter(
            id=pool,
            virtual_machine_configuration=batchmodels.VirtualMachineConfiguration(
                image_reference=image, node_agent_sku_id=agent.id
            ),
            vm_size="STANDARD_A1",
            target_dedicated=2,
            start_task=batchmodels.StartTask(
                command_line=cases.start_command(),
                run_elevated=True,
                wait_for_success=True,
                resource_files=[worker],
            ),
        )
    )
    found = client.pool.get(pool)
    equal(found.target_dedicated, 2, "target_dedicated")
    equal(found.start_task.run_elevated, True, "run_elevated")
    equal(found.start_task.resource_files[0].blob_source, worker.blob_source, "blob_source")
    client.job.add(
        batchmodels.JobAddParameter(job, batchmodels.PoolInformation(pool_id=pool))
    )
    told.say(found.allocation_state.value)

with case("tasks") as told:
    token = blobs.generate_container_shared_access_signature(
        outputs, permission=azureblob.ContainerPermissions.WRITE, expiry=in_two_hours()
    )
    added = client.task.add_collection(
        job,
        [
            batchmodels.TaskAddParameter(
                f"topNtask{number}",
                cases.task_command(texts[number][0], accounts, outputs, token),
                resource_files=[file],
            )
            for number, file in enumerate(files)
        ],
    )
    equal({item.status for item in added.value}, {batchmodels.TaskAddStatus.success}, "statuses")

with case("completed") as told:
    def completed():
        tasks = list(client.task.list(job))
        done = tasks and all(task.state == batchmodels.TaskState.completed for task in tasks)
        return tasks if done else None

    tasks = wait_until(completed, "the end of all tasks")
    for task in tasks:
        info = task.execution_info
        true(
            info.exit_code == 0 and info.scheduling_error is None,
            f"{task.id}: exit code {info.exit_code}, {info.scheduling_error}",
        )
    said = b"".join(client.file.get_from_task(job, "topNtask0", "stdout.txt"))
    true(said.startswith(b"Uploading file "), f"stdout.txt: {said[:200]!r}")
    told.say(f"on {len({task.node_info.node_id for task in tasks})} nodes")

with case("outputs") as told:
    for number, (name, _, top) in enumerate(texts):
        stem, extension = os.path.splitext(name)
        text = blobs.get_blob_to_text(outputs, f"{stem}_OUTPUT{extension}").content
        cases.check_output(text, top, f"topNtask{number}", job, pool)
    equal(len(list(blobs.list_blobs(outputs))), len(texts), "outputs")
    told.say(f"{len(texts)} outputs are right")

with case("clean-up") as told:
    for container in (application, inputs, outputs):
        true(blobs.delete_container(container), f"{container} was not deleted")
    client.job.delete(job)
    client.pool.delete(pool)
    wait_until(lambda: not client.pool.exists(pool), "the end of the pool")
    wait_until(lambda: job not in [found.id for found in client.job.list()], "the end of the job")

case.finish()
