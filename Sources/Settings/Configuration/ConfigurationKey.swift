/// One key of the configuration.
///
/// The list of keys is produced by reading an empty file, so it always matches the code. A test
/// compares the documentation with it.
package struct ConfigurationKey: Hashable, Sendable {
    /// The key, for example `source.interval`; a receiver's key is written `receivers[].url`.
    package var path: String
    /// The default in the form of the file; `null` when there is none.
    package var fallback: String
    /// The environment variable that overrides the file; nil for a key that only the file can set.
    package var variable: String?
}
