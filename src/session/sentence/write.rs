//! The changes that a sentence means, in Mizan.
//!
//! In: the verb, amounts and years of a sentence, and the value that it changes. Out: one line for each left side.

use super::super::line_tokens::WordedAmount;
use super::super::new_lever::lever;
use super::super::target::ChangedValue;
use super::super::verbs::Verb;
use super::{Changes, Sentence, Years};

impl Sentence<'_> {
    /// Writes the changes.
    pub(super) fn write(&self, found: &ChangedValue<'_>) -> Option<Vec<String>> {
        let verb = self.verb?;
        let (first, last) = self.names.years;
        let years = &self.years;
        let zero = match (found.percent, found.money) {
            (true, _) => "0%".to_owned(),
            (_, true) => format!("0 {}", self.names.currency),
            _ => "0".to_owned(),
        };
        let held = years.hold.map(|count| years.start.unwrap_or(first) + count - 1);
        let in_years =
            |stays: bool| match (years.start.or(held.and(Some(first))), held.or(years.end)) {
                (Some(start), Some(end)) if start == end && !stays => format!(" in {start}"),
                (Some(start), None) => format!(" in {start}..last"),
                (Some(start), Some(end)) if start == end => format!(" in {start}..last"),
                (Some(start), Some(end)) => format!(" in {start}..{end}"),
                (None, Some(end)) => format!(" in first..{end}"),
                (None, None) => String::new(),
            };
        let stays = verb != Verb::Set && !found.computed;
        let over = || -> Option<String> {
            let start = years.start.unwrap_or(first);
            let end = years.end.filter(|_| !years.single).or(years.by);
            let end = end.or(years.count.map(|count| start + count));
            let end = end.unwrap_or(last);
            (start < end && end <= last).then(|| format!("over {start}..{end}"))
        };
        let level = |amount: &Option<WordedAmount>| {
            amount.as_ref().is_some_and(|one| !one.percent && one.number != "0")
        };
        // An amount for all exports is not one for each of them.
        (!(found.spread && (level(&self.to) || level(&self.by)))).then_some(())?;
        let unit = |amount: &WordedAmount| match amount.text == "0" {
            true => zero.clone(),
            false => amount.text.clone(),
        };
        // `raise x by a third until 2030`
        let fraction = self.by.as_ref().is_some_and(|by| by.percent && by.number.is_empty());
        let until = fraction && years.start.is_none() && years.end.is_some();
        let at_once = years.by.is_none() && !self.gradual && !self.yearly && !until;
        let text = match (verb, &self.from, &self.to, &self.by) {
            // `eliminate tariffs by 2028`
            (Verb::Out | Verb::End, from, None, None) if verb == Verb::Out || !at_once => {
                let now = from.as_ref().map(|from| from.text.clone()).or(found.now.clone())?;
                format!("= {now} -> {zero} {}", over()?)
            }
            (Verb::End, None, None, None) if at_once => {
                if let Some(lever) = found
                    .whole
                    .filter(|_| years.start.or(years.end).or(years.by).or(years.hold).is_none())
                {
                    return Some(vec![format!("without {lever}")]);
                }
                // What is abolished in a year does not come back in the next one; what is suspended does.
                let returns = ["suspen", "waiv", "ban"];
                let returns = self.line.iter().any(|token| {
                    let word = token.text.to_lowercase();
                    returns.iter().any(|stem| word.starts_with(stem))
                });
                format!("= {zero}{}", in_years(years.end.is_none() || years.single && !returns))
            }
            (Verb::Times(factor), None, None, None) if !self.yearly && !at_once => {
                format!("*= 1 -> {factor} {}", over()?)
            }
            (Verb::Times(factor), None, None, None) if at_once => {
                format!("*= {factor}{}", in_years(true))
            }
            (_, Some(_), Some(to), None) if self.is_step() => {
                format!("= {}{}", unit(to), in_years(true))
            }
            (_, Some(from), Some(to), None) => {
                format!("= {} -> {} {}", unit(from), unit(to), over()?)
            }
            (_, None, Some(to), None) if years.by.is_some() || self.gradual => {
                format!("= {} -> {} {}", found.now.clone()?, unit(to), over()?)
            }
            (Verb::Set | Verb::Up | Verb::Down, None, Some(to), None) => {
                (!self.yearly || verb == Verb::Set).then_some(())?;
                format!("= {}{}", unit(to), in_years(stays))
            }
            (Verb::Up | Verb::Down, None, None, Some(by)) if at_once || self.yearly => {
                self.by(found, by, verb == Verb::Down, &in_years(false))?
            }
            (Verb::Up | Verb::Down, None, None, Some(by)) if !self.yearly => {
                by_degrees(found, by, verb == Verb::Down, &over()?)?
            }
            _ => return None,
        };
        Some(found.names.iter().map(|name| format!("{name} {text}")).collect())
    }

    /// Writes a new lever.
    pub(super) fn lever(&self) -> Option<Changes> {
        let by = self.by.as_ref().filter(|_| self.verb == Some(Verb::New));
        // A lever with one amount would lose the growth of `imports wine grow 4% a year starting at 5 mn USD`.
        let two = self.by.is_some() && (self.to.is_some() || by.is_none());
        (!two && !self.yearly).then_some(())?;
        let amount = self.to.as_ref().or(by).filter(|_| self.from.is_none())?;
        let Years { start, end, single, by, count, hold } = &self.years;
        by.or(*count).or(*hold).is_none().then_some(())?;
        let end = end.filter(|_| !single);
        let foreign = self.verb == Some(Verb::New) && self.element_first;
        let line =
            lever(&self.words, &self.elements, &amount.text, (*start, end), foreign, self.names)?;
        Some(Changes { lines: vec![line], note: None, certain: false, baseline: false })
    }

    /// True for two amounts with one year, in which the second one begins to hold.
    fn is_step(&self) -> bool {
        let years = &self.years;
        let one = years.single || years.start.is_some() && years.end.is_none();
        one && years.by.is_none() && !self.gradual
    }

    /// Writes a change by an amount: `+= 5 pp`, `*= 1 + 10%`.
    fn by(
        &self,
        found: &ChangedValue<'_>,
        by: &WordedAmount,
        down: bool,
        years: &str,
    ) -> Option<String> {
        let sign = if down { "-" } else { "+" };
        if self.yearly {
            let minus = if down { "-" } else { "" };
            let growth = found
                .names
                .iter()
                .all(|name| name.split('[').next().is_some_and(|name| name.ends_with(".growth")));
            if growth && by.percent {
                let open = self
                    .years
                    .single
                    .then(|| format!(" in {}..last", self.years.start.unwrap_or_default()));
                return Some(format!("= {minus}{}{}", by.text, open.as_deref().unwrap_or(years)));
            }
            // As many steps as years: a path that begins in the year before.
            let (first, last) = self.names.years;
            let (start, end) =
                (self.years.start.unwrap_or(first + 1), self.years.end.unwrap_or(last));
            let now = found.now.as_ref().filter(|_| by.points)?;
            let from: f64 = now.strip_suffix('%')?.parse().ok()?;
            let step: f64 = by.number.parse().ok()?;
            let steps = f64::from(end - start + 1) * if down { -step } else { step };
            (start > self.names.years.0 && start <= end).then_some(())?;
            return Some(format!("= {now} -> {}% over {}..{end}", from + steps, start - 1));
        }
        if by.points && by.percent {
            let unit = if found.percent { " pp" } else { "%" };
            return Some(match found.percent {
                true => format!("{sign}= {}{unit}{years}", by.number),
                false => format!("*= 1 {sign} {}{unit}{years}", by.number),
            });
        }
        Some(match by.percent {
            // A fraction in words.
            true if by.number.is_empty() => format!("*= {}{years}", factor(by, down)?),
            true => format!("*= 1 {sign} {}{years}", by.text),
            false => format!("{sign}= {}{years}", by.text),
        })
    }
}

/// Writes a change by an amount that is reached by degrees: `*= 1 -> 1.1 over 2026..2028`, `+= 0 pp -> 2 pp over ...`.
fn by_degrees(
    found: &ChangedValue<'_>,
    by: &WordedAmount,
    down: bool,
    over: &str,
) -> Option<String> {
    let minus = if down { "-" } else { "" };
    if by.points {
        found.percent.then_some(())?;
        return Some(format!("+= 0 pp -> {minus}{} {over}", by.text));
    }
    if by.percent {
        return Some(format!("*= 1 -> {} {over}", factor(by, down)?));
    }
    let unit = by.text.strip_prefix(&by.number)?;
    Some(format!("+= 0{unit} -> {minus}{} {over}", by.text))
}

/// Returns the factor of a change by a share: `1.1` for 10% up, `2/3` for a third down.
pub(super) fn factor(by: &WordedAmount, down: bool) -> Option<String> {
    if let Some((over, under)) = by.text.split_once('/') {
        let (over, under): (i32, i32) = (over.parse().ok()?, under.parse().ok()?);
        return Some(format!("{}/{under}", if down { under - over } else { under + over }));
    }
    let share = if down { -by.share()? } else { by.share()? };
    Some(format!("{}", ((1.0 + share) * 1e9).round() / 1e9))
}
