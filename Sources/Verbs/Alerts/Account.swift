package import Glibc
import Settings

/// Who sits at the terminal, as the operating system knows it.
///
/// No variable of the environment names an account, for anybody can set one. `SUDO_USER` is kept
/// beside the login, as a name that somebody gave. The authority is the database account: what the
/// program says here is kept beside it.
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

    /// What the program says of a person to the database, which alone knows the account that asks.
    ///
    /// - Parameters:
    ///   - name: in whose name, as given with `--by`; nil for their own.
    ///   - lookUp: the name of a user in the system's table.
    /// - Returns: the login user, with who called `sudo` where no login is known; and the name.
    /// - Throws: `Failure` for a name of blanks only.
    package func claim(
        onBehalfOf name: String?, lookUp: (uid_t) -> String? = Account.name
    ) throws -> (login: String, name: String?) {
        if let name, !name.contains(where: { !$0.isWhitespace }) {
            throw Failure(
                exitCode: 2, "--by is empty",
                hint: "give the name of whom you do it for, or leave it out")
        }
        let id = login ?? user
        let account = lookUp(id) ?? "uid \(id)"
        // Where the kernel knows the login, sudo has nothing to add.
        let caller = login == nil && user == 0 ? sudoUser.flatMap { $0.isEmpty ? nil : $0 } : nil
        return (caller.map { "\(account), sudo \($0)" } ?? account, name)
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
