//! Requests of a target file: the login, its steps and its users, and the headers that they share.

use std::collections::BTreeSet;

use reqwest::Method;
use toml::{Spanned, Value};

use super::text::{AUTHORIZATION, Fields};
use super::{InputError, Reader};
use crate::secret::field_is_secret;
use crate::target::request::{Body, Request, Written};
use crate::target::template::{Headers, JsonBody, Text};
use crate::target::{Account, Login};

impl Reader<'_> {
    /// The login with its steps and users.
    pub(super) fn login(&self, login: &mut Login) -> Result<(), InputError> {
        login.accounts = self.accounts()?;
        let beside = login.beside_token("expires_in");
        login.expires_in.get_or_insert(beside);
        let written = login.written();
        let mut known: Vec<&str> = vec!["user"];
        // Those that every user has.
        let (first, others) =
            login.accounts.split_first().map_or((None, &[][..]), |(first, others)| (Some(first), others));
        let has = |account: &Account, key: &str| account.more.iter().any(|(other, _)| other == key);
        let further = first.into_iter().flat_map(|account| &account.more).map(|(key, _)| key.clone());
        let further: Vec<String> = further.filter(|key| others.iter().all(|other| has(other, key))).collect();
        known.extend(further.iter().map(String::as_str));
        for (number, step) in login.before.iter_mut().enumerate() {
            let number = number.to_string();
            step.request = self.request(&["login", "before", &number], step.written(), (Method::GET, None), &known)?;
            let is_name =
                |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
            if let Some(wrong) = step.keep.keys().find(|name| known.contains(&name.as_str()) || !is_name(name)) {
                return Err(self
                    .error(
                        &["login", "before", &number, "keep"],
                        format!("`{wrong}` cannot be the name of what is kept"),
                    )
                    .help("allowed: letters, digits, `-` and `_`, and no name that stands for something already"));
            }
            known.extend(step.keep.keys().map(String::as_str));
        }
        login.request = self.request(&["login"], written, (Method::POST, None), &known)?;
        let mentions = login.requests().any(|request| request.mentions("user"));
        if login.accounts.len() > 1 && !mentions {
            return Err(self
                .error(&["login"], "`{user}` is missing: every login would be the same")
                .help("write it where the login names its user"));
        }
        Ok(())
    }

    fn accounts(&self) -> Result<Vec<Account>, InputError> {
        let Some(users) = self.get::<Vec<Spanned<Value>>>(&["login", "users"])? else {
            return Err(self.error(&["login"], "missing field `users`"));
        };
        let accounts = users.iter().map(|user| self.account(user)).collect::<Result<Vec<_>, _>>()?;
        let mut met = BTreeSet::new();
        match accounts.iter().find(|one| one.name.trim().is_empty() || !met.insert(&one.name)) {
            None if !accounts.is_empty() => Ok(accounts),
            _ => Err(self.error(
                &["login", "users"],
                "`users` lists at least one user, each of them once and none of them empty",
            )),
        }
    }

    /// A name, or a table with `user` and further placeholders.
    fn account(&self, at: &Spanned<Value>) -> Result<Account, InputError> {
        let table = match at.get_ref() {
            Value::String(name) => return Ok(Account { name: name.clone(), more: Vec::new() }),
            Value::Table(table) => table,
            _ => return Err(self.secret_error(at, "a user is a text, or a table with `user`")),
        };
        let Some(Value::String(name)) = table.get("user") else {
            return Err(self.secret_error(at, "this user has no `user`"));
        };
        let is_further = |(key, _): &(&String, &Value)| key.as_str() != "user";
        let more = table.iter().filter(is_further).map(|(key, value)| {
            let value = Spanned::new(at.span(), value.clone());
            Ok((key.clone(), self.field_text(key, &value, &[])?))
        });
        Ok(Account { name: name.clone(), more: more.collect::<Result<_, _>>()? })
    }

    /// The request that the keys of this table describe; its texts may have these placeholders. Without a usual path, the table has to
    /// have one.
    pub(super) fn request(
        &self,
        table: &[&str],
        written: Written,
        (usual_method, usual_path): (Method, Option<&str>),
        known: &[&str],
    ) -> Result<Request, InputError> {
        let below = |key| [table, &[key]].concat();
        let method = written.method.unwrap_or(usual_method);
        let Some(path) = written.path.or(usual_path.map(str::to_owned)) else {
            return Err(self.error(table, "missing field `path`"));
        };
        self.known_placeholders(&below("path"), &path, known)?;
        let bodies = ["json", "form"].map(|key| self.get::<Spanned<Value>>(&below(key)));
        let [json, form] = bodies;
        let (json, form) = (json?, form?);
        if let (Some(_), Some(form)) = (&json, &form) {
            return Err(self.secret_error(form, "a request has one body").help("write `json` or `form`"));
        }
        if let Some(body) = json.as_ref().or(form.as_ref()).filter(|_| method == Method::GET) {
            return Err(self.secret_error(body, "a GET has no body").help("write `query`, or another `method`"));
        }
        let headers = self.headers(&below("headers"), known)?;
        let basic = self.basic(&below("basic"), known)?;
        if basic.is_some() && headers.texts().any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION)) {
            return Err(self
                .error(&below("basic"), "`basic` writes `Authorization`, and `headers` has one")
                .help("remove one of the two"));
        }
        let kind = headers.texts().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let expected = match (&json, &form) {
            (Some(_), _) => Some("json"),
            (None, Some(_)) => Some("x-www-form-urlencoded"),
            (None, None) => None,
        };
        if let Some((expected, (_, kind))) = expected.zip(kind)
            && !kind.expose().contains(expected)
        {
            return Err(self
                .error(&below("headers"), "`Content-Type` contradicts the body")
                .help("remove it: `json` and `form` set their own"));
        }
        let body = match (json, form) {
            (Some(json), _) => Body::Json(self.body_value(&json, false, known)?),
            (None, Some(_)) => Body::Form(self.texts(&below("form"), known)?),
            (None, None) => Body::Empty,
        };
        Ok(Request { method, path, headers, basic, query: self.texts(&below("query"), known)?, body })
    }

    fn basic(&self, keys: &[&str], known: &[&str]) -> Result<Option<[Text; 2]>, InputError> {
        let Some(fields) = self.get::<Fields>(keys)? else { return Ok(None) };
        let text = |name: &str| match fields.get(name) {
            Some(at) => self.field_text(name, at, known),
            None => Err(self.error(keys, format!("missing field `{name}`"))),
        };
        match fields.keys().find(|name| !["user", "password"].contains(&name.as_str())) {
            Some(other) => Err(self.error(keys, format!("unknown field `{other}`")).help("allowed: user, password")),
            None => Ok(Some([text("user")?, text("password")?])),
        }
    }

    /// Names and texts, in the order of their names.
    fn texts(&self, keys: &[&str], known: &[&str]) -> Result<Vec<(String, Text)>, InputError> {
        let fields = self.get::<Fields>(keys)?.unwrap_or_default();
        fields.iter().map(|(name, at)| Ok((name.clone(), self.field_text(name, at, known)?))).collect()
    }

    pub(super) fn headers(&self, keys: &[&str], known: &[&str]) -> Result<Headers, InputError> {
        let fields = self.get::<Fields>(keys)?.unwrap_or_default();
        fields
            .iter()
            .map(|(name, value)| Ok((self.header_name(name, value)?, self.header_text(name, value, known)?)))
            .collect::<Result<_, _>>()
            .map(Headers)
    }

    /// A JSON body, or a part of one, where a name above it may say that all of it is secret.
    pub(super) fn body_value(
        &self,
        at: &Spanned<Value>,
        is_secret: bool,
        known: &[&str],
    ) -> Result<JsonBody, InputError> {
        let inner = |value: &Value| Spanned::new(at.span(), value.clone());
        Ok(match at.get_ref() {
            Value::Table(table) if !(table.contains_key("env") && table.len() == 1) => {
                let fields = table.iter().map(|(key, value)| {
                    let is_secret = is_secret || field_is_secret(key);
                    Ok((key.clone(), self.body_value(&inner(value), is_secret, known)?))
                });
                JsonBody::Object(fields.collect::<Result<_, _>>()?)
            }
            Value::String(_) | Value::Table(_) => JsonBody::Text(self.text(at, is_secret, known)?),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.body_value(&inner(item), is_secret, known));
                JsonBody::Array(items.collect::<Result<_, _>>()?)
            }
            other => {
                let value = serde_json::to_value(other).map_err(|error| self.secret_error(at, &error.to_string()))?;
                match is_secret && !other.is_bool() {
                    true => JsonBody::Secret(value, self.secret_number(at, other)?),
                    false => JsonBody::Other(value),
                }
            }
        })
    }
}
