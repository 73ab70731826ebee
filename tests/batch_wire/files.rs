//! Every operation on files, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::file as operations;

use crate::given::Given;
use crate::seen::{Seen, download, file, nothing, page};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    of_tasks(client, given, seen).await;
    of_nodes(client, given, seen).await;
}

async fn of_tasks(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::DOWNLOAD_TASK_FILE.route);
    let answer = client
        .download_task_file(&given.job, &given.task, &given.text, given.range, &options)
        .await;
    seen.check(
        &operations::DOWNLOAD_TASK_FILE,
        (given.job.clone(), given.task.clone(), given.text.clone()),
        (),
        Parameters {
            range: given.range,
            ..Parameters::from(&options)
        },
        answer.map(download),
    );

    let options = given.request(&operations::GET_TASK_FILE_PROPERTIES.route);
    let answer = client
        .get_task_file_properties(&given.job, &given.task, &given.text, &options)
        .await;
    seen.check(
        &operations::GET_TASK_FILE_PROPERTIES,
        (given.job.clone(), given.task.clone(), given.text.clone()),
        (),
        Parameters::from(&options),
        answer.map(file),
    );

    let options = given.list(&operations::LIST_TASK_FILES.route);
    let answer = client
        .list_task_files(&given.job, &given.task, given.flag, &options)
        .await;
    seen.check(
        &operations::LIST_TASK_FILES,
        (given.job.clone(), given.task.clone()),
        (),
        Parameters {
            recursive: given.flag,
            ..Parameters::from(&options)
        },
        answer.map(page),
    );

    let options = given.request(&operations::DELETE_TASK_FILE.route);
    let answer = client
        .delete_task_file(&given.job, &given.task, &given.text, given.flag, &options)
        .await;
    seen.check(
        &operations::DELETE_TASK_FILE,
        (given.job.clone(), given.task.clone(), given.text.clone()),
        (),
        Parameters {
            recursive: given.flag,
            ..Parameters::from(&options)
        },
        answer.map(nothing),
    );
}

async fn of_nodes(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::DOWNLOAD_NODE_FILE.route);
    let answer = client
        .download_node_file(&given.pool, &given.node, &given.text, given.range, &options)
        .await;
    seen.check(
        &operations::DOWNLOAD_NODE_FILE,
        (given.pool.clone(), given.node.clone(), given.text.clone()),
        (),
        Parameters {
            range: given.range,
            ..Parameters::from(&options)
        },
        answer.map(download),
    );

    let options = given.request(&operations::GET_NODE_FILE_PROPERTIES.route);
    let answer = client
        .get_node_file_properties(&given.pool, &given.node, &given.text, &options)
        .await;
    seen.check(
        &operations::GET_NODE_FILE_PROPERTIES,
        (given.pool.clone(), given.node.clone(), given.text.clone()),
        (),
        Parameters::from(&options),
        answer.map(file),
    );

    let options = given.list(&operations::LIST_NODE_FILES.route);
    let answer = client
        .list_node_files(&given.pool, &given.node, given.flag, &options)
        .await;
    seen.check(
        &operations::LIST_NODE_FILES,
        (given.pool.clone(), given.node.clone()),
        (),
        Parameters {
            recursive: given.flag,
            ..Parameters::from(&options)
        },
        answer.map(page),
    );

    let options = given.request(&operations::DELETE_NODE_FILE.route);
    let answer = client
        .delete_node_file(&given.pool, &given.node, &given.text, given.flag, &options)
        .await;
    seen.check(
        &operations::DELETE_NODE_FILE,
        (given.pool.clone(), given.node.clone(), given.text.clone()),
        (),
        Parameters {
            recursive: given.flag,
            ..Parameters::from(&options)
        },
        answer.map(nothing),
    );
}
