package esdb

// clientFigures counts what a client went through, under its lock.
type clientFigures struct {
	outages int
}
