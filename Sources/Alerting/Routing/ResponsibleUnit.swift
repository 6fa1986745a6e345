package import Labor

/// A contact person of a unit: only name and duty number, because PIPL article 34 limits personal
/// data to what the statutory duty needs.
package struct LiaisonOfficer: Hashable, Sendable {
    /// The name of the person.
    package var name: String
    /// The telephone number of the duty desk, not of the person; nil when it is not known.
    package var dutyPhone: String?

    /// Creates a contact person. Each argument sets the property of the same name.
    package init(name: String, dutyPhone: String? = nil) {
        self.name = name
        self.dutyPhone = dutyPhone
    }
}

/// An authority that is responsible in a region in one role, for example the bureau itself, the
/// labour inspection, or the construction authority.
package struct ResponsibleUnit: Hashable, Sendable {
    /// The region that the unit serves.
    package var region: RegionCode
    /// The role, for example `hrss` or `inspection`.
    package var role: String
    /// The Chinese name of the unit.
    package var name: String
    /// The English name of the unit; nil when there is none.
    package var nameEnglish: String?
    /// The liaison officers (联络员).
    package var officers: [LiaisonOfficer]
    /// The names of the receivers that reach the unit.
    package var receivers: [String]

    /// Creates a unit. Each argument sets the property of the same name.
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

    /// The name in a language; the Chinese name when there is no English one.
    package func name(in language: Language) -> String {
        language == .english ? nameEnglish ?? name : name
    }
}
