//! Class loaders: their name, or what they load from.

use super::{Reader, Subject};

pub const READERS: &[(&str, Reader)] = &[
    // JDK 9 and later.
    ("java.lang.ClassLoader", |it| it.text("name")),
    ("java.net.URLClassLoader", |it| {
        it.text("name").or_else(|| urls(it))
    }),
    (
        "org.apache.catalina.loader.WebappClassLoaderBase",
        web_application,
    ),
    (
        "org.springframework.boot.loader.LaunchedURLClassLoader",
        archive,
    ),
    (
        "org.springframework.boot.loader.launch.LaunchedClassLoader",
        archive,
    ),
];

const SHOWN_URLS: u32 = 3;

/// The first URLs of the class path.
fn urls(it: &Subject<'_>) -> Option<String> {
    let list = it.follow("ucp")?.follow("path")?;
    let count = u32::try_from(list.int("size")?).ok()?;
    let elements = list.fields.reference("elementData")?;
    let shown = (it.heap)
        .array_references(elements, 0, SHOWN_URLS.min(count))
        .into_iter()
        .flatten()
        .filter_map(|url| list.value_of(url))
        .collect::<Vec<_>>()
        .join(", ");
    let more = count.saturating_sub(SHOWN_URLS);
    match (shown.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(shown),
        (false, _) => Some(format!("{shown}, +{more}")),
    }
}

/// Tomcat's context: `/shop`.
fn web_application(it: &Subject<'_>) -> Option<String> {
    it.text("contextName").or_else(|| {
        let context = it.follow("resources")?.follow("context")?;
        context.text("name").filter(|name| !name.is_empty())
    })
}

/// The archive or folder that a Spring Boot application was started from.
fn archive(it: &Subject<'_>) -> Option<String> {
    let archive = it.follow("rootArchive")?;
    ["file", "rootDirectory", "root", "url"]
        .into_iter()
        .find_map(|field| archive.value(field))
}
