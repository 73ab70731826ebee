//! What an operation has no place for is refused, and by every backend in the same words.

use batchite_api::backend::BatchBackend;
use batchite_api::error::Result;
use batchite_api::wire::batch::Route;
use batchite_api::wire::batch::route::Parameter;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;

use crate::given::Given;
use crate::play::{Play, block_on, refusal};
use crate::seen::ask_every_operation;

/// Whether a call of the operation can say the parameter at all: lists and calls on one entity have other options.
fn can_be_said(route: &Route, parameter: Parameter) -> bool {
    let is_list = route.takes(Parameter::SkipToken);
    match parameter {
        Parameter::Select | Parameter::Expand => true,
        Parameter::Filter | Parameter::MaxResults => is_list,
        _ => !is_list,
    }
}

/// The name of an operation, and the status and text it was refused with.
type Refusal = (&'static str, Result<(), (u16, String)>);

/// What a backend says of every operation that is given what it does not take.
fn refusals(backend: &dyn BatchBackend, parameter: Parameter) -> Vec<Refusal> {
    let told = block_on(ask_every_operation(backend, &Given::out_of_place(parameter)));
    let told = told
        .into_iter()
        .filter(|(route, _)| !route.takes(parameter) && can_be_said(route, parameter));
    told.map(|(route, answer)| {
        let answer = answer.map(|_| ());
        let refused = answer.map_err(|error| (error.status(), error.message().to_owned()));
        (route.name, refused)
    })
    .collect()
}

#[test]
fn what_an_operation_has_no_place_for_is_refused_in_the_same_words() {
    let mut counted = 0;
    for parameter in [
        Parameter::Select,
        Parameter::Expand,
        Parameter::Force,
        Parameter::Filter,
        Parameter::MaxResults,
        Parameter::IfMatch,
        Parameter::IfNoneMatch,
        Parameter::IfModifiedSince,
        Parameter::IfUnmodifiedSince,
    ] {
        let play = Play::with(|_| refusal(400, "InvalidInput"));
        let simulation = Simulation::new(SimConfig::new(0), |executor| executor);
        for backend in [&play.client() as &dyn BatchBackend, &*simulation.batch()] {
            for (name, refused) in refusals(backend, parameter) {
                let reason = format!("{name} takes no {}; leave it out.", parameter.name());
                assert_eq!(refused, Err((0, reason)), "{name} {parameter:?}");
                counted += 1;
            }
        }
    }
    assert!(counted > 400, "{counted}");
}
