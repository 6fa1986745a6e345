package import Labor
package import Settings

extension LedgerCodes {
    /// The complete code table.
    package func listing(_ language: Language) -> Listing {
        Listing(
            columns: [
                .init("list", "类别", "list"), .init("code", "代码", "code"),
                .init("name", "名称", "name"), .init("source", "依据", "source"),
            ],
            rows: List.allCases.flatMap { list in
                codes(list).map { code in
                    [
                        .string(list.rawValue), .string(code.code),
                        .string(code.names[language] ?? code.code), .string(code.source),
                    ]
                }
            })
    }
}
