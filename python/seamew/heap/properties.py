"""System properties, environment and JVM arguments, with secrets masked."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import TypeAlias

from seamew.masking import masked
from seamew.model import PropertyRow, RuntimeFacts

from .reading import Fields, Reading

__all__ = ["PropertyQuestions"]

Entry: TypeAlias = tuple[str, str | None]
"""Name and value of a setting; None: the value is not in the dump."""

_MOST_ENTRIES = 100_000
_UNKNOWN = "(not in the dump)"


class PropertyQuestions(Reading):
    """Questions about the JVM's settings. See `Heap`."""

    def properties(self, *, show_secrets: bool = False) -> tuple[PropertyRow, ...]:
        """System properties, environment variables and JVM arguments, by name.

        What may be a secret is masked unless `show_secrets`. The environment is in the dump only
        if the program has asked for it, the arguments only if it has used management beans.
        """
        sources = (
            ("system", self._system_properties()),
            ("environment", self._environment()),
            ("argument", self._arguments()),
        )
        return tuple(
            _row(source, name, value, show_secrets=show_secrets)
            for source, entries in sources
            for name, value in sorted(entries, key=itemgetter(0))
        )

    def runtime_facts(self) -> RuntimeFacts:
        """JVM, operating system and process. What no field proves is None."""
        known = dict(self._system_properties())
        started = self._statics("java.lang.ProcessHandleImpl").target("current")
        started_at = self._fields_of(started).values.get("startTime") or None
        at = self.facts.at_ms
        zone = self._statics("java.util.TimeZone").target("defaultTimeZone")
        charset = self._statics("java.nio.charset.Charset").target("defaultCharset")
        system = [known.get(f"os.{part}") or "" for part in ("name", "version", "arch")]
        command = known.get("sun.java.command")
        return RuntimeFacts(
            java_version=known.get("java.version"),
            java_vendor=known.get("java.vendor"),
            java_home=known.get("java.home"),
            vm_name=known.get("java.vm.name"),
            vm_version=known.get("java.vm.version"),
            os=" ".join(system).strip() or None,
            processors=self._statics("java.util.concurrent.ConcurrentHashMap").values.get("NCPU"),
            time_zone=self._string(self._follow(zone, "ID")) or known.get("user.timezone") or None,
            charset=self._string(self._follow(charset, "name")) or known.get("file.encoding"),
            user=known.get("user.name"),
            working_directory=known.get("user.dir"),
            command=None if command is None else masked("", command)[0],
            started_at_ms=started_at,
            uptime_ms=at - started_at if at and started_at else None,
        )

    def _system_properties(self) -> list[Entry]:
        """Of `java.lang.System`; what `defaults` add comes in where it is not overridden."""
        properties = self._statics("java.lang.System").target("props")
        found: list[Entry] = []
        seen: set[int] = set()
        while properties is not None and properties not in seen:
            seen.add(properties)
            fields = self._fields_of(properties)
            # Since JDK 9 the properties are in a map of their own.
            known = {name for name, _ in found} - {_UNKNOWN}
            entries = self._text_entries(fields.target("map") or properties)
            found += [entry for entry in entries if entry[0] not in known]
            properties = fields.target("defaults")
        return found

    def _environment(self) -> list[Entry]:
        """Of `java.lang.ProcessEnvironment`."""
        statics = self._statics("java.lang.ProcessEnvironment")
        index = statics.target("theUnmodifiableEnvironment", "theEnvironment")
        seen: set[int] = set()
        while index is not None and index not in seen:
            seen.add(index)
            inner = self._fields_of(index).target("m")
            if inner is None:
                return list(self._text_entries(index))
            index = inner
        return []

    def _arguments(self) -> list[Entry]:
        """As the runtime bean has them, `-Xmx4g` or `-Dname=value`; without the main class."""
        for bean in self._instances("sun.management.VMManagementImpl"):
            arguments = self._follow(bean, "vmArgs")
            while (inner := self._fields_of(arguments).target("list", "c")) is not None:
                arguments = inner
            elements = self._fields_of(arguments).target("elementData", "a")
            texts = self._strings(self._elements(elements))
            found = [text for text in texts if text]
            if found:
                return [(f"[{number}]", text) for number, text in enumerate(found)]
        return []

    def _text_entries(self, index: int) -> Iterator[Entry]:
        """The entries of a hash map whose keys are strings."""
        entries = self._map_entries(index)
        known = [one for entry in entries for one in entry if one is not None]
        texts: dict[int | None, str | None] = dict(zip(known, self._texts(known), strict=True))
        for key, value in entries:
            yield texts.get(key) or _UNKNOWN, texts.get(value)

    def _texts(self, indices: list[int]) -> list[str | None]:
        """Texts of strings, and of the environment's variables, which wrap one."""
        wrapped = zip(indices, self._fields(indices), strict=True)
        return self._strings(fields.targets.get("str", index) for index, fields in wrapped)

    def _map_entries(self, index: int) -> list[tuple[int | None, int | None]]:
        """Keys and values of a hash table of the JDK, a hundred thousand at most.

        Each is None where it is null or not in the dump. Follows each node once, whatever a
        damaged table links it to.
        """
        found: list[tuple[int | None, int | None]] = []
        seen: set[int] = set()
        level = self._elements(self._fields_of(index).target("table"))
        while level and len(found) < _MOST_ENTRIES:
            fresh = [node for node in dict.fromkeys(level) if node not in seen]
            seen.update(fresh)
            fields = self._fields(fresh)
            found += [entry for node in fields if (entry := _entry(node)) is not None]
            # A bin of a ConcurrentHashMap may be a tree whose nodes are linked all the same.
            linked = [node.target("next" if "key" in node.targets else "first") for node in fields]
            level = [node for node in linked if node is not None]
        return found[:_MOST_ENTRIES]


def _entry(node: Fields) -> tuple[int | None, int | None] | None:
    """Key and value; None for the nodes by which a ConcurrentHashMap leads to other nodes."""
    leads_on = not node.targets.keys().isdisjoint({"first", "nextTable"})
    return None if leads_on else (node.target("key"), node.target("value", "val"))


def _row(source: str, name: str, value: str | None, *, show_secrets: bool) -> PropertyRow:
    if show_secrets or value is None:
        return PropertyRow(source, name, value, is_masked=False)
    return PropertyRow(source, name, *masked(name, value))
