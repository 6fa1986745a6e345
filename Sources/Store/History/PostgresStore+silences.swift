package import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// Inserts a silence. The database rejects a silence without a condition, a reason, an author
    /// or a positive duration.
    ///
    /// - Returns: the number of the silence.
    func insertSilence(
        _ matcher: SilenceMatcher, from start: Instant, to end: Instant, reason: String,
        by author: String, at moment: Instant, _ session: inout Session
    ) throws -> Int64 {
        let id = try session.first(
            .insertSilence,
            [
                "rule": .optional(text: matcher.rule?.rawValue),
                "kind": .optional(text: matcher.kind?.rawValue),
                "subject_type": .optional(text: matcher.subjectType?.rawValue),
                "subject_id": .optional(text: matcher.subjectID),
                "region_code": .optional(text: matcher.region?.rawValue),
                "tier_max": .optional(text: matcher.tierMax?.rawValue),
                "starts_at": .timestamp(start.microseconds),
                "ends_at": .timestamp(end.microseconds), "reason": .text(storable(reason)),
                "created_by": .text(author), "created_at": .timestamp(moment.microseconds),
            ]
        ) { try $0.int(0) }
        guard let id else {
            throw StoreError(.server, "a silence was written without an identity")
        }
        return id
    }

    /// The silences in force at a moment, or all silences when it is nil; newest first.
    package func silences(holdingAt moment: Instant? = nil) async throws -> [Silence] {
        try await perform(desk, "listing silences") { session in
            try session.query(
                .selectSilences, ["moment": .optional(timestamp: moment?.microseconds)]
            ) { try Silence($0) }
        }
    }

    /// Ends a silence early. Throws `notFound`, or `refused` when the silence has already ended;
    /// the message gives that end in the time zone.
    func expireSilence(
        _ id: Int64, by author: String, at moment: Instant, in zone: Zone,
        _ session: inout Session
    ) throws {
        let end = try session.first(.lockSilence, ["silence_id": .int(id)]) {
            try $0.instant(0)
        }
        guard let end else {
            throw StoreError(
                .notFound, "there is no silence \(id)", hint: "see laborwatch silences list")
        }
        guard moment < end else {
            throw StoreError(
                .refused, "silence \(id) is over since \(zone.text(end))",
                hint: "see laborwatch silences list --all")
        }
        try session.execute(
            .expireSilence,
            [
                "silence_id": .int(id), "expired_at": .timestamp(moment.microseconds),
                "expired_by": .text(author),
            ])
    }
}

extension Silence {
    /// The silence in a row of `select_silences` or `select_coming_silences`.
    init(_ row: borrowing Row) throws {
        let id = try row.int(0)
        let place = "laborwatch.silence \(id)"
        var matcher = SilenceMatcher()
        matcher.rule = try row.textOrNil(1).map { RuleID($0) }
        matcher.kind = try row.textOrNil(2).map { try word($0, place) }
        matcher.subjectType = try row.textOrNil(3).map { try word($0, place) }
        matcher.subjectID = try row.textOrNil(4)
        matcher.region = try row.textOrNil(5).map { RegionCode($0) }
        matcher.tierMax = try row.textOrNil(6).map { try word($0, place) }
        self.init(
            id: id, matcher: matcher, startsAt: try row.instant(7),
            endsAt: try row.instant(8), reason: try row.text(9),
            createdBy: try row.text(10),
            expiredAt: try row.instantOrNil(11))
    }
}
