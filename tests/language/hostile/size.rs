//! Long lines, many declarations, many mistakes (A15, B10, B11).

use std::fmt::Write as _;

use super::*;

#[test]
fn a15_one_long_line_is_shown_in_part() {
    for text in [
        format!("{YEARS}param a = {}b\nshow a\n", "1 + ".repeat(300)),
        format!("{YEARS}# {}\nshow b\n", "é".repeat(1 << 20)),
        format!("{YEARS}model \"{}\" show\n", "日".repeat(1 << 18)),
        format!("{YEARS}{}\n", "a ".repeat((2 << 20) - 20)),
        format!("{YEARS}model \"{}\n", "x".repeat((4 << 20) - 40)),
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

/// Scripts over a limit are refused before their statements are parsed, with one message. Lists of any kind count.
#[test]
fn b10_scripts_over_the_limit_of_their_size_are_refused_at_once() {
    let list = |n: usize, part: &str| vec![part; n].join(", ");
    for text in [
        "param a = 1\n".repeat(130_000),
        "check 1 == 1\n".repeat(130_000),
        "param = 1\n".repeat(130_000),
        "$\n".repeat(130_000),
        "$".repeat(400_000),
        ";".repeat(400_000),
        format!("show {}\n", list(200_000, "x")),
        format!("set s = {}\n", list(200_000, "x")),
        format!("param a = max({})\n", list(200_000, "1")),
        format!("scenario a {{\n{}}}\n", "x = 1\n".repeat(120_000)),
        format!("param a[s] = {{\n| s | value |\n{}}}\n", "| x | 1 |\n".repeat(80_000)),
    ] {
        let text = format!("{YEARS}{text}");
        let program = soon(|| session::load("a.mizan", &text));
        let found = program.diagnostics;
        assert_eq!(found.len(), 1, "{}", &text[..60]);
        assert_eq!(found[0].code.name(), "limit-file", "{:?}", found[0]);
        assert!(program.model.is_none() && program.files.iter().all(|file| file.items.is_empty()));
    }
}

/// The time for a list grows with its length, not with the square of it.
#[test]
fn b10_long_lists_below_the_limit_are_checked_soon() {
    let list = |part: &str| vec![part; 20_000].join(", ");
    let head = "param x = 1\n";
    assert_eq!(soon(|| check_codes(&format!("{head}show {}\n", list("x")))), [""; 0]);
    let text = format!("{head}param y = max({})\nshow y\n", list("x"));
    assert_eq!(soon(|| check_codes(&text)), [""; 0]);
}

/// A scenario of many parents that change one value, and a statement that correlates too many quantities.
#[test]
fn b10_many_parents_and_many_correlated_quantities_are_checked_soon() {
    let scenarios: String =
        (0..500).map(|n| format!("scenario s{n} {{ a = {} }}\n", n + 2)).collect();
    let names: Vec<String> = (0..500).map(|n| format!("s{n}")).collect();
    let names = names.join(", ");
    let text =
        format!("param a = 1\n{scenarios}scenario all_of_them extends {names} {{ a = 9 }}\n");
    assert_eq!(soon(|| check_codes(&text)), [""; 0]);
    let randoms: String = (0..4_000).map(|n| format!("param u{n} = normal(0, 1)\n")).collect();
    let names: Vec<String> = (0..4_000).map(|n| format!("u{n}")).collect();
    let text = format!("{randoms}correlate {} = 10%\n", names.join(", "));
    assert_eq!(soon(|| check_codes(&text)), ["correlate"]);
}

/// The search for habits of other languages reads the whole script, so that it ends for a long script with many
/// mistakes. A message quotes a part of a long statement.
#[test]
fn b11_statements_that_cannot_be_parsed_are_reported_soon() {
    let text = format!("{YEARS}{}", "$\n".repeat(40_000));
    let found = soon(|| said(&text));
    assert_eq!(found.len(), mizan::diagnostic::MOST_LISTED);
    for sign in ["$", "- ", "é", "€"] {
        let text = format!("{YEARS}param x = 1 {}\n", sign.repeat(100_000));
        let found = soon(|| said(&text));
        let longest =
            found.iter().map(|found| render_plain(std::slice::from_ref(found)).len()).max();
        assert!(longest.is_some_and(|longest| longest < 20_000), "{sign}: {longest:?}");
    }
}

#[test]
fn b11_mistakes_without_end_are_counted_and_shown_in_part() {
    let lines: [Line; 4] = [
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
    assert!(program.diagnostics.iter().any(|found| found.code.name() == "unknown-name"));
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

#[test]
fn b10_functions_of_sixty_thousand_parameters() {
    let names: Vec<String> = (0..60_000).map(|n| format!("p{n}")).collect();
    let head = format!("{YEARS}function f({}) = p7 + p59999\n", names.join(", "));
    let text = format!("{head}param a = f(1)\n");
    let program = soon(|| session::load("a.mizan", &text));
    let shown = soon(|| render(&program.diagnostics, &program.sources, Style::Plain, 80));
    assert!(shown.contains("p1, p2, p3") && shown.len() < 2_000, "{} bytes", shown.len());
    let numbers: Vec<String> = (0..60_000).map(|n| n.to_string()).collect();
    let text = format!("{head}param a = f({})\ncheck a == 60_006\n", numbers.join(", "));
    assert!(soon(|| run(&text)).is_empty());
    assert_eq!(check_codes("function f(p, p) = p\nparam a = f(1, 2)\n"), ["duplicate"]);
}

/// A line by its number.
type Line = fn(usize) -> String;

/// Each of many lines has one mistake, beside as many names that might have been meant.
#[test]
fn b11_mistakes_beside_many_names_are_found_soon() {
    let elements: Vec<String> = (0..4_000).map(|n| format!("element{n}")).collect();
    let set = format!("set s = {}\n", elements.join(", "));
    let shapes: [(&str, Line, Line, &str); 9] = [
        ("", |n| format!("param quantity_{n} = 1\n"), |n| format!("qauntity_{n} = 1\n"), ""),
        ("", |n| format!("source key_{n} \"x\"\n"), |n| format!("param a{n} = 1 @kye_{n}\n"), ""),
        (
            "",
            |n| format!("function rate_{n}(x) = x\n"),
            |n| format!("param a{n} = raet_{n}(1)\n"),
            "",
        ),
        (
            "param g = 1\n",
            |n| format!("scenario name_{n} {{ g = {n} }}\n"),
            |n| format!("show g for nmae_{n}\n"),
            "",
        ),
        (
            "",
            |n| format!("scenario name_{n} {{ }}\n"),
            |n| format!("scenario b{n} extends nmae_{n} {{ }}\n"),
            "",
        ),
        (
            "total x\nblock k {\n f: number = 1\n x += f\n}\n",
            |n| format!("k lever_{n} {{ }}\n"),
            |n| format!("scenario b{n} {{ without levre_{n} }}\n"),
            "",
        ),
        (&set, |_| String::new(), |n| format!("x += a[elemnet{n}]\n"), "total x\nparam a[s] = 1\n"),
        (
            &set,
            |_| String::new(),
            |n| format!(" | elemnet{n} | 1 |\n"),
            "param a[s] = {\n | s | value |\n",
        ),
        (&set, |_| String::new(), |n| format!(" elemnet{n}: 1,\n"), "param a[s] = {\n"),
    ];
    for (head, right, wrong, between) in shapes {
        let names: String = (0..4_000).map(right).collect();
        let mistakes: String = (0..4_000).map(wrong).collect();
        let end = if between.ends_with("{\n") || between.ends_with("|\n") { "}\n" } else { "" };
        let text = format!("{YEARS}{head}{names}{between}{mistakes}{end}");
        let found = soon(|| said(&text));
        let least = if between.ends_with("{\n") { 1 } else { 100 };
        assert!((least..=mizan::diagnostic::MOST_LISTED).contains(&found.len()), "{}", wrong(7));
        assert!(
            found[0]
                .help
                .iter()
                .any(|help| help.starts_with("did you mean") || help.contains("`without ")),
            "{:?}",
            found[0]
        );
    }
}

#[test]
fn b11_one_thing_given_without_end() {
    let elements: Vec<String> = (0..4_000).map(|n| format!("e{n}")).collect();
    let set = format!("set s = {}\n", elements.join(", "));
    let map: Vec<String> = elements.iter().map(|name| format!("{name}: 1")).collect();
    for (text, expected) in [
        (format!("var x\n{}show x\n", "x = 1\n".repeat(20_000)), "defined-twice"),
        (format!("{set}var x[s]\n{}show x[e1]\n", "x[e] = 1\n".repeat(5_000)), "defined-twice"),
        (format!("{set}param a[s] = {{ {} }}\nshow a[e1]\n", map.join(", ")), ""),
        (format!("{set}param a[s] = {{ {} }}\n", "e1: 1, ".repeat(4_000) + "e2: 1"), "duplicate"),
        (format!("param a = 1\n{}show a\n", "scenario z { a = 2 }\n".repeat(4_000)), "duplicate"),
    ] {
        let found = soon(|| check_codes(&text));
        assert_eq!(found.first().copied().unwrap_or(""), expected, "{}", &text[text.len() - 30..]);
    }
}

/// Thousands of scenarios, of changes in one, of sets.
#[test]
fn what_is_many_is_looked_up_and_not_gone_through() {
    let mut text = format!("{YEARS}param a = 1\n");
    for n in 0..4_000 {
        let _ = writeln!(text, "scenario s{n} {{ a = {} }}", n + 2);
    }
    text.push_str("show a for s7, s3999\n");
    assert!(soon(|| said(&text)).iter().all(|found| found.code.name() == "unused-scenario"));
    let elements: Vec<String> = (0..4_000).map(|n| format!("e{n}")).collect();
    let mut text = format!("{YEARS}set s = {}\nparam a[s] = 1\n", elements.join(", "));
    for name in ["one", "other"] {
        let _ = writeln!(text, "scenario {name} {{");
        elements.iter().for_each(|element| text.push_str(&format!(" a[{element}] = 2\n")));
        text.push_str("}\n");
    }
    text.push_str("scenario both extends one, other { a[e7] = 3 }\nshow a[e7] for both\n");
    assert_eq!(soon(|| said(&text)), []);
    let mut text = format!("{YEARS}var n\nn = 1\n");
    for n in 0..4_000 {
        let _ = writeln!(text, "set s{n} = e{n}, f{n}\nparam p{n}: s{n} = e{n}");
    }
    text.push_str("check p7 == e7\n");
    assert!(soon(|| codes(&text)).iter().all(|code| *code == "unused-input"));
}

#[test]
fn e02_queries_times_scenarios_are_counted() {
    let mut text = format!("{YEARS}param a = 1\n");
    for n in 0..5_000 {
        let _ = writeln!(text, "scenario s{n} {{ a = {} }}", n + 2);
    }
    text.push_str(&"show a for all\n".repeat(5_000));
    assert_eq!(soon(|| codes(&text)), ["limit-cells"]);
}

/// Blank lines take the memory of one.
#[test]
fn b11_blank_lines_are_formatted_soon() {
    let text = format!("param a = 1{}show a\n", "\n".repeat(500_000));
    let formatted = soon(|| mizan::syntax::format(mizan::source::SourceId(0), &text));
    assert_eq!(formatted.expect("no mistake"), "param a = 1\n\nshow a\n");
}
