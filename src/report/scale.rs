//! The scales of money: plain, thousand, mn, bn, tn, as a script writes them.

/// A power of ten in which money is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    Plain,
    Thousand,
    Million,
    Billion,
    Trillion,
}

impl Scale {
    const ALL: [Self; 5] =
        [Self::Plain, Self::Thousand, Self::Million, Self::Billion, Self::Trillion];

    /// Returns the scale for a largest magnitude. Up to 99,999 numbers stay plain: a freight rate of 1,250 USD/TEU
    /// reads better so.
    pub(super) fn fitting(magnitude: Option<i32>) -> Self {
        match magnitude {
            Some(12..) => Self::Trillion,
            Some(9..12) => Self::Billion,
            Some(6..9) => Self::Million,
            Some(5) => Self::Thousand,
            _ => Self::Plain,
        }
    }

    /// Returns the next lower scale.
    pub(super) fn lower(self) -> Option<Self> {
        Self::ALL.into_iter().rfind(|other| other.exponent() < self.exponent())
    }

    /// Returns the scale of a scale word; plain for any other text.
    pub(super) fn called(word: &str) -> Self {
        Self::ALL.into_iter().find(|scale| scale.word() == word).unwrap_or(Self::Plain)
    }

    /// Returns the scale whose word follows a number in `text`, as in `== 3_725 mn USD`; the first of several.
    pub(super) fn named_in(text: &str) -> Option<Self> {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || "()[],".contains(c)).collect();
        let follows_number = |pair: &[&str]| match pair {
            [number, word] if number.ends_with(|c: char| c.is_ascii_digit()) => {
                Self::ALL.into_iter().find(|scale| !word.is_empty() && scale.word() == *word)
            }
            _ => None,
        };
        words.windows(2).find_map(follows_number)
    }

    /// Returns the scale word before a unit; empty for plain numbers.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Thousand => "thousand",
            Self::Million => "mn",
            Self::Billion => "bn",
            Self::Trillion => "tn",
        }
    }

    /// Returns the power of ten of the scale.
    pub(super) fn exponent(self) -> i32 {
        match self {
            Self::Plain => 0,
            Self::Thousand => 3,
            Self::Million => 6,
            Self::Billion => 9,
            Self::Trillion => 12,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_its_scale() {
        assert_eq!(Scale::named_in("x == 3_725 mn USD within 1%"), Some(Scale::Million));
        assert_eq!(Scale::named_in("balance >= -10 bn USD"), Some(Scale::Billion));
        assert_eq!(Scale::named_in("mn[China] >= 0"), None);
        assert_eq!(Scale::named_in("coverage >= 5%"), None);
    }

    #[test]
    fn each_scale_is_below_the_next() {
        assert_eq!(Scale::Billion.lower(), Some(Scale::Million));
        assert_eq!(Scale::Plain.lower(), None);
    }
}
