//! Numbers (D01 to D09).

use super::*;

#[test]
fn d01_a_division_by_zero_names_its_year() {
    let text = "param a = 3\nvar x\nx = 1 / (if t == 2030 then a - 3 else 1)\nshow x\n";
    let found = run(&format!("{YEARS}{text}"));
    assert_eq!(found.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["division-by-zero"]);
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
    assert_eq!(found.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["overflow"]);
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
