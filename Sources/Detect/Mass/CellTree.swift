import Labor

/// The branches of regions × industries that a scan looks at: every region that contains a cell, by
/// section, by sector and as a whole. Branches of the very same cells are one node, named by the
/// narrowest of them.
struct CellTree {
    /// A branch by its names.
    struct Branch: Hashable, Sendable {
        var region: RegionCode
        /// The section or the sector; nil for all industries.
        var industry: String?
        /// Whether `industry` is a section of the classification.
        var isSection: Bool

        var subjectID: String { industry.map { "\(region)/\($0)" } ?? region.rawValue }
        var subjectType: SubjectType { industry == nil ? .region : .cell }
    }

    /// One node.
    struct Node: Sendable {
        var branch: Branch
        /// The cells, as indices into `leaves`.
        var leaves: [Int]
    }

    /// The cells, as indices into the groups they were made of, in the order of their codes: random
    /// draws do not depend on the order of the enterprises.
    let leaves: [Int]
    let nodes: [Node]

    private let nodeOf: [String: Int]

    init(_ groups: CellGroups, regions: RegionTree, sectors: [String: String]) {
        let cells = groups.cells
        let leaves = cells.indices.sorted { left, right in
            (cells[left].region.rawValue, cells[left].section?.rawValue ?? "")
                < (cells[right].region.rawValue, cells[right].section?.rawValue ?? "")
        }
        var members: [Branch: [Int]] = [:]
        var order: [(branch: Branch, height: Int)] = []
        for (leaf, cell) in leaves.enumerated() {
            let path = regions.path(cells[cell].region)
            for (height, region) in (path.isEmpty ? [cells[cell].region] : path).enumerated() {
                let branches = CellTree.branches(cells[cell], region, sectors)
                for (breadth, branch) in branches.enumerated() {
                    if members[branch] == nil { order.append((branch, 3 * height + breadth)) }
                    members[branch, default: []].append(leaf)
                }
            }
        }
        // A region may be reached from cells at several depths; the name decides among equals.
        order.sort { ($0.height, $0.branch.subjectID) < ($1.height, $1.branch.subjectID) }
        var nodes: [Node] = []
        var known: [[Int]: Int] = [:]
        var nodeOf: [String: Int] = [:]
        for (branch, _) in order {
            let own = members[branch] ?? []
            if let node = known[own] {
                nodeOf[branch.subjectID] = node
                continue
            }
            known[own] = nodes.count
            nodeOf[branch.subjectID] = nodes.count
            nodes.append(Node(branch: branch, leaves: own))
        }
        self.leaves = leaves
        self.nodes = nodes
        self.nodeOf = nodeOf
    }

    /// The node of a subject, also under the name of a wider branch of the same cells.
    func node(of subjectID: String) -> Int? { nodeOf[subjectID] }

    private static func branches(
        _ cell: CellGroups.Group, _ region: RegionCode, _ sectors: [String: String]
    ) -> [Branch] {
        let all = Branch(region: region, industry: nil, isSection: false)
        guard let section = cell.section?.rawValue else { return [all] }
        let one = Branch(region: region, industry: section, isSection: true)
        guard let sector = sectors[String(section.prefix(1))] else { return [one, all] }
        return [one, Branch(region: region, industry: sector, isSection: false), all]
    }
}
