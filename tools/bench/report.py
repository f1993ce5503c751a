#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py DIRECTORY KERNEL...: what the samples of tun-alt-bench say.

Prints a table for each kernel and writes report.json. A figure is the median over all samples of
the best configuration of a side; a ratio is the median of those of pairs, the reference's sample
and ours beside it. A row with a void sample is void.
"""

import collections
import json
import pathlib
import statistics
import sys

# What makes a row, and what is one configuration of it
ROW = ("case", "unit", "counts", "kind", "size", "queues")
# A row whose generator takes more than this part of the whole tells of the generator.
MOST_GENERATOR = 0.5


def samples(files):
    """All samples, each with the number of its boot."""
    for boot, file in enumerate(files):
        for line in file.read_text().splitlines():
            yield dict(json.loads(line), boot=boot)


def group(kernel):
    """Row -> configuration -> side -> (boot, round) -> sample."""
    rows = collections.defaultdict(
        lambda: collections.defaultdict(lambda: collections.defaultdict(dict)))
    for sample in kernel:
        row = tuple(sample[key] for key in ROW)
        rows[row][sample["config"]][sample["side"]][sample["boot"], sample["round"]] = sample
    return rows


def each(sample):
    """The amount for one packet, device..."""
    return sample["amount"] / sample["count"]


def figure(sides, side):
    """What a side needs in one configuration."""
    return statistics.median(map(each, sides[side].values()))


def generator(sides):
    """What the generator needs of that, which may do more for one configuration than for another."""
    return figure(sides, "g") if "g" in sides else 0


def best(configs, side):
    """The configuration in which a side is cheapest, its figure and the generator's."""
    figures = {name: (figure(sides, side), generator(sides))
               for name, sides in configs.items() if side in sides}
    name = min(figures, key=lambda name: figures[name][0] - figures[name][1])
    return name, *figures[name]


def telling(row, configs):
    """The configurations in which the generator does not drown the reference."""
    if not row["unit"].startswith("instructions"):
        return configs
    return {name: sides for name, sides in configs.items()
            if "a" not in sides or generator(sides) <= MOST_GENERATOR * figure(sides, "a")}


def ratio(reference, ours):
    """Of two that were taken one after the other."""
    if not ours:
        return None if reference else 1.0
    return reference / ours


def judge(row, configs):
    """One line of the table."""
    result = dict(zip(ROW, row))
    result["void"] = next((s["void"] for sides in configs.values() for side in sides.values()
                           for s in side.values() if s["void"]), None)
    if result["void"]:
        return result
    configs = telling(result, configs)
    if not any("a" in sides for sides in configs.values()):
        result["void"] = "the generator takes more than half"
        return result
    result["reference_config"], result["reference"], result["generator"] = best(configs, "a")
    result["ours_config"], result["ours"], result["ours_generator"] = best(configs, "b")
    reference = configs[result["reference_config"]]["a"]
    ours = configs[result["ours_config"]]["b"]
    ratios = [ratio(each(reference[at]), each(ours[at])) for at in reference if at in ours]
    result["ratio"] = None if None in ratios else statistics.median(ratios)
    if result["counts"] == "driver":
        result["driver_ratio"] = ratio(result["reference"] - result["generator"],
                                       result["ours"] - result["ours_generator"])
    return result


def counting(row):
    """The ratio that counts, None if there is none: of the driver alone or of the whole path."""
    return row.get("driver_ratio" if row["counts"] == "driver" else "ratio")


def label(row):
    """What a row is called in one line."""
    words = [row["case"], row["kind"]]
    if row["size"]:
        words.append(f"{row['size']} B")
    if row["queues"] > 1:
        words.append(f"{row['queues']} queues")
    return " ".join(words)


def number(value):
    """For the table: as many digits as mean something."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.4g}"


def lines(results):
    """The table's rows, as text."""
    yield ("case", "", "size", "queues", "in-tree", "(best as)", "tun-alt", "(best as)", "ratio",
           "driver alone", "unit")
    for r in results:
        name = r["case"]
        if r["void"]:
            yield name, r["kind"], str(r["size"] or ""), str(r["queues"]), "void:", r["void"], \
                "", "", "", "", ""
            continue
        driver = r.get("driver_ratio")
        yield (name, r["kind"], str(r["size"] or ""), str(r["queues"]), number(r["reference"]),
               r["reference_config"], number(r["ours"]), r["ours_config"],
               "none" if r["ratio"] is None else f"{r['ratio']:.3f}",
               "" if driver is None else f"{driver:.3f}", r["unit"])


def print_table(results):
    """In columns."""
    table = list(lines(results))
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def report(directory, kernel):
    """All of one kernel."""
    boots = sorted((directory / kernel).iterdir())
    rows = group(samples([boot / "samples" for boot in boots]))
    same = [boot / "same" for boot in boots if (boot / "same").exists()]
    return {
        "release": (boots[0] / "release").read_text().strip(),
        "cmdline": (boots[0] / "cmdline").read_text().strip(),
        "boots": len(boots),
        "rows": [judge(row, configs) for row, configs in rows.items()],
        "same": [judge(row, configs) for row, configs in group(samples(same)).items()],
    }


def main():
    directory = pathlib.Path(sys.argv[1])
    commit = directory / "commit"
    result = {
        "commit": commit.read_text().strip() if commit.exists() else None,
        "kernels": {kernel: report(directory, kernel) for kernel in sys.argv[2:]},
    }
    (directory / "report.json").write_text(json.dumps(result, indent=1) + "\n")
    for kernel, figures in result["kernels"].items():
        print(f"\n{figures['release']}, {figures['boots']} boots, tun-alt {result['commit']}")
        print_table(figures["rows"])
        for row in figures["same"]:
            print(f"tun-alt against itself: {row['case']}:",
                  f"void: {row['void']}" if row["void"] else f"{row['ratio']:.4f}")
    return any(row["void"] for k in result["kernels"].values() for row in k["rows"] + k["same"])


if __name__ == "__main__":
    sys.exit(main())
