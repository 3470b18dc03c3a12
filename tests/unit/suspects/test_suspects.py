"""Suspects, points and owners on heaps built for the purpose."""

from __future__ import annotations

from seamew.diagnose import diagnose_heap
from seamew.heap import Heap
from seamew.model import Suspect, SuspectKind
from seamew.suspects import SuspectSettings, find_suspects
from seamew.testing import ClassObject, HeapBuilder, InstanceObject
from support.slow_heap import SlowHeap

KB = 1024


def opened(builder: HeapBuilder) -> Heap:
    return Heap(SlowHeap(builder))  # type: ignore[arg-type]


def only_suspect(builder: HeapBuilder, settings: SuspectSettings | None = None) -> Suspect:
    found = find_suspects(opened(builder), settings)
    assert len(found) == 1, [one.title for one in found]
    return found[0]


def hash_map(builder: HeapBuilder, values: list[InstanceObject]) -> InstanceObject:
    """A HashMap -> table -> nodes -> values."""
    node = builder.klass(
        "java.util.HashMap$Node", fields={"key": "object", "value": "object", "next": "object"}
    )
    nodes = [builder.instance(node, key=builder.string("k"), value=value) for value in values]
    table = builder.array("java.util.HashMap$Node[]", [*nodes, None, None])
    kind = builder.klass("java.util.HashMap", fields={"table": "object", "size": "int"})
    return builder.instance(kind, table=table, size=len(nodes))


def sessions(builder: HeapBuilder, count: int, size: int = KB) -> list[InstanceObject]:
    kind = builder.klass("com.acme.Session", fields={"data": "object"})
    return [builder.instance(kind, data=builder.data(size)) for _ in range(count)]


def test_static_map_is_named_by_its_field(builder: HeapBuilder) -> None:
    # class Registry (root) -> static ALL -> HashMap -> Node[] -> 20 x Node -> Session -> byte[]
    registry = builder.klass("com.acme.Registry", statics={"ALL": None})
    registry.statics["ALL"] = hash_map(builder, sessions(builder, 20))

    suspect = only_suspect(builder)

    assert suspect.kind is SuspectKind.CLASS
    assert suspect.owner_field == "com.acme.Registry#ALL"
    assert suspect.owner is not None
    assert suspect.owner.kind == "static"
    assert suspect.element_class == "com.acme.Session"
    assert suspect.share > 0.9
    point = suspect.accumulation_point
    assert point is not None
    assert point.object.class_name == "java.util.HashMap$Node[]"
    assert point.entries == 20
    assert [step.field for step in suspect.path] == ["", "ALL", "table"]
    assert suspect.path[0].root_types == ("System Class",)
    assert "com.acme.Registry#ALL holds 20 entries, mostly com.acme.Session" in str(suspect.title)
    assert "Static fields of class com.acme.Registry keep" in str(suspect.explanation)
    assert any("20 entries" in str(line) for line in suspect.evidence)


def test_inherited_field_is_named_by_the_class_that_declares_it(builder: HeapBuilder) -> None:
    builder.klass("com.acme.Base", fields={"cache": "object"})
    builder.klass("com.acme.Impl", superclass="com.acme.Base")
    impl = builder.instance("com.acme.Impl", cache=hash_map(builder, sessions(builder, 20)))
    builder.root(impl)

    suspect = only_suspect(builder)

    assert suspect.kind is SuspectKind.INSTANCE
    assert suspect.owner_field == "com.acme.Base#cache"
    assert suspect.owner is not None
    assert suspect.owner.object.class_name == "com.acme.Impl"


def test_collection_library_is_passed_over_for_application_code(builder: HeapBuilder) -> None:
    guava = builder.klass("com.google.common.cache.LocalCache", fields={"segments": "object"})
    service = builder.klass("com.acme.Service", fields={"users": "object"})
    segments = builder.array("com.google.common.cache.Segment[]", sessions(builder, 20))
    cache = builder.instance(guava, segments=segments)
    builder.root(builder.instance(service, users=cache))

    assert only_suspect(builder).owner_field == "com.acme.Service#users"


def test_owner_with_several_maps_is_the_point_and_lists_them(builder: HeapBuilder) -> None:
    # SipSubscribe -> a: 60 %, b: 40 %: neither child has 0.7, so the object is the point
    kind = builder.klass("com.acme.SipSubscribe", fields={"a": "object", "b": "object"})
    maps = {
        "a": hash_map(builder, sessions(builder, 12)),
        "b": hash_map(builder, sessions(builder, 8)),
    }
    builder.root(builder.instance(kind, **maps))

    suspect = only_suspect(builder)

    assert suspect.accumulation_point is not None
    assert suspect.accumulation_point.object.class_name == "com.acme.SipSubscribe"
    assert suspect.owner_field == "com.acme.SipSubscribe#a"
    assert any(str(line).startswith("com.acme.SipSubscribe#b holds") for line in suspect.evidence)


def test_thread_with_a_local(builder: HeapBuilder) -> None:
    frames = [("java.lang.Object", "wait"), ("com.acme.Worker", "run")]
    builder.klass("com.acme.Worker")
    builder.thread("worker-1", frames)
    big = builder.array("java.lang.Object[]", sessions(builder, 20))
    builder.root(big, "Java Local", 1, 1)

    suspect = only_suspect(builder)

    assert suspect.kind is SuspectKind.THREAD
    assert suspect.owner is not None
    assert suspect.owner.kind == "local"
    assert suspect.owner_field is None
    assert "com.acme.Worker.run" in suspect.owner.name
    assert 'The thread "worker-1"' in str(suspect.explanation)
    assert any("com.acme.Worker.run" in str(line) for line in suspect.evidence)


def test_thread_local_is_owned_by_the_field_of_its_key(builder: HeapBuilder) -> None:
    thread = builder.klass("com.acme.PoolThread", superclass="java.lang.Thread")
    thread.fields["threadLocals"] = "object"
    builder.klass("java.lang.ThreadLocal")
    key = builder.instance("java.lang.ThreadLocal")
    builder.klass("com.acme.Context", statics={"CURRENT": key})
    entry_class = builder.klass(
        "java.lang.ThreadLocal$ThreadLocalMap$Entry",
        superclass="java.lang.ref.WeakReference",
        fields={"value": "object"},
    )
    value = builder.array("java.lang.Object[]", sessions(builder, 20))
    entry = builder.instance(entry_class, referent=key, value=value)
    table = builder.array("java.lang.ThreadLocal$ThreadLocalMap$Entry[]", [entry])
    made = builder.thread("pool-1", klass="com.acme.PoolThread")
    made.values["threadLocals"] = table

    suspect = only_suspect(builder)

    assert suspect.owner is not None
    assert suspect.owner.kind == "thread_local"
    assert suspect.owner_field == "com.acme.Context#CURRENT"


def test_pool_is_owned_by_the_application_and_not_by_its_thread(builder: HeapBuilder) -> None:
    # thread -> local: pool <- Service.pool; the thread is nearer, the field is the answer
    builder.klass("java.util.concurrent.Pool", fields={"queue": "object", "self": "object"})
    queue = builder.array("java.lang.Object[]", sessions(builder, 20))
    pool = builder.instance("java.util.concurrent.Pool", queue=queue)
    pool.values["self"] = pool
    service = builder.klass("com.acme.Service", fields={"pool": "object"})
    builder.klass("com.acme.Main", statics={"SERVICE": builder.instance(service, pool=pool)})
    builder.thread("pool-1-thread-1", [("java.util.concurrent.Pool", "run")])
    builder.root(pool, "Java Local", 1, 0)

    suspect = only_suspect(builder)

    assert suspect.owner_field == "com.acme.Service#pool"
    assert [step.field for step in suspect.path] == ["", "SERVICE", "pool", "queue"]


def test_queue_of_timers_is_named_by_the_threads_field(builder: HeapBuilder) -> None:
    # n x thread -> queue -> tasks, where each queue is held once more: a group of the queues
    builder.klass(
        "java.util.TimerThread", superclass="java.lang.Thread", fields={"queue": "object"}
    )
    reaper = builder.klass("java.util.Timer$Reaper", fields={"queue": "object"})
    for number in range(20):
        queue = builder.array("java.util.TimerTask[]", sessions(builder, 1))
        thread = builder.thread(f"timer-{number}", klass="java.util.TimerThread")
        thread.values["queue"] = queue
        builder.root(builder.instance(reaper, queue=queue))

    suspect = only_suspect(builder)

    assert suspect.kind is SuspectKind.GROUP
    assert suspect.owner_field == "java.util.TimerThread#queue"
    assert suspect.element_class == "com.acme.Session"


def test_group_of_one_class_with_a_common_path(builder: HeapBuilder) -> None:
    # two roots reach each Session, so each is a topmost dominator and small by itself
    list_kind = builder.klass("com.acme.Pool", fields={"items": "object"})
    members = sessions(builder, 30)
    array = builder.array("com.acme.Session[]", members)
    pool = builder.instance(list_kind, items=array)
    builder.root(pool)
    for member in members:
        holder = builder.instance(
            builder.klass("com.acme.Slot", fields={"of": "object"}), of=member
        )
        builder.root(builder.instance("com.acme.Indirect", at=holder), "JNI Global")
    builder.klass("com.acme.Indirect").fields["at"] = "object"

    found = find_suspects(opened(builder))
    suspect = next(one for one in found if one.class_name == "com.acme.Session")

    assert suspect.kind is SuspectKind.GROUP
    assert suspect.objects == 30
    assert suspect.accumulation_point is not None
    assert suspect.accumulation_point.object.class_name == "com.acme.Session[]"
    assert suspect.owner_field == "com.acme.Pool#items"
    assert "30 instances of com.acme.Session together keep" in str(suspect.explanation)


def test_group_without_a_common_path_has_no_point(builder: HeapBuilder) -> None:
    for member in sessions(builder, 30):
        builder.root(member)

    suspect = only_suspect(builder)

    assert suspect.kind is SuspectKind.GROUP
    assert suspect.accumulation_point is None
    assert any("No accumulation point" in str(line) for line in suspect.doubt)


def test_group_sample_is_fixed_by_its_seed(builder: HeapBuilder) -> None:
    for member in sessions(builder, 30):
        builder.root(member)
    settings = SuspectSettings(max_paths=5, seed=7)

    first, second = only_suspect(builder, settings), only_suspect(builder, settings)

    assert first == second
    assert any("5 of 30 members" in str(line) for line in first.doubt)


def test_long_chain_has_no_point_but_an_owner(builder: HeapBuilder) -> None:
    # Queue -> Node -> Node -> ...: more links than the walk may take
    node = builder.klass("com.acme.Node", fields={"item": "object", "next": "object"})
    following: InstanceObject | None = None
    for _ in range(40):
        following = builder.instance(node, item=builder.data(KB), next=following)
    queue = builder.klass("com.acme.Queue", fields={"head": "object"})
    server = builder.klass("com.acme.Server", fields={"backlog": "object"})
    builder.root(builder.instance(server, backlog=builder.instance(queue, head=following)))

    suspect = only_suspect(builder, SuspectSettings(max_depth=30))

    assert suspect.accumulation_point is not None
    assert suspect.accumulation_point.object.class_name == "com.acme.Queue"
    assert suspect.owner_field == "com.acme.Queue#head"
    assert suspect.element_class == "com.acme.Node"
    assert "a chain of more than 29 objects" in str(suspect.explanation)


def test_nothing_above_the_threshold_shows_the_three_biggest(builder: HeapBuilder) -> None:
    kinds = [builder.klass(f"com.acme.Kind{n}", fields={"data": "object"}) for n in range(20)]
    for kind in kinds:
        builder.root(builder.instance(kind, data=builder.data(KB)))

    found = diagnose_heap(opened(builder), rules=())

    assert found.suspects == ()
    assert str(found.verdict).startswith("Nothing found that looks like a leak")
    assert str(found.verdict).count("com.acme.Kind") == 3


def test_weakly_held_suspect_says_so(builder: HeapBuilder) -> None:
    big = builder.array("java.lang.Object[]", sessions(builder, 20))
    builder.root(builder.instance("java.lang.ref.WeakReference", referent=big))

    suspect = only_suspect(builder)

    assert any("weak or soft" in str(line) for line in suspect.doubt)
    assert suspect.path


def test_what_a_lambda_captures_is_told(builder: HeapBuilder) -> None:
    kind = builder.klass(
        "com.acme.Gateway$$Lambda$7+0x0000000800c03000", fields={"arg$1": "object"}
    )
    lambdas = [builder.instance(kind, **{"arg$1": one}) for one in sessions(builder, 20)]
    builder.klass(
        "com.acme.Bus", statics={"HANDLERS": builder.array("java.lang.Object[]", lambdas)}
    )

    suspect = only_suspect(builder)

    assert suspect.owner_field == "com.acme.Bus#HANDLERS"
    assert suspect.element_class == "com.acme.Gateway$$Lambda$7"
    assert "a com.acme.Gateway$$Lambda$7 captures com.acme.Session" in [
        str(line) for line in suspect.evidence
    ]


def test_suspects_are_ordered_by_size(builder: HeapBuilder) -> None:
    for name, count in (("Small", 10), ("Big", 30)):
        registry: ClassObject = builder.klass(f"com.acme.{name}", statics={"ALL": None})
        registry.statics["ALL"] = hash_map(builder, sessions(builder, count))

    fields = [one.owner_field for one in find_suspects(opened(builder))]

    assert fields == ["com.acme.Big#ALL", "com.acme.Small#ALL"]
