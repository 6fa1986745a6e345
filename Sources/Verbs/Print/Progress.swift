import Daemon
import Glibc

/// A progress bar on standard error for long commands; only on a terminal.
package final class Progress {
    private let title: String
    private let total: Int
    private let isTerminal: Bool
    private let started = SystemClock.monotonic()
    private var shown = -1.0

    /// A bar with a number of steps.
    package init(_ title: String, total: Int) {
        self.title = title
        self.total = max(1, total)
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    /// Shows the number of completed steps, at most ten times a second.
    package func show(_ done: Int) {
        guard isTerminal else { return }
        let now = SystemClock.monotonic()
        guard done >= total || now - shown >= 0.1 else { return }
        shown = now
        let share = Double(min(done, total)) / Double(total)
        let width = 30
        let filled = Int(share * Double(width))
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let rate = now > started ? Double(done) / (now - started) : 0
        let left = rate > 0 ? Int(Double(total - min(done, total)) / rate) : 0
        let line = "\r\(title) \(bar) \(Int(share * 100)) %  \(left) s left "
        write(line)
    }

    /// Removes the bar.
    package func end() {
        guard isTerminal, shown >= 0 else { return }
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
