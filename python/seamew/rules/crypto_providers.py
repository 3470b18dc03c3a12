"""F18: a new security provider for each call."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_object, crowd, held_fact, set_fact, target, worse

__all__ = ["RULE"]

_PROVIDER = "java.security.Provider"
_VERIFIED = "javax.crypto.JceSecurity"
_SUSPICIOUS, _MANY, _VERY_MANY = 30, 100, 5_000


def _find(heap: Examination) -> Iterator[Finding]:
    # The JDK's own are one of a class; those of libraries are instances of one class again.
    name, count = max(_providers(heap), key=lambda one: (one[1], one[0]), default=("", 0))
    if count < _SUSPICIOUS:
        return
    providers = heap.all_of(name)
    held = crowd(heap, providers)
    retained_bytes = heap.retained_bytes(providers)
    found = Found(
        title=Text(
            "{count} x {name}: a security provider for each call, {size}",
            "{count} 个 {name}：每次调用一个安全提供者，{size}",
            count=format_count(count),
            name=name,
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(set_fact(heap, name, providers), *_verified(heap)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(count, medium=_MANY, high=_VERY_MANY)
        ),
        at=held.example,
        owners=held.owners,
        element_class=name,
        instances=count,
        retained_bytes=retained_bytes,
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _providers(heap: Examination) -> Iterator[tuple[str, int]]:
    for row in heap.heap.set_histogram(heap.all_of(_PROVIDER)):
        yield row.label, row.objects


def _verified(heap: Examination) -> Iterator[Evidence]:
    """JceSecurity.verificationResults has an entry for each provider that it has checked."""
    results = target(heap, class_object(heap, _VERIFIED), "verificationResults")
    count = 0 if results is None else heap.heap.collection_size(results) or 0
    if results is not None and count >= _SUSPICIOUS:
        yield held_fact(heap, f"{_VERIFIED}#verificationResults", count, results)


_SUMMARY = Text(
    "Each provider brings a table of hundreds of algorithms. javax.crypto.JceSecurity remembers by"
    " identity each provider that was handed to Cipher.getInstance, for ever up to the first"
    " releases of JDK 17, so a new"
    " one for each call can never be freed; and each is checked anew.",
    "每个提供者都带有数百种算法的表。javax.crypto.JceSecurity 会按对象身份记住每个传给"
    " Cipher.getInstance 的提供者，在 JDK 17 早期版本及之前永久保留，因此每次调用新建的提供者永远无"
    "法释放；而"
    "且每"
    "个都要重新校验。",
)
_ADVICE = Text(
    "Make it once: static final Provider PROVIDER = new BouncyCastleProvider(), or"
    " Security.addProvider(new BouncyCastleProvider()) at the start and Cipher.getInstance(name,"
    ' "BC").',
    "只创建一次：static final Provider PROVIDER = new BouncyCastleProvider()，或启动时调用"
    ' Security.addProvider(new BouncyCastleProvider())，之后用 Cipher.getInstance(name, "BC")。',
)
_DOUBT = Text(
    "One provider for each of many class loaders or tokens (PKCS#11) can be meant.",
    "每个类加载器或令牌（PKCS#11）一个提供者可能是有意为之。",
)

RULE = Rule(
    id="crypto-providers",
    catalogue=("F18",),
    topic=Topic.MEMORY,
    title=Text("A security provider for each call", "每次调用一个安全提供者"),
    classes=(_PROVIDER,),
    find=_find,
    page=Page(
        finds=Text(
            "30 instances or more of one class of security provider.",
            "同一个安全提供者类有 30 个以上实例。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Many class loaders, each with its own: fewer than 30 are not reported.",
            "众多类加载器各有一个：少于 30 个不报告。",
        ),
        example="Cipher.getInstance(name, new BouncyCastleProvider());",
        fixed="static final Provider PROVIDER = new BouncyCastleProvider();",
        references=("java.base/javax/crypto/JceSecurity.java (verificationResults)",),
    ),
)
