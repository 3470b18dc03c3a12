"""The heap that the cookbook's queries are run on: a small application with everything in it."""

from __future__ import annotations

from pathlib import Path

from seamew.testing import HeapBuilder, InstanceObject

__all__ = ["write_cookbook_heap"]

_SESSIONS = 9


def write_cookbook_heap(path: Path) -> Path:
    """Sessions in a map, duplicate texts, timers, weak references, direct buffers, a plug-in."""
    builder = HeapBuilder()
    sessions = _sessions(builder)
    entries = {f"s{number}": session for number, session in enumerate(sessions[:-1])}
    registry = builder.klass("com.acme.Registry", statics={"SESSIONS": None, "LIMIT": 500})
    registry.statics["SESSIONS"] = _map(builder, entries, places=16)
    builder.root(_map(builder, {}, places=16))
    builder.root(_list(builder, [sessions[-1]], places=100))
    builder.root(_list(builder, [builder.string("full")], places=1))
    _threads(builder, sessions)
    _references(builder, sessions[0])
    _plugin(builder)
    return builder.write(path)


def _sessions(builder: HeapBuilder) -> list[InstanceObject]:
    builder.klass("java.lang.Enum", fields={"name": "object", "ordinal": "int"})
    state = builder.klass("com.acme.State", superclass="java.lang.Enum")
    states = [
        builder.instance(state, name=builder.string(name), ordinal=ordinal)
        for ordinal, name in enumerate(("OPEN", "CLOSED"))
    ]
    fields = dict.fromkeys(("owner", "region", "state", "buffer", "previous"), "object")
    session = builder.klass("com.acme.Session", fields={"id": "int", **fields})
    shared = builder.data(2000)
    made: list[InstanceObject] = []
    for number in range(_SESSIONS):
        made.append(
            builder.instance(
                session,
                id=number,
                owner=builder.string(f"user {number % 3}") if number % 4 else None,
                region=builder.string("eu-west" if number % 2 else f"us-{number}"),
                state=states[number % 3 == 0],
                buffer=builder.data(1000 * number) if number > 1 else shared,
                previous=made[-1] if made and number < 6 else None,
            )
        )
    return made


def _map(builder: HeapBuilder, content: dict[str, InstanceObject], places: int) -> InstanceObject:
    fields = {"hash": "int", "key": "object", "value": "object", "next": "object"}
    node = builder.klass("java.util.HashMap$Node", fields=fields)
    nodes = [
        builder.instance(node, key=builder.string(key), value=value, hash=place)
        for place, (key, value) in enumerate(content.items())
    ]
    table = builder.array("java.util.HashMap$Node[]", [*nodes, *[None] * (places - len(nodes))])
    kind = builder.klass("java.util.HashMap", fields={"table": "object", "size": "int"})
    return builder.instance(kind, table=table, size=len(nodes))


def _list(builder: HeapBuilder, content: list[InstanceObject], places: int) -> InstanceObject:
    array = builder.array("java.lang.Object[]", [*content, *[None] * (places - len(content))])
    kind = builder.klass("java.util.ArrayList", fields={"elementData": "object", "size": "int"})
    return builder.instance(kind, elementData=array, size=len(content))


def _threads(builder: HeapBuilder, sessions: list[InstanceObject]) -> None:
    builder.klass("java.util.TimerThread", superclass="java.lang.Thread")
    frames = [("com.acme.Registry", "expire"), ("java.util.TimerThread", "run")]
    builder.thread("expiry", frames, klass="java.util.TimerThread")
    builder.thread("main", [("com.acme.Registry", "main")])
    builder.root(sessions[4], "Java Local", 1, 0)
    builder.root(builder.data(5000), "Java Local", 2, 0)


def _references(builder: HeapBuilder, target: InstanceObject) -> None:
    weak = builder.klass("java.lang.ref.WeakReference")
    listener = builder.klass("com.acme.ListenerReference", superclass="java.lang.ref.WeakReference")
    for reference in (
        builder.instance(weak, referent=target),
        builder.instance(weak),
        builder.instance(listener),
    ):
        builder.root(reference)
    cleaner = builder.instance("java.lang.Object")
    buffer = builder.klass(
        "java.nio.DirectByteBuffer", fields={"capacity": "int", "cleaner": "object"}
    )
    builder.root(builder.instance(buffer, capacity=1 << 20, cleaner=cleaner))
    builder.root(builder.instance(buffer, capacity=1 << 10))


def _plugin(builder: HeapBuilder) -> None:
    kind = builder.klass("com.acme.PluginLoader", superclass="java.lang.ClassLoader")
    loader = builder.instance(kind)
    plugin = builder.klass("com.acme.plugin.Plugin", loader=loader)
    builder.root(builder.instance(plugin))
