import Postgres
import Testing

/// What is decided from an error without a server.
struct PostgresErrorTests {
    @Test(arguments: [
        ("40001", true, false), ("40P01", true, false), ("55P03", true, false),
        ("57P01", true, true), ("57P03", true, true), ("08006", true, true),
        ("53300", true, false), ("57014", false, false), ("23505", false, false),
        ("42P01", false, false),
    ])
    func `SQLSTATE decides what may be tried again`(
        state: String, isRetryable: Bool, isFatal: Bool
    ) {
        let error = PostgresError(.server, "refused", sqlState: state)
        #expect(error.isRetryable == isRetryable)
        #expect(error.isConnectionFatal == isFatal)
    }

    @Test(arguments: [
        (PostgresError.Code.connectionFailed, true, true), (.connectionLost, true, true),
        (.protocolViolation, false, true), (.timedOut, false, false), (.cancelled, false, false),
        (.decoding, false, false), (.usage, false, false),
    ])
    func `the code decides where there is no SQLSTATE`(
        code: PostgresError.Code, isRetryable: Bool, isFatal: Bool
    ) {
        let error = PostgresError(code, "failed")
        #expect(error.isRetryable == isRetryable)
        #expect(error.isConnectionFatal == isFatal)
    }

    @Test func `a description has message, state, name and hint, and no statement`() {
        let error = PostgresError(
            .server, "refused", hint: "ask", sqlState: "42501", detail: "row 7",
            statement: "-- name: read_rows\nSELECT secret")
        #expect(error.description == "refused (SQLSTATE 42501) in read_rows; hint: ask")
        #expect(error.debugDescription.contains("SELECT secret"))
        #expect(error.debugDescription.contains("row 7"))
    }
}
