//! The same tables over a socket: every request as it arrives at wiremock, every answer as HTTP carries it.

use crate::answers::{are_read, are_refused, documented_answer, refuse_as_documented};
use crate::given::Given;
use crate::play::{Play, Reply, Sent, block_on};
use crate::requests::{are_documented, are_whole};
use crate::seen::{Made, call_every_operation};

/// Calls every operation on a script behind wiremock; gives what came of it, and the host.
fn made_over_a_socket(script: fn(&Sent) -> Reply) -> (Vec<Made>, String) {
    let play = Play::with(script);
    block_on(async {
        let (client, server) = play.client_over_a_socket().await;
        let made = call_every_operation(&play, &client, &Given::usual()).await;
        (made, server.address().to_string())
    })
}

#[test]
fn every_operation_arrives_as_documented_and_reads_the_documented_answer() {
    let (made, host) = made_over_a_socket(documented_answer);
    are_documented(&made);
    are_whole(&made, &host);
    are_read(made);
}

#[test]
fn every_operation_reads_a_documented_refusal() {
    let (made, _) = made_over_a_socket(refuse_as_documented);
    are_refused(made);
}
