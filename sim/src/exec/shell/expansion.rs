//! What follows a dollar sign or a backquote in a word.
//!
//! A `$(..)` is read by a parser of its own on the same text, so that it ends where the grammar says.

use super::lexer::{Lexer, Pieces, is_name_start, is_special, unterminated};
use super::parser::Parser;
use super::syntax::{List, Operation, Piece, SyntaxError, Word};

impl Lexer<'_> {
    /// What follows a dollar sign.
    pub(super) fn dollar(&mut self, pieces: &mut Pieces, quoted: bool) -> Result<(), SyntaxError> {
        match self.peek() {
            Some('(') if self.rest().starts_with("((") => {
                self.take_text("((");
                let expression = self.nested_word(Until::Parentheses)?;
                pieces.add(Piece::Arithmetic { expression, quoted });
            }
            Some('(') => {
                self.take();
                let list = self.substitution()?;
                pieces.add(Piece::Command { list, quoted });
            }
            Some('{') => {
                self.take();
                let piece = self.braced_parameter(quoted)?;
                pieces.add(piece);
            }
            Some(character) if is_special(character) || character.is_ascii_digit() => {
                self.take();
                pieces.add(Piece::Parameter {
                    name: character.to_string(),
                    operation: Operation::Value,
                    quoted,
                });
            }
            Some(character) if is_name_start(character) => {
                let name = self.name();
                pieces.add(Piece::Parameter {
                    name,
                    operation: Operation::Value,
                    quoted,
                });
            }
            Some('\'' | '"') if !quoted => {
                return Err(self.error("$'..' and $\"..\" are not simulated: use printf"));
            }
            _ => pieces.push('$', quoted),
        }
        Ok(())
    }

    /// The commands up to the closing parenthesis.
    fn substitution(&mut self) -> Result<List, SyntaxError> {
        self.enter()?;
        let mut parser = Parser::new(self.clone());
        let list = parser.until_parenthesis()?;
        let end = parser.into_lexer();
        (self.position, self.line) = (end.position, end.line);
        self.leave();
        Ok(list)
    }

    pub(super) fn backquoted(&mut self, pieces: &mut Pieces, quoted: bool) -> Result<(), SyntaxError> {
        let opened = self.line;
        let mut text = String::new();
        loop {
            match self.take() {
                Some('`') => break,
                Some('\\') => match self.take() {
                    Some(escaped @ ('`' | '\\' | '$')) => text.push(escaped),
                    Some('"') if quoted => text.push('"'),
                    Some(other) => text.extend(['\\', other]),
                    None => text.push('\\'),
                },
                Some(character) => text.push(character),
                None => return Err(unterminated(opened)),
            }
        }
        self.enter()?;
        let list = Parser::new(Lexer::new(&text, self.depth)).whole()?;
        self.leave();
        pieces.add(Piece::Command { list, quoted });
        Ok(())
    }

    fn braced_parameter(&mut self, quoted: bool) -> Result<Piece, SyntaxError> {
        let length =
            self.rest().starts_with('#') && !self.rest()[1..].starts_with(['}', '-', '=', '+', '?', ':']);
        if length {
            self.take();
        }
        let name = match self.peek() {
            Some(character) if is_name_start(character) => self.name(),
            Some(character) if character.is_ascii_digit() => {
                let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
                let name = self.rest()[..digits].to_owned();
                self.position += digits;
                name
            }
            Some(character) if is_special(character) => {
                self.take();
                character.to_string()
            }
            _ => return Err(self.error("Bad substitution")),
        };
        let operation = if length {
            self.expect_brace()?;
            Operation::Length
        } else {
            self.operation()?
        };
        Ok(Piece::Parameter {
            name,
            operation,
            quoted,
        })
    }

    fn operation(&mut self) -> Result<Operation, SyntaxError> {
        if self.take_text("}") {
            return Ok(Operation::Value);
        }
        let if_empty = self.take_text(":");
        let Some(operator) = self.take() else {
            return Err(self.error("end of file unexpected (expecting \"}\")"));
        };
        if matches!(operator, '#' | '%') && !if_empty {
            let longest = self.peek() == Some(operator);
            if longest {
                self.take();
            }
            let pattern = self.nested_word(Until::Brace)?;
            return Ok(Operation::Trim {
                pattern,
                suffix: operator == '%',
                longest,
            });
        }
        if !matches!(operator, '-' | '=' | '+' | '?') {
            return Err(self.error("Bad substitution"));
        }
        let word = self.nested_word(Until::Brace)?;
        Ok(match operator {
            '-' => Operation::Default { word, if_empty },
            '=' => Operation::Assign { word, if_empty },
            '+' => Operation::Alternative { word, if_empty },
            _ => Operation::Require { word, if_empty },
        })
    }

    fn expect_brace(&mut self) -> Result<(), SyntaxError> {
        if self.take_text("}") {
            Ok(())
        } else {
            Err(self.error("Bad substitution"))
        }
    }

    /// A word inside `${..}` or `$((..))`, up to its end, which is taken too.
    fn nested_word(&mut self, until: Until) -> Result<Word, SyntaxError> {
        self.enter()?;
        let mut pieces = Pieces::default();
        let mut open = 0_u32;
        loop {
            match (self.peek(), until) {
                (None, _) => {
                    let missing = until.text();
                    return Err(self.error(format!("end of file unexpected (expecting \"{missing}\")")));
                }
                (Some(')'), Until::Parentheses) if open == 0 => {
                    if !self.take_text("))") {
                        return Err(self.error("\")\" unexpected (expecting \"))\")"));
                    }
                    break;
                }
                (Some('}'), Until::Brace) => {
                    self.take();
                    break;
                }
                (Some(character @ ('(' | ')')), Until::Parentheses) => {
                    self.take();
                    open = if character == '(' { open + 1 } else { open - 1 };
                    pieces.push(character, true);
                }
                (Some(_), Until::Parentheses) => {
                    if let Some(character) = self.take() {
                        self.inside_double_quotes(character, &mut pieces)?;
                    }
                }
                (Some(_), Until::Brace) => self.unquoted(&mut pieces)?,
            }
        }
        self.leave();
        Ok(pieces.finish())
    }
}

/// Where a nested word ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Brace,
    Parentheses,
}

impl Until {
    fn text(self) -> &'static str {
        match self {
            Self::Brace => "}",
            Self::Parentheses => "))",
        }
    }
}
