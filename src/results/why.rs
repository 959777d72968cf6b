//! The answer of `why`.

use serde::Serialize;

use super::UnitLabel;

/// A value traced through its equations to inputs, or the difference of a value between two scenarios.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhyTree {
    /// The expression as written, with the elements of this cell.
    pub expression: String,
    /// The description of the quantity, with the elements chosen; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The year.
    pub year: i32,
    /// The scenario's name.
    pub scenario: String,
    /// The scenario with which it is compared; `None` for the tree of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The least share of a change that is shown.
    pub above: f64,
    /// The value itself.
    pub root: WhyNode,
}

/// A value of a tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhyNode {
    /// Its name, as in `imports[China, vehicles]`, or a part of an equation.
    pub name: String,
    /// The year of the value; a part of an equation has the year of the equation.
    pub year: i32,
    /// How to show the value.
    pub unit: UnitLabel,
    /// The value in the scenario.
    pub value: f64,
    /// The value in the reference; `None` in the tree of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// The edge to the value above, in its unit. In the tree of a difference: the part of the difference that
    /// this value accounts for. In the tree of a value: the change of the value above if this one is 1% greater;
    /// `None` for a year, an element or a condition, and below equations that are solved together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// What the value is.
    #[serde(flatten)]
    pub kind: WhyKind,
    /// The equations of the value in the scenario, with index names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equations: Vec<String>,
    /// The values from which it is computed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<WhyNode>,
    /// The values from which it is computed that are not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Others>,
}

/// What a value of a tree is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WhyKind {
    /// An equation computes it from the parts below.
    Computed,
    /// The value is given, or its equation reads no other value.
    Given(Origin),
    /// Nothing defines it in the scenario: a lever that the scenario lacks, a total or a factor without
    /// contributions.
    Without,
    /// Its equations depend on each other and are solved together.
    Solved {
        /// Number of these equations.
        count: usize,
        /// The largest residual, as a share of the size of the equation's terms; `None` if it is not known.
        residual: Option<f64>,
    },
    /// The value is computed, but its parts lie below the depth that the query asks for.
    Deeper,
    /// The parts of the value are shown elsewhere in the tree.
    Repeated,
}

/// Where a given value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Keys of its sources.
    pub sources: Vec<String>,
    /// The file that gives it; empty for the script itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Its line in that file.
    pub line: usize,
    /// The data file from which it is read with the number of the row below the header, `flows.csv row 12`; empty
    /// for other values.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub row: String,
    /// The scenario that replaces the value or adds its lever; empty for a value of the baseline.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scenario: String,
}

/// Parts of a value that are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Others {
    /// Number of parts that are not shown.
    pub count: usize,
    /// The sum of their shares; `None` if a share has no number.
    pub share: Option<f64>,
}
