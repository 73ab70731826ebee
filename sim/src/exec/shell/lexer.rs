//! From characters to words and operators.

use super::syntax::{Descriptor, Piece, Redirection, RedirectionKind, SyntaxError, Word};

/// How deep commands, substitutions and `${..}` may be nested in a text.
pub(super) const NESTING_MAX: u32 = 40;

/// A word, an operator, or the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `;`, `&&`, `(` and so on.
    Operator(&'static str),
    /// A redirection without its target.
    Redirection(Descriptor, RedirectionKind),
    Newline,
    End,
}

impl Token {
    /// The token as an error message shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => match word.0.first() {
                Some(Piece::Text { text, .. }) if text.chars().count() <= 60 => {
                    format!("\"{text}\" unexpected")
                }
                _ => "word unexpected".to_owned(),
            },
            Self::Operator(operator) => format!("\"{operator}\" unexpected"),
            Self::Redirection(..) => "redirection unexpected".to_owned(),
            Self::Newline => "newline unexpected".to_owned(),
            Self::End => "end of file unexpected".to_owned(),
        }
    }
}

/// Operators by length, so that `&&` is found before `&`.
const OPERATORS: [&str; 9] = ["&&", "||", ";;", "|&", ";", "&", "|", "(", ")"];

/// Reads a text from some place on.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    pub(super) line: usize,
    /// How deep the text is nested in others.
    pub(super) depth: u32,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, depth: u32) -> Self {
        Self {
            text,
            position: 0,
            line: 1,
            depth,
        }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError {
            line: self.line,
            message: message.into(),
        }
    }

    /// One level deeper, or the error that it is too deep.
    pub(super) fn enter(&mut self) -> Result<(), SyntaxError> {
        if self.depth >= NESTING_MAX {
            return Err(self.error(format!("nested more than {NESTING_MAX} deep")));
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip_blank();
        let Some(character) = self.peek() else {
            return Ok(Token::End);
        };
        if character == '\n' {
            self.take();
            return Ok(Token::Newline);
        }
        if let Some(token) = self.redirection()? {
            return Ok(token);
        }
        for operator in OPERATORS {
            if self.take_text(operator) {
                return Ok(Token::Operator(operator));
            }
        }
        self.word().map(Token::Word)
    }

    fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => {
                    self.take();
                }
                Some('\\') if self.rest().starts_with("\\\n") => {
                    self.take();
                    self.take();
                }
                Some('#') => {
                    while self.peek().is_some_and(|character| character != '\n') {
                        self.take();
                    }
                }
                _ => return,
            }
        }
    }

    fn redirection(&mut self) -> Result<Option<Token>, SyntaxError> {
        if self.rest().starts_with("&>") {
            let kind = if self.take_text("&>>") {
                RedirectionKind::Append
            } else {
                self.take_text("&>");
                RedirectionKind::Write
            };
            return Ok(Some(Token::Redirection(Descriptor::OutputAndError, kind)));
        }
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if !self.rest()[digits..].starts_with(['<', '>']) {
            return Ok(None);
        }
        let number = self.rest()[..digits].parse().ok();
        self.position += digits;
        for (operator, kind, default) in [
            ("<<<", RedirectionKind::Text, 0),
            ("<<", RedirectionKind::Text, 0),
            ("<&", RedirectionKind::Duplicate, 0),
            ("<>", RedirectionKind::Read, 0),
            ("<", RedirectionKind::Read, 0),
            (">>", RedirectionKind::Append, 1),
            (">&", RedirectionKind::Duplicate, 1),
            (">|", RedirectionKind::Write, 1),
            (">", RedirectionKind::Write, 1),
        ] {
            if !self.take_text(operator) {
                continue;
            }
            if operator == "<<" {
                return Err(self.error("here-documents are not simulated: use echo and a pipe, or a file"));
            }
            let descriptor = if digits == 0 { Some(default) } else { number };
            return match descriptor {
                Some(descriptor @ 0..=2) => {
                    Ok(Some(Token::Redirection(Descriptor::Number(descriptor), kind)))
                }
                _ => Err(self.error("descriptors above 2 are not simulated")),
            };
        }
        Ok(None)
    }

    fn word(&mut self) -> Result<Word, SyntaxError> {
        let mut pieces = Pieces::default();
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                _ => self.unquoted(&mut pieces)?,
            }
        }
        Ok(pieces.finish())
    }

    /// One piece outside of quotes; the next character is not the end of the word.
    pub(super) fn unquoted(&mut self, pieces: &mut Pieces) -> Result<(), SyntaxError> {
        match self.take() {
            Some('\'') => self.single_quoted(pieces),
            Some('"') => self.double_quoted(pieces),
            Some('\\') => {
                match self.take() {
                    Some('\n') => {}
                    Some(escaped) => pieces.push(escaped, true),
                    None => pieces.push('\\', true),
                }
                Ok(())
            }
            Some('$') => self.dollar(pieces, false),
            Some('`') => self.backquoted(pieces, false),
            Some(character) => {
                pieces.push(character, false);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn single_quoted(&mut self, pieces: &mut Pieces) -> Result<(), SyntaxError> {
        let opened = self.line;
        pieces.quoted_begin();
        loop {
            match self.take() {
                Some('\'') => return Ok(()),
                Some(character) => pieces.push(character, true),
                None => return Err(unterminated(opened)),
            }
        }
    }

    fn double_quoted(&mut self, pieces: &mut Pieces) -> Result<(), SyntaxError> {
        let opened = self.line;
        pieces.quoted_begin();
        loop {
            match self.take() {
                Some('"') => return Ok(()),
                Some(character) => self.inside_double_quotes(character, pieces)?,
                None => return Err(unterminated(opened)),
            }
        }
    }

    pub(super) fn inside_double_quotes(
        &mut self,
        character: char,
        pieces: &mut Pieces,
    ) -> Result<(), SyntaxError> {
        match character {
            '\\' => match self.take() {
                Some('\n') => {}
                Some(escaped @ ('"' | '\\' | '$' | '`')) => pieces.push(escaped, true),
                Some(other) => {
                    pieces.push('\\', true);
                    pieces.push(other, true);
                }
                None => pieces.push('\\', true),
            },
            '$' => return self.dollar(pieces, true),
            '`' => return self.backquoted(pieces, true),
            _ => pieces.push(character, true),
        }
        Ok(())
    }

    pub(super) fn name(&mut self) -> String {
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let name = self.rest()[..length].to_owned();
        self.position += length;
        name
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += character.len_utf8();
        self.line += usize::from(character == '\n');
        Some(character)
    }

    pub(super) fn take_text(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.position += text.len();
        }
        found
    }
}

/// Puts a word together, joining characters that are quoted alike.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    pub(super) fn push(&mut self, character: char, is_quoted: bool) {
        match self.0.last_mut() {
            Some(Piece::Text { text, quoted }) if *quoted == is_quoted => text.push(character),
            _ => self.0.push(Piece::Text {
                text: character.to_string(),
                quoted: is_quoted,
            }),
        }
    }

    /// Notes that there are quotes, even if nothing is in them: `''` is a word.
    fn quoted_begin(&mut self) {
        if !matches!(self.0.last(), Some(Piece::Text { quoted: true, .. })) {
            self.0.push(Piece::Text {
                text: String::new(),
                quoted: true,
            });
        }
    }

    pub(super) fn add(&mut self, piece: Piece) {
        self.0.push(piece);
    }

    pub(super) fn finish(self) -> Word {
        Word(self.0)
    }
}

/// A redirection with its target.
pub(super) fn redirection(descriptor: Descriptor, kind: RedirectionKind, target: Word) -> Redirection {
    Redirection {
        descriptor,
        kind,
        target,
    }
}

/// Whether a text can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(is_name_start)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(super) fn is_name_start(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_'
}

pub(super) fn is_special(character: char) -> bool {
    matches!(character, '?' | '#' | '@' | '*' | '$' | '!' | '-')
}

pub(super) fn unterminated(line: usize) -> SyntaxError {
    SyntaxError {
        line,
        message: "Unterminated quoted string".to_owned(),
    }
}
