//! What threads were doing, in words.

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use crate::classes::ClassTable;

/// States of virtual threads by number, as the class `VirtualThread` of the dump itself has them:
/// the numbers differ from one JDK to the next.
pub struct StateNames(FxHashMap<i64, &'static str>);

/// Every name that a JDK has had for a state, in words, and the state that it stands for.
const VIRTUAL_STATES: [(&str, &str, &str); 21] = [
    ("NEW", "new", "NEW"),
    ("STARTED", "started", "RUNNABLE"),
    ("RUNNABLE", "runnable", "RUNNABLE"),
    ("RUNNING", "running", "RUNNABLE"),
    ("PARKING", "parking", "RUNNABLE"),
    ("PARKED", "parked", "WAITING"),
    ("PINNED", "pinned", "WAITING"),
    ("TIMED_PARKING", "parking with timeout", "RUNNABLE"),
    ("TIMED_PARKED", "parked with timeout", "TIMED_WAITING"),
    ("TIMED_PINNED", "pinned with timeout", "TIMED_WAITING"),
    ("UNPARKED", "unparked", "RUNNABLE"),
    ("YIELDING", "yielding", "RUNNABLE"),
    ("YIELDED", "yielded", "RUNNABLE"),
    ("BLOCKING", "blocking", "RUNNABLE"),
    ("BLOCKED", "blocked on monitor enter", "BLOCKED"),
    ("UNBLOCKED", "unblocked", "RUNNABLE"),
    ("WAITING", "about to wait", "RUNNABLE"),
    ("WAIT", "waiting", "WAITING"),
    ("TIMED_WAITING", "about to wait with timeout", "RUNNABLE"),
    ("TIMED_WAIT", "waiting with timeout", "TIMED_WAITING"),
    ("TERMINATED", "terminated", "TERMINATED"),
];
/// Set beside the state of a virtual thread that a debugger has stopped.
const SUSPENDED: i64 = 1 << 8;

impl StateNames {
    /// The names in the class `java.lang.VirtualThread`; none where there is no such class.
    pub fn of(table: &ClassTable) -> Self {
        let class = table.named("java.lang.VirtualThread");
        let statics = class.map_or(&[][..], |class| &table.get(class).statics);
        let ints = (statics.iter()).filter(|field| field.type_code == BasicType::Int as u8);
        Self(
            ints.filter_map(|field| {
                let state = VIRTUAL_STATES.iter().find(|state| state.0 == field.name)?;
                Some((i64::from((field.value as u32).cast_signed()), state.0))
            })
            .collect(),
        )
    }

    /// A state in words, and as `Thread.getState` has it.
    pub fn name(&self, state: i64) -> Option<(&'static str, &'static str)> {
        let name = self.0.get(&(state & !SUSPENDED))?;
        let state = VIRTUAL_STATES.iter().find(|state| state.0 == *name)?;
        Some((state.1, state.2))
    }
}

/// JVMTI thread state bits as `Thread.getState` tells them. (JVM Tool Interface, `GetThreadState`)
pub fn state_of_bits(bits: i64) -> &'static str {
    const STATES: [(i64, &str); 5] = [
        (0x2, "TERMINATED"),
        (0x4, "RUNNABLE"),
        (0x400, "BLOCKED"),
        (0x10, "WAITING"),
        (0x20, "TIMED_WAITING"),
    ];
    let state = STATES.iter().find(|(bit, _)| bits & bit != 0);
    match state {
        Some((_, name)) => name,
        None if bits & 1 == 0 => "NEW",
        None => "RUNNABLE",
    }
}

/// The same bits in words.
pub fn state_text(bits: i64) -> String {
    const NAMES: [(i64, &str); 13] = [
        (0x1, "alive"),
        (0x400, "blocked on monitor enter"),
        (0x100, "in object wait"),
        (0x20_0000, "interrupted"),
        (0x40_0000, "native"),
        (0x200, "parked"),
        (0x4, "runnable"),
        (0x40, "sleeping"),
        (0x10_0000, "suspended"),
        (0x2, "terminated"),
        (0x80, "waiting"),
        (0x10, "waiting indefinitely"),
        (0x20, "waiting with timeout"),
    ];
    let names: Vec<&str> = NAMES
        .iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, name)| *name)
        .collect();
    format!("[{}]", names.join(", "))
}
