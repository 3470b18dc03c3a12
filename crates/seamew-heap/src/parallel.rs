//! Work in numbered batches on a few threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::error::{HeapError, Result};

/// Threads to use for `wanted`; 0 means what the machine has, at most 8.
pub fn thread_count(wanted: usize) -> usize {
    let available = std::thread::available_parallelism().map_or(1, usize::from);
    if wanted == 0 {
        available.min(8)
    } else {
        wanted
    }
}

/// Runs `work(state, batch)` for every batch number below `batches`, each once, on `threads`
/// threads with a state of their own. Returns the states. The first error stops all.
///
/// # Errors
/// The first error that `work` returned.
pub fn run_batches<S: Send>(
    threads: usize,
    batches: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Result<()> + Sync,
) -> Result<Vec<S>> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failure = Mutex::new(None);
    let run = || {
        let mut own = state();
        while !stop.load(Ordering::Relaxed) {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            if batch >= batches {
                break;
            }
            if let Err(error) = work(&mut own, batch) {
                stop.store(true, Ordering::Relaxed);
                if let Ok(mut slot) = failure.lock() {
                    slot.get_or_insert(error);
                }
            }
        }
        own
    };
    let states = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.min(batches.max(1)))
            .map(|_| scope.spawn(run))
            .collect();
        let mut states = vec![run()];
        for helper in helpers {
            match helper.join() {
                Ok(own) => states.push(own),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        states
    });
    match failure.into_inner() {
        Ok(Some(error)) => Err(error),
        Ok(None) => Ok(states),
        Err(_) => Err(HeapError::IndexUnusable("a worker thread failed".into())),
    }
}
