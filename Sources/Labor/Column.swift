/// One field of the panel: a matrix of enterprises × months, stored row by row (one row per
/// enterprise). The sentinel `Element.min` marks a value that was not reported.
///
/// The column allocates memory when its first value is set. Most bureaus report only some of the
/// fields.
package struct Column<Element: FixedWidthInteger & Sendable>: Sendable {
    /// The sentinel for "not reported". It cannot be stored as a value.
    package static var none: Element { Element.min }

    private var values: [Element] = []

    /// An empty column.
    package init() {}

    /// The value at an index; nil when it was not reported.
    package subscript(index: Int) -> Element? {
        guard !values.isEmpty else { return nil }
        let value = values[index]
        return value == Element.min ? nil : value
    }

    /// Sets the value at an index; nil marks the value as not reported. `count` is the size of the
    /// whole column (enterprises × months), used when the memory is first allocated.
    package mutating func set(_ value: Element?, at index: Int, of count: Int) {
        guard let value else {
            if !values.isEmpty { values[index] = Element.min }
            return
        }
        if values.isEmpty { values = [Element](repeating: Element.min, count: count) }
        values[index] = value
    }
}
