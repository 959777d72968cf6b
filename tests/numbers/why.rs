//! `why` against closed forms: effects of 1%, Shapley shares of a difference, and their sums.

use mizan::analysis::answer;
use mizan::results::{Answer, Report, WhyKind, WhyNode, WhyTree};
use mizan::session::load;

fn report(script: &str) -> Report {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
    answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn trees(report: &Report) -> Vec<&WhyTree> {
    let trees = report.answers.iter().filter_map(|answer| match answer {
        Answer::Why { trees } => Some(trees),
        _ => None,
    });
    trees.flatten().collect()
}

/// Returns the only tree of a script with one `why`.
fn root(script: &str) -> WhyNode {
    let report = report(script);
    let trees = trees(&report);
    let [only] = trees.as_slice() else { panic!("one tree") };
    only.root.clone()
}

fn part<'a>(node: &'a WhyNode, name: &str) -> &'a WhyNode {
    let names: Vec<&str> = node.parts.iter().map(|part| part.name.as_str()).collect();
    let found = node.parts.iter().find(|part| part.name == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {names:?}"))
}

fn near(found: Option<f64>, wanted: f64) {
    let found = found.expect("a share");
    assert!((found - wanted).abs() <= 1e-12 * (1.0 + wanted.abs()), "{found} for {wanted}");
}

const GIVEN: &str = "years 2024..2026\nparam a = 2\nparam b = 5\nparam c = 4\n";

#[test]
fn a_quantity_without_brackets_is_named_with_its_elements() {
    let report = report(
        "years 2024..2025\nset p = a, \"b c\"\nvar x[p] = 2\nwhy x in 2025\nwhy x * 2 in 2025\n",
    );
    let names: Vec<&str> = trees(&report).iter().map(|tree| tree.expression.as_str()).collect();
    assert_eq!(names, ["x[a]", "x[b c]", "x * 2 a", "x * 2 b c"]);
}

#[test]
fn the_effect_of_one_percent_more_is_that_of_the_equation() {
    let tree = |equation: &str| root(&format!("{GIVEN}var y = {equation}\nwhy y\n"));
    let sum = tree("a * b - c");
    assert_eq!((sum.value, sum.before), (6.0, None));
    near(part(&sum, "a").share, 0.1);
    near(part(&sum, "b").share, 0.1);
    near(part(&sum, "c").share, -0.04);
    let power = tree("a ^ 3 / c");
    near(part(&power, "a").share, 2.0 * (1.01_f64.powi(3) - 1.0));
    near(part(&power, "c").share, 2.0 / 1.01 - 2.0);
    // Only the branch that is taken counts, and a value that is read twice counts once.
    let branch = tree("if a > 1 then b + b * c else c");
    near(part(&branch, "b").share, 0.25);
    near(part(&branch, "c").share, 0.2);
    assert_eq!(branch.parts.len(), 2);
}

#[test]
fn a_difference_is_divided_as_shapley_divides_it() {
    let script = |equation: &str, changes: &str| {
        format!(
            "{GIVEN}var y = {equation}\nscenario x {{\n{changes}\n}}\nwhy y for x to baseline above 0%\n"
        )
    };
    // Two factors: each change counts with the mean of the other factor.
    let two = root(&script("a * b + c", "a = 3\nb = 7"));
    assert_eq!((two.before, two.value), (Some(14.0), 25.0));
    near(part(&two, "a").share, 6.0);
    near(part(&two, "b").share, 5.0);
    assert_eq!(two.parts.len(), 2, "what does not change has no part");
    // Three factors from 2, 5, 4 to 3, 7, 5: (1/3) (y0 z0 + y1 z1) + (1/6) (y0 z1 + y1 z0) for the first.
    let three = root(&script("a * b * c", "a = 3\nb = 7\nc = 5"));
    let share = |d: f64, [p, q]: [f64; 2], [r, s]: [f64; 2]| {
        d * ((p * r + q * s) / 3.0 + (p * s + q * r) / 6.0)
    };
    near(part(&three, "a").share, share(1.0, [5.0, 7.0], [4.0, 5.0]));
    near(part(&three, "b").share, share(2.0, [2.0, 3.0], [4.0, 5.0]));
    near(part(&three, "c").share, share(1.0, [2.0, 3.0], [5.0, 7.0]));
    // A condition that turns: 4 where a <= 2, else b.
    let turned = root(&script("if a > 2 then b else c", "a = 3\nb = 7"));
    near(part(&turned, "a").share, ((5.0 - 4.0) + (7.0 - 4.0)) / 2.0);
    near(part(&turned, "b").share, (0.0 + 2.0) / 2.0);
}

#[test]
fn shares_go_through_lags_to_the_input_with_its_source() {
    let tree = root(
        "years 2024..2026\nsource office \"Office\"\nparam g: percent = 5% @office\n\
         var x = if t == first then 100 else x[t-1] * (1 + g)\nscenario more { g = 8% }\n\
         why x for more to baseline depth 5\n",
    );
    let before = part(&tree, "x");
    assert_eq!((before.year, tree.year), (2025, 2026));
    near(before.share, 3.0 * (1.05 + 1.08) / 2.0);
    near(part(&tree, "g").share, 0.03 * (105.0 + 108.0) / 2.0);
    let given = part(before, "g");
    let WhyKind::Given(origin) = &given.kind else { panic!("{:?}", given.kind) };
    assert_eq!((origin.line, origin.scenario.as_str()), (5, "more"));
    assert!(origin.sources.is_empty(), "the scenario's value has no source");
    let value = root(
        "years 2024..2026\nsource office \"Office\"\nparam g: percent = 5% @office\nvar x = 100 * g\nwhy x\n",
    );
    let WhyKind::Given(origin) = &part(&value, "g").kind else { panic!("given") };
    assert_eq!(origin.sources, ["office"]);
    assert_eq!((origin.line, origin.file.as_str()), (3, ""));
}

#[test]
fn equations_that_are_solved_together_are_one_node() {
    let script = "years 2024..2024\nparam a = 2\nvar supply start 1\nvar price start 1\n\
        solve supply, price so that supply == 10 * price, supply == 30 - a * price\n\
        var income = supply * price\nscenario more { a = 3 }\nwhy income depth 3\n\
        why income for more to baseline depth 3\n";
    let report = report(script);
    let trees = trees(&report);
    for tree in trees {
        let supply = part(&tree.root, "supply");
        let WhyKind::Solved { count: 2, residual: Some(residual) } = supply.kind else {
            panic!("{:?}", supply.kind)
        };
        assert!(residual < 1e-12);
        let [only] = supply.parts.as_slice() else { panic!("the block reads `a` alone") };
        assert_eq!((only.name.as_str(), only.share), ("a", None));
    }
    let difference = &report.answers[1];
    let Answer::Why { trees } = difference else { panic!("a tree") };
    let (s, p) = (300.0 / 13.0 - 25.0, 30.0 / 13.0 - 2.5);
    near(part(&trees[0].root, "supply").share, s * (30.0 / 13.0 + 2.5) / 2.0);
    near(part(&trees[0].root, "price").share, p * (300.0 / 13.0 + 25.0) / 2.0);
}

#[test]
fn small_parts_are_counted_together() {
    let script = "years 2024..2024\nset s = a, b, c\nparam x[s] = { a: 90, b: 9, c: 1 }\n\
        var y = sum(x[*])\nscenario more { x[a] = 91\nx[b] = 9.01\nx[c] = 1.02 }\n";
    let tree = root(&format!("{script}why y for more to baseline above 5%\n"));
    assert_eq!(tree.parts.len(), 1);
    near(part(&tree, "x[a]").share, 1.0);
    let others = tree.others.expect("two small parts");
    assert_eq!(others.count, 2);
    near(others.share, 0.03);
    let tree = root(&format!("{script}why y in 2024 above 10%\n"));
    assert_eq!((tree.parts.len(), tree.others.expect("two").count), (1, 2));
}

#[test]
fn a_lever_that_a_scenario_adds_is_a_part() {
    let tree = root(
        "years 2024..2024\ntotal made\nparam old = 3\nmade += old\n\
         block works { output: number\nmade += output }\nscenario built { works mill { output: 4 } }\n\
         var all = 2 * made\nwhy made for built to baseline\n",
    );
    assert_eq!((tree.before, tree.value), (Some(3.0), 7.0));
    near(part(&tree, "mill.output").share, 4.0);
}

/// Checks that the parts of each difference add up to it, and returns the number of differences.
fn adds_up(node: &WhyNode) -> usize {
    let mut checked = 0;
    if let (Some(before), WhyKind::Computed) = (node.before, &node.kind)
        && !node.parts.is_empty()
        && node.parts.iter().all(|part| part.share.is_some())
    {
        let others = node.others.and_then(|others| others.share).unwrap_or(0.0);
        let sum = node.parts.iter().filter_map(|part| part.share).sum::<f64>() + others;
        let off = node.value - before;
        let size = node.value.abs().max(before.abs());
        assert!((sum - off).abs() <= 1e-12 * size, "{}: {sum} for {off}", node.name);
        checked += 1;
    }
    checked + node.parts.iter().map(adds_up).sum::<usize>()
}

/// The only differences left out are those whose equation another one replaces.
#[test]
fn parts_add_up_to_their_difference_all_the_way_down() {
    let script = include_str!("../../examples/azerbaijan_china.mizan");
    let script = format!(
        "{script}\nwhy balance[*], sum(current_balance[*]), coverage[China] for localisation, liberalisation, corridor to baseline depth 9 above 2%\n"
    );
    let report = report(&script);
    let trees = trees(&report);
    assert_eq!(trees.len(), 12);
    let checked: usize = trees.iter().map(|tree| adds_up(&tree.root)).sum();
    assert!(checked > 100, "{checked}");
    for tree in &trees {
        let root = &tree.root;
        assert!(root.value == root.before.expect("a reference") || !root.parts.is_empty());
    }
}
