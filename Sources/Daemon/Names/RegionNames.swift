package import Labor
import Settings

/// Finds regions by what people call them: a code, a name in either language, or a
/// name with the names of the regions around it (`拉萨市城关区`).
package struct RegionNames: Sendable {
    private let regions: RegionTree

    /// The names of these regions.
    package init(regions: RegionTree) {
        self.regions = regions
    }

    /// The code of a region.
    /// - Throws: `Failure` with exit code 2 and the nearest names for a region that is not there,
    ///   and with the codes for a name that several regions have.
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

    /// Every code and name.
    private var names: [String] {
        regions.regions.values.flatMap {
            [$0.code.rawValue, $0.name, $0.nameEnglish ?? ""].filter { !$0.isEmpty }
        }
    }

    /// The regions that are called so.
    private func named(_ text: String) -> [RegionCode] {
        let wanted = RegionNames.plain(text)
        guard !wanted.isEmpty else { return [] }
        return regions.regions.keys.filter { code in
            Language.allCases.contains { language in
                var whole = ""
                return regions.path(code).contains { part in
                    let name = RegionNames.plain(regions.name(part, in: language))
                    // English names go from small to large, Chinese ones from large to small.
                    whole = language == .english ? whole + name : name + whole
                    return whole == wanted
                }
            }
        }
    }

    private func wholeName(_ code: RegionCode, in language: Language) -> String {
        regions.path(code).reversed().map { regions.name($0, in: language) }.joined()
    }

    /// Letters without case, spaces, commas and slashes.
    private static func plain(_ text: String) -> String {
        text.lowercased().filter { !$0.isWhitespace && !",，/".contains($0) }
    }
}
