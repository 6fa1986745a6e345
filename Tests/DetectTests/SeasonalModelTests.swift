import Detect
import Foundation
import Testing

/// The seasonal model against R 4.2.2, package surveillance 1.20.3 (`Golden/farrington.R`).
@Suite struct SeasonalModelTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var series: String
        var hasStaff: Bool
        var years: Int
        var bound: UpperBound
        var hasTrend: Bool
        var month: Int
        var expected, phi, upper, p: Double
        var testDescription: String { "\(series) \(years) \(bound) \(hasTrend) \(month)" }
    }

    static func lines(_ name: String) throws -> [[Substring]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/\(name).csv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: ",") }
    }

    static func series() throws -> [String: [Double]] {
        let lines = try lines("farrington_series")
        var series: [String: [Double]] = [:]
        for (column, name) in lines[0].enumerated() {
            series[String(name)] = lines.dropFirst().compactMap { Double($0[column]) }
        }
        return series
    }

    static func golden() throws -> [Golden] {
        let bounds: [Substring: UpperBound] = [
            "nbPlugin": .plugIn, "muan": .interval, "delta": .twoThirds,
        ]
        return try lines("farrington_golden").dropFirst().map { line in
            Golden(
                series: String(line[0]), hasStaff: line[1] == "1", years: Int(line[2]) ?? 0,
                bound: try #require(bounds[line[3]]), hasTrend: line[4] == "1",
                month: Int(line[5]) ?? 0, expected: Double(line[6]) ?? .nan,
                phi: Double(line[7]) ?? .nan, upper: Double(line[8]) ?? .nan,
                p: Double(line[9]) ?? .nan)
        }
    }

    static func isNear(_ left: Double, _ right: Double, _ part: Double) -> Bool {
        abs(left - right) <= part * max(abs(right), 1e-12)
    }

    @Test func `the fit, the bound and the probability are those of R`() throws {
        let series = try Self.series()
        let golden = try Self.golden()
        #expect(golden.count == 320)
        for one in golden {
            var model = SeasonalModel()
            model.years = one.years
            model.trend = one.hasTrend
            let counts = try #require(series[one.series])
            let staff = counts.indices.map { one.hasStaff ? 1_005 + 5 * Double($0) : 1 }
            let fit = try #require(
                model.fit(counts: counts, exposures: staff, month: one.month))
            #expect(Self.isNear(fit.expected, one.expected, 1e-4), "\(one): \(fit)")
            #expect(Self.isNear(fit.phi, one.phi, 2e-4), "\(one): \(fit)")
            let judged = one.bound.judge(counts[one.month], fit, alpha: 0.01)
            #expect(Self.isNear(judged.upper, one.upper, 2e-4), "\(one): \(judged)")
            #expect(Self.isNear(judged.p, one.p, 1e-3), "\(one): \(judged)")
        }
    }
}
