#!/usr/bin/env python3
"""Writes farrington_series.csv: five seeded monthly series with season, trend and past outbreaks.

Run once; farrington.R reads the file and writes the golden values beside it.
"""
import numpy as np

rng = np.random.default_rng(20161014)
cases = [(3.0, 1.5, 0.0), (1.2, 2.0, 0.004), (5.0, 3.0, -0.003), (0.1, 1.0, 0.0), (4.0, 1.1, 0.01)]
months = np.arange(120)
columns = []
for level, phi, slope in cases:
    mean = np.exp(level + slope * months + 0.4 * np.cos(2 * np.pi * months / 12))
    counts = rng.poisson(mean) if phi <= 1 else rng.poisson(rng.gamma(mean / (phi - 1), phi - 1))
    for start in rng.integers(40, 110, 3):
        counts[start] += rng.poisson(4 * np.sqrt(phi * mean[start]))
    columns.append(counts)
np.savetxt("farrington_series.csv", np.array(columns).T, fmt="%d", delimiter=",",
           header="a,b,c,d,e", comments="")
