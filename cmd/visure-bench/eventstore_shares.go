package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// cpuShare is how the CPU time of a measurement was spent, in percent, and how
// many cores were busy. Few busy cores mean that the disk was waited for.
type cpuShare struct {
	Client float64 `json:"client_percent"`
	Node   float64 `json:"node_percent"`
	Both   float64 `json:"runtime_percent"` // garbage collection and scheduling, for both
	Busy   float64 `json:"busy_cores"`
}

func (s cpuShare) String() string {
	if s == (cpuShare{}) {
		return ""
	}
	return fmt.Sprintf("%.0f / %.0f / %.0f %% of %.1f cores", s.Client, s.Node, s.Both, s.Busy)
}

// sharesOf asks Go's own reader of profiles how the labels share the time; with
// no profile or no Go it has nothing to say.
func sharesOf(ctx context.Context, profile string, took time.Duration) (s cpuShare) {
	if profile == "" {
		return s
	}
	out, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-tags", profile).Output()
	if err != nil {
		return s
	}
	return parseShares(string(out), took)
}

var (
	labelLine = regexp.MustCompile(`^ *([\w-]+): Total \S+ of (\S+)`)
	valueLine = regexp.MustCompile(`\( *([\d.]+)%\): (\S+)`)
)

// parseShares reads the report of labels: ours, and those by which the log under
// the node marks its background work.
func parseShares(report string, took time.Duration) (s cpuShare) {
	label := ""
	for line := range strings.Lines(report) {
		if m := labelLine.FindStringSubmatch(line); m != nil {
			label = m[1]
			if total, err := time.ParseDuration(m[2]); err == nil {
				s.Busy = total.Seconds() / took.Seconds()
			}
			continue
		}
		m := valueLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		percent, _ := strconv.ParseFloat(m[1], 64)
		switch {
		case label == "side" && m[2] == "client":
			s.Client += percent
		case label == "side" && m[2] == "node", label == "pebble":
			s.Node += percent
		}
	}
	s.Both = max(0, 100-s.Client-s.Node)
	return s
}
