//! What a formula is made of. Long rows of operators lie flat, so that nothing nests deeper than brackets do.

use batchite_api::time::TimeSpan;

use super::error::Position;
use super::functions::Function;
use super::methods::Method;
use super::metric::Metric;

/// What becomes of running tasks on nodes that are removed: the words `$NodeDeallocationOption` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeallocationOption {
    /// `requeue`, the default.
    Requeue,
    /// `terminate`.
    Terminate,
    /// `taskcompletion`.
    TaskCompletion,
    /// `retaineddata`.
    RetainedData,
}

impl DeallocationOption {
    pub(super) const ALL: [Self; 4] = [
        Self::Requeue,
        Self::Terminate,
        Self::TaskCompletion,
        Self::RetainedData,
    ];

    /// The service's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Requeue => "requeue",
            Self::Terminate => "terminate",
            Self::TaskCompletion => "taskcompletion",
            Self::RetainedData => "retaineddata",
        }
    }
}

/// Which target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TargetKind {
    Dedicated,
    LowPriority,
}

/// A variable by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    /// `$TargetDedicatedNodes` and the like; `is_alias` for the short names, which give way to the full ones.
    Target { kind: TargetKind, is_alias: bool },
    /// `$NodeDeallocationOption`.
    NodeDeallocationOption,
    /// `$TaskSlotsPerNode`.
    TaskSlotsPerNode,
    /// A sampled one.
    Metric(Metric),
    /// One of the user's, as it is written.
    User(String),
}

impl Variable {
    pub(super) fn named(name: &str) -> Self {
        let target = |kind, is_alias| Self::Target { kind, is_alias };
        match name {
            "$TargetDedicatedNodes" => target(TargetKind::Dedicated, false),
            "$TargetDedicated" => target(TargetKind::Dedicated, true),
            "$TargetLowPriorityNodes" => target(TargetKind::LowPriority, false),
            "$TargetLowPriority" => target(TargetKind::LowPriority, true),
            "$NodeDeallocationOption" => Self::NodeDeallocationOption,
            "$TaskSlotsPerNode" => Self::TaskSlotsPerNode,
            _ => Metric::named(name).map_or_else(|| Self::User(name.to_owned()), Self::Metric),
        }
    }

    pub(super) fn can_be_assigned(&self) -> bool {
        !matches!(self, Self::Metric(_) | Self::TaskSlotsPerNode)
    }
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BinaryOperator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl BinaryOperator {
    /// How tightly it binds; operators of one level go from left to right.
    pub(super) const fn level(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual => 3,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide => 6,
        }
    }

    pub(super) fn of_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "||" => Self::Or,
            "&&" => Self::And,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            _ => return None,
        })
    }

    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

/// An operator before a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnaryOperator {
    Negate,
    Not,
}

/// A part of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Year,
    Month,
    Day,
    Weekday,
    Hour,
    Minute,
    Second,
}

impl Member {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            "weekday" => Self::Weekday,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "second" => Self::Second,
            _ => return None,
        })
    }
}

/// An operator and what stands on its right.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) operator: BinaryOperator,
    pub(super) position: Position,
    pub(super) right: Expression,
}

/// A condition and what is taken when it holds.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) condition: Expression,
    /// Of the question mark.
    pub(super) position: Position,
    pub(super) then: Expression,
}

/// Anything that has a value.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Number(f64),
    Text(String),
    Interval(TimeSpan),
    Option(DeallocationOption),
    Variable {
        variable: Variable,
        position: Position,
    },
    /// Operators of one level, from left to right.
    Chain {
        first: Box<Self>,
        links: Vec<Link>,
    },
    /// Operators before a value, the outermost first.
    Unary {
        operators: Vec<(UnaryOperator, Position)>,
        operand: Box<Self>,
    },
    /// `a ? b : c ? d : e`: the first condition that holds decides.
    Choice {
        branches: Vec<Branch>,
        otherwise: Box<Self>,
    },
    Call {
        function: Function,
        arguments: Vec<Self>,
        position: Position,
    },
    Sampled {
        metric: Metric,
        method: Method,
        arguments: Vec<Self>,
        position: Position,
    },
    Member {
        of: Box<Self>,
        member: Member,
        position: Position,
    },
}

/// One statement.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// What is assigned, and where its name stands; a statement may also be a bare expression, as `stop()` is.
    pub(super) target: Option<(Variable, Position)>,
    pub(super) value: Expression,
}

/// A formula that has been read and can be evaluated any number of times.
#[derive(Debug, Clone)]
pub struct Formula {
    pub(super) statements: Vec<Statement>,
    /// The sampled variables it names, each once, in their order.
    pub(super) metrics: Vec<Metric>,
}

impl Formula {
    /// The sampled variables the formula names.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }
}
