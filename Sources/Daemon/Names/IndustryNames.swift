package import Labor
import Settings

/// Finds industries by code or name.
package struct IndustryNames: Sendable {
    private let industries: IndustryTree

    /// Creates a finder for these industries.
    package init(industries: IndustryTree) {
        self.industries = industries
    }

    /// The industry with this code or name.
    /// - Throws: `Failure` with exit code 2 and the nearest names.
    package func find(_ text: String) throws -> IndustryCode {
        if industries[IndustryCode(text)] != nil { return IndustryCode(text) }
        let rows = industries.industries.values
        if let found = rows.first(where: { $0.name == text || $0.nameEnglish == text }) {
            return found.code
        }
        throw Failure(
            exitCode: 2, "there is no industry '\(text)'",
            hint: NearestName.hint(
                text,
                among: rows.flatMap {
                    [$0.code.rawValue, $0.name] + [$0.nameEnglish].compactMap { $0 }
                },
                otherwise: "write a code or name of labor.industry"))
    }
}
