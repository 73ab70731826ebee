"""The tutorial as commands of the Azure CLI, unmodified: `az batch` and `az storage`, against the emulator.

Usage: tutorial_cli.py AZ    AZ is the program.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

import cases
from cases import equal, true, wait_until

accounts = cases.Accounts()
case = cases.Cases("az tutorial")
pool, job = cases.unique("pool"), cases.unique("job")
application, inputs, outputs = [cases.unique(stem) for stem in ("application", "input", "output")]
texts = cases.texts()
scratch = tempfile.TemporaryDirectory()
environment = dict(
    os.environ,
    AZURE_CONFIG_DIR=os.path.join(scratch.name, "config"),
    AZURE_CORE_COLLECT_TELEMETRY="no",
    AZURE_CORE_ONLY_SHOW_ERRORS="yes",
    AZURE_CORE_NO_COLOR="yes",
)
# The connection string names the storage account; a second name of it is in the way of some commands.
for name in ("AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"):
    environment.pop(name, None)
in_two_hours = (datetime.now(timezone.utc) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%MZ")


def az(*words):
    """Runs a command and gives what it prints, read as JSON."""
    done = subprocess.run(
        [sys.argv[1], *words, "--output", "json"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise AssertionError(f"az {' '.join(words[:3])}: exit code {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def refused(code, *words):
    try:
        az(*words)
    except AssertionError as error:
        true(code in str(error), f"expected {code}: {error}")
        return
    raise AssertionError(f"az {' '.join(words[:3])} was not refused")


def path_of(name):
    return os.path.join(scratch.name, name)


def json_file(name, document):
    with open(path_of(name), "w", encoding="utf-8") as file:
        json.dump(document, file)
    return path_of(name)


def url(container, name):
    """A blob with the right to read it for two hours."""
    token = ["--permissions", "r", "--expiry", in_two_hours, "--full-uri"]
    return az("storage", "blob", "generate-sas", "--container-name", container, "--name", name, *token)


with case("upload") as told:
    for container in (application, inputs, outputs):
        true(az("storage", "container", "create", "--name", container)["created"], f"{container} was not made")
    az("storage", "blob", "upload", "--container-name", application, "--name", "worker.py", "--file", cases.WORKER)
    os.mkdir(path_of("inputs"))
    for name, text, _ in texts:
        with open(os.path.join(path_of("inputs"), name), "w", encoding="utf-8") as file:
            file.write(text)
    az("storage", "blob", "upload-batch", "--destination", inputs, "--source", path_of("inputs"))
    listed = az("storage", "blob", "list", "--container-name", inputs)
    equal([blob["name"] for blob in listed], [name for name, _, _ in texts], "inputs")
    told.say(f"{1 + len(listed)} files")

with case("image") as told:
    images = az(
        "batch", "pool", "supported-images", "list",
        "--filter", "verificationType eq 'verified' and osType eq 'linux'",
    )
    ours = [found for found in images if found["imageReference"]["publisher"].lower() == "canonical"]
    image = sorted(ours, key=lambda found: found["nodeAgentSkuId"])[-1]
    told.say(f"{image['imageReference']['offer']} with {image['nodeAgentSkuId']}")

with case("pool") as told:
    reference = image["imageReference"]
    az(
        "batch", "pool", "create",
        "--id", pool,
        "--image", f"{reference['publisher']}:{reference['offer']}:{reference['sku']}",
        "--node-agent-sku-id", image["nodeAgentSkuId"],
        "--vm-size", "Standard_A1_v2",
        "--target-dedicated-nodes", "2",
        "--start-task-command-line", cases.start_command(),
        "--start-task-wait-for-success",
        "--start-task-resource-files", f"worker.py={url(application, 'worker.py')}",
    )
    az("batch", "job", "create", "--id", job, "--pool-id", pool, "--priority", "7")
    shown = az("batch", "pool", "show", "--pool-id", pool)
    equal((shown["targetDedicatedNodes"], shown["state"]), (2, "active"), "pool")
    equal(az("batch", "job", "show", "--job-id", job)["priority"], 7, "priority")
    refused("JobExists", "batch", "job", "create", "--id", job, "--pool-id", pool)
    told.say(shown["allocationState"])

with case("tasks") as told:
    token = az(
        "storage", "container", "generate-sas",
        "--name", outputs, "--permissions", "w", "--expiry", in_two_hours,
    )
    tasks = [
        {
            "id": f"topNtask{number}",
            "commandLine": cases.task_command(name, accounts, outputs, token),
            "resourceFiles": [{"filePath": name, "httpUrl": url(inputs, name)}],
        }
        for number, (name, _, _) in enumerate(texts)
    ]
    added = az("batch", "task", "create", "--job-id", job, "--json-file", json_file("tasks.json", tasks))
    added = added["value"] if isinstance(added, dict) else added
    equal([item["status"].lower() for item in added], ["success"] * len(texts), "statuses")

with case("completed") as told:
    def completed():
        found = az("batch", "task", "list", "--job-id", job)
        return found if found and all(task["state"] == "completed" for task in found) else None

    for task in wait_until(completed, "the end of all tasks"):
        info = task["executionInfo"]
        true(
            (info["exitCode"], info["result"]) == (0, "success"),
            f"{task['id']}: exit code {info['exitCode']}, {info.get('failureInfo')}",
        )
    az(
        "batch", "task", "file", "download",
        "--job-id", job, "--task-id", "topNtask0", "--file-path", "stdout.txt", "--destination", path_of("stdout"),
    )
    with open(path_of("stdout"), encoding="utf-8") as file:
        said = file.read()
    true(said.startswith("Uploading file "), f"stdout.txt: {said[:200]!r}")
    counts = az("batch", "job", "task-counts", "show", "--job-id", job)["taskCounts"]
    equal((counts["completed"], counts["succeeded"]), (len(texts), len(texts)), "counts")

with case("outputs") as told:
    os.mkdir(path_of("outputs"))
    az("storage", "blob", "download-batch", "--source", outputs, "--destination", path_of("outputs"))
    equal(len(os.listdir(path_of("outputs"))), len(texts), "outputs")
    for number, (name, _, top) in enumerate(texts):
        stem, extension = os.path.splitext(name)
        with open(os.path.join(path_of("outputs"), f"{stem}_OUTPUT{extension}"), encoding="utf-8") as file:
            cases.check_output(file.read(), top, f"topNtask{number}", job, pool)
    told.say(f"{len(texts)} outputs are right")

with case("clean-up") as told:
    for container in (application, inputs, outputs):
        true(az("storage", "container", "delete", "--name", container)["deleted"], f"{container} was not deleted")
    az("batch", "job", "delete", "--job-id", job, "--yes")
    az("batch", "pool", "delete", "--pool-id", pool, "--yes")
    wait_until(lambda: az("batch", "pool", "list") == [], "the end of the pool")
    wait_until(lambda: az("batch", "job", "list") == [], "the end of the job")

scratch.cleanup()
case.finish()
