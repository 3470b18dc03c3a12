//! Threads' stacks with the objects that their frames refer to.

use rustc_hash::FxHashMap;
use seamew_hprof::symbols::Symbols;

use crate::graph::Roots;
use crate::heap::{Stack, StackFrame};
use crate::ids::ObjectIndex;

/// Stacks of all threads that are GC roots, in order of their objects.
pub fn stacks(symbols: &Symbols, roots: &Roots) -> Vec<Stack> {
    let mut locals: FxHashMap<ObjectIndex, Vec<(Option<u32>, ObjectIndex)>> = FxHashMap::default();
    for local in &roots.locals {
        locals
            .entry(local.thread)
            .or_default()
            .push((local.frame, local.object));
    }
    let mut stacks: Vec<Stack> = (roots.threads.iter())
        .map(|thread| {
            let frame_ids = symbols
                .trace(thread.stack_trace_serial)
                .map_or(&[][..], |trace| &trace.frame_ids[..]);
            let frames = frame_ids.iter().map(|id| StackFrame {
                text: frame_text(symbols, *id),
                locals: Vec::new(),
            });
            let mut stack = Stack {
                thread: thread.object,
                frames: frames.collect(),
                other_locals: Vec::new(),
            };
            for (frame, object) in locals.get(&thread.object).into_iter().flatten() {
                let place = frame.and_then(|frame| stack.frames.get_mut(frame as usize));
                match place {
                    Some(frame) => frame.locals.push(*object),
                    None => stack.other_locals.push(*object),
                }
            }
            stack
        })
        .collect();
    stacks.sort_by_key(|stack| stack.thread);
    stacks.dedup_by_key(|stack| stack.thread);
    stacks
}

/// A frame as in a Java stack trace.
fn frame_text(symbols: &Symbols, frame_id: u64) -> String {
    let Some(frame) = symbols.frame(frame_id) else {
        return "at (unknown frame)".into();
    };
    let class = (symbols.class_by_serial(frame.class_serial))
        .and_then(|class| symbols.class_name(class.class_id))
        .unwrap_or_else(|| "(unknown class)".into());
    let method = symbols
        .string(frame.method_name_id)
        .unwrap_or_else(|| "(unknown method)".into());
    let file = symbols
        .string(frame.source_file_id)
        .filter(|_| frame.source_file_id != 0);
    let place = match (frame.line, file) {
        (-3, _) => "Native Method".to_owned(),
        (line, Some(file)) if line > 0 => format!("{file}:{line}"),
        (_, Some(file)) => file,
        (_, None) => "Unknown Source".to_owned(),
    };
    format!("at {class}.{method}({place})")
}
