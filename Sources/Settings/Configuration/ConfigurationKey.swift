/// One key of the configuration, as the reader of the file asked for it.
///
/// The list is made by reading an empty file, so that it cannot differ from what is read; a test
/// holds the documentation against it.
package struct ConfigurationKey: Hashable, Sendable {
    /// The key, `source.interval`; keys of a receiver are written `receivers[].url`.
    package var path: String
    /// The default as a person would write it; `null` when there is none.
    package var fallback: String
    /// The environment variable that wins over the file; nil for what only a file can say.
    package var variable: String?
}
