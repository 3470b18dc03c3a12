//! `jdk.internal.vm.StackChunk`: frames of a virtual thread, an object of its own size each.
//! (`instanceStackChunkKlass.inline.hpp`; JDK 19 and later)

use seamew_hprof::tag::BasicType;

use super::hotspot::{FieldRules, Shapes};
use super::layout::{ObjectLayout, align_up};
use super::{ClassKind, ClassTable, SizeModel};
use crate::ids::ClassIndex;

const STACK_CHUNK: &str = "jdk.internal.vm.StackChunk";
const WORD_BYTES: u64 = 8;

/// How to tell the size of a stack chunk.
#[derive(Clone, Copy, Debug)]
pub struct StackChunks {
    pub class: ClassIndex,
    /// Where the field with the number of stack words lies in the dumped fields.
    size_offset: usize,
    /// Before the stack, aligned as an object: the JVM adds the stack to that.
    fixed_bytes: u64,
    /// Bits of the bitmap behind the stack, for each word of it.
    bits_per_word: u64,
    alignment_bytes: u64,
}

impl StackChunks {
    /// None where the dump has no such class, or sizes are as MAT has them.
    pub fn of(
        table: &ClassTable,
        model: SizeModel,
        layout: &ObjectLayout,
        id_bytes: usize,
    ) -> Option<Self> {
        if model == SizeModel::Mat {
            return None;
        }
        let class = table.named(STACK_CHUNK)?;
        if table.get(class).kind != ClassKind::Instance {
            return None;
        }
        let (size_offset, ..) = (table.field_offsets(class, id_bytes))
            .find(|(_, field, _)| field.name == "size" && field.basic_type() == BasicType::Int)?;
        Some(Self {
            class,
            size_offset: size_offset as usize,
            fixed_bytes: Shapes::new(table, layout).instance_bytes(class, FieldRules::New),
            bits_per_word: WORD_BYTES / layout.reference_bytes.max(1),
            alignment_bytes: layout.alignment_bytes,
        })
    }

    /// Shallow bytes of a chunk with these fields; without a stack where they are cut off or damaged.
    pub fn bytes(&self, fields: &[u8]) -> u64 {
        let words = self.stack_words(fields).unwrap_or(0);
        let bitmap_words = (words * self.bits_per_word).div_ceil(64);
        align_up(
            self.fixed_bytes + WORD_BYTES * (words + bitmap_words),
            self.alignment_bytes,
        )
    }

    fn stack_words(&self, fields: &[u8]) -> Option<u64> {
        let raw = fields.get(self.size_offset..)?.first_chunk::<4>()?;
        u64::try_from(i32::from_be_bytes(*raw)).ok()
    }
}
