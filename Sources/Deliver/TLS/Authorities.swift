import NIOSSL

/// The certificate authorities that are trusted: the system's and, when a receiver names a file,
/// those in the file.
///
/// The file adds authorities and removes none, so a server that changes from the bureau's own
/// certificate to a public one can still be reached.
package enum Authorities {
    /// The mistake in a PEM file of certificates; nil when the file can be used.
    package static func mistake(inFile path: String) -> String? {
        do {
            let certificates = try certificates(inFile: path)
            return certificates.isEmpty ? "\(path) holds no certificate in PEM" : nil
        } catch {
            return "\(path) holds no certificate in PEM, or one that is damaged"
        }
    }

    /// The certificates of a file. A byte order mark is removed, because a line with other
    /// characters before `-----BEGIN` is read as a comment, and the first certificate would be
    /// lost.
    private static func certificates(inFile path: String) throws -> [NIOSSLCertificate] {
        try NIOSSLCertificate.fromPEMBytes(TextReader.withoutMarks(TextReader.bytes(path)))
    }

    /// The TLS settings of a receiver, at least TLS 1.2.
    /// - Parameter file: a PEM file of certificate authorities that are trusted besides the
    ///   system's.
    static func configuration(
        file: String?, receiver: String
    ) throws(ReceiverError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let file else { return configuration }
        if let mistake = mistake(inFile: file) {
            throw ReceiverError(
                code: "authority_invalid",
                message: "the authorities of the receiver \(receiver) cannot be read: \(mistake)",
                hint: "let 'ca_file' name certificates in PEM, or leave it out for the system's")
        }
        do {
            configuration.additionalTrustRoots = [.certificates(try certificates(inFile: file))]
        } catch {
            throw ReceiverError(
                code: "authority_invalid",
                message: "the authorities of the receiver \(receiver) cannot be read: \(error)",
                hint: "do not replace \(file) while it is read")
        }
        return configuration
    }
}
