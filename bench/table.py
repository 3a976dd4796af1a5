#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The figures of bench/run.py as Markdown: what was measured, which of our goals that meets, memory.

  bench/table.py bench.json [--short] [--into docs/performance.md]

With --short the rows that README.md has. With --into they take the place of what stands in that file between the lines <!-- bench/table.py: begin --> and <!-- bench/table.py: end -->.
"""
import argparse
import json
import pathlib
import sys

HEAD = """| Case | CPU added per request, µs | CPU ratio | from to | requests/s ratio | p50, µs, without/with | p99, µs, without/with |
|---|---|---|---|---|---|---|"""
BEGIN, END = "<!-- bench/table.py: begin -->", "<!-- bench/table.py: end -->"

# What we want to reach (EnableMMAP off): name, of which cases, which figure, how much at most.
GOALS = [
    ("cached, quiet", {"cache": "cached", "place": "static, mmap off", "calm": "quiet"}, "cpu_ratio", 1.05),
    ("cached, 100 commits/s", {"cache": "cached", "place": "static, mmap off", "calm": "100 commits/s"}, "cpu_ratio", 1.10),
    ("cached, quiet, added µs", {"cache": "cached", "place": "static, mmap off", "calm": "quiet"}, "added_us", 3.0),
    ("every request a miss, 1,000,000 users", {"cache": "miss", "place": "static, mmap off", "size": 1_000_000}, "cpu_ratio", 1.40),
    ("cached, proxied", {"cache": "cached", "place": "proxied"}, "cpu_ratio", 1.05),
]
MEMORY_GOAL = 64  # MiB that a child grows by at most


def line(row):
    """One row of the table."""
    if "failed" in row:
        return f"| {row['name']} | failed: {row['failed']} | | | | | |"
    ratios = [protected["cpu_us"] / bare["cpu_us"] for bare, protected in row["rounds"]]
    bare, protected = ({name: round(value) for name, value in row[side].items()} for side in ("bare", "protected"))
    return (f"| {row['name']} | {row['added_us']:.1f} | {row['cpu_ratio']:.2f} | {min(ratios):.2f} to {max(ratios):.2f} | {row['rps_ratio']:.2f} | "
            f"{bare['p50_us']}/{protected['p50_us']} | {bare['p99_us']}/{protected['p99_us']} |")


def memory(rows):
    yield "| PSS of the largest child, MiB | before | after | grown |\n|---|---|---|---|"
    for row in rows:
        before, after = row["before_mib"]["Pss"], row["after_mib"]["Pss"]
        yield f"| {row['name']} | {before:.1f} | {after:.1f} | {after - before:.1f} |"


def goals(figures):
    """Each goal, and the medians of the cases it is about."""
    yield "| Goal, EnableMMAP off | at most | measured | met by |\n|---|---|---|---|"
    for name, wanted, figure, most in GOALS:
        found = [row[figure] for row in figures["rows"] if figure in row and all(row.get("facts", {}).get(key) == value for key, value in wanted.items())]
        yield goal(name, found, most, 2)
    grown = [row["after_mib"]["Pss"] - row["before_mib"]["Pss"] for row in figures["memory"]]
    yield goal("memory of a child, grown by, MiB", grown, MEMORY_GOAL, 1)


def goal(name, found, most, digits):
    if not found:
        return f"| {name} | {most} | not measured | |"
    return f"| {name} | {most} | {min(found):.{digits}f} to {max(found):.{digits}f} | {sum(value <= most for value in found)} of {len(found)} cases |"


def about(figures):
    machine, options = figures["machine"], figures["options"]
    text = (f"{machine['when']}, {machine['cpu']} ({machine['processors']} processors), Linux {machine['kernel']}, {machine['httpd'].removeprefix('Server version: ')}; "
            f"{options['rounds']} rounds of {options['seconds']} s each way, {figures['minutes']:.1f} minutes in all.")
    return text + (f" Left out, not installed: {', '.join(figures['left_out'])}." if figures["left_out"] else "")


def is_of_the_short_table(row):
    """Others' servers, and of this module the keys as Zipf draws them: the file without mmap, and one row before a back end."""
    facts = row.get("facts", {})
    return not facts or facts["draw"] == "zipf" and (
        facts["place"] == "static, mmap off" or (facts["place"], facts["cache"], facts["calm"]) == ("proxied", "cached", "quiet"))


def document(figures, short):
    rows = filter(is_of_the_short_table, figures["rows"]) if short else figures["rows"]
    return "\n".join([about(figures), "", HEAD, *map(line, rows), "", *([] if short else [*memory(figures["memory"]), ""]), *goals(figures)])


def put_into(path, text):
    whole = path.read_text()
    if BEGIN not in whole or END not in whole:
        raise SystemExit(f"{path} has no lines {BEGIN} and {END}")
    path.write_text(whole.split(BEGIN)[0] + f"{BEGIN}\n{text}\n{END}" + whole.split(END)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json", type=pathlib.Path)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--into", type=pathlib.Path)
    options = parser.parse_args()
    text = document(json.loads(options.json.read_text()), options.short)
    if options.into:
        put_into(options.into, text)
    else:
        sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
