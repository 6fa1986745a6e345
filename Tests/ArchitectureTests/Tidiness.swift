/// What the house does not write, beside what the formatter sees.
enum Tidiness {
    /// The longest file and the longest function, in lines.
    static let fileLines = 400
    static let functionLines = 60

    /// Words that code never holds, and why.
    static let banned: [(word: String, reason: String)] = [
        ("try!", "an error is handled or passed on"),
        ("as!", "a type that may be another is asked for with as?"),
        ("fatalError", "the world's mistakes are errors, ours are preconditions"),
        ("Task.detached", "work has a parent that waits for it"),
        ("unsafeFlags", "a package with unsafe flags cannot be a dependency"),
    ]

    /// Marks of unfinished work, written so that this file does not bear them.
    static let unfinished = ["TO" + "DO", "FIX" + "ME"]

    /// Folders that exist on somebody's machine only.
    static let machineFolders = ["work", "farm", "root", "opt"].map { "/\($0)/" }

    /// Everything against a Swift file, whose path says which rules hold.
    static func complaints(path: String, text: SwiftText) -> [Complaint] {
        var found: [Complaint] = []
        for (index, line) in text.code.enumerated() {
            func complain(_ message: String) {
                found.append(Complaint(path: path, line: index + 1, message: message))
            }
            for ban in banned where line.containsWord(ban.word) {
                complain("\(ban.word) is banned: \(ban.reason)")
            }
            if claimsSafety(line), !text.hasComment(at: index) {
                complain("a comment says why the compiler's check may be switched off")
            }
            // Swift 6.3 compiles its `withValue` to code that crashes in a release build, and no test
            // runs a release build.
            if line.contains("@TaskLocal"), line.contains("->") {
                complain("a task-local value is no function: wrap it in an object")
            }
            if path.hasPrefix("Tests/"), sleeps(line) {
                complain("a test waits for what happens, it does not sleep")
            }
            if !path.hasPrefix("Tests/"), startsTask(line) {
                complain("no unstructured task: use async let or a task group")
            }
        }
        let length = text.lines.last == "" ? text.lines.count - 1 : text.lines.count
        if length > fileLines {
            found.append(
                Complaint(path: path, line: 1, message: "\(length) lines; \(fileLines) at most"))
        }
        found += text.functions().filter { $0.length > functionLines }.map {
            Complaint(
                path: path, line: $0.line,
                message: "a function of \($0.length) lines; \(functionLines) at most")
        }
        return found
    }

    /// Everything against a text file of any kind.
    static func complaints(file: Repository.File) -> [Complaint] {
        let words = unfinished.filter { file.text.containsWord($0) }
        let folders = machineFolders.filter { file.text.contains($0) }
        guard !words.isEmpty || !folders.isEmpty else { return [] }
        return file.lines.enumerated().flatMap { index, line in
            let messages =
                words.filter { line.containsWord($0) }.map { "\($0): finish it or drop it" }
                + folders.filter { startsPath($0, in: line) }.map { "\($0) is a machine's folder" }
            return messages.map { Complaint(path: file.path, line: index + 1, message: $0) }
        }
    }

    /// Whether the line switches the compiler's check of shared state off.
    private static func claimsSafety(_ line: Substring) -> Bool {
        line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)")
    }

    /// Whether the line calls a sleep of the system, of a task or of a thread. A clock that is
    /// handed in may be asked to sleep: the test drives it.
    private static func sleeps(_ line: Substring) -> Bool {
        line.containsWord("Task.sleep") || line.containsWord("Thread.sleep")
            || line.containsWord("usleep") || line.containsWord("nanosleep")
            || line.ranges(ofWord: "sleep").contains { range in
                line[range.upperBound...].first == "(" && line[..<range.lowerBound].last != "."
            }
    }

    /// Whether the line starts a task that nobody waits for.
    private static func startsTask(_ line: Substring) -> Bool {
        line.ranges(ofWord: "Task").contains { range in
            let next = line[range.upperBound...].first { $0 != " " }
            return (next == "{" || next == "(") && line[..<range.lowerBound].last != "."
        }
    }

    /// Whether `folder` begins a path in the line, rather than going on with one.
    private static func startsPath(_ folder: String, in line: Substring) -> Bool {
        line.ranges(of: folder).contains { range in
            guard let before = line[..<range.lowerBound].last else { return true }
            return !(before.isLetter || before.isNumber || "_.})-*".contains(before))
        }
    }
}

extension Substring {
    /// Where `word` stands with no letter, digit or underscore directly around it.
    func ranges(ofWord word: String) -> [Range<Index>] {
        ranges(of: word).filter { range in
            self[..<range.lowerBound].utf8.last?.isWord != true
                && self[range.upperBound...].utf8.first?.isWord != true
        }
    }
}
