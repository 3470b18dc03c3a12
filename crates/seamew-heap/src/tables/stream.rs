//! Batches made by a thread of its own, a few ahead of whoever reads them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::batch::Batch;
use crate::error::{HeapError, Result};
use crate::progress::Progress;

/// Batches that wait to be read.
const AHEAD: usize = 2;

/// A batch, or None behind the last one.
type Message = Result<Option<Batch>>;

/// Where the maker of a table hands over its batches; shared by its threads.
pub struct Output {
    sender: SyncSender<Message>,
    progress: Arc<Progress>,
}

impl Output {
    /// Hands over a batch; waits while enough of them lie there.
    ///
    /// # Errors
    /// `Cancelled` once nobody reads any more. All that the progress stands for stops then.
    pub fn send(&self, batch: Batch) -> Result<()> {
        self.progress.check()?;
        self.sender.send(Ok(Some(batch))).map_err(|_| {
            self.progress.cancel();
            HeapError::Cancelled
        })
    }

    pub fn progress(&self) -> &Progress {
        &self.progress
    }
}

/// The batches of one scan. Dropping it stops their making.
pub struct BatchStream {
    receiver: Receiver<Message>,
    progress: Arc<Progress>,
    is_over: bool,
}

impl BatchStream {
    /// Starts `make`; its error comes behind the batches that it made before.
    ///
    /// # Errors
    /// When there are no more threads.
    pub fn start(
        progress: Arc<Progress>,
        make: impl FnOnce(&Output) -> Result<()> + Send + 'static,
    ) -> Result<Self> {
        let (sender, receiver) = sync_channel(AHEAD);
        let output = Output {
            sender,
            progress: Arc::clone(&progress),
        };
        let run = move || {
            let end = make(&output).map(|()| None);
            // Whoever has left needs no end.
            drop(output.sender.send(end));
        };
        thread::Builder::new()
            .name("seamew-table".to_owned())
            .spawn(run)
            .map_err(HeapError::Storage)?;
        Ok(Self {
            receiver,
            progress,
            is_over: false,
        })
    }
}

/// All batches at once.
pub fn gather(make: impl FnOnce(&Output) -> Result<()> + Send) -> Result<Vec<Batch>> {
    let (sender, receiver) = sync_channel(AHEAD);
    let output = Output {
        sender,
        progress: Arc::default(),
    };
    thread::scope(|scope| {
        let maker = scope.spawn(move || make(&output));
        let batches = receiver.iter().filter_map(Result::transpose).collect();
        match maker.join() {
            Ok(made) => made.and(batches),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

impl Iterator for BatchStream {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let failed = || Err(HeapError::IndexUnusable("a worker thread failed".into()));
        let message = self.receiver.recv().unwrap_or_else(|_| failed());
        self.is_over = !matches!(message, Ok(Some(_)));
        message.transpose()
    }
}

impl Drop for BatchStream {
    fn drop(&mut self) {
        self.progress.cancel();
    }
}
