"""Families of classes made at run time, and loaders that outlive their applications."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from seamew.model import Severity
from seamew.rules import class_family, loader_leak
from seamew.testing import HeapBuilder, HeapObject

LOADER = "com.acme.server.AppLoader"


def test_proxies_of_one_interface_are_a_family(tmp_path: Path) -> None:
    (found,) = findings(class_family.RULE, heap_with_proxies(400, interfaces=1), tmp_path)

    assert (found.instances, found.severity) == (400, Severity.MEDIUM)
    assert found.id == "class-family/$Proxy"


@pytest.mark.parametrize(("count", "interfaces"), [(400, 400), (99, 1)])
def test_proxies_of_many_interfaces_or_few_proxies_are_fine(
    tmp_path: Path, count: int, interfaces: int
) -> None:
    heap = heap_with_proxies(count, interfaces=interfaces)

    assert findings(class_family.RULE, heap, tmp_path) == []


def heap_with_proxies(count: int, *, interfaces: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.lang.reflect.Method", fields={"clazz": "object"})
    for number in range(count):
        interface = heap.klass(f"com.acme.Mapper{number % interfaces}")
        method = heap.instance("java.lang.reflect.Method", clazz=interface)
        heap.root(heap.klass(f"jdk.proxy2.$Proxy{number}", statics={"m3": method}), "System Class")
    return heap


@pytest.mark.parametrize(
    "name",
    [
        "com.acme.Price$$EnhancerByCGLIB$${number:08x}",
        "com.acme.Price$$SpringCGLIB$${number}",
        "com.acme.Price$ByteBuddy${number:08x}",
        "com.acme.Price_$$_jvst{number}",
        "Script{number}",
        "Script_{number:032x}",
        "com.alibaba.fastjson.serializer.ASMSerializer_{number}_Price",
    ],
)
def test_names_of_generators_are_known(tmp_path: Path, name: str) -> None:
    heap = HeapBuilder()
    for number in range(120):
        heap.root(heap.klass(name.format(number=number)), "System Class")

    (found,) = findings(class_family.RULE, heap, tmp_path)

    assert found.instances == 120


def test_the_classes_of_a_program_are_no_family(tmp_path: Path) -> None:
    heap = HeapBuilder()
    for number in range(500):
        heap.root(heap.klass(f"com.acme.Step{number}"), "System Class")
        heap.root(heap.klass(f"com.acme.Service${number}"), "System Class")

    assert findings(class_family.RULE, heap, tmp_path) == []


class Server:
    """Deployments of one application: a loader each, which defined classes of the same names."""

    def __init__(self) -> None:
        self.heap = HeapBuilder()
        fields = {"classes": "object"}
        self.heap.klass(LOADER, superclass="java.lang.ClassLoader", fields=fields)
        self.deployed = 0

    def deploy(self, *, with_object: bool = True) -> HeapObject:
        """What refers to the loader: an object by way of its class, or the loader itself."""
        self.deployed += 1
        loader = self.heap.instance(LOADER)
        made = self.heap.klass(f"deployment {self.deployed}", loader=loader)
        made.name = "com.acme.app.Driver"
        loader.values["classes"] = self.heap.array("java.lang.Object[]", [made])
        return self.heap.instance(made) if with_object else loader

    def keep(self, class_name: str, field: str, objects: list[HeapObject]) -> HeapBuilder:
        """The heap in which a static field of a class keeps the objects."""
        array = self.heap.array("java.lang.Object[]", objects)
        self.heap.root(self.heap.klass(class_name, statics={field: array}), "System Class")
        return self.heap


def test_a_driver_manager_that_pins_old_applications_is_named(tmp_path: Path) -> None:
    server = Server()
    drivers = [server.deploy() for _ in range(41)]
    heap = server.keep("java.sql.DriverManager", "registeredDrivers", drivers)

    (found,) = findings(loader_leak.RULE, heap, tmp_path)

    assert found.owner == "java.sql.DriverManager#registeredDrivers"
    assert (found.element_class, found.instances) == (LOADER, 40)
    assert found.severity is Severity.HIGH
    assert "deregisterDriver" in str(found.advice[0])


def test_a_value_of_a_thread_local_pins_its_loader(tmp_path: Path) -> None:
    server = Server()
    heap = server.heap
    entry = "java.lang.ThreadLocal$ThreadLocalMap$Entry"
    heap.klass(entry, superclass="java.lang.ref.WeakReference", fields={"value": "object"})
    heap.klass("java.lang.ThreadLocal$ThreadLocalMap", fields={"table": "object"})
    heap.klass("com.acme.PooledThread", superclass="java.lang.Thread", fields={"locals": "object"})
    key = heap.instance(heap.klass("java.lang.ThreadLocal"))
    heap.root(heap.klass("com.acme.Templates", statics={"CURRENT": key}), "System Class")
    entries = [heap.instance(entry, referent=key, value=server.deploy()) for _ in range(12)]
    table = heap.array(f"{entry}[]", entries)
    thread = heap.thread("exec-1", klass="com.acme.PooledThread")
    thread.values["locals"] = heap.instance("java.lang.ThreadLocal$ThreadLocalMap", table=table)

    (found,) = findings(loader_leak.RULE, heap, tmp_path)

    assert (found.owner, found.owner_kind) == ("com.acme.Templates#CURRENT", "thread_local")
    assert (found.instances, found.severity) == (11, Severity.MEDIUM)
    assert "com.acme.Templates.CURRENT.remove()" in str(found.advice[0])


def test_few_loaders_without_any_object_are_old_too(tmp_path: Path) -> None:
    server = Server()
    retired = [server.deploy(with_object=False) for _ in range(4)]
    heap = server.keep("com.acme.server.Registry", "RETIRED", retired)

    (found,) = findings(loader_leak.RULE, heap, tmp_path)

    assert (found.owner, found.instances) == ("com.acme.server.Registry#RETIRED", 3)
    assert found.severity is Severity.LOW


def test_plugins_with_a_loader_each_are_in_use(tmp_path: Path) -> None:
    server = Server()
    heap = server.keep("com.acme.server.Host", "PLUGINS", [server.deploy() for _ in range(6)])

    assert findings(loader_leak.RULE, heap, tmp_path) == []


def test_a_tomcat_tells_which_applications_are_stopped(tmp_path: Path) -> None:
    heap = HeapBuilder()
    states = "org.apache.catalina.LifecycleState"
    heap.klass(states, fields={"name": "object"})
    loader = "org.apache.catalina.loader.ParallelWebappClassLoader"
    fields = {"state": "object", "classes": "object"}
    heap.klass(loader, superclass="java.lang.ClassLoader", fields=fields)
    kept: list[HeapObject] = []
    for number, state in enumerate(["DESTROYED", "DESTROYED", "STARTED"]):
        made = heap.instance(loader, state=heap.instance(states, name=heap.string(state)))
        page = heap.klass(f"com.acme.app.Page{number}", loader=made)
        made.values["classes"] = heap.array("java.lang.Object[]", [page])
        kept.append(made)
    array = heap.array("java.lang.Object[]", kept)
    heap.root(heap.klass("com.acme.server.Registry", statics={"ALL": array}), "System Class")

    (found,) = findings(loader_leak.RULE, heap, tmp_path)

    assert (found.instances, found.severity) == (2, Severity.MEDIUM)
    assert "2 DESTROYED" in str(found.evidence[0].text)
