package import Alerting
import Daemon
package import Glibc
import Settings

/// Who sits at the terminal, by the word of the system and not of the person.
///
/// No variable of the environment names an account, for anybody can set one. `SUDO_USER` is kept
/// beside the account, as a name that somebody gave.
package struct Account: Hashable, Sendable {
    /// What the kernel keeps for a process that no login began.
    package static let noLogin: uid_t = .max

    /// The user who logged in, which neither `su` nor `sudo` changes; nil where no login began the
    /// process, as in a container or a service.
    package var login: uid_t?
    /// The user whom the process belongs to.
    package var user: uid_t
    /// Who called `sudo`, by the environment's word.
    package var sudoUser: String?

    /// An account from what is known of the process.
    package init(login: uid_t?, user: uid_t, sudoUser: String?) {
        self.login = login == Account.noLogin ? nil : login
        self.user = user
        self.sudoUser = sudoUser
    }

    /// The account of this process.
    package static func current(environment: [String: String]) -> Account {
        let kept: String
        switch TextFile.read("/proc/self/loginuid") {
        case .success(let text): kept = text
        case .failure: kept = ""
        }
        return Account(
            login: uid_t(kept.filter(\.isNumber)), user: getuid(),
            sudoUser: environment["SUDO_USER"])
    }

    /// Who acts: the account, and beside it for whom.
    ///
    /// - Parameters:
    ///   - name: in whose name, as given with `--by`; nil for their own.
    ///   - lookUp: the name of a user in the system's table.
    /// - Throws: `Failure` for a name of blanks only.
    package func actor(
        onBehalfOf name: String?, lookUp: (uid_t) -> String? = Account.name
    ) throws -> Actor {
        if let name, !name.contains(where: { !$0.isWhitespace }) {
            throw Failure(
                exitCode: 2, "--by is empty",
                hint: "give the name of whom you do it for, or leave it out")
        }
        let id = login ?? user
        let account = lookUp(id) ?? "uid \(id)"
        // Where the kernel knows the login, sudo has nothing to add.
        let caller = login == nil && user == 0 ? sudoUser.flatMap { $0.isEmpty ? nil : $0 } : nil
        let words = [name, caller].compactMap { $0 }.filter { $0 != account }
        guard let first = words.first else { return Actor(account) }
        return Actor(account, onBehalfOf: words.count == 1 ? first : "\(first) (sudo: \(words[1]))")
    }

    /// The name of a user in the system's table; nil for one that it does not have.
    package static func name(of user: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let code = getpwuid_r(user, &entry, &buffer, buffer.count, &found)
        guard code == 0, found != nil, let name = entry.pw_name else { return nil }
        return String(cString: name)
    }
}

extension Components {
    /// Who acts at this terminal.
    /// - Parameter name: in whose name, as given with `--by`; nil for their own.
    /// - Throws: `Failure` for a name of blanks only.
    func actor(onBehalfOf name: String?) throws -> Actor {
        try Account.current(environment: environment).actor(onBehalfOf: name)
    }
}
