import Testing

/// The systemd unit is accepted by systemd and lets the daemon do little.
@Suite(.timeLimit(.minutes(20))) struct UnitTests {
    static func unit() throws -> String {
        try #require(try Repository.files(below: "systemd/laborwatch.service").first).text
    }

    @Test(arguments: [
        ("Type", "notify"), ("NotifyAccess", "main"), ("User", "laborwatch"),
        ("ExecStart", "/usr/bin/laborwatch run --config /etc/laborwatch/laborwatch.yaml"),
        ("ExecReload", "/bin/kill -HUP $MAINPID"), ("Restart", "on-failure"),
        ("StateDirectory", "laborwatch"), ("ConfigurationDirectory", "laborwatch"),
    ])
    func `the unit keeps its promises`(key: String, value: String) throws {
        #expect(Unit.settings(try Self.unit())[key] == [value])
    }

    @Test(arguments: ["WatchdogSec", "TimeoutStopSec", "ExecStartPre", "RestartSec"])
    func `the unit bounds its life`(key: String) throws {
        #expect(Unit.settings(try Self.unit())[key]?.count == 1)
    }

    @Test(.enabled(if: Unit.hasAnalyzer, "systemd-analyze is not on this machine"))
    func `systemd has nothing against the unit`() throws {
        #expect(try Unit.complaints(Self.unit()) == "")
    }

    @Test(.enabled(if: Unit.hasAnalyzer, "systemd-analyze is not on this machine"))
    func `the unit's exposure is within the limit`() throws {
        let exposure = try #require(try Unit.exposure(Self.unit()))
        #expect(exposure <= Unit.exposureLimit)
    }

    @Test(
        .enabled(if: Unit.hasAnalyzer, "systemd-analyze is not on this machine"),
        arguments: [
            "[Service]\nExecStart=/usr/bin/laborwatch\nWatchdogSeconds=1\n",
            "[Service]\nType=nonsense\nExecStart=/usr/bin/laborwatch\n",
            "[Service]\nExecStart=/nowhere/laborwatch\n",
        ])
    func `systemd's complaints are seen`(text: String) throws {
        #expect(try Unit.complaints(text) != "")
    }

    @Test(.enabled(if: Unit.hasAnalyzer, "systemd-analyze is not on this machine"))
    func `a bare unit is over the limit`() throws {
        let bare = try Unit.exposure("[Service]\nExecStart=/usr/bin/laborwatch\n")
        #expect(try #require(bare) > Unit.exposureLimit)
    }
}
