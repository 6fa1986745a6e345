package import Labor

/// All revisions up to a moment, from which the facts of any earlier day can be computed.
package struct RevisionTape: Sendable {
    /// The rejections of single rows.
    package let rejections: RejectionList
    /// The number of reports decoded.
    package let rowsRead: Int
    /// The enterprises of the source, as they are now.
    package let enterprises: [Enterprise]
    /// The table of regions, as it is now.
    package let regions: RegionTree
    /// The table of industries, as it is now.
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

    /// A tape from given rows, in any order, for example those of a rule test.
    /// - Parameters:
    ///   - enterprises: the enterprises. A repeated ID is a programming error.
    ///   - windowMonths: the number of months of the panel.
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

    /// The facts as known at an as-of, equal to the result of a read at that moment, and the
    /// rejections then known.
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

    /// The newest revision of each indicator known at the as-of.
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
    /// The maximum number of days between the end of a month and a plausible `reported_at` of its
    /// first report.
    package static let plausibleDays = 60

    /// The tape with assumed reporting times, for reports that were loaded later without their own
    /// times.
    ///
    /// If the first report of a month was received more than `plausibleDays` after the end of the
    /// month, it counts as received at the end of the day that is `days` after the end of the
    /// month. Later revisions keep their distance from it, so the newest revision remains the
    /// newest. All other reports, events and indicators are unchanged.
    ///
    /// - Parameter days: the assumed number of days after the end of the month, at least 0.
    package func assuming(reportedAfter days: Int, in zone: Zone) -> RevisionTape {
        struct Place: Hashable {
            var enterprise: Int64
            var period: Period
        }
        var shifts: [Place: Int64] = [:]
        var tape = self
        // Reports are in order of their `reported_at`, so the first one of a month decides.
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

    /// For each enterprise, the calendar months in which it first reported about any month.
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
