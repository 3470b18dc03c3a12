"""`seamew bundles`: bundles of OSGi frameworks, and class loaders that outlive them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, arrange, dump_command
from seamew.cli.session import answer_from_heap
from seamew.heap import Heap
from seamew.model import BundleRow, BundleWire, LeakingBundle
from seamew.report import Answer, Block, Column, Heading, Kind, Table
from seamew.report.columns import RETAINED
from seamew.report.diagnosis import path_lines
from seamew.report.runtime import cut
from seamew.units import format_address, format_bytes, format_counted

__all__ = ["command"]

_SORTS = (("retained", "retained_bytes"), ("name", "symbolic_name"), ("state", "state"))
_PATHS = 25
_NO_FRAMEWORK = "No bundles: there is neither Equinox nor Felix in this dump."
_WAITS = "The framework itself keeps it until the bundles that use it are refreshed."
_ONLY_WEAK = "Only weak or soft references hold it."


def _name(row: BundleRow) -> str:
    return f"{row.symbolic_name or '(no name)'} {row.version or ''}".rstrip()


def _called(row: BundleRow) -> str:
    return row.symbolic_name or f"(no name, id {row.bundle_id})"


_STATE = Column("state", "state", Kind.TEXT)
_ID = Column("bundle_id", "id", Kind.NUMBER)
_LOCATION = Column("location", "location", Kind.NAME)
_LOADER = (
    Column("loader", "class loader", Kind.ADDRESS, lambda row: row.loader and row.loader.address),
    Column("classes", "classes", Kind.COUNT, lambda row: row.loader and row.loader.classes),
    Column("objects", "objects", Kind.COUNT, lambda row: row.loader and row.loader.objects),
    RETAINED,
)
_BUNDLES = (Column("bundle", "bundle", Kind.NAME, _name), _ID, _STATE, *_LOADER, _LOCATION)
_BUNDLES_DATA = (
    Column("framework", "framework", Kind.TEXT),
    _ID,
    Column("symbolic_name", "name", Kind.NAME),
    Column("version", "version", Kind.NAME),
    _STATE,
    *_LOADER,
    _LOCATION,
)
_SERVICES = (
    Column("interfaces", "service", Kind.NAME, lambda row: ", ".join(row.interfaces)),
    Column("service_id", "id", Kind.NUMBER),
    Column("class", "class", Kind.NAME, lambda row: row.class_name),
    Column("bundle", "registered by", Kind.NAME, lambda row: row.bundle and _called(row.bundle)),
    Column(
        "used_by", "used by", Kind.NAME, lambda row: ", ".join(_called(one) for one in row.used_by)
    ),
)
_WHAT = Column("name", "what", Kind.NAME, lambda row: row.name or row.namespace)
_KIND = Column(
    "namespace", "kind", Kind.TEXT, lambda row: (row.namespace or "").removeprefix("osgi.wiring.")
)
_REQUIRER = Column("requirer", "bundle", Kind.NAME, lambda row: _name(row.requirer))
_PROVIDER = Column("provider", "bundle", Kind.NAME, lambda row: _name(row.provider))


@dump_command(
    "bundles",
    sorts=_SORTS,
    epilog="""
seamew bundles heap.hprof
seamew bundles heap.hprof --dependencies com.acme.shop
seamew bundles heap.hprof --services
""",
)
@click.option("--services", is_flag=True, help="Services: who registered and who uses them.")
@click.option(
    "--dependencies",
    "name",
    metavar="BUNDLE",
    help="What a bundle, by name or id, has from others, and others from it.",
)
def command(options: Options, name: str | None, *, services: bool) -> ExitCode:
    """OSGi bundles, and class loaders that outlive them.

    Bundles of Equinox and Felix with what their classes and objects retain, at least. Class
    loaders of bundles that were uninstalled, updated or refreshed come first, with a path that
    says what holds them. For stopped web applications see `seamew loaders`.
    """
    if name is not None and services:
        message = "--services and --dependencies exclude each other"
        raise click.UsageError(message)
    ask: Callable[[Heap], Answer]
    if services:
        ask = lambda heap: _services(heap, options)  # noqa: E731
    elif name is not None:
        ask = lambda heap: _dependencies(heap, name, options)  # noqa: E731
    else:
        ask = lambda heap: _bundles(heap, options)  # noqa: E731
    return answer_from_heap(options, ask)


def _bundles(heap: Heap, options: Options) -> Answer:
    rows = arrange(heap.bundles(), options, _SORTS)
    leaking = heap.leaking_bundles(paths=options.limit or _PATHS)
    table = cut(_BUNDLES, rows, options.limit, "bundle")
    blocks: list[Block] = list(_leaks(leaking, options.limit))
    if blocks:
        blocks.append(Heading("All bundles"))
    blocks += [table] if rows else _missing(heap)
    result = {"total": len(rows), "rows": table.rows, "leaking": leaking}
    return Answer(result, Table(_BUNDLES_DATA, table.rows), tuple(blocks))


def _missing(heap: Heap) -> list[Block]:
    """What to say where no bundles were found."""
    old = heap.unread_frameworks()
    return [f"{name} is in this dump: it is too old to be read." for name in old] or [_NO_FRAMEWORK]


def _leaks(leaking: Sequence[LeakingBundle], limit: int | None) -> Iterator[Block]:
    for leak in leaking[:limit]:
        loader = f"class loader @ {format_address(leak.loader.address)}"
        yield Heading(f"Leaking: {_leaking_name(leak)}, {_reason(leak)}")
        yield f"  {format_bytes(leak.retained_bytes)} retained; {_counts(leak)}; {loader}"
        if leak.waits_for_refresh:
            yield f"  {_WAITS}"
        if leak.path:
            yield "\n".join(path_lines(leak.path))
        elif leak.path is not None:
            yield f"  {_ONLY_WEAK}"
    left = len(leaking) - len(leaking[:limit])
    if left:
        yield f"and {format_counted(left, 'more class loader')} that leak (--limit 0 shows all)"


def _leaking_name(leak: LeakingBundle) -> str:
    version, number = leak.version or "", leak.bundle.bundle_id
    return f"{leak.bundle.symbolic_name} {version} (id {number})"


def _reason(leak: LeakingBundle) -> str:
    if leak.reason == "replaced":
        now = leak.bundle.version
        return f"replaced by {now}" if now != leak.version else "replaced by a refresh"
    return leak.reason


def _counts(leak: LeakingBundle) -> str:
    classes = format_counted(leak.loader.classes, "class/classes")
    return f"{classes}, {format_counted(leak.loader.objects, 'object')}"


def _services(heap: Heap, options: Options) -> Answer:
    rows = heap.bundle_services()
    table = cut(_SERVICES, rows, options.limit, "service")
    blocks: tuple[Block, ...] = () if rows else tuple(_missing(heap))
    return Answer({"total": len(rows), "rows": table.rows}, table, blocks)


def _dependencies(heap: Heap, name: str, options: Options) -> Answer:
    if not heap.bundles():
        data = Table((_KIND, _WHAT, _REQUIRER, _PROVIDER), ())
        return Answer({"total": 0, "rows": ()}, data, tuple(_missing(heap)))
    wires = heap.bundle_wires(name)
    needs = [wire for wire in wires if _is_called(wire.requirer, name)]
    needed = [wire for wire in wires if _is_called(wire.provider, name)]
    blocks: list[Block] = []
    for title, rows, other in (
        (f"{name} has from others", needs, _PROVIDER),
        (f"Others have from {name}", needed, _REQUIRER),
    ):
        table = cut((other, _KIND, _WHAT), rows, options.limit, "wire")
        blocks += [Heading(title), table if rows else "  nothing"]
    shown: Sequence[BundleWire] = wires[: options.limit]
    data = Table((_KIND, _WHAT, _REQUIRER, _PROVIDER), shown)
    return Answer({"total": len(wires), "rows": shown}, data, tuple(blocks))


def _is_called(row: BundleRow, name: str) -> bool:
    return name in {row.symbolic_name, str(row.bundle_id)}
