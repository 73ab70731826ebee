//! From a line to commands. Variables have been expanded before.

use super::super::lexer::NESTING_MAX;

/// Commands and how they hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A command as written, without carets and redirections.
    Simple(String, Vec<Redirection>),
    /// `( )`
    Group(Box<Self>, Vec<Redirection>),
    /// `&`
    Sequence(Vec<Self>),
    /// `||`
    Either(Vec<Self>),
    /// `&&`
    Both(Vec<Self>),
    /// `|`
    Pipeline(Vec<Self>),
    /// `if`
    If {
        negated: bool,
        condition: Condition,
        then: Box<Self>,
        otherwise: Option<Box<Self>>,
    },
}

/// What `if` asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Exists(String),
    Defined(String),
    ErrorLevel(i32),
    Equal {
        left: String,
        right: String,
        ignore_case: bool,
    },
}

/// Where a stream leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirection {
    pub(super) descriptor: u8,
    pub(super) target: Target,
}

/// What a redirection leads to or from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Read(String),
    Write(String),
    Append(String),
    Duplicate(u8),
}

/// Why a line is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ParseError {
    /// A parenthesis is still open: a batch file may close it on a later line.
    Open,
    /// The rest makes no sense.
    Unexpected(String),
}

/// Reads a line, or several that belong together.
pub(super) fn parse(line: &str) -> Result<Node, ParseError> {
    let mut reader = Reader {
        rest: line,
        depth: 0,
        open: 0,
    };
    let node = reader.sequence()?;
    reader.skip_blank();
    match reader.rest.chars().next() {
        None => Ok(node),
        Some(character) => Err(unexpected(character)),
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: u32,
    /// Parentheses that are open here.
    open: u32,
}

impl Reader<'_> {
    fn sequence(&mut self) -> Result<Node, ParseError> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(ParseError::Unexpected(format!(
                "nested more than {NESTING_MAX} deep"
            )));
        }
        let mut nodes = Vec::new();
        loop {
            self.skip_lines();
            if self.rest.is_empty() || (self.open > 0 && self.rest.starts_with(')')) {
                break;
            }
            nodes.push(self.joined(&["||", "&&", "|"])?);
            self.skip_blank();
            let single = self.rest.starts_with('&') && !self.rest.starts_with("&&");
            if single || self.rest.starts_with('\n') {
                self.rest = &self.rest[1..];
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(single(nodes, Node::Sequence))
    }

    /// Commands joined by the first of the operators, each joined by the others.
    fn joined(&mut self, operators: &[&str]) -> Result<Node, ParseError> {
        let Some((operator, tighter)) = operators.split_first() else {
            return self.unit();
        };
        let mut nodes = vec![self.joined(tighter)?];
        loop {
            self.skip_blank();
            let found = self.rest.strip_prefix(operator);
            let Some(rest) = found.filter(|rest| *operator != "|" || !rest.starts_with('|')) else {
                break;
            };
            self.rest = rest;
            self.skip_lines();
            nodes.push(self.joined(tighter)?);
        }
        Ok(match *operator {
            "||" => single(nodes, Node::Either),
            "&&" => single(nodes, Node::Both),
            _ => single(nodes, Node::Pipeline),
        })
    }

    fn unit(&mut self) -> Result<Node, ParseError> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '@', ',', ';', '=']);
        if let Some(rest) = self.rest.strip_prefix('(') {
            self.rest = rest;
            return self.group();
        }
        if self.take_word("if") {
            return self.conditional();
        }
        let (text, redirections) = self.command()?;
        if text.trim().is_empty() && redirections.is_empty() {
            return match self.rest.chars().next() {
                Some(character) => Err(unexpected(character)),
                None => Err(ParseError::Unexpected(
                    "The syntax of the command is incorrect.".to_owned(),
                )),
            };
        }
        Ok(Node::Simple(text, redirections))
    }

    /// What follows an opening parenthesis, with the redirections behind the closing one.
    fn group(&mut self) -> Result<Node, ParseError> {
        self.open += 1;
        let node = self.sequence()?;
        self.skip_blank();
        let Some(rest) = self.rest.strip_prefix(')') else {
            return Err(match self.rest.chars().next() {
                None => ParseError::Open,
                Some(character) => unexpected(character),
            });
        };
        self.open -= 1;
        self.rest = rest;
        self.skip_blank();
        let mut redirections = Vec::new();
        while let Some(redirection) = self.redirection(true)? {
            redirections.push(redirection);
            self.skip_blank();
        }
        Ok(Node::Group(Box::new(node), redirections))
    }

    fn conditional(&mut self) -> Result<Node, ParseError> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(ParseError::Unexpected(format!(
                "nested more than {NESTING_MAX} deep"
            )));
        }
        let mut ignore_case = self.take_word("/i");
        let negated = self.take_word("not");
        ignore_case |= self.take_word("/i");
        let condition = if self.take_word("exist") {
            Condition::Exists(self.word())
        } else if self.take_word("defined") {
            Condition::Defined(self.word())
        } else if self.take_word("errorlevel") {
            let number = self.word();
            let parsed = number.parse();
            Condition::ErrorLevel(parsed.map_err(|_| unexpected_text(&number))?)
        } else {
            let left = self.word();
            self.skip_blank();
            let Some(rest) = self.rest.strip_prefix("==") else {
                return Err(unexpected_text(&left));
            };
            self.rest = rest;
            Condition::Equal {
                left,
                right: self.word(),
                ignore_case,
            }
        };
        self.skip_blank();
        // Everything up to the end of the line belongs to the condition, unless parentheses say otherwise.
        let then = if let Some(rest) = self.rest.strip_prefix('(') {
            self.rest = rest;
            self.group()?
        } else {
            self.sequence_of_line()?
        };
        self.skip_blank();
        let otherwise = if self.take_word("else") {
            self.skip_blank();
            Some(Box::new(self.unit()?))
        } else {
            None
        };
        self.depth -= 1;
        Ok(Node::If {
            negated,
            condition,
            then: Box::new(then),
            otherwise,
        })
    }

    fn sequence_of_line(&mut self) -> Result<Node, ParseError> {
        let mut nodes = Vec::new();
        loop {
            nodes.push(self.joined(&["||", "&&", "|"])?);
            self.skip_blank();
            if !self.rest.starts_with('&') {
                return Ok(single(nodes, Node::Sequence));
            }
            self.rest = self.rest[1..].trim_start_matches([' ', '\t']);
            if self.rest.is_empty() {
                return Ok(single(nodes, Node::Sequence));
            }
        }
    }

    /// The text of a command up to an operator, with its redirections taken out.
    fn command(&mut self) -> Result<(String, Vec<Redirection>), ParseError> {
        let mut text = String::new();
        let mut redirections = Vec::new();
        let mut quoted = false;
        while let Some(character) = self.rest.chars().next() {
            let fresh = text.is_empty() || text.ends_with([' ', '\t']);
            if !quoted {
                if let Some(redirection) = self.redirection(fresh)? {
                    redirections.push(redirection);
                    // What stands between the target and the end of the command is not part of its text.
                    let after = self.rest.trim_start_matches([' ', '\t']);
                    if after.is_empty() || after.starts_with(['&', '|', '\n', '>', '<']) {
                        self.rest = after;
                    }
                    continue;
                }
                match character {
                    '&' | '|' | '\n' => break,
                    ')' if self.open > 0 => break,
                    '^' => {
                        self.rest = &self.rest[1..];
                        if let Some(escaped) = self.rest.chars().next() {
                            self.rest = &self.rest[escaped.len_utf8()..];
                            text.push(escaped);
                        }
                        continue;
                    }
                    _ => {}
                }
            }
            if character == '\n' {
                break;
            }
            quoted ^= character == '"';
            text.push(character);
            self.rest = &self.rest[character.len_utf8()..];
        }
        Ok((text, redirections))
    }

    /// A redirection that begins here; one with a number only where a word may begin.
    fn redirection(&mut self, fresh: bool) -> Result<Option<Redirection>, ParseError> {
        let digit = self
            .rest
            .bytes()
            .next()
            .filter(u8::is_ascii_digit)
            .filter(|_| fresh);
        let after = &self.rest[usize::from(digit.is_some())..];
        let (rest, operator) = if let Some(rest) = after.strip_prefix(">>") {
            (rest, ">>")
        } else if let Some(rest) = after.strip_prefix('>') {
            (rest, ">")
        } else if let Some(rest) = after.strip_prefix('<') {
            (rest, "<")
        } else {
            return Ok(None);
        };
        let descriptor = digit.map_or_else(|| u8::from(operator != "<"), |digit| digit - b'0');
        if descriptor > 2 {
            return Err(ParseError::Unexpected(
                "streams above 2 are not simulated".to_owned(),
            ));
        }
        self.rest = rest;
        let target = if let Some(rest) = rest.strip_prefix('&').filter(|_| operator != "<") {
            let number = rest.bytes().next().filter(|byte| matches!(byte, b'1' | b'2'));
            let number = number.ok_or_else(|| unexpected('&'))?;
            self.rest = &rest[1..];
            Target::Duplicate(number - b'0')
        } else {
            let word = self.word();
            if word.is_empty() {
                return Err(ParseError::Unexpected(
                    "The syntax of the command is incorrect.".to_owned(),
                ));
            }
            match operator {
                ">>" => Target::Append(word),
                ">" => Target::Write(word),
                _ => Target::Read(word),
            }
        };
        Ok(Some(Redirection { descriptor, target }))
    }

    /// The next word with its quotes; it ends at white space, an operator or `==`.
    fn word(&mut self) -> String {
        self.skip_blank();
        let mut quoted = false;
        let mut end = self.rest.len();
        for (at, character) in self.rest.char_indices() {
            quoted ^= character == '"';
            let ends = matches!(character, ' ' | '\t' | '&' | '|' | '<' | '>' | '\n')
                || (character == ')' && self.open > 0)
                || self.rest[at..].starts_with("==");
            if ends && !quoted {
                end = at;
                break;
            }
        }
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    /// Takes a word of the grammar, in any case, when it stands here by itself.
    fn take_word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start_matches([' ', '\t']);
        let found = rest
            .split_at_checked(word.len())
            .filter(|(start, after)| start.eq_ignore_ascii_case(word) && after.starts_with([' ', '\t', '(']));
        if let Some((_, after)) = found {
            self.rest = after;
        }
        found.is_some()
    }

    fn skip_blank(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
    }

    fn skip_lines(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }
}

/// One command stands for itself.
fn single(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => many(nodes),
    }
}

fn unexpected(character: char) -> ParseError {
    unexpected_text(&character.to_string())
}

fn unexpected_text(text: &str) -> ParseError {
    let shown: String = text.chars().take(60).collect();
    ParseError::Unexpected(format!("{shown} was unexpected at this time."))
}
