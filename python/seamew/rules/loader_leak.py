"""D13: class loaders of applications that were stopped or deployed again, and what pins them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.holding import Holding, class_of, is_application_class, stable_class_name
from seamew.model import (
    Confidence,
    Evidence,
    Finding,
    LoaderRow,
    Owner,
    OwnerCount,
    PathStep,
    Severity,
    Topic,
)
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, object_fact

__all__ = ["RULE"]

_SUSPICIOUS_COPIES = 10
_FEW_COPIES = 3
_MEDIUM_STOPPED = 2
_HIGH_STOPPED = 10
_HIGH_COPIES = 40
_SAMPLED = 60
_SHOWN_CLASSES = 3
_GENERATORS = ("DelegatingClassLoader", "InnerLoader", "MethodUtil", "OneClassLoader")
_ENTRY = "java.lang.ThreadLocal$ThreadLocalMap$Entry"


@dataclass(frozen=True, slots=True)
class _Copies:
    """Loaders that defined classes of the same names. `left` are those that should be gone."""

    class_name: str
    classes: tuple[str, ...]
    left: tuple[LoaderRow, ...]
    are_stopped: bool


@dataclass(frozen=True, slots=True)
class _Pin:
    """What keeps a loader from outside of it, `Class#field`, in words, and how to get there."""

    name: str
    kind: str
    why: Text
    holding: Holding


def _find(heap: Examination) -> Iterator[Finding]:
    loaders = [row for row in heap.heap.loaders() if row.address and row.classes]
    if len(loaders) < _FEW_COPIES:
        return
    for copies in _copies(heap, loaders):
        yield _finding(heap, copies)


def _copies(heap: Examination, loaders: Sequence[LoaderRow]) -> Iterator[_Copies]:
    """Groups of loaders that should have gone. Those that say that they are stopped certainly."""
    names = _names_by_loader(heap)
    groups: dict[tuple[str, tuple[str, ...]], list[LoaderRow]] = defaultdict(list)
    for row in loaders:
        if not row.class_name.endswith(_GENERATORS):
            groups[row.class_name, names.get(_label(row), ())].append(row)
    stopped = [row for row in loaders if row.is_stopped]
    if stopped:
        yield _Copies(
            stopped[0].class_name,
            names.get(_label(stopped[0]), ()),
            tuple(stopped),
            are_stopped=True,
        )
    for (class_name, classes), members in groups.items():
        idle = [row for row in members if not row.objects]
        if any(row.state is not None for row in members):
            continue  # a server that knows the state of its applications has said which are stopped
        # The newest is in use; which one that is a dump does not tell.
        if len(members) >= _SUSPICIOUS_COPIES:
            yield _Copies(class_name, classes, tuple(members[:-1]), are_stopped=False)
        elif len(idle) >= max(_FEW_COPIES, len(members) - 1):
            yield _Copies(class_name, classes, tuple(idle[:-1]), are_stopped=False)


def _names_by_loader(heap: Examination) -> dict[str, tuple[str, ...]]:
    """The names of the classes that each loader has defined, those made at run time left out."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in heap.heap.find_classes("*"):
        if row.loader is not None and not row.name.endswith("[]") and "$$" not in row.name:
            names[row.loader].add(stable_class_name(row.name))
    return {loader: tuple(sorted(found)) for loader, found in names.items()}


def _label(loader: LoaderRow) -> str:
    return f"{loader.class_name} @ {loader.address:#x}"


def _finding(heap: Examination, copies: _Copies) -> Finding:
    step = -(-len(copies.left) // _SAMPLED)
    sample = copies.left[::step]
    pins = [_pin(heap, row, copies) for row in sample]
    counts = Counter((pin.name, pin.kind) for pin in pins)
    common = min(counts.items(), key=lambda one: (-one[1], one[0]))[0]
    index = next(n for n, pin in enumerate(pins) if (pin.name, pin.kind) == common)
    retained = _retained(heap, copies)
    found = Found(
        title=_title(copies, pins[index]),
        summary=_summary(copies, pins[index], retained),
        evidence=tuple(_evidence(heap, copies, sample[index], pins[index])),
        advice=(_advice(pins[index]), _RENEW),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if copies.are_stopped else Confidence.LIKELY,
        severity=_severity(heap, copies, retained),
        at=sample[index].object_index,
        holding=pins[index].holding,
        owners=tuple(
            OwnerCount(name, kind, round(count * len(copies.left) / len(sample)), None)
            for (name, kind), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ),
        element_class=copies.class_name,
        instances=len(copies.left),
        retained_bytes=retained,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _retained(heap: Examination, copies: _Copies) -> int:
    loaders = heap.heap.set_of([row.object_index for row in copies.left])
    instances: ObjectSet = heap.heap.select(loaders, loaded=True)
    return heap.retained_bytes(loaders | instances)


def _severity(heap: Examination, copies: _Copies, retained: int) -> Severity:
    """By number: metaspace, which is not in the dump, is the dearer part of each copy."""
    count = len(copies.left)
    if copies.are_stopped:
        found = by_count(count, medium=_MEDIUM_STOPPED, high=_HIGH_STOPPED)
    else:
        found = by_count(count, medium=_SUSPICIOUS_COPIES - 1, high=_HIGH_COPIES)
    return min(found, heap.severity(retained), key=lambda one: one.rank)


# ---- what pins a loader


def _pin(heap: Examination, loader: LoaderRow, copies: _Copies) -> _Pin:
    """The last reference on the way from a root that is not one of the application's own."""
    holding = heap.holding(loader.object_index)
    own = set(copies.classes)
    end = len(holding.path) - 1
    inside = next((n for n, step in enumerate(holding.path) if class_of(step) in own and n), end)
    for number in range(inside, 0, -1):
        holder, held = holding.path[number - 1], holding.path[number]
        if holder.class_name == _ENTRY and held.field == "value":
            return _thread_local(holding, holding.path[0])
        if held.field.startswith(("<", "[")) or class_of(holder) in own:
            continue
        if holder.kind in ("class", "thread") or is_application_class(class_of(holder)):
            name = f"{stable_class_name(class_of(holder))}#{held.field.partition(',')[0]}"
            kind = "static" if holder.kind == "class" else "instance"
            owner = Owner(name, kind, holder)
            why = _REGISTRIES.get(name, Text("{name} refers to it", "{name} 引用着它", name=name))
            return _Pin(name, kind, why, Holding(owner, holding.path))
    owned = holding.owner
    if owned is None:
        root = holding.path[0] if holding.path else heap.heap.row(loader.object_index)
        return _Pin(root.class_name, "local", _ROOT, holding)
    return _Pin(owned.name, owned.kind, _ROOT, holding)


def _thread_local(holding: Holding, thread: PathStep) -> _Pin:
    owner = holding.owner
    name = "java.lang.Thread#threadLocals" if owner is None else owner.name
    why = Text(
        "a value of the thread-local {field} is left in the thread {thread}",
        "线程局部变量 {field} 的值遗留在线程 {thread} 中",
        field=name,
        thread=thread.value or thread.class_name,
    )
    return _Pin(name, "thread_local", why, holding)


_ROOT = Text("a running thread or the JVM itself keeps it", "正在运行的线程或 JVM 本身保持着它")
_REGISTRIES = {
    "java.sql.DriverManager#registeredDrivers": Text(
        "a JDBC driver of the application is still registered in DriverManager",
        "应用的 JDBC 驱动仍注册在 DriverManager 中",
    ),
    "java.lang.ApplicationShutdownHooks#hooks": Text(
        "a shutdown hook of the application is still registered",
        "应用的关闭钩子仍处于注册状态",
    ),
    "java.lang.Thread#contextClassLoader": Text(
        "a thread that the application started still runs, with its context class loader",
        "应用启动的线程仍在运行，并带着其上下文类加载器",
    ),
}
_CURES = {
    "java.sql.DriverManager#registeredDrivers": Text(
        "Deregister the drivers when the application stops (DriverManager.deregisterDriver), or put"
        " the driver's jar into the server's own library folder.",
        "应用停止时注销驱动（DriverManager.deregisterDriver），"
        "或把驱动 jar 放到服务器自己的库目录。",
    ),
    "java.lang.ApplicationShutdownHooks#hooks": Text(
        "Remove the hook when the application stops (Runtime.removeShutdownHook), or use the"
        " server's event (ServletContextListener.contextDestroyed).",
        "应用停止时移除钩子（Runtime.removeShutdownHook），"
        "或使用服务器的事件（ServletContextListener.contextDestroyed）。",
    ),
    "java.lang.Thread#contextClassLoader": Text(
        "Stop the threads that the application started: shutdownNow() of its executors, cancel() of"
        " its Timers, in contextDestroyed.",
        "停止应用启动的线程：在 contextDestroyed 中对执行器调用 shutdownNow()，对 Timer 调用 "
        "cancel()。",
    ),
}


def _advice(pin: _Pin) -> Text:
    if pin.kind == "thread_local":
        return Text(
            "Call {name}.remove() in a finally block of the request.",
            "在请求的 finally 块中调用 {name}.remove()。",
            name=pin.name.replace("#", "."),
        )
    return _CURES.get(
        pin.name,
        Text(
            "Close the old loader and take it, and all objects of its classes, out of {name}.",
            "关闭旧的加载器，并把它及其类的所有对象从 {name} 中移除。",
            name=pin.name,
        ),
    )


# ---- texts


def _title(copies: _Copies, pin: _Pin) -> Text:
    values = {"count": format_count(len(copies.left)), "pin": pin.name}
    if copies.are_stopped:
        return Text(
            "{count} stopped applications are kept by {pin}",
            "{count} 个已停止的应用被 {pin} 保持",
            **values,
        )
    return Text(
        "{count} old class loaders are kept by {pin}",
        "{count} 个旧的类加载器被 {pin} 保持",
        **values,
    )


def _summary(copies: _Copies, pin: _Pin, retained: int) -> Text:
    return Text(
        "{count} loaders of class {loader} have defined the same classes ({classes}) and should be"
        " gone: {why}. One object of one of its classes keeps a loader, and with it all of its"
        " classes and their static fields: {size} on the heap, and their metaspace.",
        "{count} 个 {loader} 加载器定义了相同的类（{classes}），它们早该消失：{why}。只要有一个该"
        "加载器的类的对象存活，加载器及其所有类和静态字段就都存活：堆上 {size}，另加元空间。",
        count=format_count(len(copies.left)),
        loader=copies.class_name,
        classes=", ".join(copies.classes[:_SHOWN_CLASSES]) or "?",
        why=pin.why,
        size=format_bytes(retained),
    )


def _evidence(
    heap: Examination, copies: _Copies, loader: LoaderRow, pin: _Pin
) -> Iterator[Evidence]:
    states = Counter(row.state for row in copies.left if row.state is not None)
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    yield heap.evidence(
        Text(
            "{count} x {loader}{states}",
            "{count} 个 {loader}{states}",
            count=format_count(len(copies.left)),
            loader=copies.class_name,
            states=f": {said}" if said else "",
        ),
        "loaders",
    )
    address = f"{loader.address:#x}"
    yield heap.evidence(pin.why, "path", address)
    yield object_fact(
        heap,
        Text(
            "one of them: {classes} classes, {objects} objects of these",
            "其中一个：{classes} 个类，这些类的对象 {objects} 个",
            classes=format_count(loader.classes),
            objects=format_count(loader.objects),
        ),
        loader.object_index,
    )


_RENEW = Text(
    "Until it is mended, restart the process after a few redeployments; Tomcat's"
    " ThreadLocalLeakPreventionListener renews threads, which helps against thread-locals only.",
    "修复之前，在几次重新部署后重启进程；Tomcat 的 ThreadLocalLeakPreventionListener 会更换线程，"
    "但只对线程局部变量有效。",
)
_DOUBT = Text(
    "Plug-ins, tenants and tests may have a loader each on purpose: then each has objects that"
    " are in use, and their number does not grow with redeployments.",
    "插件、租户和测试可能有意各用一个加载器：此时每个加载器都有正在使用的对象，且数量不随重新部署"
    "增长。",
)

RULE = Rule(
    id="loader-leak",
    catalogue=("D13",),
    topic=Topic.CLASSES,
    title=Text("Class loaders that outlive their application", "比应用活得更久的类加载器"),
    find=_find,
    page=Page(
        finds=Text(
            "Loaders whose web application is stopped (Tomcat, Jetty); ten or more loaders that"
            " defined the same classes; three or more without any object of their classes.",
            "其 Web 应用已停止的加载器（Tomcat、Jetty）；定义了相同类的十个以上加载器；"
            "没有任何该类对象的三个以上加载器。",
        ),
        why=Text(
            "An object refers to its class, a class to its loader, a loader to all of its classes,"
            " and these to their static fields. So one forgotten value, thread, driver or listener"
            " keeps a whole application, at each redeployment once more.",
            "对象引用其类，类引用其加载器，加载器引用它的所有类，类又引用静态字段。因此一个被遗忘的"
            "值、线程、驱动或监听器就会保持整个应用，每次重新部署再多一份。",
        ),
        fix=Text(
            "Undo in contextDestroyed all that was registered outside: thread-locals (remove()),"
            " threads, JDBC drivers, shutdown hooks, MBeans, listeners.",
            "在 contextDestroyed 中撤销所有注册到外部的东西：线程局部变量（remove()）、线程、JDBC "
            "驱动、关闭钩子、MBean、监听器。",
        ),
        false_alarms=Text(
            "Plug-ins with a loader each: fewer than ten with objects of their own are not"
            " reported. Loaders made for reflection or scripts are left to other rules.",
            "每个插件一个加载器：少于十个且各自有对象的不报告。为反射或脚本生成的加载器由其他规则处理。",
        ),
        example="static final ThreadLocal<Templates> TEMPLATES = new ThreadLocal<>();\n"
        "TEMPLATES.set(templates); // in a thread of the server, and never removed",
        fixed="try { serve(request); } finally { TEMPLATES.remove(); }",
        references=(
            "Apache Tomcat, org.apache.catalina.loader.WebappClassLoaderBase (state)",
            "java.base/java/lang/ThreadLocal.java (ThreadLocalMap.Entry)",
        ),
    ),
)
