import Foundation
import Labor
import Support
import Testing

extension Bench {
    /// Enterprises whose owners absconded, one incident each, with the alerts of several rules. Every
    /// second enterprise is in another county than the first.
    /// - Returns: the incidents by enterprise.
    func openIncidents(_ count: Int, _ lines: String = "") async throws -> [String] {
        try await settle(from: "2026-01", through: "2026-03")
        try await run(
            """
            INSERT INTO labor.region (code, name, name_en, parent_code)
            VALUES ('540103', '堆龙德庆区', 'Doilungdêqên', '540000');
            UPDATE labor.enterprise SET region_code = '540103' WHERE enterprise_id % 2 = 0;
            """)
        for enterprise in 1...count { try await abscond(enterprise) }
        try configure("language: en\n\(lines)")
        let outcome = try await laborwatch("evaluate")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let opened = try await texts(
            """
            SELECT incident_id::text FROM laborwatch.incidents
             WHERE 'wage.absconding' = ANY (rules) ORDER BY subject_id
            """)
        #expect(opened.count == count)
        return opened
    }

    /// Runs a verb of incidents.
    func incidents(_ words: [String]) async throws -> Program.Outcome {
        let outcome = try await Program.run(
            ["incidents"] + words + ["--config", scratch.path + "/laborwatch.yaml"],
            in: scratch)
        return outcome
    }

    /// The objects that a verb of incidents prints.
    func incidentRows(_ words: String...) async throws -> [JSONValue] {
        let outcome = try await incidents(words + ["--format", "jsonl"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.lines.map { try JSONValue(line: $0) }
    }
}
