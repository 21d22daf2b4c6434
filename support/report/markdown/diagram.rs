//! The way of the token as a mermaid sequence diagram, which GitHub and GitLab draw.

use std::fmt::Write;

use crate::report::flow::{Flow, Step};
use crate::report::rows::Mark;
use crate::vocabulary::Service;

/// A fenced block; nothing where nothing was sent.
pub(super) fn render(out: &mut String, flow: &Flow) {
    if flow.steps.is_empty() {
        return;
    }
    out.push_str("```mermaid\nsequenceDiagram\n  participant client\n");
    for service in &flow.services {
        _ = writeln!(out, "  participant {}", service.name());
    }
    flow.steps.iter().for_each(|step| exchange(out, step));
    if let Some(same) = flow.same_secret.filter(|_| flow.services.contains(&Service::Backend)) {
        let told = if same { "✓ the same secret" } else { "✗ different secrets" };
        _ = writeln!(out, "  Note over auth,backend: {told}");
    }
    out.push_str("```\n\n");
}

fn exchange(out: &mut String, step: &Step) {
    let service = step.with.name();
    if step.broken.is_some() {
        out.push_str("  rect rgba(218, 54, 51, 0.2)\n");
    }
    _ = writeln!(out, "  client->>{service}: {}", label(&format!("{}: {}", step.what, step.request)));
    // The cross ends an arrow that fails.
    let arrow = if step.mark == Mark::Bad { "--x" } else { "-->>" };
    _ = writeln!(out, "  {service}{arrow}client: {} {}", step.mark.symbol(), label(&step.response));
    if let Some(why) = &step.broken {
        _ = writeln!(out, "  Note over client,{service}: ✗ here: {}\n  end", label(why));
    }
}

/// Mermaid reads `;` as the end of a line, `#` as the beginning of an entity, and HTML as HTML.
fn label(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        ';' | '#' | '<' | '>' | '&' | '"' | '%' | '`' => format!("#{};", u32::from(c)),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    });
    escaped.collect()
}
