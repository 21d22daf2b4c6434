//! A healthy target: what was seen of its tokens, and what no probe of this check could tell.

use super::finding::{every, folded};
use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::report::layout::Page;
use crate::vocabulary::Endpoint;

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) {
    if is_verbose {
        return every(out, evidence, diagnosis);
    }
    folded(out, evidence, &diagnosis.findings);
    let mut tokens: Vec<&str> = evidence.token_facts().map(|facts| facts.description.as_str()).collect();
    // Tokens of two users differ in their length.
    let kind = |token: &&str| {
        token.rsplit_once(" chars").and_then(|(before, _)| before.rsplit_once(", ")).map(|it| it.0.to_owned())
    };
    tokens.dedup_by_key(|token| kind(token).unwrap_or_else(|| (*token).to_owned()));
    tokens.iter().for_each(|token| out.wrap("token   ", 8, token));
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
        (count, None) => out.wrap("", 12, &format!("not tested: {count} causes; `--verbose` lists them")),
    }
}
