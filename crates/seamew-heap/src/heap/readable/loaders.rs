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
    ("org.eclipse.jetty.webapp.WebAppClassLoader", |it| {
        it.text("_name")
    }),
    (
        "org.eclipse.osgi.internal.loader.EquinoxClassLoader",
        |it| {
            let revision = it
                .follow("delegate")?
                .follow("wiring")?
                .follow("revision")?;
            revision.text("symbolicName")
        },
    ),
    ("org.jboss.modules.ModuleClassLoader", |it| {
        let module = it.follow("module")?;
        let old_name = || module.follow("identifier")?.text("name");
        module.text("name").or_else(old_name)
    }),
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

/// Tomcat's context: `/shop`, and `/` for the one whose name is empty.
fn web_application(it: &Subject<'_>) -> Option<String> {
    it.text("contextName").or_else(|| {
        let context = it.follow("resources")?.follow("context")?;
        let name = context.text("name")?;
        Some(if name.is_empty() {
            "/".to_owned()
        } else {
            name
        })
    })
}

/// The archive or folder that a Spring Boot application was started from.
fn archive(it: &Subject<'_>) -> Option<String> {
    let archive = it.follow("rootArchive")?;
    ["file", "rootDirectory", "root", "url"]
        .into_iter()
        .find_map(|field| archive.value(field))
}
