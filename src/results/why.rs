//! The answer of `why`.

use serde::Serialize;

use super::UnitLabel;

/// A value traced through its equations to inputs, or the difference of a value between two scenarios.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhyTree {
    /// Text of the expression, with the elements of this cell.
    pub expression: String,
    /// Description of the quantity, with the elements of the cell; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Year of the value.
    pub year: i32,
    /// Name of the scenario.
    pub scenario: String,
    /// Scenario for comparison; `None` for the tree of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Smallest share of a change that is shown.
    pub above: f64,
    /// The traced value, at the root of the tree.
    pub root: WhyNode,
}

/// A node of a tree: a value and its parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhyNode {
    /// Name of the value, such as `imports[China, vehicles]`, or text of a part of an equation.
    pub name: String,
    /// The year of the value; a part of an equation has the year of the equation.
    pub year: i32,
    /// Unit in which the value is shown.
    pub unit: UnitLabel,
    /// Value in the scenario.
    pub value: f64,
    /// Value in the reference; `None` in the tree of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// Share of the node in the value above, in the unit of that value. In the tree of a difference: the part of the
    /// difference that this node explains. In the tree of a value: the change of the value above if this node is 1%
    /// greater; `None` for a year, an element or a condition, and below equations that are solved together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Type of the node: computed, given or solved.
    #[serde(flatten)]
    pub kind: WhyKind,
    /// The equations of the value in the scenario, with index names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equations: Vec<String>,
    /// The nodes from which the value is computed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<WhyNode>,
    /// The parts of the node that are not shown, summed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Others>,
}

/// The type of a node in a tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WhyKind {
    /// An equation computes the value from the parts below.
    Computed,
    /// The value is given, or its equation reads no other value.
    Given(Origin),
    /// The scenario has no definition of the value: its lever is missing, or a total or factor has no contributions.
    Without,
    /// Several equations that depend on each other compute the value together.
    Solved {
        /// Number of equations that are solved together.
        count: usize,
        /// The largest residual, as a share of the size of the equation's terms; `None` if it is not known.
        residual: Option<f64>,
    },
    /// The value is computed, but its parts are below the depth of the query.
    Deeper,
    /// The parts of the value are shown elsewhere in the tree.
    Repeated,
}

/// The origin of a given value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Keys of the value's sources.
    pub sources: Vec<String>,
    /// The data file that gives the value; empty for the script itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Line of the value in its file.
    pub line: usize,
    /// The data file that gives the value, with the row below the header: `flows.csv row 12`; empty for other values.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub row: String,
    /// The scenario that replaces the value or adds its lever; empty for a value of the baseline.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scenario: String,
}

/// The parts of a value that are not shown, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Others {
    /// Number of parts that are not shown.
    pub count: usize,
    /// Sum of the parts' shares; `None` if a share has no number.
    pub share: Option<f64>,
}
