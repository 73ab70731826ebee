//! Whole formulas: statements that assign, and what they leave behind.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::drawn::{Known, Tape, Wrong};
use super::numbers::{Scope, TARGETS};

/// The targets of the pool before the formula is evaluated.
pub(super) const BEFORE: [u32; 2] = [5, 2];

/// A formula, and what it has to leave behind.
pub(super) struct Expected {
    pub(super) text: String,
    pub(super) outcome: Known<Outcome>,
}

/// The targets, the option, and the user's variables as results show them.
pub(super) struct Outcome {
    pub(super) targets: [u32; 2],
    pub(super) option: &'static str,
    pub(super) variables: BTreeMap<String, String>,
}

/// Numbers are compared as numbers: how very large ones are written is another test's matter.
fn shown(number: f64) -> String {
    (number + 0.0).to_string()
}

struct Statements {
    scope: Scope,
    text: String,
    variables: BTreeMap<String, String>,
    /// What was assigned to the full name of a target and to the older one.
    assigned: [[Option<f64>; 2]; 2],
    option: &'static str,
}

impl Statements {
    /// Draws one; whether there may be more, or the error it ends in.
    fn draw(&mut self, tape: &mut Tape<'_>) -> Known<bool> {
        match tape.below(12) {
            0..=2 => self.vector(tape)?,
            3 | 4 => self.target(tape)?,
            5 => {
                self.option = tape.of(&["requeue", "terminate", "taskcompletion", "retaineddata"]);
                self.write(&format!("$NodeDeallocationOption = {}", self.option));
            }
            6 if tape.below(4) == 0 => {
                self.write("stop()");
                return Ok(false);
            }
            _ => self.number(tape)?,
        }
        Ok(true)
    }

    fn write(&mut self, statement: &str) {
        writeln!(self.text, "{statement}; // {}", self.text.len()).expect("a string takes everything");
    }

    /// The place of a variable: of a new one, or of one that is there and gets another value.
    fn place(tape: &mut Tape<'_>, count: usize) -> usize {
        if count > 0 && tape.below(3) == 0 {
            usize::from(tape.below(200)) % count
        } else {
            count
        }
    }

    fn vector(&mut self, tape: &mut Tape<'_>) -> Known<()> {
        let vector = self.scope.vector(tape, 3);
        let at = Self::place(tape, self.scope.vectors.len());
        self.write(&format!("v{at} = {}", vector.text));
        let vector = vector.value?;
        let values: Vec<_> = vector.iter().map(|value| shown(*value)).collect();
        self.variables
            .insert(format!("v{at}"), format!("[{}]", values.join(",")));
        match self.scope.vectors.get_mut(at) {
            Some(place) => *place = vector,
            None => self.scope.vectors.push(vector),
        }
        Ok(())
    }

    fn number(&mut self, tape: &mut Tape<'_>) -> Known<()> {
        let number = self.scope.number(tape, 4);
        let at = Self::place(tape, self.scope.numbers.len());
        self.write(&format!("n{at} = {}", number.text));
        let number = number.value?;
        self.variables.insert(format!("n{at}"), shown(number));
        match self.scope.numbers.get_mut(at) {
            Some(place) => *place = number,
            None => self.scope.numbers.push(number),
        }
        Ok(())
    }

    fn target(&mut self, tape: &mut Tape<'_>) -> Known<()> {
        let (kind, name) = (usize::from(tape.below(2)), usize::from(tape.below(2)));
        let number = self.scope.number(tape, 3);
        self.write(&format!("{} = {}", TARGETS[kind][name], number.text));
        self.assigned[kind][name] = Some(number.value?);
        if let Some(value) = self.target_of(kind) {
            self.scope.targets[kind] = value;
        }
        Ok(())
    }

    /// The full name wins.
    fn target_of(&self, kind: usize) -> Option<f64> {
        let [full, older] = self.assigned[kind];
        full.or(older)
    }

    /// Fractions are cut; what is less than nothing then, or more than there can be, is an error.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    fn nodes(&self, kind: usize) -> Known<u32> {
        match self.target_of(kind) {
            None => Ok(BEFORE[kind]),
            Some(value) if value > -1.0 && value < 2_147_483_648.0 => Ok(value as u32),
            Some(_) => Err(Wrong::Value),
        }
    }
}

/// Draws statements until one ends in an error, or the last one.
pub(super) fn formula(choices: &[u8]) -> Expected {
    let mut tape = Tape::new(choices);
    let mut statements = Statements {
        scope: Scope {
            targets: BEFORE.map(f64::from),
            ..Scope::default()
        },
        text: String::new(),
        variables: BTreeMap::new(),
        assigned: [[None; 2]; 2],
        option: "requeue",
    };
    let mut ended = Ok(true);
    for _ in 0..=tape.below(8) {
        ended = statements.draw(&mut tape);
        if !matches!(ended, Ok(true)) {
            break;
        }
    }
    let targets = ended.and_then(|_| Ok([statements.nodes(0)?, statements.nodes(1)?]));
    Expected {
        text: statements.text,
        outcome: targets.map(|targets| Outcome {
            targets,
            option: statements.option,
            variables: statements.variables,
        }),
    }
}
