"""F8: beans that are registered with Spring's factory while it serves."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, held_fact, size, target, value_class, worse

__all__ = ["RULE"]

_FACTORY = "org.springframework.beans.factory.support.DefaultSingletonBeanRegistry"
_TABLES = (
    "disposableBeans",
    "dependentBeanMap",
    "containedBeanMap",
    "singletonObjects",
    "beanDefinitionMap",
)
_MOST_FACTORIES = 500
_SUSPICIOUS = {"disposableBeans": 1_000, "containedBeanMap": 1_000}
_SUSPICIOUS_OTHERS = 5_000
_MANY, _VERY_MANY = 3_000, 100_000


def _find(heap: Examination) -> Iterator[Finding]:
    for factory in heap.all_of(_FACTORY).page(limit=_MOST_FACTORIES):
        sizes = {name: size(heap, factory, name) for name in _TABLES}
        crowded = [
            name
            for name, count in sizes.items()
            if count >= _SUSPICIOUS.get(name, _SUSPICIOUS_OTHERS)
        ]
        if crowded:
            yield _finding(heap, factory, sizes, crowded)


def _finding(heap: Examination, factory: int, sizes: dict[str, int], crowded: list[str]) -> Finding:
    first = max(crowded, key=lambda name: sizes[name])
    retained_bytes = heap.heap.sizes(factory)[1]
    tables = [(name, target(heap, factory, name)) for name in _TABLES if sizes[name]]
    beans = target(heap, factory, first)
    found = Found(
        title=Text(
            "Spring's bean factory holds {count} entries in {table}, {size}",
            "Spring 的 Bean 工厂在 {table} 中有 {count} 个条目，{size}",
            count=format_count(sizes[first]),
            table=first,
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=tuple(
            held_fact(heap, name, sizes[name], table) for name, table in tables if table is not None
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(sizes[first], medium=_MANY, high=_VERY_MANY)
        ),
        at=factory,
        element_class=None if beans is None else value_class(heap, beans),
        instances=sizes[first],
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "The factory remembers each bean that it makes and that has something to destroy, what it"
    " depends on and what it contains, by name and until the context closes. Beans that are made"
    " and"
    " registered for each request pile up there.",
    "工厂会按名称记住它创建的、需要销毁的每个 Bean 及其依赖和包含关系，直到上下文关闭。为每个请求创"
    "建并"
    "注册的 Bean 会在此堆积。",
)
_ADVICE = Text(
    "Make such objects with new, or with a prototype bean without a destroy method; where the"
    " factory"
    " must wire them, AutowireCapableBeanFactory.autowireBean(object) registers nothing; call"
    " destroySingleton(name) or removeBeanDefinition(name) for what was registered.",
    "这类对象应直接 new，或使用没有销毁方法的原型 Bean；需要工厂注入时，"
    "AutowireCapableBeanFactory.autowireBean(object) 不会注册任何内容；对已注册的内容调用"
    " destroySingleton(name) 或 removeBeanDefinition(name)。",
)
_DOUBT = Text(
    "A very big application may have thousands of beans from its start: names with a number or an"
    " id"
    " in them confirm the leak.",
    "超大型应用启动时就可能有数千个 Bean：若名称中带有编号或 ID，则可确认泄漏。",
)

RULE = Rule(
    id="spring-bean-per-request",
    catalogue=("F8",),
    topic=Topic.FRAMEWORKS,
    title=Text("A Spring bean for each request", "每个请求一个 Spring Bean"),
    classes=(_FACTORY,),
    find=_find,
    page=Page(
        finds=Text(
            "Bean factories with 1,000 disposable or contained beans, or 5,000 of any kind.",
            "有 1,000 个可销毁或被包含的 Bean、或 5,000 个任意 Bean 的 Bean 工厂。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Very big applications: below 3,000 they are judged by their bytes alone.",
            "超大型应用：少于 3,000 个时只按字节数判断。",
        ),
        example='context.registerBean("report-" + id, Report.class, () -> report);',
        fixed="context.getAutowireCapableBeanFactory().autowireBean(report);",
        references=("Spring: DefaultSingletonBeanRegistry (disposableBeans, containedBeanMap)",),
    ),
)
