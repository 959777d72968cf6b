//! The syntax tree: a script as written, with the place of every part.
//!
//! `parse` builds it, `check` reads it. Nothing is resolved: a name is text, and a number has its unit by
//! name only. The tree of a file with mistakes holds the statements that could be read.

mod query;

use serde::{Deserialize, Serialize};

use crate::source::Span;

pub use self::query::{Aim, Ask, Condition, Goal, InputRange, Query, Scope, ValueQuery, Window};
pub use crate::operator::{BinaryOp, Shape};

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// The name, in Unicode normal form C.
    pub text: String,
    /// Its place.
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
    /// Which statement, and its parts.
    pub kind: ItemKind,
    /// The whole statement.
    pub span: Span,
    /// The `##` comment above it.
    pub doc: String,
}

/// The statements of the language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the statement of its name")]
pub enum ItemKind {
    Model(Text),
    Years(Range),
    Currency { name: Name, rate: Option<Expr> },
    Unit { name: Name, value: Option<Expr> },
    Use(Library),
    Set { name: Name, elements: SetElements, doc: Option<Text> },
    Source { key: Name, citation: Text },
    Needs(Vec<Name>),
    Quantity(Quantity),
    Function { name: Name, params: Vec<Name>, body: Expr },
    Identity { name: Name, condition: Condition },
    Correlate { of: Vec<Reference>, value: Expr },
    Solve(Solve),
    Solver(Vec<(Name, Expr)>),
    Kind(Kind),
    Lever(Lever),
    Scenario(Scenario),
    Assign(Assign),
    Query(Query),
}

/// Unknowns and the conditions that they are solved for, in pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solve {
    /// What is solved for, each with the least value that may hold in place of its condition.
    pub unknowns: Vec<(Reference, Option<Expr>)>,
    /// The conditions.
    pub conditions: Vec<Expr>,
    /// The whole.
    pub span: Span,
}

/// A quoted text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// What stands between the quotes, escapes resolved.
    pub text: String,
    /// With the quotes.
    pub span: Span,
}

/// `a..b`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end.
    pub from: Expr,
    /// Upper end.
    pub to: Expr,
    /// Both.
    pub span: Span,
}

/// What `use` names.
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
    /// Listed.
    Listed(Vec<Name>),
    /// Another set without some of its elements.
    Without {
        /// The other set.
        of: Name,
        /// What is taken out.
        removed: Vec<Name>,
    },
    /// The labels in a column of a data file.
    Data(Vec<Argument>, Span),
}

/// Where the values of a quantity come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Given.
    Param,
    /// Computed by equations.
    Variable,
    /// A product of contributions, 1 without any.
    Factor,
    /// A sum of contributions, 0 without any.
    Total,
}

/// `param`, `var`, `factor` or `total`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// Which of the four.
    pub role: Role,
    /// Its name.
    pub name: Name,
    /// Its index sets; `None` without brackets.
    pub axes: Option<Vec<AxisDecl>>,
    /// Its unit, if written.
    pub unit: Option<Unit>,
    /// Value to begin solving from.
    pub start: Option<Expr>,
    /// The value, or the equation of a variable without index.
    pub value: Option<Expr>,
    /// Lowest and highest allowed value.
    pub bounds: Option<Range>,
    /// Description.
    pub doc: Option<Text>,
    /// Sources.
    pub cites: Vec<Name>,
}

/// One index of a quantity: `sector`, `s: sector`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisDecl {
    /// The index name, if written.
    pub index: Option<Name>,
    /// The set.
    pub set: Name,
}

/// A unit as declared: `mn USD`, `USD/TEU`, `percent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Each with its power and scale word.
    pub terms: Vec<UnitTerm>,
    /// The whole.
    pub span: Span,
}

/// One factor of a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitTerm {
    /// Its name.
    pub name: Name,
    /// The scale word's factor.
    pub scale: f64,
    /// Its power, negative behind `/`.
    pub power: i32,
}

/// A block kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// Its name.
    pub name: Name,
    /// Preposition, index name and set of each binding.
    pub bindings: Vec<KindBinding>,
    /// Description.
    pub doc: Option<Text>,
    /// Fields, variables, equations, identities.
    pub entries: Vec<KindEntry>,
}

/// `from p: partner` in a kind's head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindBinding {
    /// The preposition.
    pub preposition: Name,
    /// The index.
    pub index: Name,
    /// The set.
    pub set: Name,
}

/// An entry of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum KindEntry {
    Field(FieldDecl),
    Quantity(Quantity),
    Identity { name: Name, condition: Condition },
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
    /// The whole.
    pub span: Span,
}

/// An instance of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lever {
    /// The kind.
    pub kind: Name,
    /// Its own name.
    pub name: Name,
    /// What it binds.
    pub bindings: Vec<Binding>,
    /// Title.
    pub title: Option<Text>,
    /// Sources.
    pub cites: Vec<Name>,
    /// Its fields.
    pub body: Vec<BodyEntry>,
    /// The whole.
    pub span: Span,
}

/// `from China` in a lever's head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The preposition.
    pub preposition: Name,
    /// The elements, or one set.
    pub elements: Vec<Name>,
}

/// An entry of a lever's body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum BodyEntry {
    Field { name: Name, value: Expr, cites: Vec<Name> },
    Table(Table),
}

/// A table as Markdown writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The head's first cell: a set.
    pub set: Name,
    /// The other cells of the head.
    pub columns: Vec<(Name, Option<Unit>)>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// The whole.
    pub span: Span,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// First cell.
    pub key: Name,
    /// The other cells; `None` where a cell is empty.
    pub cells: Vec<Option<(Expr, Vec<Name>)>>,
    /// The whole.
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
    /// Sources.
    pub cites: Vec<Name>,
    /// What it changes.
    pub entries: Vec<ScenarioEntry>,
}

/// One change that a scenario makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum ScenarioEntry {
    Lever(Lever),
    Assign(Assign),
    Without(Vec<Name>),
    Fix { target: Reference, value: Expr, cites: Vec<Name>, span: Span },
}

/// The operator of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssignOp {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `*=`
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
    /// For which years; all without.
    pub window: Option<Window>,
    /// Sources.
    pub cites: Vec<Name>,
    /// The whole.
    pub span: Span,
}

/// An expression and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// Which expression, and its parts.
    pub kind: ExprKind,
    /// Its place.
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
    PerYear(Box<Expr>),
    Path {
        first: Box<Expr>,
        legs: Vec<Leg>,
    },
    Knots(Vec<(Expr, Expr)>),
    Map(Vec<(Name, Expr)>),
    Table(Box<Table>),
    /// In place of an expression with a reported mistake; raises no second message.
    Mistake,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The digits' value, without scale and unit.
    pub value: f64,
    /// The digits as they are written: as an element `01` is not `1`.
    pub written: String,
    /// `%` follows.
    pub percent: bool,
    /// The scale word's factor, 1 without.
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

/// A name with what follows it: `a`, `a.b[s, t-1]`, `f(x)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The name's parts.
    pub path: Vec<Name>,
    /// What follows.
    pub suffix: Suffix,
    /// The whole.
    pub span: Span,
}

impl Reference {
    /// The parts joined by dots.
    pub fn dotted(&self) -> String {
        let parts: Vec<&str> = self.path.iter().map(|part| part.text.as_str()).collect();
        parts.join(".")
    }
}

/// What follows a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Suffix {
    /// Nothing.
    None,
    /// `[...]`
    Indices(Vec<Index>),
    /// `(...)`
    Call(Call),
}

/// One index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the index of its name")]
pub enum Index {
    All(Span),
    Expr(Expr),
    Range(Range),
}

/// The arguments of a call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Call {
    /// `s in sector, p in partner`, before the colon.
    pub binders: Vec<(Name, Name)>,
    /// `where`, after the binders.
    pub filter: Option<Box<Expr>>,
    /// The arguments.
    pub args: Vec<Argument>,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// `year:` before it.
    pub key: Option<Name>,
    /// Its value.
    pub value: Expr,
    /// True if the key was quoted or a number.
    pub literal_key: bool,
}
