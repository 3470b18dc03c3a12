//! The dump as the build reads it: source, names, segments; repaired where it is damaged.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use seamew_hprof::anomaly::Anomaly;
use seamew_hprof::error::HprofError;
use seamew_hprof::header::Header;
use seamew_hprof::salvage::repair;
use seamew_hprof::source::DumpSource;
use seamew_hprof::sources::{SourceOptions, open_source};
use seamew_hprof::survey::{Survey, survey};
use seamew_hprof::symbols::Symbols;
use seamew_hprof::walk::Segment;
use serde::Serialize;
use std::ops::ControlFlow;

use super::OpenOptions;
use crate::classes::ClassNames;
use crate::error::{HeapError, Result};
use crate::heap::HeapWarning;
use crate::index::KEPT_DUMP;
use crate::progress::{Phase, Progress};

/// An opened and surveyed dump.
pub struct DumpInput {
    pub path: PathBuf,
    pub source: Arc<dyn DumpSource>,
    pub container: String,
    pub file_bytes: u64,
    pub header: Header,
    pub symbols: Symbols,
    pub segments: Vec<Segment>,
    pub dump_index: usize,
    pub dump_count: usize,
    pub warnings: Vec<HeapWarning>,
    pub lost_bytes: u64,
    survey: Survey,
    repaired: bool,
}

/// One heap dump of a file.
#[derive(Clone, Debug, Serialize)]
pub struct SurveyedDump {
    pub index: usize,
    pub offset: u64,
    pub bytes: u64,
    pub at_ms: u64,
    pub whole: bool,
}

impl ClassNames for Symbols {
    fn class_name(&self, address: u64) -> Option<String> {
        Self::class_name(self, address)
    }

    fn text(&self, id: u64) -> Option<String> {
        self.string(id)
    }
}

/// The heap dumps in a file.
///
/// # Errors
/// When the file is no heap dump or cannot be read.
pub fn list_dumps(path: &Path) -> Result<Vec<SurveyedDump>> {
    let opened = open_source(path, &SourceOptions::default())?;
    let survey = survey(opened.source.as_ref())?;
    let dumps = survey
        .dumps
        .iter()
        .zip(0..)
        .map(|(dump, index)| SurveyedDump {
            index,
            offset: dump.offset,
            bytes: dump.heap_bytes(),
            at_ms: dump.at_ms,
            whole: dump.ended || !dump.segmented,
        });
    Ok(dumps.collect())
}

impl DumpInput {
    /// Opens and surveys the dump. With a scratch directory, what was decompressed stays in it.
    ///
    /// # Errors
    /// When the file is no heap dump, cannot be read, has no such dump, or on cancellation.
    pub fn open(
        path: &Path,
        options: &OpenOptions,
        scratch_directory: Option<&Path>,
        progress: &Progress,
    ) -> Result<Self> {
        progress.enter(Phase::Survey, 0);
        let watch = watch(progress);
        let source_options = SourceOptions {
            scratch_directory: scratch_directory.map(Path::to_owned),
            kept_file: scratch_directory.map(|directory| directory.join(KEPT_DUMP)),
            progress: &watch,
            ..SourceOptions::default()
        };
        let opened = open_source(path, &source_options).map_err(cancelled)?;
        let survey = survey(opened.source.as_ref())?;
        let mut input = Self {
            path: path.to_owned(),
            source: opened.source,
            container: opened.container.as_str().to_owned(),
            file_bytes: opened.file_bytes,
            header: survey.header(0).clone(),
            symbols: Symbols::new(survey.id_size(0)),
            segments: Vec::new(),
            dump_index: 0,
            dump_count: 0,
            warnings: opened.anomalies.iter().map(warning).collect(),
            lost_bytes: opened
                .anomalies
                .iter()
                .map(|anomaly| anomaly.lost_bytes)
                .sum(),
            survey,
            repaired: false,
        };
        if input.survey.sound {
            input.note(&input.survey.anomalies.clone());
            input.choose(options.dump_index)?;
        } else {
            input.repair(options.dump_index, progress)?;
        }
        Ok(input)
    }

    fn note(&mut self, anomalies: &[Anomaly]) {
        self.warnings.extend(anomalies.iter().map(warning));
        self.lost_bytes += anomalies
            .iter()
            .map(|anomaly| anomaly.lost_bytes)
            .sum::<u64>();
    }

    /// True once the segments come from a repair.
    pub fn is_repaired(&self) -> bool {
        self.repaired
    }

    /// Finds sound segments in a damaged dump.
    ///
    /// # Errors
    /// When nothing can be saved, or on cancellation.
    pub fn repair(&mut self, wanted: Option<usize>, progress: &Progress) -> Result<()> {
        let watch = watch(progress);
        let repaired = repair(
            self.source.as_ref(),
            &self.survey,
            wanted.unwrap_or(0),
            &watch,
        )
        .map_err(cancelled)?;
        self.repaired = true;
        self.survey = repaired.survey;
        self.note(&self.survey.anomalies.clone());
        self.lost_bytes = self.lost_bytes.max(repaired.lost_bytes);
        if repaired.doubtful_objects > 0 {
            self.warnings.push(doubtful(repaired.doubtful_objects));
        }
        self.choose(wanted)
    }

    /// Takes the wanted dump, or the first one.
    fn choose(&mut self, wanted: Option<usize>) -> Result<()> {
        let count = self.survey.dumps.len();
        let index = wanted.unwrap_or(0);
        let Some(dump) = self.survey.dumps.get(index) else {
            return Err(HeapError::NoSuchDump { index, count });
        };
        self.segments.clone_from(&dump.segments);
        self.header = self.survey.header(index).clone();
        self.symbols = self.survey.symbols(index).clone();
        self.dump_index = index;
        self.dump_count = count;
        Ok(())
    }
}

/// Lets the sources report to the progress, and stop when it is cancelled.
fn watch(progress: &Progress) -> impl Fn(u64, u64) -> ControlFlow<()> + '_ {
    |done: u64, total: u64| {
        progress.set(Phase::Survey, done, total);
        match progress.check() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

fn doubtful(objects: u64) -> HeapWarning {
    HeapWarning {
        code: "doubtful-objects".into(),
        message: format!("{objects} objects next to damage were kept; nothing confirms them"),
        hint: String::new(),
        offset: None,
        lost_bytes: 0,
        count: objects,
    }
}

/// Turns the source's cancellation into the engine's.
fn cancelled(error: HprofError) -> HeapError {
    if matches!(error, HprofError::Cancelled) {
        HeapError::Cancelled
    } else {
        error.into()
    }
}

fn warning(anomaly: &Anomaly) -> HeapWarning {
    HeapWarning {
        code: anomaly.kind.as_str().to_owned(),
        message: anomaly.message.to_string(),
        hint: anomaly.hint().unwrap_or_default().to_owned(),
        offset: Some(anomaly.offset),
        lost_bytes: anomaly.lost_bytes,
        count: anomaly.count,
    }
}
