//! The build, phase by phase.

use std::path::Path;
use std::time::Instant;

use super::OpenOptions;
use super::assemble::{LEFT_OUT_STACKS, Parts, assemble};
use super::input::DumpInput;
use super::plan;
use super::search::{Searched, Workshop, search};
use crate::address::AddressIndex;
use crate::classes::layout::ObjectLayout;
use crate::classes::{self, ClassTable, SizeModel};
use crate::dominators::tree::{self, TreeInput};
use crate::early::EarlyFindings;
use crate::error::{HeapError, Result};
use crate::graph::{Indexed, ReferencesInput, Roots, read_references};
use crate::heap::{Heap, HeapWarning};
use crate::index::{IndexWriter, Location, Variant, read};
use crate::parallel::thread_count;
use crate::progress::{Phase, Progress};
use crate::scan::{ScanInput, ScanOutcome, Scanned, scan};
use crate::storage::Storage;

/// Measures phases.
pub struct Stopwatch {
    since: Instant,
    laps: Vec<(String, f64)>,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            since: Instant::now(),
            laps: Vec::new(),
        }
    }

    /// Ends a phase.
    pub fn lap(&mut self, name: &str) {
        self.laps
            .push((name.to_owned(), self.since.elapsed().as_secs_f64()));
        self.since = Instant::now();
    }

    /// Seconds by phase.
    pub fn into_laps(self) -> Vec<(String, f64)> {
        self.laps
    }
}

/// The dump after the first pass, with classes and roots.
pub struct Modelled {
    pub addresses: AddressIndex,
    pub table: ClassTable,
    pub roots: Roots,
    pub layout: ObjectLayout,
    pub scanned: Scanned,
    pub mat_compressed: bool,
}

/// Opens a heap: from its index, or built from the dump.
pub fn open(path: &Path, options: &OpenOptions, progress: &Progress) -> Result<Heap> {
    let variant = Variant {
        dump_index: options.dump_index.unwrap_or(0),
        size_model: options.size_model,
        keep_unreachable: options.keep_unreachable,
    };
    let locations = if options.use_index {
        Location::candidates(path, options.index_directory.as_deref(), variant)
    } else {
        Vec::new()
    };
    let heap = match read(path, &locations) {
        Some(heap) => heap,
        None => build(path, options, locations, progress)?,
    };
    progress.enter(Phase::Done, 0);
    check_strict(&heap, options)?;
    Ok(heap)
}

fn check_strict(heap: &Heap, options: &OpenOptions) -> Result<()> {
    let warnings = &heap.facts().warnings;
    let is_damage = |warning: &&HeapWarning| !NO_DAMAGE.contains(&warning.code.as_str());
    match warnings.iter().find(is_damage) {
        Some(warning) if options.strict => Err(HeapError::Strict(warning.message.clone())),
        _ => Ok(()),
    }
}

/// Warnings that say nothing against the dump.
const NO_DAMAGE: [&str; 2] = [INDEX_NOT_WRITTEN, LEFT_OUT_STACKS];
/// Code of the warning that an index was wanted and could not be written.
const INDEX_NOT_WRITTEN: &str = "index-not-written";

/// Builds a heap from a dump, and its index where locations for one are given.
fn build(
    path: &Path,
    options: &OpenOptions,
    locations: Vec<Location>,
    progress: &Progress,
) -> Result<Heap> {
    let mut watch = Stopwatch::start();
    // A file that does not exist gets its own error below.
    let wants_index = !locations.is_empty() && path.is_file();
    let writer = wants_index.then(|| IndexWriter::begin(path, locations, progress));
    let (writer, refusal) = match writer {
        Some(Ok(writer)) => (Some(writer), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let scratch = writer.as_ref().map(IndexWriter::directory);
    let mut input = DumpInput::open(path, options, scratch, progress)?;
    let storage = plan::storage(&input, options, scratch)?;
    watch.lap("survey");
    let scanned = scan_repairing(&mut input, options, &storage, progress)?;
    watch.lap("scan");
    let modelled = model(&input, options, scanned);
    progress.publish_early(early(&modelled));
    watch.lap("classes");
    let workshop = Workshop {
        options,
        writer: writer.as_ref(),
        storage: &storage,
        progress,
    };
    let mut heap = finish(&input, modelled, workshop, watch)?;
    let outcome = match (writer, refusal) {
        (Some(writer), _) => {
            progress.check()?;
            writer.publish(&heap).map(Some)
        }
        (None, Some(error)) => Err(error),
        (None, None) => Ok(None),
    };
    match outcome {
        Ok(Some((directory, bytes))) => {
            heap.index_path = Some(directory);
            heap.index_bytes = bytes;
        }
        Ok(None) => {}
        Err(error) => heap.facts.warnings.push(index_not_written(&error)),
    }
    Ok(heap)
}

fn index_not_written(error: &std::io::Error) -> HeapWarning {
    HeapWarning {
        code: INDEX_NOT_WRITTEN.into(),
        message: format!("the index could not be written: {error}"),
        hint: "choose a writable place with --index-dir, or use --no-index".into(),
        offset: None,
        lost_bytes: 0,
        count: 1,
    }
}

/// The phases after the first pass.
fn finish(
    input: &DumpInput,
    mut modelled: Modelled,
    workshop: Workshop<'_>,
    mut watch: Stopwatch,
) -> Result<Heap> {
    let Workshop {
        options,
        writer,
        storage,
        progress,
    } = workshop;
    let indexed = second_pass(input, options, &mut modelled, storage, progress)?;
    watch.lap("references");
    let searched = search(modelled, indexed, workshop, &mut watch)?;
    let Searched {
        graph,
        dominators,
        numbers,
        objects,
        inbound,
        reachable,
    } = searched;
    let tree_input = TreeInput {
        dominators,
        objects,
        numbers,
        shallow: &graph.shallow,
    };
    let tree = tree::build(tree_input, writer, storage, progress)?;
    watch.lap("tree");
    progress.enter(Phase::Index, 0);
    let parts = Parts {
        graph,
        inbound,
        reachable,
        tree,
    };
    Ok(assemble(parts, input, options, writer, watch))
}

/// The first pass alone.
pub fn first_pass(
    path: &Path,
    options: &OpenOptions,
    progress: &Progress,
) -> Result<EarlyFindings> {
    let storage = Storage::in_memory();
    let mut input = DumpInput::open(path, options, None, progress)?;
    let scanned = scan_repairing(&mut input, options, &storage, progress)?;
    Ok(early(&model(&input, options, scanned)))
}

/// The first pass; where a sub-record is unsound, again over repaired segments.
fn scan_repairing(
    input: &mut DumpInput,
    options: &OpenOptions,
    storage: &Storage,
    progress: &Progress,
) -> Result<Scanned> {
    loop {
        let scan_input = ScanInput {
            source: input.source.as_ref(),
            segments: &input.segments,
            id_size: input.header.id_size,
            threads: thread_count(options.threads),
            names: &input.symbols,
        };
        match scan(&scan_input, storage, progress)? {
            ScanOutcome::Done(scanned) => return Ok(*scanned),
            ScanOutcome::Unsound { offset } => {
                if input.is_repaired() {
                    return Err(HeapError::dump_changed(offset));
                }
                input.repair(options.dump_index, progress)?;
            }
        }
    }
}

fn model(input: &DumpInput, options: &OpenOptions, mut scanned: Scanned) -> Modelled {
    let addresses = std::mem::replace(&mut scanned.addresses, AddressIndex::none());
    let raw_classes = std::mem::take(&mut scanned.raw_classes);
    let table = classes::build(
        raw_classes,
        &scanned.tallies,
        &input.symbols,
        &addresses,
        &scanned.fake_addresses,
    );
    let roots = Roots::resolve(&scanned.roots, &table, &addresses);
    let id_bytes = input.header.id_size.bytes() as u64;
    let mat_compressed = scanned.mat_compressed && id_bytes == 8;
    let layout = match options.size_model {
        SizeModel::Mat => classes::mat_layout(&addresses, id_bytes, mat_compressed),
        SizeModel::Gap => ObjectLayout::infer(
            &scanned.tallies.array_samples,
            &addresses,
            id_bytes,
            mat_compressed,
        ),
    };
    Modelled {
        addresses,
        table,
        roots,
        layout,
        scanned,
        mat_compressed,
    }
}

/// What the first pass tells, with sizes from a few gaps.
fn early(modelled: &Modelled) -> EarlyFindings {
    crate::early::findings(
        &modelled.scanned.tallies,
        &modelled.table,
        &modelled.addresses,
        &modelled.layout,
    )
}

fn second_pass(
    input: &DumpInput,
    options: &OpenOptions,
    modelled: &mut Modelled,
    storage: &Storage,
    progress: &Progress,
) -> Result<Indexed> {
    let references = ReferencesInput {
        source: input.source.as_ref(),
        id_size: input.header.id_size,
        threads: thread_count(options.threads),
        batches: &modelled.scanned.batches,
        order: modelled.scanned.order,
        tallies: &modelled.scanned.tallies,
        layout: modelled.layout,
        size_model: options.size_model,
        dump_bytes: input.segments.iter().map(|segment| segment.length).sum(),
    };
    let Modelled {
        addresses,
        table,
        roots,
        ..
    } = modelled;
    read_references(&references, table, addresses, roots, storage, progress)
}
