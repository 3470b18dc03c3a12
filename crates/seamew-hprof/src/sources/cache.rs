//! A few decompressed chunks, shared by the threads that read a source.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The chunks used last. The lock is held to look and to store, never to decompress: two threads
/// that miss the same chunk both decompress it, which costs less than waiting would.
pub(crate) struct ChunkCache {
    chunks: Mutex<VecDeque<(usize, Arc<[u8]>)>>,
    capacity: usize,
}

impl ChunkCache {
    /// A cache with room for several chunks a thread.
    pub(crate) fn new() -> Self {
        let threads = thread::available_parallelism().map_or(2, usize::from);
        Self {
            chunks: Mutex::default(),
            capacity: 2 + 3 * threads,
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Arc<[u8]>> {
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        let place = chunks.iter().position(|(cached, _)| *cached == index)?;
        let entry = chunks.remove(place)?;
        let chunk = Arc::clone(&entry.1);
        chunks.push_front(entry);
        Some(chunk)
    }

    pub(crate) fn insert(&self, index: usize, chunk: Arc<[u8]>) {
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.retain(|(cached, _)| *cached != index);
        chunks.truncate(self.capacity - 1);
        chunks.push_front((index, chunk));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_the_chunk_used_least_recently() {
        let cache = ChunkCache {
            chunks: Mutex::default(),
            capacity: 2,
        };
        cache.insert(1, Arc::from([1]));
        cache.insert(2, Arc::from([2]));
        assert!(cache.get(1).is_some());
        cache.insert(3, Arc::from([3]));
        assert!(cache.get(2).is_none());
        assert_eq!(cache.get(1).as_deref(), Some(&[1][..]));
        assert_eq!(cache.get(3).as_deref(), Some(&[3][..]));
    }
}
