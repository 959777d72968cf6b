//! The model by itself: storage, coverage, edits and narrowed queries, on models made by hand.

use super::*;
use crate::source::SourceId;

const SPAN: Span = Span { source: SourceId(0), start: 0, end: 0 };

/// Sets `sector` (food, cars, services) and `goods`, which is `sector` without services, and a parameter
/// `x[sector]` of 10, over three years.
fn model() -> Model {
    let elements = ["food", "cars", "services"].map(|name| (name.to_owned(), SPAN));
    let sector = Set {
        name: "sector".to_owned(),
        root: 0,
        members: vec![0, 1, 2],
        elements: elements.into_iter().collect(),
        span: SPAN,
    };
    let goods = Set { name: "goods".to_owned(), members: vec![0, 1], ..sector.clone() };
    let goods = Set { elements: IndexMap::new(), ..goods };
    let years = (2024, 2026);
    let all = Definition::value(vec![Select::Each(0, 0)], years, Expr::Const(10.0), SPAN);
    let x = Quantity {
        name: "x".to_owned(),
        role: Role::Param,
        axes: vec![0],
        kind: Kind::Plain { dimension: Dimension::NUMBER, percent: false },
        unit: String::new(),
        path: true,
        doc: String::new(),
        span: SPAN,
        lever: None,
        definitions: vec![all],
        choice: Vec::new(),
        start: None,
        bounds: None,
        sources: Vec::new(),
        own: true,
    };
    Model { years, sets: vec![sector, goods], quantities: vec![x], ..Model::default() }
}

/// Returns the constant value of a cell in a year, from the definition with the highest precedence.
fn value(model: &Model, element: u32, year: i32) -> Option<f64> {
    let x = &model.quantities[0];
    let at = model.position(x, &[element], year);
    let chosen = x.choice.get(at).copied().unwrap_or(0);
    x.definitions.get(chosen as usize)?.expr.at_year(Some(year))
}

#[test]
fn cells_and_years_are_stored_one_after_another() {
    let mut model = model();
    model.quantities[0].axes = vec![0, 1];
    let x = &model.quantities[0];
    // A subset is stored with all elements of its root.
    assert_eq!((model.horizon(), model.cells(x)), (3, 9));
    let mut positions = Vec::new();
    for cell in model.cells_of(0) {
        positions.extend((2024..=2026).map(|year| model.position(x, &cell, year)));
    }
    assert_eq!(positions, (0..27).collect::<Vec<_>>());
    assert_eq!(model.cell_name(x, &[2, 1]), "x[services, cars]");
    assert_eq!(model.element_name(1, 1), "cars");
    assert_eq!(model.scenario_name(None), "baseline");
}

#[test]
fn a_definition_covers_the_members_of_its_set_in_its_years() {
    let model = model();
    let goods = Definition::value(vec![Select::Each(0, 1)], (2025, 2026), Expr::Const(1.0), SPAN);
    assert!(goods.covers(&model, &[1], 2025) && !goods.covers(&model, &[1], 2024));
    assert!(!goods.covers_cell(&model, &[2]), "services are not goods");
    let cars = Definition { axes: vec![Select::One(1)], ..goods };
    assert!(cars.covers_cell(&model, &[1]) && !cars.covers_cell(&model, &[0]));
}

#[test]
fn an_edit_changes_its_own_cells_and_years() {
    let mut model = model();
    let cars = |op, years, value| Definition {
        op,
        ..Definition::value(vec![Select::One(1)], years, Expr::Const(value), SPAN)
    };
    model.edit(0, cars(Op::Set, (2025, 2026), 4.0));
    assert_eq!((value(&model, 1, 2024), value(&model, 1, 2025)), (Some(10.0), Some(4.0)));
    assert_eq!(value(&model, 0, 2025), Some(10.0));
    // The later edit meets both values of the earlier one.
    model.edit(0, cars(Op::Add, (2024, 2025), 5.0));
    assert_eq!((value(&model, 1, 2024), value(&model, 1, 2025)), (Some(15.0), Some(9.0)));
    assert_eq!(value(&model, 1, 2026), Some(4.0));
    let all = Definition::value(vec![Select::Each(7, 0)], (2024, 2026), Expr::Const(2.0), SPAN);
    model.edit(0, Definition { op: Op::Multiply, ..all });
    assert_eq!((value(&model, 1, 2025), value(&model, 2, 2026)), (Some(18.0), Some(20.0)));
}

#[test]
fn an_edit_reads_the_element_of_the_definition_that_it_changes() {
    let mut model = model();
    let food = Definition::value(vec![Select::One(0)], (2024, 2026), Expr::Const(1.0), SPAN);
    model.edit(0, food);
    // Every element plus its own position: the slot of the edit means the cell's element.
    let all = Definition::value(vec![Select::Each(7, 0)], (2024, 2026), Expr::Slot(7), SPAN);
    model.edit(0, Definition { op: Op::Add, ..all });
    let x = &model.quantities[0];
    let right = |element| {
        let chosen = x.choice[model.position(x, &[element], 2024)] as usize;
        match &x.definitions[chosen].expr {
            Expr::Binary { right, .. } => (**right).clone(),
            other => other.clone(),
        }
    };
    assert_eq!((right(0), right(2)), (Expr::Const(0.0), Expr::Slot(0)));
}

fn query(ask: Ask, asked: Asked, years: (i32, i32)) -> Query {
    let (years, layout) = (QueryYears::span(years.0, years.1), TableForm::default());
    Query { ask, asked, scenarios: vec![None], years, layout, span: SPAN }
}

#[test]
fn narrowed_years_leave_checks_alone_and_drop_empty_queries() {
    let question = Question {
        text: "x".to_owned(),
        expr: Expr::Const(1.0),
        probability: false,
        loops: Vec::new(),
        kind: Kind::Truth,
        shown: Shown::default(),
        span: SPAN,
    };
    let condition = Condition {
        left: question,
        comparison: None,
        tolerance: None,
        text: String::new(),
        sources: Vec::new(),
    };
    let mut model = model();
    model.queries = vec![
        query(Ask::Show(Vec::new()), Asked::Baseline, (2024, 2026)),
        query(Ask::Check(Box::new(condition)), Asked::Baseline, (2024, 2024)),
        query(Ask::Chart(Vec::new()), Asked::Baseline, (2024, 2024)),
    ];
    assert_eq!(model.narrow_years((2025, 2030)), [SPAN]);
    let left: Vec<String> = model.queries.iter().map(|query| query.years.to_string()).collect();
    assert_eq!(left, ["2025..2026", "2024"]);
}

#[test]
fn narrowed_scenarios_respect_what_a_query_names() {
    let compare = Ask::Compare { of: Vec::new(), to: Some(1), by: None };
    let mut model = model();
    model.queries = vec![
        query(Ask::Show(Vec::new()), Asked::Baseline, (2024, 2026)),
        query(Ask::Show(Vec::new()), Asked::All, (2024, 2026)),
        query(Ask::Show(Vec::new()), Asked::Named, (2024, 2026)),
        query(compare, Asked::All, (2024, 2026)),
    ];
    model.narrow_scenarios(&[Some(1)]);
    let scenarios: Vec<Vec<Option<usize>>> =
        model.queries.iter().map(|query| query.scenarios.clone()).collect();
    // A comparison with scenario 1 does not compare it with itself.
    assert_eq!(scenarios, [vec![Some(1)], vec![None, Some(1)], vec![None], vec![None]]);
    assert!(model.queries[3].mentions(Some(1)) && !model.queries[2].mentions(Some(1)));
}

#[test]
fn a_constant_reads_at_most_the_year() {
    let next = Expr::Binary {
        op: BinaryOp::Add,
        left: Box::new(Expr::Year(Time::Offset(1))),
        right: Box::new(Expr::Const(2.0)),
        span: SPAN,
    };
    assert_eq!((next.constant(), next.at_year(Some(2024))), (None, Some(2027.0)));
    let mut seen = 0;
    Expr::Negate(Box::new(next)).walk(&mut |part| {
        seen += 1;
        !matches!(part, Expr::Binary { .. })
    });
    assert_eq!(seen, 2, "the parts of the sum are skipped");
}
