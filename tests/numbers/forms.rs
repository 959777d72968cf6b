//! Forms of data: year columns in tables, subsets on the left side, quantities as fields of a lever.

use mizan::session;

use crate::outcome::outcome;

/// Returns true if a script runs without a message and all its checks hold.
fn holds(text: &str) -> bool {
    outcome(session::load("forms.mizan", text)) == (Vec::new(), true)
}

/// The values between two columns lie on a straight line: (100 + 120) / 2 = 110 in 2026.
#[test]
fn columns_of_years_are_a_path_for_each_row() {
    let table = "years 2024..2028\ncurrency USD\nset partner = China, Turkey\n\
        param imports[partner] = {\n  | partner | 2025: mn USD | 2027: mn USD |\n  | China | 100 | 120 |\n  \
        | Turkey | 40 | 46 |\n}\n";
    for (cell, year, value) in [
        ("China", 2024, "100"),
        ("China", 2025, "100"),
        ("China", 2026, "110"),
        ("China", 2028, "120"),
        ("Turkey", 2026, "43"),
    ] {
        let check = format!("{table}check imports[{cell}, {year}] == {value} mn USD\n");
        assert!(holds(&check), "{check}");
        let wrong = format!("{table}check imports[{cell}, {year}] == {value}.5 mn USD\n");
        assert!(!holds(&wrong), "{wrong}");
    }
}

#[test]
fn a_subset_on_the_left_side_stands_for_its_elements() {
    let text = "years 2024..2025\nset partner = China, Turkey, Georgia\nset near = partner without China\n\
        param weight[partner] = 1\nvar size[p: partner] = 10\nsize[near] = 2 * weight[near]\n\
        scenario more { weight[near] = 3 }\n\
        check sum(weight[*]) == 3\ncheck sum(weight[*]) == 7 for more\n\
        check size[China] == 10 for all\ncheck size[Georgia] == 6 for more\ncheck size[Turkey] == 2\n";
    assert!(holds(text));
    assert!(!holds(&text.replace("== 7 for more", "== 9 for more")));
}

/// Each cell of a lever takes the cell of a parameter over the same sets, in whatever order it has them.
#[test]
fn a_parameter_over_the_sets_of_a_lever_is_a_field_without_indices() {
    let text = "years 2024..2025\ncurrency USD\nset partner = China, Turkey\nset sector = food, metal\nuse trade\n\
        param flow[sector, partner] = {\n  | sector | China: mn USD | Turkey: mn USD |\n  | food | 1 | 2 |\n  \
        | metal | 3 | 4 |\n}\n\
        imports bought { base: flow }\nimports more from China { base: flow }\n\
        check imports[China, metal] in 2024 == 6 mn USD\ncheck imports[Turkey, food] in 2024 == 2 mn USD\n\
        check imports[Turkey, metal] in 2024 == 4 mn USD\ncheck imports[China, food] in 2024 == 2 mn USD\n";
    assert!(holds(text));
    assert!(!holds(&text.replace("== 6 mn", "== 7 mn")));
}

/// Returns the answers of a script that runs, as JSON.
fn answers(text: &str) -> serde_json::Value {
    let program = session::load("forms.mizan", text);
    let model = program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics));
    let report = mizan::analysis::answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"));
    mizan::report::json(&report)["answers"].take()
}

const FLOWS: &str = "years 2024..2030\ncurrency USD\ncurrency EUR = 1.25 USD -> 1.6 USD over 2024..2026\n\
    unit m3\nunit barrel = 0.16 m3\nset home = a, b\nset away = c, d\n\
    param flow[home, away] = {\n | home | c: mn USD | d: mn USD |\n | a | 1 | 2 |\n | b | 30 | 40 |\n}\n\
    var x[i: home, j: away]: USD = flow[i, j] * (t - 2023) / (1 years)\nparam oil: m3 = 8 m3\nparam part: number = 0.25\n";

#[test]
fn years_of_a_query_are_a_list_with_open_ranges() {
    for (clause, years) in [
        ("in 2026, 2030", vec![2026, 2030]),
        ("in 2029..", vec![2029, 2030]),
        ("in ..2025, 2028", vec![2024, 2025, 2028]),
        ("in 2028..2029, 2025, 2029..", vec![2025, 2028, 2029, 2030]),
        ("in last", vec![2030]),
    ] {
        let found = answers(&format!("{FLOWS}show x[a, c] {clause}\n"));
        let panel = &found[0]["panels"][0];
        assert_eq!(panel["years"], serde_json::json!(years), "{clause}");
        let values: Vec<f64> = years.iter().map(|year| 1e6 * f64::from(year - 2023)).collect();
        assert_eq!(panel["series"][0]["values"], serde_json::json!(values), "{clause}");
    }
    // An open range ends with its line.
    assert_eq!(answers(&format!("{FLOWS}show oil in 2029..\nshow part\n"))[1]["query"], "show");
    let used = format!("{FLOWS}show oil, part, 1 EUR\n");
    assert!(holds(&format!("{used}check x[b, d] in 2024, 2026.. >= 40 mn USD\n")));
    assert!(!holds(&format!("{used}check x[b, d] == 40 mn USD in 2024, 2026\n")));
    let level = "years 2024..2027\nparam x = 1\nscenario late { x = 2 in 2026.. }\n";
    assert!(holds(&format!(
        "{level}check x in 2025 == 1 for late\ncheck x in 2026.. == 2 for late\n"
    )));
}

/// 1, 2, 30 and 40: the rows add up to 3 and 70, the columns to 31 and 42, all to 73.
#[test]
fn totals_are_sums_over_each_index_and_over_all() {
    let found = answers(&format!("{FLOWS}show x[*, *], x[a, *] in 2024 with total\n"));
    let values = |panel: usize| -> Vec<(String, f64, bool)> {
        let series = found[0]["panels"][panel]["series"].as_array().expect("series");
        let line = |one: &serde_json::Value| {
            let elements: Vec<&str> = one["elements"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|e| e.as_str())
                .collect();
            let value = one["values"][0].as_f64().expect("a number") / 1e6;
            (elements.join(" "), value, one["is_total"] == true)
        };
        series.iter().map(line).collect()
    };
    let all: Vec<(String, f64, bool)> = values(0);
    let expected = [
        ("a c", 1.0, false),
        ("a d", 2.0, false),
        ("b c", 30.0, false),
        ("b d", 40.0, false),
        ("a total", 3.0, true),
        ("b total", 70.0, true),
        ("total c", 31.0, true),
        ("total d", 42.0, true),
        ("total total", 73.0, true),
    ];
    let expected = expected.map(|(name, value, total)| (name.to_owned(), value, total));
    assert_eq!(all, expected);
    assert_eq!(values(1)[2], ("total".to_owned(), 3.0, true));
}

/// A euro is 1.25 dollars in 2024 and 1.6 in 2026; a barrel is 0.16 cubic metres.
#[test]
fn values_are_shown_in_another_unit() {
    let found = answers(&format!(
        "{FLOWS}show x[b, d] in 2024, 2026 in mn EUR digits 1\nshow oil in barrel\nshow part in percent\n"
    ));
    let panel = &found[0]["panels"][0];
    assert_eq!(panel["unit"]["name"], "EUR");
    assert_eq!((&panel["unit"]["scale"], &panel["unit"]["digits"]), (&"mn".into(), &1.into()));
    // 40 / 1.25 and 3 * 40 / 1.6.
    assert_eq!(panel["series"][0]["values"], serde_json::json!([32e6, 75e6]));
    assert_eq!(found[1]["panels"][0]["series"][0]["values"][0], 50.0);
    assert_eq!(found[1]["panels"][0]["unit"]["name"], "barrel");
    assert_eq!(found[2]["panels"][0]["unit"]["kind"], "percent");
    for wrong in
        ["show oil in mn USD", "show part in TEU", "show x[a, c] in home", "show oil digits 9"]
    {
        let program = session::load("forms.mizan", &format!("{FLOWS}{wrong}\n"));
        assert!(program.model.is_none(), "{wrong}");
    }
}

#[test]
fn the_scale_of_all_tables_is_fixed() {
    let found = answers(&format!("{FLOWS}unit mn USD\nshow x[b, d]\nshow x[b, d] in bn USD\n"));
    assert_eq!(found[0]["panels"][0]["unit"]["scale"], "mn");
    assert_eq!(found[1]["panels"][0]["unit"]["scale"], "bn");
}

/// x is 100, 110 and 121: its changes are 10 and 11, and a tenth of it in another year is 10 and 11 too.
#[test]
fn a_function_reads_its_argument_in_other_years() {
    let text = "years 2024..2026\nset sector = food, metal\nfunction d(x) = x - x[t-1]\n\
        function first_share(x) = x[first] / x\nfunction tenth(x, s) = 10% * x[s, t-1]\n\
        var x[s: sector] = 100 * 1.1 ^ (t - 2024)\nvar y[s: sector]\ny[s, first] = 0\ny[s] = d(x[s])\n\
        var z\nz[first] = 0\nz = d(2 * sum(x[*]) - 1)\nvar w\nw[first] = 0\nw = tenth(x, metal)\n\
        var twice\ntwice = if t >= 2026 then d(d(x[food])) else 0\n\
        check y[food] in 2025 == 10\ncheck y[metal] in 2026 == 11\ncheck z in 2026 == 44\n\
        check w in 2026 == 11\ncheck first_share(x[food]) in 2026 == 100 / 121\ncheck twice in 2026 == 1\n";
    assert!(holds(text), "{:?}", outcome(session::load("forms.mizan", text)));
    assert!(!holds(&text.replace("2026 == 44", "2026 == 43")));
}

#[test]
fn an_identity_may_hold_in_some_years() {
    let text = |years: &str| {
        format!(
            "years 2024..2026\nvar x = (t - 2024) / (1 years)\nidentity grown: x >= 1 {years}\nshow x\n"
        )
    };
    assert!(!holds(&text("")));
    assert!(holds(&text("in 2025..2026")));
    assert!(holds(&text("in 2025..")));
    assert!(holds(&text("in ..2024 within 1")));
    assert!(!holds(&text("in 2024..2025")));
}

#[test]
fn a_rate_has_a_source() {
    for rate in ["0.588 USD", "0.588 USD -> 0.6 USD over 2024..2025"] {
        let text = format!(
            "years 2024..2025\ncurrency USD\nsource cbar \"Central Bank of Azerbaijan\"\n\
             currency AZN = {rate} @cbar\nparam cost = 100 AZN\nshow cost\n"
        );
        let program = session::load("forms.mizan", &text);
        let model = program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics));
        let figures = model.figures();
        let found = figures.iter().find(|figure| figure.name == "AZN").expect("the rate");
        assert_eq!(found.sources, ["cbar"], "{rate}");
        assert_eq!(model.cited(), ["cbar"], "{rate}");
    }
}

/// Wealth is read in the year before, so it needs a start; consumption and income do not.
#[test]
fn a_starting_value_is_given_where_something_reads_it() {
    let text = "years 2024..2027\nparam spending = 20\nvar wealth\nwealth[first] = 100\n\
        wealth = wealth[t-1] + income - consumption\nvar consumption = 60% * income + 10% * wealth[t-1]\n\
        var income = consumption + spending\nvar ratio = income / wealth\nvar growing = growth(income)\n";
    // Income is 20 + 0.6 income + 0.1 wealth[t-1]: (20 + 10) / 0.4 = 75, and consumption 55.
    let checks = "check income in 2025 == 75\ncheck wealth in 2025 == 120\ncheck ratio in 2025 == 75 / 120\n\
        check income in 2026 == 80\ncheck growing in 2026 == 80 / 75 - 1\n";
    assert!(holds(&format!("{text}{checks}")));
    assert!(!holds(&format!("{text}check income in 2025 == 74\n")));
    let found = answers(&format!("{text}show income, consumption, wealth, ratio, growing\n"));
    let series =
        |n: usize| found[0]["panels"][n]["series"][0]["values"].as_array().expect("values").clone();
    for without in [0, 1, 3] {
        assert!(series(without)[0].is_null(), "{without}");
        assert!(series(without)[1].is_number(), "{without}");
    }
    assert!(series(4)[1].is_null(), "growth needs two years");
    assert_eq!(series(2)[0], 100.0);
    // Without a start wealth would have no value in any year. A sum needs each of its values.
    let codes = |text: &str| outcome(session::load("forms.mizan", text)).0;
    let show = "show income\n";
    assert_eq!(
        codes(&format!("{}{show}", text.replace("wealth[first] = 100\n", ""))),
        ["lag-before-start"]
    );
    let late = "var late = income[t-1]\ncheck late in 2026 == 75\n";
    assert!(holds(&format!("{text}{late}")));
    let added = "total added\nadded += income\nshow added\n";
    assert_eq!(codes(&format!("{text}{added}")), ["lag-before-start"]);
    let two = "var z = z[t-1] + z[t-2]\nz[first] = 1\nshow z\n";
    assert_eq!(codes(&format!("{text}{two}")), ["lag-before-start"]);
    let fixed = "scenario fixed { income = 5 in 2024.. }\nshow income for all\n";
    assert_eq!(codes(&format!("{text}{fixed}")), ["lag-before-start"]);
    // An identity, and a check of all years, leave out the year without a value.
    assert!(holds(&format!(
        "{text}identity used: income == consumption + spending\ncheck income > 0\n"
    )));
}

/// A lag that a parameter gives is the lag written as a number, also if the parameter is edited on the command line.
#[test]
fn a_parameter_may_be_the_length_of_a_lag() {
    let text = |lag: &str| {
        format!(
            "years 2024..2030\nparam delay = 2\nparam orders = 100 -> 160 over 2024..2030\nvar sold\n\
             sold = orders[t-{lag}] + orders[t + {lag} - 1]\nsold[2024..2026] = 0\nsold[2030] = 0\n\
             check sold in 2029 == VALUE\n"
        )
    };
    // Orders rise by 10 a year: 130 in 2027 and 160 in 2030; with 3 years 120 and, in 2027, 110 and 150.
    assert!(holds(&text("delay").replace("VALUE", "290")));
    let number = text("2").replace("param delay = 2\n", "").replace("VALUE", "290");
    assert!(holds(&number));
    assert!(!holds(&text("delay").replace("VALUE", "291")));
    let edited =
        text("delay").replace("2029 == VALUE", "2028 == 270").replace("[2030]", "[2029..2030]");
    let edits = ["delay = 3".to_owned()];
    let program = session::load_edited("forms.mizan", &edited, &mizan::data::NoFiles, &edits);
    assert_eq!(outcome(program), (Vec::new(), true));
    let codes = |text: &str| outcome(session::load("forms.mizan", text)).0;
    for change in [
        "scenario slow { delay = 3 }\nshow sold for slow\n",
        "scenario slow { delay += 1 }\nshow sold for slow\n",
        "sweep delay over 1..3 show sold in 2029\n",
        "find delay in 1..5 so that sold in 2029 == 290\n",
    ] {
        let found = codes(&(text("delay").replace("VALUE", "290") + change));
        assert_eq!(found, ["not-constant"], "{change}");
    }
    for declared in
        ["param delay = 1.5", "param delay = 2 -> 3 over 2025..2026", "param delay = normal(2, 1)"]
    {
        let found = codes(&text("delay").replace("param delay = 2", declared));
        assert!(found.contains(&"not-constant"), "{declared}: {found:?}");
    }
}

/// A change that comes as a surprise: from its first year on the values are those of a model that begins in this year
/// with the capital of the baseline; before, they are those of the baseline.
#[test]
fn variables_with_leads_follow_the_baseline_until_the_news_comes() {
    let model = |years: &str, productivity: &str, capital: &str| {
        format!(
            "years {years}\nparam alpha = 0.36\nparam beta = 0.96\nparam productivity = {productivity}\n\
             var capital start 0.3\ncapital[first] = {capital}\n\
             capital = output[t-1] + 0.9 * capital[t-1] - consumption[t-1]\n\
             var output = productivity * capital ^ alpha\nvar consumption start 0.5\n\
             solve consumption so that (consumption[t+1] / consumption) ^ 2 == \
             beta * (alpha * output[t+1] / capital[t+1] + 0.9)\n\
             consumption[last] = output - 0.1 * capital\n"
        )
    };
    let whole = model("0..40", "1.5", "0.4")
        + "scenario surprise { productivity = 1.5 then 1.8 from 20\nconsumption = baseline(consumption) in 0..19 }\n\
           scenario announced { productivity = 1.5 then 1.8 from 20 }\n";
    let path = |text: &str, asked: &str| -> Vec<f64> {
        let found = answers(&format!("{text}show {asked}\n"));
        let numbers =
            found[0]["panels"][0]["series"][0]["values"].as_array().expect("values").clone();
        numbers.iter().map(|number| number.as_f64().expect("a number")).collect()
    };
    let capital = path(&whole, "capital");
    let before = path(&whole, "capital for surprise in 0..20");
    assert!(
        before.iter().zip(&capital).all(|(one, other)| (one - other).abs() < 1e-9),
        "{before:?}"
    );
    let later = model("20..40", "1.8", &capital[20].to_string());
    let (alone, surprise) =
        (path(&later, "consumption"), path(&whole, "consumption for surprise in 20.."));
    assert_eq!(alone.len(), surprise.len());
    for (one, other) in alone.iter().zip(&surprise) {
        assert!((one - other).abs() < 1e-8, "{one} {other}");
    }
    // Foresight changes the years before.
    let announced = path(&whole, "capital for announced in 0..20");
    assert!((announced[20] - capital[20]).abs() > 1e-3, "{announced:?}");
}
