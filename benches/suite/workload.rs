//! Workload W: its numbers, and its script in any number of sectors, years and scenarios.

use std::fmt::Write as _;

/// The script that is measured: 20 sectors, 12 years.
pub(crate) const SCRIPT: &str = include_str!("../workload/w.mizan");
pub(crate) const SECTORS: usize = 20;
pub(crate) const YEARS: usize = 12;

pub(crate) const KITS: f64 = 0.35;
pub(crate) const SHARE: f64 = 0.1;
pub(crate) const CUT: f64 = 0.7;
pub(crate) const IMPORT_SD: f64 = 0.02;
pub(crate) const EXPORT_SD: f64 = 0.03;
pub(crate) const ELASTICITY: [f64; 3] = [-2.0, -1.2, -0.4];
pub(crate) const LOCAL: [f64; 2] = [0.2, 0.6];
/// Years after the first, and their probabilities, in turn.
pub(crate) const OPENS: [f64; 10] = [2.0, 0.1, 3.0, 0.25, 4.0, 0.3, 5.0, 0.2, 6.0, 0.15];

/// The data of a sector; shares in thousandths, years counted from the first.
pub(crate) struct Sector {
    pub(crate) imports: u32,
    pub(crate) exports: u32,
    pub(crate) duty: u32,
    pub(crate) phase_out: u32,
    pub(crate) cost: u32,
    pub(crate) midpoint: u32,
    pub(crate) import_growth: u32,
    pub(crate) export_growth: u32,
}

impl Sector {
    pub(crate) fn new(s: u32) -> Self {
        Self {
            imports: 100 + 17 * (7 * s % 20),
            exports: 80 + 13 * (11 * s % 20),
            duty: 50 + 10 * (3 * s % 20),
            phase_out: [5, 8, 10][s as usize % 3],
            cost: 100 + 5 * (5 * s % 20),
            midpoint: 4 + s % 4,
            import_growth: 30 + s % 20,
            export_growth: 50 - s % 20,
        }
    }

    /// Returns the sector's row in the table of the script.
    fn row(&self, s: u32) -> String {
        let percent = |thousandths: u32| format!("{}%", f64::from(thousandths) / 10.0);
        let cells = [
            format!("s{s}"),
            self.imports.to_string(),
            self.exports.to_string(),
            percent(self.duty),
            self.phase_out.to_string(),
            percent(self.cost),
            self.midpoint.to_string(),
            percent(self.import_growth),
            percent(self.export_growth),
        ];
        format!("  | {} |\n", cells.join(" | "))
    }
}

pub(crate) fn thousandths(value: u32) -> f64 {
    f64::from(value) / 1000.0
}

/// The script in another size; further scenarios have the corridor cut costs by more or less.
pub(crate) fn script(sectors: u32, years: u32, scenarios: u32) -> String {
    let mut out = String::new();
    for line in SCRIPT.lines() {
        if line.starts_with("years ") {
            _ = writeln!(out, "years 2024..{}", 2023 + years);
        } else if line.starts_with("set sector") {
            let names: Vec<String> = (0..sectors).map(|s| format!("s{s}")).collect();
            _ = writeln!(out, "set sector = {}", names.join(", "));
        } else if line.starts_with("  | sector") {
            _ = writeln!(out, "{line}");
            out.extend((0..sectors).map(|s| Sector::new(s).row(s)));
        } else if line == "show balance" {
            for n in 1..scenarios {
                _ = writeln!(out, "scenario cut{n} {{ cut = {}% }}", 70 - n);
            }
            out.push_str("show balance for all\n");
        } else if !line.starts_with("  | s") {
            _ = writeln!(out, "{line}");
        }
    }
    out
}

/// A script of at least so many lines, in the mix in which scripts are written.
pub(crate) fn long(lines: usize) -> String {
    let mut out = String::from("years 2024..2035\ncurrency USD\n");
    let mut written = 2;
    for n in 0.. {
        if written >= lines {
            break;
        }
        let start = out.len();
        _ = write!(
            out,
            "
## Goods of group {n}.
set good{n} = machinery{n}, vehicles{n}, metals{n}
param base{n}[good{n}] = {{
  | good{n}      | value: mn USD |
  | machinery{n} | 1_708.7       |
  | vehicles{n}  | 469.3         |
  | metals{n}    | 330.7         |
}}
param growth{n}[good{n}] = {{ machinery{n}: 21% then 5% from 2026, else: 8% -> 2% over 2026..2030 s_curve }}
param wage{n} = [2024: 5%, 2027: 3%, 2030: 1%]  # a year
param elasticity{n} = triangular(-2, -1.6, -1)
var demand{n}[good{n}]: USD
demand{n}[g, first] = base{n}[g]
demand{n}[g] = demand{n}[g, t-1] * (1 + growth{n}[g]) * (1 + wage{n}) ^ elasticity{n}
var market{n}: USD
market{n} = sum(g in good{n}: demand{n}[g])
var share{n}[good{n}]: percent
share{n}[g] = if market{n} > 0 USD then demand{n}[g] / market{n} else 0
scenario slower{n} {{
  growth{n}[vehicles{n}] = 4% in 2028..2030
}}
show market{n}, share{n}[*] for slower{n} in 2024..2030
check market{n} in 2024 == 2_508.7 mn USD within 0.1 mn USD
"
        );
        written += out[start..].lines().count();
    }
    out
}
