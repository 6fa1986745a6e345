/// The kinds of event that a bureau records.
package enum EventKind: String, CaseIterable, Hashable, Sendable, Codable {
    /// A layoff plan was filed (劳动合同法 41).
    case layoffPlan = "layoff_plan"
    /// A mass layoff happened.
    case massLayoff = "mass_layoff"
    /// The owner cannot be found (逃匿).
    case ownerAbsconded = "owner_absconded"
    /// The enterprise closed.
    case closure
    /// Work is suspended.
    case suspension
    /// A labour dispute.
    case laborDispute = "labor_dispute"
    /// A complaint about wages.
    case wageComplaint = "wage_complaint"
    /// Staff moved to another enterprise; no job was lost.
    case staffTransfer = "staff_transfer"
    /// Social insurance contributions may legally be paid later.
    case legalDeferral = "legal_deferral"
    /// Relief was granted.
    case relief
}

/// One row of `labor.event`.
package struct Event: Hashable, Sendable {
    /// The primary key, `event_id`.
    package var id: Int64
    /// The enterprise; nil for an event of a whole region.
    package var enterpriseID: Int64?
    /// The region; nil when the region follows from the enterprise.
    package var regionCode: RegionCode?
    /// What kind of event happened.
    package var kind: EventKind
    /// The number of persons concerned; nil when not stated.
    package var persons: Int32?
    /// The amount of money concerned, fen; nil when not stated.
    package var amount: Int64?
    /// The civil day on which the event happened.
    package var occurredOn: Day
    /// When the bureau learnt of the event.
    package var reportedAt: Instant

    /// Creates an event. Each argument sets the property of the same name.
    package init(
        id: Int64, enterpriseID: Int64?, regionCode: RegionCode?, kind: EventKind,
        persons: Int32? = nil, amount: Int64? = nil, occurredOn: Day, reportedAt: Instant
    ) {
        self.id = id
        self.enterpriseID = enterpriseID
        self.regionCode = regionCode
        self.kind = kind
        self.persons = persons
        self.amount = amount
        self.occurredOn = occurredOn
        self.reportedAt = reportedAt
    }
}

/// One row of `labor.indicator`: the value of a macro indicator for one region and one month.
package struct Indicator: Hashable, Sendable {
    /// The indicator's code, for example `surveyed_unemployment_rate`.
    package var code: String
    /// The region that the value is about.
    package var regionCode: RegionCode
    /// The month that the value is about.
    package var period: Period
    /// The value in the indicator's own unit; rates are in percent.
    package var value: Double
    /// When the bureau learnt the value.
    package var reportedAt: Instant
    /// The order among revisions with the same `reportedAt`; the highest is the newest.
    package var revision: Int64

    /// Creates an indicator value. Each argument sets the property of the same name.
    package init(
        code: String, regionCode: RegionCode, period: Period, value: Double, reportedAt: Instant,
        revision: Int64 = 0
    ) {
        self.code = code
        self.regionCode = regionCode
        self.period = period
        self.value = value
        self.reportedAt = reportedAt
        self.revision = revision
    }
}
