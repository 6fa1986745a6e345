"""Scores the alarms of several methods on the same simulated months.

    noufaily_score.py DIRECTORY ALARMS.csv ...

FPR is the share of months with an alarm among the last twelve months before the test outbreak. POD is
the share of test outbreaks with an alarm in one of their months. Both are means over the 42 scenarios
of Noufaily et al. The time is that of all series and months and of all levels of one model together.
The last column is this time divided by the time of the first method.

Exit status 1 when mass.excess misses its limits or is not among the methods.
"""
import csv
import sys
from collections import defaultdict

# Limits from a run of the R package on this generator: first its level 0.05, then 0.01.
LIMITS = {"mass.excess wide": (0.036, 0.56), "mass.excess strict": (0.009, 0.35)}


def rows(path: str):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def main() -> int:
    directory, *files = sys.argv[1:]
    outbreak = {
        (row["scenario"], row["rep"]): (int(row["start"]), int(row["end"]))
        for row in rows(f"{directory}/noufaily_truth.csv") if row["where"] == "test"
    }
    # By method and scenario: months with a false alarm, quiet months, found outbreaks.
    false = defaultdict(int)
    quiet = defaultdict(int)
    found = defaultdict(set)
    seconds = {}
    for path in files:
        for row in rows(path):
            method, scenario = row["method"], row["scenario"]
            seconds[method] = float(row["seconds"])
            start, end = outbreak[scenario, row["rep"]]
            month, alarm = int(row["t"]), row["alarm"] == "1"
            if month < start:
                quiet[method, scenario] += 1
                false[method, scenario] += alarm
            elif month <= end and alarm:
                found[method, scenario].add(row["rep"])
    size = defaultdict(int)
    for scenario, _ in outbreak:
        size[scenario] += 1
    good = all(any(method.startswith(name) for method in seconds) for name in LIMITS)
    print(f"{len(outbreak)} series; method, FPR, POD, time, against the first")
    first = next(iter(seconds.values()))
    for method in seconds:
        fpr = sum(false[method, s] / max(1, quiet[method, s]) for s in size) / len(size)
        pod = sum(len(found[method, s]) / size[s] for s in size) / len(size)
        verdict = ""
        for name, (highest, lowest) in LIMITS.items():
            if method.startswith(name):
                kept = fpr <= highest and pod >= lowest
                good = good and kept
                verdict = f"  limits {highest} and {lowest}: {'kept' if kept else 'MISSED'}"
        print(f"  {method:42} {fpr:.4f} {pod:.3f} {seconds[method]:7.2f} s"
              f" {seconds[method] / first:6.1f} x{verdict}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
