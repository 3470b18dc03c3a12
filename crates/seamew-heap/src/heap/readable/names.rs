//! Objects with a name of their own, and those that only hold another.

use super::{Reader, Subject};

pub const READERS: &[(&str, Reader)] = &[
    ("java.lang.Thread", |it| it.text("name")),
    ("java.lang.ThreadGroup", |it| it.text("name")),
    ("java.lang.Module", |it| it.text("name")),
    ("java.lang.Enum", |it| it.text("name")),
    ("java.lang.Throwable", |it| it.text("detailMessage")),
    ("java.nio.charset.Charset", |it| it.text("name")),
    ("java.util.Currency", |it| it.text("currencyCode")),
    ("java.util.Locale", locale),
    ("java.util.TimeZone", |it| it.text("ID")),
    ("java.util.UUID", uuid),
    ("java.util.regex.Pattern", |it| it.text("pattern")),
    ("java.io.File", |it| it.text("path")),
    ("java.io.FileDescriptor", file_descriptor),
    ("sun.nio.fs.UnixPath", path),
    ("sun.nio.fs.WindowsPath", |it| it.text("path")),
    ("java.util.Optional", |it| {
        held(it).or_else(|| Some("empty".to_owned()))
    }),
    ("java.util.concurrent.atomic.AtomicReference", held),
];

const MOST_PATH_BYTES: u32 = 1024;

/// Value of the object held, or else what object that is.
fn held(it: &Subject<'_>) -> Option<String> {
    let object = it.fields.reference("value")?;
    it.value_of(object)
        .or_else(|| Some(it.heap.object_label(object)))
}

/// As `Locale.toString`, without extensions.
fn locale(it: &Subject<'_>) -> Option<String> {
    // Before JDK 7 the locale itself has the fields.
    let base = it.follow("baseLocale");
    let part = |name: &str| {
        let text = base.as_ref().unwrap_or(it).text(name);
        text.unwrap_or_default()
    };
    let language = part("language");
    let region = part(if base.is_some() { "region" } else { "country" });
    let (variant, script) = (part("variant"), part("script"));
    let mut text = language.clone();
    let is_more = !(variant.is_empty() && script.is_empty());
    if !region.is_empty() || (!language.is_empty() && is_more) {
        text = format!("{text}_{region}");
    }
    if text.is_empty() {
        return None;
    }
    if !variant.is_empty() {
        text = format!("{text}_{variant}");
    }
    if !script.is_empty() {
        text = format!("{text}_#{script}");
    }
    Some(text)
}

fn uuid(it: &Subject<'_>) -> Option<String> {
    let most = it.int("mostSigBits")?.cast_unsigned();
    let least = it.int("leastSigBits")?.cast_unsigned();
    Some(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        most >> 32,
        most >> 16 & 0xffff,
        most & 0xffff,
        least >> 48,
        least & 0xffff_ffff_ffff
    ))
}

fn file_descriptor(it: &Subject<'_>) -> Option<String> {
    Some(match it.int("fd")? {
        -1 => "closed".to_owned(),
        number => format!("fd {number}"),
    })
}

fn path(it: &Subject<'_>) -> Option<String> {
    let bytes = it.fields.reference("path")?;
    let bytes = it.heap.array_bytes(bytes, 0, MOST_PATH_BYTES);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
