//! The order of evaluation.
//!
//! Quantities that depend on no other in a circle are steps of their own. The rest is ordered cell
//! by cell and year by year, so that lags, leads, fixed years and single elements make no false
//! cycle; what still goes in a circle is reported with the shortest cycle.

use std::collections::VecDeque;

use indexmap::IndexSet;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Point, Selection};
use crate::diagnostic::Diagnostic;
use crate::model::{Definition, Expr, QuantityId, Select, Time};

/// What is evaluated next.
pub(super) enum Step {
    /// A quantity, all its cells and years.
    Whole(QuantityId),
    /// One cell in one year.
    Point(Point),
}

/// The steps of a run; with a baseline, what is read of it is known already.
pub(super) fn steps(
    selection: &Selection<'_>,
    has_baseline: bool,
) -> Result<Vec<Step>, Diagnostic> {
    let model = selection.model;
    let mut graph = DiGraph::<(), ()>::new();
    let nodes: Vec<NodeIndex> = model.quantities.iter().map(|_| graph.add_node(())).collect();
    for (id, quantity) in model.quantities.iter().enumerate() {
        let own = quantity.definitions.iter().filter(|d| selection.active(d));
        for definition in own.chain(selection.replaced[id].iter().copied()) {
            for expr in expressions(definition) {
                expr.walk(&mut |part| {
                    if let Expr::Read { quantity, .. } = part {
                        graph.update_edge(nodes[id], nodes[*quantity], ());
                    }
                    !(has_baseline && matches!(part, Expr::Baseline(_)))
                });
            }
        }
    }
    let mut steps = Vec::new();
    for component in kosaraju_scc(&graph) {
        if component.len() == 1 && graph.find_edge(component[0], component[0]).is_none() {
            steps.push(Step::Whole(component[0].index()));
        } else {
            let members: Vec<QuantityId> = component.iter().map(|node| node.index()).collect();
            points(selection, &members, has_baseline, &mut steps)?;
        }
    }
    Ok(steps)
}

fn expressions(definition: &Definition) -> impl Iterator<Item = &Expr> {
    let computed = definition.axes.iter().filter_map(|axis| match axis {
        Select::Computed(expr) => Some(expr),
        _ => None,
    });
    computed.chain([&definition.expr])
}

/// Orders the cells and years of quantities that depend on each other.
fn points(
    selection: &Selection<'_>,
    members: &[QuantityId],
    has_baseline: bool,
    steps: &mut Vec<Step>,
) -> Result<(), Diagnostic> {
    let model = selection.model;
    let mut all: IndexSet<Point> = IndexSet::new();
    for year in model.years.0..=model.years.1 {
        for &quantity in members {
            let cells = model.cells_of(quantity);
            all.extend(cells.into_iter().map(|cell| Point { quantity, cell, year }));
        }
    }
    let mut graph = DiGraph::<(), ()>::with_capacity(all.len(), all.len());
    for _ in &all {
        graph.add_node(());
    }
    let mut slots = vec![0; model.slots];
    for (n, point) in all.iter().enumerate() {
        let mut reader = Reader { selection, has_baseline, slots: &mut slots, found: Vec::new() };
        for definition in selection.definitions(point) {
            reader.definition(definition, point);
        }
        for read in reader.found {
            if let Some(m) = all.get_index_of(&read) {
                graph.add_edge(NodeIndex::new(n), NodeIndex::new(m), ());
            }
        }
    }
    for group in kosaraju_scc(&graph) {
        if group.len() > 1 || graph.find_edge(group[0], group[0]).is_some() {
            return Err(cycle(selection, &all, &graph, &group));
        }
        steps.push(Step::Point(all[group[0].index()].clone()));
    }
    Ok(())
}

/// Finds the points that a point reads.
struct Reader<'a> {
    selection: &'a Selection<'a>,
    has_baseline: bool,
    slots: &'a mut [u32],
    found: Vec<Point>,
}

impl Reader<'_> {
    fn definition(&mut self, definition: &Definition, point: &Point) {
        for (axis, &element) in definition.axes.iter().zip(&point.cell) {
            if let Select::Each(slot, _) = axis {
                self.slots[*slot] = element;
            }
        }
        for expr in expressions(definition) {
            self.each(&definition.extra, &mut |this| this.expr(expr, point.year));
        }
    }

    fn each(&mut self, loops: &[(usize, usize)], visit: &mut impl FnMut(&mut Self)) {
        let Some((&(slot, set), rest)) = loops.split_first() else { return visit(self) };
        let model = self.selection.model;
        for &element in &model.sets[set].members {
            self.slots[slot] = element;
            self.each(rest, visit);
        }
    }

    fn expr(&mut self, expr: &Expr, year: i32) {
        expr.walk(&mut |part| match part {
            Expr::Baseline(_) => !self.has_baseline,
            Expr::If(condition, then, other) => match condition.at_year(Some(year)) {
                Some(known) => {
                    self.expr(if known == 0.0 { other } else { then }, year);
                    false
                }
                None => true,
            },
            Expr::Reduce { loops, filter, body, .. } => {
                self.each(loops, &mut |this| {
                    filter.iter().for_each(|filter| this.expr(filter, year));
                    this.expr(body, year);
                });
                false
            }
            Expr::Read { quantity, cells, time, .. } => {
                self.read(*quantity, cells, time, year);
                true
            }
            _ => true,
        });
    }

    fn read(&mut self, quantity: QuantityId, cells: &[Expr], time: &Time, year: i32) {
        let year = time.of(year);
        let model = self.selection.model;
        let mut read = vec![Vec::new()];
        for (cell, &axis) in cells.iter().zip(&model.quantities[quantity].axes) {
            let elements = match cell {
                Expr::Const(element) => vec![*element as u32],
                Expr::Slot(slot) => vec![self.slots[*slot]],
                // An element that the run decides: it may be any.
                _ => model.sets[axis].members.clone(),
            };
            let longer = |cell: &Vec<u32>| -> Vec<Vec<u32>> {
                elements.iter().map(|&element| [cell.as_slice(), &[element]].concat()).collect()
            };
            read = read.iter().flat_map(longer).collect();
        }
        self.found.extend(read.into_iter().map(|cell| Point { quantity, cell, year }));
    }
}

/// Reports the shortest cycle among points that depend on each other.
fn cycle(
    selection: &Selection<'_>,
    all: &IndexSet<Point>,
    graph: &DiGraph<(), ()>,
    group: &[NodeIndex],
) -> Diagnostic {
    // Searching from every point of a large group would take long, and the first cycles are as good.
    const STARTS: usize = 200;
    const SHOWN: usize = 10;
    let found = group.iter().take(STARTS).filter_map(|&start| around(graph, start));
    let path = found.min_by_key(Vec::len).unwrap_or_else(|| group.to_vec());
    let model = selection.model;
    let name = |node: &NodeIndex| {
        let point = &all[node.index()];
        format!(
            "{} in {}",
            model.cell_name(&model.quantities[point.quantity], &point.cell),
            point.year
        )
    };
    let mut names: Vec<String> = path.iter().take(SHOWN).map(name).collect();
    if path.len() > SHOWN {
        names.push(format!("{} more", path.len() - SHOWN));
    }
    names.push(name(&path[0]));
    let quantity = &model.quantities[all[path[0].index()].quantity];
    Diagnostic::error("cycle", format!("`{}` depends on itself", quantity.name))
        .at(quantity.span, "part of a cycle")
        .help("read last year's value, `[t-1]`, in one of the equations")
        .note(names.join(" reads "))
}

/// The shortest way from a node back to itself.
fn around(graph: &DiGraph<(), ()>, start: NodeIndex) -> Option<Vec<NodeIndex>> {
    let mut before: Vec<Option<NodeIndex>> = vec![None; graph.node_count()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in graph.neighbors(node) {
            if next == start {
                let back = std::iter::successors(Some(node), |node| before[node.index()]);
                let mut path: Vec<NodeIndex> = back.collect();
                path.reverse();
                return Some(path);
            }
            if before[next.index()].is_none() {
                before[next.index()] = Some(node);
                queue.push_back(next);
            }
        }
    }
    None
}
