"""Makes a city of known truth: 3,000 enterprises, 30 months, in the tables of the contract.

    city.py FOLDER SEED      writes region.csv, industry.csv, enterprise.csv, report.csv, event.csv,
                             truth.csv and load.sql into FOLDER; the same seed gives the same files

The city has a real tree of regions (Yibin, GB/T 2260) and industries (GB/T 4754). Its enterprises
are invented. The report of a month arrives on the 28th of the month, a late or corrected one on the
28th of the month after. Planted things, one line each in truth.csv with is_event 1:

    cut       30: an enterprise loses 20 to 70 % of its staff within one to three months. Half are
              declared in employer_separations. A third has a layoff_plan 30 days ahead, a tenth a
              mass_layoff event of the month, the others no event at all. Four of them happen at an
              enterprise whose wage arrears are still open since the spring.
    arrears   15: wages stay unpaid, each month a greater part, for 3 to 8 months. Then the
              enterprise pays its debt or only the wages of the month.
    branch    one industry of one county: most enterprises lose 35 to 48 % at once. No other thing
              is planted in that county.

Innocent traps, in truth.csv with is_event 0: `transfer` (staff moves to a sister of the same owner;
half with a staff_transfer event), `bad_report` (wrong headcount, corrected a month later), `season`
(winter stop of construction and farming, Spring Festival, summer of schools), `missing` (no report
for one to three months). Late wages of one month, growth, and noise of its own size for each
enterprise come on top.

The column `tier` is the tier that the thing deserves by the ladders of layoff.statutory (net falls
without the ordinary churn of 2.5 %), wage.arrears and mass.cluster.
"""
import csv
import datetime
import math
import os
import random
import sys

FIRMS, MONTHS = 3000, 30
START = (2024, 1)
CUTS, ARREARS = 30, 15
CHURN = 0.025
# New Year's Day of the lunar calendar (国务院办公厅).
SPRING_FESTIVAL = {2024: (2, 10), 2025: (1, 29), 2026: (2, 17)}
PROVINCE, CITY = ("510000", "四川省"), ("511500", "宜宾市")
COUNTIES = {
    "511502": ("翠屏区", 5), "511503": ("南溪区", 2), "511504": ("叙州区", 3), "511523": ("江安县", 2),
    "511524": ("长宁县", 1), "511525": ("高县", 1.5), "511526": ("珙县", 1), "511527": ("筠连县", 1),
    "511528": ("兴文县", 1), "511529": ("屏山县", 0.8)}
SECTIONS = {
    "A": "农、林、牧、渔业", "B": "采矿业", "C": "制造业", "E": "建筑业", "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业", "H": "住宿和餐饮业", "I": "信息传输、软件和信息技术服务业", "J": "金融业",
    "K": "房地产业", "L": "租赁和商务服务业", "P": "教育", "Q": "卫生和社会工作"}
# Division: name, weight, chances of a winter stop, of a Spring Festival dip, of a summer dip.
DIVISIONS = {
    "A01": ("农业", 1, 0.5, 0.1, 0), "B06": ("煤炭开采和洗选业", 1.5, 0, 0.2, 0),
    "C13": ("农副食品加工业", 3, 0.1, 0.3, 0), "C15": ("酒、饮料和精制茶制造业", 3, 0, 0.2, 0.2),
    "C17": ("纺织业", 4, 0, 0.5, 0), "C26": ("化学原料和化学制品制造业", 3, 0, 0.2, 0),
    "C30": ("非金属矿物制品业", 3, 0.2, 0.3, 0), "C38": ("电气机械和器材制造业", 4, 0, 0.4, 0),
    "C39": ("计算机、通信和其他电子设备制造业", 4, 0, 0.5, 0), "E47": ("房屋建筑业", 4, 0.35, 0.4, 0),
    "E48": ("土木工程建筑业", 2, 0.4, 0.4, 0), "F51": ("批发业", 3, 0, 0.1, 0),
    "F52": ("零售业", 4, 0, 0.1, 0), "G54": ("道路运输业", 3, 0, 0.2, 0),
    "H61": ("住宿业", 1.5, 0, 0.3, 0), "H62": ("餐饮业", 3, 0, 0.4, 0),
    "I65": ("软件和信息技术服务业", 2, 0, 0.05, 0), "J66": ("货币金融服务", 1, 0, 0, 0),
    "K70": ("房地产业", 2, 0, 0.05, 0), "L72": ("商务服务业", 2, 0, 0.1, 0),
    "P83": ("教育", 2, 0, 0, 0.5), "Q84": ("卫生", 2, 0, 0, 0)}
WINTER = {11: 0.2, 12: 0.6, 1: 1.0, 2: 1.0, 3: 0.4}
SUMMER = {7: 1.0, 8: 1.0, 9: 0.2}
TABLES = {
    "region": "code,name,parent_code", "industry": "code,name,parent_code",
    "enterprise": "enterprise_id,name,region_code,industry_code,owner_group,key_monitored",
    "report": "enterprise_id,period,headcount,hires,separations,employer_separations,"
              "wages_due,wages_paid,reported_at",
    "event": "enterprise_id,kind,persons,occurred_on,reported_at"}
TRUTH = ("subject_type,subject_id,kind,onset,end,is_event,what,tier,persons,share,declared,notice,"
         "region,industry,members")


def calendar(t: int) -> tuple[int, int]:
    """Year and month of month number t."""
    year, month = divmod(START[0] * 12 + START[1] - 1 + t, 12)
    return year, month + 1


def period(t: int) -> str:
    return "%d-%02d" % calendar(t)


def arrival(t: int, day: int = 28) -> str:
    return f"{period(t)}-{day:02d} 20:00:00+08"


def festival_share(t: int) -> float:
    """The part of the absence around the festival (ten days before to 15 after) in month t."""
    year, month = calendar(t)
    day = datetime.date(year, *SPRING_FESTIVAL[year])
    absent = [day + datetime.timedelta(days=shift) for shift in range(-10, 16)]
    return sum((one.year, one.month) == (year, month) for one in absent) / len(absent)


def ladder(persons: float, staff: float) -> str:
    """The tier of a cut by layoff.statutory, whose shares need ten persons; empty below it."""
    share = persons / max(staff, 1) if persons >= 10 else 0
    if (persons >= 300 and staff >= 600) or (share >= 0.6 and persons >= 200):
        return "red"
    if persons >= 200 or (share >= 0.5 and persons >= 50):
        return "orange"
    if persons >= 50 or share >= 0.3:
        return "yellow"
    return "blue" if persons >= 20 or share >= 0.1 else ""


def cluster_ladder(persons: list[float]) -> str:
    """The tier of a branch by the ladder of mass.cluster: enterprises, or persons together."""
    for tier, enterprises, together in (("red", 15, 1500), ("orange", 8, 600), ("yellow", 5, 300)):
        if len(persons) >= enterprises or sum(persons) >= together:
            return tier
    return "blue"


class Firm:
    """One enterprise: its habits, and what happens to it month by month."""

    def __init__(self, number: int, chance: random.Random):
        self.id = number
        self.county = chance.choices(list(COUNTIES), [one[1] for one in COUNTIES.values()])[0]
        self.industry = chance.choices(list(DIVISIONS), [d[1] for d in DIVISIONS.values()])[0]
        self.base = min(5000, max(10, round(math.exp(chance.gauss(math.log(70), 1)))))
        grows = chance.random() < 0.06
        self.growth = chance.uniform(0.008, 0.025) if grows else chance.gauss(0, 0.002)
        self.noise = min(0.05, max(0.002, math.exp(chance.gauss(math.log(0.009), 0.7))))
        self.turnover = chance.uniform(0.005, 0.04)
        _, _, winter, festival, summer = DIVISIONS[self.industry]
        self.season, self.depth = "", 0.0
        draw = chance.random()
        for name, limit, low, high in (
            ("winter", winter, 0.3, 0.9), ("festival", winter + festival, 0.06, 0.3),
            ("summer", winter + festival + summer, 0.1, 0.5),
        ):
            if draw < limit:
                self.season, self.depth = name, chance.uniform(low, high)
                break
        self.wage = 5200 * math.exp(chance.gauss(0, 0.3))
        self.pays_late = chance.random() < 0.2
        self.tells_flows = chance.random() < 0.7
        self.declares = self.tells_flows and chance.random() < 0.5
        self.owner, self.things = "", set()
        self.kept = [1.0] * MONTHS        # the part of the staff that cuts and transfers leave
        self.moved = [0] * MONTHS         # persons who came from a sister, up to the month
        self.paid_part = [1.0] * MONTHS
        self.repays: int | None = None    # the month in which the enterprise pays its debt
        self.absent, self.late = set(), set()   # months without a report, or with a late one
        self.wrong: dict[int, int] = {}   # first values of headcounts that are corrected later
        self.heads: list[int] = []

    def staff(self, chance: random.Random) -> None:
        """Draws the true headcounts. A planted fall scales what else happens."""
        drift = 0.0
        for t in range(MONTHS):
            month = calendar(t)[1]
            drift = 0.7 * drift + chance.gauss(0, self.noise)
            part = {"winter": WINTER.get(month, 0), "summer": SUMMER.get(month, 0),
                    "festival": festival_share(t)}.get(self.season, 0)
            season = 1 - min(0.95, self.depth * part * max(0, chance.gauss(1, 0.08)))
            want = self.base * (1 + self.growth) ** t * season * math.exp(drift)
            want += chance.gauss(0, math.sqrt(0.2 * self.turnover * want))
            self.heads.append(max(1, round(want * self.kept[t])) + self.moved[t])


class City:
    """The enterprises, the events and the truth of one seed."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.firms = [Firm(number, self.chance) for number in range(1, FIRMS + 1)]
        self.events: list[tuple] = []
        self.truth: list[dict] = []
        self.plans: list[tuple] = []
        self.plant_branch()
        self.plant_arrears()
        self.plant_cuts()
        self.set_traps()
        for firm in self.firms:
            firm.staff(self.chance)
        self.state_truth()

    def take(self, number: int, low: int, high: int, fits=lambda firm: True) -> list[Firm]:
        """Enterprises of a size to which nothing happens yet, outside the county of the branch."""
        free = [firm for firm in self.firms if low <= firm.base <= high and not firm.things
                and firm.county != self.shocked[0] and fits(firm)]
        return self.chance.sample(free, number)

    def plant_branch(self) -> None:
        chance, cells = self.chance, {}
        for firm in self.firms:
            if 25 <= firm.base <= 160 and not firm.season:
                cells.setdefault((firm.county, firm.industry), []).append(firm)
        rich = sorted(cell for cell, firms in cells.items() if len(firms) >= 10)
        self.shocked = chance.choice(rich or [max(sorted(cells), key=lambda one: len(cells[one]))])
        firms = cells[self.shocked]
        # 2025-04 to 2025-11: neither the festival nor the deep winter is an excuse.
        onset = chance.randint(15, 22)
        hit = chance.sample(firms, max(6, round(len(firms) * chance.uniform(0.65, 0.95))))
        for firm in hit:
            self.fall(firm, onset, 1, chance.uniform(0.35, 0.48))
            firm.things.add("branch")
        self.plans.append(("branch", hit, onset, onset, False, ""))

    def fall(self, firm: Firm, onset: int, months: int, share: float) -> None:
        for t in range(onset, MONTHS):
            firm.kept[t] *= 1 - share * min(1, (t - onset + 1) / months)

    def plant_arrears(self) -> None:
        chance = self.chance
        firms = self.take(ARREARS, 60, 1500, lambda firm: firm.season in ("", "festival"))
        for number, firm in enumerate(firms):
            # The first four also lose staff eleven months later, with the debt still open.
            both = number < 4
            onset = chance.randint(12, 13) if both else chance.randint(12, 19)
            months = chance.randint(3, 4) if both else chance.randint(3, 8)
            step = chance.uniform(0.15, 0.4)
            for t in range(onset, onset + months):
                firm.paid_part[t] = max(0.0, 1 - step * (t - onset + 1))
            if not both and chance.random() < 0.5:
                firm.repays = onset + months
            firm.things.add("arrears")
            self.plans.append(("arrears", [firm], onset, onset + months - 1, False, ""))
            if both:
                firm.things.add("cut")
        self.both = firms[:4]

    def plant_cuts(self) -> None:
        chance = self.chance
        def fits(firm):
            return firm.season not in ("winter", "summer")
        firms = [*self.both, *self.take(13, 60, 150, fits), *self.take(CUTS - 17, 150, 2500, fits)]
        declared = [True, False] * (CUTS // 2)
        notices = ["plan"] * 10 + ["mass_layoff"] * 3 + [""] * 17
        lengths = [1] * 18 + [2] * 8 + [3] * 4
        for one in (declared, notices, lengths):
            chance.shuffle(one)
        for number, firm in enumerate(firms):
            months = lengths[number]
            onset = chance.randint(24, 25) if firm in self.both else chance.randint(13, 25)
            share = chance.uniform(0.2, 0.7)
            self.fall(firm, onset, months, share)
            firm.things.add("cut")
            firm.declares = declared[number]
            firm.tells_flows = firm.tells_flows or firm.declares
            self.plans.append(
                ("cut", [firm], onset, onset + months - 1, declared[number], notices[number]))

    def set_traps(self) -> None:
        chance = self.chance
        pairs = self.take(300, 20, 1500)
        for number in range(150):
            one, other = pairs[2 * number], pairs[2 * number + 1]
            one.owner = other.owner = f"group {number + 1}"
            if number >= 25:
                continue
            onset, share = chance.randint(12, 26), chance.uniform(0.15, 0.5)
            persons = round(one.base * share)
            self.fall(one, onset, 1, share)
            for t in range(onset, MONTHS):
                other.moved[t] = persons
            one.things.add("transfer")
            other.things.add("transfer")
            told = chance.random() < 0.5
            if told:
                self.events.append((one.id, "staff_transfer", persons, f"{period(onset)}-10",
                                    arrival(onset, 12)))
            self.trap("transfer", one, onset, onset, "event" if told else "")
            self.trap("transfer", other, onset, onset, "event" if told else "")
        for firm in self.take(60, 20, 3000):
            # The first value lost a digit, lacks a branch office, or is tenfold.
            month = chance.randint(8, MONTHS - 2)
            firm.wrong[month] = chance.choice([0, 0, 1, 2])
            firm.things.add("bad_report")
            self.trap("bad_report", firm, month, month, "")
        for firm in self.take(60, 10, 3000):
            onset, months = chance.randint(8, MONTHS - 4), chance.randint(1, 3)
            firm.absent.update(range(onset, onset + months))
            firm.things.add("missing")
            self.trap("missing", firm, onset, onset + months - 1, "")
        for firm in self.firms:
            if firm.season:
                self.trap("season", firm, 0, MONTHS - 1, firm.season)
            quiet = not firm.things & {"cut", "arrears", "branch"}
            for t in range(MONTHS):
                draw = chance.random()
                if quiet and draw < 0.006:
                    firm.absent.add(t)
                elif quiet and draw < 0.02:
                    firm.late.add(t)
                if quiet and t + 1 < MONTHS and chance.random() < 0.01:
                    firm.paid_part[t] *= chance.uniform(0.1, 0.7)

    def trap(self, what: str, firm: Firm, onset: int, end: int, notice: str) -> None:
        self.truth.append({
            "subject_type": "enterprise", "subject_id": firm.id, "kind": "layoff",
            "onset": period(onset), "end": period(end), "is_event": 0, "what": what,
            "notice": notice, "region": firm.county, "industry": firm.industry})

    def deserved(self, what, firms, before, lost, onset, end, declared) -> dict:
        """Subject, kind and tier of a planted thing, where they are not those of a cut."""
        if what == "branch":
            counted = [n - CHURN * staff for n, staff in zip(lost, before)]
            counted = [n for n, staff in zip(counted, before) if n >= max(10, 0.3 * staff)]
            return {"subject_type": "cell", "kind": "mass_unemployment",
                    "subject_id": "/".join(self.shocked), "tier": cluster_ladder(counted)}
        if what == "arrears":
            owed = sum(1 - part for part in firms[0].paid_part[onset:end + 1])
            return {"kind": "wage_arrears", "tier": "red" if owed >= 2 else
                    "orange" if owed >= 1 else "yellow" if owed >= 0.5 else "blue"}
        churn = 0 if declared else CHURN * before[0] * (end - onset + 1)
        return {"tier": ladder(lost[0] - churn, before[0])}

    def state_truth(self) -> None:
        """Adds the planted things. Their persons are those of the cut, without season and noise."""
        planted = []
        for what, firms, onset, end, declared, notice in self.plans:
            before = [firm.heads[onset - 1] for firm in firms]
            lost = [round(firm.heads[onset - 1] * (1 - firm.kept[end] / firm.kept[onset - 1]))
                    for firm in firms]
            row = {
                "subject_type": "enterprise", "subject_id": firms[0].id, "kind": "layoff",
                "onset": period(onset), "end": period(end), "is_event": 1, "what": what,
                "declared": int(declared), "notice": notice, "region": firms[0].county,
                "industry": firms[0].industry, "members": " ".join(str(firm.id) for firm in firms)}
            row |= self.deserved(what, firms, before, lost, onset, end, declared)
            if what != "arrears":
                row |= {"persons": sum(lost), "share": round(sum(lost) / max(1, sum(before)), 3)}
            if notice == "plan":
                day = datetime.date(*calendar(onset), 1) - datetime.timedelta(
                    days=self.chance.randint(5, 20))
                self.events.append((firms[0].id, "layoff_plan", lost[0], day,
                                    f"{day} 10:00:00+08"))
            elif notice == "mass_layoff":
                self.events.append((firms[0].id, "mass_layoff", lost[0], f"{period(onset)}-20",
                                    arrival(onset, 21)))
            planted.append(row)
        self.truth = planted + self.truth

    def reports(self, firm: Firm):
        """The rows of one enterprise, revisions included."""
        chance, owed, last_due = self.chance, 0.0, None
        falls = {t for what, firms, on, end, declared, _ in self.plans
                 if what == "cut" and declared and firm in firms for t in range(on, end + 1)}
        for t, heads in enumerate(firm.heads):
            before = firm.heads[t - 1] if t else heads
            usual = round(firm.turnover * before * chance.uniform(0.6, 1.4))
            lost = before - heads if t in falls else 0
            dismissed = ""
            if firm.declares:
                dismissed = max(0, lost) or (1 if chance.random() < 0.03 else 0)
            leavers = max(usual, before - heads, dismissed or 0)
            hires = heads - before + leavers
            due = heads * firm.wage * (1.5 if calendar(t)[1] == 1 else 1)
            current = due if not firm.pays_late or last_due is None else last_due
            last_due = due
            paid = current * firm.paid_part[t]
            if firm.paid_part[t] < 1:
                owed += current - paid
            elif owed and ("arrears" not in firm.things or firm.repays == t):
                paid, owed = paid + owed, 0.0
            if t in firm.absent:
                continue
            flows = (hires, leavers) if firm.tells_flows else ("", "")
            rest = (*flows, dismissed, f"{due:.2f}", f"{paid:.2f}")
            month = f"{period(t)}-01"
            if t in firm.wrong:
                first = (max(1, heads // 10), max(1, round(heads * 0.6)), heads * 10)[firm.wrong[t]]
                yield (firm.id, month, first, "", "", dismissed, *rest[3:], arrival(t))
                yield (firm.id, month, heads, *rest, arrival(t + 1))
            else:
                yield (firm.id, month, heads, *rest, arrival(t + (t in firm.late)))

    def write(self, folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        rows = {
            "region": [(*PROVINCE, ""), (*CITY, PROVINCE[0]),
                       *((code, one[0], CITY[0]) for code, one in COUNTIES.items())],
            "industry": [*((code, name, "") for code, name in SECTIONS.items()),
                         *((code, one[0], code[0]) for code, one in DIVISIONS.items())],
            "enterprise": [(firm.id, f"宜宾第{firm.id}企业", firm.county, firm.industry, firm.owner,
                            firm.base >= 300) for firm in self.firms],
            "report": [row for firm in self.firms for row in self.reports(firm)],
            "event": self.events,
        }
        for table, columns in TABLES.items():
            with open(f"{folder}/{table}.csv", "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([columns.split(","), *rows[table]])
        with open(f"{folder}/truth.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, TRUTH.split(","), restval="")
            writer.writeheader()
            writer.writerows(self.truth)
        copies = [f"\\copy labor.{table} ({columns}) FROM '{table}.csv' CSV HEADER"
                  for table, columns in TABLES.items()]
        with open(f"{folder}/load.sql", "w", encoding="utf-8") as file:
            file.write("\n".join(["\\set ON_ERROR_STOP on", *copies, "ANALYZE;", ""]))


if __name__ == "__main__":
    City(int(sys.argv[2])).write(sys.argv[1])
