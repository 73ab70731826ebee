"""The tutorial's side of storage with azure-storage-blob 12.x."""

import os
from datetime import datetime, timedelta, timezone

from azure.storage.blob import (
    BlobSasPermissions,
    BlobServiceClient,
    ContainerSasPermissions,
    generate_blob_sas,
    generate_container_sas,
)

import cases


class Storage:
    def __init__(self, accounts):
        self.accounts = accounts
        self.service = BlobServiceClient.from_connection_string(accounts.connection_string)
        self.containers = []

    def make_containers(self):
        """Three containers: for the application, the inputs and the outputs."""
        names = [cases.unique(stem) for stem in ("application", "input", "output")]
        for name in names:
            self.service.create_container(name)
        self.containers += names
        return names

    def upload_file(self, container, path):
        with open(path, "rb") as file:
            return self.upload(container, os.path.basename(path), file)

    def upload_text(self, container, name, text):
        return self.upload(container, name, text.encode())

    def upload(self, container, name, data):
        """Uploads a blob; gives its name and a URL with the right to read it for two hours."""
        blob = self.service.get_blob_client(container, name)
        blob.upload_blob(data, overwrite=True)
        token = generate_blob_sas(
            self.accounts.storage,
            container,
            name,
            account_key=self.accounts.storage_key,
            permission=BlobSasPermissions(read=True),
            expiry=datetime.now(timezone.utc) + timedelta(hours=2),
        )
        return name, f"{blob.url}?{token}"

    def write_token(self, container):
        """The right to write into a container for two hours."""
        return generate_container_sas(
            self.accounts.storage,
            container,
            account_key=self.accounts.storage_key,
            permission=ContainerSasPermissions(write=True),
            expiry=datetime.now(timezone.utc) + timedelta(hours=2),
        )

    def names(self, container):
        return [blob.name for blob in self.service.get_container_client(container).list_blobs()]

    def download(self, container, name):
        return self.service.get_blob_client(container, name).download_blob().readall().decode()

    def delete_containers(self):
        for name in self.containers:
            self.service.delete_container(name)
        self.containers = []
