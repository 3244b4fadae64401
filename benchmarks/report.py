"""Write the tables and the charts of docs/benchmarks.md and docs/appearance.md.

    python -m benchmarks.report

The text of the pages is written by hand. A table without measurements stays as it is.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .appearance_tables import appearance_tables
from .compare import RESULTS as COMPARISON
from .compare import read_rows
from .comparison import REFERENCE, Comparison, comparison_tables, draw_chart
from .machine import describe_machine
from .markdown import fill_page
from .results_store import RESULTS, ResultsStore

CHART = Path("docs/images/benchmarks.png")


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="of benchmarks.appearance")
    parser.add_argument("--csv", type=Path, default=COMPARISON, help="of benchmarks.compare")
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    parser.add_argument("--chart", type=Path, default=CHART)
    arguments = parser.parse_args()
    rows = read_rows(arguments.csv).values()
    if rows:
        found = Comparison(rows)
        dates = sorted({row["date"] for row in rows})
        tables = {
            "machine": describe_machine(dates, found.versions[REFERENCE]),
            **comparison_tables(found),
        }
        fill_page(arguments.docs / "benchmarks.md", tables)
        draw_chart(found, arguments.chart)
    records = ResultsStore(arguments.results).records
    if records:
        fill_page(arguments.docs / "appearance.md", appearance_tables(records))


if __name__ == "__main__":
    main()
