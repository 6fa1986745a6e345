import Detect
import Foundation

// Scores the seasonal model and the scan on the simulated families of bench_sim.py, counts what
// mass.cluster raises in its headcount family, and times one evaluation.
//
//   anomaly-bench noufaily DIR     noufaily.csv and noufaily_truth.csv (bench_sim.py --freq 12)
//   anomaly-bench alarms DIR OUT   the same series, the alarms of mass.excess as a file
//   anomaly-bench cells DIR        cells.csv and cells_truth.csv
//   anomaly-bench cluster DIR      headcount.csv and headcount_truth.csv
//   anomaly-bench speed            74 counties × 18 sections × 60 months

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "noufaily" where arguments.count == 3: try Noufaily.run(arguments[2])
case "alarms" where arguments.count == 4: try Noufaily.alarms(arguments[2], arguments[3])
case "cells" where arguments.count == 3: exit(try Cells.run(arguments[2]) ? 0 : 1)
case "cluster" where arguments.count == 3: try Cluster.run(arguments[2])
case "speed": try Speed.run()
default:
    print("usage: anomaly-bench noufaily DIR | alarms DIR OUT | cells DIR | cluster DIR | speed")
    exit(2)
}
