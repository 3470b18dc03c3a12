//! Decompresses the members of a chunked file with all processors, and hands them on in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::boundaries::{Candidate, FileLayout};
use super::inflate::{Ending, Inflated};
use super::outline::{Outline, Outliner};
use crate::error::{HprofError, Result};
use crate::progress::{Progress, report};

/// Decompresses from the file's start and from each candidate to the next one. The outline is
/// empty unless every piece is a whole member.
pub(crate) fn inflate_all(
    layout: &FileLayout<'_>,
    candidates: &[Candidate],
    progress: &Progress<'_>,
) -> Result<(Vec<Inflated>, Outline)> {
    let crew = Crew {
        layout,
        candidates,
        next: AtomicUsize::new(0),
        line: Mutex::new(Line::new()),
        moved: Condvar::new(),
    };
    let helpers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(candidates.len());
    thread::scope(|scope| {
        for _ in 1..helpers {
            scope.spawn(|| crew.work(&mut |_| Ok(())));
        }
        crew.work(&mut |offset| report(progress, offset, layout.file_bytes));
    });
    let line = crew
        .line
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    match line.error {
        Some(error) => Err(error),
        None => Ok((
            line.inflated,
            if line.is_whole {
                line.outliner.finish()
            } else {
                Outline::default()
            },
        )),
    }
}

struct Crew<'a> {
    layout: &'a FileLayout<'a>,
    candidates: &'a [Candidate],
    /// Next piece to decompress.
    next: AtomicUsize,
    line: Mutex<Line>,
    moved: Condvar,
}

/// What is handed on in order.
struct Line {
    inflated: Vec<Inflated>,
    outliner: Outliner,
    /// True while every piece was a member with nothing behind it.
    is_whole: bool,
    error: Option<HprofError>,
}

impl Line {
    fn new() -> Self {
        Self {
            inflated: Vec::new(),
            outliner: Outliner::new(),
            is_whole: true,
            error: None,
        }
    }
}

impl Crew<'_> {
    /// Takes pieces until none is left or one of the crew has failed.
    fn work(&self, report: &mut dyn FnMut(u64) -> Result<()>) {
        let mut output = vec![0; self.layout.block_bytes];
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index > self.candidates.len() {
                return;
            }
            let start = index
                .checked_sub(1)
                .map_or(0, |before| self.candidates[before].offset);
            let end = self
                .candidates
                .get(index)
                .map_or(self.layout.file_bytes, |next| next.offset);
            let done =
                report(start).and_then(|()| Ok(self.layout.inflate(start, end, &mut output)?));
            if !self.hand_on(index, end - start, done, &output) {
                return;
            }
        }
    }

    /// Waits for the pieces before `index`; false where the work is over.
    fn hand_on(
        &self,
        index: usize,
        encoded_bytes: u64,
        done: Result<Inflated>,
        output: &[u8],
    ) -> bool {
        let mut line = self.lock();
        match done {
            Ok(inflated) => {
                while line.error.is_none() && line.inflated.len() < index {
                    line = self
                        .moved
                        .wait(line)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                let is_last = index == self.candidates.len();
                line.is_whole &= inflated.ending == Ending::Complete
                    && (is_last || inflated.consumed as u64 == encoded_bytes);
                if line.is_whole {
                    line.outliner.feed(&output[..inflated.produced]);
                }
                line.inflated.push(inflated);
            }
            Err(error) => line.error = Some(error),
        }
        self.moved.notify_all();
        line.error.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
