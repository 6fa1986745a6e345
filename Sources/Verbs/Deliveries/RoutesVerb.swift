import Alerting
package import Daemon
import Detect
package import Labor
import Settings
import Source
import Store

/// `laborwatch routes test`: who would be notified of an alert, and why.
package struct RoutesVerb: Sendable {
    private let components: Components

    /// The verb for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// A hypothetical alert, for which routing is tested.
    package struct Thought: Hashable, Sendable {
        /// The rule by its id or name; nil for the first rule of the kind.
        package var rule: String?
        /// The kind of the alert.
        package var kind: AlertKind
        /// The tier of the alert.
        package var tier: Tier
        /// The certainty of the alert.
        package var certainty: Certainty = .observed
        /// The region of the alert's subject, by code or name; nil when the subject has none.
        package var region: String?
        /// The industry of the alert's subject, by code or name; nil when the subject has none.
        package var industry: String?
        /// The type of the alert's subject.
        package var subjectType: SubjectType = .enterprise
        /// The enterprise's size class; nil when unknown.
        package var sizeClass: String?
        /// Whether the enterprise is under key monitoring.
        package var keyMonitored = false
        /// Whether the enterprise works on a government project.
        package var governmentProject = false

        /// An alert of a kind and tier.
        package init(kind: AlertKind, tier: Tier) {
            self.kind = kind
            self.tier = tier
        }
    }

    /// Shows who is notified of a recorded alert.
    ///
    /// - Parameters:
    ///   - id: the alert's id, or at least its first eight characters.
    ///   - language: the language of words; nil for the configured one.
    ///   - format: a table as text has no empty columns.
    package func test(
        alert id: String, at: Instant, language: Language? = nil, format: Listing.Format = .json
    ) async throws -> Listing {
        let (episode, open, silences) = try await components.withStore { store in
            (
                try await store.alert(id).alert.episode, try await store.openAlerts(),
                try await store.silences(holdingAt: at)
            )
        }
        let regionContext = try await components.reader().regionContext(of: episode.subject)
        let input = RoutingInput(
            at: at, regionContext: regionContext, before: open, standing: open, silences: silences)
        let routedAlert = RoutedAlert(episode, regionContext: regionContext)
        return listing(components.dispatch.decisions(for: routedAlert, in: input), language, format)
    }

    /// Shows who would be notified of an invented alert. Without a database, only the code of the
    /// region itself is known, and there are no silences.
    package func test(
        _ thought: Thought, at: Instant, language: Language? = nil, format: Listing.Format = .json
    ) async throws -> Listing {
        var regionContext = RegionContext(regions: RegionTree([]))
        if components.configuration.source.dsn != nil {
            let found = try await components.reader().surroundings(of: nil)
            regionContext = RegionContext(regions: found.regions, industries: found.industries)
        }
        var input = RoutingInput(at: at, regionContext: regionContext)
        if components.configuration.store.dsn != nil {
            (input.standing, input.silences) = try await components.withStore { store in
                (try await store.openAlerts(), try await store.silences(holdingAt: at))
            }
            input.before = input.standing
        }
        let rule =
            try thought.rule.map { try RuleNames(components.catalogue).find($0) }
            ?? components.catalogue.definitions.first { $0.kind == thought.kind }?.id ?? "none"
        // Without a source, a code has no name and no parent.
        let regions = regionContext.regions
        let region = try thought.region.map { text in
            regions.regions.isEmpty
                ? RegionCode(text) : try RegionNames(regions: regions).find(text)
        }
        let industries = regionContext.industries
        let industry = try thought.industry.map { text in
            industries.industries.isEmpty
                ? IndustryCode(text) : try IndustryNames(industries: industries).find(text)
        }
        var routedAlert = RoutedAlert(
            rule: rule, kind: thought.kind, tier: thought.tier, certainty: thought.certainty,
            subject: Subject(
                type: thought.subjectType, id: "-", name: "-", regionCode: region,
                industryCode: industry),
            regionContext: regionContext)
        routedAlert.sizeClass = thought.sizeClass
        routedAlert.keyMonitored = thought.keyMonitored
        routedAlert.governmentProject = thought.governmentProject
        return listing(components.dispatch.decisions(for: routedAlert, in: input), language, format)
    }

    private func listing(
        _ decisions: [Decision], _ language: Language?, _ format: Listing.Format
    ) -> Listing {
        RouteTable(
            zone: components.zone, language: language ?? components.configuration.language
        ).listing(decisions.map { RouteTable.Row($0) }, format)
    }
}
