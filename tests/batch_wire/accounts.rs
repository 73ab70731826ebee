//! Every operation on the account, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::account as operations;

use crate::given::Given;
use crate::seen::{Seen, json, page};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.list(&operations::LIST_SUPPORTED_IMAGES.route);
    let answer = client.list_supported_images(&options).await;
    seen.check(
        &operations::LIST_SUPPORTED_IMAGES,
        (),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.list(&operations::LIST_POOL_NODE_COUNTS.route);
    let answer = client.list_pool_node_counts(&options).await;
    seen.check(
        &operations::LIST_POOL_NODE_COUNTS,
        (),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.list(&operations::LIST_APPLICATIONS.route);
    let answer = client.list_applications(&options).await;
    seen.check(
        &operations::LIST_APPLICATIONS,
        (),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.request(&operations::GET_APPLICATION.route);
    let answer = client.get_application(&given.text, &options).await;
    seen.check(
        &operations::GET_APPLICATION,
        (given.text.clone(),),
        (),
        Parameters::from(&options),
        answer.map(json),
    );
}
