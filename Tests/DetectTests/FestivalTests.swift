import Labor
import Testing

@testable import Detect

/// Seasons that follow a festival instead of a month.
@Suite struct FestivalTests {
    private static let first = Period(year: 2021, month: 1)

    /// The festival months of the built-in calendars, those of Spring Festival first.
    private static func months(_ count: Int = 64) -> [FestivalMonths] {
        var parameters: [String: ParameterValue] = [:]
        for parameter in Festivals.parameters { parameters[parameter.name] = parameter.fallback }
        let settings = Settings(parameters: parameters, ladder: Ladder(steps: []))
        return Festivals(settings).months(of: Panel(first: first, months: count, enterprises: []))
    }

    private static func month(_ year: Int, _ month: Int) -> Int {
        Period(year: year, month: month).months(since: first)
    }

    @Test(arguments: [
        // 1 February 2022, 22 January 2023, 29 January 2025, 17 February 2026.
        (2022, [1]), (2023, [1]), (2025, [1]), (2026, [2]),
        // 10 February 2024: some leave in January, some perhaps in February.
        (2024, [1, 2]),
    ])
    func `Spring Festival empties the enterprises in its own months`(
        _ year: Int, _ expected: [Int]
    ) throws {
        let spring = try #require(Self.months().first)
        let found = (1...12).filter {
            Self.month(year, $0) < 64 && spring.isFestival(Self.month(year, $0))
        }
        #expect(found == expected)
    }

    @Test(arguments: [(2022, 2), (2023, 2), (2025, 2), (2026, 2)])
    func `Tibetan New Year has months of its own`(_ year: Int, _ month: Int) throws {
        let tibetan = try #require(Self.months().last)
        #expect(Self.months().count == 2)
        #expect(tibetan.isFestival(Self.month(year, month)))
        #expect(!tibetan.isFestival(Self.month(year, 1)))
    }

    @Test func `earlier festivals are expected under whatever month they fell`() throws {
        let spring = try #require(Self.months().first)
        var losses = [Double](repeating: 10, count: 64)
        losses[Self.month(2022, 1)] = 400
        losses[Self.month(2023, 1)] = 380
        losses[Self.month(2024, 1)] = 80
        losses[Self.month(2025, 1)] = 420
        let expected = try #require(spring.expected(Self.month(2026, 2)) { losses[$0] })
        #expect((380...420).contains(expected))
        // January 2026 ends 17 days before the festival: an ordinary month.
        #expect(spring.expected(Self.month(2026, 1)) { losses[$0] } == nil)
        #expect(spring.expected(Self.month(2025, 7)) { losses[$0] } == nil)
        // Nothing is known before the first festival.
        #expect(spring.expected(Self.month(2021, 2)) { losses[$0] } == nil)
    }

    @Test func `one festival with a crisis among five is not the usual one`() throws {
        let absences = (0..<72).map { month in
            month % 12 == 1
                ? FestivalMonths.Absence(shortest: 1, usual: 1, longest: 1)
                : FestivalMonths.Absence.none
        }
        let months = FestivalMonths(absences)
        let losses = [100.0, 100, 900, 100, 100]
        #expect(months.expected(61) { losses[$0 / 12] } == 100)
        #expect(months.isReturn(62) && !months.isReturn(61) && months.isMoved(62))
    }

    @Test func `where no festival moves the counts nothing changes`() {
        var random = SplitMix64(seed: 11)
        let counts = (0..<96).map { _ in random.count(mean: 60, phi: 2) }
        let exposures = [Double](repeating: 1, count: 96)
        let quiet = FestivalMonths([FestivalMonths.Absence](repeating: .none, count: 96))
        let plain = SeasonalModel().fit(counts: counts, exposures: exposures, month: 90)
        let moved = SeasonalModel().fit(
            .init(counts: counts, exposures: exposures, festivals: [quiet]), month: 90)
        #expect(plain != nil)
        #expect(plain?.expected == moved?.expected && plain?.phi == moved?.phi)
        let expectation = RateExpectation(window: 3)
        let one = expectation.expected(.init(counts: counts, exposures: exposures), 90)
        let two = expectation.expected(
            .init(counts: counts, exposures: exposures, festivals: [quiet]), 90)
        #expect(one != nil)
        #expect(one?.count == two?.count && two?.festive == 0)
    }
}
