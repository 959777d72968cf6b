//! The syntax tree: a script as written, with the place of every part.
//!
//! `parse` builds it, `check` reads it. Nothing is resolved: a name is text, and a number has its unit by
//! name only. The tree of a file with mistakes holds the statements that could be read.

mod query;
mod reference;

use serde::{Deserialize, Serialize};

use crate::source::Span;

pub use self::query::{
    Aim, Ask, Clauses, Condition, Fit, Goal, InputRange, Query, ShownValue, ValueQuery, Window,
};
pub use self::reference::{Argument, Call, Index, Reference, Suffix};
pub use crate::operator::{BinaryOp, Shape};

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// The name, in Unicode normal form C.
    pub text: String,
    /// Its span in the source.
    pub span: Span,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct File {
    /// Its statements, in order.
    pub items: Vec<Item>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The kind of statement, with its parts.
    pub kind: ItemKind,
    /// The whole statement.
    pub span: Span,
    /// The `##` comment above it.
    pub doc: String,
}

/// The statements of the language. Large parts are boxed: each statement takes the memory of the largest variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the statement of its name")]
pub enum ItemKind {
    Model(Text),
    Years(Range),
    Currency {
        name: Name,
        rate: Option<Expr>,
        cites: Vec<Name>,
    },
    Unit {
        name: Name,
        value: Option<Expr>,
    },
    /// The scale in which all tables show a unit: `unit mn USD`.
    ReportUnit {
        scale: Name,
        name: Name,
    },
    Use(Library),
    Set {
        name: Name,
        elements: SetElements,
        doc: Option<Text>,
    },
    Source {
        key: Name,
        citation: Text,
    },
    Needs(Vec<Name>),
    Quantity(Quantity),
    Function {
        name: Name,
        params: Vec<Name>,
        body: Expr,
    },
    Identity {
        name: Name,
        condition: Condition,
        window: Option<Window>,
    },
    Correlate {
        of: Vec<Reference>,
        value: Expr,
    },
    Solve(Solve),
    Solver(Vec<(Name, Expr)>),
    Kind(LeverKind),
    Lever(Lever),
    Scenario(Scenario),
    Assign(Assign),
    Query(Box<Query>),
}

/// Unknowns and the conditions that they are solved for, in pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solve {
    /// The unknowns. In a complementarity, each has a lower bound: the value may equal it instead of
    /// satisfying the condition.
    pub unknowns: Vec<(Reference, Option<Expr>)>,
    /// The conditions.
    pub conditions: Vec<Expr>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// A quoted text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// The text between the quotes, with escapes resolved.
    pub text: String,
    /// The span, with the quotes.
    pub span: Span,
}

/// A range `a..b`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end.
    pub from: Expr,
    /// Upper end.
    pub to: Expr,
    /// The span of both ends.
    pub span: Span,
}

/// The library that a `use` statement names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Library {
    /// A library that comes with Mizan.
    Builtin(Name),
    /// A file beside the script.
    File(Text),
}

/// The elements of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SetElements {
    /// Elements listed by name.
    Listed(Vec<Name>),
    /// Another set without some of its elements.
    Without {
        /// The set from which elements are removed.
        of: Name,
        /// The elements that are removed.
        removed: Vec<Name>,
    },
    /// The labels in a column of a data file.
    Data(Vec<Argument>, Span),
}

/// The role of a quantity: how it gets its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Given by the script.
    Param,
    /// Computed by equations.
    Variable,
    /// A product of contributions, 1 without any.
    Factor,
    /// A sum of contributions, 0 without any.
    Total,
}

/// The declaration of a quantity: `param`, `var`, `factor` or `total`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// Its role.
    pub role: Role,
    /// Its name.
    pub name: Name,
    /// Its index sets; `None` without brackets.
    pub axes: Option<Vec<AxisDecl>>,
    /// Its unit, if declared.
    pub unit: Option<Unit>,
    /// Starting value for the solver.
    pub start: Option<Box<Expr>>,
    /// The value of a parameter, or the equation of a variable without indices.
    pub value: Option<Expr>,
    /// Lowest and highest allowed value.
    pub bounds: Option<Box<Range>>,
    /// Description.
    pub doc: Option<Text>,
    /// The keys of its sources.
    pub cites: Vec<Name>,
}

/// One index of a quantity: `sector`, `s: sector`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisDecl {
    /// The index name, if written.
    pub index: Option<Name>,
    /// The index set.
    pub set: Name,
}

/// A unit as declared: `mn USD`, `USD/TEU`, `percent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// The factors of the unit, each with its power and scale word.
    pub terms: Vec<UnitTerm>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// One factor of a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitTerm {
    /// Its name.
    pub name: Name,
    /// The factor of its scale word: 1e6 for `mn`, 1 without one.
    pub scale: f64,
    /// Its exponent, negative after `/`: 0.5 in `USD^0.5`.
    pub power: f64,
}

/// The declaration of a kind of lever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeverKind {
    /// Its name.
    pub name: Name,
    /// Preposition, index name and set of each binding.
    pub bindings: Vec<KindBinding>,
    /// Description.
    pub doc: Option<Text>,
    /// Its fields, variables, equations and identities.
    pub entries: Vec<KindEntry>,
}

/// `from p: partner` in a kind's head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindBinding {
    /// The preposition.
    pub preposition: Name,
    /// The index.
    pub index: Name,
    /// The index set.
    pub set: Name,
}

/// An entry of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum KindEntry {
    Field(FieldDecl),
    Quantity(Quantity),
    Identity { name: Name, condition: Condition, window: Option<Window> },
    Assign(Assign),
    Solve(Solve),
}

/// The declaration of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldDecl {
    /// Its name.
    pub name: Name,
    /// Its unit, or the set whose element it names.
    pub unit: Unit,
    /// True if it may vary by year.
    pub path: bool,
    /// Its default.
    pub default: Option<Expr>,
    /// Lowest and highest allowed value.
    pub bounds: Option<Range>,
    /// Description.
    pub doc: Option<Text>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// An instance of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lever {
    /// The kind.
    pub kind: Name,
    /// Its own name.
    pub name: Name,
    /// The elements that its head names, by preposition.
    pub bindings: Vec<Binding>,
    /// Title.
    pub title: Option<Text>,
    /// The keys of its sources.
    pub cites: Vec<Name>,
    /// Its fields.
    pub body: Vec<BodyEntry>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// `from China` in a lever's head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The preposition.
    pub preposition: Name,
    /// The names of elements, or of one set.
    pub elements: Vec<Name>,
}

/// An entry of a lever's body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum BodyEntry {
    Field { name: Name, value: Expr, cites: Vec<Name> },
    Table(Table),
}

/// A table in the notation of Markdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The first cell of the head, which names a set.
    pub set: Name,
    /// The other cells of the head, each with its unit.
    pub columns: Vec<(Name, Option<Unit>)>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// First cell.
    pub key: Name,
    /// The other cells, each with its sources; `None` for an empty cell.
    pub cells: Vec<Option<(Expr, Vec<Name>)>>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// A scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name.
    pub name: Name,
    /// Its parents.
    pub parents: Vec<Name>,
    /// Title.
    pub title: Option<Text>,
    /// The keys of its sources.
    pub cites: Vec<Name>,
    /// Its changes, those in `together` blocks among them.
    pub entries: Vec<ScenarioEntry>,
    /// Its `together` blocks.
    pub together: Vec<Together>,
}

/// Changes that are one part of a comparison by lever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// Title.
    pub title: Option<Text>,
    /// Its changes, as positions in the scenario's entries.
    pub entries: std::ops::Range<usize>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// One change that a scenario makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum ScenarioEntry {
    Lever(Lever),
    Assign(Assign),
    Without(Vec<Name>),
    Fix(Assign),
}

/// The operator of an assignment: `=`, `+=`, `*=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the operator of its name")]
pub enum AssignOp {
    Set,
    Add,
    Multiply,
}

/// An equation, a contribution or a replaced value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assign {
    /// Left side.
    pub target: Reference,
    /// Its operator.
    pub op: AssignOp,
    /// Right side.
    pub value: Expr,
    /// The years in which it holds; `None` for all years.
    pub window: Option<Box<Window>>,
    /// The keys of its sources.
    pub cites: Vec<Name>,
    /// The span from the first to the last character.
    pub span: Span,
}

/// An expression and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// The kind of expression, with its parts.
    pub kind: ExprKind,
    /// Its span in the source.
    pub span: Span,
}

/// Expressions, and the other values that a quantity may have: paths, maps, tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the expression of its name")]
pub enum ExprKind {
    Number(Number),
    Text(String),
    Reference(Reference),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Group(Box<Expr>),
    /// A distribution with a word that says how often it is drawn.
    Drawn(Box<Expr>, HowOften),
    Path {
        first: Box<Expr>,
        legs: Vec<Leg>,
    },
    Points(Vec<(Expr, Expr)>),
    Map(Vec<(Name, Expr)>),
    Table(Box<Table>),
    /// A placeholder for an expression with a reported mistake; it causes no further message.
    Mistake,
}

/// How often a distribution is drawn, as the words after it say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum HowOften {
    /// `each sector`: once for each element of an index or set.
    Each(Name),
    /// `each year`: once for each year.
    EachYear,
    /// `shared`: once for all elements.
    Shared,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The value of the digits, without scale word and unit.
    pub value: f64,
    /// The digits as they are written: as an element `01` is not `1`.
    pub written: String,
    /// True if `%` follows.
    pub percent: bool,
    /// The factor of the scale word; 1 without one.
    pub scale: f64,
    /// The unit's name.
    pub unit: Option<Name>,
}

/// One leg of a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the leg of its name")]
pub enum Leg {
    /// `-> 0% over 2026..2029 s_curve`
    Move { to: Expr, over: Option<Range>, shape: Shape, span: Span },
    /// `then 0% from 2027`
    Step { to: Expr, from: Option<Expr>, span: Span },
}
