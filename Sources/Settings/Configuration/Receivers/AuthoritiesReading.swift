import Deliver

/// The key `ca_file`: a receiver's own certificate authorities.
enum AuthoritiesReading {
    static let key = ReceiverKey("ca_file", "null")

    private static let hint =
        "let it hold certificates in PEM, or leave it out for the system's authorities alone"

    /// The path of the file; nil when the key is missing. Problems of the file are reported.
    /// - Parameter endpoint: the receiver's URL, when it is in the configuration.
    static func read(
        _ item: YAMLNode, _ endpoint: Endpoint?, _ values: inout YAMLReader, _ places: Places
    ) -> String? {
        guard let node = item["ca_file"], let path = values.file(node, places, hint: hint) else {
            return nil
        }
        if endpoint?.text.lowercased().hasPrefix("http://") == true {
            values.report(
                node, "there is no TLS at an address that begins with http://",
                hint: "write 'url: https://…', or leave 'ca_file' out")
        }
        // A file that cannot be read has been reported already.
        if places.checking, TextReader.obstacle(path) == nil,
            let mistake = Authorities.mistake(inFile: path)
        {
            values.report(node, mistake, hint: hint)
        }
        return path
    }
}
