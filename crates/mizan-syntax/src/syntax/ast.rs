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
pub use self::reference::{Argument, Binder, Call, Index, Over, Reference, Suffix};
pub use crate::operator::{BinaryOp, Shape};

/// A name and its span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// The characters of the name, in Unicode normal form C.
    pub text: String,
    /// The span of the name in the source.
    pub span: Span,
}

/// The syntax tree of a file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct File {
    /// The statements of the file, in order.
    pub items: Vec<Item>,
}

/// A statement of a script with its span and its comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The type of statement, with its parts.
    pub kind: ItemKind,
    /// The span of the whole statement.
    pub span: Span,
    /// The text of the `##` comment above the statement.
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
    /// `unit mn USD`: the scale in which all tables show a unit.
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

/// The unknowns of a `solve` statement and the condition of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solve {
    /// The unknowns. In a complementarity each has a lower bound, which the value may equal instead of satisfying the
    /// condition.
    pub unknowns: Vec<(Reference, Option<Expr>)>,
    /// The conditions, one for each unknown.
    pub conditions: Vec<Expr>,
    /// The span of the whole statement.
    pub span: Span,
}

/// A text in quotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// The text between the quotes, with escapes resolved.
    pub text: String,
    /// The span of the text with its quotes.
    pub span: Span,
}

/// A range `LOW..HIGH`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end of the range.
    pub from: Expr,
    /// Upper end of the range.
    pub to: Expr,
    /// The span of the whole range.
    pub span: Span,
}

/// The library that a `use` statement names: a built-in one or a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Library {
    /// The name of a library that comes with Mizan.
    Builtin(Name),
    /// The path of a library file, relative to the script.
    File(Text),
}

/// The elements in the declaration of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SetElements {
    /// Elements listed by name.
    Listed(Vec<Name>),
    /// Another set without some of that set's elements.
    Without {
        /// The set that still contains the removed elements.
        of: Name,
        /// The elements that the new set lacks.
        removed: Vec<Name>,
    },
    /// The labels in a column of a data file: `set s = data(...)`.
    Data(Vec<Argument>, Span),
}

/// The role of a quantity: whether the script gives its values or equations compute them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// A parameter: the script gives its values.
    Param,
    /// A variable: equations compute its values.
    Variable,
    /// A product of contributions; 1 without contributions.
    Factor,
    /// A sum of contributions; 0 without contributions.
    Total,
}

/// The declaration of a quantity: `param`, `var`, `factor` or `total`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// The role: parameter, variable and so on.
    pub role: Role,
    /// Name of the quantity.
    pub name: Name,
    /// Index sets of the quantity; `None` without brackets.
    pub axes: Option<Vec<AxisDecl>>,
    /// Declared unit of the quantity.
    pub unit: Option<Unit>,
    /// Starting value of the unknown for the solver.
    pub start: Option<Box<Expr>>,
    /// The value of a parameter, or the equation of a variable without indices.
    pub value: Option<Expr>,
    /// Lowest and highest allowed value of the quantity.
    pub bounds: Option<Box<Range>>,
    /// Description of the quantity.
    pub doc: Option<Text>,
    /// Keys of the sources that the declaration cites.
    pub cites: Vec<Name>,
}

/// One index of a quantity: `sector`, `s: sector`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisDecl {
    /// Name of the index, if it is written before the set.
    pub index: Option<Name>,
    /// The set of the index.
    pub set: Name,
}

/// A unit as declared: `mn USD`, `USD/TEU`, `percent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// The factors of the unit, each with its power and scale word.
    pub terms: Vec<UnitTerm>,
    /// The span of the whole unit.
    pub span: Span,
}

/// One factor of a unit, such as `mn USD` or `1 / TEU`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitTerm {
    /// Name of the factor: a currency or another unit.
    pub name: Name,
    /// Value of the factor's scale word: 1e6 for `mn`, 1 without a scale word.
    pub scale: f64,
    /// Exponent of the factor, negative after `/`: 0.5 in `USD^0.5`.
    pub power: f64,
}

/// The declaration of a kind of lever: `block NAME { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeverKind {
    /// Name of the kind.
    pub name: Name,
    /// Preposition, index name and set of each binding.
    pub bindings: Vec<KindBinding>,
    /// Description of the kind.
    pub doc: Option<Text>,
    /// Fields, variables, equations and identities of the kind.
    pub entries: Vec<KindEntry>,
}

/// A binding in the head of a kind: `from p: partner`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindBinding {
    /// The preposition before the elements: `from`, `to`, `on`.
    pub preposition: Name,
    /// Name of the index that takes the elements.
    pub index: Name,
    /// The set of the index.
    pub set: Name,
}

/// An entry in the body of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum KindEntry {
    Field(FieldDecl),
    Quantity(Quantity),
    Identity { name: Name, condition: Condition, window: Option<Window> },
    Assign(Assign),
    Solve(Solve),
}

/// The declaration of a field of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldDecl {
    /// Name of the field.
    pub name: Name,
    /// Unit of the field, or the set whose element the field names.
    pub unit: Unit,
    /// True if the value of the field may vary by year.
    pub path: bool,
    /// Default value of the field.
    pub default: Option<Expr>,
    /// Lowest and highest allowed value of the field.
    pub bounds: Option<Range>,
    /// Description of the field.
    pub doc: Option<Text>,
    /// The span of the whole declaration.
    pub span: Span,
}

/// A lever: an instance of a kind, such as `tariff duty from China { ... }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lever {
    /// Name of the lever's kind.
    pub kind: Name,
    /// Name of the lever.
    pub name: Name,
    /// The elements in the head of the lever, by preposition.
    pub bindings: Vec<Binding>,
    /// Title of the lever in reports.
    pub title: Option<Text>,
    /// Keys of the sources that the lever cites.
    pub cites: Vec<Name>,
    /// Fields of the lever.
    pub body: Vec<BodyEntry>,
    /// The span of the whole statement.
    pub span: Span,
}

/// A preposition with its elements in the head of a lever: `from China`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The preposition: `from`, `to`, `on`.
    pub preposition: Name,
    /// The names of elements, or the name of one set.
    pub elements: Vec<Name>,
}

/// An entry in the body of a lever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the entry of its name")]
pub enum BodyEntry {
    Field { name: Name, value: Expr, cites: Vec<Name> },
    Table(Table),
}

/// A table in the notation of Markdown, with `|` between the cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The first cell of the table's head, which names a set.
    pub set: Name,
    /// The further cells of the table's head, each with its unit.
    pub columns: Vec<(Name, Option<Unit>)>,
    /// The rows below the table's head.
    pub rows: Vec<TableRow>,
    /// The span of the whole table.
    pub span: Span,
}

/// A row of a table: an element and its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// The first cell, which names an element.
    pub key: Name,
    /// The cells after the first, each with its sources; `None` for an empty cell.
    pub cells: Vec<Option<(Expr, Vec<Name>)>>,
    /// The span of the whole row.
    pub span: Span,
}

/// The declaration of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Name of the scenario.
    pub name: Name,
    /// The scenarios after `extends`.
    pub parents: Vec<Name>,
    /// Title of the scenario in reports.
    pub title: Option<Text>,
    /// Keys of the sources that the scenario cites.
    pub cites: Vec<Name>,
    /// Changes of the scenario, including those in `together` blocks.
    pub entries: Vec<ScenarioEntry>,
    /// The `together` blocks of the scenario.
    pub together: Vec<Together>,
}

/// A `together` block: changes that a comparison by lever counts as one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// Title of the block in reports.
    pub title: Option<Text>,
    /// The changes in the block, as positions in the scenario's entries.
    pub entries: std::ops::Range<usize>,
    /// The span of the whole block.
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

/// A line `x = ...`, `x += ...` or `x *= ...`: an equation, a contribution or a changed value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assign {
    /// Left side: the changed quantity with its indices.
    pub target: Reference,
    /// The operator between the sides: `=`, `+=`, `-=` or `*=`.
    pub op: AssignOp,
    /// Right side: the value.
    pub value: Expr,
    /// The years in which the change holds; `None` for all years.
    pub window: Option<Box<Window>>,
    /// Keys of the sources that the change cites.
    pub cites: Vec<Name>,
    /// The span of the whole line.
    pub span: Span,
}

/// An expression and its span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// The type of expression, with its parts.
    pub kind: ExprKind,
    /// The span of the expression in the source.
    pub span: Span,
}

/// An expression, or another value that a quantity may have: a path, a map or a table.
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
    /// A distribution followed by `each` or `shared`, which say how often it is drawn.
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

/// The words after a distribution that say how often it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum HowOften {
    /// `each sector`: one draw for each element of an index or set.
    Each(Name),
    /// `each year`: one draw for each year.
    EachYear,
    /// `shared`: one draw for all elements.
    Shared,
}

/// A number with its scale word and unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The value of the digits, without scale word and unit.
    pub value: f64,
    /// The digits as in the script, because the elements `01` and `1` differ.
    pub written: String,
    /// True if `%` follows the digits.
    pub percent: bool,
    /// Value of the scale word; 1 without a scale word.
    pub scale: f64,
    /// Name of the unit after the number.
    pub unit: Option<Name>,
}

/// One leg of a path: a move to a new value, or a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the leg of its name")]
pub enum Leg {
    /// A move to a new value: `-> 0% over 2026..2029 s_curve`.
    Move { to: Expr, over: Option<Range>, shape: Shape, span: Span },
    /// A step to a new value: `then 0% from 2027`.
    Step { to: Expr, from: Option<Expr>, span: Span },
}
