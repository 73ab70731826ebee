//! `while`, `until`, `for` and `case`.

use super::run::{Leave, Shell};
use super::syntax::{List, Word};

impl Shell {
    pub(super) async fn while_loop(
        &mut self,
        until: bool,
        condition: &List,
        body: &List,
    ) -> Result<(), Leave> {
        let mut status = 0;
        self.loops += 1;
        let result = loop {
            if let Err(leave) = self.charge(1) {
                break Err(leave);
            }
            let round = match self.condition(condition).await {
                Ok(holds) if holds == until => break Ok(()),
                Ok(_) => self.list(body).await,
                Err(leave) => Err(leave),
            };
            status = self.status;
            match round_of_loop(round) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(leave) => break Err(leave),
            }
        };
        self.loops -= 1;
        self.status = status;
        result
    }

    pub(super) async fn for_loop(
        &mut self,
        variable: &str,
        words: Option<&[Word]>,
        body: &List,
    ) -> Result<(), Leave> {
        let values = match words {
            Some(words) => self.arguments(words).await?,
            None => self.positional.to_vec(),
        };
        self.status = 0;
        self.loops += 1;
        let mut result = Ok(());
        for value in &values {
            let round = match self.charge(1).and_then(|()| self.assign(variable, value)) {
                Ok(()) => self.list(body).await,
                Err(leave) => Err(leave),
            };
            match round_of_loop(round) {
                Ok(true) => {}
                Ok(false) => break,
                Err(leave) => {
                    result = Err(leave);
                    break;
                }
            }
        }
        self.loops -= 1;
        result
    }

    pub(super) async fn case(&mut self, word: &Word, arms: &[(Vec<Word>, List)]) -> Result<(), Leave> {
        let text = self.text(word).await?;
        self.status = 0;
        for (patterns, list) in arms {
            for pattern in patterns {
                self.charge(1)?;
                let pattern = self.pattern(pattern).await?;
                let fits = pattern.fits(&text, &self.machine.life);
                if fits.map_err(|exhausted| self.refuse(exhausted))? {
                    return self.list(list).await;
                }
            }
        }
        Ok(())
    }
}

/// Whether a loop goes on after a round, or leaves loops around it as well.
fn round_of_loop(round: Result<(), Leave>) -> Result<bool, Leave> {
    match round {
        Ok(()) | Err(Leave::Continue(0 | 1)) => Ok(true),
        Err(Leave::Break(0 | 1)) => Ok(false),
        Err(Leave::Break(loops)) => Err(Leave::Break(loops - 1)),
        Err(Leave::Continue(loops)) => Err(Leave::Continue(loops - 1)),
        Err(exit @ Leave::Exit(_)) => Err(exit),
    }
}
