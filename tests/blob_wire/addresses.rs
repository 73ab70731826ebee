//! From where a token may be used.

use std::net::Ipv4Addr;

use batchite_api::auth::sas::{IpRange, Permissions, SasKind, SasOptions, SignedResource, container_token};
use batchite_api::time::TimeSpan;

use crate::edges::{send, send_from, store};
use crate::support::{ACCOUNT, container, key, start};

#[tokio::test]
async fn a_token_is_good_from_the_addresses_it_names() {
    let service = store().await.service();
    let permissions = Permissions::from_letters(SasKind::Service(SignedResource::Container), "rl").unwrap();
    let (first, last) = (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 9));
    let options = SasOptions {
        ip: Some(IpRange::between(first, last)),
        ..SasOptions::new(permissions, start() + TimeSpan::from_hours(1))
    };
    let token = container_token(ACCOUNT, &key(), &container("con"), &options);
    let request = format!("GET /{ACCOUNT}/con?restype=container&comp=list&{token}");
    for peer in ["10.0.0.1", "10.0.0.9", "::ffff:10.0.0.5"] {
        let answer = send_from(&service, peer, &request).await;
        assert_eq!(answer.status, 200, "{peer}: {}", answer.text);
    }
    for peer in ["10.0.0.10", "127.0.0.1", "::1"] {
        let answer = send_from(&service, peer, &request).await;
        answer.is(403, "AuthorizationSourceIPMismatch");
        assert!(answer.text.contains(peer), "{peer}: {}", answer.text);
    }
    send(&service, &request, "")
        .await
        .is(403, "AuthorizationSourceIPMismatch");
}
