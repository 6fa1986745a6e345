import Alerting
import Deliver
import Foundation
import Labor
import Settings
import Source
import Support
import Testing

private let dsn = "source: {dsn: dbname=bureau}"

private func parse(
    _ text: String, environment: [String: String] = [:],
    requires: Configuration.Requirement = .none
) throws -> Configuration {
    try Configuration.parse(
        text: text, file: "w.yaml", environment: environment, requires: requires)
}

private func problems(_ text: String, environment: [String: String] = [:]) -> [String] {
    do {
        _ = try Configuration.parse(
            text: text, file: "w.yaml", environment: environment, requires: .none)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite struct ConfigurationTests {
    @Test func `all problems are told at once and in the order of the lines`() {
        let text = "timezone: Mars/Base\nlog:\n  level: loud\n  farmat: json\nstore: {lease: 1}\n"
        #expect(
            problems(text).map { $0.prefix { $0 != "," }.split(separator: " ")[1] }
                == ["timezone:", "log.level:", "log.farmat:", "store.lease:"])
    }

    @Test func `an empty file and no environment give the documented defaults`() throws {
        let configuration = try parse("")
        #expect(configuration.source.dsn == nil)
        #expect(configuration.source.interval == .seconds(60))
        #expect(configuration.source.windowMonths == 61)
        #expect(configuration.source.notify)
        #expect(configuration.source.maps == SourceMap())
        #expect(configuration.store.lease == .seconds(30))
        #expect(configuration.timezone == "Asia/Shanghai")
        #expect(configuration.language == .chinese)
        #expect(configuration.rules == .builtIn)
        #expect(configuration.responseClocks == ResponseClocks())
        #expect(configuration.deliverySchedule.count == 10)
        #expect(configuration.deliverySchedule.last == .seconds(86_400))
        #expect(configuration.warnings.isEmpty)
        let receiver = try #require(configuration.receivers.first)
        #expect(configuration.receivers.count == 1)
        #expect(
            receiver.way
                == .file(
                    directory: "/var/lib/laborwatch/alerts", retentionDays: 400, perTier: false))
    }

    @Test func `the least configuration of the design reads as it says`() throws {
        let configuration = try parse(
            """
            source: {dsn: "host=/run/postgresql dbname=bureau", interval: 60s}
            store:  {dsn: "host=/run/postgresql dbname=laborwatch"}
            timezone: Asia/Shanghai
            language: zh-CN
            rules:  {directory: null}
            receivers:
              - {name: file, type: file, directory: /var/lib/laborwatch/alerts, retention_days: 400}
              - {name: bureau, type: webhook, url: "http://127.0.0.1:9000/hook",
                 secret_file: /run/credentials/laborwatch.service/bureau, tiers: [orange, red]}
            """, requires: .source)
        #expect(configuration.source.dsn == DSN("host=/run/postgresql dbname=bureau"))
        #expect(configuration.store.dsn == DSN("host=/run/postgresql dbname=laborwatch"))
        let bureau = try #require(configuration.receivers.last)
        #expect(bureau.filter == ReceiverFilter(name: "bureau", tiers: [.orange, .red]))
        #expect(
            bureau.way
                == .webhook(
                    url: Endpoint("http://127.0.0.1:9000/hook"),
                    secretFile: "/run/credentials/laborwatch.service/bureau", format: .laborwatch,
                    timeout: .seconds(20)))
    }

    @Test func `receivers for other systems read as they say`() throws {
        let configuration = try parse(
            """
            source: {dsn: dbname=bureau}
            receivers:
              - {name: a, type: webhook, url: "http://h/a", secret_file: /s, format: cloudevents}
              - {name: b, type: alertmanager, url: "http://h:9093", resend: 30s, token_file: /t}
              - {name: c, type: cap, sender: a@b, status: test, directory: /d, url: "http://h/c",
                 username: u, password_file: /p, timeout: 5s, retention_days: 30}
              - {name: d, type: cap, sender: a@b, directory: /d}
            """)
        #expect(
            configuration.receivers.map(\.way) == [
                .webhook(
                    url: Endpoint("http://h/a"), secretFile: "/s", format: .cloudevents,
                    timeout: .seconds(20)),
                .alertmanager(
                    url: Endpoint("http://h:9093"), resend: .seconds(30), timeout: .seconds(20),
                    credentials: .bearer(tokenFile: "/t")),
                .cap(
                    profile: CAPProfile(sender: "a@b", status: .test), directory: "/d",
                    retentionDays: 30, url: Endpoint("http://h/c"), timeout: .seconds(5),
                    credentials: .basic(user: "u", passwordFile: "/p")),
                .cap(
                    profile: CAPProfile(sender: "a@b"), directory: "/d", retentionDays: 400,
                    url: nil, timeout: .seconds(20), credentials: .none),
            ])
        // What is printed can be read again.
        let printed = configuration.receivers.map(\.description).joined(separator: "\n  - ")
            .replacing("http://h/…", with: "http://h/x")
        let again = try parse("source: {dsn: dbname=bureau}\nreceivers:\n  - " + printed)
        #expect(again.receivers.map(\.name) == ["a", "b", "c", "d"])
    }

    @Test func `the environment wins over the file`() throws {
        let configuration = try parse(
            dsn + "\nlog: {level: debug}\nrules: {disabled: [a]}",
            environment: [
                "LABORWATCH_SOURCE_DSN": "dbname=other", "LABORWATCH_SOURCE_INTERVAL": "5m",
                "LABORWATCH_SOURCE_MAPS_REPORT": "bureau.reports",
                "LABORWATCH_RULES_DISABLED": "wage.arrears, mass.rate",
                "LABORWATCH_DELIVERY_SCHEDULE": "0s,1m", "LABORWATCH_LOG_LEVEL": "",
                "LABORWATCH_RESPONSE_CLOCKS_BLUE": "3d", "LABORWATCH_RESPONSE_CLOCKS_RED": "30m",
            ])
        #expect(configuration.source.dsn == DSN("dbname=other"))
        #expect(configuration.store.dsn == DSN("dbname=other"))
        #expect(configuration.source.interval == .seconds(300))
        #expect(configuration.source.maps.relations == [.report: .named("bureau.reports")])
        #expect(configuration.rules.disabled == ["wage.arrears", "mass.rate"])
        #expect(configuration.deliverySchedule == [.zero, .seconds(60)])
        #expect(configuration.responseClocks.waits[.blue] == .seconds(72 * 3_600))
        #expect(configuration.responseClocks.waits[.red] == .seconds(1_800))
        // An empty variable is none.
        #expect(configuration.log.level == .debug)
    }

    @Test func `a wrong variable is told by its name`() {
        #expect(
            problems("", environment: ["LABORWATCH_LOG_FORMAT": "xml"]) == [
                "environment: LABORWATCH_LOG_FORMAT: expected one of text, json, found 'xml'"
            ])
    }

    @Test func `an unknown variable is a warning and some are not looked at`() throws {
        let configuration = try parse(
            "",
            environment: [
                "LABORWATCH_SOURCE_DNS": "dbname=x password=geheim", "LABORWATCH_CONFIG": "a",
                "LABORWATCH_TEST_DSN": "b", "LABORWATCH_BUILD": "debug", "HOME": "/",
            ])
        #expect(
            configuration.warnings.map(\.description) == [
                "environment: LABORWATCH_SOURCE_DNS: warning: no setting has this variable; it is "
                    + "ignored; did you mean 'LABORWATCH_SOURCE_DSN'?"
            ])
    }

    @Test func `the state directory of systemd is the default`() throws {
        let environment = ["STATE_DIRECTORY": "/srv/state:/srv/more"]
        #expect(try parse("", environment: environment).stateDirectory == "/srv/state")
        let own = try parse("state_directory: /own", environment: environment)
        #expect(own.stateDirectory == "/own")
        #expect(
            own.receivers.map(\.way)
                == [.file(directory: "/own/alerts", retentionDays: 400, perTier: false)])
    }

    @Test func `a view or a query stands in for a table of the contract`() throws {
        let configuration = try parse(
            """
            source:
              maps:
                enterprise: bureau.units
                report: {query: "SELECT 1 AS enterprise_id;"}
            """)
        #expect(
            configuration.source.maps.relations == [
                .enterprise: .named("bureau.units"),
                .report: .query("SELECT 1 AS enterprise_id"),
            ])
    }

    @Test func `a verb without its database is told what to write`() throws {
        #expect(throws: ConfigurationError.self) { try parse("", requires: .source) }
        #expect(throws: ConfigurationError.self) { try parse("", requires: .store) }
        #expect(throws: ConfigurationError.self) {
            try parse("store: {dsn: dbname=a}", requires: .source)
        }
        #expect(try parse("store: {dsn: dbname=a}", requires: .store).source.dsn == nil)
        #expect(try parse(dsn, requires: .store).store.dsn == DSN("dbname=bureau"))
    }

    @Test(arguments: [
        ("dbname=a password=geheim", "dbname=a password=***"),
        ("password='ge heim' host=b", "password=*** host=b"),
        ("password = 'ge\\'heim' user='a b'", "password=*** user='a b'"),
        ("pasword=geheim dbname=a", "pasword=*** dbname=a"),
        ("password=ge heim", "(no readable connection string)"),
        ("password='geheim", "(no readable connection string)"),
        (
            "postgresql://u:geheim@h:5432/d?sslmode=require",
            "postgresql://u:***@h:5432/d?sslmode=require"
        ),
        ("postgres://u:ge@he/im@h/d", "postgres://u:***@h/d"),
        ("postgresql://h/d?password=geheim&user=u", "postgresql://h/d?password=***&user=u"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
    ])
    func `a connection string is printed without its password`(text: String, printed: String) {
        let dsn = DSN(text)
        var dumped = ""
        dump(dsn, to: &dumped)
        #expect("\(dsn)" == printed)
        #expect(dsn.debugDescription == printed)
        for word in ["geheim", "heim", "im@"] { #expect(!dumped.contains(word)) }
    }

    @Test func `a printed configuration shows no secret`() throws {
        let configuration = try parse(
            """
            source: {dsn: "postgresql://u:geheim@h/d"}
            receivers:
              - {name: a, type: webhook, secret_file: /s, url: "https://h.example/geheim?t=geheim"}
            """)
        var dumped = "\(configuration)\n" + String(reflecting: configuration)
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("geheim"))
        #expect(dumped.contains("https://h.example/…"))
        #expect("\(configuration)".contains("source.dsn: postgresql://u:***@h/d\n"))
    }

    @Test(arguments: [
        "source: host=a password=geheim", "source: {host=a password=geheim}",
        "source: {dsn: password=geheim x}", "source: {dsn: [password=geheim]}",
        "host=a password=geheim", "receivers: [https://h/geheim]",
        "receivers: [{name: a, type: webhook, secret_file: whsec_geheim, url: http://a}]",
        "receivers: [{name: a, type: webhook, secret: geheim, url: ftp://geheim@h}]",
        "links: {base: geheim}",
    ])
    func `a refusal repeats no secret`(text: String) {
        let found = problems(text)
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("geheim"))
    }

    @Test func `files that are named must be there when a daemon starts`() throws {
        let directory = try Scratch()
        let file = try directory.write(
            "conf/laborwatch.yaml",
            """
            source: {dsn: dbname=a}
            rules: {directory: mine}
            texts: {directory: none}
            receivers:
              - {name: a, type: webhook, url: "http://h", secret_file: secret}
              - {name: b, type: webhook, url: "http://h", secret_file: hidden}
            """)
        try directory.write("conf/mine/a.yaml", "rule: a")
        try directory.write("credentials/secret", "whsec_")
        let environment = ["CREDENTIALS_DIRECTORY": directory.path + "/credentials"]
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(path: file, environment: environment)
        }
        #expect(error.problems.map(\.path) == ["texts.directory", "receivers[1].secret_file"])
        #expect(error.problems.map(\.line) == [3, 6])
        #expect(error.problems[1].message.contains(directory.path + "/credentials/hidden"))
        try directory.write("conf/none/en.yaml", "rules: {}")
        let configuration = try Configuration.load(path: file, environment: environment)
        #expect(configuration.rules.directory == directory.path + "/conf/mine")
        #expect(configuration.deferred.map(\.path) == ["receivers[1].secret_file"])
        try directory.write("credentials/hidden", "whsec_")
        #expect(try Configuration.load(path: file, environment: environment).deferred.isEmpty)
    }

    @Test func `a file that is missing, a directory or no text is told as such`() throws {
        let directory = try Scratch()
        let binary = try directory.write("binary.yaml", Data([0x61, 0xff, 0xfe]))
        for (path, words) in [
            (directory.path + "/none.yaml", "there is no file"),
            (directory.path, "is a directory"), (binary, "no UTF-8"),
        ] {
            let error = try #require(throws: ConfigurationError.self) {
                try Configuration.load(path: path, environment: [:])
            }
            #expect(error.problems.map(\.file) == [path])
            #expect(error.description.contains(words))
        }
    }

    @Test func `aliases that multiply are cut off`() throws {
        var text = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...7 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "b\(level): &a\(level) [\(aliases)]\n"
        }
        let error = try #require(throws: ConfigurationError.self) { try parse(text) }
        #expect(error.description.contains("more than 100000 values"))
    }

    @Test func `days end where the time zone says`() throws {
        let zone = try parse("timezone: Europe/Berlin").zone
        #expect(zone.offsetSeconds(at: Instant(seconds: 1_750_000_000)) == 7_200)
        #expect(zone.offsetSeconds(at: Instant(seconds: 1_766_000_000)) == 3_600)
        for name in ["Mars/Base", "CST", "CET", "EST5EDT", "GMT", "Etc/GMT-8", "utc", ""] {
            #expect(Zone(named: name) == nil, "\(name)")
        }
        #expect(try parse("timezone: UTC").zone.offsetSeconds(at: Instant(seconds: 0)) == 0)
        // China's other zone, and a name that only the older of the two tables has.
        #expect(Zone(named: "Asia/Urumqi")?.offsetSeconds(at: Instant(seconds: 0)) == 21_600)
        #expect(Zone(named: "Europe/Stockholm") != nil)
    }
}
