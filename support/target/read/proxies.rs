//! The proxy variables of the system. The HTTP client ignores an invalid one, and would then bypass the proxy.

use hyper::Uri;

use super::{Environment, InputError, Target};
use crate::target::is_loopback;

/// Those that the HTTP client reads; of each pair, it uses the first that is set.
const VARIABLES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

pub(super) fn check(target: &Target, environment: Environment<'_>) -> Result<(), InputError> {
    if target.addresses().all(is_loopback) {
        return Ok(());
    }
    let invalid = VARIABLES.into_iter().find(|variable| environment(variable).is_some_and(|value| !is_valid(&value)));
    match invalid {
        // The message does not repeat the value, which may hold a password.
        Some(variable) => Err(InputError::new(format!("the variable `{variable}` is not the address of a proxy"))
            .help("allowed: http://host:port, https://host:port; or unset it")),
        None => Ok(()),
    }
}

fn is_valid(value: &std::ffi::OsStr) -> bool {
    let Some(text) = value.to_str() else { return false };
    let is_http = |uri: &Uri| matches!(uri.scheme_str(), None | Some("http" | "https")) && uri.authority().is_some();
    text.is_empty() || text.parse().is_ok_and(|uri: Uri| is_http(&uri))
}
