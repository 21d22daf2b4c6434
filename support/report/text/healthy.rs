//! A healthy target: what was seen of its tokens, and what no probe of this check could tell.

use super::finding::{every, folded};
use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::report::layout::Page;

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) {
    if is_verbose {
        return every(out, evidence, diagnosis);
    }
    folded(out, evidence, &diagnosis.findings);
    let mut tokens: Vec<&str> = evidence.token_facts().map(|facts| facts.description.as_str()).collect();
    tokens.dedup();
    tokens.iter().for_each(|token| out.wrap("token   ", 8, token));
    let open = &diagnosis.undetermined;
    let with_setting = open.iter().find_map(|(fault, open)| Some((*fault, *open.settings.first()?)));
    match (open.len(), with_setting) {
        (0, _) => {}
        (count, Some((fault, setting))) => out.wrap(
            "",
            12,
            &format!("not tested: {count} causes, for instance {fault} (needs `{setting}` in the target's file)"),
        ),
        (count, None) => out.wrap("", 12, &format!("not tested: {count} causes; `--verbose` lists them")),
    }
}
