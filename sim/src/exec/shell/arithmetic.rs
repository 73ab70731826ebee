//! `$((..))`: whole numbers, variables, the operators of C without assignments.

/// How deep parentheses and signs may be nested.
const DEPTH_MAX: u32 = 20;

/// Longest value of a variable that is looked at.
const NUMBER_LENGTH_MAX: usize = 100;

/// Operators by precedence, weakest first; within a level longer ones first.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// The value of an expression; names stand for the numbers in their variables, and 0 when unset.
pub(super) fn evaluate<'a>(
    expression: &'a str,
    variable: &'a dyn Fn(&str) -> Option<&'a str>,
) -> Result<i64, String> {
    let mut reader = Reader {
        rest: expression.trim(),
        variable,
        depth: 0,
    };
    if reader.rest.is_empty() {
        return Ok(0);
    }
    let value = reader.level(0)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(format!(
            "arithmetic expression: unexpected {:?}",
            shortened(reader.rest)
        ))
    }
}

struct Reader<'a> {
    rest: &'a str,
    variable: &'a dyn Fn(&str) -> Option<&'a str>,
    depth: u32,
}

impl Reader<'_> {
    fn level(&mut self, level: usize) -> Result<i64, String> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.level(level + 1)?;
            left = apply(operator, left, right)?;
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let found = operators
            .iter()
            .find(|operator| self.rest.starts_with(**operator))?;
        let after = &self.rest[found.len()..];
        // `a & b` is not `a && b`, `a < b` is not `a << b`, and assignments are none of these.
        let longer = match *found {
            "|" | "&" | "<" | ">" => after.starts_with(*found) || after.starts_with('='),
            "^" | "+" | "-" | "*" | "/" | "%" | "<<" | ">>" => after.starts_with('='),
            _ => false,
        };
        if longer {
            return None;
        }
        self.rest = after.trim_start();
        Some(found)
    }

    fn unary(&mut self) -> Result<i64, String> {
        let mut signs = Vec::new();
        while let Some(sign) = self.rest.chars().next().filter(|sign| "+-!~".contains(*sign)) {
            signs.push(sign);
            self.rest = self.rest[1..].trim_start();
        }
        let mut value = self.primary()?;
        for sign in signs.into_iter().rev() {
            value = match sign {
                '-' => value.wrapping_neg(),
                '!' => i64::from(value == 0),
                '~' => !value,
                _ => value,
            };
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<i64, String> {
        if let Some(inner) = self.rest.strip_prefix('(') {
            if self.depth >= DEPTH_MAX {
                return Err(format!(
                    "arithmetic expression: nested more than {DEPTH_MAX} deep"
                ));
            }
            self.depth += 1;
            self.rest = inner.trim_start();
            let value = self.level(0)?;
            self.depth -= 1;
            self.rest = match self.rest.strip_prefix(')') {
                Some(rest) => rest.trim_start(),
                None => return Err("arithmetic expression: a parenthesis is not closed".to_owned()),
            };
            return Ok(value);
        }
        let length = self
            .rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let (word, rest) = self.rest.split_at(length);
        if word.is_empty() {
            return Err(format!(
                "arithmetic expression: expecting a number: {:?}",
                shortened(rest)
            ));
        }
        self.rest = rest.trim_start();
        if word.starts_with(|character: char| character.is_ascii_digit()) {
            return number(word);
        }
        let value = (self.variable)(word).unwrap_or_default();
        if value.len() > NUMBER_LENGTH_MAX {
            return Err(format!(
                "arithmetic expression: not a number: {:?}",
                shortened(value)
            ));
        }
        let value = value.trim();
        match value.strip_prefix('-') {
            _ if value.is_empty() => Ok(0),
            Some(digits) => number(digits).map(i64::wrapping_neg),
            None => number(value),
        }
    }
}

fn number(text: &str) -> Result<i64, String> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    if digits.starts_with(['+', '-']) {
        return Err(format!(
            "arithmetic expression: not a number: {:?}",
            shortened(text)
        ));
    }
    i64::from_str_radix(digits, radix)
        .map_err(|_| format!("arithmetic expression: not a number: {:?}", shortened(text)))
}

fn apply(operator: &str, left: i64, right: i64) -> Result<i64, String> {
    let bits = u32::try_from(right & 63).unwrap_or(0);
    Ok(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<<" => left.wrapping_shl(bits),
        ">>" => left.wrapping_shr(bits),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" | "%" if right == 0 => return Err("arithmetic expression: division by zero".to_owned()),
        "/" => left.wrapping_div(right),
        _ => left.wrapping_rem(right),
    })
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(expression: &str) -> Result<i64, String> {
        evaluate(expression, &|name| match name {
            "x" => Some("7"),
            "minus" => Some("-3"),
            "word" => Some("abc"),
            _ => None,
        })
    }

    #[test]
    fn expressions_have_the_values_of_c() {
        for (expression, expected) in [
            ("1 + 2*3", 7),
            ("(1+2)*3", 9),
            ("10-2-3", 5),
            ("7 / 2 + 7 % 4", 6),
            ("x*x", 49),
            ("minus - -1", -2),
            ("none", 0),
            ("", 0),
            ("0x10 + 010", 24),
            ("1 < 2 && 2 <= 2 || 0", 1),
            ("!5 + !0", 1),
            ("1 << 4 | 1", 17),
            ("~0", -1),
            ("3 == 3 != 0", 1),
            ("9223372036854775807 + 1", i64::MIN),
        ] {
            assert_eq!(value(expression), Ok(expected), "{expression}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let deep = "(".repeat(100_000);
        let signs = format!("{}1", "-".repeat(100_000));
        for expression in [
            "1 +", "1 / 0", "1 % 0", "a b", "(1", "1)", "x = 3", "09", "word", "$", "1.5", &deep,
        ] {
            assert!(value(expression).is_err(), "{expression}");
        }
        assert_eq!(value(&signs), Ok(1));
    }
}
