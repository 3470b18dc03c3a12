//! Collections in tables: by class, by size, by how full they are, by collisions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::measure::{Measured, Measuring};
use super::prefetch::Prefetched;
use super::registry::{Registry, ShapeIndex};
use super::shape::{Kind, Shape, Store};
use crate::error::Result;
use crate::heap::{Heap, ObjectRow, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// Ratios are told up to so many times full; what lies above is one group.
const FULLEST: u32 = 5;
/// Collections measured between two looks whether to go on.
const MEASURED_AT_ONCE: usize = 1 << 16;

/// Which collections count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Entries at least.
    pub least_size: u64,
    /// Entries at most.
    pub most_size: Option<u64>,
    /// Share of the places that are taken, at most; those without places do not count.
    pub most_fill: Option<f64>,
}

impl Filter {
    fn takes(&self, measured: &Measured) -> bool {
        let bounds_size = self.least_size > 0 || self.most_size.is_some();
        let size = measured.size.unwrap_or(0);
        let most = self.most_size.unwrap_or(u64::MAX);
        let suits = measured.size.is_some() && (self.least_size..=most).contains(&size);
        let is_sparse = |most: f64| measured.fill_ratio().is_some_and(|fill| fill <= most);
        (suits || !bounds_size) && self.most_fill.is_none_or(is_sparse)
    }
}

/// By what single collections are ordered, most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Size,
    Shallow,
    Retained,
    Wasted,
}

impl Order {
    /// The order of a name: size, shallow, retained, wasted.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "size" => Self::Size,
            "shallow" => Self::Shallow,
            "retained" => Self::Retained,
            "wasted" => Self::Wasted,
            _ => return None,
        })
    }
}

/// Sums over some collections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CollectionSums {
    pub collections: u64,
    pub empty: u64,
    /// Those whose size cannot be read.
    pub unreadable: u64,
    /// Entries in all.
    pub elements: u64,
    pub shallow_bytes: u64,
    /// At least this many bytes are retained by the collections together.
    pub retained_bytes: u64,
    /// Bytes of places in backing arrays that nothing is in. That of wrappers whose inner
    /// collection counts too is in the inner one's row only.
    pub wasted_bytes: u64,
}

/// Collections of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CollectionClassRow {
    pub class_name: String,
    pub class_id: ClassIndex,
    pub kind: Kind,
    #[serde(flatten)]
    pub sums: CollectionSums,
}

/// Collections with one number of entries; None for those where it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CollectionSizeRow {
    pub size: Option<u64>,
    #[serde(flatten)]
    pub sums: CollectionSums,
}

/// Collections whose ratio is at most `upto` and above that of the row before; without `upto`
/// those of which there is none, or above all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CollectionRatioRow {
    pub upto: Option<f64>,
    #[serde(flatten)]
    pub sums: CollectionSums,
}

/// One collection with its measures.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionRow {
    #[serde(flatten)]
    pub object: ObjectRow,
    pub collection_kind: Kind,
    pub size: Option<u64>,
    pub capacity: Option<u64>,
    pub fill_ratio: Option<f64>,
    pub collision_ratio: Option<f64>,
    pub wasted_bytes: u64,
}

/// Measured collections of a heap.
pub struct Collections<'a> {
    heap: &'a Heap,
    registry: Registry,
    facts: Prefetched<'a>,
    members: ObjectSet,
    /// Objects asked for that are no known collections.
    pub others: u64,
    filter: Filter,
    progress: &'a Progress,
}

impl Heap {
    /// Measures the collections in a set, or all; `own` describes classes that are not known.
    /// Costs one walk over the dump and up to 12 bytes an object of the heap, mostly far less.
    ///
    /// # Errors
    /// When an own shape does not suit its class, the dump cannot be read, or on cancellation.
    pub fn collections<'a>(
        &'a self,
        what: Option<&ObjectSet>,
        own: Vec<Shape>,
        filter: Filter,
        progress: &'a Progress,
    ) -> Result<Collections<'a>> {
        let registry = Registry::new(self, own)?;
        let is_counted = |object: ObjectIndex| {
            let shape = registry.of_class(self.classes.get(object));
            shape.is_some_and(|shape| !registry.shape(shape).is_node())
                && self.reachable.contains(object)
        };
        let objects = (0..self.classes.len() as u32).map(ObjectIndex);
        let all = objects.filter(|object| is_counted(*object));
        let mut members = ObjectSet::of(self.classes.len(), all);
        let mut others = 0;
        if let Some(what) = what {
            members.intersect(what);
            others = (what.len() - members.len()) as u64;
        }
        let facts = Prefetched::read(self, &registry, &members, progress)?;
        Ok(Collections {
            heap: self,
            registry,
            facts,
            members,
            others,
            filter,
            progress,
        })
    }
}

impl Collections<'_> {
    /// What is asked next is about the collections that the filter takes. Nothing is read again.
    pub fn set_filter(&mut self, filter: Filter) {
        self.filter = filter;
    }

    /// By class, most retained bytes first.
    ///
    /// # Errors
    /// On cancellation.
    pub fn by_class(&self) -> Result<Vec<CollectionClassRow>> {
        let groups = self.group(|object, _| Some(self.heap.classes.get(object)))?;
        let mut rows: Vec<CollectionClassRow> = groups
            .into_iter()
            .filter_map(|(class, sums)| {
                let shape = self.registry.of_class(class)?;
                Some(CollectionClassRow {
                    class_name: self.heap.table.get(class).name.clone(),
                    class_id: class,
                    kind: self.registry.shape(shape).kind,
                    sums,
                })
            })
            .collect();
        rows.sort_by(|one, other| {
            let key = |row: &CollectionClassRow| (Reverse(row.sums.retained_bytes), row.class_id);
            key(one).cmp(&key(other))
        });
        Ok(rows)
    }

    /// By number of entries, rising; those whose number cannot be read last.
    ///
    /// # Errors
    /// On cancellation.
    pub fn by_size(&self) -> Result<Vec<CollectionSizeRow>> {
        let groups = self.group(|_, measured| Some(measured.size.unwrap_or(u64::MAX)))?;
        let row = |(size, sums)| CollectionSizeRow {
            size: (size != u64::MAX).then_some(size),
            sums,
        };
        let sorted: BTreeMap<u64, CollectionSums> = groups.into_iter().collect();
        Ok(sorted.into_iter().map(row).collect())
    }

    /// By the share of the places that are taken, in `segments` up to full and beyond as needed;
    /// in the last row those without places.
    ///
    /// # Errors
    /// On cancellation.
    pub fn by_fill(&self, segments: u32) -> Result<Vec<CollectionRatioRow>> {
        self.by_ratio(segments, Measured::fill_ratio, false)
    }

    /// The hash tables by the share of their entries that found their bucket taken. Empty ones
    /// have no collisions.
    ///
    /// # Errors
    /// On cancellation.
    pub fn by_collisions(&self, segments: u32) -> Result<Vec<CollectionRatioRow>> {
        let ratio = |measured: &Measured| {
            measured.used_buckets?;
            Some(measured.collision_ratio().unwrap_or(0.0))
        };
        self.by_ratio(segments, ratio, true)
    }

    fn by_ratio(
        &self,
        segments: u32,
        ratio: impl Fn(&Measured) -> Option<f64>,
        only_with: bool,
    ) -> Result<Vec<CollectionRatioRow>> {
        let segments = segments.max(1);
        let most = segments.saturating_mul(FULLEST);
        let bounds: Vec<f64> = (1..=most)
            .map(|segment| f64::from(segment) / f64::from(segments))
            .collect();
        let segment = |measured: &Measured| match ratio(measured) {
            None if only_with => None,
            // Behind all of them are those above, and those without a ratio.
            None => Some(bounds.len()),
            Some(ratio) => Some(bounds.partition_point(|bound| *bound < ratio)),
        };
        let mut groups: BTreeMap<usize, CollectionSums> = self
            .group(|_, measured| segment(measured))?
            .into_iter()
            .collect();
        for segment in 0..segments as usize {
            groups.entry(segment).or_default();
        }
        let row = |(segment, sums): (usize, CollectionSums)| CollectionRatioRow {
            upto: bounds.get(segment).copied(),
            sums,
        };
        Ok(groups.into_iter().map(row).collect())
    }

    /// Single collections in an order, and how many there are.
    ///
    /// # Errors
    /// On cancellation.
    pub fn objects(
        &self,
        order: Order,
        offset: usize,
        limit: usize,
    ) -> Result<(u64, Vec<CollectionRow>)> {
        let wanted = offset.saturating_add(limit);
        let mut biggest = BinaryHeap::new();
        let mut total = 0;
        self.for_each(|object, _, measured| {
            total += 1;
            let rank = match order {
                // Those whose size is unknown come last.
                Order::Size => measured.size.map_or(0, |size| size.saturating_add(1)),
                Order::Shallow => self.heap.shallow.get(object),
                Order::Retained => self.heap.retained_bytes(object),
                Order::Wasted => measured.wasted_bytes,
            };
            biggest.push(Reverse((rank, Reverse(object))));
            if biggest.len() > wanted {
                biggest.pop();
            }
        })?;
        let sorted = biggest.into_sorted_vec();
        let page = sorted.into_iter().skip(offset);
        let rows = page
            .filter_map(|Reverse((_, Reverse(object)))| self.row(object))
            .collect();
        Ok((total, rows))
    }

    /// Calls `visit` with each collection, by address, until it fails.
    ///
    /// # Errors
    /// What `visit` returns, or on cancellation.
    pub(crate) fn each(
        &self,
        mut visit: impl FnMut(ObjectIndex, Kind, &Measured) -> Result<()>,
    ) -> Result<()> {
        let mut outcome = Ok(());
        self.for_each(|object, shape, measured| {
            if outcome.is_ok() {
                outcome = visit(object, self.registry.shape(shape).kind, measured);
            }
        })?;
        outcome
    }

    fn row(&self, object: ObjectIndex) -> Option<CollectionRow> {
        let shape = self.registry.shape_of(self.heap, object)?;
        let measured = self.measuring().measure(object, shape);
        Some(CollectionRow {
            object: self.heap.row(object),
            collection_kind: self.registry.shape(shape).kind,
            size: measured.size,
            capacity: measured.capacity,
            fill_ratio: measured.fill_ratio(),
            collision_ratio: measured.collision_ratio(),
            wasted_bytes: measured.wasted_bytes,
        })
    }

    fn measuring(&self) -> Measuring<'_, Prefetched<'_>> {
        Measuring {
            heap: self.heap,
            registry: &self.registry,
            facts: &self.facts,
        }
    }

    /// Calls `visit` with each collection that the filter takes.
    fn for_each(&self, mut visit: impl FnMut(ObjectIndex, ShapeIndex, &Measured)) -> Result<()> {
        let measuring = self.measuring();
        for (count, object) in self.members.iter().enumerate() {
            if count % MEASURED_AT_ONCE == 0 {
                self.progress.check()?;
            }
            let Some(shape) = self.registry.shape_of(self.heap, object) else {
                continue;
            };
            let measured = measuring.measure(object, shape);
            if self.filter.takes(&measured) {
                visit(object, shape, &measured);
            }
        }
        Ok(())
    }

    /// Sums by group. What a collection retains counts unless one of its group above it in the
    /// dominator tree has counted it, for which they are taken in the tree's order.
    fn group<G: Copy + Eq + std::hash::Hash>(
        &self,
        group: impl Fn(ObjectIndex, &Measured) -> Option<G>,
    ) -> Result<FxHashMap<G, CollectionSums>> {
        let tree = &self.heap.tree;
        let mut positions: Vec<u32> = Vec::new();
        self.for_each(|object, _, _| positions.push(tree.position_of(object)))?;
        positions.sort_unstable();
        let mut sums: FxHashMap<G, (CollectionSums, u32)> = FxHashMap::default();
        let measuring = self.measuring();
        for position in positions {
            let object = tree.object_at(position);
            let Some(shape) = self.registry.shape_of(self.heap, object) else {
                continue;
            };
            let measured = measuring.measure(object, shape);
            let Some(group) = group(object, &measured) else {
                continue;
            };
            let (own, counted_until) = sums.entry(group).or_default();
            own.collections += 1;
            own.empty += u64::from(measured.size == Some(0));
            own.unreadable += u64::from(measured.size.is_none());
            own.elements = own.elements.saturating_add(measured.size.unwrap_or(0));
            let shallow = self.heap.shallow.get(object);
            own.shallow_bytes = own.shallow_bytes.saturating_add(shallow);
            if !self.wraps_a_member(object, shape) {
                own.wasted_bytes = own.wasted_bytes.saturating_add(measured.wasted_bytes);
            }
            if position >= *counted_until {
                let retained = tree.retained_at(position);
                own.retained_bytes = own.retained_bytes.saturating_add(retained);
                *counted_until = tree.subtree_end(position);
            }
        }
        Ok(sums
            .into_iter()
            .map(|(group, (sums, _))| (group, sums))
            .collect())
    }

    /// Whether a collection's elements are in another one that counts too.
    fn wraps_a_member(&self, object: ObjectIndex, shape: ShapeIndex) -> bool {
        let Store::Of { inner: path, .. } = &self.registry.shape(shape).store else {
            return false;
        };
        let inner = super::facts::Facts::follow(&self.facts, object, path);
        inner.is_some_and(|inner| self.members.contains(inner))
    }
}
