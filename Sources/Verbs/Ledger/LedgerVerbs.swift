import Alerting
package import Daemon
package import Labor
import Settings
import Source
import Store

/// `laborwatch ledger list|show|open|measure|check|follow-up|close|export`: the ledger of
/// enterprises in difficulty.
///
/// Orange and red alerts open a case by themselves; everything else is a person's, and recorded with
/// their account.
package struct LedgerVerbs: Sendable {
    private let components: Components
    private let codes: LedgerCodes

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
        codes = components.ledgerCodes
    }

    /// Which cases are wanted.
    package enum Choice: Hashable, Sendable {
        /// Those that run.
        case open
        /// Those that run and that somebody should have looked at.
        case overdue
        /// Closed ones, too.
        case all
    }

    /// Cases, the latest opened first.
    package func list(
        _ choice: Choice, at: Instant, language: Language
    ) async throws -> Listing {
        let cases = try await components.withStore { try await $0.ledger(selection(choice, at)) }
        return LedgerTable(zone: components.zone, codes: codes, language: language).cases(cases)
    }

    /// One case with everything that was noted in it: three tables as text, one object as JSON.
    /// - Throws: `Failure` for CSV, which has no shape for it.
    package func show(
        _ id: Int64, format: Listing.Format, language: Language
    ) async throws -> String {
        guard format != .csv else {
            throw Failure(
                exitCode: 2, "a case is no table",
                hint: "use --format text or json; laborwatch ledger export writes the ledger as CSV"
            )
        }
        let file = try await components.withStore { try await $0.ledgerFile(id) }
        let table = LedgerTable(zone: components.zone, codes: codes, language: language)
        guard format == .text else { return JSONText.line(table.json(file)) + "\n" }
        return [table.cases([file.head]), table.checkList(file), table.entries([file])]
            .map { $0.printed(.text, language: language) }.joined(separator: "\n")
    }

    /// Opens a case by hand, or finds the one that runs.
    ///
    /// - Parameters:
    ///   - enterprise: the enterprise's id.
    ///   - name: its name; nil takes it from the source, or where that cannot be reached from its
    ///     latest alert.
    ///   - due: the day until which somebody has to look; nil for the usual time.
    /// - Returns: the case's number, and whether it is new.
    package func open(
        _ enterprise: String, name: String?, note: String?, due: Day?, by: String?, at: Instant
    ) async throws -> (id: Int64, isNew: Bool) {
        let stamp = try stamp(by, at)
        var filter = AlertFilter()
        filter.subjectType = .enterprise
        filter.subjectID = enterprise
        filter.limit = 1
        let found = await known(enterprise)
        return try await components.withStore { [filter] store in
            let latest = try await store.alerts(filter).first?.episode
            let subject = latest?.subject
            guard let known = name ?? found?.name ?? subject?.name else {
                throw Failure(
                    exitCode: 2,
                    "neither the source nor an alert tells the name of enterprise '\(enterprise)'",
                    hint: "check the id, or give the name with --name")
            }
            let days = latest.map { components.catalogue.playbooks.visits.days($0.kind, $0.tier) }
            let usual = at.adding(
                seconds: Int64(days ?? FirstVisits.standardDays) * 86_400)
            return try await store.openCase(
                LedgerCase.Enterprise(
                    id: enterprise, name: known,
                    regionCode: (found?.regionCode ?? subject?.regionCode)?.rawValue,
                    industryCode: (found?.industryCode ?? subject?.industryCode)?.rawValue),
                stamp, note: note, nextDue: due.map(components.zone.end(of:)) ?? usual)
        }
    }

    /// The enterprise as the source has it; nil when it has none of that id or cannot be reached.
    private func known(_ enterprise: String) async -> Enterprise? {
        guard let id = Int64(enterprise), let reader = try? components.reader() else { return nil }
        return try? await reader.surroundings(of: id).enterprise
    }

    /// Notes something that was done.
    package func measure(
        _ id: Int64, _ code: String, persons: Int?, note: String?, by: String?, at: Instant
    ) async throws {
        if let persons, persons < 0 {
            throw Failure(exitCode: 2, "\(persons) persons are too few", hint: "give 0 or more")
        }
        let code = try codes.find(.measures, code)
        try await add(.measure(code: code, persons: persons, note: note), id, by, at)
    }

    /// Answers an item of the check list.
    package func check(
        _ id: Int64, _ item: String, _ answer: String, note: String?, by: String?, at: Instant
    ) async throws {
        let item = try codes.find(.checks, item)
        let word = try codes.find(.answers, answer)
        guard let answer = LedgerEntry.Answer(rawValue: word) else {
            throw Failure(exitCode: 2, "'\(word)' is no answer", hint: "write yes or no")
        }
        try await add(.check(item: item, answer: answer, note: note), id, by, at)
    }

    /// Notes that somebody looked.
    /// - Parameter due: the day until which somebody looks again; nil for no more.
    package func followUp(
        _ id: Int64, _ note: String, due: Day?, by: String?, at: Instant
    ) async throws {
        guard note.contains(where: { !$0.isWhitespace }) else {
            throw Failure(exitCode: 2, "there is nothing to write down", hint: "give some words")
        }
        if let due, due < components.zone.day(at) {
            throw Failure(
                exitCode: 2, "\(due) is over", hint: "give a day from today on with --due")
        }
        try await add(.followUp(note: note, nextDue: due.map(components.zone.end(of:))), id, by, at)
    }

    /// Closes a case.
    package func close(
        _ id: Int64, _ reason: String, note: String?, by: String?, at: Instant
    ) async throws {
        let closing = try codes.find(.closings, reason)
        let stamp = try stamp(by, at)
        try await components.withStore { store in
            try await store.closeCase(id, closing, note: note, stamp)
        }
    }

    /// The code table.
    package func codeTable(_ language: Language) -> Listing { codes.listing(language) }

    /// The ledger as a file's bytes: the cases alone as CSV, with all entries as XLSX.
    package func export(
        _ choice: Choice, asWorkbook: Bool, at: Instant, language: Language
    ) async throws -> [UInt8] {
        let (cases, files) = try await components.withStore { store in
            let cases = try await store.ledger(selection(choice, at))
            var files: [LedgerFile] = []
            if asWorkbook {
                for one in cases { files.append(try await store.ledgerFile(one.id)) }
            }
            return (cases, files)
        }
        let table = LedgerTable(zone: components.zone, codes: codes, language: language)
        guard asWorkbook else {
            return Array(table.cases(cases).forSpreadsheet(language).utf8)
        }
        return Workbook(
            sheets: [
                (language == .chinese ? "台账" : "cases", table.cases(cases)),
                (language == .chinese ? "记录" : "entries", table.entries(files)),
                (language == .chinese ? "代码" : "codes", codes.listing(language)),
            ], language: language
        ).bytes
    }

    private func add(
        _ entry: LedgerEntry, _ id: Int64, _ by: String?, _ at: Instant
    ) async throws {
        let stamp = try stamp(by, at)
        try await components.withStore { try await $0.add(entry, to: id, stamp) }
    }

    private func stamp(_ name: String?, _ at: Instant) throws -> Stamp {
        Stamp(
            at: at,
            actor: try components.actor(onBehalfOf: name))
    }

    private func selection(_ choice: Choice, _ at: Instant) -> PostgresStore.LedgerSelection {
        switch choice {
        case .open: .open
        case .overdue: .overdue(at)
        case .all: .all
        }
    }
}
