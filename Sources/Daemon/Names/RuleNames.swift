import Alerting
import Detect
package import Labor
package import Settings

/// Finds rules by id or name.
package struct RuleNames: Sendable {
    private let ids: Set<RuleID>
    private let names: [String: RuleID]

    /// Creates a finder for the rules of a catalogue.
    /// - Parameter others: further known rules, such as rules that only the history contains.
    package init(_ catalogue: Catalogue, and others: Set<RuleID> = []) {
        let known = catalogue.rules.map(\.id)
        ids = others.union(known)
        names = Dictionary(
            Language.allCases.flatMap { language in
                known.compactMap { id in
                    catalogue.phrasebooks[language]?.spokenName(of: id).map { ($0, id) }
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The rule with this ID or name.
    /// - Throws: `Failure` with exit code 2 and the nearest names.
    package func find(_ text: String) throws -> RuleID {
        if ids.contains(RuleID(text)) { return RuleID(text) }
        if let id = names[text] { return id }
        throw Failure(
            exitCode: 2, "there is no rule '\(text)'",
            hint: NearestName.hint(
                text, among: ids.map(\.rawValue) + names.keys,
                otherwise: "laborwatch check says how many rules there are; they are listed in "
                    + "alerts/rules"))
    }
}
