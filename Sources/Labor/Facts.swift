/// Everything that detectors may look at, as known on one day.
package struct Facts: Sendable {
    /// Reports by enterprise and month.
    package var panel: Panel
    /// The regions.
    package var regions: RegionTree
    /// The industries.
    package var industries: IndustryTree
    /// Events known, in the order of their ids.
    package var events: [Event]
    /// The newest known value of each indicator, region and month, ordered by code, region, month.
    package var indicators: [Indicator]
    /// How the watching itself fares; nil where nobody watches, as in a backtest.
    package var health: Health?

    /// Facts from their parts.
    package init(
        panel: Panel, regions: RegionTree, industries: IndustryTree, events: [Event] = [],
        indicators: [Indicator] = [], health: Health? = nil
    ) {
        self.panel = panel
        self.regions = regions
        self.industries = industries
        self.events = events
        self.indicators = indicators
        self.health = health
    }
}
