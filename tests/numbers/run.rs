//! Results of runs, against numbers worked out here, without the evaluator.

use mizan::analysis::answer;
use mizan::builtins::{BUILTINS, Function, Meaning, Need};
use mizan::engine::run;
use mizan::model::print::definition;
use mizan::report;
use mizan::results::Answer;
use mizan::session::load;

/// The report as text, and how many of its checks pass and fail.
fn text(script: &str) -> (String, usize, usize) {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics));
    let report = answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"));
    let count = |wanted: bool| {
        let is =
            |answer: &&Answer| matches!(answer, Answer::Check(check) if check.passed == wanted);
        report.answers.iter().filter(is).count()
    };
    (report::text(&report, 80, false), count(true), count(false))
}

#[test]
fn growth_compounds_from_the_base_year() {
    let script = "years 2024..2026\ncurrency USD\nset s = a, b\nparam g[s] = { a: 10%, else: 50% }\n\
        var x[s]: USD\nx[i, first] = 100 USD\nx[i] = x[i, t-1] * (1 + g[i])\n\
        check x[a] in 2026 == 121 USD within 0.000001 USD\n\
        check sum(x[*]) in 2026 == 346 USD within 0.000001 USD\n\
        check x[b] in 2026 == 226 USD\n";
    let (shown, passed, failed) = text(script);
    assert_eq!((passed, failed), (2, 1), "{shown}");
    assert!(shown.contains("225") && shown.contains("226"), "both numbers: {shown}");
}

#[test]
fn levers_contribute_and_the_order_of_the_script_changes_nothing() {
    let head = "years 2024..2030\ncurrency USD\nset sector = a, b\n";
    let parts = [
        "total m[sector]: USD\n",
        "factor price[sector]\n",
        "block duty on s: sector { rate: percent path\n price[s] *= (1 + rate) / (1 + rate[first])\n m[s] += 10 USD * price[s] }\n",
        "duty d { rate: 25% -> 0% over 2024..2028 }\n",
        "duty e on a { rate: 10% then 21% from 2026 }\n",
        "check m[a] in 2030 == 17.6 USD within 0.000001 USD\n",
        "check m[b] in 2030 == 8 USD within 0.000001 USD\n",
        "check m[b] in 2026 == 9 USD within 0.000001 USD\n",
    ];
    // a in 2030: both factors, (1 / 1.25) (1.21 / 1.10) = 0.88, met by two levers of 10 each.
    let forward = text(&format!("{head}{}", parts.concat()));
    assert_eq!((forward.1, forward.2), (3, 0), "{}", forward.0);
    let backward: String = parts.iter().rev().copied().collect();
    assert_eq!(text(&format!("{head}{backward}")).1, 3);
}

#[test]
fn a_change_that_starts_later_leaves_earlier_years_alone() {
    let script = "years 2024..2035\nparam g = 3%\nvar x\nx[first] = 100\nx = x[t-1] * (1 + g)\n\
        scenario late { g = 9% in 2028..2035 }\n\
        show x for baseline, late\n";
    let report = answer(&load("test.mizan", script).model.expect("checks")).expect("answers");
    let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
    let (baseline, late) = (&panels[0].series[0].values, &panels[0].series[1].values);
    for (year, (a, b)) in panels[0].years.iter().zip(baseline.iter().zip(late)) {
        let (a, b) = (a.expect("a value"), b.expect("a value"));
        assert_eq!(a.to_bits() == b.to_bits(), *year < 2028, "{year}: {a} {b}");
    }
}

#[test]
fn the_parts_of_a_difference_add_up_to_it() {
    let script = include_str!("../../examples/azerbaijan_china.mizan");
    let report = answer(&load("test.mizan", script).model.expect("checks")).expect("answers");
    let compared = report.answers.iter().find_map(|answer| match answer {
        Answer::Compare { comparisons, .. } => Some(&comparisons[0]),
        _ => None,
    });
    let scenarios = &compared.expect("a comparison").scenarios;
    assert_eq!(scenarios.iter().map(|s| s.parts.len()).collect::<Vec<_>>(), [2, 1, 5]);
    for scenario in scenarios {
        let sum: f64 = scenario.parts.iter().map(|part| part.value).sum();
        assert!((sum - scenario.difference).abs() <= 1e-9 * scenario.difference.abs());
        assert!(scenario.difference != 0.0);
    }
}

#[test]
fn a_division_by_zero_names_the_year() {
    let program =
        load("test.mizan", "years 2024..2030\nvar x\nx = 1 / (2026 - t / 1 year)\nshow x\n");
    assert!(program.model.is_none(), "a year is no number");
    let program = load(
        "test.mizan",
        "years 2024..2030\nparam d = 1 then 0 from 2027\nvar x\nx = 1 / d\nshow x\n",
    );
    let problem = answer(&program.model.expect("checks")).expect_err("divides by 0");
    assert_eq!(problem.code.name(), "division-by-zero");
    assert!(problem.message.contains("2027"), "{}", problem.message);
}

#[test]
fn the_levers_of_the_target_script_have_the_size_that_the_formulas_give() {
    let script = include_str!("../../examples/azerbaijan_china.mizan");
    // Two partners in a CES nest with the default substitution of 1.5; weights at prices with the duty that is passed on.
    let planned = 1708.7 * 1.21 * 1.05_f64.powi(10);
    let turkish = 460.5 * 1.03_f64.powi(11);
    let (with_duty, with_turkish) = (planned * (1.0 + 0.9 * 0.094), turkish * 1.096);
    let share = with_duty / (with_duty + with_turkish);
    // The elasticity is the median of triangular(-2, -1.6, -1) for China and the default of -1 for Türkiye.
    let elasticity = share * (-1.0 - 0.3_f64.sqrt()) - (1.0 - share);
    let price: f64 = 1.0 / (1.0 + 0.9 * 0.094);
    let index = (share * price.powf(-0.5) + 1.0 - share).powi(-2);
    let freed = planned * (price / index).powf(-1.5) * index.powf(elasticity);
    // Full output: 20% exported; home sales displace both partners' imports in proportion, valued with the whole duty.
    let vehicles = 469.3 * 1.21 * 1.07_f64.powi(10);
    let others = 75.3 * 1.03_f64.powi(11);
    let displaced = 240.0 * 0.8 / (vehicles * 1.094 + others * 1.096);
    let bus = vehicles * (1.0 - displaced) + 240.0 * (1.0 - 0.60 - 0.08);
    let checks = format!(
        "\ncheck imports[China, machinery] in 2035 == {planned} mn USD within 0.0001 mn USD\n\
         check imports[China, machinery] in 2035 == {freed} mn USD within 0.0001 mn USD for liberalisation\n\
         check imports[China, vehicles] in 2035 == {bus} mn USD within 0.0001 mn USD for localisation\n\
         check exports[Turkiye, vehicles] - baseline(exports[Turkiye, vehicles]) in 2035 == 48 mn USD within 0.0001 mn USD for localisation\n\
         check primary_income[China] in 2025 == 0 USD for localisation\n\
         check turnover[China] - balance[China] == 2 * sum(imports[China, *]) within 0.01 USD for all\n"
    );
    let (shown, passed, failed) = text(&format!("{script}{checks}"));
    assert_eq!((passed, failed), (17, 0), "{shown}");
}

#[test]
fn a_tariff_on_one_partner_diverts_trade_to_the_other() {
    // CES by hand: two partners, base values 60 and 40, sigma 3, eta -1, a duty of 25% on the first.
    let p: f64 = 1.25;
    let index = (0.6 * p.powi(-2) + 0.4).powf(-0.5);
    let first = 60.0 * (p / index).powi(-3) / index;
    let second = 40.0 * index.powi(3) / index;
    let script = format!(
        "years 2024..2025\ncurrency USD\nuse trade\nset partner = A, B\nset sector = goods\n\
         imports a from A {{ base: 60 USD\n elasticity: -1\n substitution: 3 }}\n\
         imports b from B {{ base: 40 USD\n elasticity: -1\n substitution: 3 }}\n\
         tariff duty from A {{ rate: 0% then 25% from 2025 }}\n\
         check imports[A, goods] in 2025 == {first} USD within 0.0000001 USD\n\
         check imports[B, goods] in 2025 == {second} USD within 0.0000001 USD\n\
         check customs_revenue[A] in 2025 == {} USD within 0.0000001 USD\n",
        0.25 * first
    );
    let (shown, passed, failed) = text(&script);
    assert_eq!((passed, failed), (3, 0), "{shown}");
}

#[test]
fn lags_leads_fixed_years_and_single_elements_make_no_cycle() {
    let head = "years 2024..2027\nset s = a, b\n";
    let cases = [
        // Same year and lag of one quantity, in both orders: a = 1, 3, 8, 22.
        "var x\nvar y\nx[first] = 1\nx = y + y[t-1]\ny[first] = 1\ny = x[t-1] * 2\ncheck x in 2027 == 22\n",
        "var x\nvar y\nx[first] = 1\nx = y[t-1] + y\ny[first] = 1\ny = x[t-1] * 2\ncheck x in 2027 == 22\n",
        "var x\nx[first] = 5\nx = x[first] + 1\ncheck x in 2027 == 6\n",
        "var x[s]\nx[b] = 2 * x[a]\nx[a] = 3\ncheck x[b] == 6\n",
        "var x\nvar y\nx[first] = y\nx = x[t-1] + 1\ny[first] = 5\ny = x\ncheck y in 2026 == 7\n",
        "var x\nx[last] = 1\nx = x[t+1] * 2\ncheck x in 2024 == 8\n",
        "var x\nx = if t == first then 1 else x[t-1] + 1\ncheck x in 2027 == 4\n",
    ];
    for case in cases {
        let (shown, passed, failed) = text(&format!("{head}{case}"));
        assert_eq!((passed, failed), (1, 0), "{case}\n{shown}");
    }
}

#[test]
fn local_content_and_margin_above_the_whole_are_refused() {
    let script = "years 2024..2025\ncurrency USD\nuse trade\nset partner = A\nset sector = cars\n\
        joint_venture plant in cars with A { foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 10 mn USD\n local_content: 95% }\n\
        show balance[A]\n";
    let problem = answer(&load("test.mizan", script).model.expect("checks")).expect_err("103%");
    assert_eq!(problem.code.name(), "out-of-bounds");
}

#[test]
fn a_currency_may_have_a_rate_that_changes_over_the_years() {
    let script = "years 2024..2028\ncurrency USD\ncurrency AZN = 1 / 1.7 USD -> 1 / 2 USD over 2025..2027\n\
        currency EUR = 1.25 USD\nparam a: money = 34 AZN\nparam b: money = 8 EUR\n\
        check a in 2025 == 20 USD within 0.0000001 USD\n\
        check a in 2026 == (20 USD + 17 USD) / 2 within 0.0000001 USD\n\
        check a in 2028 == 17 USD within 0.0000001 USD\n\
        check b == 10 USD within 0.0000001 USD\n";
    let (shown, passed, failed) = text(script);
    assert_eq!((passed, failed), (4, 0), "{shown}");
}

/// Asserts that every check of a script holds.
fn holds(script: &str) {
    let (shown, passed, failed) = text(script);
    assert!(passed > 0 && failed == 0, "{shown}");
}

#[test]
fn an_index_of_a_function_is_its_own() {
    // 2 * (1 + 10) and 3 * (1 + 10), whatever the caller's index is called.
    holds(
        "years 2024..2024\nset sector = food, cars\nparam w[sector] = { food: 1, cars: 10 }\n\
         param a[sector] = { food: 2, cars: 3 }\n\
         function weighed(x) = sum(s in sector: x * w[s])\nfunction twice(y) = sum(s in sector: weighed(y))\n\
         function of(w) = sum(w in sector: a[w])\n\
         var v[sector]\nv[s] = weighed(a[s])\nvar u[sector]\nu[r] = weighed(a[r])\nvar z[sector]\nz[s] = twice(a[s])\n\
         check v[food] == 22\ncheck v[cars] == 33\ncheck u[food] == 22\ncheck u[cars] == 33\n\
         check z[food] == 44\ncheck of(7) == 5\n",
    );
}

#[test]
fn a_function_may_take_its_own_value_but_not_call_itself() {
    holds(
        "years 2024..2024\nfunction less(x, r) = x / (1 + r)\nfunction twice(x) = less(less(x, 1), 1)\n\
         check less(less(8, 1), 1) == 2\ncheck twice(less(8, 1)) == 1\n",
    );
    let script = "years 2024..2024\nfunction f(x) = g(x)\nfunction g(x) = 1 + f(x)\nshow f(1)\n";
    assert_eq!(load("test.mizan", script).diagnostics[0].code.name(), "recursion");
}

#[test]
fn else_holds_a_map_of_the_next_index() {
    holds(
        "years 2024..2024\nset p = China, Turkiye, Georgia\nset s = food, cars\n\
         param x[p, s] = { China: { food: 1, else: 2 }, else: { cars: 3, else: 4 } }\n\
         check x[China, food] == 1\ncheck x[China, cars] == 2\ncheck x[Turkiye, cars] == 3\n\
         check x[Georgia, food] == 4\ncheck sum(x[*, *]) == 17\n",
    );
}

#[test]
fn a_scenario_inherits_what_its_parent_changed_twice() {
    // 10 replaced by 20, half as much again from 2025.
    holds(
        "years 2024..2026\nparam x = 10\nscenario a { x = 20 }\n\
         scenario b extends a { x *= 1.5 in 2025..2026 }\nscenario c extends b { }\n\
         check x in 2024 == 20 for c\ncheck x in 2025 == 30 for b, c\n",
    );
}

#[test]
fn an_equation_over_a_part_of_a_set_is_computed_there_alone() {
    holds(
        "years 2024..2025\nset sector = food, cars, services\nset goods = sector without services\n\
         var a[goods]\na[g, first] = 2\na[g] = a[g, t-1] + 2\nvar b[g: goods] = 8 / a[g]\n\
         check b[food] in 2025 == 2\n",
    );
}

#[test]
fn degrees_of_freedom_are_a_number_whatever_is_drawn() {
    holds(
        "years 2024..2024\ncurrency USD\nparam loss = student_t(5, 3 mn USD, 1 mn USD, min: 0 USD)\n\
         check loss >= 3 mn USD\ncheck loss <= 3.1 mn USD\n",
    );
}

/// In an entry of a map or table the name of an index is that entry's element.
#[test]
fn an_index_name_means_the_element_of_its_entry() {
    let head = "years 2024..2025\nset s = a, b\nset r = u, v\nparam x[s] = { a: 10, b: 20 }\n\
        param z[r] = { u: 1, v: 2 }\n";
    let values = |rest: &str, name: &str, scenario: Option<usize>| {
        let program = load("a.mizan", &format!("{head}{rest}"));
        let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
        let base = run(&model, &[], None).expect("a run");
        let changed =
            scenario.map(|n| run(&model, &model.scenarios[n].changes, Some(&base)).expect("a run"));
        let id = model.quantities.iter().position(|quantity| quantity.name == name);
        let values = changed.as_ref().unwrap_or(&base).array(id.expect("it"));
        // The last year of every cell.
        values.iter().skip(1).step_by(2).copied().collect::<Vec<f64>>()
    };
    let map = "param y[i: s] = { b: x[i], else: x[i] + 1 }\n";
    assert_eq!(values(map, "y", None), [11.0, 20.0]);
    let maps = "param y[i: s, j: r] = { b: { v: x[i] * z[j], else: x[i] }, else: z[j] }\n";
    assert_eq!(values(maps, "y", None), [1.0, 2.0, 20.0, 40.0]);
    let table =
        "param y[i: s, j: r] = {\n | s | u | v |\n | a | x[i] | z[j] |\n | b | z[j] | x[i] |\n}\n";
    assert_eq!(values(table, "y", None), [10.0, 2.0, 1.0, 20.0]);
    let change = "param y[s] = 0\nscenario c { y[k] = { a: 1, b: x[k] } }\n";
    assert_eq!(values(change, "y", Some(0)), [1.0, 20.0]);
}

/// The examples of the table of functions, with the quantities that it names.
#[test]
fn the_example_of_each_function_holds() {
    let head = "years 2024..2026\nset sector = food, cars\nparam x[sector] = { food: 3, cars: 1 }\n\
        var y\ny[first] = 100\ny = y[t-1] * 1.1\n";
    for row in BUILTINS {
        let example = row.example;
        let script = match row.meaning {
            Meaning::Function(function) if function.is_random() => {
                format!("{head}param drawn = {example}\nshow drawn\n")
            }
            // An identity has a tolerance: the growth of 10% is rounded.
            _ if example.contains("==") => format!("{head}identity e: {example}\nshow y\n"),
            _ => format!("{head}check {example}\n"),
        };
        let program = load("test.mizan", &script);
        let model = program.model.unwrap_or_else(|| panic!("{example}: {:?}", program.diagnostics));
        let report = answer(&model).unwrap_or_else(|problem| panic!("{example}: {problem:?}"));
        let failed = |answer: &Answer| matches!(answer, Answer::Check(check) if !check.passed);
        assert!(!report.answers.iter().any(failed), "{example}");
    }
}

#[test]
fn functions_of_the_standard_library_meet_their_definitions() {
    holds(
        "years 2024..2026\ncurrency USD\nparam years_open = 3 years\n\
         check mod(7, 4) == 3\ncheck mod(-1, 4) == 3\ncheck mod(7, -4) == -1\n\
         check mod(10 USD, b: 4 USD) == 2 USD\ncheck mod(t - first, 2 years) == 0 years in 2026\n\
         check clamp(7, 0, 5) == 5\ncheck clamp(-7%, low: 0%, high: 5%) == 0%\n\
         check clamp(high: 9 USD, low: 1 USD, x: 3 USD) == 3 USD\n\
         check change(years_open) == 0 years in 2025\n",
    );
    // A function of the script takes the place of one of the standard library.
    holds("years 2024..2024\nfunction clamp(x) = 2 * x\ncheck clamp(3) == 6\n");
}

#[test]
fn arguments_are_bound_by_name_in_any_order() {
    holds(
        "years 2024..2026\nset s = a, b\nparam x[s] = { a: 1, b: 3 }\n\
         function gap(demand, supply) = demand - supply\n\
         param drawn = normal(sd: 1, mean: 3)\ncheck drawn == 3\n\
         param far = student_t(5, scale: 2)\ncheck far == 0\n\
         check gap(supply: 4, demand: 10) == 6\ncheck gap(10, supply: 4) == 6\n\
         check div(else: 7, b: 0, a: 3) == 7\ncheck exp(x: 0) == 1\n\
         check share(whole: x[*], part: x[a]) == 25%\ncheck sum(x: x[*]) == 4\n",
    );
    let expression = |call: &str| {
        let program = load("test.mizan", &format!("years 2024..2026\nparam a = {call}\n"));
        let model = program.model.unwrap_or_else(|| panic!("{call}: {:?}", program.diagnostics));
        definition(&model, 0, &model.quantities[0].definitions[0])
    };
    for function in Function::PLAIN.iter().chain(Function::RANDOM) {
        let row = function.row();
        if row.parameters.iter().any(|p| matches!(p.need, Need::Repeated | Need::Pairs)) {
            continue;
        }
        // Rising, as low, mode and high have to be.
        let values = ["0.2", "0.3", "0.5"];
        let pairs = || row.parameters.iter().zip(values);
        let in_order: Vec<&str> = pairs().map(|(_, value)| value).collect();
        let named: Vec<String> = pairs().rev().map(|(p, v)| format!("{}: {v}", p.name)).collect();
        let (name, limits) = (row.name, if row.has_limits() { ", min: 0.1, max: 9" } else { "" });
        let positional = expression(&format!("{name}({}{limits})", in_order.join(", ")));
        assert_eq!(expression(&format!("{name}({}{limits})", named.join(", "))), positional);
    }
}

/// Ten tenths are one and 0.1 + 0.2 is 0.3 but for the last digit of binary numbers; 0.30001 is another number.
#[test]
fn a_check_forgives_rounding_and_nothing_else() {
    let outcome = |check: &str| {
        let program = load("test.mizan", &format!("years 2024..2024\ncheck {check}\n"));
        let report = answer(&program.model.expect("a model")).expect("an answer");
        match report.answers.as_slice() {
            [mizan::results::Answer::Check(outcome)] => outcome.passed,
            other => panic!("{other:?}"),
        }
    };
    for holds in [
        "0.1 + 0.2 == 0.3",
        "0.1 + 0.2 <= 0.3",
        "0.3 >= 0.1 + 0.2",
        "0.2 < 0.3",
        "1e9 + 0.1 + 0.2 == 1e9 + 0.3",
    ] {
        assert!(outcome(holds), "{holds}");
    }
    for fails in [
        "0.1 + 0.2 != 0.3",
        "0.3 < 0.1 + 0.2",
        "0.1 + 0.2 > 0.3",
        "0.3 == 0.30001",
        "5 < 5",
        "5 > 5",
    ] {
        assert!(!outcome(fails), "{fails}");
    }
}
