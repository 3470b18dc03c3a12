//! Where in the dump an object's record is.

use std::io;

use crate::ids::ObjectIndex;
use crate::index::IndexWriter;
use crate::storage::{Data, Storage};

/// Objects between two samples.
pub const SAMPLE_OBJECTS: u32 = 64;

/// Address and dump offset of one record; the following records are walked from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PositionSample {
    pub address: u64,
    pub offset: u64,
}

/// Finds records of objects.
pub enum PositionIndex {
    /// Every 64th record of a dump in address order: a quarter of a byte an object.
    Sampled {
        addresses: Data<u64>,
        offsets: Data<u64>,
    },
    /// Each record of a dump without order.
    Direct(Data<u64>),
}

/// Where to look for an object's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub offset: u64,
    /// How many records to look at from there.
    pub records: u32,
}

impl PositionIndex {
    /// An index without records.
    pub fn none() -> Self {
        Self::Direct(Data::none())
    }

    /// Builds the sampled form.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn sampled(storage: &Storage, mut samples: Vec<PositionSample>) -> io::Result<Self> {
        samples.sort_unstable();
        let mut addresses = storage.column("position_addresses", samples.len())?;
        let mut offsets = storage.column("position_offsets", samples.len())?;
        for (at, sample) in samples.into_iter().enumerate() {
            addresses[at] = sample.address;
            offsets[at] = sample.offset;
        }
        Ok(Self::Sampled {
            addresses: addresses.into(),
            offsets: offsets.into(),
        })
    }

    /// True for the sampled form.
    pub fn is_sampled(&self) -> bool {
        matches!(self, Self::Sampled { .. })
    }

    /// Writes the columns, so that their memory can go.
    #[must_use]
    pub fn spill(self, writer: &IndexWriter<'_>) -> Self {
        match self {
            Self::Sampled { addresses, offsets } => Self::Sampled {
                addresses: writer.spill_data("position_addresses", addresses),
                offsets: writer.spill_data("position_offsets", offsets),
            },
            Self::Direct(offsets) => Self::Direct(writer.spill_data("position_offsets", offsets)),
        }
    }

    /// Where the record of an object is.
    pub fn find(&self, object: ObjectIndex, address: u64) -> Option<Position> {
        match self {
            Self::Sampled { addresses, offsets } => {
                let after = addresses.partition_point(|first| *first <= address);
                let offset = *offsets.get(after.checked_sub(1)?)?;
                Some(Position {
                    offset,
                    records: 2 * SAMPLE_OBJECTS,
                })
            }
            Self::Direct(offsets) => {
                let offset = *offsets.get(object.at())?;
                (offset != 0).then_some(Position { offset, records: 1 })
            }
        }
    }
}
