//! Compressed dumps of every kind: whole, cut, damaged, with garbage behind them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;

use flate2::{Compression, GzBuilder};
use lzma_rust2::{XzOptions, XzWriter};
use seamew_hprof::anomaly::{Anomaly, AnomalyKind};
use seamew_hprof::error::HprofError;
use seamew_hprof::source::DumpSource;
use seamew_hprof::sources::{Container, Opened, SourceOptions, open_source};
use support::*;

const BLOCK_BYTES: usize = 64 << 10;
/// Unix, as zlib writes it.
const OPERATING_SYSTEM: u8 = 3;

fn member(data: &[u8], comment: Option<&str>, level: u32) -> Vec<u8> {
    let builder = match comment {
        // zlib leaves the system open where a header is given to it.
        Some(comment) => GzBuilder::new().comment(comment).operating_system(0),
        None => GzBuilder::new().operating_system(OPERATING_SYSTEM),
    };
    let mut encoder = builder.write(Vec::new(), Compression::new(level));
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// HotSpot's form: members for the given pieces, the first with the comment. Returns the offsets
/// of the members, too.
fn chunked(pieces: &[&[u8]], level: u32) -> (Vec<u8>, Vec<usize>) {
    let comment = format!("HPROF BLOCKSIZE={BLOCK_BYTES}");
    let mut file = Vec::new();
    let mut offsets = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        offsets.push(file.len());
        file.extend(member(piece, (index == 0).then_some(&comment), level));
    }
    (file, offsets)
}

fn big_dump() -> Vec<u8> {
    dump(segmented(20_000), 12_000)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("download.txt");
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn open_with(bytes: &[u8], options: &SourceOptions<'_>) -> Result<Opened, HprofError> {
    let folder = Folder::new();
    open_source(&folder.file(bytes), options)
}

fn open(bytes: &[u8]) -> Opened {
    open_with(bytes, &SourceOptions::default()).expect("the container opens")
}

fn contents(source: &dyn DumpSource) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(source.len()).unwrap() + 10];
    let count = source.read_at(0, &mut bytes).unwrap();
    bytes.truncate(count);
    bytes
}

/// Compares everything, in one piece and in many from two threads, which cross chunk borders.
fn assert_holds(source: &dyn DumpSource, expected: &[u8]) {
    assert_eq!(source.len(), expected.len() as u64);
    assert!(contents(source) == expected);
    thread::scope(|scope| {
        for step in [4099, 70_001] {
            scope.spawn(move || {
                for start in (0..expected.len()).step_by(step) {
                    let mut piece = vec![0; 9000];
                    let count = source.read_at(start as u64, &mut piece).unwrap();
                    assert_eq!(count, piece.len().min(expected.len() - start));
                    assert!(piece[..count] == expected[start..start + count]);
                }
            });
        }
    });
    assert_eq!(
        source
            .read_at(expected.len() as u64 + 5, &mut [0; 4])
            .unwrap(),
        0
    );
}

fn kinds(anomalies: &[Anomaly]) -> Vec<AnomalyKind> {
    anomalies.iter().map(|anomaly| anomaly.kind).collect()
}

#[test]
fn plain_files_are_read_in_place() {
    let data = big_dump();
    let opened = open(&data);
    assert_eq!(opened.container, Container::Plain);
    assert_eq!(opened.file_bytes, data.len() as u64);
    assert_holds(&*opened.source, &data);
}

#[test]
fn chunked_gzip_is_entered_anywhere() {
    let data = big_dump();
    for level in [1, 6] {
        let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
        let opened = open(&chunked(&pieces, level).0);
        assert_eq!(opened.container, Container::ChunkedGzip);
        assert_eq!(opened.anomalies, []);
        assert_holds(&*opened.source, &data);
    }
}

/// Buffers are flushed before they are full, and ends of merged files are short.
#[test]
fn chunks_may_have_any_length() {
    let data = big_dump();
    let mut pieces = Vec::new();
    let mut rest = &data[..];
    for length in [BLOCK_BYTES, 1, 40_000, 9, BLOCK_BYTES - 1, 20, 50_000, 300]
        .iter()
        .cycle()
    {
        let (piece, behind) = rest.split_at((*length).min(rest.len()));
        pieces.push(piece);
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    let opened = open(&chunked(&pieces, 1).0);
    assert_eq!(opened.container, Container::ChunkedGzip);
    assert_eq!(opened.anomalies, []);
    assert_holds(&*opened.source, &data);
}

/// JDK 22 and later merge files that were written in parallel, each with its own comment.
#[test]
fn comments_may_stand_inside() {
    let data = big_dump();
    let (first, second) = data.split_at(3 * BLOCK_BYTES + 500);
    let mut file = chunked(&first.chunks(BLOCK_BYTES).collect::<Vec<_>>(), 1).0;
    file.extend(chunked(&second.chunks(BLOCK_BYTES).collect::<Vec<_>>(), 1).0);
    let opened = open(&file);
    assert_eq!(opened.container, Container::ChunkedGzip);
    assert_eq!(opened.anomalies, []);
    assert_holds(&*opened.source, &data);
}

/// Stored data may contain the bytes of a header, even with a length in front.
#[test]
fn a_header_inside_a_chunk_is_contents() {
    let mut data = big_dump();
    for (at, length) in [(70_000, 50_000_u32), (150_000, 7), (200_000, u32::MAX)] {
        data[at - 4..at].copy_from_slice(&length.to_le_bytes());
        data[at..at + 10].copy_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]);
    }
    let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
    let opened = open(&chunked(&pieces, 0).0);
    assert_eq!(opened.container, Container::ChunkedGzip);
    assert_holds(&*opened.source, &data);
}

#[test]
fn a_damaged_chunk_costs_itself_alone() {
    let data = big_dump();
    let good = load(&data);
    let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
    let (mut file, offsets) = chunked(&pieces, 1);
    let middle = usize::midpoint(offsets[4], offsets[5]);
    file[middle..middle + 64].fill(0xff);
    let opened = open(&file);
    assert_eq!(opened.source.len(), data.len() as u64);
    let loaded = load_source(&*opened.source, 0).unwrap();
    assert!(loaded.was_repaired);
    assert!(invented(&good, &loaded).is_empty());
    let lost = missing(&good, &loaded).len();
    assert!((1..2 * BLOCK_BYTES / 40).contains(&lost), "{lost} lost");
    assert!(loaded.has(AnomalyKind::DamagedBytes));
    let [damage] = &opened.anomalies[..] else {
        panic!("{:?}", opened.anomalies);
    };
    assert!([AnomalyKind::CompressedDamaged, AnomalyKind::ChecksumWrong].contains(&damage.kind));
    assert_eq!(damage.offset, 4 * BLOCK_BYTES as u64);
    assert!(contents(&*opened.source)[5 * BLOCK_BYTES..] == data[5 * BLOCK_BYTES..]);
}

#[test]
fn a_damaged_chunk_header_costs_nothing() {
    let data = big_dump();
    let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
    let (mut file, offsets) = chunked(&pieces, 1);
    file[offsets[3]..offsets[3] + 10].fill(0);
    let opened = open(&file);
    assert_eq!(kinds(&opened.anomalies), [AnomalyKind::CompressedDamaged]);
    assert_eq!(opened.anomalies[0].lost_bytes, 0);
    assert_holds(&*opened.source, &data);
}

#[test]
fn a_wrong_checksum_is_said() {
    let data = big_dump();
    let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
    let (mut file, offsets) = chunked(&pieces, 1);
    file[offsets[3] - 7] ^= 1;
    let opened = open(&file);
    assert!(contents(&*opened.source) == data);
    assert_eq!(kinds(&opened.anomalies), [AnomalyKind::ChecksumWrong]);

    let mut single = member(&data, None, 1);
    let length = single.len();
    single[length - 6] ^= 1;
    let opened = open(&single);
    assert!(contents(&*opened.source) == data);
    assert_eq!(kinds(&opened.anomalies), [AnomalyKind::ChecksumWrong]);
}

#[test]
fn cut_chunks_keep_what_precedes() {
    let data = big_dump();
    let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
    let (file, offsets) = chunked(&pieces, 1);
    for (cut, whole) in [
        (offsets[5] + 4, 5),
        (offsets[5] + 3000, 5),
        (offsets[5] - 3, 4),
        (offsets[5] - 8, 4),
        (offsets[1] - 200, 0),
    ] {
        let opened = open(&file[..cut]);
        let found = contents(&*opened.source);
        assert!(
            found.len() >= whole * BLOCK_BYTES && found[..] == data[..found.len()],
            "{cut}"
        );
        assert_eq!(
            kinds(&opened.anomalies),
            [AnomalyKind::CompressedCut],
            "{cut}"
        );
    }
    let opened = open(&file[..offsets[5]]);
    assert!(contents(&*opened.source) == data[..5 * BLOCK_BYTES]);
}

#[test]
fn what_follows_gzip_is_said() {
    let data = big_dump();
    let pieces: Vec<&[u8]> = data.chunks(BLOCK_BYTES).collect();
    for file in [chunked(&pieces, 1).0, member(&data, None, 1)] {
        let mut padded = file.clone();
        padded.extend([0; 1000]);
        let opened = open(&padded);
        assert_eq!(opened.anomalies, []);
        assert!(contents(&*opened.source) == data);
        let mut followed = file;
        followed.extend_from_slice(b"garbage");
        let opened = open(&followed);
        assert_eq!(kinds(&opened.anomalies), [AnomalyKind::TrailingGarbage]);
        assert_eq!(opened.anomalies[0].lost_bytes, 7);
        assert!(contents(&*opened.source) == data);
    }
}

/// A file that only claims to be of HotSpot's form.
#[test]
fn longer_members_than_declared_are_read_in_order() {
    let data = big_dump();
    let comment = format!("HPROF BLOCKSIZE={BLOCK_BYTES}");
    let opened = open(&member(&data, Some(&comment), 1));
    assert_eq!(opened.container, Container::Gzip);
    assert!(contents(&*opened.source) == data);
    for comment in [
        "HPROF BLOCKSIZE=99999999999999",
        "HPROF BLOCKSIZE=0",
        "HPROF BLOCKSIZE=x",
    ] {
        let opened = open(&member(&data, Some(comment), 1));
        assert_eq!(opened.container, Container::Gzip);
    }
}

#[test]
fn gzip_of_one_and_many_members() {
    let data = big_dump();
    let opened = open(&member(&data, None, 6));
    assert_eq!(
        (opened.container, opened.anomalies.len()),
        (Container::Gzip, 0)
    );
    assert_holds(&*opened.source, &data);
    let many: Vec<u8> = data
        .chunks(33_333)
        .flat_map(|piece| member(piece, None, 1))
        .collect();
    let opened = open(&many);
    assert_eq!(
        (opened.container, opened.anomalies.len()),
        (Container::Gzip, 0)
    );
    assert_holds(&*opened.source, &data);
}

#[test]
fn damaged_gzip_goes_on_with_the_next_member() {
    let data = big_dump();
    let members: Vec<Vec<u8>> = data
        .chunks(50_000)
        .map(|piece| member(piece, None, 1))
        .collect();
    let mut file = members.concat();
    let at = members[..3].concat().len() + members[3].len() / 2;
    file[at..at + 40].fill(0xaa);
    let opened = open(&file);
    assert!(!opened.anomalies.is_empty());
    let found = contents(&*opened.source);
    assert!(found[..150_000] == data[..150_000]);
    assert!(found.ends_with(&data[200_000..]));
}

type Compress = fn(&[u8]) -> Vec<u8>;

fn gzip(data: &[u8]) -> Vec<u8> {
    member(data, None, 1)
}

fn bzip2(data: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn xz(data: &[u8]) -> Vec<u8> {
    let mut encoder = XzWriter::new(Vec::new(), XzOptions::with_preset(0)).unwrap();
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zstd(data: &[u8]) -> Vec<u8> {
    zstd::encode_all(data, 1).unwrap()
}

const CODECS: [(Container, Compress); 4] = [
    (Container::Gzip, gzip),
    (Container::Bzip2, bzip2),
    (Container::Xz, xz),
    (Container::Zstd, zstd),
];

#[test]
fn other_containers_are_unpacked() {
    let data = big_dump();
    for (container, compress) in CODECS {
        let opened = open(&compress(&data));
        assert_eq!((opened.container, opened.anomalies.len()), (container, 0));
        assert!(opened.container.is_unpacked());
        assert_holds(&*opened.source, &data);
        let many: Vec<u8> = data.chunks(200_000).flat_map(compress).collect();
        let opened = open(&many);
        assert_eq!(opened.anomalies, [], "{container}");
        assert!(contents(&*opened.source) == data, "{container}");
    }
}

#[test]
fn cut_containers_keep_what_precedes() {
    let data = dump(segmented(1 << 20), 60_000);
    for (container, compress) in CODECS {
        let file = compress(&data);
        let opened = open(&file[..file.len() * 9 / 10]);
        let found = contents(&*opened.source);
        assert!(
            !found.is_empty() && found[..] == data[..found.len()],
            "{container}"
        );
        assert!(found.len() > data.len() / 4, "{container}: {}", found.len());
        assert_eq!(
            kinds(&opened.anomalies),
            [AnomalyKind::CompressedCut],
            "{container}"
        );
    }
}

#[test]
fn damaged_containers_keep_what_precedes() {
    let data = dump(segmented(1 << 20), 60_000);
    for (container, compress) in CODECS {
        let mut file = compress(&data);
        let at = file.len() * 3 / 4;
        file[at..at + 100].fill(0xff);
        let opened = open(&file);
        let found = contents(&*opened.source);
        let same = found
            .iter()
            .zip(&data)
            .take_while(|(left, right)| left == right)
            .count();
        assert!(same > data.len() / 4, "{container}: {same}");
        assert!(!opened.anomalies.is_empty(), "{container}");
    }
}

#[test]
fn garbage_behind_containers_is_said() {
    let data = big_dump();
    for (container, compress) in CODECS {
        let mut file = compress(&data);
        file.extend_from_slice(b"</html> and more of it");
        let opened = open(&file);
        assert!(contents(&*opened.source) == data, "{container}");
        assert_eq!(
            kinds(&opened.anomalies),
            [AnomalyKind::TrailingGarbage],
            "{container}"
        );
        assert_eq!(opened.anomalies[0].lost_bytes, 22);
    }
}

fn entries(directory: &Path) -> usize {
    fs::read_dir(directory).unwrap().count()
}

#[test]
fn what_does_not_fit_into_memory_goes_into_a_nameless_file() {
    let data = dump(segmented(1 << 20), 60_000);
    assert!(data.len() > 2 << 20);
    let scratch = tempfile::tempdir().unwrap();
    for memory_bytes in [0, 700_000, 64 << 20] {
        for (container, compress) in CODECS {
            let options = SourceOptions {
                scratch_directory: Some(scratch.path().to_owned()),
                memory_bytes,
                ..SourceOptions::default()
            };
            let opened = open_with(&compress(&data), &options).unwrap();
            assert_eq!(entries(scratch.path()), 0, "{container}");
            assert_holds(&*opened.source, &data);
        }
    }
}

#[test]
fn a_missing_scratch_directory_is_named() {
    let options = SourceOptions {
        scratch_directory: Some(PathBuf::from("/nowhere/at/all")),
        memory_bytes: 0,
        ..SourceOptions::default()
    };
    let Err(error) = open_with(&gzip(&big_dump()), &options) else {
        panic!("opened without a scratch directory");
    };
    assert!(matches!(error, HprofError::Scratch { .. }));
    assert!(error.to_string().contains("/nowhere/at/all"));
    assert!(error.hint().is_some());
}

#[test]
fn opening_can_be_cancelled() {
    let stop = |_, _| ControlFlow::Break(());
    let options = SourceOptions {
        progress: &stop,
        ..SourceOptions::default()
    };
    let result = open_with(&gzip(&big_dump()), &options);
    assert!(matches!(result, Err(HprofError::Cancelled)));
}

#[test]
fn progress_goes_up_to_the_end() {
    let last = std::cell::Cell::new((0, 0));
    let watch = |done, total| {
        assert!(done >= last.get().0 && done <= total);
        last.set((done, total));
        ControlFlow::Continue(())
    };
    let options = SourceOptions {
        progress: &watch,
        ..SourceOptions::default()
    };
    for (container, compress) in CODECS {
        last.set((0, 0));
        let file = compress(&big_dump());
        open_with(&file, &options).unwrap();
        assert_eq!(
            last.get(),
            (file.len() as u64, file.len() as u64),
            "{container}"
        );
    }
}

#[test]
fn other_files_inside_containers_are_named() {
    let inner: [(&[u8], &str); 4] = [
        (
            b"<!DOCTYPE html><html>log in</html>",
            "an HTML page (inside gzip)",
        ),
        (&gzip(b"JAVA PROFILE 1.0.2\0"), "gzip data (inside gzip)"),
        (b"", "an empty file (inside gzip)"),
        (
            b"JAVA PROFI",
            "an HPROF dump cut inside its first line (inside gzip)",
        ),
    ];
    for (bytes, what) in inner {
        let Err(error) = open_with(&gzip(bytes), &SourceOptions::default()) else {
            panic!("opened {what}");
        };
        assert_eq!(
            error.to_string(),
            format!("not a heap dump: this is {what}")
        );
        assert!(error.hint().is_some());
    }
}

#[test]
fn file_errors_name_the_file() {
    for path in ["/nowhere/dump.hprof", "/tmp"] {
        let Err(error) = open_source(Path::new(path), &SourceOptions::default()) else {
            panic!("opened {path}");
        };
        assert_eq!(error.path(), Some(Path::new(path)));
        assert!(error.to_string().contains(path) && error.hint().is_some());
    }
}
