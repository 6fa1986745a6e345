import Alerting
import Labor

/// Two small files of texts, as trees.
enum Texts {
    static let regions = RegionTree([
        Region(code: RegionCode("540000"), name: "西藏自治区", nameEnglish: "Tibet"),
        Region(
            code: RegionCode("540100"), name: "拉萨市", nameEnglish: "Lhasa",
            parent: RegionCode("540000")),
        Region(
            code: RegionCode("540102"), name: "城关区", nameEnglish: "Chengguan",
            parent: RegionCode("540100")),
    ])
    static let industries = IndustryTree([
        Industry(code: IndustryCode("E47"), name: "建筑业", nameEnglish: "Construction")
    ])

    static let chinese: JSONValue = [
        "tiers": ["blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"],
        "kinds": [
            "layoff": "裁员", "wage_arrears": "欠薪", "social_insurance": "社保",
            "mass_unemployment": "规模性失业", "dispute": "争议", "indicator": "指标",
            "reporting": "报送", "system": "系统",
        ],
        "what": [
            "raised": "预警", "tier_changed": "等级调整", "confirmed": "确认", "withdrawn": "撤回",
            "acknowledged": "受理", "escalated": "升级", "reminder": "提醒", "resolved": "解除",
        ],
        "units": ["amount": "元", "amount_ten_thousand": "万元"],
        "rules": [
            "layoff.statutory": [
                "title": "{name}{period}减员{persons}人",
                "summary": "占职工{share}。前期{previous}人。依据：《劳动合同法》第41条。",
            ]
        ],
        "marks": ["report": "报表", "reasons": ["first": "甲"]],
        "playbooks": [
            "layoff": [
                "responsible": "就业科",
                "steps": ["blue": ["知悉。"], "orange": ["核实。", "上报。"]],
            ]
        ],
    ]

    static let english: JSONValue = [
        "tiers": ["blue": "blue", "yellow": "yellow", "orange": "orange", "red": "red"],
        "kinds": .object(
            Dictionary(
                uniqueKeysWithValues: AlertKind.allCases.map {
                    ($0.rawValue, JSONValue.string($0.rawValue))
                })),
        "what": [
            "raised": "Raised", "tier_changed": "Tier changed", "confirmed": "Confirmed",
            "withdrawn": "Withdrawn", "acknowledged": "Acknowledged", "escalated": "Escalated",
            "reminder": "Reminder", "resolved": "Resolved",
        ],
        "rules": [
            "layoff.statutory": [
                "title": "{name} lost {persons} staff in {period}",
                "summary":
                    "That is {share} of its staff. It had {previous}. Source: 《劳动合同法》第41条.",
            ]
        ],
        "marks": ["report": "the report", "first": "a"],
        "playbooks": ["layoff": ["steps": ["blue": ["Verify."]]]],
    ]

    /// The notice of an event; `summary` is the template of an additional rule, `tried`.
    static func notice(_ event: AlertEvent, summary: String? = nil) throws -> AlertNotice {
        var books: [Language: Phrasebook] = [
            .chinese: try Phrasebook(chinese), .english: try Phrasebook(english),
        ]
        if let summary {
            let more: JSONValue = [
                "rules": ["tried": ["title": "-", "summary": .string(summary)]]
            ]
            for (language, book) in books {
                books[language] = try Phrasebook(more, extending: book)
            }
        }
        return Wording(phrasebooks: books, clocks: ResponseClocks()).notice(
            event, regions: regions, industries: industries)
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }

    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
