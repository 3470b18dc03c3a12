//! Heaps for tests that need one, of whatever kind.

use seamew_testkit::{ClassSpec, FileOrder, Frame, HeapBuilder, HeapOptions, IdSize, Spacing, sub};

/// A heap with a bit of everything.
pub fn sample() -> HeapBuilder {
    sample_with(HeapOptions::default())
}

/// The same with identifiers that a sorted column takes: without the bitmap of addresses, which has
/// two mebibytes at the least, an index is written in no time.
pub fn small_sample() -> HeapBuilder {
    sample_with(HeapOptions {
        spacing: Spacing::Unaligned,
        ..HeapOptions::default()
    })
}

/// One for each kind of index: sorted addresses, a bitmap of them, records without order.
pub fn of_each_kind() -> [HeapBuilder; 3] {
    let scattered = HeapOptions {
        spacing: Spacing::Unaligned,
        file_order: FileOrder::Scattered { seed: 3 },
        id_size: IdSize::Four,
        ..HeapOptions::default()
    };
    [small_sample(), sample(), sample_with(scattered)]
}

/// The same, as the options want it.
pub fn sample_with(options: HeapOptions) -> HeapBuilder {
    let mut built = HeapBuilder::new(options);
    let known = built.known();
    let loader = built.instance(known.class_loader, &[]);
    let spec = ClassSpec::new("app.Node")
        .loaded_by(loader)
        .reference("next")
        .reference("text");
    let class = built.class(spec);
    let texts: Vec<_> = (0..20)
        .map(|at| built.string(&format!("text {at}")))
        .collect();
    let nodes: Vec<_> = texts
        .iter()
        .map(|text| built.instance(class, &[("text", (*text).into())]))
        .collect();
    for pair in nodes.windows(2) {
        built.set_field(pair[0], "next", pair[1]);
    }
    let array_class = built.array_class(class);
    let array = built.object_array(array_class, &nodes);
    let thread = built.thread("main");
    let frame = built.frame(thread, Frame::new(class, "run", "Node.java", 7));
    built.java_local(thread, frame, array);
    built.root(sub::ROOT_JNI_GLOBAL, loader);
    built
}
