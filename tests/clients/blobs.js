"use strict";
// Many calls of @azure/storage-blob, unmodified, against the emulator, and those of a browser.

const {
  BlobBatch,
  BlobSASPermissions,
  BlobClient,
  BlobServiceClient,
  ContainerClient,
  ContainerSASPermissions,
  StorageSharedKeyCredential,
  generateBlobSASQueryParameters,
} = require("@azure/storage-blob");
const { Cases, equal, unique } = require("./cases.js");

const account = process.env.AZURE_STORAGE_ACCOUNT;
const endpoint = process.env.AZURE_STORAGE_BLOB_ENDPOINT.replace(/\/$/, "");
const credential = new StorageSharedKeyCredential(account, process.env.AZURE_STORAGE_KEY);
const service = new BlobServiceClient(endpoint, credential);
const name = unique("container");
const container = service.getContainerClient(name);
const soon = new Date(Date.now() + 3600 * 1000);

/** The code a call is refused with. */
async function refused(call) {
  try {
    await call();
  } catch (error) {
    return `${error.statusCode} ${error.code ?? error.details?.errorCode}`;
  }
  throw new Error("it was not refused");
}

const put = (blob, text) => container.getBlockBlobClient(blob).upload(text, Buffer.byteLength(text));

async function text(client) {
  return (await client.downloadToBuffer()).toString();
}

async function main() {
  const cases = new Cases("azure-storage-blob-js calls");

  await cases.run("containers and blobs", async () => {
    await container.create({ metadata: { owner: "tests" } });
    equal((await container.getProperties()).metadata, { owner: "tests" }, "metadata");
    await put("größe 1/a", "hello");
    equal(await text(container.getBlobClient("größe 1/a")), "hello", "text");
    equal(await refused(() => container.create()), "409 ContainerAlreadyExists", "refusal");
  });

  await cases.run("batches of the account", async () => {
    const batches = service.getBlobBatchClient();
    const clients = ["b/1", "b/2 %", "b/3"].map((blob) => container.getBlobClient(blob));
    await Promise.all(["b/1", "b/2 %", "b/3"].map((blob) => put(blob, "x")));
    const tiers = await batches.setBlobsAccessTier(clients, "Cool");
    equal([tiers.subResponsesSucceededCount, tiers.subResponsesFailedCount], [3, 0], "tiers");
    equal((await clients[1].getProperties()).accessTier, "Cool", "tier");
    const answers = await batches.deleteBlobs([...clients, container.getBlobClient("none")]);
    equal(answers.subResponses.map((answer) => answer.status), [202, 202, 202, 404], "statuses");
    equal(answers.subResponses[3].errorCode, "BlobNotFound", "code");
    equal([answers.subResponsesSucceededCount, answers.subResponsesFailedCount], [3, 1], "counts");
  });

  await cases.run("batches of a container", async () => {
    await put("c", "x");
    const token = generateBlobSASQueryParameters(
      { containerName: name, permissions: ContainerSASPermissions.parse("d"), expiresOn: soon },
      credential,
    );
    const cleaner = new ContainerClient(`${container.url}?${token}`);
    const answers = await cleaner.getBlobBatchClient().deleteBlobs([cleaner.getBlobClient("c")]);
    equal(answers.subResponses.map((answer) => answer.status), [202], "statuses");
    const batch = new BlobBatch();
    await batch.deleteBlob(`${service.getContainerClient("other").url}/c`, credential);
    // Refused as a whole, which the client counts and no more.
    const beyond = await container.getBlobBatchClient().submitBatch(batch);
    equal([beyond.subResponsesSucceededCount, beyond.subResponsesFailedCount], [0, 1], "refusal");
  });

  await cases.run("a token for a snapshot", async () => {
    await put("old", "first");
    const { snapshot } = await container.getBlobClient("old").createSnapshot();
    await put("old", "second");
    const token = generateBlobSASQueryParameters(
      {
        containerName: name,
        blobName: "old",
        snapshotTime: snapshot,
        permissions: BlobSASPermissions.parse("r"),
        expiresOn: soon,
      },
      credential,
    );
    const url = container.getBlobClient("old").withSnapshot(snapshot).url;
    equal(await text(new BlobClient(`${url}&${token}`)), "first", "text");
    const base = new BlobClient(`${container.getBlobClient("old").url}?${token}`);
    equal(await refused(() => base.downloadToBuffer()), "403 AuthenticationFailed", "refusal");
  });

  await cases.run("properties of the service, and web pages", async () => {
    const rule = {
      allowedOrigins: "https://one.example",
      allowedMethods: "GET,PUT",
      allowedHeaders: "x-ms-*",
      exposedHeaders: "x-ms-meta-*",
      maxAgeInSeconds: 60,
    };
    const off = { enabled: false };
    await service.setProperties({
      cors: [rule],
      blobAnalyticsLogging: { version: "1.0", deleteProperty: true, read: true, write: true, retentionPolicy: off },
      hourMetrics: { version: "1.0", enabled: true, includeAPIs: true, retentionPolicy: { enabled: true, days: 3 } },
    });
    const found = await service.getProperties();
    equal([found.cors.length, found.cors[0].allowedMethods, found.hourMetrics.retentionPolicy.days], [1, "GET,PUT", 3], "properties");
    const ask = (origin) =>
      fetch(`${container.url}/b`, {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-ms-date" },
      });
    const allowed = await ask("https://one.example");
    equal([allowed.status, allowed.headers.get("access-control-allow-origin")], [200, "https://one.example"], "preflight");
    equal((await ask("https://two.example")).status, 403, "preflight");
    await service.setProperties({ cors: [] });
    equal((await ask("https://one.example")).status, 403, "preflight");
    equal(await refused(() => service.getStatistics()), "400 InvalidQueryParameterValue", "refusal");
  });

  await cases.run("clean-up", async () => {
    await container.delete();
  });

  cases.finish();
}

main();
