//! Auth, the backend and a gateway may be three services: each has an address that bypasses its proxy, and shows a fingerprint.

use std::collections::BTreeMap;

use fivewhys::dry_run::dry_run;
use fivewhys::input::{InputError, Source};
use fivewhys::target::{self, Target};
use fivewhys::vocabulary::{Endpoint, Presentation, Probe, Route, Service, Variation};

fn target(text: &str) -> Result<Target, InputError> {
    let known = |name: &str| (name == "GATE").then(|| "open-sesame-0123456789".into());
    target::select(&Source::new("t.toml", format!("[targets.t]\nstage = \"staging\"\n{text}")), "t", &known)
}

/// The first line of each request that a check of that target may send.
fn announced(text: &str) -> BTreeMap<Probe, String> {
    let target = target(text).unwrap_or_else(|error| panic!("{error}"));
    let plan = dry_run(&target, Default::default()).expect("the suite does its job");
    let rounds = plan.rounds.into_iter().flat_map(|(_, drafts)| drafts).chain(plan.with_reason);
    rounds.map(|(probe, wire)| (probe, wire.request.line)).collect()
}

const SERVICES: &str = "auth = \"https://auth.test/a\"\nbackend = \"https://api.test/b\"\n\
    login = { path = \"/l\", token = \"/t\", json = { u = \"{user}\" }, users = [\"u\"] }\n";

/// Where the fingerprint of each service is asked for, in their order.
fn fingerprints(text: &str) -> [Option<String>; 3] {
    let announced = announced(&format!("{SERVICES}{text}"));
    let line = |service| announced.get(&Probe::Fingerprint(service)).cloned();
    [Service::Auth, Service::Backend, Service::Gateway].map(line)
}

#[test]
fn a_gateway_of_its_own_is_asked_for_its_fingerprint_at_its_origin() {
    let own = "websocket = \"wss://ws.test/chat/socket?v=2\"\n";
    let shared = "websocket = \"wss://api.test/b/ws\"\n";
    let with = |key: &str| format!("fingerprint = {{ path = \"/f\", at = \"/h\"{key} }}\n");
    let [auth, backend, gateway] = fingerprints(&format!("{own}{}", with("")));
    assert_eq!(auth.as_deref(), Some("GET https://auth.test/a/f"));
    assert_eq!(backend.as_deref(), Some("GET https://api.test/b/f"));
    assert_eq!(gateway.as_deref(), Some("GET https://ws.test/f"));
    for (text, expected) in [
        (format!("{own}{}", with(", websocket = \"/chat/f\"")), Some("GET https://ws.test/chat/f")),
        (format!("{own}{}", with(", websocket = false")), None),
        // One service, unless the file says that it is another one behind the same address.
        (format!("{shared}{}", with("")), None),
        (format!("{shared}{}", with(", websocket = \"/ws/f\"")), Some("GET https://api.test/ws/f")),
    ] {
        let [auth, _, gateway] = fingerprints(&text);
        assert_eq!(gateway.as_deref(), expected, "{text}");
        assert!(auth.is_some(), "{text}");
    }
}

#[test]
fn auth_and_a_gateway_without_a_backend_are_compared() {
    let text = "auth = \"https://auth.test\"\nwebsocket = \"wss://ws.test/ws\"\nfingerprint = { path = \"/f\", at = \"/h\" }\n\
                tokens = { u = { env = \"GATE\" } }\n";
    let announced = announced(text);
    let is_asked = |service| announced.contains_key(&Probe::Fingerprint(service));
    assert_eq!([Service::Auth, Service::Backend, Service::Gateway].map(is_asked), [true, false, true]);
}

#[test]
fn auth_has_a_direct_address_too() {
    let validate = "validate = { path = \"/me\", method = \"GET\", accepted = { status = 200 } }\n";
    let directly = |one: &Presentation| one.variation == Variation::Route(Route::Direct);
    let at_auth = |text: &str| {
        let announced = announced(&format!("{SERVICES}{validate}{text}"));
        let direct = announced.into_iter().filter_map(|(probe, line)| Some((probe.presented()?, line)));
        direct.filter(|(one, _)| one.endpoint == Endpoint::Validation && directly(one)).map(|(_, line)| line).next()
    };
    let line = at_auth("direct = { auth = \"https://auth-1.test/x\" }\n");
    assert_eq!(line.as_deref(), Some("GET https://auth-1.test/x/me"));
    assert_eq!(at_auth("direct = { backend = \"https://api-1.test\" }\n"), None);
}

#[test]
fn no_secret_goes_in_the_clear_to_any_of_the_three() {
    for (text, place) in [
        ("direct = { auth = \"http://auth-1.test\" }\n".to_owned(), "http://auth-1.test"),
        (
            "websocket = \"ws://ws.test/ws\"\n\
             fingerprint = { path = \"/f\", at = \"/h\", headers = { X-Gate = { env = \"GATE\" } } }\n"
                .to_owned(),
            "ws://ws.test",
        ),
    ] {
        let said = target(&format!("{SERVICES}{text}")).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("in the clear") && said.contains(place), "{said}");
    }
}

#[test]
fn a_wrong_path_of_the_gateway_is_said_with_what_is_allowed() {
    for wrong in ["true", "\"fingerprint\"", "\"//other.test/f\"", "3"] {
        let text = format!("{SERVICES}fingerprint = {{ path = \"/f\", at = \"/h\", websocket = {wrong} }}\n");
        let said = target(&text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("`/health`") && said.contains("`false`"), "{wrong}: {said}");
    }
}
