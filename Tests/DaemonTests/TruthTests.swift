import Labor
import Testing
import Verbs

/// A truth file is read strictly: a word that is not understood must not pass for "nothing happened".
struct TruthTests {
    private static let header = "subject_type,subject_id,kind,onset,end,is_event"

    @Test(arguments: ["\n", "\r\n"])
    func `rows are read whatever ends their lines`(end: String) throws {
        let text = [
            TruthTests.header, "enterprise,7,layoff,2024-03,2024-05,1",
            "region,540000,mass_unemployment,2024-03,,true", "enterprise,8,layoff,,,0", "", "",
        ].joined(separator: end)
        let march = Period(year: 2024, month: 3)
        let rows = try Truth(csv: text).rows
        #expect(rows.map(\.subjectType) == [.enterprise, .region, .enterprise])
        #expect(rows.map(\.subjectID) == ["7", "540000", "8"])
        #expect(rows.map(\.kind) == [.layoff, .massUnemployment, .layoff])
        #expect(rows.map(\.span) == [march...march.adding(2), march...march, nil])
    }

    @Test func `columns may stand in another order, beside others, after a byte order mark`() throws
    {
        let text =
            "note,is_event,kind,subject_id,subject_type,end,onset\n"
            + "x,TRUE,layoff,9,enterprise,2024-02,2024-01\n"
        let row = try #require(try Truth(csv: text).rows.first)
        let january = Period(year: 2024, month: 1)
        #expect(row.subjectID == "9")
        #expect(row.span == january...january.adding(1))
    }

    @Test(arguments: [
        ("firm,7,layoff,2024-03,,1", "line 3: unknown subject_type 'firm'"),
        ("enterprise,7,layoffs,2024-03,,1", "line 3: unknown kind 'layoffs'"),
        ("enterprise,7,layoff,03/2024,,1", "line 3: onset '03/2024' is no month (YYYY-MM)"),
        ("enterprise,7,layoff,,,1", "line 3: onset '' is no month (YYYY-MM)"),
        ("enterprise,7,layoff,2024-03,2024-13,1", "line 3: end '2024-13' is no month (YYYY-MM)"),
        ("enterprise,7,layoff,2024-03,2024-01,1", "line 3: end 2024-01 lies before onset 2024-03"),
        ("enterprise,7,layoff,2024-03,,yes", "line 3: is_event 'yes' is neither 1 nor 0"),
        ("enterprise,7,layoff,2024-03,,", "line 3: is_event '' is neither 1 nor 0"),
        ("enterprise,7,layoff,2024-03,1", "line 3: has 5 fields, the header 6"),
    ])
    func `a wrong row is named`(row: String, words: String) {
        let text = "\(TruthTests.header)\nenterprise,1,layoff,,,0\n\(row)\n"
        #expect { try Truth(csv: text) } throws: { "\($0)" == words }
    }

    @Test(arguments: ["", "subject_type,subject_id,kind,onset,end", "a;b;c"])
    func `a header without a column is refused on the first line`(header: String) {
        #expect { try Truth(csv: header) } throws: {
            "\($0)".hasPrefix("line 1: the header has no")
        }
    }
}
