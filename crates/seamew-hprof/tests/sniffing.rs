//! Files that are no dumps: named for what they are, with a way on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

use seamew_hprof::error::HprofError;
use seamew_hprof::header::Header;
use seamew_hprof::sniff::{Format, sniff};
use seamew_hprof::source::MemorySource;

fn tar() -> Vec<u8> {
    let mut bytes = b"dump.hprof".to_vec();
    bytes.resize(257, 0);
    bytes.extend_from_slice(b"ustar\0");
    bytes
}

fn elf(kind: u8) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([kind, 0, 62, 0]);
    bytes
}

#[test]
fn names_what_is_no_dump() {
    let phd = b"\0\x14portable heap dump\0\0\0\x06";
    let histo = b"\n num     #instances         #bytes  class name (module)\n   1:  5  80  [B\n";
    let jstack = b"2026-01-01 10:00:00\nFull thread dump OpenJDK 64-Bit Server VM (25+36):\n";
    let javacore = b"0SECTION       TITLE subcomponent dump routine\nNULL           ====\n";
    let jattach = b"Connected to remote JVM\nJVM response code = 0\n";
    let text = b"JAVA PROFILE 1.0.1, created Mon Jan  1 10:00:00 2001\n\nHeader for -agentlib";
    let cases: [(&[u8], &str); 22] = [
        (b"", "empty"),
        (b"JAVA PRO", "cut-magic"),
        (&[0; 4096], "zeros"),
        (b"\n<!DOCTYPE HTML>\n<html><body>404</body></html>", "html"),
        (b"<HTML><head>", "html"),
        (
            b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
            "xml",
        ),
        (b"{\"timestamp\":\"2026\",\"status\":401}", "json"),
        (b"PK\x03\x04\x14\0\0\0", "zip"),
        (&tar(), "tar"),
        (&elf(4), "core"),
        (&elf(2), "elf"),
        (phd, "phd"),
        (b"FLR\0\0\x02\0\x01", "jfr"),
        (histo, "histogram"),
        (jstack, "threads"),
        (javacore, "javacore"),
        (jattach, "jattach"),
        (text, "hprof-text"),
        (b"\xca\xfe\xba\xbe\0\0\0\x41", "class"),
        (b"\x04\x22\x4d\x18\x64", "lz4"),
        (b"permission denied\n", "text"),
        (b"\x8f\x01\x02\xfe\x00\x00rubbish", "unknown"),
    ];
    for (bytes, name) in cases {
        let Format::Foreign(foreign) = sniff(bytes) else {
            panic!("{name} taken for something readable");
        };
        assert_eq!(foreign.name, name);
        let error = Header::read(&MemorySource(bytes.to_vec())).unwrap_err();
        assert!(matches!(error, HprofError::NotAHeapDump { .. }), "{name}");
        assert!(error.to_string().contains(foreign.what), "{name}");
        assert_eq!(error.hint(), Some(foreign.hint));
    }
}

#[test]
fn recognises_what_can_be_read() {
    assert_eq!(sniff(b"JAVA PROFILE 1.0.2\0\0\0\0\x08"), Format::Hprof);
    assert_eq!(sniff(b"JAVA PROFILE 9\0"), Format::Hprof);
    assert_eq!(sniff(b"\x1f\x8b\x08\0"), Format::Gzip);
    assert_eq!(sniff(b"BZh91AY"), Format::Bzip2);
    assert_eq!(sniff(b"\xfd7zXZ\0\0"), Format::Xz);
    assert_eq!(sniff(b"\x28\xb5\x2f\xfd\x04"), Format::Zstd);
}

#[test]
fn bad_headers_are_errors() {
    let header = b"JAVA PROFILE 1.0.2\0\0\0\0\x08\0\0\0\0\0\0\0\0";
    for cut in 13..header.len() {
        let error = Header::read(&MemorySource(header[..cut].to_vec())).unwrap_err();
        assert!(
            matches!(error, HprofError::Damaged { offset: 0, .. }),
            "{cut}: {error}"
        );
        assert!(error.hint().is_some());
    }
    for id_bytes in [0, 1, 2, 16, 0xff] {
        let mut bytes = header.to_vec();
        bytes[22] = id_bytes;
        let error = Header::read(&MemorySource(bytes)).unwrap_err();
        assert!(matches!(
            error,
            HprofError::UnsupportedIdSize { offset: 19, .. }
        ));
        assert_eq!(error.offset(), Some(19));
    }
    let endless = [b"JAVA PROFILE 1.0.2".as_slice(), &[b'x'; 100]].concat();
    assert!(Header::read(&MemorySource(endless)).is_err());
}
