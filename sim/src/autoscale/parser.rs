//! From words to statements.

use batchite_api::time::TimeSpan;

use super::error::{FormulaError, Position};
use super::functions::Function;
use super::lexer::{Token, TokenKind, tokens};
use super::methods::Method;
use super::metric::Metric;
use super::syntax::{
    BinaryOperator, Branch, DeallocationOption, Expression, Formula, Link, Member, Statement, UnaryOperator,
    Variable,
};

/// Most characters of a formula: 8 KiB.
const CHARACTERS_MAX: usize = 8192;

/// Most statements of a formula.
const STATEMENTS_MAX: usize = 100;

/// How deep brackets may nest. Bounds the stack of everything that walks through a formula.
const DEPTH_MAX: u32 = 64;

/// The constants of type timeinterval. A year has 365 days.
const INTERVALS: [(&str, TimeSpan); 10] = [
    ("TimeInterval_Zero", TimeSpan::ZERO),
    ("TimeInterval_100ns", TimeSpan::from_ticks(1)),
    ("TimeInterval_Microsecond", TimeSpan::from_ticks(10)),
    ("TimeInterval_Millisecond", TimeSpan::from_milliseconds(1)),
    ("TimeInterval_Second", TimeSpan::from_seconds(1)),
    ("TimeInterval_Minute", TimeSpan::from_minutes(1)),
    ("TimeInterval_Hour", TimeSpan::from_hours(1)),
    ("TimeInterval_Day", TimeSpan::from_days(1)),
    ("TimeInterval_Week", TimeSpan::from_days(7)),
    ("TimeInterval_Year", TimeSpan::from_days(365)),
];

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// [`FormulaError::TooLong`] beyond 8192 characters or 100 statements; [`FormulaError::Syntax`] for what is no
    /// formula: among other things an unknown function or method, an assignment to what only the service sets, brackets
    /// that nest deeper than 64, and a text without a statement.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let characters = text.chars().take(CHARACTERS_MAX + 1).count();
        if characters > CHARACTERS_MAX {
            return Err(FormulaError::TooLong(format!(
                "A formula has at most {CHARACTERS_MAX} characters."
            )));
        }
        let mut parser = Parser {
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
            metrics: Vec::new(),
        };
        let statements = parser.statements()?;
        parser.metrics.sort_unstable();
        parser.metrics.dedup();
        Ok(Self {
            statements,
            metrics: parser.metrics,
        })
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    metrics: Vec<Metric>,
}

fn syntax(position: Position, reason: impl Into<String>) -> FormulaError {
    FormulaError::Syntax {
        position,
        reason: reason.into(),
    }
}

/// A word as an error shows it.
fn shown(kind: &TokenKind) -> String {
    match kind {
        TokenKind::Number(number) => format!("the number {}", super::number::text(*number)),
        TokenKind::Text(_) => "a text".to_owned(),
        TokenKind::Name(name) => format!("{name:?}"),
        TokenKind::Symbol(symbol) => format!("{symbol:?}"),
        TokenKind::End => "the end of the formula".to_owned(),
    }
}

impl Parser {
    /// The word at hand. The end of the formula is never passed.
    fn token(&self) -> &Token {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> &Token {
        &self.tokens[(self.at + count).min(self.tokens.len() - 1)]
    }

    fn position(&self) -> Position {
        self.token().position
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.token().kind, TokenKind::Symbol(found) if found == symbol)
    }

    /// Takes a symbol if it is the next word.
    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<Position, FormulaError> {
        let position = self.position();
        if self.take_symbol(symbol) {
            return Ok(position);
        }
        let found = shown(&self.token().kind);
        Err(syntax(
            position,
            format!("{symbol:?} is expected instead of {found}"),
        ))
    }

    fn statements(&mut self) -> Result<Vec<Statement>, FormulaError> {
        let mut statements = Vec::new();
        loop {
            while self.take_symbol(";") {}
            if self.token().kind == TokenKind::End {
                break;
            }
            if statements.len() == STATEMENTS_MAX {
                return Err(FormulaError::TooLong(format!(
                    "A formula has at most {STATEMENTS_MAX} statements."
                )));
            }
            statements.push(self.statement()?);
            if self.token().kind != TokenKind::End {
                self.expect_symbol(";")?;
            }
        }
        if statements.is_empty() {
            return Err(syntax(self.position(), "a formula has at least one statement"));
        }
        Ok(statements)
    }

    fn statement(&mut self) -> Result<Statement, FormulaError> {
        let position = self.position();
        let assigned = match (&self.token().kind, &self.ahead(1).kind) {
            (TokenKind::Name(name), TokenKind::Symbol("=")) => Some(name.clone()),
            _ => None,
        };
        let target = match assigned {
            None => None,
            Some(name) => {
                self.at += 2;
                let variable = Variable::named(&name);
                if !variable.can_be_assigned() {
                    return Err(syntax(position, format!("{name} can be read but not assigned")));
                }
                if constant(&name).is_some() {
                    return Err(syntax(position, format!("{name} is a constant")));
                }
                Some((variable, position))
            }
        };
        let value = self.expression()?;
        Ok(Statement { target, value })
    }

    /// Anything, down to the ternary operator. The only way into what nests.
    fn expression(&mut self) -> Result<Expression, FormulaError> {
        if self.depth == DEPTH_MAX {
            let reason = format!("brackets nest deeper than {DEPTH_MAX}");
            return Err(syntax(self.position(), reason));
        }
        self.depth += 1;
        let mut branches = Vec::new();
        let last = loop {
            let condition = self.binary(1)?;
            if !self.is_symbol("?") {
                break condition;
            }
            let position = self.position();
            self.at += 1;
            let then = self.expression()?;
            self.expect_symbol(":")?;
            branches.push(Branch {
                condition,
                position,
                then,
            });
        };
        self.depth -= 1;
        if branches.is_empty() {
            return Ok(last);
        }
        Ok(Expression::Choice {
            branches,
            otherwise: Box::new(last),
        })
    }

    /// A row of operators of a level or a tighter one.
    fn binary(&mut self, level: u8) -> Result<Expression, FormulaError> {
        let mut left = self.unary()?;
        let mut left_level = u8::MAX;
        while let TokenKind::Symbol(symbol) = self.token().kind
            && let Some(operator) = BinaryOperator::of_symbol(symbol)
            && operator.level() >= level
        {
            let position = self.position();
            self.at += 1;
            let right = self.binary(operator.level() + 1)?;
            let link = Link {
                operator,
                position,
                right,
            };
            left = match left {
                Expression::Chain { first, mut links } if left_level == operator.level() => {
                    links.push(link);
                    Expression::Chain { first, links }
                }
                first => Expression::Chain {
                    first: Box::new(first),
                    links: vec![link],
                },
            };
            left_level = operator.level();
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, FormulaError> {
        let mut operators = Vec::new();
        loop {
            let operator = match self.token().kind {
                TokenKind::Symbol("-") => UnaryOperator::Negate,
                TokenKind::Symbol("!") => UnaryOperator::Not,
                _ => break,
            };
            operators.push((operator, self.position()));
            self.at += 1;
        }
        let operand = self.postfix()?;
        if operators.is_empty() {
            return Ok(operand);
        }
        Ok(Expression::Unary {
            operators,
            operand: Box::new(operand),
        })
    }

    /// A value and what follows its points: a method of a sampled variable, a part of a timestamp, or the one and then
    /// the other.
    fn postfix(&mut self) -> Result<Expression, FormulaError> {
        let mut value = self.primary()?;
        while self.take_symbol(".") {
            value = self.of(value)?;
            // Parts are doubles, which have none.
            if matches!(value, Expression::Member { .. }) {
                break;
            }
        }
        Ok(value)
    }

    /// What follows a point.
    fn of(&mut self, value: Expression) -> Result<Expression, FormulaError> {
        let position = self.position();
        let TokenKind::Name(name) = self.token().kind.clone() else {
            let found = shown(&self.token().kind);
            return Err(syntax(position, format!("a name is expected instead of {found}")));
        };
        self.at += 1;
        if !self.is_symbol("(") {
            let member = Member::named(&name)
                .ok_or_else(|| syntax(position, format!("a timestamp has no part {name:?}")))?;
            return Ok(Expression::Member {
                of: Box::new(value),
                member,
                position,
            });
        }
        let method = Method::named(&name)
            .ok_or_else(|| syntax(position, format!("a sampled variable has no method {name:?}")))?;
        let Expression::Variable {
            variable: Variable::Metric(metric),
            ..
        } = value
        else {
            let reason = format!("{name} can be asked only of a sampled variable, as $PendingTasks");
            return Err(syntax(position, reason));
        };
        let (arguments, position) = self.arguments()?;
        Ok(Expression::Sampled {
            metric,
            method,
            arguments,
            position,
        })
    }

    fn primary(&mut self) -> Result<Expression, FormulaError> {
        let Token { kind, position } = self.token().clone();
        match kind {
            TokenKind::Number(number) => {
                self.at += 1;
                Ok(Expression::Number(number))
            }
            TokenKind::Text(text) => {
                self.at += 1;
                Ok(Expression::Text(text))
            }
            TokenKind::Name(name) => {
                self.at += 1;
                self.name(&name, position)
            }
            TokenKind::Symbol("(") => {
                self.at += 1;
                let inside = self.expression()?;
                self.expect_symbol(")")?;
                Ok(inside)
            }
            other => {
                let found = shown(&other);
                Err(syntax(
                    position,
                    format!("a value is expected instead of {found}"),
                ))
            }
        }
    }

    fn name(&mut self, name: &str, position: Position) -> Result<Expression, FormulaError> {
        if self.is_symbol("(") {
            let function = Function::named(name)
                .ok_or_else(|| syntax(position, format!("there is no function {name:?}")))?;
            let (arguments, position) = self.arguments()?;
            return Ok(Expression::Call {
                function,
                arguments,
                position,
            });
        }
        if let Some(constant) = constant(name) {
            return Ok(constant);
        }
        let variable = Variable::named(name);
        if let Variable::Metric(metric) = variable {
            self.metrics.push(metric);
        }
        Ok(Expression::Variable { variable, position })
    }

    /// The arguments of a call, and where its bracket stands.
    fn arguments(&mut self) -> Result<(Vec<Expression>, Position), FormulaError> {
        let position = self.expect_symbol("(")?;
        let mut arguments = Vec::new();
        if self.take_symbol(")") {
            return Ok((arguments, position));
        }
        loop {
            arguments.push(self.expression()?);
            if !self.take_symbol(",") {
                break;
            }
        }
        self.expect_symbol(")")?;
        Ok((arguments, position))
    }
}

/// What a bare name stands for that is no variable.
fn constant(name: &str) -> Option<Expression> {
    let interval = INTERVALS.iter().find(|(known, _)| *known == name);
    let option = DeallocationOption::ALL
        .into_iter()
        .find(|option| option.word() == name);
    interval
        .map(|(_, span)| Expression::Interval(*span))
        .or_else(|| option.map(Expression::Option))
}
