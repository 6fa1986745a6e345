package import Daemon
import Settings

/// `laborwatch test-rules`: do the rules say what their tests expect?
///
/// A test goes through the very pipeline that the daemon runs, in memory. It needs no database.
package struct TestRulesVerb: Sendable {
    let components: Components

    /// The verb for a configuration, whose rules, zone and window hold.
    package init(_ components: Components) {
        self.components = components
    }

    /// How many tests ended in which way.
    package struct Summary: Hashable, Sendable {
        /// Said what was expected.
        package var passed = 0
        /// Said something else.
        package var failed = 0
        /// Not run, because a rule is switched off.
        package var skipped = 0

        /// A summary of no test.
        package init() {}
    }

    /// Runs the tests of files and directories; without any, the built-in ones.
    /// - Parameter say: called with each line of the result, as soon as it is known.
    /// - Throws: `ConfigurationError` with every mistake in the files; nothing is run then.
    package func run(_ paths: [String], say: (String) -> Void) throws -> Summary {
        let tests = try tests(paths)
        var summary = Summary()
        var file = ""
        for test in tests {
            if test.file != file {
                file = test.file
                say(file)
            }
            switch test.run(components).verdict {
            case .passed:
                summary.passed += 1
                say("  ok      \(test.name)")
            case .skipped(let why):
                summary.skipped += 1
                say("  skipped \(test.name): \(why)")
            case .failed(let diff):
                summary.failed += 1
                say("  FAILED  \(test.name) (line \(test.line); - expected, + came)")
                for line in diff { say("    \(line)") }
            }
        }
        let skipped = summary.skipped > 0 ? ", \(summary.skipped) skipped" : ""
        say("\(summary.passed) passed, \(summary.failed) failed\(skipped)")
        return summary
    }

    /// The tests of files and directories; without any, the built-in ones.
    func tests(_ paths: [String]) throws -> [RuleTest] {
        var reader = RuleTestReader(components)
        for file in try files(paths, &reader.reader) { reader.read(file) }
        let problems = reader.reader.problems.inOrder()
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return reader.tests
    }

    private func files(
        _ paths: [String], _ reader: inout YAMLReader
    ) throws -> [CatalogueFile] {
        guard !paths.isEmpty else { return CatalogueFile.builtIn("tests") }
        var files: [CatalogueFile] = []
        for path in paths {
            if TextFile.isDirectory(path) {
                files += CatalogueFile.inDirectory(path, &reader)
                continue
            }
            switch TextFile.read(path) {
            case .success(let text): files.append(CatalogueFile(name: path, text: text))
            case .failure(let failure): reader.report([failure.problem])
            }
        }
        return files
    }
}
