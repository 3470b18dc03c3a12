"""Objects of a heap as Python objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import seamew
from seamew import errors
from seamew.heap import Heap, ObjectView
from seamew.testing import HeapBuilder, InstanceObject


@pytest.fixture
def heap(builder: HeapBuilder, tmp_path: Path) -> Iterator[Heap]:
    """A cache with users by name, in a list, and in an array."""
    user = builder.klass(
        "com.acme.User",
        fields={"name": "object", "age": "int", "id": "long", "rate": "double", "friend": "object"},
        statics={"COUNT": 2, "FIRST": None},
    )
    ann = builder.instance(user, name=builder.string("Ann"), age=41, id=7, rate=0.5)
    bob = builder.instance(user, name=builder.string("Bob"), age=42, friend=ann)
    user.statics["FIRST"] = ann
    array = builder.array("java.lang.Object[]", [ann, None, bob, None])
    listed = builder.klass("java.util.ArrayList", fields={"elementData": "object", "size": "int"})
    nodes = [_node(builder, "ann", ann), _node(builder, "bob", bob)]
    table = builder.array("java.util.HashMap$Node[]", nodes)
    mapped = builder.klass("java.util.HashMap", fields={"table": "object", "size": "int"})
    cache = builder.klass("com.acme.Cache", fields={"users": "object", "all": "object"})
    builder.root(
        builder.instance(
            cache,
            users=builder.instance(mapped, table=table, size=2),
            all=builder.instance(listed, elementData=array, size=3),
        )
    )
    builder.root(builder.data(3, "int"))
    with seamew.open(builder.write(tmp_path / "users.hprof"), use_index=False) as opened:
        yield opened


def _node(builder: HeapBuilder, key: str, value: InstanceObject) -> InstanceObject:
    fields = {"hash": "int", "key": "object", "value": "object", "next": "object"}
    node = builder.klass("java.util.HashMap$Node", fields=fields)
    return builder.instance(node, key=builder.string(key), value=value)


def only(heap: Heap, name: str) -> ObjectView:
    (found,) = heap.instances(name)
    return found


def test_fields_are_attributes(heap: Heap) -> None:
    ann, bob = heap.instances("com.acme.User")
    assert (ann.age, ann.rate, ann.friend) == (41, 0.5, None)
    assert bob.friend == ann
    assert bob.name.value == bob.name.text == "Bob"
    assert bob.field("friend.name") == ann.name
    assert bob.field("friend.friend.name") is None
    assert ann.field("id") == 7
    assert ann.id == heap.resolve(f"{ann.address:#x}"), "what the view itself has comes first"
    assert ann.fields == {"name": ann.name, "age": 41, "id": 7, "rate": 0.5, "friend": None}
    assert {"age", "retained_bytes"} <= set(dir(ann))


def test_unknown_fields(heap: Heap) -> None:
    ann, _ = heap.instances("com.acme.User")
    with pytest.raises(AttributeError, match=r"com\.acme\.User has no field aeg; near names: age"):
        ann.aeg  # noqa: B018
    with pytest.raises(AttributeError, match=r"com.acme.User has no field x"):
        ann.field("friend.x") if ann.friend else ann.field("x")
    assert not hasattr(ann, "__deepcopy__")


def test_what_is_known_of_any_object(heap: Heap) -> None:
    for row in heap.rows(range(heap.facts.object_count)):
        view = heap.view(row.object_index)
        assert (view.address, view.class_name, view.kind) == (row.address, row.class_name, row.kind)
        assert (view.shallow_bytes, view.retained_bytes) == (row.shallow_bytes, row.retained_bytes)
        assert view.value == row.value
        inbound = [one.object_index for one in heap.references_to(view.id)]
        assert [one.id for one in view.inbound] == inbound
        outbound = [one.object_index for one in heap.references_from(view.id)]
        assert [one.id for one in view.outbound] == outbound
        dominated = [one.object_index for one in heap.dominated(view.id)]
        assert sorted(one.id for one in view.dominated) == sorted(dominated)
        above = heap.object(view.id).dominator
        assert (view.dominator and view.dominator.id) == (above and above.object_index)
        assert view.path() == heap.path(view.id)
        assert bool(view)


def test_class_objects_have_their_statics(heap: Heap) -> None:
    (row,) = heap.find_classes("com.acme.User")
    klass = heap.view(row.object_index)
    assert klass.value == "com.acme.User"
    assert klass.COUNT == 2
    assert next(heap.instances("com.acme.User")) == klass.FIRST


def test_arrays(heap: Heap) -> None:
    ann, bob = heap.instances("com.acme.User")
    array = only(heap, "com.acme.Cache").field("all.elementData")
    assert len(array) == 4
    assert list(array) == [ann, None, bob, None]
    assert (array[0], array[2], array[-2]) == (ann, bob, bob)
    numbers = only(heap, "int[]")
    assert list(numbers) == [0, 0, 0]
    assert numbers[-1] == 0
    for place in (4, -5):
        with pytest.raises(IndexError, match="the length is 4"):
            array[place]
    with pytest.raises(TypeError, match="places are numbers"):
        array["first"]


def test_collections(heap: Heap) -> None:
    ann, bob = heap.instances("com.acme.User")
    cache = only(heap, "com.acme.Cache")
    users, listed = cache.users, cache.all
    assert (len(listed), list(listed), listed[-1]) == (3, [ann, None, bob], bob)
    assert len(users) == 2
    assert {key.value: value for key, value in users} == {"ann": ann, "bob": bob}
    assert users["bob"] == bob
    with pytest.raises(KeyError, match="eve"):
        users["eve"]
    for impossible in (lambda: len(ann), lambda: list(ann), lambda: ann[0]):
        with pytest.raises(TypeError, match="no array and no known collection"):
            impossible()


def test_views_are_values(heap: Heap) -> None:
    ann, bob = heap.instances("com.acme.User")
    assert ann == heap.view(ann.id) != bob
    assert ann != ann.id
    assert len({ann, heap.view(ann.id), bob}) == 2
    assert repr(ann) == f"<com.acme.User @{ann.id}>"
    assert repr(ann.name) == f"<java.lang.String @{ann.name.id} 'Ann'>"


def test_instances_are_found_lazily_by_name_or_pattern(heap: Heap) -> None:
    assert len(list(heap.instances("com.acme.*"))) == 3
    assert len(list(heap.instances("java.lang.Object", subclasses=True))) > 10
    with pytest.raises(errors.ObjectNotFoundError, match=r"com.acme.Nobody"):
        heap.instances("com.acme.Nobody")
