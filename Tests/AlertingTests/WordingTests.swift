import Alerting
import Labor
import Testing

@Suite struct WordingTests {
    @Test func `a raising is told in both languages`() throws {
        let notice = try Texts.notice(Bundle.raised().event)
        let chinese = try #require(notice.texts[.chinese])
        #expect(chinese.title == "高原建设2026年10月减员126人")
        #expect(chinese.summary == "占职工31.0%。依据：《劳动合同法》第41条。")
        #expect(chinese.region == "城关区")
        #expect(chinese.steps == ["核实。", "上报。"])
        #expect(chinese.responsible == "就业科")
        let english = try #require(notice.texts[.english])
        #expect(english.title == "高原建设 lost 126 staff in October 2026")
        #expect(english.summary == "That is 31.0 % of its staff. Source: 《劳动合同法》第41条.")
        #expect(english.region == "Chengguan")
        #expect(english.steps == ["Verify."])
    }

    @Test(arguments: [
        (AlertWhat.tierChanged, "【等级调整】", "[Tier changed] "),
        (.confirmed, "【确认】", "[Confirmed] "), (.withdrawn, "【撤回】", "[Withdrawn] "),
        (.acknowledged, "【受理】", "[Acknowledged] "), (.escalated, "【升级】", "[Escalated] "),
        (.reminder, "【提醒】", "[Reminder] "), (.resolved, "【解除】", "[Resolved] "),
    ])
    func `what is told stands before the title`(what: AlertWhat, chinese: String, english: String)
        throws
    {
        var event = try Bundle.raised().event
        event.what = what
        let texts = try Texts.notice(event).texts
        #expect(texts[.chinese]?.title.hasPrefix(chinese + "高原建设") == true)
        #expect(texts[.english]?.title.hasPrefix(english + "高原建设") == true)
    }

    @Test func `a sentence without its value is left out`() throws {
        var event = try Bundle.raised().event
        event.share = nil
        #expect(try summary(event, "占{share}。共{persons}人。") == "共126人。")
        event.persons = nil
        #expect(try summary(event, "占{share}。共{persons}人。完。") == "完。")
        #expect(try summary(event, "占{share}，见v1.2。本次{tier}。") == "本次橙色。")
        #expect(try summary(event, "第1.{tier}占{share}。完。") == "完。")
        event.subject.name = "A。B. C"
        #expect(try summary(event, "占{share}。名{name}好。") == "名A。B. C好。")
        #expect(try summary(event, "No. {persons} fell. {name} is it. ") == "No. A。B. C is it.")
    }

    @Test func `a title without a value says kind and subject instead`() throws {
        var event = try Bundle.raised().event
        event.persons = nil
        event.what = .resolved
        let texts = try Texts.notice(event).texts
        #expect(texts[.chinese]?.title == "【解除】裁员：高原建设")
        #expect(texts[.english]?.title == "[Resolved] layoff: 高原建设")
    }

    @Test func `a rule without texts has a plain title`() throws {
        var event = try Bundle.raised().event
        event.rule = "new.rule"
        let texts = try Texts.notice(event).texts
        #expect(texts[.chinese]?.title == "new.rule：高原建设")
        #expect(texts[.english]?.title == "new.rule: 高原建设")
        #expect(texts[.english]?.summary == "new.rule: 高原建设")
        let silent = Wording(phrasebooks: [:], clocks: ResponseClocks()).notice(
            event, regions: RegionTree([]), industries: IndustryTree([]))
        #expect(silent.texts.count == Language.allCases.count)
        #expect(silent.texts[.chinese]?.region == "540102")
    }

    @Test func `the words of a township name its county, those of a county none`() throws {
        var event = try Bundle.raised().event
        #expect(try Texts.notice(event).texts[.english]?.county == nil)
        event.subject.regionCode = RegionCode("540102001")
        let town = Region(
            code: RegionCode("540102001"), name: "八廓街道", parent: RegionCode("540102"))
        let regions = RegionTree(Array(Texts.regions.regions.values) + [town])
        let texts = Wording(phrasebooks: [:], clocks: ResponseClocks()).notice(
            event, regions: regions, industries: Texts.industries
        ).texts
        #expect(texts[.english]?.county == "Chengguan")
        #expect(texts[.chinese]?.county == "城关区")
    }

    @Test func `a title is one line`() throws {
        var event = try Bundle.raised().event
        event.subject.name = "高原\n建设"
        #expect(try Texts.notice(event).texts[.chinese]?.title == "高原 建设2026年10月减员126人")
    }

    @Test func `an ended episode asks for no steps`() throws {
        var event = try Bundle.raised().event
        event.what = .resolved
        event.toState = .resolved
        let text = try #require(try Texts.notice(event).texts[.chinese])
        #expect(text.steps == [])
        #expect(text.responsible == "就业科")
    }

    @Test(arguments: [
        ("{region} {industry}", "城关区 建筑业", "Chengguan Construction"),
        ("{tier} {previous_tier}", "橙色 黄色", "orange yellow"),
        ("{persons} {share} {amount}", "12345 12.3% 1234.57万元", "12,345 12.3 % 12,345,678.9 yuan"),
        ("{value} {previous} {expected}", "1234.5 -3 0.33", "1,234.5 -3 0.33"),
        ("{measures.age} {measures.idle_share}", "2 25.0%", "2 25.0 %"),
        ("{measures.due_amount} {measures.pay_yuan}", "9999.99元 2万元", "9,999.99 yuan 20,000 yuan"),
        ("{marks.basis} {marks.reasons}", "报表 甲、other", "the report a, other"),
        ("{threshold.persons} {threshold.share} {source}", "100 10.0% 法", "100 10.0 % 法"),
        ("{period}", "2026年10月", "October 2026"),
    ])
    func `every placeholder reads as its language writes it`(
        template: String, chinese: String, english: String
    ) throws {
        var event = try Bundle.raised().event
        event.fromTier = .yellow
        event.persons = 12_345
        event.share = 0.1234
        event.amount = 1_234_567_890
        event.evidence = Evidence(
            value: 1_234.5, previous: -3, expected: 1.0 / 3,
            threshold: Threshold(
                tier: .orange, limits: ["persons": 100, "share": 0.1], source: "法"),
            measures: [
                "age": 2, "idle_share": 0.25, "due_amount": 999_999, "pay_yuan": 20_000,
            ], marks: ["basis": "report", "reasons": "first,other"])
        #expect(try summary(event, template, .chinese) == chinese)
        #expect(try summary(event, template, .english) == english)
    }

    @Test func `the texts may name the units of money`() throws {
        let units: JSONValue = ["units": ["amount": "块", "amount_ten_thousand": "万块"]]
        let more: JSONValue = ["rules": ["tried": ["title": "{amount}"]]]
        let book = try Phrasebook(
            more, extending: Phrasebook(units, extending: Phrasebook(Texts.chinese)))
        var event = try Bundle.raised().event
        event.rule = "tried"
        for (fen, title) in [(Int64(999_999), "9999.99块"), (1_000_000, "1万块")] {
            event.amount = fen
            let notice = Wording(phrasebooks: [.chinese: book], clocks: ResponseClocks()).notice(
                event, regions: Texts.regions, industries: Texts.industries)
            #expect(notice.texts[.chinese]?.title == title)
        }
    }

    @Test func `numbers that no reader should see are absent`() throws {
        var event = try Bundle.raised().event
        event.evidence = Evidence(value: .nan, measures: ["a": .infinity])
        event.fromTier = event.toTier
        let template = "{value}。{measures.a}。{measures.b}。{marks.b}。{threshold.b}。"
        #expect(try summary(event, template + "{source}。{previous_tier}。完。") == "完。")
    }

    @Test func `regions and cells have their English names`() throws {
        var event = try Bundle.raised().event
        event.subject = Subject(
            type: .region, id: "540102", name: "城关区", regionCode: RegionCode("540102"))
        #expect(try summary(event, "{name}", .english) == "Chengguan")
        event.subject = Subject(
            type: .cell, id: "540102/E47", name: "城关区建筑业", regionCode: RegionCode("540102"),
            industryCode: IndustryCode("E47"))
        #expect(try summary(event, "{name}", .english) == "Chengguan, Construction")
        #expect(try summary(event, "{name}", .chinese) == "城关区建筑业")
    }

    @Test(arguments: [
        (AlertWhat.raised, Tier?.none, Tier.red, Int64?(2)), (.raised, nil, .orange, 2),
        (.raised, nil, .yellow, 12), (.raised, nil, .blue, nil),
        (.tierChanged, .yellow, .orange, 2), (.tierChanged, .red, .orange, nil),
        (.tierChanged, .red, .red, nil),
        (.escalated, .yellow, .yellow, 12), (.confirmed, .red, .red, nil),
        (.reminder, .red, .red, nil), (.resolved, .red, .red, nil),
    ])
    func `a clock runs for what grows more urgent`(
        what: AlertWhat, from: Tier?, to: Tier, hours: Int64?
    ) throws {
        var event = try Bundle.raised().event
        event.what = what
        event.fromTier = from
        event.toTier = to
        let due = hours.map { event.at.adding(seconds: $0 * 3_600) }
        #expect(try Texts.notice(event).dueAt == due)
    }

    private func summary(
        _ event: AlertEvent, _ template: String, _ language: Language = .chinese
    ) throws -> String? {
        var event = event
        event.rule = "tried"
        return try Texts.notice(event, summary: template).texts[language]?.summary
    }
}
