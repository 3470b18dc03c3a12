//! The overview of a heap: what every report begins with.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::classes::SizeModel;
use crate::heap::Heap;

/// The overview. Counts and bytes cover the objects kept; the others are counted apart.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    pub path: String,
    pub format: String,
    pub compression: String,
    pub file_bytes: u64,
    pub dump_index: u32,
    pub dump_count: u32,
    pub at_ms: u64,
    pub identifier_bytes: u32,
    pub reference_bytes: u64,
    pub header_bytes: u64,
    pub object_alignment: u64,
    pub size_model: SizeModel,
    pub keep_unreachable: bool,
    pub heap_bytes: u64,
    pub object_count: u64,
    pub class_count: u64,
    pub loader_count: u64,
    pub root_count: u64,
    pub thread_count: u64,
    pub unreachable_objects: u64,
    pub unreachable_bytes: u64,
    pub filler_objects: u64,
    pub filler_bytes: u64,
    pub read_in_part: bool,
    pub jvm: BTreeMap<&'static str, String>,
    pub index_path: Option<String>,
    pub index_bytes: u64,
    pub index_reused: bool,
}

impl Heap {
    /// The overview.
    pub fn overview(&self) -> Overview {
        let facts = &self.facts;
        Overview {
            path: self.path.display().to_string(),
            format: facts.format.clone(),
            compression: facts.container.clone(),
            file_bytes: facts.file_bytes,
            dump_index: facts.dump_index,
            dump_count: facts.dump_count,
            at_ms: facts.created_at_ms,
            identifier_bytes: facts.id_bytes,
            reference_bytes: facts.layout.reference_bytes,
            header_bytes: facts.layout.instance_header_bytes,
            object_alignment: facts.layout.alignment_bytes,
            size_model: facts.size_model,
            keep_unreachable: facts.keep_unreachable,
            heap_bytes: facts.heap_bytes,
            object_count: facts.object_count,
            class_count: facts.class_count,
            loader_count: facts.loader_count,
            root_count: facts.root_count,
            thread_count: self.live_thread_count() as u64,
            unreachable_objects: facts.unreachable_objects,
            unreachable_bytes: facts.unreachable_bytes,
            filler_objects: facts.filler_objects,
            filler_bytes: facts.filler_bytes,
            read_in_part: facts.lost_bytes > 0,
            jvm: self.jvm(),
            index_path: self
                .index_path
                .as_ref()
                .map(|path| path.display().to_string()),
            index_bytes: self.index_bytes,
            index_reused: self.index_reused,
        }
    }

    /// What the JVM says of itself in the static fields of its version class
    /// (`java.lang.VersionProps` since JDK 9, `sun.misc.Version` before).
    fn jvm(&self) -> BTreeMap<&'static str, String> {
        const FIELDS: [(&str, &str); 4] = [
            ("java_version", "java.version"),
            ("java_runtime_name", "java.runtime.name"),
            ("java_runtime_version", "java.runtime.version"),
            ("VENDOR", "java.vendor"),
        ];
        let classes = ["java.lang.VersionProps", "sun.misc.Version"];
        let Some(class) = classes.into_iter().find_map(|name| self.table.named(name)) else {
            return BTreeMap::new();
        };
        let statics = &self.table.get(class).statics;
        let text = |field: &str| {
            let value = statics.iter().find(|it| it.name == field)?.value;
            self.string(self.addresses.find(value)?, 200)
        };
        FIELDS
            .into_iter()
            .filter_map(|(field, key)| Some((key, text(field)?)))
            .collect()
    }
}

/// A warning as users see it.
#[derive(Clone, Debug, Serialize)]
pub struct WarningRow {
    pub code: String,
    pub message: String,
    /// Data was lost, so answers cover a part only.
    pub partial: bool,
    pub offset: Option<u64>,
    pub count: Option<u64>,
    pub lost_bytes: Option<u64>,
}

impl Heap {
    /// What users should know of how the dump was read.
    pub fn warnings(&self) -> Vec<WarningRow> {
        (self.facts.warnings.iter())
            .map(|warning| WarningRow {
                code: warning.code.clone(),
                message: match warning.hint.as_str() {
                    "" => warning.message.clone(),
                    hint => format!("{} ({hint})", warning.message),
                },
                partial: warning.lost_bytes > 0,
                offset: warning.offset,
                count: Some(warning.count).filter(|count| *count > 1),
                lost_bytes: Some(warning.lost_bytes).filter(|bytes| *bytes > 0),
            })
            .collect()
    }
}
