import Settings
import Support
import Testing

private let hook = "receivers:\n  - {name: a, type: webhook, secret_file: /s, url: "

private let wrongConfigurations: [WrongText] = [
    .init("sorce: {}", "w.yaml:1:1: sorce", "no key 'sorce'", "did you mean 'source'?"),
    .init(
        "source:\n  intervall: 5s", "w.yaml:2:3: source.intervall", "no key 'intervall'",
        "did you mean 'interval'?"),
    .init(
        "source: {interval: 60}", "w.yaml:1:20: source.interval", "from 1s to 24h, found '60'",
        "write the unit, too: 60s"),
    .init(
        "source: {interval: 2d}", "w.yaml:1:20: source.interval", "from 1s to 24h, found '2d'", ""),
    .init(
        "source: {interval: [1s]}", "w.yaml:1:20: source.interval", "found a list", "60s, 5m, 2h"),
    .init(
        "source: {interval: soon}", "w.yaml:1:20: source.interval", "found 'soon'", "60s, 5m, 2h"),
    .init("source: 5", "w.yaml:1:9: source", "expected a map with the keys dsn", ""),
    .init("source: {notify: maybe}", "w.yaml:1:18: source.notify", "true or false", ""),
    .init(
        "source: {window_months: 12}", "w.yaml:1:25: source.window_months", "from 14 to 120", ""),
    .init(
        "source: {window_months: 36.5}", "w.yaml:1:25: source.window_months", "whole number", ""),
    .init(
        "source: {dsn: bureau}", "w.yaml:1:15: source.dsn", "no connection string",
        "host=/run/postgresql"),
    .init("store: {dsn: {host: a}}", "w.yaml:1:14: store.dsn", "found a map", "postgresql://"),
    .init(
        "source: {maps: {raport: a.b}}", "w.yaml:1:17: source.maps.raport", "no key 'raport'",
        "did you mean 'report'?"),
    .init(
        "source: {maps: {report: 'a b'}}", "w.yaml:1:25: source.maps.report", "name of a view",
        "schema.view"),
    .init(
        "source: {maps: {report: {query: DROP TABLE x}}}", "w.yaml:1:33: source.maps.report.query",
        "begins with SELECT", "{query:"),
    .init("store: {lease: 1s}", "w.yaml:1:16: store.lease", "from 5s to 10m", ""),
    .init(
        "timezone: Asia/Shangai", "w.yaml:1:11: timezone", "no time zone 'Asia/Shangai'",
        "did you mean 'Asia/Shanghai'?"),
    .init("timezone: GMT+8", "w.yaml:1:11: timezone", "sign is read both ways", "Asia/Shanghai"),
    .init("timezone: Etc/GMT-8", "w.yaml:1:11: timezone", "sign is read both ways", "westward"),
    .init("timezone: CST", "w.yaml:1:11: timezone", "no time zone 'CST'", "Asia/Shanghai"),
    .init("timezone: PST8PDT", "w.yaml:1:11: timezone", "no time zone 'PST8PDT'", "zone table"),
    .init("timezone: EST", "w.yaml:1:11: timezone", "no time zone 'EST'", "Asia/Shanghai"),
    .init("timezone: GMT", "w.yaml:1:11: timezone", "no time zone 'GMT'", "abbreviation"),
    .init("timezone: PRC", "w.yaml:1:11: timezone", "no time zone 'PRC'", "Asia/Shanghai"),
    .init(
        "timezone: Asia/Chongqing", "w.yaml:1:11: timezone", "no time zone 'Asia/Chongqing'",
        "did you mean 'Asia/Shanghai'?"),
    .init(
        "timezone: Shanghai", "w.yaml:1:11: timezone", "no time zone 'Shanghai'",
        "did you mean 'Asia/Shanghai'?"),
    .init(
        "timezone: asia/shanghai", "w.yaml:1:11: timezone", "no time zone 'asia/shanghai'",
        "did you mean 'Asia/Shanghai'?"),
    .init("timezone: Etc/UTC", "w.yaml:1:11: timezone", "no time zone 'Etc/UTC'", "'UTC'"),
    .init("timezone: UTC+08:00", "w.yaml:1:11: timezone", "sign is read both ways", "a place"),
    .init("language: zh", "w.yaml:1:11: language", "one of zh-CN, en", ""),
    .init("state_directory: var", "w.yaml:1:18: state_directory", "absolute path", "begin it"),
    .init("rules: {enabled: layoff}", "w.yaml:1:18: rules.enabled", "list of rule names", "[a, b]"),
    .init("receivers: {name: a}", "w.yaml:1:12: receivers", "list of receivers", "after '- '"),
    .init("receivers: []", "w.yaml:1:12: receivers", "no receiver in the list", "leave"),
    .init(
        "receivers:\n  - {name: A b, type: file}", "w.yaml:2:12: receivers[0].name",
        "a-z, 0-9", "file names"),
    .init(
        "receivers:\n  - {type: file}", "w.yaml:2:5: receivers[0]", "needs the key 'name'",
        "add 'name:"),
    .init(
        "receivers:\n  - {name: a, type: pigeon}", "w.yaml:2:21: receivers[0].type",
        "one of file, webhook", ""),
    .init(
        "receivers:\n  - {name: a, type: file}\n  - {name: a, type: file}",
        "w.yaml:3:12: receivers[1].name", "stands twice", "its own"),
    .init(
        "receivers:\n  - {name: a, type: file, tiers: [rot]}", "w.yaml:2:35: receivers[0].tiers[0]",
        "one of blue, yellow, orange, red, found 'rot'", "did you mean 'red'?"),
    .init(
        "receivers:\n  - {name: a, type: file, kinds: [layof]}",
        "w.yaml:2:35: receivers[0].kinds[0]", "one of layoff", "did you mean 'layoff'?"),
    .init(
        "receivers:\n  - {name: a, type: file, url: http://a}", "w.yaml:2:27: receivers[0].url",
        "no key 'url'", "a file receiver has name"),
    .init(
        "receivers:\n  - {name: a, type: file, retention_days: 0}",
        "w.yaml:2:43: receivers[0].retention_days", "from 1 to 36500", ""),
    .init(
        "receivers:\n  - {name: a, type: webhook, url: http://a}", "w.yaml:2:5: receivers[0]",
        "needs the key 'secret_file'", "head -c 32 /dev/urandom"),
    .init(
        "receivers:\n  - {name: a, type: webhook, secret_file: /s}", "w.yaml:2:5: receivers[0]",
        "needs the key 'url'", "https://"),
    .init(
        hook + "http://h, secret: whsec_x}", "w.yaml:2:62: receivers[0].secret", "no key 'secret'",
        "secret_file"),
    .init(hook + "ftp://h}", "w.yaml:2:52: receivers[0].url", "begins with https://", "write 'url"),
    .init(hook + "http:///x}", "w.yaml:2:52: receivers[0].url", "expected a host", "write 'url"),
    .init(
        hook + "http://h, format: xml}", "w.yaml:2:70: receivers[0].format",
        "one of laborwatch, cloudevents, alertmanager", ""),
    .init(
        hook + "http://h, timeout: 31s}", "w.yaml:2:71: receivers[0].timeout", "from 1s to 30s", ""),
    .init(
        "receivers:\n  - {name: a, type: alertmanager}", "w.yaml:2:5: receivers[0]",
        "needs the key 'url'", "9093"),
    .init(
        "receivers:\n  - {name: a, type: alertmanager, url: http://h, resend: 5s}",
        "w.yaml:2:58: receivers[0].resend", "from 10s to 1h", ""),
    .init(
        "receivers:\n  - {name: a, type: alertmanager, url: http://h, username: u}",
        "w.yaml:2:5: receivers[0]", "go together", "other one"),
    .init(
        "receivers:\n  - {name: a, type: alertmanager, url: http://h, username: u, "
            + "password_file: /p, token_file: /t}",
        "w.yaml:2:94: receivers[0].token_file", "exclude each other", "keep"),
    .init(
        "receivers:\n  - {name: a, type: cap, directory: /d}", "w.yaml:2:5: receivers[0]",
        "needs the key 'sender'", "the same for ever"),
    .init(
        "receivers:\n  - {name: a, type: cap, sender: a b, directory: /d}",
        "w.yaml:2:34: receivers[0].sender", "without blanks", "laborwatch@"),
    .init(
        "receivers:\n  - {name: a, type: cap, sender: a@b}", "w.yaml:2:5: receivers[0]",
        "'directory' or 'url'", "directory: "),
    .init(
        hook + "http://10.1.2.3/x}", "w.yaml:2:52: receivers[0].url", "is a private one",
        "allow_private: true"),
    .init(
        "receivers:\n  - {name: a, type: file, fallback: duty}",
        "w.yaml:2:37: receivers[0].fallback", "no receiver 'duty'", "name a receiver"),
    .init(
        "receivers:\n  - {name: a, type: file, fallback: a}",
        "w.yaml:2:37: receivers[0].fallback", "a → a", "needs no fallback"),
    .init(
        "receivers:\n  - {name: a, type: file, fallback: b}\n"
            + "  - {name: b, type: file, fallback: c}\n  - {name: c, type: file, fallback: a}",
        "w.yaml:3:37: receivers[1].fallback", "b → c → a → b", "needs no fallback"),
    .init(
        "delivery: {schedule: [0s, 5m, 1m]}", "w.yaml:1:31: delivery.schedule[2]",
        "60s is shorter than 5m", "as long as"),
    .init("delivery: {schedule: []}", "w.yaml:1:22: delivery.schedule", "found 0", "[0s]"),
    .init(
        "response: {clocks: {red: 90}}", "w.yaml:1:26: response.clocks.red", "from 60s to 365d",
        "90m"),
    .init(
        "response: {clocks: {pink: 2h}}", "w.yaml:1:21: response.clocks.pink", "no key 'pink'", ""),
    .init("log: {level: loud}", "w.yaml:1:14: log.level", "one of trace, debug", ""),
    .init("log: {level: warn, format: xml}", "w.yaml:1:28: log.format", "one of text, json", ""),
    .init("retention: {cycles: 0d}", "w.yaml:1:21: retention.cycles", "from 24h", ""),
    .init(
        hook + "'http://duty:SESAME@h/x'}", "w.yaml:2:52: receivers[0].url",
        "user or a password before '@'", "secret_file"),
    .init(
        hook + "'https://SESAME@h'}", "w.yaml:2:52: receivers[0].url",
        "user or a password before '@'", "username"),
    .init(
        hook + "'https://h/x#SESAME'}", "w.yaml:2:52: receivers[0].url", "a part after '#'", "%23"),
    .init(
        "receivers:\n  - {name: a, type: alertmanager, url: 'http://u:SESAME@h:9093'}",
        "w.yaml:2:40: receivers[0].url", "before '@'", "password_file"),
    .init(
        "receivers:\n  - {name: a, type: cap, sender: a@b, url: 'https://u:SESAME@h'}",
        "w.yaml:2:44: receivers[0].url", "before '@'", "token_file"),
    .init(
        "receivers:\n  - {name: a, type: mail, host: 'u:SESAME@h', from: a@b, to: [c@d]}",
        "w.yaml:2:33: receivers[0].host", "a host with a user or a password", "keys of their own"),
    .init(
        "receivers:\n  - {name: a, type: mail, host: 'h:25', from: a@b, to: [c@d]}",
        "w.yaml:2:33: receivers[0].host", "expected a host", "keys of their own"),
    .init(
        "receivers:\n  - {name: a, type: syslog, transport: tcp, host: 'tcp://h'}",
        "w.yaml:2:51: receivers[0].host", "expected a host", "keys of their own"),
    .init(
        "links: {base: 'https://u:SESAME@h'}", "w.yaml:1:15: links.base", "before '@'",
        "everybody who gets an alert reads it"),
    .init("links: {base: bureau}", "w.yaml:1:15: links.base", "begins with https://", "bureau.exa"),
    .init("log: {}\nlog: {}", "w.yaml:1:1: log", "stands twice", "keep one"),
    .init("log: {level: info", "w.yaml:", "no YAML", "indentation"),
    .init("a: 1\n---\nb: 2", "w.yaml:", "no YAML", ""),
    .init("- a", "w.yaml:1:1", "expected a map", ""),
    .init("source: {dsn: }", "w.yaml: source.dsn", "no database", "LABORWATCH_SOURCE_DSN"),
]

@Suite struct ConfigurationRefusalTests {
    @Test(arguments: wrongConfigurations)
    func `a wrong configuration is refused with its place and a hint`(
        _ wrong: WrongText
    ) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.parse(
                text: wrong.text, file: "w.yaml", environment: [:],
                requires: wrong.message == "no database" ? .source : .none)
        }
        let found = error.problems.first { problem in
            problem.description.hasPrefix(wrong.place) && problem.message.contains(wrong.message)
        }
        let problem = try #require(found, "\(error)")
        #expect(wrong.hint.isEmpty || problem.hint.contains(wrong.hint))
        #expect(problem.severity == .error)
        #expect(!"\(error)".contains("SESAME"))
    }

    @Test func `a damaged file is read or refused with its name`() throws {
        let whole = Array(
            """
            source: {dsn: "dbname=a", maps: {report: {query: "SELECT 1"}}}
            rules: {enabled: [a, b], disabled: &d ['c']}
            receivers:
              - name: file
                type: file
                tiers: [orange, red]
              - {name: b, type: webhook, url: "http://h/x", secret_file: s, regions: *d}
            delivery: {schedule: [0s, 5m]}
            """)
        let signs = Array(":{}[]'\"\t-#&*!|>%@`,?~\n \u{0}\u{7f}é中0a")
        var refused = 0
        for seed in 0..<600 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var text = whole
            for _ in 0...Int(generator.next() % 3) {
                let place = Int(generator.next() % UInt64(text.count))
                switch generator.next() % 3 {
                case 0: text[place] = signs[Int(generator.next() % UInt64(signs.count))]
                case 1: text.insert(signs[Int(generator.next() % UInt64(signs.count))], at: place)
                default: text.removeSubrange(place...)
                }
                if text.isEmpty { break }
            }
            do {
                _ = try Configuration.parse(
                    text: String(text), file: "w.yaml", environment: [:], requires: .none)
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { $0.file == "w.yaml" }, "seed \(seed)")
            }
        }
        #expect(refused > 100)
    }
}
