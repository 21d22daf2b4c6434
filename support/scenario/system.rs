//! What a scenario with `system` does not have to say: the client and the gateway are those of the preset's target file.

use serde_json::Value;
use toml::Table;

use crate::input::InputError;
use crate::presets::{Preset, document};
use crate::target::{FirstMessage, Handshake, TOKEN, Target, Welcome};

/// The tables `client` and `gateway`, in the keys of a scenario.
///
/// # Errors
/// When the preset is wrong.
pub(super) fn defaults(preset: Preset) -> Result<Table, InputError> {
    let target = preset.target()?;
    let handshake = &target.handshake;
    let presents: Vec<String> = handshake.presents.iter().map(|carrier| carrier.word().to_owned()).collect();
    let mut client = Table::from_iter([("users".to_owned(), users(&target).into())]);
    if let [one] = presents.as_slice() {
        client.insert("presents".into(), one.as_str().into());
    }
    let mut gateway = Table::from_iter([
        ("token-carriers".to_owned(), presents.into()),
        ("token-query".to_owned(), handshake.query.as_str().into()),
    ]);
    let mut put = |key: &str, value: Option<String>| {
        value.into_iter().for_each(|value| _ = gateway.insert(key.into(), value.into()));
    };
    put("protocol", handshake.selection().map(str::to_owned));
    put("token-message", message_pointer(handshake));
    put("welcome", welcome(handshake));
    let rejects = handshake.rejects.as_ref();
    put(
        "error-frame",
        rejects.and_then(|rejects| match (&rejects.frame, &rejects.start) {
            (Some((at, is)), _) => Some(document(at, is.clone()).to_string()),
            (None, start) => start.as_ref().map(|start| format!("{start}{{\"message\":\"not authorized\"}}")),
        }),
    );
    if let Some(code) = rejects.and_then(|rejects| rejects.close.first()).map(|range| *range.start()) {
        gateway.insert("close-code".into(), i64::from(code).into());
    }
    Ok(Table::from_iter([("client".to_owned(), client.into()), ("gateway".to_owned(), gateway.into())]))
}

fn users(target: &Target) -> Vec<String> {
    let logins = target.login.iter().flat_map(|login| &login.accounts).map(|account| account.name.clone());
    logins.chain(target.given.iter().map(|given| given.user.clone())).collect()
}

fn message_pointer(handshake: &Handshake) -> Option<String> {
    match handshake.first_message.as_ref()? {
        FirstMessage::Json(body) => body.pointer_to(TOKEN),
        // Digits before it say what kind of packet it is.
        FirstMessage::Text(text) => {
            let json = text.trim_start_matches(|c: char| c.is_ascii_digit());
            let message: Value = serde_json::from_str(json).ok()?;
            let (name, _) = message.as_object()?.iter().find(|(_, value)| *value == TOKEN)?;
            Some(format!("/{name}"))
        }
    }
}

/// With the user where the target file says that the welcome names them.
fn welcome(handshake: &Handshake) -> Option<String> {
    Some(match handshake.welcome.as_ref()? {
        Welcome::At { at, is } => {
            let mut frame = document(at, is.clone());
            if let (Some(frame), Some(pointer)) = (frame.as_object_mut(), &handshake.user)
                && let Value::Object(user) = document(pointer, "{user}".into())
            {
                frame.extend(user);
            }
            frame.to_string()
        }
        Welcome::StartsWith(start) => format!("{start}{{\"sid\":\"of-this-connection\"}}"),
    })
}
