import Foundation
import LaborRules

/// One file of the catalogue, from the binary or from a directory.
package struct CatalogueFile {
    /// The name for messages: a path, or `alerts/…` for what is built in.
    package var name: String
    /// The text of the file.
    package var text: String

    /// A file from its name and text.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The name without directories and without `.yaml`.
    var stem: String {
        let last = name.split(separator: "/").last ?? ""
        return last.split(separator: ".").dropLast().joined(separator: ".")
    }

    /// The built-in files of a directory of `alerts/`, or the one file of that name.
    package static func builtIn(_ name: String) -> [CatalogueFile] {
        RuleFiles.all.filter { $0.name == name || $0.name.hasPrefix(name + "/") }.map {
            CatalogueFile(
                name: "alerts/" + $0.name, text: String(decoding: $0.bytes, as: UTF8.self))
        }
    }

    /// One file; an unreadable one is a problem.
    package static func one(_ path: String, _ reader: inout YAMLReader) -> [CatalogueFile] {
        switch TextFile.read(path) {
        case .success(let text): return [CatalogueFile(name: path, text: text)]
        case .failure(let failure):
            reader.report([failure.problem])
            return []
        }
    }

    /// The `.yaml` files of a directory, by rising name; a directory without any is a problem, for
    /// whoever names one wants something from it.
    package static func inDirectory(_ directory: String, _ reader: inout YAMLReader) -> [CatalogueFile] {
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
