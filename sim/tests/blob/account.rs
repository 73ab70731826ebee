//! What an account says of itself, and to whom.

use batchite_api::auth::Access;
use batchite_api::auth::sas::{AccountSasOptions, ResourceType, SasOptions};
use batchite_api::backend::BlobBackend;
use batchite_sim::backend::SimBlob;

use crate::support::{
    Fixture, blob, container, done, for_account, for_blob, for_container, in_an_hour, letters, refusal,
};

/// What comes of asking the account, the container `input`, its `a.txt`, and what is not there.
fn outcomes(backend: &SimBlob) -> [String; 4] {
    let (input, absent, text) = (container("input"), container("absent"), blob("a.txt"));
    [
        None,
        Some((&input, None)),
        Some((&input, Some(&text))),
        Some((&absent, Some(&text))),
    ]
    .map(|asked_of| match done(backend.get_account_information(asked_of)) {
        Ok(told) => format!(
            "{} {} {}",
            told.sku_name, told.account_kind, told.is_hierarchical_namespace_enabled
        ),
        Err(error) => refusal(&error),
    })
}

const TOLD: &str = "Standard_LRS StorageV2 false";
const UNSIGNED: &str = "403 AuthenticationFailed";

#[test]
fn keys_and_users_ask_anywhere_and_the_public_nowhere() {
    let fixture = Fixture::new();
    assert_eq!(outcomes(&fixture.owner), [TOLD; 4]);
    assert_eq!(outcomes(&fixture.connect(Access::Entra)), [TOLD; 4]);
    let nobody = fixture.connect(Access::Anonymous);
    let hidden = "404 ResourceNotFound";
    assert_eq!(
        outcomes(&nobody),
        ["401 NoAuthenticationInformation", hidden, hidden, hidden]
    );
}

#[test]
fn a_token_asks_where_it_reaches_with_any_permission() {
    let fixture = Fixture::new();
    for letter in ["r", "w", "l"] {
        let options = SasOptions::new(letters(letter), in_an_hour());
        let backend = fixture.with_token(for_container("input", &options));
        assert_eq!(outcomes(&backend), [UNSIGNED, TOLD, TOLD, UNSIGNED], "{letter}");
    }
    let options = SasOptions::new(letters("w"), in_an_hour());
    let backend = fixture.with_token(for_blob("input", "a.txt", &options));
    assert_eq!(outcomes(&backend), [UNSIGNED, UNSIGNED, TOLD, UNSIGNED]);
    let wrong = "403 AuthorizationResourceTypeMismatch";
    for (kind, expected) in [
        (ResourceType::Service, [TOLD, wrong, wrong, wrong]),
        (ResourceType::Container, [wrong, TOLD, wrong, wrong]),
        (ResourceType::Object, [wrong, wrong, TOLD, TOLD]),
    ] {
        let options = AccountSasOptions::new([kind], letters("r"), in_an_hour());
        assert_eq!(outcomes(&fixture.with_token(for_account(&options))), expected);
    }
}
