//! The way of the token as a sequence diagram, and as a list for a reader who does not see it or has a narrow screen.

use maud::{Markup, html};

use super::class;
use crate::report::flow::{Flow, Step};
use crate::vocabulary::Service;
use crate::wording::cut;

/// All lengths are units of the drawing, of which a normal screen shows one as a pixel.
const WIDTH: usize = 800;
const TOP: usize = 44;
const STEP: usize = 72;
const LEFT: usize = 60;
/// Characters that fit beside the line of the client.
const FITS: usize = 92;

pub(super) fn render(flow: &Flow) -> Markup {
    html! {
        @if !flow.steps.is_empty() {
            section aria-labelledby="flow" {
                h2 id="flow" { "The way of the token" }
                (drawing(flow))
                ol class="steps" { @for step in &flow.steps { (item(step)) } }
                @if let Some(same) = flow.same_secret {
                    p { @if same { "Auth and the backend hold the same secret." } @else { "Auth and the backend hold different secrets." } }
                }
            }
        }
    }
}

fn item(step: &Step) -> Markup {
    html! {
        li class=(class(step.mark)) {
            strong { (step.what) } ", " (step.with.name()) ": " code { (step.request) } ": "
            span aria-hidden="true" { (step.mark.symbol()) " " } (step.response)
            @if let Some(why) = &step.broken { " " em { "Here it breaks: " (why) "." } }
        }
    }
}

fn drawing(flow: &Flow) -> Markup {
    let height = TOP + STEP * flow.steps.len() + 16;
    html! {
        svg class="flow" viewBox={ "0 0 " (WIDTH) " " (height) } aria-hidden="true" focusable="false" {
            defs {
                marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse" {
                    path d="M0 0 L10 5 L0 10 z" {}
                }
            }
            @for at in (0..flow.steps.len()).filter(|at| flow.steps[*at].broken.is_some()) {
                rect class="broken" x="4" y=(TOP + STEP * at + 4) width=(WIDTH - 8) height=(STEP - 6) rx="6" {}
            }
            (line("client", LEFT, height))
            @for service in &flow.services { (line(service.name(), x(flow, *service), height)) }
            @for (at, step) in flow.steps.iter().enumerate() { (exchange(step, x(flow, step.with), TOP + STEP * at)) }
        }
    }
}

fn line(name: &str, x: usize, height: usize) -> Markup {
    html! {
        line class="life" x1=(x) y1="30" x2=(x) y2=(height) {}
        text class="party" x=(x) y="20" text-anchor="middle" { (name) }
    }
}

fn exchange(step: &Step, x: usize, y: usize) -> Markup {
    let (there, back) = (y + 28, y + 54);
    html! {
        g class=(class(step.mark)) {
            line class="arrow" x1=(LEFT) y1=(there) x2=(x) y2=(there) marker-end="url(#tip)" {}
            text x=(LEFT + 10) y=(there - 6) { (cut(&format!("{}: {}", step.what, step.request), FITS)) }
            line class="arrow back" x1=(x) y1=(back) x2=(LEFT) y2=(back) marker-end="url(#tip)" {}
            @if let Some(why) = &step.broken {
                text class="why" x=(WIDTH - 12) y=(y + STEP - 12) text-anchor="end" { "✗ here: " (why) }
            }
            text class="response" x=(LEFT + 10) y=(back - 6) { (step.mark.symbol()) " " (cut(&step.response, FITS)) }
        }
    }
}

fn x(flow: &Flow, service: Service) -> usize {
    let place = flow.services.iter().position(|other| *other == service).unwrap_or_default() + 1;
    LEFT + (WIDTH - 2 * LEFT) * place / flow.services.len().max(1)
}
