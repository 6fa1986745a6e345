import Foundation

/// The program `psql`, as a person runs it.
enum Psql {
    /// Runs a script to its end; the first error ends it.
    /// - Returns: the exit status, the rows as CSV with a header each, and the errors.
    static func run(
        _ script: String, dsn: String
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "60", "psql", "--no-psqlrc", "--quiet", "--csv", "--set=ON_ERROR_STOP=1",
            "--file=-", dsn,
        ]
        let input = Pipe()
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
        try input.fileHandleForWriting.close()
        let rows = output.fileHandleForReading.readDataToEndOfFile()
        let messages = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: rows, as: UTF8.self),
            String(decoding: messages, as: UTF8.self)
        )
    }
}
