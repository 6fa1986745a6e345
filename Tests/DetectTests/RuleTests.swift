import Detect
import Labor
import Testing

@Suite struct RuleTests {
    @Test func `every rule of the catalogue is a rule and is named like its file`() throws {
        let names = try RuleFiles.names()
        #expect(names.count >= 8)
        for name in names {
            let definition = try RuleFiles.definition(String(name.dropLast(5)))
            #expect("\(definition.id).yaml" == name)
            _ = try Rule(definition)
            for (tier, rung) in definition.tiers {
                #expect(!rung.source.isEmpty, "\(name): tier \(tier) names no source")
            }
        }
    }

    struct Mistake: CustomTestStringConvertible, Sendable {
        var path: String
        var words: String
        var make: @Sendable (inout RuleDefinition) -> Void
        var testDescription: String { path }
    }

    @Test(arguments: [
        Mistake(path: "detector", words: "layoff.statutory") { $0.detector = "layoff.statutary" },
        Mistake(path: "kind", words: "layoff") { $0.kind = .dispute },
        Mistake(path: "parameters.churn_share_per_mont", words: "churn_share_per_month") {
            $0.parameters["churn_share_per_mont"] = .number(0.1)
        },
        Mistake(path: "parameters.tiny_share", words: "from 0 to 1, got 20") {
            $0.parameters["tiny_share"] = .number(20)
        },
        Mistake(path: "parameters.due_day", words: "a whole number from 1 to 28, got 5.5") {
            $0.parameters["due_day"] = .number(5.5)
        },
        Mistake(path: "parameters.due_day", words: "got 'fifth'") {
            $0.parameters["due_day"] = .text("fifth")
        },
        Mistake(path: "tiers.yellow.persns", words: "did you mean 'persons'?") {
            $0.tiers[.yellow]?.limits["persns"] = 3
        },
        Mistake(path: "tiers.yellow.persons", words: "a whole number >= 1, got 0") {
            $0.tiers[.yellow]?.limits["persons"] = 0
        },
        Mistake(path: "tiers.yellow.persons", words: "milder than 20 of blue") {
            $0.tiers[.yellow]?.limits["persons"] = 19
            $0.tiers[.yellow]?.clear["persons"] = 10
        },
        Mistake(path: "tiers.blue.clear.persons", words: "clears at 21 but raises at 20") {
            $0.tiers[.blue]?.clear["persons"] = 21
        },
        Mistake(path: "tiers.blue", words: "no threshold") {
            $0.tiers[.blue] = TierDefinition(limits: ["staff_min": 3])
        },
        Mistake(path: "tiers.yellow", words: "the same limits as blue") {
            $0.tiers[.yellow] = $0.tiers[.blue]
        },
        Mistake(path: "tiers", words: "no tier") { $0.tiers = [:] },
        Mistake(path: "regions.540100.tiers.red.share", words: "0.25 is milder than") {
            $0.regions[RegionCode("540100")] = RegionOverride(
                tiers: [.red: TierDefinition(limits: ["share": 0.25])])
        },
        Mistake(path: "regions.540100.parameters.churn", words: "no parameter 'churn'") {
            $0.regions[RegionCode("540100")] = RegionOverride(parameters: ["churn": .number(0.1)])
        },
    ])
    func `a mistake is refused with its place`(_ mistake: Mistake) throws {
        var definition = try RuleFiles.definition("layoff.statutory")
        mistake.make(&definition)
        let error = #expect(throws: RuleError.self) { try Rule(definition) }
        #expect(error?.path == mistake.path)
        #expect(error?.description.contains(mistake.words) == true, "\(error?.description ?? "")")
    }

    @Test func `a required parameter is asked for`() {
        let definition = RuleDefinition(
            id: "x", detector: "indicator.target", kind: .indicator,
            tiers: [.blue: TierDefinition(limits: ["rate": 1])])
        let error = #expect(throws: RuleError.self) { try Rule(definition) }
        #expect(error?.path == "parameters.indicators")
    }

    @Test func `a limit on an indicator that is not listed is refused`() {
        let definition = RuleDefinition(
            id: "x", detector: "indicator.target", kind: .indicator,
            parameters: ["indicators": .texts(["new_urban_jobs"])],
            tiers: [.blue: TierDefinition(limits: ["new_urban_job": 1])])
        let error = #expect(throws: RuleError.self) { try Rule(definition) }
        #expect(error?.path == "tiers.blue.new_urban_job")
        #expect(error?.hint.contains("new_urban_jobs") == true)
    }

    @Test(arguments: [(90.0, 80.0, true), (80.0, 90.0, false)])
    func `where low is bad the limits fall`(_ blue: Double, _ red: Double, _ isFine: Bool) {
        let definition = RuleDefinition(
            id: "x", detector: "indicator.target", kind: .indicator,
            parameters: [
                "indicators": .texts(["graduate_employment_rate"]),
                "bad_when_low": .texts(["graduate_employment_rate"]),
            ],
            tiers: [
                .blue: TierDefinition(limits: ["graduate_employment_rate": blue]),
                .red: TierDefinition(limits: ["graduate_employment_rate": red]),
            ])
        #expect(((try? Rule(definition)) != nil) == isFine)
    }

    @Test func `a region that changes a limit alone gets a clear limit to match`() throws {
        var definition = try RuleFiles.definition("layoff.statutory")
        definition.regions[RegionCode("540100")] = RegionOverride(
            tiers: [.blue: TierDefinition(limits: ["persons": 10])])
        _ = try Rule(definition)
    }

    @Test(arguments: [
        ("layoff.trend", "peers_min", 30.0, false), ("layoff.trend", "snapshot_day", 24, false),
        ("layoff.slow", "scale_prior", 0.05, false), ("layoff.silence", "peers_min", 9, false),
        ("layoff.statutory", "usual_multiple", 2, false),
        ("layoff.statutory", "scale_prior", 0.05, false), ("mass.rate", "due_day", 9, false),
        ("mass.excess", "alpha", 0.02, false), ("mass.scan", "replicates", 99, false),
        ("index.warning", "past_months", 24, false), ("indicator.pace", "first_month", 4, false),
        ("indicator.momentum", "mean_months", 2, false), ("layoff.trend", "alpha", 0.02, true),
        ("layoff.statutory", "due_day", 9, true), ("mass.rate", "enterprises_min", 9, true),
        ("mass.excess", "heads_min", 300, true), ("mass.cluster", "chance_months", 24, true),
    ])
    func `a region may differ only where that has an effect`(
        _ rule: String, _ name: String, _ value: Double, _ isFine: Bool
    ) throws {
        var definition = try RuleFiles.definition(rule)
        definition.regions[RegionCode("540100")] = RegionOverride(
            parameters: [name: .number(value)])
        guard !isFine else {
            _ = try Rule(definition)
            return
        }
        let error = try #require(throws: RuleError.self) { try Rule(definition) }
        #expect(error.path == "regions.540100.parameters.\(name)")
        #expect(error.message == "'\(name)' has one value for all regions")
        #expect(error.hint.contains("tiers"))
        definition.regions = [:]
        definition.parameters[name] = .number(value)
        _ = try Rule(definition)
    }
}
