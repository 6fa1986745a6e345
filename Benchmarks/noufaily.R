# Alarms of farringtonFlexible (R package surveillance) on the simulated months of Noufaily et al.
# mass.excess is compared with these alarms. Usage: noufaily.R DIRECTORY OUT.csv [YEARS …]
#
# The settings are those of Noufaily et al. 2013, in months: one month on each side, ten seasonal
# levels, the last half year left out, a trend that is always kept, reweighting above 2.58, the
# plug-in bound, and no alarm on fewer than five cases in four months. One run gives both levels,
# because only the bound depends on the level: a count is above the plug-in bound exactly when its
# probability is within the level.
suppressMessages(library(surveillance))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(file.path(arguments[1], "noufaily.csv"))
months <- length(unique(data$t))
range <- (months - 11):months
series <- split(data, list(data$rep, data$scenario), drop = TRUE)
out <- NULL
for (years in as.integer(arguments[-(1:2)])) {
  found <- list()
  start <- Sys.time()
  for (one in series) {
    counts <- sts(observed = as.matrix(one$count[order(one$t)]), start = c(2010, 1), frequency = 12)
    control <- list(range = range, b = years, w = 1, noPeriods = 10, pastWeeksNotIncluded = 6,
                    reweight = TRUE, weightsThreshold = 2.58, trend = TRUE, pThresholdTrend = 1,
                    thresholdMethod = "nbPlugin", alpha = 0.05, limit54 = c(5, 4),
                    glmWarnings = FALSE)
    found[[length(found) + 1]] <- suppressWarnings(farringtonFlexible(counts, control))
  }
  seconds <- as.numeric(difftime(Sys.time(), start, units = "secs"))
  for (level in c(0.05, 0.01)) for (at in seq_along(series)) {
    told <- as.vector(alarms(found[[at]])) == 1 &
      (level == 0.05 | found[[at]]@control$pvalue[, 1] <= level)
    out[[length(out) + 1]] <- data.frame(
      method = sprintf("R farringtonFlexible %d years %.3f", years, level),
      scenario = series[[at]]$scenario[1], rep = series[[at]]$rep[1], t = range - 1,
      alarm = as.integer(told), seconds = round(seconds, 3))
  }
}
write.csv(do.call(rbind, out), arguments[2], row.names = FALSE, quote = FALSE)
