//! What stands around a fault and should not matter: how responses are worded, delayed and ordered, how the client presents its
//! tokens, and what the target's file leaves out.

use toml::{Table, Value};

use crate::injection::Injection;

/// The fault of the injection among surroundings with that number. Where both set the same key, the fault's own value stays.
pub(crate) fn around(injection: &Injection, number: u64) -> Table {
    let mut tables = injection.tables.clone();
    overlay(&mut tables, draw(number));
    tables
}

fn overlay(tables: &mut Table, others: Table) {
    for (key, other) in others {
        match (tables.get_mut(&key), other) {
            (Some(Value::Table(tables)), Value::Table(others)) => overlay(tables, others),
            (Some(_), _) => {}
            (None, other) => _ = tables.insert(key, other),
        }
    }
}

fn draw(number: u64) -> Table {
    let mut random = fastrand::Rng::with_seed(number);
    let unknown = unknown(&mut random);
    let table = format!(
        r#"
        [client]
        presents = "{presents}"
        [backend]
        rejection-response = "{rejection}"
        clock-offset = {ahead}
        delay = "{backend_delay}ms"
        replicas = {{ count = {replicas}, replica-header = {header}, balanced-by = "{balanced}" }}
        [auth]
        delay = "{auth_delay}ms"
        [proxy]
        replaces-date = {date}
        [gateway]
        rejects = "{rejects}"
        close-code = {close}
        pings-before-welcome = {pings}
        one-connection-per-user = {one_connection}
        plain-get-status = {plain}
        protocol = "{protocol}"
        token-protocol = "{token_protocol}"
        [auth-proxy]
        replaces-date = {auth_date}
        [target]
        without = {without:?}
        "#,
        presents = one_of(&mut random, &["both", "both", "header", "subprotocol"]),
        rejection = one_of(&mut random, &["distinct", "varying", "uniform"]),
        ahead = random.u8(..20),
        backend_delay = random.u8(..40),
        auth_delay = random.u8(..40),
        replicas = random.u8(1..=3),
        header = random.bool(),
        date = random.bool(),
        auth_date = random.bool(),
        balanced = one_of(&mut random, &["request", "connection"]),
        one_connection = random.u8(..3) == 0,
        plain = one_of(&mut random, &["404", "400", "426"]),
        rejects = one_of(&mut random, &["after-upgrade", "before-upgrade", "without-close-frame"]),
        close = one_of(&mut random, &["1008", "4001", "4401"]),
        pings = random.bool(),
        protocol = one_of(&mut random, &["jwt-auth", "chat.v2", "bearer-token"]),
        token_protocol = one_of(&mut random, &["jwt.{token}", "auth-{token}", "access_token.{token}"]),
        without = unknown,
    );
    let mut table: Table = table.parse().expect("TOML");
    if unknown.contains(&"welcome") {
        // Without a welcome to wait for, a rejection that comes later looks like an acceptance.
        overlay(&mut table, "target = { stays-open = \"500ms\" }".parse().expect("TOML"));
    }
    table
}

/// Of each setting that tells more, one target in six knows nothing; and half of the targets lack one of the parts that judge tokens.
fn unknown(random: &mut fastrand::Rng) -> Vec<&'static str> {
    let settings = ["signing", "service", "fingerprint", "direct", "user", "second-user", "provenance", "welcome"];
    let mut unknown: Vec<_> = settings.into_iter().filter(|_| random.u8(..6) == 0).collect();
    if random.bool() {
        unknown.push(one_of(random, &PARTS));
    }
    unknown
}

/// What judges tokens.
const PARTS: [&str; 3] = ["validate", "protected", "websocket"];

/// The target's file leaves out a part that judges tokens.
pub(crate) fn lacks_a_part(tables: &Table) -> bool {
    let without = tables.get("target").and_then(|target| target.get("without")).and_then(Value::as_array);
    without.is_some_and(|without| without.iter().any(|name| PARTS.iter().any(|part| name.as_str() == Some(part))))
}

fn one_of<'a>(random: &mut fastrand::Rng, all: &[&'a str]) -> &'a str {
    all[random.usize(..all.len())]
}
