"""Many calls of azure-batch 1.1.0 and azure-storage 0.33.0, unmodified, against the emulator."""

import azure.batch.batch_auth as batchauth
import azure.batch.batch_service_client as batch
import azure.batch.models as models
import azure.storage.blob as azureblob
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError

import cases
from calls_msrest import Calls
from cases import equal, true

accounts = cases.Accounts()
case = cases.Cases("azure-batch-1.1.0 calls")
client = batch.BatchServiceClient(
    batchauth.SharedKeyCredentials(accounts.batch, accounts.batch_key), base_url=accounts.batch_endpoint
)
calls = Calls(client, models.BatchErrorException, "target_dedicated", "scheduling_error")
calls.run(case)

with case("the words of 2016") as told:
    found = client.pool.get(calls.pool)
    equal((found.current_dedicated, found.max_tasks_per_node, found.certificate_references), (2, 1, []))
    equal(found.start_task.wait_for_success, False, "wait_for_success by default")
    equal(found.start_task.run_elevated, False)
    task = client.task.get(calls.job, "good")
    equal((task.run_elevated, task.constraints.retention_time.days), (False, 10675199))
    true("result" not in vars(task.execution_info), "a property that came later")

with case("statistics and usage") as told:
    stats = client.job.get(calls.job, models.JobGetOptions(expand="stats")).stats
    true(stats.num_succeeded_tasks > 0 and stats.wall_clock_time.total_seconds() > 0, vars(stats))
    stats = client.pool.get(calls.pool, models.PoolGetOptions(expand="stats")).stats
    true(stats.usage_stats.dedicated_core_time.total_seconds() > 0, vars(stats))
    # There is none before the first half hour is two hours old.
    equal(list(client.pool.list_pool_usage_metrics()), [])
    told.say(stats.usage_stats.dedicated_core_time)

with case("operations that are gone") as told:
    node = calls.idle_nodes(2)[0]
    agents = [agent.id for agent in client.account.list_node_agent_skus()]
    true("batch.node.ubuntu 24.04" in agents and len(agents) == len(set(agents)), agents)
    calls.refused("OperationNotValidOnNode", lambda: client.compute_node.get_remote_desktop(calls.pool, node.id))
    calls.refused("OperationNotValidOnPool", lambda: client.pool.upgrade_os(calls.pool, "*"))
    calls.refused("NotSimulated", client.job.get_all_jobs_lifetime_statistics)
    calls.refused("NotSimulated", client.pool.get_all_pools_lifetime_statistics)
    equal(list(client.certificate.list()), [])
    calls.refused("CertificateNotFound", lambda: client.certificate.get("sha1", "0a1b"))
    calls.refused("CertificateNotFound", lambda: client.certificate.delete("sha1", "0a1b"))
    calls.refused("CertificateNotFound", lambda: client.certificate.cancel_deletion("sha1", "0a1b"))
    certificate = models.CertificateAddParameter("0a1b", "sha1", "AAAA")
    calls.refused("NotSimulated", lambda: client.certificate.add(certificate))
    told.say(f"{len(agents)} node agents")

with case("cloud services are refused by name") as told:
    services = models.PoolAddParameter(
        "services", "small", cloud_service_configuration=models.CloudServiceConfiguration("4")
    )
    error = calls.refused("NotSimulated", lambda: client.pool.add(services))
    equal([item.value for item in error.error.values], ["cloudServiceConfiguration"])

calls.clean_up(case)

blobs = azureblob.BlockBlobService(connection_string=accounts.connection_string)
container = cases.unique("container")


def missing(call):
    try:
        call()
    except AzureMissingResourceHttpError:
        return
    raise AssertionError("it was there")


with case("blob: containers") as told:
    true(blobs.create_container(container, metadata={"owner": "tests"}), "create")
    true(not blobs.create_container(container), "create twice")
    try:
        blobs.create_container(container, fail_on_exist=True)
    except AzureConflictHttpError as error:
        true("ContainerAlreadyExists" in str(error), str(error))
    equal([found.name for found in blobs.list_containers(prefix=container)], [container])

with case("blob: block blobs") as told:
    blobs.create_blob_from_text(container, "a/größe 1.txt", "text", metadata={"k": "v"})
    found = blobs.get_blob_to_text(container, "a/größe 1.txt")
    equal((found.content, found.metadata), ("text", {"k": "v"}))
    large = bytes(range(256)) * 4096
    small_pieces = azureblob.BlockBlobService(connection_string=accounts.connection_string)
    small_pieces.MAX_SINGLE_PUT_SIZE = small_pieces.MAX_BLOCK_SIZE = 100_000
    small_pieces.create_blob_from_bytes(container, "large", large)
    equal(blobs.get_blob_to_bytes(container, "large").content == large, True, "content")
    equal(blobs.get_blob_to_bytes(container, "large", start_range=5, end_range=9).content, large[5:10])
    blocks = blobs.get_block_list(container, "large", block_list_type="all")
    told.say(f"{len(blocks.committed_blocks)} blocks")

with case("blob: metadata of a container") as told:
    equal(blobs.get_container_metadata(container), {"owner": "tests"})

with case("blob: lists") as told:
    equal([blob.name for blob in blobs.list_blobs(container, prefix="a/")], ["a/größe 1.txt"])
    equal([blob.name for blob in blobs.list_blobs(container, delimiter="/")], ["a/", "large"])
    missing(lambda: blobs.get_blob_properties(container, "none"))

with case("blob: properties") as told:
    blobs.set_blob_properties(
        container, "large", content_settings=azureblob.ContentSettings(content_type="image/png")
    )
    equal(blobs.get_blob_properties(container, "large").properties.content_settings.content_type, "image/png")
    blobs.set_blob_metadata(container, "large", {"x": "y"})
    equal(blobs.get_blob_metadata(container, "large"), {"x": "y"})

with case("blob: snapshots and leases") as told:
    snapshot = blobs.snapshot_blob(container, "large").snapshot
    blobs.create_blob_from_text(container, "large", "new")
    equal(len(blobs.get_blob_to_bytes(container, "large", snapshot=snapshot).content), len(large))
    lease = blobs.acquire_blob_lease(container, "large", lease_duration=15)
    try:
        blobs.delete_blob(container, "large")
    except AzureHttpError as error:
        equal(error.status_code, 412)
    blobs.release_blob_lease(container, "large", lease)
    blobs.delete_blob(container, "large", delete_snapshots=azureblob.DeleteSnapshot.Include)
    missing(lambda: blobs.get_blob_properties(container, "large"))

with case("blob: append blobs and copies") as told:
    append = azureblob.AppendBlobService(connection_string=accounts.connection_string)
    append.create_blob(container, "log")
    append.append_blob_from_text(container, "log", "one ")
    append.append_blob_from_text(container, "log", "two")
    equal(append.get_blob_to_text(container, "log").content, "one two")
    blobs.create_blob_from_text(container, "plain", "text")
    copy = blobs.copy_blob(container, "copy", blobs.make_blob_url(container, "plain"))
    equal(copy.status, "success")
    equal(blobs.get_blob_to_text(container, "copy").content, "text")

with case("blob: clean-up") as told:
    true(blobs.delete_container(container), "delete")
    true(not blobs.exists(container), "it is still there")

case.finish()
