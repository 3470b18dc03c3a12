//! What must hold for any text, whether it is a query or not.

use seamew_oql::Program;

use crate::asking::Asked;

/// Reads a text as a query, writes it, reads it again, and asks it of a heap.
///
/// # Panics
/// When the text that is written is another query, and when answering panics.
pub fn survive(asked: &Asked, text: &str) {
    let Ok(program) = Program::new(text) else {
        return;
    };
    let written = program.query.to_string();
    let read = Program::new(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!(read.query, program.query, "{written}");
    // An answer or a refusal, but no panic, and not for ever.
    let _ = asked.ask_briefly(text);
}
