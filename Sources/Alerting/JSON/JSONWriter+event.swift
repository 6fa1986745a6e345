import Labor

/// The parts that the documents of alerts and of incidents share.
extension JSONWriter {
    /// The member `subject`.
    mutating func subject(_ subject: Subject, region: String?) throws(JSONError) {
        key("subject")
        try object { (writer) throws(JSONError) in
            writer.member("type", subject.type.rawValue)
            writer.member("id", subject.id)
            writer.member("name", subject.name)
            writer.member("region_code", subject.regionCode?.rawValue)
            writer.member("region", region)
            writer.member("industry_code", subject.industryCode?.rawValue)
        }
    }

    /// The members `persons`, `share` and `amount`.
    mutating func figures(_ event: AlertEvent) {
        key("persons")
        int(event.persons.map(Int64.init))
        key("share")
        number(event.share)
        key("amount")
        yuan(event.amount)
    }

    /// The member `playbook`.
    mutating func playbook(_ text: AlertText, dueAt: String?) throws(JSONError) {
        key("playbook")
        try object { (writer) throws(JSONError) in
            writer.key("steps")
            try writer.array(text.steps) { (writer, step) throws(JSONError) in
                writer.string(step)
            }
            writer.member("due_at", dueAt)
            writer.member("responsible", text.responsible)
        }
    }

    /// The members of an incident as an event of an alert shows it.
    mutating func incident(_ incident: IncidentMark) {
        member("id", incident.id.rawValue)
        member("tier", incident.tier.rawValue)
        member("state", incident.state.rawValue)
        key("alerts")
        int(Int64(incident.alerts))
        key("record_only")
        bool(incident.isRecordOnly)
    }
}
