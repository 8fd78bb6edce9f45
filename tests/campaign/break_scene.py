"""Making faults in a scene's registries, and looking at what a close saw of them."""

from __future__ import annotations

from tests.campaign.scene import HOME, Scene

D1, D2, D3, D4 = "2025-03-05", "2025-03-06", "2025-03-07", "2025-03-08"


def seen(scene: Scene, key: str = D1, code: str = HOME) -> dict[tuple[str, str], int]:
    """What a close saw of a registry, but for totals of books, which `scene.book` gives 20 of each."""
    rows = scene.rows(
        "select kind, subject, items from closing.break_seen"
        f" where close_key = '{key}' and registry_code = '{code}' and kind != 'closing_total'"
    )
    return {(kind, subject): items for kind, subject, items in rows}


def counts(scene: Scene, key: str, kind: str, code: str = HOME) -> tuple:
    """Open, new, cleared, waived, unseen and the bands of what is open, of one kind."""
    [row] = scene.rows(
        "select coalesce(sum(open), 0), coalesce(sum(new), 0), coalesce(sum(cleared), 0), coalesce(sum(waived), 0),"
        " coalesce(sum(unseen), 0), coalesce(string_agg(age_band, ' ') filter (where open > 0), '')"
        f" from closing.break_count where close_key = '{key}' and registry_code = '{code}' and kind = '{kind}'"
    )
    return tuple(int(cell) if not isinstance(cell, str) else cell for cell in row)


def attach(scene: Scene, entry_id: int, page: str | None, code: str = HOME) -> None:
    name = f"'{page}'" if page else "null"
    scene.registry(
        code,
        f"update sohoa.entry set scan_attached_at = '2025-03-03 10:00+07', page_file = {name}"
        f" where entry_id = {entry_id}",
    )


def entries(scene: Scene, *numbers: str, book: int = 1, code: str = HOME, first: int = 1) -> None:
    for entry_id, number in enumerate(numbers, start=first):
        scene.entry(code, entry_id, book, number, "02 09:00")


def total(scene: Scene, items: int) -> None:
    """Give the book of `HOME` a closing total that differs by so many."""
    scene.registry(HOME, f"update sohoa.book set closing_total = {items} + (select count(*) from sohoa.entry)")


def known(scene: Scene) -> list[tuple]:
    return scene.rows(
        "select break_id, state, items, first_seen_key, opened_key, cleared_key, reopened"
        " from breaks.known where kind = 'closing_total' and registry_code = '09101'"
    )
