import Alerting
import Daemon
import Labor
import Settings
import Store

/// The explanation of an incident: its alerts in short, and what became of the incident.
struct IncidentExplanation {
    /// The incident: its events, receivers, deliveries and verdict.
    let incident: Explanation
    /// The explained alerts, the highest tier first.
    let alerts: [Explanation]
    /// The number of alerts of the incident, with those that are not explained.
    let total: Int

    /// The failure with which the command ends: exit code 3 when the source cannot be read, 1 when a
    /// figure of any alert differs; nil otherwise.
    var failure: Failure? {
        let failures = alerts.compactMap(\.failure)
        return failures.max { $0.exitCode < $1.exitCode }
    }

    func text(isColoured: Bool) -> String {
        let say = incident.say
        var lines = incident.head(isColoured)
        for (index, alert) in alerts.enumerated() {
            let heading = say("预警", "alert") + " \(index + 1)/\(total)"
            lines += ["", "── \(heading) ──"] + alert.brief(isColoured: isColoured)
        }
        if total > alerts.count {
            lines += [
                "",
                say(
                    "共\(total)件预警，说明\(alerts.count)件：用 --limit 显示更多",
                    "\(alerts.count) of \(total) alerts explained: see more with --limit"),
            ]
        }
        lines += ["", "── \(say("事件", "incident")) ──"]
        lines += incident.aftermath.map(ForeignText.printable)
        return Explanation.printed(lines)
    }

    /// One object, `laborwatch.incident_explanation/1`: the members of `laborwatch.explanation/1`
    /// about the incident itself, and the explanation of each alert in `alerts`.
    func json(linksBase: String?) throws -> JSONValue {
        guard case .object(var object) = try incident.json(linksBase: linksBase) else {
            return .null
        }
        for key in ["alert_id", "rule", "recomputed", "series"] { object[key] = nil }
        let episode = incident.history.alert.episode
        object["schema"] = "laborwatch.incident_explanation/1"
        object["incident_id"] = .string(episode.id.rawValue)
        object["record_only"] = .bool(episode.incident?.isRecordOnly ?? false)
        object["alerts_total"] = .int(Int64(total))
        object["alerts"] = .array(try alerts.map { try $0.json(linksBase: linksBase) })
        return .object(object)
    }
}
