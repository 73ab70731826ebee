"""Calls that azure-batch 14.x and 1.1.0 share, as cases: both are clients of one make, with other names in places."""

from datetime import timedelta

from azure.batch import models

import cases
from cases import equal, true, wait_until


class Calls:
    """A client, and what differs between the generations of it.

    `nodes` is the name of the number of dedicated nodes, `failure` that of what is wrong with a run.
    """

    def __init__(self, client, error, nodes, failure):
        self.client, self.error, self.nodes, self.failure = client, error, nodes, failure
        self.pool, self.job = cases.unique("pool"), cases.unique("job")

    def refused(self, code, call):
        """The call must be refused with this code; of its status these clients keep nothing."""
        try:
            result = call()
            if hasattr(result, "__next__"):
                list(result)
        except self.error as error:
            equal(error.error.code, code, "refusal")
            true(error.error.message.value.count("\nRequestId:") == 1, "the message names no request")
            return error
        raise AssertionError(f"it was not refused with {code}")

    def new_pool(self, name, number=None, **properties):
        image = models.ImageReference(publisher="canonical", offer="ubuntu-24_04-lts", sku="server", version="latest")
        if number is not None:
            properties[self.nodes] = number
        return models.PoolAddParameter(
            id=name,
            vm_size="Standard_D2s_v3",
            virtual_machine_configuration=models.VirtualMachineConfiguration(
                image_reference=image, node_agent_sku_id="batch.node.ubuntu 24.04"
            ),
            **properties,
        )

    def new_job(self, name, **properties):
        return models.JobAddParameter(
            id=name, pool_info=models.PoolInformation(pool_id=self.pool), **properties
        )

    def new_task(self, name, command="/bin/sh -c 'exit 0'", **properties):
        return models.TaskAddParameter(id=name, command_line=command, **properties)

    def completed(self, job, name):
        def ended():
            task = self.client.task.get(job, name)
            return task if task.state == models.TaskState.completed else None

        return wait_until(ended, f"the end of {name}")

    def idle_nodes(self, number):
        def found():
            nodes = list(self.client.compute_node.list(self.pool))
            return nodes if [node.state.value for node in nodes] == ["idle"] * number else None

        return wait_until(found, f"{number} idle nodes")

    def run(self, case):
        client, pool, job = self.client, self.pool, self.job

        with case("pool") as told:
            start = models.StartTask(command_line="/bin/sh -c 'echo started'")
            metadata = [models.MetadataItem(name="owner", value="tests")]
            client.pool.add(self.new_pool(pool, 1, display_name="A pool", metadata=metadata, start_task=start))
            true(client.pool.exists(pool) and not client.pool.exists("no-such-pool"), "exists")
            found = client.pool.get(pool)
            equal((found.display_name, found.vm_size), ("A pool", "standard_d2s_v3"))
            equal((getattr(found, self.nodes), found.metadata[0].value), (1, "tests"))
            self.refused("PoolExists", lambda: client.pool.add(self.new_pool(pool)))
            self.refused("PoolNotFound", lambda: client.pool.get("no-such-pool"))
            options = models.PoolListOptions(filter=f"id eq '{pool}'", select=f"id,state,{camel(self.nodes)}")
            (listed,) = client.pool.list(options)
            equal((listed.id, getattr(listed, self.nodes), listed.vm_size), (pool, 1, None))
            told.say(found.e_tag)

        with case("pool is changed") as told:
            before = client.pool.get(pool)
            patch = models.PoolPatchParameter(metadata=[models.MetadataItem(name="a", value="b")])
            client.pool.patch(pool, patch)
            after = client.pool.get(pool)
            equal([item.name for item in after.metadata], ["a"])
            true(before.e_tag != after.e_tag and after.start_task is not None, "patch")
            stale = models.PoolPatchOptions(if_match=before.e_tag)
            self.refused("ConditionNotMet", lambda: client.pool.patch(pool, patch, stale))
            client.pool.patch(pool, patch, models.PoolPatchOptions(if_match=after.e_tag))
            self.idle_nodes(1)
            client.pool.resize(pool, models.PoolResizeParameter(**{self.nodes: 2}))
            told.say(f"{len(self.idle_nodes(2))} nodes")

        with case("nodes") as told:
            node = self.idle_nodes(2)[0]
            client.compute_node.disable_scheduling(pool, node.id)
            equal(client.compute_node.get(pool, node.id).scheduling_state.value, "disabled")
            client.compute_node.enable_scheduling(pool, node.id)
            client.compute_node.reboot(pool, node.id)
            self.idle_nodes(2)
            self.refused("NodeNotFound", lambda: client.compute_node.get(pool, "tvm-none"))

        with case("job") as told:
            constraints = models.JobConstraints(max_task_retry_count=1)
            settings = [models.EnvironmentSetting(name="GREETING", value="hello")]
            client.job.add(
                self.new_job(job, priority=10, constraints=constraints, common_environment_settings=settings)
            )
            self.refused("JobExists", lambda: client.job.add(self.new_job(job)))
            client.job.patch(job, models.JobPatchParameter(priority=20))
            found = client.job.get(job)
            equal((found.priority, found.constraints.max_task_retry_count), (20, 1))
            client.job.update(
                job, models.JobUpdateParameter(pool_info=found.pool_info, constraints=found.constraints, priority=30)
            )
            found = client.job.get(job)
            equal((found.priority, found.state), (30, models.JobState.active))

        with case("tasks run") as told:
            client.task.add(job, self.new_task("good", "/bin/sh -c 'echo $GREETING; echo oops >&2'"))
            client.task.add(job, self.new_task("bad", "/bin/sh -c 'exit 3'"))
            good, bad = (self.completed(job, name).execution_info for name in ("good", "bad"))
            equal((good.exit_code, getattr(good, self.failure)), (0, None))
            equal((bad.exit_code, bad.retry_count, getattr(bad, self.failure).code), (3, 1, "FailureExitCode"))
            self.refused("TaskExists", lambda: client.task.add(job, self.new_task("good")))
            self.refused("TaskNotFound", lambda: client.task.get(job, "none"))
            told.say(getattr(bad, self.failure).category.value)

        with case("files") as told:
            read = client.file.get_from_task
            equal(b"".join(read(job, "good", "stdout.txt")), b"hello\n")
            part = models.FileGetFromTaskOptions(ocp_range="bytes=1-3")
            equal(b"".join(read(job, "good", "stdout.txt", part)), b"ell")
            listed = [file.name for file in client.file.list_from_task(job, "good", recursive=True)]
            true({"stdout.txt", "stderr.txt", "wd"} <= set(listed), listed)
            self.refused("FileNotFound", lambda: read(job, "good", "wd/none"))
            info = client.task.get(job, "good").node_info
            place = f"{info.task_root_directory}/stdout.txt"
            equal(b"".join(client.file.get_from_compute_node(pool, info.node_id, place)), b"hello\n")
            client.file.delete_from_task(job, "good", "stderr.txt")
            self.refused("FileNotFound", lambda: read(job, "good", "stderr.txt"))
            told.say(f"{len(listed)} listed")

        with case("collections of 250 tasks") as told:
            many = cases.unique("many")
            client.job.add(self.new_job(many))
            tasks = [self.new_task(f"task{number:03}") for number in range(250)]
            for at in range(0, len(tasks), 100):
                added = client.task.add_collection(many, tasks[at : at + 100])
                equal({item.status for item in added.value}, {models.TaskAddStatus.success})
            options = models.TaskListOptions(max_results=100, select="id")
            equal(len({task.id for task in client.task.list(many, options)}), 250)
            done = models.TaskListOptions(filter="state eq 'completed'", select="id")
            wait_until(lambda: len(list(client.task.list(many, done))) == 250, "the end of 250 tasks")

        with case("a job is disabled, enabled and terminated") as told:
            client.job.disable(many, models.DisableJobOption.requeue)
            wait_until(lambda: client.job.get(many).state == models.JobState.disabled, "a disabled job")
            client.task.add(many, self.new_task("later"))
            equal(client.task.get(many, "later").state, models.TaskState.active)
            client.job.enable(many)
            self.completed(many, "later")
            client.job.terminate(many, terminate_reason="enough")
            wait_until(lambda: client.job.get(many).state == models.JobState.completed, "a completed job")
            equal(client.job.get(many).execution_info.terminate_reason, "enough")
            self.refused("JobCompleted", lambda: client.task.add(many, self.new_task("late")))

        with case("a task is changed, terminated and deleted") as told:
            client.task.add(job, self.new_task("long", "/bin/sh -c 'sleep 600'"))
            running = lambda: client.task.get(job, "long").state == models.TaskState.running
            wait_until(running, "the start of the task")
            client.task.update(
                job, "long", constraints=models.TaskConstraints(max_wall_clock_time=timedelta(hours=1))
            )
            equal(client.task.get(job, "long").constraints.max_wall_clock_time, timedelta(hours=1))
            client.task.terminate(job, "long")
            equal(getattr(self.completed(job, "long").execution_info, self.failure).code, "TaskEnded")
            client.task.reactivate(job, "bad")
            self.completed(job, "bad")
            client.task.delete(job, "long")
            self.refused("TaskNotFound", lambda: client.task.get(job, "long"))

        with case("a schedule makes its job") as told:
            schedule = cases.unique("schedule")
            client.job_schedule.add(
                models.JobScheduleAddParameter(
                    id=schedule,
                    schedule=models.Schedule(recurrence_interval=timedelta(hours=1)),
                    job_specification=models.JobSpecification(pool_info=models.PoolInformation(pool_id=pool)),
                )
            )
            made = wait_until(lambda: list(client.job.list_from_job_schedule(schedule)), "the job of the schedule")
            equal([one.id for one in made], [f"{schedule}:job-1"])
            client.job_schedule.disable(schedule)
            client.job_schedule.enable(schedule)
            true(client.job_schedule.exists(schedule), "exists")
            client.job_schedule.delete(schedule)
            wait_until(lambda: not client.job_schedule.exists(schedule), "the end of the schedule")

        with case("preparation and release") as told:
            prepared = cases.unique("prepared")
            client.job.add(
                self.new_job(
                    prepared,
                    job_preparation_task=models.JobPreparationTask(command_line="/bin/sh -c 'echo made > made.txt'"),
                    job_release_task=models.JobReleaseTask(command_line="/bin/sh -c 'echo released'"),
                )
            )
            client.task.add(prepared, self.new_task("t", "/bin/sh -c 'cat $AZ_BATCH_JOB_PREP_WORKING_DIR/made.txt'"))
            equal(self.completed(prepared, "t").execution_info.exit_code, 0)
            client.job.terminate(prepared)
            wait_until(lambda: client.job.get(prepared).state == models.JobState.completed, "a completed job")
            (status,) = client.job.list_preparation_and_release_task_status(prepared)
            equal(status.job_preparation_task_execution_info.exit_code, 0)
            equal(status.job_release_task_execution_info.exit_code, 0)

        with case("a formula is evaluated") as told:
            scaled = cases.unique("scaled")
            formula = "$TargetDedicated = 1;"
            client.pool.add(self.new_pool(scaled, enable_auto_scale=True, auto_scale_formula=formula))
            run = client.pool.evaluate_auto_scale(scaled, "$TargetDedicated = 1 + 1;")
            true("=2" in run.results, run.results)
            client.pool.delete(scaled)
            told.say(run.results)

    def clean_up(self, case):
        client = self.client
        with case("clean-up"):
            for found in client.job.list():
                client.job.delete(found.id)
            client.pool.delete(self.pool)
            wait_until(lambda: not client.pool.exists(self.pool), "the end of the pool")
            wait_until(lambda: not list(client.job.list()), "the end of the jobs")


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
