//! From the text of a formula to its words, each with its place.

use super::error::{FormulaError, Position};

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// A number.
    Number(f64),
    /// A text between double quotes, without them.
    Text(String),
    /// A name, with the dollar sign it may have.
    Name(String),
    /// An operator or a bracket.
    Symbol(&'static str),
    /// The end of the formula.
    End,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) position: Position,
}

/// The symbols, longer ones before those they begin with.
const SYMBOLS: [&str; 21] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "=", "!", "+", "-", "*", "/", "?", ":", ";", ",", ".", "(",
    ")",
];

struct Lexer<'a> {
    rest: &'a str,
    position: Position,
}

/// The words of a formula; the last one is its end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    let mut lexer = Lexer {
        rest: text,
        position: Position { line: 1, column: 1 },
    };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let position = lexer.position;
        let kind = lexer.next()?;
        let is_end = kind == TokenKind::End;
        tokens.push(Token { kind, position });
        if is_end {
            return Ok(tokens);
        }
    }
}

impl<'a> Lexer<'a> {
    fn error(&self, reason: impl Into<String>) -> FormulaError {
        FormulaError::Syntax {
            position: self.position,
            reason: reason.into(),
        }
    }

    /// Takes so many bytes, which end between two characters.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        for character in taken.chars() {
            if character == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        taken
    }

    fn skip_blanks(&mut self) {
        loop {
            let blanks = self.rest.len() - self.rest.trim_start().len();
            self.take(blanks);
            if !self.rest.starts_with("//") {
                return;
            }
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.take(end);
        }
    }

    fn next(&mut self) -> Result<TokenKind, FormulaError> {
        let Some(first) = self.rest.chars().next() else {
            return Ok(TokenKind::End);
        };
        match first {
            '"' => self.text(),
            '0'..='9' => self.number(),
            '$' | '_' | 'a'..='z' | 'A'..='Z' => self.name(),
            _ => {
                let symbol = SYMBOLS.into_iter().find(|symbol| self.rest.starts_with(symbol));
                let symbol =
                    symbol.ok_or_else(|| self.error(format!("{first:?} has no meaning in a formula")))?;
                self.take(symbol.len());
                Ok(TokenKind::Symbol(symbol))
            }
        }
    }

    fn text(&mut self) -> Result<TokenKind, FormulaError> {
        let inside = &self.rest[1..];
        match inside.find(['"', '\n']) {
            Some(end) if inside[end..].starts_with('"') => {
                let text = self.take(end + 2);
                Ok(TokenKind::Text(text[1..=end].to_owned()))
            }
            _ => Err(self.error("a text has no closing quote in its line")),
        }
    }

    fn name(&mut self) -> Result<TokenKind, FormulaError> {
        let is_part = |character: char| character == '_' || character.is_ascii_alphanumeric();
        let sign = usize::from(self.rest.starts_with('$'));
        let name = &self.rest[sign..];
        let length = name.find(|character| !is_part(character)).unwrap_or(name.len());
        if length == 0 || name.starts_with(|character: char| character.is_ascii_digit()) {
            return Err(self.error("a name has to follow the dollar sign"));
        }
        Ok(TokenKind::Name(self.take(sign + length).to_owned()))
    }

    fn number(&mut self) -> Result<TokenKind, FormulaError> {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut length = digits(self.rest);
        if self.rest[length..].starts_with('.') {
            let fraction = digits(&self.rest[length + 1..]);
            if fraction == 0 {
                return Err(self.error("digits have to follow the point of a number"));
            }
            length += 1 + fraction;
        }
        if self.rest[length..].starts_with(['e', 'E']) {
            let exponent = &self.rest[length + 1..];
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let power = digits(&exponent[sign..]);
            if power == 0 {
                return Err(self.error("digits have to follow the exponent of a number"));
            }
            length += 1 + sign + power;
        }
        let number = self.rest[..length]
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite());
        let number = number.ok_or_else(|| self.error("a number is too large"))?;
        self.take(length);
        if self
            .rest
            .starts_with(|character: char| character.is_ascii_alphabetic() || character == '_')
        {
            return Err(self.error("an operator has to stand between a number and a name"));
        }
        Ok(TokenKind::Number(number))
    }
}
