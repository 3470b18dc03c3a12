"""F23: SIP transactions and dialogs that a JAIN-SIP stack, or its user, keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.model import Confidence, Evidence, Finding, OwnerCount, Severity, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    SIP_STACK,
    SipTransactions,
    by_count,
    crowd,
    flag,
    foreign_frame,
    groups_of,
    groups_text,
    held_fact,
    number,
    object_fact,
    query_fact,
    set_fact,
    sip_transactions,
    size,
    target,
    thread_fact,
    worse,
)

__all__ = ["RULE"]

_TRANSACTION = "gov.nist.javax.sip.stack.SIPClientTransactionImpl"
_DIALOG = "gov.nist.javax.sip.stack.SIPDialog"
_MOST_STACKS = 20
_MANY_NEVER_SENT = 100
_MANY_DIALOGS = 200
_MANY_WAITING = 100
_MANY_KEPT = 500
_CROWD, _HUGE_CROWD = 1_000, 10_000
_DIALOG_STATES = {"-1": "NULL", "0": "EARLY", "1": "CONFIRMED", "2": "COMPLETED", "3": "TERMINATED"}
_OTHER_TABLES = (
    "serverTransactionTable",
    "earlyDialogTable",
    "mergeTable",
    "forkedClientTransactionTable",
    "pendingTransactions",
    "terminatedServerTransactionsPendingAck",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeper:
    """One of the four that keep transactions; `at` is where they gather.

    `table` is the stack's field that they are in: it tells the keepers of one stack apart. None:
    no field of the stack.
    """

    at: int
    table: str | None = None
    objects: ObjectSet
    element_class: str
    title: Text
    summary: Text
    evidence: tuple[Evidence, ...]
    advice: Text
    doubt: Text
    confidence: Confidence = Confidence.LIKELY
    owners: tuple[OwnerCount, ...] = ()
    instances: int | None = None


def _find(heap: Examination) -> Iterator[Finding]:
    for stack in heap.all_of(SIP_STACK).page(limit=_MOST_STACKS):
        found = sip_transactions(heap, stack)
        split = _split(heap, found)
        limits = tuple(_limit(heap, stack))
        if len(found.never_sent) >= _MANY_NEVER_SENT:
            yield _finding(heap, _never_sent(heap, stack, found), split, *limits)
        if len(found.dialogs) >= _MANY_DIALOGS:
            yield _finding(heap, _in_dialogs(heap, stack, found), split, *_tables(heap, stack))
        if found.events >= _MANY_WAITING:
            yield from _slow_listener(heap, stack, found, split)
        if len(found.others) >= _MANY_KEPT:
            yield _finding(heap, _by_application(heap, found), split)


def _finding(heap: Examination, keeper: _Keeper, *more: Evidence) -> Finding:
    count = len(keeper.objects) if keeper.instances is None else keeper.instances
    retained_bytes = heap.retained_bytes(keeper.objects)
    found = Found(
        title=keeper.title,
        summary=keeper.summary,
        evidence=(*keeper.evidence, *more),
        advice=(keeper.advice,),
        doubts=(keeper.doubt,),
        confidence=keeper.confidence,
        severity=_severity(heap, count, retained_bytes),
        at=keeper.at,
        names_library=True,
        owners=keeper.owners,
        element_class=keeper.element_class,
        instances=count,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _severity(heap: Examination, count: int, retained_bytes: int) -> Severity:
    return worse(heap.severity(retained_bytes), by_count(count, medium=_CROWD, high=_HUGE_CROWD))


def _split(heap: Examination, found: SipTransactions) -> Evidence:
    """Who keeps how many: a histogram shows only the sum."""
    said = Text(
        "of {all} client transactions {unsent} were never sent, {dialogs} hang on dialogs,"
        " {waiting} wait for the listener, {flight} are under way, {others} are kept by the"
        " application alone",
        "{all} 个客户端事务中：{unsent} 个从未发送，{dialogs} 个挂在对话上，{waiting} 个在等待监听"
        "器，{flight} 个正在进行，{others} 个仅由应用持有",
        all=format_count(len(found.all)),
        unsent=format_count(len(found.never_sent)),
        dialogs=format_count(len(found.of_dialogs)),
        waiting=format_count(len(found.waiting)),
        flight=format_count(len(found.in_flight)),
        others=format_count(len(found.others)),
    )
    return heap.evidence(said, "merged-paths", _TRANSACTION)


def _limit(heap: Examination, stack: int) -> Iterator[Evidence]:
    """The limit that is none: the mark is set, and the flag that would enforce it never is."""
    entries = size(heap, stack, "clientTransactionTable")
    mark = number(heap, stack, "clientTransactionTableHiwaterMark")
    if mark is not None and entries > mark:
        said = Text(
            "clientTransactionTableHiwaterMark is {mark} and the table holds {count}:"
            " unlimitedClientTransactionTableSize is {flag}. The property"
            " gov.nist.javax.sip.MAX_CLIENT_TRANSACTIONS sets the mark alone and limits nothing.",
            "clientTransactionTableHiwaterMark 为 {mark}，而表中有 {count} 个："
            "unlimitedClientTransactionTableSize 为 {flag}。属性"
            " gov.nist.javax.sip.MAX_CLIENT_TRANSACTIONS 只设置该值，不起任何限制作用。",
            mark=format_count(mark),
            count=format_count(entries),
            flag=str(flag(heap, stack, "unlimitedClientTransactionTableSize")).lower(),
        )
        yield object_fact(heap, said, stack)


def _tables(heap: Examination, stack: int) -> Iterator[Evidence]:
    for name in _OTHER_TABLES:
        table, entries = target(heap, stack, name), size(heap, stack, name)
        if table is not None and entries:
            yield held_fact(heap, name, entries, table)


def _never_sent(heap: Examination, stack: int, found: SipTransactions) -> _Keeper:
    methods = groups_text(groups_of(heap, found.never_sent, "method"))
    states = Text(
        "by method {methods}; currentState -1, transactionTimerStarted false",
        "按方法：{methods}；currentState 为 -1，transactionTimerStarted 为 false",
        methods=methods,
    )
    query = f"SELECT count(*) FROM {_TRANSACTION} t WHERE t.transactionTimerStarted.value = 0"
    table = target(heap, stack, "clientTransactionTable")
    return _Keeper(
        at=stack if table is None else table,
        table=f"{SIP_STACK}#clientTransactionTable",
        objects=found.never_sent,
        element_class=_TRANSACTION,
        title=Text(
            "{count} SIP transactions that were made and never sent",
            "{count} 个已创建却从未发送的 SIP 事务",
            count=format_count(len(found.never_sent)),
        ),
        summary=Text(
            "getNewClientTransaction() puts a transaction into the stack's table before it is sent;"
            " the timer that takes it out starts only with a successful send. Where the send fails"
            " or is left out, the entry stays for ever.",
            "getNewClientTransaction() 在发送之前就把事务放入协议栈的表中；只有发送成功后，负责移除"
            "它的定时器才会启动。若发送失败或根本没有发送，该条目将永远保留。",
        ),
        evidence=(
            query_fact(heap, states, query),
            set_fact(heap, _TRANSACTION, found.never_sent),
        ),
        advice=_ADVICE_UNSENT,
        doubt=Text(
            "Transactions are unsent for microseconds: hundreds at a time cannot be in progress.",
            "事务未发送的状态只会持续几微秒：不可能同时有数百个正在处理。",
        ),
        confidence=Confidence.CERTAIN,
    )


def _in_dialogs(heap: Examination, stack: int, found: SipTransactions) -> _Keeper:
    states = groups_text(groups_of(heap, found.dialogs, "dialogState"), _DIALOG_STATES)
    methods = groups_text(groups_of(heap, found.dialogs, "firstTransactionMethod", "method"))
    by_state = Text(
        "dialogs by state {states}; by method {methods}",
        "对话按状态：{states}；按方法：{methods}",
        states=states,
        methods=methods,
    )
    table = target(heap, stack, "dialogTable")
    return _Keeper(
        at=stack if table is None else table,
        table=f"{SIP_STACK}#dialogTable",
        objects=found.dialogs,
        element_class=_DIALOG,
        title=Text(
            "{count} SIP dialogs are open, with {transactions} transactions",
            "{count} 个 SIP 对话处于打开状态，带有 {transactions} 个事务",
            count=format_count(len(found.dialogs)),
            transactions=format_count(len(found.of_dialogs)),
        ),
        summary=Text(
            "A dialog that a call or a subscription has set up stays in dialogTable, and its"
            " firstTransaction with it, until a BYE, an end of the subscription or delete(). No"
            " timer ends it.",
            "呼叫或订阅建立的对话会连同其 firstTransaction 一直留在 dialogTable 中，直到收发 BYE、"
            "订阅结束或调用 delete()。没有定时器会结束它。",
        ),
        evidence=(
            heap.evidence(by_state, "group-by", _DIALOG, "--field", "dialogState"),
            set_fact(heap, _DIALOG, found.dialogs),
        ),
        advice=_ADVICE_DIALOGS,
        doubt=Text(
            "Calls under way and live subscriptions have one dialog each: compare with the number"
            " of streams and subscriptions that the service knows.",
            "正在进行的呼叫和有效的订阅各有一个对话：请与服务所知的流和订阅数量比较。",
        ),
    )


def _slow_listener(
    heap: Examination, stack: int, found: SipTransactions, split: Evidence
) -> Iterator[Finding]:
    queue = target(heap, stack, "eventScanner.pendingEvents")
    if queue is None:
        return
    held = found.waiting if len(found.waiting) else heap.heap.set_of([queue])
    keeper = _Keeper(
        at=queue,
        table="gov.nist.javax.sip.EventScanner#pendingEvents",
        objects=held,
        element_class="gov.nist.javax.sip.EventWrapper",
        instances=found.events,
        title=Text(
            "{count} SIP events wait for a listener that is too slow",
            "{count} 个 SIP 事件在等待过慢的监听器",
            count=format_count(found.events),
        ),
        summary=Text(
            "One thread hands all responses, requests and timeouts to the application. Its queue"
            " has no bound, and each event keeps its transaction.",
            "所有响应、请求和超时都由一个线程交给应用处理。其队列没有上限，每个事件都保持着它的事务。",
        ),
        evidence=(
            held_fact(heap, "EventScanner#pendingEvents", found.events, queue),
            *_scanner_threads(heap),
        ),
        advice=_ADVICE_LISTENER,
        doubt=Text(
            "A burst (many devices register at once) drains by itself: look again a minute later.",
            "突发（大量设备同时注册）会自行消化：一分钟后再看。",
        ),
    )
    yield _finding(heap, keeper, split)


def _scanner_threads(heap: Examination) -> Iterator[Evidence]:
    for row in heap.threads:
        if row.name is not None and row.name.startswith("EventScannerThread") and row.frames:
            said = Text(
                "thread {name} is in {frame}",
                "线程 {name} 正在 {frame}",
                name=row.name,
                frame=foreign_frame(row),
            )
            yield thread_fact(heap, said, row)


def _by_application(heap: Examination, found: SipTransactions) -> _Keeper:
    kept = crowd(heap, found.others)
    return _Keeper(
        at=kept.example,
        objects=found.others,
        element_class=_TRANSACTION,
        title=Text(
            "{count} SIP transactions that only the application keeps",
            "{count} 个仅由应用持有的 SIP 事务",
            count=format_count(len(found.others)),
        ),
        summary=Text(
            "The stack has let go of them; fields of the application (events in a queue, callbacks,"
            " sessions) still refer to them, each with its parsed messages.",
            "协议栈已放开它们；但应用的字段（队列中的事件、回调、会话）仍引用它们以及各自解析后的"
            "消息。",
        ),
        evidence=(set_fact(heap, _TRANSACTION, found.others),),
        advice=_ADVICE_APPLICATION,
        doubt=Text(
            "Some seconds of work in progress are normal: compare with the rate of messages.",
            "几秒钟的在途处理属于正常：请与消息速率比较。",
        ),
        owners=kept.owners,
    )


_ADVICE_UNSENT = Text(
    "Call clientTransaction.terminate() in the failure path of each getNewClientTransaction() whose"
    " sendRequest() throws or is not reached. The limit MAX_CLIENT_TRANSACTIONS does not help;"
    " SIPTransactionStack.auditStack(activeCallIds, dialogTimer, transactionTimer) called now and"
    " then is a safety net.",
    "对每个 getNewClientTransaction()，若 sendRequest() 抛出异常或未执行到，应在失败路径中调用"
    " clientTransaction.terminate()。MAX_CLIENT_TRANSACTIONS 的限制不起作用；可定期调用"
    " SIPTransactionStack.auditStack(activeCallIds, dialogTimer, transactionTimer) 作为安全网。",
)
_ADVICE_DIALOGS = Text(
    "Send BYE, or call dialog.delete(), on every way out of a call: when the stream ends, when the"
    " play times out, when the BYE itself fails. End subscriptions with Expires: 0. As a safety"
    " net call SIPTransactionStack.auditStack(...) with the call ids that are alive.",
    "在呼叫的每条退出路径上发送 BYE 或调用 dialog.delete()：流结束时、点播超时时、BYE 本身失败时。"
    "订阅用 Expires: 0 结束。并以仍在进行的 Call-ID 调用 SIPTransactionStack.auditStack(...) 作为安"
    "全网。",
)
_ADVICE_LISTENER = Text(
    "Return from the SipListener at once: hand events to an executor with a bounded queue; no"
    " blocking HTTP, Redis or database calls in processResponse, processRequest and"
    " processTimeout. gov.nist.javax.sip.REENTRANT_LISTENER=true lets several threads deliver.",
    "SipListener 应立即返回：把事件交给带有界队列的执行器；在 processResponse、processRequest 和"
    " processTimeout 中不要做阻塞的 HTTP、Redis 或数据库调用。"
    "gov.nist.javax.sip.REENTRANT_LISTENER=true 允许多个线程投递。",
)
_ADVICE_APPLICATION = Text(
    "Keep ids (Call-ID, branch) and not events or transactions in callbacks and sessions, and"
    " remove them on answer, timeout and error alike.",
    "在回调和会话中只保存标识（Call-ID、branch），不要保存事件或事务；并在应答、超时和出错时都将"
    "其移除。",
)

RULE = Rule(
    id="sip-transactions",
    catalogue=("F23",),
    topic=Topic.FRAMEWORKS,
    title=Text("SIP transactions and dialogs that stay", "滞留的 SIP 事务和对话"),
    classes=(SIP_STACK,),
    find=_find,
    page=Page(
        finds=Text(
            "Client transactions of JAIN-SIP by what keeps them: never sent, dialogs without an"
            " end, a slow listener, the application.",
            "按持有者区分 JAIN-SIP 的客户端事务：从未发送、没有结束的对话、过慢的监听器、应用"
            "自身。",
        ),
        why=Text(
            "A histogram shows one number of SIPClientTransactionImpl; it has four possible causes,"
            " each with its own cure, and only the way from the root tells them apart.",
            "直方图只显示 SIPClientTransactionImpl 的一个总数；它有四种可能的原因，解法各不相同，"
            "只有从根出发的路径才能区分。",
        ),
        fix=_ADVICE_UNSENT,
        false_alarms=Text(
            "A busy server has a dialog for each live call: fewer than 200 are not reported.",
            "繁忙的服务器每个进行中的呼叫有一个对话：少于 200 个不报告。",
        ),
        example="ClientTransaction bye = provider.getNewClientTransaction(request);\n"
        "dialog.sendRequest(bye);  // throws: the transaction stays in the stack",
        fixed="try { dialog.sendRequest(bye); }\n"
        "catch (SipException error) { bye.terminate(); throw error; }",
        references=(
            "jain-sip-ri 1.3.0-91: SIPTransactionStack, SIPClientTransactionImpl, EventScanner",
            "RFC 3261, 17.1 (client transactions) and 12.3 (termination of a dialog)",
        ),
    ),
)
