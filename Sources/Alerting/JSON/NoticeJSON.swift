package import Labor

// The JSON in which the store keeps a subject and the texts of an event.

extension Subject {
    /// The subject as JSON; `init(json:)` restores an equal value.
    package func json() throws -> String {
        var writer = JSONWriter()
        try writer.object { (writer) throws(JSONError) in
            writer.member("type", type.rawValue)
            writer.member("id", id)
            writer.member("name", name)
            if let regionCode { writer.member("region_code", regionCode.rawValue) }
            if let industryCode { writer.member("industry_code", industryCode.rawValue) }
        }
        return writer.text
    }

    /// Parses the output of `json()`.
    /// - Throws: `JSONError` when the type, the ID or the name is missing.
    package init(json: String) throws {
        let object = try JSONValue(json: json).members("subject")
        guard let type = object["type"]?.text.flatMap(SubjectType.init(rawValue:)),
            let id = object["id"]?.text, let name = object["name"]?.text
        else { throw JSONError.shape("a subject has a type, an id and a name") }
        self.init(
            type: type, id: id, name: name,
            regionCode: object["region_code"]?.text.map { RegionCode($0) },
            industryCode: object["industry_code"]?.text.map { IndustryCode($0) })
    }
}

extension AlertText {
    /// The texts as JSON; `init(json:)` restores an equal value.
    package func json() throws -> String {
        var writer = JSONWriter()
        try writer.text(self)
        return writer.text
    }

    /// Parses the output of `json()`.
    /// - Throws: `JSONError` when the title or the summary is missing.
    package init(json: String) throws {
        try self.init(json: JSONValue(json: json))
    }

    fileprivate init(json: JSONValue) throws(JSONError) {
        let object = try json.members("text")
        guard let title = object["title"]?.text, let summary = object["summary"]?.text else {
            throw .shape("a text has a title and a summary")
        }
        self.init(
            title: title, summary: summary, region: object["region"]?.text,
            county: object["county"]?.text,
            steps: try object["steps"]?.elements("steps").compactMap(\.text) ?? [],
            responsible: object["responsible"]?.text)
    }
}

extension [Language: AlertText] {
    /// The texts of every language as one JSON object: `{"en": …, "zh-CN": …}`.
    package func json() throws -> String {
        var writer = JSONWriter()
        try writer.object { (writer) throws(JSONError) in
            for (language, text) in self.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                writer.key(language.rawValue)
                try writer.text(text)
            }
        }
        return writer.text
    }

    /// Parses the output of `json()`; unknown languages are ignored.
    /// - Throws: `JSONError` when a text has no title or no summary.
    package init(json: String) throws {
        self = [:]
        for (name, value) in try JSONValue(json: json).members("texts") {
            guard let language = Language(rawValue: name) else { continue }
            self[language] = try AlertText(json: value)
        }
    }
}

extension JSONWriter {
    /// Writes a member whose value is a text, or null.
    package mutating func member(_ name: String, _ value: String?) {
        key(name)
        string(value)
    }

    fileprivate mutating func text(_ text: AlertText) throws(JSONError) {
        try object { (writer) throws(JSONError) in
            writer.member("title", text.title)
            writer.member("summary", text.summary)
            if let region = text.region { writer.member("region", region) }
            if let county = text.county { writer.member("county", county) }
            writer.key("steps")
            try writer.array(text.steps) { (writer, step) throws(JSONError) in
                writer.string(step)
            }
            if let responsible = text.responsible { writer.member("responsible", responsible) }
        }
    }
}
