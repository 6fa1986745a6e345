/// The catalogue's files inside the binary, byte for byte as they stand in this directory.
///
/// The build makes `PackageResources` of the directories `rules` and `texts`; a name is the file's
/// with everything but letters and digits turned into `_`. A test holds the list against the files.
package enum RuleFiles {
    /// Every file by its name below this directory, rules first.
    package static let all: [(name: String, bytes: [UInt8])] = [
        ("rules/event.direct.yaml", PackageResources.event_direct_yaml),
        ("rules/indicator.target.yaml", PackageResources.indicator_target_yaml),
        ("rules/layoff.statutory.yaml", PackageResources.layoff_statutory_yaml),
        ("rules/mass.cluster.yaml", PackageResources.mass_cluster_yaml),
        ("rules/mass.rate.yaml", PackageResources.mass_rate_yaml),
        ("rules/report.missing.yaml", PackageResources.report_missing_yaml),
        ("rules/social.arrears.yaml", PackageResources.social_arrears_yaml),
        ("rules/wage.arrears.yaml", PackageResources.wage_arrears_yaml),
        ("texts/en.yaml", PackageResources.en_yaml),
        ("texts/zh-CN.yaml", PackageResources.zh_CN_yaml),
    ]
}
