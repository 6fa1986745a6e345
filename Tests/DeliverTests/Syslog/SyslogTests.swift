import Alerting
import Deliver
import Foundation
import Labor
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct SyslogTests {
    private func receiver(
        _ way: SyslogReceiverOptions.Way, facility: String = "local0"
    ) throws -> SyslogReceiver {
        try SyslogReceiver(
            SyslogReceiverOptions(
                name: "logs", way: way, facility: facility,
                wording: MessageWording(language: .chinese, zone: .shanghai)))
    }

    /// The parts of a message after RFC 5424 section 6.
    private func parsed(_ bytes: [UInt8]) throws -> (priority: Int, data: String, text: String) {
        let text = try #require(String(validating: bytes, as: UTF8.self))
        let form =
            /<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([!-~]+) laborwatch - ([a-z_]+) (\[laborwatch@32473(?: [a-z_]+="(?:[^"\\\]]|\\["\\\]])*")+\]) \u{FEFF}(.*)/
        let match = try #require(try form.wholeMatch(in: text), "\(text)")
        #expect(match.2 == "2026-11-05T01:00:00Z")
        return (try #require(Int(match.1)), String(match.5), String(match.6))
    }

    @Test func `a datagram of this machine carries the alert`() async throws {
        try await withDirectory { directory in
            let listener = try LogListener(.local(path: directory + "/log"))
            let receiver = try receiver(.local(path: directory + "/log"))
            _ = try await receiver.deliver(notice(), at: morning)
            let message = try parsed(try listener.datagram())
            #expect(message.priority == 16 * 8 + 3)
            #expect(message.data.contains(#"alert_id="episode-1""#))
            #expect(message.data.contains(#"tier="orange" rule="layoff.statutory""#))
            #expect(message.data.contains(#"reason="threshold_crossed" level="0""#))
            #expect(message.text.contains("西藏甲公司裁员 126 人"))
            await receiver.close()
        }
    }

    @Test(arguments: [
        (Tier.red, AlertState.firing, 2), (.orange, .firing, 3), (.yellow, .firing, 4),
        (.blue, .firing, 5), (.red, .resolved, 5),
    ])
    func `the severity follows the tier`(
        _ tier: Tier, _ state: AlertState, _ severity: Int
    ) async throws {
        let listener = try LogListener(.udp)
        let receiver = try receiver(
            .udp(host: "127.0.0.1", port: listener.port), facility: "local7")
        var notice = notice(tier: tier)
        notice.event.toState = state
        _ = try await receiver.deliver(AlertMessage(notice), at: morning)
        #expect(try parsed(try listener.datagram()).priority == 23 * 8 + severity)
    }

    @Test func `a value can break out of nothing`() async throws {
        let listener = try LogListener(.udp)
        let receiver = try receiver(.udp(host: "127.0.0.1", port: listener.port))
        var notice = notice(title: "一\n<0>1 二\u{0}三")
        notice.event.subject.id = "a\"] b\\\nc"
        _ = try await receiver.deliver(AlertMessage(notice), at: morning)
        let message = try parsed(try listener.datagram())
        #expect(message.data.contains(#"subject="a\"\] b\\ c""#))
        #expect(message.text.contains("一 <0>1 二 三"))
    }

    @Test func `an endless text is cut between two characters`() async throws {
        let (datagrams, stream) = (try LogListener(.udp), try LogListener(.tcp))
        let endless = notice(title: String(repeating: "裁", count: 20_000))
        let short = try receiver(.udp(host: "127.0.0.1", port: datagrams.port))
        _ = try await short.deliver(endless, at: morning)
        let first = try datagrams.datagram()
        #expect((2_040...2_048).contains(first.count))
        #expect(try parsed(first).text.hasSuffix("裁…"))
        let long = try receiver(.tcp(host: "127.0.0.1", port: stream.port))
        _ = try await long.deliver(endless, at: morning)
        let second = try stream.framed()
        #expect((8_180...8_192).contains(second.count))
    }

    @Test func `a stream counts its bytes, and a group is a message for each alert`() async throws {
        let listener = try LogListener(.tcp)
        let receiver = try receiver(.tcp(host: "127.0.0.1", port: listener.port))
        _ = try await receiver.deliver(try #require(group(9)), at: morning)
        var priorities: [Int] = []
        for _ in 0..<9 { priorities.append(try parsed(try listener.framed()).priority % 8) }
        #expect(priorities == [2, 2, 3, 3, 4, 4, 5, 5, 5])
    }

    @Test func `a stream that the other side ended is opened anew`() async throws {
        let listener = try LogListener(.tcp)
        let receiver = try receiver(.tcp(host: "127.0.0.1", port: listener.port))
        for id in ["event-1", "event-2", "event-3"] {
            _ = try await receiver.deliver(notice(id), at: morning)
            #expect(try parsed(try listener.framed()).data.contains(id))
            listener.hangUp()
        }
    }

    @Test func `a log daemon that was started anew is found again`() async throws {
        try await withDirectory { directory in
            let path = directory + "/log"
            let receiver = try receiver(.local(path: path))
            let absent = await #expect(throws: DeliveryFailure.self) {
                try await receiver.deliver(notice(), at: morning)
            }
            #expect(absent?.verdict == .transient)
            for id in ["event-1", "event-2"] {
                let listener = try LogListener(.local(path: path))
                _ = try await receiver.deliver(notice(id), at: morning)
                #expect(try parsed(try listener.datagram()).data.contains(id))
                listener.stop()
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }
}
