//! Offsets in a text: in bytes, as the compiler counts, and in UTF-16 units, as a browser's scripts count.

/// Conversion of offsets in a text between bytes and UTF-16 units.
#[derive(Debug)]
pub(super) struct Offsets {
    /// Byte and UTF-16 offset after each character outside ASCII. Between these characters both offsets rise equally.
    after_wide: Vec<(usize, usize)>,
    /// Length of the text in bytes.
    length: usize,
}

impl Offsets {
    pub(super) fn of(text: &str) -> Self {
        let mut after_wide = Vec::new();
        let (mut bytes, mut units) = (0, 0);
        for c in text.chars() {
            bytes += c.len_utf8();
            units += c.len_utf16();
            if !c.is_ascii() {
                after_wide.push((bytes, units));
            }
        }
        Self { after_wide, length: text.len() }
    }

    /// Converts an offset in bytes to UTF-16 units.
    pub(super) fn units(&self, byte: usize) -> usize {
        let at = self.after_wide.partition_point(|(bytes, _)| *bytes <= byte);
        let (bytes, units) = at.checked_sub(1).map_or((0, 0), |at| self.after_wide[at]);
        units + (byte - bytes)
    }

    /// Converts an offset in UTF-16 units to bytes; at most the length of the text.
    pub(super) fn bytes(&self, unit: usize) -> usize {
        let at = self.after_wide.partition_point(|(_, units)| *units <= unit);
        let (bytes, units) = at.checked_sub(1).map_or((0, 0), |at| self.after_wide[at]);
        (bytes + (unit - units)).min(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn both_units_agree_at_every_character() {
        let text = "a–b\u{1f600}c\né";
        let offsets = Offsets::of(text);
        let mut units = 0;
        for (byte, c) in text.char_indices() {
            assert_eq!(offsets.units(byte), units, "{c}");
            assert_eq!(offsets.bytes(units), byte, "{c}");
            units += c.len_utf16();
        }
        assert_eq!((offsets.units(text.len()), offsets.bytes(units)), (units, text.len()));
        assert_eq!(offsets.bytes(units + 5), text.len());
    }
}
