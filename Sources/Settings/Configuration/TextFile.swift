import Deliver

/// Reads small text files in UTF-8, such as the configuration. A fault is a problem of the
/// configuration.
package enum TextFile {
    /// A file that could not be read.
    package struct Unreadable: Error {
        /// The problem of the file, with a hint.
        package var problem: ConfigurationProblem
    }

    /// Reads a file of UTF-8 text, at most 1 MiB, without byte order marks.
    package static func read(_ path: String) -> Result<String, Unreadable> {
        do throws(TextReader.Fault) {
            return .success(try TextReader.read(path))
        } catch {
            return .failure(
                Unreadable(
                    problem: ConfigurationProblem(
                        file: path, message: error.message, hint: error.hint)))
        }
    }
}
