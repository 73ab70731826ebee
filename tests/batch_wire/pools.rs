//! Every operation on pools, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::batch::{
    BatchNodeRemoveOptions, BatchPoolCreateOptions, BatchPoolEnableAutoScaleOptions,
    BatchPoolEvaluateAutoScaleOptions, BatchPoolReplaceOptions, BatchPoolResizeOptions,
    BatchPoolUpdateOptions,
};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::pool as operations;

use crate::given::Given;
use crate::seen::{Seen, exists, json, nothing, page, tags};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    make_and_read(client, given, seen).await;
    change(client, given, seen).await;
    scale(client, given, seen).await;
}

async fn make_and_read(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::CREATE_POOL.route);
    let answer = client
        .create_pool(given.body("BatchPoolCreateOptions"), &options)
        .await;
    seen.check(
        &operations::CREATE_POOL,
        (),
        given.body::<BatchPoolCreateOptions>("BatchPoolCreateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::GET_POOL.route);
    let answer = client.get_pool(&given.pool, &options).await;
    seen.check(
        &operations::GET_POOL,
        (given.pool.clone(),),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.request(&operations::POOL_EXISTS.route);
    let answer = client.pool_exists(&given.pool, &options).await;
    seen.check(
        &operations::POOL_EXISTS,
        (given.pool.clone(),),
        (),
        Parameters::from(&options),
        answer.map(exists),
    );

    let options = given.list(&operations::LIST_POOLS.route);
    let answer = client.list_pools(&options).await;
    seen.check(
        &operations::LIST_POOLS,
        (),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.list(&operations::LIST_POOL_USAGE_METRICS.route);
    let answer = client.list_pool_usage_metrics(&given.period, &options).await;
    seen.check(
        &operations::LIST_POOL_USAGE_METRICS,
        (),
        (),
        Parameters {
            period: given.period,
            ..Parameters::from(&options)
        },
        answer.map(page),
    );
}

async fn change(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::UPDATE_POOL.route);
    let answer = client
        .update_pool(&given.pool, given.body("BatchPoolUpdateOptions"), &options)
        .await;
    seen.check(
        &operations::UPDATE_POOL,
        (given.pool.clone(),),
        given.body::<BatchPoolUpdateOptions>("BatchPoolUpdateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::REPLACE_POOL_PROPERTIES.route);
    let answer = client
        .replace_pool_properties(&given.pool, given.body("BatchPoolReplaceOptions"), &options)
        .await;
    seen.check(
        &operations::REPLACE_POOL_PROPERTIES,
        (given.pool.clone(),),
        given.body::<BatchPoolReplaceOptions>("BatchPoolReplaceOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::REMOVE_NODES.route);
    let answer = client
        .remove_nodes(&given.pool, given.body("BatchNodeRemoveOptions"), &options)
        .await;
    seen.check(
        &operations::REMOVE_NODES,
        (given.pool.clone(),),
        given.body::<BatchNodeRemoveOptions>("BatchNodeRemoveOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::DELETE_POOL.route);
    let answer = client.delete_pool(&given.pool, &options).await;
    seen.check(
        &operations::DELETE_POOL,
        (given.pool.clone(),),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );
}

async fn scale(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::RESIZE_POOL.route);
    let answer = client
        .resize_pool(&given.pool, given.body("BatchPoolResizeOptions"), &options)
        .await;
    seen.check(
        &operations::RESIZE_POOL,
        (given.pool.clone(),),
        given.body::<BatchPoolResizeOptions>("BatchPoolResizeOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::STOP_POOL_RESIZE.route);
    let answer = client.stop_pool_resize(&given.pool, &options).await;
    seen.check(
        &operations::STOP_POOL_RESIZE,
        (given.pool.clone(),),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::ENABLE_POOL_AUTO_SCALE.route);
    let answer = client
        .enable_pool_auto_scale(
            &given.pool,
            given.body("BatchPoolEnableAutoScaleOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::ENABLE_POOL_AUTO_SCALE,
        (given.pool.clone(),),
        given.body::<BatchPoolEnableAutoScaleOptions>("BatchPoolEnableAutoScaleOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::DISABLE_POOL_AUTO_SCALE.route);
    let answer = client.disable_pool_auto_scale(&given.pool, &options).await;
    seen.check(
        &operations::DISABLE_POOL_AUTO_SCALE,
        (given.pool.clone(),),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::EVALUATE_POOL_AUTO_SCALE.route);
    let answer = client
        .evaluate_pool_auto_scale(
            &given.pool,
            given.body("BatchPoolEvaluateAutoScaleOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::EVALUATE_POOL_AUTO_SCALE,
        (given.pool.clone(),),
        given.body::<BatchPoolEvaluateAutoScaleOptions>("BatchPoolEvaluateAutoScaleOptions"),
        Parameters::from(&options),
        answer.map(json),
    );
}
