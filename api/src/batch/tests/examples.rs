//! Examples of every resource. They are read and written again, so a property whose name is misspelt shows up as lost.

use serde_json::json;

use super::{read, survives};
use crate::batch::*;
use crate::time::{TimeSpan, Timestamp};

#[test]
fn a_pool_to_be_made() {
    let json = json!({
        "id": "RustTutorialPool",
        "displayName": "Two small nodes",
        "vmSize": "STANDARD_A1",
        "virtualMachineConfiguration": {
            "imageReference": { "publisher": "canonical", "offer": "jammy", "sku": "22_04-lts", "version": "latest" },
            "nodeAgentSKUId": "batch.node.ubuntu 22.04",
            "dataDisks": [{ "lun": 0, "caching": "readonly", "diskSizeGB": 64 }],
            "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" }, "diskSizeGB": 30 },
            "containerConfiguration": { "type": "dockerCompatible", "containerImageNames": ["alpine:3"] },
            "extensions": [{ "name": "watch", "publisher": "me", "type": "Watcher", "typeHandlerVersion": "1.0" }],
            "securityProfile": {
                "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": false },
                "proxyAgentSettings": { "imds": { "inVMAccessControlProfileReferenceId": "/p", "mode": "Audit" } },
            },
        },
        "resizeTimeout": "PT20M",
        "targetDedicatedNodes": 2,
        "targetLowPriorityNodes": 0,
        "enableInterNodeCommunication": false,
        "taskSlotsPerNode": 4,
        "taskSchedulingPolicy": { "nodeFillType": "pack" },
        "networkConfiguration": {
            "dynamicVNetAssignmentScope": "none",
            "endpointConfiguration": {
                "inboundNATPools": [{
                    "name": "ssh",
                    "protocol": "tcp",
                    "backendPort": 22,
                    "frontendPortRangeStart": 15000,
                    "frontendPortRangeEnd": 15100,
                    "networkSecurityGroupRules": [{ "priority": 150, "access": "deny", "sourceAddressPrefix": "*" }],
                }],
            },
            "publicIPAddressConfiguration": { "provision": "batchmanaged", "ipFamilies": ["IPv4"] },
        },
        "startTask": {
            "commandLine": "/bin/sh -c 'cp worker $AZ_BATCH_NODE_SHARED_DIR'",
            "resourceFiles": [{ "httpUrl": "https://store/app/worker?sig=x", "filePath": "worker", "fileMode": "0755" }],
            "userIdentity": { "autoUser": { "scope": "pool", "elevationLevel": "admin" } },
            "maxTaskRetryCount": 1,
            "waitForSuccess": true,
        },
        "metadata": [{ "name": "made by", "value": "an example" }],
    });
    survives::<BatchPoolCreateOptions>(&json);
    let pool: BatchPoolCreateOptions = read(json);
    assert_eq!(pool.id, "RustTutorialPool");
    assert_eq!(pool.resize_timeout, Some(TimeSpan::from_minutes(20)));
    assert_eq!(pool.target_dedicated_nodes, Some(2));
    assert_eq!(
        pool.task_scheduling_policy.unwrap().node_fill_type,
        BatchNodeFillType::Pack
    );
    let machine = pool.virtual_machine_configuration.unwrap();
    assert_eq!(machine.node_agent_sku_id, "batch.node.ubuntu 22.04");
    let start_task = pool.start_task.unwrap();
    assert_eq!(
        start_task.resource_files[0].http_url.as_deref(),
        Some("https://store/app/worker?sig=x")
    );
}

#[test]
fn a_pool_as_it_is_shown() {
    survives::<BatchPool>(&json!({
        "id": "p",
        "url": "https://account/pools/p",
        "eTag": "0x8DBCEEDDE3E0ACE",
        "lastModified": "2023-10-17T08:48:43.423611Z",
        "creationTime": "2023-10-17T08:48:43.423611Z",
        "state": "active",
        "stateTransitionTime": "2023-10-17T08:48:43.423611Z",
        "allocationState": "steady",
        "allocationStateTransitionTime": "2023-10-17T08:49:10Z",
        "vmSize": "standard_a1_v2",
        "resizeErrors": [{ "code": "AllocationTimedout", "message": "Too slow.", "values": [{ "name": "n", "value": "v" }] }],
        "currentDedicatedNodes": 1,
        "currentLowPriorityNodes": 0,
        "enableAutoScale": true,
        "autoScaleFormula": "$TargetDedicatedNodes = 2;",
        "autoScaleEvaluationInterval": "PT5M",
        "autoScaleRun": { "timestamp": "2023-10-17T08:50:00Z", "results": "$TargetDedicatedNodes=2" },
        "identity": { "type": "UserAssigned", "userAssignedIdentities": [{ "resourceId": "/i", "clientId": "c" }] },
        "upgradePolicy": {
            "mode": "rolling",
            "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true },
            "rollingUpgradePolicy": { "maxBatchInstancePercent": 20, "pauseTimeBetweenBatches": "PT1M" },
        },
        "stats": {
            "url": "https://account/pools/p",
            "startTime": "2023-10-17T08:48:43Z",
            "lastUpdateTime": "2023-10-17T09:00:00Z",
            "resourceStats": {
                "startTime": "2023-10-17T08:48:43Z",
                "lastUpdateTime": "2023-10-17T09:00:00Z",
                "avgCPUPercentage": 12.5,
                "avgMemoryGiB": 0.5,
                "peakMemoryGiB": 0.75,
                "avgDiskGiB": 1.0,
                "peakDiskGiB": 2.0,
                "diskReadIOps": "10",
                "diskWriteIOps": "20",
                "diskReadGiB": 0.25,
                "diskWriteGiB": 0.125,
                "networkReadGiB": 0.0,
                "networkWriteGiB": 0.0,
            },
        },
    }));
}

#[test]
fn a_node() {
    survives::<BatchNode>(&json!({
        "id": "tvmps_0_d",
        "url": "https://account/pools/p/nodes/tvmps_0_d",
        "state": "waitingforstarttask",
        "schedulingState": "enabled",
        "stateTransitionTime": "2025-06-01T08:00:00Z",
        "lastBootTime": "2025-06-01T07:59:00Z",
        "allocationTime": "2025-06-01T07:58:00Z",
        "ipAddress": "10.0.0.4",
        "ipv6Address": "",
        "affinityId": "TVM:tvmps_0_d",
        "vmSize": "standard_a1_v2",
        "totalTasksRun": 0,
        "startTaskInfo": { "state": "running", "startTime": "2025-06-01T08:00:00Z", "retryCount": 0 },
        "recentTasks": [{ "jobId": "j", "taskId": "t", "taskState": "running" }],
        "isDedicated": true,
        "endpointConfiguration": {
            "inboundEndpoints": [{
                "name": "ssh.0",
                "protocol": "tcp",
                "publicIPAddress": "203.0.113.7",
                "publicFQDN": "node.example",
                "frontendPort": 15000,
                "backendPort": 22,
            }],
        },
        "nodeAgentInfo": { "version": "1.9", "lastUpdateTime": "2025-06-01T07:59:30Z" },
        "virtualMachineInfo": { "imageReference": { "exactVersion": "22.04.1" } },
    }));
    survives::<BatchNodeRemoteLoginSettings>(&json!({
        "ipv6RemoteLoginIPAddress": "2001:db8::1",
        "ipv6RemoteLoginPort": 22,
        "remoteLoginIPAddress": "203.0.113.7",
        "remoteLoginPort": 15000,
    }));
}

#[test]
fn a_job() {
    let json = json!({
        "id": "j",
        "usesTaskDependencies": true,
        "url": "https://account/jobs/j",
        "eTag": "0x8DBCEEDDE3E0ACE",
        "lastModified": "2023-10-17T08:48:43.423611Z",
        "creationTime": "2023-10-17T08:48:43.4Z",
        "state": "completed",
        "stateTransitionTime": "2023-10-17T09:48:43Z",
        "previousState": "active",
        "previousStateTransitionTime": "2023-10-17T08:48:43.42Z",
        "priority": -100,
        "maxParallelTasks": -1,
        "constraints": { "maxWallClockTime": "P10675199DT2H48M5.4775807S", "maxTaskRetryCount": 3 },
        "jobManagerTask": {
            "id": "manager",
            "commandLine": "manage",
            "constraints": { "retentionTime": "P7D" },
            "killJobOnCompletion": false,
            "runExclusive": true,
            "allowLowPriorityNode": false,
        },
        "jobPreparationTask": { "id": "jobpreparation", "commandLine": "prepare", "waitForSuccess": true },
        "jobReleaseTask": { "id": "jobrelease", "commandLine": "release", "maxWallClockTime": "PT15M" },
        "commonEnvironmentSettings": [{ "name": "LEVEL", "value": "3" }],
        "poolInfo": {
            "autoPoolSpecification": {
                "autoPoolIdPrefix": "auto",
                "poolLifetimeOption": "job",
                "keepAlive": false,
                "pool": { "vmSize": "standard_a1_v2", "targetDedicatedNodes": 1 },
            },
        },
        "onAllTasksComplete": "terminatejob",
        "onTaskFailure": "performexitoptionsjobaction",
        "networkConfiguration": { "subnetId": "/s", "skipWithdrawFromVNet": true },
        "executionInfo": {
            "startTime": "2023-10-17T08:48:43.42Z",
            "endTime": "2023-10-17T09:48:43Z",
            "poolId": "auto_0",
            "terminateReason": "AllTasksComplete",
        },
        "stats": {
            "url": "https://account/jobs/j",
            "startTime": "2023-10-17T08:48:43Z",
            "lastUpdateTime": "2023-10-17T09:00:00Z",
            "userCPUTime": "PT1M",
            "kernelCPUTime": "PT2S",
            "wallClockTime": "PT0S",
            "readIOps": "7",
            "writeIOps": "8",
            "readIOGiB": 0.5,
            "writeIOGiB": 1.5,
            "numSucceededTasks": "5",
            "numFailedTasks": "0",
            "numTaskRetries": "1",
            "waitTime": "PT3S",
        },
    });
    survives::<BatchJob>(&json);
    let job: BatchJob = read(json);
    assert_eq!(job.etag, job.last_modified.etag());
    assert_eq!(job.state, BatchJobState::Completed);
    assert_eq!(
        job.constraints.unwrap().max_wall_clock_time,
        Some(TimeSpan::INFINITE)
    );
    assert_eq!(job.stats.unwrap().num_succeeded_tasks, 5);
}

#[test]
fn a_job_schedule() {
    survives::<BatchJobSchedule>(&json!({
        "id": "s",
        "url": "https://account/jobschedules/s",
        "eTag": "0x1",
        "lastModified": "2025-06-01T08:00:00Z",
        "creationTime": "2025-06-01T08:00:00Z",
        "state": "active",
        "stateTransitionTime": "2025-06-01T08:00:00Z",
        "schedule": {
            "doNotRunUntil": "2025-06-02T00:00:00Z",
            "doNotRunAfter": "2025-07-02T00:00:00Z",
            "startWindow": "PT1H",
            "recurrenceInterval": "P1D",
        },
        "jobSpecification": { "priority": 5, "poolInfo": { "poolId": "p" } },
        "executionInfo": {
            "nextRunTime": "2025-06-02T00:00:00Z",
            "recentJob": { "id": "s:job-1", "url": "https://account/jobs/s:job-1" },
        },
    }));
}

#[test]
fn a_task() {
    let json = json!({
        "id": "topNtask0",
        "url": "https://account/jobs/j/tasks/topNtask0",
        "eTag": "0x8DBCEEDDE3E0ACE",
        "lastModified": "2023-10-17T08:48:43.423611Z",
        "creationTime": "2023-10-17T08:48:43.423611Z",
        "exitConditions": {
            "exitCodes": [{ "code": 3, "exitOptions": { "jobAction": "none", "dependencyAction": "satisfy" } }],
            "exitCodeRanges": [{ "start": 4, "end": 9, "exitOptions": { "jobAction": "disable" } }],
            "preProcessingError": { "jobAction": "terminate" },
            "fileUploadError": { "dependencyAction": "block" },
            "default": { "jobAction": "terminate" },
        },
        "state": "completed",
        "stateTransitionTime": "2023-10-17T08:52:00Z",
        "previousState": "running",
        "previousStateTransitionTime": "2023-10-17T08:51:00Z",
        "commandLine": "/bin/sh -c 'exit 3'",
        "containerSettings": { "imageName": "alpine", "workingDirectory": "containerImageDefault" },
        "outputFiles": [{
            "filePattern": "../std*.txt",
            "destination": { "container": { "path": "logs", "containerUrl": "https://store/out?sig=x" } },
            "uploadOptions": { "uploadCondition": "taskfailure" },
        }],
        "affinityInfo": { "affinityId": "TVM:tvmps_0_d" },
        "constraints": { "maxWallClockTime": "PT1H", "retentionTime": "P7D", "maxTaskRetryCount": 0 },
        "requiredSlots": 1,
        "executionInfo": {
            "startTime": "2023-10-17T08:51:00Z",
            "endTime": "2023-10-17T08:52:00Z",
            "exitCode": 3,
            "failureInfo": { "category": "usererror", "code": "FailureExitCode", "message": "No." },
            "retryCount": 0,
            "requeueCount": 1,
            "lastRequeueTime": "2023-10-17T08:50:00Z",
            "result": "failure",
        },
        "nodeInfo": {
            "affinityId": "TVM:tvmps_0_d",
            "nodeId": "tvmps_0_d",
            "poolId": "p",
            "taskRootDirectory": "workitems/j/job-1/topNtask0",
        },
        "multiInstanceSettings": { "numberOfInstances": 2, "coordinationCommandLine": "daemon" },
        "dependsOn": { "taskIds": ["first"], "taskIdRanges": [{ "start": 1, "end": 9 }] },
        "applicationPackageReferences": [{ "applicationId": "tool", "version": "1" }],
    });
    survives::<BatchTask>(&json);
    let task: BatchTask = read(json);
    let execution = task.execution_info.unwrap();
    assert_eq!(
        (execution.exit_code, execution.result),
        (Some(3), Some(BatchTaskExecutionResult::Failure))
    );
    assert_eq!(
        execution.start_time,
        Some(Timestamp::from_unix_seconds(1_697_532_660))
    );
    assert_eq!(task.exit_conditions.unwrap().exit_code_ranges[0].end, 9);
}

#[test]
fn a_collection_of_tasks_and_its_answer() {
    survives::<BatchTaskGroup>(
        &json!({ "value": [{ "id": "a", "commandLine": "x" }, { "id": "b", "commandLine": "y" }] }),
    );
    survives::<BatchCreateTaskCollectionResult>(&json!({
        "value": [
            {
                "status": "success",
                "taskId": "a",
                "eTag": "0x1",
                "lastModified": "2025-06-01T08:00:00Z",
                "location": "https://account/jobs/j/tasks/a",
            },
            {
                "status": "clienterror",
                "taskId": "b",
                "error": {
                    "code": "TaskExists",
                    "message": { "lang": "en-US", "value": "There is one." },
                    "values": [{ "key": "Reason", "value": "taken" }],
                },
            },
        ],
    }));
}

#[test]
fn files_and_images() {
    survives::<BatchNodeFile>(&json!({ "name": "wd", "url": "https://account/wd", "isDirectory": true }));
    survives::<BatchNodeFile>(&json!({
        "name": "stdout.txt",
        "url": "https://account/stdout.txt",
        "isDirectory": false,
        "properties": {
            "lastModified": "2025-06-01T08:00:00Z",
            "contentLength": "12",
            "contentType": "text/plain",
            "fileMode": "0o100644",
        },
    }));
    survives::<BatchSupportedImage>(&json!({
        "nodeAgentSKUId": "batch.node.ubuntu 22.04",
        "imageReference": { "publisher": "canonical", "offer": "jammy", "sku": "22_04-lts" },
        "osType": "linux",
        "capabilities": ["DockerCompatible"],
        "verificationType": "verified",
    }));
}
