import Foundation
package import Labor

extension Zone {
    /// A zone of the tz database's zone tables, or UTC; nil for any other name, abbreviations
    /// included.
    package init?(named name: String) {
        guard ZoneTable.contains(name) else { return nil }
        if name == ZoneTable.universal {
            self = .utc
            return
        }
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
