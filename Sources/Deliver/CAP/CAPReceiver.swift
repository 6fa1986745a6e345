package import Alerting
package import Labor
package import Logging

/// A receiver that writes or posts messages of the Common Alerting Protocol, one per event.
package actor CAPReceiver: Receiver {
    /// The name in the configuration.
    package nonisolated let name: String
    /// The URL to which messages are posted; empty when they are only written to files.
    package nonisolated let address: String

    private let options: CAPReceiverOptions
    private let deliveryLog: any DeliveryLog
    private let post: HTTPPost?
    private let logger: Logger
    private let executor: QueueExecutor
    private var sweptDay: Day?

    /// The dispatch queue on which the actor's blocking calls run.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A receiver with its settings.
    /// - Parameters:
    ///   - deliveryLog: the earlier notifications, which later messages reference.
    ///   - outlet: the HTTP client; its owner shuts it down.
    ///   - logger: gets a warning when old files cannot be removed; that is not a failed delivery.
    /// - Throws: when there is neither a directory nor a URL, or when the URL or the sender is
    ///   invalid.
    package init(
        _ options: CAPReceiverOptions, deliveryLog: any DeliveryLog, outlet: HTTPOutlet,
        logger: Logger = Logger(label: "laborwatch.deliver")
    ) throws(ReceiverError) {
        guard CAPProfile.isWord(options.profile.sender) else {
            throw ReceiverError(
                code: "sender_invalid",
                message: "the receiver \(options.name) has a sender with a blank, ',', '<' or '&'",
                hint: "name an address, laborwatch@bureau.example")
        }
        guard options.directory != nil || options.url != nil else {
            throw ReceiverError(
                code: "target_missing",
                message: "the receiver \(options.name) has neither a directory nor an address",
                hint: "set its directory, its url or both")
        }
        if let url = options.url {
            try HTTPAddress.check(
                name: options.name, url: url, timeoutSeconds: options.timeoutSeconds,
                allowPrivate: options.allowPrivate, authorityFile: options.authorityFile,
                credentials: options.credentials)
        }
        let tls = try Authorities.configuration(
            file: options.authorityFile, receiver: options.name)
        name = options.name
        address = options.url ?? ""
        self.options = options
        self.deliveryLog = deliveryLog
        self.logger = logger
        post = options.url.map { url in
            HTTPPost(
                name: options.name, url: url, timeoutSeconds: options.timeoutSeconds,
                isSigned: false, allowPrivate: options.allowPrivate, tls: tls, outlet: outlet,
                scrubber: Scrubber(url: url, secrets: options.credentials.secrets))
        }
        executor = QueueExecutor(label: "laborwatch.receiver.\(options.name)")
    }

    /// Writes and posts one message per event. An attempt after a partial failure starts from the
    /// first event: files are replaced, and messages are posted again with the same identifier.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        var receipt = DeliveryReceipt()
        var options = options
        // A test of the receiver must not alarm the recipients of its messages.
        if message.isTest { options.profile.status = .test }
        let known = try await deliveryLog.told(before: message.notices.map(\.event), by: name)
        var earlier: [AlertID: [AlertNotice]] = [:]
        for notice in message.notices {
            let id = notice.event.alertID
            let told = told(known[id] ?? [], before: notice.event, with: earlier[id] ?? [])
            earlier[id, default: []].append(notice)
            let written = CAPMessage(notice: notice, told: told, options: options)
            guard written.isNeeded else {
                receipt.answer = "an end of what was never told here: no message"
                continue
            }
            receipt = try await send(written, at: now)
        }
        sweep(at: now)
        return receipt
    }

    /// Does nothing: the owner of the client closes it.
    package func close() async {}

    /// The events that the receiver got earlier, including those earlier in the same delivery, in
    /// order.
    private func told(
        _ known: [ToldEvent], before event: AlertEvent, with earlier: [AlertNotice]
    ) -> [ToldEvent] {
        var told = known.filter { $0.sequence < event.sequence }
        for notice in earlier where !told.contains(where: { $0.id == notice.event.id }) {
            let event = notice.event
            told.append(ToldEvent(id: event.id, sequence: event.sequence, at: event.at))
        }
        return told.sorted { $0.sequence < $1.sequence }
    }

    private func send(
        _ message: CAPMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let bytes = message.encoded()
        if let directory = options.directory {
            do throws(FileTrouble) {
                try CAPDirectory(path: directory).write(bytes, to: message.fileName)
            } catch {
                throw error.failure
            }
        }
        guard let post else { return DeliveryReceipt() }
        let headers =
            [("content-type", "application/cap+xml"), ("user-agent", options.userAgent)]
            + options.credentials.headers
        return try await post.send(bytes, headers: headers, at: now)
    }

    /// Removes files that are older than `retentionDays`, once a day.
    private func sweep(at now: Instant) {
        let today = options.zone.day(now)
        guard let directory = options.directory, options.retentionDays > 0, sweptDay != today
        else { return }
        sweptDay = today
        let oldest = now.adding(seconds: -Int64(options.retentionDays) * 86_400)
        let kept = CAPDirectory(path: directory).sweep(
            writtenBefore: Double(oldest.microseconds / 1_000_000))
        guard !kept.isEmpty else { return }
        logger.warning(
            "old messages cannot be removed",
            metadata: [
                "receiver": "\(name)", "directory": "\(directory)", "count": "\(kept.count)",
            ])
    }
}
