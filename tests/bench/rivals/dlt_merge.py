"""dlt reads every registry and merges all of it into one table, with one of its backends. Prints seconds as JSON."""

import json
import sys
import tempfile
import time

import dlt
from dlt.sources.sql_database import sql_table

KEY = ["registry_code", "entry_id"]


def with_code(code: str):
    def add(rows):
        import pyarrow as pa  # noqa: PLC0415  (known only in this environment)

        return rows.append_column("registry_code", pa.array([code] * rows.num_rows, pa.string()))

    return add


def main() -> None:
    task = json.load(sys.stdin)
    backend = task["backend"]
    options = {"backend_kwargs": {"return_type": "arrow"}} if backend == "connectorx" else {}
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench",
            pipelines_dir=task.get("folder") or folder,
            destination=dlt.destinations.postgres(task["target"]),
            dataset_name=f"dlt_{backend}",
        )

        @dlt.source
        def province():
            for code, url in task["registries"].items():
                table = sql_table(url, "entry_with_transfer", schema="public", backend=backend, **options)
                table.add_map(with_code(code))
                table.apply_hints(
                    table_name="entry",
                    primary_key=KEY,
                    write_disposition={"disposition": "merge", "strategy": task["strategy"]},
                    columns={"registry_code": {"data_type": "text", "nullable": False}},
                )
                yield table.with_name(f"entry_{code}")

        began = time.perf_counter()
        pipeline.run(province(), loader_file_format="csv")
        seconds = time.perf_counter() - began
        with pipeline.sql_client() as client:
            rows = client.execute_sql("select count(*) from entry")[0][0]
    print(json.dumps({"seconds": seconds, "rows": rows}))


main()
