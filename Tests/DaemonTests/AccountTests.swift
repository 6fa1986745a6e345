import Alerting
import Glibc
import Settings
import Labor
import Store
import Testing
import Verbs

/// Who is recorded for what a person does.
struct AccountTests {
    private static let names: [uid_t: String] = [0: "root", 900: "laborwatch", 1000: "tashi"]

    @Test(
        arguments: [
            // Neither sudo nor su changes who logged in, and no variable does.
            (1000, 0, nil, "tashi"), (1000, 0, "drolma", "tashi"), (1000, 900, nil, "tashi"),
            (1000, 1000, nil, "tashi"), (0, 0, "drolma", "root"),
            // Where no login is known the process's user stands, and a name is only a name.
            (nil, 1000, nil, "tashi"), (nil, 1000, "drolma", "tashi"),
            (nil, 0, "drolma", "root, sudo drolma"), (nil, 0, "", "root"),
            (Account.noLogin, 900, nil, "laborwatch"), (nil, 4711, "drolma", "uid 4711"),
        ] as [(uid_t?, uid_t, String?, String)])
    func `the login is the kernel's, else the process's user`(
        login: uid_t?, user: uid_t, sudoUser: String?, expected: String
    ) throws {
        for name in [nil, "王科长"] {
            let claim = try Account(login: login, user: user, sudoUser: sudoUser)
                .claim(onBehalfOf: name) { AccountTests.names[$0] }
            #expect(claim.login == expected)
            #expect(claim.name == name)
        }
    }

    @Test(
        arguments: [
            ("tashi", "tashi", nil, nil), ("tashi", nil, nil, nil),
            ("tashi", "tashi", "王科长", "王科长"), ("tashi", "tashi", "tashi", nil),
            ("officers", "tashi", nil, "login tashi"),
            ("officers", "tashi", "王科长", "王科长 (login tashi)"),
            ("officers", nil, "王科长", "王科长"),
        ] as [(String, String?, String?, String?)])
    func `the database account is recorded, and what the person says stands beside it`(
        account: String, login: String?, name: String?, beside: String?
    ) throws {
        let request = StepRequest(
            id: 1, verb: .note, account: account, login: login, onBehalfOf: name,
            askedAt: Instant(seconds: 0))
        #expect(request.actor == Actor(account, onBehalfOf: beside))
    }

    @Test(arguments: ["", "  ", "\t"])
    func `nobody acts for a name of blanks`(name: String) {
        #expect {
            try Account(login: nil, user: 0, sudoUser: nil).claim(onBehalfOf: name)
        } throws: {
            ($0 as? Failure)?.exitCode == 2
        }
    }

    @Test(arguments: ["SUDO_USER", "LOGNAME", "USER", "SUDO_UID"])
    func `a variable of the environment names no account`(variable: String) throws {
        let plain = try Account.current(environment: [:]).claim(onBehalfOf: nil).login
        let forged = try Account.current(environment: [variable: "drolma"])
            .claim(onBehalfOf: nil).login
        let user = plain.prefix { $0 != "," }
        #expect(forged.prefix { $0 != "," } == user)
        #expect(user != "drolma")
    }
}

extension Account {
    /// Whom the program records here.
    static func here() throws -> String {
        try current(environment: [:]).claim(onBehalfOf: nil).login
    }
}
