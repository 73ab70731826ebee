"""Many calls of azure-batch 15.x, unmodified, against the emulator: what comes back, and what is refused how."""

from datetime import timedelta

from azure.batch import BatchClient, models
from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)

import cases
from cases import equal, true, wait_until

accounts = cases.Accounts()
case = cases.Cases("azure-batch-15 calls")
client = BatchClient(
    accounts.batch_endpoint, AzureNamedKeyCredential(accounts.batch, accounts.batch_key)
)
pool, job = cases.unique("pool"), cases.unique("job")


def refused(code, status, call, kind=HttpResponseError):
    """The call must be refused with this code and status."""
    try:
        result = call()
        if hasattr(result, "__next__"):
            list(result)
    except kind as error:
        equal((error.model.code, error.status_code), (code, status), "refusal")
        true(error.model.message.value.count("\nRequestId:") == 1, "the message names no request")
        return error
    raise AssertionError(f"it was not refused with {code}")


def no_such_file(name):
    """The file must not be there. This client does not read why: it streams what it downloads."""
    try:
        list(client.download_task_file(job, "good", name))
    except ResourceNotFoundError as error:
        equal(error.status_code, 404)
    else:
        raise AssertionError(f"{name} is there")


def ubuntu():
    return models.VirtualMachineConfiguration(
        image_reference=models.BatchVmImageReference(
            publisher="canonical", offer="ubuntu-24_04-lts", sku="server", version="latest"
        ),
        node_agent_sku_id="batch.node.ubuntu 24.04",
    )


def new_pool(name, **properties):
    return models.BatchPoolCreateOptions(
        id=name, vm_size="Standard_D2s_v3", virtual_machine_configuration=ubuntu(), **properties
    )


def new_job(name, on=None, **properties):
    return models.BatchJobCreateOptions(id=name, pool_info=models.BatchPoolInfo(pool_id=on or pool), **properties)


def new_task(name, command="/bin/sh -c 'exit 0'", **properties):
    return models.BatchTaskCreateOptions(id=name, command_line=command, **properties)


def completed(job_id, name):
    def ended():
        task = client.get_task(job_id, name)
        return task if task.state == models.BatchTaskState.COMPLETED else None

    return wait_until(ended, f"the end of {name}")


def idle_nodes(number):
    def found():
        nodes = list(client.list_nodes(pool))
        return nodes if [node.state for node in nodes] == ["idle"] * number else None

    return wait_until(found, f"{number} idle nodes")


with case("pool is made") as told:
    client.create_pool(
        new_pool(
            pool,
            display_name="A pool",
            target_dedicated_nodes=1,
            task_slots_per_node=4,
            metadata=[models.BatchMetadataItem(name="owner", value="tests")],
            start_task=models.BatchStartTask(command_line="/bin/sh -c 'echo started'"),
        )
    )
    true(client.pool_exists(pool), "the pool does not exist")
    found = client.get_pool(pool)
    equal((found.display_name, found.vm_size, found.task_slots_per_node), ("A pool", "standard_d2s_v3", 4))
    equal((found.metadata[0].name, found.metadata[0].value), ("owner", "tests"))
    equal(found.start_task.wait_for_success, True)
    told.say(found.etag)

with case("pool is refused") as told:
    refused("PoolExists", 409, lambda: client.create_pool(new_pool(pool.upper())), ResourceExistsError)
    refused("PoolNotFound", 404, lambda: client.get_pool("no-such-pool"), ResourceNotFoundError)
    odd = new_pool("p")
    odd.vm_size = "standard_nonsense"
    error = refused("InvalidPropertyValue", 400, lambda: client.create_pool(odd))
    equal({item.key: item.value for item in error.model.error_values}["PropertyName"], "vmSize")

with case("pools are listed, selected and filtered") as told:
    found = [found for found in client.list_pools(filter=f"id eq '{pool}'", select=["id", "state"])]
    equal([(one.id, one.state, one.vm_size) for one in found], [(pool, "active", None)])
    refused("InvalidQueryParameterValue", 400, lambda: client.list_pools(filter="nonsense eq 1"))
    counts = {one.pool_id: one for one in client.list_pool_node_counts()}
    told.say(f"{counts[pool].dedicated.total} node counted")

with case("pool is patched, replaced and resized") as told:
    before = client.get_pool(pool)
    client.update_pool(pool, models.BatchPoolUpdateOptions(metadata=[models.BatchMetadataItem(name="a", value="b")]))
    after = client.get_pool(pool)
    true(before.etag != after.etag, "the tag did not move")
    equal([item.name for item in after.metadata], ["a"])
    true(after.start_task is not None, "a patch removed the start task")
    client.replace_pool_properties(
        pool, models.BatchPoolReplaceOptions(application_package_references=[], metadata=[])
    )
    equal(client.get_pool(pool).start_task, None)
    idle_nodes(1)
    client.begin_resize_pool(
        pool, models.BatchPoolResizeOptions(target_dedicated_nodes=2), polling_interval=1
    ).wait(60)
    told.say(f"{len(idle_nodes(2))} nodes")

with case("conditions") as told:
    old = after.etag
    matched = {"match_condition": MatchConditions.IfNotModified}
    patch = models.BatchPoolUpdateOptions(metadata=[])
    refused("ConditionNotMet", 412, lambda: client.update_pool(pool, patch, etag=old, **matched), ResourceModifiedError)
    client.update_pool(pool, patch, etag=client.get_pool(pool).etag, **matched)
    current = client.get_pool(pool)
    try:
        client.get_pool(pool, etag=current.etag, match_condition=MatchConditions.IfModified)
    except HttpResponseError as error:
        equal(error.status_code, 304)
    else:
        raise AssertionError("an unchanged pool was sent again")

with case("nodes") as told:
    node = idle_nodes(2)[0]
    found = client.get_node(pool, node.id)
    equal((found.state, found.is_dedicated, found.vm_size), ("idle", True, "standard_d2s_v3"))
    # Without options this client fails before it sends anything, here and in some other calls.
    requeue = models.BatchNodeDisableSchedulingOptions(node_disable_scheduling_option="requeue")
    client.disable_node_scheduling(pool, node.id, requeue)
    equal(client.get_node(pool, node.id).scheduling_state, "disabled")
    client.enable_node_scheduling(pool, node.id)
    client.begin_reboot_node(pool, node.id, {"nodeRebootOption": "requeue"}, polling_interval=1).wait(60)
    idle_nodes(2)
    refused("NodeNotFound", 404, lambda: client.get_node(pool, "tvm-none"), ResourceNotFoundError)
    listed = list(client.list_nodes(pool, filter="state eq 'idle'", select=["id"]))
    told.say(f"{len(listed)} idle")

with case("job is made, patched and replaced") as told:
    client.create_job(
        new_job(
            job,
            priority=10,
            constraints=models.BatchJobConstraints(max_task_retry_count=1),
            common_environment_settings=[models.EnvironmentSetting(name="GREETING", value="hello")],
        )
    )
    refused("JobExists", 409, lambda: client.create_job(new_job(job)), ResourceExistsError)
    client.update_job(job, models.BatchJobUpdateOptions(priority=20))
    found = client.get_job(job)
    equal((found.priority, found.constraints.max_task_retry_count, found.state), (20, 1, "active"))
    found.priority = 30
    client.replace_job(job, found)
    equal(client.get_job(job).priority, 30)
    listed = list(client.list_jobs(filter=f"id eq '{job}' and state eq 'active'"))
    equal([one.id for one in listed], [job])

with case("tasks run") as told:
    client.create_task(job, new_task("good", "/bin/sh -c 'echo $GREETING; echo oops >&2'"))
    client.create_task(job, new_task("bad", "/bin/sh -c 'exit 3'"))
    client.create_task(job, new_task("missing", "no-such-program"))
    good, bad, missing = (completed(job, name).execution_info for name in ("good", "bad", "missing"))
    equal((good.exit_code, good.result, good.failure_info), (0, "success", None))
    equal((bad.exit_code, bad.result, bad.retry_count), (3, "failure", 1))
    equal((bad.failure_info.category, bad.failure_info.code), ("usererror", "FailureExitCode"))
    true(isinstance(bad.failure_info.details, list), "no details")
    equal(missing.result, "failure")
    told.say(missing.failure_info.code)

with case("tasks are refused") as told:
    refused("TaskExists", 409, lambda: client.create_task(job, new_task("good")), ResourceExistsError)
    refused("TaskNotFound", 404, lambda: client.get_task(job, "none"), ResourceNotFoundError)
    refused("JobNotFound", 404, lambda: client.create_task("none", new_task("t")), ResourceNotFoundError)

with case("statistics and usage") as told:
    of_job = client.get_job(job, expand=["stats"]).job_statistics
    equal((of_job.succeeded_tasks_count, of_job.failed_tasks_count, of_job.task_retries_count), (1, 2, 1))
    of_task = client.get_task(job, "bad", expand=["stats"]).task_statistics
    true(timedelta(0) < of_task.wall_clock_time <= of_job.wall_clock_time, of_task.wall_clock_time)
    equal(client.get_task(job, "bad").task_statistics, None)
    of_pool = [one.pool_statistics for one in client.list_pools(expand=["stats"]) if one.id == pool][0]
    true(of_pool.usage_statistics.dedicated_core_time > timedelta(0), of_pool)
    refused("InvalidQueryParameterValue", 400, lambda: client.get_pool(pool, expand=["nodes"]))
    # There is none before the first half hour is two hours old.
    equal(list(client.list_pool_usage_metrics(filter=f"poolId eq '{pool}'")), [])
    told.say(of_pool.usage_statistics.dedicated_core_time)

with case("an account without applications") as told:
    equal(list(client.list_applications()), [])
    refused("ApplicationNotFound", 404, lambda: client.get_application("tool"), ResourceNotFoundError)
    wanting = new_task("wanting")
    wanting.application_package_references = [models.BatchApplicationPackageReference(application_id="tool")]
    refused("InvalidApplicationPackageReferences", 409, lambda: client.create_task(job, wanting))

with case("files") as told:
    equal(b"".join(client.download_task_file(job, "good", "stdout.txt")), b"hello\n")
    equal(b"".join(client.download_task_file(job, "good", "stderr.txt")), b"oops\n")
    equal(b"".join(client.download_task_file(job, "good", "stdout.txt", ocp_range="bytes=1-3")), b"ell")
    head = client.get_task_file_properties(job, "good", "stdout.txt")
    equal((head.content_length, head.is_directory), (6, False))
    listed = [file.name for file in client.list_task_files(job, "good", recursive=True)]
    true({"stdout.txt", "stderr.txt", "wd"} <= set(listed), listed)
    filtered = [file.name for file in client.list_task_files(job, "good", filter="startswith(name, 'std')")]
    equal(sorted(filtered), ["stderr.txt", "stdout.txt"])
    no_such_file("wd/none")
    info = client.get_task(job, "good").node_info
    place = f"{info.task_root_directory}/stdout.txt"
    equal(b"".join(client.download_node_file(pool, info.node_id, place)), b"hello\n")
    client.delete_task_file(job, "good", "stderr.txt")
    no_such_file("stderr.txt")
    told.say(f"{len(listed)} listed")

with case("a collection of 250 tasks") as told:
    many = cases.unique("many")
    client.create_job(new_job(many))
    result = client.create_tasks(many, [new_task(f"task{number:03}") for number in range(250)])
    equal(len(result.result_values), 250)
    # What is there already is no failure to this client: it may have been its own first attempt.
    again = client.create_task_collection(many, models.BatchTaskGroup(task_values=[new_task("task000"), new_task("new")]))
    by_id = {item.task_id: item for item in again.result_values}
    equal((by_id["task000"].status, by_id["task000"].error.code), ("clienterror", "TaskExists"))
    equal(by_id["new"].status, "success")
    pages = list(client.list_tasks(many, max_results=100, select=["id"]).by_page())
    sizes = [len(list(page)) for page in pages]
    equal(sum(sizes), 251, "tasks listed")
    true(max(sizes) <= 100, sizes)
    done = lambda: client.get_job_task_counts(many).task_counts.succeeded == 251
    wait_until(done, "the end of 251 tasks")
    listed = list(client.list_tasks(many, filter="startswith(id, 'task00') and state eq 'completed'"))
    equal(len(listed), 10)
    told.say(f"pages of {sizes}")

with case("a job is disabled and enabled") as told:
    client.begin_disable_job(
        many, models.BatchJobDisableOptions(disable_tasks=models.DisableBatchJobOption.REQUEUE), polling_interval=1
    ).wait(30)
    equal(client.get_job(many).state, "disabled")
    client.create_task(many, new_task("later"))
    equal(client.get_task(many, "later").state, "active")
    client.begin_enable_job(many, polling_interval=1).wait(30)
    equal(completed(many, "later").execution_info.result, "success")
    client.begin_terminate_job(many, {"terminateReason": "enough"}, polling_interval=1).wait(30)
    found = client.get_job(many)
    equal((found.state, found.execution_info.termination_reason), ("completed", "enough"))
    refused("JobCompleted", 409, lambda: client.create_task(many, new_task("late")), ResourceExistsError)

with case("a task is replaced, terminated and deleted") as told:
    client.create_task(job, new_task("long", "/bin/sh -c 'sleep 600'"))
    running = lambda: client.get_task(job, "long").state == "running"
    wait_until(running, "the start of the task")
    found = client.get_task(job, "long")
    found.constraints = models.BatchTaskConstraints(max_wall_clock_time=timedelta(hours=1))
    client.replace_task(job, "long", found)
    equal(client.get_task(job, "long").constraints.max_wall_clock_time, timedelta(hours=1))
    client.terminate_task(job, "long")
    ended = completed(job, "long").execution_info
    equal((ended.result, ended.failure_info.code), ("failure", "TaskEnded"))
    refused("TaskCompleted", 409, lambda: client.terminate_task(job, "long"), ResourceExistsError)
    client.reactivate_task(job, "bad")
    completed(job, "bad")
    client.delete_task(job, "long")
    refused("TaskNotFound", 404, lambda: client.get_task(job, "long"), ResourceNotFoundError)

with case("one task waits for another") as told:
    chain = cases.unique("chain")
    client.create_job(new_job(chain, uses_task_dependencies=True))
    client.create_task(
        chain, new_task("second", depends_on=models.BatchTaskDependencies(task_ids=["first"]))
    )
    equal(client.get_task(chain, "second").state, "active")
    client.create_task(chain, new_task("first"))
    equal(completed(chain, "second").execution_info.result, "success")
    client.begin_delete_job(chain, polling_interval=1).wait(30)

with case("preparation and release") as told:
    prepared = cases.unique("prepared")
    client.create_job(
        new_job(
            prepared,
            job_preparation_task=models.BatchJobPreparationTask(command_line="/bin/sh -c 'echo prepared > made.txt'"),
            job_release_task=models.BatchJobReleaseTask(command_line="/bin/sh -c 'echo released'"),
        )
    )
    client.create_task(prepared, new_task("t", "/bin/sh -c 'cat $AZ_BATCH_JOB_PREP_WORKING_DIR/made.txt'"))
    equal(completed(prepared, "t").execution_info.result, "success")
    equal(b"".join(client.download_task_file(prepared, "t", "stdout.txt")), b"prepared\n")
    client.begin_terminate_job(prepared, {"terminateReason": "done"}, polling_interval=1).wait(60)
    (status,) = client.list_job_preparation_and_release_task_status(prepared)
    equal(status.job_preparation_task_execution_info.result, "success")
    equal(status.job_release_task_execution_info.state, "completed")

with case("a schedule makes its job") as told:
    schedule = cases.unique("schedule")
    client.create_job_schedule(
        models.BatchJobScheduleCreateOptions(
            id=schedule,
            schedule=models.BatchJobScheduleConfiguration(recurrence_interval=timedelta(hours=1)),
            job_specification=models.BatchJobSpecification(pool_info=models.BatchPoolInfo(pool_id=pool)),
        )
    )
    made = wait_until(lambda: list(client.list_jobs_from_schedule(schedule)), "the job of the schedule")
    equal([one.id for one in made], [f"{schedule}:job-1"])
    client.disable_job_schedule(schedule)
    equal(client.get_job_schedule(schedule).state, "disabled")
    client.enable_job_schedule(schedule)
    client.begin_terminate_job_schedule(schedule, polling_interval=1).wait(30)
    client.begin_delete_job_schedule(schedule, polling_interval=1).wait(30)

with case("a formula is evaluated and scales") as told:
    scaled = cases.unique("scaled")
    client.create_pool(
        new_pool(scaled, enable_auto_scale=True, auto_scale_formula="$TargetDedicatedNodes = 1;")
    )
    run = client.evaluate_pool_auto_scale(
        scaled, models.BatchPoolEvaluateAutoScaleOptions(auto_scale_formula="$TargetDedicatedNodes = 1 + 1;")
    )
    true("$TargetDedicatedNodes=2" in run.results, run.results)
    wait_until(lambda: client.get_pool(scaled).current_dedicated_nodes == 1, "the node of the formula")
    client.disable_pool_auto_scale(scaled)
    client.begin_delete_pool(scaled, polling_interval=1).wait(30)
    told.say(run.results)

with case("clean-up") as told:
    for name in (job, many, prepared):
        client.begin_delete_job(name, polling_interval=1).wait(60)
    client.begin_delete_pool(pool, polling_interval=1).wait(60)
    refused("PoolNotFound", 404, lambda: client.get_pool(pool), ResourceNotFoundError)

case.finish()
