import Glibc

/// Who is logged in, as the operating system knows it.
package enum OperatingUser {
    /// The name of the process's user; its number where the system has no name for it.
    package static var name: String {
        let id = getuid()
        guard let entry = getpwuid(id)?.pointee, let name = entry.pw_name else { return "\(id)" }
        return String(cString: name)
    }

    /// An author for the record: whom a person names, and who was logged in.
    package static func author(_ named: String?) throws -> String {
        guard let named else { return name }
        guard named.contains(where: { !$0.isWhitespace }) else {
            throw Failure(exitCode: 2, "--by is empty", hint: "give the name of who does it")
        }
        return named == name ? name : "\(named) (\(name))"
    }
}
