package import Daemon
import Deliver
import Settings

/// `laborwatch test-rules`: runs the tests of the rules.
///
/// A test uses the daemon's own pipeline in memory. It needs no database.
package struct TestRulesVerb: Sendable {
    let components: Components

    /// The verb for a configuration. The tests use its rules, time zone and window.
    package init(_ components: Components) {
        self.components = components
    }

    /// The number of tests by result.
    package struct Summary: Hashable, Sendable {
        /// Tests with exactly the expected events.
        package var passed = 0
        /// Tests with other events.
        package var failed = 0
        /// Tests that did not run because a rule is switched off.
        package var skipped = 0

        /// A summary without tests.
        package init() {}
    }

    /// Runs the tests of files and directories; without paths, the built-in tests.
    /// - Parameter say: called with each line of the result as soon as the line is known.
    /// - Throws: `ConfigurationError` with every mistake in the files; no test runs then.
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

    /// The tests of files and directories; without paths, the built-in tests.
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
            if TextReader.isDirectory(path) {
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
