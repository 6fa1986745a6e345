import Alerting
package import Daemon
package import Labor
import Settings

extension Components {
    /// The steps for each kind and tier, with the response clocks in hours.
    package func playbooks(_ language: Language) -> Listing {
        Listing(
            columns: [
                .init("kind", "类别", "kind"), .init("tier", "等级", "tier"),
                .init("hours", "答复时限（小时）", "hours"),
                .init("hours_above", "上级时限（小时）", "hours above"),
                .init("first_visit_days", "首次回访（天）", "first visit, days"),
                .init("responsible", "责任单位", "responsible"),
                .init("steps", "处置步骤", "steps"), .init("basis", "依据", "basis"),
            ],
            rows: catalogue.playbooks.flatMap { playbook in
                Tier.allCases.map { tier in
                    let hours = [0, 1].map { level -> JSONValue in
                        clocks.wait(playbook.kind, tier, level: level).map {
                            .string(Components.hours($0))
                        } ?? .null
                    }
                    return [.string(playbook.kind.rawValue), .string(tier.rawValue)] + hours + [
                        playbook.firstVisit[tier].map { .int(Int64($0)) } ?? .null,
                        .string(playbook.responsible[language] ?? ""),
                        .string((playbook.steps[tier]?[language] ?? []).joined(separator: "; ")),
                        .string(playbook.basis.compactMap { $0[language] }.joined(separator: "; ")),
                    ]
                }
            })
    }

    /// Hours as a decimal number; whole hours without a decimal point.
    private static func hours(_ wait: Duration) -> String {
        let seconds = wait.components.seconds
        return seconds % 3_600 == 0
            ? "\(seconds / 3_600)" : "\((Double(seconds) / 36).rounded() / 100)"
    }

    /// The same as text for a terminal.
    package func playbookPages(_ language: Language) -> String {
        PlaybookPages(playbooks: catalogue.playbooks, clocks: clocks, language: language).text
    }
}
