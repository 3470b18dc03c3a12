"""The four keepers of SIP transactions, and a stack that is merely busy."""

from __future__ import annotations

from pathlib import Path

from rules.asking import findings
from rules.heaps import array_list, concurrent_map, held_by
from seamew.model import Confidence, Finding
from seamew.rules.sip_transactions import RULE
from seamew.testing import HeapBuilder, HeapObject, InstanceObject

STACK = "gov.nist.javax.sip.stack"
NODE = "java.util.concurrent.LinkedBlockingQueue$Node"


class SipHeap:
    """A stack with tables, and ways to make transactions."""

    def __init__(self) -> None:
        self.heap = heap = HeapBuilder()
        heap.klass("java.util.concurrent.atomic.AtomicBoolean", fields={"value": "int"})
        heap.klass("java.util.concurrent.atomic.AtomicInteger", fields={"value": "int"})
        fields = {"currentState": "int", "method": "object", "transactionTimerStarted": "object"}
        heap.klass(f"{STACK}.SIPClientTransactionImpl", fields={**fields, "request": "object"})
        heap.klass(
            f"{STACK}.SIPDialog", fields={"dialogState": "int", "firstTransaction": "object"}
        )
        heap.klass("gov.nist.javax.sip.EventWrapper", fields={"transaction": "object"})
        heap.klass(NODE, fields={"item": "object", "next": "object"})
        queue = {"count": "object", "head": "object", "capacity": "int"}
        heap.klass("java.util.concurrent.LinkedBlockingQueue", fields=queue)
        heap.klass("gov.nist.javax.sip.EventScanner", fields={"pendingEvents": "object"})
        tables = ("clientTransactionTable", "dialogTable", "eventScanner")
        flags = {
            "clientTransactionTableHiwaterMark": "int",
            "unlimitedClientTransactionTableSize": "boolean",
        }
        heap.klass(
            f"{STACK}.SIPTransactionStack", fields={**dict.fromkeys(tables, "object"), **flags}
        )

    def transactions(self, count: int, *, sent: bool) -> list[InstanceObject]:
        heap = self.heap
        method = heap.string("BYE")
        started = heap.instance("java.util.concurrent.atomic.AtomicBoolean", value=int(sent))
        return [
            heap.instance(
                f"{STACK}.SIPClientTransactionImpl",
                currentState=1 if sent else -1,
                method=method,
                transactionTimerStarted=started,
                request=heap.data(2_000),
            )
            for _ in range(count)
        ]

    def table(self, values: list[InstanceObject]) -> HeapObject:
        return concurrent_map(self.heap, [(self.heap.string("id"), one) for one in values])

    def queue(self, transactions: list[InstanceObject]) -> HeapObject:
        heap, following = self.heap, None
        for one in transactions:
            event = heap.instance("gov.nist.javax.sip.EventWrapper", transaction=one)
            following = heap.instance(NODE, item=event, next=following)
        size = heap.instance("java.util.concurrent.atomic.AtomicInteger", value=len(transactions))
        head = heap.instance(NODE, next=following)
        return heap.instance(
            "java.util.concurrent.LinkedBlockingQueue", count=size, head=head, capacity=2**31 - 1
        )

    def stack(
        self,
        in_table: list[InstanceObject] | None = None,
        dialogs: list[InstanceObject] | None = None,
        waiting: list[InstanceObject] | None = None,
    ) -> HeapBuilder:
        scanner = self.heap.instance(
            "gov.nist.javax.sip.EventScanner", pendingEvents=self.queue(waiting or [])
        )
        stack = self.heap.instance(
            f"{STACK}.SIPTransactionStack",
            clientTransactionTable=self.table(in_table or []),
            dialogTable=self.table(dialogs or []),
            eventScanner=scanner,
            clientTransactionTableHiwaterMark=1024,
            unlimitedClientTransactionTableSize=True,
        )
        held_by(self.heap, "com.acme.Sip#STACK", stack)
        return self.heap

    def dialogs(self, transactions: list[InstanceObject]) -> list[InstanceObject]:
        return [
            self.heap.instance(f"{STACK}.SIPDialog", dialogState=1, firstTransaction=one)
            for one in transactions
        ]


def only(found: list[Finding]) -> Finding:
    (one,) = found
    return one


def said(found: Finding) -> str:
    return "\n".join(str(one.text) for one in found.evidence)


def test_transactions_that_were_never_sent(tmp_path: Path) -> None:
    sip = SipHeap()
    table = sip.transactions(1_100, sent=False) + sip.transactions(50, sent=True)
    found = only(findings(RULE, sip.stack(table), tmp_path))

    assert found.owner == f"{STACK}.SIPTransactionStack#clientTransactionTable"
    assert (found.instances, found.confidence) == (1_100, Confidence.CERTAIN)
    assert "of 1,150 client transactions 1,100 were never sent" in said(found)
    assert "50 are under way" in said(found)
    assert "1,100 x BYE" in said(found)
    assert "limits nothing" in said(found)


def test_dialogs_without_an_end(tmp_path: Path) -> None:
    sip = SipHeap()
    dialogs = sip.dialogs(sip.transactions(300, sent=True))
    found = only(findings(RULE, sip.stack(dialogs=dialogs), tmp_path))

    assert found.owner == f"{STACK}.SIPTransactionStack#dialogTable"
    assert (found.element_class, found.instances) == (f"{STACK}.SIPDialog", 300)
    assert "300 x CONFIRMED" in said(found)
    assert "300 hang on dialogs" in said(found)


def test_a_slow_listener(tmp_path: Path) -> None:
    sip = SipHeap()
    found = only(findings(RULE, sip.stack(waiting=sip.transactions(400, sent=True)), tmp_path))

    assert found.owner == "gov.nist.javax.sip.EventScanner#pendingEvents"
    assert found.instances == 400
    assert "400 wait for the listener" in said(found)


def test_transactions_of_the_application(tmp_path: Path) -> None:
    sip = SipHeap()
    held_by(
        sip.heap, "com.acme.Plays#EVENTS", array_list(sip.heap, sip.transactions(600, sent=True))
    )
    found = only(findings(RULE, sip.stack(), tmp_path))

    assert found.owner == "com.acme.Plays#EVENTS"
    assert [one.name for one in found.owners] == ["com.acme.Plays#EVENTS"]
    assert found.instances == 600


def test_a_busy_stack_is_none(tmp_path: Path) -> None:
    sip = SipHeap()
    dialogs = sip.dialogs(sip.transactions(50, sent=True))
    table = sip.transactions(2_000, sent=True) + sip.transactions(3, sent=False)

    assert (
        findings(RULE, sip.stack(table, dialogs, sip.transactions(20, sent=True)), tmp_path) == []
    )
