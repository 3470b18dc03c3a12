//! Paths from the roots to one object, against a slow search back from it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seamew_heap::ObjectIndex;
use seamew_heap::heap::RootPaths;
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{ClassSpec, HeapBuilder, HeapOptions, sub};

use crate::slow_paths::{Case, Slow, object};
use crate::support::{cases, fresh, open_path};

impl Slow<'_> {
    fn check_paths(&self, to: ObjectIndex) {
        let excludes = self.excludes();
        let paths: Vec<Vec<ObjectIndex>> = RootPaths::new(self.heap, &excludes, to).collect();
        for path in &paths {
            assert_eq!(path.last(), Some(&to));
            assert!(self.roots.contains(&path[0]), "{path:?} from a root");
            let between = path.iter().skip(1).take(path.len().saturating_sub(2));
            assert!(
                !between.into_iter().any(|it| self.roots.contains(it)),
                "{path:?}"
            );
            for step in path.windows(2) {
                assert!(self.targets(step[0], true).contains(&step[1]), "{path:?}");
            }
        }
        assert!(paths.is_sorted_by_key(Vec::len));
        let found: BTreeMap<ObjectIndex, usize> =
            paths.iter().map(|path| (path[0], path.len() - 1)).collect();
        assert_eq!(found.len(), paths.len(), "a root repeats");
        let (wanted, has_class) = self.roots_of(to);
        if !has_class {
            assert_eq!(found, wanted, "roots of {to:?}");
            let shortest = self.distances(false).get(&to).map(|steps| steps + 1);
            assert_eq!(paths.first().map(Vec::len), shortest);
            let one = self.heap.shortest_path(to, &excludes);
            assert_eq!(one.len(), shortest.unwrap_or(0));
        } else if paths.is_empty() {
            assert!(!self.distances(true).contains_key(&to));
        }
    }
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn paths_lead_from_every_root_that_holds_an_object(
        plan in heap_plan(20),
        options in heap_options(),
        exclude in prop::option::of(any::<u16>()),
    ) {
        let built = plan.build(options);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let case = Case::new(&built, &heap, &[], exclude);
        for object in &case.slow.objects {
            case.slow.check_paths(*object);
        }
    }
}

/// ```text
/// Registry (class, root) -ALL-> array -> leaf;  Registry -OTHER-> leaf;  holder (root) -> leaf
/// holder -> twin -> holder
/// ```
#[test]
fn statics_are_excluded_by_the_name_of_their_class() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let leaf = built.string("leaf");
    let class = built.class(
        ClassSpec::new("app.Holder")
            .reference("held")
            .reference("twin"),
    );
    let holder = built.instance(class, &[("held", leaf.into())]);
    let twin = built.instance(class, &[("twin", holder.into())]);
    built.set_field(holder, "twin", twin);
    let spec = ClassSpec::new("app.Registry").static_field("ALL", leaf);
    built.class(spec);
    built.root(sub::ROOT_JNI_GLOBAL, holder);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let leaf = object(&heap, leaf);
    let count = |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        RootPaths::new(&heap, &heap.excludes(&texts).unwrap(), leaf).count()
    };
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["app.Registry#ALL"]), 1);
    assert_eq!(count(&["app.Registry"]), 1);
    assert_eq!(count(&["app.Holder"]), 1);
    assert_eq!(count(&["app.Holder", "app.Registry#ALL"]), 0);
    assert!(heap.excludes(&["app.Registry#held".to_owned()]).is_err());
    let nothing = heap.excludes(&[]).unwrap();
    let found = heap.paths_rows(leaf, &nothing, 1);
    assert_eq!((found.paths.len(), found.more), (1, true));
    assert!(!heap.paths_rows(leaf, &nothing, 2).more);
}

/// A class of an application's loader that only its instances hold, and those by a chain.
#[test]
fn instances_hold_their_class_where_nothing_else_does() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let loader_class = built.class(ClassSpec::new("app.Loader"));
    let loader = built.instance(loader_class, &[]);
    let class = built.class(
        ClassSpec::new("app.Node")
            .reference("next")
            .loaded_by(loader),
    );
    let far = built.instance(class, &[]);
    let near = built.instance(class, &[("next", far.into())]);
    built.root(sub::ROOT_JNI_GLOBAL, near);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let [loader, class, near] = [loader, class, near].map(|it| object(&heap, it));
    let nothing = heap.excludes(&[]).unwrap();
    let paths: Vec<_> = RootPaths::new(&heap, &nothing, loader).collect();
    assert_eq!(paths, [[near, class, loader]]);
}
