import Foundation

/// A PostgreSQL server of a test's own, which it may stop and start; the scripts' library runs it.
final class Cluster: Sendable {
    /// Where it is, without a database.
    let dsn: String
    private let process: Process
    private let orders: FileHandle
    private let answers: FileHandle

    /// Makes a server and starts it.
    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", Cluster.script]
        process.currentDirectoryURL = URL(filePath: root)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        orders = input.fileHandleForWriting
        answers = output.fileHandleForReading
        try process.run()
        dsn = try Cluster.line(answers)
    }

    /// Ends it with everything in it: the script sees the end of its input.
    deinit {
        try? orders.close()
        process.waitUntilExit()
    }

    /// Stops the server as an operator does in a hurry.
    func stop() throws { try order("stop") }

    /// Starts it again with what it held.
    func start() throws { try order("start") }

    private func order(_ word: String) throws {
        try orders.write(contentsOf: Data("\(word)\n".utf8))
        guard try Cluster.line(answers) == "done" else { throw NotInTime(what: word) }
    }

    private static func line(_ handle: FileHandle) throws -> String {
        var bytes: [UInt8] = []
        while let byte = try handle.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        throw NotInTime(what: "an answer of the server's script")
    }

    private static let script = """
        set -euo pipefail
        source scripts/lib/shell.sh
        source scripts/lib/packages.sh
        source scripts/lib/cluster.sh
        trap cluster_stop EXIT
        cluster_start fast
        echo "$cluster_dsn"
        bin=$(postgres_bin)
        while read -r order; do
            case $order in
                stop)
                    kill -INT "$cluster_process"
                    wait "$cluster_process" || true
                    ;;
                start)
                    cluster_exec "$bin/postgres" -D "$cluster_folder/data" -k "$cluster_folder" \\
                        -c listen_addresses= -c fsync=off >>"$cluster_folder/log" 2>&1 </dev/null &
                    cluster_process=$!
                    until "$bin/pg_isready" --quiet --host="$cluster_folder"; do
                        kill -0 "$cluster_process"
                    done
                    ;;
            esac
            echo done
        done
        """
}
