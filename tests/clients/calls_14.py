"""Many calls of azure-batch 14.x, unmodified, against the emulator."""

from azure.batch import BatchServiceClient, models
from azure.batch.batch_auth import SharedKeyCredentials

import cases
from calls_msrest import Calls
from cases import equal, true

accounts = cases.Accounts()
case = cases.Cases("azure-batch-14 calls")
client = BatchServiceClient(
    SharedKeyCredentials(accounts.batch, accounts.batch_key), batch_url=accounts.batch_endpoint
)
calls = Calls(client, models.BatchErrorException, "target_dedicated_nodes", "failure_info")
calls.run(case)

with case("what later versions have not") as told:
    found = client.pool.get(calls.pool)
    equal((found.certificate_references, found.resource_tags), ([], None))
    equal(list(client.certificate.list()), [])
    calls.refused("CertificateNotFound", lambda: client.certificate.get("sha1", "0a1b"))
    tokens = models.AuthenticationTokenSettings(access=["job"])
    calls.refused(
        "NotSimulated",
        lambda: client.task.add(calls.job, calls.new_task("t", authentication_token_settings=tokens)),
    )

with case("a large collection is split by the client") as told:
    split = cases.unique("split")
    client.job.add(calls.new_job(split))
    added = client.task.add_collection(split, [calls.new_task(f"t{number}") for number in range(230)])
    equal(len(added.value), 230)
    counts = client.job.get_task_counts(split)
    true(counts.task_counts.active + counts.task_counts.running + counts.task_counts.completed == 230, counts)

calls.clean_up(case)
case.finish()
