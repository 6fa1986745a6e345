/// One field of the panel: enterprises × months, enterprise-major, with a sentinel for "none".
///
/// A column takes no memory until its first value: most bureaus report only some fields.
package struct Column<Element: FixedWidthInteger & Sendable>: Sendable {
    /// The number that stands for "not reported"; it cannot be stored as a value.
    package static var none: Element { Element.min }

    private var values: [Element] = []

    /// An empty column.
    package init() {}

    /// The value at an index, or nil.
    package subscript(index: Int) -> Element? {
        guard !values.isEmpty else { return nil }
        let value = values[index]
        return value == Element.min ? nil : value
    }

    /// Puts a value, or "none", at an index of a column that holds `count` places.
    package mutating func set(_ value: Element?, at index: Int, of count: Int) {
        guard let value else {
            if !values.isEmpty { values[index] = Element.min }
            return
        }
        if values.isEmpty { values = [Element](repeating: Element.min, count: count) }
        values[index] = value
    }
}
