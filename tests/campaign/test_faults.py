"""Every fault that a registry can have, beside one healthy registry: named in the close and the report, and the healthy
registry's figures stand as they would without it.

Faults of reading come first, then faults in what was read. Expected figures are counted by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.render import render
from include.campaign.report import Letter, ProvinceReport, write_letters
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene
from tests.sources import silent_server, superuser

pytestmark = pytest.mark.usefixtures("pages_alone")

BEFORE, DAY = "2025-03-04", "2025-03-05"
PERSON = "Nguyễn Văn Bí Mật"
FIGURES = "entered, entered_in_day, reviewed, received, received_in_day, queued, awaiting, rejected, open_defects"
HEALTHY = (6, 1, 1, 2, 1, 1, 1, 1, 1)
HEALTHY_CLASSES = {"E1": 1, "E2": 1, "E6-correctable": 1, "E9": 1, "E10": 2, "R1": 2}
NEXT_ID = {HOME: 1, OTHER: 1001}


def fill(scene: Scene, code: str) -> None:
    """Six cases of one book: received; received without an answer; rejected; queued; entered; entered on the day."""
    scene.book(code, 1)
    for number in range(1, 6):
        scene.entry(code, number, 1, f"s\u1ed1 {number}", "02 09:00", ref=f"REF-{code}" if number == 1 else None)
    scene.entry(code, 6, 1, "s\u1ed1 6", "05 09:00")
    for number, state, error in ((2, "sent", None), (3, "rejected", "BAD_DATE"), (4, "queued", None)):
        transfer(scene, code, number, state, error)
    scene.registry(code, "update sohoa.entry set reviewed_at = '2025-03-03 09:00+07' where entry_id = 1")
    scene.registry(code, f"update sohoa.entry set defects = '{{BAD_DATE}}', full_name = '{PERSON}' where entry_id = 3")
    scene.receipt(NEXT_ID[code], code, "s\u1ed1 1", "03 09:00", ref=f"REF-{code}")
    scene.receipt(NEXT_ID[code] + 1, code, "s\u1ed1 2", "05 10:00")


def transfer(scene: Scene, code: str, number: int, state: str, error: str | None = None) -> None:
    word = f"'{error}'" if error else "null"
    scene.registry(
        code,
        "insert into sohoa.transfer (entry_id, state, queued_at, error_code, error_text)"
        f" values ({number}, '{state}', now(), {word}, '{PERSON}')",
    )


def classes(scene: Scene, code: str) -> dict[str, int]:
    return dict(
        scene.rows(
            "select class, sum(items)::int from closing.class_count"
            f" where close_key = '{DAY}' and registry_code = '{code}' group by class"
        )
    )


def letter_of(scene: Scene) -> tuple[Letter, ProvinceReport]:
    with engine(scene.campaign).begin() as conn:
        letter, *_ = write_letters(conn, scene.plan, scene.calendar, scene.calendar.close(DAY))
    report = letter.blocks[0]
    assert isinstance(report, ProvinceReport)
    return letter, report


def assert_the_healthy_one_is_unmoved(scene: Scene) -> None:
    assert scene.figure(FIGURES, DAY, OTHER) == HEALTHY
    assert classes(scene, OTHER) == HEALTHY_CLASSES
    assert scene.rows(f"select outcome from closing.registry_close where registry_code = '{OTHER}'") == [("ok",)] * 2
    assert scene.rows(f"select figure from closing.restatement where registry_code = '{OTHER}'") == []


# ---------------------------------------------------------------------------------------- faults of reading


@dataclass(frozen=True)
class Unread:
    """A fault of reading: how it is made, and what it is called.

    `address` changes where the registry is looked for; `at_the_source` runs there.
    """

    outcome: str
    lacking: tuple[str, ...] = ()
    at_the_source: str = ""
    address: Callable[[Endpoint], Endpoint] = field(default=lambda endpoint: endpoint)


UNREAD = {
    "unreachable": Unread("unreachable", address=lambda endpoint: replace(endpoint, host="127.0.0.1", port=1)),
    "refused log-in": Unread("refused", address=lambda endpoint: replace(endpoint, login="nobody_here")),
    "no such database": Unread("refused", address=lambda endpoint: replace(endpoint, database="nowhere")),
    "empty": Unread("empty", at_the_source="truncate sohoa.transfer, sohoa.entry, sohoa.book"),
    "a table that nothing can be read without": Unread(
        "schema",
        ("entry.book_id", "entry.entry_id", "entry.entry_no"),
        "drop table sohoa.entry cascade",
    ),
    "a column that nothing can be read without": Unread(
        "schema", ("book.opened_by",), "alter table sohoa.book drop column opened_by cascade"
    ),
    "a column that nothing can be read without, refused": Unread(
        "permission", ("entry.entry_no",), "revoke select (entry_no) on sohoa.entry from campaign_reader"
    ),
}


@pytest.fixture
def filled(scene: Scene) -> Scene:
    """Both registries filled alike and closed once, before anything goes wrong."""
    for code in (HOME, OTHER):
        fill(scene, code)
    scene.close(BEFORE)
    return scene


def assert_unread(scene: Scene, outcome: str, lacking: tuple[str, ...] = ()) -> None:
    """No figure of its own, the fault's name in the close and in the letter, and no person quoted anywhere."""
    assert scene.figure(FIGURES, DAY, HOME) == (None, None, None, 2, 1, None, None, None, None)
    close = scene.rows(
        f"select outcome, reading_id from closing.registry_close where registry_code = '{HOME}' and close_key = '{DAY}'"
    )
    assert close == [(outcome, None)]
    [(found, detail)] = scene.rows(
        f"select lacking, detail from pull.reading where close_key = '{DAY}' and source_code = '{HOME}'"
    )
    assert tuple(found) == lacking
    assert PERSON not in (detail or "")
    letter, report = letter_of(scene)
    unread = {registry.code: registry for registry in report.unread}
    assert unread[HOME].outcome == outcome
    assert unread[HOME].last_known is not None and unread[HOME].last_known.entered == 5
    assert OTHER not in unread
    paper = render(letter)
    assert scene.plan.full_name(HOME) in paper.plain
    assert PERSON not in paper.plain + paper.html


@pytest.mark.parametrize("fault", UNREAD.values(), ids=UNREAD.keys())
def test_a_registry_that_cannot_be_read_is_named_and_hurts_nobody(filled: Scene, fault: Unread) -> None:
    if fault.at_the_source:
        filled.registry(HOME, fault.at_the_source)
    filled.registries[HOME] = fault.address(filled.registries[HOME])
    filled.close(DAY)
    assert_unread(filled, fault.outcome, fault.lacking)
    assert_the_healthy_one_is_unmoved(filled)


def test_a_hung_registry_costs_its_own_time_only(filled: Scene) -> None:
    """The silent one is asked first and waits for its time-out; the healthy one is long read by then."""
    with silent_server() as port:
        filled.registries[HOME] = replace(filled.registries[HOME], host="127.0.0.1", port=port)
        filled.close(DAY)
    assert_unread(filled, "hung")
    assert_the_healthy_one_is_unmoved(filled)
    ended = dict(
        filled.rows(
            "select source_code, began_at"  # written when the attempt is over
            f" from pull.reading where close_key = '{DAY}' and source_code in ('{HOME}', '{OTHER}')"
        )
    )
    assert ended[OTHER] < ended[HOME]
    assert list(filled.registries) == [HOME, OTHER]


def test_a_registry_that_was_never_configured_is_named_apart(filled: Scene) -> None:
    filled.registries[HOME] = None
    filled.close(DAY)
    assert_the_healthy_one_is_unmoved(filled)
    _, report = letter_of(filled)
    assert filled.plan.full_name(HOME) in report.not_configured
    assert HOME not in {registry.code for registry in report.unread}


LACKING = {
    "a column": (
        "alter table sohoa.entry drop column reviewed_at",
        ("entry.reviewed_at",),
        (6, 1, None, 2, 1, 1, 1, 1, 1),
    ),
    "a column that is refused": (
        "revoke select (defects) on sohoa.entry from campaign_reader",
        ("entry.defects",),
        (6, 1, 1, 2, 1, 1, 1, 1, None),
    ),
    "the outbox": (
        "drop table sohoa.transfer cascade",
        (
            "transfer.entry_id", "transfer.state", "transfer.attempts", "transfer.queued_at", "transfer.sent_at",
            "transfer.answered_at", "transfer.error_code", "transfer.ministry_ref", "transfer.requeue_key",
        ),
        (6, 1, 1, 2, 1, None, None, None, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "lacking", "figures"), LACKING.values(), ids=LACKING.keys())
def test_a_registry_that_lacks_something_is_read_for_the_rest(
    filled: Scene, change: str, lacking: tuple[str, ...], figures: tuple[int | None, ...]
) -> None:
    filled.registry(HOME, change)
    filled.close(DAY)
    assert filled.figure(FIGURES, DAY, HOME) == figures
    close = filled.rows(
        f"select outcome, lacking from closing.registry_close where registry_code = '{HOME}' and close_key = '{DAY}'"
    )
    assert close == [("partial", list(lacking))]
    assert_the_healthy_one_is_unmoved(filled)
    letter, report = letter_of(filled)
    assert [(registry.code, registry.health.lacking) for registry in report.partly_read] == [(HOME, lacking)]
    assert lacking[0] in render(letter).plain


def test_a_registry_without_an_outbox_freezes_its_classes_once(filled: Scene) -> None:
    """That it has no state figures must not make each closing of the day its first."""
    filled.registry(HOME, "drop table sohoa.transfer cascade")
    filled.close(DAY)
    frozen = classes(filled, HOME)
    filled.entry(HOME, 7, 1, "s\u1ed1 7", "07 09:00")
    filled.close(DAY, now="05 19:00")
    assert classes(filled, HOME) == frozen
    assert sum(items for word, items in frozen.items() if word.startswith("E")) == 6


def test_receipts_that_no_registry_can_be_told_of_are_frozen_once(filled: Scene) -> None:
    """What the ledger shows late must not join what was frozen, or the classes add up to no reading of it."""
    query = (
        "select register, opened_year, class, items from closing.class_count"
        f" where close_key = '{DAY}' and registry_code = ''"
    )
    filled.receipt(51, "99999", "1", "04 09:00")
    filled.close(DAY)
    frozen = filled.rows(query)
    assert len(frozen) == 1
    in_the_ledger(
        "insert into ledger.receipt values"
        " (52, 'M52', '99999', 'KH', 1999, '01', '1', null, '2025-03-04 10:00+07', null)"
    )(filled)
    filled.close(DAY, now="05 19:00")
    assert filled.rows(query) == frozen


# ---------------------------------------------------------------------------------------- faults in what was read


@dataclass(frozen=True)
class Spoilt:
    """A fault in the data between two closes.

    `figures` and `classes` are what the faulty registry has at the later close, `restated` what the earlier close is
    found to have been: (figure, phase, old, new).
    """

    change: Callable[[Scene], None]
    figures: tuple[int, ...] = HEALTHY
    classes: dict[str, int] = field(default_factory=lambda: HEALTHY_CLASSES)
    restated: frozenset[tuple[str, int, int, int]] = frozenset()


def at_the_source(*statements: str) -> Callable[[Scene], None]:
    def change(scene: Scene) -> None:
        for statement in statements:
            scene.registry(HOME, statement)

    return change


def in_the_ledger(statement: str) -> Callable[[Scene], None]:
    def change(scene: Scene) -> None:
        assert scene.ledger is not None
        with superuser(scene.ledger) as conn:
            conn.execute(statement)

    return change


def moved(scene: Scene) -> None:
    scene.book(HOME, 2, book_no="02", phase=1)
    scene.registry(HOME, "update sohoa.entry set book_id = 2 where entry_id = 5")


def twin(scene: Scene) -> None:
    """A second book of a merged commune carries the same number: the receipt by key can be of either entry."""
    scene.book(HOME, 2, opened_by="00001")
    scene.entry(HOME, 12, 2, "s\u1ed1 2", "02 09:00")


def old_code(scene: Scene) -> None:
    scene.book(HOME, 2, opened_by="00001", book_no="02")
    scene.registry(HOME, "update sohoa.entry set book_id = 2 where entry_id = 5")
    scene.receipt(51, "00001", "s\u1ed1 5", "05 11:00", book_no="02")


def changed(classes_changed: dict[str, int]) -> dict[str, int]:
    return {word: items for word, items in (HEALTHY_CLASSES | classes_changed).items() if items}


SPOILT = {
    "an entry is deleted": Spoilt(
        at_the_source("delete from sohoa.entry where entry_id = 5"),
        (5, 1, 1, 2, 1, 1, 1, 1, 1),
        changed({"E10": 1}),
        frozenset({("entered", 2, 5, 4)}),
    ),
    "an entry is moved to a book of the other phase": Spoilt(
        moved,
        (5, 1, 1, 2, 1, 1, 1, 1, 1),
        restated=frozenset(
            {("entered", 2, 5, 4), ("entered", 1, 0, 1), ("books_collected", 1, 0, 1), ("books_classified", 1, 0, 1)}
        ),
    ),
    "a backup is restored": Spoilt(
        at_the_source(
            "delete from sohoa.entry where entry_id > 3",
            "update sohoa.transfer set state = 'queued', ministry_ref = null where entry_id = 1",
            "update sohoa.entry set reviewed_at = null where entry_id = 1",
        ),
        (3, 0, 0, 2, 1, 1, 1, 1, 1),
        {"E2": 2, "E6-correctable": 1, "R1": 2},
        frozenset({("entered", 2, 5, 3), ("reviewed", 2, 1, 0)}),
    ),
    "its clock is days ahead": Spoilt(
        at_the_source("update sohoa.entry set entered_at = '2025-03-09 09:00+07' where entry_id = 6"),
        (5, 0, 1, 2, 1, 1, 1, 1, 1),
        changed({"E10": 1, "E11": 1}),
    ),
    "changed_at lies": Spoilt(
        at_the_source(
            "update sohoa.entry set changed_at = '1999-01-01'",
            "update sohoa.entry set reviewed_at = '2025-03-05 09:00+07', changed_at = '1999-01-01' where entry_id = 5",
        ),
        (6, 1, 2, 2, 1, 1, 1, 1, 1),
    ),
    "numbers are decomposed": Spoilt(at_the_source("update sohoa.entry set entry_no = normalize(entry_no, nfd)")),
    "a receipt bears the code of a unit that is gone": Spoilt(
        old_code, (6, 1, 1, 3, 2, 1, 1, 1, 1), changed({"E2": 2, "E10": 1, "R1": 3}),
        frozenset({("books_collected", 2, 1, 2), ("books_classified", 2, 1, 2)}),
    ),
    "a receipt is cancelled": Spoilt(
        in_the_ledger("update ledger.receipt set cancelled_at = '2025-03-05 12:00+07' where receipt_id = 1"),
        (6, 1, 1, 1, 1, 1, 1, 1, 1),
        changed({"E1": 0, "E4": 1, "R1": 1, "R5": 1}),
    ),
    "a receipt was cancelled before": Spoilt(
        in_the_ledger("update ledger.receipt set cancelled_at = '2025-03-04 12:00+07' where receipt_id = 1"),
        (6, 1, 1, 1, 1, 1, 1, 1, 1),
        changed({"E1": 0, "E4": 1, "R1": 1, "R5": 1}),
        frozenset({("received", 2, 1, 0)}),
    ),
    "a receipt is doubled": Spoilt(
        lambda scene: scene.receipt(51, HOME, "S\u1ed1  1", "05 11:00"), classes=changed({"R2": 1})
    ),
    "a receipt can be of either twin": Spoilt(
        twin,
        (7, 1, 1, 2, 0, 1, 1, 1, 1),
        changed({"E2": 0, "E3": 2, "R1": 1, "R3": 1}),
        frozenset({("entered", 2, 5, 6), ("books_collected", 2, 1, 2), ("books_classified", 2, 1, 2)}),
    ),
    "a receipt is of nothing known": Spoilt(
        lambda scene: scene.receipt(51, HOME, "s\u1ed1 99", "05 11:00"), classes=changed({"R4": 1})
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", SPOILT.values(), ids=SPOILT.keys())
def test_a_fault_in_the_data_shows_where_it_is_and_nowhere_else(filled: Scene, fault: Spoilt) -> None:
    fault.change(filled)
    filled.close(DAY)
    assert filled.figure(FIGURES, DAY, HOME) == fault.figures
    assert classes(filled, HOME) == fault.classes
    restated = filled.rows(
        "select figure, phase::int, old, new from closing.restatement"
        f" where close_key = '{BEFORE}' and registry_code = '{HOME}'"
    )
    assert set(restated) == fault.restated
    assert filled.rows("select held_why from closing.close") == [(None,)] * 2
    assert_the_healthy_one_is_unmoved(filled)
    _, report = letter_of(filled)
    told = {restatement.registry for restatement in report.restatements}
    assert told == ({filled.plan.full_name(HOME)} if any(old != new for *_, old, new in restated) else set())
