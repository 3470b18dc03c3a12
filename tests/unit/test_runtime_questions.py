"""Masking of secrets, names of pools, rings of locks."""

from __future__ import annotations

import pytest

from seamew.heap.locks import find_rings
from seamew.masking import masked
from seamew.thread_pools import pools

SECRETS = [
    ("db.password", "hunter2", "***"),
    ("DB_PASSWD", "x y", "***"),
    ("javax.net.ssl.keyStorePassword", "changeit", "***"),
    ("MY_API_KEY", "k", "***"),
    ("jdbc.url", "jdbc:pg://u:pw@host/db", "jdbc:pg://u:***@host/db"),
    ("repo", "https://0123456789abcdefgh@github.com/x", "https://***@github.com/x"),
    ("sun.java.command", "Main -Ddb.password=abc -v", "Main -Ddb.password=*** -v"),
    ("sun.java.command", "Main --password abc --port 80", "Main --password *** --port 80"),
    ("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln", "***"),
    ("aws", "AKIAIOSFODNN7EXAMPLE", "***"),
    ("session", "dGhpcyBpcyBhIHNlY3JldCB0aGF0IGlzIGxvbmcx", "***"),
    ("salt", "0123456789abcdef0123456789abcdef", "***"),
]
PLAIN = [
    ("java.version", "17.0.15"),
    ("java.home", "/usr/lib/jvm/java-17-openjdk-amd64/With4Long/NamesAndDigits17"),
    ("java.library.path", "C:\\Windows\\System32\\WindowsPowerShell17WithAVeryLongNameIndeed1"),
    ("user.dir", "/srv/app"),
    ("java.class.path", "/a/b.jar:/c/spring-boot-starter-web-Tomcat10Extra-3.2.1.RELEASE.jar"),
    ("security.token.enabled", "true"),
    ("app.main", "com.acme.billing.InvoiceServiceApplication2024Launcher"),
]


@pytest.mark.parametrize(("name", "value", "shown"), SECRETS)
def test_secrets_are_masked(name: str, value: str, shown: str) -> None:
    assert masked(name, value) == (shown, True)


@pytest.mark.parametrize(("name", "value"), PLAIN)
def test_what_is_no_secret_is_shown(name: str, value: str) -> None:
    assert masked(name, value) == (value, False)


def test_pools_keep_the_numbers_that_their_threads_share() -> None:
    names = ["http-nio-8080-exec-1", "http-nio-8080-exec-22", "main", "Timer-0"]
    assert pools(names) == {
        "http-nio-8080-exec-1": "http-nio-8080-exec-*",
        "http-nio-8080-exec-22": "http-nio-8080-exec-*",
        "main": "main",
        "Timer-0": "Timer-0",
    }


def test_pools_of_one_thread_each_are_one_row() -> None:
    names = ["pool-1-thread-1", "pool-2-thread-1", "pool-3-thread-1"]
    assert set(pools(names).values()) == {"pool-*-thread-*"}


def test_threads_of_one_name_are_a_pool() -> None:
    assert pools(["worker", "worker"]) == {"worker": "worker"}


def ring_threads(edges: dict[int, list[int]]) -> list[list[int]]:
    labelled = {
        waiter: [(owner, 100 + owner, True) for owner in owners] for waiter, owners in edges.items()
    }
    return [[thread for thread, _, _ in ring] for ring in find_rings(labelled)]


@pytest.mark.parametrize(
    ("edges", "rings"),
    [
        ({}, []),
        ({1: [2], 2: [3]}, []),
        ({1: [2], 2: [1]}, [[1, 2]]),
        ({9: [1], 1: [2], 2: [3], 3: [1]}, [[1, 2, 3]]),
        ({1: [4, 2], 2: [1], 4: []}, [[1, 2]]),
        ({1: [2], 2: [1], 3: [4], 4: [3]}, [[1, 2], [3, 4]]),
    ],
)
def test_rings_of_waiting_threads(edges: dict[int, list[int]], rings: list[list[int]]) -> None:
    assert ring_threads(edges) == rings
