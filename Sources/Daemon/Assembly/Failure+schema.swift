import Settings
import Store

extension Failure {
    /// The failure for a schema state; nil when the schema is current.
    init?(schema state: SchemaState, name: String) {
        switch state {
        case .current: return nil
        case .missing:
            self.init(
                exitCode: 3, "the schema \(name) is not there",
                hint: "run `laborwatch migrate` once, as a user who may create schemas")
        case .older(let found):
            self.init(
                exitCode: 3, "the schema \(name) is of version \(found), older than this program",
                hint: "run `laborwatch migrate`")
        case .newer(let found, let known):
            self.init(
                exitCode: 3,
                "the schema \(name) is of version \(found), this program knows \(known)",
                hint: "install the version of laborwatch that last migrated it, or a newer one")
        case .hidden:
            self.init(
                exitCode: 3, "the version of the schema \(name) may not be read",
                hint: "GRANT laborwatch_store to the role of store.dsn")
        }
    }
}
