"""What the cookbook queries answer about its heap, rows in order; see cookbook_heap for why."""

from __future__ import annotations

from typing import Any

__all__ = ["ANSWERS"]

ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "What takes the most memory, by class?": [
        ("byte[]", 37, 43112),
        ("com.acme.Session", 9, 576),
        ("com.acme.State", 2, 64),
        ("java.lang.Class", 29, 1872),
        ("java.lang.Object[]", 2, 856),
        ("java.lang.String", 28, 896),
        ("java.lang.ref.WeakReference", 2, 64),
        ("java.nio.DirectByteBuffer", 2, 64),
        ("java.util.HashMap$Node", 8, 384),
        ("java.util.HashMap$Node[]", 2, 304),
    ],
    "Which objects keep the most alive?": [
        (106, "java.util.HashMap$Node", 7328),
        (107, "java.util.HashMap$Node[]", 19696),
        (108, "java.util.HashMap", 19728),
        (111, "java.lang.Object[]", 8976),
        (112, "java.util.ArrayList", 9008),
        (19, "java.lang.Class", 19808),
        (77, "byte[]", 7024),
        (78, "com.acme.Session", 7216),
        (81, "byte[]", 8024),
        (82, "com.acme.Session", 8152),
    ],
    "How many objects of our own classes are there?": [
        ("com.acme.ListenerReference", 1),
        ("com.acme.PluginLoader", 1),
        ("com.acme.Session", 9),
        ("com.acme.State", 2),
        ("com.acme.plugin.Plugin", 1),
    ],
    "What does one session cost?": [(9, 36704, 8152)],
    "What would be freed with all sessions, by class?": [
        ("byte[]", 25, 37736),
        ("com.acme.Session", 9, 576),
        ("com.acme.State", 2, 64),
        ("java.lang.String", 17, 544),
    ],
    "What is at an address?": [(30, "byte[]")],
    "In which states are the sessions?": [("CLOSED", 3), ("OPEN", 6)],
    "Which sessions have no owner?": [(0,), (4,), (8,)],
    "What does a static field say?": [(500,)],
    "How long are the chains?": [(56, 4), (60, 5), (66, 6)],
    "Which strings look like this?": [("eu-west",), ("eu-west",), ("eu-west",), ("eu-west",)],
    "Which texts are there more than once?": [
        ("eu-west", 4),
        ("user 0", 2),
        ("user 1", 2),
        ("user 2", 2),
    ],
    "Which maps are big?": [(108, 8)],
    "What is in the map for a key?": [("s3", 56)],
    "Which lists are mostly empty?": [(112, 1, 100)],
    "Which byte arrays are big, and who holds them?": [
        (123, 5000, 122),
        (65, 5000, 66),
        (71, 6000, 72),
        (77, 7000, 78),
        (81, 8000, 82),
    ],
    "Which lengths of byte arrays are the most frequent?": [
        (2, 8),
        (2000, 2),
        (4, 8),
        (6, 8),
        (7, 4),
    ],
    "What refers to the sessions, by class?": [
        ("com.acme.Session", 5),
        ("java.lang.Object[]", 1),
        ("java.lang.ref.WeakReference", 1),
        ("java.util.HashMap$Node", 8),
        ("java.util.TimerThread", 1),
    ],
    "What keeps a session alive?": [(119,), (56,), (60,)],
    "Which sessions are in no map?": [(8,)],
    "Which sessions share their buffer with others?": [(0,), (1,)],
    "Which weak references are cleared?": [(2,)],
    "How much does each thread keep alive?": [("expiry", 96), ("main", 5120)],
    "Which frames hold the most?": [
        ("expiry", "com.acme.Registry.expire(Registry.java:10)", "com.acme.Session", 4152),
        ("main", "com.acme.Registry.main(Registry.java:10)", "byte[]", 5024),
    ],
    "Which timers are running?": [("expiry",)],
    "What do native libraries hold?": [
        ("com.acme.ListenerReference", 1),
        ("com.acme.plugin.Plugin", 1),
        ("java.lang.ref.WeakReference", 2),
        ("java.nio.DirectByteBuffer", 2),
        ("java.util.ArrayList", 2),
        ("java.util.HashMap", 1),
    ],
    "How much memory outside the heap do direct buffers have?": [(1, 1048576)],
    "Which classes has each class loader defined?": [(130, "com.acme.plugin.Plugin")],
}
