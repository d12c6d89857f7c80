//go:build !race

package universal_test

// raceDetector says that the race detector watches.
const raceDetector = false
