//! Every operation on nodes, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::batch::{
    BatchNodeDeallocateOptions, BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions,
    BatchNodeReimageOptions, BatchNodeUserCreateOptions, BatchNodeUserReplaceOptions,
    UploadBatchServiceLogsOptions,
};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::node as operations;

use crate::given::Given;
use crate::seen::{Seen, json, nothing, page};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    read(client, given, seen).await;
    restart(client, given, seen).await;
    serve(client, given, seen).await;
    let_in(client, given, seen).await;
}

async fn read(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::GET_NODE.route);
    let answer = client.get_node(&given.pool, &given.node, &options).await;
    seen.check(
        &operations::GET_NODE,
        (given.pool.clone(), given.node.clone()),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.list(&operations::LIST_NODES.route);
    let answer = client.list_nodes(&given.pool, &options).await;
    seen.check(
        &operations::LIST_NODES,
        (given.pool.clone(),),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.request(&operations::GET_NODE_EXTENSION.route);
    let answer = client
        .get_node_extension(&given.pool, &given.node, &given.text, &options)
        .await;
    seen.check(
        &operations::GET_NODE_EXTENSION,
        (given.pool.clone(), given.node.clone(), given.text.clone()),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.list(&operations::LIST_NODE_EXTENSIONS.route);
    let answer = client
        .list_node_extensions(&given.pool, &given.node, &options)
        .await;
    seen.check(
        &operations::LIST_NODE_EXTENSIONS,
        (given.pool.clone(), given.node.clone()),
        (),
        Parameters::from(&options),
        answer.map(page),
    );
}

async fn restart(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::REBOOT_NODE.route);
    let answer = client
        .reboot_node(
            &given.pool,
            &given.node,
            given.body("BatchNodeRebootOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::REBOOT_NODE,
        (given.pool.clone(), given.node.clone()),
        given.body::<BatchNodeRebootOptions>("BatchNodeRebootOptions"),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::REIMAGE_NODE.route);
    let answer = client
        .reimage_node(
            &given.pool,
            &given.node,
            given.body("BatchNodeReimageOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::REIMAGE_NODE,
        (given.pool.clone(), given.node.clone()),
        given.body::<BatchNodeReimageOptions>("BatchNodeReimageOptions"),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::START_NODE.route);
    let answer = client.start_node(&given.pool, &given.node, &options).await;
    seen.check(
        &operations::START_NODE,
        (given.pool.clone(), given.node.clone()),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::DEALLOCATE_NODE.route);
    let answer = client
        .deallocate_node(
            &given.pool,
            &given.node,
            given.body("BatchNodeDeallocateOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::DEALLOCATE_NODE,
        (given.pool.clone(), given.node.clone()),
        given.body::<BatchNodeDeallocateOptions>("BatchNodeDeallocateOptions"),
        Parameters::from(&options),
        answer.map(nothing),
    );
}

async fn serve(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::DISABLE_NODE_SCHEDULING.route);
    let answer = client
        .disable_node_scheduling(
            &given.pool,
            &given.node,
            given.body("BatchNodeDisableSchedulingOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::DISABLE_NODE_SCHEDULING,
        (given.pool.clone(), given.node.clone()),
        given.body::<BatchNodeDisableSchedulingOptions>("BatchNodeDisableSchedulingOptions"),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::ENABLE_NODE_SCHEDULING.route);
    let answer = client
        .enable_node_scheduling(&given.pool, &given.node, &options)
        .await;
    seen.check(
        &operations::ENABLE_NODE_SCHEDULING,
        (given.pool.clone(), given.node.clone()),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::GET_NODE_REMOTE_LOGIN_SETTINGS.route);
    let answer = client
        .get_node_remote_login_settings(&given.pool, &given.node, &options)
        .await;
    seen.check(
        &operations::GET_NODE_REMOTE_LOGIN_SETTINGS,
        (given.pool.clone(), given.node.clone()),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.request(&operations::UPLOAD_NODE_LOGS.route);
    let answer = client
        .upload_node_logs(
            &given.pool,
            &given.node,
            given.body("UploadBatchServiceLogsOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::UPLOAD_NODE_LOGS,
        (given.pool.clone(), given.node.clone()),
        given.body::<UploadBatchServiceLogsOptions>("UploadBatchServiceLogsOptions"),
        Parameters::from(&options),
        answer.map(json),
    );
}

async fn let_in(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::CREATE_NODE_USER.route);
    let answer = client
        .create_node_user(
            &given.pool,
            &given.node,
            given.body("BatchNodeUserCreateOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::CREATE_NODE_USER,
        (given.pool.clone(), given.node.clone()),
        given.body::<BatchNodeUserCreateOptions>("BatchNodeUserCreateOptions"),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::REPLACE_NODE_USER.route);
    let answer = client
        .replace_node_user(
            &given.pool,
            &given.node,
            &given.text,
            given.body("BatchNodeUserReplaceOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::REPLACE_NODE_USER,
        (given.pool.clone(), given.node.clone(), given.text.clone()),
        given.body::<BatchNodeUserReplaceOptions>("BatchNodeUserReplaceOptions"),
        Parameters::from(&options),
        answer.map(nothing),
    );

    let options = given.request(&operations::DELETE_NODE_USER.route);
    let answer = client
        .delete_node_user(&given.pool, &given.node, &given.text, &options)
        .await;
    seen.check(
        &operations::DELETE_NODE_USER,
        (given.pool.clone(), given.node.clone(), given.text.clone()),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );
}
