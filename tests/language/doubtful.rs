//! Numbers that are legal and probably not meant: each has a warning, and its right form has none.

use mizan::session;

const HEAD: &str = "years 2024..2030\ncurrency USD\nset partner = China, Turkey\nparam growth = 3%\n\
    param start[partner] = { China: 80 mn USD, Turkey: 40 mn USD }\nvar sales[partner]: USD\n\
    sales[p, first] = start[p]\nsales[p] = sales[p, t-1] * (1 + growth)\n\
    var imports: mn USD = 90 mn USD * 1.02 ^ (t - first)\nshow sum(sales) for all\n";

/// Returns the codes of all messages about a line below the head.
fn codes(line: &str) -> Vec<&'static str> {
    let program = session::load("doubtful.mizan", &format!("{HEAD}{line}\n"));
    program.diagnostics.iter().map(|found| found.code.name()).collect()
}

#[test]
fn doubtful_numbers_have_a_warning_and_right_ones_have_none() {
    for (doubtful, code, right) in [
        ("scenario a { imports *= 10% }", "percent-extreme", "scenario a { imports *= 1 + 10% }"),
        ("scenario a { imports *= -10% }", "percent-extreme", "scenario a { imports *= 1 - 10% }"),
        ("scenario a { growth += 1 }", "percent-missing", "scenario a { growth += 1 pp }"),
        ("show 100 + 5%", "percent-extreme", "show 1 + 5%, 100 * (1 + 5%)"),
        (
            "var k: percent = growth(imports) * 100",
            "percent-extreme",
            "var k: percent = growth(imports)",
        ),
        (
            "check sum(sales) / imports <= 100",
            "percent-missing",
            "check sum(sales) / imports <= 200%",
        ),
        ("check growth <= 5", "percent-missing", "check growth <= 5%"),
        (
            "scenario a { start[China] = 90 mn USD in 2028..2030 }",
            "no-change",
            "scenario a { start[China] = 90 mn USD }",
        ),
        (
            "scenario a { start[China] = 90 mn USD in 2025 }",
            "no-change",
            "scenario a { sales[China] += 9 mn USD in 2025 }",
        ),
    ] {
        assert_eq!(codes(doubtful), [code], "{doubtful}");
        assert_eq!(codes(right), [""; 0], "{right}");
    }
}

/// An index with the name of a part and of an element, and an equality that need not hold at a bound.
#[test]
fn names_and_equalities_with_two_meanings_are_warned_of() {
    let found = |text: &str| -> Vec<&str> {
        let program = session::load("doubtful.mizan", &format!("years 2024..2025\n{text}\n"));
        program.diagnostics.iter().map(|found| found.code.name()).collect()
    };
    let parts =
        "set all = a, b, c\nparam x[all] = 1\nset PART = all without c\nshow sum(p in PART: x[p])";
    assert_eq!(found(&parts.replace("PART", "b")), ["similar-names"]);
    assert_eq!(found(&parts.replace("PART", "d")), [""; 0]);
    let solved = "var p start 1\nsolve p >= 0 so that 10 - 2 * p SIGN 3 + p\nshow p";
    assert_eq!(found(&solved.replace("SIGN", "==")), ["solve-condition"]);
    assert_eq!(found(&solved.replace("SIGN", ">=")), [""; 0]);
}

/// A percentage of a plain number is a factor, and a plant is built before it opens.
#[test]
fn changes_of_numbers_and_years_of_building_are_warned_of() {
    let found = |text: &str| -> Vec<&str> {
        let program = session::load("doubtful.mizan", &format!("years 2024..2030\n{text}\n"));
        program.diagnostics.iter().map(|found| found.code.name()).collect()
    };
    let oil = "param oil = 80\nscenario dear { oil CHANGE }\nshow oil for dear";
    for change in ["+= 20%", "-= 20%"] {
        assert_eq!(found(&oil.replace("CHANGE", change)), ["percent-extreme"], "{change}");
    }
    for change in ["*= 1 + 20%", "+= 16", "+= 0.2"] {
        assert_eq!(found(&oil.replace("CHANGE", change)), [""; 0], "{change}");
    }
    // A share may be given without its sign.
    assert_eq!(found("param s = 0.5\nscenario a { s += 20% }\nshow s for a"), [""; 0]);
    let path = "param s = [2024: 0.1, 2030: 0.2]\nscenario a { s += 5% }\nshow s for a";
    assert_eq!(found(path), [""; 0]);
    let plant = "currency USD\nuse trade\nset partner = China\nset sector = cars\n\
        imports bought { base: 100 mn USD }\njoint_venture mill in cars with China { opens: 2027, construction: YEAR, \
        capacity: 30 mn USD, local_content: 40%, foreign_equity: 50%, investment: 10 mn USD }\nshow balance";
    assert_eq!(found(&plant.replace("YEAR", "2029")), ["unlikely-value"]);
    assert_eq!(found(&plant.replace("YEAR", "2025")), [""; 0]);
    assert_eq!(found(&plant.replace("YEAR", "2027")), [""; 0]);
    // A lag of its own hands a gap on; values for both years leave none.
    let gap = "var z\nz[first] = 1\nMORE\nz = z[t-2] + 1\nshow z";
    assert_eq!(found(&gap.replace("MORE\n", "")), ["lag-before-start"]);
    assert_eq!(found(&gap.replace("MORE", "z[2025] = 1")), [""; 0]);
}

/// `baseline(x)` reads the value without the scenario, so a change of `x` does not reach it.
#[test]
fn a_value_that_only_the_baseline_reads_in_a_year_is_unread() {
    let other =
        "param base = 5\nvar index = if t >= 2026 then baseline(base) else 1\nshow index for all\n";
    assert_eq!(codes(&format!("{other}scenario a {{ base = 6 in 2028 }}")), [""; 0]);
    let first = "param base = 5\nvar index\nindex[first] = base\nindex = index[t-1] * baseline(base)\nshow index for all\n";
    assert_eq!(codes(&format!("{first}scenario a {{ base = 6 in 2028 }}")), ["no-change"]);
    assert_eq!(codes(&format!("{first}scenario a {{ base = 6 in 2024..2028 }}")), [""; 0]);
}

/// The letters of a built-in library are indices, whatever the script calls by the same letter.
#[test]
fn indices_of_a_library_are_no_names_of_the_script() {
    let text = "years 2024..2030\ncurrency USD\nuse trade\nset partner = China, p\nset sector = food, s\n\
        param q = 3\nparam i = 4\nexports sold to China { base: 80 mn USD, growth: 4% }\n\
        joint_venture plant in food with p { capacity: 40 mn USD, opens: 2026, local_content: 30%, \
        foreign_equity: 50%, investment: 50 mn USD }\nshow balance, q + i\n";
    let program = session::load("letters.mizan", text);
    assert!(program.diagnostics.is_empty(), "{:?}", program.diagnostics);
    let answers = mizan::analysis::answer(&program.model.expect("a model"));
    assert!(answers.is_ok(), "{:?}", answers.err());
}
