import Alerting
import Glibc
import Settings
import Testing
import Verbs

/// Who is recorded for what a person does.
struct AccountTests {
    private static let names: [uid_t: String] = [0: "root", 900: "laborwatch", 1000: "tashi"]

    @Test(
        arguments: [
            // Neither sudo nor su changes who logged in, and no variable does.
            (1000, 0, nil, nil, "tashi", nil), (1000, 0, "drolma", nil, "tashi", nil),
            (1000, 900, nil, nil, "tashi", nil), (1000, 1000, nil, "王科长", "tashi", "王科长"),
            (1000, 0, "tashi", "王科长", "tashi", "王科长"), (1000, 1000, nil, "tashi", "tashi", nil),
            (0, 0, "drolma", nil, "root", nil),
            // Where no login is known the process's user stands, and a name is only a name.
            (nil, 1000, nil, nil, "tashi", nil), (nil, 1000, "drolma", nil, "tashi", nil),
            (nil, 0, "drolma", nil, "root", "drolma"), (nil, 0, "", nil, "root", nil),
            (nil, 0, "drolma", "王科长", "root", "王科长 (sudo: drolma)"),
            (Account.noLogin, 900, nil, nil, "laborwatch", nil),
            (nil, 4711, "drolma", nil, "uid 4711", nil),
        ] as [(uid_t?, uid_t, String?, String?, String, String?)])
    func `the account is the login's, else the process's, and names stand beside it`(
        login: uid_t?, user: uid_t, sudoUser: String?, name: String?, account: String,
        beside: String?
    ) throws {
        let actor = try Account(login: login, user: user, sudoUser: sudoUser)
            .actor(onBehalfOf: name) { AccountTests.names[$0] }
        #expect(actor == Actor(account, onBehalfOf: beside))
    }

    @Test(arguments: ["", "  ", "\t"])
    func `nobody acts for a name of blanks`(name: String) {
        #expect {
            try Account(login: nil, user: 0, sudoUser: nil).actor(onBehalfOf: name)
        } throws: {
            ($0 as? Failure)?.exitCode == 2
        }
    }

    @Test(arguments: ["SUDO_USER", "LOGNAME", "USER", "SUDO_UID"])
    func `a variable of the environment names no account`(variable: String) throws {
        let plain = try Account.current(environment: [:]).actor(onBehalfOf: nil)
        let forged = try Account.current(environment: [variable: "drolma"])
            .actor(onBehalfOf: nil)
        #expect(forged.account == plain.account)
        #expect(plain.account != "drolma")
        #expect(plain.onBehalfOf == nil)
    }
}

extension Account {
    /// Whom the program records here.
    static func here() throws -> String {
        try current(environment: [:]).actor(onBehalfOf: nil).account
    }
}
