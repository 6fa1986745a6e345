import Alerting
import Glibc

/// Who sits at the terminal, by the word of the system and not of the person.
struct Account {
    /// The account of this process: that of the real user, or the one that called `sudo`.
    /// - Parameter environment: the process's; only root's own is believed.
    static func current(environment: [String: String]) -> String {
        name(of: getuid(), sudoUser: environment["SUDO_USER"], lookUp: lookUp)
    }

    /// The name of a user; who works as root through `sudo` is called by their own. Anybody can set
    /// the variable, so it counts only for root, to whom all is open anyway.
    static func name(
        of user: uid_t, sudoUser: String?, lookUp: (uid_t) -> String?
    ) -> String {
        if user == 0, let sudoUser, !sudoUser.isEmpty { return sudoUser }
        return lookUp(user) ?? "uid \(user)"
    }

    /// The name in the system's table of users.
    private static func lookUp(_ user: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let code = getpwuid_r(user, &entry, &buffer, buffer.count, &found)
        guard code == 0, found != nil, let name = entry.pw_name else { return nil }
        return String(cString: name)
    }
}

extension Actor {
    /// The actor at this terminal.
    /// - Parameter name: in whose name, as given with `--by`; nil for their own.
    /// - Throws: `Failure` for a name of blanks only.
    static func atTerminal(
        onBehalfOf name: String?, environment: [String: String]
    ) throws -> Actor {
        let isBlank = name.map { !$0.contains { !$0.isWhitespace } } ?? false
        guard !isBlank else {
            throw Failure(
                exitCode: 2, "--by is empty",
                hint: "give the name of whom you do it for, or leave it out")
        }
        let account = Account.current(environment: environment)
        return Actor(account, onBehalfOf: name == account ? nil : name)
    }
}
