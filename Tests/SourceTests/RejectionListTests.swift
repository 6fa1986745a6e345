import Labor
import Source
import Testing

@Suite struct RejectionListTests {
    private func rejection(
        _ enterprise: Int64?, table: String = "labor.report", reason: String = "negative"
    ) -> Rejection {
        Rejection(
            table: table, row: "row", enterpriseID: enterprise, field: "f", value: "v",
            reason: reason, expected: "e", hint: "h")
    }

    private func list(_ count: Int, reason: String = "negative") -> RejectionList {
        var list = RejectionList()
        list.add((0..<count).map { rejection(Int64($0), reason: reason) })
        return list
    }

    @Test func `all are counted, and so many of each reason are listed`() {
        let most = RejectionList.listedMax
        var list = list(most + 7)
        list.add(rejection(1, reason: "absurd"))
        #expect(list.count == most + 8)
        #expect(list.counts == ["labor.report negative": most + 7, "labor.report absurd": 1])
        #expect(list.listed.count == most + 1)
    }

    @Test func `a list put into another one keeps what it counted without listing`() {
        let most = RejectionList.listedMax
        var list = list(3)
        list.add(self.list(most + 500))
        list.add(self.list(2, reason: "absurd"))
        #expect(list.counts == ["labor.report negative": most + 503, "labor.report absurd": 2])
        #expect(list.listed.count == most + 2)
    }

    @Test func `what was listed of some enterprises is forgotten`() {
        var list = RejectionList()
        list.add([
            rejection(1), rejection(2), rejection(1, table: "labor.enterprise"), rejection(nil),
        ])
        list.forgetReports(of: [1, 9])
        #expect(list.listed.map(\.enterpriseID) == [2, 1, nil])
        #expect(list.counts == ["labor.report negative": 2, "labor.enterprise negative": 1])
        list.forgetReports(of: [2])
        list.forget(tables: ["labor.enterprise"])
        #expect(list.counts == ["labor.report negative": 1])
    }

    @Test func `forgetting leaves what was counted without being listed`() {
        let most = RejectionList.listedMax
        var list = list(most + 5)
        list.forgetReports(of: Set(0..<Int64(most)))
        #expect(list.listed == [])
        #expect(list.counts == ["labor.report negative": 5])
    }
}
