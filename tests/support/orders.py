"""A heap for SQL: orders of two kinds in a list, a map by name, a thread with a local."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seamew.heap import Heap
from seamew.testing import HeapBuilder, InstanceObject


def write_orders(path: Path) -> Path:
    """Write the dump; returns its path."""
    builder = HeapBuilder()
    loader = builder.instance(builder.klass("com.acme.Loader", superclass="java.lang.ClassLoader"))
    builder.root(loader)
    order = builder.klass(
        "com.acme.Order",
        loader=loader,
        fields={
            "name": "object",
            "next": "object",
            "amount": "long",
            "price": "double",
            "rate": "float",
            "open": "boolean",
            "grade": "char",
            "flags": "byte",
            "tag": "short",
            "id": "int",
        },
        statics={"LAST": None, "LIMIT": 7},
    )
    urgent = builder.klass("com.acme.Urgent", superclass="com.acme.Order", fields={"id": "int"})
    orders: list[InstanceObject] = []
    for number in range(6):
        orders.append(
            builder.instance(
                urgent if number % 3 == 2 else order,
                name=builder.string(f"order {number}" if number else "Bestellung Ω"),
                amount=number * 10_000_000_000,
                price=number / 4,
                rate=0.1,
                open=number % 2 == 0,
                grade=ord("A") + number,
                flags=-number,
                tag=-300,
                id=number,
                next=orders[-1] if orders else None,
            )
        )
    order.statics["LAST"] = orders[-1]
    array = builder.array("java.lang.Object[]", [*orders, None, None])
    lists = {"elementData": "object", "size": "int"}
    builder.root(
        builder.instance(
            builder.klass("java.util.ArrayList", fields=lists), elementData=array, size=6
        )
    )
    builder.root(_map(builder, {"one": orders[1], "two": orders[2]}))
    builder.thread("main", [("com.acme.Order", "run"), ("com.acme.Urgent", "main")])
    builder.root(builder.data(3, "int"), "Java Local", 1, 0)
    builder.root(builder.data(0, "long"))
    return builder.write(path)


def _map(builder: HeapBuilder, content: dict[str, InstanceObject]) -> InstanceObject:
    node_fields = {"hash": "int", "key": "object", "value": "object", "next": "object"}
    node = builder.klass("java.util.HashMap$Node", fields=node_fields)
    nodes = [
        builder.instance(node, key=builder.string(key), value=value, hash=at)
        for at, (key, value) in enumerate(content.items())
    ]
    table = builder.array("java.util.HashMap$Node[]", [*nodes, None, None])
    kind = builder.klass("java.util.HashMap", fields={"table": "object", "size": "int"})
    return builder.instance(kind, table=table, size=len(nodes))


def rows(heap: Heap, text: str) -> list[tuple[Any, ...]]:
    """All rows of an SQL query."""
    return list(heap.sql(text))


def one(heap: Heap, text: str) -> Any:  # noqa: ANN401 (whatever a query gives)
    """The one value of a query."""
    ((found,),) = rows(heap, text)
    return found
