"""Runs psql's COPY and laborwatch's full evaluation alternately and compares their times.

    python3 evaluate_full.py LABORWATCH PSQL DSN
"""
import os
import statistics
import subprocess
import sys
import time

RUNS = 5
COLUMNS = (
    "enterprise_id, period, headcount, hires, separations, employer_separations, workers_unpaid, "
    "insured, wages_due, wages_paid, contributions_due, contributions_paid, "
    "contributions_deferred, operating_state, reported_at, revision_id"
)


def timed(command):
    """Seconds of wall time, peak resident MB and standard output of a command."""
    read, write = os.pipe()
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=write, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return seconds, usage.ru_maxrss / 1024, output


def main():
    laborwatch, psql, dsn = sys.argv[1:]
    copy = [
        psql, "--no-psqlrc", "--quiet", "--dbname", dsn, "--command",
        f"\\copy (SELECT {COLUMNS} FROM labor.report) TO '/dev/null' (FORMAT binary)",
    ]
    evaluate = [
        laborwatch, "evaluate", "--full", "--dry-run", "--format", "jsonl",
        "--as-of", "2026-09-30",
    ]
    timed(copy), timed(evaluate)
    copies, evaluations, peaks, findings = [], [], [], 0
    for _ in range(RUNS):
        copies.append(timed(copy)[0])
        seconds, peak, output = timed(evaluate)
        evaluations.append(seconds)
        peaks.append(peak)
        findings = output.count(b"\n")
    psql_seconds, our_seconds = statistics.median(copies), statistics.median(evaluations)
    ratio, peak = our_seconds / psql_seconds, max(peaks)
    print(f"psql COPY binary      {psql_seconds:8.2f} s   (median of {RUNS})")
    print(f"evaluate --full       {our_seconds:8.2f} s   {findings} findings")
    print(f"ratio                 {ratio:8.2f}     limit 2.00")
    print(f"peak memory           {peak:8.0f} MB  limit 300")
    sys.exit(0 if ratio <= 2.0 and peak <= 300 else 1)


main()
