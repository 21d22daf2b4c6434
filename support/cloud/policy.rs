//! Whether a service account may read a secret. Three-valued: a group, a condition or a role of one's own may hold more than a
//! policy shows.

use serde::Deserialize;

/// An IAM policy, as Google's APIs have it.
#[derive(Deserialize)]
pub(super) struct Policy {
    #[serde(default)]
    bindings: Vec<Binding>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Binding {
    #[serde(default)]
    role: String,
    #[serde(default)]
    members: Vec<String>,
    condition: Option<serde::de::IgnoredAny>,
}

/// The roles that contain `secretmanager.versions.access`.
const READERS: [&str; 3] = ["roles/secretmanager.secretAccessor", "roles/secretmanager.admin", "roles/owner"];

impl Policy {
    /// Whether it lets this account read.
    pub(super) fn allows(&self, account: &str) -> Option<bool> {
        let all: Vec<Option<bool>> = self.bindings.iter().map(|binding| binding.allows(account)).collect();
        match all.contains(&Some(true)) {
            true => Some(true),
            false if all.contains(&None) => None,
            false => Some(false),
        }
    }
}

impl Binding {
    fn allows(&self, account: &str) -> Option<bool> {
        let own = format!("serviceAccount:{account}");
        let is_everybody = |member: &str| matches!(member, "allUsers" | "allAuthenticatedUsers");
        let named = self.members.iter().any(|member| member.eq_ignore_ascii_case(&own) || is_everybody(member));
        // Who is in them does not stand here.
        let is_of_several = |member: &str| {
            ["group:", "domain:", "principalSet:", "projectOwner:", "projectEditor:", "projectViewer:"]
                .iter()
                .any(|kind| member.starts_with(kind))
        };
        let may_be_named = named || self.members.iter().any(|member| is_of_several(member));
        let reads = READERS.contains(&self.role.as_str());
        // One of the project's or organisation's own.
        let may_read = reads || !self.role.starts_with("roles/");
        match (named && reads, may_be_named && may_read) {
            (true, _) if self.condition.is_none() => Some(true),
            (_, true) => None,
            (_, false) => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(bindings: &str) -> Option<bool> {
        let policy: Policy = serde_json::from_str(&format!("{{\"bindings\": {bindings}}}")).expect("a policy");
        policy.allows("api@p.iam.gserviceaccount.com")
    }

    #[test]
    fn a_policy_says_yes_no_or_nothing() {
        let accessor = r#"[{"role": "roles/secretmanager.secretAccessor", "members": ["serviceAccount:api@p.iam.gserviceaccount.com"]}]"#;
        assert_eq!(allows(accessor), Some(true));
        let other =
            r#"[{"role": "roles/secretmanager.viewer", "members": ["serviceAccount:api@p.iam.gserviceaccount.com"]}]"#;
        assert_eq!(allows(other), Some(false));
        assert_eq!(allows("[]"), Some(false));
        for unclear in [
            r#"[{"role": "roles/secretmanager.secretAccessor", "members": ["group:services@example.test"]}]"#,
            r#"[{"role": "projects/p/roles/reader", "members": ["serviceAccount:api@p.iam.gserviceaccount.com"]}]"#,
            r#"[{"role": "roles/owner", "members": ["serviceAccount:api@p.iam.gserviceaccount.com"], "condition": {"expression": "false"}}]"#,
        ] {
            assert_eq!(allows(unclear), None, "{unclear}");
        }
        let policy: Policy =
            serde_json::from_str(r#"{"etag": "ACAB", "version": 1}"#).expect("a policy without bindings");
        assert_eq!(policy.allows("anybody"), Some(false));
    }
}
