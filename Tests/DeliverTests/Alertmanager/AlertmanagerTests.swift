import Alerting
import AsyncHTTPClient
import Deliver
import Foundation
import Hummingbird
import Labor
import NIOCore
import Testing

@Suite(
    .enabled(
        if: AlertmanagerServer.program != nil,
        "no Alertmanager: install prometheus-alertmanager, or run scripts/test"),
    .timeLimit(.minutes(20)))
struct AlertmanagerTests {
    private var present: Instant {
        Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    private func receiver(
        _ url: String, told: [AlertNotice], outlet: HTTPOutlet
    ) throws -> AlertmanagerReceiver {
        try AlertmanagerReceiver(
            AlertmanagerReceiverOptions(
                name: "bureau", url: url, language: .chinese, zone: .shanghai,
                selfLinkBase: "https://watch.example"),
            deliveryLog: ListedTellings(notices: told), outlet: outlet)
    }

    /// The alerts that an Alertmanager has, by their tier.
    private func alerts(
        _ server: AlertmanagerServer
    ) async throws -> [String: JSONValue] {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: server.url + "/api/v2/alerts"), timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 20)
        let alerts = try json(Array(body.readableBytesView)).items
        return Dictionary(
            uniqueKeysWithValues: alerts.map { ($0["labels"]?["severity"]?.words ?? "", $0) })
    }

    /// What differs between a body of Alertmanager and ours, path by path. Times are compared as
    /// times: Alertmanager writes them in UTC or as it read them.
    private func differences(
        _ theirs: JSONValue?, _ ours: JSONValue?, at path: String = ""
    ) -> Set<String> {
        if theirs == ours { return [] }
        switch (theirs, ours) {
        case (.object(let left)?, .object(let right)?):
            return Set(left.keys).union(right.keys).reduce(into: []) { found, key in
                found.formUnion(differences(left[key], right[key], at: "\(path)/\(key)"))
            }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            return zip(left, right).reduce(into: []) { found, pair in
                found.formUnion(differences(pair.0, pair.1, at: "\(path)[]"))
            }
        case (.string(let left)?, .string(let right)?):
            if let left = Instant(rfc3339: left), let right = Instant(rfc3339: right),
                left == right
            {
                return []
            }
            return ["\(path): \(left) / \(right)"]
        case (nil, .some): return ["\(path): only ours"]
        case (.some, nil): return ["\(path): only theirs"]
        default: return ["\(path): differs"]
        }
    }

    /// A body with its alerts in the order of their fingerprints.
    private func sorted(_ body: JSONValue) -> JSONValue {
        guard case .object(var members) = body else { return body }
        members["alerts"] = .array(
            (members["alerts"]?.items ?? []).sorted {
                ($0["fingerprint"]?.words ?? "") < ($1["fingerprint"]?.words ?? "")
            })
        return .object(members)
    }

    @Test func `our webhook says what an Alertmanager says that we push the same to`()
        async throws
    {
        // The last event lies in the past, or its end would not be one yet.
        let story = story(
            [
                (.raised, .orange, .firing), (.tierChanged, .red, .firing),
                (.resolved, .red, .resolved),
            ], from: present.adding(seconds: -600))
        let (bodies, arrived) = AsyncStream.makeStream(of: [UInt8].self)
        try await Endpoint.serving { request, _ in
            arrived.yield(request.body)
            return Response(status: .ok)
        } _: { endpoint in
            try await AlertmanagerServer.running(webhook: endpoint.url) { server in
                try await withOutlet { outlet in
                    let pushing = try receiver(server.url, told: story, outlet: outlet)
                    let own = try webhook(endpoint.url, .alertmanager, told: story, outlet: outlet)
                    var iterator = bodies.makeAsyncIterator()
                    for (index, notice) in story.enumerated() {
                        _ = try await pushing.deliver(notice, at: present)
                        var theirs = try sorted(json(try #require(await iterator.next())))
                        // Between two of its looks it may tell of one of the two alerts alone.
                        let count = index == 1 ? 2 : 1
                        while theirs["alerts"]?.items.count != count
                            || (index == 2) != (theirs["status"] == "resolved")
                        {
                            theirs = try sorted(json(try #require(await iterator.next())))
                        }
                        _ = try await own.deliver(notice, at: present)
                        let ours = try sorted(json(try #require(await iterator.next())))
                        let known: Set<String> = [
                            // Since Alertmanager 0.32 and 0.34; Debian's is older.
                            "/notification_reason: only ours", "/routeLabels: only ours",
                        ]
                        #expect(differences(theirs, ours).subtracting(known) == [])
                    }
                }
            }
        }
    }

    @Test func `what stands is repeated and what ended is not for ever`() async throws {
        let now = present
        let open = story([(.raised, .orange, .firing)], from: now.adding(seconds: -600))
        let ended = story(
            [(.raised, .blue, .firing), (.resolved, .blue, .resolved)],
            episode: "ended", subject: "7", from: now.adding(seconds: -3_600))
        // Its tier rose long ago: the end of the lower one is not repeated.
        let risen = story(
            [(.raised, .yellow, .firing), (.tierChanged, .red, .firing)],
            episode: "risen", subject: "8", from: now.adding(seconds: -7_200))
        try await Endpoint.serving { _, _ in
            Response(status: .ok)
        } _: { endpoint in
            try await AlertmanagerServer.running(webhook: endpoint.url) { server in
                try await withOutlet { outlet in
                    // It has just started and knows nothing.
                    let pushing = try receiver(
                        server.url, told: open + ended + risen, outlet: outlet)
                    #expect(pushing.repeatSeconds == 60)
                    try await pushing.repeatStanding(at: now)
                    let first = try await alerts(server)
                    #expect(Set(first.keys) == ["orange", "red"])
                    try await pushing.repeatStanding(at: now.adding(seconds: 60))
                    let second = try await alerts(server)
                    let ends = [first, second].map { alerts in
                        alerts["orange"]?["endsAt"]?.words.flatMap { Instant(rfc3339: $0) }
                    }
                    // Alertmanager keeps milliseconds.
                    let seconds = ends.map { $0.map { Int($0.seconds(since: now).rounded()) } }
                    #expect(seconds == [180, 240])
                    let start = first["orange"]?["startsAt"]?.words.flatMap {
                        Instant(rfc3339: $0)
                    }
                    #expect(start.map { Int($0.seconds(since: now).rounded()) } == -600)
                }
            }
        }
    }

    @Test(arguments: [10, 3_600] as [Int64])
    func `a test is marked, of the lowest tier and ends by itself`(_ resend: Int64) async throws {
        let now = present
        try await AlertmanagerServer.running(webhook: "http://127.0.0.1:9/") { server in
            try await withOutlet { outlet in
                let pushing = try AlertmanagerReceiver(
                    AlertmanagerReceiverOptions(
                        name: "bureau", url: server.url, resendSeconds: resend,
                        language: .english, zone: .shanghai),
                    deliveryLog: NoDeliveryLog(), outlet: outlet)
                _ = try await pushing.deliver(
                    MessageSample.test(
                        id: "test-1", tier: .blue, at: now, day: Zone.shanghai.day(now)), at: now)
                let alerts = try await alerts(server)
                #expect(Set(alerts.keys) == ["blue"])
                let alert = try #require(alerts["blue"])
                #expect(alert["labels"]?["laborwatch_test"] == "true")
                #expect(alert["annotations"]?["summary"]?.words?.contains("a test") == true)
                let end = alert["endsAt"]?.words.flatMap { Instant(rfc3339: $0) }
                #expect(end.map { Int($0.seconds(since: now).rounded()) } == 300)
            }
        }
    }

    @Test func `what it refuses as a bad request is not tried again`() async throws {
        try await Endpoint.serving { _, _ in
            Response(status: .badRequest)
        } _: { endpoint in
            try await withOutlet { outlet in
                let pushing = try receiver(endpoint.url, told: [], outlet: outlet)
                let failure = try await #require(throws: DeliveryFailure.self) {
                    try await pushing.deliver(wholeStory[0], at: morning)
                }
                #expect(failure.verdict == .permanent)
                #expect(endpoint.received.map(\.path) == ["/hook/api/v2/alerts"])
            }
        }
    }
}

@Suite struct FingerprintTests {
    @Test(arguments: [
        ([:], "cbf29ce484222325"),
        (["alertname": "HighLatency", "severity": "critical"], "476c2d9d67794906"),
    ])
    func `a set of labels has Prometheus' fingerprint`(_ labels: [String: String], _ digits: String)
    {
        #expect(AlertLabels.fingerprint(labels) == digits)
    }
}
