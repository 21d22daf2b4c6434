//! One page for a browser: no script, nothing that is loaded from elsewhere, readable in light and dark, on paper, on a phone and
//! by a screen reader. Its parts stand in `html/`.

mod finding;
mod probes;
mod sequence;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::flow::Flow;
use super::headline::{counted, verdict};
use super::not_tested::groups;
use super::remarks::remarks;
use super::rows::{Mark, cited};
use super::unproven::{Unproven, why_nothing};
use super::verifications::{mark, shown};
use super::{Condition, Told, commands, rate};
use crate::diagnosis::{Diagnosis, Verdict, Verified};
use crate::evidence::Evidence;
use crate::rate::Rate;
use crate::vocabulary::Fault;

const STYLE: &str = include_str!("html/style.css");
/// Not even a server that gets a script into this page could run it, or learn that the page was opened.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The whole document.
pub(super) fn render(told: &Told<'_>) -> String {
    let Told { evidence, diagnosis, .. } = told;
    let title = verdict(told);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ (env!("CARGO_PKG_NAME")) " " (env!("CARGO_PKG_VERSION")) };
                title { (title) }
                // Without one a browser asks the server of the page for it.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body class=(told.verdict()) {
                a class="skip" href="#probes" { "To the probes" }
                (header(told, &title))
                main {
                    (gate(told.conditions))
                    @if let Some(measured) = told.rate { (success_rate(measured)) }
                    (conclusions(evidence, diagnosis))
                    (sequence::render(&Flow::of(evidence, diagnosis)))
                    (probes::render(evidence))
                    (ruled_out(evidence, diagnosis))
                    (not_tested(evidence, diagnosis))
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn header(told: &Told<'_>, title: &str) -> Markup {
    let Told { evidence, diagnosis, .. } = told;
    let mut tokens: Vec<&str> = evidence.token_facts().map(|facts| facts.description.as_str()).collect();
    tokens.dedup();
    html! {
        header {
            h1 { (title) }
            p { (counted(evidence, diagnosis)) ", stage " (evidence.settings.stage)
                @if !evidence.run.started.is_empty() { ", " time { (evidence.run.started) } } }
            ul class="verifications" {
                @for (name, outcome) in shown(told) {
                    li class=(class_of(&outcome)) { (name) " " span aria-hidden="true" { (mark(&outcome)) }
                        span class="unseen" { (word(&outcome)) } }
                }
            }
            @for token in tokens { p class="quiet" { "Token: " (token) } }
        }
    }
}

/// What a gate requires beside a healthy check.
fn gate(conditions: &[Condition]) -> Markup {
    html! {
        @if !conditions.is_empty() {
            section aria-labelledby="gate" {
                h2 id="gate" { "What the gate requires" }
                dl { @for one in conditions { dt { (one.mark()) " " (one.name) } dd { (one.because) } } }
            }
        }
    }
}

/// What was measured of each leg.
fn success_rate(measured: &Rate) -> Markup {
    let legs = rate::legs(measured);
    html! {
        section aria-labelledby="rate" {
            h2 id="rate" { "Success rate" }
            table {
                thead {
                    tr {
                        th scope="col" class="mark" { span class="unseen" { "decision" } }
                        @for head in ["leg", "accepted", "rate", "p50 ms", "p99 ms"] { th scope="col" { (head) } }
                    }
                }
                tbody {
                    @for leg in &legs {
                        tr { td class="mark" { (leg.mark) } th scope="row" { (leg.name) }
                            @for cell in [&leg.accepted, &leg.rate, &leg.p50, &leg.p99] { td { (cell) } } }
                    }
                }
            }
            ul { @for leg in &legs { @for remark in &leg.remarks { li { (leg.name) ": " (remark) } } } }
        }
    }
}

fn conclusions(evidence: &Evidence, diagnosis: &Diagnosis) -> Markup {
    html! {
        @if diagnosis.verdict == Verdict::Inconclusive { (unproven(evidence, diagnosis)) }
        @for one in &diagnosis.findings { (finding::render(evidence, diagnosis, one)) }
        @for remark in remarks(evidence) { p { (prose(&remark)) } }
        @if let Some(again) = commands::again(evidence).filter(|_| diagnosis.verdict != Verdict::Healthy) {
            p { "After the fix: " code { (again) } }
        }
    }
}

/// What is known where no cause is proven.
fn unproven(evidence: &Evidence, diagnosis: &Diagnosis) -> Markup {
    let told = Unproven::of(evidence, diagnosis);
    html! {
        section aria-labelledby="unproven" {
            h2 id="unproven" { "What is known" }
            @if told.failed.is_empty() { p { (prose(why_nothing(evidence))) } } @else {
                dl {
                    (finding::places(evidence, &told.failed))
                    @if let Some(advice) = &told.advice { dt { "fix" } dd { (prose(advice)) } }
                    @if let Some(impact) = &told.impact { dt { "impact" } dd { (prose(impact)) } }
                    @if !told.known.is_empty() { dt { "known" } dd { (prose(&told.known)) } }
                    @if !told.excluded.is_empty() { dt { "not" } dd { (prose(&told.excluded)) } }
                }
                (probes::table(evidence, &told.failed, "What failed"))
            }
            @if !told.causes.is_empty() { (causes(&told)) }
        }
    }
}

fn causes(told: &Unproven) -> Markup {
    html! {
        p { (told.causes.len()) " causes fit." @if !told.settings.is_empty() { " These settings of the target's file would tell them apart:" } }
        ul { @for (setting, question) in &told.settings { li { code { (setting) } ": " (question) } } }
        details { summary { "The causes that fit" }
            ul { @for fault in &told.causes { li { code { (fault) } ": " (prose(fault.headline())) } } } }
    }
}

fn ruled_out(evidence: &Evidence, diagnosis: &Diagnosis) -> Markup {
    let (count, list) = (diagnosis.ruled_out.len(), &diagnosis.ruled_out);
    html! {
        @if count > 0 {
            section aria-labelledby="ruled-out" {
                h2 id="ruled-out" { "Ruled out" }
                details { summary { (count) " causes, and the probe that rules each out" }
                    dl { @for (fault, because) in list { dt { code { (fault) } } dd { (cited(evidence, because.first())) } } } }
            }
        }
    }
}

fn not_tested(evidence: &Evidence, diagnosis: &Diagnosis) -> Markup {
    let codes = |faults: &[Fault]| faults.iter().map(|fault| fault.code()).collect::<Vec<_>>().join(", ");
    html! {
        @if !diagnosis.undetermined.is_empty() {
            section aria-labelledby="not-tested" {
                h2 id="not-tested" { "Not tested" }
                details { summary { (diagnosis.undetermined.len()) " causes, and what would decide them" }
                    dl { @for group in groups(evidence, diagnosis) {
                        dt { code { (codes(&group.faults)) } } dd { "needs " (prose(&group.needs)) }
                    } } }
            }
        }
    }
}

/// A text whose parts in backticks are code.
fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // One backtick alone is one.
    let is_paired = !parts.len().is_multiple_of(2);
    html! {
        @if is_paired { @for (at, part) in parts.iter().enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        } } @else { (text) }
    }
}

fn class_of(outcome: &Verified) -> &'static str {
    match outcome {
        Verified::Pass(_) => "good",
        Verified::Fail(_) => "bad",
        Verified::NotPossible(_) => "open",
    }
}

fn word(outcome: &Verified) -> &'static str {
    match outcome {
        Verified::Pass(_) => "works",
        Verified::Fail(_) => "fails",
        Verified::NotPossible(_) => "is not tested",
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "good",
        Mark::Bad => "bad",
        Mark::Neither => "open",
    }
}
