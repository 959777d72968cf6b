//! The distributions of a definition while it is resolved: their places and the words after them.

use indexmap::IndexSet;

use crate::source::Span;
use crate::syntax::ast::Name;

/// The distributions of a definition that is being resolved.
#[derive(Debug, Clone, Default)]
pub(super) struct Distributions {
    /// The distributions found so far; the position of each in the list is its number.
    pub(super) known: Vec<KnownDistribution>,
    /// The words after the current distribution.
    pub(super) words: Words,
    /// The calls of functions found so far: the place of each call, and the call whose text contains it.
    pub(super) calls: IndexSet<(Span, Option<usize>)>,
    /// The functions whose bodies are being resolved: the place of the body, and the call.
    pub(super) inside: Vec<(Span, usize)>,
    /// The `else` entries of maps around the value.
    pub(super) elses: Vec<Else>,
}

/// A distribution: its place, the call whose text contains it, and the words after it.
#[derive(Debug, Clone)]
pub(super) struct KnownDistribution {
    pub(super) place: (Span, Option<usize>),
    /// True if the words after the distribution name elements.
    pub(super) explicit: bool,
    /// The names after `each` that are sets and not indices.
    pub(super) sets: Vec<Name>,
}

/// An `else` of a map: it covers the elements of an axis that the map does not name.
#[derive(Debug, Clone)]
pub(super) struct Else {
    pub(super) axis: usize,
    /// Name of the axis's index, if it has one.
    pub(super) index: Option<String>,
    /// True if the `else` covers more than one element.
    pub(super) several: bool,
}

/// The words after a distribution: `each`, `each year`, `shared`.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    pub(super) each: Vec<Name>,
    pub(super) shared: bool,
    pub(super) each_year: bool,
}
