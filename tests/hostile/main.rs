//! Hostile and careless input: each test is named after what it feeds in, and the codes are exact.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use mizan::diagnostic::{Diagnostic, Style, render};
use mizan::session;

const YEARS: &str = "years 2024..2035\ncurrency USD\n";

/// What the check says.
fn said(text: &str) -> Vec<Diagnostic> {
    session::load("a.mizan", text).diagnostics
}

fn codes(text: &str) -> Vec<&'static str> {
    said(text).iter().map(|found| found.code).collect()
}

/// The codes of the check and, where that finds no error, of the run.
fn run(text: &str) -> Vec<Diagnostic> {
    let mut program = session::load("a.mizan", text);
    if let Some(model) = &program.model
        && let Err(problem) = mizan::analysis::answer(model)
    {
        program.diagnostics.push(problem);
    }
    program.diagnostics
}

fn run_codes(text: &str) -> Vec<&'static str> {
    run(&format!("{YEARS}{text}")).iter().map(|found| found.code).collect()
}

fn check_codes(text: &str) -> Vec<&'static str> {
    codes(&format!("{YEARS}{text}"))
}

/// Fails if the work takes as long as no careful checker needs, debug build included.
fn soon<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    result
}

// ---- Names, units, meaning ----------------------------------------------------------------------

#[test]
fn c01_given_twice_shows_both_places() {
    let cases = [
        "param a = 1\nparam a = 2\n",
        "set s = x, y\nset s = z\n",
        "set s = x, y, x\n",
        "param a = 1\nscenario x { a = 2 }\nscenario x { a = 3 }\n",
        "unit TEU\nunit TEU\n",
        "function f(x) = x\nfunction f(x) = 2 * x\n",
        "source k \"one\"\nsource k \"two\"\n",
    ];
    for text in cases {
        let found = said(&format!("{YEARS}{text}"));
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["duplicate"], "{text}");
        let spans: Vec<_> = found.iter().flat_map(|d| &d.labels).map(|l| l.span.start).collect();
        assert!(spans.len() == 2 && spans[0] != spans[1], "{text}: {spans:?}");
    }
}

#[test]
fn c02_names_that_differ_by_case_or_look_alike() {
    assert_eq!(check_codes("param growth = 1\nparam Growth = 2\n"), ["similar-names"]);
    assert_eq!(check_codes("set p = China, china\n"), ["similar-names"]);
    // The second has a Cyrillic letter.
    assert_eq!(check_codes("param rate = 1\nparam r\u{430}te = 2\n"), ["similar-names"]);
    assert_eq!(check_codes("param x1 = 1\nparam xl = 2\nparam müə = 3\nparam mue = 4\n"), [""; 0]);
    // One name in two Unicode forms is one name.
    assert_eq!(check_codes("param caf\u{e9} = 1\nparam cafe\u{301} = 2\n"), ["duplicate"]);
    assert_eq!(check_codes("param caf\u{e9} = 1\nshow cafe\u{301}\n"), [""; 0]);
}

#[test]
fn c03_undefined_misspelt_and_used_before_its_definition() {
    assert_eq!(check_codes("var x\nx = y\nshow x\n"), ["unknown-name"]);
    assert_eq!(check_codes("show x\nx = 2 * a\nvar x\nparam a = 1\n"), [""; 0]);
    let mut text = YEARS.to_owned();
    for n in 0..5_000 {
        let _ = writeln!(text, "param name_{n} = {n}");
    }
    text.push_str("var x\nx = nmae_42\n");
    let found = soon(|| said(&text));
    assert_eq!(found.len(), 1);
    assert!(found[0].help[0].contains("did you mean `name_"), "{:?}", found[0].help);
}

#[test]
fn c04_circles_in_one_year() {
    assert_eq!(run_codes("var x\nx = x + 1\nshow x\n"), ["no-convergence"]);
    let mut text = String::new();
    for n in 0..1_000 {
        let _ = writeln!(text, "var v{n}\nv{n} = v{} + 1", (n + 1) % 1_000);
    }
    let found = soon(|| run(&format!("{YEARS}{text}show v0\n")));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["no-convergence"]);
    let shown = render_plain(&found);
    assert!(shown.len() < 20_000, "a long circle is cut: {} bytes", shown.len());
}

fn render_plain(found: &[Diagnostic]) -> String {
    let mut sources = mizan::source::SourceMap::default();
    sources.add("a.mizan", "", false);
    render(found, &sources, Style::Plain, 80)
}

#[test]
fn c05_a_lag_without_its_first_value_names_the_year() {
    let found = said(&format!("{YEARS}var x\nx = x[t-2] + 1\n"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "lag-before-start");
    assert!(found[0].message.contains("2022"), "{}", found[0].message);
}

#[test]
fn c06_a_long_chain_of_dependencies_runs() {
    let mut text = format!("{YEARS}var v0\nv0 = 1\n");
    for n in 1..3_000 {
        let _ = writeln!(text, "var v{n}\nv{n} = v{} + 1", n - 1);
    }
    text.push_str("check v2999 == 3000\n");
    assert!(soon(|| run(&text)).is_empty());
}

#[test]
fn c07_units_that_do_not_fit_show_both_places() {
    let head = "currency EUR = 1.1 USD\nunit km\n";
    for (text, places) in [
        ("param a = 3 mn USD + 5%\n", 2),
        ("param a = 3 km + 2 years\n", 2),
        ("param a = if 3 km > 2 USD then 1 else 2\n", 2),
        ("param b = 2 USD\nparam a: USD = b * b\n", 1),
    ] {
        let found = said(&format!("{YEARS}{head}{text}"));
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["unit-mismatch"], "{text}");
        assert_eq!(found[0].labels.len(), places, "{text}");
    }
    // A second currency with a rate is money all the same.
    assert_eq!(check_codes(&format!("{head}param a = 3 mn USD + 2 mn EUR\n")), [""; 0]);
}

#[test]
fn c08_five_where_five_percent_was_likely() {
    assert_eq!(check_codes("param g: percent = 5\n"), ["percent-missing"]);
    let untyped = "param g = 5\nvar x\nx[first] = 1\nx = x[t-1] * (1 + g)\n";
    assert_eq!(check_codes(untyped), ["percent-missing"]);
    assert_eq!(check_codes(&untyped.replace("= 5", "= 0.05")), [""; 0]);
    assert_eq!(check_codes("param n = 5\nvar x\nx = 2 * n\n"), [""; 0]);
}

#[test]
fn c09_shares_over_the_whole_and_sums_that_miss_it() {
    assert_eq!(check_codes("param s = 120% in 0%..100%\n"), ["out-of-bounds"]);
    assert_eq!(check_codes("param s = -5% in 0%..100%\n"), ["out-of-bounds"]);
    assert_eq!(
        check_codes("param s = 5% -> 120% over 2026..2030 in 0%..100%\n"),
        ["out-of-bounds"]
    );
    for (share, sum) in [("69.9%", "99.9%"), ("70.1%", "100.1%")] {
        let found = said(&format!("{YEARS}param a = discrete(1: 30%, 2: {share})\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, "distribution");
        assert!(found[0].message.contains(sum), "{}", found[0].message);
    }
    assert_eq!(check_codes("param a = discrete(1: 30%, 2: 70%)\n"), [""; 0]);
}

#[test]
fn c10_percentages_beyond_belief() {
    assert_eq!(check_codes("param duty: percent = -150%\n"), ["percent-extreme"]);
    assert_eq!(check_codes("param duty: percent = 1000000%\n"), ["percent-extreme"]);
    assert_eq!(check_codes("param g: percent = 326% then 8% from 2026\n"), [""; 0]);
}

#[test]
fn c11_names_that_the_language_keeps() {
    assert_eq!(check_codes("function sum(a) = a\n"), ["shadows-builtin"]);
    assert_eq!(check_codes("param t = 1\n"), ["shadows-builtin"]);
    assert_eq!(check_codes("set s = first, second\n"), ["shadows-builtin"]);
    // Keywords are names where the grammar asks for none.
    assert_eq!(check_codes("set s = to, data, years\nparam over[s] = 1\nshow over[to]\n"), [""; 0]);
}

#[test]
fn c12_years_reversed_single_broken() {
    assert_eq!(codes("years 2030..2025\nparam a = 1\n"), ["reversed-years"]);
    assert_eq!(codes("years 2025..2025\nparam a = 1\nshow a\n"), [""; 0]);
    assert_eq!(codes("years 2025.5..2030\nparam a = 1\n"), ["not-a-year"]);
    assert_eq!(codes("years 2025\nparam a = 1\n"), ["syntax"]);
    assert_eq!(check_codes("param a = 5% -> 0% over 2030..2030\n"), ["reversed-years"]);
}

#[test]
fn c13_values_outside_the_years_and_twice_in_one() {
    assert_eq!(check_codes("var x\nx[2040] = 1\nx = 2\n"), ["year-outside"]);
    assert_eq!(check_codes("param a = 5% then 0% from 2040\n"), ["year-unused"]);
    assert_eq!(check_codes("param a = 5% -> 0% over 2026..2040\n"), [""; 0]);
    assert_eq!(check_codes("param a = [2024: 1, 2040: 2, 2050: 3]\n"), ["year-unused"]);
    assert_eq!(check_codes("param a = [2026: 1, 2026: 2]\n"), ["duplicate"]);
    let found = said(&format!("{YEARS}var x\nx = 1\nx[2030] = 2\nx[2030] = 3\n"));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["defined-twice"]);
    assert_eq!(found[0].labels.len(), 2);
}

#[test]
fn c14_wrong_arguments_show_the_signature() {
    for text in ["param a = sqrt(1, 2)\n", "param a = normal(1)\n", "param a = div(1)\n"] {
        let found = said(&format!("{YEARS}{text}"));
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["wrong-arguments"], "{text}");
        assert!(found[0].help[0].contains('('), "{text}");
    }
    assert_eq!(check_codes("function f(x, y) = x\nparam a = f(1)\n"), ["wrong-arguments"]);
    assert_eq!(check_codes("set s = u, v\nparam a = sqrt(u)\n"), ["unit-mismatch"]);
}

#[test]
fn c15_what_nothing_uses() {
    assert_eq!(check_codes("param a = 1\nparam b = 2\nshow b\n"), ["unused-input"]);
    assert_eq!(check_codes("function f(x) = x\nparam b = 2\nshow b\n"), ["unused-function"]);
    assert_eq!(check_codes("source k \"one\"\nparam b = 2\nshow b\n"), ["unused-source"]);
    assert_eq!(check_codes("param b = 2\nscenario x { b = 3 }\nshow b\n"), ["unused-scenario"]);
    assert_eq!(check_codes("var x\nx = if 1 > 2 then 1 else 2\nshow x\n"), ["constant-condition"]);
    // A script without queries is asked at the prompt: nothing in it is unused.
    assert_eq!(check_codes("param a = 1\nscenario x { a = 3 }\n"), [""; 0]);
}

// ---- Numbers ------------------------------------------------------------------------------------

#[test]
fn d01_a_division_by_zero_names_its_year() {
    let text = "param a = 3\nvar x\nx = 1 / (if t == 2030 then a - 3 else 1)\nshow x\n";
    let found = run(&format!("{YEARS}{text}"));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["division-by-zero"]);
    assert!(found[0].message.contains("2030"), "{}", found[0].message);
    assert_eq!(
        run_codes("var x\nx = 0 / (x[first] - x[first])\nx[first] = 1\nshow x\n"),
        ["division-by-zero"]
    );
}

#[test]
fn d02_an_overflow_names_the_first_year() {
    let text = "param g: percent = 1000%\nvar x\nx[first] = 1e300\nx = x[t-1] * (1 + g)\nshow x\n";
    let found = run(&format!("{YEARS}{text}"));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["overflow"]);
    // 11 to the power 8 exceeds 1.8e8, so the ninth year is the first without a number.
    assert!(found[0].message.contains("2032"), "{}", found[0].message);
}

#[test]
fn d03_functions_outside_their_domain() {
    for text in ["ln(a)", "ln(a - 1)", "sqrt(a - 1)", "(a - 8) ^ (1 / 3)"] {
        assert_eq!(
            run_codes(&format!("param a = 0\nvar x\nx = {text}\nshow x\n")),
            ["domain"],
            "{text}"
        );
    }
    assert_eq!(run_codes("param a = 0\nvar x\nx = a ^ (-1)\nshow x\n"), ["division-by-zero"]);
    // 0^0 is 1, as in the power series and in every spreadsheet but one.
    assert_eq!(run_codes("param a = 0\nvar x\nx = a ^ a\ncheck x == 1\n"), [""; 0]);
}

#[test]
fn d04_small_beside_large_is_lost_and_not_invented() {
    // Binary numbers keep 53 bits: 1e16 + 1 is 1e16, in every order of the script.
    assert_eq!(run_codes("param a = 1e16\nvar x\nx = a + 1 - a\ncheck x == 0\n"), [""; 0]);
    assert_eq!(run_codes("param a = 1e15\nvar x\nx = a + 1 - a\ncheck x == 1\n"), [""; 0]);
}

#[test]
fn d05_a_decay_to_nothing_is_no_error() {
    let text = "years 1000..1999\nvar x\nx[first] = 1\nx = x[t-1] * 0.1\ncheck x in 1999 == 0\n";
    assert!(soon(|| run(text)).is_empty());
}

#[test]
fn d08_ties_are_rounded_as_they_are_written() {
    let text = format!(
        "{YEARS}set s = b, c\nparam x[s]: percent = {{ b: 2.675%, c: -0.125% }}\nshow x[*] in 2024\n"
    );
    let model = session::load("a.mizan", &text).model.expect("a model");
    let report = mizan::analysis::answer(&model).expect("answers");
    let shown = mizan::report::text(&report, 80, false);
    for number in ["2.68", "-0.13"] {
        assert!(shown.split_whitespace().any(|word| word == number), "{number} in\n{shown}");
    }
}

#[test]
fn d09_no_number_that_is_none_comes_in() {
    assert_eq!(check_codes("param a = nan\n"), ["unknown-name"]);
    assert_eq!(check_codes("param a = inf\n"), ["unknown-name"]);
    assert_eq!(check_codes("param a = 1e400\n"), ["number-range"]);
    assert_eq!(check_codes("param a = 1e-400\n"), ["number-range"]);
    assert_eq!(check_codes("param a = 1e305 bn USD\n"), ["number-range"]);
}

// ---- Resources ----------------------------------------------------------------------------------

#[test]
fn e01_horizons_without_end() {
    for years in ["1..1_000_000_000_000", "1..18446744073709551616", "1..1e18"] {
        let found = soon(|| codes(&format!("years {years}\nvar x\nx = 1\n")));
        assert_eq!(found, ["not-a-year"], "{years}");
    }
    assert_eq!(codes("years 1..9999\nvar x\nx = 1\n"), ["limit-horizon"]);
}

#[test]
fn e02_e03_more_cells_than_can_be_kept() {
    let elements: Vec<String> = (0..1_000).map(|n| format!("e{n}")).collect();
    let set = format!("set s = {}\n", elements.join(", "));
    let axes = ["s"; 3].join(", ");
    let found =
        soon(|| check_codes(&format!("{set}var x[{axes}]\nx[a, b, c] = 1\nshow x[e1, e2, e3]\n")));
    assert_eq!(found, ["limit-cells"]);
    // The product of the sizes exceeds any machine number.
    let axes = ["s"; 40].join(", ");
    let found = soon(|| check_codes(&format!("{set}var x[{axes}]\n")));
    assert_eq!(found, ["limit-cells"]);
}

#[test]
fn e05_more_levers_than_can_be_taken_apart() {
    let mut text = "total x\nblock k {\n  a: number\n  x += a\n}\nscenario many {\n".to_owned();
    for n in 0..40 {
        let _ = writeln!(text, "  k l{n} {{ a: {n} }}");
    }
    text.push_str("}\ncompare x for many by lever\n");
    assert_eq!(soon(|| run_codes(&text)), ["limit-levers"]);
}

#[test]
fn e06_functions_and_sums_that_explode() {
    let mut text = "function f0(x) = x + x\n".to_owned();
    for n in 1..40 {
        let _ = writeln!(text, "function f{n}(x) = f{}(x) + f{}(x)", n - 1, n - 1);
    }
    text.push_str("param a = f39(1)\nshow a\n");
    assert_eq!(soon(|| check_codes(&text)), ["limit-expansion"]);
}

#[test]
fn e08_a_long_table_is_shown() {
    let elements: Vec<String> = (0..2_000).map(|n| format!("e{n}")).collect();
    let text =
        format!("{YEARS}set s = {}\nparam a[s] = 1\nshow a[*]\nchart a[*]\n", elements.join(", "));
    let program = session::load("a.mizan", &text);
    let model = program.model.expect("a model");
    let report = soon(|| mizan::analysis::answer(&model)).expect("answers");
    for width in [0, 1, 20, 1_000_000] {
        let text = soon(|| mizan::report::text(&report, width, false));
        assert!(!text.is_empty(), "{width}");
    }
}

// ---- Size ---------------------------------------------------------------------------------------

#[test]
fn a15_one_long_line_is_shown_in_part() {
    for text in [
        format!("{YEARS}param a = {}b\nshow a\n", "1 + ".repeat(300)),
        format!("{YEARS}# {}\nshow b\n", "é".repeat(1 << 20)),
        format!("{YEARS}model \"{}\" show\n", "日".repeat(1 << 18)),
        format!("{YEARS}{}show b\n", "\n".repeat(1 << 20)),
        format!("{YEARS}{}show b\n", "# c\r\n".repeat(1 << 18)),
    ] {
        let program = soon(|| session::load("a.mizan", &text));
        assert_eq!(program.diagnostics.len(), 1);
        let shown = soon(|| render(&program.diagnostics, &program.sources, Style::Plain, 80));
        assert!(shown.len() < 2_000, "{} bytes", shown.len());
    }
}

#[test]
fn b10_declarations_without_end() {
    let mut text = YEARS.to_owned();
    for n in 0..20_000 {
        let _ = writeln!(text, "param a{n} = 1");
    }
    assert_eq!(soon(|| codes(&text)), [""; 0]);
    let names: Vec<String> = (0..20_000).map(|n| format!("p{n}")).collect();
    let text = format!("function f({}) = p7\nparam a = f(1)\n", names.join(", "));
    assert_eq!(soon(|| check_codes(&text)), ["wrong-arguments"]);
}

#[test]
fn b11_mistakes_without_end_are_counted_and_shown_in_part() {
    let lines: [fn(usize) -> String; 4] = [
        |n| format!("param a{n} = = 1\n"),
        |n| format!("var v{n}\nv{n} = w{n}\n"),
        |_| "param a = 1\n".to_owned(),
        |n| format!("check c{n} == 1\n"),
    ];
    for line in lines {
        let body: String = (0..4_000).map(line).collect();
        let program = soon(|| session::load("a.mizan", &format!("{YEARS}{body}")));
        let found = program.diagnostics.len();
        assert!((100..=mizan::diagnostic::MOST_LISTED).contains(&found), "{found}");
        let shown = soon(|| render(&program.diagnostics, &program.sources, Style::Plain, 80));
        assert!(shown.contains("more") && shown.len() < 64 << 10, "{} bytes", shown.len());
    }
}

#[test]
fn mistakes_hide_behind_no_number_of_warnings() {
    let mut text = YEARS.to_owned();
    for n in 0..1_000 {
        let _ = writeln!(text, "var v{n}\nv{n} = if 1 > 2 then 1 else 2");
    }
    text.push_str("show v1, nothing\n");
    let program = session::load("a.mizan", &text);
    assert!(program.model.is_none());
    assert!(program.diagnostics.iter().any(|found| found.code == "unknown-name"));
}

#[test]
fn parts_of_sets_stand_in_any_order() {
    let text = "set a = b without x\nset b = c without y\nset c = x, y, z, in\n";
    assert_eq!(check_codes(&format!("{text}param p[a] = {{ z: 1, in: 2 }}\nshow p[*]\n")), [""; 0]);
    let mut text = String::new();
    for n in 0..5_000 {
        let _ = writeln!(text, "set s{n} = s{} without x", n + 1);
    }
    assert_eq!(soon(|| check_codes(&format!("{text}set s5000 = x, y\n"))), [""; 0]);
    assert_eq!(soon(|| check_codes(&text)), ["unknown-set"]);
    assert_eq!(soon(|| check_codes(&format!("{text}set s5000 = s0 without x\n"))), ["set-cycle"]);
}

#[test]
fn subsets_of_a_large_set_are_counted() {
    let elements: Vec<String> = (0..50_000).map(|n| format!("e{n}")).collect();
    let mut text = format!("set s = {}\n", elements.join(", "));
    for n in 0..1_100 {
        let _ = writeln!(text, "set s{n} = s without e{n}");
    }
    assert!(soon(|| check_codes(&text)).contains(&"limit-cells"));
}

// ---- A small stack ------------------------------------------------------------------------------

/// Runs on a thread with the stack that threads have by default.
fn on_a_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        thread.spawn_scoped(scope, work).expect("a thread").join().expect("no overflow")
    })
}

#[test]
fn b13_the_deepest_expressions_are_checked_and_run() {
    let deep = [
        format!("{}a{}", "(".repeat(64), ")".repeat(64)),
        format!("{}a{}", "sqrt(".repeat(60), ")".repeat(60)),
        format!("{}a", "-".repeat(60)),
        format!("{}a{}", "1 / (1 + ".repeat(60), ")".repeat(60)),
        format!("{}a", "if a > 2 then 1 else ".repeat(60)),
        format!("a{}", " ^ 1".repeat(60)),
        format!("a{}", " + a".repeat(400)),
        format!("{}a{}", "sum(e in s: ".repeat(60), ")".repeat(60)),
    ];
    on_a_small_stack(|| {
        for expression in &deep {
            let head = "set s = only\nfunction f(v) = 1 * (v + 0)\nparam a = 1\n";
            let text = format!(
                "{head}var y = f(1) + sum(e in s: 1)\nvar x\nx = {expression}\nshow x, y\ncheck x + y > 1 or a == 1\n"
            );
            let found = run_codes(&text);
            assert!(found.iter().all(|code| *code == "limit-depth"), "{found:?}: {expression}");
        }
    });
}

#[test]
fn b13_functions_of_functions_are_no_deeper_than_the_stack() {
    let mut text = "function f0(x) = x + 1\n".to_owned();
    for n in 1..3_000 {
        let _ = writeln!(text, "function f{n}(x) = 1 + (f{}(x))", n - 1);
    }
    text.push_str("var y\ny = f2999(1)\nshow y\n");
    let found = on_a_small_stack(|| run_codes(&text));
    assert!(found.is_empty() || found[0].starts_with("limit-"), "{found:?}");
}

#[test]
fn c06_a_chain_of_many_thousands_runs_on_a_small_stack() {
    let n = 6_000;
    let mut text = format!("{YEARS}var v0\nv0 = 1\n");
    for n in 1..n {
        let _ = writeln!(text, "var v{n}\nv{n} = v{} + 1", n - 1);
    }
    let _ = writeln!(text, "check v{} == {n}", n - 1);
    assert!(on_a_small_stack(|| soon(|| run(&text))).is_empty());
    // A chain over scenarios is walked without recursion too.
    let mut text = format!("{YEARS}param a = 1\nscenario s0 {{ a = 2 }}\n");
    for n in 1..3_000 {
        let _ = writeln!(text, "scenario s{n} extends s{} {{ a = {n} }}", n - 1);
    }
    text.push_str("show a for s2999\n");
    assert!(on_a_small_stack(|| soon(|| session::load("a.mizan", &text))).model.is_some());
}

#[test]
fn d06_what_does_not_converge_says_so() {
    for equation in ["x = x ^ 2 + 1", "x = x + 1", "x = if x > 1 then 0 else 2", "x = exp(x)"] {
        let found = run(&format!("{YEARS}var x\n{equation}\nshow x\n"));
        let codes: Vec<_> = found.iter().map(|d| d.code).collect();
        assert_eq!(codes, ["no-convergence"], "{equation}");
    }
    let singular = "var x\nvar y\nx = 2 * y + 1\ny = 0.5 * x + 3\nshow x\n";
    assert_eq!(run_codes(singular), ["no-convergence"]);
}

/// A script with a bit of everything, short enough to be cut at every byte.
const SMALL: &str = "years 2024..2026\ncurrency USD\nset s = a, b\nparam p[s] = { | s | value: USD |\n | a | 1 |\n | b | 2 | }\n\
    param g = 5% -> 2% over 2024..2026\ntotal x[s]: USD\nblock k on e: s {\n r: percent path = 3%\n x[e] += p[e] * r\n}\n\
    k l on a { r: 4% }\nvar y: USD = sum(e in s where p[e] > 1 USD: x[e]) * (1 + g)\nscenario z \"Z é\" { l.r = 6% }\n\
    show y for all\ncompare y for z to baseline by lever in 2026\ncheck y >= -1 USD\n";

/// Loads, runs and renders; what is wrong is said, and nothing else happens.
fn survives(text: &str) {
    let program = session::load("a.mizan", text);
    let shown = render(&program.diagnostics, &program.sources, Style::Plain, 80);
    assert!(!shown.contains('\u{1b}'));
    let wrong = program.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(wrong, program.model.is_none(), "{text}");
    if let Some(model) = &program.model
        && let Ok(report) = mizan::analysis::answer(model)
    {
        let _ = mizan::report::text(&report, 80, false);
    }
}

#[test]
fn a18_a19_cut_flipped_removed_or_doubled_at_every_byte() {
    assert!(run(SMALL).is_empty(), "{:?}", run(SMALL));
    for (at, c) in SMALL.char_indices() {
        let (before, after) = (&SMALL[..at], &SMALL[at + c.len_utf8()..]);
        survives(before);
        survives(&format!("{before}{after}"));
        survives(&format!("{before}{c}{c}{after}"));
        let flipped = char::from_u32(u32::from(c) ^ 0x11).unwrap_or('\u{fffd}');
        survives(&format!("{before}{flipped}{after}"));
    }
}

// ---- Text ---------------------------------------------------------------------------------------

#[test]
fn no_message_hides_a_control_character() {
    let text = "param \u{202e}a\u{1b}[2J = \u{7}1\nmodel \"\u{9b}31m\"\nshow b\u{200b}\n";
    let program = session::load("\u{1b}]0;title\u{7}.mizan", text);
    let shown = render(&program.diagnostics, &program.sources, Style::Plain, 80);
    let safe = |c: char| c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
    assert!(!program.diagnostics.is_empty() && shown.chars().all(safe), "{shown:?}");
}
