/// One row of `labor.enterprise`: what does not change from month to month.
package struct Enterprise: Hashable, Sendable {
    /// On what the bureau's knowledge rests; 统计法 28 forbids enforcement on statistical returns.
    package enum DataBasis: String, Hashable, Sendable {
        /// A statistical survey: an alert may only guide and ask to verify.
        case statistical
        /// An administrative source: an alert may be acted on.
        case administrative
    }

    /// The identity, `enterprise_id`.
    package var id: Int64
    /// The unified social credit code as reported.
    package var creditCode: String?
    /// The name.
    package var name: String
    /// Where it is monitored (not where it was registered).
    package var regionCode: RegionCode
    /// Its industry.
    package var industryCode: IndustryCode
    /// The owner's group, for transfers between sisters.
    package var ownerGroup: String?
    /// Whether the bureau watches it closely (重点企业).
    package var keyMonitored: Bool
    /// Whether it works on a government project, where arrears count one tier more.
    package var governmentProject: Bool
    /// On what the data rest; nil when not stated.
    package var dataBasis: DataBasis?
    /// Its size class in the bureau's own words; nil when not stated.
    package var sizeClass: String?

    /// An enterprise from its parts.
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
