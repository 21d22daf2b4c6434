//! Tables of a target file, and what stands in their place by mistake: serde would take a list for a table with its fields in order.

use toml::Value;

use crate::input::{InputError, Source};

/// Tables of a target; the last two may be `false`.
const TABLES: [&str; 13] = [
    "direct",
    "fingerprint",
    "handshake",
    "health",
    "keys",
    "login",
    "mint",
    "platform",
    "service",
    "signing",
    "tokens",
    "protected",
    "validate",
];

/// # Errors
/// At the first target, or table of one, that is something else.
pub(super) fn check(source: &Source) -> Result<(), InputError> {
    // A file that does not parse has a message of its own.
    let Ok(Some(targets)) = source.get::<Value>(&["targets"]) else { return Ok(()) };
    let error = |keys: &[&str]| {
        let header = keys.join(".");
        source
            .error_where_begins(keys, format!("`{header}` is one table"))
            .help(format!("write `[{header}]` above its keys"))
    };
    let Some(targets) = targets.as_table() else {
        return Err(source
            .error_where_begins(&["targets"], "`targets` is a table of targets")
            .help("write `[targets.NAME]`"));
    };
    for (name, target) in targets {
        let Some(target) = target.as_table() else { return Err(error(&["targets", name])) };
        let is_table = |key: &str, value: &Value| match value {
            Value::Table(_) => true,
            // What it may be instead is said where it is read.
            Value::Boolean(_) => matches!(key, "protected" | "validate"),
            _ => false,
        };
        let wrong = TABLES.iter().find(|key| target.get(**key).is_some_and(|value| !is_table(key, value)));
        if let Some(key) = wrong {
            return Err(error(&["targets", name, key]));
        }
    }
    Ok(())
}
