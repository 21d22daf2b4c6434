//! What the token says. Every rule here compares the client's token with one that differs in a single claim, signed by the
//! suite; without `signing` they stay open.

mod clock;

pub use clock::dates_agree;

use std::collections::BTreeSet;

use super::case::Case;
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule};
use crate::outcome::Outcome;
use crate::vocabulary::{Change, ClaimName, Presentation, Probe, TokenKind};

pub const RULES: &[Rule] = &[
    Rule { fault: Fault::ClaimMissing, confirm: missing, rule_out: in_order, account: tell_missing },
    Rule { fault: Fault::ClaimMismatch, confirm: mismatch, rule_out: in_order, account: tell_mismatch },
    Rule {
        fault: Fault::AudienceMismatch,
        confirm: |case| named(case, "aud"),
        rule_out: in_order,
        account: |case, cites| tell_named(case, cites, "aud"),
    },
    Rule {
        fault: Fault::IssuerMismatch,
        confirm: |case| named(case, "iss"),
        rule_out: in_order,
        account: |case, cites| tell_named(case, cites, "iss"),
    },
    Rule { fault: Fault::AlgorithmMismatch, confirm: algorithm, rule_out: in_order, account: tell_algorithm },
    Rule { fault: Fault::ClockSkew, confirm: clock::skewed, rule_out: clock::in_step, account: clock::tell_skew },
    Rule {
        fault: Fault::TokenExpiresTooSoon,
        confirm: clock::too_soon,
        rule_out: clock::long_enough,
        account: clock::tell_too_soon,
    },
];

/// The two claims that have faults of their own.
const NAMED: [&str; 2] = ["aud", "iss"];
/// Claims that say who asks: a user who is not known is no matter of what the token says.
const IDENTITY: [&str; 8] = ["sub", "email", "name", "user", "user_id", "uid", "preferred_username", "jti"];

fn in_order(case: &Case<'_>) -> Proof {
    case.verified_everywhere()
}

/// The client's token lacks a claim, and is accepted with it; where several are lacking, with all of them, and with none of
/// them left out.
fn missing(case: &Case<'_>) -> Proof {
    Proof::any(case.usual_asks().into_iter().map(|ask| {
        let lacks = |claim: ClaimName| !case.has_claim(ask.token, claim);
        let one = case.mended_at(ask, |change| matches!(change, Change::Like(claim) if lacks(claim)));
        one.or(several(case, ask, &lacks)).and(not_for_length(case, ask))
    }))
}

/// A claim has a value that is refused: with another token's value, or without the claim, it is accepted.
fn mismatch(case: &Case<'_>) -> Proof {
    Proof::any(case.usual_asks().into_iter().map(|ask| {
        let is_other = |claim: ClaimName| {
            case.has_claim(ask.token, claim) && !NAMED.contains(&claim.as_str()) && !IDENTITY.contains(&claim.as_str())
        };
        let one = case
            .mended_at(ask, |change| matches!(change, Change::Like(claim) | Change::Without(claim) if is_other(claim)));
        one.or(several(case, ask, &is_other)).and(not_for_length(case, ask))
    }))
}

/// All claims of the other token help, no single one does, and one left as it was spoils it.
fn several(case: &Case<'_>, ask: Presentation, is: &dyn Fn(ClaimName) -> bool) -> Proof {
    let all = case.mended_at(ask, |change| change == Change::LikeAll);
    let single = case.mended_at(ask, |change| matches!(change, Change::Like(_) | Change::Without(_)));
    let needed = case.changed_asks(ask).filter(|(_, change)| matches!(change, Change::LikeAllBut(claim) if is(*claim)));
    let needed = Proof::any(needed.map(|(ask, _)| case.refuses(ask)));
    all.and(single.not()).and(needed)
}

fn not_for_length(case: &Case<'_>, ask: Presentation) -> Proof {
    let reading = |change| case.evidence().outcome(Probe::Present(ask.changed(change)));
    let says = |change| matches!(reading(change), None | Some(Outcome::Accepted | Outcome::Rejected));
    match case.too_long(ask).holds() || !says(Change::Short) || !says(Change::Padded) {
        true => Proof::open("a token whose length does not matter"),
        false => Proof::given(),
    }
}

/// Another value of that claim, or none, is accepted where the token is refused.
fn named(case: &Case<'_>, name: &str) -> Proof {
    Proof::any(case.usual_asks().into_iter().map(|ask| {
        let is = |claim: ClaimName| claim.as_str() == name && case.has_claim(ask.token, claim);
        let other = case.mended_at(ask, |change| match change {
            Change::Without(claim) | Change::Other(claim, _) | Change::Like(claim) => is(claim),
            _ => false,
        });
        other.or(several(case, ask, &is)).and(not_for_length(case, ask))
    }))
}

fn algorithm(case: &Case<'_>) -> Proof {
    case.mended_by(|change| matches!(change, Change::Algorithm(_)))
}

/// The changes that made the difference, and where.
fn changes(cites: &Probes) -> impl Iterator<Item = (Presentation, Change)> {
    cites.iter().filter_map(|probe| match probe {
        Probe::Present(ask) => match ask.token {
            TokenKind::Resigned(_, change) => Some((*ask, change)),
            _ => None,
        },
        _ => None,
    })
}

fn place(cites: &Probes) -> &'static str {
    changes(cites).next().map_or("the verifier", |(ask, _)| ask.endpoint.service().title())
}

fn claims_in(cites: &Probes) -> String {
    let claims: BTreeSet<ClaimName> = changes(cites)
        .filter_map(|(_, change)| match change {
            Change::Like(claim) | Change::Without(claim) | Change::LikeAllBut(claim) => Some(claim),
            _ => None,
        })
        .collect();
    claims.iter().map(ClaimName::as_str).collect::<Vec<_>>().join(", ")
}

fn whys(cites: &Probes, refused: String, secret: &'static str, cause: &'static str) -> [Why; 4] {
    [
        Why::observed("Why is it refused?", refused, cites),
        Why::observed(
            "Is it the secret?",
            "It is not the secret: the suite signs the token that is accepted with the same one.",
            cites,
        ),
        Why::unknown("Why is it so?", cause, secret),
        Why::inferred(
            "Why did nobody notice?",
            "Every refusal of a token reads alike, so a claim looks like a secret.",
        ),
    ]
}

const SETTINGS: &str = "the settings of who issues and who verifies";

fn tell_missing(_: &Case<'_>, cites: &Probes) -> Account {
    let (claim, who) = (claims_in(cites), place(cites));
    let refused = format!("The token has no {claim}, and {who} demands it.");
    let whys = whys(
        cites,
        refused,
        SETTINGS,
        "Who issues the token and who verifies it hold different contracts about its claims.",
    );
    let comparison = format!("{who} refuses the client's token and accepts the same token plus {claim}.");
    let remedy = format!("let the client put {claim} into the tokens that it signs, or let {who} do without.");
    Account::new(comparison, whys, remedy).detail("claim", claim).detail("at", who)
}

fn tell_mismatch(_: &Case<'_>, cites: &Probes) -> Account {
    let (claim, who) = (claims_in(cites), place(cites));
    let refused = format!("The value of {claim} is not one that {who} takes.");
    let whys = whys(
        cites,
        refused,
        SETTINGS,
        "Who issues the token and who verifies it hold different contracts about its values.",
    );
    let comparison =
        format!("{who} refuses the client's token and accepts the same token with another {claim}, or without it.");
    let remedy = format!("agree on the value of {claim} between who issues the token and {who}.");
    Account::new(comparison, whys, remedy).detail("claim", claim).detail("at", who)
}

fn tell_named(_: &Case<'_>, cites: &Probes, name: &'static str) -> Account {
    let who = place(cites);
    let absent = changes(cites).any(|(_, change)| matches!(change, Change::Without(_)));
    let how = if absent { "without it" } else { "with another value of it" };
    let cause = if absent {
        "The verifier was not told what to expect, or takes none."
    } else {
        "The verifier was told to expect another value."
    };
    let refused = format!("{} does not take the token's `{name}`.", who[..1].to_uppercase() + &who[1..]);
    let comparison = format!("{who} refuses the client's token and accepts the same token {how}: it is `{name}`.");
    let remedy = format!("tell {who} which `{name}` to expect: the one that auth puts into its tokens.");
    Account::new(comparison, whys(cites, refused, SETTINGS, cause), remedy).detail("claim", name).detail("at", who)
}

fn tell_algorithm(case: &Case<'_>, cites: &Probes) -> Account {
    let who = place(cites);
    let taken = changes(cites).find_map(|(_, change)| match change {
        Change::Algorithm(algorithm) => Some(algorithm.to_string()),
        _ => None,
    });
    let taken = taken.unwrap_or_default();
    let signed = case.facts().and_then(|facts| facts.algorithm.clone()).unwrap_or_else(|| "another one".into());
    let refused = format!("The token is signed with {signed}, and {who} takes {taken}.");
    let cause = "Who issues tokens and who verifies them were set to different algorithms.";
    let comparison = format!("{who} refuses the token with {signed} and accepts the same claims with {taken}.");
    let remedy = format!("set {who} and who issues the tokens to the same algorithm.");
    Account::new(comparison, whys(cites, refused, SETTINGS, cause), remedy).detail("takes", taken).detail("at", who)
}
