//! Scripts and the codes that the check reports for them, in the order of the text.

fn codes(text: &str) -> Vec<&'static str> {
    mizan::session::load("test.mizan", text).diagnostics.iter().map(|d| d.code.name()).collect()
}

const HEAD: &str = "years 2024..2035\ncurrency USD\nset sector = machinery, vehicles, metals\n";

fn after_head(text: &str) -> Vec<&'static str> {
    codes(&format!("{HEAD}{text}"))
}

#[test]
fn a_core_model_with_lags_is_accepted() {
    let text = "param base[sector] = { machinery: 3 mn USD, else: 1 mn USD }\n\
        param growth[sector] = { vehicles: 8% -> 2% over 2026..2030 s_curve, else: 3% }\n\
        var demand[sector]: USD\n\
        demand[s, first] = base[s]\n\
        demand[s] = demand[s, t-1] * (1 + growth[s])\n\
        scenario faster { growth[vehicles] = 9% }\n\
        show sum(demand[*]), demand[*] for all in 2024..2030\n\
        check sum(demand[*]) in 2024 == 5 mn USD within 0.1%\n";
    assert_eq!(after_head(text), Vec::<&str>::new());
}

#[test]
fn a_kind_and_its_lever_are_accepted() {
    let text = "total imports[sector]: USD\n\
        factor price[sector]\n\
        block tariff on s: sector \"Duty\" {\n  rate: percent path \"Duty\"\n  pass: percent = 100%\n  price[s] *= 1 + pass * rate\n  imports[s] += 5 mn USD * rate[first]\n}\n\
        tariff duty \"Applied\" {\n  rate: 9%\n}\n\
        scenario free { duty.rate[machinery] = 9% -> 0% over 2026..2029 }\n\
        compare imports[machinery] for all to baseline by lever in 2035\n";
    assert_eq!(after_head(text), Vec::<&str>::new());
}

#[test]
fn the_two_definitions_that_collide_are_shown() {
    let text = "var x[sector]\nx[s] = 1\nx[metals] = 2\nx[s, 2025..2026] = 3\nshow x[*]\n";
    let text = format!("{HEAD}{text}");
    let found = &mizan::session::load("test.mizan", &text).diagnostics;
    assert_eq!(found[0].code.name(), "defined-twice");
    let shown: Vec<&str> = found[0]
        .labels
        .iter()
        .map(|label| &text[label.span.start as usize..label.span.end as usize])
        .collect();
    assert_eq!(shown, ["x[s, 2025..2026] = 3", "x[metals] = 2"]);
}

#[test]
fn several_mistakes_are_reported_at_once() {
    let found = after_head("param a = 1,5\nparam b = = 2\nparam c = 3\n");
    assert_eq!(found, ["syntax", "syntax"]);
}

/// Every prefix of a script without a library, and so many of one that uses it that each of its
/// statements is cut somewhere.
#[test]
fn no_prefix_of_a_script_panics() {
    let own = include_str!("../../examples/growth.mizan");
    let target = include_str!("../../examples/azerbaijan_china.mizan");
    let own = (0..own.len()).filter_map(|end| own.get(..end));
    let target = (0..target.len()).step_by(61).filter_map(|end| target.get(..end));
    for text in own.chain(target) {
        let program = mizan::session::load("target.mizan", text);
        let shown = mizan::diagnostic::render(
            &program.diagnostics,
            &program.sources,
            mizan::diagnostic::Style::Plain,
            80,
        );
        assert!(!shown.contains('\u{1b}'));
    }
}

#[test]
fn the_target_script_is_accepted() {
    let text = include_str!("../../examples/azerbaijan_china.mizan");
    assert_eq!(codes(text), Vec::<&str>::new());
}

#[test]
fn the_example_is_accepted() {
    assert_eq!(codes(include_str!("../../examples/growth.mizan")), Vec::<&str>::new());
}

#[test]
fn a_table_head_may_name_a_unit_of_several_parts() {
    let text = "unit TEU\nparam fee[sector]: USD/TEU = {\n | sector | value: thousand USD/TEU |\n\
        | machinery | 4 |\n | vehicles | 5 |\n | metals | 6 |\n}\n\
        check fee[vehicles] * 2 TEU == 10_000 USD\n";
    assert_eq!(after_head(text), Vec::<&str>::new());
}

#[test]
fn a_function_of_a_function_is_no_recursion() {
    let run = |text: &str| {
        let program = mizan::session::load("test.mizan", &format!("{HEAD}{text}"));
        let model = program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics));
        let report = mizan::analysis::answer(&model).expect("answers");
        let checks = report.answers.iter().filter_map(|answer| match answer {
            mizan::results::Answer::Check(check) => Some(check.passed),
            _ => None,
        });
        checks.collect::<Vec<bool>>()
    };
    let text = "function twice(x) = 2 * x\nfunction next(x) = twice(x) + 1\n\
        check twice(twice(3)) == 12\ncheck next(twice(next(1))) == 13\n\
        check twice(next(twice(1))) == 10\n";
    assert_eq!(run(text), [true; 3]);
    // Parameters may be in paths too.
    let text = "function ramp(a, b, from) = a -> b over from..2030\n\
        function points(a, year) = [year: a, 2030: 2 * a]\n\
        param p = ramp(0, 10, 2025)\nparam q = points(3, 2024)\n\
        check p in 2027 == 4\ncheck q in 2027 == 4.5\n";
    assert_eq!(run(text), [true; 2]);
}

#[test]
fn what_one_parent_gives_in_two_ways_is_no_conflict() {
    let text = "param a[sector] = 1\nscenario one { a = 2\n a[metals] = 3 }\nscenario other { a = 4 }\n\
        scenario child extends one { }\nshow a[metals] for child, other\n";
    assert_eq!(after_head(text), [""; 0]);
    let text = text.replace("child extends one", "child extends one, other");
    assert_eq!(after_head(&text), ["scenario-conflict"]);
}

#[test]
fn a_lever_on_one_element_twice_is_reported() {
    let text = "total x[sector]\nblock k on s: sector { f: number\n x[s] += f }\n\
        k l on metals, vehicles, metals { f: 1 }\nshow x[metals]\n";
    assert_eq!(after_head(text), ["duplicate"]);
}

#[test]
fn an_element_may_be_a_word_for_all_goods() {
    let text = |element: &str| {
        format!(
            "years 2024..2025\ncurrency USD\nuse trade\nset partner = China\nset sector = {element}, cars\n\
             imports bought {{ base: 100 mn USD }}\ntariff duty on goods {{ rate: 3% }}\nshow balance\n"
        )
    };
    let errors = |text: String| {
        let found = mizan::session::load("test.mizan", &text).diagnostics;
        found.iter().filter(|one| one.is_error()).count()
    };
    assert_eq!(errors(text("goods")), 0);
    assert_eq!(errors(text("food")), 1);
}

/// `2027M01` is a month of a statistical office; a declared unit with this form is a unit.
#[test]
fn a_declared_unit_of_a_letter_and_a_digit_is_no_month() {
    let text = |unit: &str| {
        format!(
            "years 2024..2026\ncurrency USD\n{unit}param price: USD = 250 USD\n\
             var paid: USD = price * 2000 m3 / 1 m3\nshow paid\n"
        )
    };
    let found = |unit: &str| mizan::session::load("test.mizan", &text(unit)).diagnostics;
    assert!(found("unit m3\n").is_empty());
    assert!(found("").iter().any(mizan::diagnostic::Diagnostic::is_error));
}
