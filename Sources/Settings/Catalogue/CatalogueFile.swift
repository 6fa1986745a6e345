import Foundation
import LaborRules

/// One file of the catalogue, built into the binary or read from a directory.
package struct CatalogueFile {
    /// The name for messages: a path, or `alerts/…` for a built-in file.
    package var name: String
    /// The text of the file.
    package var text: String

    /// Creates a file with a name and a text.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The file's name without directories and without `.yaml`.
    var stem: String {
        let last = name.split(separator: "/").last ?? ""
        return last.split(separator: ".").dropLast().joined(separator: ".")
    }

    /// The built-in files of a subdirectory of `alerts/`, or the single file of that name.
    package static func builtIn(_ name: String) -> [CatalogueFile] {
        RuleFiles.all.filter { $0.name == name || $0.name.hasPrefix(name + "/") }.map {
            CatalogueFile(
                name: "alerts/" + $0.name, text: String(decoding: $0.bytes, as: UTF8.self))
        }
    }

    /// One file; empty, with a problem reported, when the file cannot be read.
    package static func one(_ path: String, _ reader: inout YAMLReader) -> [CatalogueFile] {
        switch TextFile.read(path) {
        case .success(let text): return [CatalogueFile(name: path, text: text)]
        case .failure(let failure):
            reader.report([failure.problem])
            return []
        }
    }

    /// The `.yaml` and `.yml` files of a directory, ordered by name. A directory without such files
    /// is a problem, because the configuration names it in order to use its files.
    package static func inDirectory(_ directory: String, _ reader: inout YAMLReader)
        -> [CatalogueFile]
    {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            reader.report([
                ConfigurationProblem(
                    file: directory, message: "the directory cannot be read",
                    hint: "check that it is there and that this user may read it")
            ])
            return []
        }
        let wanted = names.filter { name in
            !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
        }
        if wanted.isEmpty {
            reader.report([
                ConfigurationProblem(
                    file: directory, message: "there is no .yaml file in the directory",
                    hint: "leave the key out to use what is built in")
            ])
        }
        return wanted.sorted().compactMap { name in
            let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
            return one(path, &reader).first
        }
    }
}
