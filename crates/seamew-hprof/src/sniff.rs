//! Recognises a file by its first bytes, never by its name.

use std::borrow::Cow;

use crate::error::HprofError;
use crate::header::MAGIC;

/// Bytes from the front of a file that are enough to recognise it.
pub const HEAD_BYTES: usize = 4096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Binary HPROF, any version.
    Hprof,
    /// gzip, one or many members.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
    /// Something that cannot be read.
    Foreign(Foreign),
}

/// A file that is no dump: what it is and what to use instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Stable short name: `html`, `phd`.
    pub name: &'static str,
    /// Noun phrase: "an HTML page".
    pub what: &'static str,
    /// What to do.
    pub hint: &'static str,
}

impl Format {
    /// The error for a file of this format; `container` names the compression it came out of.
    pub fn into_error(self, container: Option<&str>) -> HprofError {
        let (what, hint) = match self {
            Self::Foreign(foreign) => (foreign.what, foreign.hint),
            Self::Gzip => ("gzip data", DECOMPRESS_FIRST),
            Self::Bzip2 => ("bzip2 data", DECOMPRESS_FIRST),
            Self::Xz => ("xz data", DECOMPRESS_FIRST),
            Self::Zstd => ("Zstandard data", DECOMPRESS_FIRST),
            Self::Hprof => ("an HPROF dump with a damaged header", TAKE_A_DUMP),
        };
        let what = match container {
            Some(container) => Cow::Owned(format!("{what} (inside {container})")),
            None => Cow::Borrowed(what),
        };
        HprofError::NotAHeapDump {
            what,
            hint: Cow::Borrowed(hint),
        }
    }
}

const DECOMPRESS_FIRST: &str = "it is compressed more than once: decompress it first";
const TAKE_A_DUMP: &str =
    "take a dump with: jcmd <pid> GC.heap_dump <file>, or jmap -dump:format=b,file=<file> <pid>";
const DOWNLOAD_AGAIN: &str = "the download or the endpoint failed, often for want of a log-in: \
     fetch it again, e.g. from Spring's /actuator/heapdump, and look at the first lines";
const UNPACK: &str = "unpack it and name the .hprof file inside";
const PHD_HINT: &str = "OpenJ9 writes PHD, which has no field values: read it with Eclipse MAT \
     and DTFJ, or make a system dump there; Seamew reads HotSpot's HPROF";

/// Formats told by bytes at a fixed place.
const BY_MAGIC: &[(usize, &[u8], Foreign)] = &[
    (
        2,
        b"portable heap dump",
        foreign("phd", "an OpenJ9 portable heap dump (PHD)", PHD_HINT),
    ),
    (
        0,
        b"FLR\0",
        foreign(
            "jfr",
            "a JDK Flight Recorder recording",
            "open it with JDK Mission Control; \
            for a heap dump: jcmd <pid> GC.heap_dump <file>",
        ),
    ),
    (
        0,
        b"PK\x03\x04",
        foreign("zip", "a zip or jar archive", UNPACK),
    ),
    (
        0,
        b"PK\x05\x06",
        foreign("zip", "an empty zip archive", UNPACK),
    ),
    (
        0,
        b"7z\xbc\xaf\x27\x1c",
        foreign("7z", "a 7-Zip archive", UNPACK),
    ),
    (0, b"Rar!\x1a\x07", foreign("rar", "a RAR archive", UNPACK)),
    (
        0,
        b"\x04\x22\x4d\x18",
        foreign("lz4", "LZ4 data", "decompress it first: lz4 -d <file>"),
    ),
    (257, b"ustar", foreign("tar", "a tar archive", UNPACK)),
    (
        0,
        b"MDMP",
        foreign(
            "minidump",
            "a Windows minidump",
            "take a heap dump: jcmd <pid> GC.heap_dump",
        ),
    ),
    (
        0,
        b"\xca\xfe\xba\xbe",
        foreign("class", "a Java class file", TAKE_A_DUMP),
    ),
    (0, b"%PDF-", foreign("pdf", "a PDF document", TAKE_A_DUMP)),
    (
        0,
        b"SQLite format 3\0",
        foreign("sqlite", "an SQLite database", TAKE_A_DUMP),
    ),
];

/// Formats told by words near the start of a text.
const BY_WORDS: &[(&[u8], Foreign)] = &[
    (b"<!doctype html", HTML),
    (b"<html", HTML),
    (
        b"0section ",
        foreign(
            "javacore",
            "an OpenJ9 javacore (thread dump text)",
            PHD_HINT,
        ),
    ),
    (
        b"full thread dump",
        foreign("threads", "a thread dump (jstack text)", TAKE_A_DUMP),
    ),
    (
        b"#instances",
        foreign(
            "histogram",
            "a class histogram (jmap -histo text)",
            "a histogram names classes \
            only; take a dump with: jmap -dump:format=b,file=<file> <pid>",
        ),
    ),
    (
        b"connected to remote jvm",
        foreign(
            "jattach",
            "the output of jattach",
            "the dump itself is at the path given to \
            jattach, in the file system of the target's container",
        ),
    ),
    (
        b"heap dump file created",
        foreign(
            "jcmd",
            "the output of jcmd or jmap",
            "the dump itself is at the path that was \
            given to it, in the file system of the JVM",
        ),
    ),
    (b"<?xml", foreign("xml", "an XML document", DOWNLOAD_AGAIN)),
];

const HTML: Foreign = foreign("html", "an HTML page", DOWNLOAD_AGAIN);

const fn foreign(name: &'static str, what: &'static str, hint: &'static str) -> Foreign {
    Foreign { name, what, hint }
}

/// Recognises a file by `head`, its first bytes ([`HEAD_BYTES`], or all if it has fewer).
pub fn sniff(head: &[u8]) -> Format {
    if head.starts_with(MAGIC) {
        return sniff_hprof(head);
    }
    for (magic, format) in [
        (&b"\x1f\x8b"[..], Format::Gzip),
        (b"BZh", Format::Bzip2),
        (b"\xfd7zXZ\0", Format::Xz),
        (b"\x28\xb5\x2f\xfd", Format::Zstd),
    ] {
        if head.starts_with(magic) {
            return format;
        }
    }
    Format::Foreign(sniff_foreign(head))
}

/// The old agent's text dumps begin like binary ones, but go on without a NUL.
fn sniff_hprof(head: &[u8]) -> Format {
    let line = &head[..head.len().min(crate::header::MAX_HEADER_BYTES)];
    if contains(line, b", created") {
        return Format::Foreign(foreign(
            "hprof-text",
            "a text dump of the hprof agent",
            "run the agent with format=b for a binary dump",
        ));
    }
    Format::Hprof
}

fn sniff_foreign(head: &[u8]) -> Foreign {
    if head.is_empty() {
        return foreign(
            "empty",
            "an empty file",
            "the JVM could not write it, or has not begun: look for disk space, permissions and \
             the JVM's log",
        );
    }
    if MAGIC.starts_with(head) {
        return foreign(
            "cut-magic",
            "an HPROF dump cut inside its first line",
            TAKE_A_DUMP,
        );
    }
    if head.iter().all(|byte| *byte == 0) {
        return foreign(
            "zeros",
            "a file that begins with zeros only",
            "the space was reserved but the dump never written, or the copy failed: copy it again",
        );
    }
    if head.starts_with(b"\x7fELF") {
        return sniff_elf(head);
    }
    BY_MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
        .map_or_else(|| sniff_text(head), |(_, _, found)| *found)
}

fn sniff_elf(head: &[u8]) -> Foreign {
    // e_type is a u16 at 16 in the byte order of the file; 4 is ET_CORE.
    let is_core = head
        .get(16..18)
        .is_some_and(|kind| kind == [4, 0] || kind == [0, 4]);
    if is_core {
        foreign(
            "core",
            "an ELF core file",
            "turn it into a heap dump with the JDK that ran: jhsdb jmap --binaryheap --exe \
             <java> --core <file> (JDK 8: jmap -dump:format=b,file=<out> <java> <core>)",
        )
    } else {
        foreign("elf", "an ELF program or library", TAKE_A_DUMP)
    }
}

fn sniff_text(head: &[u8]) -> Foreign {
    let lower = head.to_ascii_lowercase();
    if let Some((_, found)) = BY_WORDS.iter().find(|(words, _)| contains(&lower, words)) {
        return *found;
    }
    let first = head
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace());
    let is_text = head
        .iter()
        .all(|byte| matches!(byte, 9..=13 | 27 | 32..=126 | 128..));
    match first {
        Some(b'{' | b'[') if is_text => foreign("json", "a JSON document", DOWNLOAD_AGAIN),
        _ if is_text && std::str::from_utf8(&head[..head.len().min(64)]).is_ok() => {
            foreign("text", "a text file", DOWNLOAD_AGAIN)
        }
        _ => foreign("unknown", "data of an unknown format", TAKE_A_DUMP),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}
