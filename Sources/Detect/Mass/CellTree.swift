import Labor

/// The branches of regions × industries that a scan tests. Every region that contains a cell has
/// branches by section, by sector, and for all industries. Branches with exactly the same cells
/// are one node, which has the name of the narrowest branch.
struct CellTree {
    /// A branch, identified by its region and industry.
    struct Branch: Hashable, Sendable {
        var region: RegionCode
        /// The section or sector; nil for all industries.
        var industry: String?
        /// Whether `industry` is a section of the industry classification.
        var isSection: Bool

        /// The subject id: `region/industry`, or the region for all industries.
        var subjectID: String { industry.map { "\(region)/\($0)" } ?? region.rawValue }
        var subjectType: SubjectType { industry == nil ? .region : .cell }
    }

    /// A node: the branches that have the same cells.
    struct Node: Sendable {
        /// The narrowest of the branches.
        var branch: Branch
        /// The cells, as indices into `leaves`.
        var leaves: [Int]
    }

    /// The cells, as indices into `CellGroups.cells`, sorted by region and section. Random draws
    /// therefore do not depend on the order of the enterprises.
    let leaves: [Int]
    /// The nodes, the narrowest first.
    let nodes: [Node]

    /// The index of the node by the subject id of each of its branches.
    private let nodeOf: [String: Int]

    /// Builds the tree.
    /// - Parameter sectors: the sector of each section, by the letter of the section.
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
        // Paths of different length can lead to one region. Branches of equal height are ordered
        // by name.
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

    /// The index of the node of a subject; nil when no node has it. The subject may be any branch
    /// of the node.
    func node(of subjectID: String) -> Int? { nodeOf[subjectID] }

    /// The branches of a cell in one region, the narrowest first: section, sector, all industries.
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
