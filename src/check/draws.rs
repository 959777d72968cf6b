//! The distributions of a definition while it is resolved: their places and the words after them.

use indexmap::IndexSet;

use crate::source::Span;
use crate::syntax::ast::Name;

/// The distributions of a definition while it is resolved.
#[derive(Debug, Clone, Default)]
pub(super) struct Distributions {
    /// The distributions so far; their positions are their numbers.
    pub(super) known: Vec<KnownDistribution>,
    /// The words after the distribution being resolved.
    pub(super) words: Words,
    /// The calls of functions so far: the place of the call and the call whose text contains it.
    pub(super) calls: IndexSet<(Span, Option<usize>)>,
    /// The functions being resolved: the place of the body, and the call.
    pub(super) inside: Vec<(Span, usize)>,
    /// The `else` entries of maps around the value.
    pub(super) elses: Vec<Else>,
}

/// A distribution: its place, the call whose text contains it, and its words.
#[derive(Debug, Clone)]
pub(super) struct KnownDistribution {
    pub(super) place: (Span, Option<usize>),
    /// True if words say something about elements.
    pub(super) explicit: bool,
    /// The names after `each` that are no index, so that they mean sets.
    pub(super) sets: Vec<Name>,
}

/// An `else` of a map: it covers the elements of an axis that the map does not name.
#[derive(Debug, Clone)]
pub(super) struct Else {
    pub(super) axis: usize,
    /// The name of the index, if it has one.
    pub(super) index: Option<String>,
    /// True if it covers more than one element.
    pub(super) several: bool,
}

/// The words after a distribution.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    pub(super) each: Vec<Name>,
    pub(super) shared: bool,
    pub(super) each_year: bool,
}
