//! Compares the answers of two runs in JSON, value by value.

use serde_json::Value;

/// The differences between the values of two reports.
#[derive(Debug, Default, PartialEq)]
pub struct ValueDifferences {
    /// Number of numbers that were compared.
    pub numbers: usize,
    /// Each value that differs: its path, and both values, as in `answers[2].panels[0].series[1].values[3]: -6.9 and
    /// -6.8`.
    pub found: Vec<String>,
}

impl ValueDifferences {
    /// Compares two reports in JSON.
    pub fn between(one: &Value, other: &Value) -> Self {
        let mut differences = Self::default();
        differences.compare(&mut String::new(), one, other);
        differences
    }

    fn compare(&mut self, path: &mut String, one: &Value, other: &Value) {
        let length = path.len();
        match (one, other) {
            (Value::Object(one), Value::Object(other)) => {
                for (name, value) in one {
                    path.push_str(&format!(".{name}"));
                    self.compare(path, value, other.get(name).unwrap_or(&Value::Null));
                    path.truncate(length);
                }
                for (name, value) in other.iter().filter(|(name, _)| !one.contains_key(*name)) {
                    path.push_str(&format!(".{name}"));
                    self.compare(path, &Value::Null, value);
                    path.truncate(length);
                }
            }
            (Value::Array(one), Value::Array(other)) => {
                for at in 0..one.len().max(other.len()) {
                    path.push_str(&format!("[{at}]"));
                    let of = |list: &[Value]| list.get(at).cloned().unwrap_or(Value::Null);
                    self.compare(path, &of(one), &of(other));
                    path.truncate(length);
                }
            }
            (one, other) => {
                self.numbers += usize::from(one.is_number() || other.is_number());
                if !same(one, other) {
                    self.found.push(format!("{}: {one} and {other}", path.trim_start_matches('.')));
                }
            }
        }
    }
}

/// True if two JSON values are equal; numbers must have the same bits.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(a), Some(b)) => a.to_bits() == b.to_bits(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_bit_of_a_number_counts() {
        let next = f64::from_bits(0.1_f64.to_bits() + 1);
        let (one, other) = (json!({"a": [0.1, 2]}), json!({"a": [next, 2]}));
        let found = ValueDifferences::between(&one, &other);
        assert_eq!((found.numbers, found.found.len()), (2, 1));
        assert!(found.found[0].starts_with("a[0]: 0.1 and 0.1000"), "{:?}", found.found);
        assert!(ValueDifferences::between(&one, &one).found.is_empty());
    }

    #[test]
    fn what_is_missing_is_found() {
        let found = ValueDifferences::between(&json!({"a": [1]}), &json!({"a": [1, 2], "b": "x"}));
        assert_eq!(found.found, ["a[1]: null and 2", "b: null and \"x\""]);
    }
}
