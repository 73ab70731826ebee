//! Evaluation: statement after statement, until the end, `stop()` or an error.

use std::collections::BTreeMap;

use batchite_api::time::Timestamp;

use super::error::{EvaluationError, Position};
use super::functions::{self, Function};
use super::history::History;
use super::methods;
use super::metric::{Metric, Reading};
use super::syntax::{
    BinaryOperator, DeallocationOption, Expression, Formula, Link, Statement, TargetKind, Variable,
};
use super::value::{self, Value};
use super::{number, operators};

/// Most doubles in one list, and in all variables together: bounds time, memory and the text of results.
const VALUES_MAX: usize = 10_000;

/// What a formula is evaluated over.
pub struct Inputs<'a> {
    /// The present.
    pub now: Timestamp,
    /// The dedicated nodes the pool is to have.
    pub target_dedicated_nodes: u32,
    /// The low-priority nodes the pool is to have.
    pub target_low_priority_nodes: u32,
    /// `taskSlotsPerNode` of the pool.
    pub task_slots_per_node: u32,
    /// What a sample would say that was taken now: a sampled variable by itself stands for it.
    pub present: &'a Reading,
    /// The samples.
    pub history: &'a History,
    /// Only samples taken before this moment can be seen yet.
    pub available_until: Timestamp,
    /// Random numbers from zero to below one.
    pub random: &'a mut dyn FnMut() -> f64,
}

impl std::fmt::Debug for Inputs<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Inputs")
            .field("now", &self.now)
            .field("target_dedicated_nodes", &self.target_dedicated_nodes)
            .field("target_low_priority_nodes", &self.target_low_priority_nodes)
            .finish_non_exhaustive()
    }
}

impl Inputs<'_> {
    /// The samples of a metric that can be seen, taken from one moment on and before another.
    pub(super) fn samples(&self, metric: Metric, from: Timestamp, to: Timestamp) -> Vec<f64> {
        if !metric.is_sampled() {
            return Vec::new();
        }
        self.history.between(metric, from, to.min(self.available_until))
    }

    /// How many samples that is.
    pub(super) fn count(&self, metric: Metric, from: Timestamp, to: Timestamp) -> u64 {
        if !metric.is_sampled() {
            return 0;
        }
        self.history.count_between(from, to.min(self.available_until))
    }

    /// When the oldest of them was taken.
    pub(super) fn samples_begin(&self, metric: Metric) -> Option<Timestamp> {
        let begin = self.history.begin().filter(|_| metric.is_sampled());
        begin.filter(|begin| *begin < self.available_until)
    }
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The dedicated nodes the pool is to have; fractions are cut. As before when there is an error.
    pub target_dedicated_nodes: u32,
    /// The low-priority nodes the pool is to have; fractions are cut. As before when there is an error.
    pub target_low_priority_nodes: u32,
    /// What becomes of running tasks on nodes that are removed: a word of `nodeDeallocationOption`.
    pub node_deallocation_option: &'static str,
    /// The variables as they stood at the end: targets and option, then the user's in order of their names.
    pub results: String,
    /// Why there are no new targets.
    pub error: Option<EvaluationError>,
}

/// Why statements do not go on.
enum Halt {
    /// `stop()`.
    Stopped,
    Failed(EvaluationError),
}

impl From<EvaluationError> for Halt {
    fn from(error: EvaluationError) -> Self {
        Self::Failed(error)
    }
}

type Result<T> = std::result::Result<T, Halt>;

/// A target while a formula runs.
#[derive(Default)]
struct Target {
    before: u32,
    /// What was assigned to the full name and to the alias, and where.
    assigned: [Option<(f64, Position)>; 2],
}

impl Target {
    fn assignment(&self) -> Option<(f64, Position)> {
        self.assigned[0].or(self.assigned[1])
    }

    fn value(&self) -> f64 {
        let before = || f64::from(self.before);
        self.assignment().map_or_else(before, |(value, _)| value)
    }

    fn nodes(&self) -> std::result::Result<u32, EvaluationError> {
        let Some((value, position)) = self.assignment() else {
            return Ok(self.before);
        };
        number::to_nodes(value).ok_or_else(|| {
            let value = number::text(value);
            EvaluationError::failed(position, format!("{value} is no number of nodes"))
        })
    }

    fn text(&self) -> String {
        self.nodes()
            .map_or_else(|_| number::text(self.value()), |nodes| nodes.to_string())
    }
}

struct Run<'f, 'a, 'i> {
    inputs: &'i mut Inputs<'a>,
    dedicated: Target,
    low_priority: Target,
    option: DeallocationOption,
    /// The user's variables by their name without the dollar sign: how the name was written first, and the value.
    user: BTreeMap<&'f str, (&'f str, Value)>,
    values_held: usize,
}

impl Formula {
    /// Evaluates the formula.
    pub fn evaluate(&self, inputs: &mut Inputs<'_>) -> Evaluation {
        let before = [inputs.target_dedicated_nodes, inputs.target_low_priority_nodes];
        let target = |before| Target {
            before,
            ..Target::default()
        };
        let mut run = Run {
            dedicated: target(before[0]),
            low_priority: target(before[1]),
            option: DeallocationOption::Requeue,
            user: BTreeMap::new(),
            values_held: 0,
            inputs,
        };
        let error = match self
            .statements
            .iter()
            .try_for_each(|statement| run.statement(statement))
        {
            Ok(()) | Err(Halt::Stopped) => None,
            Err(Halt::Failed(error)) => Some(error),
        };
        let targets = [run.dedicated.nodes(), run.low_priority.nodes()];
        let results = run.results();
        let (targets, error) = match (targets, error) {
            ([Ok(dedicated), Ok(low_priority)], None) => ([dedicated, low_priority], None),
            (_, Some(error)) | ([Err(error), _] | [_, Err(error)], None) => (before, Some(error)),
        };
        Evaluation {
            target_dedicated_nodes: targets[0],
            target_low_priority_nodes: targets[1],
            node_deallocation_option: run.option.word(),
            results,
            error,
        }
    }
}

/// The name of a user's variable: the dollar sign makes no difference.
fn bare(name: &str) -> &str {
    name.strip_prefix('$').unwrap_or(name)
}

impl<'f> Run<'f, '_, '_> {
    fn results(&self) -> String {
        let mut results = format!(
            "$TargetDedicatedNodes={};$TargetLowPriorityNodes={};$NodeDeallocationOption={}",
            self.dedicated.text(),
            self.low_priority.text(),
            self.option.word()
        );
        for (name, value) in self.user.values() {
            results.push(';');
            results.push_str(name);
            results.push('=');
            results.push_str(&value.text());
        }
        results
    }

    fn statement(&mut self, statement: &'f Statement) -> Result<()> {
        let value = self.value(&statement.value)?;
        let Some((variable, position)) = &statement.target else {
            return Ok(());
        };
        let position = *position;
        match (variable, value) {
            (Variable::Target { kind, is_alias }, Value::Number(number)) => {
                let target = match kind {
                    TargetKind::Dedicated => &mut self.dedicated,
                    TargetKind::LowPriority => &mut self.low_priority,
                };
                target.assigned[usize::from(*is_alias)] = Some((number, position));
                Ok(())
            }
            (Variable::NodeDeallocationOption, Value::Option(option)) => {
                self.option = option;
                Ok(())
            }
            (Variable::User(name), value) => {
                self.values_held += value.length();
                let before = self.user.get(bare(name)).map(|(_, value)| value.length());
                self.values_held -= before.unwrap_or(0);
                bounded(self.values_held, position)?;
                self.user
                    .entry(bare(name))
                    .or_insert((name, Value::Number(0.0)))
                    .1 = value;
                Ok(())
            }
            (variable, value) => {
                let wanted = match variable {
                    Variable::Target { .. } => "a double",
                    _ => "requeue, terminate, taskcompletion or retaineddata",
                };
                let reason = format!("{wanted} has to be assigned, not a {}", value.kind());
                Err(EvaluationError::failed(position, reason).into())
            }
        }
    }

    fn value(&mut self, expression: &'f Expression) -> Result<Value> {
        match expression {
            Expression::Number(number) => Ok(Value::Number(*number)),
            Expression::Text(text) => Ok(Value::Text(text.clone())),
            Expression::Interval(span) => Ok(Value::Interval(*span)),
            Expression::Option(option) => Ok(Value::Option(*option)),
            Expression::Variable { variable, position } => self.variable(variable, *position),
            Expression::Chain { first, links } => self.chain(first, links),
            Expression::Unary { operators, operand } => {
                let mut value = self.value(operand)?;
                for (operator, position) in operators.iter().rev() {
                    value = operators::unary(*operator, &value, *position)?;
                }
                Ok(value)
            }
            Expression::Choice { branches, otherwise } => {
                for branch in branches {
                    let condition = self.value(&branch.condition)?;
                    if truth(&condition, "?", branch.position)? {
                        return self.value(&branch.then);
                    }
                }
                self.value(otherwise)
            }
            Expression::Call {
                function,
                arguments,
                position,
            } => self.call(*function, arguments, *position),
            Expression::Sampled {
                metric,
                method,
                arguments,
                position,
            } => {
                let arguments = self.values(arguments)?;
                Ok(methods::call(
                    self.inputs,
                    *metric,
                    *method,
                    &arguments,
                    *position,
                )?)
            }
            Expression::Member { of, member, position } => match self.value(of)? {
                Value::Moment(moment) => Ok(Value::Number(value::member(moment, *member))),
                other => {
                    let reason = format!("a {} has no parts, as a timestamp has", other.kind());
                    Err(EvaluationError::failed(*position, reason).into())
                }
            },
        }
    }

    fn values(&mut self, expressions: &'f [Expression]) -> Result<Vec<Value>> {
        expressions
            .iter()
            .map(|expression| self.value(expression))
            .collect()
    }

    fn variable(&self, variable: &Variable, position: Position) -> Result<Value> {
        Ok(match variable {
            Variable::Target { kind, .. } => Value::Number(match kind {
                TargetKind::Dedicated => self.dedicated.value(),
                TargetKind::LowPriority => self.low_priority.value(),
            }),
            Variable::NodeDeallocationOption => Value::Option(self.option),
            Variable::TaskSlotsPerNode => Value::Number(f64::from(self.inputs.task_slots_per_node)),
            Variable::Metric(metric) if !metric.is_sampled() => {
                return Err(methods::insufficient(*metric, 100.0, 0.0, position).into());
            }
            Variable::Metric(metric) => Value::Number(self.inputs.present.of(*metric)),
            Variable::User(name) => {
                let found = self.user.get(bare(name)).map(|(_, value)| value.clone());
                let reason = || format!("the variable {name} has no value");
                found.ok_or_else(|| EvaluationError::failed(position, reason()))?
            }
        })
    }

    fn chain(&mut self, first: &'f Expression, links: &'f [Link]) -> Result<Value> {
        let mut left = self.value(first)?;
        for link in links {
            let (operator, position) = (link.operator, link.position);
            left = match operator {
                BinaryOperator::And | BinaryOperator::Or => {
                    let known = truth(&left, operator.symbol(), position)?;
                    // What the left side decides, the right side is not asked.
                    let decided = known == (operator == BinaryOperator::Or);
                    let holds = if decided {
                        known
                    } else {
                        let right = self.value(&link.right)?;
                        truth(&right, operator.symbol(), position)?
                    };
                    Value::truth(holds)
                }
                _ => {
                    let right = self.value(&link.right)?;
                    operators::binary(operator, &left, &right, position)?
                }
            };
        }
        Ok(left)
    }

    fn call(&mut self, function: Function, arguments: &'f [Expression], position: Position) -> Result<Value> {
        let wrong = |wanted: &str| {
            let (name, given) = (function.name(), arguments.len());
            let reason = format!("{name} takes {wanted}; {given} arguments are given");
            Halt::from(EvaluationError::failed(position, reason))
        };
        match (function, arguments) {
            (Function::Stop, []) => Err(Halt::Stopped),
            (Function::Rand, []) => Ok(Value::Number((self.inputs.random)())),
            (Function::Stop | Function::Rand, _) => Err(wrong("no argument")),
            (Function::Time, []) => Ok(Value::Moment(self.inputs.now)),
            (Function::Time, [text]) => match self.value(text)? {
                Value::Text(text) if text.is_empty() => Ok(Value::Moment(self.inputs.now)),
                Value::Text(text) => value::moment(&text).map(Value::Moment).ok_or_else(|| {
                    let reason =
                        "time reads moments as 2016-10-13T19:18:47Z or Thu, 13 Oct 2016 19:18:47 GMT";
                    EvaluationError::failed(position, reason).into()
                }),
                _ => Err(wrong("nothing or a string")),
            },
            (Function::Time, _) => Err(wrong("nothing or a string")),
            (Function::Percentile | Function::Val, [vector, at]) => {
                let (vector, at) = (
                    self.list(std::slice::from_ref(vector), position)?.0,
                    self.value(at)?,
                );
                match (function, at) {
                    (Function::Val, Value::Number(at)) => Ok(functions::val(&vector, at, position)?),
                    (_, Value::Number(percent)) => Ok(functions::percentile(vector, percent, position)?),
                    _ => Err(wrong("a doubleVec and a double")),
                }
            }
            (Function::Percentile | Function::Val, _) => Err(wrong("a doubleVec and a double")),
            _ => {
                let (values, is_single) = self.list(arguments, position)?;
                Ok(functions::of_list(function, values, is_single, position)?)
            }
        }
    }

    /// Makes one list of doubles and vectors; a sampled variable by itself stands for its samples. Whether the list was
    /// one double.
    fn list(&mut self, expressions: &'f [Expression], position: Position) -> Result<(Vec<f64>, bool)> {
        let mut values = Vec::new();
        let mut is_single = expressions.len() == 1;
        for expression in expressions {
            match expression {
                Expression::Variable {
                    variable: Variable::Metric(metric),
                    ..
                } => {
                    is_single = false;
                    let start = Timestamp::from_ticks(0);
                    values.extend(self.inputs.samples(*metric, start, Timestamp::MAX));
                }
                other => match self.value(other)? {
                    Value::Number(number) => values.push(number),
                    Value::Vector(vector) => {
                        is_single = false;
                        values.extend(vector);
                    }
                    other => {
                        let reason = format!("a double or a doubleVec is needed, not a {}", other.kind());
                        return Err(EvaluationError::failed(position, reason).into());
                    }
                },
            }
            bounded(values.len(), position)?;
        }
        Ok((values, is_single))
    }
}

/// Whether a double is other than zero.
fn truth(value: &Value, symbol: &str, position: Position) -> std::result::Result<bool, EvaluationError> {
    match value {
        Value::Number(number) => Ok(*number != 0.0),
        other => {
            let reason = format!("a condition of {symbol} is a double, not a {}", other.kind());
            Err(EvaluationError::failed(position, reason))
        }
    }
}

fn bounded(count: usize, position: Position) -> std::result::Result<(), EvaluationError> {
    if count <= VALUES_MAX {
        return Ok(());
    }
    let reason = format!("more than {VALUES_MAX} values at once");
    Err(EvaluationError::failed(position, reason))
}
