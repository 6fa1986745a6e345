import Alerting
import Labor

/// The words of the built-in texts in one language. They are part of the program, so a message can
/// be written even when every template and text file is broken.
struct MessageWords: Sendable {
    let language: Language

    private func pick(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    func tier(_ tier: Tier) -> String { tier.words(in: language) }

    func what(_ what: AlertWhat) -> String { what.words(in: language) }

    func kind(_ kind: AlertKind) -> String { kind.words(in: language) }

    /// The first line of a message with one alert. Only for the event `raised` does the line name
    /// the event, because the titles of all other events already name theirs.
    func headline(tier: String, what: AlertWhat, title: String) -> String {
        let event = what == .raised ? self.what(what) + colon : ""
        return pick("【\(tier)】\(event)\(title)", "\(tier.uppercased()) | \(event)\(title)")
    }

    /// The headline of several alerts: tier, region, kind and number; in brackets the counts per
    /// kind and tier.
    func headline(
        count: Int, highest: Tier, place: String?, kind: String?, what: AlertWhat?,
        parts: [String]
    ) -> String {
        let common = what.map {
            $0 == .raised ? "" : pick("，\(self.what($0))", ", \(self.what($0))")
        }
        let brackets = parts.joined(separator: pick("；", "; "))
        let tail =
            (brackets.isEmpty ? "" : pick("（\(brackets)）", " (\(brackets))")) + (common ?? "")
        if language == .chinese {
            return "【\(tier(highest))】\(place ?? "")\(kind ?? "")\(count)件预警\(tail)"
        }
        let about = [kind, place].compactMap { $0 }.joined(separator: ", ")
        return "\(tier(highest).uppercased()) | \(about.isEmpty ? "" : about + ": ")"
            + "\(count) \(count == 1 ? "alert" : "alerts")\(tail)"
    }

    /// The account that acted, and the person on whose behalf it acted (`name`); the account alone
    /// when `name` is nil.
    func actor(_ account: String, onBehalfOf name: String?) -> String {
        name.map { pick("\(account)（代\($0)）", "\(account) for \($0)") } ?? account
    }

    /// The text that says how many levels an alert was escalated, for example "two levels up". The
    /// levels are counted from the level of the responsible unit; `level` is 1 or more.
    func level(_ level: Int) -> String {
        let chinese = level == 1 ? "上一级" : level == 2 ? "上两级" : "上\(level)级"
        return pick(chinese, level == 1 ? "one level up" : "\(level) levels up")
    }

    /// The text that names the earlier events of an alert in a message whose main text is the
    /// newest event.
    func besides(_ events: [AlertWhat]) -> String {
        let names = list(events.map(what))
        return pick("（此前：\(names)）", " (before: \(names))")
    }

    /// A number of alerts of a tier or kind.
    func some(_ count: Int, _ word: String) -> String {
        pick("\(word)\(count)件", "\(count) \(word)")
    }

    /// Several items in one line.
    func list(_ words: [String]) -> String { words.joined(separator: pick("、", ", ")) }

    /// The regions of a group, most frequent first; of more than three the first two and a number.
    func places(_ names: [String]) -> String {
        guard names.count > 3 else { return list(names) }
        let first = list(Array(names.prefix(2)))
        return pick("\(first)等\(names.count)地", "\(first) and \(names.count - 2) more places")
    }

    /// The first step that all alerts of a group share, with the earliest time for the report.
    func firstStep(_ step: String, due: String?) -> String {
        let until = due.map { pick("（\(self.due)：最早\($0)）", " (report by \($0) at the earliest)") }
        return pick("先做：", "First: ") + step + (until ?? "")
    }

    /// Where the reader finds the alerts that a list leaves out.
    func whereToFind(_ command: String, base: String?) -> String {
        let links = base.map { pick("；\($0)", "; \($0)") } ?? ""
        return pick("全部预警见：\(command)", "All of them: \(command)") + links
    }

    /// The line after a list that was cut: the number of further alerts.
    func more(_ count: Int) -> String {
        pick("……另有\(count)件未列出", "… and \(count) more")
    }

    /// The prefix of a test message.
    var test: String { pick("【TEST 测试】", "[TEST 测试] ") }

    /// The note in a message whose template could not be used.
    func broken(_ file: String, _ reason: String) -> String {
        pick(
            "（模板\(file)不能使用，本消息改用内置文字：\(reason)）",
            "(The template \(file) cannot be used, so this is the built-in text: \(reason))")
    }

    var region: String { pick("地区", "Region") }
    var period: String { pick("期间", "Period") }
    var persons: String { pick("涉及人数", "Persons") }
    var amount: String { pick("涉及金额", "Amount") }
    var reason: String { pick("原因", "Reason") }
    var actor: String { pick("经办人", "By") }
    var level: String { pick("督办层级", "Level") }
    var tierWas: String { pick("原等级", "Tier before") }
    var provisional: String { pick("待下期报表核实", "To be confirmed by the next report") }
    var steps: String { pick("处置步骤", "Steps") }
    var responsible: String { pick("责任单位", "Responsible") }
    var due: String { pick("报告时限", "Report by") }
    var link: String { pick("详情", "Details") }
    var number: String { pick("预警编号", "Alert id") }
    var colon: String { pick("：", ": ") }
}
