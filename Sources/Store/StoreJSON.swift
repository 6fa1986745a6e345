import Foundation
import Labor
import Postgres

/// JSON as the columns of the store contain it: keys in snake case, times as RFC 3339 in UTC.
enum StoreJSON {
    /// An encoder for many values. Numbers that are not finite are written as the words `Infinity`,
    /// `-Infinity` and `NaN`.
    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return encoder
    }

    /// A decoder for the output of `encoder()`.
    static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return decoder
    }

    /// One JSON text per value, in a form that `jsonb` accepts.
    static func texts(_ values: [some Encodable]) throws -> [String] {
        let encoder = encoder()
        return try values.map {
            String(decoding: storable([UInt8](try encoder.encode($0))), as: UTF8.self)
        }
    }

    /// Replaces the escape of U+0000, which `jsonb` rejects, by the escape of U+FFFD.
    static func storable(_ json: [UInt8]) -> [UInt8] {
        let null = Array("\\u0000".utf8)
        let backslash = UInt8(ascii: "\\")
        guard json.contains(backslash) else { return json }
        var kept: [UInt8] = []
        kept.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            let end = min(json.count, index + (json[index] == backslash ? 2 : 1))
            if json[index...].starts(with: null) {
                kept += Array("\\ufffd".utf8)
                index += null.count
            } else {
                // A backslash is copied with the next character, so that the text `\\u0000` is
                // kept.
                kept += json[index..<end]
                index = end
            }
        }
        return kept
    }

    /// The JSON text of one value.
    static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encoder().encode(value), as: UTF8.self)
    }

    /// Decodes a column's JSON; `place` names the column in the error `damaged`.
    static func value<T: Decodable>(_ type: T.Type, _ text: String, _ place: String) throws -> T {
        do {
            return try decoder().decode(type, from: Data(text.utf8))
        } catch {
            throw StoreError(
                .damaged, "\(place) does not read as \(type): \(error)",
                hint: "the row was not written by this program; restore it from a backup")
        }
    }
}

extension Instant {
    /// The instant as text for `timestamptz`: RFC 3339 for the years 1 to 9999, PostgreSQL's own
    /// form outside them.
    var utcText: String {
        (1...9_999).contains(day(offsetSeconds: 0).civil.year)
            ? rfc3339(offsetSeconds: 0) : ServerText.timestamp(micros: microseconds)
    }
}

extension Period {
    /// The first day of the month, as text for `date`.
    var dateText: String { ServerText.date(days: firstDay.daysSince1970) }
}

/// The evidence as its column contains it: like the contract's document, but without empty parts.
struct StoredEvidence: Codable {
    var value: Double?
    var previous: Double?
    var expected: Double?
    var scale: Double?
    var p: Double?
    var threshold: Threshold?
    var measures: [String: Double]?
    var marks: [String: String]?
    var rows: [Row]?

    struct Row: Codable {
        var table: String
        var period: Period?
        var values: [String: JSONValue]
        var reportedAt: String?

        enum CodingKeys: String, CodingKey {
            case table, period, values
            case reportedAt = "reported_at"
        }
    }

    init(_ evidence: Evidence) {
        value = evidence.value
        previous = evidence.previous
        expected = evidence.expected
        scale = evidence.scale
        p = evidence.p
        threshold = evidence.threshold
        measures = evidence.measures.isEmpty ? nil : evidence.measures
        marks = evidence.marks.isEmpty ? nil : evidence.marks
        let stored = evidence.rows.map { row in
            Row(
                table: row.table, period: row.period, values: row.values,
                reportedAt: row.reportedAt?.utcText)
        }
        rows = stored.isEmpty ? nil : stored
    }

    var evidence: Evidence {
        Evidence(
            value: value, previous: previous, expected: expected, scale: scale, p: p,
            threshold: threshold, measures: measures ?? [:], marks: marks ?? [:],
            rows: (rows ?? []).map { row in
                EvidenceRow(
                    table: row.table, period: row.period, values: row.values,
                    reportedAt: row.reportedAt.flatMap(Instant.init(rfc3339:)))
            })
    }
}

/// A subject as its column contains it.
struct StoredSubject: Codable {
    var type: SubjectType
    var id: String
    var name: String
    var regionCode: RegionCode?
    var industryCode: IndustryCode?

    enum CodingKeys: String, CodingKey {
        case type, id, name
        case regionCode = "region_code"
        case industryCode = "industry_code"
    }

    init(_ subject: Subject) {
        type = subject.type
        id = subject.id
        name = subject.name
        regionCode = subject.regionCode
        industryCode = subject.industryCode
    }

    var subject: Subject {
        Subject(
            type: type, id: id, name: name, regionCode: regionCode, industryCode: industryCode)
    }
}
