//! Changes of given values: which of several holds, whatever their order, and what is refused or warned.

use mizan::data::NoFiles;
use mizan::session::{load, load_edited};

use crate::outcome::outcome;

fn said(script: &str) -> (Vec<&'static str>, bool) {
    outcome(load("test.mizan", script))
}

const HEAD: &str =
    "years 2024..2030\nset s = a, b, c\nparam x[s] = 1\nparam rate = 2%\nparam p = 1\n";

/// Holds in a scenario and among the script's own lines, in each order of two lines.
fn in_any_order(lines: [&str; 2], checks: &[&str]) {
    for order in [[0, 1], [1, 0]] {
        let [one, two] = order.map(|n| lines[n]);
        let of = |scenario: &str| {
            checks.iter().map(|check| format!("check {check}{scenario}\n")).collect::<String>()
        };
        let scenario = format!("{HEAD}scenario d {{\n{one}\n{two}\n}}\n{}", of(" for d"));
        assert_eq!(
            said(&format!("{scenario}show x[*], rate, p\n")),
            (Vec::new(), true),
            "{scenario}"
        );
        // Outside a scenario `p = 5` declares nothing anew: a line must name a part.
        let whole =
            |line: &&str| ["p =", "x =", "x[*] ="].iter().any(|whole| line.starts_with(whole));
        if !lines.iter().any(whole) {
            let own = format!("{HEAD}{one}\n{two}\n{}show x[*], rate, p\n", of(""));
            assert_eq!(said(&own), (Vec::new(), true), "{own}");
        }
    }
}

#[test]
fn else_means_the_elements_that_a_map_does_not_name() {
    for map in ["{ a: 5, else: 0 }", "{ else: 0, a: 5 }"] {
        let checks = "check x[a] == 5 for d\ncheck x[b] == 0 for d\ncheck x[c] == 0 for d\n";
        let script = format!("{HEAD}scenario d {{ x = {map} }}\n{checks}show rate, p\n");
        assert_eq!(said(&script), (Vec::new(), true), "{map}");
        let window = format!(
            "{HEAD}scenario d {{ x = {map} in 2026..2027 }}\ncheck x[a] in 2026 == 5 for d\n\
             check x[c] in 2027 == 0 for d\ncheck x[a] in 2028 == 1 for d\nshow rate, p\n"
        );
        assert_eq!(said(&window), (Vec::new(), true), "{map}");
        let edit = format!("x = {map}");
        let edited = format!("{HEAD}check x[a] == 5\ncheck x[b] == 0\nshow rate, p\n");
        let program = load_edited("test.mizan", &edited, &NoFiles, &[edit]);
        assert_eq!(outcome(program), (Vec::new(), true), "{map}");
    }
    let nested = "years 2024..2025\nset s = a, b\nset u = k, l\nparam x[s, u] = 1\n\
        scenario d { x = { a: { k: 2, else: 3 }, else: { k: 4, else: 5 } } }\n\
        check x[a, k] == 2 for d\ncheck x[a, l] == 3 for d\ncheck x[b, k] == 4 for d\n\
        check x[b, l] == 5 for d\n";
    assert_eq!(said(nested), (Vec::new(), true));
}

#[test]
fn the_more_specific_change_holds_whatever_the_order() {
    in_any_order(["x[a] = 9", "x = 3"], &["x[a] == 9", "x[b] == 3"]);
    in_any_order(["x[a] = 9", "x[*] = 3"], &["x[a] == 9", "x[b] == 3"]);
    in_any_order(["p = 7 in 2025", "p = 5 in 2025..2026"], &["p in 2025 == 7", "p in 2026 == 5"]);
    in_any_order(["x[a] = 9 in 2025", "x[a] = 3"], &["x[a] in 2025 == 9", "x[a] in 2026 == 3"]);
}

#[test]
fn additions_and_factors_apply_to_what_is_set() {
    in_any_order(["x[a] = 9", "x += 1"], &["x[a] == 10", "x[b] == 2"]);
    in_any_order(["x[a] *= 4", "x[*] = 3"], &["x[a] == 12", "x[b] == 3"]);
    let script = format!(
        "{HEAD}scenario d {{\nrate += 3 pp\nrate = 5%\n}}\ncheck rate == 8% within 0.0001% for d\n\
         show x[*], p\n"
    );
    assert_eq!(said(&script), (Vec::new(), true));
}

#[test]
fn changes_of_equal_rank_that_overlap_are_refused() {
    let pairs = [("x[a] = 9", "x = 3 in 2026"), ("p = 7 in 2025..2027", "p = 5 in 2026..2028")];
    for (one, two) in pairs {
        for (one, two) in [(one, two), (two, one)] {
            let scenario =
                format!("{HEAD}scenario d {{\n{one}\n{two}\n}}\nshow x[*], rate, p for d\n");
            assert_eq!(said(&scenario).0, ["defined-twice"], "{scenario}");
        }
    }
    let decided = format!(
        "{HEAD}scenario d {{\nx[a] = 9\nx = 3 in 2026\nx[a] = 4 in 2026\n}}\n\
         check x[a] in 2026 == 4 for d\ncheck x[b] in 2026 == 3 for d\nshow rate, p\n"
    );
    assert_eq!(said(&decided), (Vec::new(), true));
    let own = format!("{HEAD}x[a] = 9\nx = 3 in 2026\nshow x[*], rate, p\n");
    assert_eq!(said(&own).0, ["defined-twice"]);
    let twice = ["p=5".to_owned(), "p=6".to_owned()];
    let program =
        load_edited("test.mizan", &format!("{HEAD}show x[*], rate, p\n"), &NoFiles, &twice);
    assert_eq!(outcome(program).0, ["duplicate"]);
}

#[test]
fn a_change_without_effect_is_told_and_no_other() {
    let overruled = format!(
        "{HEAD}scenario d {{\nx = 3\nx[a] = 4\nx[b] = 5\nx[c] = 6\n}}\nshow x[*], rate, p for d\n"
    );
    assert_eq!(said(&overruled), (vec!["no-change"], true));
    // One entry equals the old value; the others change.
    let map = format!("{HEAD}scenario d {{ x = {{ a: 1, b: 2 }} }}\nshow x[*], rate, p for d\n");
    assert_eq!(said(&map), (Vec::new(), true));
    let same = format!("{HEAD}scenario d {{ x = {{ a: 1, b: 1 }} }}\nshow x[*], rate, p for d\n");
    assert_eq!(said(&same), (vec!["no-change"], true));
}

#[test]
fn a_refinement_beats_what_it_refines_in_any_order() {
    for parents in ["l, r", "r, l"] {
        let script = format!(
            "{HEAD}scenario root {{ p = 5 }}\nscenario l extends root {{ p = 9 in 2025..2026 }}\n\
             scenario r extends root {{ rate = 4% }}\nscenario d extends {parents} {{ }}\n\
             check p in 2025 == 9 for d\ncheck p in 2027 == 5 for d\nshow x[*], rate for d, l, r\n"
        );
        assert_eq!(said(&script), (Vec::new(), true), "{parents}");
    }
    for parents in ["l, root", "root, l"] {
        let script = format!(
            "{HEAD}scenario root {{ p = 5 }}\nscenario l extends root {{ p = 9 }}\n\
             scenario d extends {parents} {{ }}\ncheck p == 9 for d\nshow x[*], rate for d, l\n"
        );
        assert_eq!(said(&script), (Vec::new(), true), "{parents}");
    }
}

/// The form of a line counts, not how many years or elements the script has.
#[test]
fn a_year_is_specific_in_a_script_of_one_year() {
    let script = "years 2024..2024\nvar x\nx[first] = 1\nx = 2\ncheck x == 1\n";
    assert_eq!(said(script), (Vec::new(), true));
    let element = "years 2024..2024\nset s = a\nvar x[s]\nx[a] = 1\nx[i] = 2\ncheck x[a] == 1\n";
    assert_eq!(said(element), (Vec::new(), true));
}

#[test]
fn a_code_is_its_text() {
    let script = "years 2024..2025\nset s = \"1\", \"01\"\nparam x[s] = { 1: 3, 01: 4 }\n\
        scenario d { x[01] = 5 }\ncheck x[01] == 4\ncheck x[1] == 3\ncheck x[01] == 5 for d\n\
        check x[1] == 3 for d\n";
    assert_eq!(said(script), (Vec::new(), true));
    let table = "years 2024..2025\nset s = 1, 01\nparam x[s] = { | s | value: number |\n | 1 | 3 |\n | 01 | 4 | }\n\
        check x[01] == 4\ncheck x[1] == 3\n";
    assert_eq!(said(table), (Vec::new(), true));
    let other = "years 2024..2025\nset s = 1, 2\nparam x[s] = 3\nshow x[01]\n";
    let program = load("test.mizan", other);
    assert_eq!(program.diagnostics[0].code.name(), "unknown-element");
    assert!(program.diagnostics[0].help[0].contains("write `1`"), "{:?}", program.diagnostics);
}

#[test]
fn a_given_value_is_not_solved_from_itself() {
    let wage = "years 2024..2030\nparam wage = 400\nparam floor = 45% * wage\n\
        scenario d { wage = 3 * floor in 2027..2030 }\nshow wage, floor for d\n";
    assert_eq!(said(wage).0, ["given-cycle"]);
    let others = [
        "param x = x * 2\nshow x\n",
        "param x = 2\nscenario d { x = x * 2 }\nshow x for d\n",
        "param x = baseline(x) * 2\nshow x\n",
        "param g = 1\nvar x = g\nscenario d { fix x = x * 1.1 }\nshow x for d\n",
        "param x = 2\nvar y = x + 1\nscenario d { x = y }\nshow x, y for d\n",
    ];
    for script in others {
        assert_eq!(said(&format!("years 2024..2026\n{script}")).0, ["given-cycle"], "{script}");
    }
    let edit = ["x=x*2".to_owned()];
    let program =
        load_edited("test.mizan", "years 2024..2026\nparam x = 2\nshow x\n", &NoFiles, &edit);
    assert_eq!(outcome(program).0, ["given-cycle"]);
    let fine = "years 2024..2026\nset s = a, b\nparam x[s] = { a: 2, b: 2 * x[a] }\n\
        param y = 3\nscenario d { y = baseline(y) * 2 }\ncheck x[b] == 4\ncheck y == 6 for d\n";
    assert_eq!(said(fine), (Vec::new(), true));
}

/// x = 1 / (1 + x) + 1 has the solution x = sqrt(2): the equation reads itself, the change does not.
#[test]
fn a_scenario_adds_to_an_equation_that_reads_its_own_value() {
    let script = "years 2024..2025\nvar x\nx = 1 / (1 + x)\nscenario d { x += 1 in 2025 }\n\
        check x == sqrt(2) within 1e-6 in 2025 for d\ncheck x * (1 + x) == 1 within 1e-6 in 2024 for d\n";
    assert_eq!(said(script), (Vec::new(), true));
}

/// y follows x with 0.5 of the year before, and z = x + y.
const EQUATIONS: &str = "years 2024..2028\nset s = a, b\nparam g[s] = { a: 1, b: 2 }\nvar x[i: s] = 10 * g[i]\n\
    var y[s]\ny[i, first] = 4\ny[i] = 0.5 * y[i, t-1] + x[i]\nvar z[i: s] = x[i] + y[i]\n";

#[test]
fn a_scenario_gives_a_variable_another_equation() {
    let cases = [
        // With a window, an index, an element, a map, a path; by `fix` and without it.
        ("x[i] = 3 * g[i] in 2026..2027", "x[b] in 2026 == 6", "x[b] in 2028 == 20"),
        ("fix x[i] = 3 * g[i] in 2026..2027", "x[b] in 2027 == 6", "x[b] in 2025 == 20"),
        ("x[a] = 7", "x[a] in 2028 == 7", "x[b] in 2028 == 20"),
        ("x = { a: 7 } in 2026", "x[a] in 2026 == 7", "x[a] in 2027 == 10"),
        ("x[a, 2026] = 7", "x[a] in 2026 == 7", "x[a] in 2027 == 10"),
        ("x = [2025: 1, 2027: 5] in 2025..2027", "x[a] in 2026 == 3", "x[a] in 2028 == 10"),
        ("fix x = [2025: 1, 2027: 5] in 2025..2027", "x[a] in 2026 == 3", "x[a] in 2024 == 10"),
        ("x = 1 -> 5 over 2025..2027 in 2025..2027", "x[a] in 2026 == 3", "x[a] in 2028 == 10"),
        ("x = 1 -> 5 over 2025..2027", "x[a] in 2026 == 3", "x[a] in 2028 == 5"),
        ("fix x = 1 -> 5 over 2025..2027", "x[a] in 2026 == 3", "x[a] in 2028 == 5"),
        ("x *= 2 in 2026", "x[a] in 2026 == 20", "x[a] in 2027 == 10"),
        ("x += 3", "x[a] in 2026 == 13", "x[b] in 2027 == 23"),
        // An equation that reads last year, and one that reads the baseline.
        ("y = 2 * y[t-1] in 2025", "y == 4", "y in 2025 == 8"),
        ("x[i] = baseline(x[i]) + 1 in 2026", "x[a] in 2026 == 11", "x[a] in 2027 == 10"),
    ];
    for (change, one, other) in cases {
        let (one, other) =
            (one.replace("y ==", "y[a] in 2024 =="), other.replace("y in", "y[a] in"));
        let change = change.replace("y = 2 * y[t-1]", "y[i] = 2 * y[i, t-1]");
        let script = format!(
            "{EQUATIONS}scenario d {{ {change} }}\ncheck {one} within 0.0001% for d\n\
             check {other} within 0.0001% for d\ncheck z[a] == x[a] + y[a] for d\nshow x[*], y[*], z[*] for d\n"
        );
        assert_eq!(said(&script), (Vec::new(), true), "{change}");
    }
}

/// 4, then 2 times the year before; the start and the last year, whose lead does not exist, keep their equations.
#[test]
fn a_new_equation_holds_where_its_lags_and_leads_exist() {
    let lag = format!(
        "{EQUATIONS}scenario d {{ y[i] = 2 * y[i, t-1] }}\ncheck y[a] in 2024 == 4 for d\n\
         check y[b] in 2028 == 64 for d\nshow x[*], z[*] for d\n"
    );
    assert_eq!(said(&lag), (Vec::new(), true));
    let lead = "years 2024..2027\nvar x = 5\nparam w = [2024: 0, 2027: 3]\nscenario d { x = w[t+1] }\n\
        check x in 2026 == 3 for d\ncheck x in 2027 == 5 for d\n";
    assert_eq!(said(lead), (Vec::new(), true));
}

#[test]
fn points_hold_in_the_same_years_as_an_arrow() {
    for (word, role) in [("fix ", "var"), ("", "var"), ("", "param")] {
        let (arrow, points) = ("1 -> 5 over 2025..2027", "[2025: 1, 2027: 5]");
        for value in [arrow, points] {
            let script = format!(
                "years 2024..2028\n{role} x = 9\nscenario d {{ {word}x = {value} }}\n\
                 check x in 2024 == 1 for d\ncheck x in 2028 == 5 for d\nshow x for d\n"
            );
            // Points in place of an equation used to hold in their own years only.
            let warned =
                if value == points && role == "var" { vec!["held-ends"] } else { Vec::new() };
            assert_eq!(said(&script), (warned, true), "{script}");
            let window = script.replace(value, &format!("{value} in 2024..2028"));
            assert_eq!(said(&window), (Vec::new(), true), "{window}");
        }
    }
}

/// c = 0.8 y + 20 with y = c + 40 gives y = 300; with 0.5 y it gives y = 120.
#[test]
fn another_equation_may_be_solved_with_others() {
    for word in ["", "fix "] {
        let script = format!(
            "years 2024..2025\nvar c\nvar y\nc = 0.8 * y + 20\ny = c + 40\n\
             scenario d {{ {word}c = 0.5 * y + 20 }}\ncheck y == 300\ncheck y == 120 for d\n"
        );
        assert_eq!(said(&script), (Vec::new(), true), "{script}");
    }
    let solved = "years 2024..2025\nvar p start 1\nvar q\nq = 5 * p\nsolve p so that q == 10 / p\n";
    let given = format!(
        "{solved}scenario d {{ p = 3 in 2025 }}\ncheck q in 2025 == 15 for d\nshow p for d\n"
    );
    assert_eq!(said(&given), (Vec::new(), true));
    let added = format!("{solved}scenario d {{ p += 3 in 2025 }}\nshow p, q for d\n");
    assert_eq!(said(&added).0, ["computed"]);
}

#[test]
fn the_command_line_gives_a_variable_another_equation() {
    let script =
        format!("{EQUATIONS}check x[a] in 2026 == 3\ncheck x[a] in 2027 == 10\nshow y[*], z[*]\n");
    let program = load_edited("test.mizan", &script, &NoFiles, &["x[a]=3 in 2026".to_owned()]);
    assert_eq!(outcome(program), (Vec::new(), true));
    let total = "years 2024..2025\ntotal x\nx += 3\nshow x\n";
    let program = load_edited("test.mizan", total, &NoFiles, &["x=3".to_owned()]);
    assert_eq!(outcome(program).0, ["computed"]);
}

/// Each help is followed: the line that it names decides in every year in which the values differ.
#[test]
fn a_conflict_is_decided_by_a_line_for_the_years_that_differ() {
    let head = "years 2024..2030\nvar x = 1\nscenario l { fix x = 2 in 2025..2028 }\n";
    for other in ["x = 3 in 2027..2030", "fix x = [2027: 3, 2028: 4] in 2027..2028"] {
        let parents = format!("{head}scenario r {{ {other} }}\n");
        let open =
            load("test.mizan", &format!("{parents}scenario d extends l, r {{ }}\nshow x for d\n"));
        assert_eq!(open.diagnostics[0].code.name(), "scenario-conflict");
        assert!(
            open.diagnostics[0].help[0].contains("`x = ... in 2027..2028`"),
            "{:?}",
            open.diagnostics
        );
        let decided = format!(
            "{parents}scenario d extends l, r {{ x = 5 in 2027..2028 }}\ncheck x in 2028 == 5 for d\n\
             check x in 2026 == 2 for d\nshow x for d\n"
        );
        assert_eq!(said(&decided), (Vec::new(), true));
    }
    let within = "years 2024..2030\nvar x = 1\nscenario d {\nfix x = 2 in 2025..2028\nfix x = 3 in 2027..2030\n}\nshow x for d\n";
    let found = load("test.mizan", within);
    assert_eq!(found.diagnostics[0].code.name(), "defined-twice");
    assert!(found.diagnostics[0].help[0].contains("`x = ... in 2027`"), "{:?}", found.diagnostics);
    // The line is as wide as the two, so it does not beat them; two years of their own do.
    let decided = within.replace("\n}", "\nx = 4 in 2027\nx = 4 in 2028\n}");
    assert_eq!(said(&decided), (Vec::new(), true));
}
