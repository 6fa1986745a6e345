import Foundation
import Labor

/// Detects the branch of regions × industries with the most unusual number of leavers.
///
/// Small excesses in many cells may be unusual only in a county, a sector or a city. The p-value
/// accounts for the search over all branches. A branch that shares a cell with a stronger one is
/// not reported.
struct MassScan: Detector {
    static let schema = Schema(
        detector: "mass.scan", kinds: [.massUnemployment],
        parameters: Schema.everywhere(
            [
                FlowBasis.parameter,
                .init("years", .whole(1...20), .number(5)),
                .init("years_min", .whole(1...20), .number(1)),
                .init("residual_months", .whole(12...120), .number(36)),
                .init("trailing_months", .whole(1...3), .number(3)),
                .init("pooled_months", .whole(0...600), .number(144)),
                .init("pooled_months_above", .whole(0...600), .number(48)),
                .init("replicates", .whole(19...9_999), .number(199)),
                .init("seed", .whole(0...1_000_000_000), .number(1)),
                .init("false_discovery_rate", .number(0.001...1), .number(0.05)),
                .init("losing_enterprises_min", .whole(1...1_000), .number(3)),
                .init("reported_share_min", .number(Schema.share), .number(0.6)),
                .init("sectors", .textTable(names: [], values: []), .textTable([:])),
                .init("sector_names", .textTable(names: [], values: []), .textTable([:])),
                Schema.dueDay,
            ] + Festivals.parameters),
        limits: [
            .init("surprise", 0.01...300),
            .init("persons_min", Schema.counts, whole: true, role: .restriction),
        ])

    private let rule: CheckedRule
    private let ladders: Regional<Ladder>
    private let nodeScan: NodeScan
    private let basis: FlowBasis
    private let festivals: Festivals
    private let rate: Double
    private let losingMin: Int
    private let reportedShareMin: Double
    let sectors: [String: String]
    private let sectorNames: [String: String]
    private let dueDay: Int

    init(_ rule: CheckedRule) {
        self.rule = rule
        ladders = Regional(rule, \.ladder)
        nodeScan = NodeScan(
            years: rule.base.whole("years"), yearsMin: rule.base.whole("years_min"),
            residuals: rule.base.whole("residual_months"),
            pooled: rule.base.number("pooled_months"),
            pooledAbove: rule.base.number("pooled_months_above"),
            trailing: rule.base.whole("trailing_months"),
            statistic: ScanStatistic(
                replicates: rule.base.whole("replicates"),
                seed: UInt64(rule.base.whole("seed"))))
        basis = FlowBasis(rule.base)
        festivals = Festivals(rule.base)
        rate = rule.base.number("false_discovery_rate")
        losingMin = rule.base.whole("losing_enterprises_min")
        reportedShareMin = rule.base.number("reported_share_min")
        sectors = rule.base.textTable("sectors")
        sectorNames = rule.base.textTable("sector_names")
        dueDay = rule.base.whole("due_day")
    }

    var measures: Set<SharedMeasure> { [.cells, .flows(basis)] }

    /// The input data of one evaluation, and the month judged.
    private struct Field {
        let facts: Facts
        let groups: CellGroups
        let flows: CellFlows
        let tree: CellTree
        let festivals: [FestivalMonths]
        var month: Int

        /// The sum of the flows of a node's cells.
        func flow(_ node: CellTree.Node, _ month: Int) -> CellFlows.Flow {
            node.leaves.reduce(into: CellFlows.Flow()) {
                $0.add(flows[tree.leaves[$1], month])
            }
        }
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        var outcome = Outcome(findings: [], statuses: [:])
        for key in watching where [.cell, .region].contains(key.subjectType) {
            outcome.statuses[key] = .silent
        }
        guard let field = field(context) else { return outcome }
        let judged = judge(field)
        let listed = benjaminiHochberg(judged.map(\.result.p), rate: rate)
        let strong = judged.indices.filter { regional in
            let judged = judged[regional]
            let flow = field.flow(field.tree.nodes[judged.index], field.month)
            return listed[regional] && flow.losing >= losingMin
        }
        let raised = Set(ScanStatistic.apart(strong, judged.map(\.node)))
        let regionalSettings = MassScan.regionalSettings(of: raised, judged)
        var watched: [Int: EpisodeKey] = [:]
        for key in watching where outcome.statuses[key] != nil {
            guard let node = field.tree.node(of: key.subjectID),
                field.tree.nodes[node].branch.subjectType == key.subjectType
            else { continue }
            watched[node] = key
        }
        var earlier: [Int: (field: Field, judged: [NodeScan.Judged])] = [:]
        for (regional, one) in judged.enumerated() {
            let key = watched[one.index]
            guard raised.contains(regional) || key != nil else { continue }
            func isShown(_ month: Int) -> Bool {
                let past = earlier[month] ?? at(month, field)
                earlier[month] = past
                return past.judged.contains { other in
                    other.index == one.index
                        && finding(other, past.field, mayRaise: false) != nil
                }
            }
            let found = finding(one, field, mayRaise: raised.contains(regional)) {
                field.month > 1 && isShown(field.month - 1)
            }
            if var finding = found {
                finding.evidence.measures["place"] = regionalSettings[regional].map(Double.init)
                outcome.findings.append(finding)
            } else if let key {
                outcome.statuses[key] = context.status(clearIn: field.month, shows: isShown)
            }
        }
        return outcome
    }

    /// The ranks of the branches that raise, from 1 for the least probable. The text of only one
    /// branch a month then calls it the most unusual one.
    private static func regionalSettings(
        of raised: Set<Int>, _ judged: [NodeScan.Judged]
    ) -> [Int: Int] {
        let order = raised.sorted { left, right in
            let (one, other) = (judged[left].result, judged[right].result)
            return (one.searched, one.p, left) < (other.searched, other.p, right)
        }
        return Dictionary(
            uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset + 1) })
    }

    /// Judges all nodes of the tree in the month.
    private func judge(_ field: Field) -> [NodeScan.Judged] {
        let leaves = NodeScan.Leaves(
            counts: field.tree.leaves.map(field.flows.counts),
            exposures: field.tree.leaves.map(field.flows.exposures),
            festivals: field.festivals)
        return nodeScan.judge(leaves, nodes: field.tree.nodes.map(\.leaves), month: field.month)
    }

    /// Judges an earlier month of the same branches with the facts known now.
    private func at(_ month: Int, _ field: Field) -> (field: Field, judged: [NodeScan.Judged]) {
        var past = field
        past.month = month
        return (past, judge(past))
    }

    /// Prepares the newest month that enough enterprises have reported; nil for none.
    private func field(_ context: EvaluationContext) -> Field? {
        guard let now = context.now else { return nil }
        let groups = context.shared.groups(context)
        let flows = context.shared.flows(context, basis)
        let due = max(1, context.dueMonth(dueDay: dueDay).months(since: context.facts.panel.first))
        let month = stride(from: now, through: due, by: -1).first { month in
            groups.cells.indices.reduce(into: CellFlows.Flow()) { $0.add(flows[$1, month]) }
                .isReported(share: reportedShareMin)
        }
        guard let month else { return nil }
        let tree = CellTree(groups, regions: context.facts.regions, sectors: sectors)
        return Field(
            facts: context.facts, groups: groups, flows: flows, tree: tree,
            festivals: festivals.months(of: context.facts.panel), month: month)
    }

    /// The finding of a node; nil below every tier.
    /// - Parameter wasSeen: whether the month before shows the event as well.
    private func finding(
        _ judged: NodeScan.Judged, _ field: Field, mayRaise: Bool, wasSeen: () -> Bool = { false }
    ) -> Finding? {
        let treeNode = field.tree.nodes[judged.index]
        let (node, result) = (judged.node.strongest, judged.result)
        let path = field.facts.regions.path(treeNode.branch.region)
        let surprise = -log10(max(result.searched, 1e-300))
        let excess = node.count - node.expected
        let verdict = ladders.at(path).judge(mayRaise: mayRaise) { limits in
            limits.reached("surprise", by: surprise) && limits.allows("persons_min", excess)
        }
        guard let verdict else { return nil }
        let flow = field.flow(treeNode, field.month)
        let cautious = MassCaution.limit(
            verdict, ladders.at(path), losing: flow.losing, years: judged.years, wasSeen: wasSeen)
        var marks = ["basis": basis.rawValue, "window": "\(node.months)_months"]
        // With fewer than three earlier years the estimate of the season is uncertain.
        marks["history"] = judged.years < 3 ? "short" : "enough"
        if judged.years < MassCaution.years { marks[MassCaution.mark] = "low" }
        if cautious.raises == nil { marks["threshold"] = "clear" }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: subject(treeNode.branch, field.facts),
            period: field.facts.panel.period(field.month), raises: cautious.raises,
            holds: cautious.holds, certainty: .provisional,
            persons: Int(max(0, excess).rounded()),
            share: flow.staff > 0 ? min(1, max(0, excess / flow.staff)) : nil,
            evidence: Evidence(
                value: node.count, expected: (node.expected * 10).rounded() / 10,
                scale: (node.phi * node.expected).squareRoot(), p: result.searched,
                threshold: cautious.threshold,
                measures: [
                    "surprise": surprise, "own_p": result.p, "score": result.score,
                    "phi": node.phi, "excess": excess.rounded(),
                    "window_months": Double(node.months),
                    "cells": Double(treeNode.leaves.count),
                    "enterprises": Double(flow.enterprises), "losing": Double(flow.losing),
                    "staff": flow.staff,
                ], marks: marks, rows: rows(treeNode, field)))
    }

    private func rows(_ node: CellTree.Node, _ field: Field) -> [EvidenceRow] {
        let members = node.leaves.flatMap { field.groups.rows(of: field.tree.leaves[$0]) }
        let months = Array(max(1, field.month - 12)...field.month)
        return field.flows.rows(
            members, field.month, sums: months.map { ($0, field.flow(node, $0)) })
    }

    private func subject(_ branch: CellTree.Branch, _ facts: Facts) -> Subject {
        let region = facts.regions.name(branch.region, in: .chinese)
        let section = branch.isSection ? branch.industry.map { IndustryCode($0) } : nil
        let inner =
            section.map { facts.industries.name($0, in: .chinese) }
            ?? branch.industry.map { sectorNames[$0] ?? $0 } ?? ""
        return Subject(
            type: branch.subjectType, id: branch.subjectID, name: region + inner,
            regionCode: branch.region, industryCode: section)
    }
}
