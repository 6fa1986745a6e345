package import Labor
import Settings

/// Finds regions by a code, by a name in either language, or by a name together with the names of
/// the regions that contain it (`拉萨市城关区`).
package struct RegionNames: Sendable {
    private let regions: RegionTree

    /// Creates a finder for these regions.
    package init(regions: RegionTree) {
        self.regions = regions
    }

    /// The code of the region with this code or name.
    /// - Throws: `Failure` with exit code 2. For an unknown region it lists the nearest names; for
    ///   a name of several regions it lists their codes.
    package func find(_ text: String) throws -> RegionCode {
        let code = RegionCode(text)
        if regions[code] != nil { return code }
        let found = named(text)
        if let only = found.first, found.count == 1 { return only }
        guard found.isEmpty else {
            let list = found.sorted().prefix(RegionNames.listMax).map {
                "\($0) \(wholeName($0, in: .chinese))"
            }
            throw Failure(
                exitCode: 2, "\(found.count) regions are called '\(text)'",
                hint: "write the code or the whole name: \(list.joined(separator: ", "))")
        }
        throw Failure(
            exitCode: 2, "there is no region '\(text)'",
            hint: NearestName.hint(
                text, among: names, otherwise: "write a code or name of labor.region"))
    }

    /// Whether no region has this code or name.
    package func isUnknown(_ text: String) -> Bool {
        regions[RegionCode(text)] == nil && named(text).isEmpty
    }

    /// The maximum number of regions with the same name that a message lists.
    private static let listMax = 8

    /// All codes and names of regions.
    private var names: [String] {
        regions.regions.values.flatMap {
            [$0.code.rawValue, $0.name, $0.nameEnglish ?? ""].filter { !$0.isEmpty }
        }
    }

    /// The regions with this name.
    private func named(_ text: String) -> [RegionCode] {
        let wanted = RegionNames.plain(text)
        guard !wanted.isEmpty else { return [] }
        return regions.regions.keys.filter { code in
            Language.allCases.contains { language in
                var whole = ""
                return regions.path(code).contains { part in
                    let name = RegionNames.plain(regions.name(part, in: language))
                    // English names begin with the smallest region, Chinese names with the largest.
                    whole = language == .english ? whole + name : name + whole
                    return whole == wanted
                }
            }
        }
    }

    private func wholeName(_ code: RegionCode, in language: Language) -> String {
        regions.path(code).reversed().map { regions.name($0, in: language) }.joined()
    }

    /// The text in lower case, without spaces, commas and slashes.
    private static func plain(_ text: String) -> String {
        text.lowercased().filter { !$0.isWhitespace && !",，/".contains($0) }
    }
}
