import Alerting
import Labor
import Settings
import Store

extension StepDesk {
    /// Opens a case on request of a person, or finds the case of the enterprise that is already
    /// open.
    func openCase(
        _ enterprise: String, _ name: String?, _ note: String?, _ due: Day?, _ task: StepTask
    ) async throws -> StepAnswer {
        var filter = AlertFilter()
        filter.subjectType = .enterprise
        filter.subjectID = enterprise
        filter.limit = 1
        let latest = try await store.alerts(filter).first?.episode
        let asked = Subject(type: .enterprise, id: enterprise, name: "-")
        let found = await regionContext(of: asked).enterprise(asked)
        guard let known = name ?? found?.name ?? latest?.subject.name else {
            throw Failure(
                exitCode: 2,
                "neither the source nor an alert tells the name of enterprise '\(enterprise)'",
                hint: "check the id, or give the name with --name")
        }
        let days = latest.map { components.catalogue.playbooks.visits.days($0.kind, $0.tier) }
        let usual = task.at.adding(seconds: Int64(days ?? FirstVisits.standardDays) * 86_400)
        let region = found?.regionCode ?? latest?.subject.regionCode
        let industry = found?.industryCode ?? latest?.subject.industryCode
        return try await finish(
            .openCase(
                LedgerCase.Enterprise(
                    id: enterprise, name: known, regionCode: region?.rawValue,
                    industryCode: industry?.rawValue),
                task.stamp, note: note, nextDue: due.map(components.zone.end(of:)) ?? usual), task
        ) { result in
            guard case .int(let id)? = result["case"] else { return StepAnswer("") }
            return StepAnswer(
                result["is_new"] == true ? "case \(id) opened" : "case \(id) is open already",
                result: result)
        }
    }

    /// Records an answer to an item of the check list; item and answer are given by code or name.
    func check(_ item: String, _ answer: String, _ note: String?) throws -> LedgerEntry {
        let item = try components.ledgerCodes.find(.checks, item)
        let word = try components.ledgerCodes.find(.answers, answer)
        guard let answer = LedgerEntry.Answer(rawValue: word) else {
            throw Failure(exitCode: 2, "'\(word)' is no answer", hint: "write yes or no")
        }
        return .check(item: item, answer: answer, note: note)
    }

    /// Records a visit, and the day of the next visit.
    func followUp(_ note: String, _ due: Day?, _ task: StepTask) throws -> LedgerEntry {
        if let due, due < components.zone.day(task.at) {
            throw Failure(
                exitCode: 2, "\(due) is over", hint: "give a day from today on with --due")
        }
        return .followUp(note: note, nextDue: due.map(components.zone.end(of:)))
    }

    /// Adds an entry to an open case.
    func addEntry(
        _ entry: LedgerEntry, to id: Int64, _ task: StepTask
    ) async throws -> StepAnswer {
        try await finish(.addEntry(entry, to: id, task.stamp), task, "noted in case \(id)")
    }
}
