"""Names cut to a width keep what tells them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.report.names import fit_class_name
from seamew.report.text import cell_width

SERVICE = "com.acme.billing.InvoiceService"
OBJECT = "com.acme.billing.Invoice @ 0x7c0001234"


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        (SERVICE, 31, SERVICE),
        (SERVICE, 30, "c.acme.billing.InvoiceService"),
        (SERVICE, 27, "c.a.billing.InvoiceService"),
        (SERVICE, 20, "c.a.b.InvoiceService"),
        (SERVICE, 18, "….InvoiceService"),
        (SERVICE, 12, "Invo…Service"),
        (OBJECT, 30, "c.a.b.Invoice @ 0x7c0001234"),
        (OBJECT, 24, "….Invoice @ 0x7c0001234"),
        (OBJECT, 20, "In…ice @ 0x7c0001234"),
        (f'{OBJECT} "paid in full, in time"', 56, f'{OBJECT} "paid in full, …"'),
        (f'{OBJECT} "paid in full, in time"', 45, 'c.a.b.Invoice @ 0x7c0001234 "paid in full, …"'),
        (f'{OBJECT} "paid in full, in time"', 40, '….Invoice @ 0x7c0001234 "paid in full,…"'),
        (f'{OBJECT} "paid in full, in time"', 30, "c.a.b.Invoice @ 0x7c0001234"),
        (f'{OBJECT} "ok"', 40, 'c.a.billing.Invoice @ 0x7c0001234 "ok"'),
        ("com.acme.Session[1024] @ 0x7c0001234", 30, "….Session[1024] @ 0x7c0001234"),
        ("class com.acme.Registry$Holder", 26, "class c.a.Registry$Holder"),
        ('thread "http-nio-8080-exec-17" (com.acme.Worker @ 0x7c0001234)', 48,
         'thread "http-nio-80…" (c.a.Worker @ 0x7c0001234)'),
        ('thread "http-nio-8080-exec-17" (com.acme.Worker @ 0x7c0001234)', 40,
         'thread "http-nio-8080-ex…" @ 0x7c0001234'),
        ('thread "http-nio-8080-exec-17" (com.acme.Worker @ 0x7c0001234)', 36,
         'thread "http-nio-808…" @ 0x7c0001234'),
        ("com.acme.Registry#ALL_SESSIONS", 24, "….Registry#ALL_SESSIONS"),
        ("www.example.com/some/page", 15, "www.e…some/page"),
        ("com.acme.订单 @ 0x7c0001234", 20, "….订单 @ 0x7c0001234"),
        ('AA @ 0x7c0001234 ""', 16, "AA @ 0x7c0001234"),
    ],
)  # fmt: skip
def test_names(name: str, width: int, shown: str) -> None:
    assert fit_class_name(name, width) == shown


@given(st.text(alphabet=st.characters(exclude_categories=("C", "M"))), st.integers(0, 60))
def test_anything_fits(name: str, width: int) -> None:
    assert cell_width(fit_class_name(name, width)) <= width


@given(
    st.from_regex(r"([a-z]{1,9}\.){0,5}[A-Z][A-Za-z]{0,20}(\$[A-Z][a-z]{0,9})?", fullmatch=True),
    st.text(alphabet=st.characters(exclude_categories=("C", "M")), max_size=30),
    st.integers(0, 120),
)
def test_objects_fit_and_keep_class_and_address(class_name: str, value: str, width: int) -> None:
    simple = class_name.rpartition(".")[2]
    shown = fit_class_name(f'{class_name} @ 0x7c0001234 "{value}"', width)
    assert cell_width(shown) <= width
    if width >= len(simple) + len("….") + len(" @ 0x7c0001234"):
        assert simple in shown
    if width >= len(" @ 0x7c0001234") + 2:
        assert " @ 0x7c0001234" in shown
