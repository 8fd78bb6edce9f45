"""A pandas loop over registries: read all, read what is held, compare, delete and write what differs.

Prints seconds as JSON.
"""

import json
import sys
import time

import pandas as pd
import sqlalchemy as sa


def sync(code: str, url: str, target: sa.Engine) -> int:
    """Bring the rows of one registry in the target to what it shows; returns how many were written."""
    source = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    shown = pd.read_sql("select * from public.entry_with_transfer", source)
    source.dispose()
    shown.insert(0, "registry_code", code)
    columns = list(shown.columns)
    if not sa.inspect(target).has_table("entry"):
        shown.head(0).to_sql("entry", target, index=False)
        with target.begin() as conn:
            conn.execute(sa.text("alter table entry add primary key (registry_code, entry_id)"))
    held = pd.read_sql(sa.text("select * from entry where registry_code = :code"), target, params={"code": code})
    held = held.astype(shown.dtypes.to_dict())
    both = shown.merge(held, how="outer", on=columns, indicator=True)
    gone = both.loc[both["_merge"] == "right_only", "entry_id"]
    new = both.loc[both["_merge"] == "left_only", columns]
    with target.begin() as conn:
        if len(gone):
            conn.execute(
                sa.text("delete from entry where registry_code = :code and entry_id = any(:ids)"),
                {"code": code, "ids": [int(entry_id) for entry_id in gone]},
            )
        new.to_sql("entry", conn, if_exists="append", index=False, method="multi", chunksize=2_000)
    return len(new)


def main() -> None:
    task = json.load(sys.stdin)
    target = sa.create_engine(task["target"].replace("postgresql:", "postgresql+psycopg:"))
    began = time.perf_counter()
    written = sum(sync(code, url, target) for code, url in task["registries"].items())
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": written}))


main()
