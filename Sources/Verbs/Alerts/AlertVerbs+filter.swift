import Daemon
import Labor
import Settings
import Source
import Store

extension AlertVerbs {
    /// The ids of the rules with these ids or names. Rules that only the history contains count,
    /// too.
    /// - Throws: `Failure` with exit code 2 if a text matches no rule.
    func rules(_ texts: [String], _ store: PostgresStore) async throws -> Set<RuleID> {
        guard !texts.isEmpty else { return [] }
        let names = RuleNames(components.catalogue, and: try await store.rulesOnRecord())
        return Set(try texts.map { try names.find($0) })
    }

    /// The codes of the regions with these codes or names, and of all regions below them. A region
    /// that only alerts contain is included without regions below it.
    /// - Throws: `Failure` with exit code 2 if a text matches no region.
    func regions(_ texts: [String], _ store: PostgresStore) async throws -> Set<RegionCode> {
        guard !texts.isEmpty else { return [] }
        let tree = try await components.reader().trees().regions
        let names = RegionNames(regions: tree)
        let others = texts.filter { names.isUnknown($0) }.map { RegionCode($0) }
        let onRecord = others.isEmpty ? [] : try await store.regionsOnRecord(among: others)
        let wanted = Set(
            try texts.map { text in
                let code = RegionCode(text)
                return onRecord.contains(code) ? code : try names.find(text)
            })
        return wanted.union(tree.regions.keys.filter { !wanted.isDisjoint(with: tree.path($0)) })
    }

    /// Refuses a range of days that ends before it starts.
    static func checkOrder(_ since: Day?, _ until: Day?) throws {
        guard let since, let until, until < since else { return }
        throw Failure(
            exitCode: 2, "--since \(since) lies after --until \(until)",
            hint: "give the earlier day with --since")
    }
}
