//! Depth, on a stack as small as that of a thread (B13, C06).

use std::fmt::Write as _;

use super::*;

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
    // One year and one statement for each variable: the length of the chain is what counts. Frames of 512 bytes would
    // overflow the stack.
    let n = 4_000;
    let mut text = "years 2024..2024\nvar v0 = 1\n".to_owned();
    for n in 1..n {
        let _ = writeln!(text, "var v{n} = v{} + 1", n - 1);
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
    // So it is where the parents come last.
    let mut text = format!("{YEARS}param a = 1\n");
    for n in 0..5_000 {
        let _ = writeln!(text, "scenario s{n} extends s{} {{ a = {} }}", n + 1, n + 2);
    }
    let text = format!("{text}scenario s5000 extends s7 {{ a = 1 }}\nshow a for s0\n");
    assert_eq!(on_a_small_stack(|| soon(|| codes(&text))), ["extends-cycle"]);
    let text = text.replace("s5000 extends s7", "s5000");
    assert!(on_a_small_stack(|| soon(|| session::load("a.mizan", &text))).model.is_some());
    let functions: String =
        (0..5_000).map(|n| format!("function f{n}(x) = f{}(x) + 1\n", (n + 1) % 5_000)).collect();
    let found = on_a_small_stack(|| said(&format!("{YEARS}{functions}param a = f0(1)\n")));
    assert_eq!(found.iter().map(|found| found.code.name()).collect::<Vec<_>>(), ["recursion"]);
    assert!(found[0].message.len() < 200, "{}", found[0].message);
}

#[test]
fn d06_what_does_not_converge_says_so() {
    for equation in ["x = x ^ 2 + 1", "x = 1 * x + 1", "x = if x > 1 then 0 else 2", "x = exp(x)"] {
        let found = run(&format!("{YEARS}var x\n{equation}\nshow x\n"));
        let codes: Vec<_> = found.iter().map(|d| d.code.name()).collect();
        assert_eq!(codes, ["no-convergence"], "{equation}");
    }
    let singular = "var x\nvar y\nx = 2 * y + 1\ny = 0.5 * x + 3\nshow x\n";
    assert_eq!(run_codes(singular), ["no-convergence"]);
}
