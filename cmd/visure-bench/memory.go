package main

import (
	"fmt"
	"os"
	"strings"
)

// memory is what a server that has nothing to do holds, in MiB. What several
// processes share counts once.
type memory struct {
	Server     float64 `json:"server_mib"` // of ours with the event store and the ANPR simulator in it
	PostgreSQL float64 `json:"postgresql_mib"`
}

// memoryOf reads the memory of a server and of all that descends from it; zero
// where the system does not tell.
func memoryOf(server int) (m memory, err error) {
	head, others, err := family(server)
	m.Server = proportional(head.pid)
	for _, p := range others {
		m.PostgreSQL += proportional(p.pid)
	}
	return m, err
}

// proportional is the resident memory of a process in MiB, of shared pages its
// share.
func proportional(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0 // it has ended, or the system does not tell
	}
	for line := range strings.Lines(string(text)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "Pss: %f kB", &kib); n == 1 {
			return kib / 1024
		}
	}
	return 0
}
