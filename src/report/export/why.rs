//! CSV of `why`: the values of a tree, each with the path of names that leads to it.

use super::{CsvTable, Entry, base_unit};
use crate::results::{WhyNode, WhyTree};

impl CsvTable {
    /// Writes a tree: `value`, `reference` and `share` of each value, which `part` names.
    pub(super) fn tree(&mut self, tree: &WhyTree) -> Result<(), csv::Error> {
        self.node(tree, &tree.root, None, "")
    }

    fn node(
        &mut self,
        tree: &WhyTree,
        node: &WhyNode,
        above: Option<&WhyNode>,
        path: &str,
    ) -> Result<(), csv::Error> {
        let path = match path {
            "" => node.name.clone(),
            path => format!("{path} > {}", node.name),
        };
        let entry = Entry {
            expression: &tree.expression,
            elements: &[],
            scenario: &tree.scenario,
            year: Some(node.year),
            measure: "value",
            part: &path,
            value: Some(node.value),
            unit: base_unit(&node.unit),
        };
        self.write(entry)?;
        if node.before.is_some() {
            self.write(Entry { measure: "reference", value: node.before, ..entry })?;
        }
        if let (Some(above), Some(share)) = (above, node.share) {
            let (value, unit) = (Some(share), base_unit(&above.unit));
            self.write(Entry { measure: "share", value, unit, ..entry })?;
        }
        node.parts.iter().try_for_each(|part| self.node(tree, part, Some(node), &path))
    }
}
