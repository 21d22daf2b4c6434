//! Which pods are those of a deployment, and whether all of them are of its newest template.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pods::{Pod, PodSpec};

/// A deployment, as far as it describes its pods.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Deployment {
    metadata: DeploymentMetadata,
    spec: DeploymentSpec,
    status: DeploymentStatus,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DeploymentMetadata {
    /// Grows with each change of the specification.
    generation: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DeploymentSpec {
    selector: Selector,
    replicas: Option<u64>,
    template: Option<Template>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Template {
    spec: PodSpec,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct DeploymentStatus {
    observed_generation: u64,
    replicas: u64,
    /// Pods of the newest template.
    updated_replicas: u64,
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
    /// The pods that it is about to start, where those that run are not all of its newest template: the rollout has not begun, is under
    /// way, paused or stuck.
    pub(super) fn next(self) -> Option<Pod> {
        let DeploymentStatus { observed_generation, replicas, updated_replicas } = self.status;
        let is_seen = observed_generation >= self.metadata.generation;
        let are_updated = updated_replicas >= self.spec.replicas.unwrap_or(1) && updated_replicas >= replicas;
        self.spec.template.filter(|_| !(is_seen && are_updated)).map(|template| Pod::of_template(template.spec))
    }

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
    fn the_template_comes_next_until_every_pod_is_of_it() {
        let has_next = |generation: u64, status: Value| {
            let spec = json!({"replicas": 3, "template": {"spec": {"containers": [{"name": "api"}]}}});
            let whole = json!({"metadata": {"generation": generation}, "spec": spec, "status": status});
            from_value::<Deployment>(whole).expect("a deployment").next().is_some()
        };
        let status = |observed: u64, replicas: u64, updated: u64| json!({"observedGeneration": observed, "replicas": replicas, "updatedReplicas": updated});
        assert!(!has_next(7, status(7, 3, 3)));
        for (what, status) in [
            ("not begun", status(6, 3, 3)),
            ("under way", status(7, 4, 2)),
            ("an old pod is left", status(7, 4, 3)),
            ("paused", json!({"observedGeneration": 7, "replicas": 3})),
        ] {
            assert!(has_next(7, status), "{what}");
        }
        assert!(from_value::<Deployment>(json!({"spec": {}})).expect("a deployment").next().is_none());
    }

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
