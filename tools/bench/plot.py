#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""plot.py DIRECTORY: pictures of DIRECTORY/report.json, two for each kernel.

KERNEL-ratios.svg has a bar for each row of the table, KERNEL-sizes.svg what a packet of TUN costs
by its size where a case has more than two of them.
"""

import collections
import json
import pathlib
import subprocess
import sys

from report import counting, label

HERE = pathlib.Path(__file__).parent


def draw(script, data, count, report, out):
    """One picture."""
    kernel, commit = report
    file = out.with_suffix(".tsv")
    file.write_text(data)
    title = f"tun-alt {commit} on Linux {kernel['release']}, median of {kernel['boots']} boots"
    subprocess.run(["gnuplot", "-c", HERE / script, file, str(count), title,
                    f"command line: {kernel['cmdline']}", out], check=True)


def ratios(report, out):
    """Bars."""
    rows = [(label(row), counting(row)) for row in report[0]["rows"] if counting(row)]
    if not rows:
        return
    draw("ratios.gp", "".join(f"{name}\t{value:.4f}\n" for name, value in rows), len(rows),
         report, out)


def sizes(report, out):
    """Lines."""
    cases = collections.defaultdict(list)
    for row in report[0]["rows"]:
        if row["kind"] == "tun" and row["size"] and row["queues"] == 1 and not row["void"]:
            cases[row["case"]].append(row)
    cases = {name: rows for name, rows in cases.items() if len(rows) > 2}
    blocks = ["\t".join((name, "in-tree", "tun-alt")) + "\n" + "".join(
        f"{row['size']}\t{row['reference']:.0f}\t{row['ours']:.0f}\n" for row in rows)
              for name, rows in cases.items()]
    if blocks:
        draw("sizes.gp", "\n\n".join(blocks), len(blocks), report, out)


def main():
    directory = pathlib.Path(sys.argv[1])
    result = json.loads((directory / "report.json").read_text())
    for name, kernel in result["kernels"].items():
        report = kernel, result["commit"]
        ratios(report, directory / f"{name}-ratios.svg")
        sizes(report, directory / f"{name}-sizes.svg")


if __name__ == "__main__":
    main()
