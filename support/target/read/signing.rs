//! `signing`: one of two kinds of keys, from the environment or a file, and what contradicts it.

use std::path::Path;

use jsonwebtoken::{Algorithm, AlgorithmFamily};
use toml::{Spanned, Value};

use super::{InputError, Reader};
use crate::input::{MOST_WRITTEN, read_bounded};
use crate::secret::Secret;
use crate::target::Text;
use crate::target::signing::{GivenKey, Signing};
use crate::token::{
    PRIVATE_KEY_ALGORITHMS, PrivateKey, UnusableKey, algorithm_names, private_key_texts, read_private_key,
};

/// With a secret (RFC 7518 §3.2).
const HMAC: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];

impl Reader<'_> {
    /// The keys of the table, once they do not contradict each other.
    pub(super) fn signing(&self, signing: &mut Signing) -> Result<(), InputError> {
        let [secret, key] = [SECRET, PRIVATE_KEY].map(|keys| self.get::<Spanned<Value>>(&keys));
        match (secret?, key?) {
            (None, None) => Err(self
                .error(&["signing"], "`signing` needs the key that signs tokens")
                .help("add `secret = { env = \"NAME\" }`, or `private-key = { env = \"NAME\" }`")),
            (Some(_), Some(at)) => Err(self.secret_error(&at, "`signing` has a secret and a private key").help(
                format!("remove one: a secret signs {}; a private key signs {}", secret_algorithms(), key_algorithms()),
            )),
            (Some(at), None) => self.with_secret(signing, &at),
            (None, Some(at)) => self.with_private_key(signing, &at),
        }
    }

    fn with_secret(&self, signing: &mut Signing, at: &Spanned<Value>) -> Result<(), InputError> {
        if let Some(other) = signing.algorithm.filter(|algorithm| !HMAC.contains(algorithm)) {
            let message = format!("`{other:?}` signs with a private key, and `signing` has a secret");
            return Err(self.wrong_algorithm(message, format!("allowed with a secret: {}", secret_algorithms())));
        }
        if signing.key_id.is_some() {
            return Err(self.error(&["signing", "key-id"], "`key-id` names a private key").help("remove it"));
        }
        signing.secret = Some(self.secret_text(at)?);
        match signing.signer() {
            Some(_) => Ok(()),
            None => Err(self
                .error(&["signing", "encoding"], "the secret is not written so")
                .help("allowed: text, base64, base64url, hex; without it, the characters of the secret are the key")),
        }
    }

    fn with_private_key(&self, signing: &mut Signing, at: &Spanned<Value>) -> Result<(), InputError> {
        if let Some(hmac) = signing.algorithm.filter(|algorithm| algorithm.family() == AlgorithmFamily::Hmac) {
            let message = format!("`{hmac:?}` signs with a secret, and `signing` has a private key");
            return Err(self.wrong_algorithm(message, format!("allowed with a private key: {}", key_algorithms())));
        }
        if signing.encoding.is_some() {
            let error = self.error(&["signing", "encoding"], "`encoding` says how a secret is written");
            return Err(error.help("remove it: a private key is written in PEM"));
        }
        if let Some(lacking) = self.lacking_key(at.get_ref()) {
            self.unset.iter().for_each(|unset| _ = unset.borrow_mut().insert(lacking.clone()));
            signing.private_key = stand_in(signing.algorithm);
            return Ok(());
        }
        let text = match file_of(at.get_ref()) {
            Some(path) => self.key_file(at, Path::new(path))?,
            None => self.secret_text(at)?,
        };
        let unusable = |UnusableKey { message, help }| self.secret_error(at, &message).help(help);
        let key = read_private_key(text.expose(), signing.algorithm).map_err(unusable)?;
        signing.private_key = Some(GivenKey { key, texts: private_key_texts(text.expose()) });
        Ok(())
    }

    /// The variable or file of a key that a list of requests does without.
    fn lacking_key(&self, written: &Value) -> Option<String> {
        self.unset?;
        let variable = || written.as_table()?.get("env")?.as_str();
        match file_of(written) {
            Some(path) => (!Path::new(path).exists()).then(|| format!("the file {path}")),
            None => variable()
                .filter(|name| (self.environment)(name).is_none_or(|value| value.is_empty()))
                .map(str::to_owned),
        }
    }

    fn secret_text(&self, at: &Spanned<Value>) -> Result<Secret, InputError> {
        match self.text(at, true, &[])? {
            Text::Secret(secret) => Ok(secret),
            Text::Plain(_) => Err(self.secret_error(at, "a secret is written `{ env = \"NAME\" }`")),
        }
    }

    fn key_file(&self, at: &Spanned<Value>, path: &Path) -> Result<Secret, InputError> {
        let unusable = |error| self.secret_error(at, &format!("cannot read `{}`: {error}", path.display()));
        read_bounded(path, MOST_WRITTEN).map(Secret::new).map_err(unusable)
    }

    fn wrong_algorithm(&self, message: String, help: String) -> InputError {
        self.error(&["signing", "algorithm"], message).help(help)
    }
}

const SECRET: [&str; 2] = ["signing", "secret"];
const PRIVATE_KEY: [&str; 2] = ["signing", "private-key"];

/// `{ file = "…" }`.
fn file_of(value: &Value) -> Option<&str> {
    value.as_table().filter(|table| table.len() == 1)?.get("file")?.as_str()
}

/// Another key, for what is listed and not sent. It is of a curve: a new RSA key takes seconds.
fn stand_in(algorithm: Option<Algorithm>) -> Option<GivenKey> {
    let of_a_curve = algorithm.filter(|algorithm| algorithm.family() != AlgorithmFamily::Rsa);
    let key = PrivateKey::generate(of_a_curve.unwrap_or(Algorithm::ES256))?;
    Some(GivenKey { key, texts: Vec::new() })
}

fn secret_algorithms() -> String {
    algorithm_names(&HMAC)
}

fn key_algorithms() -> String {
    algorithm_names(&PRIVATE_KEY_ALGORITHMS)
}
