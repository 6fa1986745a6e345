package import Alerting
import Foundation
import Glibc
package import Labor
package import Logging

/// The settings of a file receiver.
package struct FileReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// The directory of the files. A missing directory is created with mode 0750.
    package var directory: String
    /// Days that a file is kept, counted from the day in its name; 0 keeps all files.
    package var retentionDays: Int
    /// Whether each line is also written to a file in a subdirectory named after its tier.
    package var perTier: Bool
    /// The language of title, summary and steps.
    package var language: Language
    /// The zone whose civil days are in the file names.
    package var zone: Zone
    /// The beginning of `links.self`; nil leaves the link out.
    package var selfLinkBase: String?

    /// Creates settings. Each argument sets the property of the same name; slashes at the end of
    /// `directory` are removed.
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

/// A receiver that appends one line of JSON per event of an alert to `alerts-YYYY-MM-DD.jsonl`, and
/// per event of an incident to `incidents-YYYY-MM-DD.jsonl`.
///
/// The day is the civil day of the event in the bureau's zone. A line is written with one call and
/// synced to disk before the delivery counts. A line that was written only in part is removed.
package actor FileReceiver: Receiver {
    /// The name in the configuration.
    package nonisolated let name: String

    private let options: FileReceiverOptions
    private let logger: Logger
    private let executor: QueueExecutor
    private var files: [LineFile] = []
    private var sweptDay: Day?

    /// The dispatch queue on which the actor's blocking calls run.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A receiver with its settings. No file is opened before the first delivery.
    /// - Parameter logger: gets a warning when old files cannot be removed; that is not a failed
    ///   delivery.
    package init(
        _ options: FileReceiverOptions, logger: Logger = Logger(label: "laborwatch.deliver")
    ) {
        name = options.name
        self.options = options
        self.logger = logger
        executor = QueueExecutor(label: "laborwatch.receiver.\(options.name)")
    }

    /// Appends one line per event and returns when the lines are on the disk. An attempt after a
    /// partial failure starts from the first event, so a line may appear twice, with the same event
    /// id.
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
            line =
                try notice.document(
                    in: options.language, zone: options.zone, linkBase: options.selfLinkBase)
                + [UInt8(ascii: "\n")]
        } catch {
            throw DeliveryFailure(
                message: "the alert \(notice.event.id) cannot be written as JSON: \(error)",
                verdict: .permanent)
        }
        do throws(FileTrouble) {
            try append(line, of: notice.event)
        } catch {
            // The next attempt opens the files again.
            files.removeAll()
            throw error.failure
        }
    }

    /// Closes the files. The next line opens the file that has the name at that time.
    package func close() async {
        files.removeAll()
    }

    private func append(_ line: [UInt8], of event: AlertEvent) throws(FileTrouble) {
        let day = options.zone.day(event.at)
        let subject: Subject = event.isOfIncident ? .incidents : .alerts
        let all = try file(of: subject, in: options.directory, day: day)
        guard options.perTier, !event.isOfIncident else {
            try all.locked { () throws(FileTrouble) in _ = try all.append(line) }
            return
        }
        let tier = try file(of: subject, in: directory(of: event.toTier), day: day)
        // Both lines or neither. The locks are always taken in this order, so that no deadlock is
        // possible.
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

    /// The open file of a directory and day. Beyond `Limits.openFiles`, the least recently used
    /// file is closed.
    private func file(
        of subject: Subject, in directory: String, day: Day
    ) throws(FileTrouble) -> LineFile {
        let path = directory + "/" + FileReceiver.fileName(of: day, subject)
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

    /// Removes old files once a day: both the day in the name and the last write must be older than
    /// `retentionDays`. A failure is only logged.
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

    /// The civil day on which a file was last written; nil when the file cannot be read. A backtest
    /// writes files with old days in their names, and these must not be removed at once.
    private func lastWritten(_ path: String) -> Day? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return options.zone.day(Instant(seconds: Int64(status.st_mtim.tv_sec)))
    }

    /// What the lines of a file are about.
    enum Subject: String, CaseIterable {
        case alerts, incidents
    }

    /// The name of a day's file.
    static func fileName(of day: Day, _ subject: Subject = .alerts) -> String {
        "\(subject.rawValue)-\(day).jsonl"
    }

    /// The day in a file's name; nil when the file receiver did not write that file.
    static func day(ofFile name: String) -> Day? {
        for subject in Subject.allCases where name.hasPrefix("\(subject.rawValue)-") {
            let rest = name.dropFirst(subject.rawValue.utf8.count + 1)
            guard rest.hasSuffix(".jsonl"), rest.utf8.count == 16 else { return nil }
            return Day(String(rest.prefix(10)))
        }
        return nil
    }
}
