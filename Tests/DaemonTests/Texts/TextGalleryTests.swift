import Alerting
import Daemon
import Detect
import Foundation
import Labor
import Settings
import Testing

/// What people read, rule by rule and event by event, beside the file that was reviewed by reading
/// it whole: `Golden/texts.txt`.
///
/// `LABORWATCH_WRITE_GOLDEN=1 scripts/test --filter TextGalleryTests` writes the file anew; read the
/// difference before it is committed.
@Suite(.timeLimit(.minutes(20))) struct TextGalleryTests {
    private static let golden = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/texts.txt")

    private static let exhibits = Result { try TextGallery().exhibits() }

    @Test func `every text is the one that was reviewed`() throws {
        let lines = TextGallery.lines(try Self.exhibits.get())
        if ProcessInfo.processInfo.environment["LABORWATCH_WRITE_GOLDEN"] == "1" {
            try (lines.joined(separator: "\n") + "\n")
                .write(to: Self.golden, atomically: true, encoding: .utf8)
        }
        let reviewed = try String(contentsOf: Self.golden, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        #expect(lines.count == reviewed.count)
        for (line, old) in zip(lines, reviewed) where line != old {
            Issue.record("now \(line)\nreviewed \(old)")
            break
        }
    }

    @Test func `every rule has every event`() throws {
        let exhibits = try Self.exhibits.get()
        let rules = try TextGallery().components.catalogue.definitions
        #expect(!rules.isEmpty)
        for rule in rules {
            let told = Set(exhibits.filter { $0.rule == rule.id }.map(\.event.what))
            let never = Set(AlertWhat.allCases).subtracting(told)
            // What is seen for certain needs no later report to bear it out.
            // Only an incident is joined by alerts of another kind, or merged.
            #expect(
                never.isSubset(of: [.confirmed, .withdrawn, .joined, .merged]),
                "\(rule.id) \(never)")
        }
        let ofIncidents = Set(exhibits.filter { $0.rule == .incident }.map(\.event.what))
        #expect(ofIncidents == Set(AlertWhat.allCases))
        let reasons = Set(exhibits.map(\.event.reason))
        #expect(Set(Reason.allCases).subtracting(reasons).isEmpty)
    }

    @Test func `no later event repeats the words of the raising`() throws {
        let exhibits = try Self.exhibits.get()
        #expect(!exhibits.isEmpty)
        for (rule, all) in Dictionary(grouping: exhibits, by: \.rule) {
            guard let raised = all.first(where: { $0.event.what == .raised }) else { continue }
            for other in all where other.event.what != .raised {
                let place = "\(rule) \(other.event.what.rawValue)"
                #expect(!other.chinese.title.hasPrefix(raised.chinese.title), "\(place)")
                #expect(!other.english.title.hasPrefix(raised.english.title), "\(place)")
                // A tier that moved has new figures to tell.
                guard other.event.what != .tierChanged else { continue }
                #expect(!other.chinese.title.contains(raised.chinese.title), "\(place)")
                #expect(!other.english.title.contains(raised.english.title), "\(place)")
                #expect(!other.chinese.summary.contains(raised.chinese.summary), "\(place)")
                #expect(!other.english.summary.contains(raised.english.summary), "\(place)")
                #expect(!other.chinese.summary.contains("核实。"), "\(place)")
            }
        }
    }

    @Test func `no text has a code, a raw month, a doubled mark or the other language`() throws {
        let exhibits = try Self.exhibits.get()
        #expect(!exhibits.isEmpty)
        for exhibit in exhibits {
            for text in [exhibit.chinese.title, exhibit.chinese.summary] {
                #expect(text.firstMatch(of: /\d{4}-\d{2}|【|。。|，，|[a-z]_min/) == nil, "\(text)")
                #expect(text.firstMatch(of: /\b1户企业同/) == nil, "\(text)")
                for rule in ["layoff.", "wage.", "mass.", "social.", "index.", "indicator."] {
                    #expect(!text.contains(rule), "\(text)")
                }
            }
            for text in [exhibit.english.title, exhibit.english.summary] {
                #expect(
                    text.firstMatch(of: /\d{4}-\d{2}\b|\.\.|,,|  |\[|\]|[a-z]\.[A-Z]/) == nil,
                    "\(text)")
                #expect(
                    text.firstMatch(of: /\b1 (persons|months|reports|minutes|days|points)\b/)
                        == nil, "\(text)")
                // Names of enterprises and sources of thresholds are Chinese in both languages.
                let source = exhibit.event.evidence.threshold?.source ?? "none"
                let own = text.replacing(source, with: "")
                    .replacing(/高原\d+厂|甲厂|李四/, with: "")
                #expect(own.firstMatch(of: /[\u{4E00}-\u{9FFF}]/) == nil, "\(text)")
            }
        }
    }

    @Test func `only the first hot spot of a month is called the one that stands out most`() throws
    {
        let scans = try Self.exhibits.get().filter {
            $0.rule == "mass.scan" && $0.event.what == .raised
        }
        let places = scans.compactMap { $0.event.evidence.measures["place"] }
        #expect(Set(places).count > 1)
        for scan in scans {
            let isFirst = scan.event.evidence.measures["place"] == 1
            #expect(scan.chinese.summary.contains("减员最异常的是") == isFirst)
            #expect(scan.english.summary.contains("stand out most in") == isFirst)
        }
    }

    @Test
    func `a cluster of one enterprise reads as one, and an aggravated tier names both sources`()
        throws
    {
        let raised = try Self.exhibits.get().filter { $0.event.what == .raised }
        let one = try #require(
            raised.first {
                $0.rule == "mass.cluster" && $0.event.evidence.measures["enterprises"] == 1
            })
        #expect(one.chinese.summary.contains("有1户企业大幅减员，减少300人。"))
        #expect(!one.chinese.summary.contains("同时") && !one.chinese.summary.contains("单户最多"))
        #expect(one.english.summary.contains("one enterprise of Chengguan lost 300 persons"))
        let wages = try #require(
            raised.first {
                $0.rule == "wage.arrears" && $0.event.evidence.marks["raised_by"] == "crime_line"
                    && $0.event.evidence.threshold?.tier == .orange
            })
        #expect(
            wages.chinese.summary.contains("原属橙色（依据：宝应2019三色")
                && wages.chinese.summary.contains("法释〔2013〕3号第三条），提高为红色。"))
        #expect(wages.english.summary.contains("it is raised to red because of the criminal line"))
    }
}
