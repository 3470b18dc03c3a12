//! The texts of many objects for whoever wants to look at them.

use super::texts::{Text, TextOwners, TextVisitor};
use crate::error::Result;
use crate::heap::{Heap, ObjectSet};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

/// Receives texts; each thread has a receiver of its own.
pub trait TextReceiver: Send {
    fn text(&mut self, owner: ObjectIndex, text: &str);
}

impl Heap {
    /// Hands the texts of the strings and builders of a set, and of its arrays of char and byte
    /// (as Latin-1), to receivers: two walks over the dump. Objects without a text are left out;
    /// of texts beyond 64 MiB the beginning comes. Returns the receivers.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn each_text<R: TextReceiver>(
        &self,
        set: &ObjectSet,
        receiver: impl Fn() -> R + Sync,
        progress: &Progress,
    ) -> Result<Vec<R>> {
        let owners = TextOwners::read(self, set, progress)?;
        let decoder = || Decoder {
            receiver: receiver(),
            text: String::new(),
        };
        let decoders = self.read_texts(&owners, decoder, progress)?;
        Ok(decoders.into_iter().map(|it| it.receiver).collect())
    }
}

struct Decoder<R> {
    receiver: R,
    text: String,
}

impl<R: TextReceiver> TextVisitor for Decoder<R> {
    fn text(&mut self, text: Text<'_>) {
        text.characters.decode_into(&mut self.text);
        self.receiver.text(text.owner, &self.text);
    }
}
