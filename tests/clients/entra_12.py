"""azure-storage-blob 12.x, unmodified, over https with tokens of Entra ID and no key: entra_12.py CERTIFICATE."""

import base64
import json
import sys
import time
from datetime import datetime, timedelta, timezone

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient, BlobServiceClient, generate_blob_sas, generate_container_sas

import cases
from cases import equal

accounts = cases.Accounts()
case = cases.Cases("azure-storage-blob-12 entra")
certificate = sys.argv[1]
name = cases.unique("container")
now = datetime.now(timezone.utc)


class Credential:
    """What a program gets from azure-identity, here signed by nobody."""

    def __init__(self, audience, lifetime=3600):
        self.audience, self.lifetime = audience, lifetime

    def get_token(self, *scopes, **options):
        expires = int(time.time()) + self.lifetime
        claims = {"aud": self.audience, "exp": expires, "nbf": expires - 7200}
        parts = [json.dumps({"alg": "RS256"}), json.dumps(claims), "signature"]
        encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
        return AccessToken(".".join(encoded), expires)


def service_of(credential):
    return BlobServiceClient(accounts.blob_endpoint, credential=credential, connection_verify=certificate)


service = service_of(Credential("https://storage.azure.com"))
container = service.get_container_client(name)

with case("containers and blobs") as told:
    container.create_container()
    container.upload_blob("b", b"hello")
    equal(container.get_blob_client("b").download_blob().readall(), b"hello")

with case("user delegation") as told:
    key = service.get_user_delegation_key(now - timedelta(minutes=5), now + timedelta(hours=1))
    soon = {"user_delegation_key": key, "permission": "r", "expiry": now + timedelta(hours=1)}

    def read(query):
        url = f"{container.url}/b?{query}"
        return BlobClient.from_blob_url(url, connection_verify=certificate).download_blob().readall()

    equal(read(generate_blob_sas(accounts.storage, name, "b", **soon)), b"hello")
    equal(read(generate_container_sas(accounts.storage, name, **soon)), b"hello")
    snapshot = container.get_blob_client("b").create_snapshot()["snapshot"]
    container.upload_blob("b", b"newer", overwrite=True)
    token = generate_blob_sas(accounts.storage, name, "b", snapshot=snapshot, **soon)
    equal(read(f"snapshot={snapshot}&{token}"), b"hello")

with case("batches") as told:
    container.upload_blob("c", b"x")
    answers = container.delete_blobs("c", "none", raise_on_any_failure=False)
    equal([answer.status_code for answer in answers], [202, 404])

with case("tokens that are not for us, or not for now") as told:
    for credential in (Credential("https://management.azure.com/"), Credential("https://storage.azure.com", -3600)):
        try:
            service_of(credential).get_container_client(name).get_container_properties()
        except HttpResponseError as error:
            equal((error.status_code, error.error_code), (401, "InvalidAuthenticationInfo"))
        else:
            raise AssertionError(f"{credential.audience} was let in")

with case("clean-up") as told:
    container.delete_container()

case.finish()
