"""Many calls of azure-storage-blob 12.x, unmodified, against the emulator."""

from datetime import datetime, timedelta, timezone

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.core import MatchConditions
from azure.storage.blob import (
    AccessPolicy,
    AccountSasPermissions,
    BlobAnalyticsLogging,
    BlobBlock,
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerClient,
    ContainerSasPermissions,
    ContentSettings,
    CorsRule,
    ResourceTypes,
    RetentionPolicy,
    StandardBlobTier,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)

import cases
from cases import equal, true

accounts = cases.Accounts()
case = cases.Cases("azure-storage-blob-12 calls")
service = BlobServiceClient.from_connection_string(accounts.connection_string)
name = cases.unique("container")
container = service.get_container_client(name)
soon = datetime.now(timezone.utc) + timedelta(hours=1)


def refused(code, status, call, kind=HttpResponseError):
    try:
        result = call()
        if hasattr(result, "by_page"):
            list(result)
    except kind as error:
        equal((error.error_code, error.status_code), (code, status), "refusal")
        return
    raise AssertionError(f"it was not refused with {code}")


with case("containers") as told:
    container.create_container(metadata={"owner": "tests"})
    refused("ContainerAlreadyExists", 409, container.create_container, ResourceExistsError)
    equal(container.get_container_properties().metadata, {"owner": "tests"})
    (listed,) = service.list_containers(name_starts_with=name, include_metadata=True)
    equal((listed.name, listed.metadata), (name, {"owner": "tests"}))
    refused("ContainerNotFound", 404, service.get_container_client("none-such").get_container_properties)

with case("metadata of a container") as told:
    container.set_container_metadata({"owner": "others"})
    equal(container.get_container_properties().metadata, {"owner": "others"})

with case("block blobs") as told:
    blob = container.get_blob_client("a/größe 1 %.txt")
    settings = ContentSettings(content_type="text/plain", cache_control="no-cache", content_language="de")
    written = blob.upload_blob("text", content_settings=settings, metadata={"key": "v"})
    equal(blob.download_blob().readall(), b"text")
    found = blob.get_blob_properties()
    equal((found.size, found.metadata, found.content_settings.content_language), (4, {"key": "v"}, "de"))
    equal((found.blob_type, found.etag), ("BlockBlob", written["etag"]))
    refused("BlobAlreadyExists", 409, lambda: blob.upload_blob("again"), ResourceExistsError)
    refused("BlobNotFound", 404, container.get_blob_client("none").download_blob, ResourceNotFoundError)

with case("large blobs in pieces") as told:
    large = bytes(range(256)) * 20_000
    pieces = BlobClient.from_connection_string(
        accounts.connection_string, name, "large", max_single_put_size=1_000_000, max_block_size=900_000,
        max_single_get_size=1_000_000, max_chunk_get_size=700_000,
    )
    pieces.upload_blob(large, max_concurrency=4, overwrite=True)
    true(pieces.download_blob(max_concurrency=4).readall() == large, "content")
    equal(pieces.download_blob(offset=300, length=4).readall(), large[300:304])
    committed, uncommitted = pieces.get_block_list("all")
    equal((sum(block.size for block in committed), uncommitted), (len(large), []))
    told.say(f"{len(committed)} blocks")

with case("blocks by hand") as told:
    blocks = container.get_blob_client("blocks")
    for block_id in ("one", "two", "six"):
        blocks.stage_block(block_id, block_id.encode())
    equal(len(blocks.get_block_list("uncommitted")[1]), 3)
    blocks.commit_block_list([BlobBlock("two"), BlobBlock("one")])
    equal(blocks.download_blob().readall(), b"twoone")
    refused("InvalidBlockList", 400, lambda: blocks.commit_block_list([BlobBlock("ten")]))

with case("lists") as told:
    for number in range(7):
        container.upload_blob(f"list/{number}/x", b"x")
    pages = [[one.name for one in page] for page in container.list_blobs(name_starts_with="list/", results_per_page=3).by_page()]
    equal([len(page) for page in pages], [3, 3, 1])
    equal([one.name for one in container.walk_blobs(name_starts_with="list/")], [f"list/{number}/" for number in range(7)])
    (listed,) = container.list_blobs(name_starts_with="a/", include=["metadata"])
    equal((listed.name, listed.metadata), ("a/größe 1 %.txt", {"key": "v"}))

with case("conditions") as told:
    etag = blob.get_blob_properties().etag
    blob.upload_blob("text", overwrite=True, metadata={"a": "b"})
    stale = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
    refused("ConditionNotMet", 412, lambda: blob.upload_blob("x", overwrite=True, **stale), ResourceModifiedError)
    refused("ConditionNotMet", 412, lambda: blob.delete_blob(if_unmodified_since=datetime(2020, 1, 1)))
    equal((blob.get_blob_properties().metadata, blob.download_blob().readall()), ({"a": "b"}, b"text"))

with case("properties") as told:
    blob.set_http_headers(ContentSettings(content_type="image/png"))
    found = blob.get_blob_properties().content_settings
    equal((found.content_type, found.cache_control), ("image/png", None))
    blob.set_blob_metadata({"c": "d"})
    equal(blob.get_blob_properties().metadata, {"c": "d"})
    blob.set_standard_blob_tier(StandardBlobTier.COOL)
    equal(blob.get_blob_properties().blob_tier, "Cool")

with case("tags") as told:
    blob.upload_blob("text", overwrite=True, tags={"kind": "small"})
    equal(blob.get_blob_properties().tag_count, 1)
    (listed,) = container.list_blobs(name_starts_with="a/", include=["tags"])
    equal(listed.tags, {"kind": "small"})
    blob.set_blob_tags({"kind": "large", "year": "2026"})
    equal(blob.get_blob_tags(), {"kind": "large", "year": "2026"})
    query = f"@container='{name}' and \"kind\"='large'"
    equal([one.name for one in service.find_blobs_by_tags(query)], ["a/größe 1 %.txt"])
    refused("ConditionNotMet", 412, lambda: blob.delete_blob(if_tags_match_condition="\"kind\"='other'"))

with case("leases") as told:
    lease = blob.acquire_lease(lease_duration=15)
    refused("LeaseAlreadyPresent", 409, lambda: blob.acquire_lease(15))
    refused("LeaseIdMissing", 412, lambda: blob.set_blob_metadata({}))
    blob.set_blob_metadata({"leased": "yes"}, lease=lease)
    lease.renew()
    found = blob.get_blob_properties().lease
    equal((found.state, found.status, found.duration), ("leased", "locked", "fixed"))
    lease.change("11111111-2222-3333-4444-555555555555")
    lease.release()
    endless = container.acquire_lease()
    container.get_container_properties(lease=endless)
    other = "11111111-2222-3333-4444-555555555555"
    refused("LeaseIdMismatchWithContainerOperation", 412, lambda: container.get_container_properties(lease=other))
    refused("LeaseIdMismatchWithContainerOperation", 412, lambda: container.get_container_access_policy(lease=other))
    refused("LeaseIdMissing", 412, container.delete_container)
    equal(endless.break_lease(lease_break_period=0), 0)
    equal(container.get_container_properties().lease.state, "broken")

with case("snapshots") as told:
    snapshot = blob.create_snapshot()
    blob.upload_blob("newer", overwrite=True)
    old = container.get_blob_client("a/größe 1 %.txt", snapshot=snapshot["snapshot"])
    equal(old.download_blob().readall(), b"text")
    equal(len(list(container.list_blobs(name_starts_with="a/", include=["snapshots"]))), 2)
    refused("SnapshotsPresent", 409, blob.delete_blob, ResourceExistsError)
    blob.delete_blob(delete_snapshots="only")
    equal(blob.download_blob().readall(), b"newer")
    blob.upload_blob("text", overwrite=True)

with case("append blobs") as told:
    log = container.get_blob_client("log")
    log.create_append_blob()
    equal(log.append_block(b"one ")["blob_append_offset"], "0")
    log.append_block(b"two", appendpos_condition=4)
    refused("AppendPositionConditionNotMet", 412, lambda: log.append_block(b"x", appendpos_condition=4))
    refused("MaxBlobSizeConditionNotMet", 412, lambda: log.append_block(b"x" * 9, maxsize_condition=10))
    equal(log.download_blob().readall(), b"one two")
    equal(log.get_blob_properties().append_blob_committed_block_count, 2)

with case("copies") as told:
    token = generate_container_sas(
        accounts.storage, name, account_key=accounts.storage_key, permission=ContainerSasPermissions(read=True), expiry=soon
    )
    copy = container.get_blob_client("copy")
    started = copy.start_copy_from_url(f"{blob.url}?{token}")
    equal(started["copy_status"], "success")
    equal(copy.get_blob_properties().copy.id, started["copy_id"])
    refused("NoPendingCopyOperation", 409, lambda: copy.abort_copy(started["copy_id"]))
    from_url = container.get_blob_client("from-url")
    from_url.upload_blob_from_url(f"{blob.url}?{token}")
    equal(from_url.download_blob().readall(), b"text")
    from_url.stage_block_from_url("b1", f"{blob.url}?{token}", source_offset=0, source_length=3)
    from_url.commit_block_list([BlobBlock("b1")])
    equal(from_url.download_blob().readall(), b"tex")


plain = container.get_blob_client("plain")


def with_sas(url, token):
    return f"{url}?{token}"


with case("sas of a blob") as told:
    plain.upload_blob("plain text", overwrite=True)
    token = generate_blob_sas(
        accounts.storage, name, "plain", account_key=accounts.storage_key, permission=BlobSasPermissions(read=True), expiry=soon
    )
    reader = BlobClient.from_blob_url(with_sas(plain.url, token))
    equal(reader.download_blob().readall(), b"plain text")
    refused("AuthorizationPermissionMismatch", 403, reader.delete_blob)
    other = BlobClient.from_blob_url(with_sas(blob.url, token))
    refused("AuthenticationFailed", 403, other.download_blob)
    expired = generate_blob_sas(
        accounts.storage, name, "plain", account_key=accounts.storage_key, permission="r",
        expiry=datetime.now(timezone.utc) - timedelta(hours=1),
    )
    refused("AuthenticationFailed", 403, BlobClient.from_blob_url(with_sas(plain.url, expired)).download_blob)

with case("sas of a snapshot") as told:
    made = plain.create_snapshot()["snapshot"]
    plain.upload_blob("newer", overwrite=True)
    token = generate_blob_sas(
        accounts.storage, name, "plain", snapshot=made, account_key=accounts.storage_key, permission="r", expiry=soon
    )
    equal(BlobClient.from_blob_url(f"{plain.url}?snapshot={made}&{token}").download_blob().readall(), b"plain text")
    refused("AuthenticationFailed", 403, BlobClient.from_blob_url(with_sas(plain.url, token)).download_blob)
    plain.delete_blob(delete_snapshots="include")
    plain.upload_blob("plain text")

with case("sas of a container") as told:
    token = generate_container_sas(
        accounts.storage, name, account_key=accounts.storage_key,
        permission=ContainerSasPermissions(write=True, list=True), expiry=soon,
    )
    writer = ContainerClient.from_container_url(with_sas(container.url, token))
    writer.upload_blob("by-token", b"x", overwrite=True)
    true("by-token" in [one.name for one in writer.list_blobs()], "not listed")
    refused("AuthorizationPermissionMismatch", 403, writer.get_blob_client("by-token").download_blob)

with case("sas of a stored policy") as told:
    policy = AccessPolicy(permission=ContainerSasPermissions(read=True), expiry=soon)
    container.set_container_access_policy({"readers": policy})
    equal([one.id for one in container.get_container_access_policy()["signed_identifiers"]], ["readers"])
    token = generate_container_sas(accounts.storage, name, account_key=accounts.storage_key, policy_id="readers")
    equal(BlobClient.from_blob_url(with_sas(plain.url, token)).download_blob().readall(), b"plain text")

with case("sas of the account") as told:
    token = generate_account_sas(
        accounts.storage, accounts.storage_key, resource_types=ResourceTypes(service=True, container=True, object=True),
        permission=AccountSasPermissions(read=True, list=True), expiry=soon,
    )
    reader = BlobServiceClient(accounts.blob_endpoint, credential=token)
    true(name in [one.name for one in reader.list_containers()], "not listed")
    refused("AuthorizationPermissionMismatch", 403, lambda: reader.create_container(cases.unique("c")))

with case("nobody in particular") as told:
    anonymous = ContainerClient(accounts.blob_endpoint, name)
    true_code = "NoAuthenticationInformation"
    try:
        list(anonymous.list_blobs())
    except HttpResponseError as error:
        true(error.error_code in (true_code, "ResourceNotFound"), error.error_code)
        told.say(f"{error.status_code} {error.error_code}")
    else:
        raise AssertionError("a private container was listed")
    container.set_container_access_policy({}, public_access="container")
    true("plain" in [one.name for one in anonymous.list_blobs()], "not listed")
    equal(anonymous.get_blob_client("plain").download_blob().readall(), b"plain text")

with case("batches") as told:
    tiers = list(container.set_standard_blob_tier_blobs("Cool", "by-token", "blocks"))
    equal([answer.status_code for answer in tiers], [200, 200])
    equal(container.get_blob_client("blocks").get_blob_properties().blob_tier, "Cool")
    answers = list(container.delete_blobs("by-token", "blocks", "none", raise_on_any_failure=False))
    equal([answer.status_code for answer in answers], [202, 202, 404])
    true(answers[2].headers["x-ms-error-code"] == "BlobNotFound", "no code")
    token = generate_container_sas(
        accounts.storage, name, account_key=accounts.storage_key, permission=ContainerSasPermissions(delete=True), expiry=soon
    )
    for one in ("batch/größe 1", "batch/2"):
        container.upload_blob(one, b"x")
    cleaner = ContainerClient.from_container_url(f"{accounts.blob_endpoint}/{name}?{token}")
    equal([one.status_code for one in cleaner.delete_blobs("batch/größe 1", "batch/2")], [202, 202])
    equal(list(container.list_blobs(name_starts_with="batch/")), [])

with case("the account") as told:
    for one in (service, container, container.get_blob_client("none")):
        equal(one.get_account_information()["account_kind"], "StorageV2")

with case("the service") as told:
    rule = CorsRule(["https://one.example", "https://two.example"], ["GET", "PUT"], allowed_headers=["x-ms-*"], max_age_in_seconds=60)
    logging = BlobAnalyticsLogging(read=True, retention_policy=RetentionPolicy(enabled=True, days=3))
    service.set_service_properties(cors=[rule], analytics_logging=logging, target_version="2020-04-08")
    found = service.get_service_properties()
    (kept,) = found["cors"]
    equal((kept.allowed_origins, kept.allowed_methods, kept.max_age_in_seconds), ("https://one.example,https://two.example", "GET,PUT", 60))
    equal((found["analytics_logging"].read, found["analytics_logging"].retention_policy.days), (True, 3))
    equal(found["target_version"], "2020-04-08")
    service.set_service_properties(cors=[])
    equal(service.get_service_properties()["cors"], [])
    refused("InvalidXmlDocument", 400, lambda: service.set_service_properties(cors=[rule] * 6))
    soft = RetentionPolicy(enabled=True, days=7)
    refused("NotSimulated", 501, lambda: service.set_service_properties(delete_retention_policy=soft))

with case("clean-up") as told:
    container.delete_container()
    refused("ContainerNotFound", 404, container.get_container_properties)

case.finish()
