import Alerting
import Labor
import Source

extension SourceReader {
    /// The surroundings of one alert: the trees, and the enterprise if it is about one.
    func scene(of subject: Subject) async throws -> Scene {
        let id = subject.type == .enterprise ? Int64(subject.id) : nil
        let found = try await surroundings(of: id)
        return Scene(regions: found.regions, industries: found.industries) { wanted in
            found.enterprise?.id == wanted ? found.enterprise : nil
        }
    }
}
