//! What a shell text means, before anything is expanded or run.

/// Commands one after another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List(pub(crate) Vec<Item>);

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) first: Pipeline,
    pub(crate) rest: Vec<(Connective, Pipeline)>,
    /// Whether it ends in `&`.
    pub(crate) background: bool,
}

/// When the next pipeline of an item runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connective {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    pub(crate) negated: bool,
    pub(crate) commands: Vec<Command>,
}

/// One command of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Simple(Simple),
    Compound(Compound, Vec<Redirection>),
}

/// Assignments, words and redirections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Simple {
    pub(crate) line: usize,
    pub(crate) assignments: Vec<(String, Word)>,
    pub(crate) words: Vec<Word>,
    pub(crate) redirections: Vec<Redirection>,
}

/// A command made of commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Compound {
    /// `( )`
    Subshell(List),
    /// `{ ;}`
    Group(List),
    /// `if`: conditions with what they lead to, and what `else` leads to.
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    /// `while` and `until`
    While {
        until: bool,
        condition: List,
        body: List,
    },
    /// `for`; without words it goes through the arguments.
    For {
        variable: String,
        words: Option<Vec<Word>>,
        body: List,
    },
    /// `case`
    Case {
        word: Word,
        arms: Vec<(Vec<Word>, List)>,
    },
}

/// `2> file` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirection {
    /// The descriptors it changes: 0, 1, 2, or for `&>` both 1 and 2.
    pub(crate) descriptor: Descriptor,
    pub(crate) kind: RedirectionKind,
    pub(crate) target: Word,
}

/// Which streams a redirection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descriptor {
    Number(u32),
    OutputAndError,
}

/// What a redirection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectionKind {
    /// `<`
    Read,
    /// `>` and `>|`
    Write,
    /// `>>`
    Append,
    /// `>&` and `<&`
    Duplicate,
    /// `<<<`
    Text,
}

/// A word as written: pieces that are expanded and put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) Vec<Piece>);

impl Word {
    /// The word when it is one unquoted text: only such words can be reserved.
    pub(crate) fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text { text, quoted: false }] => Some(text),
            _ => None,
        }
    }
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text {
        text: String,
        quoted: bool,
    },
    /// `$name`, `${name..}`
    Parameter {
        name: String,
        operation: Operation,
        quoted: bool,
    },
    /// `$(..)` and backquotes
    Command {
        list: List,
        quoted: bool,
    },
    /// `$((..))`
    Arithmetic {
        expression: Word,
        quoted: bool,
    },
}

/// What `${name..}` does with the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    /// `${name}`
    Value,
    /// `${#name}`
    Length,
    /// `${name-word}`; with a colon also when the value is empty.
    Default { word: Word, if_empty: bool },
    /// `${name=word}`
    Assign { word: Word, if_empty: bool },
    /// `${name+word}`
    Alternative { word: Word, if_empty: bool },
    /// `${name?word}`
    Require { word: Word, if_empty: bool },
    /// `${name#pattern}`, `##`, `%`, `%%`
    Trim {
        pattern: Word,
        suffix: bool,
        longest: bool,
    },
}

/// Why a text is no shell program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) line: usize,
    pub(crate) message: String,
}
