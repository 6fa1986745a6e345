import Alerting
import Deliver
import Foundation
import Labor
import Testing

/// Messages for the readers of others: `scripts/conformance` names an address and a directory, and
/// judges what comes there. Its server answers 204 to what it could verify.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["LABORWATCH_TEST_CONFORMANCE_URL"] != nil,
        "run scripts/conformance"))
struct ConformanceSamples {
    private let url = ProcessInfo.processInfo.environment["LABORWATCH_TEST_CONFORMANCE_URL"] ?? ""
    private let directory =
        ProcessInfo.processInfo.environment["LABORWATCH_TEST_CONFORMANCE_DIRECTORY"] ?? ""

    private var now: Instant {
        Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    @Test(arguments: WebhookFormat.allCases)
    func `the other side verifies and reads every format`(_ format: WebhookFormat) async throws {
        let group = try #require(AlertMessage(group: "甲", notices: wholeStory))
        try await withOutlet { outlet in
            let receiver = try webhook(
                "\(url)/\(format.rawValue)", format, told: wholeStory, outlet: outlet)
            for message in wholeStory.map({ AlertMessage($0) }) + [group] {
                let receipt = try await receiver.deliver(message, at: now)
                #expect(receipt.status == 204)
            }
        }
    }

    @Test func `the messages of an episode are written for the other side`() async throws {
        try await withOutlet { outlet in
            let receiver = try CAPReceiver(
                CAPReceiverOptions(
                    name: "cap", profile: CAPProfile(sender: "laborwatch@bureau.example"),
                    directory: directory, url: "\(url)/cap", language: .chinese, zone: .shanghai,
                    selfLinkBase: "https://watch.example"),
                deliveryLog: ListedTellings(notices: wholeStory), outlet: outlet)
            for notice in wholeStory {
                let receipt = try await receiver.deliver(notice, at: now)
                #expect(receipt.status == 204)
            }
        }
    }
}
