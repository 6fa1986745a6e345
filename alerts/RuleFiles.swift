/// The catalogue's files inside the binary, byte for byte as they stand in this directory.
///
/// The build makes `PackageResources` of the directories `rules`, `tests` and `texts`; a name is the
/// file's with everything but letters and digits turned into `_`. A test holds the list against the
/// files.
package enum RuleFiles {
    /// Every file by its name below this directory, rules first.
    package static let all: [(name: String, bytes: [UInt8])] = [
        ("rules/closure.risk.yaml", PackageResources.closure_risk_yaml),
        ("rules/event.direct.yaml", PackageResources.event_direct_yaml),
        ("rules/index.warning.yaml", PackageResources.index_warning_yaml),
        ("rules/indicator.level.yaml", PackageResources.indicator_level_yaml),
        ("rules/indicator.momentum.yaml", PackageResources.indicator_momentum_yaml),
        ("rules/indicator.pace.yaml", PackageResources.indicator_pace_yaml),
        ("rules/indicator.target.yaml", PackageResources.indicator_target_yaml),
        ("rules/layoff.silence.yaml", PackageResources.layoff_silence_yaml),
        ("rules/layoff.slow.yaml", PackageResources.layoff_slow_yaml),
        ("rules/layoff.statutory.yaml", PackageResources.layoff_statutory_yaml),
        ("rules/layoff.trend.yaml", PackageResources.layoff_trend_yaml),
        ("rules/mass.cluster.yaml", PackageResources.mass_cluster_yaml),
        ("rules/mass.excess.yaml", PackageResources.mass_excess_yaml),
        ("rules/mass.rate.yaml", PackageResources.mass_rate_yaml),
        ("rules/mass.scan.yaml", PackageResources.mass_scan_yaml),
        ("rules/report.missing.yaml", PackageResources.report_missing_yaml),
        ("rules/social.arrears.yaml", PackageResources.social_arrears_yaml),
        ("rules/wage.absconding.yaml", PackageResources.wage_absconding_yaml),
        ("rules/wage.arrears.yaml", PackageResources.wage_arrears_yaml),
        ("tests/closure.risk.test.yaml", PackageResources.closure_risk_test_yaml),
        ("tests/event.direct.test.yaml", PackageResources.event_direct_test_yaml),
        ("tests/index.warning.test.yaml", PackageResources.index_warning_test_yaml),
        ("tests/indicator.level.test.yaml", PackageResources.indicator_level_test_yaml),
        ("tests/indicator.momentum.test.yaml", PackageResources.indicator_momentum_test_yaml),
        ("tests/indicator.pace.test.yaml", PackageResources.indicator_pace_test_yaml),
        ("tests/indicator.target.test.yaml", PackageResources.indicator_target_test_yaml),
        ("tests/layoff.silence.test.yaml", PackageResources.layoff_silence_test_yaml),
        ("tests/layoff.slow.test.yaml", PackageResources.layoff_slow_test_yaml),
        ("tests/layoff.statutory.test.yaml", PackageResources.layoff_statutory_test_yaml),
        ("tests/layoff.trend.test.yaml", PackageResources.layoff_trend_test_yaml),
        ("tests/mass.cluster.test.yaml", PackageResources.mass_cluster_test_yaml),
        ("tests/mass.excess.test.yaml", PackageResources.mass_excess_test_yaml),
        ("tests/mass.rate.test.yaml", PackageResources.mass_rate_test_yaml),
        ("tests/mass.scan.test.yaml", PackageResources.mass_scan_test_yaml),
        ("tests/report.missing.test.yaml", PackageResources.report_missing_test_yaml),
        ("tests/social.arrears.test.yaml", PackageResources.social_arrears_test_yaml),
        ("tests/wage.absconding.test.yaml", PackageResources.wage_absconding_test_yaml),
        ("tests/wage.arrears.test.yaml", PackageResources.wage_arrears_test_yaml),
        ("texts/en.yaml", PackageResources.en_yaml),
        ("texts/zh-CN.yaml", PackageResources.zh_CN_yaml),
    ]
}
