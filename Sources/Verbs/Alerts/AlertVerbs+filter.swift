import Daemon
import Labor
import Settings
import Source
import Store

extension AlertVerbs {
    /// The rules that are meant; those that only history has count, too.
    /// - Throws: `Failure` with exit code 2 for one that nothing can match.
    func rules(_ texts: [String], _ store: PostgresStore) async throws -> Set<RuleID> {
        guard !texts.isEmpty else { return [] }
        let names = RuleNames(components.catalogue, and: try await store.rulesOnRecord())
        return Set(try texts.map { try names.find($0) })
    }

    /// The regions that are meant and all below them; one that only alerts bear stands for itself.
    /// - Throws: `Failure` with exit code 2 for one that nothing can match.
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

    /// Refuses a span of days that ends before it begins.
    static func checkOrder(_ since: Day?, _ until: Day?) throws {
        guard let since, let until, until < since else { return }
        throw Failure(
            exitCode: 2, "--since \(since) lies after --until \(until)",
            hint: "give the earlier day with --since")
    }
}
