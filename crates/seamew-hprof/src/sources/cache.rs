//! A few decompressed chunks, shared by the threads that read a source.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The chunks used last. The lock is held to look and to store, never to decompress: two threads
/// that miss the same chunk both decompress it, which costs less than waiting would.
pub(crate) struct ChunkCache {
    state: Mutex<State>,
    capacity: usize,
}

#[derive(Default)]
struct State {
    /// The chunk used last comes first.
    chunks: VecDeque<(usize, Arc<Vec<u8>>)>,
    /// Memory of a chunk dropped last: fresh memory costs more than decompressing into it.
    spare: Option<Vec<u8>>,
}

impl ChunkCache {
    /// A cache with room for several chunks a thread.
    pub(crate) fn new() -> Self {
        let threads = thread::available_parallelism().map_or(2, usize::from);
        Self {
            state: Mutex::default(),
            capacity: 4 + 4 * threads,
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Arc<Vec<u8>>> {
        let mut state = self.lock();
        let place = state
            .chunks
            .iter()
            .position(|(cached, _)| *cached == index)?;
        let entry = state.chunks.remove(place)?;
        let chunk = Arc::clone(&entry.1);
        state.chunks.push_front(entry);
        Some(chunk)
    }

    /// Memory for a chunk of `length` bytes; what is in it is not defined.
    pub(crate) fn buffer(&self, length: usize) -> Vec<u8> {
        let mut buffer = self.lock().spare.take().unwrap_or_default();
        buffer.resize(length, 0);
        buffer
    }

    pub(crate) fn insert(&self, index: usize, chunk: Arc<Vec<u8>>) {
        let mut state = self.lock();
        state.chunks.retain(|(cached, _)| *cached != index);
        state.chunks.push_front((index, chunk));
        if state.chunks.len() > self.capacity {
            let dropped = state.chunks.pop_back();
            state.spare = dropped.and_then(|(_, chunk)| Arc::try_unwrap(chunk).ok());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_the_chunk_used_least_recently() {
        let cache = ChunkCache {
            state: Mutex::default(),
            capacity: 2,
        };
        cache.insert(1, Arc::new(vec![1]));
        cache.insert(2, Arc::new(vec![2]));
        assert!(cache.get(1).is_some());
        cache.insert(3, Arc::new(vec![3]));
        assert!(cache.get(2).is_none());
        assert_eq!(cache.get(1).as_deref(), Some(&vec![1]));
        assert_eq!(cache.get(3).as_deref(), Some(&vec![3]));
        assert_eq!(cache.buffer(2), [2, 0]);
    }
}
