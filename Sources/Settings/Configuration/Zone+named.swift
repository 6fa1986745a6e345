import Foundation
package import Labor

extension Zone {
    /// A zone of the system's table; nil when the table does not have the name.
    package init?(named name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.init(name: name) { instant in
            let seconds = Double(instant.microseconds) / 1_000_000
            return zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
        }
    }
}

extension Configuration {
    /// The bureau's time zone, which decides when a civil day begins and ends.
    package var zone: Zone { Zone(named: timezone) ?? .shanghai }
}
