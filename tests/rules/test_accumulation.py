"""Memory that gathers: at any depth, under many owners, in several fields, in local variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import answers, findings
from rules.jdk import array_list, hash_map, singleton
from seamew.model import Severity
from seamew.rules.accumulation import RULE
from seamew.testing import ArrayObject, HeapBuilder, InstanceObject

ORDER = "com.acme.Order"


def order(heap: HeapBuilder, size: int = 20_000) -> InstanceObject:
    heap.klass(ORDER, fields={"text": "object"})
    return heap.instance(ORDER, text=heap.data(size))


def heap_with_cache(entries: int, size: int = 20_000) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("com.acme.Cache", fields={"orders": "object"})
    heap.klass("com.acme.Shop", fields={"cache": "object"})
    keys = ((heap.string(f"order-{n}"), order(heap, size)) for n in range(entries))
    cache = heap.instance("com.acme.Cache", orders=hash_map(heap, keys))
    singleton(heap, heap.instance("com.acme.Shop", cache=cache))
    return heap


def test_the_owner_is_the_field_of_the_collection(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_cache(300), tmp_path)

    assert (found.owner, found.owner_kind) == ("com.acme.Cache#orders", "instance")
    assert (found.element_class, found.instances) == (ORDER, 300)
    assert found.severity is Severity.HIGH
    assert found.id == "accumulation/com.acme.Cache#orders"
    assert found.object is not None
    assert found.object.class_name == "java.util.HashMap"
    way = "com.acme.Application#INSTANCE -> com.acme.Shop#cache -> com.acme.Cache#orders"
    assert f"the way there: {way}" in [str(one.text) for one in found.evidence]


def test_a_small_heap_is_no_alarm(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_cache(300, size=2_000), tmp_path)

    assert found.share > 0.5
    assert found.severity is Severity.LOW


def test_a_handful_is_a_pool(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_cache(20, size=300_000), tmp_path)

    assert found.severity is Severity.LOW


def heap_with_workers(pages: int) -> HeapBuilder:
    # 20 worker threads -> a list of 10 sessions each -> a list of pages each
    heap = HeapBuilder()
    heap.klass("com.acme.Worker", superclass="java.lang.Thread", fields={"sessions": "object"})
    heap.klass("com.acme.Session", fields={"pages": "object"})
    for number in range(20):
        worker = heap.thread(f"worker-{number}", klass="com.acme.Worker")
        sessions = [
            heap.instance(
                "com.acme.Session",
                pages=array_list(heap, [order(heap, 40_000 // pages) for _ in range(pages)]),
            )
            for _ in range(10)
        ]
        worker.values["sessions"] = array_list(heap, sessions)
    return heap


def test_one_class_under_many_owners_is_one_finding(tmp_path: Path) -> None:
    (found,) = findings(RULE, heap_with_workers(20), tmp_path)

    assert found.owner == "com.acme.Session#pages"
    assert (found.element_class, found.instances) == (ORDER, 4_000)
    assert "in 200 objects" in str(found.title)


def test_texts_are_what_an_element_is_made_of(tmp_path: Path) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Server", fields={"ports": "object"})
    servers = [
        heap.instance(
            "com.acme.Server",
            ports=array_list(heap, [heap.string(f"{n:0100}") for n in range(400)]),
        )
        for _ in range(100)
    ]
    heap.klass("com.acme.Calls", fields={"servers": "object"})
    singleton(heap, heap.instance("com.acme.Calls", servers=array_list(heap, servers)))

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Calls#servers"
    assert (found.element_class, found.instances) == ("com.acme.Server", 100)


def test_what_two_fields_hold_names_both(tmp_path: Path) -> None:
    heap = HeapBuilder()
    orders = [order(heap) for _ in range(300)]
    by_id = hash_map(heap, ((heap.string(f"id-{n}"), one) for n, one in enumerate(orders)))
    heap.klass("com.acme.Book", fields={"byId": "object", "open": "object"})
    singleton(heap, heap.instance("com.acme.Book", byId=by_id, open=array_list(heap, orders)))

    (found,) = findings(RULE, heap, tmp_path)

    assert {one.name for one in found.owners} == {"com.acme.Book#byId", "com.acme.Book#open"}
    assert {one.instances for one in found.owners} == {300}
    assert found.owner in {one.name for one in found.owners}
    assert found.element_class == ORDER


def test_a_constant_that_is_added_for_ever_counts_by_its_list(tmp_path: Path) -> None:
    heap = HeapBuilder()
    text = heap.string("ok")
    heap.root(text)
    heap.klass("com.acme.Health", fields={"results": "object"})
    results = array_list(heap, [text] * 600_000)
    singleton(heap, heap.instance("com.acme.Health", results=results))

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Health#results"
    assert (found.element_class, found.instances) == ("java.lang.String", 600_000)


def test_a_local_list_is_owned_by_its_frame(tmp_path: Path) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Import")
    heap.thread("main", [("com.acme.Import", "add"), ("com.acme.Import", "main")])
    heap.root(array_list(heap, [order(heap) for _ in range(300)]), "Java Local", 1, 1)

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner_kind == "local"
    assert found.owner is not None
    assert found.owner.startswith("com.acme.Import.main")
    assert (found.element_class, found.instances) == (ORDER, 300)


def test_closures_are_told_by_what_they_capture(tmp_path: Path) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Play$$Lambda$7+0x00007f", fields={"arg$1": "object"})
    closures = [
        heap.instance("com.acme.Play$$Lambda$7+0x00007f", **{"arg$1": order(heap)})
        for _ in range(300)
    ]
    heap.klass("com.acme.Calls", fields={"waiting": "object"})
    singleton(heap, heap.instance("com.acme.Calls", waiting=array_list(heap, closures)))

    (found,) = findings(RULE, heap, tmp_path)

    assert (found.owner, found.element_class) == ("com.acme.Calls#waiting", ORDER)


@pytest.mark.parametrize("library", ["org.springframework.cache.Store", "okhttp3.Store"])
def test_the_users_own_field_comes_before_a_librarys(tmp_path: Path, library: str) -> None:
    heap = HeapBuilder()
    heap.klass(library, fields={"orders": "object"})
    heap.klass("com.acme.Shop", fields={"store": "object"})
    orders = array_list(heap, [order(heap) for _ in range(300)])
    store = heap.instance(library, orders=orders)
    singleton(heap, heap.instance("com.acme.Shop", store=store))

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Shop#store"
    assert found.element_class == ORDER


def test_nothing_is_nothing(tmp_path: Path) -> None:
    heap = HeapBuilder()
    heap.thread("main")
    assert answers(RULE, heap, tmp_path) == []


@pytest.mark.parametrize(
    ("owner", "severity"),
    [("com.acme.Texts", Severity.HIGH), ("org.springframework.core.Texts", Severity.LOW)],
)
def test_a_framework_keeps_tables_of_its_own(
    tmp_path: Path, owner: str, severity: Severity
) -> None:
    heap = HeapBuilder()
    texts = array_list(heap, [heap.string(f"{n:020000}") for n in range(300)])
    heap.root(heap.klass(owner, statics={"TEXTS": texts}), "System Class")

    (found,) = findings(RULE, heap, tmp_path)

    assert (found.owner, found.severity) == (f"{owner}#TEXTS", severity)


def test_a_thread_local_comes_before_a_local_variable(tmp_path: Path) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Import")
    heap.thread("main", [("com.acme.Import", "main")])
    orders = array_list(heap, [order(heap) for _ in range(300)])
    heap.root(orders, "Java Local", 1, 0)
    local = heap.instance("java.lang.ThreadLocal")
    entry_class = heap.klass(
        "java.lang.ThreadLocal$ThreadLocalMap$Entry",
        superclass="java.lang.ref.WeakReference",
        fields={"value": "object"},
    )
    entry = heap.instance(entry_class, referent=local, value=orders)
    heap.root(heap.array("java.lang.ThreadLocal$ThreadLocalMap$Entry[]", [entry]), "JNI Global")
    heap.root(heap.klass("com.acme.Context", statics={"CURRENT": local}), "System Class")

    (found,) = findings(RULE, heap, tmp_path)

    assert (found.owner, found.owner_kind) == ("com.acme.Context#CURRENT", "thread_local")


def test_the_array_of_a_list_that_grows_leads_to_the_list(tmp_path: Path) -> None:
    # ArrayList.grow has the array in a local variable, so that the list does not dominate it.
    frames = [("java.util.ArrayList", "grow"), ("com.acme.Import", "main")]
    heap = HeapBuilder()
    heap.klass("com.acme.Import")
    orders = array_list(heap, [order(heap) for _ in range(300)])
    heap.thread("main", frames)
    array = orders.values["elementData"]
    assert isinstance(array, ArrayObject)
    heap.root(array, "Java Local", 1, 0)
    heap.root(orders, "Java Local", 1, 1)

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner is not None
    assert found.owner.startswith("com.acme.Import.main")
    assert (found.element_class, found.instances) == (ORDER, 300)


def test_a_tree_of_the_application_is_owned_by_its_root(tmp_path: Path) -> None:
    heap = HeapBuilder()
    node = heap.klass(
        "com.acme.Node", fields={"left": "object", "right": "object", "data": "object"}
    )
    nodes = [heap.instance(node, data=heap.data(4_000)) for _ in range(1_500)]
    for number, one in enumerate(nodes):
        for side, below in (("left", 2 * number + 1), ("right", 2 * number + 2)):
            if below < len(nodes):
                one.values[side] = nodes[below]
    heap.klass("com.acme.Index", fields={"root": "object"})
    singleton(heap, heap.instance("com.acme.Index", root=nodes[0]))

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner == "com.acme.Index#root"
    assert (found.element_class, found.instances) == ("com.acme.Node", 1_499)


def test_what_two_variables_of_the_jdk_hold_is_the_calling_frames(tmp_path: Path) -> None:
    # LinkedList.linkLast has the last node in a variable: no single object holds the nodes.
    heap = HeapBuilder()
    heap.klass("com.acme.Import")
    heap.klass("java.util.LinkedList")
    node = heap.klass("java.util.LinkedList$Node", fields={"item": "object", "next": "object"})
    nodes = [heap.instance(node, item=heap.string("line " * 2_000)) for _ in range(600)]
    for one, after in zip(nodes, [*nodes[1:], nodes[0]], strict=True):
        one.values["next"] = after
    frames = [("java.util.LinkedList", "linkLast"), ("com.acme.Import", "run")]
    thread = heap.thread("main", frames)
    heap.klass("java.lang.ref.Reference$ReferenceHandler", fields={"group": "object"})
    handler = heap.instance("java.lang.ref.Reference$ReferenceHandler", group=thread)
    heap.root(handler, "JNI Global")
    heap.root(nodes[0], "Java Local", 1, 0)
    heap.root(nodes[300], "Java Local", 1, 0)

    (found,) = findings(RULE, heap, tmp_path)

    assert found.owner is not None
    assert found.owner.startswith("com.acme.Import.run")
    assert found.owner_kind == "local"


@pytest.mark.parametrize(("class_name", "count"), [("com.acme.Console", 1), ("jdk.jshell.Tool", 0)])
def test_a_part_of_the_heap_that_only_the_jdk_holds_is_silent(
    tmp_path: Path, class_name: str, count: int
) -> None:
    heap = HeapBuilder()
    heap.klass(class_name, fields={"lines": "object"})
    lines = array_list(heap, [heap.string("line " * 1_000) for _ in range(200)])
    singleton(heap, heap.instance(class_name, lines=lines), f"{class_name}Main")
    for number in range(5):  # what is left of the heap is many small parts
        heap.root(heap.data(500_000), "JNI Global", number)

    assert len(findings(RULE, heap, tmp_path)) == count


@pytest.mark.parametrize(
    ("class_name", "count"),
    [("sun.security.x509.X509CertImpl", 0), ("com.acme.Certificate", 1)],
)
def test_what_the_jdk_makes_for_itself_is_silent_in_a_small_heap(
    tmp_path: Path, class_name: str, count: int
) -> None:
    heap = HeapBuilder()
    heap.klass("com.acme.Client")
    heap.klass(class_name, fields={"encoded": "object"})
    trusted = [heap.instance(class_name, encoded=heap.data(8_000)) for _ in range(144)]
    heap.thread("main", [("com.acme.Client", "main")])
    heap.root(array_list(heap, trusted), "Java Local", 1, 0)
    heap.root(heap.data(2_000_000), "JNI Global")

    assert len(findings(RULE, heap, tmp_path)) == count
