/// The program's version, as `--version` and the user agent show it.
package enum Version {
    /// Semantic version.
    package static let text = "0.1.0"
}
