//! A healthy target: what was seen of its tokens, and what no probe of this check could tell.

use super::finding::{every, folded};
use crate::diagnosis::Diagnosis;
use crate::evidence::{Evidence, TokenFacts};
use crate::report::layout::Page;
use crate::vocabulary::Endpoint;

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) {
    if is_verbose {
        return every(out, evidence, diagnosis);
    }
    folded(out, evidence, &diagnosis.findings);
    let mut tokens: Vec<&TokenFacts> = evidence.token_facts().collect();
    tokens.dedup_by(|later, first| later.is_like(first));
    tokens.iter().for_each(|token| out.wrap("token   ", 8, &token.description));
    let open = &diagnosis.undetermined;
    // Which part is missing is said below.
    let is_whole =
        [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].iter().all(|one| evidence.is_there(*one));
    let with_setting = open.iter().find_map(|(fault, open)| Some((*fault, *open.settings.first()?)));
    let with_setting = with_setting.filter(|_| is_whole);
    match (open.len(), with_setting) {
        (0, _) => {}
        (count, Some((fault, setting))) => out.wrap(
            "",
            12,
            &format!("not tested: {count} causes, for instance {fault} (needs `{setting}` in the target's file)"),
        ),
        (count, None) if out.names_flags() => {
            out.wrap("", 12, &format!("not tested: {count} causes; `--verbose` lists them"));
        }
        (count, None) => out.wrap("", 12, &format!("not tested: {count} causes")),
    }
}
