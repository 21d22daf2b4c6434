//! The filter that the platform applies before it sends entries, in the query language of Cloud Logging. It leaves out what only counts
//! as an entry, and nothing else. It does not look into texts: a record that is spread over several entries goes on in lines that no
//! pattern matches, and the JSON of an object has no field for its whole text.

use super::document::date;
use super::summary::Filter;

/// In characters: Cloud Logging accepts no longer filter.
pub const LONGEST: usize = 20_000;

/// What patterns look at, a text or an object; and what is told without one: errors, and rejections of the request log, which has
/// neither.
const COUNTS: &str = "(textPayload:* OR jsonPayload:* OR severity>=ERROR OR httpRequest.status=(401 OR 403))";

impl Filter {
    /// The same as a filter of Cloud Logging for services of Cloud Run: each restriction on a line.
    pub fn for_server(&self) -> String {
        let services: Vec<String> = self.services.iter().map(|name| quoted(name)).collect();
        let services = match services.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(format!("({})", several.join(" OR "))),
        };
        let lines = [
            Some(format!("resource.type={}", quoted("cloud_run_revision"))),
            services.map(|services| format!("resource.labels.service_name={services}")),
            self.since.map(|since| format!("timestamp>={}", quoted(&date(since)))),
            self.until.map(|until| format!("timestamp<{}", quoted(&date(until)))),
            Some(COUNTS.to_owned()),
        ];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\nAND ")
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_quotation() {
        let filter = Filter { services: vec![r#"a" OR "b\"#.into(), "c".into()], ..Filter::default() };
        let expected = "resource.type=\"cloud_run_revision\"\n\
            AND resource.labels.service_name=(\"a\\\" OR \\\"b\\\\\" OR \"c\")\n\
            AND (textPayload:* OR jsonPayload:* OR severity>=ERROR OR httpRequest.status=(401 OR 403))";
        assert_eq!(filter.for_server(), expected);
    }

    #[test]
    fn the_period_is_that_of_the_counts() {
        let filter = Filter { since: Some(1_757_340_000), until: Some(1_757_343_600), ..Filter::default() };
        let text = filter.for_server();
        assert!(
            text.contains("AND timestamp>=\"2025-09-08T14:00:00Z\"\nAND timestamp<\"2025-09-08T15:00:00Z\"\n"),
            "{text}"
        );
        assert!(!text.contains("service_name"), "{text}");
    }
}
