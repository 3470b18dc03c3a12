//! Shallow sizes of instances: HotSpot's layout of the declared fields, and what the distances to
//! the next objects say of it.
//!
//! A distance is at least the size, but often more, in live dumps too: the dead neighbour is just
//! not in the dump. "Seen at every instance" is no proof either: objects are allocated, and die, in
//! the same order. So distances choose the layout, and beyond that count only where they are smaller.

use super::hotspot::{FieldRules, PADDING_BYTES, Shapes};
use super::layout::ObjectLayout;
use super::release::Release;
use super::{ClassKind, ClassTable, GapEvidence};
use crate::ids::ClassIndex;

/// Sizes of the instances of all classes.
pub struct InstanceSizes<'a> {
    table: &'a ClassTable,
    layout: &'a ObjectLayout,
    evidence: &'a [GapEvidence],
    shapes: Shapes<'a>,
    rules: FieldRules,
    /// HotSpot's layout explains the distances.
    pub is_hotspot: bool,
}

impl<'a> InstanceSizes<'a> {
    /// Chooses HotSpot's rules by the smallest gaps behind the instances of each class.
    pub fn new(
        table: &'a ClassTable,
        layout: &'a ObjectLayout,
        evidence: &'a [GapEvidence],
    ) -> Self {
        let shapes = Shapes::new(table, layout);
        let votes = Votes::count(table, &shapes, evidence);
        let rules = votes.winner().unwrap_or_else(|| {
            if Release::of(table).is_since_15() {
                FieldRules::New
            } else {
                FieldRules::Old
            }
        });
        let is_hotspot = votes.is_explained(rules);
        Self {
            table,
            layout,
            evidence,
            shapes,
            rules,
            is_hotspot,
        }
    }

    /// Shallow bytes of an instance.
    pub fn bytes(&self, class: ClassIndex) -> u64 {
        let evidence = self
            .evidence
            .get(class.at())
            .filter(|evidence| evidence.seen > 0);
        let formula = self.shapes.instance_bytes(class, self.rules);
        let Some(evidence) = evidence else {
            return formula;
        };
        let gap = evidence.smallest_bytes;
        // A field table larger than what the JVM laid out: the gap is the harder fact.
        if gap <= formula {
            return gap;
        }
        let is_described = self
            .table
            .hierarchy(class)
            .all(|owner| !self.table.get(owner).is_placeholder);
        let believes_gap = if self.is_hotspot && is_described {
            self.is_padded_by_application(class, evidence, gap - formula)
        } else {
            self.is_gap_likely(class, evidence)
        };
        if believes_gap { gap } else { formula }
    }

    /// True where all instances are larger by the padding of `@Contended`: for a class, or for one
    /// group of fields or more. HotSpot heeds it outside java.base with `-XX:-RestrictContended`.
    fn is_padded_by_application(
        &self,
        class: ClassIndex,
        evidence: &GapEvidence,
        excess_bytes: u64,
    ) -> bool {
        const FEWEST_INSTANCES: u32 = 3;
        const MOST_PADDINGS: u64 = 8;
        let slack = self.layout.alignment_bytes.max(8);
        let paddings = (excess_bytes + slack) / PADDING_BYTES;
        (2..=MOST_PADDINGS).contains(&paddings)
            && excess_bytes.abs_diff(paddings * PADDING_BYTES) <= slack
            && evidence.looked_at >= FEWEST_INSTANCES
            && evidence.seen == evidence.looked_at
            && self.table.get(class).loader_address != 0
    }

    /// True where the gap is probably the size, in a JVM of unknown layout.
    fn is_gap_likely(&self, class: ClassIndex, evidence: &GapEvidence) -> bool {
        const DENSE_PERMILLE: u32 = 980;
        let repeated = evidence.seen >= 2 && evidence.seen * 2 >= evidence.looked_at;
        self.layout.density_permille >= DENSE_PERMILLE || repeated || self.shapes.has_hidden(class)
    }
}

/// How many classes' smallest gaps each rule explains.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    /// Classes of which several instances were looked at.
    classes: u32,
    /// Of those, the classes with just the size.
    old: u32,
    new: u32,
    /// Classes, however rare, that are of this rule's size and not of the other's.
    only_old: u32,
    only_new: u32,
}

impl Votes {
    fn count(table: &ClassTable, shapes: &Shapes<'_>, evidence: &[GapEvidence]) -> Self {
        let mut votes = Self::default();
        for ((class, index), evidence) in table.classes.iter().zip(0u32..).zip(evidence) {
            if class.kind == ClassKind::Instance && evidence.seen > 0 {
                let sizes = [FieldRules::Old, FieldRules::New]
                    .map(|rules| shapes.instance_bytes(ClassIndex(index), rules));
                votes.add(sizes, evidence);
            }
        }
        votes
    }

    fn add(&mut self, [old, new]: [u64; 2], evidence: &GapEvidence) {
        /// So many that one of them hardly lacks a live neighbour.
        const SEVERAL: u32 = 8;
        let is_old = u32::from(evidence.smallest_bytes == old);
        let is_new = u32::from(evidence.smallest_bytes == new);
        if old != new {
            self.only_old += is_old;
            self.only_new += is_new;
        }
        if evidence.looked_at >= SEVERAL {
            self.classes += 1;
            self.old += is_old;
            self.new += is_new;
        }
    }

    fn winner(self) -> Option<FieldRules> {
        match self.only_old.cmp(&self.only_new) {
            std::cmp::Ordering::Greater => Some(FieldRules::Old),
            std::cmp::Ordering::Less => Some(FieldRules::New),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// True unless most of the frequent classes have other sizes.
    fn is_explained(self, rules: FieldRules) -> bool {
        let hits = if rules == FieldRules::Old {
            self.old
        } else {
            self.new
        };
        hits * 2 >= self.classes
    }
}
