//! Scripts of large and solved models, in any size. `peers/large.py` has the same models in Python.

use std::fmt::Write as _;

/// The declaration of a set of so many elements, and of the position of each of them from 0.
fn numbered(set: &str, letter: char, count: u32, position: &str) -> String {
    let names: Vec<String> = (0..count).map(|n| format!("{letter}{n}")).collect();
    let positions: Vec<String> = (0..count).map(|n| format!("{letter}{n}: {n}")).collect();
    let (names, positions) = (names.join(", "), positions.join(", "));
    format!("set {set} = {names}\nparam {position}[{set}]: number = {{ {positions} }}\n")
}

/// Exact hat algebra among countries (Dekle, Eaton and Kortum 2008): wages, market access, spending and prices.
/// `theta` is the trade elasticity as the script states it.
pub(crate) fn gravity(countries: u32, theta: &str) -> String {
    let country = numbered("country", 'c', countries, "position");
    format!(
        "years 2020..2020
{country}param theta = {theta}
param agreement[i: country, j: country] = 0
scenario pact {{ agreement[c0, c2] = 0.4, agreement[c2, c0] = 0.4 }}
var trade[i: country, j: country]
trade[i, j] = (100 + 7 * position[i]) * (150 + 3 * position[j]) / (100 + 40 * abs(position[i] - position[j]))
var output[country]
output[i] = sum(j in country: trade[i, j])
var spending[country]
spending[j] = sum(i in country: trade[i, j])
var share[i: country, j: country]
share[i, j] = trade[i, j] / spending[j]
var wage[country] start 1
solve wage[i] so that scale * output[i] * wage[i] == sum(j in country: share[i, j] * exp(agreement[i, j]) * wage[i] ^ (-theta) / access[j] * new_spending[j])
var scale start 1
solve scale so that sum(i in country: output[i] * wage[i]) == sum(output[*])
var access[country]
access[j] = sum(k in country: share[k, j] * exp(agreement[k, j]) * wage[k] ^ (-theta))
var new_spending[country]
new_spending[j] = output[j] * wage[j] + spending[j] - output[j]
var price[country]
price[j] = access[j] ^ (-1 / theta)
show wage[*], price[*] for pact
"
    )
}

/// As [`gravity`], with sectors; productivity grows over the years, and the agreement is phased in.
pub(crate) fn sectors(countries: u32, sectors: u32, years: u32) -> String {
    let country = numbered("country", 'c', countries, "position");
    let sector = numbered("sector", 's', sectors, "place");
    let last = 2019 + years;
    format!(
        "years 2020..{last}
{country}{sector}param theta[s: sector] = 3 + 0.5 * place[s]
param signed = 0
scenario pact {{ signed = 1 }}
var since_start
since_start = (t - 2020) / 1 year
var agreement[i: country, j: country]
agreement[i, j] = 0
agreement[c0, c2] = signed * 0.04 * min(since_start + 1, 10)
agreement[c2, c0] = signed * 0.04 * min(since_start + 1, 10)
var productivity[country]
productivity[i] = (1.01 + 0.0002 * position[i]) ^ since_start
var trade[i: country, j: country, s: sector]
trade[i, j, s] = (100 + 7 * position[i]) * (150 + 3 * position[j]) * (1 + 0.1 * place[s]) / (100 + 40 * abs(position[i] - position[j]) * (1 + 0.05 * place[s]))
var output[country]
output[i] = sum(j in country, s in sector: trade[i, j, s])
var spending[j: country, s: sector]
spending[j, s] = sum(i in country: trade[i, j, s])
var total[country]
total[j] = sum(spending[j, *])
var budget[j: country, s: sector]
budget[j, s] = spending[j, s] / total[j]
var share[i: country, j: country, s: sector]
share[i, j, s] = trade[i, j, s] / spending[j, s]
var wage[country] start 1
solve wage[i] so that scale * output[i] * wage[i] == sum(j in country, s in sector: share[i, j, s] * exp(agreement[i, j]) * (wage[i] / productivity[i]) ^ (-theta[s]) / access[j, s] * budget[j, s] * new_spending[j])
var scale start 1
solve scale so that sum(i in country: output[i] * wage[i]) == sum(output[*])
var access[j: country, s: sector]
access[j, s] = sum(k in country: share[k, j, s] * exp(agreement[k, j]) * (wage[k] / productivity[k]) ^ (-theta[s]))
var new_spending[country]
new_spending[j] = output[j] * wage[j] + total[j] - output[j]
show wage[*] for pact
"
    )
}

/// Shares of a column's sum, with the sum written inside each share.
pub(crate) fn inner_sum(size: u32, years: u32) -> String {
    let item = numbered("item", 'i', size, "position");
    let last = 2019 + years;
    format!(
        "years 2020..{last}
{item}var y[i: item, j: item]
y[i, j] = (1 + position[i]) * (2 + position[j]) ^ 0.5 * (1 + 0.001 * (position[i] - position[j])) ^ ((t - 2020) / 1 year)
var z[i: item, j: item]
z[i, j] = y[i, j] / sum(k in item: y[k, j])
var total
total = sum(i in item, j in item: z[i, j] * position[i])
show total
"
    )
}

/// The trade library with duties in every line, and scenarios that cut them; `file` has the data of [`schedule`].
pub(crate) fn tariffs(
    partners: u32,
    sectors: u32,
    years: u32,
    scenarios: u32,
    file: &str,
) -> String {
    let names = |letter: char, count: u32| {
        (0..count).map(|n| format!("{letter}{n}")).collect::<Vec<_>>().join(", ")
    };
    let (partners, sectors, last) = (names('p', partners), names('s', sectors), 2023 + years);
    let mut out = format!(
        "years 2024..{last}
currency USD
use trade
set partner = {partners}
set sector = {sectors}
imports purchases {{
  base: data(\"{file}\", partner: Partner, sector: Sector, value: Base, unit: USD)
  growth: 4%
  elasticity: -1.2
  substitution: 3
}}
tariff duty {{ rate: data(\"{file}\", partner: Partner, sector: Sector, value: Rate, unit: percent) }}
"
    );
    for n in 1..=scenarios {
        _ = writeln!(
            out,
            "scenario cut{n} {{ duty.rate *= {} in 2026..{last} }}",
            1.0 - 0.05 * f64::from(n)
        );
    }
    out.push_str(
        "show sum(p in partner, s in sector: imports[p, s]), sum(customs_revenue[*]) for all\n",
    );
    out
}

/// Imports in the first year and the duty, in percent, of each partner and sector, as CSV.
pub(crate) fn schedule(partners: u32, sectors: u32) -> String {
    let mut out = String::from("Partner,Sector,Base,Rate\n");
    for p in 0..partners {
        for s in 0..sectors {
            let base = 1000 + 37 * ((p * 13 + s * 7) % 101);
            let rate = (p * 3 + s * 5) % 25;
            _ = writeln!(out, "p{p},s{s},{base},{rate}");
        }
    }
    out
}

/// A small open economy: Cobb-Douglas value added, Leontief inputs, Armington imports, mobile capital.
pub(crate) fn economy(goods: u32) -> String {
    let good = numbered("good", 'g', goods, "n");
    let endowment = 0.3 * f64::from(goods);
    let income = 0.6 * f64::from(goods);
    format!(
        "years 2020..2020
{good}param duty = 10%
scenario reform {{ duty = 5% }}
param sigma = 2
param epsilon = 4
var labour[good]
labour[i] = 0.3 + 0.4 * mod(7 * n[i], 11) / 11
var added[good]
added[i] = 0.5 + 0.2 * mod(5 * n[i], 7) / 7
var weight[i: good, j: good]
weight[i, j] = 1 + mod(3 * n[i] + 5 * n[j], 13)
var inputs[i: good, j: good]
inputs[i, j] = weight[i, j] / sum(k in good: weight[k, j]) * (1 - added[j])
var taste[good]
taste[i] = (1 + mod(2 * n[i], 9)) / sum(j in good: 1 + mod(2 * n[j], 9))
var home[good]
home[i] = 0.6 + 0.3 * mod(2 * n[i], 5) / 5
var sold_abroad[good]
sold_abroad[i] = 0.2 + 0.3 * mod(3 * n[i], 8) / 8
var rent start 1
solve rent so that sum(i in good: (1 - labour[i]) * added[i] * cost[i] * output[i]) == rent * {endowment}
var rate start 1
solve rate so that sum(imports[*]) * rate == sum(i in good: price[i] * exports[i])
var income start {income}
income = {endowment} + rent * {endowment} + duty * rate * sum(imports[*])
var cost[good]
cost[i] = rent ^ (1 - labour[i])
var abroad
abroad = rate * (1 + duty)
var price[good] start 1
price[j] = added[j] * cost[j] + sum(i in good: inputs[i, j] * composite[i])
var composite[good] start 1
composite[i] = (home[i] * price[i] ^ (1 - sigma) + (1 - home[i]) * abroad ^ (1 - sigma)) ^ (1 / (1 - sigma))
var output[good] start 1
output[i] = home[i] * (composite[i] / price[i]) ^ sigma * demand[i] + exports[i]
var demand[good]
demand[i] = sum(j in good: inputs[i, j] * output[j]) + taste[i] * income / composite[i]
var exports[good]
exports[i] = sold_abroad[i] * (price[i] / rate) ^ (-epsilon)
var imports[good]
imports[i] = (1 - home[i]) * (composite[i] / abroad) ^ sigma * demand[i]
show price[*], output[*] for reform
"
    )
}

/// Optimal growth with perfect foresight (Brock and Mirman 1972): all years are solved together.
pub(crate) fn growth(years: u32) -> String {
    format!(
        "years 0..{}
param alpha = 0.36
param beta = 0.96
param productivity = 1.5 then 1.8 from 20
var capital start 0.3
capital = output[t-1] - consumption[t-1]
capital[first] = 0.05
var output
output = productivity * capital ^ alpha
var consumption start 0.5
solve consumption so that consumption[t+1] == beta * consumption * alpha * output[t+1] / capital[t+1]
consumption[last] = (1 - alpha * beta) * output
show capital in 1..25
show consumption in 0..24
",
        years - 1
    )
}
