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
            "joined": "增加", "merged": "并入",
        ],
        "units": ["amount": "元", "amount_ten_thousand": "万元"],
        "events": [
            "confirmed": ["title": "{topic}得到确认：{facts}", "summary": "{topic}得到确认。"],
            "acknowledged": [
                "title": "{topic}由{actor}{on_behalf_of|none=|（代#）}受理",
                "summary": "{facts}。{phrases.more}。",
            ],
            "escalated": [
                "title": "{topic}升{level|1=一|#}级{level_name|none=|（#）}",
                "summary": "{days|none=|0=当日|#天}无人受理。",
            ],
            "resolved": [
                "title": "{topic}解除：{reason|cause_gone=原因已消除|{reason}}",
                "summary": "{quiet}起。{since}至今。",
            ],
        ],
        "phrases": ["more": "等级{tier}"],
        "rules": [
            "layoff.statutory": [
                "title": "{name}{period}减员{persons}人", "topic": "{name}减员",
                "facts": "{persons}人",
                "summary": "占职工{share}。前期{previous}人。依据：《劳动合同法》第41条。",
                "events": ["reminder": ["title": "{name}仍在减员"]],
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
            "joined": "Joined", "merged": "Merged",
        ],
        "events": [
            "resolved": ["title": "{topic}: over, {reason}", "summary": "It is over."]
        ],
        "indicators": ["surveyed_unemployment_rate": "Surveyed unemployment rate"],
        "industries": ["C": "Manufacturing"],
        "rules": [
            "layoff.statutory": [
                "title": "{name} lost {persons} staff in {period}", "topic": "Staff of {name}",
                "summary":
                    "That is {share} of its staff. It had {previous}. Source: 《劳动合同法》第41条.",
            ]
        ],
        "marks": [
            "report": "the report", "first": "a", "sector": ["secondary": "secondary sector"],
        ],
        "playbooks": ["layoff": ["steps": ["blue": ["Verify."]]]],
    ]

    /// The notice of an event; `summary` is the template of an additional rule, `tried`.
    static func notice(
        _ event: AlertEvent, of episode: Episode? = nil, summary: String? = nil
    ) throws -> AlertNotice {
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
            event, of: episode, regions: regions, industries: industries)
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
