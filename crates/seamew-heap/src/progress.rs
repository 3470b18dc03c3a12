//! Counters that one long operation bumps and that others read; the way to cancel it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use crate::early::EarlyFindings;
use crate::error::{HeapError, Result};

/// The phases of opening a dump, in order, and what takes long afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    Survey,
    Scan,
    References,
    Reach,
    Dominators,
    Tree,
    Index,
    Done,
    /// Not a phase of opening: reads objects' contents for an answer.
    Contents,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 9] = [
        Self::Survey,
        Self::Scan,
        Self::References,
        Self::Reach,
        Self::Dominators,
        Self::Tree,
        Self::Index,
        Self::Done,
        Self::Contents,
    ];

    /// How many phases opening a dump has.
    pub const OPENING: usize = 8;

    /// What the phase does, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Survey => "survey of records",
            Self::Scan => "first pass: objects",
            Self::References => "second pass: references",
            Self::Reach => "reachability",
            Self::Dominators => "dominators",
            Self::Tree => "retained sizes",
            Self::Index => "index",
            Self::Done => "done",
            Self::Contents => "contents of objects",
        }
    }
}

/// Progress of one operation; shared by reference between threads.
#[derive(Default)]
pub struct Progress {
    phase: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    early: Mutex<Option<EarlyFindings>>,
}

impl Progress {
    /// Enters a phase of `total` units of work (bytes or objects).
    pub fn enter(&self, phase: Phase, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Sets phase and counts at once, for work that knows its own state.
    pub fn set(&self, phase: Phase, done: u64, total: u64) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Adds finished units, and tells whether the operation shall go on.
    ///
    /// # Errors
    /// `Cancelled` once `cancel` was called.
    pub fn advance(&self, units: u64) -> Result<()> {
        self.done.fetch_add(units, Ordering::Relaxed);
        self.check()
    }

    /// Tells whether the operation shall go on.
    ///
    /// # Errors
    /// `Cancelled` once `cancel` was called.
    pub fn check(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(HeapError::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Asks the operation to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Phase, units done, units in all.
    pub fn snapshot(&self) -> (Phase, u64, u64) {
        let phase =
            Phase::ALL[usize::from(self.phase.load(Ordering::Relaxed)).min(Phase::ALL.len() - 1)];
        (
            phase,
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }

    /// Publishes what the first pass found.
    pub fn publish_early(&self, findings: EarlyFindings) {
        if let Ok(mut early) = self.early.lock() {
            *early = Some(findings);
        }
    }

    /// What the first pass found, once it is over.
    pub fn early(&self) -> Option<EarlyFindings> {
        self.early.lock().ok().and_then(|early| early.clone())
    }
}
