//! A checked model to the values of all its quantities.
//!
//! Quantities are evaluated in the order of their dependencies, whatever the order of the script.
//! Those that depend on each other only through earlier years are evaluated year by year; a cycle
//! within a year is reported. Values are kept by quantity, cell and year.

mod eval;
mod median;

use eval::{Evaluator, Fault};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::diagnostic::Diagnostic;
use crate::model::{Change, ChangeId, Definition, Expr, Model, Op, Question, Role, Select, Time};

/// The values of one run.
#[derive(Debug, Clone)]
pub struct Values {
    values: Vec<f64>,
    offsets: Vec<usize>,
}

/// What a run has of the model: its levers and replaced values.
struct Selection<'a> {
    levers: Vec<bool>,
    replaced: Vec<Vec<&'a Definition>>,
}

/// Runs the model with some changes; `baseline` holds the values without any.
pub fn run(
    model: &Model,
    changes: &[ChangeId],
    baseline: Option<&Values>,
) -> Result<Values, Diagnostic> {
    let selection = select(model, changes);
    let mut offsets = Vec::with_capacity(model.quantities.len());
    let mut size = 0;
    for quantity in &model.quantities {
        offsets.push(size);
        size += model.cells(quantity) * model.horizon();
    }
    let mut values = Values { values: vec![0.0; size], offsets };
    let graph = dependencies(model, &selection, baseline.is_some());
    for component in kosaraju_scc(&graph) {
        let alone = component.len() == 1 && graph.find_edge(component[0], component[0]).is_none();
        let steps: Vec<(usize, (i32, i32))> = if alone {
            vec![(component[0].index(), model.years)]
        } else {
            by_year(model, &graph, &component)?
        };
        for (id, years) in steps {
            compute(model, &selection, id, years, &mut values, baseline)?;
        }
    }
    Ok(values)
}

fn select<'a>(model: &'a Model, changes: &[ChangeId]) -> Selection<'a> {
    let mut levers: Vec<bool> = model.levers.iter().map(|lever| lever.in_baseline).collect();
    let mut replaced = vec![Vec::new(); model.quantities.len()];
    for &change in changes {
        match &model.changes[change].change {
            Change::Add(lever) => levers[*lever] = true,
            Change::Remove(lever) => levers[*lever] = false,
            Change::Replace { quantity, definition, .. } => replaced[*quantity].push(definition),
        }
    }
    Selection { levers, replaced }
}

/// An edge from what is read to what reads it; its weight is the offset in years, 0 for a fixed year.
fn dependencies(model: &Model, selection: &Selection<'_>, has_baseline: bool) -> DiGraph<(), i32> {
    let mut graph = DiGraph::new();
    let nodes: Vec<NodeIndex> = model.quantities.iter().map(|_| graph.add_node(())).collect();
    for (id, quantity) in model.quantities.iter().enumerate() {
        let active = |d: &&Definition| d.lever.is_none_or(|lever| selection.levers[lever]);
        let own = quantity.definitions.iter().filter(active);
        for definition in own.chain(selection.replaced[id].iter().copied()) {
            let mut read = |expr: &Expr| {
                reads(expr, has_baseline, &mut |other, offset| {
                    graph.update_edge(nodes[id], nodes[other], offset);
                })
            };
            read(&definition.expr);
            for axis in &definition.axes {
                if let Select::Computed(expr) = axis {
                    read(expr);
                }
            }
        }
    }
    graph
}

fn reads(expr: &Expr, has_baseline: bool, found: &mut impl FnMut(usize, i32)) {
    let mut inside = Vec::new();
    if has_baseline {
        expr.walk(&mut |part| {
            if let Expr::Baseline(inner) = part {
                inner.walk(&mut |part| inside.push(std::ptr::from_ref(part)));
            }
        });
    }
    expr.walk(&mut |part| {
        if let Expr::Read { quantity, time, .. } = part {
            if !inside.contains(&std::ptr::from_ref(part)) {
                found(*quantity, if let Time::Offset(k) = time { *k } else { 0 });
            }
        }
    });
}

/// Year by year, within each year in the order of what is read in the same year.
fn by_year(
    model: &Model,
    graph: &DiGraph<(), i32>,
    component: &[NodeIndex],
) -> Result<Vec<(usize, (i32, i32))>, Diagnostic> {
    let mut same_year = DiGraph::<NodeIndex, ()>::new();
    let nodes: Vec<NodeIndex> = component.iter().map(|&node| same_year.add_node(node)).collect();
    let mut problem = None;
    for (n, &from) in component.iter().enumerate() {
        for edge in graph.edges(from) {
            use petgraph::visit::EdgeRef as _;
            let Some(m) = component.iter().position(|&node| node == edge.target()) else {
                continue;
            };
            if *edge.weight() > 0 {
                problem = Some((from.index(), "reads a later year, which must be solved"));
            } else if *edge.weight() == 0 {
                same_year.update_edge(nodes[n], nodes[m], ());
            }
        }
    }
    let order = kosaraju_scc(&same_year);
    let mut steps = Vec::new();
    for group in &order {
        let first = same_year[group[0]];
        if group.len() > 1 || same_year.find_edge(group[0], group[0]).is_some() {
            problem = Some((first.index(), "depends on itself within a year"));
        }
    }
    if let Some((id, what)) = problem {
        let names: Vec<&str> =
            component.iter().take(10).map(|n| model.quantities[n.index()].name.as_str()).collect();
        let quantity = &model.quantities[id];
        let found = Diagnostic::error("cycle", format!("`{}` {what}", quantity.name));
        return Err(found
            .at(quantity.span, "part of a cycle")
            .help("read last year's value, `[t-1]`, in one of the equations")
            .note(format!("the cycle has {}", names.join(", "))));
    }
    for year in model.years.0..=model.years.1 {
        steps.extend(order.iter().map(|group| (same_year[group[0]].index(), (year, year))));
    }
    Ok(steps)
}

fn compute(
    model: &Model,
    selection: &Selection<'_>,
    id: usize,
    years: (i32, i32),
    values: &mut Values,
    baseline: Option<&Values>,
) -> Result<(), Diagnostic> {
    let quantity = &model.quantities[id];
    if quantity.lever.is_some_and(|lever| !selection.levers[lever]) {
        return Ok(());
    }
    let gathers = matches!(quantity.role, Role::Factor | Role::Total);
    let start = values.offsets[id];
    if gathers {
        let neutral = if quantity.role == Role::Factor { 1.0 } else { 0.0 };
        for cell in 0..model.cells(quantity) {
            for year in years.0..=years.1 {
                values.values[start + cell * model.horizon() + (year - model.years.0) as usize] =
                    neutral;
            }
        }
    }
    let mut ordered: Vec<(usize, &Definition)> = quantity.definitions.iter().enumerate().collect();
    if gathers {
        // The order of the script must not reach the result.
        ordered.sort_by_key(|(n, d)| (d.lever.map(|lever| model.levers[lever].name.as_str()), *n));
    }
    for (n, definition) in ordered {
        if definition.lever.is_none_or(|lever| selection.levers[lever]) {
            let chosen = (!gathers).then_some(n);
            apply(model, id, definition, chosen, years, values, baseline)?;
        }
    }
    for definition in &selection.replaced[id] {
        apply(model, id, definition, None, years, values, baseline)?;
    }
    Ok(())
}

/// Evaluates one definition in all its cells; `chosen` keeps to the cells in which it holds.
fn apply(
    model: &Model,
    id: usize,
    definition: &Definition,
    chosen: Option<usize>,
    years: (i32, i32),
    values: &mut Values,
    baseline: Option<&Values>,
) -> Result<(), Diagnostic> {
    let quantity = &model.quantities[id];
    let loops: Vec<(usize, usize)> = definition
        .axes
        .iter()
        .filter_map(|axis| match axis {
            Select::Each(slot, set) => Some((*slot, *set)),
            _ => None,
        })
        .chain(definition.extra.iter().copied())
        .collect();
    let cells: Vec<Expr> = definition
        .axes
        .iter()
        .map(|axis| match axis {
            Select::Each(slot, _) => Expr::Slot(*slot),
            Select::One(element) => Expr::Const(f64::from(*element)),
            Select::Computed(expr) => expr.clone(),
        })
        .collect();
    let start = values.offsets[id];
    for year in definition.years.0.max(years.0)..=definition.years.1.min(years.1) {
        let mut results: Vec<(usize, f64)> = Vec::new();
        let mut slots = vec![0; model.slots + 8];
        let mut evaluator = Evaluator {
            model,
            values: &values.values,
            baseline: baseline.map(|b| b.values.as_slice()),
            offsets: &values.offsets,
            slots: &mut slots,
        };
        let outcome = evaluator.each(&loops, &mut |this| {
            let place = this.place(id, &cells, year)?;
            let holds = chosen.is_none_or(|n| {
                quantity.choice.get(place - start).is_none_or(|&c| usize::from(c) == n)
            });
            if holds {
                let value = this.eval(&definition.expr, year)?;
                results.push((place, value));
            }
            Ok(())
        });
        outcome.map_err(|fault| report(&fault, &quantity.name, year))?;
        for (place, value) in results {
            let kept = &mut values.values[place];
            *kept = match definition.op {
                Op::Set => value,
                Op::Add => *kept + value,
                Op::Multiply => *kept * value,
            };
            if let Some((low, high)) =
                quantity.bounds.filter(|&(low, high)| !(low..=high).contains(&*kept))
            {
                let found = Diagnostic::error(
                    "out-of-bounds",
                    format!(
                        "`{}` is {} in {year}; {low} to {high} is required",
                        quantity.name, *kept
                    ),
                );
                return Err(found
                    .at(definition.span, "outside its bounds")
                    .help("give a value within the bounds"));
            }
        }
    }
    Ok(())
}

fn report(fault: &Fault, name: &str, year: i32) -> Diagnostic {
    Diagnostic::error(fault.code, format!("{} in `{name}` in {year}", fault.message))
        .at(fault.span, "here")
        .help("guard it with `if`, or write `div(a, b, else: 0)` for a division")
}

/// The value of a query's expression in a year, in the cell that `elements` names.
pub fn ask(
    model: &Model,
    values: &Values,
    baseline: &Values,
    question: &Question,
    expr: &Expr,
    elements: &[u32],
    year: i32,
) -> Result<f64, Diagnostic> {
    let mut slots = vec![0; model.slots + 8];
    for (&(slot, _), &element) in question.loops.iter().zip(elements) {
        slots[slot] = element;
    }
    let mut evaluator = Evaluator {
        model,
        values: &values.values,
        baseline: Some(&baseline.values),
        offsets: &values.offsets,
        slots: &mut slots,
    };
    evaluator.eval(expr, year).map_err(|fault| report(&fault, &question.text, year))
}
