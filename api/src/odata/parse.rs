//! The grammar of `$filter`: `field op literal`, `startswith(field,'x')`, `and`, `or`, parentheses.

use super::filter::{Comparison, FilterField, Literal, Node};

/// Nesting beyond this is refused rather than risked on the stack.
const DEPTH_MAX: usize = 64;

/// Reads a whole filter; the error is the reason in words.
pub(super) fn parse(text: &str, fields: &'static [FilterField]) -> Result<Node, String> {
    let mut parser = Parser {
        rest: text.trim_start(),
        fields,
        depth: 0,
    };
    let node = parser.any()?;
    if parser.rest.is_empty() {
        Ok(node)
    } else {
        Err(format!("Nothing may follow at {:?}.", parser.rest))
    }
}

/// What stands alone is itself.
fn one_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        last => {
            nodes.extend(last);
            several(nodes)
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    fields: &'static [FilterField],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.all()?];
        while self.take_word("or") {
            nodes.push(self.all()?);
        }
        Ok(one_or(nodes, Node::Or))
    }

    fn all(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.term()?];
        while self.take_word("and") {
            nodes.push(self.term()?);
        }
        Ok(one_or(nodes, Node::And))
    }

    fn term(&mut self) -> Result<Node, String> {
        if self.take("(") {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err(format!("Parentheses are nested more than {DEPTH_MAX} deep."));
            }
            let node = self.any()?;
            self.expect(")")?;
            self.depth -= 1;
            return Ok(node);
        }
        let name = self.word();
        if name == "startswith" && self.take("(") {
            let field = self.word();
            self.expect(",")?;
            let literal = self.literal()?;
            self.expect(")")?;
            return self.comparison(field, Comparison::StartsWith, literal);
        }
        let comparison = match self.word() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            other => {
                return Err(format!(
                    "After {name:?} an operator (eq, ne, gt, ge, lt, le) is expected, not {other:?}."
                ));
            }
        };
        let literal = self.literal()?;
        self.comparison(name, comparison, literal)
    }

    fn comparison(&self, name: &str, comparison: Comparison, literal: Literal) -> Result<Node, String> {
        let field = self
            .fields
            .iter()
            .find(|field| field.name == name)
            .ok_or_else(|| format!("This list cannot be filtered by {name:?}."))?;
        if !field.comparisons.contains(&comparison) {
            return Err(format!("{name:?} does not take this operator."));
        }
        Ok(Node::Compare {
            field: field.name,
            comparison,
            literal,
        })
    }

    fn literal(&mut self) -> Result<Literal, String> {
        if let Some(rest) = self.rest.strip_prefix("datetime'") {
            let (text, rest) = rest.split_once('\'').ok_or("A datetime literal does not end.")?;
            self.advance(rest);
            return text
                .parse()
                .map(Literal::Moment)
                .map_err(|error: crate::time::ParseTimeError| error.to_string());
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            return self.text(rest);
        }
        match self.word() {
            "true" => Ok(Literal::Boolean(true)),
            "false" => Ok(Literal::Boolean(false)),
            word => word
                .parse()
                .map(Literal::Number)
                .map_err(|_| format!("{word:?} is not a literal.")),
        }
    }

    /// The rest of a quoted text; a doubled quote stands for one.
    fn text(&mut self, mut rest: &'a str) -> Result<Literal, String> {
        let mut text = String::new();
        loop {
            let (part, after) = rest.split_once('\'').ok_or("A text literal does not end.")?;
            text.push_str(part);
            let Some(more) = after.strip_prefix('\'') else {
                self.advance(after);
                return Ok(Literal::Text(text));
            };
            text.push('\'');
            rest = more;
        }
    }

    fn word(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '/' | '_' | '-' | '.'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.advance(rest);
        word
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let before = self.rest;
        if self.word() == wanted {
            return true;
        }
        self.rest = before;
        false
    }

    fn take(&mut self, wanted: &str) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.advance(rest);
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(format!("{wanted:?} is expected at {:?}.", self.rest))
        }
    }

    fn advance(&mut self, rest: &'a str) {
        self.rest = rest.trim_start();
    }
}
