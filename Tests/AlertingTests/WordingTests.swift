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

    @Test func `every later event has a text of its own`() throws {
        var (episode, event) = try Bundle.raised()
        event.what = .confirmed
        #expect(try title(event, episode) == "高原建设减员得到确认：126人")
        event.what = .acknowledged
        event.actor = "zhang"
        #expect(try title(event, episode) == "高原建设减员由zhang受理")
        event.onBehalfOf = "李四"
        #expect(try title(event, episode) == "高原建设减员由zhang（代李四）受理")
        #expect(try Texts.notice(event).texts[.chinese]?.summary == "126人。等级橙色。")
        event.what = .reminder
        #expect(try title(event, episode) == "高原建设仍在减员")
        event.what = .resolved
        event.reason = .endedByPerson
        #expect(try title(event, episode) == "高原建设减员解除：人工结束")
        event.reason = .causeGone
        #expect(try title(event, episode) == "高原建设减员解除：原因已消除")
        episode.quietPeriod = Bundle.month(12)
        #expect(
            try Texts.notice(event, of: episode).texts[.chinese]?.summary
                == "2026年12月起。2026年10月至今。")
        #expect(try Texts.notice(event).texts[.chinese]?.summary == "高原建设减员解除：原因已消除")
    }

    @Test(arguments: [
        (1, "540102", "高原建设减员升一级（拉萨市）"), (2, "540102", "高原建设减员升2级（西藏自治区）"),
        (3, "540102", "高原建设减员升3级"), (1, "540100", "高原建设减员升一级（西藏自治区）"),
    ])
    func `an escalation names the region of its level`(
        level: Int, region: String, title: String
    ) throws {
        let raised = try Bundle.raised()
        let episode = raised.episode
        var event = raised.event
        event.what = .escalated
        event.level = level
        event.subject.regionCode = RegionCode(region)
        event.at = event.at.adding(seconds: 3 * 86_400 + 5)
        #expect(try Texts.notice(event, of: episode).texts[.chinese]?.title == title)
        #expect(try Texts.notice(event, of: episode).texts[.chinese]?.summary == "3天无人受理。")
        event.at = episode.firstRaisedAt
        #expect(try Texts.notice(event, of: episode).texts[.chinese]?.summary == "当日无人受理。")
    }

    @Test(
        arguments: [
            ("{persons|1=一人|#人}。", 1, "一人。"), ("{persons|1=一人|#人}。", 12, "12人。"),
            ("{persons|none=无人|1=一人|#人}。", nil, "无人。"), ("{persons|1=一人|#人}。完。", nil, "完。"),
            ("共{persons|1,2=少|{tier}}。", 2, "共少。"), ("共{persons|1,2=少|{tier}}。", 3, "共橙色。"),
            ("甲。{persons|1=|另有#人。}乙。", 1, "甲。乙。"), ("甲。{persons|1=|另有#人。}乙。", 2, "甲。另有2人。乙。"),
            ("甲。{persons|2=有{share}。|无。}乙。", 2, "甲。乙。"), ("{persons|9=x}。完。", 5, "完。"),
            ("a. {persons|1=b.|c.} {share} d. {persons|1=e.|f.}", 1, "a. b. e."),
            ("a. {persons|1=b.|c.} d.", 1, "a. b. d."), ("a. {persons|1=|c.} d.", 1, "a. d."),
        ] as [(String, Int?, String)])
    func `a choice takes the text of the value`(
        template: String, persons: Int?, text: String
    ) throws {
        var event = try Bundle.raised().event
        event.persons = persons
        event.share = nil
        #expect(try summary(event, template) == text)
    }

    @Test func `standing tells whose threshold decided`() throws {
        var event = try Bundle.raised(.red).event
        let template =
            "{standing|reached=到|raised={threshold_tier}升|held=守|lagging={threshold_tier}守}。"
        func threshold(_ tier: Tier, _ marks: [String: String] = [:], steps: Double? = nil) {
            event.evidence = Evidence(
                threshold: Threshold(tier: tier, limits: [:], source: "法"),
                measures: steps.map { ["steps_up": $0] } ?? [:], marks: marks)
        }
        threshold(.red)
        #expect(try summary(event, template) == "到。")
        threshold(.orange, steps: 1)
        #expect(try summary(event, template) == "橙色升。")
        threshold(.orange)
        #expect(try summary(event, template) == "橙色守。")
        threshold(.red, ["threshold": "clear"])
        #expect(try summary(event, template) == "守。")
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
        #expect(texts[.chinese]?.title == "高原建设减员解除：达到发出界限")
        event.what = .raised
        let raised = try Texts.notice(event).texts
        #expect(raised[.chinese]?.title == "裁员：高原建设")
        #expect(raised[.english]?.title == "layoff: 高原建设")
        event.what = .confirmed
        #expect(try Texts.notice(event).texts[.chinese]?.title == "确认：裁员：高原建设")
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
        ("{marks.basis} {marks.reasons}", "报表 甲、other", "the report a and other"),
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

    @Test func `indicators, sections and sectors have names in the language of the text`() throws {
        var event = try Bundle.raised().event
        event.subject = Subject(
            type: .indicator, id: "surveyed_unemployment_rate/540102", name: "城关区城镇调查失业率",
            regionCode: RegionCode("540102"))
        #expect(try summary(event, "{name}", .english) == "Surveyed unemployment rate (Chengguan)")
        #expect(try summary(event, "{name}", .chinese) == "城关区城镇调查失业率")
        event.subject = Subject(
            type: .cell, id: "540102/C", name: "城关区制造业", regionCode: RegionCode("540102"),
            industryCode: IndustryCode("C"))
        #expect(try summary(event, "{name}", .english) == "Chengguan, Manufacturing")
        event.subject = Subject(
            type: .cell, id: "540102/secondary", name: "城关区第二产业",
            regionCode: RegionCode("540102"))
        #expect(try summary(event, "{name}", .english) == "Chengguan, secondary sector")
    }

    @Test func `months, moments and lists of names are written out`() throws {
        var event = try Bundle.raised().event
        event.evidence.marks = [
            "last_report": "2026-09", "since": "2026-11-04T23:54:59.5+08:00",
            "enterprises": "A, Inc.、乙厂",
        ]
        #expect(try summary(event, "{marks.last_report}起。") == "2026年9月起。")
        #expect(try summary(event, "{marks.last_report}.", .english) == "September 2026.")
        #expect(try summary(event, "自{marks.since}。") == "自2026年11月4日 23:54。")
        #expect(try summary(event, "{marks.since}.", .english) == "4 November 2026, 23:54.")
        #expect(try summary(event, "{marks.enterprises}。") == "A, Inc.、乙厂。")
        #expect(try summary(event, "{marks.enterprises}.", .english) == "A, Inc. and 乙厂.")
        event.evidence.marks["enterprises"] = "甲厂、乙厂、丙厂"
        #expect(try summary(event, "{marks.enterprises}。") == "甲厂、乙厂、丙厂。")
        #expect(try summary(event, "{marks.enterprises}.", .english) == "甲厂, 乙厂 and 丙厂.")
    }

    @Test(arguments: Language.allCases)
    func `every reason of an event and of a delivery has words`(_ language: Language) {
        let words =
            Reason.allCases.map { $0.words(in: language) }
            + DeliveryReasonTests.all.map { $0.0.words(in: language) }
        #expect(words.count == Reason.allCases.count + DeliveryReasonTests.all.count)
        for word in words {
            let hasChinese = word.unicodeScalars.contains { $0.value >= 0x4E00 }
            #expect(!word.isEmpty && hasChinese == (language == .chinese), "\(word)")
            #expect(word.firstMatch(of: /[a-z]_[a-z]/) == nil, "\(word)")
        }
        #expect(Set(words).count >= words.count - 1)
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

    private func title(_ event: AlertEvent, _ episode: Episode) throws -> String? {
        try Texts.notice(event, of: episode).texts[.chinese]?.title
    }

    private func summary(
        _ event: AlertEvent, _ template: String, _ language: Language = .chinese
    ) throws -> String? {
        var event = event
        event.rule = "tried"
        return try Texts.notice(event, summary: template).texts[language]?.summary
    }
}
