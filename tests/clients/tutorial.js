"use strict";
// The tutorial with @azure/batch 10.x and @azure/storage-blob 12.x, unmodified, against the emulator.
// NODE_PATH says where the packages are. One line per case; ends with 1 when one failed.

const fs = require("fs");
const path = require("path");
const { BatchServiceClient, BatchSharedKeyCredentials } = require("@azure/batch");
const {
  BlobServiceClient,
  BlobSASPermissions,
  ContainerSASPermissions,
  StorageSharedKeyCredential,
  generateBlobSASQueryParameters,
} = require("@azure/storage-blob");

const { Cases, equal, isTrue, unique, waitUntil } = require("./cases.js");

const environment = process.env;
const credential = new StorageSharedKeyCredential(environment.AZURE_STORAGE_ACCOUNT, environment.AZURE_STORAGE_KEY);
const blobs = new BlobServiceClient(environment.AZURE_STORAGE_BLOB_ENDPOINT, credential);
const client = new BatchServiceClient(
  new BatchSharedKeyCredentials(environment.AZURE_BATCH_ACCOUNT, environment.AZURE_BATCH_ACCESS_KEY),
  environment.AZURE_BATCH_ENDPOINT,
);
const [pool, job] = [unique("pool"), unique("job")];
const [application, inputs, outputs] = ["application", "input", "output"].map(unique);
const texts = [
  { name: "taskdata1.txt", text: "pool node, pool task.\nnode pool! task job pool node\n", top: ["pool:\t4", "node:\t3", "task:\t2"] },
  { name: "taskdata2.txt", text: "c b a b c, c.\nc b d", top: ["c:\t4", "b:\t3", "a:\t1"] },
  { name: "taskdata3.txt", text: "größe weite größe \"größe\" weite it's", top: ["größe:\t3", "weite:\t2", "it's:\t1"] },
];

const inTwoHours = () => new Date(Date.now() + 2 * 3600 * 1000);

async function upload(containerName, name, data) {
  const blob = blobs.getContainerClient(containerName).getBlockBlobClient(name);
  await blob.upload(data, Buffer.byteLength(data));
  const token = generateBlobSASQueryParameters(
    { containerName, blobName: name, permissions: BlobSASPermissions.parse("r"), expiresOn: inTwoHours() },
    credential,
  );
  return { filePath: name, httpUrl: `${blob.url}?${token}` };
}

const inShell = (...commands) => `/bin/bash -c 'set -e; set -o pipefail; ${commands.join("; ")}; wait'`;

async function main() {
  const cases = new Cases("@azure/batch tutorial");
  let worker, files, image;

  await cases.run("upload", async () => {
    for (const name of [application, inputs, outputs]) {
      await blobs.createContainer(name);
    }
    worker = await upload(application, "worker.py", fs.readFileSync(path.join(__dirname, "worker.py")));
    files = [];
    for (const { name, text } of texts) {
      files.push(await upload(inputs, name, text));
    }
    return `${1 + files.length} files`;
  });

  await cases.run("image", async () => {
    const images = await client.account.listSupportedImages({
      accountListSupportedImagesOptions: { filter: "verificationType eq 'verified' and osType eq 'linux'" },
    });
    const ours = images.filter((found) => found.imageReference.publisher.toLowerCase() === "canonical");
    image = ours.sort((one, other) => one.nodeAgentSKUId.localeCompare(other.nodeAgentSKUId)).pop();
    return `${image.imageReference.offer} with ${image.nodeAgentSKUId}`;
  });

  await cases.run("pool", async () => {
    await client.pool.add({
      id: pool,
      vmSize: "STANDARD_A1_v2",
      targetDedicatedNodes: 2,
      virtualMachineConfiguration: { imageReference: image.imageReference, nodeAgentSKUId: image.nodeAgentSKUId },
      startTask: {
        commandLine: inShell("cp -p worker.py $AZ_BATCH_NODE_SHARED_DIR"),
        waitForSuccess: true,
        userIdentity: { autoUser: { scope: "pool", elevationLevel: "admin" } },
        resourceFiles: [worker],
      },
    });
    await client.job.add({ id: job, poolInfo: { poolId: pool } });
    return (await client.pool.get(pool)).allocationState;
  });

  await cases.run("tasks", async () => {
    const token = generateBlobSASQueryParameters(
      { containerName: outputs, permissions: ContainerSASPermissions.parse("w"), expiresOn: inTwoHours() },
      credential,
    );
    const endpoint = environment.AZURE_STORAGE_BLOB_ENDPOINT;
    const added = await client.task.addCollection(
      job,
      files.map((file, number) => ({
        id: `topNtask${number}`,
        commandLine: inShell(
          `python3 $AZ_BATCH_NODE_SHARED_DIR/worker.py --filepath ${file.filePath} --numwords 3` +
            ` --blobendpoint ${endpoint} --storagecontainer ${outputs} --sastoken "${token}"`,
        ),
        resourceFiles: [file],
      })),
    );
    equal(added.value.map((item) => item.status.toLowerCase()), ["success", "success", "success"], "statuses");
  });

  await cases.run("completed", async () => {
    const tasks = await waitUntil("the end of all tasks", async () => {
      const found = await client.task.list(job);
      return found.length && found.every((task) => task.state === "completed") ? found : undefined;
    });
    for (const { id, executionInfo } of tasks) {
      equal([executionInfo.exitCode, executionInfo.result], [0, "success"], `${id}, ${JSON.stringify(executionInfo.failureInfo)}`);
    }
    const file = await client.file.getFromTask(job, "topNtask0", "stdout.txt");
    const pieces = [];
    for await (const piece of file.readableStreamBody) {
      pieces.push(piece);
    }
    const said = Buffer.concat(pieces).toString();
    isTrue(said.startsWith("Uploading file "), `stdout.txt: ${said.slice(0, 200)}`);
    return `on ${new Set(tasks.map((task) => task.nodeInfo.nodeId)).size} nodes`;
  });

  await cases.run("outputs", async () => {
    const container = blobs.getContainerClient(outputs);
    let count = 0;
    for await (const blob of container.listBlobsFlat()) {
      count += blob.name.endsWith("_OUTPUT.txt") ? 1 : 0;
    }
    equal(count, texts.length, "outputs");
    for (const [number, { name, top }] of texts.entries()) {
      const blob = container.getBlobClient(name.replace(".txt", "_OUTPUT.txt"));
      const lines = (await blob.downloadToBuffer()).toString().split("\n");
      equal(lines.slice(2, 5), top, name);
      equal(lines.slice(7, 10), [`Task: topNtask${number}`, `Job: ${job}`, `Pool: ${pool}`], name);
    }
    return `${texts.length} outputs are right`;
  });

  await cases.run("clean-up", async () => {
    for (const name of [application, inputs, outputs]) {
      await blobs.deleteContainer(name);
    }
    await client.job.deleteMethod(job);
    await client.pool.deleteMethod(pool);
    await waitUntil("the end of the pool", async () => !(await client.pool.exists(pool)).body);
    await waitUntil("the end of the job", async () => !(await client.job.list()).some((found) => found.id === job));
  });

  cases.finish();
}

main();
