//! From words and operators to commands.

use super::lexer::{Lexer, Token, is_name, redirection};
use super::syntax::{Command, Compound, Connective, Item, List, Piece, Pipeline, Simple, SyntaxError, Word};

/// Words that are not commands where a command may begin, unless quoted.
const RESERVED: [&str; 13] = [
    "if", "then", "elif", "else", "fi", "for", "do", "done", "while", "until", "case", "esac", "}",
];

/// The program a text is.
pub(crate) fn parse(text: &str) -> Result<List, SyntaxError> {
    Parser::new(Lexer::new(text, 0)).whole()
}

/// A parser that looks one token ahead.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    ahead: Option<Token>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(lexer: Lexer<'a>) -> Self {
        Self { lexer, ahead: None }
    }

    pub(super) fn into_lexer(self) -> Lexer<'a> {
        self.lexer
    }

    /// Everything up to the end of the text.
    pub(super) fn whole(mut self) -> Result<List, SyntaxError> {
        let list = self.list()?;
        match self.peek()? {
            Token::End => Ok(list),
            _ => self.unexpected(),
        }
    }

    /// Everything up to a closing parenthesis, which is taken too.
    pub(super) fn until_parenthesis(&mut self) -> Result<List, SyntaxError> {
        let list = self.list()?;
        self.expect_operator(")")?;
        Ok(list)
    }

    fn list(&mut self) -> Result<List, SyntaxError> {
        let mut items = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.at_end_of_list()? {
                return Ok(List(items));
            }
            let mut item = self.item()?;
            match self.peek()? {
                Token::Operator("&") => {
                    self.take()?;
                    item.background = true;
                }
                Token::Operator(";") => {
                    self.take()?;
                }
                Token::Newline => {}
                _ => {
                    items.push(item);
                    return Ok(List(items));
                }
            }
            items.push(item);
        }
    }

    /// A list that must hold something.
    fn body(&mut self) -> Result<List, SyntaxError> {
        let list = self.list()?;
        if list.0.is_empty() {
            return self.unexpected();
        }
        Ok(list)
    }

    fn at_end_of_list(&mut self) -> Result<bool, SyntaxError> {
        Ok(match self.peek()? {
            Token::End | Token::Operator(")" | ";;") => true,
            Token::Word(word) => word.plain().is_some_and(|word| {
                matches!(
                    word,
                    "then" | "elif" | "else" | "fi" | "do" | "done" | "esac" | "}"
                )
            }),
            _ => false,
        })
    }

    fn item(&mut self) -> Result<Item, SyntaxError> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let connective = match self.peek()? {
                Token::Operator("&&") => Connective::And,
                Token::Operator("||") => Connective::Or,
                _ => break,
            };
            self.take()?;
            self.skip_newlines()?;
            rest.push((connective, self.pipeline()?));
        }
        Ok(Item {
            first,
            rest,
            background: false,
        })
    }

    fn pipeline(&mut self) -> Result<Pipeline, SyntaxError> {
        let mut negated = false;
        while self.take_word("!")? {
            negated = !negated;
        }
        let mut commands = vec![self.command()?];
        while *self.peek()? == Token::Operator("|") {
            self.take()?;
            self.skip_newlines()?;
            commands.push(self.command()?);
        }
        Ok(Pipeline { negated, commands })
    }

    fn command(&mut self) -> Result<Command, SyntaxError> {
        let word = match self.peek()? {
            Token::Operator("(") => "(".to_owned(),
            Token::Word(word) => word.plain().unwrap_or_default().to_owned(),
            Token::Redirection(..) => String::new(),
            _ => return self.unexpected(),
        };
        if !matches!(word.as_str(), "(" | "{" | "[[" | "function" | "select")
            && !RESERVED.contains(&word.as_str())
        {
            return self.simple().map(Command::Simple);
        }
        self.lexer.enter()?;
        let compound = self.compound(&word)?;
        self.lexer.leave();
        let mut redirections = Vec::new();
        while let Token::Redirection(descriptor, kind) = *self.peek()? {
            self.take()?;
            redirections.push(redirection(descriptor, kind, self.word()?));
        }
        if matches!(self.peek()?, Token::Word(_) | Token::Operator("(")) && !self.at_end_of_list()? {
            return self.unexpected();
        }
        Ok(Command::Compound(compound, redirections))
    }

    fn compound(&mut self, word: &str) -> Result<Compound, SyntaxError> {
        self.take()?;
        match word {
            "(" => {
                let list = self.body()?;
                self.expect_operator(")")?;
                Ok(Compound::Subshell(list))
            }
            "{" => {
                let list = self.body()?;
                self.expect_word("}")?;
                Ok(Compound::Group(list))
            }
            "if" => self.conditional(),
            "while" | "until" => {
                let condition = self.body()?;
                Ok(Compound::While {
                    until: word == "until",
                    condition,
                    body: self.do_group()?,
                })
            }
            "for" => self.for_loop(),
            "case" => self.case(),
            "[[" => Err(self.lexer.error("[[ is not simulated: use [ or test")),
            "function" => Err(self.lexer.error(FUNCTIONS)),
            _ => Err(self.lexer.error(format!("\"{word}\" unexpected"))),
        }
    }

    fn conditional(&mut self) -> Result<Compound, SyntaxError> {
        let mut branches = Vec::new();
        loop {
            let condition = self.body()?;
            self.expect_word("then")?;
            branches.push((condition, self.body()?));
            if self.take_word("elif")? {
                continue;
            }
            let otherwise = if self.take_word("else")? {
                self.body()?
            } else {
                List::default()
            };
            self.expect_word("fi")?;
            return Ok(Compound::If { branches, otherwise });
        }
    }

    fn for_loop(&mut self) -> Result<Compound, SyntaxError> {
        let name = self.word()?;
        let Some(variable) = name.plain().filter(|name| is_name(name)).map(str::to_owned) else {
            return Err(self.lexer.error("Bad for loop variable"));
        };
        self.skip_newlines()?;
        let mut words = None;
        if self.take_word("in")? {
            let mut list = Vec::new();
            while matches!(self.peek()?, Token::Word(_)) {
                list.push(self.word()?);
            }
            words = Some(list);
        }
        if *self.peek()? == Token::Operator(";") {
            self.take()?;
        }
        Ok(Compound::For {
            variable,
            words,
            body: self.do_group()?,
        })
    }

    fn case(&mut self) -> Result<Compound, SyntaxError> {
        let word = self.word()?;
        self.skip_newlines()?;
        self.expect_word("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.take_word("esac")? {
                return Ok(Compound::Case { word, arms });
            }
            if *self.peek()? == Token::Operator("(") {
                self.take()?;
            }
            let mut patterns = vec![self.word()?];
            while *self.peek()? == Token::Operator("|") {
                self.take()?;
                patterns.push(self.word()?);
            }
            self.expect_operator(")")?;
            arms.push((patterns, self.list()?));
            if *self.peek()? == Token::Operator(";;") {
                self.take()?;
            } else {
                self.skip_newlines()?;
                self.expect_word("esac")?;
                return Ok(Compound::Case { word, arms });
            }
        }
    }

    fn do_group(&mut self) -> Result<List, SyntaxError> {
        self.skip_newlines()?;
        self.expect_word("do")?;
        let body = self.body()?;
        self.expect_word("done")?;
        Ok(body)
    }

    fn simple(&mut self) -> Result<Simple, SyntaxError> {
        let mut simple = Simple {
            line: self.lexer.line(),
            ..Simple::default()
        };
        loop {
            match *self.peek()? {
                Token::Word(_) => {
                    let word = self.word()?;
                    match assignment(&word).filter(|_| simple.words.is_empty()) {
                        Some(assignment) => simple.assignments.push(assignment),
                        None => simple.words.push(word),
                    }
                }
                Token::Redirection(descriptor, kind) => {
                    self.take()?;
                    simple
                        .redirections
                        .push(redirection(descriptor, kind, self.word()?));
                }
                Token::Operator("(") if simple.words.len() == 1 => return Err(self.lexer.error(FUNCTIONS)),
                Token::Operator(operator @ ("(" | "|&")) => {
                    return Err(self.lexer.error(format!("\"{operator}\" unexpected")));
                }
                _ => return Ok(simple),
            }
        }
    }

    fn word(&mut self) -> Result<Word, SyntaxError> {
        match self.take()? {
            Token::Word(word) => Ok(word),
            other => Err(self.lexer.error(other.shown())),
        }
    }

    fn take_word(&mut self, expected: &str) -> Result<bool, SyntaxError> {
        let found = matches!(self.peek()?, Token::Word(word) if word.plain() == Some(expected));
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn expect_word(&mut self, expected: &str) -> Result<(), SyntaxError> {
        if self.take_word(expected)? {
            return Ok(());
        }
        let found = self.peek()?.shown();
        Err(self.lexer.error(format!("{found} (expecting \"{expected}\")")))
    }

    fn expect_operator(&mut self, expected: &'static str) -> Result<(), SyntaxError> {
        let found = self.take()?;
        if found == Token::Operator(expected) {
            return Ok(());
        }
        Err(self
            .lexer
            .error(format!("{} (expecting \"{expected}\")", found.shown())))
    }

    fn skip_newlines(&mut self) -> Result<(), SyntaxError> {
        while *self.peek()? == Token::Newline {
            self.take()?;
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<&Token, SyntaxError> {
        let token = self.take()?;
        Ok(self.ahead.insert(token))
    }

    /// The error that the next token does not belong here.
    fn unexpected<T>(&mut self) -> Result<T, SyntaxError> {
        let found = self.peek()?.shown();
        Err(self.lexer.error(found))
    }

    fn take(&mut self) -> Result<Token, SyntaxError> {
        match self.ahead.take() {
            Some(token) => Ok(token),
            None => self.lexer.next(),
        }
    }
}

const FUNCTIONS: &str = "functions are not simulated: put the commands into a script file";

/// `name=word`, when the word is one.
pub(super) fn assignment(word: &Word) -> Option<(String, Word)> {
    let Piece::Text { text, quoted: false } = word.0.first()? else {
        return None;
    };
    let (name, value) = text.split_once('=')?;
    if !is_name(name) {
        return None;
    }
    let mut pieces = word.0.clone();
    pieces[0] = Piece::Text {
        text: value.to_owned(),
        quoted: false,
    };
    Some((name.to_owned(), Word(pieces)))
}
