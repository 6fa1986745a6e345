import Labor
import Testing

@Suite struct RegionTreeTests {
    /// A tree from `child<parent` pairs; a child alone is a root.
    private func tree(_ pairs: [String]) -> RegionTree {
        RegionTree(
            pairs.map { pair in
                let parts = pair.split(separator: "<").map(String.init)
                return Region(
                    code: RegionCode(parts[0]), name: "区\(parts[0])",
                    nameEnglish: parts[0] == "a" ? "A" : nil,
                    parent: parts.count > 1 ? RegionCode(parts[1]) : nil)
            })
    }

    private func path(_ tree: RegionTree, _ code: String) -> [String] {
        tree.path(RegionCode(code)).map(\.rawValue)
    }

    @Test func `a path runs from a region to its root at any depth`() {
        let regions = tree(["a", "b<a", "c<b", "d<c", "e<d", "f<e", "g<f"])
        #expect(path(regions, "g") == ["g", "f", "e", "d", "c", "b", "a"])
        #expect(path(regions, "a") == ["a"])
        #expect(regions.contains(RegionCode("a"), RegionCode("g")))
        #expect(regions.contains(RegionCode("d"), RegionCode("d")))
        #expect(!regions.contains(RegionCode("g"), RegionCode("a")))
    }

    @Test func `what contains what is in the table and not in the digits`() {
        // 542229 became 540528, a park of Lhasa lies under a code of its own.
        let regions = tree(["540000", "540500<540000", "540528<540500", "540102", "LSGX<540102"])
        #expect(regions.contains(RegionCode("540500"), RegionCode("540528")))
        #expect(regions.contains(RegionCode("540102"), RegionCode("LSGX")))
        #expect(!regions.contains(RegionCode("540000"), RegionCode("540102")))
        #expect(!regions.contains(RegionCode("540100"), RegionCode("540102")))
    }

    @Test func `a parent that is not in the table makes a root`() {
        let regions = tree(["b<gone", "c<b"])
        #expect(path(regions, "c") == ["c", "b"])
        #expect(!regions.contains(RegionCode("gone"), RegionCode("c")))
    }

    @Test func `an unknown code has no path and stands for its own name`() {
        let regions = tree(["a", "b<a"])
        #expect(path(regions, "x") == [])
        #expect(regions.name(RegionCode("x"), in: .chinese) == "x")
        #expect(regions.name(RegionCode("a"), in: .english) == "A")
        #expect(regions.name(RegionCode("b"), in: .english) == "区b")
        #expect(!regions.contains(RegionCode("x"), RegionCode("x")))
    }

    @Test(arguments: [
        (["a<a"], "a", ["a"]), (["a<b", "b<a"], "b", ["b", "a"]),
        (["c<b", "b<a", "a<c", "d<c"], "d", ["d", "c", "b", "a"]),
        (["a<z", "z<m", "m<z"], "a", ["a", "z", "m"]),
        (["m<y", "y<z", "z<y"], "m", ["m", "y"]),
    ])
    func `a cycle is cut at its smallest code, whatever the order of the rows`(
        pairs: [String], start: String, expected: [String]
    ) {
        #expect(path(tree(pairs), start) == expected)
        #expect(path(tree(pairs.reversed()), start) == expected)
    }

    @Test func `a chain longer than the limit is cut`() {
        let regions = tree(["r0"] + (1...40).map { "r\($0)<r\($0 - 1)" })
        #expect(path(regions, "r40").count == RegionTree.depthMax)
        #expect(path(regions, "r5").count == 6)
    }
}

@Suite struct IndustryTreeTests {
    private func tree(_ pairs: [(String, String?)]) -> IndustryTree {
        IndustryTree(
            pairs.map {
                Industry(
                    code: IndustryCode($0.0), name: "业\($0.0)",
                    parent: $0.1.map { IndustryCode($0) })
            })
    }

    @Test(arguments: [
        ("E", "E"), ("E47", "E"), ("E471", "E"), ("4710", "E"), ("C13", "C13"), ("Q", "Q"),
    ])
    func `the section is the outermost industry, the code itself where the walk ends`(
        code: String, section: String
    ) {
        let industries = tree([
            ("E", nil), ("E47", "E"), ("E471", "E47"), ("4710", "E471"), ("C13", "C"),
        ])
        #expect(industries.section(IndustryCode(code)) == IndustryCode(section))
    }

    @Test func `a cycle of industries ends`() {
        let industries = tree([("A", "B"), ("B", "A")])
        #expect(["A", "B"].contains(industries.section(IndustryCode("A")).rawValue))
    }

    @Test func `an unknown industry stands for its own name`() {
        let industries = tree([("E", nil)])
        #expect(industries.name(IndustryCode("E"), in: .english) == "业E")
        #expect(industries.name(IndustryCode("X"), in: .chinese) == "X")
        #expect(industries[IndustryCode("X")] == nil)
    }
}
