// Package load sends HTTP requests and says how they were answered. It costs as
// little as it can, since it runs on the processors of what it measures: requests
// are bytes made beforehand, each client is one connection and one goroutine.
package load

import "time"

// Plan says what to send: PUT requests, each to an address of its own; or else which
// pages to read.
type Plan struct {
	Address string   // host:port
	Path    string   // of a resource, without the random UUID that is added
	Token   string   // of the bearer
	Tokens  []string // of the bearer of each body, instead
	Prefer  string   // preference sent along, if any
	Bodies  []string // JSON documents, sent in turn
	First   int      // how many of them were sent before

	Pages   []string // paths of pages, read in turn instead of sending bodies
	Cookies string   // sent along with them

	Status int    // that every answer must have
	Says   string // that every answer's body must hold

	Clients  int // each with one request at a time on a connection of its own
	Rate     int // requests a second, whether or not earlier ones were answered; 0: each client as soon as it can
	Duration time.Duration
}

// Result is how a plan went.
type Result struct {
	Requests int
	Seconds  float64 // from the first request to the last answer
	Position string  // the highest in the answers' Visura-Position; empty when none had one

	// Latency in milliseconds, of a request sent at a rate from when it was due.
	P50, P95, P99, Max float64

	Processor float64 // seconds of a core this process spent meanwhile
}

// PerSecond is how many requests were answered in a second.
func (r Result) PerSecond() float64 { return float64(r.Requests) / r.Seconds }
