package import Alerting
package import Labor
package import Source

extension SourceReader {
    /// The surroundings of one alert: the trees, and the enterprise if it is about one.
    package func regionContext(of subject: Subject) async throws -> RegionContext {
        let id = subject.type == .enterprise ? Int64(subject.id) : nil
        let found = try await surroundings(of: id)
        return RegionContext(regions: found.regions, industries: found.industries) { wanted in
            found.enterprise?.id == wanted ? found.enterprise : nil
        }
    }
}
