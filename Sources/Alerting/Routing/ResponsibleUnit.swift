package import Labor

/// Who answers the telephone of a unit: name and duty number only, for PIPL 34 allows no more than
/// the duty needs.
package struct LiaisonOfficer: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The number of the duty, not of the person.
    package var dutyPhone: String?

    /// An officer from the parts.
    package init(name: String, dutyPhone: String? = nil) {
        self.name = name
        self.dutyPhone = dutyPhone
    }
}

/// A unit of a region that is told, or takes part, in a role: the bureau itself, the labour
/// inspection, the authority for construction.
package struct ResponsibleUnit: Hashable, Sendable {
    /// The region that it serves.
    package var region: RegionCode
    /// Its role, `hrss` or `inspection`.
    package var role: String
    /// Its Chinese name.
    package var name: String
    /// Its English name, when there is one.
    package var nameEnglish: String?
    /// Its liaison officers (联络员).
    package var officers: [LiaisonOfficer]
    /// The receivers that reach it.
    package var receivers: [String]

    /// A unit from its parts.
    package init(
        region: RegionCode, role: String, name: String, nameEnglish: String? = nil,
        officers: [LiaisonOfficer] = [], receivers: [String]
    ) {
        self.region = region
        self.role = role
        self.name = name
        self.nameEnglish = nameEnglish
        self.officers = officers
        self.receivers = receivers
    }

    /// The name in a language; Chinese where there is no English one.
    package func name(in language: Language) -> String {
        language == .english ? nameEnglish ?? name : name
    }
}
