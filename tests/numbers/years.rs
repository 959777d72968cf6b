//! Years that are none, lags that are no whole years, paths whose years do not rise, and values that are
//! missing at the ends of the horizon.

use mizan::data::MemoryFiles;
use mizan::session::load_with;

use crate::outcome::outcome;

const FILE: &str = "y,v\n2024,1\n2025,2\n2027,4\n2028,5\n";

/// The codes that a script gives, and whether all its checks pass. It may read the file `t.csv`.
fn said(script: &str) -> (Vec<&'static str>, bool) {
    let mut files = MemoryFiles::default();
    files.add("t.csv", FILE);
    let script = format!("years 2024..2030\n{script}");
    outcome(load_with("test.mizan", &script, &files))
}

const KIND: &str = "total out\nblock plant { opens: year, size: number path\n\
    out += if t >= opens then size else 0 }\n";

#[test]
fn a_year_is_a_whole_number_near_the_horizon() {
    for year in ["01/07/2026", "2026-07-01", "26", "2026.5", "20260", "(2026-07)"] {
        let places = [
            format!("{KIND}plant f {{ opens: {year}, size: 3 }}\nshow out\n"),
            format!("param opens: year = {year}\nvar x = if t >= opens then 1 else 0\nshow x\n"),
            format!("param x = 1 -> 5 over {year}..2040\nshow x\n"),
            format!("param x = [2024: 1, {year}: 5]\nshow x\n"),
            format!(
                "{KIND}plant f {{ opens: 2026, size: 3 }}\nscenario d {{ f.opens = {year} }}\nshow out for d\n"
            ),
        ];
        for script in places {
            // A date in a field for a year has an edit, which the parser gives.
            let refused = matches!(said(&script).0.first(), Some(&("not-a-year" | "syntax")));
            assert!(refused, "{script}");
        }
    }
    for year in ["2026", "first + 2", "last - 1", "1990"] {
        let script = format!("{KIND}plant f {{ opens: {year}, size: 3 }}\nshow out\n");
        assert_eq!(said(&script), (Vec::new(), true), "{year}");
    }
}

#[test]
fn lags_and_years_of_cells_are_whole() {
    for script in [
        "param x = 2\nvar y = if t > first then x[t-0.5] else 0\nshow y\n",
        "param x = 2\nvar y = if t > 2026 then x[t-1.9] else 0\nshow y\n",
        "param x = 2\nvar y = if t < 2028 then x[t+1.5] else 0\nshow y\n",
        "var y = 2\ny[2025.7] = 9\nshow y\n",
        "param x = 2\nvar y = x[2025.5]\nshow y\n",
        "param x = 1\nscenario d { x = 2 in 2025.5..2027 }\nshow x for d\n",
    ] {
        let codes = said(script).0;
        assert!(
            !codes.is_empty() && codes.iter().all(|code| *code == "not-a-year"),
            "{script}: {codes:?}"
        );
    }
}

#[test]
fn the_years_of_a_path_rise() {
    for script in [
        "param begins: year = 2028\nparam x = 1 -> 5 over begins..2026\nshow x\n",
        "param begins: year = 2025\nparam x = 1 -> 5 over begins..2026\n\
         scenario d { begins = 2027 }\nshow x for d\n",
        "param begins: year = 2028\nparam x = [begins: 1, 2026: 5]\nshow x\n",
        "param x = 1 then 5 from 2028 then 7 from 2026\nshow x\n",
        "param x = 1 -> 5 over 2025..2028 -> 7 over 2026..2029\nshow x\n",
        "param b: year = 2026\nparam x = 1 then 5 from 2028 then 7 from b\nshow x\n",
    ] {
        assert_eq!(said(script).0, ["reversed-years"], "{script}");
    }
    let fine = "param b: year = 2026\nparam x = 1 -> 5 over 2024..b -> 7 over b..2028 then 9 from 2028\n\
        check x in 2025 == 3\ncheck x in 2026 == 5\ncheck x in 2027 == 6\ncheck x in 2028 == 9\n";
    assert_eq!(said(fine), (Vec::new(), true));
}

/// The code of the diagnostic that ends a simulation of a script, or of its check or its run.
fn drawn(script: &str) -> Option<&'static str> {
    use mizan::engine::sampling::Method;
    use mizan::engine::simulate::Simulation;
    let program =
        load_with("test.mizan", &format!("years 2024..2030\n{script}"), &MemoryFiles::default());
    let Some(model) = &program.model else {
        return program.diagnostics.first().map(|one| one.code.name());
    };
    let simulation = Simulation { draws: 200, seed: 1, method: Method::Plain };
    let done = mizan::analysis::answer_with(model, Some(&simulation), &|_| {});
    done.err().map(|problem| problem.code.name())
}

#[test]
fn a_computed_year_is_checked_in_the_run() {
    for script in [
        "param early = 26\nparam opens: year = early\nvar x = if t >= opens then 1 else 0\nshow x\n".to_owned(),
        "param late = 1.5\nparam opens: year = first + late\nshow if t >= opens then 1 else 0\n".to_owned(),
        format!("{KIND}param a = 2026.5\nplant f {{ opens: a, size: 3 }}\nshow out\n"),
        format!(
            "{KIND}param a = 2026\nplant f {{ opens: a, size: 3 }}\n\
             scenario d {{ a = 26 }}\nshow out for d\n"
        ),
        "param a = 2026.5\nparam x = 1 -> 5 over a..2029\nshow x\n".to_owned(),
        "param a = 26\nparam x = 1 -> 5 over a..2029\nshow x\n".to_owned(),
        "param a = 2026.5\nparam x = 1 then 5 from a\nshow x\n".to_owned(),
        "param a = 2026.5\nparam x = [2024: 1, a: 5]\nshow x\n".to_owned(),
        "param a: year = uniform(2026, 2027)\nparam x = 1 then 5 from a\nshow x\n".to_owned(),
        "param a: year = discrete(26: 40%, 2026: 60%)\nparam x = 1 then 5 from a\nshow x\n".to_owned(),
    ] {
        let codes = said(&script).0;
        assert_eq!(codes, ["not-a-year"], "{script}");
    }
    let fine = "param a = 2026.4\nparam x = 1 then 5 from round(a)\ncheck x in 2026 == 5\n";
    assert_eq!(said(fine), (Vec::new(), true));
}

#[test]
fn a_number_that_is_compared_with_years_is_one() {
    for value in ["26", "2026.5", "0"] {
        for script in [
            format!("param opens = {value}\nshow if t >= opens then 1 else 0\n"),
            format!(
                "param opens = 2026\nscenario d {{ opens = {value} }}\nshow if opens <= t then 1 else 0 for d\n"
            ),
        ] {
            assert_eq!(said(&script).0, ["not-a-year"], "{script}");
        }
    }
    let fine = "param opens = 2026\nparam wait = 2\nvar x = if t >= opens and t - first >= wait then 1 else 0\nshow x\n";
    assert_eq!(said(fine), (Vec::new(), true));
}

#[test]
fn drawn_years_are_checked_in_every_draw() {
    // At the medians all of these are right.
    for (script, code) in [
        (
            "param a: year = discrete(2025: 90%, 2028: 10%)\nparam x = 1 -> 5 over a..2027\nshow x\n",
            "reversed-years",
        ),
        (
            "param a: year = discrete(2025: 90%, 2028: 10%)\nparam x = 1 then 5 from a then 7 from 2027\nshow x\n",
            "reversed-years",
        ),
        (
            "param a: year = discrete(2025: 90%, 2028: 10%)\nparam x = [2024: 1, a: 5, 2027: 7]\nshow x\n",
            "reversed-years",
        ),
        (
            "param a = discrete(2025: 90%, 2025.5: 10%)\nparam x = 1 then 5 from a\nshow x\n",
            "not-a-year",
        ),
        (
            "param a = discrete(2025: 90%, 25: 10%)\nparam opens: year = a\nshow if t >= opens then 1 else 0\n",
            "not-a-year",
        ),
        (
            "param a = discrete(0: 90%, 0.5: 10%)\nparam opens: year = 2026 + a\nshow if t >= opens then 1 else 0\n",
            "not-a-year",
        ),
    ] {
        assert_eq!(drawn(script), Some(code), "{script}");
    }
    for fine in [
        "param a: year = discrete(2025: 90%, 2026: 10%)\nparam x = 1 -> 5 over a..2027\nshow x\n",
        "param a = uniform(2025, 2026.9)\nparam x = 1 then 5 from round(a) then 6 from 2028\nshow x\n",
        "param a: year = round(uniform(2025, 2027))\nshow if t >= a then 1 else 0\n",
    ] {
        assert_eq!(drawn(fine), None, "{fine}");
    }
}

#[test]
fn windows_outside_the_horizon_are_told() {
    assert_eq!(said("param x = 1 -> 5 over 2034..2039\nshow x\n"), (vec!["year-unused"], true));
    assert_eq!(said("param x = 1 -> 5 over 2014..2019\nshow x\n"), (vec!["year-unused"], true));
    assert_eq!(said("param x = 1 -> 5 over 2020..2039\nshow x\n"), (Vec::new(), true));
}

#[test]
fn years_without_a_row_are_missing_at_the_ends_too() {
    let with = |more: &str| format!("param x = data(\"t.csv\", year: y, value: v{more})\n");
    for more in ["", ", missing: interpolate", ", after: hold"] {
        assert_eq!(said(&format!("{}show x\n", with(more))).0, ["missing-key"], "{more}");
    }
    let zero = format!("{}check x in 2026 == 0\ncheck x in 2030 == 0\n", with(", missing: 0"));
    assert_eq!(said(&zero), (Vec::new(), true));
    let held = format!(
        "{}check x in 2026 == 3\ncheck x in 2030 == 5\n",
        with(", missing: interpolate, after: hold")
    );
    assert_eq!(said(&held), (Vec::new(), true));
}

#[test]
fn checks_skip_years_without_a_value_but_not_all_years() {
    let head = "var x\nx[first] = 100\nx = x[t-1] * 1.03\n";
    assert_eq!(said(&format!("{head}check growth(x) >= 2%\n")), (Vec::new(), true));
    assert_eq!(said(&format!("{head}check growth(x) >= 4%\n")), (Vec::new(), false));
    assert_eq!(said(&format!("{head}check x[t-9] == 5\n")).0, ["outside-horizon"]);
    assert_eq!(said(&format!("{head}identity z: x[t-9] == 5\nshow x\n")).0, ["outside-horizon"]);
    let fine = format!("{head}identity z: x == 1.03 * x[t-1]\nshow x\n");
    assert_eq!(said(&fine), (Vec::new(), true));
}
