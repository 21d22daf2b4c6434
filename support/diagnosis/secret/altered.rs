//! The right secret in another form, and the wrong one given to the suite.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::vocabulary::{Change, Presentation, Probe, TokenKind};

/// A token signed with a variant of the secret is accepted where the one signed with the secret itself is not.
pub fn altered(case: &Case<'_>) -> Proof {
    let at = |ask: Presentation| {
        let variant = case.mended_at(ask, |change| matches!(change, Change::Secret(_)));
        case.refuses(ask).and(case.refuses(ask.changed(Change::Nothing))).and(variant)
    };
    let somewhere = Proof::first(case.backend_usual().map(at));
    let auth = case.auth(case.settings().auth_takes);
    let at_auth = case.accepts(auth).and(at_auth(case, auth));
    case.auth_accepts().and(somewhere.or(at_auth))
}

/// The suite has the secret as the backend holds it, and auth's is the variant.
fn at_auth(case: &Case<'_>, auth: Presentation) -> Proof {
    let variants = case.changed_asks(auth).filter(|(_, change)| matches!(change, Change::Secret(_)));
    let variant = Proof::first(variants.map(|(ask, _)| case.takes(ask)));
    let backend = case.backend_usual().map(|ask| case.refuses(ask).and(case.takes(ask.changed(Change::Nothing))));
    variant.and(Proof::first(backend))
}

pub fn not_altered(case: &Case<'_>) -> Proof {
    Proof::all(case.backend_usual().map(|ask| case.verifies(ask))).or(case.fingerprints_differ().not())
}

pub fn tell_altered(_: &Case<'_>, cites: &Probes) -> Account {
    let variant = cites.iter().find_map(|probe| match probe {
        Probe::Present(Presentation { token: TokenKind::Resigned(_, Change::Secret(variant)), .. }) => Some(*variant),
        _ => None,
    });
    let variant = variant.map(|variant| variant.to_string()).unwrap_or_default();
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The signature is made with one form of the secret and verified with another.",
            cites,
        ),
        Why::observed("Which form?", format!("What is accepted is signed with the secret, {variant}."), cites),
        Why::inferred(
            "Why do the forms differ?",
            "One service takes the value as it is stored, the other reads it in another way.",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "Both services have the same version of the secret, so it looks shared.",
        ),
    ];
    let comparison = format!(
        "the backend refuses a token signed with the secret, and accepts the same token signed with the secret, {variant}."
    );
    let remedy = "store the secret without blanks, line breaks or encoding, read it the same way in both services, and redeploy both.";
    Account::new(comparison, whys, remedy).detail("variant", variant)
}

/// Auth accepts what it has issued and refuses the very same claims under the suite's signature, as everybody does.
pub fn minter(case: &Case<'_>) -> Proof {
    let auth = case.auth(case.settings().auth_takes);
    let issued =
        if case.token() == TokenKind::Issued { Proof::given() } else { Proof::open("`login` in the target's file") };
    let nowhere =
        Proof::first(minted(case).map(|ask| case.accepts(ask))).unless_shown("a secret that no service takes");
    let other = case.of_token(|facts| facts.signed_as_known.map(|known| !known));
    issued.and(case.takes(auth)).and(case.refuses(auth.changed(Change::Nothing))).and(other).and(nowhere)
}

/// The very claims of the issued token, signed by the suite, wherever they were presented.
fn minted<'a>(case: &'a Case<'_>) -> impl Iterator<Item = Presentation> + 'a {
    case.evidence().iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.token == TokenKind::Issued.changed(Change::Nothing) => Some(ask),
        _ => None,
    })
}

pub fn not_minter(case: &Case<'_>) -> Proof {
    if case.token() == TokenKind::SelfSigned {
        return case.verifies(case.auth(case.settings().auth_takes));
    }
    case.knows_secret()
}

pub fn tell_minter(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The same claims are accepted with auth's signature and refused with the suite's.",
            cites,
        ),
        Why::observed(
            "Is it the claims?",
            "It is not the claims: they are copied to the letter from a token that auth accepts.",
            cites,
        ),
        Why::unknown(
            "Why does the secret differ?",
            "What was given as `signing.secret` is of another environment or version.",
            "the variable that `signing.secret` names",
        ),
        Why::inferred("Why did nobody notice?", "Whoever signs for itself never compares its secret with auth's."),
    ];
    let comparison = "auth accepts an issued token and refuses the very same claims signed with `signing.secret`.";
    Account::new(
        comparison,
        whys,
        "give the suite, and every client that signs for itself, the secret that auth signs with.",
    )
}
