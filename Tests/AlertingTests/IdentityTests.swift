import Alerting
import Labor
import Testing

@Suite struct IdentityTests {
    private let key = EpisodeKey(
        rule: "layoff.statutory", subjectType: .enterprise, subjectID: "1024")

    @Test func `an identity never changes for the same episode`() {
        let id = AlertID(key, firstAsOf: Instant(seconds: 1_793_491_200))
        #expect(id.rawValue == "4d81ef14-0999-85f4-a207-d7d90561ab9e")
        #expect(id.eventID(sequence: 1) == "ee2976e2-6093-88ab-9e3a-52288f93d953")
    }

    @Test func `an identity is a UUID of version 8 in lower case`() throws {
        for number in 0..<200 {
            let id = AlertID(key, firstAsOf: Instant(seconds: Int64(number)))
            for text in [id.rawValue, id.eventID(sequence: number)] {
                let shape = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
                #expect(text.wholeMatch(of: shape) != nil, "\(text)")
            }
        }
    }

    @Test func `rule, kind of subject, subject, moment and sequence each make another identity`() {
        let moment = Instant(seconds: 0)
        var other = [key, key, key]
        other[0].rule = "wage.arrears"
        other[1].subjectType = .region
        other[2].subjectID = "1025"
        var ids = ([key] + other).map { AlertID($0, firstAsOf: moment).rawValue }
        ids.append(AlertID(key, firstAsOf: Instant(microseconds: 1)).rawValue)
        let id = AlertID(key, firstAsOf: moment)
        ids += [id.eventID(sequence: 1), id.eventID(sequence: 2)]
        #expect(Set(ids).count == ids.count)
    }
}
