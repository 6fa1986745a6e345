import Alerting
package import Daemon
package import Labor
import Settings
import Source
package import Store

/// Asks for a step, and waits a moment for what becomes of it.
///
/// A running daemon applies the step at once. Where none runs, an account that may evaluate takes the
/// lease and applies it itself; that of an officer leaves it on file for the next evaluator.
package struct StepAsker: Sendable {
    private let components: Components
    /// How long the answer of a running evaluator is waited for.
    private let patience: Duration

    /// An asker for a configuration.
    package init(_ components: Components, patience: Duration = .seconds(5)) {
        self.components = components
        self.patience = patience
    }

    /// What is known of a step when the command ends.
    package struct Reply: Hashable, Sendable {
        /// The request's number.
        package var request: Int64
        /// What was done; nil while the request is on file and nobody has looked at it.
        package var answer: StepAnswer?
        /// What is to be printed.
        package var sentence: String

        /// Words for standard error: what was done may not have the effect that was meant.
        package var warnings: [String] {
            guard case .array(let words)? = answer?.result["warnings"] else { return [] }
            return words.compactMap { if case .string(let text) = $0 { text } else { nil } }
        }
    }

    /// Asks for a step.
    ///
    /// - Parameters:
    ///   - name: in whose name; nil for the person's own.
    ///   - language: of the words that say that the request is on file.
    /// - Throws: `Failure` when the evaluator refused the step, with its reason; `StoreError` when the
    ///   store cannot be reached or the account may not ask.
    package func ask(
        _ step: PersonStep, by name: String?, language: Language? = nil
    ) async throws -> Reply {
        try step.checkTexts()
        let claim = try Account.current(environment: components.environment)
            .claim(onBehalfOf: name)
        let reply = try await components.withStore(as: .officer) { store in
            let id = try await store.ask(
                step.verb, step.subject, step.arguments, login: claim.login,
                onBehalfOf: claim.name)
            var answer: StepAnswer?
            if try await store.evaluatorNow() != nil {
                answer = try await store.answer(to: id, within: patience)
            }
            let holder = try await store.evaluatorNow()
            if answer == nil, holder == nil, try await store.mayEvaluate() {
                answer = try await applyHere(id, store)
            }
            return Reply(
                request: id, answer: answer,
                sentence: answer?.outcome
                    ?? onFile(id, holder, language ?? components.configuration.language))
        }
        if let answer = reply.answer, answer.exitCode != 0 {
            throw Failure(
                exitCode: Int32(answer.exitCode), answer.outcome, hint: answer.hint ?? "")
        }
        return reply
    }

    /// Takes the lease, applies what waits, and gives the lease back.
    /// - Returns: the answer; nil when another took the lease first and has not answered in time.
    private func applyHere(_ id: Int64, _ store: PostgresStore) async throws -> StepAnswer? {
        let tenure = LeaseKeeper(
            history: store, holder: "step:\(UInt64.random(in: 0...UInt64.max))",
            seconds: Int(components.configuration.store.lease.components.seconds), time: .machine)
        if let lease = try await tenure.begin() {
            let desk = components.desk(store)
            do {
                _ = try await tenure.held(lease) {
                    try await desk.applyPending(under: lease, now: SystemClock.now)
                }
                try await store.release(lease)
            } catch {
                try? await store.release(lease)
                throw error
            }
        }
        return try await store.answer(to: id, within: patience)
    }

    /// That the request waits, and for whom.
    private func onFile(_ id: Int64, _ holder: String?, _ language: Language) -> String {
        let (chinese, english) =
            if let holder {
                (
                    "申请 \(id) 已登记；正在运行的 laborwatch（\(holder)）\(patience.components.seconds) 秒内未答复，"
                        + "稍后用 laborwatch requests list 查看结果",
                    "request \(id) is on file; the laborwatch that evaluates (\(holder)) has not "
                        + "answered within \(patience.components.seconds) s: laborwatch requests "
                        + "list shows what becomes of it"
                )
            } else {
                (
                    "申请 \(id) 已登记；目前没有 laborwatch 在运行，下次运行时办理，"
                        + "用 laborwatch requests list 查看结果",
                    "request \(id) is on file; no laborwatch evaluates now, the next one that runs "
                        + "applies it: laborwatch requests list shows what becomes of it"
                )
            }
        return language == .chinese ? chinese : english
    }
}

extension Components {
    /// The desk that applies requests where no engine runs: what it has to know of the source it
    /// reads there, and without the source it knows nothing of regions and enterprises.
    func desk(_ store: PostgresStore) -> StepDesk {
        let reader = try? reader()
        return StepDesk(self, store) { subject in
            (try? await reader?.regionContext(of: subject))
                ?? RegionContext(regions: RegionTree([]))
        }
    }
}
