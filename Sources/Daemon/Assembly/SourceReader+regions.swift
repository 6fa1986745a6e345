package import Alerting
package import Labor
package import Source

extension SourceReader {
    /// The data about the region of one alert: regions, industries and, for an alert about an
    /// enterprise, the enterprise.
    package func regionContext(of subject: Subject) async throws -> RegionContext {
        let id = subject.type == .enterprise ? Int64(subject.id) : nil
        let found = try await surroundings(of: id)
        return RegionContext(regions: found.regions, industries: found.industries) { wanted in
            found.enterprise?.id == wanted ? found.enterprise : nil
        }
    }
}
