// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is held to. Strict memory safety is added where libpq is touched.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "laborwatch",
    products: [.executable(name: "laborwatch", targets: ["laborwatch"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // One trait, not the default two: their order in the compiler's arguments changes from build to
        // build, and every other one would compile Hummingbird anew.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1",
            traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Postgres", dependencies: ["CLibPQ"],
            swiftSettings: house + [.strictMemorySafety()]),
        .target(name: "Labor", swiftSettings: house),
        .target(
            name: "LaborSQL", path: "sql", exclude: ["sample"],
            resources: [
                .embedInCode("migrations"), .embedInCode("queries"), .embedInCode("roles"),
            ],
            swiftSettings: house),
        .target(
            name: "LaborRules", path: "alerts",
            resources: [
                .embedInCode("rules"), .embedInCode("tests"), .embedInCode("texts"),
                .embedInCode("measures.yaml"), .embedInCode("playbooks.yaml"),
                .embedInCode("routing.yaml"),
            ], swiftSettings: house),
        .target(
            name: "Source", dependencies: ["Labor", "Postgres", "LaborSQL"], swiftSettings: house),
        .target(name: "Detect", dependencies: ["Labor"], swiftSettings: house),
        .target(name: "Alerting", dependencies: ["Labor", crypto], swiftSettings: house),
        .target(
            name: "Store", dependencies: ["Labor", "Alerting", "Postgres", "LaborSQL"],
            swiftSettings: house),
        .target(
            name: "Deliver",
            dependencies: ["Labor", "Alerting", http, crypto, log, mustache] + nio,
            swiftSettings: house),
        .target(
            name: "Settings",
            dependencies: [
                "Labor", "LaborRules", "Source", "Detect", "Alerting", "Deliver", yaml,
            ],
            swiftSettings: house),
        .target(
            name: "Daemon",
            dependencies: [
                "Labor", "Postgres", "LaborSQL", "Source", "Detect", "Alerting", "Store",
                "Deliver", "Settings", lifecycle, signals, log,
            ],
            swiftSettings: house),
        .target(
            name: "Demo", dependencies: ["Labor", "Alerting", "Deliver", hummingbird],
            swiftSettings: house),
        .target(
            name: "Verbs",
            dependencies: [
                "Labor", "Postgres", "LaborSQL", "LaborRules", "Source", "Detect", "Alerting",
                "Store", "Deliver", "Settings", "Daemon", "Demo", lifecycle, signals, log,
            ],
            swiftSettings: house),
        .executableTarget(
            name: "laborwatch",
            dependencies: ["Verbs", "Daemon", "Settings", "Labor", arguments, log],
            swiftSettings: house),
        .executableTarget(
            name: "anomaly-bench", dependencies: ["Detect", "Labor"], path: "Benchmarks/anomaly",
            swiftSettings: house),
        .target(
            name: "Support", dependencies: ["Alerting", "Labor", "LaborSQL", "Postgres", "Store"],
            path: "Tests/Support",
            swiftSettings: house),
        .testTarget(
            name: "ArchitectureTests", dependencies: ["Support"], path: "Tests/ArchitectureTests",
            swiftSettings: house),
        .testTarget(name: "LaborTests", dependencies: ["Labor"], swiftSettings: house),
        .testTarget(
            name: "PostgresTests", dependencies: ["Postgres", "Support"], swiftSettings: house),
        .testTarget(
            name: "SourceTests",
            dependencies: ["Labor", "LaborSQL", "Postgres", "Source", "Store", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "DetectTests", dependencies: ["Detect", "Labor", "Support", yaml],
            exclude: ["Golden"],
            swiftSettings: house),
        .testTarget(
            name: "AlertingTests", dependencies: ["Alerting", "Labor", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Alerting", "Labor", "LaborSQL", "Postgres", "Store", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "DeliverTests",
            dependencies: [
                "Alerting", "Deliver", "Labor", "Support", hummingbird, http, log, crypto,
            ] + nio,
            exclude: ["CAP/cap-1.2.xsd", "Mail/mailhost.py"],
            swiftSettings: house),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Alerting", "Daemon", "Deliver", "Detect", "Labor", "LaborRules", "LaborSQL",
                "Postgres", "Settings", "Source", "Store", "Support", "Verbs", log,
            ],
            swiftSettings: house),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Alerting", "Daemon", "Deliver", "Detect", "Labor", "LaborRules", "LaborSQL",
                "Postgres", "Settings", "Source", "Store", "Support", "Verbs", log,
            ],
            exclude: ["Golden"], swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)
