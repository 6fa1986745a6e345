/// The program's version, as `--version` and the user agent show it.
package enum Version {
    /// The version number, by Semantic Versioning.
    package static let text = "0.1.0"
}
