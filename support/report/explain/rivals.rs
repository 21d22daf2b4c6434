//! What tells a fault from its rivals: the nearest of them with a probe and both responses, the others by the probe that tells.

use crate::faults;
use crate::faults::dictionary::Dictionary;
use crate::report::layout::Page;
use crate::vocabulary::Fault;

/// So many rivals are told apart in a line of their own: the others matter once these are ruled out.
const NEAREST: usize = 6;

pub(super) fn render(out: &mut Page, fault: Fault, tested: &[String]) {
    let rivals = nearest_first(fault);
    if rivals.is_empty() {
        return;
    }
    out.push("\n## What tells it from its rivals\n");
    let dictionary = Dictionary::read().most_telling_first(fault, &rivals, tested);
    let (nearest, others) = rivals.split_at(rivals.len().min(NEAREST));
    for rival in nearest {
        let told = dictionary.telling(fault, *rival).map_or_else(
            || without_a_probe(&dictionary, fault, *rival).to_owned(),
            |telling| format!("\"{}\": {} here, {} there", telling.probe, telling.one, telling.other),
        );
        out.wrap(&format!("- {rival}: "), 2, &told);
    }
    let mut by_probe: Vec<(String, Vec<&str>)> = Vec::new();
    for rival in others {
        let told = dictionary.telling(fault, *rival);
        let told = told.map_or_else(
            || without_a_probe(&dictionary, fault, *rival).to_owned(),
            |told| format!("\"{}\"", told.probe),
        );
        match by_probe.iter_mut().find(|(probe, _)| *probe == told) {
            Some((_, rivals)) => rivals.push(rival.code()),
            None => by_probe.push((told, vec![rival.code()])),
        }
    }
    if !others.is_empty() {
        out.push("\nLess near, each group with the probe whose response differs:\n\n");
    }
    for (told, rivals) in by_probe {
        out.wrap("- ", 2, &format!("{told}: {}", rivals.join(", ")));
    }
}

/// Those that the page names, then those that share the symptom which the fault is best known by.
fn nearest_first(fault: Fault) -> Vec<Fault> {
    let mut rivals = faults::rivals(fault);
    let named = named_on_page(fault);
    // Stable: the order of the engine stays within both parts.
    rivals.sort_by_key(|rival| !named.contains(rival));
    rivals
}

/// "- Rivals: `one`, `other`."
fn named_on_page(fault: Fault) -> Vec<Fault> {
    let rest = fault.page().split_once("- Rivals: ").map_or("", |(_, rest)| rest);
    let list = rest.split_once(".\n").map_or(rest, |(list, _)| list);
    list.split('`').skip(1).step_by(2).filter_map(|code| code.parse().ok()).collect()
}

fn without_a_probe(dictionary: &Dictionary, fault: Fault, rival: Fault) -> &'static str {
    match dictionary.is_by_chance([fault, rival]) {
        true => "responses differ from run to run; how often which one comes, and when, tells",
        false => "the responses are of the same kind; what they say, or when they come, tells",
    }
}
