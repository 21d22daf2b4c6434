//! Regular expressions as RE2 reads them, so that a text matches here if it does in a query. What RE2 does not know is rejected, and
//! what the library of this program reads in its own way is written out.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSetItem, Flag, Flags, FlagsItemKind, GroupKind,
    HexLiteralKind, Literal, LiteralKind, RepetitionKind, RepetitionRange, Span, Visitor,
};

/// RE2 has that bound.
const MOST_REPETITIONS: u32 = 1_000;

/// An expression for the library of this program.
pub(super) struct Translated {
    /// Matches what RE2 matches: letters of any script, and the classes of ASCII that RE2 means by `\w`.
    pub(super) exact: String,
    /// Matches all of that and more, as it counts no repetitions: an automaton for many such expressions stays small.
    pub(super) wide: String,
}

/// # Errors
/// What is wrong with it, or what RE2 does not know.
pub(super) fn translated(regex: &str) -> Result<Translated, String> {
    let ast = Parser::new().parse(regex).map_err(|error| format!("no regular expression: {}", error.kind()))?;
    let Translation { mut exact, mut wide, .. } =
        ast::visit(&ast, Translation { regex, exact: Vec::new(), wide: Vec::new() })?;
    wide.extend(exact.iter().copied());
    let [exact, wide] = [&mut exact, &mut wide].map(|changes| changed(regex, changes));
    Ok(Translated { exact, wide })
}

type Change = (Span, &'static str);

fn changed(regex: &str, changes: &mut [Change]) -> String {
    changes.sort_by_key(|(span, _)| span.start.offset);
    let (mut text, mut from) = (String::with_capacity(regex.len() * 2), 0);
    for (span, by) in changes {
        text += &regex[from..span.start.offset];
        text += by;
        from = span.end.offset;
    }
    text + &regex[from..]
}

struct Translation<'a> {
    regex: &'a str,
    exact: Vec<Change>,
    /// Changes more.
    wide: Vec<Change>,
}

impl Visitor for Translation<'_> {
    type Output = Self;
    type Err = String;

    fn finish(self) -> Result<Self, String> {
        Ok(self)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        let is_known = match ast {
            Ast::Flags(set) => knows_flags(&set.flags),
            Ast::Group(group) => match &group.kind {
                GroupKind::NonCapturing(flags) => knows_flags(flags),
                GroupKind::CaptureName { starts_with_p, .. } => *starts_with_p,
                GroupKind::CaptureIndex(_) => true,
            },
            Ast::Literal(literal) => knows_literal(literal),
            Ast::Assertion(assertion) => return self.assertion(&assertion.kind, assertion.span),
            Ast::ClassPerl(class) => {
                self.class(class);
                true
            }
            Ast::ClassUnicode(_) => false,
            Ast::Repetition(repetition) => {
                self.wide.extend(uncounted(&repetition.op.kind).map(|by| (repetition.op.span, by)));
                knows_repetition(&repetition.op.kind) && !matches!(*repetition.ast, Ast::Repetition(_))
            }
            Ast::Empty(_) | Ast::Dot(_) | Ast::ClassBracketed(_) | Ast::Alternation(_) | Ast::Concat(_) => true,
        };
        if is_known { Ok(()) } else { Err(self.unknown(*ast.span())) }
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Perl(class) => self.class(class),
            ClassSetItem::Literal(literal) if !knows_literal(literal) => return Err(self.unknown(literal.span)),
            // RE2 reads a bracket within brackets as itself.
            ClassSetItem::Bracketed(_) | ClassSetItem::Unicode(_) => return Err(self.unknown(*item.span())),
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_binary_op_pre(&mut self, operation: &ast::ClassSetBinaryOp) -> Result<(), String> {
        Err(self.unknown(operation.span))
    }
}

impl Translation<'_> {
    fn class(&mut self, class: &ClassPerl) {
        let by = match (&class.kind, class.negated) {
            (ClassPerlKind::Digit, false) => "[0-9]",
            (ClassPerlKind::Digit, true) => "[^0-9]",
            (ClassPerlKind::Space, false) => r"[\t\n\f\r ]",
            (ClassPerlKind::Space, true) => r"[^\t\n\f\r ]",
            (ClassPerlKind::Word, false) => "[0-9A-Za-z_]",
            (ClassPerlKind::Word, true) => "[^0-9A-Za-z_]",
        };
        self.exact.push((class.span, by));
    }

    fn assertion(&mut self, kind: &AssertionKind, span: Span) -> Result<(), String> {
        match kind {
            AssertionKind::WordBoundary => self.exact.push((span, r"(?-u:\b)")),
            AssertionKind::NotWordBoundary => self.exact.push((span, r"(?-u:\B)")),
            AssertionKind::StartLine | AssertionKind::EndLine | AssertionKind::StartText | AssertionKind::EndText => {}
            _ => return Err(self.unknown(span)),
        }
        Ok(())
    }

    fn unknown(&self, span: Span) -> String {
        let part = &self.regex[span.start.offset..span.end.offset];
        format!("RE2 does not know `{part}`, and a query has the same expressions")
    }
}

fn knows_flags(flags: &Flags) -> bool {
    let knows = |kind: &FlagsItemKind| {
        let of_re2 = [Flag::CaseInsensitive, Flag::MultiLine, Flag::DotMatchesNewLine, Flag::SwapGreed];
        matches!(kind, FlagsItemKind::Negation) || of_re2.iter().any(|flag| *kind == FlagsItemKind::Flag(*flag))
    };
    flags.items.iter().all(|item| knows(&item.kind))
}

/// `\x41`, and not `\u0041`.
fn knows_literal(literal: &Literal) -> bool {
    match &literal.kind {
        LiteralKind::HexFixed(kind) | LiteralKind::HexBrace(kind) => *kind == HexLiteralKind::X,
        _ => true,
    }
}

fn knows_repetition(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::Range(
            RepetitionRange::Exactly(most) | RepetitionRange::AtLeast(most) | RepetitionRange::Bounded(_, most),
        ) => *most <= MOST_REPETITIONS,
        _ => true,
    }
}

/// At least as many, where the number is bounded.
fn uncounted(kind: &RepetitionKind) -> Option<&'static str> {
    match kind {
        RepetitionKind::Range(RepetitionRange::Exactly(0) | RepetitionRange::AtLeast(0))
        | RepetitionKind::Range(RepetitionRange::Bounded(0, _)) => Some("*"),
        RepetitionKind::Range(_) => Some("+"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(regex: &str, text: &str) -> bool {
        let Translated { exact, wide } = translated(regex).expect("RE2");
        let [exact, wide] = [exact, wide].map(|regex| {
            regex::bytes::Regex::new(&regex).unwrap_or_else(|error| panic!("{error}")).is_match(text.as_bytes())
        });
        assert!(wide || !exact, "{regex} in {text:?}");
        exact
    }

    /// Each as RE2 itself says; tests/suite/queries.rs asks it.
    #[test]
    fn a_class_is_of_ascii_and_a_character_is_of_any_script() {
        for (regex, text, expected) in [
            (r"^\w+$", "é", false),
            (r"^\W{1,3}$", "é✓ ", true),
            (r"^[^\n]{3}$", "ééé", true),
            (r"^[^\n]{3}$", "éé", false),
            (r"^[\W\d]{2}$", "é7", true),
            (r"^\d$", "٣", false),
            (r"^\s$", "\u{b}", false),
            (r"^\S$", "\u{a0}", true),
            (r"\btoken\b", "étokené", true),
            (r"(?i)^token$", "To\u{212a}eN", true),
            (r"(?i)^\W$", "\u{212a}", false),
            (r"(?i)^É$", "é", true),
            (r"a.b", "a\nb", false),
            (r"(?s)a.b", "a\nb", true),
            (r"a$", "a\n", false),
        ] {
            assert_eq!(matches(regex, text), expected, "{regex} in {text:?}");
        }
    }

    #[test]
    fn the_wide_expression_counts_no_repetitions() {
        let wide = |regex: &str| translated(regex).expect("RE2").wide;
        assert_eq!(wide(r"a{3}b{0,60}?[^\n]{2,}\d{0}"), r"a+b*[^\n]+[0-9]*");
        assert_eq!(wide(r"a?b*c+"), "a?b*c+");
    }

    #[test]
    fn what_re2_does_not_know_is_rejected() {
        for (regex, part) in [
            (r"a\b{start}b", r"\b{start}"),
            (r"\<a", r"\<"),
            (r"[a&&b]", "a&&b"),
            (r"[a--b]", "a--b"),
            (r"[a[bc]]", "[bc]"),
            (r"\u0041", r"\u0041"),
            (r"[\u0041]", r"\u0041"),
            (r"\pL", r"\pL"),
            (r"(?x)a", "(?x)"),
            (r"(?i-u:a)", "(?i-u:a)"),
            (r"(?<name>a)", "(?<name>a)"),
            (r"a{1001}", "a{1001}"),
            (r"a**", "a**"),
        ] {
            let message = translated(regex).err().expect(regex);
            assert!(message.contains(&format!("RE2 does not know `{part}`")), "{regex}: {message}");
        }
        for (regex, expected) in [("a(b", "unclosed group"), ("(?!a)", "look-around"), (r"(a)\1", "backreferences")] {
            let message = translated(regex).err().expect(regex);
            assert!(message.contains(expected), "{regex}: {message}");
        }
    }

    #[test]
    fn what_re2_knows_is_kept() {
        for regex in [r"(?i)a|b", r"(?P<name>a)", r"[[:alpha:]\x41\-]", r"\x{41}", r"a{1,1000}?", r"\Aa\z", r"\.\/\_"] {
            assert!(translated(regex).is_ok_and(|of_library| of_library.exact == regex), "{regex}");
        }
    }
}
