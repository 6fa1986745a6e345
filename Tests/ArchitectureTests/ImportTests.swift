import Foundation
import Support
import Testing

/// The import graph of docs/architecture.md holds.
@Suite(.timeLimit(.minutes(20))) struct ImportTests {
    @Test func `imports follow the arrows and nothing else`() throws {
        let sources = try Repository.sources()
        #expect(sources.count > 30)
        for (target, file) in sources {
            let text = SwiftText(file.text)
            #expect(ImportGraph.complaints(target: target, path: file.path, text: text) == [])
            #expect(ImportGraph.impurities(target: target, path: file.path, text: text) == [])
        }
    }

    @Test func `declared dependencies follow the arrows`() throws {
        // A scratch path of its own: the build that runs this test holds the lock of the other.
        let scratch = try Scratch()
        defer { withExtendedLifetime(scratch) {} }
        let manifest = try Tool.run(
            [
                "swift", "package", "--package-path", Repository.root.path,
                "--scratch-path", scratch.path, "dump-package",
            ], errors: false)
        #expect(manifest.status == 0)
        #expect(try ImportGraph.complaints(manifest: manifest.output) == [])
    }

    @Test(arguments: [
        ("Detect", "import Alerting"), ("Alerting", "package import Store"),
        ("Store", "import Deliver"), ("Deliver", "internal import Postgres"),
        ("Source", "import struct Alerting.Episode"), ("Labor", "import Source"),
        ("Daemon", "@preconcurrency import CLibPQ"), ("laborwatch", "import Store"),
        ("Labor", "import Dispatch"), ("Detect", "import FoundationNetworking"),
        ("Alerting", "import Logging"), ("Helpers", "import Labor"),
    ])
    func `a wrong arrow is found`(target: String, line: String) {
        let text = SwiftText("// import nothing\n\(line)\n")
        #expect(ImportGraph.complaints(target: target, path: "x.swift", text: text).count == 1)
    }

    @Test(arguments: [
        ("Detect", "import Labor"), ("Postgres", "import CLibPQ"), ("Store", "import Foundation"),
        ("Alerting", "import Crypto"), ("Daemon", "package import Store"),
        ("Detect", "// import Alerting"), ("Detect", "let text = \"import Alerting\""),
        ("Detect", "let text = \"\"\"\n    import Alerting\n    \"\"\""),
    ])
    func `a right arrow passes`(target: String, line: String) {
        let text = SwiftText(line)
        #expect(ImportGraph.complaints(target: target, path: "x.swift", text: text) == [])
    }

    @Test(arguments: [
        "let now = Date()", "let now = ContinuousClock().now", "let at = Instant.now",
        "let id = UUID()", "let text = \"at \\(Date())\"",
    ])
    func `a clock in a pure box is found`(line: String) {
        let text = SwiftText(line)
        #expect(ImportGraph.impurities(target: "Detect", path: "x", text: text).count == 1)
        #expect(ImportGraph.impurities(target: "Daemon", path: "x", text: text) == [])
    }

    @Test(arguments: [
        #"{"name": "Detect", "type": "regular", "dependencies": [{"byName": ["Store", null]}]}"#,
        #"{"name": "Store", "type": "regular", "dependencies": [{"target": ["Deliver", null]}]}"#,
        #"{"name": "Helpers", "type": "regular", "dependencies": []}"#,
    ])
    func `a wrong dependency is found`(target: String) throws {
        let manifest = Data("{\"targets\": [\(target)]}".utf8)
        #expect(try ImportGraph.complaints(manifest: manifest).count == 1)
    }

    @Test func `a right dependency and a test target pass`() throws {
        let manifest = Data(
            #"""
            {"targets": [
                {"name": "Store", "type": "regular",
                 "dependencies": [{"byName": ["Labor", null]},
                                  {"product": ["Logging", "swift-log", null, null]}]},
                {"name": "Support", "type": "regular", "path": "Tests/Support",
                 "dependencies": [{"byName": ["Postgres", null]}]},
                {"name": "StoreTests", "type": "test", "dependencies": [{"byName": ["Store", null]}]}
            ]}
            """#.utf8)
        #expect(try ImportGraph.complaints(manifest: manifest) == [])
    }
}
