import Alerting
package import Daemon
package import Labor
import Settings
import Source
package import Store

/// Makes a request for a person's step and waits for the answer.
///
/// A running daemon applies the step at once. If no daemon runs and the account may evaluate, the
/// asker takes the lease and applies the step itself. If the account may not evaluate, the request
/// stays pending until an evaluator runs.
package struct StepAsker: Sendable {
    private let components: Components
    /// Maximum time to wait for the answer of a running evaluator.
    private let patience: Duration

    /// An asker for a configuration.
    package init(_ components: Components, patience: Duration = .seconds(5)) {
        self.components = components
        self.patience = patience
    }

    /// The state of the request when the command ends.
    package struct Reply: Hashable, Sendable {
        /// The request's number.
        package var request: Int64
        /// The answer; nil while the request is pending.
        package var answer: StepAnswer?
        /// The sentence to print.
        package var sentence: String

        /// Warnings for standard error: the step was done, but perhaps without the effect that was
        /// wanted.
        package var warnings: [String] {
            guard case .array(let words)? = answer?.result["warnings"] else { return [] }
            return words.compactMap { if case .string(let text) = $0 { text } else { nil } }
        }
    }

    /// Requests a step.
    ///
    /// - Parameters:
    ///   - name: the name in which the person acts; nil if the person acts in their own name.
    ///   - language: the language of the sentence about a pending request.
    /// - Throws: `Failure` with the reason if the evaluator refused the step; `StoreError` if the
    ///   store cannot be reached or the account may not make requests.
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

    /// Takes the lease, applies all pending requests, and releases the lease.
    /// - Returns: the answer; nil if another process took the lease first and did not answer in
    ///   time.
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

    /// The sentence about a pending request: which evaluator has not answered, or that none runs.
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
    /// The step desk for a process without an engine. The desk reads the regions and enterprises
    /// that it needs from the source. Without a source it knows no regions and no enterprises.
    func desk(_ store: PostgresStore) -> StepDesk {
        let reader = try? reader()
        return StepDesk(self, store) { subject in
            (try? await reader?.regionContext(of: subject))
                ?? RegionContext(regions: RegionTree([]))
        }
    }
}
