package import Glibc
import Settings

/// The user at the terminal, as the operating system knows the user.
///
/// An environment variable does not prove an account, because every user can set a variable.
/// `SUDO_USER` is therefore recorded as a claim next to the login user. The proved account is the
/// database account; the values of this type are recorded next to it.
package struct Account: Hashable, Sendable {
    /// The kernel's value for a process that was not started from a login.
    package static let noLogin: uid_t = .max

    /// The login user, which `su` and `sudo` do not change; nil if the process was not started from
    /// a login, as in a container or a service.
    package var login: uid_t?
    /// The user who owns the process.
    package var user: uid_t
    /// The user who called `sudo`, as the environment variable SUDO_USER claims; nil without the
    /// variable.
    package var sudoUser: String?

    /// An account from the facts about the process.
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

    /// The statement about the person that the command sends to the database. The database itself
    /// determines the account.
    ///
    /// - Parameters:
    ///   - name: the name given with `--by`; nil if the person acts in their own name.
    ///   - lookUp: returns the name of a user in the system's table.
    /// - Returns: the login user, with the caller of `sudo` if no login is known; and the name.
    /// - Throws: `Failure` if the name contains only blanks.
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
        // If the kernel knows the login, `SUDO_USER` adds nothing.
        let caller = login == nil && user == 0 ? sudoUser.flatMap { $0.isEmpty ? nil : $0 } : nil
        return (caller.map { "\(account), sudo \($0)" } ?? account, name)
    }

    /// The name of a user in the system's table; nil if the table does not contain the user.
    package static func name(of user: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let code = getpwuid_r(user, &entry, &buffer, buffer.count, &found)
        guard code == 0, found != nil, let name = entry.pw_name else { return nil }
        return String(cString: name)
    }
}
