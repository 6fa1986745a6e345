import NIOSSL

/// Whose certificates a server may show: those of the system's authorities and, where a receiver
/// names a file, those of the authorities in it.
///
/// The file adds to the system's authorities and takes none away, so that a server which moves from
/// the bureau's own certificate to a public one is still reached.
package enum Authorities {
    /// What is wrong with a file that shall hold certificates in PEM; nil when it can be used.
    package static func mistake(inFile path: String) -> String? {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            return certificates.isEmpty ? "\(path) holds no certificate in PEM" : nil
        } catch {
            return "\(path) holds no certificate in PEM, or one that is damaged"
        }
    }

    /// How a receiver speaks TLS.
    /// - Parameter file: certificates in PEM that are trusted beside the system's.
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
            let certificates = try NIOSSLCertificate.fromPEMFile(file)
            configuration.additionalTrustRoots = [.certificates(certificates)]
        } catch {
            throw ReceiverError(
                code: "authority_invalid",
                message: "the authorities of the receiver \(receiver) cannot be read: \(error)",
                hint: "do not replace \(file) while it is read")
        }
        return configuration
    }
}
