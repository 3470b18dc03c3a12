"""Queries for paths, attributes, functions and operators, with what they give."""

from __future__ import annotations

import re

from seamew.heap import ObjectView

from .oql_world import Query, World

__all__ = ["VALUES"]

MODEL = "org.eclipse.mat.snapshot.model"


def text_of(world: World, pattern: str) -> list[int]:
    return [s.id for s in world.strings if re.fullmatch(pattern, s.text or "")]


def known_size(world: World, view: ObjectView) -> int | None:
    return None if world.heap.collection_kind(view.id) is None else len(view)


_PATHS: list[Query] = [
    ("select s.count, s.offset from java.lang.String s",
     lambda w: [(s.count, s.offset) for s in w.strings]),
    ("select count from java.lang.String", lambda w: [s.count for s in w.strings]),
    ("select ${s}.count from java.lang.String s", lambda w: [s.count for s in w.strings]),
    ("select s.value.@length from java.lang.String s",
     lambda w: [len(s.field("value")) for s in w.strings]),
    ("select s.nothing from java.lang.String s", lambda w: [None] * len(w.strings)),
    ("select s.nothing.more[3].@name from java.lang.String s", lambda w: [None] * len(w.strings)),
    ("select c.MIN_VALUE from objects java.lang.Integer c", lambda _: [-(2**31)]),
    ("select m.table[0] from java.util.HashMap m", lambda w: [m.table[0] for m in w.maps]),
    ("select s[2] from int[] s", lambda w: [list(a)[2] for a in w.of("int[]")]),
    ("select s[-1] from int[] s", lambda w: [None for _ in w.of("int[]")]),
    ("select s[100000] from int[] s", lambda w: [None for _ in w.of("int[]")]),
    ("select s[0:1] from int[] s", lambda w: [list(a)[:2] for a in w.of("int[]")]),
    ("select s[-2:-1] from int[] s", lambda w: [list(a)[-2:] for a in w.of("int[]")]),
    ("select s[0:-1].size() from int[] s", lambda w: [len(a) for a in w.of("int[]")]),
    ("select s[1:3][1] from int[] s", lambda w: [list(a)[2] for a in w.of("int[]")]),
    ("select s.@valueArray[2] from int[] s", lambda w: [list(a)[2] for a in w.of("int[]")]),
    ("select s.getValueAt(2) from int[] s where s.@length > 2",
     lambda w: [list(a)[2] for a in w.of("int[]")]),
    ("select a[0], a[1] from byte[][] a",
     lambda w: [tuple([*a, None, None][:2]) for a in w.of("byte[][]")]),
    ("select a.getReferenceArray(0, 1)[0] from byte[][] a where a.@length > 0",
     lambda w: [a[0].address for a in w.of("byte[][]") if len(a)]),
    ("select m[0:-1].size(), m.size from instanceof java.util.HashMap m",
     lambda w: [(len(list(m)), m.size) for m in w.below("java.util.HashMap")]),
    ("select m[0:-1].size(), size(m), m from instanceof java.util.AbstractMap m",
     lambda w: [(known_size(w, m), known_size(w, m), m)
                for m in w.below("java.util.AbstractMap")]),
    ("select m[0].getKey(), m[0].@value from java.util.HashMap m",
     lambda w: [next(iter(m), (None, None)) for m in w.maps]),
    ("select l[0], l[0:-1].size() from java.util.ArrayList l",
     lambda w: [(next(iter(a), None), len(a)) for a in w.of("java.util.ArrayList")]),
    (("select h, eval((select e.getValue() as v from objects ( h[0:-1] ) e where "
     "e.getKey() != null))[0].v from java.util.HashMap h"),
     lambda w: [(m, next((v for k, v in m if k is not None), None)) for m in w.maps]),
]  # fmt: skip

_ATTRIBUTES: list[Query] = [
    (("select o.@objectId, o.@objectAddress, o.@usedHeapSize, o.@retainedHeapSize "
     "from instanceof java.lang.Object o"),
     lambda w: [(i, one.address, one.shallow_bytes, one.retained_bytes)
                for i, one in enumerate(w.mat.objects)]),
    ("select classof(o).@name from instanceof java.lang.Object o",
     lambda w: [one.class_name for one in w.mat.objects]),
    ("select o.@clazz.@name from instanceof java.lang.Object o",
     lambda w: [one.class_name for one in w.mat.objects]),
    ("select c.@name, c.@numberOfObjects from objects ${snapshot}.getClasses() c",
     lambda w: [(name, objects) for name, objects, _ in w.mat.histogram]),
    ("select c.@objectIds.length from objects java.lang.String c", lambda w: [len(w.strings)]),
    ("select c.@superClass.@name, c.hasSuperClass() from objects java.util.HashMap c",
     lambda _: [("java.util.AbstractMap", True)]),
    ("select c.@superClass from objects java.lang.Object c", lambda _: [None]),
    ("select c.getAllSubclasses().size() from objects java.util.AbstractMap c",
     lambda w: [len(w.classes_below("java.util.AbstractMap")) - 1]),
    (("select c.@name from objects instanceof java.util.AbstractMap c where "
     'c.doesExtend("java.util.HashMap")'),
     lambda w: [w.view(i).value for i in w.classes_below("java.util.HashMap")]),
    ("select c.@name from objects ${snapshot}.getClasses() c where c.isArrayType()",
     lambda w: [name for name in w.classes if name.endswith("[]")]),
    ("select l, l.@definedClasses.size() from instanceof java.lang.ClassLoader l",
     lambda w: [(one.object_index, one.classes) for one in w.heap.loaders()]),
    (("select t from instanceof java.lang.Thread t where "
     "(select i from objects ${t}.@GCRootInfo i where i.@type = 256) != null"),
     lambda w: w.roots("Thread")),
    ("select t from instanceof java.lang.Thread t where t.@GCRootInfo != null",
     lambda w: [t for t in w.below("java.lang.Thread") if t.id in w.root_ids]),
    ("select s from java.lang.String s where s.@GCRootInfo = null",
     lambda w: [s for s in w.strings if s.id not in w.root_ids]),
    ("select o.@fields.size() from java.util.HashMap o", lambda w: [len(m.fields) for m in w.maps]),
    ("select o.@outboundReferences.size() from objects 78 o", lambda w: [len(w.outbound[78])]),
    ("select o.@outboundReferences[1].@name, o.@outboundReferences[1].@object from objects 78 o",
     lambda w: [("value", w.view(78).field("value"))]),
    (("select s.@snapshotInfo.@numberOfObjects, s.@snapshotInfo.@usedHeapSize "
     "from objects ${snapshot} s"), lambda w: [(len(w.mat.objects), w.mat.heap_bytes)]),
    ("select s.@GCRoots[2] from objects ${snapshot} s", lambda w: [w.root_ids[2]]),
    ("select s.@GCRoots.length from objects ${snapshot} s", lambda w: [len(w.root_ids)]),
    (("select ${snapshot}.isClass(10), ${snapshot}.isArray(77), ${snapshot}.isClassLoader(0) "
     "from objects 0"), lambda _: [(True, True, True)]),
    ("select ${snapshot}.getImmediateDominatorId(77) from objects 0", lambda _: [78]),
    ("select s.@clazz.@name.length() from objects 78 s", lambda _: [len("java.lang.String")]),
    ("select s from java.lang.String s where s.@snapshot.getObject(s.@objectId) = s",
     lambda w: w.strings),
    ('select x.@class.getName() from objects ("a") x', lambda _: ["java.lang.String"]),
]  # fmt: skip

_FUNCTIONS: list[Query] = [
    ("select toString(s) from java.lang.String s", lambda w: [s.text or "" for s in w.strings]),
    ("select toString(c) from char[] c where c.@length < 200",
     lambda w: ["".join(c) for c in w.of("char[]") if len(c) < 200]),
    ("select toString(m) from java.util.HashMap m", lambda w: [""] * len(w.maps)),
    ("select toHex(s.@objectAddress) from java.lang.String s",
     lambda w: [hex(s.address) for s in w.strings]),
    ("select dominators(s).length from java.lang.String s",
     lambda w: [len(list(s.dominated)) for s in w.strings]),
    ("select dominatorof(s) from java.lang.String s", lambda w: [s.dominator for s in w.strings]),
    ("select inbounds(s).length from java.lang.String s",
     lambda w: [len(w.inbound[s.id]) for s in w.strings]),
    ("select inbounds(c).size() from objects java.lang.String c",
     lambda w: [len(w.inbound[w.classes["java.lang.String"]])]),
    ("select outbounds(s).size() from java.util.HashMap s",
     lambda w: [len(w.outbound[m.id]) for m in w.maps]),
    ("select classof(s.@objectId) from java.util.HashMap s",
     lambda w: [w.classes["java.util.HashMap"]] * len(w.maps)),
    ('select eval("ABC" + s) from objects (123) s', lambda _: ["ABC123"]),
    ("select size(m), entries(m).size() from java.util.HashMap m",
     lambda w: [(len(m), len(list(m))) for m in w.maps]),
    ("select retainedSet(o).size() from objects 1661 o", lambda w: [len(w.retained([1661]))]),
    ("select path(o).size() from objects 77 o", lambda w: [len(w.view(77).path())]),
    ("select s.toString() from java.util.HashMap s",
     lambda w: [f"java.util.HashMap @ {m.address:#x}" for m in w.maps]),
]  # fmt: skip

_CONDITIONS: list[Query] = [
    ("select * from java.lang.String s where s.count >= 10 and s.offset > 0",
     lambda w: [s for s in w.strings if s.count >= 10 and s.offset > 0]),
    ("select * from java.lang.String s where s.count < 3 or s.count > 100",
     lambda w: [s for s in w.strings if s.count < 3 or s.count > 100]),
    ("select * from java.util.HashMap m where m.size < m.table.@length * 0.25",
     lambda w: [m for m in w.maps if m.size < len(m.table) * 0.25]),
    ("select * from java.lang.String s where s.count / 2 = 1.5",
     lambda w: [s for s in w.strings if s.count == 3]),
    ("select * from java.lang.String s where s.count = 3 = true",
     lambda w: [s for s in w.strings if s.count == 3]),
    ("select * from java.lang.String s where s.hash",
     lambda w: [s for s in w.strings if s.hash]),
    ("select * from java.lang.String s where s.nothing", lambda _: []),
    ("select * from java.lang.String s where s.nothing = null", lambda w: w.strings),
    ('select * from java.lang.String s where toString(s) like "java.*"',
     lambda w: text_of(w, r"java.*")),
    ('select * from java.lang.String s where toString(s) like "java"',
     lambda w: text_of(w, "java")),
    ('select * from java.lang.String s where toString(s) not like ".*[.].*"',
     lambda w: set(w.ids("java.lang.String")) - set(text_of(w, r".*[.].*"))),
    ('select * from java.lang.String s where toString(s) like ".*$.*"',
     lambda w: text_of(w, r".*\$.*")),
    ('select * from java.lang.String s where s.nothing like ".*"', lambda _: []),
    ('select * from java.lang.String s where s.nothing not like ".*"', lambda _: []),
    ('select * from java.lang.String s where ("" + s.count) like "3."',
     lambda w: [s for s in w.strings if 30 <= s.count < 40]),
    ("select s from java.lang.String s where s.value in dominators(s)",
     lambda w: [s for s in w.strings if s.field("value") in s.dominated]),
    ("select s from java.lang.String s where s.value not in dominators(s)",
     lambda w: [s for s in w.strings if s.field("value") not in s.dominated]),
    ("select s from java.lang.String s where s in (select * from objects 78, 80)",
     lambda _: [78, 80]),
    ("select s from java.lang.String s where s.@objectId in (select * from objects 78, 80)",
     lambda _: [78, 80]),
    (("select s from java.lang.String s where s in "
     "(select t, t.value from java.lang.String t where t.count > 30)"),
     lambda w: [s for s in w.strings if s.count > 30]),
    ("select s from java.lang.String s where s in (select * from not.there)", lambda _: []),
    ("select s from java.lang.String s where s not in (select * from not.there)", lambda _: []),
    ("select s from java.lang.String s where s.nothing not in dominators(s)", lambda _: []),
    (("select s from java.lang.String s where (select h from java.util.HashMap h where "
     "h.size > 1000000) != null"), lambda _: []),
    ("select m from java.util.HashMap m where (select e from objects ${m}[0:-1] e) != null",
     lambda w: [m for m in w.maps if len(m)]),
    (f"select o from instanceof java.lang.Object o where o implements {MODEL}.IObjectArray",
     lambda w: [i for i in range(len(w.mat.objects)) if w.view(i).kind == "object_array"]),
    (f"select o from instanceof java.lang.Object o where o implements {MODEL}.IPrimitiveArray",
     lambda w: [i for i in range(len(w.mat.objects)) if w.view(i).kind == "primitive_array"]),
    ('select s from java.lang.String s where s.@clazz.@name.startsWith("java.lang.S")',
     lambda w: w.strings),
]  # fmt: skip

_BEYOND: list[Query] = [
    ("select count(*), sum(s.count), min(s.count), max(s.count) from java.lang.String s",
     lambda w: [(len(w.strings), sum(n := [s.count for s in w.strings]), min(n), max(n))]),
    ("select s.count, count(*) from java.lang.String s group by s.count",
     lambda w: [(n, sum(s.count == n for s in w.strings)) for n in {s.count for s in w.strings}]),
    (("select classof(o).@name, count(*) as n, sum(o.@usedHeapSize) "
      "from instanceof java.lang.Object o group by classof(o).@name having count(*) > 10"),
     lambda w: [(name, objects, size) for name, objects, size in
                ((name, len(m), sum(one.shallow_bytes for one in m))
                 for name, m in w.mat.by_class.items()) if objects > 10]),
    ("select * from java.lang.String s order by s.count desc, s.@objectId limit 3",
     lambda w: sorted(w.strings, key=lambda s: (-s.count, s.id))[:3]),
    ("select * from java.lang.String s order by s.@objectId limit 2 offset 5",
     lambda w: w.ids("java.lang.String")[5:7]),
    ("select avg(s.count) from java.lang.String s",
     lambda w: [sum(s.count for s in w.strings) / len(w.strings)]),
    ("select count(distinct s.count) from java.lang.String s",
     lambda w: [len({s.count for s in w.strings})]),
]  # fmt: skip

VALUES = _PATHS + _ATTRIBUTES + _FUNCTIONS + _CONDITIONS + _BEYOND
