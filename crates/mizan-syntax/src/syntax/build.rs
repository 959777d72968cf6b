//! The builder of the syntax tree, and the parts that all statements use: names, texts, citations, spans,
//! units.
//!
//! In: a pair of the grammar. Out: the tree's part, with its place in the whole text. A pair that the
//! tree has no place for is reported ([`Builder::stray`]), never dropped.

use pest::iterators::Pair;
use unicode_normalization::UnicodeNormalization;

use super::ast::{Name, Text, Unit, UnitTerm};
use super::errors;
use super::grammar::Rule;
use super::words::scale;
use crate::diagnostic::{Diagnostic, MOST_LISTED};
use crate::source::{SourceId, Span};

/// Builds the syntax tree of a source text from the grammar's pairs.
pub(super) struct Builder {
    pub(super) source: SourceId,
    /// Offset of the parsed piece in the whole text; added to spans, since pest counts from the piece's
    /// start.
    pub(super) base: usize,
    /// Number of operators in the current expression and in the expressions around it.
    pub(super) chained: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Builder {
    pub(super) fn new(source: SourceId) -> Self {
        Self { source, base: 0, chained: 0, diagnostics: Vec::new() }
    }

    /// Returns the span of a pair, without trailing blanks, which pest includes.
    pub(super) fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let trimmed = pair.as_str().trim_end().len();
        Span::new(self.source, self.base + span.start(), self.base + span.start() + trimmed)
    }

    /// Adds a mistake unless [`MOST_LISTED`] are listed already.
    pub(super) fn report(&mut self, found: Diagnostic) {
        if self.diagnostics.len() < MOST_LISTED {
            self.diagnostics.push(found);
        }
    }

    /// Reports a pair that the tree cannot represent, because the grammar accepts more than the tree holds.
    pub(super) fn stray(&mut self, pair: &Pair<'_, Rule>) {
        let span = self.span(pair);
        self.report(errors::stray(span));
    }

    /// Builds a name from a pair of the rules `name`, `string`, `number`, `element` and others that contain
    /// one name.
    pub(super) fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        let inner = match pair.as_rule() {
            Rule::string => return self.text_name(pair),
            Rule::element => pair.clone().into_inner().next(),
            _ => None,
        };
        match inner {
            Some(inner) => self.name(&inner),
            None => Name { text: normal(pair.as_str().trim()), span: self.span(pair) },
        }
    }

    fn text_name(&self, pair: &Pair<'_, Rule>) -> Name {
        let text = self.text(pair);
        Name { text: text.text, span: text.span }
    }

    /// Returns the name of the source in `@NAME`.
    pub(super) fn cite(&self, pair: Pair<'_, Rule>) -> Name {
        let span = self.span(&pair);
        let name = pair.into_inner().next().map(|name| self.name(&name));
        name.unwrap_or(Name { text: String::new(), span })
    }

    /// Builds a quoted text and resolves its escapes.
    pub(super) fn text(&self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.span(pair);
        let inner = pair.clone().into_inner().next();
        let raw = inner.as_ref().map_or("", |inner| inner.as_str());
        let mut text = String::with_capacity(raw.len());
        let normal = normal(raw);
        let mut chars = normal.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(other) => text.push(other),
                    None => {}
                },
                _ => text.push(c),
            }
        }
        Text { text, span }
    }

    /// Builds a declared unit: `mn USD`, `USD/TEU`.
    pub(super) fn unit(&mut self, pair: Pair<'_, Rule>) -> Unit {
        let span = self.span(&pair);
        let (mut terms, mut power) = (Vec::new(), 1.0);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unit_per => power = -1.0,
                Rule::unit_times => power = 1.0,
                Rule::unit_term => {
                    let mut term =
                        UnitTerm { name: Name { text: String::new(), span }, scale: 1.0, power };
                    for piece in part.into_inner() {
                        match piece.as_rule() {
                            Rule::scale => term.scale = scale(piece.as_str()),
                            Rule::name => term.name = self.name(&piece),
                            Rule::number | Rule::unit_fraction => {
                                let given = exponent(&piece);
                                if given.is_finite() {
                                    term.power = power * given;
                                } else {
                                    self.report(errors::unit_power(self.span(&piece)));
                                }
                            }
                            _ => self.stray(&piece),
                        }
                    }
                    terms.push(term);
                }
                _ => self.stray(&part),
            }
        }
        Unit { terms, span }
    }
}

/// Parses the exponent of a unit: `2`, `0.5`, `(1/3)`. Returns an infinite or NaN value for an exponent without value,
/// such as `(1/0)`.
fn exponent(piece: &Pair<'_, Rule>) -> f64 {
    let text = piece.as_str().trim_matches(['(', ')']).replace('_', "");
    let numbers = text.split('/').map(|number| number.trim().parse().unwrap_or(f64::NAN));
    numbers.reduce(|above, below| above / below).unwrap_or(f64::NAN)
}

/// Converts a text to Unicode normal form C. ASCII text is in that form already.
pub(super) fn normal(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}
