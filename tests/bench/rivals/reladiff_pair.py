"""reladiff compares two tables of one database by a key. Prints seconds and differing rows as JSON."""

import json
import sys
import time

from reladiff import connect_to_table, diff_tables


def main() -> None:
    task = json.load(sys.stdin)
    began = time.perf_counter()
    sides = [
        connect_to_table(task["database"], tuple(table.split(".")), tuple(task["key"]), thread_count=2)
        for table in task["tables"]
    ]
    difference = diff_tables(
        *sides, extra_columns=tuple(task["compare"]), algorithm=task["algorithm"], bisection_factor=32,
        max_threadpool_size=2,
    )  # fmt: skip
    rows = sum(1 for _ in difference)
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": rows}))


main()
