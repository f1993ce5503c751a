#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""figures.py check|store REPORT [DOCUMENT]: the figures that are kept, and those of a report.

check: says which row has lost more than 2 % against the kept ones, and ends with 1 if one has. What
is measured in time has the host's noise, and may lose a third; the slabs are pages, of which some
are used in part, and may be a twentieth more.
store: keeps the report's, and writes its table into DOCUMENT, between two lines of comment, and the
plots of one kernel beside it.
Kept are ratios to in-tree tun of the same boot.
"""

import json
import pathlib
import sys

from report import counting, label, number

KEPT = pathlib.Path(__file__).with_name("figures.json")
MOST_LOST = 0.02
MOST_LOST_TIME = 0.33
MOST_LOST_SLAB = 0.05
PLOTTED = "6.12"
LICENCE = "<!-- SPDX-License-Identifier: GPL-2.0 -->"
BEGIN, END = "\n.. begin of the table\n", ".. end of the table\n"


def figures(report):
    """Kernel -> row -> ratio, without the rows that have none: one below 0 is that of what costs
    less than its generator alone."""
    return {name: {label(row): round(counting(row), 4) for row in kernel["rows"]
                   if (counting(row) or 0) > 0}
            for name, kernel in report["kernels"].items()}


def tolerances(kernel):
    """Row -> the part of its ratio that it may lose."""
    def most(unit):
        return (MOST_LOST_TIME if unit.startswith("ns") else
                MOST_LOST_SLAB if unit.startswith("bytes") else MOST_LOST)
    return {label(row): most(row["unit"]) for row in kernel["rows"]}


def check(report):
    """Whether nothing is lost of what is both kept and measured, and of each kernel something is."""
    all_kept, good = json.loads(KEPT.read_text()), True
    for name, rows in figures(report).items():
        kept, most = all_kept.get(name, {}), tolerances(report["kernels"][name])
        lost = [row for row, now in rows.items() if now < kept.get(row, 0) * (1 - most[row])]
        for row in lost:
            print(f"{name}: {row}: {rows[row]:.3f}, was {kept[row]:.3f}")
        compared = len(rows.keys() & kept.keys())
        print(f"{name}: {compared} of {len(rows)} rows compared, {len(lost)} lost")
        good &= compared > 0 and not lost
    return good


def table(kernel):
    """As a table of reStructuredText."""
    yield f".. csv-table:: Linux {kernel['release']}, boots: {kernel['boots']}"
    yield "   :header-rows: 1\n   :delim: |\n"
    yield "   case | in-tree | best as | tun-alt | best as | ratio | driver | unit"
    for row in kernel["rows"]:
        if row["void"]:
            continue
        yield "   " + " | ".join((
            label(row), number(row["reference"]), row["reference_config"], number(row["ours"]),
            row["ours_config"], f"{row['ratio']:.2f}" if row["ratio"] else "",
            f"{row['driver_ratio']:.2f}" if row.get("driver_ratio") else "", row["unit"]))


def store(report, document):
    """Keeps them."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name, rows in figures(report).items():
        kept.setdefault(name, {}).update(rows)
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    before, rest = document.read_text().split(BEGIN)
    after = rest.split(END)[1]
    tables = [f"Of {report['commit']}:"]
    tables += ["\n".join(table(kernel)) for kernel in report["kernels"].values()]
    document.write_text(before + BEGIN + "\n" + "\n\n".join(tables) + "\n\n" + END + after)


def store_plots(bench, document):
    """Those of the kernel that bars are drawn for, into a directory of the document's name."""
    to = document.with_suffix("")
    to.mkdir(exist_ok=True)
    for plot in bench.glob(f"{PLOTTED}-*.svg"):
        declaration, picture = plot.read_text().split("\n", 1)
        (to / plot.name).write_text(f"{declaration}\n{LICENCE}\n{picture}")


def main():
    what, path = sys.argv[1], pathlib.Path(sys.argv[2])
    report = json.loads(path.read_text())
    if what == "store":
        store(report, pathlib.Path(sys.argv[3]))
        store_plots(path.parent, pathlib.Path(sys.argv[3]))
        return 0
    return 0 if check(report) else 1


if __name__ == "__main__":
    sys.exit(main())
