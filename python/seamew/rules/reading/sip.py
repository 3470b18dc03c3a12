"""The transactions of a JAIN-SIP stack, told apart by what keeps each of them alive.

Fields by gov.nist.javax.sip 1.2 and 1.3: SIPTransactionStack, SIPClientTransactionImpl, SIPDialog,
EventScanner.
"""

from __future__ import annotations

from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.rules.examination import Examination

from .fields import size, target
from .grouping import field_targets
from .matching import matching

__all__ = ["SIP_STACK", "SipTransactions", "sip_transactions"]

_STACK = "gov.nist.javax.sip.stack"
SIP_STACK = f"{_STACK}.SIPTransactionStack"
_TRANSACTIONS = (f"{_STACK}.SIPClientTransactionImpl", f"{_STACK}.SIPClientTransaction")
_DIALOG = f"{_STACK}.SIPDialog"
_EVENT = "gov.nist.javax.sip.EventWrapper"
_EVENTS_OF_PEERS = ("m_transaction", "m_clientTransaction")


@dataclass(frozen=True, slots=True)
class SipTransactions:
    """Client transactions by what keeps them; none is in two of the sets, dialogs come second.

    `never_sent` are in the stack's table and no timer of theirs has been started, so nothing will
    take them out; `of_dialogs` hang on a dialog; `waiting` on an event for the application;
    `in_flight` are in the table and under way, or finished by their timers soon; `others` are kept
    by the application alone.
    """

    all: ObjectSet
    never_sent: ObjectSet
    dialogs: ObjectSet
    of_dialogs: ObjectSet
    events: int
    waiting: ObjectSet
    in_flight: ObjectSet
    others: ObjectSet


def sip_transactions(heap: Examination, stack: int) -> SipTransactions:
    """All client transactions, by their keepers. Reads each transaction and dialog once."""
    transactions = heap.heap.no_objects()
    for name in _TRANSACTIONS:
        transactions |= heap.all_of(name)
    dialogs = heap.all_of(_DIALOG)
    in_table = transactions & _values(heap, target(heap, stack, "clientTransactionTable"))
    # The timer of a transaction is started by sending; without it nothing ends the transaction.
    unsent = matching(heap, in_table, "transactionTimerStarted.value=0")
    of_dialogs = transactions & (
        field_targets(heap, dialogs, "firstTransaction")
        | field_targets(heap, dialogs, "lastTransaction")
    )
    waiting = transactions & _of_events(heap)
    taken = in_table | of_dialogs
    return SipTransactions(
        all=transactions,
        never_sent=unsent - of_dialogs,
        dialogs=dialogs,
        of_dialogs=of_dialogs,
        events=size(heap, stack, "eventScanner.pendingEvents"),
        waiting=waiting - taken,
        in_flight=in_table - unsent - of_dialogs,
        others=transactions - taken - waiting,
    )


def _values(heap: Examination, table: int | None) -> ObjectSet:
    """What the nodes of a map refer to. The nodes are those below the map: cheap for any size."""
    if table is None:
        return heap.heap.no_objects()
    nodes = heap.all_of("java.util.concurrent.ConcurrentHashMap$Node")
    own = nodes & heap.heap.retained_objects(table)
    return field_targets(heap, own, "val")


def _of_events(heap: Examination) -> ObjectSet:
    """The transactions that events for the application refer to."""
    wrappers = heap.all_of(_EVENT)
    found = field_targets(heap, wrappers, "transaction")
    for field in _EVENTS_OF_PEERS:
        found |= field_targets(heap, field_targets(heap, wrappers, "sipEvent"), field)
    return found
