/// All facts that detectors may use, as known at one as-of.
package struct Facts: Sendable {
    /// Reports by enterprise and month.
    package var panel: Panel
    /// The table of regions.
    package var regions: RegionTree
    /// The table of industries.
    package var industries: IndustryTree
    /// The events that are known, ordered by id.
    package var events: [Event]
    /// The newest known value of each indicator, region and month, ordered by code, region and
    /// month.
    package var indicators: [Indicator]
    /// The health of the monitoring service; nil where no service runs, as in a backtest.
    package var health: Health?

    /// Creates facts. Each argument sets the property of the same name.
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
