import Testing

/// The house's manners hold in every file.
struct TidyTests {
    @Test func `Swift files are tidy`() throws {
        let files = try Repository.swiftFiles()
        #expect(files.contains { $0.path == "Package.swift" })
        for file in files {
            let text = SwiftText(file.text)
            #expect(Tidiness.complaints(path: file.path, text: text) == [])
        }
    }

    @Test func `no text file bears unfinished work or the folders of a machine`() throws {
        let files = try Repository.files()
        #expect(files.contains { $0.path == "systemd/laborwatch.service" })
        for file in files { #expect(Tidiness.complaints(file: file) == []) }
    }

    @Test func `what others see has a doc comment`() throws {
        for (_, file) in try Repository.sources() {
            let text = SwiftText(file.text)
            #expect(Documentation.complaints(path: file.path, text: text) == [])
        }
    }

    @Test(arguments: [
        "let x = try! read()", "let x = y as! Int", "fatalError(\"no\")", "Task.detached { }",
        "Task { await run() }", "Task(priority: .low) { }", "let text = \"\\(try! read())\"",
        ".unsafeFlags([\"-O\"])", "@TaskLocal static var observer: (@Sendable () -> Void)?",
        "let a = 1\nfinal class C: @unchecked Sendable {}", "nonisolated(unsafe) var x = 1",
    ])
    func `a banned word is found`(line: String) {
        #expect(Tidiness.complaints(path: "Sources/X/Y.swift", text: SwiftText(line)).count == 1)
    }

    @Test(arguments: [
        "let x = try? read()", "let ok = a != b", "// try! is banned", "let text = \"as! Int\"",
        "try await Task.sleep(for: .seconds(1), clock: clock)", "let task: Task<Void, Never>",
        "withTaskGroup(of: Int.self) { group in }", "let pattern = #\"fatalError \"quoted\" \"#",
        "/* try! /* as! */ fatalError */",
        "// The queue guards it.\n@safe\nfinal class C: @unchecked Sendable {}",
        "func `a fatalError is as! bad`() {}",
    ])
    func `a word that only looks banned passes`(line: String) {
        #expect(Tidiness.complaints(path: "Sources/X/Y.swift", text: SwiftText(line)) == [])
    }

    @Test(arguments: [
        "try await Task.sleep(for: .seconds(1))", "sleep(1)", "usleep(100)",
        "Thread.sleep(forTimeInterval: 1)",
    ])
    func `a test that sleeps is found`(line: String) {
        #expect(Tidiness.complaints(path: "Tests/X/Y.swift", text: SwiftText(line)).count == 1)
    }

    @Test(arguments: [
        "try await clock.sleep(until: deadline)", "SELECT(\"pg_sleep(30)\")",
        "func `it does not sleep(1)`() {}",
    ])
    func `a test that does not sleep passes`(line: String) {
        #expect(Tidiness.complaints(path: "Tests/X/Y.swift", text: SwiftText(line)) == [])
    }

    @Test(arguments: [(400, 0), (401, 1)])
    func `a long file is found`(lines: Int, complaints: Int) {
        let text = SwiftText(String(repeating: "let x = 1\n", count: lines))
        #expect(Tidiness.complaints(path: "Sources/X/Y.swift", text: text).count == complaints)
    }

    @Test(arguments: [
        ("func run(_ body: () -> Void = {}) {", 60, 0), ("func run(\n) async {", 60, 1),
        ("init?(a: [Int]) {", 61, 1), ("subscript(a: Int) -> Int {", 61, 1),
        ("func none()\nvar x: Int {", 80, 0), ("let y = X.init {", 80, 0),
    ])
    func `a long function is found`(start: String, lines: Int, complaints: Int) {
        let body = String(repeating: "    f(\"}\") // }\n", count: lines - 2)
        let text = SwiftText("struct S {\n\(start)\n\(body)}\n}\n")
        #expect(Tidiness.complaints(path: "Sources/X/Y.swift", text: text).count == complaints)
    }

    @Test func `unfinished work and the folders of a machine are found`() {
        let lines =
            Tidiness.unfinished.map { "// \($0): later" }
            + Tidiness.machineFolders.flatMap { ["see \($0)main", "file://\($0)x", "\($0)y"] }
        for line in lines {
            let file = Repository.File(path: "README.md", text: "first\n\(line)\nlast")
            let complaints = Tidiness.complaints(file: file)
            #expect(complaints.map(\.line) == [2], "\(line)")
        }
    }

    @Test(arguments: ["frame/work/x", "../opt/x", "$home/root/x", "a mas" + "TO" + "DOn", "/opt"])
    func `a path that only looks like a machine's passes`(line: String) {
        let file = Repository.File(path: "README.md", text: line)
        #expect(Tidiness.complaints(file: file) == [])
    }

    @Test(arguments: [
        "package struct A {}", "public func f() {}", "package static let x = 1",
        "@inlinable package init() {}", "@available(*, unavailable)\npackage var y: Int { 1 }",
        "package final class C {}", "package nonisolated(unsafe) var z = 1",
        "// a plain comment\npackage enum E {}", "package private(set) var w = 1",
        "/// An enumeration.\npackage enum E {\n    case a\n}",
        "/// Text.\n\npackage let after = 1", "///\npackage let empty = 1",
    ])
    func `a missing doc comment is found`(text: String) {
        #expect(Documentation.complaints(path: "x.swift", text: SwiftText(text)).count == 1)
    }

    @Test(arguments: [
        "/// A value.\npackage struct A {}", "package import Labor", "let x = 1", "struct S {}",
        "/// A value.\n@inlinable\npackage init() {}", "private func package() {}",
        "/// E.\npackage enum E {\n    /// A.\n    case a\n    func f() { switch x { case b: 1 } }\n}",
        "enum E {\n    case a\n}", "package extension A {}", "\"package struct A {}\"",
        "package(set) var x = 1",
    ])
    func `a doc comment that is there or not needed passes`(text: String) {
        #expect(Documentation.complaints(path: "x.swift", text: SwiftText(text)) == [])
    }
}
