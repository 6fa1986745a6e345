package import Labor

/// Every revision up to a moment, from which the facts of any earlier day can be made again.
package struct RevisionTape: Sendable {
    /// What was turned away row by row.
    package let rejections: RejectionList
    /// How many rows were read.
    package let rowsRead: Int
    /// The enterprises.
    package let enterprises: [Enterprise]
    /// The regions.
    package let regions: RegionTree
    /// The industries.
    package let industries: IndustryTree

    private var reports: [Report]
    private let unusable: [UnusableReport]
    private let events: [Event]
    private let indicators: [Indicator]
    private let windowMonths: Int
    private let zone: Zone

    init(
        rows: ReferenceRows, reports: [Report], unusable: [UnusableReport] = [],
        windowMonths: Int, zone: Zone
    ) {
        rejections = rows.rejections
        rowsRead = reports.count
        enterprises = rows.enterprises
        regions = RegionTree(rows.regions)
        industries = IndustryTree(rows.industries)
        self.reports = reports.sorted {
            ($0.reportedAt, $0.revision) < ($1.reportedAt, $1.revision)
        }
        self.unusable = unusable
        events = rows.orderedEvents
        indicators = rows.indicators
        self.windowMonths = windowMonths
        self.zone = zone
    }

    /// A tape of rows that were made up, in any order, such as those of a rule test.
    /// - Parameters:
    ///   - enterprises: each id once; two of one id are a mistake of the caller.
    ///   - windowMonths: how many months a look reaches back.
    package init(
        enterprises: [Enterprise], regions: [Region], industries: [Industry], reports: [Report],
        events: [Event], indicators: [Indicator], windowMonths: Int, zone: Zone
    ) {
        var rows = ReferenceRows()
        rows.enterprises = enterprises
        rows.regions = regions
        rows.industries = industries
        rows.events = events
        rows.indicators = indicators
        self.init(rows: rows, reports: reports, windowMonths: windowMonths, zone: zone)
    }

    /// The facts as known on a day: the very values that a read on that day would have given.
    package func facts(_ asOf: AsOf) -> (facts: Facts, rejections: RejectionList) {
        let first = asOf.day.period.adding(1 - windowMonths)
        var known = RejectionList()
        var filler = PanelFiller(
            panel: Panel(first: first, months: windowMonths, enterprises: enterprises))
        for report in reports {
            if report.reportedAt > asOf.instant { break }
            if report.period > asOf.day.period {
                known.add(ReportDecoder.future(report, last: asOf.day.period))
                filler.note(
                    UnusableReport(
                        enterpriseID: report.enterpriseID, period: nil,
                        reportedAt: report.reportedAt, zone: zone))
            } else if report.period >= first {
                filler.place(report)
            }
        }
        for report in unusable where report.reportedAt.map({ $0 <= asOf.instant }) ?? true {
            filler.note(report)
        }
        filler.screen()
        known.add(
            rejections.listed.filter { rejection in
                rejection.reportedAt.map { $0 <= asOf.instant } ?? true
                    && rejection.period.map {
                        $0 >= first || $0 < ReportDecoder.firstPeriod
                    } ?? true
            })
        known.add(filler.rejections)
        let events = events.filter { $0.reportedAt <= asOf.instant }
        known.add(events.rejectionsOfUnknown(in: filler.panel))
        let facts = Facts(
            panel: filler.panel, regions: regions, industries: industries,
            events: events,
            indicators: newestIndicators(asOf))
        return (facts, known)
    }

    private func newestIndicators(_ asOf: AsOf) -> [Indicator] {
        var newest: [Indicator] = []
        let known = indicators.filter { $0.reportedAt <= asOf.instant }.sorted {
            ($0.code, $0.regionCode, $0.period, $0.reportedAt, $0.revision)
                < ($1.code, $1.regionCode, $1.period, $1.reportedAt, $1.revision)
        }
        for value in known {
            if let last = newest.last, last.code == value.code,
                last.regionCode == value.regionCode, last.period == value.period
            {
                newest[newest.count - 1] = value
            } else {
                newest.append(value)
            }
        }
        return newest
    }
}

extension RevisionTape {
    /// How long after a month's end its first report may come and be taken at its word, days.
    package static let plausibleDays = 60

    /// The tape as if what was loaded without its reporting times had been reported in time.
    ///
    /// A month of an enterprise whose first report lies more than `plausibleDays` after the month's
    /// end was loaded later: that report then counts as known at the end of the day `days` after
    /// the month's end, and later revisions keep their distance from it, so that the newest stays
    /// the newest. Everything else, and what is no report, stays as it is.
    ///
    /// - Parameter days: days after the month's end, at least 0.
    package func assuming(reportedAfter days: Int, in zone: Zone) -> RevisionTape {
        struct Place: Hashable {
            var enterprise: Int64
            var period: Period
        }
        var shifts: [Place: Int64] = [:]
        var tape = self
        // Reports are in the order in which they became known: the first of a place decides.
        tape.reports = reports.map { report in
            let place = Place(enterprise: report.enterpriseID, period: report.period)
            let end = report.period.lastDay
            let shift =
                shifts[place]
                ?? {
                    let limit = zone.end(of: end.adding(days: RevisionTape.plausibleDays))
                    guard report.reportedAt > limit else { return 0 }
                    return zone.end(of: end.adding(days: days)).microseconds
                        - report.reportedAt.microseconds
                }()
            shifts[place] = shift
            var report = report
            report.reportedAt = Instant(
                microseconds: report.reportedAt.microseconds + shift)
            return report
        }.sorted { ($0.reportedAt, $0.revision) < ($1.reportedAt, $1.revision) }
        return tape
    }

    /// In which civil months each enterprise reported for the first time about a month.
    package func reportingMonths(_ zone: Zone) -> [Int64: Set<Period>] {
        struct Key: Hashable {
            var enterprise: Int64
            var period: Period
        }
        var seen: Set<Key> = []
        var months: [Int64: Set<Period>] = [:]
        for report in reports {
            let key = Key(enterprise: report.enterpriseID, period: report.period)
            guard seen.insert(key).inserted else { continue }
            months[report.enterpriseID, default: []].insert(zone.day(report.reportedAt).period)
        }
        return months
    }
}
