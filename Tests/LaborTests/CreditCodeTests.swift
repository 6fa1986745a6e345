import Labor
import Testing

@Suite struct CreditCodeTests {
    @Test(arguments: [
        "91350100M000100Y43",  // the standard's own example
        "91540102MA6T0008X5",  // the organisation's check is X
        "91540102MA6T000205",  // and here 0
        "91540102MA6T003380",  // the sum leaves no remainder: the check is 0 and not 31
        "91540102MA6T0032X0",  // both
        " 91350100m000100y43\n",  // blanks around and small letters
    ])
    func `a code by the standard has no flaw`(text: String) {
        #expect(CreditCode(text).flaw == nil)
    }

    @Test(arguments: [
        ("", CreditCode.Flaw.length), ("91350100M000100Y4", .length),
        ("91350100M000100Y433", .length), ("９１３５０１００M000100Y43", .length),
        ("91350100I000100Y43", .alphabet), ("91350100M000100O43", .alphabet),
        ("91350100M000100S43", .alphabet), ("91350100V000100Y43", .alphabet),
        ("91350100Z000100Y43", .alphabet), ("91350100M000-00Y43", .alphabet),
        ("91350100M000100Y44", .check), ("91350100M000100Y4Y", .check),
        ("91530100M000100Y43", .check), ("91350100M000010Y43", .check),
        ("91540102MA6T00015K", .organisationCheck),
    ])
    func `each flaw is named, the first that is found`(text: String, flaw: CreditCode.Flaw) {
        #expect(CreditCode(text).flaw == flaw)
    }

    @Test func `any one wrong character is found`() {
        let good = Array("91350100M000100Y43")
        for index in good.indices {
            for other in "0123456789ABCDEFGHJKLMNPQRTUWXY" where other != good[index] {
                var text = good
                text[index] = other
                #expect(CreditCode(String(text)).flaw != nil, "\(String(text))")
            }
        }
    }

    @Test func `two codes that differ in case and blanks are one`() {
        #expect(CreditCode(" 91350100m000100y43") == CreditCode("91350100M000100Y43"))
        #expect(CreditCode("91350100m000100y43").description == "91350100M000100Y43")
    }
}
