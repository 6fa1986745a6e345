/// One row of `labor.enterprise`: the properties that do not change from month to month.
package struct Enterprise: Hashable, Sendable {
    /// The legal basis of the bureau's data about an enterprise. 统计法 article 28 forbids enforcement
    /// on the basis of statistical returns.
    package enum DataBasis: String, Hashable, Sendable {
        /// A statistical survey. An alert may only advise and ask for verification.
        case statistical
        /// An administrative source. An alert may lead to enforcement.
        case administrative
    }

    /// The primary key, `enterprise_id`.
    package var id: Int64
    /// The unified social credit code as reported; nil when not stated.
    package var creditCode: String?
    /// The name of the enterprise.
    package var name: String
    /// The region where the enterprise is monitored, not where it was registered.
    package var regionCode: RegionCode
    /// The industry of the enterprise.
    package var industryCode: IndustryCode
    /// The group of companies that the owner belongs to; nil when not stated. Staff transfers
    /// within one group are not layoffs.
    package var ownerGroup: String?
    /// Whether the bureau monitors the enterprise closely (重点企业).
    package var keyMonitored: Bool
    /// Whether the enterprise works on a government project. Wage arrears there are raised by one
    /// tier.
    package var governmentProject: Bool
    /// The legal basis of the data; nil when not stated.
    package var dataBasis: DataBasis?
    /// The size class as the bureau writes it; nil when not stated.
    package var sizeClass: String?

    /// Creates an enterprise. Each argument sets the property of the same name.
    package init(
        id: Int64, creditCode: String? = nil, name: String, regionCode: RegionCode,
        industryCode: IndustryCode, ownerGroup: String? = nil, keyMonitored: Bool = false,
        governmentProject: Bool = false, dataBasis: DataBasis? = nil,
        sizeClass: String? = nil
    ) {
        self.id = id
        self.creditCode = creditCode
        self.name = name
        self.regionCode = regionCode
        self.industryCode = industryCode
        self.ownerGroup = ownerGroup
        self.keyMonitored = keyMonitored
        self.governmentProject = governmentProject
        self.dataBasis = dataBasis
        self.sizeClass = sizeClass
    }

    /// The enterprise as the subject of an alert.
    package var subject: Subject {
        Subject(
            type: .enterprise, id: String(id), name: name, regionCode: regionCode,
            industryCode: industryCode)
    }
}
