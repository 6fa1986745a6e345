package import Alerting
import Foundation
import Glibc
package import Labor
package import Logging

/// The settings of a file receiver.
package struct FileReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// Where the files are; made with mode 0750 when it is missing.
    package var directory: String
    /// Days that a file is kept, counted from the day in its name; 0 keeps them for ever.
    package var retentionDays: Int
    /// Whether every line also goes to a file in a directory named after its tier.
    package var perTier: Bool
    /// The language of title, summary and steps.
    package var language: Language
    /// Whose days the files are named after.
    package var zone: Zone
    /// What `links.self` begins with; nil leaves the link out.
    package var selfLinkBase: String?

    /// Settings from their parts.
    package init(
        name: String, directory: String, retentionDays: Int, perTier: Bool = false,
        language: Language, zone: Zone, selfLinkBase: String? = nil
    ) {
        self.name = name
        let trimmed = String(directory.reversed().drop { $0 == "/" }.reversed())
        self.directory = trimmed.isEmpty ? "/" : trimmed
        self.retentionDays = retentionDays
        self.perTier = perTier
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
    }
}

/// A receiver that writes one line of JSON for each alert into `alerts-YYYY-MM-DD.jsonl`.
///
/// The day is that of the event, where the bureau works. A line is written with one call and synced
/// before the delivery counts; a line that could not be written whole is taken back.
package actor FileReceiver: Receiver {
    /// The name in the configuration.
    package nonisolated let name: String

    private let options: FileReceiverOptions
    private let logger: Logger
    private let executor: QueueExecutor
    private var files: [LineFile] = []
    private var sweptDay: Day?

    /// The queue on which it blocks.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A receiver with its settings. Nothing is opened before the first delivery.
    /// - Parameter logger: told of old files that cannot be removed, which is no failed delivery.
    package init(
        _ options: FileReceiverOptions, logger: Logger = Logger(label: "laborwatch.deliver")
    ) {
        name = options.name
        self.options = options
        self.logger = logger
        executor = QueueExecutor(label: "laborwatch.receiver.\(options.name)")
    }

    /// Appends a line for each event; it returns when the disk has them. A try that failed halfway
    /// begins anew, so that a line may be there twice, with the same event id.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        for notice in message.notices { try write(notice) }
        sweep(today: options.zone.day(now))
        return DeliveryReceipt()
    }

    private func write(_ notice: AlertNotice) throws(DeliveryFailure) {
        let line: [UInt8]
        do {
            let document = AlertDocument(
                notice, language: options.language, zone: options.zone,
                selfLink: notice.event.alertID.link(base: options.selfLinkBase))
            line = try document.encoded() + [UInt8(ascii: "\n")]
        } catch {
            throw DeliveryFailure(
                message: "the alert \(notice.event.id) cannot be written as JSON: \(error)",
                verdict: .permanent)
        }
        do throws(FileTrouble) {
            try append(line, of: notice.event)
        } catch {
            // The next try begins with fresh handles.
            files.removeAll()
            throw error.failure
        }
    }

    /// Closes the files, so that the next line goes to the file that then has the name.
    package func reopen() async {
        files.removeAll()
    }

    /// Closes the files.
    package func close() async {
        files.removeAll()
    }

    private func append(_ line: [UInt8], of event: AlertEvent) throws(FileTrouble) {
        let day = options.zone.day(event.at)
        let all = try file(in: options.directory, day: day)
        guard options.perTier else {
            try all.locked { () throws(FileTrouble) in _ = try all.append(line) }
            return
        }
        let tier = try file(in: directory(of: event.toTier), day: day)
        // Both or none: the locks are always taken in this order, so nobody waits in a circle.
        try all.locked { () throws(FileTrouble) in
            let before = try all.append(line)
            do throws(FileTrouble) {
                try tier.locked { () throws(FileTrouble) in _ = try tier.append(line) }
            } catch {
                all.cut(to: before)
                throw error
            }
        }
    }

    private func directory(of tier: Tier) -> String {
        options.directory + "/" + tier.rawValue
    }

    /// The open file of a directory and day; the one used longest ago is closed when there are many.
    private func file(in directory: String, day: Day) throws(FileTrouble) -> LineFile {
        let path = directory + "/" + FileReceiver.fileName(of: day)
        if let index = files.firstIndex(where: { $0.path == path }) {
            let file = files.remove(at: index)
            if !file.isGone {
                files.append(file)
                return file
            }
        }
        try LineFile.make(directory: directory)
        let file = try LineFile(path: path, directory: directory)
        if files.count >= Limits.openFiles { files.removeFirst() }
        files.append(file)
        return file
    }

    /// Removes files whose name's day is too long ago, once a day. A failure is told, but it never
    /// holds an alert back.
    private func sweep(today: Day) {
        guard options.retentionDays > 0, sweptDay != today else { return }
        sweptDay = today
        for directory in [options.directory] + Tier.allCases.map(directory(of:)) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            for name in names {
                let path = directory + "/" + name
                guard let day = FileReceiver.day(ofFile: name),
                    today.days(since: day) > options.retentionDays,
                    let written = lastWritten(path),
                    today.days(since: written) > options.retentionDays
                else { continue }
                if unlink(path) != 0, errno != ENOENT {
                    logger.warning(
                        "an old file of alerts cannot be removed",
                        metadata: [
                            "receiver": "\(self.name)", "path": "\(path)",
                            "reason": "\(String(cString: strerror(errno)))",
                        ])
                }
            }
        }
    }

    /// The day on which a file was last written to: a replay of past years writes files of old
    /// days, which are as new as any.
    private func lastWritten(_ path: String) -> Day? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return options.zone.day(Instant(seconds: Int64(status.st_mtim.tv_sec)))
    }

    /// The name of a day's file.
    static func fileName(of day: Day) -> String { "alerts-\(day).jsonl" }

    /// The day of a file's name; nil when the name is not one of ours.
    static func day(ofFile name: String) -> Day? {
        guard name.hasPrefix("alerts-"), name.hasSuffix(".jsonl"), name.utf8.count == 23 else {
            return nil
        }
        return Day(String(name.dropFirst(7).prefix(10)))
    }
}
