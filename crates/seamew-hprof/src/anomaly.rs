//! What is wrong with a dump that can be read all the same.

use std::borrow::Cow;
use std::fmt;

/// Kinds of anomalies. The kebab-case name is stable: reports and scripts key on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AnomalyKind {
    /// The header names a version of the format that is not known.
    UnknownVersion,
    /// The dump ends inside a record.
    Truncated,
    /// A record's declared length contradicts its contents.
    DeclaredLengthWrong,
    /// A heap dump record declares no bytes but has contents.
    ZeroLength,
    /// A top-level record with a tag that the format does not know.
    UnknownRecord,
    /// A top-level record whose body does not have the shape of its tag.
    MalformedRecord,
    /// Bytes that make no sense were skipped up to the next sound record.
    DamagedBytes,
    /// The segmented dump does not end with a HEAP_DUMP_END record.
    MissingEnd,
    /// Zero bytes follow the last record.
    TrailingZeros,
    /// Other bytes follow the end of the data.
    TrailingGarbage,
    /// A second file header follows: two dumps were concatenated.
    SecondHeader,
    /// The file has several heap dumps.
    SeveralDumps,
    /// The compressed data end early.
    CompressedCut,
    /// The compressed data are damaged.
    CompressedDamaged,
    /// The data decompress, but their checksum differs.
    ChecksumWrong,
}

impl AnomalyKind {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownVersion => "unknown-version",
            Self::Truncated => "truncated",
            Self::DeclaredLengthWrong => "declared-length-wrong",
            Self::ZeroLength => "zero-length",
            Self::UnknownRecord => "unknown-record",
            Self::MalformedRecord => "malformed-record",
            Self::DamagedBytes => "damaged-bytes",
            Self::MissingEnd => "missing-end",
            Self::TrailingZeros => "trailing-zeros",
            Self::TrailingGarbage => "trailing-garbage",
            Self::SecondHeader => "second-header",
            Self::SeveralDumps => "several-dumps",
            Self::CompressedCut => "compressed-cut",
            Self::CompressedDamaged => "compressed-damaged",
            Self::ChecksumWrong => "checksum-wrong",
        }
    }

    /// What a user can do about it, where there is something.
    pub fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::Truncated | Self::CompressedCut => {
                "the disk was full, the copy stopped or the JVM is still writing: compare the \
                 size with the original, or take the dump again with more room"
            }
            Self::DamagedBytes | Self::CompressedDamaged | Self::ChecksumWrong => {
                "copy the dump again and compare checksums; if the original is the same, \
                 take a new one"
            }
            Self::MissingEnd => "the dump may still be being written: wait and read it again",
            Self::SeveralDumps | Self::SecondHeader => "choose which dump to read by its number",
            _ => return None,
        })
    }
}

impl fmt::Display for AnomalyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One thing wrong with a dump, or many of one kind summed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// What kind of thing.
    pub kind: AnomalyKind,
    /// Offset in the decompressed dump where it begins, or where the first of them does.
    pub offset: u64,
    /// Bytes that could not be used because of it.
    pub lost_bytes: u64,
    /// How many such things this entry stands for: 1, or more in the last entry of a kind.
    pub count: u64,
    /// What happened, in one sentence without the offset.
    pub message: Cow<'static, str>,
}

impl Anomaly {
    /// An anomaly that lost nothing yet.
    pub fn new(kind: AnomalyKind, offset: u64, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            offset,
            lost_bytes: 0,
            count: 1,
            message: message.into(),
        }
    }

    /// The same with the bytes it cost.
    #[must_use]
    pub fn losing(mut self, lost_bytes: u64) -> Self {
        self.lost_bytes = lost_bytes;
        self
    }

    /// What a user can do about it, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        self.kind.hint()
    }
}

/// Anomalies in the order found. Beyond [`AnomalyLog::DETAILED`] of one kind, further ones are
/// summed into the last, so that a rotten dump of gigabytes cannot fill the memory with reports.
#[derive(Clone, Debug, Default)]
pub struct AnomalyLog {
    entries: Vec<Anomaly>,
}

impl AnomalyLog {
    /// Entries of one kind that are kept one by one.
    pub const DETAILED: usize = 64;

    /// Adds one.
    pub fn push(&mut self, anomaly: Anomaly) {
        let same_kind = self
            .entries
            .iter()
            .filter(|entry| entry.kind == anomaly.kind)
            .count();
        if same_kind < Self::DETAILED {
            self.entries.push(anomaly);
            return;
        }
        let last = self
            .entries
            .iter_mut()
            .rfind(|entry| entry.kind == anomaly.kind);
        if let Some(last) = last {
            last.count += anomaly.count;
            last.lost_bytes = last.lost_bytes.saturating_add(anomaly.lost_bytes);
        }
    }

    /// Adds many.
    pub fn extend(&mut self, anomalies: impl IntoIterator<Item = Anomaly>) {
        for anomaly in anomalies {
            self.push(anomaly);
        }
    }

    /// What was found so far.
    pub fn entries(&self) -> &[Anomaly] {
        &self.entries
    }

    /// What was found.
    pub fn into_entries(self) -> Vec<Anomaly> {
        self.entries
    }
}
