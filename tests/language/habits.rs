//! Habits of other languages: what is typed, the message, and the script after its help was followed.
//!
//! `tests/habits/*.txt` has a head, which is a script that is right, and cases. A case begins with `===` and a name; then
//! come the lines that are typed below the head, behind `---` the first message with its help, and behind `+++` the
//! lines that the help leads to. Where a message has an edit for programs (`fixes`), the lines are made by it;
//! otherwise they are written by hand. Every mended script must run without an error. `UPDATE=1 cargo test --test
//! language habits` writes the messages and the edited lines anew.

use std::fs;
use std::path::Path;

use mizan::data::MemoryFiles;
use mizan::diagnostic::Diagnostic;
use mizan::results::Answer;
use mizan::session;
use rayon::prelude::*;

/// A case of a file.
#[derive(Default)]
struct Case {
    name: String,
    typed: String,
    message: String,
    mended: String,
}

/// Reads a file: its head and its cases.
fn read(text: &str) -> (String, Vec<Case>) {
    let (mut head, mut cases) = (String::new(), Vec::<Case>::new());
    let mut part = ' ';
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            part = '=';
        } else if line == "---" || line == "+++" {
            part = line.chars().next().unwrap_or(' ');
        } else {
            let into = match (part, cases.last_mut()) {
                ('=', Some(case)) => &mut case.typed,
                ('-', Some(case)) => &mut case.message,
                ('+', Some(case)) => &mut case.mended,
                _ => &mut head,
            };
            into.push_str(line);
            into.push('\n');
        }
    }
    (head, cases)
}

/// Writes a file as [`read`] reads it.
fn write(head: &str, cases: &[Case]) -> String {
    let mut text = head.to_owned();
    for Case { name, typed, message, mended } in cases {
        text.push_str(&format!("=== {name}\n{typed}---\n{message}+++\n{mended}"));
    }
    text
}

/// Files as offices, banks and spreadsheets write them, for the cases in `files.txt`.
const FILES: [(&str, &str); 15] = [
    ("werte.csv", "sektor;wert\nfood;40,5\ncars;150,2\n"),
    (
        "worldbank.csv",
        "\"Data Source\",\"World Development Indicators\",\n\n\"Last Updated Date\",\"2025-01-28\",\n\n\
         \"Country Name\",\"Country Code\",\"Indicator Name\",\"2023\",\"2024\"\n\
         \"China\",\"CHN\",\"GDP\",\"17794783039552.0\",\"18743803170827.2\"\n\
         \"Turkiye\",\"TUR\",\"GDP\",\"1118252964313.0\",\"1323255000000.0\"\n\
         \"World\",\"WLD\",\"GDP\",\"106171668084920\",\"111326370491200\"\n",
    ),
    (
        "comtrade.csv",
        "Period,Reporter,Partner,Flow,Trade Value (US$)\n2023,Azerbaijan,China,M,150200000\n\
         2023,Azerbaijan,Turkiye,M,60300000\n2024,Azerbaijan,China,M,170900000\n\
         2024,Azerbaijan,China,X,40100000\n2024,Azerbaijan,Turkiye,M,64000000\n\
         2024,Azerbaijan,Turkiye,X,12500000\n",
    ),
    (
        "output.csv",
        "Year,food,cars\n2024,\"1,040\",\"3,150\"\n2025,\"1,060\",\"3,240\"\n2026,\"1,080\",\"3,330\"\n",
    ),
    ("columns.csv", "Year,food,cars\n2024,1040.5,3150\n2025,1060,3240\n2026,1080,3330\n"),
    ("two.csv", "partner,exports,imports\nChina,1.5,2\nTurkiye,3,4\n"),
    (
        "sdmx.csv",
        "DATAFLOW;LAST UPDATE;freq;geo;TIME_PERIOD;OBS_VALUE;OBS_FLAG\n\
         ESTAT:X(1.0);01/02/25;A;China;2024;10,5;\nESTAT:X(1.0);01/02/25;A;Turkiye;2024;20,5;p\n\
         ESTAT:X(1.0);01/02/25;A;Georgia;2024;2,5;p\n",
    ),
    (
        "eurostat.tsv",
        "geo\t2024\t2025\t2026\nChina\t10.5\t11.5 p\t12.5 e\nTurkiye\t20.5\t21.5\t22.5\n",
    ),
    (
        "imf.csv",
        "Country,Units,2024,2025,2026\nChina,USD,\"18,743.8\",\"19,231.7\",\"20,100.1\"\nTurkiye,USD,\"1,323.3\",\"1,437.4\",980.5\n",
    ),
    (
        "office.csv",
        "Table 3. Output by sector\n\nSector;Output, mn\nfood;1.234,5\ncars;2.345,0\nSource: State Statistical Committee\n",
    ),
    (
        "panel.csv",
        "year,sector,output\n2024,food,1\n2024,cars,2\n2025,food,3\n2025,cars,4\n2026,food,5\n2026,cars,6\n",
    ),
    ("short.csv", "year,sector,output\n2024,food,1\n2024,cars,2\n2025,food,3\n2025,cars,4\n"),
    (
        "flow.csv",
        "partner,Trade Flow,amount\nChina,Import,5\nChina,Export,6\nTurkiye,Import,7\nTurkiye,Export,8\n",
    ),
    ("bilateral.csv", "reporter,partner,value\nChina,Turkiye,1\nTurkiye,China,2\n"),
    ("spelt.csv", "partner,value\nChina,1\nTürkiye,2\n"),
];

/// Returns all errors of a script: of its check and, without any, of its run.
fn errors(text: &str) -> Vec<Diagnostic> {
    let mut files = MemoryFiles::default();
    for name in ["data.csv", "flows.csv"] {
        files.add(name, "partner,value\nChina,1\nTurkey,2\n");
    }
    files.add("single.csv", "partner,year,value\nChina,2024,1\nTurkiye,2024,2\n");
    files.add("wide.csv", "sector,China,Turkiye,Germany\nfood,1,2,3\ncars,4,5,6\n");
    files.add("tariffs.csv", "partner,tariff\nChina,5.0%\nTurkiye,0.0%\nGermany,2.5%\n");
    for (name, text) in FILES {
        files.add(name, text);
    }
    let mut program = session::load_with("habit.mizan", text, &files);
    match program.model.as_ref().map(mizan::analysis::answer) {
        Some(Ok(_)) | None => {}
        Some(Err(problem)) => program.diagnostics.push(problem),
    }
    program.diagnostics.retain(Diagnostic::is_error);
    program.diagnostics
}

/// Applies the edits of the messages. There is none if the first message has no edit for programs.
fn apply(text: &str, found: &[Diagnostic]) -> Option<String> {
    found.first().filter(|first| !first.fixes.is_empty())?;
    let mut fixes: Vec<_> = found.iter().flat_map(|found| &found.fixes).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
    let mut mended = text.to_owned();
    for fix in &fixes {
        mended.replace_range(fix.span.range(), &fix.replacement);
    }
    (!fixes.is_empty()).then_some(mended)
}

/// Returns the text of a message as the files show it.
fn shown(found: &Diagnostic) -> String {
    let mut text = format!("{}: {}\n", found.code.name(), found.message);
    for line in found.help.iter().chain(&found.notes).flat_map(|help| help.lines()) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// Runs the cases of a file; returns the failures, and the file with its present messages.
fn run(path: &Path, text: &str) -> (Vec<String>, String) {
    let (head, mut cases) = read(text);
    assert!(head.is_empty() || errors(&head).is_empty(), "{}: {:?}", path.display(), errors(&head));
    let failure = |case: &mut Case| {
        let failure = follow(&head, case)?;
        Some(format!("{}: {}: {failure}", path.display(), case.name))
    };
    let wrong = cases.par_iter_mut().filter_map(failure).collect();
    (wrong, write(&head, &cases))
}

/// Follows the help of a case; gives the case its present message and lines, and returns what failed.
fn follow(head: &str, case: &mut Case) -> Option<String> {
    let script = format!("{head}{}", case.typed);
    let found = errors(&script);
    let Some(first) = found.first() else { return Some("no message".to_owned()) };
    case.message = shown(first);
    let edited = apply(&script, &found);
    // An edit of the head, such as a later last year, leads to the whole script.
    let whole = edited.as_ref().is_some_and(|edited| !edited.starts_with(head));
    if let Some(edited) = edited {
        let lines = edited.strip_prefix(head).unwrap_or(&edited).trim_matches('\n');
        case.mended = if lines.is_empty() { String::new() } else { format!("{lines}\n") };
    } else if case.mended.trim().is_empty() {
        return Some(format!("no lines that the help leads to\n{}", case.message));
    }
    let above = if whole { "" } else { head };
    let left = errors(&format!("{above}{}", case.mended));
    // Without a head a line alone is no whole script.
    let left = left.first().filter(|_| !(head.is_empty() && case.mended.is_empty()))?;
    Some(format!("after the help was followed:\n{}{}", case.mended, shown(left)))
}

#[test]
fn the_help_with_each_habit_leads_to_a_script_that_runs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/habits");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of habits")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a readable file");
        let (mut found, now) = run(&path, &text);
        wrong.append(&mut found);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).expect("a writable file");
        } else if now != text {
            wrong.push(format!("{}: the messages have changed", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The values behind the edits, each worked out by hand from the model above it.
#[test]
fn the_lines_that_are_offered_have_the_values_that_are_meant() {
    const MODEL: &str = "years 2024..2026\ncurrency USD\nset partner = China, Turkey\nset sector = food, cars\n\
        set west = partner without China\n\
        param sales[partner, sector] = { China: { food: 1, cars: 2 }, Turkey: { food: 4, cars: 8 } }\n\
        param gdp = [2024: 100, 2025: 110, 2026: 121]\nparam debt = 50\n";
    let mut wrong = Vec::new();
    for (typed, year, value) in [
        ("show gdp growth", 2026, 0.1),
        ("show total gdp in 2025..2026", 2026, 121.0),
        // The range of the criterion has another element than the values.
        ("show SUMIF(sales[China, *], \">1\", sales[Turkey, *])", 2024, 8.0),
        (
            "param flow[a: partner, b: partner] = { China: { China: 1, Turkey: 2 }, Turkey: { China: 3, Turkey: 4 } }\n\
             show INDEX(flow, Turkey, China)",
            2024,
            3.0,
        ),
        ("param g2 = 1 bn USD\nscenario s { g2 = 1100 }\nshow g2 / 1 mn USD for s", 2024, 1100.0),
        ("show gdp every 2 years", 2026, 121.0),
        ("gdp = ?", 2025, 110.0),
        ("scenario twice { debt = 2 * base.debt }\nshow debt for twice", 2024, 100.0),
        ("show share of food in sales[China, *]", 2024, 1.0 / 3.0),
        ("show share of China in sales[*, food]", 2024, 0.2),
        ("show sum(sales[{China, Turkey}, cars])", 2024, 10.0),
        ("show sales[{China, Turkey}, cars]", 2024, 2.0),
        ("show gdp accumulated over 2025..2026", 2024, 231.0),
        ("show cumulative gdp in 2025..2026", 2026, 331.0),
        ("param g = 1% with probability 30% else 4%\nshow g", 2024, 0.04),
        ("show yoy(gdp)", 2026, 0.1),
        ("show gdp |> growth()", 2026, 0.1),
        ("show c(gdp, debt)", 2024, 100.0),
        ("show [sales[p, cars] for p in partner]", 2024, 2.0),
        ("show INDEX(sales, Turkey, cars)", 2024, 8.0),
        ("param oil price = 80\nvar cost = 2 * oil price\nshow cost", 2024, 160.0),
        (
            "param price[partner, sector] = {\n| partner | sector | v: USD |\n| China | food | 10 |\n| China | cars | 20 |\n\
             | Turkey | food | 30 |\n| Turkey | cars | 40 |\n}\nshow price[Turkey, food] / 1 USD",
            2024,
            30.0,
        ),
        (
            "param rate = 10%\nscenario s {\nsmpl 2025 2026\nrate = 5%\n}\nshow rate for s",
            2024,
            0.1,
        ),
        (
            "param rate = 10%\nscenario s {\nsmpl 2025 2026\nrate = 5%\n}\nshow rate for s",
            2026,
            0.05,
        ),
        ("forvalues y = 2025/2026 {\n  show gdp in y\n}", 2026, 121.0),
        ("scenario s { debt rises by 20% in 2025 }\nshow debt for s", 2025, 60.0),
        ("scenario s { decrease debt by 10% }\nshow debt for s", 2024, 45.0),
        ("var z = debt as % of gdp\nshow z", 2024, 0.5),
        ("show largest of sales[Turkey, *]", 2024, 8.0),
        ("show average of sales[*, food]", 2024, 2.5),
        ("compare sales[Turkey, food] in 2024 and 2026", 2026, 4.0),
        ("total gdp from 2025 to 2026", 2024, 231.0),
        ("show average growth of gdp from 2024 to 2026", 2024, 0.1),
        (
            "param drift = normal(3%, 1%)\nscenario s { drift -= 2 sd }\nshow drift for s",
            2024,
            0.01,
        ),
        ("param r = 5% (s.e. 1%)\nshow r", 2024, 0.05),
        ("param r = normal(3%, 1%) truncated at 10%\nshow r", 2024, 0.03),
        ("show share of sales[China, food] in sales[China, *]", 2024, 1.0 / 3.0),
        ("show SUMIF(sales[Turkey, *], \">4\")", 2024, 8.0),
        ("show COUNTIF(sales[*, cars], \">1\")", 2024, 2.0),
        (
            "param fee = {\n| year | mn USD |\n| 2024 | 10 |\n| 2026 | 20 |\n}\nshow fee / 1 mn USD",
            2025,
            15.0,
        ),
        ("how likely is gdp > 105", 2025, 1.0),
        ("show growth of gdp in % change", 2026, 0.1),
        ("show gdp in % change", 2025, 0.1),
        ("show chance gdp > 105", 2025, 1.0),
        ("what is the probability that gdp is below 105", 2024, 1.0),
        ("subset lux of sector = cars\nshow sum(s in lux: sales[China, s])", 2024, 2.0),
        ("param r = 80% of 10\nshow r", 2024, 8.0),
        ("scenario s { debt = 80% of 10 }\nshow debt for s", 2024, 8.0),
        ("param r = 20, from 2026 on 24\nshow r", 2025, 20.0),
        ("param r = 20, from 2026 on 24\nshow r", 2026, 24.0),
        ("unit m3\nparam p = 300 USD per 1000 m3\nshow p * 1 m3 / 1 USD", 2024, 0.3),
        ("show gdp sorted", 2026, 121.0),
        (
            "param heft[sector] = { food: 0.5, cars: 2 }\nshow SUMPRODUCT(heft, sales[China, *])",
            2024,
            4.5,
        ),
        ("scenario s { debt = halved in 2025 }\nshow debt for s", 2025, 25.0),
        (
            "set big = sector without food\nparam x3[sector] = { food: 1, cars: 2 }\nshow sum(big, x3)",
            2024,
            2.0,
        ),
        ("var tax[sector]\ntax = 0.5 * sales[China, food]\nshow tax[cars]", 2024, 0.5),
        // 2028 and 2024 are leap years.
        ("show if mod(t, 4) == 0 then 1 else 0", 2024, 1.0),
        ("scenario s { debt = 5 in 2025 to 2026 }\nshow debt for s", 2026, 5.0),
        ("scenario s { debt = half }\nshow debt for s", 2024, 25.0),
        ("scenario s { debt = 50% lower }\nshow debt for s", 2024, 25.0),
        ("var z = gdp * (1 + 10%) if t < 2026 else gdp\nshow z", 2025, 121.0),
        ("show average(gdp in 2025..2026)", 2024, 115.5),
        // 110 / 1.05 + 121 / 1.05^2
        ("show NPV(5%, gdp[2025..2026])", 2024, 214.512_471_655_328_8),
        ("function before(y) = y(-1)\nvar z = before(gdp)\nshow z", 2026, 110.0),
        ("param w = [0.5, 0.3]\nvar z = sum(k in 0..1: w[k] * gdp[t-k])\nshow z", 2026, 93.5),
        (
            "param x2[sector] = { food: 2, cars: 3 }\nvar z = prod(s in sector: x2[s])\nshow z",
            2024,
            6.0,
        ),
        ("show change(gdp, 2)", 2026, 21.0),
        ("show growth(gdp, 2024, 2026)", 2024, 0.21),
        ("scenario s { debt = 60 }\nshow debt - debt@baseline for s", 2024, 10.0),
        ("show gdp if gdp > 115", 2025, 0.0),
        ("var low min 0 max 500 = gdp * 2\nshow low", 2025, 220.0),
        ("currency AZN = 1.7 per USD\nparam fee = 17 AZN\nshow fee / 1 USD", 2024, 10.0),
        (
            "set s3 = a, b, c\nparam inc[s3] = { a: 1, b: 2, c: 3 }\nvar cum[s3]\ncum[a] = inc[a]\n\
          cum[k] = cum[k-1] + inc[k]\nshow cum[c]",
            2024,
            6.0,
        ),
        (
            "var y[sector]\ny[first] = { food: 6, cars: 4 }\ny[s] = y[s, t-1] * 1.5\nshow y[food]",
            2025,
            9.0,
        ),
        ("param fee = 1.5 * 10^2 USD\nshow fee / 1 USD", 2024, 150.0),
        ("show average gdp", 2024, 331.0 / 3.0),
        ("show average growth of gdp", 2024, 0.1),
        ("show cumulative gdp", 2026, 331.0),
        ("show index of gdp, 2025=100", 2026, 110.0),
        ("show change in gdp", 2026, 11.0),
        ("show change in gdp between 2024 and 2026", 2026, 21.0),
        ("by how much does gdp grow until 2026?", 2026, 21.0),
        ("show debt to gdp ratio", 2024, 0.5),
        ("show debt as % of gdp", 2024, 0.5),
        ("show maximum of gdp", 2024, 121.0),
        ("show gdp(1)", 2024, 100.0),
        ("show gdp(end)", 2024, 121.0),
        ("show SUMIFS(sales, partner, \"Turkey\")", 2024, 12.0),
        ("show SUMIFS(sales, partner, \"Turkey\", sector, \"food\")", 2024, 4.0),
        ("show SUMIF(sales, \">1\")", 2024, 14.0),
        ("show COUNTIF(sales, \">1\")", 2024, 3.0),
        ("show SUMPRODUCT((partner=\"China\")*(sector=\"food\")*sales)", 2024, 1.0),
        ("show SUMPRODUCT((sales>1)*sales)", 2024, 14.0),
        ("show sum(sales[west, *])", 2024, 12.0),
        ("var z = sum(gdp[first..t])\nshow z", 2025, 210.0),
        ("var z = max(gdp[first..t])\nshow z", 2025, 110.0),
        ("var z = 2 * cumprod(1 + 10%)\nshow z", 2025, 2.42),
        ("scenario s { debt -> 100 over 2024..2026 }\nshow debt for s", 2025, 75.0),
        ("scenario s { shock debt = -10 }\nshow debt for s", 2024, 45.0),
        ("how much does gdp rise by 2026", 2026, 21.0),
        ("how much has gdp grown since 2025?", 2026, 11.0),
        ("how much higher is gdp in 2026 than in 2025?", 2026, 11.0),
        ("by how much in per cent does gdp rise until 2026", 2026, 0.21),
        ("scenario s { cut debt by half over 2024..2026 }\nshow debt for s", 2025, 37.5),
        ("scenario s { raise debt by a third until 2026 }\nshow debt for s", 2026, 200.0 / 3.0),
        ("scenario s { debt falls to a fifth by 2026 }\nshow debt for s", 2026, 10.0),
        ("scenario s { from 2025 { debt = 20 } }\nshow debt for s", 2024, 50.0),
        ("scenario s { from 2025 { debt = 20 } }\nshow debt for s", 2026, 20.0),
        ("when does gdp reach 110", 2024, 0.0),
        ("when does gdp reach 110", 2025, 1.0),
        (
            "scenario low { debt = 40 }\nvar z = if scenario == low then 1 else 2\nshow z for low",
            2024,
            1.0,
        ),
        ("scenario low { debt = 40 }\nvar z = if scenario == low then 1 else 2\nshow z", 2024, 2.0),
        ("param r = half of debt\nshow r", 2024, 25.0),
        ("param r = 10% falling by 1 point each year\nshow r", 2026, 0.08),
        ("param r = from 5% rising to 10% by 2026\nshow r", 2025, 0.075),
        ("param r = [2024..2025: 5%, 2026..: 7%]\nshow r", 2025, 0.05),
        ("param r = 5% in 2024-25, then 7%\nshow r", 2026, 0.07),
        ("param r = 10% cut to 5% in 2025\nshow r", 2024, 0.1),
        ("param r = 4% 5% 6%\nshow r", 2026, 0.06),
        ("param r = 100 growing at 3% a year\nshow r", 2026, 106.09),
        ("param r = 20 vehicles at 5 USD\nshow r", 2024, 100.0),
        ("param r = 5 percent of debt\nshow r", 2024, 2.5),
        ("param r = 150 basis points\nshow r", 2024, 0.015),
        ("param r = 3-5%\nshow r", 2024, 0.04),
        ("param r: USD = 80-100 USD\nshow r", 2024, 90.0),
        ("var z = 100 + 5 * (t - 2024)\nshow z", 2026, 110.0),
        ("var z = gdp * (1 + 10% * (t - first))\nshow z", 2025, 121.0),
        ("var z = (t - 2024) / 4\nshow z", 2026, 0.5),
        ("var z = DELAY FIXED(gdp, 1, 90)\nshow z", 2024, 90.0),
        ("var z = DELAY FIXED(gdp, 1, 90)\nshow z", 2025, 100.0),
        ("set east = partner except Turkey\nshow sum(p in east: sales[p, cars])", 2024, 2.0),
        ("param r[partner] = { China: 5, others: 7 }\nshow r[Turkey]", 2024, 7.0),
        ("param r[partner, sector] = { (China, cars): 5, else: 7 }\nshow sum(r[*, *])", 2024, 26.0),
        (
            "param r[partner, sector] = {\n | partner | sector | v |\n | China | food | 1 |\n | China | cars | 2 |\n \
          | Turkey | food | 3 |\n | Turkey | cars | 4 |\n}\nshow r[Turkey, food]",
            2024,
            3.0,
        ),
        (
            "param r[partner, sector] =\n sector China Turkey\n food 1 2\n cars 3 4\n\nshow r[Turkey, food]",
            2024,
            2.0,
        ),
        ("discount rate 5%\nshow discount_rate", 2024, 0.05),
        ("frml z = gdp * 0.5\nshow z", 2025, 55.0),
        ("var z = @trend(2025)\nshow z", 2024, -1.0),
        ("var z = @trend(2024)\nshow z", 2026, 2.0),
        ("var z = @trend(2020)\nshow z", 2024, 4.0),
        ("param z = (1,250.5)\nshow z", 2024, -1250.5),
        ("by sector: egen z = total(sales)\nshow z[cars]", 2024, 10.0),
        ("table partner, statistic(total sales)", 2024, 3.0),
        ("tabulate partner", 2024, 2.0),
        ("param z = 4 to 6%\nshow z", 2025, 0.05),
        ("scenario s { debt = 70 }\ns: debt = 80\nshow debt for s2", 2024, 80.0),
        (
            "scenario s { debt = 70 }\nscenario late = s + { debt += 10 }\nshow debt for late",
            2024,
            80.0,
        ),
        ("scalar beta \"share of income\" / 0.8 /\nshow beta * debt", 2024, 40.0),
        ("var z = 2 * debt\nz.fx('2025') = 30\nshow z", 2025, 30.0),
        ("var z = 2 * debt\nz.fx('2025') = 30\nshow z", 2026, 100.0),
        ("param r[sector] = c(2, 5)\nshow r[cars]", 2024, 5.0),
        ("param r[food] = 2\nparam r[cars] = 5\nshow r[cars]", 2024, 5.0),
        ("param r = \"5%\"\nshow r", 2024, 0.05),
        ("param r = 1.2 x 10^6\nshow r", 2024, 1.2e6),
        ("param r = normal(2,5, 0,5)\nshow r", 2024, 2.5),
        ("scenario s { debt =- 10 in 2025..2026 }\nshow debt for s", 2026, 40.0),
        ("scenario s { debt = 20 in 2025+ }\nshow debt for s", 2026, 20.0),
        ("scenario s { debt = 20 in 2025 onwards }\nshow debt for s", 2024, 50.0),
        ("scenario s { debt = 20 in 2025 onwards }\nshow debt for s", 2026, 20.0),
        ("scenario s { debt = +10% in 2025.. }\nshow debt for s", 2024, 50.0),
        ("scenario s { debt = +10% in 2025.. }\nshow debt for s", 2026, 55.0),
        ("print(gdp[2026])", 2026, 121.0),
        // Vensim adds the flow of the year before: 10 and 10, not 10 and 30.
        (
            "param inflow = 10\nvar level = INTEG(inflow, 100)\nscenario more { inflow = 30 in 2026 }\nshow level for more",
            2026,
            120.0,
        ),
        ("show sales[p, food] where p == Turkey", 2024, 4.0),
        (
            "use trade\nimports wine of food from China, 20 mn USD, growing 10% a year\nshow sum(imports[*, *])",
            2025,
            22e6,
        ),
        (
            "use trade\nexports wine of food to China fall 10% a year from 20 mn USD\nshow sum(exports[*, *])",
            2026,
            16.2e6,
        ),
    ] {
        let shown = value_of(&format!("{MODEL}{typed}\n"), year);
        if shown.as_ref().is_ok_and(|shown| (shown - value).abs() < 1e-9) {
            continue;
        }
        wrong.push(format!("{typed}: {shown:?}, {value} is meant"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sentences about trade, whose values follow from the levers: 100 mn USD of exports that grow by 10%, of 2024.
#[test]
fn sentences_about_trade_have_the_values_that_are_meant() {
    const MODEL: &str = "years 2024..2026\ncurrency USD\nuse trade\nset partner = China, Turkey\n\
        set sector = food, cars\nexports sold on food to China { base: 100 mn USD, growth: 10% }\n\
        imports bought on food from China { base: 200 mn USD }\n";
    let exports = "show sum(exports[*, *])";
    let mut wrong = Vec::new();
    for (typed, shown, year, value) in [
        ("exports grow by 5% a year", exports, 2026, 110.25),
        ("exports grow 20% from 2026", exports, 2026, 132.0),
        ("exports grow 5% until 2025 and 20% afterwards", exports, 2026, 126.0),
        ("exports shrink 2% per year", exports, 2026, 96.04),
        (
            "scenario s { raise exports by a third until 2026 }",
            "show sum(exports[*, *]) for s",
            2026,
            400.0 / 3.0,
        ),
        ("scenario s { double exports by 2026 }", "show sum(exports[*, *]) for s", 2026, 200.0),
        (
            "scenario s { exports fall by 10% in 2026 }",
            "show sum(exports[*, *]) for s",
            2026,
            108.9,
        ),
        (
            "scenario s { exports rise by 50% from 2025 }",
            "show sum(exports[*, *]) for s",
            2026,
            181.5,
        ),
        ("our deficit with China in 2024", "", 2024, 100.0),
        ("the deficit with China as % of imports in 2024", "", 2024, 0.5),
        ("how much does the deficit fall until 2026", "", 2026, -21.0),
        ("largest deficit", "", 2024, 100.0),
        ("total exports to China in 2025", "", 2025, 110.0),
    ] {
        let unit = if typed.contains('%') && shown.is_empty() { 1.0 } else { 1e6 };
        let found = value_of(&format!("{MODEL}{typed}\n{shown}\n"), year);
        if found.as_ref().is_ok_and(|found| (found / unit - value).abs() < 1e-6) {
            continue;
        }
        wrong.push(format!("{typed}: {found:?}, {value} is meant"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Follows the edits of a script, and returns the first value of its answer in a year.
fn value_of(script: &str, year: i32) -> Result<f64, String> {
    let found = errors(script);
    let edited = apply(script, &found).ok_or_else(|| format!("no edit: {found:?}"))?;
    let program = session::load("habit.mizan", &edited);
    let model = program.model.ok_or_else(|| format!("refused: {edited}"))?;
    let report = mizan::analysis::answer(&model).map_err(|problem| problem.message)?;
    match report.answers.as_slice() {
        [Answer::Show { panels }] => {
            let panel = panels.first().ok_or("no table")?;
            let at = panel.years.iter().position(|&shown| shown == year);
            let values = panel.series.first().map(|series| series.values.as_slice());
            at.and_then(|at| *values?.get(at)?).ok_or_else(|| format!("no value: {edited}"))
        }
        _ => Err(format!("no table: {edited}")),
    }
}
