//! Syntax trees to a checked model.
//!
//! In: the script's tree and those of the libraries it uses. Out: a [`Model`], or diagnostics. What
//! holds afterwards: every name is resolved, every expression has one dimension, every cell of every
//! variable has exactly one definition, and no lag reaches before the first year.

mod arguments;
mod call;
mod cells;
mod circles;
mod cites;
mod claims;
mod data;
mod declare;
mod define;
mod distributions;
mod edits;
mod errors;
mod expr;
mod functions;
mod kinds;
mod levers;
mod queries;
mod ranges;
mod read;
mod reductions;
mod scenarios;
mod search;
mod sets;
mod tables;
mod warnings;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::IndexMap;

use crate::data::Files;
use crate::diagnostic::{Diagnostic, MOST_COMPARED, cut_off, nearest_within};
use crate::model::{Expr, Kind, LeverId, Model, QuantityId, SetId};
use crate::quantity::Dimension;
use crate::source::{SourceMap, Span};
use crate::syntax::ast;

/// What an index name stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    /// Every element of a set, in a slot.
    Open(usize, SetId),
    /// One element.
    One(u32, SetId),
}

impl Bound {
    fn expr(self) -> Expr {
        match self {
            Self::Open(slot, _) => Expr::Slot(slot),
            Self::One(element, _) => Expr::Const(f64::from(element)),
        }
    }

    fn set(self) -> SetId {
        match self {
            Self::Open(_, set) | Self::One(_, set) => set,
        }
    }
}

/// A kind's tree and its `##` comment.
type KindEntry<'a> = (&'a ast::Kind, &'a str, Span);

/// A function's name, parameters and body.
type FunctionEntry<'a> = (&'a ast::Name, &'a [ast::Name], &'a ast::Expr);

/// The state of the check.
pub(crate) struct Checker<'a> {
    sources: &'a mut SourceMap,
    files: &'a dyn Files,
    model: Model,
    diagnostics: Vec<Diagnostic>,
    /// How many errors were found.
    errors: usize,
    sets: IndexMap<String, SetId>,
    units: BTreeMap<String, (Dimension, f64)>,
    /// What a unit of a currency is worth, where that changes over the years.
    rates: BTreeMap<String, Expr>,
    quantity_names: IndexMap<String, QuantityId>,
    kinds: IndexMap<String, KindEntry<'a>>,
    functions: IndexMap<String, FunctionEntry<'a>>,
    lever_names: IndexMap<String, LeverId>,
    scenario_names: HashMap<String, usize>,
    lever_trees: Vec<&'a ast::Lever>,
    bindings: Vec<IndexMap<String, Bound>>,
    called: BTreeSet<String>,
    /// Functions that call themselves, which are not written out.
    recursive: BTreeSet<String>,
    /// Names whose declaration was a mistake: reading them raises no second message.
    poisoned: BTreeSet<String>,
    in_scenario: bool,
    /// Fields of levers that a misspelt name probably means.
    misspelt: Vec<QuantityId>,
    expanded: usize,
    /// How deep the expression being checked is, functions written out.
    depth: usize,
    cells: u128,
    /// Samples that were read from files, by the call that asks for them; none where that failed.
    samples: BTreeMap<data::Asked, Option<data::Drawn>>,
    /// Scenarios and years of all queries together.
    asked: u128,
    /// Pairs of letters that may yet be compared to find the names that were meant.
    comparisons: Cell<usize>,
    /// The set that has an element of each name, the first of several.
    elements: HashMap<String, SetId>,
    /// Names that are nearly an element of a set, or not.
    near_elements: HashMap<(SetId, String), bool>,
    /// Edits of given values use slots from here on, which no definition uses.
    free_slot: usize,
}

/// Checks the trees, the script's first, then its libraries'; `edits` replace given values of the
/// script, as if its own lines were edited. Values of data files are read through `files`; the lines
/// of them that diagnostics show are added to `sources`.
pub fn check(
    trees: &[&ast::File],
    edits: &[ast::Assign],
    sources: &mut SourceMap,
    files: &dyn Files,
) -> (Option<Model>, Vec<Diagnostic>) {
    let mut checker = Checker {
        sources,
        files,
        model: Model::default(),
        diagnostics: Vec::new(),
        errors: 0,
        sets: IndexMap::new(),
        units: BTreeMap::new(),
        rates: BTreeMap::new(),
        quantity_names: IndexMap::new(),
        kinds: IndexMap::new(),
        functions: IndexMap::new(),
        lever_names: IndexMap::new(),
        scenario_names: HashMap::new(),
        lever_trees: Vec::new(),
        bindings: Vec::new(),
        called: BTreeSet::new(),
        recursive: BTreeSet::new(),
        poisoned: BTreeSet::new(),
        in_scenario: false,
        misspelt: Vec::new(),
        expanded: 0,
        depth: 0,
        cells: 0,
        samples: BTreeMap::new(),
        asked: 0,
        comparisons: Cell::new(MOST_COMPARED),
        elements: HashMap::new(),
        near_elements: HashMap::new(),
        free_slot: 0,
    };
    let items: Vec<&ast::Item> = trees.iter().flat_map(|file| &file.items).collect();
    let script = trees.first().map_or(0, |file| file.items.len());
    if checker.frame(&items) {
        checker.names(&items);
        checker.functions();
        checker.lever_heads(&items);
        checker.definitions(&items);
        checker.lever_bodies();
        checker.scenarios(&items);
        checker.complete();
        let own = checker.own_edits(&items);
        checker.edits(own);
        checker.edits(edits);
        checker.cites(&items);
        checker.identities(&items);
        checker.correlations(&items);
        checker.queries(&items[..script]);
        checker.cites(&items);
        if !checker.diagnostics.iter().any(Diagnostic::is_error) {
            checker.own_quantities();
            checker.ranges();
            checker.warnings(&items[..script]);
        }
    }
    checker.say_once();
    let failed = checker.diagnostics.iter().any(Diagnostic::is_error);
    cut_off(&mut checker.diagnostics);
    ((!failed).then_some(checker.model), checker.diagnostics)
}

impl Checker<'_> {
    fn kind_name(&self, kind: Kind) -> String {
        match kind {
            Kind::Plain { percent: true, .. } => "a percentage".to_owned(),
            Kind::Plain { dimension, .. } if dimension == Dimension::NUMBER => {
                "a number".to_owned()
            }
            Kind::Plain { dimension, .. } if dimension == Dimension::MONEY => {
                format!("money ({})", self.model.currency)
            }
            Kind::Plain { dimension, .. } => dimension.name(&self.model.bases),
            Kind::Points => "percentage points".to_owned(),
            Kind::Year => "a year".to_owned(),
            Kind::Element(set) => format!("an element of `{}`", self.model.sets[set].name),
            Kind::Truth => "a condition".to_owned(),
            Kind::Unknown => "something unknown".to_owned(),
        }
    }

    /// True for a name, or a field of a lever, whose declaration was reported.
    fn is_poisoned(&self, name: &str) -> bool {
        let head = name.split('.').next().unwrap_or(name);
        self.poisoned.contains(name) || self.poisoned.contains(head)
    }

    /// Tells the script's own quantities from those of the built-in library.
    fn own_quantities(&mut self) {
        let own = |span: Span| !span.source.is_builtin();
        for quantity in &mut self.model.quantities {
            quantity.own = own(quantity.span)
                || quantity.definitions.iter().any(|definition| own(definition.span));
        }
    }

    /// What the text of a kind gets wrong is found for each of its levers, and said once.
    fn say_once(&mut self) {
        let mut said: Vec<Diagnostic> = Vec::with_capacity(self.diagnostics.len());
        let mut places = BTreeSet::new();
        for diagnostic in self.diagnostics.drain(..) {
            let place = (diagnostic.code, diagnostic.span(), diagnostic.message.clone());
            if places.insert(place) {
                said.push(diagnostic);
            }
        }
        self.diagnostics = said;
    }

    /// The known name that was probably meant. Who makes mistakes without end gets no proposals in the
    /// end.
    fn nearest<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
        if self.full() {
            return None;
        }
        let mut left = self.comparisons.get();
        let found = nearest_within(name, known, &mut left);
        self.comparisons.set(left);
        found.map(str::to_owned)
    }

    fn nearest_unit(&self, name: &str) -> Option<String> {
        let known =
            self.units.keys().map(String::as_str).chain(["mn", "bn", "tn", "thousand", "pp"]);
        self.nearest(name, known)
    }
}
