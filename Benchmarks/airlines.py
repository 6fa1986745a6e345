"""Scores the layoff alarms of the four airlines, 1991 to 2022, against a list of real events.

    airlines.py EVENTS.jsonl TRUTH.csv

An alarm belongs to a real event if it is raised from one month before the event's onset until its
end, or until five months after its onset if that is later. The summary of a backtest counts in the
same way. Every other alarm is a false episode: a transfer to a sister company or a typing error is
not a layoff. Events without a certain date are not on the list, so their alarms count as false.

Exit status 1 when the false episodes of any rule, or of all rules together, exceed one in ten
firm-years, when a great cut was missed, or when a merger raised an alarm.
"""
import csv
import json
import sys

FIRMS = {"1": "American", "2": "Delta", "3": "Federal Express", "4": "United"}
YEARS = 32
PER_TEN_YEARS = 1.0
GREAT_CUTS = [
    ("1", "2001-09"), ("1", "2020-10"), ("2", "2001-11"), ("2", "2020-04"),
    ("4", "2001-11"), ("4", "2003-02"), ("4", "2020-10"),
]
MERGERS = [("1", "2015-07"), ("2", "2010-01"), ("4", "2012-01")]


def month(text: str) -> int:
    """A month as a number; the text is YYYY-MM or a longer date."""
    return int(text[:4]) * 12 + int(text[5:7])


def truth(path: str) -> list[dict]:
    with open(path, newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["is_event"] == "1"]


def belongs(alarm: dict, event: dict) -> bool:
    onset = month(event["onset"])
    last = max(month(event["end"]), onset + 5)
    return alarm["firm"] == event["subject_id"] and onset - 1 <= alarm["month"] <= last


def alarms(path: str) -> list[dict]:
    raised = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event.get("what") != "raised" or not event["rule"].startswith("layoff."):
                continue
            raised.append({
                "firm": event["subject"]["id"], "rule": event["rule"], "tier": event["tier"],
                "as_of": event["as_of"][:7], "month": month(event["as_of"]),
                "persons": event.get("persons"), "share": event.get("share"),
            })
    return raised


def table(raised: list[dict], events: list[dict]) -> bool:
    """Prints the false episodes of each rule. Returns whether all are within the limit."""
    firm_years = len(FIRMS) * YEARS
    print(f"{firm_years} firm-years; false episodes: all tiers (above blue)")
    good = True
    rules = sorted({"layoff.statutory", "layoff.trend", "layoff.slow", "layoff.silence"}
                   | {one["rule"] for one in raised})
    for rule in [*rules, "all"]:
        own = [one for one in raised if rule in (one["rule"], "all")]
        false = [one for one in own if not any(belongs(one, event) for event in events)]
        above = [one for one in false if one["tier"] != "blue"]
        rate = 10 * len(false) / firm_years
        good = good and rate <= PER_TEN_YEARS
        print(f"  {rule:17} {len(own):3} episodes, false {len(false):2} ({len(above)}),"
              f" per 10 firm-years {rate:.2f} ({10 * len(above) / firm_years:.2f})")
    return good


def main() -> int:
    events = truth(sys.argv[2])
    raised = alarms(sys.argv[1])
    good = table(raised, events)
    print("false episodes")
    for one in raised:
        if not any(belongs(one, event) for event in events):
            print(f"  {FIRMS[one['firm']]} {one['as_of']} {one['rule']} {one['tier']}"
                  f" {one['persons']} persons, {100 * (one['share'] or 0):.1f} %")
    caught = [event for event in events if any(belongs(one, event) for one in raised)]
    print(f"real events with an alarm: {len(caught)} of {len(events)}; without one:")
    for event in events:
        if event not in caught:
            print(f"  {event['onset']} {event['note']}")
    for firm, when in GREAT_CUTS:
        if not any(one["firm"] == firm and 0 <= one["month"] - month(when) <= 1 for one in raised):
            print(f"MISSED: {FIRMS[firm]} {when}")
            good = False
    for firm, when in MERGERS:
        for one in raised:
            if one["firm"] == firm and 0 <= one["month"] - month(when) <= 5:
                print(f"A MERGER RAISED: {FIRMS[firm]} {one['as_of']} {one['rule']}")
                good = False
    print("great cuts and mergers: as they should be" if good else "a limit is missed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
