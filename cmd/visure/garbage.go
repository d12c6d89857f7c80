package main

import (
	"os"
	"runtime/debug"
)

const (
	// garbagePercent is how much garbage there may be for what is alive, in percent.
	// Some 20 MiB are alive, so with Go's own 100 a busy server collects thirty times
	// a second.
	garbagePercent = 400
	// garbageLimit is from how much memory on garbage is collected more often, in
	// bytes.
	garbageLimit = 320 << 20
)

// collectGarbage sets how often garbage is collected, where the environment does
// not say it with GOGC and GOMEMLIMIT.
func collectGarbage() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(garbageLimit)
	}
}
