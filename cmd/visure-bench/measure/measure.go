// Package measure reads the two clocks of a measurement: how long something took,
// and what this process spent on processors.
package measure

import (
	"slices"
	"syscall"
	"time"
)

// Quantile returns milliseconds, with three decimals; it sorts what it is given.
func Quantile(took []time.Duration, q float64) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1e3
}

// Processor returns the time this process has spent on processors so far.
func Processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
