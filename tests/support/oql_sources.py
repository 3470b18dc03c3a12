"""Queries for what FROM, SELECT and UNION make, with what they give on sun_jdk5_64bit."""

from __future__ import annotations

import re

from .oql_world import Query, World

__all__ = ["SOURCES"]

MODEL = "org.eclipse.mat.snapshot.model"
ROOT = 1661
"""DominatorTestData$R, which dominates eight objects."""


def matching(world: World, pattern: str) -> list[int]:
    names = {one.class_name for one in world.mat.objects}
    return world.ids(*(name for name in names if re.fullmatch(pattern, name)))


def flattened(world: World) -> list[tuple[object, ...]]:
    """One row for each entry of each map, and one of nulls for each map without."""
    rows: list[tuple[object, ...]] = []
    for one in world.maps:
        entries = list(one) or [(None, None)]
        rows += [(one, key, value) for key, value in entries]
    return rows


_STRING = "java.lang.String"

_CLASSES: list[Query] = [
    ("select * from java.util.HashMap", lambda w: w.ids("java.util.HashMap")),
    ("select * from instanceof java.util.HashMap", lambda w: w.below("java.util.HashMap")),
    ("SELECT * FROM INSTANCEOF java.lang.Object", lambda w: range(len(w.mat.objects))),
    ("select * from java.lang.Object", lambda w: w.ids("java.lang.Object")),
    ("select * from byte[]", lambda w: w.ids("byte[]")),
    ("select * from byte[][]", lambda w: w.ids("byte[][]")),
    ("select * from java.lang.Object[]", lambda w: w.ids("java.lang.Object[]")),
    ("select * from java.lang.Object[][]", lambda w: w.ids("java.lang.Object[][]")),
    ("select * from instanceof java.lang.Object[]", lambda w: w.below("java.lang.Object[]")),
    ('select * from "java\\.util\\..*Map"', lambda w: matching(w, r"java\.util\..*Map")),
    ('select * from ".*$Entry"', lambda w: matching(w, r".*\$Entry")),
    ('select * from "java.util.Hashtable$Entry"', lambda w: w.ids("java.util.Hashtable$Entry")),
    ('select * from "java.util.Hashtable$Entry[]"', lambda w: w.ids("java.util.Hashtable$Entry[]")),
    ('select * from ".*[]"', lambda w: matching(w, r".*\[\]")),
    ('select * from "(char|byte)[]"', lambda w: w.ids("char[]", "byte[]")),
    ('select * from "String"', lambda _: []),
    ('select * from ".*String"', lambda w: matching(w, ".*String")),
    ('select * from instanceof "java.util.Abstract(Map|List)"',
     lambda w: [*w.below("java.util.AbstractMap"), *w.below("java.util.AbstractList")]),
    ("select * from objects java.lang.String", lambda w: [w.classes[_STRING]]),
    ("select * from objects instanceof java.lang.ref.Reference",
     lambda w: w.classes_below("java.lang.ref.Reference")),
    ('select * from objects "java.util.Hash(Map|Set|table)"',
     lambda w: [w.classes[f"java.util.Hash{end}"] for end in ("Map", "Set", "table")]),
    ("select * from not.there", lambda _: []),
    ("select * from instanceof not.there", lambda _: []),
    ("select * from objects not.there", lambda _: []),
]  # fmt: skip

_NAMED: list[Query] = [
    ("select * from 10", lambda w: w.ids(_STRING)),
    ("select * from 0x128337b0", lambda w: w.ids(_STRING)),
    ("select * from 0x128337b0, 0x12832b50", lambda w: w.ids(_STRING, "char[]")),
    ("select * from 10, 10", lambda w: w.ids(_STRING)),
    ("select * from instanceof 120, 10",
     lambda w: [*w.below("java.util.AbstractMap"), *w.ids(_STRING)]),
    ("select * from objects 10, 120, 10", lambda _: [10, 120, 10]),
    ("select * from objects 0x17c1e4f0", lambda _: [ROOT]),
    ("select * from objects instanceof 120", lambda w: w.classes_below("java.util.AbstractMap")),
    ("select s from objects 1,2,3 s", lambda _: [1, 2, 3]),
    ("select * from (select * from objects java.lang.String)", lambda w: w.ids(_STRING)),
    (("select * from (select * from java.lang.Class c where c implements "
     f'{MODEL}.IClass and c.@name like "java[.]util[.]Hash.*")'),
     lambda w: matching(w, r"java\.util\.Hash.*")),
    ("select * from instanceof (select * from objects java.util.AbstractMap)",
     lambda w: w.below("java.util.AbstractMap")),
    ("select * from (select k.@superClass from objects java.util.HashMap k)",
     lambda w: w.ids("java.util.AbstractMap")),
    ("select * from (select * from not.there)", lambda _: []),
    ('select * from ${snapshot}.getClassesByName("java.lang.String", false)',
     lambda w: w.ids(_STRING)),
    ('select * from ${snapshot}.getClassesByName("java.util.AbstractMap", true)',
     lambda w: w.below("java.util.AbstractMap")),
    ('select * from objects ${snapshot}.getClassesByName("java.util.AbstractMap", true)',
     lambda w: w.classes_below("java.util.AbstractMap")),
    ('select * from ${snapshot}.getClassesByName("not.there", true)', lambda _: []),
    ("select * from ${snapshot}.getClasses()", lambda w: range(len(w.mat.objects))),
    ("select c from objects ${snapshot}.getClasses() c", lambda w: w.classes.values()),
    ("select c from objects ${snapshot}.@classes c", lambda w: w.classes.values()),
    ("select * from java.lang.Class", lambda w: w.ids("java.lang.Class")),
    (f"select * from java.lang.Class c where c implements {MODEL}.IClass",
     lambda w: w.classes.values()),
    ("select * from objects ${snapshot}.getObject(123)", lambda _: [123]),
    ("select r from objects ${snapshot}.@GCRoots r", lambda w: w.root_ids),
    ("select objects r from objects ${snapshot}.@GCRoots r", lambda w: w.root_ids),
    (("select objects r from objects ${snapshot}.@GCRoots r where "
     "(select i from objects ${snapshot}.getGCRootInfo(r) i where i.@type = 8) != null"),
     lambda w: w.roots("JNI Global")),
    (("select objects r from objects ${snapshot}.@GCRoots r where "
     "(select i from objects ${snapshot}.getGCRootInfo(r) i where i.@type = 2) = null"),
     lambda w: set(w.root_ids) - set(w.roots("System Class"))),
]  # fmt: skip

_ROWS: list[Query] = [
    ("select * from objects (select * from java.lang.String)", lambda w: w.ids(_STRING)),
    ("select * from objects (select * from objects (select * from java.lang.String))",
     lambda w: w.ids(_STRING)),
    ("select v.n from objects (select s.count as n from java.lang.String s) v where v.n > 10",
     lambda w: [s.count for s in w.strings if s.count > 10]),
    ("select v.s from objects (select s, s.count from java.lang.String s) v",
     lambda w: w.strings),
    (("select z.owner, z.kv.k, z.kv.v from objects ( select h as owner, ( select e.getKey() as k, "
     "e.getValue() as v from objects ${h}[0:-1] e ) as kv from java.util.HashMap h ) z"),
     flattened),
    (("select z.owner, z.kv.k, z.kv.v from objects ( select h as owner, ( select e.getKey() as k, "
     "e.getValue() as v from objects ${h}[0:-1] e ) as kv from java.util.HashMap h ) z "
     "where z.kv.k != null"), lambda w: [row for row in flattened(w) if row[1] is not None]),
    ("select a.c, a.s from objects (select s.value[0:2] as c, s as s from java.lang.String s) a",
     lambda w: [(c, s) for s in w.strings for c in [*s.field("value")][:3] or [None]]),
    ("select * from objects (select s.value[0:2] as c from java.lang.String s) a",
     lambda w: [c for s in w.strings for c in [*s.field("value")][:3] or [None]]),
    ("select a.c from objects (eval((select s.count as c from java.lang.String s))) a",
     lambda w: [s.count for s in w.strings]),
    (("select eval(a.c).size() from objects "
     "(eval((select s.value[0:2] as c from java.lang.String s))) a"),
     lambda w: [min(3, len(s.field("value"))) for s in w.strings]),
    ("select f.f.@name from objects (select o.@fields as f from java.util.HashMap o) f",
     lambda w: [name for m in w.maps for name in m.fields]),
    (("select a.b.c from objects "
     "(select (select s.count as c from objects ${t} s) as b from java.lang.String t) a"),
     lambda w: [s.count for s in w.strings]),
    ("select o from objects (outbounds(78)) o", lambda w: w.outbound[78]),
    ("select objects o from objects (outbounds(78)) o", lambda w: w.outbound[78]),
    ("select e from objects ((9-2--3)*-2/-5) e", lambda _: [4.0]),
    ('select e from objects ("text") e', lambda _: ["text"]),
    ("select e from objects (null) e", lambda _: [None]),
    ("select e from objects (eval((select * from not.there))) e", lambda _: []),
    ("select e from objects (dominators(1)) e", lambda w: w.view(1).dominated),
]  # fmt: skip

_SELECTS: list[Query] = [
    ("select objects dominators(o) from objects 1661 o", lambda w: w.view(ROOT).dominated),
    ("select objects s.value from java.lang.String s",
     lambda w: [s.field("value") for s in w.strings]),
    ("select distinct objects s.value from java.lang.String s",
     lambda w: {s.field("value") for s in w.strings}),
    ("select objects classof(s) from java.lang.String s",
     lambda w: [w.classes[_STRING]] * len(w.strings)),
    ("select distinct objects classof(s) from java.lang.String s", lambda w: [w.classes[_STRING]]),
    ("select objects outbounds(s) from java.lang.String s",
     lambda w: [one for s in w.strings for one in w.outbound[s.id]]),
    ("select distinct objects outbounds(s) from java.lang.String s",
     lambda w: {one for s in w.strings for one in w.outbound[s.id]}),
    ("select objects m[0].getKey() from java.util.HashMap m",
     lambda w: [next(iter(m))[0] for m in w.maps if len(m)]),
    ("select objects a[0:-1] from byte[][] a",
     lambda w: [e for a in w.of("byte[][]") for e in a if e is not None]),
    ("select objects a.@referenceArray from byte[][] a",
     lambda w: [e for a in w.of("byte[][]") for e in a if e is not None]),
    ("select objects s.@objectAddress from java.lang.String s", lambda w: w.strings),
    ("select objects s.@objectId from java.lang.String s", lambda w: w.strings),
    ("select objects (select * from objects 4, 5) from objects 0", lambda _: [4, 5]),
    ("select objects o.@outboundReferences from objects 78 o", lambda w: w.outbound[78]),
    ("select distinct * from objects 1,1,2", lambda _: [1, 2]),
    ("select distinct s.count from java.lang.String s", lambda w: {s.count for s in w.strings}),
    ("select distinct s.count, s.offset from java.lang.String s",
     lambda w: {(s.count, s.offset) for s in w.strings}),
    (("select distinct classof(o) from objects "
     "(select objects outbounds(t) from instanceof java.lang.Thread t) o"),
     lambda w: {w.classes[w.mat.objects[one].class_name]
                for t in w.below("java.lang.Thread") for one in w.outbound[t.id]}),
    ("select as retained set * from java.lang.String", lambda w: w.retained(w.ids(_STRING))),
    ("select as retained set * from java.util.HashMap",
     lambda w: w.retained(w.ids("java.util.HashMap"))),
    ("select as retained set * from objects 1661", lambda w: w.retained([ROOT])),
    ("select as retained set objects o from objects 1661 o", lambda w: w.retained([ROOT])),
    ("select as retained set o.@retainedHeapSize from objects 1661 o",
     lambda w: [w.mat.objects[i].retained_bytes for i in w.retained([ROOT])]),
    ("select as retained set * from java.lang.String s where s.count > 30",
     lambda w: w.retained(s.id for s in w.strings if s.count > 30)),
    ("select as retained set classof(o).@name from objects (dominators(1661)) o",
     lambda w: [w.mat.objects[i].class_name
                for i in w.retained(one.id for one in w.view(ROOT).dominated)]),
    ("select as retained set * from objects (select objects s.value from java.lang.String s)",
     lambda w: w.retained(s.field("value").id for s in w.strings)),
    ("select as retained set * from instanceof java.lang.ClassLoader",
     lambda w: w.retained(one.id for one in w.below("java.lang.ClassLoader"))),
    ("select as retained set * from not.there", lambda _: []),
]  # fmt: skip

_UNIONS: list[Query] = [
    ("select * from java.util.HashMap union (select * from java.util.Hashtable)",
     lambda w: w.ids("java.util.HashMap", "java.util.Hashtable")),
    ("select * from objects 4,4,9 union (select * from objects 9,11)", lambda _: [4, 4, 9, 9, 11]),
    ("select * from objects 4,9 union (select * from objects 9,11)", lambda _: [4, 9, 11]),
    ("select * from not.there union (select * from objects 5,6,7)", lambda _: [5, 6, 7]),
    ("select * from not.there union (select * from not.here)", lambda _: []),
    ("select * from objects 1 union (select * from objects 2 union (select * from objects 3))",
     lambda _: [1, 2, 3]),
    (("select s, s.value from java.lang.String s "
     "union (select b, b.value from java.lang.StringBuffer b)"),
     lambda w: [(s, s.field("value")) for s in w.of(_STRING, "java.lang.StringBuffer")]),
    ("select s.count from java.lang.String s union (select * from not.there)",
     lambda w: [s.count for s in w.strings]),
    ("select n, n.x from not.there n union (select s.count from java.lang.String s)",
     lambda w: [s.count for s in w.strings]),
    ("select s.count from java.lang.String s union (select t.count from java.lang.String t)",
     lambda w: [s.count for s in w.strings] * 2),
    (("select objects s.value from java.lang.String s where s.count = 3 "
     "union (select * from objects 3)"),
     lambda w: [*{s.field("value") for s in w.strings if s.count == 3}, 3]),
]  # fmt: skip

SOURCES = _CLASSES + _NAMED + _ROWS + _SELECTS + _UNIONS
