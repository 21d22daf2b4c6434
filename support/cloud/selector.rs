//! Which pods are those of a deployment.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A deployment, as far as it names its pods.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Deployment {
    spec: DeploymentSpec,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DeploymentSpec {
    selector: Selector,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Selector {
    match_labels: BTreeMap<String, String>,
    match_expressions: Vec<Expression>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Expression {
    key: String,
    operator: String,
    values: Vec<String>,
}

impl Deployment {
    /// As a query names its pods; `None` where that would be all of the namespace.
    pub(super) fn selector(&self) -> Option<String> {
        let Selector { match_labels, match_expressions } = &self.spec.selector;
        let labels = match_labels.iter().map(|(name, value)| Some(format!("{name}={value}")));
        let expressions = match_expressions.iter().map(Expression::text);
        let all = labels.chain(expressions).collect::<Option<Vec<String>>>()?;
        (!all.is_empty()).then(|| all.join(","))
    }
}

impl Expression {
    fn text(&self) -> Option<String> {
        let Expression { key, operator, values } = self;
        match operator.as_str() {
            "In" => Some(format!("{key} in ({})", values.join(","))),
            "NotIn" => Some(format!("{key} notin ({})", values.join(","))),
            "Exists" => Some(key.clone()),
            "DoesNotExist" => Some(format!("!{key}")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    #[test]
    fn pods_are_those_of_every_label_and_expression() {
        let selector = |selector: Value| {
            let deployment: Deployment = from_value(json!({"spec": {"selector": selector}})).expect("a deployment");
            deployment.selector()
        };
        let both = json!({"matchLabels": {"app": "api"}, "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]});
        assert_eq!(selector(both).as_deref(), Some("app=api,tier in (a,b)"));
        assert_eq!(selector(json!({})), None, "all pods of the namespace are not meant");
        assert_eq!(selector(json!({"matchExpressions": [{"key": "k", "operator": "OfTomorrow"}]})), None);
    }
}
