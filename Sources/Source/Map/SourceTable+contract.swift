package import Labor

/// The description of the source contract for people: the content and the use of each column.
extension SourceTable {
    /// The description of one column.
    package struct ContractColumn: Hashable, Sendable {
        /// The name of the column.
        package let name: String
        /// The SQL type in the schema `labor`. Values of another type are converted.
        package let type: String
        /// Whether the source must have the column.
        package let isNeeded: Bool
        /// The unit, by language; empty for a column without a unit.
        package let unit: [Language: String]
        /// The content and the use of the column, by language.
        package let meaning: [Language: String]

        fileprivate init(
            _ name: String, _ type: String, needed: Bool = false, _ chinese: String,
            _ english: String, unit: (chinese: String, english: String) = ("", "")
        ) {
            self.name = name
            self.type = type
            isNeeded = needed
            self.unit = [.chinese: unit.chinese, .english: unit.english]
            meaning = [.chinese: chinese, .english: english]
        }
    }

    /// The columns of the contract, in the order of the table. `changed_xid` and `revision_id` are
    /// left out, because the database fills them in.
    package var contract: [ContractColumn] {
        switch self {
        case .region: SourceTable.regionContract
        case .industry: SourceTable.industryContract
        case .enterprise: SourceTable.enterpriseContract
        case .report: SourceTable.reportContract
        case .event: SourceTable.eventContract
        case .indicator: SourceTable.indicatorContract
        }
    }

    /// The columns that a file may fill, in the order of the table.
    package var loadable: [String] { contract.map(\.name) }
}

extension SourceTable {
    fileprivate static let regionContract: [ContractColumn] = [
        ContractColumn(
            "code", "text", needed: true, "区划代码，GB/T 2260 或本局自编，任意层级",
            "the code, GB/T 2260 or the bureau's own, of any depth"),
        ContractColumn(
            "name", "text", needed: true, "中文名称",
            "the Chinese name"),
        ContractColumn(
            "name_en", "text", "英文名称，英文文本用",
            "the English name, for English texts"),
        ContractColumn(
            "parent_code", "text", "上级区划代码；最上级留空",
            "the region that contains this one; empty for a root"),
        ContractColumn(
            "grace_days", "integer", "发薪日后多少天未发才算拖欠；空缺用规则默认值",
            "days after a pay day before wages count as late here; empty for the rule's default",
            unit: ("天", "days")),
        ContractColumn(
            "reported_at", "timestamp with time zone", "何时入库；默认为写入时刻",
            "when the bureau learnt the row; the moment of loading by default"),
    ]
}

extension SourceTable {
    fileprivate static let industryContract: [ContractColumn] = [
        ContractColumn(
            "code", "text", needed: true, "行业代码，GB/T 4754 门类字母、大类及以下",
            "the code, GB/T 4754: section letter, division and below"),
        ContractColumn(
            "name", "text", needed: true, "中文名称",
            "the Chinese name"),
        ContractColumn(
            "name_en", "text", "英文名称，英文文本用",
            "the English name, for English texts"),
        ContractColumn(
            "parent_code", "text", "上级行业代码；门类留空",
            "the industry that contains this one; empty for a section"),
        ContractColumn(
            "reported_at", "timestamp with time zone", "何时入库；默认为写入时刻",
            "when the bureau learnt the row; the moment of loading by default"),
    ]
}

extension SourceTable {
    fileprivate static let enterpriseContract: [ContractColumn] = [
        ContractColumn(
            "enterprise_id", "bigint", needed: true, "企业编号，预警对象的编号",
            "the identity; the subject's id in every alert"),
        ContractColumn(
            "credit_code", "text", "统一社会信用代码，GB 32100",
            "the unified social credit code, GB 32100"),
        ContractColumn(
            "name", "text", needed: true, "企业名称",
            "the name"),
        ContractColumn(
            "region_code", "text", needed: true, "监测地区代码，不必是注册地",
            "where it is monitored, which need not be where it was registered"),
        ContractColumn(
            "industry_code", "text", needed: true, "行业代码，与同行比较用",
            "its industry, for the comparison with peers"),
        ContractColumn(
            "size_class", "text", "规模，本局用语；通知路由可按此区分",
            "its size class in the bureau's own words; routes may ask for it"),
        ContractColumn(
            "ownership", "text", "所有制，本局用语；留存备查",
            "its ownership in the bureau's own words; kept, not evaluated"),
        ContractColumn(
            "owner_group", "text", "所属集团；集团内人员调动不算减员",
            "the owner's group: staff that moves within it is a transfer, not a loss"),
        ContractColumn(
            "key_monitored", "boolean", "是否重点监测企业；通知路由可按此区分",
            "whether the bureau watches it closely; routes may ask for it"),
        ContractColumn(
            "government_project", "boolean", "是否承建政府项目；欠薪提高一级",
            "whether it works on a government project, where arrears count one tier more"),
        ContractColumn(
            "tags", "text[]", "自定标记；留存备查",
            "free marks of the bureau; kept, not evaluated"),
        ContractColumn(
            "data_basis", "text", "数据性质：statistical 统计调查，administrative 行政记录",
            "on what the figures rest: statistical or administrative"),
        ContractColumn(
            "reported_at", "timestamp with time zone", "何时入库；默认为写入时刻",
            "when the bureau learnt the row; the moment of loading by default"),
    ]
}

extension SourceTable {
    fileprivate static let reportContract: [ContractColumn] = [
        ContractColumn(
            "enterprise_id", "bigint", needed: true, "企业编号",
            "the enterprise"),
        ContractColumn(
            "period", "date", needed: true, "报表所属月份，写当月1日",
            "the month that the report is about, as its first day",
            unit: ("月", "month")),
        ContractColumn(
            "headcount", "integer", needed: true, "期末职工人数；裁员减员、规模性失业各规则的依据",
            "staff at the end of the month; what every layoff and mass rule rests on",
            unit: ("人", "persons")),
        ContractColumn(
            "hires", "integer", "当月新增人数；核对人数变动",
            "joiners in the month; checks the change of staff",
            unit: ("人", "persons")),
        ContractColumn(
            "separations", "integer", "当月减少人数，不论原因；核对人数变动",
            "leavers in the month for whatever reason; checks the change of staff",
            unit: ("人", "persons")),
        ContractColumn(
            "employer_separations", "integer", "其中单位提出解除的人数；法定裁员界限",
            "leavers on the employer's initiative; the limits of the law",
            unit: ("人", "persons")),
        ContractColumn(
            "planned_layoffs", "integer", "企业拟裁减人数",
            "persons whom the enterprise says it will lay off",
            unit: ("人", "persons")),
        ContractColumn(
            "dispatched", "integer", "劳务派遣人数，不计入职工人数",
            "dispatched workers beside the staff",
            unit: ("人", "persons")),
        ContractColumn(
            "idle", "integer", "期末待岗人数；隐性失业",
            "staff without work at the end of the month; hidden unemployment",
            unit: ("人", "persons")),
        ContractColumn(
            "wages_due", "numeric(16,2)", "当月应发工资",
            "wages due for the month",
            unit: ("元", "yuan")),
        ContractColumn(
            "wages_paid", "numeric(16,2)", "当月实发工资；与应发之差为欠薪",
            "wages paid in the month; what is missing is arrears",
            unit: ("元", "yuan")),
        ContractColumn(
            "workers_unpaid", "integer", "被欠薪人数",
            "workers who wait for wages",
            unit: ("人", "persons")),
        ContractColumn(
            "insured", "integer", "参保人数；与职工人数比较",
            "persons insured; compared with the staff",
            unit: ("人", "persons")),
        ContractColumn(
            "contributions_due", "numeric(16,2)", "当月应缴社会保险费",
            "social insurance due for the month",
            unit: ("元", "yuan")),
        ContractColumn(
            "contributions_paid", "numeric(16,2)", "当月实缴社会保险费；断缴、欠缴",
            "social insurance paid in the month; arrears and stopped payments",
            unit: ("元", "yuan")),
        ContractColumn(
            "contributions_deferred", "boolean", "是否依法缓缴；缓缴不算欠缴",
            "whether a legal deferral holds; then nothing counts as owed"),
        ContractColumn(
            "operating_state", "text", "经营状态：normal 正常，reduced 减产，suspended 停产，closed 关闭",
            "whether the enterprise works: normal, reduced, suspended or closed"),
        ContractColumn(
            "reported_at", "timestamp with time zone", needed: true,
            "何时报来；每次修订另写一行，新者为准；导入时默认为写入时刻",
            "when the bureau learnt this revision; each is a row, the newest counts; a file may leave it out for the moment of loading"
        ),
    ]
}

extension SourceTable {
    fileprivate static let eventContract: [ContractColumn] = [
        ContractColumn(
            "event_id", "bigint", needed: true, "事件编号；导入时可不写，由数据库给出",
            "the identity; a file may leave it to the database"),
        ContractColumn(
            "enterprise_id", "bigint", "企业编号；地区性事件留空",
            "the enterprise; empty for an event of a region"),
        ContractColumn(
            "region_code", "text", "地区代码；企业事件可留空",
            "the region; empty where the enterprise says it"),
        ContractColumn(
            "kind", "text", needed: true,
            "种类：layoff_plan 裁员方案，mass_layoff 规模裁员，owner_absconded 负责人逃匿，closure 关闭，suspension 停产，labor_dispute 劳动争议，wage_complaint 欠薪投诉，staff_transfer 人员划转，legal_deferral 依法缓缴，relief 援企稳岗",
            "layoff_plan, mass_layoff, owner_absconded, closure, suspension, labor_dispute, wage_complaint, staff_transfer, legal_deferral or relief"
        ),
        ContractColumn(
            "persons", "integer", "涉及人数",
            "persons concerned",
            unit: ("人", "persons")),
        ContractColumn(
            "amount", "numeric(16,2)", "涉及金额",
            "money concerned",
            unit: ("元", "yuan")),
        ContractColumn(
            "occurred_on", "date", "发生日期；本局自有视图可缺，contract 表必填",
            "the day it happened; a view may lack it, the contract's own table does not",
            unit: ("日", "day")),
        ContractColumn(
            "detail", "text", "说明；留存备查",
            "free text; kept, not evaluated"),
        ContractColumn(
            "reported_at", "timestamp with time zone", needed: true, "何时报来；导入时默认为写入时刻",
            "when the bureau learnt it; a file may leave it out for the moment of loading"),
    ]
}

extension SourceTable {
    fileprivate static let indicatorContract: [ContractColumn] = [
        ContractColumn(
            "code", "text", needed: true, "指标代码，如 surveyed_unemployment_rate 城镇调查失业率",
            "which indicator, for example surveyed_unemployment_rate"),
        ContractColumn(
            "region_code", "text", needed: true, "地区代码",
            "the region"),
        ContractColumn(
            "period", "date", needed: true, "所属月份，写当月1日",
            "the month, as its first day",
            unit: ("月", "month")),
        ContractColumn(
            "value", "double precision", "数值；空缺不评判",
            "the value; nothing is judged where it is empty",
            unit: ("指标自身单位；比率为百分数", "the indicator's own; rates in percent")),
        ContractColumn(
            "reported_at", "timestamp with time zone", needed: true,
            "何时报来；每次修订另写一行，新者为准；导入时默认为写入时刻",
            "when the bureau learnt this revision; each is a row, the newest counts; a file may leave it out for the moment of loading"
        ),
    ]
}
