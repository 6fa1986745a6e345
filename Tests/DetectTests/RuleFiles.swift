import Detect
import Foundation
import Labor
import Yams

/// The rule files of the catalogue, read as plainly as the tests need it.
enum RuleFiles {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    struct Bad: Error { var message: String }

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: "alerts/rules").path
        ).filter { $0.hasSuffix(".yaml") }.sorted()
    }

    static func all() throws -> [RuleDefinition] {
        try names().map { try definition(String($0.dropLast(5))) }
    }

    static func definition(_ id: String) throws -> RuleDefinition {
        let file = root.appending(path: "alerts/rules/\(id).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let node = try Yams.compose(yaml: text), let rule = node["rule"]?.string,
            let detector = node["detector"]?.string,
            let kind = node["kind"]?.string.flatMap(AlertKind.init),
            let enabled = node["enabled"]?.bool
        else { throw Bad(message: "\(id): the head of the rule") }
        var definition = RuleDefinition(
            id: RuleID(rule), detector: detector, kind: kind, enabled: enabled,
            parameters: try parameters(node["parameters"]), tiers: try tiers(node["tiers"]))
        for (key, value) in node["regions"]?.mapping ?? [:] {
            definition.regions[RegionCode(key.string ?? "")] = RegionOverride(
                parameters: try parameters(value["parameters"]), tiers: try tiers(value["tiers"]))
        }
        return definition
    }

    private static func parameters(_ node: Node?) throws -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for (key, value) in node?.mapping ?? [:] {
            values[key.string ?? ""] = try parameter(value["value"] ?? value)
        }
        return values
    }

    private static func parameter(_ node: Node) throws -> ParameterValue {
        if let list = node.sequence {
            let numbers = list.compactMap(\.number)
            return numbers.count == list.count
                ? .numbers(numbers) : .texts(list.compactMap(\.string))
        }
        if let table = node.mapping {
            let pairs = table.map { ($0.key.string ?? "", $0.value) }
            let numbers = pairs.compactMap { pair in pair.1.number.map { (pair.0, $0) } }
            if numbers.count == pairs.count {
                return .table(Dictionary(uniqueKeysWithValues: numbers))
            }
            return .textTable(
                Dictionary(uniqueKeysWithValues: pairs.map { ($0.0, $0.1.string ?? "") }))
        }
        if let number = node.number { return .number(number) }
        if let flag = node.bool { return .flag(flag) }
        guard let text = node.string else { throw Bad(message: "a parameter") }
        return .text(text)
    }

    private static func tiers(_ node: Node?) throws -> [Tier: TierDefinition] {
        var tiers: [Tier: TierDefinition] = [:]
        for (key, value) in node?.mapping ?? [:] {
            guard let tier = key.string.flatMap(Tier.init) else { throw Bad(message: "a tier") }
            var definition = TierDefinition(limits: [:], source: value["source"]?.string ?? "")
            for (name, limit) in value.mapping ?? [:] {
                guard let name = name.string, name != "source" else { continue }
                if name == "clear" {
                    for (name, limit) in limit.mapping ?? [:] {
                        definition.clear[name.string ?? ""] = limit.number
                    }
                } else {
                    definition.limits[name] = limit.number
                }
            }
            tiers[tier] = definition
        }
        return tiers
    }
}

extension Node {
    fileprivate var number: Double? { tag == Tag(.str) ? nil : float ?? int.map(Double.init) }
}
