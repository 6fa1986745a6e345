import Labor

/// Evidence rows of a finding: reports and events. Amounts are converted from fen to yuan.
enum Rows {
    /// The columns of `labor.report` that evidence can show.
    enum Field: String {
        case headcount
        case idle
        case plannedLayoffs = "planned_layoffs"
        case operatingState = "operating_state"
        case employerSeparations = "employer_separations"
        case wagesDue = "wages_due"
        case wagesPaid = "wages_paid"
        case workersUnpaid = "workers_unpaid"
        case insured
        case contributionsDue = "contributions_due"
        case contributionsPaid = "contributions_paid"
    }

    /// The evaluated reports of an enterprise in a range of months, with the given fields. Months
    /// without a report that counts are left out, as are missing values.
    /// - Parameter months: indices of the panel.
    static func reports(
        _ panel: Panel, _ row: Int, _ months: ClosedRange<Int>, _ fields: [Field]
    ) -> [EvidenceRow] {
        months.compactMap { month in
            guard panel.hasReport(row, month) else { return nil }
            var values: [String: JSONValue] = [:]
            for field in fields {
                if let value = value(panel, row, month, field) { values[field.rawValue] = value }
            }
            return EvidenceRow(
                table: "labor.report", period: panel.period(month), values: values,
                reportedAt: panel.reportedAt(row, month))
        }
    }

    /// Events as evidence rows, in the given order.
    static func events(_ events: [Event]) -> [EvidenceRow] {
        events.map { event in
            var values: [String: JSONValue] = [
                "event_id": .int(event.id), "kind": .string(event.kind.rawValue),
                "occurred_on": .string(event.occurredOn.description),
            ]
            if let persons = event.persons { values["persons"] = .int(Int64(persons)) }
            if let amount = event.amount { values["amount"] = yuan(amount) }
            return EvidenceRow(
                table: "labor.event", period: event.occurredOn.period, values: values,
                reportedAt: event.reportedAt)
        }
    }

    /// The last rows, `Evidence.rowsMax` at most.
    static func limited(_ rows: [EvidenceRow]) -> [EvidenceRow] {
        Array(rows.suffix(Evidence.rowsMax))
    }

    /// An amount in yuan: an integer for whole yuan, otherwise a decimal number.
    static func yuan(_ fen: Int64) -> JSONValue {
        fen % 100 == 0 ? .int(fen / 100) : .double(Double(fen) / 100)
    }

    /// The value of a field as JSON, amounts in yuan; nil when it was not reported.
    private static func value(
        _ panel: Panel, _ row: Int, _ month: Int, _ field: Field
    ) -> JSONValue? {
        switch field {
        case .headcount: panel.headcount(row, month).map { .int(Int64($0)) }
        case .idle: panel.idle(row, month).map { .int(Int64($0)) }
        case .plannedLayoffs: panel.plannedLayoffs(row, month).map { .int(Int64($0)) }
        case .operatingState: panel.operatingState(row, month).map { .string($0.rawValue) }
        case .employerSeparations:
            panel.employerSeparations(row, month).map { .int(Int64($0)) }
        case .workersUnpaid: panel.workersUnpaid(row, month).map { .int(Int64($0)) }
        case .insured: panel.insured(row, month).map { .int(Int64($0)) }
        case .wagesDue: panel.wagesDue(row, month).map(yuan)
        case .wagesPaid: panel.wagesPaid(row, month).map(yuan)
        case .contributionsDue: panel.contributionsDue(row, month).map(yuan)
        case .contributionsPaid: panel.contributionsPaid(row, month).map(yuan)
        }
    }
}
