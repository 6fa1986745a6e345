import Labor
import Testing

@testable import Verbs

/// The course of a figure, beside what was expected of it.
@Suite struct CourseTests {
    /// Two months of a count, the second with an expectation.
    private static func course(
        value: Double, expected: Double, scale: Double
    ) throws -> Course {
        let first = Period(year: 2026, month: 8)
        func evidence(_ value: Double, _ expected: Double?) -> Evidence {
            Evidence(value: value, expected: expected, scale: expected == nil ? nil : scale)
        }
        return try #require(
            Course([(first, evidence(2, nil)), (first.adding(1), evidence(value, expected))]))
    }

    @Test(arguments: [
        // A band of two scales around the expectation; persons have no numbers below nought.
        (expected: 1.3, scale: 3.14, least: 0.0, most: 7.58), (10, 3, 4, 16), (0, 1, 0, 2),
    ])
    func `a band of counts begins at nought`(
        _ expected: Double, _ scale: Double, _ least: Double, _ most: Double
    ) throws {
        let course = try Self.course(value: 12, expected: expected, scale: scale)
        let far = try #require(course.points.last?.far)
        #expect(abs(far.lowerBound - least) < 1e-9)
        #expect(abs(far.upperBound - most) < 1e-9)
        #expect(try #require(course.points.last?.near).lowerBound >= 0)
        #expect(course.floor == 0)
        let line = try #require(course.bars { $1 }.last)
        #expect(!line.contains("(-"))
    }

    @Test func `a figure that may fall below nought keeps its band`() throws {
        let course = try Self.course(value: -3, expected: -1, scale: 1)
        let far = try #require(course.points.last?.far)
        #expect(far == -3...1)
    }
}
