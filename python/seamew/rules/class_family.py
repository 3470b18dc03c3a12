"""D12: families of classes made while the program runs, which only their loader's end frees."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seamew.holding import Holding
from seamew.model import ClassRow, Confidence, Evidence, Finding, LoaderRow, Owner, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, target

__all__ = ["RULE"]

_SUSPICIOUS_CLASSES = 100
_MEDIUM_CLASSES = 300
_CROWD_OF_CLASSES = 3_000
_SAMPLED_PROXIES = 400
_FEW_KINDS_SHARE = 0.5
_SHOWN_FAMILIES = 5
_DIGITS = re.compile(r"[0-9a-fA-F]*\d[0-9a-fA-F]*")


@dataclass(frozen=True, slots=True)
class _Generator:
    """What makes classes: how they are named (a group tells what they are made of), and a cure."""

    name: str
    pattern: re.Pattern[str]
    advice: Text
    is_proxy: bool = False


_CACHE = Text(
    "Make the class once for each thing it is made of, and keep it: one proxy factory, Enhancer"
    " (setUseCache(true)) or ByteBuddy TypeCache for the whole life of the program.",
    "每种对象只生成一次类并保留：整个程序生命周期内只用一个代理工厂、Enhancer（setUseCache(true)）"
    "或 ByteBuddy TypeCache。",
)
_SCRIPTS = Text(
    "Compile each script once, by its text, and keep the compiled class in a bounded cache; pass"
    " what changes as bindings, not as part of the text.",
    "按脚本文本只编译一次，把编译后的类放入有上限的缓存；变化的内容用变量绑定传入，不要拼进文本。",
)
_GENERATORS = (
    _Generator(
        "java.lang.reflect.Proxy",
        re.compile(r"(?:.*\.)?(\$Proxy)\d+"),
        Text(
            "Ask for proxies with the same list of interfaces in the same order and the same"
            " loader: each list and loader makes a class of its own. Sort the interfaces, or keep"
            " the proxies by what they implement.",
            "创建代理时使用相同的接口列表、相同的顺序和相同的加载器：每种列表和加载器都会生成"
            "一个新类。请对接口排序，或按实现的接口缓存代理。",
        ),
        is_proxy=True,
    ),
    _Generator(
        "CGLIB", re.compile(r"(.+?)\$\$(?:\w*ByCGLIB|\w*BySpringCGLIB|SpringCGLIB)\$\$.*"), _CACHE
    ),
    _Generator(
        "ByteBuddy", re.compile(r"(.+?)\$(?:ByteBuddy|HibernateProxy|MockitoMock)\$.*"), _CACHE
    ),
    _Generator("Javassist", re.compile(r"(.+?)_\$\$_j(?:vst|avassist).*"), _CACHE),
    _Generator(
        "scripts",
        re.compile(r"(?:.*\.)?((?:Script|Ex|GregorSamsa|Rule_\w*?)_?)(?:\d+|[0-9A-Fa-f]{16,})\$?"),
        _SCRIPTS,
    ),
    _Generator("Nashorn", re.compile(r"(jdk\.nashorn\.internal\.scripts\.Script\$).*"), _SCRIPTS),
    _Generator(
        "fastjson",
        re.compile(r"(?:.*\.)?(?:FastjsonASM(?:Des|S)erializer|ASM(?:Des|S)erializer)_\d+_(.*)"),
        Text(
            "One SerializeConfig and one ParserConfig for the whole program: each new one makes"
            " its classes again.",
            "整个程序只用一个 SerializeConfig 和一个 ParserConfig：每个新实例都会重新生成一遍类。",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Family:
    generator: _Generator
    of: str
    rows: tuple[ClassRow, ...]


def _find(heap: Examination) -> Iterator[Finding]:
    classes = heap.heap.find_classes("*")
    for generator in _GENERATORS:
        families = [one for one in _families(classes, generator) if _is_needless(heap, one)]
        if families:
            yield _finding(heap, families)


def _families(classes: Sequence[ClassRow], generator: _Generator) -> list[_Family]:
    """The classes of a generator by what they are made of, where there are many, most first."""
    groups: dict[str, list[ClassRow]] = defaultdict(list)
    for row in classes:
        matched = generator.pattern.fullmatch(row.name)
        if matched is not None:
            groups[matched.group(1)].append(row)
    found = [
        _Family(generator, of, tuple(rows))
        for of, rows in groups.items()
        if len(rows) >= _SUSPICIOUS_CLASSES
    ]
    return sorted(found, key=lambda one: (-len(one.rows), one.of))


def _is_needless(heap: Examination, family: _Family) -> bool:
    """Whether fewer classes would do: proxies of many different interfaces are all needed."""
    if not family.generator.is_proxy:
        return True
    step = max(1, len(family.rows) // _SAMPLED_PROXIES)
    found = [_interfaces(heap, row.object_index) for row in family.rows[::step]]
    known = [kinds for kinds in found if kinds]
    return bool(known) and len(set(known)) <= _FEW_KINDS_SHARE * len(known)


def _interfaces(heap: Examination, proxy_class: int) -> frozenset[int | None]:
    """The interfaces whose methods a proxy has, by its statics m0, m1 ... of class Method."""
    methods = [one.target for one in heap.heap.fields(proxy_class) if one.name[:1] == "m"]
    return frozenset(target(heap, one, "clazz") for one in methods if one is not None)


def _finding(heap: Examination, families: Sequence[_Family]) -> Finding:
    classes = [row for family in families for row in family.rows]
    generator, count = families[0].generator, format_count(len(classes))
    found = Found(
        title=Text(
            "{count} classes made by {generator} while the program ran",
            "运行期间由 {generator} 生成了 {count} 个类",
            count=count,
            generator=generator.name,
        ),
        summary=Text(
            "{count} classes, most of them of {family}. A class is freed with its loader only:"
            " until then it takes some kilobytes of metaspace, outside the heap.",
            "共 {count} 个类，多数属于 {family}。类只有随加载器一起才会释放；在此之前每个类占用"
            "数 KB 的元空间（堆外）。",
            count=count,
            family=families[0].of,
        ),
        evidence=tuple(_evidence(heap, family) for family in families[:_SHOWN_FAMILIES]),
        advice=(generator.advice,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=by_count(
            len(classes),
            # A loader of its own for each class costs ten times as much.
            medium=_MEDIUM_CLASSES if _is_of_one_loader(families[0]) else _SUSPICIOUS_CLASSES,
            high=_CROWD_OF_CLASSES,
        ),
        at=classes[0].object_index,
        holding=_holding(heap, families[0]),
        element_class=families[0].of,
        instances=len(classes),
        retained_bytes=heap.retained_bytes(heap.heap.set_of([row.object_index for row in classes])),
    )
    # A loader keeps families of several generators: what they are of tells them apart.
    made = finding(heap, RULE.id, RULE.topic, found)
    return replace(made, id=f"{RULE.id}/{families[0].of}")


def _evidence(heap: Examination, family: _Family) -> Evidence:
    loaders = len({row.loader for row in family.rows})
    said = Text(
        "{count} classes like {name}, in {loaders} class loaders",
        "{count} 个类似 {name} 的类，分布在 {loaders} 个类加载器中",
        count=format_count(len(family.rows)),
        name=family.rows[0].name,
        loaders=format_count(loaders),
    )
    pattern = _DIGITS.sub("%", family.rows[0].name).replace("'", "''")
    query = f"SELECT loader_id, count(*) FROM classes WHERE name LIKE '{pattern}' GROUP BY 1"
    return heap.evidence(said, "query", "--sql", query)


def _holding(heap: Examination, family: _Family) -> Holding:
    """One loader keeps all classes that it has defined; of many loaders the owner tells more."""
    first = family.rows[0]
    found = heap.holding(first.object_index)
    loader = next((one for one in heap.heap.loaders() if _label(one) == first.loader), None)
    if not _is_of_one_loader(family) or loader is None or not loader.address:
        return found
    owner = Owner("java.lang.ClassLoader#classes", "instance", heap.heap.row(loader.object_index))
    return Holding(owner, found.path)


def _is_of_one_loader(family: _Family) -> bool:
    return len({row.loader for row in family.rows}) == 1


def _label(loader: LoaderRow) -> str:
    return f"{loader.class_name} @ {loader.address:#x}"


_DOUBT = Text(
    "A program with very many beans, mappers or rules may need as many classes: if the number"
    " stays the same for a day (jcmd PID VM.classloader_stats, or a second dump), it is no leak."
    " A dump does not show metaspace itself: `jstat -gc` (MU) does.",
    "Bean、Mapper 或规则极多的程序可能确实需要这么多类：若一天内数量不变"
    "（jcmd PID VM.classloader_stats，或再取一次转储），则不是泄漏。转储不显示元空间本身的大小："
    "请看 `jstat -gc` 的 MU。",
)

RULE = Rule(
    id="class-family",
    catalogue=("D12", "D11"),
    topic=Topic.CLASSES,
    title=Text("A family of generated classes", "成族的生成类"),
    find=_find,
    page=Page(
        finds=Text(
            "100 or more classes that one generator (JDK proxies, CGLIB, ByteBuddy, Javassist,"
            " scripts, fastjson) made of the same thing.",
            "同一个生成器（JDK 代理、CGLIB、ByteBuddy、Javassist、脚本、fastjson）为同一对象生成了 "
            "100 个以上的类。",
        ),
        why=Text(
            "A generator that does not find the class it made before makes a new one at each call."
            " The heap stays small, metaspace grows until `OutOfMemoryError: Metaspace`.",
            "生成器找不到以前生成的类时，每次调用都会生成新类。堆不会变大，元空间则一直增长，"
            "直到 `OutOfMemoryError: Metaspace`。",
        ),
        fix=_CACHE,
        false_alarms=Text(
            "Proxies of many different interfaces (mappers, Feign clients): they are told by the"
            " methods that each proxy has, and not reported.",
            "许多不同接口的代理（Mapper、Feign 客户端）：按每个代理的方法识别，不会报告。",
        ),
        example="Enhancer enhancer = new Enhancer();\n"
        "enhancer.setUseCache(false);\n"
        "enhancer.setCallback(new PriceInterceptor(request));",
        fixed="private static final Class<?> PROXY = enhancer(PriceService.class).createClass();",
        references=(
            "java.base/java/lang/reflect/Proxy.java (proxyCache)",
            "java.base/java/lang/ClassLoader.java (classes)",
        ),
    ),
)
