"""What each command must be given beside the dump, in dumps that have a com.acme.Session."""

from __future__ import annotations

from seamew.cli.registry import COMMANDS, KNOWLEDGE, LIVE

DUMP_COMMANDS = [entry.name for entry in COMMANDS if entry.topic not in {KNOWLEDGE, LIVE}]

BEFORE_THE_DUMP = {"report": ["overview"]}

ARGUMENTS = {
    "path": ["com.acme.Session#0"],
    "merged-paths": ["com.acme.Session"],
    "contents": ["java.util.ArrayList#0"],
    "refs": ["com.acme.Session#0"],
    "object": ["com.acme.Session#0"],
    "references": ["weak"],
    "retained": ["com.acme.Session"],
    "immediate-dominators": ["com.acme.Session"],
    "strings": ["--match", "."],
    "duplicates": ["strings"],
    "group-by": ["java.lang.String"],
    "query": ["SELECT s.id, s.data FROM com.acme.Session s WHERE s.id >= 0", "--quiet"],
    "find": ["com.acme.Session", "--where", "id>=0"],
}
