import Alerting
import Deliver
import Foundation
import Hummingbird
import Labor
import Synchronization
import Testing

/// The bodies of a webhook, as an endpoint receives them.
@Suite(.timeLimit(.minutes(20))) struct FormatTests {
    /// What an endpoint receives when a message is delivered.
    private func received(
        _ message: AlertMessage, _ format: WebhookFormat, told: [AlertNotice] = []
    ) async throws -> [Received] {
        let inbox = AsyncStream.makeStream(of: [Received].self)
        try await Endpoint.serving { _, _ in
            Response(status: .noContent)
        } _: { endpoint in
            try await withOutlet { outlet in
                let receiver = try webhook(endpoint.url, format, told: told, outlet: outlet)
                _ = try await receiver.deliver(message, at: morning)
            }
            for request in endpoint.received {
                try Signature(secret: try WebhookSecret(secretText)).verify(
                    id: request.headers["webhook-id"],
                    timestamp: request.headers["webhook-timestamp"],
                    signature: request.headers["webhook-signature"], body: request.body,
                    now: morning)
                #expect(request.body.count < 1_000_000)
            }
            inbox.continuation.yield(endpoint.received)
            inbox.continuation.finish()
        }
        for await requests in inbox.stream { return requests }
        return []
    }

    /// Notices of as many episodes, every tenth red, the others yellow.
    private func crowd(_ count: Int) -> [AlertNotice] {
        (0..<count).flatMap { number in
            story(
                [(.raised, number % 10 == 0 ? .red : .yellow, .firing)], episode: "e\(number)",
                subject: "\(number)", from: morning.adding(seconds: Int64(number)))
        }
    }

    @Test func `a cloud event has the attributes of the specification and our document`()
        async throws
    {
        let notice = wholeStory[1]
        let requests = try await received(AlertMessage(notice), .cloudevents)
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(
            request.headers["content-type"] == "application/cloudevents+json; charset=utf-8")
        let event = try json(request.body)
        let document = try AlertDocument(
            notice, language: .chinese, zone: .shanghai,
            selfLink: notice.event.alertID.link(base: "https://watch.example")
        ).encoded()
        #expect(
            event
                == .object([
                    "specversion": "1.0", "id": .string(notice.event.id),
                    "source": "https://watch.example", "type": "laborwatch.alert.tier_changed",
                    "subject": "enterprise/1024", "time": "2026-11-05T09:01:00+08:00",
                    "datacontenttype": "application/json", "sequence": "0000000002",
                    "alertid": .string(notice.event.alertID.rawValue), "tier": "red",
                    "kind": "layoff", "data": try json(document),
                ]))
        // Names of attributes: lower case and digits, 20 characters at most.
        for name in event.names { #expect(name.wholeMatch(of: /[a-z0-9]{1,20}/) != nil) }
    }

    @Test(
        arguments: zip(
            [WebhookFormat.laborwatch, .cloudevents], ["alert.test", "laborwatch.alert.test"]))
    func `a trial has a type of its own`(_ format: WebhookFormat, _ type: String) async throws {
        let trial = MessageSample.test(
            id: "d1d3", tier: .red, at: morning, day: Zone.shanghai.day(morning))
        let request = try #require(try await received(trial, format).first)
        #expect(try json(request.body)["type"]?.words == type)
    }

    @Test func `a group of cloud events is batches, each with an id of its own`() async throws {
        let message = try #require(AlertMessage(group: "甲", notices: crowd(250)))
        let requests = try await received(message, .cloudevents)
        #expect(requests.count == 3)
        let batches = try requests.map { try json($0.body).items }
        #expect(batches.map(\.count) == [100, 100, 50])
        #expect(
            batches.joined().compactMap { $0["id"]?.words } == message.notices.map(\.event.id))
        #expect(
            requests.map { $0.headers["webhook-id"] }
                == ["\(message.id).1", "\(message.id).2", "\(message.id).3"])
        for request in requests {
            #expect(
                request.headers["content-type"]
                    == "application/cloudevents-batch+json; charset=utf-8")
        }
    }

    @Test func `a change of tier is for Alertmanager's readers an end and a beginning`()
        async throws
    {
        let requests = try await received(
            AlertMessage(wholeStory[1]), .alertmanager, told: wholeStory)
        let body = try json(try #require(requests.first).body)
        #expect(body["version"] == "4")
        #expect(body["status"] == "firing")
        #expect(body["truncatedAlerts"] == 0)
        #expect(body["receiver"] == "bureau")
        #expect(
            body["groupKey"]
                == #"{}:{alertname="layoff.statutory", subject_id="1024", subject_type="enterprise"}"#
        )
        #expect(body["commonLabels"]?["severity"] == nil)
        #expect(body["commonLabels"]?["region_code"] == "540102")
        let alerts = try #require(body["alerts"]).items
        #expect(alerts.map { $0["labels"]?["severity"] } == ["orange", "red"])
        #expect(alerts.map { $0["status"] } == ["resolved", "firing"])
        #expect(
            alerts.map { $0["endsAt"] } == ["2026-11-05T09:01:00+08:00", "0001-01-01T00:00:00Z"])
        #expect(Set(alerts.map { $0["startsAt"] }) == ["2026-11-05T09:00:00+08:00"])
        #expect(alerts[1]["annotations"]?["steps"] == "1. 两小时内上报\n2. 现场核实")
        #expect(alerts[1]["annotations"]?["reason"] == "threshold_crossed")
        #expect(alerts[1]["annotations"]?["level"] == "0")
    }

    @Test func `of a large group nothing is lost in Alertmanager's format`() async throws {
        let message = try #require(AlertMessage(group: "甲", notices: crowd(120)))
        let requests = try await received(message, .alertmanager)
        let alerts = try requests.flatMap { try #require(json($0.body)["alerts"]).items }
        #expect(requests.count == 2)
        #expect(Set(alerts.compactMap { $0["fingerprint"]?.words }).count == 120)
        for request in requests { #expect(try json(request.body)["groupLabels"]?["group"] == "甲") }
    }

    @Test func `a small group carries its documents and a digest`() async throws {
        let notices = crowd(20)
        let message = try #require(AlertMessage(group: "甲", notices: notices))
        let requests = try await received(message, .laborwatch)
        let body = try json(try #require(requests.first).body)
        #expect(body["type"] == "alert.group")
        #expect(body["timestamp"] == "2026-11-05T09:00:19+08:00")
        let documents = try #require(body["data"]?["alerts"]).items
        #expect(documents.compactMap { $0["event_id"]?.words } == notices.map(\.event.id))
        #expect(body["data"]?["digest"]?["alerts"] == 20)
    }

    @Test func `a large group is a digest, the highest tier and the newest first`() async throws {
        // Two events of one episode: the newest one is told.
        let message = try #require(
            AlertMessage(group: "甲", notices: crowd(5_000) + wholeStory))
        let requests = try await received(message, .laborwatch)
        #expect(requests.count == 1)
        let body = try json(try #require(requests.first).body)
        #expect(body["type"] == "alert.digest")
        let digest = try #require(body["data"])
        #expect(digest["schema"] == "laborwatch.digest/1")
        #expect(digest["message_id"]?.words == message.id)
        #expect(digest["group"] == "甲")
        #expect(digest["title"] == "【红色】城关区裁员减员5001件预警（红色501件、黄色4500件）")
        #expect(digest["at"] == "2026-11-05T09:03:00+08:00")
        #expect(digest["alerts"] == 5_001)
        #expect(digest["events"] == 5_004)
        #expect(digest["by_tier"] == .object(["red": 501, "yellow": 4_500]))
        #expect(digest["by_kind"] == .object(["layoff": 5_001]))
        #expect(digest["omitted"] == 4_801)
        let items = try #require(digest["items"]).items
        #expect(items.count == 200)
        #expect(items.allSatisfy { $0["tier"] == "red" })
        #expect(
            items[0]
                == .object([
                    "alert_id": "e4990", "what": "raised", "tier": "red", "persons": 126,
                    "event_id": .string(AlertID(rawValue: "e4990").eventID(sequence: 1)),
                    "title": "甲<公司>裁员 126 人", "region_code": "540102", "state": "firing",
                    "reason": "threshold_crossed", "actor": .null, "level": 0,
                ]))
        #expect(!items.contains { $0["what"] == "acknowledged" })
    }

    @Test func `a group whose documents are too large is a digest`() async throws {
        let notices = crowd(3).map { notice in
            var notice = notice
            notice.texts[.chinese]?.summary = String(repeating: "长", count: 200_000)
            return notice
        }
        let message = try #require(AlertMessage(group: "甲", notices: notices))
        let requests = try await received(message, .laborwatch)
        #expect(try json(try #require(requests.first).body)["type"] == "alert.digest")
    }

    @Test func `a test in the body of Alertmanager is marked and followed by its end`()
        async throws
    {
        let requests = try await received(
            MessageSample.test(
                id: "test-1", tier: .blue, at: morning, day: Zone.shanghai.day(morning)),
            .alertmanager)
        let bodies = try requests.map { try json($0.body) }
        #expect(bodies.map { $0["status"] } == ["firing", "resolved"])
        #expect(requests.map { $0.headers["webhook-id"] } == ["test-1", "test-1.end"])
        let alerts = bodies.flatMap { $0["alerts"]?.items ?? [] }
        #expect(alerts.map { $0["labels"]?["laborwatch_test"] } == ["true", "true"])
        #expect(alerts.map { $0["labels"]?["severity"] } == ["blue", "blue"])
        #expect(Set(alerts.map { $0["fingerprint"]?.words }).count == 1)
        #expect(alerts.map { $0["endsAt"]?.words?.hasPrefix("0001-") } == [true, false])
    }

    @Test(arguments: [1, 40])
    func `what was told of a whole group is asked once`(_ episodes: Int) async throws {
        let notices = (0..<episodes).flatMap { number in
            story(
                [(.raised, .orange, .firing), (.confirmed, .orange, .firing)],
                episode: "episode-\(number)", subject: "\(number)"
            ).suffix(1)
        }
        let message = try #require(AlertMessage(group: "甲", notices: notices))
        let counting = CountingTellings()
        try await Endpoint.serving { _, _ in
            Response(status: .ok)
        } _: { endpoint in
            try await withOutlet { outlet in
                let webhook = try WebhookReceiver(
                    WebhookReceiverOptions(
                        name: "a", url: endpoint.url, format: .alertmanager,
                        secret: try WebhookSecret(secretText), language: .chinese,
                        zone: .shanghai), deliveryLog: counting, outlet: outlet)
                let push = try AlertmanagerReceiver(
                    AlertmanagerReceiverOptions(
                        name: "b", url: endpoint.url, language: .chinese, zone: .shanghai),
                    deliveryLog: counting, outlet: outlet)
                let cap = try CAPReceiver(
                    CAPReceiverOptions(
                        name: "c", profile: CAPProfile(sender: "a@b"), directory: nil,
                        url: endpoint.url, language: .chinese, zone: .shanghai),
                    deliveryLog: counting, outlet: outlet)
                for receiver in [webhook, push, cap] as [any Receiver] {
                    _ = try await receiver.deliver(message, at: morning)
                }
            }
        }
        #expect(counting.asked == [episodes, episodes, episodes])
    }
}

/// Counts what it is asked; knows nothing.
private final class CountingTellings: DeliveryLog {
    private let counts = Mutex<[Int]>([])

    /// How many episodes each question was about.
    var asked: [Int] { counts.withLock { $0 } }

    func told(before places: [AlertID: Int], to receiver: String) -> [AlertID: [ToldEvent]] {
        counts.withLock { $0.append(places.count) }
        return [:]
    }

    func standing(for receiver: String, endedSince: Instant) -> [StandingAlert] { [] }
}
