# Golden values of farringtonFlexible for farrington_series.csv (R package surveillance).
# The settings of Noufaily et al. 2013 in months: a window of one month, ten seasonal levels, half a
# year left out, a trend that is always kept, reweighting above 2.58.
#
# The package overwrites the fitted weights with the prior ones before it asks for the standard error
# of the prediction, which makes the dispersion in that error a wrong one (1.20.3,
# algo.farrington.fitGLM.flexible). Bounds that use the error are golden only without that line; the
# plug-in bound does not use it and is the same either way.
suppressMessages(library(surveillance))
fitting <- "algo.farrington.fitGLM.flexible"
source <- deparse(getFromNamespace(fitting, "surveillance"))
source <- gsub("model$weights <- omega", "NULL", source, fixed = TRUE)
stopifnot(sum(source == "        NULL") == 1)
patched <- eval(parse(text = source[!grepl("^<", source)]))
environment(patched) <- asNamespace("surveillance")
assignInNamespace(fitting, patched, "surveillance")
data <- read.csv("farrington_series.csv")
out <- NULL
add <- function(name, staff, years, method, trend) {
  population <- if (staff) as.matrix(1000 + 5 * (1:120)) else NULL
  series <- sts(observed = as.matrix(data[[name]]), start = c(2010, 1), frequency = 12,
                population = population)
  control <- list(range = 109:120, b = years, w = 1, noPeriods = 10, pastWeeksNotIncluded = 6,
                  reweight = TRUE, weightsThreshold = 2.58, trend = trend, pThresholdTrend = 1,
                  thresholdMethod = method, alpha = 0.01, limit54 = c(0, 4), glmWarnings = FALSE,
                  populationOffset = staff)
  found <- suppressWarnings(farringtonFlexible(series, control))
  at <- c(1, 5, 9, 12)
  number <- function(values) sprintf("%.9g", values[at])
  out <<- rbind(out, data.frame(
    series = name, staff = as.integer(staff), years = years, method = method,
    trend = as.integer(trend), month = (108:119)[at],
    expected = number(found@control$expected[, 1]), phi = number(found@control$phi[, 1]),
    upper = number(found@upperbound[, 1]), p = number(found@control$pvalue[, 1])))
}
for (name in names(data)) for (years in c(5, 8)) for (trend in c(TRUE, FALSE)) {
  for (method in c("nbPlugin", "muan", "delta")) add(name, FALSE, years, method, trend)
  add(name, TRUE, years, "nbPlugin", trend)
}
write.csv(out, "farrington_golden.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "surveillance", as.character(packageVersion("surveillance")), "\n")
