//! What references refer to and what only they keep alive, against a search in the plain graph.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::heap::ObjectSet;
use seamew_heap::{Heap, ObjectIndex, Progress};
use seamew_testkit::{Address, ClassSpec, HeapBuilder, HeapOptions, sub};

use crate::support::{cases, fresh, open_path};

const REFERENT: &str = "referent";

/// Nodes with two fields, some of them references; places of nodes, or none.
#[derive(Clone, Debug)]
struct Plan {
    referents: Vec<Option<usize>>,
    others: Vec<Option<usize>>,
    is_reference: Vec<bool>,
    roots: Vec<usize>,
}

fn plans() -> impl Strategy<Value = Plan> {
    (2usize..20).prop_flat_map(|count| {
        let place = || prop::option::weighted(0.8, 0..count);
        (
            vec(place(), count),
            vec(place(), count),
            vec(any::<bool>(), count),
            vec(0..count, 1..4),
        )
            .prop_map(|(referents, others, is_reference, roots)| Plan {
                referents,
                others,
                is_reference,
                roots,
            })
    })
}

impl Plan {
    fn build(&self) -> (HeapBuilder, Vec<Address>) {
        let mut built = HeapBuilder::new(HeapOptions::default());
        let spec = |name: &str| ClassSpec::new(name).reference(REFERENT).reference("other");
        let classes = [built.class(spec("app.Node")), built.class(spec("app.Weak"))];
        let nodes: Vec<Address> = (self.is_reference.iter())
            .map(|is_reference| built.instance(classes[usize::from(*is_reference)], &[]))
            .collect();
        for (node, (referent, other)) in nodes.iter().zip(self.referents.iter().zip(&self.others)) {
            for (field, target) in [(REFERENT, referent), ("other", other)] {
                if let Some(target) = target {
                    built.set_field(*node, field, nodes[*target]);
                }
            }
        }
        for root in &self.roots {
            built.root(sub::ROOT_JNI_GLOBAL, nodes[*root]);
        }
        (built, nodes)
    }

    /// Places that the roots reach; `cuts` leaves the references' referents out, `bars` the
    /// references themselves.
    fn reached(&self, cuts: bool, bars: bool) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut open = self.roots.clone();
        while let Some(place) = open.pop() {
            if bars && self.is_reference[place] || !seen.insert(place) {
                continue;
            }
            open.extend(self.others[place]);
            open.extend(self.referents[place].filter(|_| !(cuts && self.is_reference[place])));
        }
        seen
    }
}

fn places(heap: &Heap, nodes: &[Address], set: &ObjectSet) -> BTreeSet<usize> {
    let is_in = |place: &usize| set.contains(object(heap, nodes[*place]));
    let known = (0..nodes.len()).filter(|place| heap.resolve(&name(nodes[*place])).is_ok());
    known.filter(is_in).collect()
}

fn name(address: Address) -> String {
    format!("{:#x}", address.0)
}

fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&name(address)).unwrap()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn referents_are_those_of_a_plain_search(plan in plans()) {
        let (built, nodes) = plan.build();
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let alive = plan.reached(false, false);
        let references: Vec<usize> = (alive.iter().copied())
            .filter(|place| plan.is_reference[*place])
            .collect();
        let members = references.iter().map(|place| object(&heap, nodes[*place]));
        let set = ObjectSet::of(heap.all_objects().len() + 64, members);
        let found = heap.referents(&set, REFERENT, &Progress::default()).unwrap();

        let referents: BTreeSet<usize> =
            references.iter().filter_map(|place| plan.referents[*place]).collect();
        let stays = plan.reached(true, false);
        let without = plan.reached(false, true);
        let cleared = references.iter().filter(|it| plan.referents[**it].is_none()).count();
        let kept: BTreeSet<usize> = referents.intersection(&stays).copied().collect();
        let by_references = (kept.iter().copied())
            .filter(|place| !plan.is_reference[*place] && !without.contains(place))
            .collect();
        prop_assert_eq!(found.references, references.len() as u64);
        prop_assert_eq!(found.cleared, cleared as u64);
        prop_assert_eq!(places(&heap, &nodes, &found.referents), referents);
        let only: BTreeSet<usize> = alive.difference(&stays).copied().collect();
        prop_assert_eq!(places(&heap, &nodes, &found.only), only);
        prop_assert_eq!(places(&heap, &nodes, &found.kept), kept);
        prop_assert_eq!(places(&heap, &nodes, &found.kept_by_references), by_references);
    }

    #[test]
    fn members_are_found_by_what_their_field_refers_to(plan in plans(), target in 0usize..20) {
        let (built, nodes) = plan.build();
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let alive = plan.reached(false, false);
        let target = target % nodes.len();
        prop_assume!(alive.contains(&target));
        let edges = heap.field_edges(&heap.all_objects(), "other", &Progress::default()).unwrap();
        let found = edges.members_referring_to(&heap, object(&heap, nodes[target]));
        let wanted: BTreeSet<usize> = (alive.iter().copied())
            .filter(|place| plan.others[*place] == Some(target))
            .collect();
        prop_assert_eq!(places(&heap, &nodes, &found), wanted);
        let classes: u64 = edges.target_classes(&heap).iter().map(|(_, count)| count).sum();
        let filled = alive.iter().filter(|place| plan.others[**place].is_some()).count();
        prop_assert_eq!(classes, filled as u64);
    }
}
