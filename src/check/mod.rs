//! Syntax trees to a checked model.
//!
//! In: the trees of the script and of the libraries that it uses. Out: a [`Model`], or diagnostics.
//! Invariants of the model: every name is resolved, every expression has one dimension, every cell of
//! every variable has exactly one definition, and no lag reads a year before the first.

mod arguments;
mod behind;
mod calibrate;
mod call;
mod cells;
mod changes;
mod cites;
mod claims;
mod correlations;
mod criteria;
mod currencies;
mod cycles;
mod data;
mod declare;
mod define;
mod discover;
mod distributions;
mod draws;
mod edits;
mod elapsed;
mod element_names;
mod errors;
mod expr;
mod fields;
mod file_calls;
mod first_years;
mod formulas;
mod functions;
mod given;
mod habits;
mod heads;
mod how_often;
mod identify;
mod itself;
mod kinds;
mod lags;
mod levers;
mod lists;
mod over_range;
mod pasted;
mod path_years;
mod percents;
mod places;
mod precedence;
mod queries;
mod ranges;
mod read;
mod readings;
mod reductions;
mod scales;
mod scenarios;
mod search;
mod sets;
mod shifted;
mod shown;
mod spreadsheet;
mod tables;
mod target;
mod terms;
mod texts;
mod undeclared;
mod unknown_fields;
mod unknowns;
mod unlikely;
mod unread_years;
mod vectors;
mod warnings;
mod why;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::IndexMap;

use crate::data::Files;
use crate::diagnostic::{Diagnostic, MOST_COMPARED, cut_off, nearest_within};
use crate::model::{Expr, Kind, LeverId, Model, QuantityId, SetId};
use crate::quantity::Dimension;
use crate::source::{SourceMap, Span};
use crate::syntax::ast;

/// The meaning of an index name in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum IndexMeaning {
    /// A free index: the slot number that holds the current element, and the set whose elements it takes in turn.
    Free(usize, SetId),
    /// An index with a fixed element: the element and its set.
    Bound(u32, SetId),
}

impl IndexMeaning {
    fn expr(self) -> Expr {
        match self {
            Self::Free(slot, _) => Expr::Slot(slot),
            Self::Bound(element, _) => Expr::Const(f64::from(element)),
        }
    }

    fn set(self) -> SetId {
        match self {
            Self::Free(_, set) | Self::Bound(_, set) => set,
        }
    }
}

/// The syntax tree of a kind, its `##` comment and its span.
type KindEntry<'a> = (&'a ast::LeverKind, &'a str, Span);

/// A function's name, parameters and body.
type FunctionEntry<'a> = (&'a ast::Name, &'a [ast::Name], &'a ast::Expr);

/// State of the checker: the model so far, names by category, limits and caches.
pub(crate) struct Checker<'a> {
    sources: &'a mut SourceMap,
    files: &'a dyn Files,
    model: Model,
    diagnostics: Vec<Diagnostic>,
    /// Number of errors found so far.
    errors: usize,
    sets: IndexMap<String, SetId>,
    units: BTreeMap<String, (Dimension, f64)>,
    /// The quantity of each currency whose rate may change; None before the quantity is declared.
    rates: BTreeMap<String, Option<QuantityId>>,
    /// Exchange rates that may change, before their definitions are added.
    changing: Vec<currencies::Rate<'a>>,
    quantity_names: IndexMap<String, QuantityId>,
    kinds: IndexMap<String, KindEntry<'a>>,
    functions: IndexMap<String, FunctionEntry<'a>>,
    lever_names: IndexMap<String, LeverId>,
    scenario_names: HashMap<String, usize>,
    lever_trees: Vec<&'a ast::Lever>,
    bindings: Vec<IndexMap<String, IndexMeaning>>,
    called: BTreeSet<String>,
    /// Names of the functions that call themselves; inserting their bodies would never end.
    recursive: BTreeSet<String>,
    /// Names whose declaration was reported as a mistake; a reading of such a name causes no second message.
    poisoned: BTreeSet<String>,
    in_scenario: bool,
    /// Fields of levers that a misspelt name probably means: they are not reported as unused or missing.
    misspelt: Vec<QuantityId>,
    /// Total size of the function bodies inserted so far, in nodes of expressions.
    expanded: usize,
    /// Nesting depth of the current expression, including inserted function bodies.
    depth: usize,
    /// Number of values of the model so far: cells times years.
    cells: u128,
    /// Samples read from files, by the call of `data`; None if reading failed.
    samples: BTreeMap<data::SampleId, Option<data::SampleValues>>,
    /// Number of values that all queries request so far.
    asked: u128,
    /// Remaining budget of letter comparisons in the search for the intended name.
    comparisons: Cell<usize>,
    /// The set of each element, by the element's name; the first set if several contain it.
    elements: HashMap<String, SetId>,
    /// Cache: whether a name is close to an element of a set.
    near_elements: HashMap<(SetId, String), bool>,
    /// Parameters without an index that have one whole number: the lengths of lags.
    whole_parameters: BTreeMap<String, f64>,
    /// First slot for edits of given values: higher than any slot of a definition, because an edited
    /// expression may combine both.
    free_slot: usize,
}

impl<'a> Checker<'a> {
    /// Makes a checker with an empty model.
    fn new(sources: &'a mut SourceMap, files: &'a dyn Files) -> Self {
        Self {
            sources,
            files,
            model: Model::default(),
            diagnostics: Vec::new(),
            errors: 0,
            sets: IndexMap::new(),
            units: BTreeMap::new(),
            rates: BTreeMap::new(),
            changing: Vec::new(),
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
            whole_parameters: BTreeMap::new(),
            free_slot: 0,
        }
    }
}

/// Checks the trees: first the script's, then those of its libraries. `edits` replace given values, as edits of the
/// script's own lines would. Reads data files through `files`, and adds lines of them that diagnostics show to
/// `sources`. Returns no model if there are errors.
pub fn check(
    trees: &[&ast::File],
    edits: &[ast::Assign],
    sources: &mut SourceMap,
    files: &dyn Files,
) -> (Option<Model>, Vec<Diagnostic>) {
    let mut checker = Checker::new(sources, files);
    let items: Vec<&ast::Item> = trees.iter().flat_map(|file| &file.items).collect();
    let script = trees.first().map_or(0, |file| file.items.len());
    checker.whole_parameters = lags::whole_parameters(&items, edits);
    if checker.frame(&items, edits) {
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
        checker.correlations(&items, edits);
        checker.queries(&items[..script]);
        checker.cites(&items);
        checker.terms();
        if !checker.diagnostics.iter().any(Diagnostic::is_error) {
            checker.own_quantities();
            checker.ranges();
            checker.warnings(&items[..script]);
        }
    }
    checker.deduplicate();
    let failed = checker.diagnostics.iter().any(Diagnostic::is_error);
    cut_off(&mut checker.diagnostics);
    checker.model.texts = checker.sources.clone();
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

    /// True for a name, or a field of a lever, whose declaration had a reported error; uses of it are not reported again.
    fn is_poisoned(&self, name: &str) -> bool {
        let head = name.split('.').next().unwrap_or(name);
        self.poisoned.contains(name) || self.poisoned.contains(head)
    }

    /// Marks the quantities that the script itself declares or defines, and not only the built-in library.
    fn own_quantities(&mut self) {
        let own = |span: Span| !span.source.is_builtin();
        for quantity in &mut self.model.quantities {
            quantity.own = own(quantity.span)
                || quantity.definitions.iter().any(|definition| own(definition.span));
        }
    }

    /// Removes duplicate diagnostics, because a mistake in a kind is found once for each of its levers.
    fn deduplicate(&mut self) {
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(self.diagnostics.len());
        let mut places = BTreeSet::new();
        for diagnostic in self.diagnostics.drain(..) {
            let place = (diagnostic.code, diagnostic.span(), diagnostic.message.clone());
            if places.insert(place) {
                kept.push(diagnostic);
            }
        }
        self.diagnostics = kept;
    }

    /// Returns the known name that was probably meant; None when the budget of comparisons is used up.
    fn nearest<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
        if self.full() {
            return None;
        }
        let known: Vec<&str> = known.into_iter().collect();
        // The singular or plural of a name before all others.
        let plural = |one: &&&str| {
            one.strip_suffix('s') == Some(name) || name.strip_suffix('s') == Some(**one)
        };
        if let Some(plural) = known.iter().find(plural).filter(|_| name.len() > 2) {
            return Some((*plural).to_owned());
        }
        let mut left = self.comparisons.get();
        let found = nearest_within(name, known, &mut left);
        self.comparisons.set(left);
        found.map(str::to_owned)
    }

    fn nearest_unit(&self, name: &str) -> Option<String> {
        // A unit of goods is not a misspelt scale word.
        const GOODS: [&str; 9] = ["t", "ton", "tons", "tonne", "tonnes", "kg", "bbl", "mt", "MWh"];
        if GOODS.contains(&name) && !self.units.keys().any(|unit| unit.starts_with(name)) {
            return None;
        }
        let known =
            self.units.keys().map(String::as_str).chain(["mn", "bn", "tn", "thousand", "pp"]);
        self.nearest(name, known)
    }
}
